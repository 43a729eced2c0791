import { compileKernel, readBuffer, storageBuffer, writeBuffer } from '../../gpu/index.ts';
import { kernelConstants as c } from '../constants.ts';
import { wgsl } from '../kernels/tasks.wgsl.ts';
import type { Engine, StartOptions } from './engine.ts';

export interface Task extends StartOptions {
  readonly prompt: ArrayLike<number>;
}

export interface TaskResult {
  /** Tokens after the prompt. */
  readonly tokens: Uint32Array;
  /** A `FinishReason`. */
  readonly finish: number;
  /** The instance that worked on it. */
  readonly instance: number;
}

/**
 * The agent loop on the GPU: idle instances take tasks from a queue, generate until their end condition, write their
 * result and take the next, with no decision of the host between. What a task gives does not depend on the instance
 * or on the other tasks.
 *
 * Instances that work on tasks must not be started by the host meanwhile.
 */
export class TaskLoop {
  readonly #engine: Engine;
  readonly #count: number;
  readonly #resultTokens: number;
  readonly #counters: GPUBuffer;
  readonly #records: GPUBuffer;
  readonly #results: GPUBuffer;
  readonly #others: readonly GPUBuffer[];
  #remove: () => void;

  private constructor(
    engine: Engine,
    count: number,
    resultTokens: number,
    buffers: { counters: GPUBuffer; records: GPUBuffer; results: GPUBuffer; others: readonly GPUBuffer[] },
    remove: () => void,
  ) {
    this.#engine = engine;
    this.#count = count;
    this.#resultTokens = resultTokens;
    this.#counters = buffers.counters;
    this.#records = buffers.records;
    this.#results = buffers.results;
    this.#others = buffers.others;
    this.#remove = remove;
  }

  /**
   * Queues tasks for the coming steps of an engine.
   *
   * @throws ResidentError when a prompt is empty, too long, or holds ids outside the vocabulary
   */
  static async create(engine: Engine, tasks: readonly Task[]): Promise<TaskLoop> {
    const { gpu } = engine;
    const starts = tasks.map((task) => engine.initialState(task.prompt, task));
    const prompts = new Uint32Array(starts.reduce((sum, { tokens }) => sum + tokens.length, 0));
    const words = new Uint32Array(tasks.length * c.MODEL_TASK_WORDS);
    let offset = 0;
    let resultTokens = 1;
    for (const [i, start] of starts.entries()) {
      words[i * c.MODEL_TASK_WORDS + c.MODEL_TASK_PROMPT_OFFSET] = offset;
      words.set(start.words, i * c.MODEL_TASK_WORDS + c.MODEL_TASK_INITIAL);
      prompts.set(start.tokens, offset);
      offset += start.tokens.length;
      resultTokens = Math.max(resultTokens, start.words[c.MODEL_STATE_MAX_LENGTH]! - start.tokens.length);
    }
    const counters = storageBuffer(gpu, new Uint32Array([0, tasks.length, 0, 0]), { label: 'task counters' });
    const records = storageBuffer(gpu, words, { label: 'tasks' });
    const results = storageBuffer(gpu, tasks.length * resultTokens * 4, { label: 'task results' });
    const promptBuffer = storageBuffer(gpu, prompts, { label: 'task prompts' });
    const current = storageBuffer(gpu, engine.instances * 4, { label: 'current tasks' });
    const kernel = await compileKernel(gpu, wgsl, { label: 'tasks', constants: { RESULT_TOKENS: resultTokens } });
    const { state, tokens, plan } = engine.buffers;
    const bindings = kernel.bind(state, tokens, plan, counters, records, promptBuffer, results, current);
    const hook: (typeof engine.afterSample)[number] = (chain) => chain.dispatch(kernel, bindings, engine.instances);
    engine.afterSample.push(hook);
    engine.expectPrompts = true;
    const remove = () => {
      const index = engine.afterSample.indexOf(hook);
      if (index >= 0) engine.afterSample.splice(index, 1);
      engine.expectPrompts = false;
    };
    const others = [promptBuffer, current];
    return new TaskLoop(engine, tasks.length, resultTokens, { counters, records, results, others }, remove);
  }

  /** Tasks finished after the chains submitted so far. */
  async finished(): Promise<number> {
    return new Uint32Array(await readBuffer(this.#engine.gpu, this.#counters, 8, 4))[0]!;
  }

  /**
   * Runs the engine until all tasks are finished.
   *
   * @param onProgress sees the number of finished tasks after each chain
   */
  async run(stepsPerChain = 32, onProgress?: (finished: number) => void): Promise<TaskResult[]> {
    let pending = this.#engine.submitSteps(stepsPerChain);
    for (;;) {
      const next = this.#engine.submitSteps(stepsPerChain);
      await pending;
      const finished = await this.finished();
      onProgress?.(finished);
      if (finished >= this.#count) {
        await next;
        return this.results();
      }
      pending = next;
    }
  }

  /** Results in the order of the tasks; unfinished ones have no tokens. */
  async results(): Promise<TaskResult[]> {
    const { gpu } = this.#engine;
    const records = new Uint32Array(await readBuffer(gpu, this.#records));
    const tokens = new Uint32Array(await readBuffer(gpu, this.#results));
    return Array.from({ length: this.#count }, (_, i) => {
      const word = (index: number) => records[i * c.MODEL_TASK_WORDS + index]!;
      const first = i * this.#resultTokens;
      const length = word(c.MODEL_TASK_STATE) === 2 ? word(c.MODEL_TASK_RESULT_LENGTH) : 0;
      return {
        tokens: tokens.slice(first, first + length),
        finish: word(c.MODEL_TASK_FINISH),
        instance: word(c.MODEL_TASK_INSTANCE),
      };
    });
  }

  /** Takes no more tasks and frees the queue. Instances at work go on with what they have. */
  close(): void {
    this.#remove();
    writeBuffer(this.#engine.gpu, this.#counters, new Uint32Array([0, 0]));
    for (const buffer of [this.#counters, this.#records, this.#results, ...this.#others]) buffer.destroy();
  }
}
