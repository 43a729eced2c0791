import { ResidentError } from '../../errors.ts';
import { type Gpu, storageBuffer, writeBuffer } from '../../gpu/index.ts';
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
  readonly gate: Weight;
  readonly up: Weight;
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
 * @throws ResidentError naming the tensor that is missing or has another shape than the architecture says
 */
export async function loadWeights(
  gpu: Gpu,
  gguf: Gguf,
  config: ModelConfig,
  onProgress?: (done: number, total: number) => void,
): Promise<ModelWeights> {
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
    const sameType = new Set(qkvNames.map(([n]) => gguf.tensor(n).type.name)).size === 1;
    const qkv = sameType
      ? [await loader.matrix(qkvNames, width)]
      : [
          await loader.matrix([qkvNames[0]!], width),
          await loader.matrix([qkvNames[1]!], width),
          await loader.matrix([qkvNames[2]!], width),
        ];
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
      gate: await loader.matrix([[name('ffn_gate.weight'), feedForward]], width),
      up: await loader.matrix([[name('ffn_up.weight'), feedForward]], width),
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

  /** A matrix of the rows of one or more tensors of one type, each [name, rows]. */
  async matrix(sources: readonly (readonly [string, number])[], columns: number): Promise<Weight> {
    const tensors = sources.map(([name, rows]) => this.#expect(name, [columns, rows]));
    const { name: type, blockSize, blockBytes } = tensors[0]!.type;
    const format = planeFormats[type];
    const rows = sources.reduce((sum, [, n]) => sum + n, 0);
    const label = sources.map(([name]) => name).join('+');
    const blocksInRow = columns / 32;
    const rowBytes = (columns / blockSize) * blockBytes;
    // Two rows at a time: half-precision scales of an odd number of blocks end in the middle of a word.
    const widest = Math.max(...Object.values(planeWords(format, blocksInRow * 2))) * 2;
    const most = Math.floor(this.#gpu.limits.maxStorageBufferBindingSize / widest / 2) * 2;
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
    let row = 0;
    const step = Math.max(2, Math.floor(chunkBytes / rowBytes / 2) * 2);
    for (const tensor of tensors) {
      const tensorRows = tensor.byteLength / rowBytes;
      if (tensors.length > 1 && (tensorRows * blocksInRow) % 2 !== 0) {
        throw new ResidentError(`${this.#gguf.name}: tensor ${tensor.name} has an odd number of blocks.`);
      }
      for (let from = 0; from < tensorRows; ) {
        const part = parts.find((p) => row < p.firstRow + p.rows)!;
        const count = Math.min(step, tensorRows - from, part.firstRow + part.rows - row);
        const bytes = await this.#gguf.read(tensor, from * rowBytes, count * rowBytes);
        const planes = toPlanes(type, bytes);
        const at = planeWords(format, (row - part.firstRow) * blocksInRow);
        writeBuffer(this.#gpu, part.low, planes.low, at.low * 4);
        if (planes.high.length) writeBuffer(this.#gpu, part.high, planes.high, at.high * 4);
        if (planes.scales.length) writeBuffer(this.#gpu, part.scales, planes.scales, at.scales * 4);
        row += count;
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
