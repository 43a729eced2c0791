import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { ResidentError } from '../../errors.ts';
import type { Connection } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Number of the advisory lock that is the lease: "resident" in letters' positions, and nothing else uses it. */
const leaseKey = 18_519_94;

/** PostgreSQL at a URL. One database (or schema, by `?options=-csearch_path%3DNAME`) holds one machine. */
export async function openPostgres(url: string): Promise<Connection> {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
  };
  // One connection for everything: the lease is its lock, so a successor waits until the server has finished the last
  // commit of a kernel that was killed.
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    idleTimeoutMillis: 0,
    keepAlive: true,
    types: types as unknown as pg.CustomTypesConfig,
  });
  // Connections that die while idle must not end the program; queries report their own errors.
  pool.on('error', () => {});
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new ResidentError(`${withoutPassword(url)}: cannot be reached: ${(error as Error).message}`, {
      cause: error,
    });
  }
  let leased = false;
  return {
    database: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
    types: { text: 'text', integer: 'bigint', real: 'double precision' },
    async lease() {
      if (leased) return;
      // The server notices a killed kernel a moment after the kill.
      for (let attempt = 0; attempt < 50; attempt++) {
        const { rows } = await pool.query(
          `select pg_try_advisory_lock(${leaseKey}, hashtext(current_schema())) as taken`,
        );
        leased = rows[0].taken === true;
        if (leased) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new ResidentError(
        `${withoutPassword(url)}: another kernel is running this machine; stop it first, or use another database`,
      );
    },
    async compact() {
      await pool.query('vacuum analyze');
    },
    async integrity() {
      // The server checks checksums when it reads: reading every row is the check.
      const { rows } = await pool.query('select count(*) as n, sum(length(content)) as bytes from os_contents');
      return rows.length === 1 ? [] : ['os_contents cannot be read'];
    },
    async close() {
      await pool.end();
    },
  };
}

function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1@');
}
