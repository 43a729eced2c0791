// node scripts/install-llama-cpp.mjs [--vulkan]: installs llama.cpp (npm node-llama-cpp, its prebuilt CPU binary, or the
// Vulkan one) into .setup/llama-cpp, for the test that compares tokens with it and for `resident bench model --peer`.
// It is no dependency of the package, because npm would then also bring its builds for CUDA, which are hundreds of megabytes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = '3.22.1';
const folder = fileURLToPath(new URL('../.setup/llama-cpp', import.meta.url));
const platform = `${{ darwin: 'mac', win32: 'win' }[process.platform] ?? process.platform}-${process.arch}`;
const binary = `@node-llama-cpp/${platform}${process.argv.includes('--vulkan') ? '-vulkan' : ''}`;

if (!existsSync(join(folder, 'node_modules', binary))) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const packages = [`node-llama-cpp@${version}`, `${binary}@${version}`];
  const options = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['install', '--prefix', folder, ...options, ...packages], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`node-llama-cpp ${version} could not be installed from the npm registry.`);
    process.exit(1);
  }
}
console.log(`llama.cpp is in ${folder}.`);
