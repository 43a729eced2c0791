import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Folder of the server's programs; undefined where the distribution's postgresql package is not installed. */
export function serverPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((v) => join(root, v, 'bin'));
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (found) return found;
  const which = spawnSync('sh', ['-c', 'command -v initdb'], { encoding: 'utf8' }).stdout.trim();
  return which ? join(which, '..') : undefined;
}

export interface Server {
  /** URL of a fresh, empty schema. */
  fresh(): Promise<string>;
  stop(): void;
}

/** A PostgreSQL server of its own in a temporary folder, on a socket there, durable as in production (fsync on). */
export async function startServer(): Promise<Server> {
  const programs = serverPrograms()!;
  const folder = mkdtempSync(join(tmpdir(), 'resident-pg-'));
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? account() : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { cwd: folder, stdio: 'ignore' as const, ...user };
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'resident', '-A', 'trust', '-E', 'UTF8', '-N'], options);
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'shared_buffers=16MB', '-c', 'max_connections=40'],
    options,
  );
  const url = `postgresql://resident@/postgres?host=${encodeURIComponent(folder)}`;
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  let schemas = 0;
  return {
    async fresh() {
      const name = `machine_${++schemas}`;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`create schema ${name}`);
      await client.end();
      return `${url}&options=${encodeURIComponent(`-c search_path=${name}`)}`;
    },
    stop() {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function account(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
