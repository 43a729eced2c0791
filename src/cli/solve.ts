import type { Gpu } from '../gpu/index.ts';
import { InstancePool, type Progress, type RunStatistics } from '../inband/pool.ts';
import { openGguf } from '../model/gguf/index.ts';
import { ChatTemplate, promptTokens } from '../model/template.ts';
import { isCorrect, type Problem } from './problems.ts';

/** What one instance answered to one problem. */
export interface Solution {
  problem: Problem;
  instance: number;
  text: string;
  correct: boolean;
  tokens: number;
  instructions: bigint;
}

export interface SolveResult {
  solutions: Solution[];
  correct: number;
  statistics: RunStatistics;
}

/** A model that answers word problems: one chat turn for each, greedy. */
export class Solver {
  readonly pool: InstancePool;
  readonly #template: ChatTemplate;

  static async open(gpu: Gpu, modelPath: string, instances: number): Promise<Solver> {
    const gguf = await openGguf(modelPath);
    const pool = await InstancePool.open(gpu, gguf, { instances, contextLength });
    await gguf.close();
    return new Solver(pool, ChatTemplate.open(gguf.metadata, pool.tokenizer));
  }

  private constructor(pool: InstancePool, template: ChatTemplate) {
    this.pool = pool;
    this.#template = template;
  }

  /**
   * Answers all problems.
   *
   * @param vm compute in band, or let the model write what it believes
   */
  async solve(
    problems: readonly Problem[],
    vm: boolean,
    onProgress?: (progress: readonly Progress[]) => void,
  ): Promise<SolveResult> {
    const requests = problems.map(({ question }) => ({ prompt: this.#prompt(question), maxTokens: answerTokens, vm }));
    const { results, statistics } = await this.pool.generate(requests, onProgress);
    const solutions = results.map((result, i): Solution => {
      const problem = problems[i]!;
      return {
        problem,
        instance: result.instance,
        text: result.text,
        correct: isCorrect(result.text, problem.answer),
        tokens: result.tokens.length,
        instructions: result.vm.instructions,
      };
    });
    return { solutions, correct: solutions.filter(({ correct }) => correct).length, statistics };
  }

  #prompt(question: string): number[] {
    const text = this.#template.render([{ role: 'user', content: question }]);
    return promptTokens(this.pool.tokenizer, text);
  }
}

/** Enough for a question of a few sentences and its answer. */
const contextLength = 256;
const answerTokens = 96;
