import type { Gpu } from '../../gpu/index.ts';
import { wgsl as attentionSource } from '../kernels/attention.wgsl.ts';
import { wgsl as weightsSource } from '../kernels/attention-weights.wgsl.ts';
import { wgsl as embedSource } from '../kernels/embed.wgsl.ts';
import { wgsl as ropeSource } from '../kernels/rope.wgsl.ts';
import type { KeyValueCache } from './cache.ts';
import type { ModelConfig } from './config.ts';
import { formatConstants, type Operation, Resources } from './resources.ts';
import { rotations } from './rope.ts';
import type { LayerWeights, ModelWeights } from './weights.ts';

/** What the forward pass reads and writes beside its own scratch buffers. */
export interface ForwardArguments {
  readonly gpu: Gpu;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly cache: KeyValueCache;
  readonly contextLength: number;
  readonly maxRows: number;
  /** Most rows of a step that only decodes. */
  readonly decodeRows: number;
  readonly plan: GPUBuffer;
  readonly tokens: GPUBuffer;
  /** The engine's state words, and where the attention weights of the last step are kept: only if they are. */
  readonly kept?: { readonly state: GPUBuffer; readonly weights: GPUBuffer } | undefined;
}

/** What a step is recorded for: `decode` plans up to `decodeRows` rows, `mixed` up to `maxRows`. */
export type RowMode = 'decode' | 'mixed';

/** The forward pass over the rows of a plan, as lists of dispatches. */
export interface Forward {
  /** From tokens to the residual stream after the last layer. */
  body(mode: RowMode): readonly Operation[];
  /** Final norm and logits: of the plan's samples (to row `instance` of `logits`), or of all rows (to row `row`). */
  head(mode: RowMode, logits: GPUBuffer, which: 'samples' | 'rows'): Promise<readonly Operation[]>;
  /** Residual stream, `width` f32 for each row; after the head, final for the rows that were sampled. */
  readonly residual: GPUBuffer;
  readonly scratchBytes: number;
  destroy(): void;
}

/** Operations that every path shares. */
export abstract class ForwardBase {
  protected readonly a: ForwardArguments;
  protected readonly resources: Resources;
  protected readonly x: GPUBuffer;
  #turns: GPUBuffer | undefined;

  constructor(a: ForwardArguments) {
    this.a = a;
    this.resources = new Resources(a.gpu);
    this.x = this.resources.buffer(a.maxRows * a.config.width * 4, 'x');
  }

  protected rows(mode: RowMode): number {
    return mode === 'decode' ? this.a.decodeRows : this.a.maxRows;
  }

  get residual(): GPUBuffer {
    return this.x;
  }

  get scratchBytes(): number {
    return this.resources.bytes;
  }

  destroy(): void {
    this.resources.destroy();
  }

  protected async embed(mode: RowMode): Promise<Operation[]> {
    const { config, weights, plan, tokens } = this.a;
    const constants = { ...formatConstants(weights.embedding.format), WIDTH: config.width };
    const kernel = await this.resources.kernel('embed', embedSource, constants);
    return weights.embedding.parts.map((part) => {
      const range = this.resources.uniform([part.firstRow, part.rows, config.vocabulary], 'embed range');
      return {
        label: 'embed',
        kernel,
        bindings: kernel.bind(part.low, part.high, part.scales, plan, tokens, this.x, range),
        size: [Math.ceil(config.width / 256), this.rows(mode)],
      };
    });
  }

  /**
   * Rotation and cache write, then attention, of one layer.
   *
   * @param parts partial sums of the q, k, v product in `qkv`; the bias is added here if `addBias`
   */
  protected async attention(
    mode: RowMode,
    index: number,
    layer: LayerWeights,
    qkv: GPUBuffer,
    out: GPUBuffer,
    options: { parts: number; addBias: boolean; half: boolean },
  ): Promise<Operation[]> {
    const { config, cache, plan } = this.a;
    const { heads, kvHeads, head } = config;
    const { empty } = this.resources;
    const kv = { HEAD: head, KV_HEADS: kvHeads, KV_BITS: cache.bits, HEADS: heads };
    const bias = options.addBias ? layer.qkvBias : undefined;
    const rope = this.resources.kernel('rope', ropeSource, {
      ...kv,
      ROTATED: config.rope.rotated,
      NEOX: config.rope.neox ? 1 : 0,
      HEAD_NORM: layer.headNorms ? 1 : 0,
      EPSILON: config.epsilon,
      SPLITS: options.parts,
      BIAS: bias ? 1 : 0,
    });
    const attention = this.resources.kernel('attention', attentionSource[options.half ? 'half' : 'base'], kv);
    const keys = cache.keys[index]!;
    const values = cache.values[index]!;
    const rotate = await rope;
    const attend = await attention;
    const norms = layer.headNorms ?? empty;
    const keep: Operation[] = [];
    if (this.a.kept) {
      const kernel = await this.resources.kernel('attention weights', weightsSource, kv);
      const place = this.resources.uniform([index, config.layers, 0, 0], 'layer');
      keep.push({
        label: 'attention weights',
        kernel,
        bindings: kernel.bind(plan, cache.pages, qkv, keys, this.a.kept.state, this.a.kept.weights, place),
        size: [heads, this.rows(mode)],
      });
    }
    return [
      {
        label: 'rope',
        kernel: rotate,
        bindings: rotate.bind(plan, cache.pages, norms, this.#rotations(), qkv, keys, values, bias ?? empty),
        size: [heads + 2 * kvHeads, this.rows(mode)],
      },
      {
        label: 'attention',
        kernel: attend,
        bindings: attend.bind(plan, cache.pages, qkv, keys, values, out),
        size: [kvHeads * Math.ceil(heads / kvHeads / 2), this.rows(mode)],
      },
      ...keep,
    ];
  }

  #rotations(): GPUBuffer {
    if (!this.#turns) {
      const table = rotations(this.a.config.rope, this.a.contextLength, this.a.weights.ropeFactors);
      this.#turns = this.resources.buffer(table.byteLength, 'rotations');
      this.a.gpu.device.queue.writeBuffer(this.#turns, 0, table);
    }
    return this.#turns;
  }
}
