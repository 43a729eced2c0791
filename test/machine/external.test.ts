import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chain, type Gpu, openGpu } from '../../src/gpu/index.ts';
import { assemble, EXTERNAL_FIRST, Population, Status, WINDOW_BASE } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const round = (population: Population) => {
  const chain = new Chain(gpu);
  population.encode(chain, { quanta: 2, instructionsPerQuantum: 64 });
  chain.submit();
};

// Asks with its own number and a constant, adds 1 to the answer and exits with that.
const asking = assemble(`
  _start: li a7, 4097
    ecall
    li a1, 77
    li a7, ${EXTERNAL_FIRST + 5}
    ecall
    addi a0, a0, 1
    li a7, 93
    ecall`);

test('an external call parks the instance until its server answers', async () => {
  const population = await Population.create(gpu, { instances: 3, program: asking, external: true });
  population.start();
  round(population);
  round(population);
  const calls = await population.externalCalls();
  expect(calls.map((c) => [c.instance, c.number, c.arguments[0], c.arguments[1]])).toEqual([
    [0, EXTERNAL_FIRST + 5, 0, 77],
    [1, EXTERNAL_FIRST + 5, 1, 77],
    [2, EXTERNAL_FIRST + 5, 2, 77],
  ]);
  await population.finishCall(2, 40);
  await population.finishCall(0, -3);
  round(population);
  round(population);
  const results = await population.results();
  expect(results.map((r) => r.exit)).toEqual([-2, null, 41]);
  expect(results[1]!.status).toBe(Status.WAITING);
  // The call counts as one instruction, wherever it is performed.
  expect(results.map((r) => r.instructions)).toEqual([12n, 7n, 12n]);
  await expect(population.finishCall(0, 1)).rejects.toThrow('at no external call');
  population.destroy();
});

test('without a server the call is unknown, and the window is no memory', async () => {
  const load = assemble(`_start: li a1, ${WINDOW_BASE | 0}\n lw a0, 16(a1)`);
  for (const [program, text, address] of [
    [asking, 'unknown environment call', EXTERNAL_FIRST + 5],
    [load, 'load outside memory', WINDOW_BASE + 16],
  ] as const) {
    const population = await Population.create(gpu, { instances: 1, program });
    population.start();
    await population.run();
    const [result] = await population.results();
    expect(result!.trap).toMatchObject({ text, address });
    population.destroy();
  }
});

test('an access to the window waits at its address', async () => {
  const program = assemble(`_start: li a1, ${WINDOW_BASE | 0}\n lbu a0, 18(a1)`);
  const population = await Population.create(gpu, { instances: 1, program, external: true });
  population.start();
  round(population);
  expect(await population.externalCalls()).toEqual([
    { instance: 0, number: -1, arguments: Uint32Array.of(WINDOW_BASE + 18) },
  ]);
  population.destroy();
});
