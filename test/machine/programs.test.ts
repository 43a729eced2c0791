import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { assemble, Population } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const program = (name: string) =>
  assemble(readFileSync(new URL(`../../programs/machine/${name}`, import.meta.url), 'utf8'), name);

/** splitmix64, as the machine's `random` is documented. */
function random(seed: bigint, instance: number): bigint {
  const u64 = (v: bigint) => BigInt.asUintN(64, v);
  let z = u64(seed + (BigInt(instance) << 40n) + 0x9e3779b97f4a7c15n);
  z = u64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = u64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

test('Game of Life across instances equals a plain computation', async () => {
  const rows = 40;
  const population = await Population.create(gpu, {
    instances: rows,
    program: program('life.s'),
    ramBytes: 256,
    sharedBytes: 1024,
    mailbox: {},
    seed: 7n,
  });
  population.start();
  await population.run();
  const picture = (await population.results()).map((r) => new TextDecoder().decode(r.stdout)).join('');

  let cells = Array.from({ length: rows }, (_, row) => {
    const bits = random(7n, row);
    const alive = Number(bits & 0xffffffffn & (bits >> 32n));
    return Array.from({ length: 32 }, (_, column) => (alive >>> (31 - column)) & 1);
  });
  for (let generation = 0; generation < 50; generation++) {
    cells = cells.map((line, r) =>
      line.map((alive, c) => {
        let neighbours = -alive;
        for (const dr of [rows - 1, 0, 1]) {
          for (const dc of [31, 0, 1]) neighbours += cells[(r + dr) % rows]![(c + dc) % 32]!;
        }
        return neighbours === 3 || (neighbours === 2 && alive === 1) ? 1 : 0;
      }),
    );
  }
  expect(picture).toBe(cells.map((line) => `${line.map((alive) => (alive ? 'O' : '.')).join('')}\n`).join(''));
  expect(picture).toContain('O');
  population.destroy();
});

test('Euler problem 10, translated', async () => {
  const population = await Population.create(gpu, {
    instances: 1,
    program: program('euler10.s'),
    ramBytes: 2_000_000 * 4 + 4096,
  });
  population.start();
  await population.run({ tier: 'translated' });
  const [result] = await population.results();
  expect(new TextDecoder().decode(result!.stdout)).toBe('142913828922\n');
  expect(result!.exit).toBe(0);
  population.destroy();
});
