/**
 * Load test of a running server: many clients ask questions whose answers are known, and every answer must be the one
 * to its own question. Checks that no request fails, nothing is mixed up, and the server's memory stays flat: the least
 * of the last quarter of the time is at most 5% over that of the quarter before.
 *
 *   node scripts/node24.mjs bench/serve-load.ts http://127.0.0.1:8080 --clients 200 --seconds 60
 */
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

export interface Question {
  /** Body of a chat completion request. */
  readonly body: object;
  /** The answer's text. */
  readonly answer: string;
}

export interface LoadReport {
  readonly requests: number;
  /** Answers with another status than 200, or none at all. */
  readonly failed: number;
  /** Answers that were not those to their questions. */
  readonly mixedUp: number;
  readonly requestsPerSecond: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

/** Asks all the time with `clients` connections. */
export async function load(
  url: string,
  questions: readonly Question[],
  options: { clients: number; seconds: number; apiKey?: string | undefined },
): Promise<LoadReport> {
  let next = 0;
  let failed = 0;
  let mixedUp = 0;
  const result = await autocannon({
    url,
    connections: options.clients,
    duration: options.seconds,
    timeout: 120,
    requests: [
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: headers(options.apiKey),
        setupRequest(request, context: { question?: Question }) {
          context.question = questions[next++ % questions.length]!;
          return { ...request, body: JSON.stringify(context.question.body) };
        },
        onResponse(status, body, context: { question?: Question }) {
          if (status !== 200) failed++;
          else if (JSON.parse(body).choices[0].message.content !== context.question?.answer) mixedUp++;
        },
      },
    ],
  });
  return {
    requests: result['2xx'] + result.non2xx,
    failed: failed + result.errors + result.timeouts,
    mixedUp,
    requestsPerSecond: result.requests.average,
    latencyMs: { p50: result.latency.p50, p99: result.latency.p99 },
  };
}

const headers = (apiKey: string | undefined): Record<string, string> => ({
  'content-type': 'application/json',
  ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
});

/** Questions with different numbers, so different answers; the server answers each once, alone and greedily. */
export async function ask(url: string, count: number, apiKey?: string): Promise<Question[]> {
  const models = await fetch(`${url}/v1/models`, { headers: headers(apiKey) }).then((response) => response.json());
  const model = (models as { data: { id: string }[] }).data[0]!.id;
  const questions: Question[] = [];
  for (let i = 0; i < count; i++) {
    const content = `What is ${1009 + 37 * i} times ${211 + 13 * i}?`;
    const body = { model, messages: [{ role: 'user', content }], temperature: 0, max_tokens: 48 };
    const init = { method: 'POST', headers: headers(apiKey), body: JSON.stringify(body) };
    const answer = await fetch(`${url}/v1/chat/completions`, init).then((response) => response.json());
    const text = (answer as { choices: { message: { content: string } }[] }).choices[0]!.message.content;
    questions.push({ body, answer: text });
  }
  return questions;
}

/** MiB: of the process, of its JavaScript heap, and what that holds outside. */
async function memory(url: string, apiKey?: string): Promise<{ resident: number; heap: number; external: number }> {
  const text = await fetch(`${url}/metrics`, { headers: headers(apiKey) }).then((response) => response.text());
  const value = (name: string) => Math.round(Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]) / 2 ** 20);
  return {
    resident: value('process_resident_memory_bytes'),
    heap: value('resident_heap_bytes'),
    external: value('resident_external_bytes'),
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      clients: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '60' },
      questions: { type: 'string', default: '64' },
      'api-key': { type: 'string' },
    },
  });
  const url = positionals[0] ?? 'http://127.0.0.1:8080';
  const apiKey = values['api-key'];
  const questions = await ask(url, Number(values.questions), apiKey);
  const different = new Set(questions.map(({ answer }) => answer)).size;
  console.log(`${questions.length} questions, ${different} different answers`);
  // Buffers and compiled code grow at first; memory is compared after that.
  const clients = Number(values.clients);
  const seconds = Number(values.seconds);
  await load(url, questions, { clients, seconds: Math.max(2, seconds / 6), apiKey });
  const samples = [await memory(url, apiKey)];
  const sampler = setInterval(
    () => void memory(url, apiKey).then((sample) => samples.push(sample)),
    (seconds * 1000) / 12,
  );
  const report = await load(url, questions, { clients, seconds, apiKey });
  clearInterval(sampler);
  const memoryMiB = samples.map(({ resident }) => resident);
  // Collected garbage makes memory go up and down, and a server grows while it warms up: a leak shows in the lowest values
  // of the last two quarters.
  const quarter = Math.floor(memoryMiB.length / 4);
  const growth = Math.min(...memoryMiB.slice(-quarter)) / Math.min(...memoryMiB.slice(-2 * quarter, -quarter)) - 1;
  const heapMiB = samples.map(({ heap }) => heap);
  const externalMiB = samples.map(({ external }) => external);
  console.log(JSON.stringify({ ...report, memoryMiB, heapMiB, externalMiB, growth: Math.round(growth * 100) / 100 }));
  process.exitCode = report.failed + report.mixedUp > 0 || report.requests === 0 || growth > 0.05 ? 1 : 0;
}

if (import.meta.main) await main();
