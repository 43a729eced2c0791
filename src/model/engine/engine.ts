import { ResidentError } from '../../errors.ts';
import { Chain, compileKernel, type Gpu, storageBuffer, uniformBuffer, writeBuffer } from '../../gpu/index.ts';
import { kernelConstants as c, InstanceStatus } from '../constants.ts';
import type { Gguf } from '../gguf/index.ts';
import { wgsl as planSource } from '../kernels/plan.wgsl.ts';
import { wgsl as sampleSource } from '../kernels/sample.wgsl.ts';
import { wgsl as scanSource } from '../kernels/scan.wgsl.ts';
import { createCache, type KeyValueCache } from './cache.ts';
import { type ModelConfig, readConfig } from './config.ts';
import type { Forward, RowMode } from './forward.ts';
import { FastForward } from './forward-fast.ts';
import { PortableForward } from './forward-portable.ts';
import { describePlan, planMemory, refuseWhenFull } from './memory-plan.ts';
import { PageTables, type SharedPrefix, usablePages } from './prefix.ts';
import { Readback, type Snapshot } from './readback.ts';
import { encode, type Operation } from './resources.ts';
import { loadWeights, type ModelWeights } from './weights.ts';

export interface EngineOptions {
  /** Instances that share the weights. */
  readonly instances: number;
  /** Tokens each instance can hold, prompt included; a multiple of 16 is used. */
  readonly contextLength: number;
  /** Most rows (token positions) computed in one step; default 512, on software adapters
   * 64, or the number of instances if that is more. */
  readonly rows?: number;
  /** Bits of a cached key or value; default 16. With 8, each head of a position has a scale. */
  readonly cacheBits?: 8 | 16 | 32;
  /** Pages of 16 positions for prefixes that instances share; default 0. */
  readonly sharedPages?: number;
  /** Keep the attention weights of each instance's last step ({@link Engine.attention}); default false. */
  readonly keepAttention?: boolean;
  /** Kernels to use; default: the fast ones where the adapter has what they need and is no software adapter. */
  readonly path?: 'portable' | 'fast';
  /** An engine on the same path whose weights of the same model are used, and not freed, by this one. */
  readonly weightsOf?: Engine;
  /** Sees what memory the engine will take, in one sentence, before anything is loaded. */
  readonly onPlan?: (plan: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface StartOptions {
  /** Most tokens after the prompt; default: until the context is full. */
  readonly maxTokens?: number;
  /** 0 (the default) is greedy. */
  readonly temperature?: number;
  /** 0 or absent: all tokens. */
  readonly topK?: number;
  /** 1 or absent: all tokens. */
  readonly topP?: number;
  /** 0 or absent: all tokens. */
  readonly minP?: number;
  /** The same seed and prompt give the same tokens, whatever else runs in the batch. */
  readonly seed?: number;
  /** A shared beginning: as many pages of it as the prompt begins with are read instead of computed. */
  readonly prefix?: SharedPrefix;
  /** Go on after end-of-generation tokens. */
  readonly ignoreStop?: boolean;
}

/** Buffers that kernels of other floors read and write; layout in ../constants.ts. */
export interface EngineBuffers {
  /** `instances × MODEL_STATE_STRIDE` words. */
  readonly state: GPUBuffer;
  /** `instances × contextLength` token ids. */
  readonly tokens: GPUBuffer;
  /** Rows and samples of the current step. */
  readonly plan: GPUBuffer;
  /** `instances × vocabulary` f32: of each instance's last sample. */
  readonly logits: GPUBuffer;
  /** Number of stop tokens, then their ids. */
  readonly stops: GPUBuffer;
}

export interface EngineStatistics {
  /** Chains submitted. */
  submits: number;
  /** Dispatches in them. */
  dispatches: number;
  /** Milliseconds in which at least one chain was under way. */
  gpuMs: number;
  /**
   * Milliseconds in which the GPU waited for the next chain, by its own clock: from the end of one to the start of the
   * next that was submitted while this thread still waited for the first. 0 where the adapter has no timestamps.
   */
  idleMs: number;
  /** Milliseconds this thread spent recording and submitting chains. */
  cpuMs: number;
}

/**
 * N instances of one model on the GPU, each with its own tokens, KV cache and sampler.
 *
 * A step runs entirely on the GPU: the plan kernel chooses rows, the forward pass computes them, and the sample kernel
 * appends a token to every instance whose last row was among them. Prompt processing, generation and injected text are
 * one mechanism: whoever raises an instance's LENGTH gets rows for the new tokens.
 */
export class Engine {
  readonly gpu: Gpu;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly instances: number;
  readonly contextLength: number;
  /** Most rows in one step. */
  readonly rows: number;
  readonly buffers: EngineBuffers;
  readonly cache: KeyValueCache;
  /**
   * f32 weights of the last sampled step, `instances × layers × heads × contextLength`, if they are kept; the positions
   * that it saw are valid.
   */
  readonly attention: GPUBuffer | undefined;
  /** Record dispatches that may change the logits before they are sampled. */
  readonly beforeSample: ((chain: Chain) => void)[] = [];
  /** Record dispatches after tokens were appended: they may append more, pause or resume instances. */
  readonly afterSample: ((chain: Chain) => void)[] = [];
  /** Set while kernels start instances on prompts, so that every step has room for prompt rows. */
  expectPrompts = false;
  readonly statistics: EngineStatistics = { submits: 0, dispatches: 0, gpuMs: 0, idleMs: 0, cpuMs: 0 };
  readonly #forward: Forward;
  readonly #ownsWeights: boolean;
  readonly #tables: PageTables;
  readonly #plans: Readonly<Record<RowMode, Operation>>;
  readonly #heads: Readonly<Record<RowMode, readonly Operation[]>>;
  /** Prompt tokens that the steps recorded so far may leave over. */
  #promptTokens = 0;
  readonly #sample: readonly Operation[];
  readonly #readback: Readback;
  #scoring: Promise<{ logits: GPUBuffer; operations: Operation[] }> | undefined;

  private constructor(parts: {
    gpu: Gpu;
    config: ModelConfig;
    weights: ModelWeights;
    ownsWeights: boolean;
    instances: number;
    contextLength: number;
    rows: number;
    buffers: EngineBuffers;
    cache: KeyValueCache;
    attention: GPUBuffer | undefined;
    forward: Forward;
    plans: Readonly<Record<RowMode, Operation>>;
    heads: Readonly<Record<RowMode, readonly Operation[]>>;
    sample: readonly Operation[];
  }) {
    this.gpu = parts.gpu;
    this.config = parts.config;
    this.weights = parts.weights;
    this.#ownsWeights = parts.ownsWeights;
    this.#tables = new PageTables(parts.gpu, parts.cache);
    this.instances = parts.instances;
    this.contextLength = parts.contextLength;
    this.rows = parts.rows;
    this.buffers = parts.buffers;
    this.cache = parts.cache;
    this.attention = parts.attention;
    this.#forward = parts.forward;
    this.#plans = parts.plans;
    this.#heads = parts.heads;
    this.#sample = parts.sample;
    this.#readback = new Readback(parts.gpu, parts.buffers, parts.instances, parts.contextLength, this.statistics);
  }

  /**
   * Loads a model and prepares all kernels.
   *
   * @throws ResidentError when the model is of an unknown kind, is inconsistent, or does not fit the adapter
   */
  static async load(gpu: Gpu, gguf: Gguf, options: EngineOptions): Promise<Engine> {
    const config = readConfig(gguf);
    const { instances } = options;
    if (!Number.isInteger(instances) || instances < 1 || instances > 65535) {
      throw new ResidentError(`The number of instances must be 1 to 65535, not ${instances}.`, { exitCode: 2 });
    }
    if (!Number.isInteger(options.contextLength) || options.contextLength < 1) {
      throw new ResidentError(`The context length must be a positive integer, not ${options.contextLength}.`, {
        exitCode: 2,
      });
    }
    const contextLength = Math.ceil(options.contextLength / c.MODEL_PAGE) * c.MODEL_PAGE;
    const wanted = Math.max(options.rows ?? (gpu.adapter.software ? 64 : 512), Math.min(instances, 4096));
    const rows = Math.ceil(wanted / c.MODEL_TILE_ROWS) * c.MODEL_TILE_ROWS;
    // Some more than the instances, for injected tokens and late prompts.
    const decodeRows = instances <= 4 ? 8 : Math.min(rows, Math.ceil((instances + 8) / 16) * 16);
    const fast = choosePath(gpu, gguf, config, options.path);
    const cacheBits = options.cacheBits ?? 16;
    const sizes = { instances, contextLength, rows, decodeRows, cacheBits, fast };
    const memory = planMemory(gpu, gguf, config, {
      ...sizes,
      sharedPages: options.sharedPages ?? 0,
      keepAttention: options.keepAttention ?? false,
    });
    options.onPlan?.(describePlan(memory, instances));
    return refuseWhenFull(gpu, memory, instances, () => Engine.#allocate(gpu, gguf, config, options, sizes));
  }

  static async #allocate(
    gpu: Gpu,
    gguf: Gguf,
    config: ModelConfig,
    options: EngineOptions,
    chosen: {
      instances: number;
      contextLength: number;
      rows: number;
      decodeRows: number;
      cacheBits: 8 | 16 | 32;
      fast: boolean;
    },
  ): Promise<Engine> {
    const { instances, contextLength, rows, decodeRows, cacheBits, fast } = chosen;
    const words = (count: number, label: string) => storageBuffer(gpu, count * 4, { label });
    const buffers: EngineBuffers = {
      state: words(instances * c.MODEL_STATE_STRIDE, 'state'),
      tokens: words(instances * contextLength, 'tokens'),
      plan: words(c.MODEL_PLAN_HEADER + rows * c.MODEL_PLAN_ROW_WORDS + instances, 'plan'),
      logits: words(instances * config.vocabulary, 'logits'),
      stops: storageBuffer(gpu, new Uint32Array([config.stopTokens.length, ...config.stopTokens]), { label: 'stops' }),
    };
    const cache = createCache(gpu, config, instances, contextLength, cacheBits, options.sharedPages);
    const sizes = new Uint32Array(c.MODEL_PLAN_HEADER);
    sizes[c.MODEL_PLAN_INSTANCES] = instances;
    sizes[c.MODEL_PLAN_MAX_ROWS] = rows;
    sizes[c.MODEL_PLAN_CONTEXT] = contextLength;
    sizes[c.MODEL_PLAN_PAGES] = cache.pagesPerInstance;
    writeBuffer(gpu, buffers.plan, sizes);
    const compiledPlan = compileKernel(gpu, planSource, {
      label: 'plan',
    });
    const compiledSample = compileKernel(gpu, sampleSource, {
      label: 'sample',
      constants: { VOCABULARY: config.vocabulary },
    });
    const { weightsOf: other, onProgress } = options;
    if (other && (other.path === 'fast') !== fast)
      throw new ResidentError('Engines on different paths cannot share weights.');
    const compiledScan = compileKernel(gpu, scanSource, {
      label: 'scan',
      constants: { VOCABULARY: config.vocabulary },
    });
    const weights = other?.weights ?? (await loadWeights(gpu, gguf, config, { fused: fast, onProgress }));
    const { plan, tokens } = buffers;
    const attention = options.keepAttention
      ? words(instances * config.layers * config.heads * contextLength, 'attention weights')
      : undefined;
    const kept = attention && { state: buffers.state, weights: attention };
    const sizesOfRows = { contextLength, maxRows: rows, decodeRows };
    const forwardArguments = { gpu, config, weights, cache, ...sizesOfRows, plan, tokens, kept };
    const forward = await (fast ? FastForward : PortableForward).create(forwardArguments);
    const heads = {
      mixed: await forward.head('mixed', buffers.logits, 'samples'),
      decode: await forward.head('decode', buffers.logits, 'samples'),
    };
    const planKernel = await compiledPlan;
    const planFor = (budget: number): Operation => {
      const words = uniformBuffer(gpu, new Uint32Array([budget, 0, 0, 0]), 'row budget');
      return { label: 'plan', kernel: planKernel, bindings: planKernel.bind(buffers.state, plan, words), size: [1, 1] };
    };
    const sampleKernel = await compiledSample;
    const scanKernel = await compiledScan;
    const stretches = Math.ceil(config.vocabulary / c.MODEL_SCAN_WIDTH);
    const scanned = storageBuffer(gpu, instances * stretches * 16, { label: 'scanned' });
    return new Engine({
      gpu,
      config,
      weights,
      ownsWeights: other === undefined,
      instances,
      contextLength,
      rows,
      buffers,
      cache,
      attention,
      forward,
      plans: { mixed: planFor(rows), decode: planFor(decodeRows) },
      heads,
      sample: [
        {
          label: 'scan',
          kernel: scanKernel,
          bindings: scanKernel.bind(buffers.state, buffers.logits, scanned),
          size: [stretches, instances],
        },
        {
          label: 'sample',
          kernel: sampleKernel,
          bindings: sampleKernel.bind(buffers.state, tokens, buffers.logits, buffers.stops, plan, scanned),
          size: [instances, 1],
        },
      ],
    });
  }

  /** Bytes on the GPU: weights, KV cache and everything else. */
  get memory(): { weights: number; cache: number; scratch: number } {
    const own = Object.values(this.buffers).reduce((sum: number, buffer: GPUBuffer) => sum + buffer.size, 0);
    return { weights: this.weights.bytes, cache: this.cache.bytes, scratch: own + this.#forward.scratchBytes };
  }

  /**
   * The tokens and state words with which an instance starts on a prompt.
   *
   * @throws ResidentError when the prompt is empty, too long, or holds ids outside the vocabulary
   */
  initialState(
    prompt: ArrayLike<number>,
    options: StartOptions = {},
  ): { tokens: Uint32Array<ArrayBuffer>; words: Uint32Array<ArrayBuffer> } {
    if (prompt.length === 0) throw new ResidentError('The prompt is empty: give at least one token.');
    if (prompt.length >= this.contextLength) {
      throw new ResidentError(
        `The prompt has ${prompt.length} tokens, but the context holds ${this.contextLength}: shorten it or raise the context length.`,
      );
    }
    const tokens = Uint32Array.from(prompt);
    for (const token of tokens) {
      if (token >= this.config.vocabulary) {
        throw new ResidentError(`Token ${token} is outside the vocabulary of ${this.config.vocabulary} tokens.`);
      }
    }
    const words = new Uint32Array(c.MODEL_STATE_STRIDE);
    const floats = new Float32Array(words.buffer);
    words[c.MODEL_STATE_STATUS] = InstanceStatus.running;
    words[c.MODEL_STATE_LENGTH] = tokens.length;
    words[c.MODEL_STATE_PROMPT_LENGTH] = tokens.length;
    words[c.MODEL_STATE_MAX_LENGTH] = Math.min(
      this.contextLength,
      tokens.length + Math.max(1, options.maxTokens ?? this.contextLength),
    );
    words[c.MODEL_STATE_SEED] = (options.seed ?? 0) >>> 0;
    floats[c.MODEL_STATE_TEMPERATURE] = options.temperature ?? 0;
    words[c.MODEL_STATE_TOP_K] = options.topK ?? 0;
    floats[c.MODEL_STATE_TOP_P] = options.topP ?? 1;
    floats[c.MODEL_STATE_MIN_P] = options.minP ?? 0;
    words[c.MODEL_STATE_IGNORE_STOP] = options.ignoreStop ? 1 : 0;
    return { tokens, words };
  }

  /**
   * Gives an instance a prompt and lets it run in the coming steps. Takes effect after the chains already submitted.
   *
   * @throws ResidentError when the prompt is empty, too long, or holds ids outside the vocabulary
   */
  start(instance: number, prompt: ArrayLike<number>, options: StartOptions = {}): void {
    this.#checkInstance(instance);
    const { tokens, words } = this.initialState(prompt, options);
    const shared = options.prefix ? usablePages(options.prefix, tokens) : 0;
    this.#tables.set(instance, options.prefix?.pages.slice(0, shared) ?? []);
    words[c.MODEL_STATE_CACHED] = shared * c.MODEL_PAGE;
    this.#promptTokens = Math.max(0, this.#promptTokens) + tokens.length - shared * c.MODEL_PAGE;
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.buffers.tokens, instance * this.contextLength * 4, tokens);
    queue.writeBuffer(this.buffers.state, instance * c.MODEL_STATE_STRIDE * 4, words);
  }

  /**
   * Computes the full pages of a text once, in pages that any number of instances can then share: give the result to
   * {@link start}. Uses an instance that is not in use meanwhile.
   *
   * @throws ResidentError when the engine has too few `sharedPages`
   */
  async sharePrefix(text: ArrayLike<number>, instance: number): Promise<SharedPrefix> {
    const count = Math.min(Math.floor(text.length / c.MODEL_PAGE), this.cache.pagesPerInstance - 1);
    const tokens = Uint32Array.from(text).subarray(0, count * c.MODEL_PAGE);
    const pages = this.#tables.take(count);
    if (count === 0) return { tokens, pages };
    this.start(instance, tokens, { maxTokens: 1 });
    this.#tables.set(instance, pages);
    while ((await this.submitSteps(4)).status(instance) === InstanceStatus.running);
    this.release(instance);
    this.#tables.set(instance, []);
    return { tokens, pages };
  }

  /** Frees a prefix that no running instance uses. */
  dropPrefix(prefix: SharedPrefix): void {
    this.#tables.giveBack(prefix.pages);
  }

  /**
   * Lets an instance that is DONE (or IDLE after a prompt) go on until it has `maxLength` tokens, prompt included. Its
   * cache is kept.
   */
  resume(instance: number, maxLength: number): void {
    this.#checkInstance(instance);
    const at = instance * c.MODEL_STATE_STRIDE * 4;
    const write = (word: number, value: number) =>
      this.gpu.device.queue.writeBuffer(this.buffers.state, at + word * 4, new Uint32Array([value]));
    write(c.MODEL_STATE_MAX_LENGTH, Math.min(this.contextLength, maxLength));
    write(c.MODEL_STATE_FINISH, 0);
    write(c.MODEL_STATE_STATUS, InstanceStatus.running);
  }

  /**
   * Cuts an instance's text to `length` tokens, at least one, and makes it PAUSED: whoever makes it RUNNING lets the token
   * behind them be sampled (again), until there are `maxLength`.
   */
  rewind(instance: number, length: number, maxLength: number): void {
    this.#checkInstance(instance);
    const at = instance * c.MODEL_STATE_STRIDE * 4;
    const write = (word: number, ...values: number[]) =>
      this.gpu.device.queue.writeBuffer(this.buffers.state, at + word * 4, new Uint32Array(values));
    write(c.MODEL_STATE_LENGTH, length, length - 1);
    write(c.MODEL_STATE_MAX_LENGTH, Math.min(this.contextLength, maxLength));
    write(c.MODEL_STATE_FINISH, 0);
    write(c.MODEL_STATE_STATUS, InstanceStatus.paused);
  }

  /** Makes an instance IDLE: it takes part in no further step. */
  release(instance: number): void {
    this.#checkInstance(instance);
    const offset = (instance * c.MODEL_STATE_STRIDE + c.MODEL_STATE_STATUS) * 4;
    this.gpu.device.queue.writeBuffer(this.buffers.state, offset, new Uint32Array([InstanceStatus.idle]));
  }

  /** Records one step: plan, forward pass, sampling, and the hooks. */
  encodeStep(chain: Chain): void {
    // A step for decoding has fewer rows; prompt tokens that this count missed get the rows that decoding leaves.
    const mode: RowMode = this.#promptTokens <= 0 && !this.expectPrompts ? 'decode' : 'mixed';
    this.#promptTokens -= this.rows;
    encode(chain, [this.#plans[mode]]);
    encode(chain, this.#forward.body(mode));
    encode(chain, this.#heads[mode]);
    for (const hook of this.beforeSample) hook(chain);
    encode(chain, this.#sample);
    for (const hook of this.afterSample) hook(chain);
  }

  /**
   * Submits a chain of steps. The promise resolves with all instances' states and tokens after the chain; submit the
   * next chain before awaiting it, so that the GPU never waits for this thread.
   */
  submitSteps(steps: number): Promise<Snapshot> {
    const begin = performance.now();
    const chain = new Chain(this.gpu, { label: 'steps' });
    this.#readback.begin(chain);
    for (let i = 0; i < steps; i++) this.encodeStep(chain);
    const finish = this.#readback.record(chain);
    chain.submit();
    const snapshot = finish();
    this.statistics.submits++;
    this.statistics.dispatches += chain.dispatches;
    this.statistics.cpuMs += performance.now() - begin;
    return snapshot;
  }

  /**
   * Runs until no instance is RUNNING or PAUSED.
   *
   * @param stepsPerChain steps in one submit
   * @param onSnapshot sees the state after each chain; returning false ends the run early
   */
  async run(stepsPerChain = 16, onSnapshot?: (snapshot: Snapshot) => boolean | undefined): Promise<Snapshot> {
    let pending = this.submitSteps(stepsPerChain);
    for (;;) {
      const next = this.submitSteps(stepsPerChain);
      const snapshot = await pending;
      const goOn = onSnapshot?.(snapshot);
      if (snapshot.active === 0 || goOn === false) {
        await next;
        return snapshot;
      }
      pending = next;
    }
  }

  /**
   * Logits at every position of a text, in chunks of at most {@link rows} positions. Uses instance 0, which must be
   * idle, and no sampler.
   *
   * @param onLogits called in order with the position and its `vocabulary` logits, valid during the call
   */
  async score(tokens: ArrayLike<number>, onLogits: (position: number, logits: Float32Array) => void): Promise<void> {
    if (tokens.length > this.contextLength) {
      throw new ResidentError(`${tokens.length} tokens do not fit into a context of ${this.contextLength}.`);
    }
    const { vocabulary } = this.config;
    const { queue } = this.gpu.device;
    this.#scoring ??= this.#prepareScoring();
    const { logits, operations } = await this.#scoring;
    const chunk = Math.min(this.rows, Math.floor(logits.size / 4 / vocabulary));
    queue.writeBuffer(this.buffers.tokens, 0, Uint32Array.from(tokens));
    for (let first = 0; first < tokens.length; first += chunk) {
      const count = Math.min(chunk, tokens.length - first);
      const rows = new Uint32Array(count * c.MODEL_PLAN_ROW_WORDS);
      for (let i = 0; i < count; i++) rows[i * c.MODEL_PLAN_ROW_WORDS + c.MODEL_PLAN_ROW_POSITION] = first + i;
      queue.writeBuffer(this.buffers.plan, c.MODEL_PLAN_ROWS * 4, new Uint32Array([count]));
      queue.writeBuffer(this.buffers.plan, c.MODEL_PLAN_HEADER * 4, rows);
      const chain = new Chain(this.gpu, { label: 'score' });
      encode(chain, operations);
      chain.submit();
      const values = new Float32Array(await this.#readback.read(logits, count * vocabulary * 4));
      for (let i = 0; i < count; i++) onLogits(first + i, values.subarray(i * vocabulary, (i + 1) * vocabulary));
    }
  }

  async #prepareScoring(): Promise<{ logits: GPUBuffer; operations: Operation[] }> {
    const logits = storageBuffer(this.gpu, this.rows * this.config.vocabulary * 4, { label: 'all logits' });
    const head = await this.#forward.head('mixed', logits, 'rows');
    return { logits, operations: [...this.#forward.body('mixed'), ...head] };
  }

  #checkInstance(instance: number): void {
    if (!Number.isInteger(instance) || instance < 0 || instance >= this.instances) {
      throw new ResidentError(`There is no instance ${instance}: the engine has ${this.instances}.`);
    }
  }

  /** For `afterSample` hooks: the residual stream behind the last layer, `width` f32 for each row of the plan. */
  get residual(): GPUBuffer {
    return this.#forward.residual;
  }

  /** Which kernels run. */
  get path(): 'portable' | 'fast' {
    return this.#forward instanceof FastForward ? 'fast' : 'portable';
  }

  /** Frees all GPU memory of the engine. */
  destroy(): void {
    for (const buffer of Object.values(this.buffers) as GPUBuffer[]) buffer.destroy();
    for (const buffer of this.cache.buffers) buffer.destroy();
    this.attention?.destroy();
    if (this.#ownsWeights) for (const buffer of this.weights.buffers) buffer.destroy();
    this.#forward.destroy();
    this.#readback.destroy();
    void this.#scoring?.then(({ logits }) => logits.destroy());
  }
}

/** @throws ResidentError when the fast path is asked for and this adapter or model cannot run it */
function choosePath(gpu: Gpu, gguf: Gguf, config: ModelConfig, wanted?: 'portable' | 'fast'): boolean {
  if (wanted === 'portable') return false;
  const { f16, subgroups } = gpu.paths;
  const type = (name: string) => gguf.tensors.get(name)?.type.name;
  const fusable = Array.from({ length: config.layers }, (_, i) => i).every(
    (i) => type(`blk.${i}.ffn_gate.weight`) === type(`blk.${i}.ffn_up.weight`),
  );
  const possible = f16 && subgroups && fusable && config.feedForward % 32 === 0;
  if (wanted === 'fast' && !possible) {
    throw new ResidentError(`${gguf.name}: the fast path needs f16, subgroups, and gate and up of one type.`);
  }
  return possible && (wanted === 'fast' || !gpu.adapter.software);
}
