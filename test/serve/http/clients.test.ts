import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ApiKeys } from '../../../src/serve/http/auth.ts';
import { type RunningServer, startServer } from '../../../src/serve/http/server.ts';
import { openHarness, repeat } from './harness.ts';

let h: Awaited<ReturnType<typeof openHarness>>;
let server: RunningServer;
let openai: OpenAI;
beforeAll(async () => {
  h = await openHarness({ keys: new ApiKeys(['secret']), stepMs: 0.5, reply });
  server = await startServer(h.app, h.backend, { host: '127.0.0.1', port: 0 });
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'secret', maxRetries: 0 });
});
afterAll(() => server.close(1_000));

const model = 'fixture';

/** What the scripted model answers. */
function reply(prompt: string): string {
  const last = repeat(prompt);
  if (last.includes('go on')) return 'ab '.repeat(600);
  if (last.includes('<tool_response>')) return 'It is sunny.';
  if (last.includes('weather')) return '<tool_call>\n{"name": "weather", "arguments": {"city":"Paris"}}\n</tool_call>';
  if (last.includes('person')) return '{"name":"Ann", "age":7}';
  return last;
}

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
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

  test('embeds texts', async () => {
    const { data, usage } = await openai.embeddings.create({ model, input: ['hello', 'world', 'hello'] });
    expect(data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
      [0, 8],
      [1, 8],
      [2, 8],
    ]);
    expect(data[0]!.embedding).toEqual(data[2]!.embedding);
    expect(data[0]!.embedding).not.toEqual(data[1]!.embedding);
    expect(usage).toEqual({ prompt_tokens: 15, total_tokens: 15 });
    const floats = await openai.embeddings.create({ model, input: 'hello', encoding_format: 'float' });
    expect(floats.data[0]!.embedding).toEqual(data[0]!.embedding);
    const wrong = openai.embeddings.create({ model, input: 'hello', dimensions: 5 });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'dimensions' });
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

describe('the openai client: tools, JSON and responses', () => {
  const tools = [{ type: 'function' as const, function: { name: 'weather', description: 'Tells.', parameters: city } }];

  test('calls a tool and goes on with its result', async () => {
    const messages: OpenAI.ChatCompletionMessageParam[] = user('weather in Paris?');
    const first = await openai.chat.completions.create({ model, messages, tools });
    const [call] = first.choices[0]!.message.tool_calls!;
    expect(first.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } });
    messages.push(first.choices[0]!.message, { role: 'tool', tool_call_id: call!.id, content: 'sun' });
    const second = await openai.chat.completions.create({ model, messages, tools });
    expect(second.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'It is sunny.' } });
    const prompt = h.tokenizer.decode(h.requests.at(-1)!.prompt, { special: true });
    expect(prompt).toContain('<|im_start|>system\nYou may call functions.');
    expect(prompt).toContain('<tool_call>\n{"name":"weather","arguments":{"city":"Paris"}}\n</tool_call><|im_end|>');
    expect(prompt).toContain('<tool_response>\nsun\n</tool_response>');
  });

  test('streams a tool call; a forced one follows a grammar', async () => {
    const runner = openai.chat.completions.stream({
      model,
      messages: user('weather in Paris?'),
      tools,
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls' });
    expect(choices[0]!.message.tool_calls![0]).toMatchObject({ function: { arguments: '{"city":"Paris"}' } });
    expect(h.requests.at(-1)!.grammar).toBeDefined();
    const none = await openai.chat.completions.create({ model, messages: user('hi'), tools, tool_choice: 'none' });
    expect(none.choices[0]!.message.content).toBe('[hi]');
    expect(h.requests.at(-1)!.grammar).toBeUndefined();
  });

  test('text that is no call after all stays text', async () => {
    const content = 'a <tool_call>{"name": "other"}</tool_call> b <tool';
    const answer = await openai.chat.completions.create({ model, messages: user(content), tools });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: `[${content}]` } });
  });

  test('gets JSON by a schema', async () => {
    const response_format = { type: 'json_schema' as const, json_schema: { name: 'person', schema: person } };
    const answer = await openai.chat.completions.create({ model, messages: user('a person'), response_format });
    expect(JSON.parse(answer.choices[0]!.message.content!)).toEqual({ name: 'Ann', age: 7 });
    expect(h.requests.at(-1)!.grammar).toBeDefined();
    const any = { type: 'json_object' as const };
    await openai.chat.completions.create({ model, messages: user('a person'), response_format: any });
    const odd = {
      type: 'json_schema' as const,
      json_schema: { name: 'odd', schema: { type: 'string', format: 'uri' } },
    };
    const wrong = openai.chat.completions.create({ model, messages: user('x'), response_format: odd });
    await expect(wrong).rejects.toMatchObject({ status: 400, message: expect.stringContaining('format') });
  });

  test('responses: text, instructions, earlier items, tools, JSON', async () => {
    const plain = await openai.responses.create({ model, input: 'hello', instructions: 'be brief' });
    expect(plain).toMatchObject({ status: 'completed', output_text: '[hello]', usage: { output_tokens: 8 } });
    const short = await openai.responses.create({ model, input: 'hello', max_output_tokens: 2 });
    expect(short).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    const weather = { type: 'function' as const, name: 'weather', parameters: city, strict: false };
    const called = await openai.responses.create({ model, input: 'weather?', tools: [weather] });
    expect(called.output).toMatchObject([{ type: 'function_call', name: 'weather', arguments: '{"city":"Paris"}' }]);
    const [call] = called.output as OpenAI.Responses.ResponseFunctionToolCall[];
    const output = { type: 'function_call_output' as const, call_id: call!.call_id, output: 'sun' };
    const input = [{ role: 'user' as const, content: 'weather?' }, call!, output];
    const told = await openai.responses.create({ model, input, tools: [weather] });
    expect(told.output_text).toBe('It is sunny.');
    const format = { type: 'json_schema' as const, name: 'person', schema: person };
    const json = await openai.responses.create({ model, input: 'a person', text: { format } });
    expect(JSON.parse(json.output_text)).toEqual({ name: 'Ann', age: 7 });
    const stored = openai.responses.create({ model, input: 'x', previous_response_id: 'resp_1' });
    await expect(stored).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
  });

  test('responses stream', async () => {
    const weather = { type: 'function' as const, name: 'weather', parameters: city, strict: false };
    for (const [input, text] of [['hello', '[hello]'] as const, ['weather?', ''] as const]) {
      const stream = openai.responses.stream({ model, input, tools: [weather] });
      const types: string[] = [];
      let deltas = '';
      for await (const event of stream) {
        types.push(event.type);
        if (event.type === 'response.output_text.delta') deltas += event.delta;
      }
      const final = await stream.finalResponse();
      expect([deltas, final.output_text]).toEqual([text, text]);
      expect(types[0]).toBe('response.created');
      expect(types.at(-1)).toBe('response.completed');
      if (text === '') expect(final.output).toMatchObject([{ type: 'function_call', arguments: '{"city":"Paris"}' }]);
    }
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

  test('calls tools until the answer is there', async () => {
    const asked: string[] = [];
    const weather = tool({
      description: 'Tells the weather.',
      inputSchema: z.object({ city: z.string() }),
      execute: async (input: { city: string }) => {
        asked.push(input.city);
        return 'sun';
      },
    });
    const options = {
      model: provider()(model),
      prompt: 'weather in Paris?',
      tools: { weather },
      stopWhen: stepCountIs(3),
    };
    const { text, steps } = await generateText(options);
    expect({ text, steps: steps.length, asked }).toEqual({ text: 'It is sunny.', steps: 2, asked: ['Paris'] });
  });

  test('generates objects', async () => {
    const schema = z.object({ name: z.string(), age: z.number().int() });
    const structured = createOpenAICompatible({
      name: 'resident',
      baseURL: `${server.url}/v1`,
      apiKey: 'secret',
      supportsStructuredOutputs: true,
    });
    const { object } = await generateObject({ model: structured(model), prompt: 'a person', schema });
    expect(object).toEqual({ name: 'Ann', age: 7 });
    expect(h.requests.at(-1)!.grammar).toBeDefined();
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
