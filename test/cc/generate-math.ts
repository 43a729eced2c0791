// Makes expected/math.json.gz: programs that print the bits of math.h functions at random places, and what they print
// with gcc and glibc. Run by hand:  node scripts/node24.mjs test/cc/generate-math.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const values: Record<string, string> = {
  exp: 'exp(x)', log: 'log(y)', sin: 'sin(big)', cos: 'cos(x)', tan: 'tan(x)', asin: 'asin(u)', acos: 'acos(u)', atan: 'atan(x)',
  atan2: 'atan2(x, u)', sinh: 'sinh(x)', cosh: 'cosh(x)', tanh: 'tanh(u)', log10: 'log10(y)', log2: 'log2(y)', log1p: 'log1p(u)',
  expm1: 'expm1(u)', exp2: 'exp2(x)', pow: 'pow(y, x)', cbrt: 'cbrt(big)', hypot: 'hypot(x, y)', sqrt: 'sqrt(y)', fmod: 'fmod(big, y)',
}; // biome-ignore format: one table

const program = (seed: number) => `#include <stdio.h>
#include <string.h>
#include <math.h>
static unsigned long bits(double d) { unsigned long u; memcpy(&u, &d, 8); return u; }
static unsigned long s = ${88172645463325252n + BigInt(seed)}UL;
static double rnd(double lo, double hi) { s ^= s << 13; s ^= s >> 7; s ^= s << 17; return lo + (hi - lo) * ((double)(s >> 11) / 9007199254740992.0); }
int main(void) {
  for (int i = 0; i < 10; i++) rnd(0, 1);
  for (int i = 0; i < 5; i++) {
    double x = rnd(-20, 20), y = rnd(0.01, 50), u = rnd(-1, 1), big = rnd(-1e5, 1e5);
${Object.entries(values)
  .map(([name, value]) => `    printf("${name} %lx\\n", bits(${value}));`)
  .join('\n')}
  }
  return 0;
}
`;

const work = mkdtempSync(join(tmpdir(), 'math-'));
const cases = Array.from({ length: 32 }, (_, seed) => {
  const source = program(seed * 7919);
  writeFileSync(join(work, 'p.c'), source);
  const compiled = spawnSync('gcc', ['-w', '-O0', join(work, 'p.c'), '-o', join(work, 'p'), '-lm'], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  return { source, expected: spawnSync(join(work, 'p'), { encoding: 'latin1' }).stdout };
});
const file = fileURLToPath(new URL('expected/math.json.gz', import.meta.url));
writeFileSync(file, gzipSync(JSON.stringify(cases), { level: 9 }));
