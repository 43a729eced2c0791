import { ResidentError } from '../errors.ts';
import { canonical } from './json.ts';
import { CachedContents, Machine } from './machine.ts';
import { begin, complete, seal } from './reducer.ts';
import type { UnsealedEvent } from './state.ts';
import type { Meter } from './step.ts';
import type { EventRow, Store } from './store/store.ts';

export interface Difference {
  sequence: number;
  pid: number;
  op: string;
  pc: string;
  reason: string;
}

export interface ReplayReport {
  /** Events verified. */
  events: number;
  /** Where the retained history starts. */
  base: number;
  sequence: number;
  chain: string;
  /** Undefined: every state is the same, byte for byte. */
  difference: Difference | undefined;
  machine: Machine;
}

/**
 * Runs the events of a store again, without model, tools, clock or random numbers, and compares the hash of every
 * state with the one that was committed. Stops at the first difference.
 * @param options.until last event to apply
 */
export async function replay(
  store: Store,
  options: { until?: number; onStep?: (row: EventRow) => void } = {},
): Promise<ReplayReport> {
  await store.loadPrograms();
  const base = await store.base();
  const machine = Machine.from(base.data, new CachedContents((hash) => store.content(hash)));
  let events = 0;
  const report = (difference?: Difference): ReplayReport => ({
    events,
    base: base.sequence,
    sequence: machine.sequence,
    chain: machine.chain,
    difference,
    machine,
  });
  if (options.until !== undefined && options.until < base.sequence)
    throw new ResidentError(
      `step ${options.until} is before step ${base.sequence}, where the retained history of ${store.location} starts`,
    );
  const range = options.until === undefined ? {} : { until: options.until };
  for await (const row of store.events(range)) {
    const difference = await again(machine, row);
    if (difference) return report(difference);
    options.onStep?.(row);
    events++;
  }
  if (options.until !== undefined) {
    if (machine.sequence < options.until)
      throw new ResidentError(
        `${store.location}: there is no step ${options.until}, the last one is ${machine.sequence}`,
      );
    return report();
  }
  const head = await store.head();
  const stored = canonical((await store.load()).toJSON());
  if (head.sequence !== machine.sequence || stored !== canonical(machine.toJSON())) {
    const reason = `the stored state is not what the events lead to: ${firstDifference(JSON.parse(stored), JSON.parse(canonical(machine.toJSON())), '')}`;
    return report({ sequence: machine.sequence, pid: 0, op: '', pc: '', reason });
  }
  return report();
}

async function again(machine: Machine, row: EventRow): Promise<Difference | undefined> {
  const { sequence, counts, ...rest } = row.event;
  const event = rest as UnsealedEvent;
  const differ = (reason: string): Difference => ({
    sequence,
    pid: event.pid,
    op: row.detail.op,
    pc: row.detail.pc,
    reason,
  });
  if (sequence !== machine.sequence + 1) return differ(`step ${machine.sequence + 1} is missing`);
  let next = 0;
  let missing = false;
  const take = () => {
    if (next >= counts.length) missing = true;
    return counts[next++] ?? 0;
  };
  const meter: Meter = { count: take, overhead: take };
  try {
    const begun = await begin(machine, event, meter);
    if (begun.operation) {
      const alu = event.kind === 'step' ? event.alu : undefined;
      if (!alu) return differ('the instruction asks the model, the log has no answer');
      complete(begun, alu);
    }
    const sealed = seal(begun, event);
    const { detail } = begun.step;
    if (missing || next !== counts.length)
      return differ(`${next} texts were counted, the log has ${counts.length} counts`);
    if (detail.op !== row.detail.op || detail.pc !== row.detail.pc)
      return differ(`runs ${detail.op} at ${detail.pc}, the log has ${row.detail.op} at ${row.detail.pc}`);
    if (detail.window !== row.detail.window) return differ('the window of the model is another one');
    if (detail.fault !== row.detail.fault) return differ(`fault ${detail.fault}, the log has ${row.detail.fault}`);
    if (sealed.state !== row.stateHash) return differ(`state ${sealed.state}, the log has ${row.stateHash}`);
    if (sealed.chain !== row.chainHash) return differ(`chain ${sealed.chain}, the log has ${row.chainHash}`);
  } catch (error) {
    return differ((error as Error).message);
  }
  return undefined;
}

/** Path and values of the first place where two JSON values differ. */
export function firstDifference(a: unknown, b: unknown, path: string): string | undefined {
  if (canonical(a) === canonical(b)) return undefined;
  if (a && b && typeof a === 'object' && typeof b === 'object')
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inner = firstDifference(
        (a as Record<string, unknown>)[key],
        (b as Record<string, unknown>)[key],
        `${path}/${key}`,
      );
      if (inner) return inner;
    }
  return `${path}: ${canonical(a).slice(0, 120)} and ${canonical(b).slice(0, 120)}`;
}
