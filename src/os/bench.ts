import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ScriptedCpu } from './cpus/scripted.ts';
import { Kernel } from './kernel.ts';
import type { SchedulingPolicy } from './scheduler.ts';
import { openStore } from './store/store.ts';

// `resident bench os`: how many processes and instructions one kernel carries, with the scripted CPU, so that the VM
// is measured and no model.

export interface OsBenchOptions {
  sleeping: number;
  runnable: number;
  /** Instructions to measure. */
  instructions: number;
  /** A store; default a file in a temporary folder. */
  store?: string;
  scheduling: SchedulingPolicy;
}

export interface OsBenchReport {
  store: string;
  sleeping: number;
  runnable: number;
  /** Memory that a sleeping process costs, in bytes. */
  bytesPerSleepingProcess: number;
  startsPerSecond: number;
  instructionsPerSecond: number;
  /** One instruction: median and 99th percentile, in milliseconds. */
  commit: { p50: number; p99: number };
  /** Share of instructions that are ALU operations. */
  aluShare: number;
  batches: number;
  meanBatch: number;
  /** Largest deviation of a runnable process's instructions from the mean, as a part of the mean. */
  unfairness: number;
  /** Time until a kernel has taken the whole machine over again, in milliseconds. */
  reopen: number;
}

const sleeper = `name: sleeper
version: 1.0.0
steps:
  start:
    - WAIT: 1000000
`;

/** Computes, writes a page, asks the model: one instruction in six is an operation of the ALU. */
const worker = `name: worker
version: 1.0.0
memory: { window: 512, page: 64 }
steps:
  start:
    - ALLOC: { page: notes, text: begin }
    - LOAD: notes
    - PUSH: 0
    - POP: i
    - JUMP: loop
  loop:
    - PUSH: \${i + 1}
    - POP: i
    - STORE: { page: notes, text: "note \${i}" }
    - INFER: { prompt: "step \${i}", choices: [go, stop], tokens: 4, into: x }
    - COMMIT: ~
    - JUMP: loop
`;

export async function benchOs(options: OsBenchOptions): Promise<OsBenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'resident-bench-os-'));
  const location = options.store ?? join(folder, 'machine.sqlite');
  let store = await openStore(location);
  try {
    const cpu = new ScriptedCpu(() => 'go', { instances: 32 });
    const times: number[] = [];
    let operations = 0;
    let measuring = false;
    let last = 0;
    const open = () =>
      Kernel.open({
        store,
        cpu,
        scheduling: options.scheduling,
        pollMilliseconds: 0,
        onCommit: ({ event }) => {
          if (!measuring) return;
          const now = performance.now();
          times.push(now - last);
          last = now;
          if (event.kind === 'step' && event.alu) operations++;
        },
      });
    let kernel = await open();
    const before = memory();
    const starting = performance.now();
    for (let i = 0; i < options.sleeping; i++) await kernel.spawn(sleeper);
    await kernel.run({ wait: false });
    const started = performance.now();
    const bytes = (memory() - before) / Math.max(1, options.sleeping);
    const pids: number[] = [];
    for (let i = 0; i < options.runnable; i++) pids.push(await kernel.spawn(worker));
    // The first instructions of each are different ones: warm up past them.
    await kernel.run({ events: 6 * options.runnable });
    const steps = () => pids.map((pid) => kernel.machine.processes.get(pid)!.used.steps);
    const first = steps();
    const firstBatches = cpu.batches;
    measuring = true;
    const begin = performance.now();
    last = begin;
    await kernel.run({ events: options.instructions });
    const seconds = (performance.now() - begin) / 1000;
    measuring = false;
    const done = steps().map((n, i) => n - first[i]!);
    const mean = done.reduce((sum, n) => sum + n, 0) / Math.max(1, done.length);
    // A round that is under way gives some processes one turn more than others; that is not unfairness.
    const worst = Math.max(...done.map((n) => Math.max(0, Math.abs(n - mean) - 1)), 0);
    const batches = cpu.batches - firstBatches;
    await kernel.close();
    await store.close();
    const reopening = performance.now();
    store = await openStore(location);
    kernel = await open();
    const reopen = performance.now() - reopening;
    await kernel.close();
    times.sort((a, b) => a - b);
    return {
      store: location.startsWith('postgres') ? 'postgres' : 'sqlite',
      sleeping: options.sleeping,
      runnable: options.runnable,
      bytesPerSleepingProcess: Math.round(bytes),
      startsPerSecond: (2 * options.sleeping) / ((started - starting) / 1000),
      instructionsPerSecond: times.length / seconds,
      commit: { p50: times[Math.floor(times.length / 2)] ?? 0, p99: times[Math.floor(times.length * 0.99)] ?? 0 },
      aluShare: operations / Math.max(1, times.length),
      batches,
      meanBatch: operations / Math.max(1, batches),
      unfairness: mean === 0 ? 0 : worst / mean,
      reopen,
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of live objects. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
