import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { answerByRules, type ScriptRule } from '../../src/os/cpus/scripted.ts';
import { replay } from '../../src/os/replay.ts';
import { exportStore } from '../../src/os/store/transfer.ts';
import { clockTool } from '../../src/os/tools/builtin.ts';
import { fileTools } from '../../src/os/tools/files.ts';
import { ToolBox } from '../../src/os/tools/tool.ts';
import { type Rig, rig } from './helpers.ts';

/** Where histories are recorded, if they are; that of the log triage is then a shorter one. */
const recorded = process.env.RESIDENT_RECORD;
const folder = join(import.meta.dirname, '../../programs/os');
const work = mkdtempSync(join(tmpdir(), 'resident-programs-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const source = (name: string) => readFileSync(join(folder, `${name}.yaml`), 'utf8');
const script = (name: string) => answerByRules(parse(source(`${name}.script`)) as ScriptRule[]);
const tools = () => new ToolBox().add(clockTool, ...fileTools(work));

/** Runs a machine until its processes have ended, with its clock set forward whenever all sleep. */
async function finish(made: Rig, ...pids: number[]): Promise<void> {
  const sleeps = () => {
    const { processes } = made.kernel.machine;
    return pids.every((pid) => ['SLEEPING', 'BLOCKED', 'ENDED'].includes(processes.get(pid)!.state));
  };
  while ((await made.kernel.run({ until: pids, wait: false })) !== 'ended') {
    if (sleeps()) made.pass(3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Replays what happened. With RESIDENT_RECORD=FOLDER its history is written there, for recorded.test.ts. */
async function verifyAndClose(made: Rig, name: string): Promise<void> {
  const report = await replay(made.store);
  expect(report.difference).toBeUndefined();
  if (recorded) {
    let text = '';
    for await (const line of exportStore(made.store)) text += `${line}\n`;
    writeFileSync(join(recorded, `${name}.jsonl.gz`), gzipSync(text, { level: 9 }));
  }
  await made.close();
}

test('analyse_latency and generate_report: the second waits for the page that the first writes', async () => {
  writeFileSync(join(work, 'm.csv'), '/a,120\n/b,340\n/c,90\n');
  const made = await rig(script('latency'), { tools: tools() });
  const report = await made.kernel.spawn(source('generate_report'));
  await made.kernel.run({ wait: false });
  expect(made.process(report)).toMatchObject({ state: 'BLOCKED', wait: { kind: 'page', page: 'reports/latency' } });
  const analyse = await made.kernel.spawn(source('analyse_latency'), { path: 'm.csv' });
  await finish(made, report, analyse);
  expect(made.process(analyse).result).toEqual({ slow: ['/b'] });
  expect(made.process(report).result).toMatchObject({ report: expect.stringContaining('/b is too slow') });
  await verifyAndClose(made, 'latency');
});

test('log triage looks at 2,000 pages in a window of 1,024 tokens', async () => {
  const { length, every } = recorded ? { length: 500, every: 177 } : { length: 8100, every: 1777 };
  const line = (i: number) =>
    i % every === 5
      ? `2030-01-01T00:00:00 FATAL disk full on db${i}`
      : `2030-01-01T00:00:00 INFO request ${i} served in ${(i * 7) % 90} ms by worker ${i % 16} status 200 path /items/${i % 300}`;
  writeFileSync(join(work, 'big.log'), `${Array.from({ length }, (_, i) => line(i)).join('\n')}\n`);
  const made = await rig(script('log_triage'), { tools: tools() });
  const pid = await made.kernel.spawn(source('log_triage'), { path: 'big.log' });
  await finish(made, pid);
  const process = made.process(pid);
  expect(process.fault).toBeNull();
  const result = process.result as { pages: number; incidents: number };
  expect(result.pages).toBeGreaterThan(length / 4.05);
  expect(result.incidents).toBe(Math.ceil((length - 5) / every));
  for (const { segments, maxTokens } of made.cpu.operations)
    expect(segments.reduce((sum, s) => sum + s.tokens, maxTokens)).toBeLessThanOrEqual(1024);
  // Only pages with an incident stay on the heap.
  expect(made.kernel.machine.table(pid).size).toBe(1 + result.incidents);
  await verifyAndClose(made, 'log_triage');
});

test('review_pull_request: a child for each file, a CALL for each hunk', async () => {
  mkdirSync(join(work, 'change'));
  writeFileSync(
    join(work, 'change/loop.diff'),
    '--- a/loop.ts\n+++ b/loop.ts\n@@ -1,2 +1,2 @@\n-for (let i = 0; i < length; i++)\n+for (let i = 0; i <= length; i++)\n@@ -9 +9 @@\n-a\n+b\n',
  );
  writeFileSync(join(work, 'change/text.diff'), '--- a/t\n+++ b/t\n@@ -1 +1 @@\n-hello\n+hallo\n');
  const made = await rig(script('review'), { tools: tools() });
  const pid = await made.kernel.spawn(source('review_pull_request'), { folder: 'change' });
  await finish(made, pid);
  expect(made.process(pid).fault).toBeNull();
  expect(made.process(pid).result).toEqual({
    verdict: 'request changes',
    comments: ['loop.diff: The loop reads one item past the end.'],
  });
  expect(made.process(pid).children).toHaveLength(2);
  await verifyAndClose(made, 'review');
});

test('watcher sleeps, wakes, survives a restart, and reports what changed', async () => {
  const state = join(work, 'state');
  writeFileSync(state, 'green');
  const location = join(work, 'watcher.sqlite');
  let made = await rig(script('watcher'), { location, tools: tools() });
  const pid = await made.kernel.spawn(source('watcher'), { path: 'state', rounds: 4, seconds: 3000 });
  let elapsed = 0;
  for (let round = 0; round < 60 && made.process(pid).state !== 'ENDED'; round++) {
    await made.kernel.run({ wait: false });
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (made.process(pid).state !== 'SLEEPING') continue;
    if (elapsed === 3000) writeFileSync(state, 'red');
    elapsed += 3000;
    await made.close();
    made = await rig(script('watcher'), { location, tools: tools() });
    made.pass(elapsed * 1000);
  }
  expect(made.process(pid).fault).toBeNull();
  expect(made.process(pid).result).toEqual({ changes: ['from green to red'] });
  await verifyAndClose(made, 'watcher');
});
