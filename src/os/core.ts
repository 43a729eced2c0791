import { FaultError } from './fault.ts';
import { canonical, type Json } from './json.ts';
import { copy, type Machine } from './machine.ts';
import { renderPage } from './pages.ts';
import type { Edit, Mapping, Message, Page, Process } from './state.ts';
import { programByHash, programOf, type Step } from './step.ts';

// Core dumps: one process with everything it needs, as one JSON text that another machine can load.

export interface Core {
  format: 'resident-core';
  version: 1;
  /** Where it comes from. */
  origin: { machine: string; sequence: number; chain: string };
  process: Process;
  mappings: Mapping[];
  messages: Message[];
  /** Source of the program. */
  program: string;
  contents: Record<string, string>;
}

/** Dumps a process of a machine. The machine is not changed. */
export async function dumpCore(machine: Machine, pid: number): Promise<Core> {
  const process = machine.processes.get(pid);
  if (!process) throw new FaultError('peer', `there is no process ${pid}`);
  const mappings = [...machine.table(pid).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const contents: Record<string, string> = {};
  for (const { hash } of mappings) if (hash) contents[hash] = await machine.contents.get(hash);
  return copy({
    format: 'resident-core',
    version: 1,
    origin: { machine: machine.id, sequence: machine.sequence, chain: machine.chain },
    process,
    mappings,
    messages: machine.mailboxes.get(pid) ?? [],
    program: programOf(process).source,
    contents,
  });
}

/**
 * Event `load`: the process of a core goes on here, under a new pid, without parent and children.
 * @returns whether it waited for a call, which this machine cannot finish
 */
export async function loadCore(step: Step, hash: string): Promise<boolean> {
  const { machine } = step;
  const core = JSON.parse(await machine.contents.get(hash)) as Core;
  const pid = machine.nextPid++;
  const process: Process = { ...core.process, pid, parent: null, children: [], window: null };
  programByHash(process.program);
  step.addProcess(process);
  for (const text of Object.values(core.contents)) step.put(text);
  for (const mapping of core.mappings) {
    const existing = mapping.shared ? machine.sharedPage(mapping.name) : undefined;
    const page: Page = existing ?? {
      id: `p${machine.nextPage++}`,
      name: mapping.name,
      owner: pid,
      shared: mapping.shared,
      version: mapping.version,
      hash: mapping.hash,
      tokens: mapping.tokens,
      summary: mapping.summary,
    };
    if (!existing) step.putPage(page.id, page);
    step.putMapping(pid, mapping.name, {
      ...mapping,
      pid,
      page: page.id,
      // Against a page that this machine has already, the view stays what it was until the next LOAD.
      version: existing ? Math.min(mapping.version, existing.version) : mapping.version,
      cow: false,
    });
  }
  const messages = core.messages.map((m) => ({ ...m, id: machine.nextMessage++, to: pid }));
  if (messages.length > 0) machine.mailboxes.set(pid, messages);
  step.changes.sent.push(...messages);
  if (process.wait?.kind === 'children') step.setState(process, 'READY');
  const waitedFor = process.wait?.kind === 'tool' ? process.wait.handle : undefined;
  for (const [handle, call] of Object.entries(process.calls)) {
    if (handle === waitedFor) delete process.calls[handle];
    else call.outcome ??= { ok: false, error: 'the call was open when the core was dumped' };
  }
  if (waitedFor !== undefined) step.setState(process, 'READY');
  step.detail.op = 'load';
  return waitedFor !== undefined;
}

/** Event `edit`: the operator changes what a process sees, for time travel. */
export async function applyEdit(step: Step, edit: Edit): Promise<void> {
  const { process } = step;
  switch (edit.what) {
    case 'register':
      process.registers[edit.name] = edit.value;
      break;
    case 'prompt':
      process.override = edit.text;
      break;
    case 'page': {
      const mapping = step.editMapping(step.pid, edit.name);
      if (!mapping) throw new FaultError('page', `process ${step.pid} has no page ${edit.name}`);
      const text = await step.machine.contents.get(edit.hash);
      step.put(text);
      mapping.hash = edit.hash;
      mapping.tokens = step.count(renderPage(edit.name, text));
      mapping.dirty = true;
      break;
    }
  }
  step.detail.op = `edit ${edit.what}`;
  step.detail.output = canonical(edit as unknown as Json);
}
