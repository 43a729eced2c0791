import { expect, test } from 'vitest';
import { ask, load } from '../../../bench/serve-load.ts';
import { startServer } from '../../../src/serve/http/server.ts';
import { openHarness } from './harness.ts';

test('60 clients on 8 instances: nothing fails, every answer is to its own question, instances stay busy', async () => {
  const h = await openHarness({ instances: 8 });
  const server = await startServer(h.app, h.backend, { host: '127.0.0.1', port: 0 });
  const questions = await ask(server.url, 40);
  expect(new Set(questions.map(({ answer }) => answer)).size).toBe(40);
  const report = await load(server.url, questions, { clients: 60, seconds: 3 });
  expect(report).toMatchObject({ failed: 0, mixedUp: 0 });
  expect(report.requests).toBeGreaterThan(60);
  expect(h.batches[0]!.mostActive).toBe(8);
  // Clients that were stopped in the middle of a request leave nothing behind.
  for (let i = 0; i < 100 && h.backend.statistics.active + h.backend.statistics.queued > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(h.backend.statistics).toMatchObject({ active: 0, queued: 0, failed: 0 });
  await server.close(1_000);
});

test('a device lost under load fails what ran, and nothing else, visibly', async () => {
  const h = await openHarness({ instances: 8 });
  const server = await startServer(h.app, h.backend, { host: '127.0.0.1', port: 0 });
  const questions = await ask(server.url, 10);
  const running = load(server.url, questions, { clients: 30, seconds: 2 });
  await new Promise((resolve) => setTimeout(resolve, 700));
  h.batches[0]!.lose('tried');
  const report = await running;
  expect(report.mixedUp).toBe(0);
  expect(report.failed).toBeGreaterThan(0);
  expect(report.failed).toBeLessThanOrEqual(8);
  await server.close(1_000);
  const { failed, recoveries, accepted, finished, cancelled } = h.backend.statistics;
  expect({ failed, recoveries }).toEqual({ failed: report.failed, recoveries: 1 });
  expect(accepted).toBe(finished + failed + cancelled);
});
