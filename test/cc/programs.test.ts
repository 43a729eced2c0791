import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { type BatchOptions, runBatch } from './batch.ts';

interface Case {
  source: string;
  expected: string;
  exit?: number;
}

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

/** All cases with RESIDENT_FULL=1 (some minutes on two cores), else every sixth, which is quick. */
function read(name: string, every = 6): Case[] {
  const file = readFileSync(new URL(`expected/${name}.json.gz`, import.meta.url));
  const all = JSON.parse(gunzipSync(file).toString()) as Case[];
  return process.env.RESIDENT_FULL ? all : all.filter((_, i) => i % every === 0);
}

/** What differs from gcc's output, as a list that a failing test prints. */
async function differences(cases: readonly Case[], options?: BatchOptions) {
  const results = await runBatch(
    gpu,
    cases.map((c) => c.source),
    options,
  );
  return results.flatMap((result, i) => {
    const { source, expected, exit } = cases[i]!;
    const got =
      result.stdout + (result.trap ?? '') + (result.compile.diagnostics.find((d) => d.kind === 'error')?.message ?? '');
    const same = got === expected && (exit === undefined || result.exit === exit);
    return same ? [] : [{ source, expected, exit, got, gotExit: result.exit }];
  });
}

describe('programs print what gcc lets them print', () => {
  test('random programs: scalars, aggregates, formats', async () => {
    const cases = read('random');
    expect(await differences(cases)).toEqual([]);
    expect(cases.length).toBeGreaterThan(280);
  });

  test('algorithms, Project Euler, problems, language features', async () => {
    const cases = read('handwritten', 1);
    expect(await differences(cases, { ramBytes: 1 << 17, textBytes: 32768 })).toEqual([]);
    expect(cases.length).toBeGreaterThan(120);
  });

  test('csmith', async () => {
    const cases = read('csmith');
    expect(await differences(cases, { slots: 128, sourceBytes: 8192, textBytes: 32768 })).toEqual([]);
    expect(cases.length).toBeGreaterThan(50);
  });
});
