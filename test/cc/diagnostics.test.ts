import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileFile, formatDiagnostic } from '../../src/cc/index.ts';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { runBatch } from './batch.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

describe('diagnostics', () => {
  test('wrong programs are rejected with the right message', async () => {
    // One program a line, with \n for line ends, then a tab and the first error.
    const file = readFileSync(new URL('expected/rejects.txt', import.meta.url), 'utf8');
    const cases = file
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t') as [string, string]);
    const results = await runBatch(
      gpu,
      cases.map(([source]) => source.replaceAll('\\n', '\n')),
    );
    const got = results.map(
      ({ compile }, i) =>
        `${cases[i]![0]}\t${compile.diagnostics.find((d) => d.kind === 'error')?.message ?? compile.status}`,
    );
    expect(got).toEqual(cases.map((c) => c.join('\t')));
    expect(cases.length).toBeGreaterThan(110);
  });

  test('several errors of one file, with line, column and caret', async () => {
    const source = new TextEncoder().encode(
      'int f(int a) { return a + ; }\nint main(void) {\n  int x = 1;\n  x = y;\n  z(x);\n  return "a" * 2;\n}\n',
    );
    await expect(compileFile(gpu, source, 'bad.c')).rejects.toThrow(
      [
        "bad.c:1:27: error: expected an expression before ';'",
        'int f(int a) { return a + ; }',
        '                          ^',
        "bad.c:4:7: error: 'y' is not declared",
        '  x = y;',
        '      ^',
        "bad.c:5:3: error: 'z' is not declared",
        '  z(x);',
        '  ^',
        "bad.c:6:14: error: operands of '*' cannot be 'char *' and 'int'",
        '  return "a" * 2;',
        '             ^',
      ].join('\n'),
    );
  });

  test('warnings: overflow of signed constants, 32 and 64 bits, and nothing where there is none', async () => {
    const text = `int a = 2147483647 + 1;
long b = 9223372036854775807L + 1, c = 3000000000 * 4000000000, d = -9223372036854775807L - 2;
unsigned u = 4294967295u + 1;
long e = 3000000000 * 3000000000, f = -9223372036854775807L - 1, g = 2147483647 - 1 + -2147483647;
int main(void) { return 65536 * 65536; }
`;
    const source = new TextEncoder().encode(text);
    const { diagnostics, compiler } = await compileFile(gpu, source, 'o.c');
    compiler.destroy();
    const places = diagnostics.map((d) => formatDiagnostic('o.c', source, d).split('\n')[0]);
    const warning = 'warning: integer overflow in a constant expression';
    expect(places).toEqual(['1:20', '2:31', '2:51', '2:91', '5:31'].map((place) => `o.c:${place}: ${warning}`));
  });

  test('warnings: unused variable, assignment as condition, missing return', async () => {
    const text = 'int f(int a) { if (a = 2) return 1; }\nint main(void) { int unused; return f(1); }\n';
    const source = new TextEncoder().encode(text);
    const { diagnostics } = await compileFile(gpu, source, 'w.c');
    expect(diagnostics.map((d) => formatDiagnostic('w.c', source, d).split('\n')[0])).toEqual([
      "w.c:1:22: warning: assignment used as a condition; write '==' or put it in parentheses",
      'w.c:1:37: warning: control reaches the end of a function that returns a value',
      "w.c:2:22: warning: unused variable 'unused'",
    ]);
  });

  test('run-time faults: null pointer, division by zero, stack overflow, budget', async () => {
    const results = await runBatch(
      gpu,
      [
        'int main(void) { int *p = 0; return *p; }',
        'int main(void) { int z = 0; return 5 / z; }',
        'int f(int n) { return f(n + 1) + 1; } int main(void) { return f(0); }',
        'int main(void) { for (;;) {} }',
        '#include <assert.h>\nint main(void) { assert(1 == 2); }',
        '#include <stdlib.h>\nint main(void) { abort(); }',
      ],
      { budget: 500_000n },
    );
    expect(results.map((r) => r.trap)).toEqual([
      'load outside memory',
      'division by zero',
      'stack overflow',
      'instruction budget exhausted',
      'assertion failed',
      'aborted',
    ]);
  });

  test('limits of a slot are errors that name the table', async () => {
    const many = (n: number, make: (i: number) => string) => Array.from({ length: n }, (_, i) => make(i)).join('');
    const results = await runBatch(gpu, [
      `int main(void) { return 0${many(1200, () => '+1')}; }`,
      `${many(400, (i) => `int v${i};`)} int main(void) { return 0; }`,
      `char s[] = "${'x'.repeat(3000)}"; char t[] = "${'y'.repeat(500)}"; char u[9000] = {1}; int main(void) { return 0; }`,
      `int main(void) { return ${'('.repeat(700)}1${')'.repeat(700)}; }`,
    ]);
    expect(results.map((r) => r.compile.diagnostics[0]?.message)).toEqual([
      'too many tokens for this compiler slot',
      'too many symbols for this compiler slot',
      'too much initialised data for this compiler slot',
      "nesting is too deep for this compiler's stack",
    ]);
  });
});
