import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../../src/serve/http/auth.ts';
import { openHarness, sseMessages } from './harness.ts';

type Harness = Awaited<ReturnType<typeof openHarness>>;
let h: Harness;
beforeAll(async () => {
  h = await openHarness({ vm: true });
});
afterAll(() => h.close());

const model = 'fixture';
const user = (content: string) => [{ role: 'user', content }];
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON.
const json = async (response: Response | Promise<Response>): Promise<any> => (await response).json();

describe('chat completions', () => {
  test('answer in OpenAI’s form', async () => {
    const answer = await json(h.post('/v1/chat/completions', { model, messages: user('hello') }));
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model,
      choices: [
        { index: 0, message: { role: 'assistant', content: '[hello]' }, finish_reason: 'stop', logprobs: null },
      ],
      // '<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n'; the answer ends with a control token.
      usage: { prompt_tokens: 24, completion_tokens: 8, total_tokens: 32 },
    });
    expect(answer.choices[0].vm).toBeUndefined();
  });

  test('system, developer and earlier messages reach the template; text parts are joined', async () => {
    const messages = [
      { role: 'developer', content: 'be brief' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ];
    await h.post('/v1/chat/completions', { model, messages });
    expect(h.tokenizer.decode(h.requests.at(-1)!.prompt, { special: true })).toBe(
      '<|im_start|>system\nbe brief<|im_end|>\n<|im_start|>user\none<|im_end|>\n' +
        '<|im_start|>assistant\ntwo<|im_end|>\n<|im_start|>user\nab<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  test('stream the same text, then the reason, usage and [DONE]', async () => {
    const response = await h.post('/v1/chat/completions', {
      model,
      messages: user('grüße 👋'),
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const messages = await sseMessages(response);
    expect(messages.at(-1)).toBe('[DONE]');
    expect(messages.at(-2)).toMatchObject({ choices: [], usage: { completion_tokens: 15 } });
    const deltas = messages.slice(0, -2).map((message) => message.choices[0]);
    expect(deltas[0].delta).toEqual({ role: 'assistant', content: '' });
    expect(deltas.map(({ delta }) => delta.content ?? '').join('')).toBe('[grüße 👋]');
    expect(deltas.at(-1).finish_reason).toBe('stop');
    expect(deltas.slice(0, -1).every((delta) => delta.finish_reason === null)).toBe(true);
    expect(messages.slice(0, -2).every((message) => message.usage === null)).toBe(true);
  });

  test('n answers have n seeds, in one response and in a stream', async () => {
    const body = { model, messages: user('x'), n: 3, seed: 2 ** 32 - 1 };
    const { choices } = await json(h.post('/v1/chat/completions', body));
    expect(choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1, 2]);
    expect(h.requests.slice(-3).map(({ sampling }) => sampling.seed)).toEqual([2 ** 32 - 1, 0, 1]);
    const messages = await sseMessages(await h.post('/v1/chat/completions', { ...body, stream: true }));
    const texts = ['', '', ''];
    for (const message of messages.slice(0, -1)) {
      texts[message.choices[0].index] += message.choices[0].delta.content ?? '';
    }
    expect(texts).toEqual(['[x]', '[x]', '[x]']);
  });

  test('max_tokens ends with length, a stop string ends before itself', async () => {
    const messages = user('one two three');
    const short = await json(h.post('/v1/chat/completions', { model, messages, max_tokens: 4 }));
    expect(short.choices[0]).toMatchObject({ message: { content: '[one' }, finish_reason: 'length' });
    const capped = await json(h.post('/v1/chat/completions', { model, messages, max_completion_tokens: 2 }));
    expect(capped.usage.completion_tokens).toBe(2);
    for (const stream of [false, true]) {
      const body = { model, messages, stop: ['never', ' tw', 'two'], stream };
      const response = await h.post('/v1/chat/completions', body);
      const text = stream
        ? (await sseMessages(response)).map((message) => message.choices?.[0].delta.content ?? '').join('')
        : (await json(response)).choices[0].message.content;
      expect(text).toBe('[one');
    }
    expect(h.backend.statistics.active).toBe(0);
  });

  test('sampling parameters reach the engine', async () => {
    await h.post('/v1/chat/completions', {
      model,
      messages: user('x'),
      temperature: 0.5,
      top_p: 0.9,
      top_k: 7,
      min_p: 0.05,
      seed: -1,
      presence_penalty: 0.5,
      frequency_penalty: 0,
      logit_bias: { '65': 3, '66': -100 },
    });
    expect(h.requests.at(-1)!.sampling).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 7,
      minP: 0.05,
      seed: 2 ** 32 - 1,
      presencePenalty: 0.5,
      logitBias: new Map([
        [65, 3],
        [66, -100],
      ]),
    });
  });

  test('logprobs with alternatives', async () => {
    const body = { model, messages: user('x'), logprobs: true, top_logprobs: 2 };
    const { choices } = await json(h.post('/v1/chat/completions', body));
    expect(choices[0].logprobs.content).toHaveLength(3);
    expect(choices[0].logprobs.content[0]).toEqual({
      token: '[',
      bytes: [91],
      logprob: -Math.LN2,
      top_logprobs: [
        { token: '[', bytes: [91], logprob: -Math.LN2 },
        { token: '\\', bytes: [92], logprob: -2 * Math.LN2 },
      ],
    });
    const messages = await sseMessages(await h.post('/v1/chat/completions', { ...body, stream: true }));
    const tokens = messages.flatMap((message) => message.choices?.[0].logprobs?.content ?? []);
    expect(tokens).toEqual(choices[0].logprobs.content);
  });

  test('in-band computing is reported when asked for', async () => {
    const own = await openHarness({ vm: true, reply: () => 'so [C: 6 * a[7]] = VM[42], and [C: 1/0] = VM[error: x]' });
    const body = { model, messages: user('x') };
    const vm = {
      regions: 2,
      errors: 1,
      instructions: 200,
      results: [
        { mode: 'expression', source: ' 6 * a[7]', result: '42' },
        { mode: 'expression', source: ' 1/0', result: 'error: x' },
      ],
    };
    const on = await json(own.post('/v1/chat/completions', { ...body, vm: { budget: 1000 } }));
    expect(on.choices[0].vm).toEqual(vm);
    expect(own.requests.at(-1)!.vm).toEqual({ budget: 1000n });
    const messages = await sseMessages(await own.post('/v1/chat/completions', { ...body, vm: true, stream: true }));
    expect(messages.at(-2).choices[0].vm).toEqual(vm);
    const off = await json(own.post('/v1/chat/completions', { ...body, vm: false }));
    expect(off.choices[0].vm).toBeUndefined();
    expect(own.requests.at(-1)!.vm).toBeUndefined();
    await own.close();
  });
});

describe('plain completions', () => {
  test('take text, tokens and lists of either', async () => {
    const prompts = ['ab', [97, 98], ['ab', 'c'], [[97], [98, 99]]];
    const expected = [['[ab]'], ['[ab]'], ['[ab]', '[c]'], ['[a]', '[bc]']];
    for (const [i, prompt] of prompts.entries()) {
      const answer = await json(
        h.post('/v1/completions', { model, prompt: i === 1 || i === 3 ? toIds(prompt) : prompt }),
      );
      expect(answer.object).toBe('text_completion');
      expect(answer.choices.map((choice: { text: string }) => choice.text)).toEqual(expected[i]);
    }
  });

  test('stream, with 16 tokens unless told otherwise', async () => {
    const body = { model, prompt: 'abcdefghijklmnopqrstuvwxyz', stream: true };
    const messages = await sseMessages(await h.post('/v1/completions', body));
    expect(messages.at(-1)).toBe('[DONE]');
    expect(messages.slice(0, -1).map((m) => m.choices[0].text)).toEqual(expect.arrayContaining(['']));
    expect(
      messages
        .slice(0, -1)
        .map((m) => m.choices[0].text)
        .join(''),
    ).toBe('[abcdefghijklmno');
    expect(messages.at(-2).choices[0].finish_reason).toBe('length');
  });

  test('logprobs', async () => {
    const { choices } = await json(h.post('/v1/completions', { model, prompt: 'ab', logprobs: 1 }));
    expect(choices[0].logprobs).toEqual({
      tokens: ['[', 'a', 'b', ']'],
      token_logprobs: new Array(4).fill(-Math.LN2),
      top_logprobs: [{ '[': -Math.LN2 }, { a: -Math.LN2 }, { b: -Math.LN2 }, { ']': -Math.LN2 }],
      text_offset: [0, 1, 2, 3],
    });
  });
});

/** The fixture's token ids of byte values. */
function toIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toIds);
  return h.tokenizer.encode(String.fromCharCode(value as number))[0];
}

describe('other endpoints', () => {
  test('tokens and back', async () => {
    const content = 'Grüße <|im_end|>';
    const { tokens } = await json(h.post('/tokenize', { content }));
    expect(tokens.at(-1)).toBe(258);
    expect(await json(h.post('/detokenize', { tokens }))).toEqual({ content });
    const pieces = await json(h.post('/tokenize', { content: 'ab', with_pieces: true }));
    expect(pieces.tokens.map((token: { piece: string }) => token.piece)).toEqual(['a', 'b']);
    expect((await h.post('/detokenize', { tokens: [259] })).status).toBe(400);
  });

  test('models and health', async () => {
    const { data } = await json(h.app.request('/v1/models'));
    expect(data).toEqual([expect.objectContaining({ id: model, object: 'model', context_length: 2048, instances: 4 })]);
    expect(await json(h.app.request('/v1/models/fixture'))).toEqual(data[0]);
    expect((await h.app.request('/v1/models/other')).status).toBe(404);
    expect(await json(h.app.request('/health'))).toMatchObject({ status: 'ok', model, active: 0 });
  });

  test('metrics count requests and tokens', async () => {
    const value = async (name: string) => {
      const text = await (await h.app.request('/metrics')).text();
      return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);
    };
    const route = 'resident_http_requests_total{route="/v1/chat/completions",status="200"}';
    const before = [await value(route), await value('resident_generated_tokens_total')];
    await h.post('/v1/chat/completions', { model, messages: user('abc') });
    expect([await value(route), await value('resident_generated_tokens_total')]).toEqual([
      before[0]! + 1,
      before[1]! + 6,
    ]);
    expect(await value('resident_time_to_first_token_seconds_count')).toBeGreaterThan(0);
    expect(await value('resident_instances')).toBe(4);
  });
});

describe('requests that are wrong get an error that names what is', () => {
  const messages = user('x');
  test.each([
    [{ model, messages, temprature: 1 }, 'temprature'],
    [{ model, messages, temperature: 3 }, 'temperature'],
    [{ model, messages: [] }, 'messages'],
    [{ model, messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
    [{ model, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] }, 'messages.0.content'],
    [{ model, messages, max_tokens: 0 }, 'max_tokens'],
    [{ model, messages, n: 1000 }, 'n'],
    [{ model, messages, stop: [''] }, 'stop'],
    [{ model, messages, logit_bias: { a: 1 } }, 'logit_bias.a'],
    [{ model, messages, logit_bias: { 9999: 1 } }, 'logit_bias'],
    [{ model, messages, top_logprobs: 2 }, 'top_logprobs'],
    [{ model, messages, stream_options: { include_usage: true } }, 'stream_options'],
    [{ model, messages, store: true }, 'store'],
    [{ model, messages, audio: {} }, 'audio'],
    [{ model, messages, vm: { bugdet: 1 } }, 'vm'],
    [{ model, messages, vm: true, logprobs: true }, 'logprobs'],
    [{ messages }, 'model'],
  ])('%j', async (body, param) => {
    const response = await h.post('/v1/chat/completions', body);
    expect(response.status).toBe(400);
    const { error } = await json(response);
    expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
    expect(error.param.startsWith(param)).toBe(true);
    expect(error.message).toContain(param.split('.').at(-1));
  });

  test('unknown model, path, method, type and JSON', async () => {
    const wrong = async (response: Response | Promise<Response>, status: number, code: string | null) => {
      expect((await response).status).toBe(status);
      expect((await json(response)).error.code).toBe(code);
    };
    await wrong(h.post('/v1/chat/completions', { model: 'other', messages }), 404, 'model_not_found');
    await wrong(h.app.request('/v1/nothing'), 404, 'not_found');
    await wrong(h.app.request('/v1/chat/completions'), 405, 'method_not_allowed');
    const raw = (body: string, type: string) =>
      h.app.request('/v1/completions', { method: 'POST', body, headers: { 'content-type': type } });
    await wrong(raw('{', 'application/json'), 400, 'invalid_json');
    await wrong(raw('{}', 'text/plain'), 415, null);
  });

  test('prompts beyond the context, bodies beyond the limit', async () => {
    const long = await h.post('/v1/completions', { model, prompt: 'x'.repeat(2048) });
    expect(long.status).toBe(400);
    expect((await json(long)).error).toMatchObject({
      code: 'context_length_exceeded',
      message: expect.stringContaining('2048'),
    });
    const small = await openHarness({ maxBody: 1000 });
    const response = await small.post('/v1/completions', { model, prompt: 'x'.repeat(2000) });
    expect(response.status).toBe(413);
    expect((await json(response)).error.code).toBe('body_too_large');
    await small.close();
  });

  test('a model without chat template answers plain completions only', async () => {
    const plain = await openHarness({ withoutTemplate: true });
    expect((await json(plain.post('/v1/chat/completions', { model, messages }))).error.code).toBe('no_chat_template');
    expect((await plain.post('/v1/completions', { model, prompt: 'x' })).status).toBe(200);
    await plain.close();
  });
});

test('a server with keys wants one of them', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'resident-')), 'keys');
  await writeFile(file, '# two keys\nsecret-one\n\nsecret-two\r\n');
  const guarded = await openHarness({ keys: await ApiKeys.read(file) });
  const ask = (headers: Record<string, string>) =>
    guarded.post('/v1/completions', { model, prompt: 'x' }, headers).then((response) => response.status);
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: 'Bearer secret-three' })).toBe(401);
  expect(await ask({ authorization: 'Bearer # two keys' })).toBe(401);
  expect(await ask({ authorization: 'Bearer secret-two' })).toBe(200);
  expect(await ask({ authorization: 'bearer secret-one' })).toBe(200);
  expect(guarded.requests.map(({ key }) => key)).toEqual(['key 1', 'key 0']);
  expect((await guarded.app.request('/metrics')).status).toBe(401);
  expect((await guarded.app.request('/health')).status).toBe(200);
  await guarded.close();
  await writeFile(file, '# nothing\n');
  await expect(ApiKeys.read(file)).rejects.toThrow(/holds no key/);
});

test('a full server answers 429 with Retry-After; all answers of one request are accepted or none', async () => {
  const busy = await openHarness({ instances: 1, stepMs: 5, scheduler: { queue: { total: 2, perKey: 2 } } });
  const long = { model, prompt: 'y'.repeat(500), max_tokens: 400 };
  const controller = new AbortController();
  const running = busy.app.request('/v1/completions', {
    method: 'POST',
    body: JSON.stringify(long),
    headers: { 'content-type': 'application/json' },
    signal: controller.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const rejected = await busy.post('/v1/completions', { ...long, n: 3 });
  expect(rejected.status).toBe(429);
  expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect((await json(rejected)).error).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' });
  expect(busy.backend.statistics).toMatchObject({ active: 1, queued: 0 });
  // The client that holds the instance goes away: the next request gets it.
  controller.abort();
  expect((await busy.post('/v1/completions', { model, prompt: 'z' })).status).toBe(200);
  expect((await running).status).toBe(400);
  expect(busy.backend.statistics.cancelled).toBe(3);
  await busy.close();
});

test('a lost device is an error for running requests, in a stream too, and new ones work', async () => {
  const own = await openHarness({ stepMs: 5 });
  const body = { model, prompt: 'y'.repeat(500), max_tokens: 400 };
  const running = own.post('/v1/completions', body);
  const streaming = own.post('/v1/completions', { ...body, stream: true }).then(sseMessages);
  await new Promise((resolve) => setTimeout(resolve, 30));
  own.batches[0]!.lose('tried');
  const response = await running;
  expect(response.status).toBe(503);
  expect((await json(response)).error.code).toBe('device_lost');
  expect((await streaming).at(-1).error).toMatchObject({
    code: 'device_lost',
    message: expect.stringContaining('tried'),
  });
  expect((await own.post('/v1/completions', { model, prompt: 'x' })).status).toBe(200);
  expect(own.batches).toHaveLength(2);
  expect(own.batches[0]!.destroyed).toBe(true);
  await own.close();
  expect((await own.app.request('/health')).status).toBe(503);
  expect((await own.post('/v1/completions', { model, prompt: 'x' })).status).toBe(503);
});
