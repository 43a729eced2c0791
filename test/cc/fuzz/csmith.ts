// Random programs from csmith (https://github.com/csmith-project/csmith) as single files: its header is replaced by the
// few functions that a program uses, so that gcc and our compiler see the same text.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const operators: Record<string, string> = { add: '+', sub: '-', mul: '*', div: '/', mod: '%' };

/** Our own definition of one of csmith's `safe_` functions: wrapping, and harmless where C says nothing. */
function safeFunction(name: string): string {
  const [, operation, type, left, right] = /^safe_(\w+?)_func_(u?int\d+_t)_([su])(?:_([su]))?$/.exec(name)!;
  const bits = Number(/\d+/.exec(type!)![0]);
  const wide = bits < 64 ? 'int64_t' : 'uint64_t';
  if (operation === 'unary_minus') return `static ${type} ${name}(${type} a) { return (${type})-(${wide})a; }`;
  if (operation === 'lshift' || operation === 'rshift') {
    const count = right === 's' ? 'int' : 'unsigned';
    const shifted = operation === 'lshift' ? `(${type})((uint64_t)a << b)` : `(${type})(a >> b)`;
    return `static ${type} ${name}(${type} a, ${count} b) { return b < 0 || b >= ${bits} ? a : ${shifted}; }`;
  }
  if (operation === 'div' || operation === 'mod') {
    const overflow = left === 's' ? ` || b == -1` : '';
    return `static ${type} ${name}(${type} a, ${type} b) { return b == 0${overflow} ? a : (${type})(a ${operators[operation]} b); }`;
  }
  return `static ${type} ${name}(${type} a, ${type} b) { return (${type})((uint64_t)a ${operators[operation!]} (uint64_t)b); }`;
}

const prelude = `#include <stdio.h>
#include <stdint.h>
#include <string.h>
static uint32_t crc32_context = 0xFFFFFFFF;
static void transparent_crc(uint64_t value, char *name, int flag) {
  for (int i = 0; i < 8; i++) {
    crc32_context ^= value >> (i * 8) & 255;
    for (int j = 0; j < 8; j++) crc32_context = crc32_context >> 1 ^ (0xEDB88320 & -(crc32_context & 1));
  }
  if (flag) printf("...checksum after hashing %s : %X\\n", name, crc32_context);
}
static void transparent_crc_bytes(char *p, int n, char *name, int flag) {
  for (int i = 0; i < n; i++) transparent_crc(p[i], name, 0);
}
static void crc32_gentab(void) {}
static void platform_main_begin(void) {}
static void platform_main_end(uint32_t crc, int flag) { printf("checksum = %X\\n", crc); }
`;

/** The program of one seed, or undefined when it is too long or gcc's binary does not end quickly. */
export function csmithProgram(seed: number, maxBytes: number): { source: string; expected: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'csmith-'));
  try {
    const options = [
      '--max-funcs',
      '3',
      '--max-block-depth',
      '3',
      '--max-block-size',
      '3',
      '--max-expr-complexity',
      '6',
    ];
    const flags = ['--no-volatiles', '--no-packed-struct', '--max-array-dim', '2', '--max-array-len-per-dim', '5'];
    const text = execFileSync('csmith', ['--seed', String(seed), '--concise', ...options, ...flags], {
      encoding: 'utf8',
    });
    const body = text.replace('#include "csmith.h"', '').replace(/^static long __undefined;$/m, '');
    const used = [...new Set(body.match(/\bsafe_\w+/g) ?? [])].sort();
    const source = `${prelude}${used.map(safeFunction).join('\n')}\n${body}`;
    if (source.length > maxBytes) return undefined;
    const file = join(folder, 'p.c');
    writeFileSync(file, source);
    execFileSync('gcc', ['-w', '-O1', '-fwrapv', '-fno-strict-aliasing', file, '-o', join(folder, 'p')], {
      stdio: 'ignore',
    });
    const expected = execFileSync(join(folder, 'p'), { encoding: 'utf8', timeout: 2000 });
    return { source, expected };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
