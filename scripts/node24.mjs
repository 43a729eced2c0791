// node scripts/node24.mjs FILE [ARGUMENTS...]: runs a script with the pinned Node 24.
import { spawnSync } from 'node:child_process';
import { findNode24 } from './runtime.mjs';

const node = findNode24();
if (!node) {
  console.error('Node 24 is not installed: run `npm ci` without --omit=optional, or use Node 24 or newer.');
  process.exit(1);
}
const { status } = spawnSync(node, process.argv.slice(2), { stdio: 'inherit' });
process.exit(status ?? 1);
