import { ResidentError } from '../../errors.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

// A machine as text, one row of the store in each line: for another computer, or another kind of store.

const format = { format: 'resident-store', version: 1 } as const;

/** What is exported: everything but signals, which are for the kernel that runs. */
const columns = {
  os_contents: ['hash', 'content'],
  os_programs: ['hash', 'name', 'version', 'source'],
  os_installed: ['name', 'program'],
  os_processes: ['pid', 'parent', 'name', 'state', 'wake_at', 'data'],
  os_pages: ['id', 'name', 'shared', 'owner', 'data'],
  os_versions: ['page', 'version', 'hash', 'tokens', 'sequence', 'pid'],
  os_mappings: ['pid', 'name', 'hash', 'data'],
  os_messages: ['id', 'recipient', 'data'],
  os_calls: ['key', 'pid', 'handle', 'tool', 'arguments', 'recovery', 'status', 'outcome', 'sequence'],
  os_events: [
    ...['sequence', 'pid', 'at', 'kind', 'op', 'pc', 'data', 'detail', 'window', 'prompt_tokens', 'reused_tokens'],
    ...['output_tokens', 'milliseconds', 'cost', 'state_hash', 'chain_hash'],
  ],
  os_meta: ['key', 'value'],
} satisfies { [T in Exclude<keyof Tables, 'os_signals'>]: (keyof Tables[T] | string)[] };

type TableName = keyof typeof columns;

/** The lines of {@link importStore}, each without its line feed. */
export async function* exportStore(store: Store): AsyncGenerator<string> {
  yield JSON.stringify(format);
  for (const [table, names] of Object.entries(columns) as [TableName, string[]][]) {
    const rows = await store.database
      .selectFrom(table)
      .selectAll()
      .orderBy(names[0] as never)
      .execute();
    for (const row of rows as Record<string, unknown>[])
      yield JSON.stringify([table, ...names.map((name) => row[name])]);
  }
}

/**
 * Fills a store that has just been made.
 *
 * @returns rows
 * @throws ResidentError naming the line that is no row of a store, or when the store has a machine already
 */
export async function importStore(store: Store, lines: Iterable<string> | AsyncIterable<string>): Promise<number> {
  const { sequence } = await store.head();
  const { events } = await store.size();
  if (sequence > 0 || events > 0)
    throw new ResidentError(`${store.location}: has a machine already; import into a new store`, { exitCode: 2 });
  let number = 0;
  await store.database.transaction().execute(async (t) => {
    await t.deleteFrom('os_meta').execute();
    await t.deleteFrom('os_contents').execute();
    for await (const line of lines) {
      number++;
      if (number === 1) {
        if (line !== JSON.stringify(format)) throw bad(number, 'is not the head of a machine as `os export` writes it');
        continue;
      }
      const { table, row } = parseRow(line, number);
      await t
        .insertInto(table)
        .values(row as never)
        .execute();
    }
  });
  return number - 1;
}

function parseRow(line: string, number: number): { table: TableName; row: Record<string, string | number | null> } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw bad(number, 'is no JSON');
  }
  if (!Array.isArray(parsed)) throw bad(number, 'is no row');
  const [table, ...values] = parsed as unknown[];
  if (typeof table !== 'string' || !Object.hasOwn(columns, table))
    throw bad(number, `names no table: ${String(table)}`);
  const names: string[] = columns[table as TableName];
  const fits = values.length === names.length && values.every((v) => v === null || isScalar(v));
  if (!fits) throw bad(number, `has no row of ${table}`);
  return {
    table: table as TableName,
    row: Object.fromEntries(names.map((name, i) => [name, values[i] as string | number | null])),
  };
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

function bad(line: number, what: string): ResidentError {
  return new ResidentError(`line ${line} ${what}`);
}
