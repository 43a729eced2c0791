import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EndpointCpu } from '../../src/os/cpus/endpoint.ts';
import type { Json } from '../../src/os/json.ts';
import { clockTool, cTool, httpTools, randomTool } from '../../src/os/tools/builtin.ts';
import { GpuCMachine } from '../../src/os/tools/c-machine.ts';
import { fileTools } from '../../src/os/tools/files.ts';
import { addMcpServer } from '../../src/os/tools/mcp.ts';
import { ToolBox } from '../../src/os/tools/tool.ts';
import { program, rig } from './helpers.ts';

const work = mkdtempSync(join(tmpdir(), 'resident-tools-'));
const root = join(work, 'root');
let server: Server;
let host: string;
const seen: { method: string; key: string | undefined; body: string }[] = [];

beforeAll(async () => {
  mkdirSync(join(root, 'logs'), { recursive: true });
  writeFileSync(join(root, 'logs/a.txt'), 'one\ntwo\nthree\n');
  writeFileSync(join(work, 'secret.txt'), 'secret');
  symlinkSync(work, join(root, 'out'));
  symlinkSync(join(root, 'logs'), join(root, 'in'));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method!, key: request.headers['idempotency-key'] as string | undefined, body });
      if (request.url === '/away') response.writeHead(302, { location: 'http://example.com/' }).end();
      else if (request.url === '/moved') response.writeHead(302, { location: '/fine' }).end();
      else if (request.url === '/big') response.end('x'.repeat(100_000));
      else if (request.url === '/v1/chat/completions') answerChat(JSON.parse(body), response);
      else response.end(`${request.method} ${request.url}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(work, { recursive: true, force: true });
});

function answerChat(request: { messages: { content: string }[] }, response: { end(text: string): void }): void {
  const content = request.messages[1]!.content.includes('colour') ? 'blue' : 'no idea';
  response.end(
    JSON.stringify({
      choices: [{ message: { content } }],
      usage: { prompt_tokens: 30, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 20 } },
    }),
  );
}

const context = { key: 'key-1', pid: 1, signal: new AbortController().signal };
const call = (box: ToolBox, name: string, given: Record<string, Json>) => box.get(name)!.call(given, context);

test('files: under the root only, however the path is written', async () => {
  const box = new ToolBox().add(...fileTools(root));
  expect(await call(box, 'files.read', { path: 'logs/a.txt' })).toBe('one\ntwo\nthree\n');
  expect(await call(box, 'files.read', { path: 'logs/a.txt', from: 2, lines: 1 })).toBe('two\n');
  expect(await call(box, 'files.read', { path: 'in/a.txt' })).toBe('one\ntwo\nthree\n');
  expect(await call(box, 'files.list', { path: '.' })).toEqual(['in', 'logs/', 'out']);
  for (const path of ['../secret.txt', 'out/secret.txt', join(work, 'secret.txt'), 'logs/../../secret.txt', 'a\0b'])
    await expect(call(box, 'files.read', { path })).rejects.toThrow(/root/);
  await expect(call(box, 'files.write', { path: 'out/new.txt', text: 'x' })).rejects.toThrow(/root/);
  expect(existsSync(join(work, 'new.txt'))).toBe(false);
  await call(box, 'files.write', { path: 'new/deep/b.txt', text: 'written' });
  expect(readFileSync(join(root, 'new/deep/b.txt'), 'utf8')).toBe('written');
});

test('HTTP: allowed hosts only, also after redirects; posts carry the key', async () => {
  const box = new ToolBox().add(...httpTools([host]));
  expect(await call(box, 'http.get', { url: `http://${host}/x` })).toEqual({ status: 200, text: 'GET /x' });
  expect(await call(box, 'http.get', { url: `http://${host}/moved` })).toEqual({ status: 200, text: 'GET /fine' });
  await call(box, 'http.post', { url: `http://${host}/y`, body: { a: 1 } });
  expect(seen.at(-1)).toEqual({ method: 'POST', key: 'key-1', body: '{"a":1}' });
  for (const url of [
    'http://example.com/',
    `http://${host}@example.com/`,
    `http://${host}.example.com/`,
    'file:///etc/passwd',
    `http://${host}/away`,
  ])
    await expect(call(box, 'http.get', { url })).rejects.toThrow(/not allowed|name or password|no URL/);
  await expect(call(box, 'http.get', { url: `http://${host}/big` })).rejects.toThrow(/more than 48000/);
});

test('clock, random numbers and C', async () => {
  const machine = { run: async (source: string) => ({ output: `ran ${source.length}`, exit: 0, trap: null }) };
  const box = new ToolBox().add(clockTool, randomTool, cTool(machine));
  expect(Date.parse((await call(box, 'clock.now', {})) as string)).toBeGreaterThan(0);
  for (let i = 0; i < 50; i++) {
    const n = (await call(box, 'random.integer', { from: 3, to: 5 })) as number;
    expect([3, 4, 5]).toContain(n);
  }
  expect(await call(box, 'c.run', { source: 'int x;' })).toEqual({ output: 'ran 6', exit: 0, trap: null });
});

const mcpServer = `
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
const server = new McpServer({ name: 'test', version: '1.0.0' });
server.registerTool('add', { description: 'adds', inputSchema: z.object({ a: z.number(), b: z.number() }), annotations: { readOnlyHint: true } },
  async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }));
server.registerTool('fail', { description: 'fails', inputSchema: z.object({}) }, async () => ({ isError: true, content: [{ type: 'text', text: 'it broke' }] }));
await server.connect(new StdioServerTransport());
`;

test('a Model Context Protocol server on stdio: its tools are tools, deny by default', async () => {
  const file = join(import.meta.dirname, `mcp-server-${process.pid}.tmp.mjs`);
  writeFileSync(file, mcpServer);
  const box = new ToolBox();
  try {
    await addMcpServer(box, { name: 'math', command: process.execPath, args: [file] });
    expect(box.get('math.add')).toMatchObject({ idempotent: true, description: 'adds' });
    expect(box.get('math.fail')).toMatchObject({ idempotent: false });
    const made = await rig(() => '', { tools: box });
    const source = (header: string) =>
      program(
        'start:\n  - SYS: { tool: math.add, arguments: { a: 2, b: 40 }, into: sum }\n  - SYS: { tool: math.fail }\n    on_fault: failed\nfailed:\n  - YIELD: ["$' +
          '{sum}", "$' +
          '{FLAGS.fault.message}"]',
        header,
      );
    const allowed = await made.kernel.spawn(source('permissions: { tools: [{ tool: math.* }] }'));
    const denied = await made.kernel.spawn(source(''));
    await made.kernel.run({ until: [allowed, denied] });
    expect(made.process(allowed).result).toEqual(['42', 'math.fail: it broke']);
    expect(made.process(denied).fault).toMatchObject({ code: 'permission' });
    await made.close();
  } finally {
    await box.close();
    rmSync(file);
  }
});

test('a Model Context Protocol server over HTTP', async () => {
  const { McpServer, createMcpHandler } = await import('@modelcontextprotocol/server');
  const { serve } = await import('@hono/node-server');
  const { z } = await import('zod');
  const handler = createMcpHandler(() => {
    const mcp = new McpServer({ name: 'http', version: '1.0.0' });
    mcp.registerTool('double', { description: 'doubles', inputSchema: z.object({ n: z.number() }) }, async ({ n }) => ({
      content: [{ type: 'text', text: String(2 * n) }],
    }));
    return mcp;
  });
  const http = serve({ fetch: (request: Request) => handler.fetch(request), port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const box = new ToolBox();
  try {
    await addMcpServer(box, { name: 'web', url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp` });
    expect(await call(box, 'web.double', { n: 21 })).toBe('42');
  } finally {
    await box.close();
    http.close();
  }
});

test('an OpenAI-compatible endpoint is a CPU: tokens as it reports them, errors as faults', async () => {
  const cpu = new EndpointCpu({ url: `http://${host}/v1`, model: 'm', price: { input: 1, cached: 0.1, output: 2 } });
  const made = await rig(() => '', { cpu });
  const pid = await made.kernel.spawn(
    program('start:\n  - INFER: { prompt: "what colour?", choices: [blue, red], into: c }\n  - YIELD: $' + '{c}'),
  );
  await made.kernel.run({ until: [pid] });
  expect(made.process(pid)).toMatchObject({
    result: 'blue',
    used: { promptTokens: 30, reusedTokens: 20, outputTokens: 2, cost: (10 + 2 + 4) / 1e6 },
  });
  await made.close();
  const dead = await rig(() => '', { cpu: new EndpointCpu({ url: 'http://127.0.0.1:9/v1', model: 'm' }) });
  const lost = await dead.kernel.spawn(program('start:\n  - INFER: hello'));
  await dead.kernel.run({ until: [lost] });
  expect(dead.process(lost).fault).toMatchObject({ code: 'alu', message: expect.stringContaining('endpoint m') });
  await dead.close();
});

test('a call that a killed kernel left open is settled by policy: retry if idempotent, else ask', async () => {
  const location = join(work, 'calls.sqlite');
  const made: Record<string, string[]> = { safe: [], unsafe: [] };
  const tool = (name: string, idempotent: boolean, hang: boolean) => ({
    name,
    description: '',
    schema: {},
    idempotent,
    call: async (_: unknown, { key, signal }: { key: string; signal: AbortSignal }) => {
      made[name]!.push(key);
      if (hang) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return `${name} done`;
    },
  });
  const tools = (hang: boolean) => new ToolBox().add(tool('safe', true, hang), tool('unsafe', false, hang));
  const source = (name: string) =>
    program(
      `start:\n  - SYS: { tool: ${name}, into: x }\n    on_fault: failed\n  - YIELD: \${x}\nfailed:\n  - YIELD: failed`,
      'permissions: { tools: [{ tool: "*" }] }',
    );
  const first = await rig(() => '', { location, tools: tools(true) });
  const safe = await first.kernel.spawn(source('safe'));
  const unsafe = await first.kernel.spawn(source('unsafe'));
  await first.kernel.run({ wait: false });
  await first.close();

  const second = await rig(() => '', { location, tools: tools(false) });
  await second.kernel.run({ until: [safe] });
  expect(second.process(safe).result).toBe('safe done');
  // The same key both times; the other tool was not called again.
  expect(made.safe).toHaveLength(2);
  expect(new Set(made.safe).size).toBe(1);
  expect(made.unsafe).toHaveLength(1);
  await second.kernel.run({ wait: false });
  expect(second.process(unsafe).state).toBe('WAITING');
  expect((await second.store.openCalls()).map((c) => c.status)).toEqual(['unknown']);
  await second.kernel.signal(unsafe, { signal: 'resolve', decision: 'fail' });
  await second.kernel.run({ until: [unsafe] });
  expect(second.process(unsafe).result).toBe('failed');
  expect(made.unsafe).toHaveLength(1);
  await second.close();
});

test('c.run compiles and runs a program on the GPU', async () => {
  const machine = new GpuCMachine();
  const signal = new AbortController().signal;
  const source =
    '#include <stdio.h>\nint main(void) { long s = 0; for (int i = 1; i <= 1000; i++) s += i * i; printf("%ld\\n", s); return 3; }';
  expect(await machine.run(source, signal)).toEqual({ output: '333833500\n', exit: 3, trap: null });
  const wrong = await machine.run('int main(void) { return x; }', signal);
  expect(wrong).toMatchObject({ exit: 1, trap: 'does not compile' });
  expect(wrong.output).toContain('program.c:1:');
  const wild = await machine.run('int main(void) { return *(volatile int *)4; }', signal);
  expect(wild.exit).toBe(1);
  expect(wild.trap).toContain('0x');
  await machine.close();
});
