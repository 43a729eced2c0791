// What the linked kernels depend on, as one hash. Plain JavaScript without globSync: set-up runs it on Node 20.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Kernels, the tables that their constants come from, and the linker script. */
export function kernelInputs(root) {
  const files = readdirSync(join(root, 'src'), { recursive: true }).map((file) => file.replaceAll('\\', '/'));
  const isInput = (file) =>
    /\.wesl$|\/constants\.ts$|^cc\/(stages|library)\/.*\.c$|^cc\/rules\//.test(file) ||
    (/^[^/]+\/[^/]+\.ts$/.test(file) && !/\.(wgsl|generated)\.ts$/.test(file));
  return [
    ...files
      .filter(isInput)
      .sort()
      .map((file) => `src/${file}`),
    'scripts/build-kernels.ts',
  ];
}

export function kernelsDigest(root) {
  const hash = createHash('sha256');
  for (const file of kernelInputs(root))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** True if the kernels linked last are those of the sources now. */
export function kernelsAreCurrent(root) {
  const stamp = join(root, '.setup', 'kernels');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === kernelsDigest(root);
}
