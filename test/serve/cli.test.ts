import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accepted, shipped as model, root, serve } from './process.ts';

const ask = async (url: string, maxTokens: number, key?: string) => {
  const response = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify({ model: 'mini', prompt: 'What is', max_tokens: maxTokens, ignore_eos: true }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

test('serves, and answers every accepted request when it is stopped, within the time of grace', async () => {
  const keys = join(await mkdtemp(join(tmpdir(), 'resident-')), 'keys');
  await writeFile(keys, 'secret\n');
  const size = ['--instances', '2', '--context', '128', '--no-vm', '--port', '0', '--name', 'mini', '--json-logs'];
  const server = serve(model, ...size, '--api-key-file', keys, '--grace', '60');
  const { url, ...listening } = await server.entry('listening');
  expect(listening).toMatchObject({
    model: 'mini',
    architecture: 'qwen2',
    instances: 2,
    contextLength: 128,
    vm: false,
  });
  expect((await ask(url, 2)).status).toBe(401);
  const answers = Array.from({ length: 6 }, () => ask(url, 120, 'secret'));
  await accepted(url, 6);
  server.child.kill('SIGTERM');
  for (const { status, body } of await Promise.all(answers)) {
    expect(status).toBe(200);
    expect(body).toMatchObject({ usage: { completion_tokens: 120 } });
  }
  expect(await server.ended).toBe(0);
  expect(server.entries.at(-1)).toMatchObject({ message: 'stopped', finished: 6, failed: 0 });
  expect(server.entries.filter(({ message }) => message === 'request').length).toBeGreaterThanOrEqual(7);

  // Without grace, those that are cut off are told so.
  const hasty = serve(model, ...size, '--grace', '0');
  const { url: hastyUrl } = await hasty.entry('listening');
  const cut = Array.from({ length: 6 }, () => ask(hastyUrl, 120));
  await accepted(hastyUrl, 6);
  hasty.child.kill('SIGTERM');
  // A quick machine may have finished some before the signal came.
  const outcomes = await Promise.all(cut);
  const told = outcomes.filter(({ status }) => status === 503);
  for (const { body } of told) expect(body).toMatchObject({ error: { code: 'shutting_down' } });
  for (const { status, body } of outcomes)
    if (status !== 503) expect(body).toMatchObject({ usage: { completion_tokens: 120 } });
  expect(told.length).toBeGreaterThan(0);
  expect(await hasty.ended).toBe(0);
});

test('wrong use is one sentence', async () => {
  const missing = serve(join(root, 'no-such.gguf'));
  expect(await missing.ended).toBe(1);
  expect(missing.errors()).toMatch(/no-such\.gguf/);
  const wrong = serve(model, '--instances', 'many');
  expect(await wrong.ended).toBe(2);
  expect(wrong.errors()).toMatch(/--instances/);
});
