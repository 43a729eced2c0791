import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of a file that the package ships, for example `models/resident-mini.gguf`. */
export function packageFile(...parts: string[]): string {
  // Bundled code lies at another depth than its source, so look for the package's own folder.
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, ...parts);
}

export const shippedModel = () => packageFile('models', 'resident-mini.gguf');
export const demoProblems = () => packageFile('programs', 'demo', 'problems.jsonl');
export const heldOutProblems = () => packageFile('programs', 'demo', 'heldout.jsonl');
