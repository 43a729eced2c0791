import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { Population, Status } from '../../src/machine/index.ts';
import { type QemuProgram, qemuPrograms } from './qemu-programs.ts';

const expected = JSON.parse(readFileSync(new URL('./qemu-expected.json', import.meta.url), 'utf8')) as {
  cases: number;
  full: string;
  compressed: string;
};

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

async function differences(programs: readonly QemuProgram[], packed: string, compressed: boolean): Promise<string[]> {
  const wanted = new Uint32Array(new Uint8Array(gunzipSync(Buffer.from(packed, 'base64'))).buffer);
  const population = await Population.create(gpu, {
    instances: programs.length,
    textBytes: 32768,
    ramBytes: 4096,
    outputBytes: 1024,
    float: true,
    lanes: 64,
    compressed,
  });
  programs.forEach(({ program }, i) => void population.load(i, program));
  await population.run();
  const found: string[] = [];
  let at = 0;
  for (const result of await population.results()) {
    const { labels } = programs[result.instance]!;
    if (result.status !== Status.EXITED) found.push(`program ${result.instance}: ${JSON.stringify(result.trap)}`);
    const words = new Uint32Array(result.stdout.slice().buffer);
    for (const [i, label] of labels.entries()) {
      const [got, want] = [words.subarray(i * 2, i * 2 + 2), wanted.subarray(at, at + 2)];
      const hex = (pair: Uint32Array) => [...pair].map((w) => w.toString(16)).join(' ');
      if (hex(got) !== hex(want)) found.push(`${label}: ${hex(got)}, QEMU ${hex(want)}`);
      at += 2;
    }
  }
  population.destroy();
  return found;
}

test('at least 2,000 cases', () => {
  expect(expected.cases).toBeGreaterThan(2000);
});

test('integer, atomic, csr and float instructions give what QEMU gives, flags included', async () => {
  expect(await differences(qemuPrograms().full, expected.full, false)).toEqual([]);
});

test('compressed instructions give what QEMU gives', async () => {
  expect(await differences(qemuPrograms().compressed, expected.compressed, true)).toEqual([]);
});
