import { ResidentError } from '../../errors.ts';
import type { Mapping, Process, Wait } from '../state.ts';
import { shownState } from '../state.ts';
import type { Store } from '../store/store.ts';

// `resident os ps`, `top`, `show` and `pages`: views of the last commit. They need no kernel and no lease.

export async function listProcesses(store: Store): Promise<Process[]> {
  const rows = await store.database.selectFrom('os_processes').select('data').orderBy('pid').execute();
  return rows.map((row) => JSON.parse(row.data) as Process);
}

async function oneProcess(store: Store, pid: number): Promise<Process> {
  const row = await store.database.selectFrom('os_processes').select('data').where('pid', '=', pid).executeTakeFirst();
  if (!row) throw new ResidentError(`${store.location}: there is no process ${pid}`);
  return JSON.parse(row.data) as Process;
}

function waitText(wait: Wait | null): string {
  switch (wait?.kind) {
    case 'tool':
      return `tool ${wait.handle}`;
    case 'page':
      return `page ${wait.page}`;
    case 'timer':
      return new Date(wait.until).toISOString();
    case 'message':
      return wait.until === null ? 'message' : `message until ${new Date(wait.until).toISOString()}`;
    case 'children':
      return `children ${wait.pids.join(' ')}`;
    default:
      return '';
  }
}

/** Rows of text in columns; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) =>
          typeof cell === 'number' ? String(cell).padStart(widths[i]!) : String(cell).padEnd(widths[i]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const summaryOf = (p: Process) => ({
  pid: p.pid,
  parent: p.parent,
  name: p.name,
  state: shownState(p),
  waits: waitText(p.wait),
  at: p.frames.length > 0 ? `${p.frames.at(-1)!.label}:${p.frames.at(-1)!.index}` : '',
  priority: p.priority,
  steps: p.used.steps,
  operations: p.used.operations,
  tokens: p.used.promptTokens + p.used.outputTokens,
  reused: p.used.reusedTokens,
  heap: p.used.heap,
  pageFaults: p.used.pageFaults,
  cost: p.used.cost,
  fault: p.fault?.code ?? null,
});

export function processTable(processes: readonly Process[]): string {
  const header = [
    'PID',
    'PARENT',
    'NAME',
    'STATE',
    'AT',
    'STEPS',
    'OPS',
    'TOKENS',
    'REUSED',
    'HEAP',
    'FAULTS',
    'WAITS FOR',
  ];
  const rows = processes
    .map(summaryOf)
    .map((p) => [
      p.pid,
      p.parent ?? '',
      p.name,
      p.fault ? `${p.state} (${p.fault})` : p.state,
      p.at,
      p.steps,
      p.operations,
      p.tokens,
      p.reused,
      p.heap,
      p.pageFaults,
      p.waits,
    ]);
  return table([header, ...rows]);
}

export async function ps(store: Store, options: { all: boolean; json: boolean }): Promise<void> {
  const processes = (await listProcesses(store)).filter((p) => options.all || p.state !== 'ENDED');
  if (options.json) for (const p of processes) console.log(JSON.stringify(summaryOf(p)));
  else console.log(processTable(processes));
}

/** Refreshes a table of the busiest processes until it is interrupted. */
export async function top(store: Store, options: { once: boolean; json: boolean; seconds: number }): Promise<void> {
  let before: { sequence: number; time: number } | undefined;
  let stop = options.once;
  process.once('SIGINT', () => {
    stop = true;
  });
  do {
    const processes = await listProcesses(store);
    const { sequence } = await store.head();
    const time = performance.now();
    const rate = before ? ((sequence - before.sequence) / (time - before.time)) * 1000 : 0;
    before = { sequence, time };
    const states: Record<string, number> = {};
    for (const p of processes) states[shownState(p)] = (states[shownState(p)] ?? 0) + 1;
    const busiest = processes
      .filter((p) => p.state !== 'ENDED')
      .sort((a, b) => b.used.steps - a.used.steps)
      .slice(0, 20);
    if (options.json) console.log(JSON.stringify({ sequence, rate, states, processes: busiest.map(summaryOf) }));
    else {
      const counts = Object.entries(states).map(([state, n]) => `${n} ${state}`);
      const head = `step ${sequence}, ${rate.toFixed(0)} steps/s: ${counts.join(', ') || 'no processes'}`;
      process.stdout.write(`${options.once ? '' : '\x1b[H\x1b[2J'}${head}\n\n${processTable(busiest)}\n`);
    }
    if (!stop) await new Promise((resolve) => setTimeout(resolve, options.seconds * 1000));
  } while (!stop);
}

export async function show(store: Store, pid: number, json: boolean): Promise<void> {
  const process = await oneProcess(store, pid);
  const mail = await store.database.selectFrom('os_messages').select('data').where('recipient', '=', pid).execute();
  const calls = (await store.openCalls()).filter((call) => call.pid === pid);
  const messages = mail.map((row) => JSON.parse(row.data) as unknown);
  if (json) {
    console.log(JSON.stringify({ ...process, messages, openCalls: calls }));
    return;
  }
  const s = summaryOf(process);
  const lines: [string, string][] = [
    ['process', `${pid} ${s.name}${s.parent === null ? '' : `, child of ${s.parent}`}`],
    ['state', `${s.state}${s.waits ? `, waits for ${s.waits}` : ''}`],
    ['program', process.program],
    ['frames', process.frames.map((f) => `${f.label}:${f.index}`).join(' > ')],
    [
      'used',
      Object.entries(process.used)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    ],
    [
      'limits',
      Object.entries(process.limits)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    ],
    ...Object.entries(process.registers).map(([name, value]): [string, string] => [`  ${name}`, short(value)]),
    ...process.stack.map((value, i): [string, string] => [`  stack ${i}`, short(value)]),
    ...messages.map((message): [string, string] => ['message', short(message)]),
    ...calls.map((c): [string, string] => ['call', `${c.tool} ${short(c.arguments)}: ${c.status}`]),
  ];
  if (process.fault) lines.push(['fault', `${process.fault.code} at ${process.fault.at}: ${process.fault.message}`]);
  if (process.state === 'ENDED') lines.push(['result', short(process.result)]);
  console.log(table(lines));
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 160 ? `${text.slice(0, 160)}...` : text;
}

/** The page table of a process, or all shared pages. */
export async function pages(
  store: Store,
  pid: number | undefined,
  options: { json: boolean; text?: string },
): Promise<void> {
  const machine = await store.load();
  if (pid === undefined) {
    const shared = machine.sharedPages().sort((a, b) => (a.name < b.name ? -1 : 1));
    if (options.text !== undefined) {
      const page = machine.sharedPage(options.text);
      if (!page) throw new ResidentError(`${store.location}: there is no shared page ${options.text}`);
      console.log(await machine.contents.get(page.hash));
      return;
    }
    if (options.json) for (const page of shared) console.log(JSON.stringify(page));
    else {
      const rows = shared.map((p) => [p.id, p.name, p.owner, p.version, p.tokens, p.summary]);
      console.log(table([['ID', 'NAME', 'OWNER', 'VERSION', 'TOKENS', 'SUMMARY'], ...rows]));
    }
    return;
  }
  await oneProcess(store, pid);
  const mappings = [...machine.table(pid).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (options.text !== undefined) {
    const mapping = mappings.find((m) => m.name === options.text);
    if (!mapping) throw new ResidentError(`process ${pid} has no page ${options.text}`);
    console.log(await machine.contents.get(mapping.hash));
    return;
  }
  if (options.json) for (const mapping of mappings) console.log(JSON.stringify(mapping));
  else {
    const rows = mappings.map((m) => [m.page, m.name, flags(m), m.version, m.tokens, m.lastUse, m.summary]);
    console.log(table([['ID', 'NAME', 'FLAGS', 'VERSION', 'TOKENS', 'USED', 'SUMMARY'], ...rows]));
  }
}

function flags(m: Mapping): string {
  const set = { resident: m.resident, dirty: m.dirty, pinned: m.pinned, shared: m.shared, 'copy-on-write': m.cow };
  return Object.entries(set)
    .filter(([, on]) => on)
    .map(([name]) => name)
    .join(' ');
}
