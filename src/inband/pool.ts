import { Compiler } from '../cc/index.ts';
import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import { Population } from '../machine/index.ts';
import { FinishReason, InstanceStatus, kernelConstants as model } from '../model/constants.ts';
import { Engine, type Snapshot, type StartOptions } from '../model/engine/index.ts';
import type { Gguf } from '../model/gguf/index.ts';
import { GpuVocabulary, Tokenizer } from '../model/tokenizer/index.ts';
import { defaultBudget, Inband, type InbandStatistics } from './inband.ts';

export interface PoolOptions {
  /** Instances that decode together. */
  instances: number;
  /** Tokens each instance can hold, prompt included. */
  contextLength: number;
  /** Prepare in-band computing; default true. */
  vm?: boolean;
  /** Most steps in one submitted chain; default 32. The first chains are shorter, so that the first tokens show early. */
  stepsPerChain?: number;
}

export interface GenerateRequest extends StartOptions {
  /** Prompt, as tokens. */
  prompt: ArrayLike<number>;
  /** Compute in band; default true where the pool is prepared for it. */
  vm?: boolean;
  /** Most instructions for each region. */
  budget?: bigint;
}

export type InstanceState = 'queued' | 'reading' | 'writing' | 'computing' | 'done';

/** One request as it stands after a chain. */
export interface Progress {
  request: number;
  /** -1 while queued. */
  instance: number;
  state: InstanceState;
  /** Tokens after the prompt, injected ones included. */
  tokens: Uint32Array;
}

export interface GenerateResult {
  request: number;
  instance: number;
  tokens: Uint32Array;
  text: string;
  finish: 'stop' | 'length';
  vm: InbandStatistics;
}

export interface RunStatistics {
  /** Chains submitted. */
  submits: number;
  /** Tokens after the prompts. */
  tokens: number;
  /** Milliseconds from the first submit to the last result. */
  wallMs: number;
  /** Milliseconds until the first chain that held a generated token was back. */
  firstTokenMs: number;
  /** Milliseconds in which the GPU had work. */
  gpuMs: number;
  /** Milliseconds the host spent recording, submitting and reading. */
  cpuMs: number;
  /** Machine instructions executed in band. */
  instructions: bigint;
}

/** A loaded model with N instances that share its weights, and in-band computing for each of them. */
export class InstancePool {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  readonly inband: Inband | undefined;
  readonly #stepsPerChain: number;

  /** @throws ResidentError when the model cannot be used or does not fit */
  static async open(gpu: Gpu, gguf: Gguf, options: PoolOptions): Promise<InstancePool> {
    const tokenizer = new Tokenizer(gguf.metadata);
    const { instances } = options;
    const engineReady = Engine.load(gpu, gguf, options);
    if (options.vm === false) return new InstancePool(await engineReady, tokenizer, undefined, options);
    const vocabulary = new GpuVocabulary(gpu, tokenizer);
    if (!vocabulary.canEncode) {
      vocabulary.destroy();
      throw new ResidentError(`${gguf.name}: in-band computing cannot write this model's tokens; use --no-vm.`);
    }
    const population = await Population.create(gpu, { instances });
    const compiler = await Compiler.create(gpu, { slots: instances, population });
    const engine = await engineReady;
    const inband = await Inband.create(gpu, engine, vocabulary, compiler, population);
    return new InstancePool(engine, tokenizer, inband, options);
  }

  private constructor(engine: Engine, tokenizer: Tokenizer, inband: Inband | undefined, options: PoolOptions) {
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.inband = inband;
    this.#stepsPerChain = options.stepsPerChain ?? 32;
  }

  /**
   * Generates for all requests, as many at a time as there are instances. The host only submits chains, reads what
   * they wrote, and hands a free instance its next request.
   *
   * @param onProgress sees every request after each chain
   */
  async generate(
    requests: readonly GenerateRequest[],
    onProgress?: (progress: readonly Progress[]) => void,
  ): Promise<{ results: GenerateResult[]; statistics: RunStatistics }> {
    const { engine } = this;
    const before = { ...engine.statistics };
    const began = performance.now();
    let readMs = 0;
    let firstTokenMs = 0;
    const progress = requests.map(
      (_, request): Progress => ({ request, instance: -1, state: 'queued', tokens: new Uint32Array() }),
    );
    const results: GenerateResult[] = [];
    /** Request on each instance, and the number of the first chain that knows of it. */
    const running = new Map<number, { request: number; since: number }>();
    let next = 0;
    let submitted = 0;
    const fill = () => {
      for (let instance = 0; instance < engine.instances && next < requests.length; instance++) {
        if (running.has(instance)) continue;
        this.#start(instance, requests[next]!);
        progress[next]!.instance = instance;
        progress[next]!.state = 'reading';
        running.set(instance, { request: next, since: submitted });
        next++;
      }
    };
    const submit = () => ({
      number: submitted++,
      snapshot: engine.submitSteps(Math.min(2 ** (submitted - 1), this.#stepsPerChain)),
    });

    fill();
    let pending = submit();
    while (running.size > 0) {
      const following = submit();
      const snapshot = await pending.snapshot;
      const readBegan = performance.now();
      const ended: number[] = [];
      for (const [instance, { request, since }] of running) {
        if (pending.number < since) continue;
        const entry = progress[request]!;
        this.#update(entry, snapshot, instance);
        if (firstTokenMs === 0 && entry.tokens.length > 0) firstTokenMs = readBegan - began;
        if (entry.state === 'done') ended.push(instance);
      }
      if (ended.length > 0) {
        const statistics = await this.inband?.statistics();
        for (const instance of ended) {
          const { request } = running.get(instance)!;
          running.delete(instance);
          results[request] = this.#result(progress[request]!, snapshot, statistics?.[instance]);
        }
        fill();
      }
      onProgress?.(progress);
      readMs += performance.now() - readBegan;
      pending = following;
    }
    await pending.snapshot;
    return {
      results,
      statistics: {
        submits: engine.statistics.submits - before.submits,
        tokens: results.reduce((sum, result) => sum + result.tokens.length, 0),
        wallMs: performance.now() - began,
        firstTokenMs,
        gpuMs: engine.statistics.gpuMs - before.gpuMs,
        cpuMs: engine.statistics.cpuMs - before.cpuMs + readMs,
        instructions: results.reduce((sum, result) => sum + result.vm.instructions, 0n),
      },
    };
  }

  destroy(): void {
    this.engine.destroy();
    this.inband?.destroy();
  }

  #start(instance: number, request: GenerateRequest): void {
    this.engine.start(instance, request.prompt, request);
    if (request.vm === false) this.inband?.stop(instance);
    else this.inband?.start(instance, request.prompt.length, request.budget ?? defaultBudget);
  }

  #update(entry: Progress, snapshot: Snapshot, instance: number): void {
    entry.tokens = snapshot.generated(instance);
    const status = snapshot.status(instance);
    if (status === InstanceStatus.done) entry.state = 'done';
    else if (status === InstanceStatus.paused) entry.state = 'computing';
    else entry.state = entry.tokens.length > 0 ? 'writing' : 'reading';
  }

  #result(entry: Progress, snapshot: Snapshot, vm: InbandStatistics | undefined): GenerateResult {
    const { request, instance, tokens } = entry;
    const finish = snapshot.word(instance, model.MODEL_STATE_FINISH) === FinishReason.length ? 'length' : 'stop';
    const text = this.tokenizer.decode(tokens);
    return { request, instance, tokens, text, finish, vm: vm ?? { regions: 0, errors: 0, instructions: 0n } };
  }
}
