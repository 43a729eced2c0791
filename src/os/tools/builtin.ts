import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../json.ts';
import { numberArgument, type Tool, textArgument } from './tool.ts';

/** The time. Its answer is in the event log, so that replay sees the same. */
export const clockTool: Tool = {
  name: 'clock.now',
  description: 'The time in UTC, as ISO 8601.',
  schema: { type: 'object', properties: {} },
  idempotent: true,
  call: async () => new Date().toISOString(),
};

export const randomTool: Tool = {
  name: 'random.integer',
  description: 'A random whole number from `from` (default 0) to `to`, both included.',
  schema: { type: 'object', properties: { from: { type: 'integer' }, to: { type: 'integer' } }, required: ['to'] },
  idempotent: true,
  async call(given) {
    const from = numberArgument(given, 'from', 0);
    const to = numberArgument(given, 'to', 0);
    if (!Number.isInteger(from) || !Number.isInteger(to) || to < from || to - from >= 2 ** 48 - 1)
      throw new Error(`there is no whole number from ${from} to ${to}`);
    return randomInt(from, to + 1);
  },
};

const responseLimit = 48_000;
const redirectLimit = 5;
const timeLimit = 30_000;

/**
 * HTTP to a list of hosts (`example.com` or `example.com:8080`). Redirects are followed only to these hosts.
 * POST and PUT carry the call's key as `Idempotency-Key`, but count as not idempotent: few servers look at it.
 */
export function httpTools(hosts: readonly string[]): Tool[] {
  const check = (address: string): URL => {
    let url: URL;
    try {
      url = new URL(address);
    } catch {
      throw new Error(`${address} is no URL`);
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${url.protocol} is not allowed`);
    if (url.username || url.password) throw new Error('a URL must not carry a name or password');
    const allowed = hosts.some((h) => h === url.host || (!h.includes(':') && h === url.hostname && url.port === ''));
    if (!allowed) throw new Error(`host ${url.host} is not allowed (allowed: ${hosts.join(', ') || 'none'})`);
    return url;
  };
  const request = async (method: string, given: Record<string, Json>, key: string, signal: AbortSignal) => {
    let url = check(textArgument(given, 'url'));
    const body =
      given.body === undefined ? undefined : typeof given.body === 'string' ? given.body : JSON.stringify(given.body);
    for (let hops = 0; ; hops++) {
      if (hops > redirectLimit) throw new Error(`more than ${redirectLimit} redirects`);
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeLimit)]),
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body }),
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location) {
        await response.body?.cancel();
        if (method !== 'GET') throw new Error(`${url.host} redirects a ${method}`);
        url = check(new URL(location, url).href);
        continue;
      }
      return { status: response.status, text: await boundedText(response, url) };
    }
  };
  const url = { type: 'string' };
  return [
    {
      name: 'http.get',
      description: 'Fetches a URL of an allowed host: {status, text}.',
      schema: { type: 'object', properties: { url }, required: ['url'] },
      idempotent: true,
      call: (given, { key, signal }) => request('GET', given, key, signal),
    },
    {
      name: 'http.post',
      description: 'Posts JSON or a text to a URL of an allowed host: {status, text}.',
      schema: { type: 'object', properties: { url, body: {} }, required: ['url'] },
      idempotent: false,
      call: (given, { key, signal }) => request('POST', given, key, signal),
    },
  ];
}

async function boundedText(response: Response, url: URL): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > responseLimit) {
      throw new Error(`${url.host} answers with more than ${responseLimit} characters`);
    }
  }
  return text + decoder.decode();
}

/** What runs C for processes: the C machine, when one is attached. */
export interface CMachine {
  /** Compiles and runs a translation unit. */
  run(source: string, signal: AbortSignal): Promise<{ output: string; exit: number; trap: string | null }>;
}

export function cTool(machine: CMachine): Tool {
  return {
    name: 'c.run',
    description: 'Compiles and runs a C program: {output, exit, trap}.',
    schema: { type: 'object', properties: { source: { type: 'string' } }, required: ['source'] },
    idempotent: true,
    call: async (given, { signal }) => ({ ...(await machine.run(textArgument(given, 'source'), signal)) }),
  };
}

/** For tests and examples: answers after a while. */
export const echoTool: Tool = {
  name: 'echo',
  description: 'Answers with its argument `value`, after `milliseconds`.',
  schema: { type: 'object', properties: { value: {}, milliseconds: { type: 'number' } } },
  idempotent: true,
  async call(given, { signal }) {
    await sleep(numberArgument(given, 'milliseconds', 0), undefined, { signal });
    return given.value ?? null;
  },
};
