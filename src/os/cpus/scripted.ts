import type { Cpu, Operation, Segment } from '../cpu.ts';
import type { AluResult } from '../state.ts';

/** Answers an operation. */
export type Answerer = (operation: Operation) => string | Promise<string>;

/**
 * A CPU for tests: a function answers, tokens are counted by a simple tokenizer, and the reuse of prefixes is what
 * `instances` KV caches would give. It tests the VM; it says nothing about any model.
 */
export class ScriptedCpu implements Cpu {
  readonly name = 'scripted';
  readonly instances: number;
  readonly overhead = 0;
  readonly #answer: Answerer;
  /** The last prompt of each instance. */
  readonly #cached: Segment[][];
  /** Every operation so far, if `record` was asked for. */
  readonly operations: Operation[] = [];
  readonly #record: boolean;
  batches = 0;

  constructor(answer: Answerer, options: { instances?: number; record?: boolean } = {}) {
    this.#answer = answer;
    this.instances = options.instances ?? 8;
    this.#cached = Array.from({ length: this.instances }, () => []);
    this.#record = options.record ?? false;
  }

  count(text: string): number {
    return countWords(text);
  }

  async run(batch: readonly Operation[]): Promise<AluResult[]> {
    this.batches++;
    const results: AluResult[] = [];
    const free = new Set(this.#cached.keys());
    for (const operation of batch) {
      if (this.#record) this.operations.push(operation);
      const { instance, reused } = this.#place(operation, free);
      free.delete(instance);
      this.#cached[instance] = operation.segments;
      const promptTokens = operation.segments.reduce((sum, s) => sum + s.tokens, 0);
      try {
        const text = cut(await this.#answer(operation), operation.maxTokens);
        const outputTokens = this.count(text);
        results.push({ text, promptTokens, reusedTokens: reused, outputTokens, milliseconds: 0, cost: 0 });
      } catch (error) {
        const message = (error as Error).message;
        results.push({
          text: '',
          promptTokens,
          reusedTokens: reused,
          outputTokens: 0,
          milliseconds: 0,
          cost: 0,
          error: message,
        });
      }
    }
    return results;
  }

  /** The free instance whose cache shares the longest prefix of whole segments. */
  #place(operation: Operation, free: Set<number>): { instance: number; reused: number } {
    let best = { instance: [...free][0] ?? 0, reused: -1 };
    for (const instance of free) {
      let reused = 0;
      for (const [i, s] of operation.segments.entries()) {
        if (this.#cached[instance]![i]?.text !== s.text) break;
        reused += s.tokens;
      }
      if (reused > best.reused) best = { instance, reused };
    }
    return { instance: best.instance, reused: Math.max(0, best.reused) };
  }

  async close(): Promise<void> {}
}

/** The part of a text that a model with this limit would have said. */
function cut(text: string, maxTokens: number): string {
  if (countWords(text) <= maxTokens) return text;
  let end = text.length;
  while (countWords(text.slice(0, end)) > maxTokens) end--;
  return text.slice(0, end);
}

/** Tokens of the scripted CPU: words in pieces of up to six characters, every other character that is not a space. */
export function countWords(text: string): number {
  let tokens = 0;
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const isWord = (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c > 127;
    if (isWord) {
      if (run % 6 === 0) tokens++;
      run++;
    } else {
      run = 0;
      if (c !== 32) tokens++;
    }
  }
  return tokens;
}

/** One rule of a script: the first whose patterns all fit answers. */
export interface ScriptRule {
  /** Regular expression on the instruction segment. */
  instruction?: string;
  /** Regular expression on the text of the pages. */
  pages?: string;
  /** Answer; `$1` is a group of the last pattern given. */
  answer: string;
}

/** An answerer from rules, as in `resident os run --cpu scripted:FILE`. */
export function answerByRules(rules: readonly ScriptRule[]): Answerer {
  const compiled = rules.map(({ instruction, pages, answer }) => ({
    instruction: instruction === undefined ? undefined : new RegExp(instruction, 'm'),
    pages: pages === undefined ? undefined : new RegExp(pages, 'm'),
    answer,
  }));
  return (operation) => {
    const instruction = textOfKind(operation, 'instruction');
    const pages = operation.segments
      .filter((s) => s.kind === 'private' || s.kind === 'shared')
      .map((s) => s.text)
      .join('');
    for (const rule of compiled) {
      const first = rule.instruction?.exec(instruction);
      const second = rule.pages?.exec(pages);
      if (first === null || second === null) continue;
      const groups = second ?? first;
      return rule.answer.replace(/\$(\d)/g, (_, digit: string) => groups?.[Number(digit)] ?? '');
    }
    throw new Error(`no rule of the script fits: ${instruction.slice(0, 200)}`);
  };
}

export function textOfKind(operation: Operation, kind: Segment['kind']): string {
  return operation.segments
    .filter((s) => s.kind === kind)
    .map((s) => s.text)
    .join('');
}
