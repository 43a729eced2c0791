// Nothing may depend on WebGPU's own checks of array indices: results on a device without them are the same in every
// bit, and the report of accesses that were outside stays empty (with RESIDENT_BOUNDS_CHECKS=report).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instrument } from '../../src/gpu/bounds-report.ts';
import {
  type BoundsChecks,
  Chain,
  compileKernel,
  type Gpu,
  openGpu,
  readWords,
  storageBuffer,
} from '../../src/gpu/index.ts';
import {
  brokenSources,
  damagedSnapshots,
  hostilePrograms,
  type Outcome,
  oddModels,
  oddSizes,
  pool,
} from './bounds-workloads.ts';

/** Takes several times as long: only where the variable asks for it. */
const withReport = process.env.RESIDENT_BOUNDS_CHECKS === 'report';
const modes: readonly BoundsChecks[] = withReport ? ['webgpu', 'own', 'report'] : ['webgpu', 'own'];
const gpus = {} as Record<BoundsChecks, Gpu>;
beforeAll(async () => {
  for (const boundsChecks of modes) gpus[boundsChecks] = await openGpu({ boundsChecks });
});
afterAll(() => {
  for (const gpu of Object.values(gpus)) gpu.close();
});

/** Runs a workload on all devices: equal results, and no access outside where that is looked for. */
async function same(workload: (gpu: Gpu) => Promise<Outcome>): Promise<Outcome> {
  const outcome = await workload(gpus.webgpu);
  expect(await workload(gpus.own)).toEqual(outcome);
  if (withReport) {
    expect(await workload(gpus.report)).toEqual(outcome);
    expect(await gpus.report.boundsReport!.read()).toEqual([]);
  }
  return outcome;
}

describe('the same with and without checks of the driver', () => {
  test('hostile programs in linear and interleaved RAM', async () => {
    expect((await same((gpu) => hostilePrograms(gpu, 600, false, { layout: 'linear' }))).touched).toBe('0');
    expect((await same((gpu) => hostilePrograms(gpu, 301, false, { layout: 'interleaved' }))).touched).toBe('0');
  });

  test('hostile programs that share memory and mailboxes', async () => {
    expect((await same((gpu) => hostilePrograms(gpu, 300, true))).touched).toBe('0');
  });

  test('damaged snapshots', async () => {
    expect((await same((gpu) => damagedSnapshots(gpu, 200))).restored).toBe('199');
  });

  test('broken C sources', async () => {
    expect(Number((await same((gpu) => brokenSources(gpu, 128))).done)).toBeGreaterThan(5);
  });

  test.each(oddModels)('a model whose sizes fill no tile: $mix, portable and fast', async (model) => {
    await same((gpu) => oddSizes(gpu, model, 'portable'));
    const { f16, subgroups } = gpus.own.paths;
    if (f16 && subgroups) await same((gpu) => oddSizes(gpu, model, 'fast'));
  });

  test('generation with programs in the token stream', async () => {
    await same(pool);
  });
});

test('WebGPU checks unless the environment says otherwise', async () => {
  const before = process.env.RESIDENT_BOUNDS_CHECKS;
  try {
    for (const value of [undefined, 'own', 'webgpu']) {
      if (value === undefined) delete process.env.RESIDENT_BOUNDS_CHECKS;
      else process.env.RESIDENT_BOUNDS_CHECKS = value;
      const gpu = await openGpu();
      expect(gpu.boundsChecks).toBe(value ?? 'webgpu');
      gpu.close();
    }
    process.env.RESIDENT_BOUNDS_CHECKS = 'none';
    await expect(openGpu()).rejects.toThrow('RESIDENT_BOUNDS_CHECKS is none, but must be one of own, webgpu, report.');
  } finally {
    if (before === undefined) delete process.env.RESIDENT_BOUNDS_CHECKS;
    else process.env.RESIDENT_BOUNDS_CHECKS = before;
  }
});

test('the report finds every kind of access that is outside, and changes no other', async () => {
  const wgsl = `
    struct Sizes { n: u32, m: u32 }
    @group(0) @binding(0) var<storage, read_write> data: array<u32>;
    @group(0) @binding(1) var<storage, read> index: array<u32>;
    var<workgroup> tile: array<array<u32, 2>, 4>;
    var<private> own: array<u32, 3>;
    @compute @workgroup_size(1) fn main() {
      var local = array<u32, 5>(1, 2, 3, 4, 5);
      let v = vec4u(6, 7, 8, 9);
      tile[index[0]][index[1]] = 1; // 3, 1: inside
      own[index[2]] = 2;            // 3: outside
      data[0] = local[index[3]];    // 4: inside
      data[1] = local[index[4]];    // 5: outside
      data[2] = v[index[5]];        // 2: inside
      data[index[6]] = 3;           // 4000: outside
      data[3] = tile[index[1]][index[0]]; // 1, 3: outside
    }`;
  const gpu = await openGpu({ boundsChecks: 'report' });
  const kernel = await compileKernel(gpu, wgsl, { label: 'accesses' });
  const data = storageBuffer(gpu, new Uint32Array(5));
  const chain = new Chain(gpu);
  chain.dispatch(kernel, kernel.bind(data, storageBuffer(gpu, Uint32Array.of(3, 1, 3, 4, 5, 2, 4000))), 1);
  chain.submit();
  const found = await gpu.boundsReport!.read();
  expect(found.map(({ source, index }) => [source, index])).toEqual([
    ['own[index[2]]', 3],
    ['local[index[4]]', 5],
    ['data[index[6]]', 4000],
    ['tile[index[1]][index[0]]', 3],
  ]);
  expect([...(await readWords(gpu, data))].slice(0, 3)).toEqual([5, 5, 8]);
  gpu.close();
});

test('every index of the linked kernels is one that the report knows', async () => {
  const { globSync } = await import('node:fs');
  const root = new URL('../../src/', import.meta.url);
  const unknown: string[] = [];
  for (const file of globSync('**/*.wgsl.ts', { cwd: root.pathname })) {
    const { wgsl } = (await import(new URL(file, root).href)) as { wgsl: string | Record<string, string> };
    for (const text of typeof wgsl === 'string' ? [wgsl] : Object.values(wgsl)) {
      const rest = instrument(text, () => 0).replace(/\[checked_index\(/g, '(');
      for (const [access, index] of rest.matchAll(/[\w.)\]]\[([^\]]*)\]/g)) {
        if (!/^\s*(\d+u?|site \* 2u( \+ 1u)?)\s*$/.test(index!)) unknown.push(`${file}: ${access}`);
      }
    }
  }
  // Components of vectors by numbers that are below 4 where they stand.
  expect(unknown.filter((access) => !/[.\w)]\[(lane|j|dim % 4)\]$/.test(access))).toEqual([]);
});
