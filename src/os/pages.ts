import { FaultError } from './fault.ts';
import { matches } from './glob.ts';
import type { Program } from './program.ts';
import type { Mapping, Page } from './state.ts';
import { hardLimits, type Step } from './step.ts';
import { makeRoom } from './window.ts';

// Pages and page tables: what LOAD, STORE, ALLOC, FREE, FAULT and COMMIT do.

export const kernelSpace = 'kernel/';

/** The page as it stands in a window. No line of a page can look like the title of a segment. */
export function renderPage(name: string, text: string): string {
  return `<<page ${name}>>\n${escapeTitles(text)}\n`;
}

export function escapeTitles(text: string): string {
  return text.replace(/^(\\*<<)/gm, '\\$1');
}

export function autoSummary(text: string): string {
  const line = text.split('\n', 50).find((candidate) => candidate.trim() !== '') ?? '';
  return oneLine(line);
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 120);
}

/** Whether the program may use a shared page. */
export function mayUse(program: Program, name: string, access: 'read' | 'write'): boolean {
  if (name.startsWith(kernelSpace)) return false;
  return program.permissions.pages.some((p) => (access === 'read' || p.access === 'write') && matches(p.page, name));
}

function requireAccess(step: Step, name: string, access: 'read' | 'write'): void {
  const { program } = step;
  if (name.startsWith(kernelSpace)) throw new FaultError('permission', `page ${name} is in kernel space`);
  if (!mayUse(program, name, access))
    throw new FaultError('permission', `program ${program.name} has no permission to ${access} page ${name}`);
}

function requireName(name: string): void {
  if (name.startsWith(kernelSpace)) throw new FaultError('permission', `page ${name} is in kernel space`);
  if (!hardLimits.pageName.test(name))
    throw new FaultError('type', `${JSON.stringify(name.slice(0, 60))} is no page name`);
}

/**
 * The page-table entry of a name, brought up to date with the newest commit of a shared page.
 * @returns undefined if the page is shared, permitted and not yet committed
 */
export function resolve(step: Step, name: string, access: 'read' | 'write' = 'read'): Mapping | undefined {
  requireName(name);
  const existing = step.machine.mappings.get(step.pid)?.get(name);
  if (existing && !existing.shared) return step.editMapping(step.pid, name);
  if (!existing && !mayUse(step.program, name, access))
    throw new FaultError(
      'permission',
      `process ${step.pid} has no page ${name}, and program ${step.program.name} has no permission to ${access} a shared page ${name}`,
    );
  requireAccess(step, name, access);
  const page = step.machine.sharedPage(name);
  if (existing) {
    const mapping = step.editMapping(step.pid, name)!;
    if (page && page.id === mapping.page && !mapping.dirty && page.version > mapping.version) refresh(mapping, page);
    if (!page && !mapping.dirty) {
      dropMapping(step, mapping);
      return undefined;
    }
    return mapping;
  }
  if (!page || page.version === 0) return undefined;
  const mapping = emptyMapping(step.pid, page);
  refresh(mapping, page);
  step.putMapping(step.pid, name, mapping);
  return mapping;
}

function refresh(mapping: Mapping, page: Page): void {
  mapping.page = page.id;
  mapping.version = page.version;
  mapping.hash = page.hash;
  mapping.tokens = page.tokens;
  mapping.summary = page.summary;
}

/** The mapping of a page that has no text yet. */
export function emptyMapping(pid: number, page: Pick<Page, 'id' | 'name' | 'shared'>): Mapping {
  return {
    pid,
    name: page.name,
    page: page.id,
    shared: page.shared,
    version: 0,
    hash: '',
    tokens: 0,
    summary: '',
    dirty: false,
    cow: false,
    pinned: false,
    resident: false,
    slot: 0,
    lastUse: 0,
    uses: 0,
    referenced: false,
    evictedAt: -1,
    charge: 0,
  };
}

/** {@link resolve} for instructions that need the page to exist. */
export function requirePage(step: Step, name: string, access: 'read' | 'write' = 'read'): Mapping {
  const mapping = resolve(step, name, access);
  if (!mapping) throw new FaultError('page', `there is no page ${name}`);
  return mapping;
}

/** Notes a use of a page, for the policies. */
export function touch(step: Step, mapping: Mapping): void {
  mapping.lastUse = ++step.process.paging.tick;
  mapping.uses++;
  mapping.referenced = true;
}

/**
 * Page fault: maps a page into the window, evicting others by the program's policy.
 * @param keep pages that must not be evicted for it
 */
export function mapPage(step: Step, mapping: Mapping, keep: ReadonlySet<string> = new Set()): void {
  touch(step, mapping);
  if (mapping.resident) return;
  const { process } = step;
  process.used.pageFaults++;
  mapping.resident = true;
  mapping.slot = ++process.paging.slot;
  step.detail.loaded = [...(step.detail.loaded ?? []), mapping.name];
  makeRoom(step, new Set([...keep, mapping.name]), mapping);
}

/** Takes a page out of the window on the program's own wish: no eviction, so the thrash guard does not count it. */
export function swapOut(mapping: Mapping): void {
  mapping.resident = false;
  mapping.evictedAt = -1;
}

/** Creates a page in this process's view. */
export function createPage(step: Step, name: string, text: string, shared: boolean, summary: string): Mapping {
  requireName(name);
  if (shared) requireAccess(step, name, 'write');
  if (step.machine.mappings.get(step.pid)?.has(name) || (shared && step.machine.sharedPage(name)))
    throw new FaultError('conflict', `page ${name} exists already`);
  const { machine } = step;
  const number = machine.nextPage++;
  step.onUndo(() => {
    machine.nextPage = number;
  });
  const page: Page = {
    id: `p${number}`,
    name,
    owner: step.pid,
    shared,
    version: 0,
    hash: '',
    tokens: 0,
    summary: '',
  };
  step.putPage(page.id, page);
  const mapping = emptyMapping(step.pid, page);
  step.putMapping(step.pid, name, mapping);
  writePage(step, mapping, text, summary);
  return mapping;
}

/** Gives a page new text in this process's view; a copy-on-write page becomes the process's own. */
export function writePage(step: Step, mapping: Mapping, text: string, summary: string): void {
  const { process, program, machine } = step;
  if (mapping.cow) {
    const number = machine.nextPage++;
    step.onUndo(() => {
      machine.nextPage = number;
    });
    const page: Page = {
      id: `p${number}`,
      name: mapping.name,
      owner: step.pid,
      shared: false,
      version: 0,
      hash: '',
      tokens: 0,
      summary: '',
    };
    step.putPage(page.id, page);
    mapping.page = page.id;
    mapping.version = 0;
    mapping.cow = false;
  }
  const tokens = step.count(renderPage(mapping.name, text));
  if (tokens > program.memory.page)
    throw new FaultError(
      'heap',
      `page ${mapping.name} would have ${tokens} tokens, over the page size of ${program.memory.page}`,
    );
  const heap = process.used.heap - mapping.charge + tokens;
  if (heap > program.memory.heap)
    throw new FaultError('heap', `the heap would have ${heap} tokens, over its limit of ${program.memory.heap}`);
  process.used.heap = heap;
  mapping.charge = tokens;
  mapping.tokens = tokens;
  mapping.hash = step.put(text);
  mapping.summary = summary ? oneLine(summary) : autoSummary(text);
  mapping.dirty = true;
  touch(step, mapping);
  if (mapping.resident) makeRoom(step, new Set([mapping.name]), mapping);
}

/** Writes dirty pages back as new versions. */
export function commitPages(step: Step, names: readonly string[] | undefined, overwrite: boolean): string[] {
  const table = step.machine.table(step.pid);
  const dirty = names ?? [...table.values()].filter((m) => m.dirty).map((m) => m.name);
  const written: string[] = [];
  for (const name of [...dirty].sort()) {
    const mapping = table.get(name);
    if (!mapping) throw new FaultError('page', `there is no page ${name}`);
    if (!mapping.dirty) continue;
    if (mapping.shared) requireAccess(step, name, 'write');
    const current = step.machine.pages.get(mapping.page);
    if (!current) throw new FaultError('page', `page ${name} was freed`);
    if (current.version !== mapping.version && !overwrite)
      throw new FaultError(
        'conflict',
        `page ${name} is at version ${current.version}, this process started from version ${mapping.version}`,
      );
    const page: Page = {
      ...current,
      version: current.version + 1,
      hash: mapping.hash,
      tokens: mapping.tokens,
      summary: mapping.summary,
    };
    step.putPage(page.id, page);
    step.changes.versions.push(page);
    const own = step.editMapping(step.pid, name)!;
    own.version = page.version;
    own.dirty = false;
    written.push(name);
    if (mapping.shared) wake(step, name);
  }
  return written;
}

/** Schedules the processes that are blocked on a page, which they will find mapped at their next instruction. */
function wake(step: Step, name: string): void {
  for (const pid of step.machine.blockedOn(name)) {
    if (pid !== step.pid) step.setState(step.edit(pid), 'READY');
  }
}

/** Removes a page from the process, and from everyone if it is shared. */
export function freePage(step: Step, name: string): void {
  const mapping = requirePage(step, name, 'write');
  dropMapping(step, mapping);
  if (!mapping.cow) step.putPage(mapping.page, undefined);
}

/** Takes a page out of a page table and off the heap of its process. */
export function dropMapping(step: Step, mapping: Mapping): void {
  step.edit(mapping.pid).used.heap -= mapping.charge;
  step.putMapping(mapping.pid, mapping.name, undefined);
}

/** Copy-on-write: the child sees what the parent sees, page by page, charged to the child only when it writes. */
export function forkPages(step: Step, child: number): void {
  for (const mapping of step.machine.table(step.pid).values()) {
    // A dirty view of a shared page is the parent's own until it commits.
    if (mapping.shared && mapping.dirty) continue;
    step.putMapping(child, mapping.name, {
      ...mapping,
      pid: child,
      cow: !mapping.shared,
      dirty: false,
      charge: 0,
      referenced: false,
    });
  }
}

const word = /[\p{L}\p{N}_]+/gu;

/**
 * Pages whose name, summary or text fits words best: BM25 over the process's pages and the shared pages it may
 * read. k1 = 1.2, b = 0.75 (Robertson and Zaragoza, 2009). Ties go to the name that sorts first.
 */
export async function findPages(step: Step, query: string, limit: number): Promise<string[]> {
  const terms = [...new Set(query.toLowerCase().match(word) ?? [])].slice(0, 64);
  const names = new Map<string, string>();
  for (const m of step.machine.table(step.pid).values())
    if (!m.shared || mayUse(step.program, m.name, 'read')) names.set(m.name, m.hash);
  for (const page of step.machine.sharedPages())
    if (page.version > 0 && !names.has(page.name) && mayUse(step.program, page.name, 'read'))
      names.set(page.name, page.hash);
  const documents: { name: string; counts: Map<string, number>; length: number }[] = [];
  const containing = new Map<string, number>();
  let total = 0;
  for (const [name, hash] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const text = `${name} ${hash ? await step.machine.contents.get(hash) : ''}`.toLowerCase();
    const counts = new Map<string, number>();
    let length = 0;
    for (const [w] of text.matchAll(word)) {
      length++;
      if (terms.includes(w)) counts.set(w, (counts.get(w) ?? 0) + 1);
    }
    for (const w of counts.keys()) containing.set(w, (containing.get(w) ?? 0) + 1);
    total += length;
    documents.push({ name, counts, length });
  }
  const mean = total / Math.max(1, documents.length);
  const scored = documents.map(({ name, counts, length }) => {
    let score = 0;
    for (const [w, f] of counts) {
      const n = containing.get(w)!;
      const idf = Math.log(1 + (documents.length - n + 0.5) / (n + 0.5));
      score += (idf * f * 2.2) / (f + 1.2 * (0.25 + (0.75 * length) / mean));
    }
    return { name, score };
  });
  return scored
    .filter((s) => s.score > 0)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map((s) => s.name);
}
