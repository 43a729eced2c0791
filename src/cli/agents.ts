import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { AgentMain, AgentRun } from '../agents/index.ts';
import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import type { Program } from '../machine/index.ts';
import { integer } from './options.ts';
import { packageFile, shippedModel } from './package-files.ts';

interface AgentFlags {
  model: string;
  agents: number;
  started: number;
  instances: number;
  context: number;
  tasks?: string;
  system?: string;
  ram?: number;
  shared?: number;
  seed: number;
  maxInstructions: number;
  vm: boolean;
  json?: boolean;
}

const kinds = ['.c', '.s', '.elf', '.ts'];

export function registerAgents(program: Command): void {
  program
    .command('agents')
    .description('run agents: programs of the machine that call the model')
    .argument('<file>', 'program: .c, .s or .elf; or .ts for orchestration by the host')
    .option('--model <gguf>', 'the model (default: the shipped one)', shippedModel())
    .option('--agents <n>', 'computers: most agents that live at the same time', integer(1, 65535), 64)
    .option('--started <n>', 'agents that begin in main; they spawn the others', integer(1, 65535), 1)
    .option('--instances <n>', 'model instances that answer them', integer(1, 65535), 16)
    .option('--context <n>', 'tokens of one model call, prompt and answer', integer(16, 1 << 20), 512)
    .option(
      '--tasks <file>',
      'lines that task_next hands out; of a .jsonl file the fields "question", and results are checked with "answer"',
    )
    .option('--system <text>', 'system message before every prompt')
    .option('--ram <bytes>', 'RAM of each computer (default 64 KiB)', integer(64, 64 << 20))
    .option('--shared <bytes>', 'RAM that all agents share', integer(4, 1 << 30))
    .option('--seed <n>', 'start of the random numbers', integer(0, 2 ** 32 - 1), 0)
    .option('--max-instructions <n>', 'instruction budget of each agent', integer(1), 4_000_000_000)
    .option('--no-vm', 'without in-band computing in model calls')
    .option('--json', 'print one JSON line for each result, then one with statistics')
    .action(async (file: string, flags: AgentFlags) => {
      process.exitCode = await run(file, flags);
    });
}

async function run(file: string, flags: AgentFlags): Promise<number> {
  if (!existsSync(file)) throw new ResidentError(`${file}: no such file.`);
  const kind = extname(file);
  if (!kinds.includes(kind)) {
    throw new ResidentError(`${file}: unknown kind of program; known are ${kinds.join(', ')}.`, { exitCode: 2 });
  }
  if (flags.started > flags.agents) {
    throw new ResidentError(`--started ${flags.started} is more than --agents ${flags.agents}.`, { exitCode: 2 });
  }
  const tasks = flags.tasks === undefined ? [] : readTasks(flags.tasks);
  const { openGpu } = await import('../gpu/index.ts');
  const { Agents, openAgentModel, runHostAgents } = await import('../agents/index.ts');
  const gpu = await openGpu();
  const model = await openAgentModel(gpu, flags.model, { ...flags, contextLength: flags.context });
  const options = {
    agents: flags.agents,
    started: flags.started,
    tasks: tasks.map(({ text }) => text),
    system: flags.system,
    seed: BigInt(flags.seed),
    maxInstructions: BigInt(flags.maxInstructions),
    ...(flags.shared ? { sharedBytes: flags.shared } : {}),
  };
  let code: number;
  if (kind === '.ts') {
    const { default: main } = (await import(pathToFileURL(resolve(file)).href)) as { default?: AgentMain };
    if (typeof main !== 'function') {
      throw new ResidentError(`${file}: the default export must be an async function of an agent.`);
    }
    code = await report(await runHostAgents(gpu, model, main, options), tasks, undefined, flags.json === true);
  } else {
    const program = await loadProgram(gpu, file);
    const agents = await Agents.create(gpu, model, {
      ...options,
      program,
      ...(flags.ram ? { ramBytes: flags.ram } : {}),
    });
    const onOutput = (_: number, bytes: Uint8Array) => process.stdout.write(bytes);
    code = await report(await agents.run(flags.json ? {} : { onOutput }), tasks, program, flags.json === true);
    agents.destroy();
  }
  model.engine.destroy();
  gpu.close();
  return code;
}

async function report(
  { results, agents, statistics }: AgentRun,
  tasks: readonly Task[],
  program: Program | undefined,
  json: boolean,
): Promise<number> {
  const { describeTrap, trapText } = await import('../machine/index.ts');
  const decoder = new TextDecoder();
  for (const { task, agent, bytes } of results) {
    const text = decoder.decode(bytes);
    console.log(json ? JSON.stringify({ task, agent, result: text }) : `${task}\t${text}`);
  }
  const trapped = agents.filter(({ trap }) => trap);
  for (const { instance, trap } of trapped) {
    const text = program ? describeTrap(trap!, program) : trapText(trap!.cause);
    process.stderr.write(`resident: agent ${instance}: ${text}\n`);
  }
  const s = statistics;
  const known = tasks.filter(({ answer }) => answer !== undefined).length;
  const right = new Set(
    results.filter(({ task, bytes }) => isRight(tasks[task], decoder.decode(bytes))).map((r) => r.task),
  );
  const score = known > 0 ? { correct: right.size, tasks: known } : {};
  if (json) console.log(JSON.stringify({ ...score, ...s, instructions: Number(s.instructions) }));
  else {
    const count = (n: number | bigint) => n.toLocaleString('en-US');
    if (known > 0) process.stderr.write(`${right.size} of ${known} tasks right\n`);
    process.stderr.write(
      `${count(s.modelCalls)} model calls, ${count(s.tokens)} tokens (${count(Math.round((s.tokens / s.wallMs) * 1000))}/s), ` +
        `${count(s.spawned)} agents spawned, ${count(s.instructions)} instructions, ${count(s.steps)} steps in ${count(s.submits)} submits; ` +
        `${(s.wallMs / 1000).toFixed(2)} s, of which the CPU worked ${(s.cpuMs / 1000).toFixed(2)} s\n`,
    );
  }
  if (trapped.length > 0) return 1;
  return agents.find(({ exit }) => exit !== null && exit !== 0)?.exit ?? 0;
}

async function loadProgram(gpu: Gpu, file: string): Promise<Program> {
  const bytes = readFileSync(file);
  const { assemble, readElf } = await import('../machine/index.ts');
  switch (extname(file)) {
    case '.elf':
      return readElf(bytes, file);
    case '.s':
      return assemble(new TextDecoder().decode(bytes), file);
    default: {
      const { compileFile, formatDiagnostic } = await import('../cc/index.ts');
      const { withHeader } = await import('../agents/source.ts');
      const { prelude, source } = withHeader(bytes, readFileSync(packageFile('include', 'resident.h'), 'utf8'));
      const { program, diagnostics, compiler } = await compileFile(gpu, source, file, {}, prelude);
      for (const warning of diagnostics) process.stderr.write(`${formatDiagnostic(file, source, warning)}\n`);
      compiler.destroy();
      return program;
    }
  }
}

interface Task {
  readonly text: string;
  /** What the result must end in, as far as known. */
  readonly answer: string | undefined;
}

/** Lines are tasks; in a file of JSON lines the field `question` is, and `answer` is what the result is checked with. */
function readTasks(file: string): Task[] {
  if (!existsSync(file)) throw new ResidentError(`${file}: no such file.`);
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  if (extname(file) !== '.jsonl') return lines.map((text) => ({ text, answer: undefined }));
  return lines.map((line, index) => {
    let entry: { question?: unknown; answer?: unknown } = {};
    try {
      entry = JSON.parse(line);
    } catch {
      // Falls through to the message below.
    }
    const { question, answer } = entry;
    if (typeof question !== 'string') throw new ResidentError(`${file}:${index + 1}: no JSON with a text "question".`);
    return { text: question, answer: answer === undefined ? undefined : String(answer) };
  });
}

/** Whether the last whole number of a result is the answer. */
function isRight(task: Task | undefined, result: string): boolean {
  return task?.answer !== undefined && result.match(/-?\d+/g)?.at(-1) === task.answer;
}
