import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openGpu } from '../../src/gpu/index.ts';
import { runBatch } from './batch.ts';

/** Most units in the last place by which a result differs from glibc's: the table of docs/c-dialect.md. */
const limits: Record<string, number> = {
  exp: 1, log: 1, sin: 1, cos: 1, tan: 1, asin: 1, acos: 1, atan: 1, atan2: 1, sinh: 3, cosh: 1, tanh: 4, log10: 1, log2: 1, log1p: 2,
  expm1: 3, exp2: 0, pow: 0, cbrt: 2, hypot: 1, sqrt: 0, fmod: 0,
}; // biome-ignore format: one table

test('math.h keeps its stated errors against glibc', async () => {
  const file = readFileSync(new URL('expected/math.json.gz', import.meta.url));
  const cases = JSON.parse(gunzipSync(file).toString()) as { source: string; expected: string }[];
  const gpu = await openGpu();
  const sources = cases.map((c) => c.source);
  const results = await runBatch(gpu, sources, { textBytes: 65536 });
  gpu.close();
  const worst: Record<string, number> = Object.fromEntries(Object.keys(limits).map((name) => [name, 0]));
  results.forEach(({ stdout }, i) => {
    const got = stdout.trim().split('\n');
    const wanted = cases[i]!.expected.trim().split('\n');
    expect([got.length, results[i]!.trap, results[i]!.compile.diagnostics]).toEqual([wanted.length, null, []]);
    wanted.forEach((line, k) => {
      const [name, bits] = line.split(' ') as [string, string];
      const distance = Number(BigInt(`0x${bits}`) - BigInt(`0x${got[k]!.split(' ')[1]}`));
      worst[name] = Math.max(worst[name]!, Math.abs(distance));
    });
  });
  const over = Object.entries(worst).filter(([name, ulps]) => ulps > limits[name]!);
  expect(over).toEqual([]);
}, 120_000);
