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

  sub('context', 'tokens and success of the LLM-VM against full append, a sliding window and retrieval')
    .option('--cpu <cpu>', 'a GGUF file, or http://HOST/v1#MODEL', 'models/resident-context.gguf')
    .option('--api-key-env <name>', 'environment variable that holds the key of the endpoint')
    .option('--sizes <list>', 'corpus sizes in tokens', '1000,4000')
    .option('--tasks <n>', 'tasks of each kind and size', integer(1, 100_000), 20)
    .option('--seed <n>', 'seed of the tasks', integer(0, 2 ** 31), 1)
    .option('--window <n>', 'tokens of the sliding window and of the LLM-VM', integer(256, 1 << 20), 1024)
    .option('--context <n>', 'most tokens of a full append', integer(256, 1 << 24), 8192)
    .action(async (options) => {
      const { openCpu } = await import('../os/shell/open.ts');
      const { benchContext, margin, summarise } = await import('../os/bench-context.ts');
      const { taskKinds } = await import('../os/context-tasks.ts');
      const sizes = String(options.sizes).split(',').map(integer(1, 10_000_000));
      const key = options.apiKeyEnv === undefined ? undefined : process.env[options.apiKeyEnv as string];
      const context = Math.max(options.context, options.window);
      const cpu = await openCpu(options.cpu, { instances: 1, context, ...(key ? { key } : {}) });
      const { tasks, seed, window } = options;
      const outcomes = await benchContext({ cpu, sizes, tasks, seed, window, contextLength: context });
      await cpu.close();
      const summary = summarise(outcomes, seed);
      const kinds = taskKinds.map((kind) => ({
        kind,
        arms: summarise(
          outcomes.filter((o) => o.task.kind === kind),
          seed,
        ),
      }));
      if (options.json) {
        console.log(JSON.stringify({ cpu: cpu.name, sizes, tasks, seed, window, margin, arms: summary, kinds }));
        return;
      }
      const { table } = await import('../os/shell/inspect.ts');
      const percent = (x: number) => `${(100 * x).toFixed(0)}%`;
      const rows = summary.map((s) => [
        s.arm,
        s.tasks,
        `${percent(s.success)} (${s.interval.map(percent).join(' to ')})`,
        s.totalTokens,
        s.peak,
        Math.round(s.cacheWeighted),
        s.faultRate.toFixed(2),
        s.arm === 'LLM-VM' ? '' : (s.ratio?.toFixed(1) ?? 'not shown: the VM may be worse'),
      ]);
      console.log(
        `${cpu.name}; every token of every call counts; ratios only where the VM is not worse by over ${percent(margin)}`,
      );
      console.log(
        table([
          ['ARM', 'TASKS', 'SUCCESS (95%)', 'TOKENS', 'PEAK', 'CACHE-WEIGHTED', 'FAULTS', 'TIMES THE VM'],
          ...rows,
        ]),
      );
      const right = (of: typeof summary, arm: string) => {
        const found = of.find((s) => s.arm === arm);
        return found ? `${Math.round(found.success * found.tasks)}/${found.tasks}` : '';
      };
      const mean = (of: typeof summary, arm: string) => {
        const found = of.find((s) => s.arm === arm);
        return found ? Math.round(found.totalTokens / found.tasks) : '';
      };
      console.log(
        table([
          ['RIGHT, BY KIND', ...kinds.map(({ kind }) => kind.toUpperCase())],
          ...summary.map(({ arm }) => [arm, ...kinds.map(({ arms }) => right(arms, arm))]),
          ['TOKENS OF A TASK', ...kinds.map(() => '')],
          ...summary.map(({ arm }) => [arm, ...kinds.map(({ arms }) => mean(arms, arm))]),
        ]),
      );
    });
}
