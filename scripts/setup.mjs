// Makes a fresh clone ready: dependencies, linked kernels, and a Vulkan driver if no adapter is found.
// Runs on Node 20 or newer with nothing installed; later runs find everything in place and return at once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelsAreCurrent } from './kernels-digest.mjs';
import { findNode24 } from './runtime.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFolder = join(root, '.setup');
const quiet = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };

export function setup() {
  mkdirSync(stampFolder, { recursive: true });
  installDependencies();
  linkKernels();
  ensureAdapter();
}

/** Installs the locked dependencies if the lockfile has changed since the last time. */
function installDependencies() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (stampIs('dependencies', lock) && existsSync(join(root, 'node_modules'))) return;
  say('Installing dependencies (npm ci) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const shell = process.platform === 'win32';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { ...quiet, shell });
  if (result.status !== 0) fail('npm ci failed', result);
  stamp('dependencies', lock);
}

function linkKernels() {
  if (kernelsAreCurrent(root)) return;
  const result = spawnSync(node24(), [join(root, 'scripts/build-kernels.ts')], quiet);
  if (result.status !== 0) fail('Linking the kernels failed', result);
}

/** Installs a software Vulkan driver where no adapter is found and the machine lets us. */
function ensureAdapter() {
  if (stampIs('adapter', 'found')) return;
  if (!probeAdapter()) {
    installSoftwareDriver();
    if (!probeAdapter())
      stop('A Vulkan driver is installed, but it still offers no adapter: run `bin/resident doctor`.');
  }
  stamp('adapter', 'found');
}

function probeAdapter() {
  const result = spawnSync(node24(), [join(root, 'scripts/probe-adapter.ts')], quiet);
  return result.status === 0;
}

function installSoftwareDriver() {
  const wanted = 'a Vulkan driver (for a machine without a GPU: Mesa 23 or newer, package mesa-vulkan-drivers)';
  const advice = `No GPU adapter was found: please install ${wanted}, then run this command again.`;
  if (process.platform !== 'linux') stop(advice);
  if (!has('apt-get')) stop(advice);
  if (process.getuid?.() !== 0) {
    const name = debianRelease() === 'bookworm' ? 'mesa-vulkan-drivers from bookworm-backports' : 'mesa-vulkan-drivers';
    stop(
      `No GPU adapter was found and installing a driver needs root: please install ${name} and libvulkan1, then run this command again.`,
    );
  }
  say('No GPU adapter found: installing the software Vulkan driver (Mesa lavapipe) ...');
  const target = [];
  run('apt-get', ['update', '-qq']);
  if (debianRelease() === 'bookworm') {
    addBackports();
    target.push('-t', 'bookworm-backports');
  }
  const packages = ['mesa-vulkan-drivers', 'libvulkan1'];
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...target, ...packages]);
}

/** Debian 12's own Mesa is too old for Dawn; its backports have one that works, on the mirror the machine already uses. */
function addBackports() {
  const listed = spawnSync('apt-get', ['indextargets', '--format', '$(SITE) $(RELEASE)'], quiet).stdout ?? '';
  if (listed.includes('bookworm-backports')) return;
  const site = listed
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, release]) => release === 'bookworm')?.[0];
  if (!site)
    stop('apt has no source for Debian bookworm: add bookworm-backports, then install mesa-vulkan-drivers from it.');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const signed = existsSync(keyring) ? ` [signed-by=${keyring}]` : '';
  writeFileSync('/etc/apt/sources.list.d/resident-backports.list', `deb${signed} ${site} bookworm-backports main\n`);
  run('apt-get', ['update', '-qq']);
}

function debianRelease() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME=(\w+)/m.exec(text)?.[1];
}

function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], quiet).status === 0;
}

function run(command, args) {
  const result = spawnSync(command, args, { ...quiet, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  if (result.status !== 0) fail(`${command} ${args[0]} failed`, result);
}

function node24() {
  return (
    findNode24() ??
    stop('Node 24 is missing: its package could not be installed for this platform; use Node 24 or newer.')
  );
}

function stampIs(name, content) {
  const path = join(stampFolder, name);
  return existsSync(path) && readFileSync(path, 'utf8') === content;
}

function stamp(name, content) {
  writeFileSync(join(stampFolder, name), content);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(what, result) {
  const output = `${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`.trim().split('\n');
  stop(`${what}:\n${output.slice(0, 20).join('\n')}`);
}

function stop(text) {
  say(text);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
