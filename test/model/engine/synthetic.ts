import { numberToBf16, numberToF16, type TensorTypeName, tensorTypes } from '../../../src/model/formats/index.ts';
import {
  type Gguf,
  memorySource,
  openGgufSource,
  type WritableTensor,
  writeGguf,
} from '../../../src/model/gguf/index.ts';

export interface SyntheticModel {
  architecture: 'llama' | 'qwen2' | 'qwen3';
  width?: number;
  layers?: number;
  heads?: number;
  kvHeads?: number;
  head?: number;
  feedForward?: number;
  vocabulary?: number;
  /** Type of the matrices; `byTensor` overrides it for tensors whose name contains the key. */
  type?: TensorTypeName;
  byTensor?: Record<string, TensorTypeName>;
  tied?: boolean;
  metadata?: Record<string, string | number>;
  seed?: number;
}

/** A small model with random weights, written as GGUF and opened again. */
export async function syntheticModel(model: SyntheticModel): Promise<Gguf> {
  const { architecture, width = 64, layers = 2, heads = 4, kvHeads = 2, head = 16, feedForward = 96 } = model;
  const { vocabulary = 96, type = 'F32', byTensor = {}, tied = false, seed = 1 } = model;
  const random = generator(seed);
  const tensors: WritableTensor[] = [];
  const matrix = (name: string, columns: number, rows: number, spread = 1 / Math.sqrt(columns)) => {
    const override = Object.keys(byTensor).find((key) => name.includes(key));
    const chosen = override ? byTensor[override]! : type;
    const data = randomTensor(chosen, columns * rows, spread, random);
    tensors.push({ name, type: chosen, shape: [columns, rows], data });
  };
  const vector = (name: string, length: number, mean: number, spread: number) => {
    const data = Float32Array.from({ length }, () => mean + spread * (2 * random() - 1));
    tensors.push({ name, type: 'F32', shape: [length], data: new Uint8Array(data.buffer) });
  };
  matrix('token_embd.weight', width, vocabulary, 1);
  vector('output_norm.weight', width, 1, 0.2);
  if (!tied) matrix('output.weight', width, vocabulary, 0.3);
  for (let i = 0; i < layers; i++) {
    const name = (suffix: string) => `blk.${i}.${suffix}`;
    vector(name('attn_norm.weight'), width, 1, 0.2);
    vector(name('ffn_norm.weight'), width, 1, 0.2);
    matrix(name('attn_q.weight'), width, heads * head);
    matrix(name('attn_k.weight'), width, kvHeads * head);
    matrix(name('attn_v.weight'), width, kvHeads * head);
    matrix(name('attn_output.weight'), heads * head, width);
    matrix(name('ffn_gate.weight'), width, feedForward);
    matrix(name('ffn_up.weight'), width, feedForward);
    matrix(name('ffn_down.weight'), feedForward, width);
    if (architecture === 'qwen2') {
      vector(name('attn_q.bias'), heads * head, 0, 0.5);
      vector(name('attn_k.bias'), kvHeads * head, 0, 0.5);
      vector(name('attn_v.bias'), kvHeads * head, 0, 0.5);
    }
    if (architecture === 'qwen3') {
      vector(name('attn_q_norm.weight'), head, 1, 0.3);
      vector(name('attn_k_norm.weight'), head, 1, 0.3);
    }
  }
  const a = architecture;
  const bytes = writeGguf(
    {
      'general.architecture': a,
      [`${a}.block_count`]: layers,
      [`${a}.context_length`]: 512,
      [`${a}.embedding_length`]: width,
      [`${a}.feed_forward_length`]: feedForward,
      [`${a}.attention.head_count`]: heads,
      [`${a}.attention.head_count_kv`]: kvHeads,
      [`${a}.attention.key_length`]: head,
      [`${a}.attention.value_length`]: head,
      [`${a}.attention.layer_norm_rms_epsilon`]: 1e-5,
      [`${a}.rope.freq_base`]: 10000.5,
      ...model.metadata,
    },
    tensors,
  );
  return openGgufSource(memorySource('synthetic.gguf', bytes));
}

/** Where a type's half-precision scales lie in a block, to keep the values in range; the rest is random bits. */
const scaleOffsets: Partial<Record<TensorTypeName, number[]>> = {
  Q8_0: [0],
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
  IQ4_NL: [0],
  IQ4_XS: [0],
};
/** About the largest quant times its block scale. */
const reach: Partial<Record<TensorTypeName, number>> = {
  Q8_0: 127,
  Q4_0: 8,
  Q4_1: 15,
  Q5_0: 16,
  Q5_1: 31,
  Q2_K: 45,
  Q3_K: 128,
  Q4_K: 945,
  Q5_K: 1953,
  Q6_K: 4096,
  IQ4_NL: 127,
  IQ4_XS: 4096,
};

/** Random bytes of a tensor whose values are about uniform in ±spread. */
export function randomTensor(type: TensorTypeName, values: number, spread: number, random: () => number): Uint8Array {
  const { blockSize, blockBytes } = tensorTypes[type];
  const bytes = new Uint8Array((values / blockSize) * blockBytes);
  const view = new DataView(bytes.buffer);
  const uniform = () => spread * (2 * random() - 1);
  if (type === 'F32') for (let i = 0; i < values; i++) view.setFloat32(i * 4, uniform(), true);
  else if (type === 'F16') for (let i = 0; i < values; i++) view.setUint16(i * 2, numberToF16(uniform()), true);
  else if (type === 'BF16') for (let i = 0; i < values; i++) view.setUint16(i * 2, numberToBf16(uniform()), true);
  else {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 256);
    const offsets = scaleOffsets[type]!;
    const scale = (2 * spread) / reach[type]!;
    for (let at = 0; at < bytes.length; at += blockBytes) {
      for (const offset of offsets) view.setUint16(at + offset, numberToF16(scale * (0.5 + random() / 2)), true);
      // A minimum balances the scale so that the mean stays near zero.
      if (type === 'Q4_1' || type === 'Q5_1') view.setUint16(at + 2, numberToF16(-spread * random()), true);
    }
  }
  return bytes;
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
