import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCorrect, readProblems } from '../../src/cli/problems.ts';

async function file(content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'problems-')), 'p.jsonl');
  await writeFile(path, content);
  return path;
}

test('reads one problem a line, answers as numbers or as strings', async () => {
  const path = await file('{"question":"a","answer":5}\n\n{"question":"b","answer":"-9223372036854775808"}\n');
  expect(await readProblems(path)).toEqual([
    { question: 'a', answer: 5n },
    { question: 'b', answer: -9223372036854775808n },
  ]);
});

test.each([
  ['{"question":"a"}', /line 1.*answer/],
  ['{"question":"a","answer":1}\n{oops', /line 2: not valid JSON/],
  ['{"question":"a","answer":1.5}', /answer/],
  ['', /no problems/],
])('bad input names file, line and field: %s', async (content, message) => {
  await expect(readProblems(await file(content))).rejects.toThrow(message);
});

test('a missing file is named', async () => {
  await expect(readProblems('/nonexistent.jsonl')).rejects.toThrow(/nonexistent\.jsonl: ENOENT/);
});

test('the last integer of the text is the answer', () => {
  expect(isCorrect('[C: 2*3] = VM[6]. There are 6 apples.', 6n)).toBe(true);
  expect(isCorrect('There are 7 apples, not 6', 7n)).toBe(false);
  expect(isCorrect('It is -6.', -6n)).toBe(true);
  expect(isCorrect('no number', 6n)).toBe(false);
});
