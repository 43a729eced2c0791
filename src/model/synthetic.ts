import { ResidentError } from '../errors.ts';
import { numberToF16, type TensorTypeName, tensorTypes } from './formats/index.ts';
import { type ByteSource, Gguf, GgufMetadata, type GgufTensor, type GgufValue } from './gguf/index.ts';

/** Shapes of published models, for benchmarks without a download. */
export const syntheticShapes = {
  'qwen2.5-0.5b': {
    layers: 24,
    width: 896,
    feedForward: 4864,
    heads: 14,
    kvHeads: 2,
    head: 64,
    vocabulary: 151936,
    tied: true,
  },
  'qwen2.5-1.5b': {
    layers: 28,
    width: 1536,
    feedForward: 8960,
    heads: 12,
    kvHeads: 2,
    head: 128,
    vocabulary: 151936,
    tied: true,
  },
  'qwen2.5-7b': {
    layers: 28,
    width: 3584,
    feedForward: 18944,
    heads: 28,
    kvHeads: 4,
    head: 128,
    vocabulary: 152064,
    tied: false,
  },
} as const;

export type SyntheticShape = keyof typeof syntheticShapes;
export type SyntheticType = 'Q4_K_M' | 'Q8_0' | 'F16';

/** A model of a published shape with random weights that exist only while they are read. */
export function syntheticGguf(shapeName: SyntheticShape, type: SyntheticType): Gguf {
  const shape = syntheticShapes[shapeName];
  if (!shape) {
    const known = Object.keys(syntheticShapes).join(', ');
    throw new ResidentError(`Unknown shape ${shapeName}; known are ${known}.`, { exitCode: 2 });
  }
  const { layers, width, feedForward, heads, kvHeads, head, vocabulary, tied } = shape;
  const name = `synthetic ${shapeName} ${type}`;
  const tensors = new Map<string, GgufTensor>();
  const add = (tensor: string, tensorShape: number[], wanted: TensorTypeName) => {
    const chosen = tensorTypes[fitting(wanted, tensorShape[0]!)];
    const values = tensorShape.reduce((a, b) => a * b);
    const byteLength = (values / chosen.blockSize) * chosen.blockBytes;
    const source = repeatedBlocks(name, chosen.name, byteLength, 1 / Math.sqrt(tensorShape[0]!));
    tensors.set(tensor, { name: tensor, type: chosen, shape: tensorShape, offset: 0, byteLength, source });
  };
  const k = (more: boolean): TensorTypeName => (type === 'Q4_K_M' ? (more ? 'Q6_K' : 'Q4_K') : type);
  add('token_embd.weight', [width, vocabulary], k(tied));
  add('output_norm.weight', [width], 'F32');
  if (!tied) add('output.weight', [width, vocabulary], k(true));
  for (let i = 0; i < layers; i++) {
    const t = (suffix: string) => `blk.${i}.${suffix}`;
    // llama.cpp gives value and down projections of some layers more bits in Q4_K_M.
    const more = i < layers >> 3 || i >= (7 * layers) >> 3 || (i - (layers >> 3)) % 3 === 2;
    add(t('attn_norm.weight'), [width], 'F32');
    add(t('ffn_norm.weight'), [width], 'F32');
    add(t('attn_q.weight'), [width, heads * head], k(false));
    add(t('attn_k.weight'), [width, kvHeads * head], k(false));
    add(t('attn_v.weight'), [width, kvHeads * head], k(more));
    add(t('attn_q.bias'), [heads * head], 'F32');
    add(t('attn_k.bias'), [kvHeads * head], 'F32');
    add(t('attn_v.bias'), [kvHeads * head], 'F32');
    add(t('attn_output.weight'), [heads * head, width], k(false));
    add(t('ffn_gate.weight'), [width, feedForward], k(false));
    add(t('ffn_up.weight'), [width, feedForward], k(false));
    add(t('ffn_down.weight'), [feedForward, width], k(more));
  }
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', 'qwen2'],
    ['qwen2.block_count', layers],
    ['qwen2.context_length', 32768],
    ['qwen2.embedding_length', width],
    ['qwen2.feed_forward_length', feedForward],
    ['qwen2.attention.head_count', heads],
    ['qwen2.attention.head_count_kv', kvHeads],
    ['qwen2.attention.key_length', head],
    ['qwen2.attention.value_length', head],
    ['qwen2.attention.layer_norm_rms_epsilon', 1e-6],
    ['qwen2.rope.freq_base', 1000000],
  ]);
  return new Gguf(3, new GgufMetadata(name, metadata), tensors, []);
}

/** What llama.cpp's quantiser takes where rows are not whole blocks of 256. */
function fitting(type: TensorTypeName, row: number): TensorTypeName {
  if (row % tensorTypes[type].blockSize === 0) return type;
  return type === 'Q6_K' ? 'Q8_0' : 'Q5_0';
}

/** Byte offsets of a block's f16 scales, and about the largest quant they multiply. */
const scales: Partial<Record<TensorTypeName, { at: readonly number[]; reach: number }>> = {
  Q8_0: { at: [0], reach: 127 },
  Q5_0: { at: [0], reach: 16 },
  Q4_K: { at: [0, 2], reach: 945 },
  Q6_K: { at: [208], reach: 4096 },
};

/** One pattern of random blocks with sensible scales, repeated. */
function repeatedBlocks(name: string, type: TensorTypeName, byteLength: number, spread: number): ByteSource {
  const { blockSize, blockBytes } = tensorTypes[type];
  const blocks = Math.max(1, Math.floor(65536 / blockBytes));
  const pattern = new Uint8Array(Math.min(blocks * blockBytes, byteLength));
  const view = new DataView(pattern.buffer);
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const kind = scales[type];
  if (kind) {
    for (let i = 0; i < pattern.length; i++) pattern[i] = Math.floor(random() * 256);
    for (let at = 0; at + blockBytes <= pattern.length; at += blockBytes) {
      for (const offset of kind.at)
        view.setUint16(at + offset, numberToF16((spread / kind.reach) * (1 + random())), true);
    }
  } else if (blockSize === 1 && type === 'F32') {
    for (let at = 0; at < pattern.length; at += 4) view.setFloat32(at, 1 + 0.1 * random(), true);
  } else {
    for (let at = 0; at < pattern.length; at += 2) view.setUint16(at, numberToF16(spread * (2 * random() - 1)), true);
  }
  return {
    name,
    size: byteLength,
    async read(offset, length) {
      const out = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const from = (offset + done) % pattern.length;
        const part = pattern.subarray(from, from + Math.min(length - done, pattern.length - from));
        out.set(part, done);
        done += part.length;
      }
      return out;
    },
    close: async () => {},
  };
}
