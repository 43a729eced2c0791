import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chain, type Gpu, openGpu } from '../../src/gpu/index.ts';
import { assemble, Population, Status } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const instances = 700;
/** Most instances end at once; every 50th, from 7 on, adds up its number of numbers first, through RAM. */
const program = assemble(`
  _start: li a7, 4097
    ecall
    mv s0, a0
    li t0, 50
    remu t0, s0, t0
    li t1, 7
    li s1, 0
    bne t0, t1, end
    li t2, 20000
    add t2, t2, s0
    la s2, sum
  next: lw t3, 0(s2)
    add t3, t3, t2
    sw t3, 0(s2)
    addi t2, t2, -1
    bnez t2, next
    lw s1, 0(s2)
  end: add a0, s0, s1
    li a7, 93
    ecall
  .data
  sum: .word 0`);
const rounds = (i: number) => (i % 50 === 7 ? 20000 + i : 0);
const expected = Array.from({ length: instances }, (_, i) => (i + (rounds(i) * (rounds(i) + 1)) / 2) | 0);

test.each(['interpreter', 'translated'] as const)(
  'survivors of a population give their own results, %s',
  async (tier) => {
    for (const layout of ['linear', 'interleaved'] as const) {
      const population = await Population.create(gpu, { instances, program, ramBytes: 64, layout });
      population.start();
      await population.run({ tier });
      const results = await population.results();
      expect(results.map((r) => r.exit)).toEqual(expected);
      const counts = results.map((r) => Number(r.instructions) - 5 * rounds(r.instance));
      expect(new Set(counts.filter((_, i) => rounds(i) === 0)).size).toBe(1);
      expect(new Set(counts.filter((_, i) => rounds(i) !== 0)).size).toBe(1);
      population.destroy();
    }
  },
);

test('only as many instances as are dispatched go on, in order; a round without compaction has all again', async () => {
  const population = await Population.create(gpu, { instances, program, ramBytes: 64, lanes: 1, layout: 'linear' });
  population.start();
  const round = (options: object) => {
    const chain = new Chain(gpu);
    population.encode(chain, { quanta: 4, instructionsPerQuantum: 200, ...options });
    population.encodeCensus(chain);
    chain.submit();
  };
  round({});
  expect((await population.census())[Status.RUNNING]).toBe(14);
  const before = await population.instructionCounts();
  round({ alive: 3 });
  const after = await population.instructionCounts();
  const moved = after.flatMap((count, i) => (count > before[i]! ? [i] : []));
  expect(moved).toEqual([7, 57, 107]);
  round({});
  const last = await population.instructionCounts();
  expect(last.flatMap((count, i) => (count > after[i]! ? [i] : []))).toHaveLength(14);
  population.destroy();
});

test('instances that are loaded again during a compacted run run too', async () => {
  const population = await Population.create(gpu, { instances, ramBytes: 64, textBytes: 256, lanes: 1 });
  for (let i = 0; i < instances; i++) population.load(i, program);
  const run = population.run();
  await new Promise((resolve) => setTimeout(resolve, 20));
  population.load(0, program);
  await run;
  await population.run();
  expect((await population.results()).map((r) => r.exit)).toEqual(expected);
  population.destroy();
});
