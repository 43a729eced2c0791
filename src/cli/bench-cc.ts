import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { packageFile } from './package-files.ts';

export function registerBenchCc(program: Command): void {
  const bench =
    program.commands.find((command) => command.name() === 'bench') ?? program.command('bench').description('measure');
  bench
    .command('cc')
    .description('latency of one expression and of a 50-line program, and programs compiled per second in batches')
    .option('--batches <list>', 'sizes of the batches of small programs', '1,100,1000')
    .option('--json', 'print one JSON object')
    .action(async (options: { batches: string; json?: boolean }) => {
      const { openGpu } = await import('../gpu/index.ts');
      const { measureCompiler } = await import('../cc/bench.ts');
      const gpu = await openGpu();
      const program50 = readFileSync(packageFile('programs', 'c', 'fifty-lines.c'), 'utf8');
      const report = await measureCompiler(gpu, program50, options.batches.split(',').map(Number));
      if (options.json) console.log(JSON.stringify({ adapter: gpu.adapter.name, ...report }));
      else {
        const { expression, program, batches } = report;
        console.log(`adapter ${gpu.adapter.name}; GPU time where the adapter has timestamps, else wall time`);
        for (const [name, m] of [
          ['one expression', expression],
          ['50-line program', program],
        ] as const) {
          console.log(
            `${name.padEnd(16)} compile ${m.compileMs.toFixed(3)} ms, ${m.steps} steps; run ${m.runMs.toFixed(3)} ms`,
          );
        }
        for (const b of batches) console.log(`batch of ${b.programs}: ${Math.round(b.perSecond)} programs/s`);
      }
      gpu.close();
    });
}
