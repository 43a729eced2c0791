import { parseArgs } from 'node:util';
import { openGguf } from '../src/model/gguf/index.ts';
import { Tokenizer } from '../src/model/tokenizer/index.ts';
import { benchContext } from '../src/os/bench-context.ts';
import { readWindow } from '../src/os/context-reader.ts';
import { ScriptedCpu } from '../src/os/cpus/scripted.ts';

// Exports what the model sees in each arm of `resident bench context`, as JSON lines: the texts of the segments of every
// operation, tokenised one by one, and the right answer. The corpora are the held-out ones: for evaluation and for the
// comparison with training/context_tasks.py, never for training.
//
//   node scripts/node24.mjs scripts/context-data.ts --model models/resident-context.gguf --sizes 4000 --tasks 20 --seed 1

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/resident-context.gguf' },
    sizes: { type: 'string', default: '4000' },
    tasks: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    window: { type: 'string', default: '1024' },
    context: { type: 'string', default: '8192' },
    arms: { type: 'string', default: 'full append,sliding window,top-k retrieval,LLM-VM' },
    summary: { type: 'boolean', default: false },
  },
});
const gguf = await openGguf(values.model);
const tokenizer = new Tokenizer(gguf.metadata);
await gguf.close();

/** The scripted CPU with the model's own token counts. */
class CountingCpu extends ScriptedCpu {
  readonly counts = new Map<string, number>();
  override count(text: string): number {
    let n = this.counts.get(text);
    if (n === undefined) {
      n = tokenizer.encode(text, { plain: true }).length;
      if (this.counts.size > 100_000) this.counts.clear();
      this.counts.set(text, n);
    }
    return n;
  }
}

const cpu = new CountingCpu(readWindow, { instances: 1, record: true });
let from = 0;
for (const size of values.sizes.split(',').map(Number)) {
  const outcomes = await benchContext({
    cpu,
    sizes: [size],
    tasks: Number(values.tasks),
    seed: Number(values.seed),
    window: Number(values.window),
    contextLength: Number(values.context),
  });
  const total = new Map<string, number[]>();
  for (const [index, outcome] of outcomes.entries()) {
    const { kind, answer } = outcome.task;
    const operations = cpu.operations.slice(from, from + outcome.operations);
    from += outcome.operations;
    const key = `${outcome.arm} ${kind}`;
    for (const name of [key, outcome.arm]) {
      const list = total.get(name) ?? [0, 0, 0];
      total.set(name, [
        list[0]! + 1,
        list[1]! + outcome.promptTokens + outcome.outputTokens + 12 * outcome.operations,
        list[2]! + Number(outcome.right),
      ]);
    }
    if (values.summary || !values.arms.split(',').includes(outcome.arm)) continue;
    for (const operation of operations) {
      const segments = operation.segments.map((s) => s.text);
      const given = readWindow(operation);
      console.log(
        JSON.stringify({ arm: outcome.arm, kind, size, task: index, segments, answer: given, wanted: answer }),
      );
    }
  }
  if (values.summary)
    for (const [name, [tasks, tokens, right]] of total)
      console.log(size, name, 'mean tokens', Math.round(tokens! / tasks!), 'right', right, 'of', tasks);
}
