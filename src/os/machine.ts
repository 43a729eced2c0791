import { canonical, type Json, sha256 } from './json.ts';
import type { Mapping, Message, Page, Process } from './state.ts';

/** Content by address. The machine's swap: everything not in here comes from the store. */
export interface Contents {
  /** @throws Error if no content has this address: the store is damaged */
  get(hash: string): Promise<string>;
  put(text: string): string;
}

/** Contents in memory only. */
export class MemoryContents implements Contents {
  readonly texts = new Map<string, string>();
  async get(hash: string): Promise<string> {
    const text = this.texts.get(hash);
    if (text === undefined) throw new Error(`content ${hash} is missing`);
    return text;
  }
  put(text: string): string {
    const hash = sha256(text);
    this.texts.set(hash, text);
    return hash;
  }
}

/** Contents of a store behind a cache of bounded size. New contents stay until {@link release}. */
export class CachedContents implements Contents {
  readonly #load: (hash: string) => Promise<string | undefined>;
  readonly #limit: number;
  readonly #cache = new Map<string, string>();
  readonly #fresh = new Map<string, string>();
  #characters = 0;

  constructor(load: (hash: string) => Promise<string | undefined>, limitCharacters = 32 << 20) {
    this.#load = load;
    this.#limit = limitCharacters;
  }

  async get(hash: string): Promise<string> {
    const fresh = this.#fresh.get(hash);
    if (fresh !== undefined) return fresh;
    const cached = this.#cache.get(hash);
    if (cached !== undefined) {
      this.#cache.delete(hash);
      this.#cache.set(hash, cached);
      return cached;
    }
    const text = await this.#load(hash);
    if (text === undefined) throw new Error(`content ${hash} is missing from the store`);
    this.#keep(hash, text);
    return text;
  }

  put(text: string): string {
    const hash = sha256(text);
    this.#fresh.set(hash, text);
    return hash;
  }

  /** After a commit: the store has these now. */
  release(hashes: Iterable<string>): void {
    for (const hash of hashes) {
      const text = this.#fresh.get(hash);
      this.#fresh.delete(hash);
      if (text !== undefined) this.#keep(hash, text);
    }
  }

  #keep(hash: string, text: string): void {
    if (!this.#cache.has(hash)) this.#characters += text.length;
    this.#cache.set(hash, text);
    for (const [old, oldText] of this.#cache) {
      if (this.#characters <= this.#limit) break;
      this.#cache.delete(old);
      this.#characters -= oldText.length;
    }
  }
}

/** The whole machine between two instructions. */
export class Machine {
  /** Of this machine and no other, also not of its forks: part of every idempotency key. */
  id: string;
  sequence = 0;
  /** Hash over all states so far. */
  chain = '';
  nextPid = 1;
  nextPage = 1;
  nextMessage = 1;
  readonly processes = new Map<number, Process>();
  readonly pages = new Map<string, Page>();
  readonly mappings = new Map<number, Map<string, Mapping>>();
  readonly mailboxes = new Map<number, Message[]>();
  /** Programs that FORK can start, by name. */
  readonly programs = new Map<string, string>();
  readonly contents: Contents;

  // Derived from the above, never stored.
  readonly #sharedNames = new Map<string, string>();
  readonly #blockedOn = new Map<string, Set<number>>();

  constructor(id: string, contents: Contents) {
    this.id = id;
    this.contents = contents;
  }

  table(pid: number): Map<string, Mapping> {
    let table = this.mappings.get(pid);
    if (!table) {
      table = new Map();
      this.mappings.set(pid, table);
    }
    return table;
  }

  sharedPage(name: string): Page | undefined {
    const id = this.#sharedNames.get(name);
    return id === undefined ? undefined : this.pages.get(id);
  }

  sharedPages(): Page[] {
    return [...this.#sharedNames.values()].map((id) => this.pages.get(id)!);
  }

  /** Processes in state BLOCKED on a shared page. */
  blockedOn(name: string): number[] {
    return [...(this.#blockedOn.get(name) ?? [])].sort((a, b) => a - b);
  }

  putProcess(pid: number, process: Process | undefined): void {
    const old = this.processes.get(pid);
    if (old?.wait?.kind === 'page') this.unindexBlocked(old.wait.page, pid);
    if (process) {
      this.processes.set(pid, process);
      if (process.wait?.kind === 'page') this.indexBlocked(process.wait.page, pid);
    } else {
      this.processes.delete(pid);
      this.mappings.delete(pid);
      this.mailboxes.delete(pid);
    }
  }

  indexBlocked(page: string, pid: number): void {
    let pids = this.#blockedOn.get(page);
    if (!pids) {
      pids = new Set();
      this.#blockedOn.set(page, pids);
    }
    pids.add(pid);
  }

  unindexBlocked(page: string, pid: number): void {
    const pids = this.#blockedOn.get(page);
    pids?.delete(pid);
    if (pids?.size === 0) this.#blockedOn.delete(page);
  }

  putPage(id: string, page: Page | undefined): void {
    const old = this.pages.get(id);
    if (old?.shared && this.#sharedNames.get(old.name) === id) this.#sharedNames.delete(old.name);
    if (!page) {
      this.pages.delete(id);
      return;
    }
    this.pages.set(id, page);
    if (page.shared) this.#sharedNames.set(page.name, id);
  }

  putMapping(pid: number, name: string, mapping: Mapping | undefined): void {
    if (mapping) this.table(pid).set(name, mapping);
    else this.mappings.get(pid)?.delete(name);
  }

  /** The whole state as plain data, for snapshots and comparisons. */
  toJSON(): MachineData {
    const byKey = <K, V>(map: Map<K, V>) => [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, v]) => v);
    return {
      id: this.id,
      sequence: this.sequence,
      chain: this.chain,
      nextPid: this.nextPid,
      nextPage: this.nextPage,
      nextMessage: this.nextMessage,
      processes: byKey(this.processes),
      pages: byKey(this.pages),
      mappings: byKey(this.mappings).flatMap((table) => byKey(table)),
      messages: byKey(this.mailboxes).flat(),
      programs: Object.fromEntries(this.programs),
    };
  }

  /** A machine from {@link toJSON}'s data. Takes the objects over. */
  static from(data: MachineData, contents: Contents): Machine {
    const machine = new Machine(data.id, contents);
    machine.sequence = data.sequence;
    machine.chain = data.chain;
    machine.nextPid = data.nextPid;
    machine.nextPage = data.nextPage;
    machine.nextMessage = data.nextMessage;
    for (const process of data.processes) machine.putProcess(process.pid, process);
    for (const page of data.pages) machine.putPage(page.id, page);
    for (const mapping of data.mappings) machine.putMapping(mapping.pid, mapping.name, mapping);
    for (const message of data.messages) {
      const box = machine.mailboxes.get(message.to);
      if (box) box.push(message);
      else machine.mailboxes.set(message.to, [message]);
    }
    for (const [name, hash] of Object.entries(data.programs)) machine.programs.set(name, hash);
    return machine;
  }
}

export interface MachineData {
  id: string;
  sequence: number;
  chain: string;
  nextPid: number;
  nextPage: number;
  nextMessage: number;
  processes: Process[];
  pages: Page[];
  mappings: Mapping[];
  messages: Message[];
  programs: Record<string, string>;
}

/** A copy that shares nothing. */
export function copy<T>(value: T): T {
  return structuredClone(value);
}

/** Rough size of a value, for limits: characters of its JSON. */
export function sizeOf(value: Json): number {
  return typeof value === 'string' ? value.length : canonical(value).length;
}
