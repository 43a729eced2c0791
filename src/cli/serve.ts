import { execFile } from 'node:child_process';
import type { Command } from 'commander';
import type { BackendStatistics } from '../serve/backend.ts';
import type { LogEntry } from '../serve/http/app.ts';
import type { ServiceDescription } from '../serve/open.ts';
import type { SchedulerEvent } from '../serve/scheduler.ts';
import { integer } from './options.ts';

interface ServeOptions {
  instances: number;
  port: number;
  host: string;
  context: number;
  apiKeyFile?: string;
  name?: string;
  queue?: number;
  grace: number;
  vm: boolean;
  json?: boolean;
  jsonLogs?: boolean;
}

export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('serve a model over HTTP as OpenAI does, with many instances and in-band computing')
    .argument('<model>', 'GGUF file')
    .option('--instances <n>', 'requests that are computed at the same time', integer(1, 65535), 50)
    .option('--port <n>', 'port; 0 takes a free one', integer(0, 65535), 8080)
    .option('--host <address>', 'address to listen on; 0.0.0.0 is every network', '127.0.0.1')
    .option('--context <n>', 'tokens of one request, prompt and answer', integer(16, 1 << 24), 2048)
    .option('--api-key-file <file>', 'only answer requests with one of these keys (one on each line)')
    .option('--name <id>', 'name of the model in requests (default: the file name)')
    .option('--queue <n>', 'requests that may wait (default: ten for each instance, at least 256)', integer(1, 1 << 20))
    .option('--grace <seconds>', 'time that requests have to finish when the server is stopped', integer(0, 86_400), 30)
    .option('--no-vm', 'without in-band computing')
    .option('--json-logs', 'print JSON lines: start, requests, events, a status line each 10 seconds')
    .option('--json', 'the same as --json-logs')
    .action(serve);
}

async function serve(path: string, options: ServeOptions): Promise<void> {
  const { createApp } = await import('../serve/http/app.ts');
  const { ApiKeys } = await import('../serve/http/auth.ts');
  const { Metrics } = await import('../serve/http/metrics.ts');
  const { startServer } = await import('../serve/http/server.ts');
  const { openService } = await import('../serve/open.ts');
  const json = options.jsonLogs || options.json;
  const keys = options.apiKeyFile ? await ApiKeys.read(options.apiKeyFile) : undefined;
  const log = (entry: LogEntry) => console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));

  let metrics: InstanceType<typeof Metrics> | undefined;
  const onEvent = (event: SchedulerEvent) => {
    metrics?.observe(event);
    const entry = describeEvent(event);
    if (!entry) return;
    if (json) log(entry);
    else console.error(`\n${entry.message}`);
  };
  const { service, description } = await openService(path, {
    instances: options.instances,
    contextLength: options.context,
    vm: options.vm,
    id: options.name,
    scheduler: { onEvent, ...(options.queue ? { queue: { total: options.queue } } : {}) },
  });
  const { backend } = service;
  metrics = new Metrics(() => backend.statistics);
  const app = createApp({ service, metrics, keys, ...(json ? { log } : {}) });
  const server = await startServer(app, backend, options);
  const vram = await videoMemory(description);
  if (json) log({ level: 'info', message: 'listening', url: server.url, vram, ...description });
  else console.log(banner(description, vram, server.url, keys !== undefined));

  const status = new StatusLine(() => backend.statistics);
  const live = process.stdout.isTTY && !json;
  const timer = setInterval(
    () => {
      if (json) log({ level: 'info', message: 'status', ...status.next() });
      else if (live) process.stdout.write(`\r\x1b[K${statusText(status.next())}`);
      else if (backend.statistics.active > 0) console.log(statusText(status.next()));
    },
    live ? 1_000 : 10_000,
  );
  const signal = await stopSignal();
  clearInterval(timer);
  if (json) log({ level: 'info', message: 'stopping', signal });
  else console.log(`\nStopping: requests under way have ${options.grace} s to finish; once more stops at once.`);
  for (const name of signals) process.once(name, () => process.exit(130));
  await server.close(options.grace * 1000);
  const { finished, failed, cancelled } = backend.statistics;
  if (json) log({ level: 'info', message: 'stopped', finished, failed, cancelled });
  else console.log(`Stopped: ${finished} requests finished, ${failed} failed, ${cancelled} cancelled.`);
}

const signals = ['SIGINT', 'SIGTERM'] as const;

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of signals) process.once(name, () => resolve(name));
  });
}

function describeEvent(event: SchedulerEvent): LogEntry | undefined {
  switch (event.type) {
    case 'lost':
      return {
        level: 'error',
        message: `The GPU device was lost (${event.reason}): ${event.failed} running requests failed; opening it again.`,
      };
    case 'reopen-failed':
      return { level: 'error', message: `The GPU device could not be opened again: ${event.reason}` };
    case 'recovered':
      return { level: 'info', message: `The GPU device is back after ${Math.round(event.ms)} ms.` };
    default:
      return undefined;
  }
}

/** Differences between two looks at the statistics. */
class StatusLine {
  readonly #statistics: () => BackendStatistics;
  #before: BackendStatistics;
  #time = performance.now();

  constructor(statistics: () => BackendStatistics) {
    this.#statistics = statistics;
    this.#before = statistics();
  }

  next() {
    const now = this.#statistics();
    const before = this.#before;
    const seconds = (performance.now() - this.#time) / 1000;
    this.#before = now;
    this.#time = performance.now();
    return {
      state: now.state,
      tokens_per_second: Math.round((now.generatedTokens - before.generatedTokens) / seconds),
      requests_per_second: Math.round(((now.finished - before.finished) / seconds) * 10) / 10,
      active: now.active,
      queued: now.queued,
    };
  }
}

function statusText(status: ReturnType<StatusLine['next']>): string {
  const state = status.state === 'ready' ? '' : `${status.state} · `;
  return (
    `${state}${status.tokens_per_second.toLocaleString('en-US')} tokens/s · ${status.requests_per_second} requests/s · ` +
    `${status.active} active · ${status.queued} queued`
  );
}

function banner(d: ServiceDescription, vram: number | undefined, url: string, guarded: boolean): string {
  const used = d.memory.weights + d.memory.cache + d.memory.scratch;
  const parts = `weights ${size(d.memory.weights)}, KV cache ${size(d.memory.cache)}, other ${size(d.memory.scratch)}`;
  const rows = [
    ['model', `${d.model} (${d.architecture}, ${d.quantisation}, ${size(d.memory.weights)})`],
    ['instances', `${d.instances}, context ${d.contextLength}, in-band computing ${d.vm ? 'on request' : 'off'}`],
    ['VRAM', `${size(used)} of ${vram === undefined ? 'unknown size' : size(vram)} (${parts})`],
    ['GPU', `${d.gpu}${d.software ? ' (software)' : ''}, ${d.driver}`],
    ['listening', `${url}/v1${guarded ? ', API key needed' : ''}`],
  ];
  return rows.map(([name, value]) => `${name!.padEnd(10)} ${value}`).join('\n');
}

function size(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 })} ${units[unit]}`;
}

/** Bytes of memory that the card has. WebGPU does not tell, so the vendor's own tool is asked where there is one. */
function videoMemory(description: ServiceDescription): Promise<number | undefined> {
  if (description.software || !/nvidia/i.test(`${description.gpu} ${description.driver}`)) {
    return Promise.resolve(undefined);
  }
  const query = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
  return new Promise((resolve) => {
    execFile('nvidia-smi', query, { timeout: 3_000 }, (error, stdout) => {
      const mebibytes = Number.parseInt(stdout, 10);
      resolve(error || Number.isNaN(mebibytes) ? undefined : mebibytes * 1024 * 1024);
    });
  });
}
