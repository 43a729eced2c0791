import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import { FinishReason, InstanceStatus, kernelConstants as model } from '../model/constants.ts';
import { type ControlOptions, SamplingControls } from '../model/controls/controls.ts';
import { Engine, type Snapshot, type StartOptions } from '../model/engine/index.ts';
import type { Gguf } from '../model/gguf/index.ts';
import { type Automaton, cutAtStop, GrammarMask, StopStrings } from '../model/grammar/index.ts';
import { GpuVocabulary, Tokenizer } from '../model/tokenizer/index.ts';
import { defaultBudget } from './constants.ts';
import type { Inband, InbandStatistics } from './inband.ts';
import { findRegions } from './regions.ts';

export interface PoolOptions {
  /** Instances that decode together. */
  instances: number;
  /** Tokens each instance can hold, prompt included. */
  contextLength: number;
  /** Prepare in-band computing; default true. */
  vm?: boolean;
  /** Most bytes of one region's source, together with what earlier ones define; default 2048. */
  sourceBytes?: number;
  /** Let in-band programs send each other messages; default false, so that requests know nothing of each other. */
  messages?: boolean;
  /** Keep attention weights, for programs that call `attn`; default false. */
  keepAttention?: boolean;
  /** Sees what memory the engine will take, in one sentence, before anything is loaded. */
  onPlan?: (plan: string) => void;
  /** Sees how many bytes of the weights are loaded. */
  onProgress?: (done: number, total: number) => void;
  /** Most steps in one submitted chain; default 32. The first chains are shorter, so that the first tokens show early. */
  stepsPerChain?: number;
}

export interface GenerateRequest extends StartOptions, Omit<ControlOptions, 'logprobs'> {
  /** Prompt, as tokens. */
  prompt: ArrayLike<number>;
  /** Compute in band; default true where the pool is prepared for it. */
  vm?: boolean;
  /** Most instructions for each region. */
  budget?: bigint;
  /** Generate only what this grammar allows; injected results are no part of it. */
  grammar?: Automaton | undefined;
  /** End at the first of these, which is cut off the text. */
  stop?: readonly string[] | undefined;
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
  /** Processor milliseconds of this thread: recording, submitting, reading, showing. */
  cpuMs: number;
  /** Machine instructions executed in band. */
  instructions: bigint;
}

/** A loaded model with N instances that share its weights, and in-band computing for each of them. */
export class InstancePool {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  readonly #openInband: (() => Promise<Inband>) | undefined;
  #inband: Promise<Inband> | undefined;
  readonly #stepsPerChain: number;

  /** @throws ResidentError when the model cannot be used or does not fit */
  static async open(gpu: Gpu, gguf: Gguf, options: PoolOptions): Promise<InstancePool> {
    const tokenizer = new Tokenizer(gguf.metadata);
    const engine = await Engine.load(gpu, gguf, options);
    const inband = options.vm === false ? undefined : () => openInband(gpu, gguf.name, engine, tokenizer, options);
    return new InstancePool(engine, tokenizer, inband, options);
  }

  private constructor(
    engine: Engine,
    tokenizer: Tokenizer,
    inband: (() => Promise<Inband>) | undefined,
    options: PoolOptions,
  ) {
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.#openInband = inband;
    this.#stepsPerChain = options.stepsPerChain ?? 32;
  }

  /**
   * In-band computing: undefined where it is off. The first use loads the compiler and the machine and compiles their
   * kernels.
   */
  get inband(): Promise<Inband> | undefined {
    this.#inband ??= this.#openInband?.();
    return this.#inband;
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
    const cpuBegan = threadMilliseconds();
    let firstTokenMs = 0;
    const progress = requests.map(
      (_, request): Progress => ({ request, instance: -1, state: 'queued', tokens: new Uint32Array() }),
    );
    const results: GenerateResult[] = [];
    /** Request on each instance, and the number of the first chain that knows of it. */
    const running = new Map<number, { request: number; since: number }>();
    let inband = this.#hooked;
    if (requests.some(wantsControls)) this.#controls ??= await this.#prepareControls();
    if (requests.some(({ grammar }) => grammar)) this.#grammars ??= await this.#prepareGrammars();
    if (requests.some(({ stop }) => stop && stop.length > 0)) this.#stops ??= await this.#prepareStops();
    let next = 0;
    let submitted = 0;
    const fill = () => {
      for (let instance = 0; instance < engine.instances && next < requests.length; instance++) {
        if (running.has(instance)) continue;
        const request = requests[next]!;
        engine.start(instance, request.prompt, request);
        this.#controls?.set(instance, request);
        this.#grammars?.set(instance, request.grammar, request.prompt.length);
        this.#stops?.set(instance, request.stop ?? [], request.prompt.length);
        if (inband) watch(inband, instance, request);
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

    /** Takes in what a chain wrote; returns the instances whose request has ended. */
    const see = (chain: number, snapshot: Snapshot): number[] => {
      const received = performance.now();
      const ended: number[] = [];
      for (const [instance, { request, since }] of running) {
        if (chain < since) continue;
        const entry = progress[request]!;
        update(entry, snapshot, instance);
        if (firstTokenMs === 0 && entry.tokens.length > 0) firstTokenMs = received - began;
        if (entry.state === 'done') ended.push(instance);
      }
      return ended;
    };

    // One step needs no in-band computing (see openInband), so prompts are read while its kernels are still compiling.
    fill();
    let pending = submit();
    if (this.#openInband && !inband) {
      const opening = this.inband!;
      opening.catch(() => {}); // reported below, not before
      see(pending.number, await pending.snapshot);
      onProgress?.(progress);
      inband = await opening;
      this.#hooked = inband;
      for (const [instance, { request }] of running) watch(inband, instance, requests[request]!);
    }
    while (running.size > 0) {
      const following = submit();
      const snapshot = await pending.snapshot;
      const ended = see(pending.number, snapshot);
      if (ended.length > 0) {
        const statistics = await inband?.statistics();
        for (const instance of ended) {
          const { request } = running.get(instance)!;
          running.delete(instance);
          results[request] = this.#result(
            progress[request]!,
            snapshot,
            statistics?.[instance],
            requests[request]!.stop,
          );
        }
        fill();
      }
      onProgress?.(progress);
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
        cpuMs: threadMilliseconds() - cpuBegan,
        instructions: results.reduce((sum, result) => sum + result.vm.instructions, 0n),
      },
    };
  }

  /** Set once in-band computing takes part in the engine's steps. */
  #hooked: Inband | undefined;

  #controls: SamplingControls | undefined;
  #grammars: GrammarMask | undefined;
  #stops: StopStrings | undefined;
  #vocabulary: GpuVocabulary | undefined;

  async #prepareControls(): Promise<SamplingControls> {
    const controls = await SamplingControls.create(this.engine.gpu, this.engine);
    // A grammar must have the last word.
    this.engine.beforeSample.unshift((chain) => controls.encodeAdjust(chain));
    return controls;
  }

  #prepareGrammars(): Promise<GrammarMask> {
    this.#vocabulary ??= new GpuVocabulary(this.engine.gpu, this.tokenizer);
    return GrammarMask.attach(this.engine, this.tokenizer, this.#vocabulary);
  }

  #prepareStops(): Promise<StopStrings> {
    this.#vocabulary ??= new GpuVocabulary(this.engine.gpu, this.tokenizer);
    return StopStrings.attach(this.engine, this.#vocabulary);
  }

  destroy(): void {
    this.#controls?.destroy();
    this.#grammars?.destroy();
    this.#stops?.destroy();
    this.#vocabulary?.destroy();
    this.engine.destroy();
    void this.#inband?.then((inband) => inband.destroy());
  }

  #result(
    entry: Progress,
    snapshot: Snapshot,
    vm: InbandStatistics | undefined,
    stop: readonly string[] = [],
  ): GenerateResult {
    const { request, instance, tokens } = entry;
    const finish = snapshot.word(instance, model.MODEL_STATE_FINISH) === FinishReason.length ? 'length' : 'stop';
    const text = cutAtStop(this.tokenizer.decode(tokens), stop);
    return { request, instance, tokens, text, finish, vm: vm ?? { regions: 0, errors: 0, instructions: 0n } };
  }
}

/**
 * Prepares in-band computing and hooks it into the engine.
 *
 * Steps before that are safe as long as they sample no token that closes a region all by itself; a vocabulary with
 * such a token is refused.
 */
async function openInband(
  gpu: Gpu,
  fileName: string,
  engine: Engine,
  tokenizer: Tokenizer,
  options: PoolOptions,
): Promise<Inband> {
  const vocabulary = new GpuVocabulary(gpu, tokenizer);
  const closing = Array.from({ length: tokenizer.size }, (_, id) => id).find((id) => closesRegion(tokenizer, id));
  if (!vocabulary.canEncode || closing !== undefined) {
    const reason = closing === undefined ? 'the GPU cannot cut text as it does' : `token ${closing} is a whole region`;
    throw new ResidentError(
      `${fileName}: in-band computing does not work with this tokenizer, ${reason}; use --no-vm.`,
    );
  }
  const { Population } = await import('../machine/index.ts');
  const { Compiler } = await import('../cc/index.ts');
  const { Inband } = await import('./inband.ts');
  const { instances } = engine;
  const population = await Population.create(gpu, {
    instances,
    external: true,
    float: true,
    textBytes: 16 * Math.max(1024, options.sourceBytes ?? 2048),
    ...(options.messages ? { mailbox: {} } : {}),
  });
  const compiler = await Compiler.create(gpu, {
    slots: instances,
    population,
    sourceBytes: options.sourceBytes ?? 2048,
  });
  const inband = await Inband.create(gpu, engine, vocabulary, compiler, population);
  // Results that are integers do not need this one. A program that does waits for it; `encode` reports a failure.
  population.prepareNumbers().catch(() => {});
  return inband;
}

const bracket = 93;
const backtick = 96;

function closesRegion(tokenizer: Tokenizer, id: number): boolean {
  const bytes = tokenizer.tokenBytes(id);
  if (!bytes.includes(backtick) && !bytes.includes(bracket)) return false;
  return findRegions(new TextDecoder().decode(bytes)).length > 0;
}

function watch(inband: Inband, instance: number, request: GenerateRequest): void {
  if (request.vm === false) inband.stop(instance);
  else inband.start(instance, request.prompt.length, request.budget ?? defaultBudget);
}

function update(entry: Progress, snapshot: Snapshot, instance: number): void {
  entry.tokens = snapshot.generated(instance);
  const status = snapshot.status(instance);
  if (status === InstanceStatus.done) entry.state = 'done';
  else if (status === InstanceStatus.paused) entry.state = 'computing';
  else entry.state = entry.tokens.length > 0 ? 'writing' : 'reading';
}

/** Processor time of this thread; browsers only have the wall clock. */
function threadMilliseconds(): number {
  if (typeof process === 'undefined' || !process.threadCpuUsage) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function wantsControls({ logitBias, presencePenalty, frequencyPenalty, repetitionPenalty }: GenerateRequest): boolean {
  return Boolean(logitBias?.size || presencePenalty || frequencyPenalty || (repetitionPenalty ?? 1) !== 1);
}
