import { type Chain, compileKernel, type Gpu, type Kernel, storageBuffer, uniformBuffer } from '../../gpu/index.ts';
import { kernelConstants as c } from '../constants.ts';
import { wgsl as attentionSource } from '../kernels/attention.wgsl.ts';
import { wgsl as embedSource } from '../kernels/embed.wgsl.ts';
import { wgsl as normSource } from '../kernels/norm.wgsl.ts';
import { wgsl as productSource } from '../kernels/product.wgsl.ts';
import { wgsl as ropeSource } from '../kernels/rope.wgsl.ts';
import type { KeyValueCache } from './cache.ts';
import type { ModelConfig } from './config.ts';
import type { PlaneFormat } from './planes.ts';
import { rotations } from './rope.ts';
import type { ModelWeights, Weight } from './weights.ts';

/** A recorded dispatch with fixed arguments and size; kernels exit early from the counts in the plan. */
export interface Operation {
  readonly label: string;
  readonly kernel: Kernel;
  readonly bindings: GPUBindGroup;
  readonly size: readonly [number, number];
}

export function encode(chain: Chain, operations: readonly Operation[]): void {
  for (const { label, kernel, bindings, size } of operations) {
    chain.part(label);
    chain.dispatch(kernel, bindings, size[0], size[1]);
  }
}

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

/**
 * The forward pass over the rows of a plan, as a list of dispatches.
 *
 * `body` runs from tokens to the residual stream after the last layer. {@link Forward.head} makes the end: final norm
 * and logits, of the plan's samples (to row `instance` of the output) or of all rows (to row `row`).
 */
export class Forward {
  readonly #a: ForwardArguments;
  readonly #buffers: GPUBuffer[] = [];
  readonly #kernels = new Map<string, Promise<Kernel>>();
  readonly #empty: GPUBuffer;
  readonly #x: GPUBuffer;
  readonly #normed: GPUBuffer;
  body: readonly Operation[] = [];

  private constructor(a: ForwardArguments) {
    this.#a = a;
    const { config, maxRows } = a;
    this.#empty = this.#buffer(16, 'empty');
    this.#x = this.#buffer(maxRows * config.width * 4, 'x');
    this.#normed = this.#buffer(maxRows * config.width * 4, 'normed');
  }

  static async create(a: ForwardArguments): Promise<Forward> {
    const forward = new Forward(a);
    forward.body = await forward.#body();
    return forward;
  }

  get scratchBytes(): number {
    return this.#buffers.reduce((sum, buffer) => sum + buffer.size, 0);
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }

  async #body(): Promise<Operation[]> {
    const { config, weights, cache, maxRows, plan, contextLength } = this.#a;
    const { heads, kvHeads, head, width, feedForward } = config;
    const qkvWidth = (heads + 2 * kvHeads) * head;
    const qkv = this.#buffer(maxRows * qkvWidth * 4, 'qkv');
    const attended = this.#buffer(maxRows * heads * head * 4, 'attended');
    const hidden = this.#buffer(maxRows * feedForward * 4, 'hidden');
    const table = rotations(config.rope, contextLength, weights.ropeFactors);
    const turns = this.#buffer(table.byteLength, 'rotations');
    this.#a.gpu.device.queue.writeBuffer(turns, 0, table);

    const kv = { HEAD: head, KV_HEADS: kvHeads, KV_BITS: cache.bits, HEADS: heads };
    const headNorm = weights.layers[0]?.headNorms !== undefined;
    // All compiles start before the first is awaited.
    const ropeKernel = this.#kernel('rope', ropeSource, {
      ...kv,
      ROTATED: config.rope.rotated,
      NEOX: config.rope.neox ? 1 : 0,
      HEAD_NORM: headNorm ? 1 : 0,
      EPSILON: config.epsilon,
    });
    const attentionKernel = this.#kernel('attention', attentionSource, kv);
    const operations: Promise<Operation[]>[] = [this.#embed()];
    for (const [index, layer] of weights.layers.entries()) {
      const keys = cache.keys[index]!;
      const values = cache.values[index]!;
      operations.push(this.#norm('norm', this.#x, layer.attentionNorm, this.#normed, false));
      let column = 0;
      for (const weight of layer.qkv) {
        const output = { buffer: qkv, stride: qkvWidth, column };
        operations.push(this.#product('qkv', weight, this.#normed, output, c.MODEL_EPILOGUE_STORE, layer.qkvBias));
        column += weight.rows;
      }
      operations.push(
        ropeKernel.then((kernel) => [
          {
            label: 'rope',
            kernel,
            bindings: kernel.bind(plan, cache.pages, layer.headNorms ?? this.#empty, turns, qkv, keys, values),
            size: [heads + 2 * kvHeads, maxRows],
          },
        ]),
        attentionKernel.then((kernel) => [
          {
            label: 'attention',
            kernel,
            bindings: kernel.bind(plan, cache.pages, qkv, keys, values, attended),
            size: [kvHeads * Math.ceil(heads / kvHeads / 2), maxRows],
          },
        ]),
      );
      const residual = { buffer: this.#x, stride: width, column: 0 };
      const inner = { buffer: hidden, stride: feedForward, column: 0 };
      operations.push(
        this.#product('attn_output', layer.output, attended, residual, c.MODEL_EPILOGUE_ADD),
        this.#norm('norm', this.#x, layer.feedForwardNorm, this.#normed, false),
        this.#product('gate', layer.gate, this.#normed, inner, c.MODEL_EPILOGUE_STORE),
        this.#product('up', layer.up, this.#normed, inner, c.MODEL_EPILOGUE_GATED),
        this.#product('down', layer.down, hidden, residual, c.MODEL_EPILOGUE_ADD),
      );
    }
    return (await Promise.all(operations)).flat();
  }

  /** Final norm and logits of the sampled rows, or of all rows. */
  async head(logits: GPUBuffer, which: 'samples' | 'rows'): Promise<Operation[]> {
    const { weights, config } = this.#a;
    const samples = which === 'samples';
    const output = { buffer: logits, stride: config.vocabulary, column: 0 };
    const epilogue = samples ? c.MODEL_EPILOGUE_LOGITS : c.MODEL_EPILOGUE_STORE;
    return (
      await Promise.all([
        this.#norm('final norm', this.#x, weights.outputNorm, this.#normed, samples),
        this.#product('logits', weights.output, this.#normed, output, epilogue),
      ])
    ).flat();
  }

  async #embed(): Promise<Operation[]> {
    const { config, weights, maxRows, plan, tokens, gpu } = this.#a;
    const constants = { ...formatConstants(weights.embedding.format), WIDTH: config.width };
    const kernel = await this.#kernel('embed', embedSource, constants);
    return weights.embedding.parts.map((part) => {
      const range = uniformBuffer(gpu, new Uint32Array([part.firstRow, part.rows, config.vocabulary]), 'embed range');
      this.#buffers.push(range);
      return {
        label: 'embed',
        kernel,
        bindings: kernel.bind(part.low, part.high, part.scales, plan, tokens, this.#x, range),
        size: [Math.ceil(config.width / 256), maxRows],
      };
    });
  }

  async #norm(label: string, x: GPUBuffer, weight: GPUBuffer, out: GPUBuffer, samples: boolean): Promise<Operation[]> {
    const { config, maxRows, plan } = this.#a;
    const constants = {
      WIDTH: config.width,
      EPSILON: config.epsilon,
      SAMPLES_ONLY: samples ? 1 : 0,
    };
    const kernel = await this.#kernel(label, normSource, constants);
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
    const { gpu, plan, maxRows } = this.#a;
    const kernel = await this.#kernel('product', productSource, formatConstants(weight.format));
    return weight.parts.map((part) => {
      const column = output.column + part.firstRow;
      const words = [weight.columns, part.rows, column, output.stride, epilogue, bias ? 1 : 0];
      const shape = uniformBuffer(gpu, new Uint32Array(words), 'shape');
      this.#buffers.push(shape);
      return {
        label,
        kernel,
        bindings: kernel.bind(part.low, part.high, part.scales, plan, x, bias ?? this.#empty, output.buffer, shape),
        size: [Math.ceil(part.rows / 256), Math.ceil(maxRows / 4)],
      };
    });
  }

  /** Compiles each kernel once for each set of constants. */
  #kernel(label: string, source: string, constants: Record<string, number>): Promise<Kernel> {
    const key = label + JSON.stringify(constants);
    let kernel = this.#kernels.get(key);
    if (!kernel) {
      kernel = compileKernel(this.#a.gpu, source, { label, constants });
      this.#kernels.set(key, kernel);
    }
    return kernel;
  }

  #buffer(bytes: number, label: string): GPUBuffer {
    const buffer = storageBuffer(this.#a.gpu, bytes, { label });
    this.#buffers.push(buffer);
    return buffer;
  }
}

export function formatConstants(format: PlaneFormat): Record<string, number> {
  return { LOW_BITS: format.lowBits, HIGH_BITS: format.highBits, SCALES: format.scales, BIAS: format.bias };
}
