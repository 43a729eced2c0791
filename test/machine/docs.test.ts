import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentCallsPage, isaPage } from '../../src/machine/docs.ts';
import { environmentCalls, instructions, trapCauses } from '../../src/machine/index.ts';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('the generated pages are up to date (scripts/machine-docs.ts writes them)', () => {
  expect(page('isa.md')).toBe(isaPage());
  expect(page('environment-calls.md')).toBe(environmentCallsPage());
});

test('numbers of calls and traps, and names of instructions, are unique', () => {
  const unique = (values: readonly unknown[]) => expect(new Set(values).size).toBe(values.length);
  unique(environmentCalls.map((c) => c.number));
  unique(environmentCalls.map((c) => c.name));
  unique(Object.values(trapCauses).map((t) => t.cause));
  unique(instructions.filter((i) => i.op !== 'ILLEGAL').map((i) => i.name));
});
