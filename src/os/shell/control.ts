import { writeFileSync } from 'node:fs';
import { ResidentError } from '../../errors.ts';
import { dumpCore } from '../core.ts';
import type { Cpu } from '../cpu.ts';
import { countWords } from '../cpus/scripted.ts';
import type { Json } from '../json.ts';
import { Kernel } from '../kernel.ts';
import { replay } from '../replay.ts';
import { collectGarbage } from '../retention.ts';
import { openStore, type Request, type Store } from '../store/store.ts';
import { forkStore } from '../travel.ts';
import { readText } from './check.ts';

/** A CPU for kernels that only take events from outside. */
const noCpu: Cpu = {
  name: 'none',
  instances: 1,
  overhead: 0,
  count: countWords,
  run: async () => {
    throw new ResidentError('this kernel has no CPU');
  },
  close: async () => {},
};

function isTaken(error: unknown): boolean {
  return error instanceof ResidentError && error.message.includes('another kernel is running');
}

/**
 * Sends a signal: at once if no kernel runs the machine, else through the store to the kernel that does.
 * @returns whether it was applied already
 */
export async function send(store: Store, pids: readonly number[], request: Request): Promise<boolean> {
  const machine = await store.load();
  for (const pid of pids)
    if (!machine.processes.has(pid)) throw new ResidentError(`${store.location}: there is no process ${pid}`);
  let kernel: Kernel | undefined;
  if (request.signal !== 'resolve') {
    try {
      kernel = await Kernel.open({ store, cpu: noCpu, pollMilliseconds: 0, settleCalls: false });
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  for (const pid of pids) await (kernel ? kernel.signal(pid, request) : store.request(pid, request));
  await kernel?.close();
  return kernel !== undefined;
}

/** A process and all it started. */
export async function familyOf(store: Store, pid: number): Promise<number[]> {
  const machine = await store.load();
  const found: number[] = [];
  const walk = (p: number) => {
    if (found.includes(p)) return;
    found.push(p);
    for (const child of machine.processes.get(p)?.children ?? []) if (machine.processes.has(child)) walk(child);
  };
  walk(pid);
  return found;
}

/** `resident os core`. */
export async function writeCore(store: Store, pid: number, file: string): Promise<void> {
  const machine = await store.load();
  if (!machine.processes.has(pid)) throw new ResidentError(`${store.location}: there is no process ${pid}`);
  writeFileSync(file, `${JSON.stringify(await dumpCore(machine, pid))}\n`);
}

/** `resident os replay`. @returns exit code: 1 if a state differs */
export async function replayStore(store: Store, options: { until?: number; json: boolean }): Promise<number> {
  const started = performance.now();
  const { machine: _, ...report } = await replay(store, options.until === undefined ? {} : { until: options.until });
  const milliseconds = performance.now() - started;
  if (options.json) console.log(JSON.stringify({ ...report, same: !report.difference, milliseconds }));
  else if (report.difference) {
    const { sequence, pid, op, pc, reason } = report.difference;
    console.log(`step ${sequence} (process ${pid}, ${op} at ${pc}): ${reason}`);
  } else
    console.log(
      `${report.events} steps replayed without a model in ${milliseconds.toFixed(0)} ms: every state is the same (${report.chain})`,
    );
  return report.difference ? 1 : 0;
}

export interface ForkChoice {
  at: number;
  to: string;
  pid?: number;
  /** NAME=FILE */
  page: readonly string[];
  /** NAME=JSON */
  register: readonly string[];
  prompt?: string;
}

/** `resident os fork`: a store that starts at a step of another one, with changes. */
export async function fork(store: Store, choice: ForkChoice): Promise<void> {
  const edits = choice.page.length + choice.register.length + (choice.prompt === undefined ? 0 : 1);
  if (edits > 0 && choice.pid === undefined)
    throw new ResidentError('--page, --register and --prompt need --pid: whose is it?', { exitCode: 2 });
  const target = await openStore(choice.to);
  try {
    await forkStore(store, choice.at, target);
    if (edits === 0) return;
    const pid = choice.pid!;
    const kernel = await Kernel.open({ store: target, cpu: noCpu, pollMilliseconds: 0, settleCalls: false });
    for (const text of choice.page) {
      const [name, file] = split(text, '--page');
      await kernel.edit(pid, { what: 'page', name, hash: kernel.putContent(readText(file)) });
    }
    for (const text of choice.register) {
      const [name, value] = split(text, '--register');
      await kernel.edit(pid, { what: 'register', name, value: literalOf(value) });
    }
    if (choice.prompt !== undefined) await kernel.edit(pid, { what: 'prompt', text: choice.prompt });
    await kernel.close();
  } finally {
    await target.close();
  }
}

function split(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new ResidentError(`${option} ${text}: expected NAME=VALUE`, { exitCode: 2 });
  return [text.slice(0, at), text.slice(at + 1)];
}

function literalOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** `resident os gc`. */
export async function gc(store: Store, keepMilliseconds: number, json: boolean): Promise<void> {
  const kernel = await Kernel.open({ store, cpu: noCpu, pollMilliseconds: 0, settleCalls: false });
  try {
    const report = await collectGarbage(kernel, { keepMilliseconds, now: Date.now() });
    if (json) console.log(JSON.stringify(report));
    else
      console.log(
        `removed ${report.reaped} ended processes, ${report.events} events, ${report.versions} page versions and ${report.contents} texts (${report.bytes} bytes); history starts at step ${report.base}`,
      );
  } finally {
    await kernel.close();
  }
}

/** `7d`, `12h`, `30m`, `45s` in milliseconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) throw new ResidentError(`${text}: expected a duration like 7d, 12h, 30m or 45s`, { exitCode: 2 });
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as 'ms'];
}
