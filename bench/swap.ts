import { readFileSync } from 'node:fs';
import { Chain, ChainTimer, type Gpu } from '../src/gpu/index.ts';
import { assemble, Population } from '../src/machine/index.ts';

export interface SwapReport {
  /** Microseconds on the GPU between the end of one chain and the begin of the next, which runs another program. */
  gaps: number[];
  medianMicroseconds: number;
  /** Microseconds that a chain itself took. */
  chainMicroseconds: number;
}

/**
 * Records chains ahead that alternate between two populations with different programs, submits them back to back and
 * measures with GPU timestamps how long the GPU idles between them.
 */
export async function benchSwap(gpu: Gpu, chains = 32): Promise<SwapReport> {
  const source = readFileSync(new URL('../programs/machine/kernels.s', import.meta.url), 'utf8');
  const populations = await Promise.all(
    [0, 2].map((kernel) =>
      Population.create(gpu, {
        instances: 4096,
        program: assemble(`.equ KERNEL, ${kernel}\n${source}`),
        ramBytes: 2048,
      }),
    ),
  );
  for (const population of populations) {
    population.start({ maxInstructions: 1n << 40n });
    await population.run({ tier: 'interpreter', maxMilliseconds: 0 });
  }
  const timer = new ChainTimer(gpu, chains);
  const recorded = Array.from({ length: chains }, (_, i) => {
    const chain = new Chain(gpu, { timer });
    chain.part(`chain ${i}`);
    populations[i % 2]!.encode(chain, { quanta: 2, instructionsPerQuantum: 500, numbers: false });
    return chain;
  });
  for (const chain of recorded) chain.submit();
  await gpu.device.queue.onSubmittedWorkDone();
  const times = await timer.read();
  for (const population of populations) population.destroy();
  const gaps = times.slice(1).map((t, i) => Number(t.begin - times[i]!.end) / 1000);
  const sorted = [...gaps].sort((a, b) => a - b);
  return {
    gaps,
    medianMicroseconds: sorted[sorted.length >> 1]!,
    chainMicroseconds: times.reduce((sum, t) => sum + t.nanoseconds, 0) / times.length / 1000,
  };
}
