import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { packageFile, shippedModel } from '../../src/cli/package-files.ts';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function resident(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [packageFile('bin', 'resident'), ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

async function temporary(name: string, content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'resident-')), name);
  await writeFile(path, content);
  return path;
}

test('every command has help', async () => {
  const program = new Command();
  for (const register of commands) register(program);
  const names = program.commands.map((command) => command.name());
  const { stdout } = await resident('--help');
  for (const name of names) {
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    const help = await resident(name, '--help');
    expect(help.code, name).toBe(0);
    expect(help.stdout, name).toContain(`resident ${name}`);
  }
});

test.each([
  [['nonsense'], /unknown command 'nonsense'/],
  [['doctor', '--nonsense'], /unknown option '--nonsense'/],
  [['generate', 'x.gguf'], /--prompt/],
  [['demo', '--instances', 'many'], /--instances.*whole number/s],
  [['logits', 'x.gguf', '--tokens', 'a'], /tokens/],
  [['run', 'program.unknown'], /unknown kind/],
])('wrong usage %j exits with 2 and says what is wrong', async (args, message) => {
  const { code, stderr } = await resident(...args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(2);
});

test('failures exit with 1 and one sentence that names the file', async () => {
  const garbage = await temporary('garbage.gguf', 'this is no model');
  const elf = await temporary('garbage.elf', 'this is no program');
  const problems = await temporary('problems.jsonl', '{"question": 5}');
  const cases: [string[], RegExp][] = [
    [['generate', 'missing.gguf', '--prompt', 'x'], /missing\.gguf/],
    [['tokenize', garbage, '--file', garbage], /garbage\.gguf.*magic/],
    [['run', elf], /garbage\.elf/],
    [['demo', '--problems', problems], /problems\.jsonl, line 1.*question/],
    [['eval', garbage], /garbage\.gguf/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await resident(...args);
    expect(stderr, args.join(' ')).toMatch(message);
    expect(stderr.trim().split('\n'), args.join(' ')).toHaveLength(1);
    expect(code, args.join(' ')).toBe(1);
  }
});

test('doctor names the adapter and the kernel paths', async () => {
  const { stdout, code } = await resident('doctor', '--json');
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.adapter).not.toBe('');
  expect(report.kernelPaths).toHaveProperty('subgroups');
  expect(report.limits.maxStorageBufferBindingSize).toBeGreaterThan(0);
});

test('demo --json prints a line for each problem and a summary', async () => {
  const problems = await temporary(
    'p.jsonl',
    '{"question":"What is 847 times 293?","answer":248171}\n{"question":"What is 12345 plus 54321?","answer":66666}\n' +
      '{"question":"What is 99 minus 100?","answer":-1}\n',
  );
  const { stdout, stderr, code } = await resident('demo', '--problems', problems, '--instances', '2', '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatchObject({ answer: 248171, correct: true });
  expect(lines[0].text).toContain('= VM[248171]');
  const summary = lines[3];
  expect(Object.keys(summary)).toEqual(
    'instances correct correct_without_vm tokens tokens_per_second instructions submits gpu_ms cpu_ms adapter'.split(
      ' ',
    ),
  );
  expect(summary).toMatchObject({ instances: 2, correct: 3 });
  expect(summary.instructions).toBeGreaterThan(0);
  expect(summary.submits).toBeLessThan(summary.tokens / 2);
});

test('generate continues a prompt and computes in band unless told not to', async () => {
  const prompt = '<|im_start|>user\nWhat is 847 times 293?<|im_end|>\n<|im_start|>assistant\n';
  const common = ['generate', shippedModel(), '--prompt', prompt, '--max-tokens', '48', '--json'];
  const withVm = JSON.parse((await resident(...common)).stdout);
  expect(withVm.text).toContain('[C: 847*293] = VM[248171]');
  const without = JSON.parse((await resident(...common, '--no-vm')).stdout);
  expect(without.vm.regions).toBe(0);
});
