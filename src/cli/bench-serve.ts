import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';
import { integer } from './options.ts';

interface BenchOptions {
  instances: number;
  clients: string;
  seconds: number;
  promptTokens: number;
  maxTokens: number;
  engine: boolean;
  json?: boolean;
}

export function registerBenchServe(program: Command): void {
  const bench =
    program.commands.find((command) => command.name() === 'bench') ?? program.command('bench').description('measure');
  bench
    .command('serve')
    .description('requests and tokens per second, and time to first token, of the server under load')
    .argument('<model>', 'GGUF file')
    .option('--instances <n>', 'instances of the server', integer(1, 65535), 50)
    .option('--clients <list>', 'numbers of clients to measure with', '1,50,200')
    .option('--seconds <n>', 'time for each number of clients', integer(1, 3600), 10)
    .option('--prompt-tokens <n>', 'tokens of each prompt', integer(1, 1 << 20), 64)
    .option('--max-tokens <n>', 'tokens of each answer', integer(1, 1 << 20), 128)
    .option('--no-engine', 'do not measure the engine without the server')
    .option('--json', 'print one JSON object')
    .action(benchServe);
}

/** One number of clients. */
interface Measurement {
  clients: number;
  requests: number;
  failed: number;
  requests_per_second: number;
  tokens_per_second: number;
  /** Milliseconds until the first token of a stream. */
  first_token_ms: { p50: number; p95: number; p99: number };
  /** Part of the time with requests in which the GPU waited for the next chain, by its own clock. */
  gpu_idle: number;
}

async function benchServe(model: string, options: BenchOptions): Promise<void> {
  const counts = options.clients.split(',').map((text) => integer(1, 100_000)(text.trim()));
  const engine = options.engine ? await bareEngine(model, options) : undefined;
  const server = await startServer(model, options);
  const measurements: Measurement[] = [];
  try {
    // Kernels compile and buffers grow before anything is measured.
    await measure(server.url, { ...options, clients: Math.min(4, options.instances), seconds: 1 });
    for (const clients of counts) measurements.push(await measure(server.url, { ...options, clients }));
  } finally {
    server.child.kill('SIGTERM');
  }
  const gpu = server.gpu;
  if (options.json) {
    console.log(JSON.stringify({ gpu, model, ...sizes(options), engine, server: measurements }));
    return;
  }
  console.log(
    `${gpu}, ${model}, ${options.instances} instances, prompts of ${options.promptTokens} tokens, answers of ${options.maxTokens}`,
  );
  const rows = measurements.map((m) => [
    String(m.clients),
    m.requests_per_second.toFixed(1),
    Math.round(m.tokens_per_second).toLocaleString('en-US'),
    `${m.first_token_ms.p50.toFixed(1)} / ${m.first_token_ms.p95.toFixed(1)} / ${m.first_token_ms.p99.toFixed(1)}`,
    `${(100 * m.gpu_idle).toFixed(2)} %`,
    String(m.failed),
  ]);
  const table = [['clients', 'requests/s', 'tokens/s', 'first token ms p50/p95/p99', 'GPU idle', 'failed'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
  if (!engine) return;
  const best = Math.max(...measurements.map((m) => m.tokens_per_second));
  console.log(
    `engine alone: ${Math.round(engine.tokens_per_second).toLocaleString('en-US')} tokens/s; ` +
      `the server's best is ${((100 * best) / engine.tokens_per_second).toFixed(1)} % of that`,
  );
}

const sizes = ({ instances, promptTokens, maxTokens }: BenchOptions) => ({
  instances,
  prompt_tokens: promptTokens,
  max_tokens: maxTokens,
});

const contextFor = ({ promptTokens, maxTokens }: BenchOptions) => promptTokens + maxTokens + 16;

/** The engine with the same prompts, as many rounds as fit into the time. */
async function bareEngine(path: string, options: BenchOptions): Promise<{ tokens_per_second: number }> {
  const { openGpu } = await import('../gpu/index.ts');
  const { InstancePool } = await import('../inband/index.ts');
  const { openGguf } = await import('../model/gguf/index.ts');
  const gpu = await openGpu();
  const gguf = await openGguf(path);
  const { instances, maxTokens, promptTokens } = options;
  const pool = await InstancePool.open(gpu, gguf, { instances, contextLength: contextFor(options), vm: false });
  await gguf.close();
  const vocabulary = pool.engine.config.vocabulary;
  const round = (tokens: number) =>
    pool.generate(
      Array.from({ length: instances }, (_, i) => ({
        prompt: promptOf(i, promptTokens, vocabulary),
        maxTokens: tokens,
        ignoreStop: true,
      })),
    );
  await round(2);
  const began = performance.now();
  let tokens = 0;
  while (performance.now() - began < options.seconds * 1000) tokens += (await round(maxTokens)).statistics.tokens;
  const seconds = (performance.now() - began) / 1000;
  pool.destroy();
  gpu.close();
  return { tokens_per_second: tokens / seconds };
}

/** Different tokens for each request, so that nothing can be reused. */
function promptOf(index: number, length: number, vocabulary: number): number[] {
  return Array.from(
    { length },
    (_, i) => 1 + ((index * 7919 + i * 104_729 + index * i) % Math.min(vocabulary - 1, 1000)),
  );
}

interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly gpu: string;
}

/** `resident serve` in a process of its own, so that clients do not take its time. */
function startServer(model: string, options: BenchOptions): Promise<ServerProcess> {
  const args = [process.argv[1]!, 'serve', model, '--port', '0', '--json-logs', '--no-vm', '--grace', '0'];
  args.push('--instances', String(options.instances), '--context', String(contextFor(options)), '--queue', '100000');
  const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let errors = '';
    let lines = '';
    child.stderr.on('data', (data) => {
      errors = (errors + data).slice(-2000);
    });
    child.stdout.on('data', (data) => {
      lines += data;
      for (let end = lines.indexOf('\n'); end >= 0; end = lines.indexOf('\n')) {
        const line = lines.slice(0, end);
        lines = lines.slice(end + 1);
        if (!line.startsWith('{')) continue;
        const entry = JSON.parse(line) as { message: string; url: string; gpu: string };
        if (entry.message === 'listening') resolve({ child, url: entry.url, gpu: entry.gpu });
      }
    });
    child.once('exit', () => reject(new ResidentError(`The server did not start: ${errors.trim()}`)));
  });
}

interface Load {
  clients: number;
  seconds: number;
  promptTokens: number;
  maxTokens: number;
}

async function measure(url: string, load: Load): Promise<Measurement> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients });
  const { id, vocabulary } = await modelOf(url);
  const before = await idleTimes(url);
  const began = performance.now();
  const end = began + load.seconds * 1000;
  const firstTokens: number[] = [];
  let requests = 0;
  let failed = 0;
  let tokens = 0;
  let next = 0;
  const client = async () => {
    while (performance.now() < end) {
      const prompt = promptOf(next++, load.promptTokens, vocabulary);
      const body = { model: id, prompt, max_tokens: load.maxTokens, temperature: 0, ignore_eos: true, stream: true };
      const result = await complete(url, agent, JSON.stringify({ ...body, stream_options: { include_usage: true } }));
      requests++;
      tokens += result.tokens;
      if (result.firstTokenMs === undefined) failed++;
      else firstTokens.push(result.firstTokenMs);
    }
  };
  await Promise.all(Array.from({ length: load.clients }, client));
  const seconds = (performance.now() - began) / 1000;
  const after = await idleTimes(url);
  agent.destroy();
  firstTokens.sort((a, b) => a - b);
  const quantile = (q: number) =>
    firstTokens[Math.min(firstTokens.length - 1, Math.floor(q * firstTokens.length))] ?? 0;
  return {
    clients: load.clients,
    requests,
    failed,
    requests_per_second: requests / seconds,
    tokens_per_second: tokens / seconds,
    first_token_ms: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    gpu_idle: (after.idle - before.idle) / (after.active - before.active),
  };
}

async function modelOf(url: string): Promise<{ id: string; vocabulary: number }> {
  const list = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string; vocabulary: number }[] };
  return list.data[0]!;
}

async function idleTimes(url: string): Promise<{ idle: number; active: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  return { idle: value('resident_gpu_idle_seconds_total'), active: value('resident_active_seconds_total') };
}

/** One streamed completion; no time to first token when it failed. */
function complete(
  url: string,
  agent: Agent,
  body: string,
): Promise<{ firstTokenMs: number | undefined; tokens: number }> {
  const began = performance.now();
  return new Promise((resolve) => {
    let firstTokenMs: number | undefined;
    let tail = '';
    const done = () => {
      const tokens = Number(/"completion_tokens":(\d+)/.exec(tail)?.[1] ?? 0);
      resolve({ firstTokenMs: tokens > 0 ? firstTokenMs : undefined, tokens });
    };
    const options = { method: 'POST', agent, headers: { 'content-type': 'application/json' } };
    const out = request(`${url}/v1/completions`, options, (response) => {
      response.on('data', (data) => {
        if (response.statusCode === 200) firstTokenMs ??= performance.now() - began;
        tail = (tail + data).slice(-1000);
      });
      response.on('end', done);
      response.on('error', done);
    });
    out.on('error', done);
    out.end(body);
  });
}
