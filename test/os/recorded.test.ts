import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/os/replay.ts';
import { importFrom } from '../../src/os/shell/transfer.ts';
import { openStore, type Store } from '../../src/os/store/store.ts';
import { exportStore, importStore } from '../../src/os/store/transfer.ts';

// Histories of the programs in programs/os, recorded on one computer with `RESIDENT_RECORD=test/os/recorded npm run
// vitest -- test/os/programs.test.ts`. Here they run again on another one.
const folder = join(import.meta.dirname, 'recorded');
const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl.gz'));
const linesOf = (file: string) =>
  gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .trimEnd()
    .split('\n');
const work = mkdtempSync(join(tmpdir(), 'resident-recorded-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function imported(lines: Iterable<string>): Promise<Store> {
  const store = await openStore(':memory:');
  await importStore(store, lines);
  return store;
}

async function exported(store: Store): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportStore(store)) lines.push(line);
  return lines;
}

test('every example program has a recorded history', () => {
  expect(files).toEqual(['latency.jsonl.gz', 'log_triage.jsonl.gz', 'review.jsonl.gz', 'watcher.jsonl.gz']);
});

describe.each(files)('%s', (file) => {
  test('replays to the same bytes on this computer', async () => {
    const store = await imported(linesOf(file));
    const { chain } = await store.head();
    const report = await replay(store);
    expect(report.difference).toBeUndefined();
    expect(report.events).toBeGreaterThan(5);
    expect(report.chain).toBe(chain);
    await store.close();
  });

  test('is exported again as it was', async () => {
    const store = await imported(linesOf(file));
    expect(await exported(store)).toEqual(linesOf(file));
    await store.close();
  });
});

test('a history that was changed is found at the step where it was', async () => {
  const lines = linesOf('latency.jsonl.gz');
  const answered = '\\"text\\":\\"slow\\"';
  const at = lines.findIndex((line) => line.startsWith('["os_events"') && line.includes(answered));
  const sequence = (JSON.parse(lines[at]!) as [string, number])[1];
  const store = await imported(lines.with(at, lines[at]!.replace(answered, '\\"text\\":\\"good\\"')));
  const { difference } = await replay(store);
  expect(difference).toMatchObject({ sequence, reason: expect.stringContaining('state') });
  await store.close();
});

test('what is no export is refused with its line, and leaves no store behind', async () => {
  const lines = linesOf('latency.jsonl.gz');
  const broken: [string, string][] = [
    ['{"format":"something"}', 'line 1 is not the head'],
    [`${lines[0]}\nnonsense`, 'line 2 is no JSON'],
    [`${lines[0]}\n["os_secrets","a"]`, 'line 2 names no table: os_secrets'],
    [`${lines[0]}\n["os_programs","a"]`, 'line 2 has no row of os_programs'],
    [`${lines[0]}\n["os_meta","base",{"$ne":1}]`, 'line 2 has no row of os_meta'],
  ];
  for (const [index, [text, message]] of broken.entries()) {
    const file = join(work, `${index}.jsonl`);
    writeFileSync(file, `${text}\n`);
    const target = join(work, `${index}.sqlite`);
    await expect(importFrom(file, target, true)).rejects.toThrow(message);
    expect(readdirSync(work)).not.toContain(`${index}.sqlite`);
  }
});
