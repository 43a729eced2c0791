import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machinePrograms, runEvolveProgram, runMachineProgram } from '../../src/cli/programs/run-program.ts';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { assemble, Population } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

test.each(machinePrograms.map((entry) => [entry.file, entry] as const))('%s agrees with the CPU', async (_, entry) => {
  const { check, output } = await runMachineProgram(gpu, entry);
  expect(check, output).toMatchObject({ agrees: true });
});

test('evolve.s: the evolved function is right, also for numbers it has not seen', async () => {
  const { check, output } = await runEvolveProgram(gpu);
  expect(check, output).toMatchObject({ agrees: true });
});

test('a check notices a wrong result', () => {
  const outputs: Record<string, string> = {
    'monte-carlo.c': 'price 7.9, 95% confidence 7.7 to 8.1, standard error 0.1, 100 paths\n',
    'playouts.c': 'all games: X 50000, O 29000, draw 21000\n',
    'swarm.c': 'minimum 0 at 1, 1\n',
    'pipeline.c': '2 3 5 7 11 then 20 more below 10000, sum 100\n',
    'life.s': '................................\n',
  };
  for (const { file, instances, check } of machinePrograms) {
    expect(check(outputs[file]!, instances, 1n).agrees, file).toBe(false);
  }
});

test('Euler problem 10, translated', async () => {
  const population = await Population.create(gpu, {
    instances: 1,
    program: assemble(readFileSync(new URL('../../programs/machine/euler10.s', import.meta.url), 'utf8'), 'euler10.s'),
    ramBytes: 2_000_000 * 4 + 4096,
  });
  population.start();
  await population.run({ tier: 'translated' });
  const [result] = await population.results();
  expect(new TextDecoder().decode(result!.stdout)).toBe('142913828922\n');
  expect(result!.exit).toBe(0);
  population.destroy();
});
