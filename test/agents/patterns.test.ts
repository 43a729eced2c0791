import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fixture, openFixture, runAgents, shippedProgram } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture(16);
});
afterAll(() => fixture.close());

const tasks = [
  'What is 17 plus 25?',
  'What is 847 times 293?',
  'A shop has 4127 boxes with 33 pens each. How many pens are there?',
];
const answers = [42, 248171, 136191];

const lastNumber = (text: string | undefined) => Number(text?.match(/-?\d+/g)?.at(-1));

test('parallel queries come back in the order of the tasks', async () => {
  const { results, texts, statistics } = await runAgents(fixture, shippedProgram('parallel.c'), { agents: 8, tasks });
  expect(results.map(({ task }) => task)).toEqual([0, 1, 2]);
  expect(tasks.map((_, i) => lastNumber(texts.get(i)))).toEqual(answers);
  expect(statistics.spawned).toBe(3);
});

test('best of n: every task gets the best of eight scored solutions', async () => {
  const options = { agents: 18, started: 2, tasks };
  const { texts, statistics } = await runAgents(fixture, shippedProgram('best-of-n.c'), options);
  expect(tasks.map((_, i) => lastNumber(texts.get(i)))).toEqual(answers);
  expect(statistics.spawned).toBe(3 * 8);
  expect(statistics.modelCalls).toBe(3 * 8 * 2);
});

test('debate: the debaters come to one answer', async () => {
  const { texts } = await runAgents(fixture, shippedProgram('debate.c'), { agents: 12, started: 3, tasks });
  tasks.forEach((_, i) => {
    expect(texts.get(i)).toMatch(/^after round [123]: /);
  });
  expect(tasks.map((_, i) => lastNumber(texts.get(i)))).toEqual(answers);
});

test('swarm: the inner product by subproblems is the exact one', async () => {
  const { texts, statistics } = await runAgents(fixture, `#define TERMS 8\n${shippedProgram('swarm.c')}`, {
    agents: 17,
  });
  const [, asked, sum, exact] = /^(\d+) subproblems, \d+ times a third opinion: (\d+), exactly (\d+)$/.exec(
    texts.get(0)!,
  )!;
  expect(Number(asked)).toBe(8 + 7);
  expect(sum).toBe(exact);
  expect(statistics.modelCalls).toBeGreaterThanOrEqual(2 * 15);
});

test('evolution: the last generation asks better than the first', async () => {
  const { results, statistics } = await runAgents(fixture, `#define GENERATIONS 3\n${shippedProgram('evolve.c')}`, {
    agents: 17,
  });
  const means = results.map(({ bytes }) =>
    Number(/^mean ([\d.]+) of 6 right/.exec(new TextDecoder().decode(bytes))![1]),
  );
  expect(means).toHaveLength(3);
  expect(means.at(-1)!).toBeGreaterThan(means[0]!);
  expect(statistics.spawned).toBe(3 * 16);
  // Between two generations the model has nothing to do for a few steps only.
  expect(statistics.modelIdleSteps).toBeLessThan(statistics.steps / 4);
});
