// Makes expected/expressions.txt: random C expressions and what gcc says they are. Needs gcc; run by hand:
//   node scripts/node24.mjs test/cc/generate-expressions.ts
// In expression mode a constant without suffix is 64-bit, so gcc gets it with the suffix L.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

let state = 20261121;
const random = (n: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;

const suffixes = ['', '', '', '', 'u', 'l', 'ul', 'll', 'ull'];
const casts = [
  'int',
  'unsigned',
  'char',
  'unsigned char',
  'short',
  'unsigned short',
  'long',
  'unsigned long',
  'long long',
];

function constant(): string {
  switch (random(10)) {
    case 0:
      return `0x${random(2 ** 31).toString(16)}${pick(suffixes)}`;
    case 1:
      return `'${pick(['a', 'Z', '0', '\\n', '\\x41', '\\\\', ' '])}'`;
    case 2:
      return `${pick(['0', '017', '0777', '0b1011', '2147483647', '4294967295', '9223372036854775807'])}`;
    case 3:
    case 4:
      return `${random(100000)}${pick(suffixes)}`;
    default:
      return `${random(20)}${pick(suffixes)}`;
  }
}

function integer(depth: number): string {
  if (depth === 0) return constant();
  const sub = () => integer(random(depth));
  switch (random(14)) {
    case 0:
      return `(${pick(casts)})${paren(sub())}`;
    case 1:
      return `${pick(['-', '~', '!', '+'])}${paren(sub())}`;
    case 2:
      return `(${sub()} ? ${sub()} : ${sub()})`;
    case 3:
      return `(${sub()}, ${sub()})`;
    case 4:
      return `(${paren(sub())} ${pick(['<<', '>>'])} ${random(31)})`;
    case 5:
      return `${paren(sub())} ${pick(['/', '%'])} ${paren(sub())}`;
    case 6:
      return `${paren(sub())} ${pick(['<', '>', '<=', '>=', '==', '!='])} ${paren(sub())}`;
    case 7:
      return `${paren(sub())} ${pick(['&&', '||'])} ${paren(sub())}`;
    case 8:
      return `(${floating(1)} ${pick(['<', '>', '<=', '>=', '==', '!='])} ${floating(1)})`;
    default:
      return `${sub()} ${pick(['+', '-', '*', '&', '|', '^', '+', '*'])} ${sub()}`;
  }
}

function paren(text: string): string {
  return `(${text})`;
}

function floating(depth: number): string {
  if (depth === 0) {
    return pick([
      () => `${random(1000)}.${random(1000)}`,
      () => `${random(100)}e${random(12) - 6}`,
      () => `${random(10)}.5f`,
      () => `.${random(100000) + 1}`,
      () => `${random(1000)}.${random(1000000)}e${random(16) - 8}`,
    ])();
  }
  const sub = () => floating(random(depth));
  switch (random(8)) {
    case 0:
      return `-${paren(sub())}`;
    case 1:
      return `${paren(sub())} * ${paren(integer(1))}`;
    case 2:
      return `(${integer(1)} ? ${sub()} : ${sub()})`;
    case 3:
      return `(float)${paren(sub())}`;
    case 4:
      return `${paren(sub())} / ${paren(sub())}`;
    default:
      return `${paren(sub())} ${pick(['+', '-', '*'])} ${paren(sub())}`;
  }
}

const sources = new Set<string>();
while (sources.size < 1500) sources.add(integer(1 + random(6)));
while (sources.size < 2195) sources.add(floating(1 + random(4)));
for (const hard of [
  '9007199254740993.0',
  '1e23 + 0',
  '123456789012345678e-30 * 2',
  '4.9e-324 + 0',
  '1.7976931348623157e308 * 1',
])
  sources.add(hard);
const list = [...sources].filter((s) => s.length < 200);

/** The same expression for gcc: long where there is no suffix. */
function forGcc(source: string): string {
  return source.replace(/(?<![\w.'\\]|e-)(0x[0-9a-fA-F]+|0b[01]+|\d+)([uUlL]*)(?![\w.])/g, (all, digits, suffix) =>
    suffix === '' || suffix === 'u' ? `${digits}${suffix}${suffix === '' ? 'L' : ''}` : all,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'expressions-'));
const file = join(folder, 'all.c');
writeFileSync(
  file,
  `#include <stdio.h>
#include <signal.h>
#include <setjmp.h>
static sigjmp_buf escape;
static void caught(int s) { (void)s; siglongjmp(escape, 1); }
#define SHOW(e) _Generic((e), float: show_double, double: show_double, unsigned: show_unsigned, unsigned long: show_unsigned, unsigned long long: show_unsigned, default: show_long)
static void show_double(double v) { printf("%.15g\\n", v); }
static void show_unsigned(unsigned long v) { printf("%lu\\n", v); }
static void show_long(long v) { printf("%ld\\n", v); }
#define T(e) if (sigsetjmp(escape, 1) == 0) SHOW(e)(e); else printf("division by zero\\n");
${list.map((s, i) => `static void f${i}(void) { T((${forGcc(s)})) }`).join('\n')}
int main(void) { signal(SIGFPE, caught); signal(SIGILL, caught);
${list.map((_, i) => `f${i}();`).join('\n')}
return 0; }
`,
);
execFileSync('gcc', [
  '-w',
  '-O0',
  '-fwrapv',
  '-fsanitize=integer-divide-by-zero',
  '-fsanitize-undefined-trap-on-error',
  '-std=gnu11',
  file,
  '-o',
  join(folder, 'all'),
]);
const results = execFileSync(join(folder, 'all'), { encoding: 'utf8' }).trimEnd().split('\n');
if (results.length !== list.length) throw new Error('one result for each expression expected');
// gcc prints the sign of a NaN, which C does not define.
const lines = list.map((source, i) => `${source}\t${results[i]!.replace('-nan', 'nan')}\n`);
writeFileSync(fileURLToPath(new URL('expected/expressions.txt', import.meta.url)), lines.join(''));
console.log(`${lines.length} expressions`);
