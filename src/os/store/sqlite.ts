import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import { ResidentError } from '../../errors.ts';
import type { ColumnTypes } from './migrations.ts';
import type { Tables } from './tables.ts';

/** A database that Kysely can query, and the lease on it. */
export interface Connection {
  database: Kysely<Tables>;
  types: ColumnTypes;
  /**
   * Makes this the only kernel of the machine, until `close` or until this operating-system process dies.
   * @throws ResidentError if another kernel has it
   */
  lease(): Promise<void>;
  /** Gives the space of removed rows back. */
  compact(): Promise<void>;
  /** Checks what the database itself can check; an empty list is good. */
  integrity(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * SQLite in a file, or in memory for `:memory:`. WAL and synchronous=FULL: a commit that returned survives
 * a kill and a loss of power.
 */
export function openSqlite(path: string): Connection {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  let raw: DatabaseSync;
  try {
    raw = new DatabaseSync(path, { timeout: 10_000 });
    raw.exec('pragma journal_mode=WAL; pragma synchronous=FULL; pragma foreign_keys=ON;');
  } catch (error) {
    throw new ResidentError(`${path}: is no store: ${(error as Error).message}`, { cause: error });
  }
  let leased: DatabaseSync | undefined;
  return {
    database: new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(raw) }) }),
    types: { text: 'text', integer: 'integer', real: 'real' },
    async lease() {
      if (path === ':memory:' || leased) return;
      // The lock of an exclusive transaction is the kernel's: it goes when the process dies, however it dies.
      const lock = new DatabaseSync(`${path}.lease`, { timeout: 0 });
      try {
        lock.exec('pragma journal_mode=DELETE; begin exclusive');
      } catch {
        lock.close();
        throw new ResidentError(`${path}: another kernel is running this machine; stop it first, or use another store`);
      }
      leased = lock;
    },
    async compact() {
      raw.exec('vacuum; pragma wal_checkpoint(truncate)');
    },
    async integrity() {
      const rows = raw.prepare('pragma integrity_check').all() as { integrity_check: string }[];
      return rows.map((r) => r.integrity_check).filter((text) => text !== 'ok');
    },
    async close() {
      leased?.close();
      leased = undefined;
      if (raw.isOpen) raw.close();
    },
  };
}

/** What Kysely's SQLite dialect wants of a driver, on node:sqlite, with prepared statements kept. */
function adapt(raw: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, ReturnType<typeof wrap>>();
  return {
    close: () => raw.close(),
    prepare(text) {
      let statement = statements.get(text);
      if (!statement) {
        // A transaction that reads first and writes later must not find the write lock taken in between.
        statement = wrap(raw.prepare(text === 'begin' ? 'begin immediate' : text));
        if (statements.size > 500) statements.clear();
        statements.set(text, statement);
      }
      return statement;
    },
  };
}

function wrap(statement: StatementSync) {
  type Parameters = (string | number | bigint | null)[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...(parameters as Parameters)),
    run: (parameters: readonly unknown[]) => statement.run(...(parameters as Parameters)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as Parameters)),
  };
}
