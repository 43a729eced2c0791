import { Chain, ChainTimer, type Gpu } from '../gpu/index.ts';
import { Population } from '../machine/index.ts';
import { Compiler } from './compiler.ts';
import { JobMode } from './constants.ts';

export interface CompilerLatency {
  /** Medians, in milliseconds of GPU time, or of wall time on an adapter without timestamps. */
  compileMs: number;
  runMs: number;
  /** Steps of the stage machine. */
  steps: number;
}

export interface CompilerReport {
  expression: CompilerLatency;
  program: CompilerLatency;
  batches: { programs: number; perSecond: number }[];
}

const median = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1]!;

/** Measures the compiler: latency alone, throughput of small expressions in batches that fit the adapter's memory. */
export async function measureCompiler(gpu: Gpu, program: string, batches: readonly number[]): Promise<CompilerReport> {
  return {
    expression: await latency(gpu, '847 * 293 + (12 % 7)', JobMode.EXPRESSION, 1024, 16384),
    program: await latency(gpu, program, JobMode.PROGRAM, 8192, 1 << 19),
    batches: await throughput(gpu, batches),
  };
}

async function latency(
  gpu: Gpu,
  source: string,
  mode: number,
  sourceBytes: number,
  steps: number,
): Promise<CompilerLatency> {
  const textBytes = mode === JobMode.EXPRESSION ? 4096 : 65536;
  const population = await Population.create(gpu, { instances: 1, textBytes, ramBytes: 1 << 16, float: true });
  const compiler = await Compiler.create(gpu, { population, sourceBytes });
  const timer = gpu.paths.timestamps ? new ChainTimer(gpu, 8) : undefined;
  const compile: number[] = [];
  const run: number[] = [];
  for (let round = 0; round < 12; round++) {
    compiler.submit(0, source, { mode });
    await gpu.device.queue.onSubmittedWorkDone();
    const began = performance.now();
    const chain = new Chain(gpu, timer ? { timer } : {});
    chain.part('compile');
    compiler.encode(chain, { steps });
    chain.part('run');
    population.encode(chain, { quanta: 8, instructionsPerQuantum: 65536 });
    chain.submit();
    await gpu.device.queue.onSubmittedWorkDone();
    const wall = performance.now() - began;
    const parts = timer ? await timer.read() : undefined;
    // The first rounds compile kernels.
    if (round < 4) continue;
    compile.push(parts ? parts[0]!.nanoseconds / 1e6 : wall);
    run.push(parts ? parts[1]!.nanoseconds / 1e6 : 0);
  }
  const [result] = await compiler.results();
  if (result!.status !== 'done') throw new Error(`bench cc: ${JSON.stringify(result)}`);
  compiler.destroy();
  population.destroy();
  return { compileMs: median(compile), runMs: median(run), steps: result!.steps };
}

async function throughput(gpu: Gpu, sizes: readonly number[]): Promise<{ programs: number; perSecond: number }[]> {
  const results: { programs: number; perSecond: number }[] = [];
  for (const wanted of sizes) {
    const perSlot = 66_500;
    const programs = Math.min(wanted, Math.floor(gpu.limits.maxStorageBufferBindingSize / perSlot));
    const compiler = await Compiler.create(gpu, { slots: programs, sourceBytes: 1024, sizes: { textBytes: 1024 } });
    const times: number[] = [];
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < programs; i++) compiler.submit(i, `${i} * 293 + (${i} % 7) - 4`, { compileOnly: true });
      await gpu.device.queue.onSubmittedWorkDone();
      const began = performance.now();
      const chain = new Chain(gpu);
      compiler.encode(chain, { steps: 16384 });
      chain.submit();
      await gpu.device.queue.onSubmittedWorkDone();
      if (round > 0) times.push(performance.now() - began);
    }
    const failed = (await compiler.results()).filter((r) => r.status !== 'done').length;
    if (failed > 0) throw new Error(`bench cc: ${failed} of ${programs} programs did not compile`);
    compiler.destroy();
    results.push({ programs, perSecond: (programs / median(times)) * 1000 });
  }
  return results;
}
