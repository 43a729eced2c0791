import { expect, test } from 'vitest';
import { ResidentError } from '../../../src/errors.ts';
import { type ByteSource, openGgufSource, writeGguf } from '../../../src/model/gguf/index.ts';
import { byteToChar } from '../../../src/model/tokenizer/byte-alphabet.ts';
import { Tokenizer } from '../../../src/model/tokenizer/index.ts';

const mutations = 10_000;

/** A small but complete model file: every value type, every table of a tokenizer, tensors of several shapes. */
const seedFile = writeGguf(
  {
    'general.architecture': 'qwen2',
    'general.alignment': { type: 'uint32', value: 32 },
    'qwen2.block_count': 2,
    'qwen2.rope.freq_base': { type: 'float32', value: 10000 },
    'some.u64': { type: 'uint64', value: 12345678901n },
    'some.i64': { type: 'int64', value: -5n },
    'some.f64': { type: 'float64', value: 0.1 },
    'some.i8': { type: 'int8', value: -1 },
    'some.u16': { type: 'uint16', value: 9 },
    'some.bool': true,
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'qwen2',
    'tokenizer.ggml.tokens': [...byteToChar, 'th', 'he'],
    'tokenizer.ggml.token_type': new Int32Array(258).fill(1),
    'tokenizer.ggml.merges': ['t h', 'h e'],
    'tokenizer.ggml.eos_token_id': 3,
  },
  [
    { name: 'token_embd.weight', type: 'Q8_0', shape: [32, 4], data: new Uint8Array(136) },
    { name: 'blk.0.attn_q.weight', type: 'Q4_0', shape: [32, 2], data: new Uint8Array(36) },
    { name: 'output_norm.weight', type: 'F32', shape: [8], data: new Uint8Array(32) },
  ],
);
const headerEnd = seedFile.byteLength - 256;

/** mulberry32: the same mutations in every run. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const hostile = [
  0n,
  1n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

function mutate(seed: number): Uint8Array<ArrayBuffer> {
  const next = random(seed);
  let file = seedFile.slice();
  for (let edits = 1 + next(4); edits > 0; edits--) {
    const at = next(headerEnd);
    const view = new DataView(file.buffer);
    switch (next(6)) {
      case 0:
        file[at] = next(256);
        break;
      case 1:
        file[at] = file[at]! ^ (1 << next(8));
        break;
      case 2:
        if (at + 8 <= file.byteLength) view.setBigUint64(at, hostile[next(hostile.length)]!, true);
        break;
      case 3:
        if (at + 4 <= file.byteLength) view.setUint32(at, next(40), true);
        break;
      case 4:
        file = file.slice(0, at + next(file.byteLength));
        break;
      default:
        file.copyWithin(at, next(headerEnd), next(headerEnd));
    }
    if (file.byteLength < 64) break;
  }
  return file;
}

/** Counts what the reader asks for: a hostile length must not become a read or an allocation of that length. */
function watchedSource(file: Uint8Array<ArrayBuffer>): ByteSource & { requested: number } {
  return {
    name: 'fuzz.gguf',
    size: file.byteLength,
    requested: 0,
    async read(offset, length) {
      expect(offset >= 0 && length >= 0 && offset + length <= file.byteLength).toBe(true);
      this.requested += length;
      return file.subarray(offset, offset + length);
    },
    close: async () => {},
  };
}

test(`${mutations} mutated headers open or fail with an error that names the file`, async () => {
  const heapBefore = process.memoryUsage().arrayBuffers;
  let refused = 0;
  for (let seed = 0; seed < mutations; seed++) {
    const file = mutate(seed);
    const source = watchedSource(file);
    try {
      const gguf = await openGgufSource(source);
      for (const tensor of gguf.tensors.values()) {
        expect(tensor.offset + tensor.byteLength).toBeLessThanOrEqual(file.byteLength);
        await gguf.read(tensor);
      }
      new Tokenizer(gguf.metadata).encode('the theory');
    } catch (error) {
      refused++;
      if (!(error instanceof ResidentError)) throw new Error(`seed ${seed}: ${error}`, { cause: error });
      expect(error.message, `seed ${seed}`).toMatch(/^fuzz\.gguf/);
    }
    expect(source.requested, `seed ${seed}`).toBeLessThanOrEqual(4 * file.byteLength);
  }
  expect(refused).toBeGreaterThan(mutations / 4);
  expect(refused).toBeLessThan(mutations);
  expect(process.memoryUsage().arrayBuffers - heapBefore).toBeLessThan(256 * 2 ** 20);
}, 60_000);
