import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const resident = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args], { encoding: 'utf8', cwd: root });

test('a folder of C files is one batch, with a line for each; input, errors and faults are told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'resident-dir-'));
  const input = join(folder, 'input.txt');
  writeFileSync(input, 'one\ntwo\n');
  const line = 'char s[9]; int n = 0; while (fgets(s, 9, stdin)) n++;';
  writeFileSync(join(folder, 'count.c'), `#include <stdio.h>\nint main(void) { ${line} printf("%d", n); return n; }`);
  writeFileSync(join(folder, 'bad.c'), 'int main(void) { return x; }');
  writeFileSync(join(folder, 'zero.c'), 'int z;\nint main(void) {\n  return 1 / z;\n}');
  const { stdout, status } = resident('run', folder, '--json', '--stdin', input);
  const lines = stdout.split('\n').filter((text) => text.startsWith('{'));
  const results = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(results).toMatchObject([
    { compiled: false, exit: null, diagnostics: [expect.stringContaining("'x' is not declared")] },
    { compiled: true, exit: 2, stdout: '2', trap: null },
    { compiled: true, exit: null, trap: expect.stringContaining('division by zero') },
  ]);
  expect(status).toBe(0);

  const one = resident('run', join(folder, 'zero.c'));
  expect(one.status).toBe(1);
  expect(one.stderr).toMatch(/zero\.c:3: division by zero in main\n {4}return 1 \/ z;/);
}, 60_000);
