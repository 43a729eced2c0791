import { expect, test } from 'vitest';
import { benchOs } from '../../src/os/bench.ts';
import { type Arm, benchContext, bootstrap, summarise } from '../../src/os/bench-context.ts';
import { readWindow } from '../../src/os/context-reader.ts';
import { makeTask, taskKinds } from '../../src/os/context-tasks.ts';
import { countWords, ScriptedCpu } from '../../src/os/cpus/scripted.ts';

test('tasks are the same for the same seed, others for another, and as large as asked for', () => {
  for (const kind of taskKinds) {
    const task = makeTask(kind, 1000, 5, countWords);
    expect(makeTask(kind, 1000, 5, countWords)).toEqual(task);
    expect(makeTask(kind, 1000, 6, countWords).corpus).not.toEqual(task.corpus);
    expect(countWords(task.corpus.join('\n'))).toBeGreaterThanOrEqual(1000);
    expect(task.corpus.join('\n')).toContain(task.key);
  }
});

test('bench context counts every token and compares on the same tasks', async () => {
  const cpu = new ScriptedCpu(readWindow, { instances: 1, record: true });
  const outcomes = await benchContext({ cpu, sizes: [2000], tasks: 2, seed: 3, window: 1100, contextLength: 20_000 });
  const counted = outcomes.reduce((sum, o) => sum + o.promptTokens, 0);
  const sent = cpu.operations.flatMap((o) => o.segments).reduce((sum, s) => sum + s.tokens, 0);
  expect(counted).toBe(sent);
  const summary = new Map(summarise(outcomes, 1).map((s) => [s.arm, s]));
  const of = (arm: Arm) => summary.get(arm)!;
  expect(of('full append').success).toBe(1);
  // A reader that never errs finds everything that paging brings into the window.
  expect(of('LLM-VM').success).toBe(1);
  expect(of('LLM-VM').peak).toBeLessThanOrEqual(1100);
  expect(of('sliding window').success).toBeLessThan(1);
  expect(of('full append').ratio).toBeCloseTo(of('full append').totalTokens / of('LLM-VM').totalTokens);
});

test('no ratio where the VM may be worse', async () => {
  let turn = 0;
  const cpu = new ScriptedCpu((operation) => (operation.pid > 0 && turn++ % 2 ? 'wrong' : readWindow(operation)));
  const outcomes = await benchContext({ cpu, sizes: [1000], tasks: 2, seed: 3, window: 700, contextLength: 20_000 });
  expect(summarise(outcomes, 1).find((s) => s.arm === 'full append')!.ratio).toBeUndefined();
});

test('the bootstrap interval holds the mean and is the same for the same seed', () => {
  const values = [1, 1, 1, 0, 1, 0, 1, 1];
  const [low, high] = bootstrap(values, 4);
  expect(low).toBeLessThan(0.75);
  expect(high).toBeGreaterThan(0.75);
  expect(bootstrap(values, 4)).toEqual([low, high]);
});

test('bench os: nobody is left behind', async () => {
  const report = await benchOs({
    sleeping: 50,
    runnable: 20,
    instructions: 2400,
    store: ':memory:',
    scheduling: 'priority',
  });
  expect(report.unfairness).toBeLessThan(0.05);
  expect(report.instructionsPerSecond).toBeGreaterThan(0);
  expect(report.aluShare).toBeGreaterThan(0.1);
});
