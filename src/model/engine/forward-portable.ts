import { kernelConstants as c } from '../constants.ts';
import { wgsl as normSource } from '../kernels/norm.wgsl.ts';
import { wgsl as productSource } from '../kernels/product.wgsl.ts';
import { type Forward, type ForwardArguments, ForwardBase, type RowMode } from './forward.ts';
import { formatConstants, type Operation } from './resources.ts';
import type { Weight } from './weights.ts';

/** The path that every adapter can run: f32 activations, no subgroups. */
export class PortableForward extends ForwardBase implements Forward {
  readonly #normed: GPUBuffer;
  readonly #qkv: GPUBuffer;
  readonly #attended: GPUBuffer;
  readonly #hidden: GPUBuffer;
  readonly #bodies = new Map<RowMode, readonly Operation[]>();

  private constructor(a: ForwardArguments) {
    super(a);
    const { width, heads, kvHeads, head, feedForward } = a.config;
    this.#normed = this.resources.buffer(a.maxRows * width * 4, 'normed');
    this.#qkv = this.resources.buffer(a.maxRows * (heads + 2 * kvHeads) * head * 4, 'qkv');
    this.#attended = this.resources.buffer(a.maxRows * heads * head * 4, 'attended');
    this.#hidden = this.resources.buffer(a.maxRows * feedForward * 4, 'hidden');
  }

  static async create(a: ForwardArguments): Promise<PortableForward> {
    const forward = new PortableForward(a);
    for (const mode of ['mixed', 'decode'] as const) forward.#bodies.set(mode, await forward.#record(mode));
    return forward;
  }

  body(mode: RowMode): readonly Operation[] {
    return this.#bodies.get(mode)!;
  }

  async head(mode: RowMode, logits: GPUBuffer, which: 'samples' | 'rows'): Promise<readonly Operation[]> {
    const { weights, config } = this.a;
    const samples = which === 'samples';
    const output = { buffer: logits, stride: config.vocabulary, column: 0 };
    const epilogue = samples ? c.MODEL_EPILOGUE_LOGITS : c.MODEL_EPILOGUE_STORE;
    return (
      await Promise.all([
        this.#norm(mode, 'final norm', weights.outputNorm, samples),
        this.#product(mode, 'logits', weights.output, this.#normed, output, epilogue),
      ])
    ).flat();
  }

  async #record(mode: RowMode): Promise<Operation[]> {
    const { config, weights } = this.a;
    const { heads, kvHeads, head, width, feedForward } = config;
    const qkvWidth = (heads + 2 * kvHeads) * head;
    const residual = { buffer: this.x, stride: width, column: 0 };
    const inner = { buffer: this.#hidden, stride: feedForward, column: 0 };
    // All compiles start before the first is awaited.
    const operations: Promise<Operation[]>[] = [this.embed(mode)];
    for (const [index, layer] of weights.layers.entries()) {
      const [gate, up] = layer.gateUp;
      operations.push(this.#norm(mode, 'norm', layer.attentionNorm, false));
      let column = 0;
      for (const weight of layer.qkv) {
        const output = { buffer: this.#qkv, stride: qkvWidth, column };
        const { qkvBias } = layer;
        operations.push(this.#product(mode, 'qkv', weight, this.#normed, output, c.MODEL_EPILOGUE_STORE, qkvBias));
        column += weight.rows;
      }
      operations.push(
        this.attention(mode, index, layer, this.#qkv, this.#attended, { parts: 1, addBias: false, half: false }),
        this.#product(mode, 'attn_output', layer.output, this.#attended, residual, c.MODEL_EPILOGUE_ADD),
        this.#norm(mode, 'norm', layer.feedForwardNorm, false),
        this.#product(mode, 'gate', gate!, this.#normed, inner, c.MODEL_EPILOGUE_STORE),
        this.#product(mode, 'up', up!, this.#normed, inner, c.MODEL_EPILOGUE_GATED),
        this.#product(mode, 'down', layer.down, this.#hidden, residual, c.MODEL_EPILOGUE_ADD),
      );
    }
    return (await Promise.all(operations)).flat();
  }

  async #norm(mode: RowMode, label: string, weight: GPUBuffer, samples: boolean): Promise<Operation[]> {
    const { config, plan } = this.a;
    const constants = { WIDTH: config.width, EPSILON: config.epsilon, SAMPLES_ONLY: samples ? 1 : 0 };
    const kernel = await this.resources.kernel(label, normSource, constants);
    const bindings = kernel.bind(plan, this.x, weight, this.#normed);
    return [{ label, kernel, bindings, size: [this.rows(mode), 1] }];
  }

  async #product(
    mode: RowMode,
    label: string,
    weight: Weight,
    x: GPUBuffer,
    output: { buffer: GPUBuffer; stride: number; column: number },
    epilogue: number,
    bias?: GPUBuffer,
  ): Promise<Operation[]> {
    const { plan } = this.a;
    const kernel = await this.resources.kernel('product', productSource, formatConstants(weight.format));
    return weight.parts.map((part) => {
      const column = output.column + part.firstRow;
      const words = [weight.columns, part.rows, column, output.stride, epilogue, bias ? 1 : 0, 1];
      const shape = this.resources.uniform(words, 'shape');
      const all = [part.low, part.high, part.scales, plan, x, bias ?? this.resources.empty, output.buffer, shape];
      const size = [Math.ceil(part.rows / 256), Math.ceil(this.rows(mode) / 4)] as const;
      return { label, kernel, bindings: kernel.bind(...all), size };
    });
  }
}
