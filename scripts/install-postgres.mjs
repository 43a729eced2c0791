// node scripts/install-postgres.mjs: installs the distribution's PostgreSQL server, if it is missing, for the tests of
// the operating system's store. They start a server of their own (scripts/postgres-server.ts); nothing runs after them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = '/usr/lib/postgresql';
const installed = () => existsSync(root) && readdirSync(root).some((v) => existsSync(join(root, v, 'bin/initdb')));

if (!installed()) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'],
  ]) {
    const { status, error } = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    if (status !== 0) {
      console.error(`PostgreSQL could not be installed: ${error?.message ?? `apt-get ${args[0]} failed`}.`);
      process.exit(1);
    }
  }
}
console.log(installed() ? 'PostgreSQL is installed.' : 'PostgreSQL is not installed.');
