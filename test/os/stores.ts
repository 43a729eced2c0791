import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { type Server, serverPrograms, startServer } from '../../scripts/postgres-server.ts';

export interface StoreKind {
  name: string;
  /** Location of a new, empty store. */
  fresh(): Promise<string>;
}

/** Runs a suite on both stores; PostgreSQL is skipped where its server is not installed. */
export function onBothStores(title: string, suite: (kind: StoreKind, hooks: { close(): void }) => void): void {
  describe(`${title}: SQLite`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'resident-os-'));
    let files = 0;
    suite(
      { name: 'sqlite', fresh: async () => join(folder, `machine-${++files}.sqlite`) },
      { close: () => rmSync(folder, { recursive: true, force: true }) },
    );
  });
  describe.skipIf(!serverPrograms())(`${title}: PostgreSQL (needs the package postgresql)`, () => {
    let server: Promise<Server> | undefined;
    suite(
      {
        name: 'postgres',
        fresh: async () => {
          server ??= startServer();
          return await (await server).fresh();
        },
      },
      {
        close: () => {
          void server?.then((s) => s.stop());
        },
      },
    );
  });
}
