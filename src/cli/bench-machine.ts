import type { Command } from 'commander';
import type { MachineReport } from '../../bench/machine.ts';
import { ResidentError } from '../errors.ts';

/** `resident bench machine`. */
export function registerBenchMachine(program: Command): void {
  const bench =
    program.commands.find((command) => command.name() === 'bench') ?? program.command('bench').description('measure');
  bench
    .command('machine')
    .description('instructions per second of the virtual computers: both tiers, four kernels, several populations')
    .option('--sizes <list>', 'numbers of instances', '1,64,1024,16384,131072')
    .option('--seconds <s>', 'GPU time of each measurement', '0.25')
    .option('--json', 'print one JSON object')
    .action(async (flags: { sizes: string; seconds: string; json?: boolean }) => {
      const { openGpu } = await import('../gpu/index.ts');
      const { benchMachine } = await import('../../bench/machine.ts');
      const gpu = await openGpu();
      const report = await benchMachine(gpu, {
        sizes: flags.sizes.split(',').map(Number),
        seconds: Number(flags.seconds),
        ...(flags.json
          ? {}
          : {
              onMeasurement: (m) =>
                console.log(
                  `${m.kernel.padEnd(9)} ${m.tier.padEnd(12)} ${String(m.instances).padStart(7)}  ${rate(m.instructionsPerSecond)}`,
                ),
            }),
      });
      if (flags.json) console.log(JSON.stringify({ adapter: gpu.adapter.name, ...report }));
      else printRest(report);
    });
}

/** `resident bench swap`. */
export function registerBenchSwap(program: Command): void {
  const bench =
    program.commands.find((command) => command.name() === 'bench') ?? program.command('bench').description('measure');
  bench
    .command('swap')
    .description('idle time of the GPU between two chains that run different programs, by GPU timestamps')
    .option('--json', 'print one JSON object')
    .action(async (flags: { json?: boolean }) => {
      const { openGpu } = await import('../gpu/index.ts');
      const { benchSwap } = await import('../../bench/swap.ts');
      const gpu = await openGpu();
      if (!gpu.paths.timestamps) {
        throw new ResidentError('This adapter has no GPU timestamps, which bench swap needs: use another adapter.');
      }
      const report = await benchSwap(gpu);
      if (flags.json) console.log(JSON.stringify({ adapter: gpu.adapter.name, ...report }));
      else {
        const worst = Math.max(...report.gaps).toFixed(1);
        console.log(
          `${report.medianMicroseconds.toFixed(1)} µs idle between chains (median of ${report.gaps.length}; most ${worst}), ` +
            `${report.chainMicroseconds.toFixed(1)} µs for a chain`,
        );
      }
    });
}

function printRest(report: MachineReport): void {
  for (const e of report.euler10) {
    console.log(
      `Euler 10  ${e.tier.padEnd(12)} ${e.seconds.toFixed(3)} s, ${e.instructions} instructions, ${e.stdout}`,
    );
  }
  for (const [kernel, speed] of Object.entries(report.qemu ?? {})) {
    console.log(`${kernel.padEnd(9)} QEMU user mode, one core  ${rate(speed)}`);
  }
}

function rate(perSecond: number): string {
  return perSecond >= 1e9 ? `${(perSecond / 1e9).toFixed(1)} Ginstr/s` : `${(perSecond / 1e6).toFixed(2)} Minstr/s`;
}
