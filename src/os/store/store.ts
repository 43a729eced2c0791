import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { ResidentError } from '../../errors.ts';
import { canonical, type Json, sha256 } from '../json.ts';
import { CachedContents, type Contents, Machine, type MachineData } from '../machine.ts';
import type { Program } from '../program.ts';
import type { Sealed } from '../reducer.ts';
import type { Call, Event, Outcome } from '../state.ts';
import { type Detail, registerProgram } from '../step.ts';
import { migrate } from './migrations.ts';
import { openPostgres } from './postgres.ts';
import { type Connection, openSqlite } from './sqlite.ts';
import { compileStatements, type Statements } from './statements.ts';
import type { Tables } from './tables.ts';

/** A signal that waits for the kernel. */
export type Request =
  | { signal: 'kill' | 'stop' | 'continue' | 'wake' }
  | { signal: 'sleep'; until: number }
  /** What the operator decides about a call whose outcome is not known. */
  | { signal: 'resolve'; decision: 'retry' | 'fail' };

export interface EventRow {
  event: Event;
  detail: Detail;
  stateHash: string;
  chainHash: string;
}

export interface OpenCall extends Call {
  pid: number;
  handle: string;
  status: 'intended' | 'unknown';
}

/** The state from which the retained events start. */
export interface Base {
  sequence: number;
  data: MachineData;
}

/**
 * The durable side of one machine: SQLite in a file or PostgreSQL at a URL, one query layer over both.
 * @param location a path, `:memory:`, or `postgres://...`
 */
export async function openStore(location: string): Promise<Store> {
  const connection = /^postgres(ql)?:\/\//.test(location) ? await openPostgres(location) : openSqlite(location);
  try {
    const store = new Store(location, connection);
    await store.initialize();
    return store;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

export class Store {
  readonly location: string;
  readonly #connection: Connection;
  readonly #db: Kysely<Tables>;
  readonly #statements: Statements;
  /** Contents known to be in the store: no second insert. */
  readonly #known = new Set<string>();

  constructor(location: string, connection: Connection) {
    this.location = location;
    this.#connection = connection;
    this.#db = connection.database;
    this.#statements = compileStatements(connection.database);
  }

  async initialize(): Promise<void> {
    const found = await migrate(this.#db, this.#connection.types);
    if (found > 0) return;
    const machine = new Machine(randomUUID(), new CachedContents(async () => undefined));
    const base = canonical(machine.toJSON());
    await this.#db.transaction().execute(async (t) => {
      const hash = sha256(base);
      await t.insertInto('os_contents').values({ hash, content: base }).execute();
      const rows = { base: hash, base_sequence: '0', counters: counters(machine) };
      for (const [key, value] of Object.entries(rows)) await setMeta(t, key, value);
    });
  }

  /** Takes the lease: only one kernel runs a machine. */
  lease(): Promise<void> {
    return this.#connection.lease();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async content(hash: string): Promise<string | undefined> {
    const row = await this.#db.selectFrom('os_contents').select('content').where('hash', '=', hash).executeTakeFirst();
    return row?.content;
  }

  contents(): CachedContents {
    return new CachedContents((hash) => this.content(hash));
  }

  async #meta(key: string): Promise<string> {
    const row = await this.#db.selectFrom('os_meta').select('value').where('key', '=', key).executeTakeFirst();
    if (!row) throw new ResidentError(`${this.location}: the store has no ${key}: it is damaged`);
    return row.value;
  }

  /** The machine as of the last commit. */
  async load(contents: Contents = this.contents()): Promise<Machine> {
    await this.loadPrograms();
    const table = async (name: 'os_processes' | 'os_pages' | 'os_mappings' | 'os_messages') =>
      (await this.#db.selectFrom(name).select('data').execute()).map((row) => JSON.parse(row.data));
    const installed = await this.#db.selectFrom('os_installed').selectAll().execute();
    const head = JSON.parse(await this.#meta('counters'));
    const messages = (await table('os_messages')).sort((a, b) => a.id - b.id);
    return Machine.from(
      {
        ...head,
        processes: await table('os_processes'),
        pages: await table('os_pages'),
        mappings: await table('os_mappings'),
        messages,
        programs: Object.fromEntries(installed.map((row) => [row.name, row.program])),
      },
      contents,
    );
  }

  async loadPrograms(): Promise<void> {
    for (const row of await this.#db.selectFrom('os_programs').selectAll().execute())
      registerProgram(row.source, row.name);
  }

  async putProgram(program: Program): Promise<void> {
    const { hash, name, version, source } = program;
    await this.#db
      .insertInto('os_programs')
      .values({ hash, name, version, source })
      .onConflict((c) => c.column('hash').doNothing())
      .execute();
  }

  /**
   * Commits one event: event, processes, pages, page tables, contents, messages and calls in one transaction.
   * @throws ResidentError if the store has moved on without this kernel
   */
  async commit(machine: Machine, sealed: Sealed): Promise<void> {
    const { step, event } = sealed;
    const { changes, detail } = step;
    const fresh: string[] = [];
    await this.#db.transaction().execute(async (t) => {
      await this.#moveOn(t, machine, event.sequence);
      for (const hash of changes.contents) {
        if (this.#known.has(hash)) continue;
        const content = await machine.contents.get(hash);
        await this.#statements.content.run(t, [hash, content]);
        fresh.push(hash);
      }
      await this.#writeState(t, machine, sealed);
      for (const message of changes.sent)
        if (machine.mailboxes.get(message.to)?.some((m) => m.id === message.id))
          await t
            .insertInto('os_messages')
            .values({ id: message.id, recipient: message.to, data: canonical(message) })
            .execute();
      if (changes.received.length > 0)
        await t
          .deleteFrom('os_messages')
          .where(
            'id',
            'in',
            changes.received.map((m) => m.id),
          )
          .execute();
      for (const page of changes.versions)
        await t
          .insertInto('os_versions')
          .values({
            page: page.id,
            version: page.version,
            hash: page.hash,
            tokens: page.tokens,
            sequence: event.sequence,
            pid: event.pid,
          })
          .execute();
      for (const call of changes.calls) await writeCall(t, call, event.sequence);
      for (const { name, program } of changes.installed)
        await t
          .insertInto('os_installed')
          .values({ name, program })
          .onConflict((c) => c.column('name').doUpdateSet({ program }))
          .execute();
      const alu = event.kind === 'step' ? event.alu : undefined;
      const { sequence, pid, at, kind, ...data } = event;
      await this.#statements.event.run(t, [
        sequence,
        pid,
        at,
        kind,
        detail.op,
        detail.pc,
        canonical(data),
        canonical(detail),
        detail.window ?? null,
        alu?.promptTokens ?? 0,
        alu?.reusedTokens ?? 0,
        alu?.outputTokens ?? 0,
        alu?.milliseconds ?? 0,
        alu?.cost ?? 0,
        sealed.state,
        sealed.chain,
      ]);
    });
    for (const hash of fresh) this.#known.add(hash);
    if (this.#known.size > 200_000) this.#known.clear();
    if (machine.contents instanceof CachedContents) machine.contents.release(changes.contents);
  }

  /** Advances the head by one event; refuses if the head is not where this kernel left it. */
  async #moveOn(t: Transaction<Tables>, machine: Machine, sequence: number): Promise<void> {
    const old = `%"sequence":${sequence - 1}}`;
    const moved = await this.#statements.moveOn.run(t, [counters(machine), 'counters', old]);
    if (moved !== 1n)
      throw new ResidentError(`${this.location}: another kernel has taken this machine over; this one stops`);
  }

  async #writeState(t: Transaction<Tables>, machine: Machine, sealed: Sealed): Promise<void> {
    for (const [pid, json] of sealed.processes) {
      if (json === null) {
        await t.deleteFrom('os_processes').where('pid', '=', pid).execute();
        continue;
      }
      const row = processRow(machine.processes.get(pid)!, json);
      await this.#statements.process.run(t, [pid, row.parent, row.name, row.state, row.wake_at, json]);
    }
    for (const [id, json] of sealed.pages) {
      if (json === null) {
        await t.deleteFrom('os_pages').where('id', '=', id).execute();
        continue;
      }
      const { name, shared, owner } = machine.pages.get(id)!;
      await this.#statements.page.run(t, [id, name, Number(shared), owner, json]);
    }
    for (const [pid, name, json] of sealed.mappings) {
      if (json === null) {
        await t.deleteFrom('os_mappings').where('pid', '=', pid).where('name', '=', name).execute();
        continue;
      }
      await this.#statements.mapping.run(t, [pid, name, machine.table(pid).get(name)!.hash, json]);
    }
  }

  /** Calls whose result is not there. */
  async openCalls(): Promise<OpenCall[]> {
    const rows = await this.#db.selectFrom('os_calls').selectAll().where('status', '<>', 'done').execute();
    return rows
      .sort((a, b) => a.sequence - b.sequence)
      .map((row) => ({
        key: row.key,
        pid: row.pid,
        handle: row.handle,
        tool: row.tool,
        arguments: JSON.parse(row.arguments) as Record<string, Json>,
        recovery: row.recovery as OpenCall['recovery'],
        into: null,
        outcome: null,
        status: row.status as OpenCall['status'],
      }));
  }

  /** Marks a call whose outcome nobody knows: the operator decides. */
  async markUnknown(key: string): Promise<void> {
    await this.#db.updateTable('os_calls').set({ status: 'unknown' }).where('key', '=', key).execute();
  }

  async request(pid: number, request: Request): Promise<void> {
    await this.#db.transaction().execute(async (t) => {
      const { last } = await t
        .selectFrom('os_signals')
        .select((e) => e.fn.max('id').as('last'))
        .executeTakeFirstOrThrow();
      await t
        .insertInto('os_signals')
        .values({ id: Number(last ?? 0) + 1, pid, data: canonical(request) })
        .execute();
    });
  }

  async requests(): Promise<{ id: number; pid: number; request: Request }[]> {
    const rows = await this.#db.selectFrom('os_signals').selectAll().orderBy('id').execute();
    return rows.map((row) => ({ id: row.id, pid: row.pid, request: JSON.parse(row.data) as Request }));
  }

  async forgetRequest(id: number): Promise<void> {
    await this.#db.deleteFrom('os_signals').where('id', '=', id).execute();
  }

  /** Events in order. */
  async *events(range: { after?: number; until?: number; pid?: number } = {}): AsyncGenerator<EventRow> {
    let after = range.after ?? 0;
    for (;;) {
      let query = this.#db.selectFrom('os_events').selectAll().where('sequence', '>', after).orderBy('sequence');
      if (range.until !== undefined) query = query.where('sequence', '<=', range.until);
      if (range.pid !== undefined) query = query.where('pid', '=', range.pid);
      const rows = await query.limit(500).execute();
      for (const row of rows)
        yield {
          event: {
            ...JSON.parse(row.data),
            sequence: row.sequence,
            pid: row.pid,
            at: row.at,
            kind: row.kind,
          } as Event,
          detail: JSON.parse(row.detail) as Detail,
          stateHash: row.state_hash,
          chainHash: row.chain_hash,
        };
      if (rows.length < 500) return;
      after = rows.at(-1)!.sequence;
    }
  }

  async base(): Promise<Base> {
    const hash = await this.#meta('base');
    const text = await this.content(hash);
    if (text === undefined) throw new ResidentError(`${this.location}: the base snapshot is missing`);
    return { sequence: Number(await this.#meta('base_sequence')), data: JSON.parse(text) as MachineData };
  }

  /** Fills an empty store with a machine as its base: how a fork begins. */
  async plant(machine: Machine, contents: Iterable<string>, programs: Iterable<Program>): Promise<void> {
    if ((await this.head()).sequence !== 0) throw new ResidentError(`${this.location}: is not empty`);
    for (const program of programs) await this.putProgram(program);
    const data = machine.toJSON();
    const base = canonical(data);
    await this.#db.transaction().execute(async (t) => {
      for (const content of [base, ...contents])
        await t
          .insertInto('os_contents')
          .values({ hash: sha256(content), content })
          .onConflict((c) => c.column('hash').doNothing())
          .execute();
      await setMeta(t, 'base', sha256(base));
      await setMeta(t, 'base_sequence', String(machine.sequence));
      await setMeta(t, 'counters', counters(machine));
      for (const process of data.processes) await t.insertInto('os_processes').values(processRow(process)).execute();
      for (const page of data.pages) await t.insertInto('os_pages').values(pageRow(page)).execute();
      for (const mapping of data.mappings) await t.insertInto('os_mappings').values(mappingRow(mapping)).execute();
      for (const message of data.messages)
        await t
          .insertInto('os_messages')
          .values({ id: message.id, recipient: message.to, data: canonical(message) })
          .execute();
      for (const [name, program] of Object.entries(data.programs))
        await t.insertInto('os_installed').values({ name, program }).execute();
      for (const process of data.processes)
        for (const [handle, call] of Object.entries(process.calls))
          if (!call.outcome) await writeCall(t, { ...call, pid: process.pid, handle }, machine.sequence);
    });
  }

  async head(): Promise<{ id: string; sequence: number; chain: string }> {
    return JSON.parse(await this.#meta('counters'));
  }

  /** Rows and bytes, for `gc` and `bench os`. */
  async size(): Promise<{ events: number; contents: number; bytes: number; versions: number }> {
    const count = async (table: 'os_events' | 'os_contents' | 'os_versions') =>
      Number(
        (
          await this.#db
            .selectFrom(table)
            .select((e) => e.fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      );
    const { bytes } = await this.#db
      .selectFrom('os_contents')
      .select((e) => e.fn.sum(e.fn<number>('length', ['content'])).as('bytes'))
      .executeTakeFirstOrThrow();
    return {
      events: await count('os_events'),
      contents: await count('os_contents'),
      versions: await count('os_versions'),
      bytes: Number(bytes ?? 0),
    };
  }

  /** Gives space back after rows were removed, and forgets which contents are known to be there. */
  async compact(): Promise<void> {
    this.#known.clear();
    await this.#connection.compact();
  }

  integrity(): Promise<string[]> {
    return this.#connection.integrity();
  }

  /** The query layer itself, for retention and inspection. */
  get database(): Kysely<Tables> {
    return this.#db;
  }
}

function counters(machine: Machine): string {
  const { id, sequence, chain, nextPid, nextPage, nextMessage } = machine;
  // `sequence` is last: canonical order, and what #moveOn compares.
  return canonical({ id, sequence, chain, nextPid, nextPage, nextMessage });
}

async function setMeta(t: Kysely<Tables>, key: string, value: string): Promise<void> {
  await t
    .insertInto('os_meta')
    .values({ key, value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute();
}

function processRow(process: MachineData['processes'][number], json = canonical(process)) {
  const { pid, parent, name, state, wait } = process;
  const wakeAt = wait?.kind === 'timer' || wait?.kind === 'message' ? wait.until : null;
  return { pid, parent, name, state, wake_at: wakeAt === null ? null : Math.ceil(wakeAt), data: json };
}

function pageRow(page: MachineData['pages'][number], json = canonical(page)) {
  return { id: page.id, name: page.name, shared: Number(page.shared), owner: page.owner, data: json };
}

function mappingRow(mapping: MachineData['mappings'][number], json = canonical(mapping)) {
  return { pid: mapping.pid, name: mapping.name, hash: mapping.hash, data: json };
}

async function writeCall(
  t: Transaction<Tables>,
  call: Call & { pid: number; handle: string },
  sequence: number,
): Promise<void> {
  const status = call.outcome ? 'done' : 'intended';
  const outcome = call.outcome ? canonical(call.outcome satisfies Outcome) : null;
  await t
    .insertInto('os_calls')
    .values({
      key: call.key,
      pid: call.pid,
      handle: call.handle,
      tool: call.tool,
      arguments: canonical(call.arguments),
      recovery: call.recovery,
      status,
      outcome,
      sequence,
    })
    .onConflict((c) => c.column('key').doUpdateSet({ status, outcome }))
    .execute();
}
