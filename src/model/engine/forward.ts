import type { Gpu } from '../../gpu/index.ts';
import { kernelConstants as c } from '../constants.ts';
import { wgsl as attentionSource } from '../kernels/attention.wgsl.ts';
import { wgsl as embedSource } from '../kernels/embed.wgsl.ts';
import { wgsl as normSource } from '../kernels/norm.wgsl.ts';
import { wgsl as productSource } from '../kernels/product.wgsl.ts';
import { wgsl as ropeSource } from '../kernels/rope.wgsl.ts';
import type { KeyValueCache } from './cache.ts';
import type { ModelConfig } from './config.ts';
import { formatConstants, type Operation, Resources } from './resources.ts';
import { rotations } from './rope.ts';
import type { LayerWeights, ModelWeights, Weight } from './weights.ts';

/** What the forward pass reads and writes beside its own scratch buffers. */
export interface ForwardArguments {
  readonly gpu: Gpu;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly cache: KeyValueCache;
  readonly contextLength: number;
  readonly maxRows: number;
  readonly plan: GPUBuffer;
  readonly tokens: GPUBuffer;
}

/** Which kernels a step is recorded with: `few` suits a few rows, `many` any number. Paths may have only one. */
export type RowMode = 'few' | 'many';

/** The forward pass over the rows of a plan, as lists of dispatches. */
export interface Forward {
  /** From tokens to the residual stream after the last layer. */
  body(mode: RowMode): readonly Operation[];
  /** Final norm and logits: of the plan's samples (to row `instance` of `logits`), or of all rows (to row `row`). */
  head(mode: RowMode, logits: GPUBuffer, which: 'samples' | 'rows'): Promise<readonly Operation[]>;
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

  get scratchBytes(): number {
    return this.resources.bytes;
  }

  destroy(): void {
    this.resources.destroy();
  }

  protected async embed(): Promise<Operation[]> {
    const { config, weights, maxRows, plan, tokens } = this.a;
    const constants = { ...formatConstants(weights.embedding.format), WIDTH: config.width };
    const kernel = await this.resources.kernel('embed', embedSource, constants);
    return weights.embedding.parts.map((part) => {
      const range = this.resources.uniform([part.firstRow, part.rows, config.vocabulary], 'embed range');
      return {
        label: 'embed',
        kernel,
        bindings: kernel.bind(part.low, part.high, part.scales, plan, tokens, this.x, range),
        size: [Math.ceil(config.width / 256), maxRows],
      };
    });
  }

  /**
   * Rotation and cache write, then attention, of one layer.
   *
   * @param parts partial sums of the q, k, v product in `qkv`; the bias is added here if `addBias`
   */
  protected async attention(
    index: number,
    layer: LayerWeights,
    qkv: GPUBuffer,
    out: GPUBuffer,
    options: { parts: number; addBias: boolean; half: boolean },
  ): Promise<Operation[]> {
    const { config, cache, maxRows, plan } = this.a;
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
    return [
      {
        label: 'rope',
        kernel: rotate,
        bindings: rotate.bind(plan, cache.pages, norms, this.#rotations(), qkv, keys, values, bias ?? empty),
        size: [heads + 2 * kvHeads, maxRows],
      },
      {
        label: 'attention',
        kernel: attend,
        bindings: attend.bind(plan, cache.pages, qkv, keys, values, out),
        size: [kvHeads * Math.ceil(heads / kvHeads / 2), maxRows],
      },
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

/** The path that every adapter can run: f32 activations, no subgroups. */
export class PortableForward extends ForwardBase implements Forward {
  readonly #normed: GPUBuffer;
  #body: readonly Operation[] = [];

  private constructor(a: ForwardArguments) {
    super(a);
    this.#normed = this.resources.buffer(a.maxRows * a.config.width * 4, 'normed');
  }

  static async create(a: ForwardArguments): Promise<PortableForward> {
    const forward = new PortableForward(a);
    forward.#body = await forward.#record();
    return forward;
  }

  body(): readonly Operation[] {
    return this.#body;
  }

  async head(_: RowMode, logits: GPUBuffer, which: 'samples' | 'rows'): Promise<readonly Operation[]> {
    const { weights, config } = this.a;
    const samples = which === 'samples';
    const output = { buffer: logits, stride: config.vocabulary, column: 0 };
    const epilogue = samples ? c.MODEL_EPILOGUE_LOGITS : c.MODEL_EPILOGUE_STORE;
    return (
      await Promise.all([
        this.#norm('final norm', this.x, weights.outputNorm, this.#normed, samples),
        this.#product('logits', weights.output, this.#normed, output, epilogue),
      ])
    ).flat();
  }

  async #record(): Promise<Operation[]> {
    const { config, weights, maxRows } = this.a;
    const { heads, kvHeads, head, width, feedForward } = config;
    const qkvWidth = (heads + 2 * kvHeads) * head;
    const qkv = this.resources.buffer(maxRows * qkvWidth * 4, 'qkv');
    const attended = this.resources.buffer(maxRows * heads * head * 4, 'attended');
    const hidden = this.resources.buffer(maxRows * feedForward * 4, 'hidden');
    const residual = { buffer: this.x, stride: width, column: 0 };
    const inner = { buffer: hidden, stride: feedForward, column: 0 };
    // All compiles start before the first is awaited.
    const operations: Promise<Operation[]>[] = [this.embed()];
    for (const [index, layer] of weights.layers.entries()) {
      const [gate, up] = layer.gateUp;
      operations.push(this.#norm('norm', this.x, layer.attentionNorm, this.#normed, false));
      let column = 0;
      for (const weight of layer.qkv) {
        const output = { buffer: qkv, stride: qkvWidth, column };
        operations.push(this.#product('qkv', weight, this.#normed, output, c.MODEL_EPILOGUE_STORE, layer.qkvBias));
        column += weight.rows;
      }
      operations.push(
        this.attention(index, layer, qkv, attended, { parts: 1, addBias: false, half: false }),
        this.#product('attn_output', layer.output, attended, residual, c.MODEL_EPILOGUE_ADD),
        this.#norm('norm', this.x, layer.feedForwardNorm, this.#normed, false),
        this.#product('gate', gate!, this.#normed, inner, c.MODEL_EPILOGUE_STORE),
        this.#product('up', up!, this.#normed, inner, c.MODEL_EPILOGUE_GATED),
        this.#product('down', layer.down, hidden, residual, c.MODEL_EPILOGUE_ADD),
      );
    }
    return (await Promise.all(operations)).flat();
  }

  async #norm(label: string, x: GPUBuffer, weight: GPUBuffer, out: GPUBuffer, samples: boolean): Promise<Operation[]> {
    const { config, maxRows, plan } = this.a;
    const constants = { WIDTH: config.width, EPSILON: config.epsilon, SAMPLES_ONLY: samples ? 1 : 0 };
    const kernel = await this.resources.kernel(label, normSource, constants);
    return [{ label, kernel, bindings: kernel.bind(plan, x, weight, out), size: [maxRows, 1] }];
  }

  async #product(
    label: string,
    weight: Weight,
    x: GPUBuffer,
    output: { buffer: GPUBuffer; stride: number; column: number },
    epilogue: number,
    bias?: GPUBuffer,
  ): Promise<Operation[]> {
    const { plan, maxRows } = this.a;
    const kernel = await this.resources.kernel('product', productSource, formatConstants(weight.format));
    return weight.parts.map((part) => {
      const column = output.column + part.firstRow;
      const words = [weight.columns, part.rows, column, output.stride, epilogue, bias ? 1 : 0, 1];
      const shape = this.resources.uniform(words, 'shape');
      const arguments_ = [
        part.low,
        part.high,
        part.scales,
        plan,
        x,
        bias ?? this.resources.empty,
        output.buffer,
        shape,
      ];
      return {
        label,
        kernel,
        bindings: kernel.bind(...arguments_),
        size: [Math.ceil(part.rows / 256), Math.ceil(maxRows / 4)],
      };
    });
  }
}
