import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  makeTask,
  makeWorld,
  names,
  splitOfName,
  splitOfValue,
  type TaskKind,
  taskKinds,
} from '../../src/os/context-tasks.ts';
import { countWords } from '../../src/os/cpus/scripted.ts';

const port = fileURLToPath(new URL('../../training/context_tasks.py', import.meta.url));
const python = spawnSync('python3', ['--version']).status === 0;

test('what is held out never occurs in training corpora', () => {
  expect(names.train.length + names.heldout.length).toBe(1600);
  expect(names.heldout.length).toBeGreaterThan(300);
  for (const split of ['train', 'heldout'] as const)
    for (const asked of taskKinds) {
      const { corpus, groups } = makeWorld(3000, 17, countWords, split, asked);
      const text = [...corpus, ...groups.map((g) => `${g.question} ${g.answer}`)].join('\n');
      const words = [...text.matchAll(/\b([a-z]+)\d{3}\b/g)].map((m) => m[1]!);
      expect(words.length).toBeGreaterThan(500);
      for (const word of words) expect(splitOfName(word)).toBe(split);
      for (const [value] of text.matchAll(/\b\d{5}\b/g)) expect(splitOfValue(Number(value))).toBe(split);
    }
});

test('every question has one answer, which the records hold', () => {
  for (const kind of taskKinds)
    for (let seed = 1; seed <= 20; seed++) {
      const { corpus, key, question, answer } = makeTask(kind, 800, seed, countWords);
      const about = corpus.filter((line) => line.includes(key) && !line.includes(' request '));
      expect(question).toContain(key);
      const last = (pattern: RegExp) => about.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1);
      const expected: Record<TaskKind, () => unknown> = {
        needle: () => last(/owner of \w+ is (\w+)/),
        overwritten: () => last(/correction: the owner of \w+ is (\w+)/),
        tracking: () => last(/is set to (\w+)/),
        aggregation: () => String(about.filter((line) => line.includes('failure of service')).length),
        hops: () => {
          const links = new Map(
            corpus
              .flatMap((line) => [/ (\w+) points to (\w+)/.exec(line)?.slice(1) as [string, string]])
              .filter(Boolean),
          );
          const stops = [links.get(key)!];
          while (stops.length < 3) stops.push(links.get(stops.at(-1)!)!);
          return stops.join(' ');
        },
      };
      expect(answer).toBe(expected[kind]());
    }
});

// Needs a Python 3 on the path.
test.skipIf(!python)('the Python generator gives the same bytes', () => {
  const asked = taskKinds.flatMap((kind) => [1, 2, 77].map((seed) => ({ kind, tokens: 600, seed })));
  const input = asked.map((item) => JSON.stringify(item)).join('\n');
  const run = spawnSync('python3', [port, '--compare'], { input, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  const given = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(given).toHaveLength(asked.length);
  for (const [i, { kind, tokens, seed }] of asked.entries()) {
    const { plain, ...task } = given[i];
    const here = makeTask(kind, tokens, seed, (text) => text.split(/\s+/).filter(Boolean).length);
    expect(task).toEqual(here);
    expect(plain[1]).toBe(`<<page records>>\n${here.corpus.join('\n')}\n`);
  }
});
