import { expect, test } from 'vitest';
import { findRegions } from '../../src/inband/regions.ts';

test.each([
  ['[C: 1+2]', ' 1+2'],
  ['So [C:847*293] = VM[248171].', '847*293'],
  ['[C: a[1]+b[2]]', ' a[1]+b[2]'],
  ["[C: ']' + '\\'' + 1]", " ']' + '\\'' + 1"],
  ['x[[C: 1]', ' 1'],
])('%s closes one expression region', (text, source) => {
  expect(findRegions(text)).toEqual([{ mode: 'expression', source }]);
});

test.each(['[C: 1+2', '[C 1]', '[C: 1\n]', '```cpp\nint x;\n```', '[B: 1]', ''])('%s closes no region', (text) => {
  expect(findRegions(text)).toEqual([]);
});

test('a block fenced and tagged c is a program', () => {
  const source = 'int main(void) { return a[0] ? 1 : 2; }';
  expect(findRegions(`Let me see:\n\`\`\`c\n${source}\n\`\`\`\nDone`)).toEqual([{ mode: 'program', source }]);
  expect(findRegions('```c\n```')).toEqual([{ mode: 'program', source: '' }]);
});

test('regions follow each other', () => {
  expect(findRegions('[C: 1] and [C: 2] and [C: 3').map((region) => region.source)).toEqual([' 1', ' 2']);
});
