import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dequantize, randomBlocks, type TensorTypeName, tensorTypes } from '../../../src/model/formats/index.ts';
import {
  openGguf,
  syntheticGguf,
  syntheticShapes,
  syntheticSource,
  writeSource,
} from '../../../src/model/gguf/index.ts';
import { Tokenizer } from '../../../src/model/tokenizer/index.ts';

const tiny = { layers: 2, width: 96, feedForward: 256, heads: 3, kvHeads: 1, head: 32, vocabulary: 300, tied: false };

test.each(Object.keys(tensorTypes) as TensorTypeName[])(
  'random %s blocks are centred with the asked deviation',
  (type) => {
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const values = dequantize(type, randomBlocks(type, 65536 / tensorTypes[type].blockSize, 0.02, random));
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.003);
    expect(deviation).toBeCloseTo(0.02, 3);
  },
);

describe('synthetic models', () => {
  test('read the same bytes in any portions, in memory and from disk', async () => {
    const source = syntheticSource(tiny, 'Q4_K_M');
    const all = await source.read(0, source.size);
    const parts = [
      await source.read(0, 5000),
      await source.read(5000, 12345),
      await source.read(17345, source.size - 17345),
    ];
    expect(Buffer.concat(parts).equals(all)).toBe(true);
    const folder = mkdtempSync(join(tmpdir(), 'resident-synthetic-'));
    const path = join(folder, 'model.gguf');
    await writeSource(source, path);
    expect(statSync(path).size).toBe(source.size);
    const onDisk = await openGguf(path);
    const direct = await syntheticGguf(tiny, 'Q4_K_M');
    for (const tensor of direct.tensors.values()) {
      expect(await onDisk.read(onDisk.tensor(tensor.name))).toEqual(await direct.read(tensor));
    }
    expect(new Tokenizer(onDisk.metadata).decode([72, 105])).toBe('Hi');
    await onDisk.close();
    rmSync(folder, { recursive: true });
  });

  test('types follow llama.cpp: K blocks where rows allow, six bits where it matters', async () => {
    const { tensors } = await syntheticGguf(tiny, 'Q4_K_M');
    const type = (name: string) => tensors.get(name)!.type.name;
    expect(type('blk.0.ffn_gate.weight')).toBe('Q5_0');
    expect(['Q4_K', 'Q6_K']).toContain(type('blk.0.ffn_down.weight'));
    expect(type('output.weight')).toBe('Q8_0');
    expect(type('output_norm.weight')).toBe('F32');
    const model = await syntheticGguf(tiny, 'F16');
    const norm = await model.read(model.tensor('blk.1.attn_norm.weight'), 0, 8);
    expect([...new Float32Array(norm.slice().buffer)]).toEqual([1, 1]);
  });

  test('the 0.5B shape in Q4_K_M is as large as the real file', () => {
    expect(syntheticSource(syntheticShapes['qwen2.5-0.5b'], 'Q4_K_M').size / 1e6).toBeCloseTo(394, -1);
  });
});
