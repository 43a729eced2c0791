import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('the library example of the README does what its comment says', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, source] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const [, printed] = /console\.log\(.*\); \/\/ (.*)/.exec(source!)!;
  // Inside the clone, so that the package's own name can stand for its sources.
  const folder = mkdtempSync(join(root, '.setup', 'readme-'));
  try {
    const file = join(folder, 'example.ts');
    writeFileSync(
      file,
      source!.replace("'residentvm'", "'../../src/index.ts'").replace('text);', 'text); gpu.close();'),
    );
    const output = execFileSync(process.execPath, [file], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(output.trim().split('\n').at(-1)).toBe(printed);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
