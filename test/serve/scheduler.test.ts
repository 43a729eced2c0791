import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Generation } from '../../src/serve/backend.ts';
import { Scheduler } from '../../src/serve/scheduler.ts';
import { FakeBatch } from './fake-batch.ts';

const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 0 };

/** Steps of each chain that a scheduler submits while one request generates 600 tokens. */
async function chainSteps(stepMs: number): Promise<number[]> {
  const steps: number[] = [];
  class Recording extends FakeBatch {
    override submit(count: number) {
      steps.push(count);
      return super.submit(count);
    }
  }
  const reply = () => new Array<number>(600).fill(1);
  const options = { instances: 1, contextLength: 1024, vocabulary: 259, end: 258, reply, stepMs };
  const backend = await Scheduler.open(async () => new Recording(options), { chainMs: 8, maxSteps: 32 });
  let done = false;
  void finish(backend.submit({ prompt: [1], maxTokens: 600, sampling, key: 'a' })).then(() => (done = true));
  while (!done) await vi.advanceTimersByTimeAsync(1);
  const closed = backend.close(0);
  await vi.advanceTimersByTimeAsync(100);
  await closed;
  return steps;
}

// A busy machine's timers are late; these are not.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function finish(generation: Generation): Promise<void> {
  for await (const _ of generation);
}

test('chains take about the time they should, whether steps are fast or slow', async () => {
  // The first chain is a single step; after some, all have the ideal length.
  expect((await chainSteps(2)).slice(30, 100)).toEqual(new Array(70).fill(4));
  const fast = (await chainSteps(1)).slice(30, 60);
  expect(fast).toEqual(new Array(30).fill(8));
  expect((await chainSteps(20)).every((steps) => steps === 1)).toBe(true);
});
