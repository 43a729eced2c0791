// Compiles and runs many programs on the GPU, some hundreds at once.
import { type CompileResult, Compiler, JobMode } from '../../src/cc/index.ts';
import { Chain, type Gpu } from '../../src/gpu/index.ts';
import { Population, trapText } from '../../src/machine/index.ts';

export interface BatchOptions {
  /** Programs at once. */
  slots?: number;
  sourceBytes?: number;
  textBytes?: number;
  ramBytes?: number;
  budget?: bigint;
}

export interface BatchResult {
  compile: CompileResult;
  stdout: string;
  exit: number | null;
  trap: string | null;
  instructions: bigint;
}

/** Results in the order of the sources. Sources that do not compile have no output. */
export async function runBatch(
  gpu: Gpu,
  sources: readonly string[],
  options: BatchOptions = {},
): Promise<BatchResult[]> {
  const slots = Math.min(sources.length, options.slots ?? 256);
  const population = await Population.create(gpu, {
    instances: slots,
    ramBytes: options.ramBytes ?? 1 << 16,
    textBytes: options.textBytes ?? 24576,
    float: true,
    lanes: 8,
  });
  await population.prepareNumbers();
  const compiler = await Compiler.create(gpu, { population, sourceBytes: options.sourceBytes ?? 4096 });
  const results: BatchResult[] = [];
  for (let first = 0; first < sources.length; first += slots) {
    const part = sources.slice(first, first + slots);
    for (let i = 0; i < part.length; i++) {
      compiler.submit(i, part[i]!, { mode: JobMode.PROGRAM, budget: options.budget ?? 100_000_000n });
    }
    let compiled: CompileResult[];
    do {
      const chain = new Chain(gpu);
      compiler.encode(chain, { slots: part.length, quanta: 2, steps: 32768 });
      chain.submit();
      compiled = (await compiler.results()).slice(0, part.length);
    } while (compiled.some((c) => c.status === 'pending'));
    await population.run();
    const ran = await population.results();
    for (let i = 0; i < part.length; i++) {
      const ok = compiled[i]!.status === 'done';
      const { stdout, exit, trap, instructions } = ran[i]!;
      results.push({
        compile: compiled[i]!,
        stdout: ok ? new TextDecoder('latin1').decode(stdout) : '',
        exit: ok ? exit : null,
        trap: ok && trap ? trapText(trap.cause) : null,
        instructions: ok ? instructions : 0n,
      });
    }
  }
  compiler.destroy();
  population.destroy();
  return results;
}
