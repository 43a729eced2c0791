import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/cli/package-files.ts';

function resident(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [packageFile('src', 'cli', 'main.ts'), 'agents', ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, stdout, stderr })));
}

test('resident agents runs a program over a file of questions and checks the answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resident-'));
  const tasks = join(folder, 'tasks.jsonl');
  const lines = [
    { question: 'What is 17 plus 25?', answer: 42 },
    { question: 'What is 847 times 293?', answer: 248171 },
    { question: 'What is 2 plus 2?', answer: 5 },
  ];
  await writeFile(tasks, lines.map((line) => JSON.stringify(line)).join('\n'));
  const sizes = ['--agents', '4', '--instances', '4', '--context', '96', '--json'];
  const { code, stdout } = await resident(packageFile('programs', 'agents', 'parallel.c'), '--tasks', tasks, ...sizes);
  expect(code).toBe(0);
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries.slice(0, 3).map(({ task }) => task)).toEqual([0, 1, 2]);
  expect(entries[1].result).toContain('VM[248171]');
  expect(entries[3]).toMatchObject({ correct: 2, tasks: 3, modelCalls: 3, spawned: 3 });
});

test('wrong use is one sentence', async () => {
  const missing = await resident('no-such.c');
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/no-such\.c: no such file/)]);
  const kind = await resident(packageFile('package.json'));
  expect([kind.code, kind.stderr]).toEqual([2, expect.stringMatching(/unknown kind of program/)]);
  const many = await resident(packageFile('programs', 'agents', 'parallel.c'), '--started', '9', '--agents', '8');
  expect([many.code, many.stderr]).toEqual([2, expect.stringMatching(/--started 9 is more than --agents 8/)]);
});
