import {
  type Chain,
  compileKernel,
  type Gpu,
  type Kernel,
  readBuffer,
  readWords,
  storageBuffer,
  writeBuffer,
} from '../../gpu/index.ts';
import type { Engine } from '../engine/index.ts';
import { kernelConstants as c } from './constants.ts';
import { wgsl as adjustSource } from './kernels/adjust.wgsl.ts';
import { wgsl as embeddingSource } from './kernels/embedding.wgsl.ts';
import { wgsl as recordSource } from './kernels/record.wgsl.ts';

/** Most biases that one request may have, and most alternatives that it may ask for. */
export const controlLimits = {
  biases: c.CONTROLS_MOST_BIASES,
  top: c.CONTROLS_MOST_TOP,
  steps: c.CONTROLS_RING,
  /** Tokens that a repetition penalty looks back. */
  window: c.CONTROLS_REPETITION_WINDOW,
} as const;

/** What a request may want of them. */
export interface ControlOptions {
  /** Added to the logits of tokens before sampling. */
  readonly logitBias?: ReadonlyMap<number, number>;
  /** Subtracted once from the logit of every token that was generated before. */
  readonly presencePenalty?: number;
  /** Subtracted from a token's logit for each time it was generated before. */
  readonly frequencyPenalty?: number;
  /**
   * Divides the positive and multiplies the negative logits of the last {@link controlLimits.window} tokens, prompt
   * included, once each (Keskar et al., "CTRL", 2019). 1 is none.
   */
  readonly repetitionPenalty?: number;
  /** Report log probabilities with this many alternatives for each token (0: the chosen token's only). */
  readonly logprobs?: number;
}

/** Natural logarithms of probabilities at temperature 1, after bias and penalties. */
export interface TokenLogprob {
  /** Undefined for tokens that were not sampled (results of in-band computing). */
  readonly logprob: number | undefined;
  /** Most likely first. */
  readonly top: readonly { readonly token: number; readonly logprob: number }[];
}

/**
 * What sampling can do beyond the engine's own sampler: logit bias, presence, frequency and repetition penalties, log
 * probabilities, embeddings. Kernels before and after the sampler, left out while no request wants them.
 */
export class SamplingControls {
  readonly #gpu: Gpu;
  readonly #instances: number;
  readonly #controls: GPUBuffer;
  readonly #records: GPUBuffer;
  readonly #adjust: { kernel: Kernel; bindings: GPUBindGroup };
  readonly #record: { kernel: Kernel; bindings: GPUBindGroup };
  readonly #embedding: { kernel: Kernel; bindings: GPUBindGroup };
  readonly #embeddings: GPUBuffer;
  readonly #width: number;
  /** Flags and number of alternatives of the instances that want something. */
  readonly #wishes = new Map<number, { flags: number; top: number }>();

  static async create(gpu: Gpu, engine: Engine): Promise<SamplingControls> {
    const { vocabulary } = engine.config;
    const sizes = { VOCABULARY: vocabulary, CONTEXT: engine.contextLength };
    const [adjust, record, embedding] = await Promise.all([
      compileKernel(gpu, adjustSource, { label: 'adjust logits', constants: sizes }),
      compileKernel(gpu, recordSource, { label: 'record logprobs', constants: { VOCABULARY: vocabulary } }),
      compileKernel(gpu, embeddingSource, { label: 'embedding', constants: { WIDTH: engine.config.width } }),
    ]);
    return new SamplingControls(gpu, engine, adjust, record, embedding);
  }

  private constructor(gpu: Gpu, engine: Engine, adjust: Kernel, record: Kernel, embedding: Kernel) {
    this.#gpu = gpu;
    this.#instances = engine.instances;
    const words = (count: number, label: string) => storageBuffer(gpu, engine.instances * count * 4, { label });
    this.#controls = words(c.CONTROLS_STRIDE, 'sampling controls');
    this.#records = words(c.CONTROLS_RING * c.CONTROLS_RECORD_WORDS, 'logprobs');
    this.#width = engine.config.width;
    this.#embeddings = words(this.#width, 'embeddings');
    const { state, tokens, logits, plan } = engine.buffers;
    this.#adjust = { kernel: adjust, bindings: adjust.bind(this.#controls, state, tokens, logits) };
    this.#record = { kernel: record, bindings: record.bind(this.#controls, state, logits, this.#records) };
    const { outputNorm } = engine.weights;
    const bindings = embedding.bind(this.#controls, plan, engine.residual, outputNorm, this.#embeddings);
    this.#embedding = { kernel: embedding, bindings };
  }

  /** Sets what a request wants; call it together with `engine.start`. */
  set(instance: number, sampling: ControlOptions, embed = false): void {
    const { logitBias, presencePenalty = 0, frequencyPenalty = 0, repetitionPenalty = 1, logprobs } = sampling;
    const words = new Uint32Array(c.CONTROLS_STRIDE);
    const floats = new Float32Array(words.buffer);
    let flags = 0;
    if (logitBias && logitBias.size > 0) flags |= c.CONTROLS_FLAG_BIAS;
    if (presencePenalty !== 0 || frequencyPenalty !== 0) flags |= c.CONTROLS_FLAG_PENALTIES;
    if (repetitionPenalty !== 1) flags |= c.CONTROLS_FLAG_REPETITION;
    if (logprobs !== undefined) flags |= c.CONTROLS_FLAG_LOGPROBS;
    if (embed) flags |= c.CONTROLS_FLAG_EMBEDDING;
    if (flags === 0) {
      this.clear(instance);
      return;
    }
    words[c.CONTROLS_FLAGS] = flags;
    words[c.CONTROLS_TOP] = logprobs ?? 0;
    floats[c.CONTROLS_PRESENCE] = presencePenalty;
    floats[c.CONTROLS_FREQUENCY] = frequencyPenalty;
    floats[c.CONTROLS_REPETITION] = repetitionPenalty;
    let count = 0;
    for (const [token, bias] of logitBias ?? []) {
      if (count === c.CONTROLS_MOST_BIASES) throw new RangeError(`over ${c.CONTROLS_MOST_BIASES} logit biases`);
      words[c.CONTROLS_BIAS_TABLE + 2 * count] = token;
      floats[c.CONTROLS_BIAS_TABLE + 2 * count + 1] = bias;
      count++;
    }
    words[c.CONTROLS_BIASES] = count;
    writeBuffer(this.#gpu, this.#controls, words, instance * words.byteLength);
    this.#wishes.set(instance, { flags, top: logprobs ?? 0 });
  }

  clear(instance: number): void {
    if (!this.#wishes.delete(instance)) return;
    const offset = (instance * c.CONTROLS_STRIDE + c.CONTROLS_FLAGS) * 4;
    writeBuffer(this.#gpu, this.#controls, new Uint32Array([0]), offset);
  }

  encodeAdjust(chain: Chain): void {
    const wanted = c.CONTROLS_FLAG_BIAS | c.CONTROLS_FLAG_PENALTIES | c.CONTROLS_FLAG_REPETITION;
    if (this.#wants(wanted)) chain.dispatch(this.#adjust.kernel, this.#adjust.bindings, this.#instances);
  }

  encodeRecord(chain: Chain): void {
    if (this.recording) chain.dispatch(this.#record.kernel, this.#record.bindings, this.#instances);
  }

  encodeEmbedding(chain: Chain): void {
    if (!this.#wants(c.CONTROLS_FLAG_EMBEDDING)) return;
    chain.dispatch(this.#embedding.kernel, this.#embedding.bindings, this.#instances);
  }

  /** The embedding that an instance's request asked for, after its token was sampled. */
  async readEmbedding(instance: number): Promise<Float32Array> {
    const bytes = this.#width * 4;
    return new Float32Array(await readBuffer(this.#gpu, this.#embeddings, instance * bytes, bytes));
  }

  /** Whether a request asks for log probabilities. */
  get recording(): boolean {
    return this.#wants(c.CONTROLS_FLAG_LOGPROBS);
  }

  /**
   * Reads the log probabilities recorded by the chains submitted so far: of each instance's last
   * {@link controlLimits.steps} tokens.
   *
   * @returns a function of instance and position in its tokens, prompt included
   */
  async read(): Promise<(instance: number, position: number) => TokenLogprob> {
    const tops = new Map([...this.#wishes].map(([instance, { top }]) => [instance, top]));
    const words = await readWords(this.#gpu, this.#records);
    const floats = new Float32Array(words.buffer);
    return (instance, position) => {
      const at = (instance * c.CONTROLS_RING + (position % c.CONTROLS_RING)) * c.CONTROLS_RECORD_WORDS;
      // Tokens that in-band computing wrote were not sampled.
      if (words[at + c.CONTROLS_RECORD_POSITION] !== position) return { logprob: undefined, top: [] };
      const top = Array.from({ length: tops.get(instance) ?? 0 }, (_, i) => ({
        token: words[at + c.CONTROLS_RECORD_TOP + 2 * i]!,
        logprob: floats[at + c.CONTROLS_RECORD_TOP + 2 * i + 1]!,
      }));
      return { logprob: floats[at + c.CONTROLS_RECORD_LOGPROB]!, top };
    };
  }

  destroy(): void {
    this.#controls.destroy();
    this.#records.destroy();
    this.#embeddings.destroy();
  }

  #wants(flags: number): boolean {
    for (const own of this.#wishes.values()) if ((own.flags & flags) !== 0) return true;
    return false;
  }
}
