import { kernelConstants as c } from '../constants.ts';
import { wgsl as matrixSource } from '../kernels/product_matrix.wgsl.ts';
import { wgsl as vectorSource } from '../kernels/product_vector.wgsl.ts';
import { wgsl as normSource } from '../kernels/residual_norm.wgsl.ts';
import { type Forward, type ForwardArguments, ForwardBase, type RowMode } from './forward.ts';
import { formatConstants, type Operation } from './resources.ts';
import type { Weight } from './weights.ts';

/** Parts into which the sum over K may be split; partial results are added by the kernel that reads them. */
const mostSplits = 8;
/** Up to so many rows in a step, products do not use matrix units. */
const vectorRows = 8;

/**
 * The path for adapters with f16 and subgroups: activations in f16, sums in f32, products that are split over K where
 * they have few columns, norms that add the parts. Products use matrix units where the adapter has them, except in
 * steps that decode a few rows.
 */
export class FastForward extends ForwardBase implements Forward {
  readonly #matrixUnits: boolean;
  /** f16 inputs of products. */
  readonly #normed: GPUBuffer;
  readonly #attended: GPUBuffer;
  readonly #hidden: GPUBuffer;
  /** f32 parts of products. */
  readonly #parts: GPUBuffer;
  readonly #qkv: GPUBuffer;
  readonly #bodies = new Map<RowMode, readonly Operation[]>();
  /** Parts of the last down projection, for {@link head}. */
  readonly #lastParts = new Map<RowMode, number>();

  private constructor(a: ForwardArguments) {
    super(a);
    const { config, maxRows } = a;
    this.#matrixUnits = a.gpu.paths.subgroupMatrix && a.gpu.adapter.subgroupMinSize === 32;
    const { heads, kvHeads, head, width, feedForward } = config;
    // The matrix kernel reads whole tiles of 64 rows.
    const rows = Math.ceil(maxRows / 64) * 64;
    this.#normed = this.resources.buffer(rows * width * 2, 'normed');
    this.#attended = this.resources.buffer(rows * heads * head * 2, 'attended');
    this.#hidden = this.resources.buffer(rows * feedForward * 2, 'hidden');
    this.#parts = this.resources.buffer(mostSplits * maxRows * width * 4, 'parts');
    this.#qkv = this.resources.buffer(mostSplits * maxRows * (heads + 2 * kvHeads) * head * 4, 'qkv');
  }

  static async create(a: ForwardArguments): Promise<FastForward> {
    const forward = new FastForward(a);
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
    const parts = this.#lastParts.get(mode)!;
    return (
      await Promise.all([
        this.#norm(mode, 'final norm', weights.outputNorm, parts, c.MODEL_HIDDEN_UNIT, samples),
        this.#product(mode, 'logits', weights.output, this.#normed, output, epilogue, 1),
      ])
    ).flat();
  }

  async #record(mode: RowMode): Promise<Operation[]> {
    const { config, weights } = this.a;
    const { heads, kvHeads, head, width, feedForward } = config;
    const qkvWidth = (heads + 2 * kvHeads) * head;
    const operations: Promise<Operation[]>[] = [this.embed(mode)];
    let parts = 0;
    for (const [index, layer] of weights.layers.entries()) {
      operations.push(this.#norm(mode, 'norm', layer.attentionNorm, parts, c.MODEL_HIDDEN_UNIT, false));
      const splits = this.#splits(mode, qkvWidth, width);
      let column = 0;
      for (const weight of layer.qkv) {
        const output = { buffer: this.#qkv, stride: qkvWidth, column };
        operations.push(this.#product(mode, 'qkv', weight, this.#normed, output, c.MODEL_EPILOGUE_STORE, splits));
        column += weight.rows;
      }
      const residual = { buffer: this.#parts, stride: width, column: 0 };
      const outputParts = this.#splits(mode, width, heads * head);
      parts = this.#splits(mode, width, feedForward);
      const inner = { buffer: this.resources.spare(0), stride: feedForward, column: 0 };
      operations.push(
        this.attention(mode, index, layer, this.#qkv, this.#attended, { parts: splits, addBias: true, half: true }),
        this.#product(mode, 'attn_output', layer.output, this.#attended, residual, c.MODEL_EPILOGUE_STORE, outputParts),
        this.#norm(mode, 'norm', layer.feedForwardNorm, outputParts, 1, false),
        this.#product(mode, 'gate up', layer.gateUp[0]!, this.#normed, inner, c.MODEL_EPILOGUE_GATED, 1),
        this.#product(mode, 'down', layer.down, this.#hidden, residual, c.MODEL_EPILOGUE_STORE, parts),
      );
    }
    this.#lastParts.set(mode, parts);
    return (await Promise.all(operations)).flat();
  }

  #useMatrix(mode: RowMode): boolean {
    return this.#matrixUnits && this.rows(mode) > vectorRows;
  }

  /** Enough parts to give every multiprocessor work, with at least four steps of K in each. */
  #splits(mode: RowMode, columns: number, k: number): number {
    if (!this.#useMatrix(mode)) return k >= 2048 && columns < 2048 ? 2 : 1;
    // The same for both modes, so that a row's sums do not depend on what else is in its step.
    const tiles = Math.ceil(columns / 64) * Math.ceil(this.a.decodeRows / 64);
    const steps = Math.ceil(k / 64);
    const wanted = Math.min(mostSplits, Math.max(1, Math.round(160 / tiles)), Math.max(1, Math.floor(steps / 2)));
    // No part may be empty: its output is read.
    return Math.ceil(steps / Math.ceil(steps / wanted));
  }

  async #norm(
    mode: RowMode,
    label: string,
    weight: GPUBuffer,
    parts: number,
    unit: number,
    samples: boolean,
  ): Promise<Operation[]> {
    const { config, plan } = this.a;
    const constants = {
      WIDTH: config.width,
      EPSILON: config.epsilon,
      SAMPLES_ONLY: samples ? 1 : 0,
      SPLITS: parts,
      UNIT: unit,
    };
    const kernel = await this.resources.kernel(label, normSource, constants);
    const bindings = kernel.bind(plan, this.#parts, this.x, weight, this.#normed);
    return [{ label, kernel, bindings, size: [this.rows(mode), 1] }];
  }

  async #product(
    mode: RowMode,
    label: string,
    weight: Weight,
    x: GPUBuffer,
    output: { buffer: GPUBuffer; stride: number; column: number },
    epilogue: number,
    splits: number,
  ): Promise<Operation[]> {
    const { gpu, plan } = this.a;
    const rows = this.rows(mode);
    const matrix = this.#useMatrix(mode);
    const source = matrix ? matrixSource : vectorSource;
    const kernel = await this.resources.kernel(matrix ? 'matrix' : 'vector', source, formatConstants(weight.format));
    const gated = epilogue === c.MODEL_EPILOGUE_GATED;
    const subgroups = 128 / (gpu.adapter.subgroupMinSize || 32);
    return weight.parts.map((part) => {
      const first = gated ? part.firstRow / 2 : part.firstRow;
      const words = [weight.columns, part.rows, output.column + first, output.stride, epilogue, 0, splits];
      const shape = this.resources.uniform(words, 'shape');
      const hidden = gated ? this.#hidden : this.resources.spare(1);
      const items = Math.ceil(part.rows / 2);
      return {
        label,
        kernel,
        bindings: kernel.bind(part.low, part.high, part.scales, plan, x, output.buffer, hidden, shape),
        size: matrix
          ? [Math.ceil(part.rows / 64), Math.ceil(rows / 64), splits]
          : [Math.ceil(items / subgroups), Math.ceil(rows / 4), splits],
      };
    });
  }
}
