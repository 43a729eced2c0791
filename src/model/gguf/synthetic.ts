import { randomBlocks, type TensorTypeName, tensorTypes } from '../formats/index.ts';
import { type Gguf, openGgufSource } from './gguf.ts';
import type { ByteSource } from './source.ts';
import { type TensorEntry, tensorBytes, type WritableValue, writeGgufHeader } from './writer.ts';

/** Dimensions of a Qwen 2 model. */
export interface SyntheticShape {
  layers: number;
  width: number;
  feedForward: number;
  heads: number;
  kvHeads: number;
  head: number;
  vocabulary: number;
  /** The output matrix is the embedding matrix. */
  tied: boolean;
}

/** From the models' own config.json files. */
export const syntheticShapes = {
  'qwen2.5-0.5b': {
    ...{ layers: 24, width: 896, feedForward: 4864, heads: 14, kvHeads: 2, head: 64, vocabulary: 151936, tied: true },
  },
  'qwen2.5-1.5b': {
    ...{ layers: 28, width: 1536, feedForward: 8960, heads: 12, kvHeads: 2, head: 128, vocabulary: 151936, tied: true },
  },
  'qwen2.5-7b': {
    ...{
      layers: 28,
      width: 3584,
      feedForward: 18944,
      heads: 28,
      kvHeads: 4,
      head: 128,
      vocabulary: 152064,
      tied: false,
    },
  },
} as const satisfies Record<string, SyntheticShape>;
export type ShapeName = keyof typeof syntheticShapes;

/** Which type each matrix gets, as llama.cpp's quantizer mixes them. */
export const syntheticMixes = ['Q4_K_M', 'Q8_0', 'F16'] as const;
export type MixName = (typeof syntheticMixes)[number];

/** {@link syntheticSource}, opened. */
export function syntheticGguf(shape: SyntheticShape, mix: MixName): Promise<Gguf> {
  return openGgufSource(syntheticSource(shape, mix));
}

/**
 * A model file of a given shape with random weights, made as it is read: no download, no disk space.
 *
 * For measuring speed only. The vocabulary has the 256 byte tokens and placeholders; the same bytes are read every time.
 */
export function syntheticSource(shape: SyntheticShape, mix: MixName): ByteSource {
  const tensors = tensorEntries(shape, mix);
  const header = writeGgufHeader(metadata(shape), tensors);
  const starts: number[] = [];
  let size = header.byteLength;
  for (const tensor of tensors) {
    starts.push(size);
    size += Math.ceil(tensorBytes(tensor) / 32) * 32;
  }
  const pools = new Map<string, Uint8Array<ArrayBuffer>>();
  const poolOf = (tensor: TensorEntry): Uint8Array<ArrayBuffer> => {
    const vector = tensor.shape.length === 1;
    const key = vector && tensor.name.endsWith('norm.weight') ? 'ones' : `${tensor.type} ${vector}`;
    const pool = pools.get(key) ?? (key === 'ones' ? ones() : randomBlocks(tensor.type, poolBlocks, 0.02, random(1)));
    pools.set(key, pool);
    return pool;
  };
  return {
    name: `synthetic-${shape.layers}x${shape.width}-${mix}.gguf`,
    size,
    read: async (offset, length) => {
      const out = new Uint8Array(length);
      copyOverlap(out, offset, header, 0);
      for (let i = 0; i < tensors.length; i++) {
        const start = starts[i]!;
        const from = Math.max(start, offset);
        const to = Math.min(start + tensorBytes(tensors[i]!), offset + length);
        if (from >= to) continue;
        // A different place in the pool for every tensor, so that layers differ.
        const blockBytes = tensorTypes[tensors[i]!.type].blockBytes;
        const shift = ((i * 997) % poolBlocks) * blockBytes;
        fillFromPool(out.subarray(from - offset, to - offset), poolOf(tensors[i]!), from - start + shift);
      }
      return out;
    },
    close: async () => {},
  };
}

/** Writes a source's bytes to a file (Node only), for programs that read model files. */
export async function writeSource(source: ByteSource, path: string): Promise<void> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'w');
  try {
    const step = 1 << 26;
    for (let at = 0; at < source.size; at += step) {
      await file.writeFile(await source.read(at, Math.min(step, source.size - at)));
    }
  } finally {
    await file.close();
  }
}

/** A prime, so that rows of a matrix start at different blocks. */
const poolBlocks = 8191;

function fillFromPool(out: Uint8Array, pool: Uint8Array, start: number): void {
  let at = start % pool.byteLength;
  for (let done = 0; done < out.byteLength; ) {
    const part = pool.subarray(at, at + out.byteLength - done);
    out.set(part, done);
    done += part.byteLength;
    at = 0;
  }
}

function copyOverlap(out: Uint8Array, offset: number, bytes: Uint8Array, start: number): void {
  const from = Math.max(offset, start);
  const to = Math.min(offset + out.byteLength, start + bytes.byteLength);
  if (from < to) out.set(bytes.subarray(from - start, to - start), from - offset);
}

function ones(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Float32Array(poolBlocks).fill(1).buffer);
}

/** xorshift32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function tensorEntries(shape: SyntheticShape, mix: MixName): TensorEntry[] {
  const { layers, width, feedForward, heads, kvHeads, head, vocabulary, tied } = shape;
  const tensors: TensorEntry[] = [];
  const matrix = (name: string, columns: number, rows: number, important = false) =>
    tensors.push({ name, type: matrixType(mix, columns, important), shape: [columns, rows] });
  const vector = (name: string, length: number) => tensors.push({ name, type: 'F32', shape: [length] });
  // A tied embedding serves as output too and gets the output's type.
  matrix('token_embd.weight', width, vocabulary, tied);
  vector('output_norm.weight', width);
  if (!tied) matrix('output.weight', width, vocabulary, true);
  for (let i = 0; i < layers; i++) {
    const block = `blk.${i}.`;
    const more = i < layers >> 3 || i >= (7 * layers) >> 3 || (i - (layers >> 3)) % 3 === 2;
    vector(`${block}attn_norm.weight`, width);
    matrix(`${block}attn_q.weight`, width, heads * head);
    matrix(`${block}attn_k.weight`, width, kvHeads * head);
    matrix(`${block}attn_v.weight`, width, kvHeads * head, more);
    vector(`${block}attn_q.bias`, heads * head);
    vector(`${block}attn_k.bias`, kvHeads * head);
    vector(`${block}attn_v.bias`, kvHeads * head);
    matrix(`${block}attn_output.weight`, heads * head, width);
    vector(`${block}ffn_norm.weight`, width);
    matrix(`${block}ffn_gate.weight`, width, feedForward);
    matrix(`${block}ffn_up.weight`, width, feedForward);
    matrix(`${block}ffn_down.weight`, feedForward, width, more);
  }
  return tensors;
}

/** Q4_K_M keeps important matrices at 6 bits; rows that are not whole K blocks fall back to blocks of 32. */
function matrixType(mix: MixName, columns: number, important: boolean): TensorTypeName {
  if (mix !== 'Q4_K_M') return mix;
  const whole = columns % 256 === 0;
  if (important) return whole ? 'Q6_K' : 'Q8_0';
  return whole ? 'Q4_K' : 'Q5_0';
}

function metadata(shape: SyntheticShape): Record<string, WritableValue> {
  const { layers, width, feedForward, heads, kvHeads, vocabulary } = shape;
  const printable = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  let next = 256;
  const tokens = Array.from({ length: vocabulary }, (_, id) =>
    id < 256 ? String.fromCharCode(printable(id) ? id : next++) : `[${id}]`,
  );
  const merges = ['Ġ t', 'h e'];
  merges.forEach((merge, i) => {
    tokens[256 + i] = merge.replace(' ', '');
  });
  tokens[vocabulary - 1] = '<|endoftext|>';
  const types = new Int32Array(vocabulary).fill(1);
  types[vocabulary - 1] = 3;
  return {
    'general.architecture': 'qwen2',
    'general.name': 'random weights',
    'qwen2.block_count': layers,
    'qwen2.context_length': 32768,
    'qwen2.embedding_length': width,
    'qwen2.feed_forward_length': feedForward,
    'qwen2.attention.head_count': heads,
    'qwen2.attention.head_count_kv': kvHeads,
    'qwen2.rope.freq_base': { type: 'float32', value: 1e6 },
    'qwen2.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-6 },
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'qwen2',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': types,
    'tokenizer.ggml.merges': merges,
    'tokenizer.ggml.eos_token_id': vocabulary - 1,
  };
}
