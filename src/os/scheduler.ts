import type { Machine } from './machine.ts';

/** A binary heap of items with the smallest key first; equal keys in order of insertion. */
export class Heap<T> {
  readonly #items: { key: number; order: number; item: T }[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  peek(): { key: number; item: T } | undefined {
    return this.#items[0];
  }

  push(key: number, item: T): void {
    const entry = { key, order: this.#order++, item };
    let i = this.#items.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, this.#items[parent]!)) break;
      this.#items[i] = this.#items[parent]!;
      i = parent;
    }
    this.#items[i] = entry;
  }

  pop(): { key: number; item: T } | undefined {
    const top = this.#items[0];
    const last = this.#items.pop();
    if (!top || !last || this.#items.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#items.length) break;
      if (child + 1 < this.#items.length && before(this.#items[child + 1]!, this.#items[child]!)) child++;
      if (!before(this.#items[child]!, last)) break;
      this.#items[i] = this.#items[child]!;
      i = child;
    }
    this.#items[i] = last;
    return top;
  }
}

function before(a: { key: number; order: number }, b: { key: number; order: number }): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}

export type SchedulingPolicy = 'round-robin' | 'priority';

/** Instructions of others that a process waits through to gain one level of priority. */
export const ageing = 64;

/** How often a process may be passed over when a batch prefers others that share its pages. */
export const patience = 4;

/**
 * Decides who runs next. Every turn is one instruction.
 *
 * Round robin serves in the order of arrival. With priorities, a process is served before those that arrived
 * up to `ageing` turns per level of priority earlier; so nobody waits for ever.
 */
export class Scheduler {
  readonly #policy: SchedulingPolicy;
  readonly #queue = new Heap<number>();
  readonly #queued = new Set<number>();
  /** Processes whose next instruction is one for the ALU, with the turn at which they joined. */
  readonly #alu = new Map<number, { since: number; passed: number }>();
  #turn = 0;

  constructor(policy: SchedulingPolicy = 'priority') {
    this.#policy = policy;
  }

  /** Adds a ready process, if it is not there yet. */
  add(pid: number, priority: number): void {
    if (this.#queued.has(pid) || this.#alu.has(pid)) return;
    this.#queued.add(pid);
    this.#queue.push(this.#policy === 'priority' ? this.#turn - priority * ageing : this.#turn, pid);
  }

  /** The process whose turn it is. */
  next(): number | undefined {
    const entry = this.#queue.pop();
    if (!entry) return undefined;
    this.#turn++;
    this.#queued.delete(entry.item);
    return entry.item;
  }

  /** Puts a process aside for the next batch. */
  awaitAlu(pid: number): void {
    this.#alu.set(pid, { since: this.#turn, passed: 0 });
  }

  forget(pid: number): void {
    this.#alu.delete(pid);
  }

  get ready(): number {
    return this.#queue.size;
  }

  get waitingForAlu(): number {
    return this.#alu.size;
  }

  /** Whether to run a batch now: it is full, nobody else can go on, or its oldest has waited a whole round. */
  batchIsDue(instances: number): boolean {
    if (this.#alu.size === 0) return false;
    if (this.#alu.size >= instances || this.#queue.size === 0) return true;
    const oldest = this.#alu.values().next().value!;
    return this.#turn - oldest.since > this.#queue.size + this.#alu.size;
  }

  /**
   * Takes a batch: the one who has waited longest, then those that share most with it (tokens of the same program
   * and of the same shared pages in their windows), nobody being passed over more than {@link patience} times.
   */
  takeBatch(instances: number, machine: Machine, contextAware: boolean): number[] {
    const waiting = [...this.#alu.entries()];
    const head = waiting[0];
    if (!head) return [];
    let chosen = waiting.slice(0, instances);
    if (contextAware && waiting.length > instances) {
      const context = contextOf(machine, head[0]);
      const ranked = waiting
        .slice(0, 8 * instances)
        .map(([pid, wait], i) => ({
          pid,
          i,
          score:
            i === 0 || wait.passed >= patience ? Number.POSITIVE_INFINITY : overlap(context, contextOf(machine, pid)),
        }))
        .sort((a, b) => b.score - a.score || a.i - b.i);
      const picked = new Set(ranked.slice(0, instances).map((r) => r.pid));
      chosen = waiting.filter(([pid]) => picked.has(pid));
    }
    for (const [pid] of chosen) this.#alu.delete(pid);
    const last = chosen.at(-1)![0];
    for (const [pid, wait] of waiting) {
      if (pid === last) break;
      if (this.#alu.has(pid)) wait.passed++;
    }
    return chosen.map(([pid]) => pid);
  }
}

/** What a process's next window starts with: its program and its resident shared pages. */
function contextOf(machine: Machine, pid: number): Map<string, number> {
  const context = new Map<string, number>([[machine.processes.get(pid)!.program, 64]]);
  for (const m of machine.table(pid).values()) if (m.resident && m.shared) context.set(m.hash, m.tokens);
  return context;
}

function overlap(a: Map<string, number>, b: Map<string, number>): number {
  let tokens = 0;
  for (const [key, size] of b) if (a.has(key)) tokens += size;
  return tokens;
}
