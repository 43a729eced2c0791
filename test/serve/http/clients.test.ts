import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../../src/serve/http/auth.ts';
import { type RunningServer, startServer } from '../../../src/serve/http/server.ts';
import { openHarness, repeat } from './harness.ts';

let h: Awaited<ReturnType<typeof openHarness>>;
let server: RunningServer;
let openai: OpenAI;
beforeAll(async () => {
  const endless = (prompt: string) => (prompt.includes('go on') ? 'ab '.repeat(600) : repeat(prompt));
  h = await openHarness({ keys: new ApiKeys(['secret']), stepMs: 0.5, reply: endless });
  server = await startServer(h.app, h.backend, { host: '127.0.0.1', port: 0 });
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'secret', maxRetries: 0 });
});
afterAll(() => server.close(1_000));

const model = 'fixture';
const user = (content: string) => [{ role: 'user' as const, content }];

/** Waits until no request is left on an instance or in the queue. */
async function idle(): Promise<void> {
  for (let i = 0; i < 100 && h.backend.statistics.active + h.backend.statistics.queued > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(h.backend.statistics).toMatchObject({ active: 0, queued: 0 });
}

describe('the openai client', () => {
  test('chats', async () => {
    const answer = await openai.chat.completions.create({ model, messages: user('hello') });
    expect(answer.choices[0]!.message.content).toBe('[hello]');
    expect(answer.usage).toEqual({ prompt_tokens: 24, completion_tokens: 8, total_tokens: 32 });
    expect(answer._request_id).toEqual(expect.any(String));
  });

  test('streams, with usage', async () => {
    const stream = await openai.chat.completions.create({
      model,
      messages: user('hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let total: number | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      total = chunk.usage?.total_tokens ?? total;
    }
    expect({ text, total }).toEqual({ text: '[hello]', total: 32 });
  });

  test('reads a stream through its runner', async () => {
    const runner = openai.chat.completions.stream({ model, messages: user('hello') });
    expect(await runner.finalContent()).toBe('[hello]');
  });

  test('completes plain text and lists models', async () => {
    const answer = await openai.completions.create({ model, prompt: ['ab', 'cd'] });
    expect(answer.choices.map((choice) => choice.text)).toEqual(['[ab]', '[cd]']);
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual([model]);
    expect((await openai.models.retrieve(model)).id).toBe(model);
  });

  test('gets errors as its own classes', async () => {
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toThrow(OpenAI.AuthenticationError);
    const other = openai.chat.completions.create({ model: 'other', messages: user('x') });
    await expect(other).rejects.toThrow(OpenAI.NotFoundError);
    const wrong = openai.chat.completions.create({ model, messages: user('x'), temperature: 9 });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'temperature', code: 'invalid_value' });
  });

  test('leaves a stream, aborts a request: the instance is free at once', async () => {
    const stream = await openai.chat.completions.create({ model, messages: user('go on'), stream: true });
    let seen = 0;
    for await (const chunk of stream) {
      seen += chunk.choices[0]?.delta.content?.length ?? 0;
      if (seen > 10) break;
    }
    await idle();
    const controller = new AbortController();
    const request = openai.chat.completions.create({ model, messages: user('go on') }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(request).rejects.toThrow(OpenAI.APIUserAbortError);
    await idle();
    expect(h.backend.statistics.cancelled).toBe(2);
  });
});

describe('the Vercel AI SDK', () => {
  const provider = () => createOpenAICompatible({ name: 'resident', baseURL: `${server.url}/v1`, apiKey: 'secret' });

  test('generates text', async () => {
    const { text, usage, finishReason } = await generateText({ model: provider()(model), prompt: 'hello' });
    expect({ text, finishReason, total: usage.totalTokens }).toEqual({
      text: '[hello]',
      finishReason: 'stop',
      total: 32,
    });
  });

  test('streams text, and stops when told', async () => {
    const { textStream } = streamText({ model: provider()(model), prompt: 'hello', stopSequences: ['lo'] });
    let text = '';
    for await (const part of textStream) text += part;
    expect(text).toBe('[hel');
  });

  test('aborts', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const request = generateText({ model: provider()(model), prompt: 'go on', abortSignal: controller.signal });
    await expect(request).rejects.toThrow(/abort/i);
    await idle();
  });
});

test('stopping finishes requests under way and refuses new connections', async () => {
  const own = await openHarness({ stepMs: 1, reply: () => 'done '.repeat(20) });
  const running = await startServer(own.app, own.backend, { host: '127.0.0.1', port: 0 });
  const ask = () =>
    fetch(`${running.url}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, prompt: 'x', max_tokens: 1000 }),
    });
  const answers = Array.from({ length: 6 }, () => ask().then((response) => response.json()));
  while (own.backend.statistics.accepted < 6) await new Promise((resolve) => setTimeout(resolve, 5));
  const closed = running.close(10_000);
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatchObject({ choices: [{ text: 'done '.repeat(20), finish_reason: 'stop' }] });
  }
  await closed;
  await expect(ask()).rejects.toThrow();
});

test('a port in use is an error that says so', async () => {
  const { port } = server;
  await expect(startServer(h.app, h.backend, { host: '127.0.0.1', port })).rejects.toThrow(/choose another --port/);
});
