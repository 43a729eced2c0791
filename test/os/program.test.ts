import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkProgram } from '../../src/os/check.ts';
import { ExpressionError, evaluate, parseExpression } from '../../src/os/expression.ts';
import { FaultError } from '../../src/os/fault.ts';
import { isAmbiguous, matches } from '../../src/os/glob.ts';
import { instructionNames } from '../../src/os/isa.ts';
import type { Json } from '../../src/os/json.ts';
import { programJsonSchema } from '../../src/os/program.ts';
import { expandText } from '../../src/os/template.ts';

const root = join(import.meta.dirname, '../..');

function mistakes(source: string): string[] {
  const result = checkProgram(source);
  return 'mistakes' in result ? result.mistakes.map((m) => `${m.line}:${m.column} ${m.message}`) : [];
}

test('every mistake in a program is reported with line and column', () => {
  expect(
    mistakes(`name: Bad Name
version: 1.0.0
entry: begin
memory: { window: 100, page: 200 }
permissions:
  tolls: []
inputs:
  n: { type: integer, default: x }
steps:
  start:
    - ALLOC: { page: notes, text: "\${path + }" }
    - JMP: start
    - JUMP: nowhere
    - POP: PID
    - BRANCH: { if: x < 3 }
    - BRANCH: { then: start }
    - INFER: { prompt: hi, choices: [], tokens: many }
      on_fault: gone
    - [JUMP, start]
`),
  ).toEqual([
    '1:7 name: expected a name of lower-case letters, digits, - and _',
    '3:8 entry: there is no label begin in steps',
    '4:30 memory.page: a page must fit the window',
    '6:3 permissions: has no field "tolls"',
    '8:32 inputs.n.default: is not of type integer',
    `11:35 in \${path + }: unexpected the end (character 10 of the text)`,
    expect.stringMatching(/^12:7 there is no instruction JMP \(there are LOAD, /),
    '13:13 JUMP: there is no label nowhere',
    '14:12 POP: register PID belongs to the machine',
    '16:15 steps.start.5.BRANCH: BRANCH needs exactly one of if, on',
    '17:37 steps.start.6.INFER.choices: too small: expected array to have >=1 items',
    `17:49 steps.start.6.INFER.tokens: expected a number or \${...}`,
    '18:17 on_fault: there is no label gone',
    '19:7 steps.start.7: expected one instruction, like {JUMP: start}',
  ]);
});

test('YAML that is none is reported where it stops being one', () => {
  expect(mistakes('name: a\nsteps:\n  start: [\n')[0]).toMatch(/^\d+:\d+ /);
  expect(mistakes('')[0]).toMatch(/^1:1 /);
  expect(mistakes('name: a\nname: b\n')[0]).toMatch(/^2:1 .*unique/);
});

test('checking never throws, whatever the file holds', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((j) => `steps: ${j}`),
        fc.json(),
      ),
      (source) => {
        const result = checkProgram(source);
        if ('mistakes' in result) expect(result.mistakes.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 300 },
  );
});

test('the published schema is the one that the table makes', () => {
  const published = JSON.parse(readFileSync(join(root, 'programs/os/schema.json'), 'utf8'));
  // Made by `resident os schema > programs/os/schema.json`.
  expect(published).toEqual(JSON.parse(JSON.stringify(programJsonSchema())));
  const text = JSON.stringify(published);
  for (const op of instructionNames) expect(text).toContain(`"${op}"`);
});

test('every program that is shipped is good', () => {
  const folder = join(root, 'programs/os');
  const files = existsSync(folder)
    ? readdirSync(folder).filter((f) => f.endsWith('.yaml') && !f.includes('.script.'))
    : [];
  for (const file of files) expect([file, mistakes(readFileSync(join(folder, file), 'utf8'))]).toEqual([file, []]);
});

const names: Record<string, Json> = { n: 7, name: 'Ada', list: [1, 2, 3], object: { a: { b: 'deep' } }, none: null };
const value = (source: string) =>
  evaluate(parseExpression(source), (name) => (Object.hasOwn(names, name) ? names[name] : undefined));

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['-n % 4', -3],
  ['n / 2', 3.5],
  ['"a" + n', 'a7'],
  ['list + [4]', [1, 2, 3, 4]],
  ['n > 3 && name == "Ada"', true],
  ['n < 3 || !none', true],
  ['n >= 7 ? "yes" : "no"', 'yes'],
  ['object.a.b', 'deep'],
  ['object["a"].b', 'deep'],
  ['list[-1]', 3],
  ['list[9]', null],
  ['length(list) + length(name)', 6],
  ['join(list, "-")', '1-2-3'],
  ['split("a,b", ",")', ['a', 'b']],
  ['contains(list, 2)', true],
  ['sum(list) / length(list)', 2],
  ['json("{\\"x\\": [1]}").x[0]', 1],
  ['round(2 / 3, 2)', 0.67],
  ['slice(name, 0, 1) + lower(name)', 'Aada'],
  ['object.constructor', null],
  ['"b" > "a"', true],
])('expression %s', (source, expected) => {
  expect(value(source)).toEqual(expected);
});

test.each(['1 +', 'a b', '(1', 'f(1)', '"open', '1 ? 2', 'a..b', '[1', '#', '('.repeat(100)])(
  'expression %s is refused',
  (source) => {
    expect(() => parseExpression(source)).toThrow(ExpressionError);
  },
);

test.each(['unknown', 'name - 1', '1 / 0', 'sum(name)', 'join(n, "")', 'json("x")'])(
  'expression %s faults with a type',
  (source) => {
    expect(() => value(source)).toThrow(FaultError);
  },
);

test('what an expression yields is never expanded again', () => {
  const lookup = (name: string) => (name === 'evil' ? '$' + '{secret}' : name === 'secret' ? 'leaked' : undefined);
  expect(expandText('<$' + '{evil}>', lookup)).toBe('<$' + '{secret}>');
  expect(expandText('$$' + '{secret} costs $5', lookup)).toBe('$' + '{secret} costs $5');
});

test('expressions are total: any text either parses and ends, or is refused', () => {
  const characters = fc.constantFrom(
    '1',
    'n',
    '+',
    '-',
    '*',
    '(',
    ')',
    '[',
    ']',
    '.',
    '"',
    ' ',
    '?',
    ':',
    ',',
    'list',
    'sum',
    '!',
    '<',
    '&&',
  );
  fc.assert(
    fc.property(fc.array(characters, { maxLength: 40 }), (parts) => {
      try {
        value(parts.join(''));
      } catch (error) {
        expect(error instanceof ExpressionError || error instanceof FaultError).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['logs/*', 'logs/a.txt', true],
  ['logs/*', 'logs/a/b.txt', false],
  ['logs/**', 'logs/a/b.txt', true],
  ['logs/**', 'logs/../secret', false],
  ['logs/**', 'logs/a/..\\..\\secret', false],
  ['logs/**', 'logs/%2e%2e/secret', false],
  ['logs/**', 'logs//etc', false],
  ['https://api.example.com/**', 'https://api.example.com/v1/x', true],
  ['https://api.example.com/**', 'https://api.example.com.evil.com/x', false],
  ['https://api.example.com/**', 'https://api.example.com/\t../x', false],
  ['report.v1', 'reportxv1', false],
  ['a+b(c)', 'a+b(c)', true],
  ['*', 'anything', true],
  ['*', 'any/thing', false],
])('pattern %s on %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test('no wildcard covers a text that means another place', () => {
  const segment = fc.constantFrom('logs', '..', '.', 'a', '', '%2e%2e', 'b.txt');
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 6 }), (parts) => {
      const text = `logs/${parts.join('/')}`;
      if (matches('logs/**', text)) expect(isAmbiguous(text)).toBe(false);
    }),
  );
});
