import type { Command } from 'commander';
import type { Gpu } from '../gpu/index.ts';
import type { Progress } from '../inband/index.ts';
import { integer } from './options.ts';
import type { Problem } from './problems.ts';
import type { Solution, SolveResult, Solver } from './solve.ts';

interface DemoOptions {
  instances: number;
  vm: boolean;
  problems?: string;
  json?: boolean;
}

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('fifty model instances answer word problems on the GPU and compute in band')
    .option('--instances <n>', 'instances that decode together', integer(1, 65535), 50)
    .option('--no-vm', 'only run without in-band computing')
    .option('--problems <file>', 'JSON Lines file of {"question": "...", "answer": 248171}')
    .option('--json', 'print one JSON line for each problem, then a summary line')
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  const { openGpu } = await import('../gpu/index.ts');
  const { demoProblems, shippedModel } = await import('./package-files.ts');
  const { readProblems } = await import('./problems.ts');
  const { Solver } = await import('./solve.ts');
  const problems = await readProblems(options.problems ?? demoProblems());
  const gpu = await openGpu();
  const solver = await Solver.open(gpu, shippedModel(), Math.min(options.instances, problems.length));
  const show = options.json ? undefined : await screen(gpu, solver, problems);

  const began = performance.now();
  const withVm = options.vm ? await solver.solve(problems, true, show?.progress) : undefined;
  if (withVm) show?.solutions(withVm.solutions);
  show?.withoutVm();
  const withoutVm = await solver.solve(problems, false, withVm ? undefined : show?.progress);
  if (!withVm) show?.solutions(withoutVm.solutions);

  const main = withVm ?? withoutVm;
  const summary = summarise(gpu, solver, main, withoutVm);
  if (options.json) {
    for (const solution of main.solutions) console.log(JSON.stringify(solutionLine(solution)));
    console.log(JSON.stringify(summary));
  } else {
    console.log(summaryText(summary, problems.length, withVm !== undefined));
    const seconds = (began + main.statistics.firstTokenMs) / 1000;
    if (withVm) console.log(`first token ${seconds.toFixed(1)} s after the start, kernels and weights included`);
  }
  gpu.close();
}

function summarise(gpu: Gpu, solver: Solver, main: SolveResult, withoutVm: SolveResult) {
  const { statistics } = main;
  return {
    instances: solver.pool.engine.instances,
    correct: main.correct,
    correct_without_vm: withoutVm.correct,
    tokens: statistics.tokens,
    tokens_per_second: Math.round((statistics.tokens / statistics.wallMs) * 1000),
    instructions: Number(statistics.instructions),
    submits: statistics.submits,
    gpu_ms: Math.round(statistics.gpuMs),
    cpu_ms: Math.round(statistics.cpuMs * 10) / 10,
    adapter: gpu.adapter.name,
  };
}

function solutionLine({ problem, instance, text, correct, tokens, instructions }: Solution) {
  return {
    question: problem.question,
    answer: jsonInteger(problem.answer),
    instance,
    text,
    correct,
    tokens,
    instructions: Number(instructions),
  };
}

/** JSON numbers are exact up to 2^53; larger answers stay strings, as in the problems file. */
function jsonInteger(value: bigint): number | string {
  return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function summaryText(summary: ReturnType<typeof summarise>, problems: number, withVm: boolean): string {
  const count = (n: number) => n.toLocaleString('en-US');
  const scores = withVm
    ? `${summary.correct} of ${problems} correct with the VM, ${summary.correct_without_vm} of ${problems} without it`
    : `${summary.correct} of ${problems} correct without the VM`;
  return [
    '',
    scores,
    `${count(summary.tokens)} tokens by ${summary.instances} instances, ${count(summary.tokens_per_second)} tokens/s on ${summary.adapter}`,
    `${count(summary.instructions)} instructions executed in band, in ${summary.submits} submits`,
    `GPU busy for ${count(summary.gpu_ms)} ms; the CPU was needed for ${count(summary.cpu_ms)} ms of them`,
  ].join('\n');
}

/** What people watch: a live table on a terminal, plain lines in a pipe. */
async function screen(gpu: Gpu, solver: Solver, problems: readonly Problem[]) {
  const { engine, tokenizer } = solver.pool;
  const megabytes = (engine.memory.weights / 1e6).toFixed(1);
  console.log(`${engine.instances} instances of one model (${megabytes} MB of weights) on ${gpu.adapter.name}\n`);
  if (!process.stdout.isTTY) {
    return {
      progress: undefined,
      withoutVm: () => {},
      solutions: (solutions: readonly Solution[]) => {
        for (const { instance, problem, text, correct } of solutions) {
          console.log(
            `${String(instance).padStart(3)}  ${correct ? 'right' : 'wrong'}  ${problem.question}  ->  ${text}`,
          );
        }
      },
    };
  }
  const { LiveTable } = await import('./live-table.ts');
  const table = new LiveTable(process.stdout);
  const line = (instance: number, state: string, text: string) =>
    `${String(instance).padStart(3)}  ${state.padEnd(9)}  ${text.replaceAll('\n', ' ')}`;
  return {
    progress: (progress: readonly Progress[]) =>
      table.show(
        progress.map((p, i) => {
          const text = tokenizer.decode(p.tokens);
          return line(p.instance, p.state, text || problems[i]!.question);
        }),
      ),
    solutions: (solutions: readonly Solution[]) => {
      table.show(solutions.map(({ instance, correct, text }) => line(instance, correct ? 'right' : 'WRONG', text)));
      table.close();
    },
    withoutVm: () => console.log('\nThe same model without the VM ...'),
  };
}
