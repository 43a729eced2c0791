import { expect, test } from 'vitest';
import { isExpression } from '../../src/cc/compile-file.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each(['847*293', '847*293\n', "';' + 1", '1 /* ; { # */ + 2 // ;', '(1,\n2)'])('%j is an expression', (text) => {
  expect(isExpression(bytes(text))).toBe(true);
});

test.each(['int main(void) { return 0; }', 'int x;', '#include <stdio.h>', '', '// nothing'])(
  '%j is a program',
  (text) => {
    expect(isExpression(bytes(text))).toBe(false);
  },
);
