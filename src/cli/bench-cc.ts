import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CompilerLatency } from '../cc/bench.ts';
import { packageFile } from './package-files.ts';

export function registerBenchCc(program: Command): void {
  const bench =
    program.commands.find((command) => command.name() === 'bench') ?? program.command('bench').description('measure');
  bench
    .command('cc')
    .description('latency of one expression and of a 50-line program, and programs compiled per second in batches')
    .option('--batches <list>', 'sizes of the batches of small programs', '1,100,10000')
    .option('--lanes <n>', 'slots that one workgroup of the stage kernel runs')
    .option('--json', 'print one JSON object')
    .action(async (options: { batches: string; lanes?: string; json?: boolean }) => {
      const { openGpu } = await import('../gpu/index.ts');
      const { measureCompiler } = await import('../cc/bench.ts');
      const gpu = await openGpu();
      const program50 = readFileSync(packageFile('programs', 'c', 'fifty-lines.c'), 'utf8');
      const report = await measureCompiler(gpu, program50, {
        batches: options.batches.split(',').map(Number),
        ...(options.lanes ? { lanes: Number(options.lanes) } : {}),
      });
      if (options.json) console.log(JSON.stringify({ adapter: gpu.adapter.name, ...report }));
      else {
        console.log(`adapter ${gpu.adapter.name}; milliseconds`);
        printLatency('one expression', report.expression);
        printLatency('50-line program', report.program);
        for (const b of report.batches) {
          const gpuTime = b.gpuMs === undefined ? '' : `, ${b.gpuMs.toFixed(2)} ms of GPU time`;
          const words = `batch of ${b.programs} ${b.kind}s`.padEnd(28);
          console.log(`${words} ${Math.round(b.perSecond)} compiled/s${gpuTime}, ${b.wallMs.toFixed(2)} ms in all`);
        }
      }
      gpu.close();
    });
}

function printLatency(name: string, m: CompilerLatency): void {
  const time = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(3));
  const parts = `tokenize ${time(m.tokenizeMs)}, parse ${time(m.parseMs)}, generate ${time(m.generateMs)}, run ${time(m.runMs)}`;
  console.log(
    `${name.padEnd(16)} ${time(m.totalMs)} of GPU time (${parts}), ${m.wallMs.toFixed(2)} with submit and wait; ${m.steps} stage steps`,
  );
}
