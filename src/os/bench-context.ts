import { seeded } from './bench-paging.ts';
import { makeTask, type Task, type TaskKind, taskKinds } from './context-tasks.ts';
import type { Cpu, Segment } from './cpu.ts';
import { Kernel } from './kernel.ts';
import { renderPage } from './pages.ts';
import { openStore } from './store/store.ts';
import { ToolBox } from './tools/tool.ts';

// `resident bench context`: the same tasks on the same model, with four ways to give it the corpus. Every token of
// every call counts, in and out: microcode, titles, summaries, retries and page faults included.

export const arms = ['full append', 'sliding window', 'top-k retrieval', 'LLM-VM'] as const;
export type Arm = (typeof arms)[number];

export interface Outcome {
  task: Task;
  arm: Arm;
  answer: string;
  right: boolean;
  promptTokens: number;
  reusedTokens: number;
  outputTokens: number;
  /** Largest prompt. */
  peak: number;
  operations: number;
  pageFaults: number;
  /** Why the process of the LLM-VM ended without an answer. */
  fault?: string;
}

export interface ContextBenchOptions {
  cpu: Cpu;
  /** Corpus sizes in tokens. */
  sizes: readonly number[];
  tasks: number;
  seed: number;
  /** Window of the sliding window and of the LLM-VM, in tokens. */
  window: number;
  /** Largest prompt of `full append`; a corpus over it is left out of that arm. */
  contextLength: number;
}

const microcode =
  'Answer the question from the records. Later records overrule earlier ones. Answer with the value alone.';
/** The kernel's microcode says already that the result stands alone. */
const vmMicrocode = 'Later records overrule earlier ones.';
const answerTokens = 20;
const topK = 4;
const chunkLines = 4;

type Usage = Omit<Outcome, 'task' | 'arm' | 'right'>;

/** One operation without the VM. */
async function ask(cpu: Cpu, context: string, question: string): Promise<Usage> {
  const parts: [Segment['kind'], string][] = [
    ['microcode', `<<microcode>>\n${microcode}\n`],
    ['private', renderPage('records', context)],
    ['instruction', `<<instruction>>\n${question}\n`],
  ];
  const segments = parts.map(([kind, text]): Segment => ({ kind, title: '', text, tokens: cpu.count(text) }));
  const [result] = await cpu.run([{ pid: 0, segments, constraint: { kind: 'text' }, maxTokens: answerTokens }]);
  const { text, promptTokens, reusedTokens, outputTokens } = result!;
  return {
    answer: text.trim(),
    promptTokens,
    reusedTokens,
    outputTokens,
    peak: promptTokens,
    operations: 1,
    pageFaults: 0,
  };
}

/** The last records that fit. */
function lastRecords(cpu: Cpu, task: Task, tokens: number): string {
  let size = cpu.overhead + answerTokens + cpu.count(microcode) + cpu.count(task.question) + 32;
  let from = task.corpus.length;
  while (from > 0) {
    size += cpu.count(`${task.corpus[from - 1]}\n`);
    if (size > tokens) break;
    from--;
  }
  return task.corpus.slice(from).join('\n');
}

/** The chunks that share most words with the question (BM25 with k1 = 1.2, b = 0 as chunks are of equal length). */
export function retrieve(task: Task): string {
  const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const chunks: string[] = [];
  for (let i = 0; i < task.corpus.length; i += chunkLines) chunks.push(task.corpus.slice(i, i + chunkLines).join('\n'));
  const terms = new Set(words(task.question));
  const bags = chunks.map((chunk) => words(chunk));
  const scored = bags.map((bag, i) => {
    let score = 0;
    for (const term of terms) {
      const f = bag.filter((w) => w === term).length;
      if (f === 0) continue;
      const n = bags.filter((b) => b.includes(term)).length;
      score += (Math.log(1 + (bags.length - n + 0.5) / (n + 0.5)) * f * 2.2) / (f + 1.2);
    }
    return { i, score };
  });
  const best = scored.sort((a, b) => b.score - a.score || a.i - b.i).slice(0, topK);
  return best
    .sort((a, b) => a.i - b.i)
    .map(({ i }) => chunks[i])
    .join('\n');
}

const head = (window: number) => `name: context
version: 1.0.0
inputs: { question: { type: string }, key: { type: string } }
microcode: ${JSON.stringify(vmMicrocode)}
memory: { window: ${window}, page: ${Math.floor(window / 2)}, policy: lru, registers: [] }
permissions: { tools: [{ tool: corpus.read, arguments: { from: "**" } }] }
steps:
  start:
    - PUSH: 0
    - POP: from
    - JUMP: read
  read:
    - SYS: { tool: corpus.read, arguments: { from: "\${from}" }, into: text }
    - BRANCH: { if: text == "", then: work }
    - ALLOC: { page: "r/\${slice(text(100000 + from), 1)}", text: "\${text}" }
    - PUSH: \${from + ${chunkLines}}
    - POP: from
    - JUMP: read
`;

/** One operation on the pages that hold the key, in the order of the records. */
const lookUp = (limit: number) => `  work:
    - FAULT: { match: "\${key}", limit: ${limit}, sorted: true, into: found }
    - INFER: { prompt: "\${question}", pages: "\${found}", tokens: ${answerTokens}, into: answer }
    - YIELD: \${answer}
`;

/** What the program does once the corpus is on pages. Which program fits a task is its author's decision, as with any program. */
const programs: Record<TaskKind, string> = {
  needle: lookUp(2),
  tracking: lookUp(8),
  overwritten: lookUp(4),
  hops: `  work:
    - PUSH: []
    - POP: stops
    - JUMP: follow
  follow:
    - FAULT: { match: "\${key}", limit: 3, sorted: true, into: found }
    - INFER: { prompt: "Where does \${key} point to?", pages: "\${found}", tokens: ${answerTokens}, into: key }
    - FREE: { page: "\${found}", swap: true }
    - PUSH: "\${append(stops, key)}"
    - POP: stops
    - BRANCH: { if: length(stops) < 3, then: follow }
    - YIELD: "\${join(stops, ' ')}"
`,
  aggregation: `  work:
    - PUSH: 0
    - POP: total
    - JUMP: next
  next:
    - FAULT: { match: "\${key}", limit: 8, sorted: true, into: found }
    - BRANCH: { if: length(found) == 0, then: done }
    - INFER: { prompt: "\${question}", pages: "\${found}", tokens: 4, into: n }
    - PUSH: \${total + number(n)}
    - POP: total
    - FREE: "\${found}"
    - JUMP: next
  done:
    - YIELD: \${text(total)}
`,
};

/** The LLM-VM arm: the real kernel on a store in memory. */
async function askVm(cpu: Cpu, task: Task, window: number): Promise<Usage> {
  const store = await openStore(':memory:');
  const tools = new ToolBox().add({
    name: 'corpus.read',
    description: 'the next records',
    schema: {},
    idempotent: true,
    call: async ({ from }) => task.corpus.slice(from as number, (from as number) + chunkLines).join('\n'),
  });
  let peak = 0;
  const kernel = await Kernel.open({
    store,
    cpu,
    tools,
    pollMilliseconds: 0,
    onCommit: ({ event }) => {
      if (event.kind === 'step' && event.alu) peak = Math.max(peak, event.alu.promptTokens);
    },
  });
  try {
    const { question, key } = task;
    const pid = await kernel.spawn(head(window) + programs[task.kind], { question, key });
    await kernel.run({ until: [pid] });
    const { used, result, fault } = kernel.machine.processes.get(pid)!;
    return {
      answer: typeof result === 'string' ? result : '',
      promptTokens: used.promptTokens,
      reusedTokens: used.reusedTokens,
      outputTokens: used.outputTokens,
      peak,
      operations: used.operations,
      pageFaults: used.pageFaults,
      ...(fault ? { fault: `${fault.code}: ${fault.message}` } : {}),
    };
  } finally {
    await kernel.close();
    await store.close();
  }
}

/** Runs every task in every arm where it fits. */
export async function benchContext(options: ContextBenchOptions): Promise<Outcome[]> {
  const { cpu, window } = options;
  const outcomes: Outcome[] = [];
  for (const size of options.sizes)
    for (const kind of taskKinds)
      for (let i = 0; i < options.tasks; i++) {
        const task = makeTask(kind, size, options.seed + i, (text) => cpu.count(text));
        const all = task.corpus.join('\n');
        const runs: Record<Arm, () => Promise<Usage> | undefined> = {
          'full append': () =>
            cpu.count(all) + 200 + cpu.overhead > options.contextLength ? undefined : ask(cpu, all, task.question),
          'sliding window': () => ask(cpu, lastRecords(cpu, task, window), task.question),
          'top-k retrieval': () => ask(cpu, retrieve(task), task.question),
          'LLM-VM': () => askVm(cpu, task, window),
        };
        for (const arm of arms) {
          const usage = await runs[arm]();
          if (usage) outcomes.push({ task, arm, ...usage, right: usage.answer === task.answer });
        }
      }
  return outcomes;
}

export interface ArmSummary {
  arm: Arm;
  tasks: number;
  success: number;
  /** 95% bootstrap interval of the success. */
  interval: [number, number];
  totalTokens: number;
  peak: number;
  /** Tokens with reused ones at a tenth. */
  cacheWeighted: number;
  operations: number;
  /** Page faults per operation. */
  faultRate: number;
  /** Tasks that ended with a fault instead of an answer. */
  failed: number;
  /** Against the LLM-VM on the same tasks; undefined where the VM's success may be lower by more than the margin. */
  ratio?: number;
  /** 95% interval of the VM's success minus this arm's, paired. */
  difference?: [number, number];
}

/** The VM must not be worse than an arm by more than this, with 95% confidence, for a ratio to be shown. */
export const margin = 0.02;

export function summarise(outcomes: readonly Outcome[], seed: number): ArmSummary[] {
  const id = ({ task }: Outcome) => `${task.kind} ${task.corpus.length} ${task.question}`;
  const vm = new Map(outcomes.filter((o) => o.arm === 'LLM-VM').map((o) => [id(o), o]));
  return arms.flatMap((arm): ArmSummary[] => {
    const own = outcomes.filter((o) => o.arm === arm);
    if (own.length === 0) return [];
    const sum = (list: readonly Outcome[], value: (o: Outcome) => number) => list.reduce((s, o) => s + value(o), 0);
    const tokens = (o: Outcome) => o.promptTokens + o.outputTokens;
    const rights = own.map((o) => Number(o.right));
    const summary: ArmSummary = {
      arm,
      tasks: own.length,
      success: mean(rights),
      interval: bootstrap(rights, seed),
      totalTokens: sum(own, tokens),
      peak: Math.max(...own.map((o) => o.peak)),
      cacheWeighted: sum(own, (o) => tokens(o) - 0.9 * o.reusedTokens),
      operations: sum(own, (o) => o.operations),
      failed: own.filter((o) => o.fault !== undefined).length,
      faultRate:
        sum(own, (o) => o.pageFaults) /
        Math.max(
          1,
          sum(own, (o) => o.operations),
        ),
    };
    if (arm === 'LLM-VM') return [summary];
    const paired = own.map((o) => vm.get(id(o))!);
    summary.difference = bootstrap(
      own.map((o, i) => Number(paired[i]!.right) - Number(o.right)),
      seed,
    );
    // Where nobody solves anything there is nothing to compare.
    const solved = paired.some((o) => o.right);
    if (solved && summary.difference[0] >= -margin)
      summary.ratio = summary.totalTokens / Math.max(1, sum(paired, tokens));
    return [summary];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((s, v) => s + v, 0) / values.length;
}

/** Percentile bootstrap of a mean, 2,000 resamples. */
export function bootstrap(values: readonly number[], seed: number): [number, number] {
  const random = seeded(seed);
  const means = Array.from({ length: 2000 }, () => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[Math.floor(random() * values.length)]!;
    return total / values.length;
  }).sort((a, b) => a - b);
  return [means[50]!, means[1949]!];
}
