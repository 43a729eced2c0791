// npm test: set-up, then type check, lint and all tests. Arguments go to Vitest.
import { spawnSync } from 'node:child_process';
import { findNode24 } from './runtime.mjs';
import { setup } from './setup.mjs';

setup();
const steps = [
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
  ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
];
for (const [script, ...args] of steps) {
  const { status } = spawnSync(findNode24(), [script, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
