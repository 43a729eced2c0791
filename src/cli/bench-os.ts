import type { Command } from 'commander';
import { integer } from './options.ts';

/** `resident bench os` and `resident bench context`. */
export function registerBenchOs(program: Command): void {
  const bench =
    program.commands.find((command) => command.name() === 'bench') ??
    program.command('bench').description('measure this machine');
  const sub = (name: string, description: string) =>
    bench
      .command(name)
      .description(description)
      .exitOverride()
      .option('--verbose', 'show stack traces')
      .showHelpAfterError('(see --help)')
      .option('--json', 'print one JSON object');

  sub('os', 'processes and instructions per second of the LLM-VM, with the scripted CPU')
    .option('--sleeping <n>', 'sleeping processes', integer(0, 10_000_000), 10_000)
    .option('--runnable <n>', 'runnable processes', integer(1, 1_000_000), 1000)
    .option('--instructions <n>', 'instructions to measure', integer(1, 100_000_000), 200_000)
    .option('--store <location>', 'an empty store (default: a file in a temporary folder)')
    .option('--scheduling <policy>', 'priority or round-robin', 'priority')
    .action(async (options) => {
      const { ResidentError } = await import('../errors.ts');
      if (!['priority', 'round-robin'].includes(options.scheduling))
        throw new ResidentError(`--scheduling ${options.scheduling}: expected priority or round-robin`, {
          exitCode: 2,
        });
      const { benchOs } = await import('../os/bench.ts');
      const report = await benchOs(options);
      if (options.json) {
        console.log(JSON.stringify(report));
        return;
      }
      const n = (value: number, digits = 0) => value.toLocaleString('en-US', { maximumFractionDigits: digits });
      console.log(`store                        ${report.store}, one durable transaction per instruction`);
      console.log(`sleeping, runnable           ${n(report.sleeping)}, ${n(report.runnable)}`);
      console.log(`memory per sleeping process  ${n(report.bytesPerSleepingProcess)} bytes`);
      console.log(`instructions per second      ${n(report.instructionsPerSecond)}`);
      console.log(`one instruction              ${n(report.commit.p50, 2)} ms (99%: ${n(report.commit.p99, 2)} ms)`);
      console.log(`ALU operations               ${n(100 * report.aluShare, 1)}%, ${n(report.meanBatch, 1)} in a batch`);
      console.log(`unfairness                   ${n(100 * report.unfairness, 2)}%`);
      console.log(`kernel ready after restart   ${n(report.reopen)} ms`);
    });

  sub('paging', 'page faults and prefix reuse of the paging policies, with the scripted CPU')
    .option('--operations <n>', 'operations of each pattern', integer(1, 100_000), 300)
    .option('--seed <n>', 'seed of the patterns', integer(0, 2 ** 32 - 1), 1)
    .action(async (options) => {
      const { benchPaging } = await import('../os/bench-paging.ts');
      const rows = await benchPaging(options.operations, options.seed);
      if (options.json) {
        console.log(JSON.stringify(rows));
        return;
      }
      const { table } = await import('../os/shell/inspect.ts');
      const shown = rows.map((r) => [
        r.pattern,
        r.policy,
        r.faultRate.toFixed(2),
        r.promptTokens,
        `${((100 * r.reusedTokens) / r.promptTokens).toFixed(0)}%`,
      ]);
      console.log(table([['PATTERN', 'POLICY', 'FAULTS PER OPERATION', 'PROMPT TOKENS', 'REUSED'], ...shown]));
    });
}
