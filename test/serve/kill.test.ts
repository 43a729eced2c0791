import { expect, test } from 'vitest';
import { serve, shipped } from './process.ts';

interface Outcome {
  question: number;
  /** The answer, whole; undefined when the connection broke before its end. */
  text: string | undefined;
}

async function ask(url: string, question: number, stream: boolean): Promise<Outcome> {
  const content = `What is ${1009 + 37 * question} times ${211 + 13 * question}?`;
  const body = { model: 'mini', messages: [{ role: 'user', content }], temperature: 0, max_tokens: 40, stream };
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    expect(response.status).toBe(200);
    if (!stream) return { question, text: JSON.parse(text).choices[0].message.content };
    // A stream is whole when its end says so.
    if (!text.endsWith('data: [DONE]\n\n')) return { question, text: undefined };
    const chunks = text.split('\n\n').filter((line) => line.startsWith('data: {'));
    return { question, text: chunks.map((line) => JSON.parse(line.slice(6)).choices[0].delta.content ?? '').join('') };
  } catch (error) {
    // A broken connection; anything else is a fault of this test or of the server.
    if (error instanceof TypeError) return { question, text: undefined };
    throw error;
  }
}

test('killed and started again under load: every request is answered whole or breaks visibly, and can be repeated', async () => {
  const size = [shipped, '--instances', '8', '--context', '96', '--no-vm', '--name', 'mini', '--json-logs'];
  const first = serve(...size, '--port', '0');
  const { url } = await first.entry('listening');
  const right = new Map<number, string>();
  for (let i = 0; i < 8; i++) right.set(i, (await ask(url, i, false)).text!);
  expect(new Set(right.values()).size).toBe(8);

  const running = Array.from({ length: 48 }, (_, i) => ask(url, i % 8, i % 2 === 1));
  // Some are through, some on instances, some wait.
  let ended = 0;
  for (const one of running) void one.then(() => ended++);
  while (ended < 8) await new Promise((resolve) => setTimeout(resolve, 2));
  first.child.kill('SIGKILL');
  await first.ended;
  const outcomes = await Promise.all(running);
  const whole = outcomes.filter(({ text }) => text !== undefined);
  const broken = outcomes.filter(({ text }) => text === undefined);
  expect(whole.length).toBeGreaterThanOrEqual(8);
  expect(broken.length).toBeGreaterThan(0);
  for (const { question, text } of whole) expect(text).toBe(right.get(question));

  const second = serve(...size, '--port', new URL(url).port);
  expect((await second.entry('listening')).url).toBe(url);
  for (const { question, text } of await Promise.all(broken.map(({ question }) => ask(url, question, false)))) {
    expect(text).toBe(right.get(question));
  }
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});
