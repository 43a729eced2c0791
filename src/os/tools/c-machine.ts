import type { Gpu } from '../../gpu/index.ts';
import type { CMachine } from './builtin.ts';

/** Bounds of one run. */
const limits = { instructions: 1_000_000_000n, ramBytes: 1 << 20, outputBytes: 1 << 16 };

/**
 * The C machine on the GPU, for `c.run`. The first run opens the GPU. A source that does not compile is an answer like
 * any other (exit 1, the messages as output), so that who wrote it can read them.
 */
export class GpuCMachine implements CMachine {
  #gpu: Promise<Gpu> | undefined;

  async run(source: string, signal: AbortSignal): Promise<{ output: string; exit: number; trap: string | null }> {
    const { openGpu } = await import('../../gpu/index.ts');
    const { compileFile } = await import('../../cc/index.ts');
    const { describeTrap, Population } = await import('../../machine/index.ts');
    const { ResidentError } = await import('../../errors.ts');
    this.#gpu ??= openGpu();
    const gpu = await this.#gpu;
    let compiled: Awaited<ReturnType<typeof compileFile>>;
    try {
      compiled = await compileFile(gpu, new TextEncoder().encode(source), 'program.c');
    } catch (error) {
      if (!(error instanceof ResidentError)) throw error;
      return { output: error.message, exit: 1, trap: 'does not compile' };
    }
    const { program, compiler } = compiled;
    compiler.destroy();
    signal.throwIfAborted();
    const population = await Population.create(gpu, {
      instances: 1,
      program,
      ramBytes: Math.max(limits.ramBytes, 2 ** Math.ceil(Math.log2(program.staticLength + 16384))),
      outputBytes: limits.outputBytes,
      outputFull: 'trap',
    });
    try {
      population.start({ maxInstructions: limits.instructions });
      await population.run();
      const [result] = await population.results();
      const { stdout, exit, trap } = result!;
      return {
        output: new TextDecoder().decode(stdout),
        exit: exit ?? 1,
        trap: trap ? describeTrap(trap, program) : null,
      };
    } finally {
      population.destroy();
    }
  }

  async close(): Promise<void> {
    const gpu = await this.#gpu?.catch(() => undefined);
    gpu?.close();
  }
}
