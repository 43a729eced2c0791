import { describe, expect, test } from 'vitest';
import { killTest } from '../../scripts/os-kill-test.ts';
import { serverPrograms } from '../../scripts/postgres-server.ts';

// A short version of `node scripts/os-kill-test.ts --kills 1000`.

test('SQLite: whatever moment a kernel is killed at, what it acknowledged is there', async () => {
  const report = await killTest('sqlite', 6, 42);
  expect(report.problems).toEqual([]);
  expect(report.kills).toBe(6);
  expect(report.acknowledged).toBeGreaterThan(20);
});

describe.skipIf(!serverPrograms())('PostgreSQL (needs the package postgresql)', () => {
  test('whatever moment a kernel is killed at, what it acknowledged is there', async () => {
    const report = await killTest('postgres', 4, 42);
    expect(report.problems).toEqual([]);
    expect(report.kills).toBe(4);
    expect(report.acknowledged).toBeGreaterThan(10);
  });
});
