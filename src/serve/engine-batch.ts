import type { Chain, Gpu } from '../gpu/index.ts';
import { FinishReason, InstanceStatus, kernelConstants as model } from '../model/constants.ts';
import { controlLimits, SamplingControls } from '../model/controls/controls.ts';
import type { Engine, Snapshot } from '../model/engine/index.ts';
import { GrammarMask } from '../model/grammar/index.ts';
import { GpuVocabulary, type Tokenizer } from '../model/tokenizer/index.ts';
import type { GenerationRequest, VmStatistics } from './backend.ts';
import type { BatchView, InstanceBatch } from './batch.ts';
import { commonPrefix, PrefixCache } from './prefix-cache.ts';

/** What the batch needs of in-band computing. */
export interface InbandControl {
  start(instance: number, promptLength: number, budget: bigint): void;
  stop(instance: number): void;
  statistics(): Promise<readonly VmStatistics[]>;
}

/** A request waits for another's prompt when that saves it at least so many tokens. */
const worthWaiting = 64;

/** The real engine as a batch. */
export class EngineBatch implements InstanceBatch {
  readonly engine: Engine;
  readonly lost: Promise<string>;
  readonly #inband: InbandControl | undefined;
  readonly #onDestroy: () => void;
  /** What in-band computing records after each step; left out while no request asks for it. */
  readonly #inbandHooks: Engine['afterSample'];
  readonly #withVm = new Set<number>();
  readonly #controls: SamplingControls;
  readonly #grammars: GrammarMask;
  readonly #withGrammar = new Set<number>();
  readonly #prefixes: PrefixCache;
  /** Requests on instances, with the number of the first chain that knows of them. */
  readonly #running = new Map<number, { prompt: readonly number[]; since: number }>();
  /** Requests that wait until another instance has computed the beginning of their prompts. */
  readonly #deferred = new Map<number, { request: GenerationRequest; source: number; since: number; wanted: number }>();
  readonly #noted = new Map<number, { prompt: readonly number[]; cached: number }>();
  #submitted = 0;
  #reusedTokens = 0;

  /**
   * @param inband hooked into the engine, if there is in-band computing
   * @param onDestroy called last, to release what the engine runs on
   */
  static async create(
    gpu: Gpu,
    engine: Engine,
    tokenizer: Tokenizer,
    inband: InbandControl | undefined,
    onDestroy: () => void = () => {},
  ): Promise<EngineBatch> {
    const controls = await SamplingControls.create(gpu, engine);
    // A grammar must have the last word, so its hook comes after the one of the controls.
    engine.beforeSample.push((chain) => controls.encodeAdjust(chain));
    const grammars = await GrammarMask.attach(engine, tokenizer, new GpuVocabulary(gpu, tokenizer));
    return new EngineBatch(gpu, engine, inband, controls, grammars, onDestroy);
  }

  private constructor(
    gpu: Gpu,
    engine: Engine,
    inband: InbandControl | undefined,
    controls: SamplingControls,
    grammars: GrammarMask,
    onDestroy: () => void,
  ) {
    this.engine = engine;
    this.lost = gpu.lost;
    this.#controls = controls;
    this.#grammars = grammars;
    this.#prefixes = new PrefixCache(engine.instances, engine.cache.pagesPerInstance, model.MODEL_PAGE);
    this.#inband = inband;
    this.#onDestroy = onDestroy;
    this.#inbandHooks = [...engine.afterSample];
  }

  get instances(): number {
    return this.engine.instances;
  }

  get contextLength(): number {
    return this.engine.contextLength;
  }

  get vocabulary(): number {
    return this.engine.config.vocabulary;
  }

  get embeddingWidth(): number {
    return this.engine.config.width;
  }

  get vm(): boolean {
    return this.#inband !== undefined;
  }

  get reusedTokens(): number {
    return this.#reusedTokens;
  }

  get busyMs(): number {
    return this.engine.statistics.gpuMs;
  }

  get idleMs(): number {
    return this.engine.statistics.idleMs;
  }

  start(instance: number, request: GenerationRequest): void {
    // A grammar may not fit, which the caller must hear now.
    const source = request.grammar ? undefined : this.#sourceToCome(request.prompt);
    if (source) this.#deferred.set(instance, { request, ...source });
    else this.#startNow(instance, request);
  }

  #startNow(instance: number, request: GenerationRequest): void {
    const { prompt, maxTokens, sampling, vm, grammar, embed } = request;
    if (grammar) {
      this.#grammars.set(instance, grammar, prompt.length);
      this.#withGrammar.add(instance);
    }
    const { reused, pages } = this.#prefixes.start(instance, prompt);
    const { engine } = this;
    const { queue } = engine.gpu.device;
    if (pages) queue.writeBuffer(engine.cache.pages, instance * pages.byteLength, pages);
    engine.start(instance, prompt, { maxTokens, ...sampling });
    const cached = (instance * model.MODEL_STATE_STRIDE + model.MODEL_STATE_CACHED) * 4;
    if (reused > 0) queue.writeBuffer(engine.buffers.state, cached, new Uint32Array([reused]));
    this.#reusedTokens += reused;
    this.#running.set(instance, { prompt, since: this.#submitted });
    this.#controls.set(instance, sampling, embed);
    if (vm) {
      this.#inband?.start(instance, prompt.length, vm.budget);
      this.#withVm.add(instance);
    }
  }

  /** A running instance that will soon have computed more of the prompt's beginning than any has now. */
  #sourceToCome(prompt: readonly number[]): { source: number; since: number; wanted: number } | undefined {
    const present = Math.max(...Array.from(this.#running.keys(), (other) => this.#prefixes.held(other, prompt)), 0);
    for (const [source, { prompt: other, since }] of this.#running) {
      const common = commonPrefix(other, prompt, prompt.length - 1);
      const wanted = common - (common % model.MODEL_PAGE);
      if (wanted >= present + worthWaiting) return { source, since, wanted };
    }
    return undefined;
  }

  /** Starts those whose prompt's beginning has been computed elsewhere, or will not be. */
  #startDeferred(): void {
    for (const [instance, { request, source, since, wanted }] of this.#deferred) {
      const comes = this.#running.get(source)?.since === since;
      if (comes && this.#prefixes.held(source, request.prompt) < wanted) continue;
      this.#deferred.delete(instance);
      this.#startNow(instance, request);
    }
  }

  release(instance: number): void {
    if (this.#deferred.delete(instance)) return;
    this.#running.delete(instance);
    this.engine.release(instance);
    this.#controls.clear(instance);
    if (this.#withGrammar.delete(instance)) this.#grammars.set(instance, undefined);
    if (this.#withVm.delete(instance)) this.#inband?.stop(instance);
  }

  async submit(steps: number): Promise<BatchView> {
    const controls = this.#controls;
    const hooks = this.#withVm.size > 0 ? this.#inbandHooks : [];
    const record = (chain: Chain) => {
      controls.encodeRecord(chain);
      controls.encodeEmbedding(chain);
    };
    this.engine.afterSample.splice(0, Number.POSITIVE_INFINITY, record, ...hooks);
    const number = this.#submitted++;
    const waiting = new Set(this.#deferred.keys());
    const pending = this.engine.submitSteps(Math.min(steps, controlLimits.steps));
    const recorded = controls.recording ? controls.read() : undefined;
    const snapshot = await pending;
    const logprob = await recorded;
    for (const [instance, { since }] of this.#running) if (number >= since) this.#noteCached(instance, snapshot);
    this.#startDeferred();
    return {
      generated: (instance) => (waiting.has(instance) ? [] : snapshot.generated(instance)),
      finish: (instance) => {
        if (waiting.has(instance) || snapshot.status(instance) !== InstanceStatus.done) return undefined;
        return snapshot.word(instance, model.MODEL_STATE_FINISH) === FinishReason.length ? 'length' : 'stop';
      },
      logprob: (instance, index) => {
        const position = snapshot.word(instance, model.MODEL_STATE_PROMPT_LENGTH) + index;
        return logprob?.(instance, position) ?? { logprob: undefined, top: [] };
      },
      embedding: (instance) => controls.readEmbedding(instance),
      vmStatistics: async (instance) => {
        const all = await this.#inband?.statistics();
        return all?.[instance] ?? { regions: 0, errors: 0, instructions: 0n };
      },
    };
  }

  #noteCached(instance: number, snapshot: Snapshot): void {
    const { prompt } = this.#running.get(instance)!;
    const cached = snapshot.word(instance, model.MODEL_STATE_CACHED);
    const known = this.#noted.get(instance);
    if (known?.prompt === prompt && cached - known.cached < model.MODEL_PAGE) return;
    this.#noted.set(instance, { prompt, cached: cached - (cached % model.MODEL_PAGE) });
    this.#prefixes.update(instance, snapshot.tokens(instance).slice(0, cached));
  }

  destroy(): void {
    this.#controls.destroy();
    this.#grammars.destroy();
    this.engine.destroy();
    this.#onDestroy();
  }
}
