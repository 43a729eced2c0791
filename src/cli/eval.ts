import type { Command } from 'commander';
import { integer } from './options.ts';

interface EvalOptions {
  instances: number;
  problems?: string;
  json?: boolean;
}

export function registerEval(program: Command): void {
  program
    .command('eval')
    .description('score a model on held-out word problems, with the VM and without it')
    .argument('[model]', 'GGUF file; default: the shipped model')
    .option('--instances <n>', 'instances that decode together', integer(1, 65535), 50)
    .option('--problems <file>', 'JSON Lines file of {"question": "...", "answer": 248171}')
    .option('--json', 'print one JSON object')
    .action(evaluate);
}

async function evaluate(model: string | undefined, options: EvalOptions): Promise<void> {
  const { openGpu } = await import('../gpu/index.ts');
  const { heldOutProblems, shippedModel } = await import('./package-files.ts');
  const { readProblems } = await import('./problems.ts');
  const { Solver } = await import('./solve.ts');
  const problems = await readProblems(options.problems ?? heldOutProblems());
  const gpu = await openGpu();
  const solver = await Solver.open(gpu, model ?? shippedModel(), Math.min(options.instances, problems.length));
  const withVm = await solver.solve(problems, true);
  const withoutVm = await solver.solve(problems, false);
  const wrong = withVm.solutions.filter(({ correct }) => !correct);
  if (options.json) {
    const report = {
      problems: problems.length,
      correct: withVm.correct,
      correct_without_vm: withoutVm.correct,
      tokens: withVm.statistics.tokens,
      tokens_per_second: Math.round((withVm.statistics.tokens / withVm.statistics.wallMs) * 1000),
      adapter: gpu.adapter.name,
      wrong: wrong.map(({ problem, text }) => ({ question: problem.question, answer: String(problem.answer), text })),
    };
    console.log(JSON.stringify(report));
  } else {
    for (const { problem, text } of wrong)
      console.log(`wrong: ${problem.question}\n   ->  ${text}  (${problem.answer})`);
    console.log(`with the VM: ${withVm.correct} of ${problems.length} correct`);
    console.log(`without it:  ${withoutVm.correct} of ${problems.length} correct`);
  }
  gpu.close();
}
