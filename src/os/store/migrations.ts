import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

// Migrations run in order, each in one transaction with the number that says it is done.

type Migration = (database: Kysely<Tables>, types: ColumnTypes) => Promise<void>;

export interface ColumnTypes {
  text: 'text';
  integer: 'bigint' | 'integer';
  real: 'double precision' | 'real';
}

const first: Migration = async (database, { text, integer, real }) => {
  const { schema } = database;
  await schema
    .createTable('os_contents')
    .addColumn('hash', text, (c) => c.primaryKey())
    .addColumn('content', text, (c) => c.notNull())
    .execute();
  await schema
    .createTable('os_programs')
    .addColumn('hash', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('version', text, (c) => c.notNull())
    .addColumn('source', text, (c) => c.notNull())
    .execute();
  await schema
    .createTable('os_installed')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('program', text, (c) => c.notNull())
    .execute();
  await schema
    .createTable('os_processes')
    .addColumn('pid', integer, (c) => c.primaryKey())
    .addColumn('parent', integer)
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('wake_at', integer)
    .addColumn('data', text, (c) => c.notNull())
    .execute();
  await schema
    .createTable('os_pages')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('shared', integer, (c) => c.notNull())
    .addColumn('owner', integer, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .execute();
  await schema
    .createTable('os_versions')
    .addColumn('page', text, (c) => c.notNull())
    .addColumn('version', integer, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('tokens', integer, (c) => c.notNull())
    .addColumn('sequence', integer, (c) => c.notNull())
    .addColumn('pid', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('os_versions_key', ['page', 'version'])
    .execute();
  await schema
    .createTable('os_mappings')
    .addColumn('pid', integer, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('os_mappings_key', ['pid', 'name'])
    .execute();
  await schema
    .createTable('os_messages')
    .addColumn('id', integer, (c) => c.primaryKey())
    .addColumn('recipient', integer, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .execute();
  await schema
    .createTable('os_calls')
    .addColumn('key', text, (c) => c.primaryKey())
    .addColumn('pid', integer, (c) => c.notNull())
    .addColumn('handle', text, (c) => c.notNull())
    .addColumn('tool', text, (c) => c.notNull())
    .addColumn('arguments', text, (c) => c.notNull())
    .addColumn('recovery', text)
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('outcome', text)
    .addColumn('sequence', integer, (c) => c.notNull())
    .execute();
  await schema
    .createTable('os_events')
    .addColumn('sequence', integer, (c) => c.primaryKey())
    .addColumn('pid', integer, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('op', text, (c) => c.notNull())
    .addColumn('pc', text, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .addColumn('detail', text, (c) => c.notNull())
    .addColumn('window', text)
    .addColumn('prompt_tokens', integer, (c) => c.notNull())
    .addColumn('reused_tokens', integer, (c) => c.notNull())
    .addColumn('output_tokens', integer, (c) => c.notNull())
    .addColumn('milliseconds', real, (c) => c.notNull())
    .addColumn('cost', real, (c) => c.notNull())
    .addColumn('state_hash', text, (c) => c.notNull())
    .addColumn('chain_hash', text, (c) => c.notNull())
    .execute();
  await schema.createIndex('os_events_of_process').on('os_events').columns(['pid', 'sequence']).execute();
  await schema
    .createTable('os_signals')
    .addColumn('id', integer, (c) => c.primaryKey())
    .addColumn('pid', integer, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .execute();
};

const migrations: readonly Migration[] = [first];

/** Brings the tables up to date. @returns the version of the schema that was found, 0 for a new store */
export async function migrate(database: Kysely<Tables>, types: ColumnTypes): Promise<number> {
  await sql`create table if not exists os_meta (key text primary key, value text not null)`.execute(database);
  const row = await database.selectFrom('os_meta').select('value').where('key', '=', 'schema').executeTakeFirst();
  const found = Number(row?.value ?? 0);
  if (found > migrations.length)
    throw new Error(
      `the store has schema ${found}, this version knows up to ${migrations.length}: use a newer resident`,
    );
  for (let version = found; version < migrations.length; version++) {
    await database.transaction().execute(async (transaction) => {
      await migrations[version]!(transaction, types);
      await transaction
        .insertInto('os_meta')
        .values({ key: 'schema', value: String(version + 1) })
        .onConflict((c) => c.column('key').doUpdateSet({ value: String(version + 1) }))
        .execute();
    });
  }
  return found;
}
