import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Where llama.cpp (npm node-llama-cpp) can be imported from: what scripts/install-llama-cpp.mjs put into the clone, or a
 * package installed in the working folder. It is too large to be a dependency.
 */
export function findLlamaCpp(): string | undefined {
  for (const folder of ['.setup/llama-cpp', '.']) {
    try {
      return pathToFileURL(createRequire(join(process.cwd(), folder, 'package.json')).resolve('node-llama-cpp')).href;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
