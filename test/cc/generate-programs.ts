// Makes expected/random.json.gz: random programs of our own and the output of gcc. Needs gcc; run by hand:
//   node scripts/node24.mjs test/cc/generate-programs.ts
// Every name carries the program's number, so that gcc compiles hundreds of programs as one file.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

let state = 7;
const random = (n: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

const integers = [
  'char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'int', 'unsigned', 'long', 'unsigned long',
  'long long', 'unsigned long long', '_Bool',
]; // biome-ignore format: one table
const floats = ['float', 'double'];

interface Variable {
  name: string;
  type: string;
}

let prefix = '';
let variables: Variable[] = [];
let counter = 0;

const fresh = (kind: string) => `${prefix}${kind}${counter++}`;
const isFloat = (type: string) => floats.includes(type);
const integerVariables = () => variables.filter((v) => !isFloat(v.type));

function constant(): string {
  return pick([
    () => String(random(10)),
    () => String(random(1000)),
    () => String(random(2 ** 31)),
    () => `-${random(100)}`,
    () => `0x${random(2 ** 32).toString(16)}u`,
    () => `${random(2 ** 40)}L`,
    () => `'${pick(['a', 'Z', '0', ' '])}'`,
  ])();
}

/** An integer expression without undefined behaviour under -fwrapv. */
function integer(depth: number): string {
  const leaf = () => (random(4) ? pick(integerVariables()).name : constant());
  if (depth <= 0) return leaf();
  const sub = () => integer(depth - 1 - random(2));
  switch (random(16)) {
    case 0:
      return `(${pick(integers)})(${sub()})`;
    case 1:
      return `${pick(['-', '~', '!', '+'])}(${sub()})`;
    case 2:
      return `(${sub()} ? ${sub()} : ${sub()})`;
    case 3:
      return `((${sub()}) ${pick(['<<', '>>'])} ${random(8)})`;
    case 4:
      return `((${sub()}) << ((${sub()}) & 7))`;
    case 5:
      return `((${sub()}) / (((${sub()}) & 1023) + 1))`;
    case 6:
      return `((${sub()}) % (((${sub()}) & 255) + 3))`;
    case 7:
      return `((${sub()}) ${pick(['<', '>', '<=', '>=', '==', '!='])} (${sub()}))`;
    case 8:
      return `((${sub()}) ${pick(['&&', '||'])} (${sub()}))`;
    case 9:
      return `(${sub()}, ${sub()})`;
    default:
      return `((${sub()}) ${pick(['+', '-', '*', '&', '|', '^'])} (${sub()}))`;
  }
}

/** A floating expression that stays in a modest range. */
function floating(depth: number): string {
  const list = variables.filter((v) => isFloat(v.type));
  if (depth <= 0 || random(5) === 0) {
    if (list.length && random(3)) return pick(list).name;
    return random(2) ? `${random(100)}.${random(1000)}` : `${random(50)}.5f`;
  }
  const sub = () => floating(depth - 1);
  switch (random(7)) {
    case 0:
      return `-(${sub()})`;
    case 1:
      return `((${sub()}) * 0.5)`;
    case 2:
      return `((${sub()}) / ${random(9) + 1}.0)`;
    case 3:
      return `(${integer(1)} ? ${sub()} : ${sub()})`;
    case 4:
      return `(${pick(['float', 'double'])})((int)(short)(${integer(1)}))`;
    default:
      return `((${sub()}) ${pick(['+', '-'])} (${sub()}))`;
  }
}

function assignment(): string {
  const v = pick(variables);
  if (isFloat(v.type)) return `${v.name} ${pick(['=', '=', '+=', '-='])} ${floating(2)};`;
  switch (random(6)) {
    case 0:
      return `${v.name}${pick(['++', '--'])};`;
    case 1:
      return `${pick(['++', '--'])}${v.name};`;
    case 2:
      return `${v.name} ${pick(['+=', '-=', '*=', '&=', '|=', '^='])} ${integer(2)};`;
    case 3:
      return `${v.name} ${pick(['<<=', '>>='])} ${random(5)};`;
    case 4:
      return `${v.name} ${pick(['/=', '%='])} ((${integer(1)}) & 63) + 1;`;
    default:
      return `${v.name} = ${integer(3)};`;
  }
}

function statement(depth: number): string {
  if (depth <= 0) return assignment();
  const body = () => times(1 + random(3), () => statement(depth - 1 - random(2))).join(' ');
  const i = fresh('i');
  switch (random(10)) {
    case 0:
      return `if (${integer(2)}) { ${body()} } else { ${body()} }`;
    case 1:
      return `if (${integer(2)}) { ${body()} }`;
    case 2:
      return `for (int ${i} = 0; ${i} < ${1 + random(6)}; ${i}++) { ${body()} }`;
    case 3:
      return `{ int ${i} = ${1 + random(5)}; while (${i}-- > 0) { ${body()} if (${integer(1)}) break; } }`;
    case 4:
      return `{ int ${i} = 0; do { ${body()} if (${integer(1)}) continue; ${assignment()} } while (++${i} < ${1 + random(4)}); }`;
    case 5: {
      const cases = [...new Set(times(2 + random(6), () => random(12)))];
      const arms = cases.map((c) => `case ${c}: ${statement(0)} ${random(3) ? 'break;' : ''}`);
      return `switch ((${integer(1)}) & 7) { ${arms.join(' ')} ${random(2) ? `default: ${statement(0)}` : ''} }`;
    }
    case 6: {
      const v = pick(variables);
      const p = fresh('p');
      return `{ ${v.type} *${p} = &${v.name}; *${p} = ${isFloat(v.type) ? floating(1) : integer(2)}; ${isFloat(v.type) ? '' : `(*${p})++;`} }`;
    }
    default:
      return assignment();
  }
}

const shows = (v: Variable) =>
  isFloat(v.type) ? `printf("%.6g ", (double)${v.name});` : `printf("%lld ", (long long)${v.name});`;

function declare(type: string, storage = ''): Variable {
  const v = { name: fresh('v'), type };
  variables.push(v);
  return { ...v, name: `${storage}${type} ${v.name} = ${isFloat(type) ? `${random(20)}.25` : constant()};` };
}

/** Scalars, control flow and pointers. */
function scalars(): string {
  variables = [];
  const globals = times(2 + random(3), () => declare(pick([...integers, ...floats]), pick(['', 'static '])).name);
  const outer = variables;
  const f = fresh('f');
  const parameters = times(1 + random(4), () => ({ name: fresh('a'), type: pick([...integers, ...floats]) }));
  const result = pick(integers);
  variables = [...outer, ...parameters];
  const inner = times(2, () => statement(1)).join(' ');
  const returned = integerVariables().length ? integer(2) : '1';
  const routine = `static ${result} ${f}(${parameters.map((p) => `${p.type} ${p.name}`).join(', ')}) { ${inner} return ${returned}; }`;
  variables = [...outer];
  const locals = times(3 + random(4), () => declare(pick([...integers, ...floats])).name);
  locals.push(declare('int').name);
  const call = () =>
    `${pick(integerVariables()).name} ${pick(['=', '+=', '^='])} ${f}(${parameters.map((p) => (isFloat(p.type) ? floating(1) : integer(1))).join(', ')});`;
  const statements = times(4 + random(5), () => (random(4) ? statement(2) : call()));
  return `${globals.join('\n')}\n${routine}\nint MAIN(void) {\n${locals.join('\n')}\n${statements.join('\n')}\n${variables.map(shows).join(' ')}\nprintf("\\n");\nreturn ${random(100)};\n}`;
}

/** Arrays, structures, unions and bit-fields. */
function aggregates(): string {
  variables = [];
  const tag = fresh('s');
  const members = times(2 + random(5), (i) => {
    const type = pick([...integers, ...floats]);
    const bits = ['int', 'unsigned', 'unsigned char', 'short'].includes(type) && random(2) ? ` : ${1 + random(7)}` : '';
    return { name: `m${i}`, type, bits };
  });
  const array = fresh('g');
  const size = 2 + random(6);
  const elementType = pick(integers);
  const object = fresh('o');
  const fn = fresh('f');
  const text = [
    `struct ${tag} { ${members.map((m) => `${m.type} ${m.name}${m.bits};`).join(' ')} int tail[3]; };`,
    `static ${elementType} ${array}[${size}] = { ${times(1 + random(size), () => constant()).join(', ')} };`,
    `static struct ${tag} ${object}[2] = { { ${members
      .slice(0, 2)
      .map((m) => (isFloat(m.type) ? '1.5' : '1'))
      .join(', ')} }, { .tail = { 1, [2] = 3 } } };`,
    `static struct ${tag} ${fn}(struct ${tag} x, int n) { x.tail[n & 1] += n; x.m0 ${isFloat(members[0]!.type) ? '+=' : '^='} n; return x; }`,
  ];
  variables.push({ name: `${array}[1]`, type: elementType }, { name: `${object}[0].tail[1]`, type: 'int' });
  const addressable = [...variables];
  const fields = members.map((m) => ({ name: `${object}[1].${m.name}`, type: m.type }));
  const body: string[] = ['int k = 0;'];
  variables.push({ name: 'k', type: 'int' });
  const assign = () => {
    const m = pick(fields);
    return `${m.name} = ${isFloat(m.type) ? '2.75' : integer(2)};`;
  };
  for (let i = 0; i < 5 + random(5); i++) {
    body.push(
      pick([
        assign,
        () => statement(1),
        () => `for (k = 0; k < ${size}; k++) ${array}[k] ${pick(['=', '+=', '^='])} ${integer(1)};`,
        () => `${object}[0] = ${fn}(${object}[1], ${integer(1)});`,
        () => `memcpy(&${object}[1], &${object}[0], sizeof ${object}[0]);`,
        () => `{ ${elementType} *p = ${array}, *e = ${array} + ${size}; while (p < e) { k += *p++; } }`,
        () =>
          `{ struct ${tag} *p = ${object}; p->tail[2]++; (p + 1)->tail[0] = p->tail[2] * 3; k += (int)(p[1].tail - p[0].tail > 0); }`,
      ])(),
    );
  }
  const all = [
    ...addressable,
    { name: 'k', type: 'int' },
    ...fields,
    ...fields.map((v) => ({ ...v, name: v.name.replace('[1]', '[0]') })),
  ];
  body.push(...all.map(shows), `for (k = 0; k < ${size}; k++) printf("%lld ", (long long)${array}[k]);`);
  body.push(`printf("%d\\n", (int)(sizeof(struct ${tag}) + sizeof ${array}));`);
  return `${text.join('\n')}\nint MAIN(void) {\n${body.join('\n')}\nreturn 0;\n}`;
}

/** Conversions of printf, with all flags. */
function formats(): string {
  variables = [];
  const lines = times(8, () => {
    const flags = times(random(3), () => pick(['-', '+', ' ', '#', '0'])).join('');
    const width = random(2) ? String(random(14)) : '';
    const precision = random(2) ? `.${random(12)}` : '';
    const spec = `%${[...new Set(flags)].join('')}${width}${precision}`;
    return pick([
      () => `printf("[${spec}d]", ${pick(['0', '-7', '42', '2147483647', '-123456'])});`,
      () => `printf("[${spec}${pick(['u', 'x', 'X', 'o'])}]", ${random(2 ** 32)}u);`,
      () => `printf("[${spec}l${pick(['d', 'u', 'x', 'o'])}]", ${random(2 ** 50)}L);`,
      () =>
        `printf("[${spec}${pick(['f', 'e', 'g', 'G', 'E'])}]", ${pick(['0.0', '1.0', '-2.5', '3.14159265358979', '1e10', '123456.789', '1.5e-7', '-0.0', '1e300', '9.995', '0.5', '2.5'])});`,
      () => `printf("[${spec.replace(/[#0+ ]/g, '')}s]", "${pick(['', 'a', 'hello', 'some words here'])}");`,
      () => `printf("[%${width}c]", '${pick(['x', 'Y', '0'])}');`,
      () => `printf("[%hhd %hu %%]", ${random(1000)}, ${random(100000)});`,
    ])();
  });
  return `int MAIN(void) {\n${lines.join('\n')}\nprintf("\\n");\nreturn 0;\n}`;
}

const makers = [
  ['scalars', scalars, 900],
  ['aggregates', aggregates, 500],
  ['formats', formats, 300],
] as const;

interface Case {
  kind: string;
  source: string;
  expected: string;
  exit: number;
}

const header = '#include <stdio.h>\n#include <string.h>\n';
const cases: Case[] = [];
for (const [kind, make, count] of makers) {
  for (let at = 0; at < count; at += 100) {
    const programs = times(100, (i) => {
      prefix = `z${i}_`;
      counter = 0;
      return make();
    });
    const folder = mkdtempSync(join(tmpdir(), 'programs-'));
    const file = join(folder, 'all.c');
    const bodies = programs.map((p, i) => p.replace('int MAIN(void)', `static int main${i}(void)`));
    const calls = programs.map((_, i) => `printf("<<%d>>\\n", main${i}());`);
    writeFileSync(file, `${header}${bodies.join('\n')}\nint main(void) { ${calls.join('\n')} return 0; }\n`);
    execFileSync('gcc', ['-w', '-O0', '-fwrapv', '-fno-strict-aliasing', file, '-o', join(folder, 'all')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const output = execFileSync(join(folder, 'all'), { encoding: 'latin1', timeout: 20000 });
    const parts = [...output.matchAll(/([^<]*)<<(\d+)>>\n/g)];
    if (parts.length !== programs.length) throw new Error(`${kind}: ${parts.length} results`);
    programs.forEach((p, i) => {
      const source = `${header}${p.replace('int MAIN(void)', 'int main(void)')}\n`;
      cases.push({ kind, source, expected: parts[i]![1]!, exit: Number(parts[i]![2]) });
    });
  }
}
const output = fileURLToPath(new URL('expected/random.json.gz', import.meta.url));
writeFileSync(output, gzipSync(JSON.stringify(cases), { level: 9 }));
console.log(`${cases.length} programs`);
