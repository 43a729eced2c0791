import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import type { Engine } from '../model/engine/index.ts';
import type { ByteSource } from '../model/gguf/index.ts';
import type { PeerRow, PeerWork } from './bench-peer.ts';

interface Options {
  instances: string;
  synthetic?: string;
  type: string;
  promptTokens: string;
  maxTokens: string;
  path?: string;
  cacheBits: string;
  contextLength?: string;
  kernels?: boolean;
  peer?: boolean;
  json?: boolean;
}

interface Row {
  instances: number;
  prefill_tokens_per_second: number;
  decode_tokens_per_second: number;
  first_token_ms: number;
  step_ms: number;
  megabytes: number;
  kernels?: Record<string, number>;
}

export function registerBenchModel(program: Command): void {
  const bench =
    program.commands.find((command) => command.name() === 'bench') ??
    program.command('bench').description('measure this machine');
  bench
    .command('model')
    .description('tokens per second of a model for several numbers of instances, sampling included')
    .argument('[model]', 'GGUF file')
    .option('--synthetic <shape>', 'random weights instead of a file: qwen2.5-0.5b, qwen2.5-1.5b or qwen2.5-7b')
    .option('--type <type>', 'types of the random weights: Q4_K_M, Q8_0 or F16', 'Q4_K_M')
    .option('--instances <list>', 'numbers of instances', '1,8,50,128,256')
    .option('--prompt-tokens <n>', 'tokens of each prompt', '64')
    .option('--max-tokens <n>', 'tokens that each instance generates', '128')
    .option('--path <path>', 'portable or fast kernels (default: what generate takes)')
    .option('--cache-bits <n>', 'bits of a cached key or value: 8, 16 or 32', '16')
    .option('--context-length <n>', 'tokens an instance can hold (default: prompt and --max-tokens)')
    .option('--kernels', 'GPU time of each kernel in one decoding step (microseconds)')
    .option('--peer', 'also measure llama.cpp (npm node-llama-cpp, its Vulkan backend) on the same file')
    .option('--json', 'print one JSON object')
    .action(async (model: string | undefined, options: Options) => {
      const counts = options.instances.split(',').map((text) => integer(text, '--instances', 4096));
      const prompt = integer(options.promptTokens, '--prompt-tokens', 1 << 16);
      const generated = integer(options.maxTokens, '--max-tokens', 1 << 16);
      if ((model === undefined) === (options.synthetic === undefined)) {
        throw new ResidentError('bench model needs either a file or --synthetic.', { exitCode: 2 });
      }
      if (options.path && options.path !== 'portable' && options.path !== 'fast') {
        throw new ResidentError(`--path must be portable or fast, not "${options.path}".`, { exitCode: 2 });
      }
      const cacheBits = ([8, 16, 32] as const).find((bits) => String(bits) === options.cacheBits);
      if (!cacheBits)
        throw new ResidentError(`--cache-bits must be 8, 16 or 32, not "${options.cacheBits}".`, { exitCode: 2 });
      const context = options.contextLength ? integer(options.contextLength, '--context-length', 1 << 20) : 0;
      // Known to be there before minutes are spent on our own part.
      if (options.peer) (await import('./bench-peer.ts')).findPeer();
      const { openGpu } = await import('../gpu/index.ts');
      const gpu = await openGpu();
      const gguf = await openModel(model, options);
      const { Engine } = await import('../model/engine/index.ts');
      const rows: Row[] = [];
      let first: Engine | undefined;
      for (const instances of counts) {
        const engine: Engine = await Engine.load(gpu, gguf, {
          instances,
          contextLength: Math.max(context, prompt + generated),
          cacheBits,
          ...(options.path ? { path: options.path as 'portable' | 'fast' } : {}),
          ...(first ? { weightsOf: first } : {}),
          ...(options.json ? {} : { onPlan: (plan: string) => console.error(plan) }),
        });
        first ??= engine;
        rows.push(await measure(gpu, engine, prompt, generated, options.kernels === true));
        if (!options.json) console.error(`${instances} instances: ${rows.at(-1)!.decode_tokens_per_second} tokens/s`);
        if (engine !== first) engine.destroy();
      }
      const name = gguf.name;
      const vocabulary = first!.config.vocabulary;
      const report = { model: name, adapter: gpu.adapter.name, path: first?.path, prompt, generated, rows };
      await gguf.close();
      gpu.close();
      const peer = options.peer
        ? await measurePeerOn(model, options, { counts, prompt, generated, vocabulary })
        : undefined;
      console.log(options.json ? JSON.stringify({ ...report, ...(peer ? { peer } : {}) }) : table(rows));
      if (!options.json && peer) console.log(peerTable(rows, peer));
      if (!options.json && options.kernels) console.log(kernelTable(rows));
    });
}

async function openModel(model: string | undefined, options: Options) {
  if (model !== undefined) {
    const { openGguf } = await import('../model/gguf/index.ts');
    return openGguf(model);
  }
  const { openGgufSource } = await import('../model/gguf/index.ts');
  return openGgufSource(await synthetic(options));
}

async function synthetic(options: Options): Promise<ByteSource> {
  const { syntheticMixes, syntheticShapes, syntheticSource } = await import('../model/gguf/index.ts');
  const shape = Object.entries(syntheticShapes).find(([name]) => name === options.synthetic)?.[1];
  const mix = syntheticMixes.find((name) => name === options.type);
  if (!shape) {
    const known = Object.keys(syntheticShapes).join(', ');
    throw new ResidentError(`Unknown shape ${options.synthetic}; known are ${known}.`, { exitCode: 2 });
  }
  if (!mix) throw new ResidentError(`--type must be Q4_K_M, Q8_0 or F16, not "${options.type}".`, { exitCode: 2 });
  return syntheticSource(shape, mix);
}

/** Runs the peer on the model's file; a synthetic model is written to a temporary one. */
async function measurePeerOn(model: string | undefined, options: Options, work: Omit<PeerWork, 'modelPath'>) {
  const { measurePeer } = await import('./bench-peer.ts');
  if (model !== undefined) return measurePeer({ ...work, modelPath: model });
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { writeSource } = await import('../model/gguf/index.ts');
  const folder = await mkdtemp(join(tmpdir(), 'resident-peer-'));
  try {
    const modelPath = join(folder, 'model.gguf');
    await writeSource(await synthetic(options), modelPath);
    return await measurePeer({ ...work, modelPath });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One warm-up, then a timed run: all prompts first, then decoding in back-to-back chains. */
async function measure(gpu: Gpu, engine: Engine, prompt: number, generated: number, kernels: boolean): Promise<Row> {
  const { instances, rows } = engine;
  const start = (maxTokens: number) => {
    for (let i = 0; i < instances; i++) {
      const tokens = Array.from({ length: prompt }, (_, k) => (i * 7919 + k * 104729 + 13) % engine.config.vocabulary);
      engine.start(i, tokens, { maxTokens, ignoreStop: true });
    }
  };
  const prefillSteps = Math.ceil((instances * prompt) / rows);
  const decode = async (steps: number) => {
    const pending: Promise<unknown>[] = [];
    for (let left = steps; left > 0; left -= 16) pending.push(engine.submitSteps(Math.min(16, left)));
    await Promise.all(pending);
  };
  // Prompts alone, with the first token of each; then all go on together.
  const resume = () => {
    for (let i = 0; i < instances; i++) engine.resume(i, prompt + generated);
  };
  start(1);
  await engine.submitSteps(prefillSteps);
  resume();
  await decode(Math.min(generated - 1, 16));
  start(1);
  await gpu.device.queue.onSubmittedWorkDone();
  const begin = performance.now();
  await engine.submitSteps(prefillSteps);
  const middle = performance.now();
  resume();
  await decode(generated - 1);
  const end = performance.now();
  const snapshot = await engine.submitSteps(1);
  for (let i = 0; i < instances; i++) {
    const made = snapshot.generated(i).length;
    if (made !== generated) throw new Error(`instance ${i} generated ${made} of ${generated} tokens`);
  }
  const { weights, cache, scratch } = engine.memory;
  return {
    instances,
    prefill_tokens_per_second: Math.round((instances * prompt * 1000) / (middle - begin)),
    decode_tokens_per_second: Math.round((instances * (generated - 1) * 1000) / (end - middle)),
    first_token_ms: Number((middle - begin).toFixed(2)),
    step_ms: Number(((end - middle) / (generated - 1)).toFixed(3)),
    megabytes: Math.round((weights + cache + scratch) / 1e6),
    ...(kernels && gpu.paths.timestamps
      ? { kernels: await kernelTimes(gpu, engine, () => start(generated), prefillSteps) }
      : {}),
  };
}

/** Median over some decoding steps of the summed microseconds of each kernel, each dispatch in a pass of its own. */
async function kernelTimes(
  gpu: Gpu,
  engine: Engine,
  start: () => void,
  prefillSteps: number,
): Promise<Record<string, number>> {
  const { Chain, ChainTimer } = await import('../gpu/index.ts');
  start();
  await engine.submitSteps(2 * prefillSteps + 8);
  const samples = new Map<string, number[]>();
  for (let i = 0; i < 5; i++) {
    const timer = new ChainTimer(gpu);
    const chain = new Chain(gpu, { timer });
    engine.encodeStep(chain);
    chain.submit();
    const sums = new Map<string, number>();
    for (const { label, nanoseconds } of await timer.read()) {
      sums.set(label, (sums.get(label) ?? 0) + nanoseconds / 1000);
    }
    for (const [label, sum] of sums) samples.set(label, [...(samples.get(label) ?? []), sum]);
  }
  return Object.fromEntries(
    [...samples].map(([label, times]) => [label, Number(times.sort((a, b) => a - b)[times.length >> 1]!.toFixed(1))]),
  );
}

function table(rows: readonly Row[]): string {
  const head = ['instances', 'prefill tok/s', 'decode tok/s', 'first token ms', 'step ms', 'MB'];
  const lines = rows.map((r) =>
    [
      r.instances,
      r.prefill_tokens_per_second,
      r.decode_tokens_per_second,
      r.first_token_ms,
      r.step_ms,
      r.megabytes,
    ].map(String),
  );
  return [head, ...lines].map((line) => line.map((cell) => cell.padStart(14)).join('')).join('\n');
}

function peerTable(rows: readonly Row[], peer: { backend: string; rows: readonly PeerRow[] }): string {
  const head = ['instances', 'llama.cpp prefill', 'decode tok/s', 'ours / theirs'];
  const lines = peer.rows.map((r, i) => [
    String(r.instances),
    String(r.prefill_tokens_per_second),
    String(r.decode_tokens_per_second),
    (rows[i]!.decode_tokens_per_second / r.decode_tokens_per_second).toFixed(2),
  ]);
  const text = [head, ...lines].map((line) => line.map((cell) => cell.padStart(18)).join('')).join('\n');
  return `\nllama.cpp, ${peer.backend}:\n${text}`;
}

function kernelTable(rows: readonly Row[]): string {
  const labels = [...new Set(rows.flatMap((r) => Object.keys(r.kernels ?? {})))];
  const head = ['µs in one step', ...rows.map((r) => String(r.instances))];
  const lines = labels.map((label) => [label, ...rows.map((r) => String(r.kernels?.[label] ?? ''))]);
  return [head, ...lines]
    .map(([label, ...cells]) => label!.padEnd(16) + cells.map((c) => c.padStart(10)).join(''))
    .join('\n');
}

function integer(text: string, flag: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new ResidentError(`${flag} must be integers from 1 to ${max}, not "${text}".`, { exitCode: 2 });
  }
  return value;
}
