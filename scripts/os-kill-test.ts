// node scripts/os-kill-test.ts [--kills 1000] [--store sqlite|postgres] [--seed 1]: kills a working kernel at random
// moments and checks after every kill what was promised: each acknowledged commit is there, the database is whole,
// the replay has the same hashes, and no effect happened twice unless its policy says so.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { replay } from '../src/os/replay.ts';
import { openStore } from '../src/os/store/store.ts';
import { startServer } from './postgres-server.ts';

/** Kills between two fresh machines: replay starts at the beginning every time. */
const killsPerMachine = 20;

export interface KillReport {
  store: string;
  kills: number;
  machines: number;
  acknowledged: number;
  events: number;
  effects: number;
  /** Effects that happened more than once, all under the policy `retry`. */
  repeatedByPolicy: number;
  /** Calls whose outcome nobody knew after a kill. */
  unknown: number;
  problems: string[];
}

/** mulberry32: a small seeded generator, so that a run can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function killTest(kind: 'sqlite' | 'postgres', kills: number, seed: number): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'resident-kill-'));
  const worker = join(folder, 'worker.mjs');
  await bundle(worker);
  const server = kind === 'postgres' ? await startServer() : undefined;
  const next = random(seed);
  const report: KillReport = {
    store: kind,
    kills: 0,
    machines: 0,
    acknowledged: 0,
    events: 0,
    effects: 0,
    repeatedByPolicy: 0,
    unknown: 0,
    problems: [],
  };
  try {
    while (report.kills < kills && report.problems.length === 0) {
      const number = ++report.machines;
      const location = server ? await server.fresh() : join(folder, `machine-${number}.sqlite`);
      const ledger = join(folder, `ledger-${number}`);
      writeFileSync(ledger, '');
      const acknowledged = new Map<number, { chain: string; pages: string }>();
      let events = 0;
      for (let i = 0; i < killsPerMachine && report.kills < kills; i++) {
        await runAndKill(worker, location, ledger, 500 * next() ** 2, acknowledged);
        report.kills++;
        // Replay covers every event since the machine began, so now and then is often enough.
        const whole = i % 5 === 4 || report.kills === kills;
        events = await verify(location, ledger, acknowledged, report, whole);
        if (report.problems.length > 0) break;
      }
      report.acknowledged += acknowledged.size;
      report.events += events;
      report.effects += readFileSync(ledger, 'utf8').split('\n').length - 1;
      if (!server) for (const end of ['', '-wal', '-shm', '.lease']) rmSync(`${location}${end}`, { force: true });
    }
  } finally {
    server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

/** One file starts in a fraction of the time that the sources take, and the start is most of a round. */
async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'os-kill-worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}

/** Starts a kernel, lets it work, kills it; gathers what it acknowledged before it died. */
async function runAndKill(
  script: string,
  location: string,
  ledger: string,
  milliseconds: number,
  acknowledged: Map<number, { chain: string; pages: string }>,
): Promise<void> {
  const worker = spawn(process.execPath, [script, location, ledger], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(script, '../cache') },
  });
  let output = '';
  let errors = '';
  let armed = false;
  const died = new Promise<void>((resolve) => worker.on('close', () => resolve()));
  worker.stderr.on('data', (text) => {
    errors += text;
  });
  worker.stdout.on('data', (text) => {
    output += text;
    if (!armed) setTimeout(() => worker.kill('SIGKILL'), milliseconds);
    armed = true;
  });
  await died;
  if (!armed) throw new Error(`the worker ended by itself: ${errors}`);
  // The last line may be cut off: then it was not acknowledged.
  for (const line of output.split('\n').slice(0, -1)) {
    const [sequence, chain, pages] = line.split(' ') as [string, string, string];
    acknowledged.set(Number(sequence), { chain, pages });
  }
}

async function verify(
  location: string,
  ledger: string,
  acknowledged: Map<number, { chain: string; pages: string }>,
  report: KillReport,
  whole: boolean,
): Promise<number> {
  const store = await openStore(location);
  // PostgreSQL may still be finishing the last commit of the killed kernel: its lease says when it has.
  await store.lease();
  const problem = (text: string) => report.problems.push(`kill ${report.kills}: ${text}`);
  for (const text of await store.integrity()) problem(`integrity: ${text}`);
  const rows = await store.database.selectFrom('os_events').select(['sequence', 'chain_hash']).execute();
  const seen = new Map(rows.map((row) => [row.sequence, row.chain_hash]));
  if (whole) {
    const { difference } = await replay(store);
    if (difference) problem(`replay: step ${difference.sequence} ${difference.op}: ${difference.reason}`);
  }
  const versions = new Map<string, string>();
  for (const row of await store.database.selectFrom('os_versions').selectAll().execute())
    versions.set(`${row.page}@${row.version}`, row.hash);
  for (const [sequence, { chain, pages }] of acknowledged) {
    if (seen.get(sequence) !== chain) problem(`acknowledged event ${sequence} is missing`);
    for (const page of pages.split(',').filter(Boolean)) {
      const [version, hash] = page.split('=') as [string, string];
      if (versions.get(version) !== hash) problem(`acknowledged page ${version} is missing`);
    }
  }
  const calls = await store.database.selectFrom('os_calls').selectAll().execute();
  report.unknown += calls.filter((c) => c.status !== 'done').length;
  const times = new Map<string, number>();
  for (const line of readFileSync(ledger, 'utf8').split('\n').filter(Boolean)) {
    const [tool, key] = line.split(' ') as [string, string];
    const count = (times.get(key) ?? 0) + 1;
    times.set(key, count);
    if (count > 1 && tool === 'once') problem(`the effect of call ${key} happened ${count} times`);
    if (!calls.some((c) => c.key === key)) problem(`the effect of call ${key} has no committed intent`);
  }
  report.repeatedByPolicy = Math.max(report.repeatedByPolicy, [...times.values()].filter((n) => n > 1).length);
  for (const call of calls)
    if (call.outcome?.includes('"ok":true') && !times.has(call.key)) problem(`call ${call.key} is done without effect`);
  await store.close();
  return rows.length;
}

if (process.argv[1] && existsSync(process.argv[1]) && import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '1000' },
      store: { type: 'string', default: 'sqlite' },
      seed: { type: 'string', default: '1' },
    },
  });
  const report = await killTest(
    values.store === 'postgres' ? 'postgres' : 'sqlite',
    Number(values.kills),
    Number(values.seed),
  );
  console.log(JSON.stringify(report, null, 2));
  process.exit(report.problems.length === 0 && report.kills === Number(values.kills) ? 0 : 1);
}
