import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  memorySource,
  openGguf,
  openGgufSource,
  type WritableValue,
  writeGguf,
} from '../../../src/model/gguf/index.ts';

const metadata = {
  'general.architecture': 'qwen2',
  'qwen2.block_count': 2,
  'qwen2.rope.freq_base': { type: 'float32', value: 1e6 },
  offset: -3,
  flag: true,
  'tokenizer.ggml.tokens': ['a', 'b', 'ü'],
  scores: Float32Array.of(0.5, -1),
  big: { type: 'uint64', value: 2n ** 63n },
} satisfies Record<string, WritableValue>;
const tensors = [
  { name: 'a', type: 'F32', shape: [3, 2], data: new Uint8Array(24).fill(1) },
  { name: 'b', type: 'Q8_0', shape: [32, 1, 2], data: new Uint8Array(68).fill(2) },
] as const;

const open = (bytes: Uint8Array<ArrayBuffer>) => openGgufSource(memorySource('test.gguf', bytes));

describe('round trip', () => {
  test.each([2, 3] as const)('version %i', async (version) => {
    const model = await open(writeGguf(metadata, tensors, { version, alignment: 64 }));
    expect(model.version).toBe(version);
    expect(model.metadata.string('general.architecture')).toBe('qwen2');
    expect(model.metadata.integer('qwen2.block_count')).toBe(2);
    expect(model.metadata.number('qwen2.rope.freq_base')).toBe(1e6);
    expect(model.metadata.number('offset')).toBe(-3);
    expect(model.metadata.boolean('flag')).toBe(true);
    expect(model.metadata.strings('tokenizer.ggml.tokens')).toEqual(['a', 'b', 'ü']);
    expect(model.metadata.numbers('scores')).toEqual(Float32Array.of(0.5, -1));
    expect(model.metadata.entries.get('big')).toBe(2n ** 63n);
    expect(model.metadata.integer('absent', 7)).toBe(7);
    expect(model.tensor('b')).toMatchObject({ shape: [32, 1, 2], byteLength: 68, type: { name: 'Q8_0' } });
    expect(model.tensor('b').offset % 64).toBe(0);
    expect(await model.read(model.tensor('a'))).toEqual(tensors[0].data);
    expect(await model.read(model.tensor('b'), 60)).toEqual(new Uint8Array(8).fill(2));
    await expect(model.read(model.tensor('b'), 60, 9)).rejects.toThrow(RangeError);
  });

  test('metadata errors name the file, the key and what is wanted', async () => {
    const { metadata: read } = await open(writeGguf(metadata, tensors));
    expect(() => read.string('missing')).toThrow('test.gguf: metadata key missing is missing.');
    expect(() => read.string('flag')).toThrow('test.gguf: metadata key flag must be a string.');
    expect(() => read.integer('qwen2.block_count', 0, { min: 4, max: 9 })).toThrow('must be 4 to 9');
  });
});

describe('split files', () => {
  let folder: string;
  const part = (n: number) => join(folder, `m-0000${n}-of-00002.gguf`);
  const split = (no: number, count = 2) => ({ 'split.no': no, 'split.count': count, 'split.tensors.count': 2 });
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'resident-gguf-'));
    writeFileSync(part(1), writeGguf({ ...metadata, ...split(0) }, [tensors[0]]));
    writeFileSync(part(2), writeGguf(split(1), [tensors[1]]));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([1, 2])('all tensors are found from file %i', async (n) => {
    const model = await openGguf(part(n));
    expect([...model.tensors.keys()]).toEqual(['a', 'b']);
    expect(model.metadata.string('general.architecture')).toBe('qwen2');
    expect(await model.read(model.tensor('b'))).toEqual(tensors[1].data);
    await model.close();
  });

  test('a missing part is named', async () => {
    const path = join(folder, 'x-00001-of-00003.gguf');
    writeFileSync(path, writeGguf(split(0, 3), []));
    await expect(openGguf(path)).rejects.toThrow('x-00002-of-00003.gguf: cannot open: no such file.');
  });
});

describe('broken files', () => {
  const good = writeGguf(metadata, tensors);
  const edited = (edit: (view: DataView, bytes: Uint8Array<ArrayBuffer>) => void) => {
    const bytes = good.slice();
    edit(new DataView(bytes.buffer), bytes);
    return open(bytes);
  };
  const find = (text: string) => Buffer.from(good.buffer).indexOf(text);
  /** Where tensor `b`'s entry continues after its name. */
  const tensorB = () => Buffer.from(good.buffer).lastIndexOf(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0x62])) + 9;

  test.each<[string, (view: DataView, bytes: Uint8Array<ArrayBuffer>) => void, RegExp]>([
    ['magic', (v) => v.setUint32(0, 1), /magic: this is not a GGUF file/],
    ['version', (v) => v.setUint32(4, 9, true), /version: 9 is unknown/],
    ['big-endian', (v) => v.setUint32(4, 3), /big-endian/],
    ['tensor count', (v) => v.setBigUint64(8, 2n ** 60n, true), /tensor count: it claims 1152921504606846976 items/],
    ['metadata count', (v) => v.setBigUint64(16, 2n ** 40n, true), /metadata count: it claims/],
    ['key length', (v) => v.setBigUint64(24, 2n ** 63n, true), /key of metadata entry 0: it claims/],
    [
      'value type',
      (v) => v.setUint32(find('qwen2.block_count') + 17, 13, true),
      /block_count: value type 13 is unknown/,
    ],
    [
      'duplicate key',
      (_, b) => b.set(new TextEncoder().encode('scores'), find('offset')),
      /key scores: it appears twice/,
    ],
    ['dimensions', (v) => v.setUint32(tensorB(), 5, true), /tensor b: it has 5 dimensions/],
    ['zero dimension', (v) => v.setUint32(tensorB() + 4, 0, true), /tensor b: dimension 0 is 0/],
    ['row', (v) => v.setUint32(tensorB() + 4, 33, true), /row of 33 values is not whole Q8_0 blocks/],
    ['product', (v) => v.setBigUint64(tensorB() + 12, 2n ** 52n, true), /overflows/],
    ['type', (v) => v.setUint32(tensorB() + 28, 16, true), /tensor b: IQ2_XXS \(type 16\) is not supported/],
    ['unknown type', (v) => v.setUint32(tensorB() + 28, 99, true), /tensor b: type 99 is not supported/],
    ['unaligned', (v) => v.setBigUint64(tensorB() + 32, 1n, true), /not a multiple of the alignment 32/],
    ['far offset', (v) => v.setBigUint64(tensorB() + 32, 2n ** 40n, true), /reach past the end of the file/],
    ['overflowing offset', (v) => v.setBigUint64(tensorB() + 32, 2n ** 64n - 32n, true), /too large/],
    ['overlap', (v) => v.setBigUint64(tensorB() + 32, 0n, true), /overlaps/],
  ])('%s', async (_, edit, reason) => {
    await expect(edited(edit)).rejects.toThrow(reason);
    await expect(edited(edit)).rejects.toMatchObject({ name: 'ResidentError' });
  });

  test('every truncation is an error that names the file', async () => {
    for (let length = 0; length < good.byteLength - 32; length++) {
      await expect(open(good.slice(0, length)), `length ${length}`).rejects.toThrow(/^test\.gguf: broken GGUF: /);
    }
  });

  test('duplicate tensor and bad alignment', async () => {
    await expect(open(writeGguf({}, [tensors[0], tensors[0]]))).rejects.toThrow('tensor a: it appears twice');
    await expect(open(writeGguf({ 'general.alignment': 24 }, []))).rejects.toThrow('general.alignment');
  });

  test('deeply nested arrays end with an error', async () => {
    const header = writeGguf({ k: Uint8Array.of() }, []).slice(0, 24 + 9);
    const nest = new Uint8Array(4 + 12 * 1000);
    const view = new DataView(nest.buffer);
    view.setUint32(0, 9, true);
    for (let i = 0; i < 1000; i++) {
      view.setUint32(4 + i * 12, 9, true);
      view.setUint32(8 + i * 12, 1, true);
    }
    await expect(open(Uint8Array.from([...header, ...nest]))).rejects.toThrow('nested deeper than 4');
  });
});
