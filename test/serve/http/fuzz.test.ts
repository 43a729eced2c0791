import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../../src/serve/http/server.ts';
import { generator } from '../../model/engine/synthetic.ts';
import { openHarness } from './harness.ts';

let h: Awaited<ReturnType<typeof openHarness>>;
beforeAll(async () => {
  h = await openHarness({ vm: true, maxBody: 20_000 });
});
afterAll(() => h.close());

const model = 'fixture';
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Requests that work, and their required fields. */
const valid: { path: string; body: Record<string, Json>; required: string[] }[] = [
  {
    path: '/v1/chat/completions',
    required: ['model', 'messages'],
    body: {
      model,
      messages: [
        { role: 'system', content: 'x' },
        { role: 'user', content: [{ type: 'text', text: 'x' }] },
      ],
      temperature: 1,
      top_p: 0.5,
      seed: 3,
      n: 2,
      max_tokens: 5,
      stop: ['a'],
      stream: true,
      stream_options: { include_usage: true },
      logit_bias: { '5': 1 },
      response_format: { type: 'json_object' },
    },
  },
  {
    path: '/v1/completions',
    required: ['model', 'prompt'],
    body: { model, prompt: 'x', max_tokens: 5, logprobs: 1, presence_penalty: 1, frequency_penalty: 1, user: 'u' },
  },
  {
    path: '/v1/responses',
    required: ['model', 'input'],
    body: { model, input: [{ role: 'user', content: 'x' }], max_output_tokens: 5, tools: [], tool_choice: 'auto' },
  },
  { path: '/tokenize', required: ['content'], body: { content: 'x', add_special: true } },
  { path: '/detokenize', required: ['tokens'], body: { tokens: [1, 2] } },
];

/** Values that no field of the requests above takes. */
const wrongValues: Json[] = [{ bad: { deep: [] } }, [[[]]], -1e308, [null], [{}], { '': 1 }];

function malformed(random: () => number): { path: string; init: RequestInit } {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { path, body, required } = pick(valid);
  const junk = (length: number) => String.fromCharCode(...Array.from({ length }, () => Math.floor(random() * 0xd7ff)));
  const post = (content: string | Uint8Array<ArrayBuffer>, type = 'application/json') => ({
    path,
    init: { method: 'POST', body: content, headers: { 'content-type': type } },
  });
  const text = JSON.stringify(body);
  switch (Math.floor(random() * 10)) {
    case 0:
      return post(text.slice(0, Math.floor(random() * text.length)));
    case 1:
      return post(Uint8Array.from({ length: 1 + Math.floor(random() * 200) }, () => 128 + Math.floor(random() * 128)));
    case 2:
      return post('['.repeat(1 + Math.floor(random() * 19_000)));
    case 3:
      return post(
        text,
        pick(['text/plain', '', 'application/xml', 'multipart/form-data; boundary=x', 'json', junk(0)]),
      );
    case 4: {
      const { [pick(required)]: _, ...rest } = body;
      return post(JSON.stringify(rest));
    }
    case 5:
      return post(JSON.stringify({ ...body, [`x${junk(1 + Math.floor(random() * 8))}`]: pick(wrongValues) }));
    case 6: {
      const name = pick(Object.keys(body).filter((key) => key !== 'logit_bias'));
      return post(JSON.stringify({ ...body, [name]: pick(wrongValues) }));
    }
    case 7:
      return {
        path: `/${encodeURIComponent(junk(1 + Math.floor(random() * 30)))}/%ff%00`,
        init: { method: pick(['GET', 'POST', 'PUT']) },
      };
    case 8:
      return { path, init: { method: pick(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) } };
    default:
      return post(JSON.stringify(pick([null, 1, 'x', [], true, [body], { ...body, model: 5 }, junk(20_001)])));
  }
}

test('10,000 malformed requests get a 4xx with a JSON error, and none of them runs', async () => {
  const random = generator(7);
  const statuses = new Map<number, number>();
  for (let i = 0; i < 10_000; i++) {
    const { path, init } = malformed(random);
    const response = await h.app.request(path, init);
    const text = await response.text();
    const describe = () =>
      `${i}: ${init.method} ${path} ${String(init.body).slice(0, 300)} gave ${response.status} ${text}`;
    if (response.status < 400 || response.status > 499) throw new Error(describe());
    const { error } = JSON.parse(text);
    if (typeof error.message !== 'string' || error.message === '' || typeof error.type !== 'string') {
      throw new Error(describe());
    }
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  }
  expect(h.backend.statistics.accepted).toBe(0);
  for (const status of [400, 404, 405, 413, 415]) expect(statuses.get(status)).toBeGreaterThan(50);
  for (const { path, body } of valid) expect((await h.post(path, body)).status).toBe(200);
});

test('what is not HTTP gets a 4xx with a JSON error too, and the server goes on', async () => {
  const server = await startServer(h.app, h.backend, { host: '127.0.0.1', port: 0 });
  const send = (bytes: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (data) => {
        answer += data;
      });
      socket.on('error', () => resolve(answer));
      socket.on('close', () => resolve(answer));
    });
  const wrong = [
    'hello\r\n\r\n',
    '\u0000\u0001\u0002\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /health HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n',
    'POST /tokenize HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
    'POST /tokenize HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nzz\r\n',
    `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
  ];
  for (const bytes of wrong) {
    const answer = await send(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)).error.code).toBe('invalid_http');
  }
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  await server.close(1_000);
});
