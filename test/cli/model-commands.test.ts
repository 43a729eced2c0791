import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPeer } from '../../src/cli/bench-peer.ts';
import { packageFile, shippedModel } from '../../src/cli/package-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'resident-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function resident(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [packageFile('bin', 'resident'), ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const ask = ['generate', shippedModel(), '--chat', '--prompt', 'What is 847 times 293?'];

describe('generate', () => {
  test('--chat uses the template of the model, --stop ends before its text, streamed or not', async () => {
    const streamed = await resident(...ask);
    expect(streamed.stdout).toContain('[C: 847*293] = VM[248171]');
    const stopped = await resident(...ask, '--stop', 'VM[', 'nothing like this');
    expect(stopped.stdout).toBe(streamed.stdout.slice(0, streamed.stdout.indexOf('VM[')).concat('\n'));
    const json = JSON.parse((await resident(...ask, '--stop', 'VM[', '--json')).stdout);
    expect(json).toMatchObject({ text: stopped.stdout.slice(0, -1), finish: 'stop' });
  });

  test('--grammar, --json-schema and --valid-c bind what is written', async () => {
    const grammar = file('g.gbnf', 'root ::= "answer: " [0-9]{3} ("." | "!")');
    const byGrammar = JSON.parse((await resident(...ask, '--json', '--grammar', grammar)).stdout);
    expect(byGrammar.text).toMatch(/^answer: \d{3}[.!]$/);
    const schema = file(
      's.json',
      '{"properties":{"n":{"type":"integer"},"ok":{"type":"boolean"}},"required":["n","ok"]}',
    );
    const bySchema = JSON.parse((await resident(...ask, '--json', '--json-schema', schema)).stdout);
    expect(Object.keys(JSON.parse(bySchema.text))).toEqual(['n', 'ok']);
    const valid = JSON.parse((await resident(...ask, '--json', '--valid-c')).stdout);
    expect(valid.text).toContain('[C: 847*293] = VM[248171]');
  });

  test('wrong grammars and combinations are said in one sentence', async () => {
    const broken = file('broken.gbnf', 'root ::= other');
    const failed = await resident(...ask, '--grammar', broken);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/broken\.gbnf: rule root uses other/) });
    const both = await resident(...ask, '--grammar', broken, '--valid-c');
    expect(both).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--grammar and --valid-c exclude each other/),
    });
    const system = await resident('generate', shippedModel(), '--prompt', 'x', '--system', 'y');
    expect(system).toMatchObject({ code: 2, stderr: expect.stringMatching(/--system needs --chat/) });
  });
});

describe('inband', () => {
  const status = packageFile('programs', 'inband', 'status.c');

  test('runs a C program inside the model and goes on', async () => {
    const args = ['inband', status, '--prompt', 'Hello there', '--max-tokens', '2'];
    const shown = await resident(...args);
    expect(shown.stdout).toMatch(/^6 layers, 4 query heads[\s\S]*\nafter: "/);
    expect(shown.stderr).toMatch(/^GPU memory: weights .* in all/);
    const json = JSON.parse((await resident(...args, '--json')).stdout);
    expect(json).toMatchObject({ instance: 0, exit: 0, error: null });
    expect(shown.stdout).toContain(json.output);
  });

  test('a program that does not compile is shown with its place', async () => {
    const broken = file('broken.c', 'int main(void) {\n  return x;\n}\n');
    const failed = await resident('inband', broken, '--prompt', 'x', '--max-tokens', '0');
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${broken}:2:10: error: 'x' is not declared`),
    });
    const missing = await resident('inband', join(folder, 'no.c'), '--prompt', 'x');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file') });
  });
});

/** Whether node-llama-cpp is installed. */
const peer = (() => {
  try {
    return findPeer() !== '';
  } catch {
    return false;
  }
})();

// Skipped where node-llama-cpp is installed: there it measures.
test.skipIf(peer)('bench model --peer says at once what it needs', async () => {
  const failed = await resident('bench', 'model', shippedModel(), '--peer');
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('--peer needs node-llama-cpp') });
});

describe('tokenize', () => {
  test('reads a file or a text, with control tokens only when asked', async () => {
    const text = '<|im_start|>hello';
    const plain = JSON.parse((await resident('tokenize', shippedModel(), '--text', text, '--json')).stdout);
    const fromFile = await resident('tokenize', shippedModel(), '--file', file('t.txt', text), '--json');
    expect(JSON.parse(fromFile.stdout)).toEqual(plain);
    const special = JSON.parse(
      (await resident('tokenize', shippedModel(), '--text', text, '--special', '--json')).stdout,
    );
    expect(special.tokens.length).toBeLessThan(plain.tokens.length);
    const table = (await resident('tokenize', shippedModel(), '--text', text, '--special')).stdout
      .trimEnd()
      .split('\n');
    expect(table[0]).toBe(`${special.tokens[0]}\t"<|im_start|>"`);
    expect(table.length).toBe(special.tokens.length);
    expect((await resident('tokenize', shippedModel())).code).toBe(2);
  });
});

describe('perplexity', () => {
  test('measures as many chunks as asked, and refuses less than one', async () => {
    const text = file('sentences.txt', 'What is 12 plus 30? It is 42.\n'.repeat(30));
    const options = ['--context', '64', '--chunks', '2'];
    const json = JSON.parse((await resident('perplexity', shippedModel(), text, ...options, '--json')).stdout);
    expect(json).toMatchObject({ chunks: 2, predicted: 62, context: 64 });
    expect(json.perplexity).toBeGreaterThan(1);
    const { stdout } = await resident('perplexity', shippedModel(), text, ...options);
    expect(stdout).toMatch(/^perplexity [\d.]+ ± [\d.]+ \(62 tokens, 2 chunks\)$/m);
    const short = await resident('perplexity', shippedModel(), file('short.txt', 'hi'));
    expect(short).toMatchObject({ code: 1, stderr: expect.stringMatching(/fewer than one chunk of 512/) });
  });
});

describe('bench model', () => {
  test('says which shapes and types of random weights there are', async () => {
    const shape = await resident('bench', 'model', '--synthetic', 'gpt-9');
    expect(shape).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Unknown shape gpt-9; known are qwen2\.5-0\.5b/),
    });
    const type = await resident('bench', 'model', '--synthetic', 'qwen2.5-0.5b', '--type', 'Q9');
    expect(type).toMatchObject({ code: 2, stderr: expect.stringMatching(/--type must be Q4_K_M, Q8_0 or F16/) });
  });
});
