import { ResidentError } from '../../errors.ts';
import { type Gpu, storageBuffer, writeBuffer } from '../../gpu/index.ts';
import { kernelConstants } from '../constants.ts';
import { dequantize, type TensorTypeName, tensorTypes } from '../formats/index.ts';
import type { Gguf, GgufTensor } from '../gguf/index.ts';
import type { ModelConfig } from './config.ts';
import { type PlaneFormat, planeFormats, planeWords, toPlanes } from './planes.ts';

/** Consecutive rows of a weight matrix on the GPU. */
export interface WeightPart {
  readonly firstRow: number;
  readonly rows: number;
  readonly low: GPUBuffer;
  readonly high: GPUBuffer;
  readonly scales: GPUBuffer;
}

/** A weight matrix of `rows × columns`, in parts that the adapter can bind. */
export interface Weight {
  readonly name: string;
  readonly type: TensorTypeName;
  readonly format: PlaneFormat;
  readonly rows: number;
  readonly columns: number;
  readonly parts: readonly WeightPart[];
  readonly bytes: number;
}

export interface LayerWeights {
  readonly attentionNorm: GPUBuffer;
  /** q, k, v one after the other: one matrix if they have one type, else three. */
  readonly qkv: readonly Weight[];
  readonly qkvBias: GPUBuffer | undefined;
  readonly headNorms: GPUBuffer | undefined;
  readonly output: Weight;
  readonly feedForwardNorm: GPUBuffer;
  /** Gate and up one after the other, or as one matrix in alternating runs of 16 rows. */
  readonly gateUp: readonly Weight[];
  readonly down: Weight;
}

export interface ModelWeights {
  readonly embedding: Weight;
  readonly layers: readonly LayerWeights[];
  readonly outputNorm: GPUBuffer;
  readonly output: Weight;
  /** Divisors of the RoPE frequencies. */
  readonly ropeFactors: Float32Array | undefined;
  /** Bytes on the GPU. */
  readonly bytes: number;
  readonly buffers: readonly GPUBuffer[];
}

/** Most bytes of a tensor converted at once. */
const chunkBytes = 32 << 20;

/**
 * Reads all weights of a model onto the GPU.
 *
 * @param options.fused gate and up become one matrix where their types allow it
 *
 * @throws ResidentError naming the tensor that is missing or has another shape than the architecture says
 */
export async function loadWeights(
  gpu: Gpu,
  gguf: Gguf,
  config: ModelConfig,
  options: { fused: boolean; onProgress?: ((done: number, total: number) => void) | undefined },
): Promise<ModelWeights> {
  const { fused, onProgress } = options;
  const loader = new Loader(gpu, gguf, onProgress);
  const { width, feedForward, heads, kvHeads, head, vocabulary } = config;
  const embedding = await loader.matrix([['token_embd.weight', vocabulary]], width);
  const tied = !gguf.tensors.has('output.weight');
  const output = tied ? embedding : await loader.matrix([['output.weight', vocabulary]], width);
  const layers: LayerWeights[] = [];
  for (let i = 0; i < config.layers; i++) {
    const name = (suffix: string) => `blk.${i}.${suffix}`;
    const rows = [heads * head, kvHeads * head, kvHeads * head] as const;
    const qkvNames = ['attn_q', 'attn_k', 'attn_v'].map((n, j): [string, number] => [name(`${n}.weight`), rows[j]!]);
    const qkv: Weight[] = [];
    for (const group of joinable(gguf, qkvNames)) qkv.push(await loader.matrix(group, width));
    const biases = ['attn_q.bias', 'attn_k.bias', 'attn_v.bias'].map(name);
    const norms = ['attn_q_norm.weight', 'attn_k_norm.weight'].map(name);
    const hasBias = biases.some((n) => gguf.tensors.has(n));
    const hasNorms = config.architecture === 'qwen3';
    layers.push({
      attentionNorm: await loader.vector([[name('attn_norm.weight'), width]]),
      qkv,
      qkvBias: hasBias ? await loader.vector(biases.map((n, j) => [n, rows[j]!])) : undefined,
      headNorms: hasNorms ? await loader.vector(norms.map((n) => [n, head])) : undefined,
      output: await loader.matrix([[name('attn_output.weight'), width]], heads * head),
      feedForwardNorm: await loader.vector([[name('ffn_norm.weight'), width]]),
      gateUp: await loader.gateUp(name('ffn_gate.weight'), name('ffn_up.weight'), feedForward, width, fused),
      down: await loader.matrix([[name('ffn_down.weight'), width]], feedForward),
    });
  }
  const outputNorm = await loader.vector([['output_norm.weight', width]]);
  const factors = gguf.tensors.get('rope_freqs.weight');
  return {
    embedding,
    layers,
    outputNorm,
    output,
    ropeFactors: factors ? await loader.floats(factors, config.rope.rotated / 2) : undefined,
    bytes: loader.buffers.reduce((sum, b) => sum + b.size, 0),
    buffers: loader.buffers,
  };
}

/** Splits consecutive matrices into groups that can be one matrix on the GPU. */
function joinable(gguf: Gguf, names: readonly [string, number][]): [string, number][][] {
  const types = names.map(([name]) => gguf.tensor(name).type.name);
  // Formats with one half-precision scale in 32 values all fit into 8-bit planes without loss.
  if (types.every((type) => planeFormats[type].scales === kernelConstants.MODEL_SCALES_HALF)) return [[...names]];
  const groups: [string, number][][] = [];
  for (const [i, entry] of names.entries()) {
    if (i > 0 && types[i] === types[i - 1]) groups.at(-1)!.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

class Loader {
  readonly #gpu: Gpu;
  readonly #gguf: Gguf;
  readonly #onProgress: ((done: number, total: number) => void) | undefined;
  readonly #total: number;
  #done = 0;
  readonly buffers: GPUBuffer[] = [];
  readonly #empty: GPUBuffer;

  constructor(gpu: Gpu, gguf: Gguf, onProgress?: (done: number, total: number) => void) {
    this.#gpu = gpu;
    this.#gguf = gguf;
    this.#onProgress = onProgress;
    this.#total = [...gguf.tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0);
    this.#empty = this.#buffer(16, 'empty');
  }

  async gateUp(gate: string, up: string, rows: number, columns: number, fused: boolean): Promise<Weight[]> {
    const sameType = this.#gguf.tensor(gate).type === this.#gguf.tensor(up).type;
    if (fused && sameType) {
      const sources: [string, number][] = [
        [gate, rows],
        [up, rows],
      ];
      return [await this.matrix(sources, columns, 16)];
    }
    return [await this.matrix([[gate, rows]], columns), await this.matrix([[up, rows]], columns)];
  }

  /**
   * A matrix of the rows of one or more tensors, each [name, rows]: one tensor after the other, or in alternating
   * runs of `run` rows. Tensors of different types are widened to the layout of Q8_0.
   */
  async matrix(sources: readonly (readonly [string, number])[], columns: number, run = 0): Promise<Weight> {
    const tensors = sources.map(([name, rows]) => this.#expect(name, [columns, rows]));
    const sameType = tensors.every((t) => t.type === tensors[0]!.type);
    const type = sameType ? tensors[0]!.type.name : 'Q8_0';
    const format = planeFormats[type];
    const rows = sources.reduce((sum, [, n]) => sum + n, 0);
    const label = sources.map(([name]) => name).join('+');
    const blocksInRow = columns / 32;
    // Two rows at a time: half-precision scales of an odd number of blocks end in the middle of a word.
    const widest = Math.max(...Object.values(planeWords(format, blocksInRow * 2))) * 2;
    // Whole tiles of 32 rows, so that a gate and its up stay together.
    const most = Math.max(32, Math.floor(this.#gpu.limits.maxStorageBufferBindingSize / widest / 32) * 32);
    const parts: WeightPart[] = [];
    for (let firstRow = 0; firstRow < rows; firstRow += most) {
      const partRows = Math.min(most, rows - firstRow);
      const words = planeWords(format, blocksInRow * partRows);
      parts.push({
        firstRow,
        rows: partRows,
        low: this.#buffer(words.low * 4, `${label} low`),
        high: words.high ? this.#buffer(words.high * 4, `${label} high`) : this.#empty,
        scales: words.scales ? this.#buffer(words.scales * 4, `${label} scales`) : this.#empty,
      });
    }
    let next = 0;
    for (const [index, tensor] of tensors.entries()) {
      const rowBytes = (columns / tensor.type.blockSize) * tensor.type.blockBytes;
      const step = Math.max(2, Math.floor(chunkBytes / rowBytes / 2) * 2);
      const tensorRows = tensor.byteLength / rowBytes;
      if (tensors.length > 1 && (tensorRows * blocksInRow) % 2 !== 0) {
        throw new ResidentError(`${this.#gguf.name}: tensor ${tensor.name} has an odd number of blocks.`);
      }
      for (let from = 0; from < tensorRows; ) {
        const row = run ? Math.floor(from / run) * run * tensors.length + index * run + (from % run) : next;
        const part = parts.find((p) => row < p.firstRow + p.rows)!;
        // Alternating tensors are read whole and written in runs.
        const most = run ? Math.min(step - (step % run), tensorRows - from) : tensorRows - from;
        const count = Math.min(step, most, run ? most : part.firstRow + part.rows - row);
        const bytes = await this.#gguf.read(tensor, from * rowBytes, count * rowBytes);
        const planes = toPlanes(tensor.type.name, bytes, format);
        for (let done = 0; done < count; done += run || count) {
          const goal = run ? row + (done / run) * run * tensors.length : row;
          const into = parts.find((p) => goal < p.firstRow + p.rows)!;
          const at = planeWords(format, (goal - into.firstRow) * blocksInRow);
          const first = planeWords(format, done * blocksInRow);
          const last = planeWords(format, Math.min(count, done + (run || count)) * blocksInRow);
          for (const plane of ['low', 'high', 'scales'] as const) {
            if (last[plane] === first[plane]) continue;
            writeBuffer(this.#gpu, into[plane], planes[plane].subarray(first[plane], last[plane]), at[plane] * 4);
          }
        }
        next = row + count;
        from += count;
        this.#progress(bytes.byteLength);
      }
    }
    const bytes = parts.reduce((sum, p) => sum + p.low.size + p.high.size + p.scales.size, 0);
    return { name: label, type, format, rows, columns, parts, bytes };
  }

  /** Values of one or more one-dimensional tensors in f32; a missing one is zeros. */
  async vector(sources: readonly (readonly [string, number])[]): Promise<GPUBuffer> {
    const all = new Float32Array(sources.reduce((sum, [, length]) => sum + length, 0));
    let at = 0;
    for (const [name, length] of sources) {
      if (sources.length === 1 || this.#gguf.tensors.has(name)) {
        all.set(await this.floats(this.#expect(name, [length]), length), at);
      }
      at += length;
    }
    const buffer = this.#buffer(all.byteLength, sources.map(([name]) => name).join('+'));
    writeBuffer(this.#gpu, buffer, all);
    return buffer;
  }

  async floats(tensor: GgufTensor, length: number): Promise<Float32Array> {
    const bytes = await this.#gguf.read(tensor);
    this.#progress(bytes.byteLength);
    const values = dequantize(tensor.type.name, bytes);
    if (values.length < length) {
      throw new ResidentError(`${this.#gguf.name}: tensor ${tensor.name} has ${values.length} values, not ${length}.`);
    }
    return values;
  }

  #expect(name: string, shape: readonly number[]): GgufTensor {
    const tensor = this.#gguf.tensor(name);
    const actual = [...tensor.shape];
    while (actual.length > shape.length && actual.at(-1) === 1) actual.pop();
    if (actual.length !== shape.length || actual.some((n, i) => n !== shape[i])) {
      throw new ResidentError(
        `${this.#gguf.name}: tensor ${name} is ${tensor.shape.join('×')}, but the model's metadata says ${shape.join('×')}.`,
      );
    }
    if (!(tensor.type.name in tensorTypes)) {
      throw new ResidentError(`${this.#gguf.name}: tensor ${name} has unsupported type ${tensor.type.name}.`);
    }
    return tensor;
  }

  #buffer(bytes: number, label: string): GPUBuffer {
    const buffer = storageBuffer(this.#gpu, Math.max(16, bytes), { label });
    this.buffers.push(buffer);
    return buffer;
  }

  #progress(bytes: number): void {
    this.#done += bytes;
    this.#onProgress?.(this.#done, this.#total);
  }
}
