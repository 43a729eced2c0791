import { Chain, ChainTimer, type Gpu } from '../gpu/index.ts';
import { Population } from '../machine/index.ts';
import { Compiler, slotSizes } from './compiler.ts';
import { JobMode, JobStageName } from './constants.ts';

/** Medians, in milliseconds of GPU time; the parts are undefined on an adapter without timestamps. */
export interface CompilerLatency {
  tokenizeMs?: number;
  parseMs?: number;
  generateMs?: number;
  runMs?: number;
  /** From the first dispatch of the compiler to the last of the machine. */
  totalMs?: number;
  /** From submit until the queue is done, on the host's clock. */
  wallMs: number;
  /** Steps of the stage machine. */
  steps: number;
}

export interface BatchSpeed {
  kind: 'expression' | 'program';
  programs: number;
  /** Compilation alone, by timestamps (undefined without them) and by the host's clock. */
  gpuMs?: number;
  wallMs: number;
  /** By GPU time, or by the host's clock on an adapter without timestamps. */
  perSecond: number;
}

export interface CompilerReport {
  expression: CompilerLatency;
  program: CompilerLatency;
  batches: BatchSpeed[];
}

export interface CompilerBenchOptions {
  batches: readonly number[];
  /** Slots of one workgroup. */
  lanes?: number;
}

const median = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1]!;
const milliseconds = (begin: bigint, end: bigint) => Number(end - begin) / 1e6;

/** A program of a few lines, different for each `i`. */
export function smallProgram(i: number): string {
  return `#include <stdio.h>
int main(void) {
  int sum = 0;
  for (int i = 1; i <= ${(i % 100) + 1}; i++) sum += i * ${i % 7} + 1;
  printf("%d\\n", sum);
  return 0;
}
`;
}

const smallExpression = (i: number) => `${i} * 293 + (${i} % 7) - 4`;

/** Measures the compiler: latency alone, throughput of small programs in batches that fit the adapter's memory. */
export async function measureCompiler(
  gpu: Gpu,
  program: string,
  options: CompilerBenchOptions,
): Promise<CompilerReport> {
  return {
    expression: await latency(gpu, '847 * 293 + (12 % 7)', JobMode.EXPRESSION, options),
    program: await latency(gpu, program, JobMode.PROGRAM, options),
    batches: await throughput(gpu, options),
  };
}

async function latency(
  gpu: Gpu,
  source: string,
  mode: number,
  { lanes }: CompilerBenchOptions,
): Promise<CompilerLatency> {
  const isExpression = mode === JobMode.EXPRESSION;
  const textBytes = isExpression ? 4096 : 65536;
  const population = await Population.create(gpu, { instances: 1, textBytes, ramBytes: 1 << 16, float: true });
  await population.prepareNumbers();
  const sourceBytes = isExpression ? 1024 : 8192;
  const compiler = await Compiler.create(gpu, {
    population,
    sourceBytes,
    ...(lanes ? { lanes } : {}),
  });
  const timer = gpu.paths.timestamps ? new ChainTimer(gpu, 8) : undefined;
  const rounds: CompilerLatency[] = [];
  for (let round = 0; round < 24; round++) {
    compiler.submit(0, source, { mode });
    await gpu.device.queue.onSubmittedWorkDone();
    const began = performance.now();
    const chain = new Chain(gpu, timer ? { timer } : {});
    compiler.encode(chain, { steps: isExpression ? 16384 : 1 << 19, parts: true });
    chain.part('run');
    population.encode(chain, { quanta: isExpression ? 2 : 8, instructionsPerQuantum: 65536 });
    chain.submit();
    await gpu.device.queue.onSubmittedWorkDone();
    const wallMs = performance.now() - began;
    const parts = await timer?.read();
    // The first rounds compile kernels and wake the GPU's clock.
    if (round < 8) continue;
    if (!parts) rounds.push({ wallMs, steps: 0 });
    else {
      const [tokenizeMs, parseMs, generateMs, runMs] = parts.map((p) => p.nanoseconds / 1e6);
      const totalMs = milliseconds(parts[0]!.begin, parts.at(-1)!.end);
      rounds.push({
        tokenizeMs: tokenizeMs!,
        parseMs: parseMs!,
        generateMs: generateMs!,
        runMs: runMs!,
        totalMs,
        wallMs,
        steps: 0,
      });
    }
  }
  const [result] = await compiler.results();
  if (result!.status !== 'done') throw new Error(`bench cc: ${JSON.stringify(result)}`);
  compiler.destroy();
  population.destroy();
  rounds.sort((a, b) => (a.totalMs ?? a.wallMs) - (b.totalMs ?? b.wallMs));
  return { ...rounds[rounds.length >> 1]!, steps: result!.steps };
}

async function throughput(gpu: Gpu, { batches, lanes }: CompilerBenchOptions): Promise<BatchSpeed[]> {
  const results: BatchSpeed[] = [];
  const timer = gpu.paths.timestamps ? new ChainTimer(gpu, JobStageName.length) : undefined;
  for (const kind of ['expression', 'program'] as const) {
    const isExpression = kind === 'expression';
    const sourceBytes = isExpression ? 256 : 512;
    const sizes = slotSizes(sourceBytes, isExpression ? 1024 : 16384);
    const probe = await Compiler.create(gpu, { sourceBytes, sizes });
    const slotBytes = Math.max(probe.image.workWords * 4, sizes.textBytes);
    probe.destroy();
    for (const wanted of batches) {
      const programs = Math.min(wanted, Math.floor(gpu.limits.maxStorageBufferBindingSize / slotBytes));
      const compiler = await Compiler.create(gpu, {
        slots: programs,
        sourceBytes,
        sizes,
        ...(lanes ? { lanes } : {}),
      });
      const wall: number[] = [];
      const gpuTimes: number[] = [];
      for (let round = 0; round < 5; round++) {
        const mode = isExpression ? JobMode.EXPRESSION : JobMode.PROGRAM;
        const source = isExpression ? smallExpression : smallProgram;
        for (let i = 0; i < programs; i++) compiler.submit(i, source(i), { mode, compileOnly: true });
        await gpu.device.queue.onSubmittedWorkDone();
        const began = performance.now();
        const chain = new Chain(gpu, timer ? { timer } : {});
        compiler.encode(chain, { steps: 65536, parts: true });
        chain.submit();
        await gpu.device.queue.onSubmittedWorkDone();
        const parts = await timer?.read();
        if (round === 0) continue;
        wall.push(performance.now() - began);
        if (parts) gpuTimes.push(milliseconds(parts[0]!.begin, parts.at(-1)!.end));
      }
      const failed = (await compiler.results()).filter((r) => r.status !== 'done').length;
      if (failed > 0) throw new Error(`bench cc: ${failed} of ${programs} programs did not compile`);
      compiler.destroy();
      const wallMs = median(wall);
      const gpuMs = timer ? median(gpuTimes) : undefined;
      const perSecond = (programs / (gpuMs ?? wallMs)) * 1000;
      results.push({ kind, programs, wallMs, perSecond, ...(gpuMs === undefined ? {} : { gpuMs }) });
    }
  }
  return results;
}
