import type { EventRow, Store } from '../store/store.ts';

// `resident os logs` and `trace`: what happened, from the event log.

type Entry = [kind: string, title: string, hash: string, tokens: number];

function head(row: EventRow): string {
  const { sequence, pid, at } = row.event;
  return `${String(sequence).padStart(6)}  ${new Date(at).toISOString()}  ${String(pid).padStart(4)}`;
}

/** One line for each event. */
export async function logs(store: Store, options: { pid?: number; json: boolean; last?: number }): Promise<void> {
  const { sequence } = await store.head();
  const after = options.last === undefined ? 0 : sequence - options.last;
  for await (const row of store.events({ after, ...(options.pid === undefined ? {} : { pid: options.pid }) })) {
    const { event, detail } = row;
    if (options.json) {
      console.log(
        JSON.stringify({ sequence: event.sequence, at: event.at, pid: event.pid, kind: event.kind, ...detail }),
      );
      continue;
    }
    const extra = [
      detail.fault ? `fault ${detail.fault}` : '',
      detail.output === undefined ? '' : JSON.stringify(detail.output).slice(0, 120),
      event.kind === 'result' ? JSON.stringify(event.outcome).slice(0, 120) : '',
    ];
    console.log([head(row), `${detail.pc.padEnd(16)} ${detail.op}`, ...extra.filter(Boolean)].join('  '));
  }
}

export interface TraceOptions {
  pid?: number;
  json: boolean;
  /** Print the whole window of each operation, not only what changed. */
  full: boolean;
}

/** Every instruction with the window that the model saw (what changed since the process's last one), tokens, time and cost. */
export async function trace(store: Store, options: TraceOptions): Promise<void> {
  const last = new Map<number, Entry[]>();
  const total = { operations: 0, prompt: 0, reused: 0, output: 0, milliseconds: 0, cost: 0 };
  for await (const row of store.events(options.pid === undefined ? {} : { pid: options.pid })) {
    const { event, detail } = row;
    const alu = event.kind === 'step' ? event.alu : undefined;
    const window = detail.window ? (JSON.parse((await store.content(detail.window))!) as Entry[]) : undefined;
    const changes = window ? differences(last.get(event.pid) ?? [], window) : undefined;
    if (window) last.set(event.pid, window);
    if (alu) {
      total.operations++;
      total.prompt += alu.promptTokens;
      total.reused += alu.reusedTokens;
      total.output += alu.outputTokens;
      total.milliseconds += alu.milliseconds;
      total.cost += alu.cost;
    }
    if (options.json) {
      console.log(
        JSON.stringify({ ...event, ...detail, changes, window, stateHash: row.stateHash, chainHash: row.chainHash }),
      );
      continue;
    }
    console.log(`${head(row)}  ${detail.pc.padEnd(16)} ${detail.op}${detail.fault ? `  fault ${detail.fault}` : ''}`);
    if (detail.loaded) console.log(`          mapped ${detail.loaded.join(', ')}`);
    if (detail.evicted) console.log(`          evicted ${detail.evicted.join(', ')}`);
    for (const line of changes ?? []) console.log(`          ${line}`);
    if (options.full && window)
      for (const [kind, title, hash] of window)
        console.log(indent(`[${kind}${title ? ` ${title}` : ''}]\n${await store.content(hash)}`));
    if (alu) {
      console.log(indent(`=> ${alu.error ?? alu.text}`));
      console.log(
        `          ${alu.promptTokens} tokens in (${alu.reusedTokens} reused), ${alu.outputTokens} out, ${alu.milliseconds.toFixed(1)} ms, cost ${alu.cost}`,
      );
    }
  }
  if (!options.json)
    console.log(
      `total: ${total.operations} operations, ${total.prompt} tokens in (${total.reused} reused), ${total.output} out, ${total.milliseconds.toFixed(0)} ms, cost ${total.cost}`,
    );
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `          ${line}`)
    .join('\n');
}

/** Lines for what is new, changed and gone between two windows. */
export function differences(before: readonly Entry[], after: readonly Entry[]): string[] {
  const key = ([kind, title]: Entry) => `${kind}${title ? ` ${title}` : ''}`;
  const old = new Map(before.map((entry) => [key(entry), entry]));
  const now = new Set(after.map(key));
  const lines: string[] = [];
  let same = 0;
  for (const [i, entry] of after.entries()) {
    if (before[i]?.[2] !== entry[2] || key(before[i]!) !== key(entry)) break;
    same += entry[3];
  }
  for (const entry of after) {
    const was = old.get(key(entry));
    if (!was) lines.push(`+ ${key(entry)} (${entry[3]} tokens)`);
    else if (was[2] !== entry[2]) lines.push(`~ ${key(entry)} (${entry[3]} tokens)`);
  }
  for (const entry of before) if (!now.has(key(entry))) lines.push(`- ${key(entry)} (${entry[3]} tokens)`);
  lines.push(`= ${same} tokens of common prefix`);
  return lines;
}
