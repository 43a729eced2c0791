// npm start: set-up, then the main job.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

setup();
const resident = fileURLToPath(new URL('../bin/resident', import.meta.url));
const { status } = spawnSync(process.execPath, [resident, 'demo', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
