import { type Compilable, CompiledQuery, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

// The statements of every commit. Building and compiling a query costs more than running it, so these are compiled
// once, by Kysely for the dialect at hand, and run with other parameters afterwards.

type Value = string | number | null;

/** A query with the parameters of its sample replaced, in the order in which the sample has them. */
class Statement<P extends readonly Value[]> {
  readonly #sql: string;

  constructor(sample: Compilable) {
    this.#sql = sample.compile().sql;
  }

  async run(database: Kysely<Tables>, parameters: P): Promise<bigint> {
    const { numAffectedRows } = await database.executeQuery(CompiledQuery.raw(this.#sql, [...parameters]));
    return numAffectedRows ?? 0n;
  }
}

export type Statements = ReturnType<typeof compileStatements>;

export function compileStatements(db: Kysely<Tables>) {
  return {
    /** New counters, and the pattern that the old ones must have. */
    moveOn: new Statement<[counters: string, key: 'counters', old: string]>(
      db.updateTable('os_meta').set({ value: '' }).where('key', '=', 'counters').where('value', 'like', ''),
    ),
    content: new Statement<[hash: string, content: string]>(
      db
        .insertInto('os_contents')
        .values({ hash: '', content: '' })
        .onConflict((c) => c.column('hash').doNothing()),
    ),
    process: new Statement<
      [pid: number, parent: number | null, name: string, state: string, wakeAt: number | null, data: string]
    >(
      db
        .insertInto('os_processes')
        .values({ pid: 0, parent: 0, name: '', state: '', wake_at: 0, data: '' })
        .onConflict((c) =>
          c.column('pid').doUpdateSet((e) => ({
            parent: e.ref('excluded.parent'),
            state: e.ref('excluded.state'),
            wake_at: e.ref('excluded.wake_at'),
            data: e.ref('excluded.data'),
          })),
        ),
    ),
    page: new Statement<[id: string, name: string, shared: number, owner: number, data: string]>(
      db
        .insertInto('os_pages')
        .values({ id: '', name: '', shared: 0, owner: 0, data: '' })
        .onConflict((c) => c.column('id').doUpdateSet((e) => ({ data: e.ref('excluded.data') }))),
    ),
    mapping: new Statement<[pid: number, name: string, hash: string, data: string]>(
      db
        .insertInto('os_mappings')
        .values({ pid: 0, name: '', hash: '', data: '' })
        .onConflict((c) =>
          c
            .columns(['pid', 'name'])
            .doUpdateSet((e) => ({ hash: e.ref('excluded.hash'), data: e.ref('excluded.data') })),
        ),
    ),
    event: new Statement<
      [
        sequence: number,
        pid: number,
        at: number,
        kind: string,
        op: string,
        pc: string,
        data: string,
        detail: string,
        window: string | null,
        promptTokens: number,
        reusedTokens: number,
        outputTokens: number,
        milliseconds: number,
        cost: number,
        stateHash: string,
        chainHash: string,
      ]
    >(
      db.insertInto('os_events').values({
        sequence: 0,
        pid: 0,
        at: 0,
        kind: '',
        op: '',
        pc: '',
        data: '',
        detail: '',
        window: '',
        prompt_tokens: 0,
        reused_tokens: 0,
        output_tokens: 0,
        milliseconds: 0,
        cost: 0,
        state_hash: '',
        chain_hash: '',
      }),
    ),
  };
}
