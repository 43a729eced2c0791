import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';
import { loadReport } from './load-report.ts';
import { integer } from './options.ts';
import { shippedModel } from './package-files.ts';

interface Options {
  model: string;
  prompt: string;
  chat?: boolean;
  instances: number;
  before: number;
  maxTokens: number;
  temperature: number;
  seed: number;
  budget: number;
  attention?: boolean;
  json?: boolean;
}

export function registerInband(program: Command): void {
  program
    .command('inband')
    .description("run a C program inside a model's text, with the model's state open to it (programs/inband)")
    .argument('<file>', 'C source; docs/inband.md has the functions that look into the model')
    .requiredOption('--prompt <text>', 'the text in front of the program')
    .option('--model <file>', 'GGUF file', shippedModel())
    .option('--chat', "put the prompt as a user's message into the model's chat template")
    .option('--instances <n>', 'instances that run it, with seeds one after the other', integer(1, 4096), 1)
    .option('--before <n>', 'tokens generated before it runs', integer(0, 1 << 20), 0)
    .option('--max-tokens <n>', 'tokens generated after it', integer(0, 1 << 20), 16)
    .option('--temperature <t>', '0 is greedy', temperature, 0)
    .option('--seed <n>', 'seed of the first instance', integer(0, 2 ** 32 - 1), 0)
    .option('--budget <n>', 'most instructions', integer(1, 4e9), 4e9)
    .option('--attention', 'keep the attention weights of the last step, for attn()')
    .option('--json', 'print one line for each instance')
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ResidentError(`${file}: ${cause.code === 'ENOENT' ? 'no such file' : 'cannot be read'}.`, { cause });
  });
  const { openGpu } = await import('../gpu/index.ts');
  const { InstancePool, runProgram } = await import('../inband/index.ts');
  const { openGguf } = await import('../model/gguf/index.ts');
  const { Tokenizer } = await import('../model/tokenizer/index.ts');
  const { ChatTemplate, promptTokens } = await import('../model/template.ts');
  const gguf = await openGguf(options.model);
  const tokenizer = new Tokenizer(gguf.metadata);
  const prompt = options.chat
    ? promptTokens(
        tokenizer,
        ChatTemplate.open(gguf.metadata, tokenizer).render([{ role: 'user', content: options.prompt }]),
      )
    : tokenizer.encode(options.prompt, { addSpecial: true, parseSpecial: true });
  const { instances, before, maxTokens, temperature, seed } = options;
  const gpu = await openGpu();
  const pool = await InstancePool.open(gpu, gguf, {
    instances,
    contextLength: prompt.length + before + maxTokens + 2,
    sourceBytes: Math.max(4096, Math.ceil(new TextEncoder().encode(source).length / 1024) * 1024),
    messages: true,
    keepAttention: options.attention ?? false,
    ...loadReport(options.json),
  });
  await gguf.close();
  const budget = BigInt(options.budget);
  const sampling = { temperature };
  const runs = await runProgram(pool, { source, prompt, before, after: maxTokens, seed, sampling, budget });
  const { formatDiagnostic } = await import('../cc/index.ts');
  const bytes = new TextEncoder().encode(source);
  const diagnostics = runs[0]!.diagnostics;
  for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(file, bytes, diagnostic)}\n`);
  for (const { instance, before: written, output, after, exit, error, instructions } of runs) {
    if (options.json) {
      const result = { instance, before: written, output, after, exit, error, instructions: Number(instructions) };
      console.log(JSON.stringify(result));
      continue;
    }
    const label = instances > 1 ? `[${instance}] ` : '';
    if (written) console.log(`${label}before: ${JSON.stringify(written)}`);
    if (output) console.log(label + output.trimEnd());
    if (error !== null || exit !== 0) console.log(`${label}program: ${error ?? `exit ${exit}`}`);
    if (maxTokens > 0) console.log(`${label}after: ${JSON.stringify(after)}`);
  }
  pool.destroy();
  gpu.close();
  if (runs.some(({ error }) => error !== null)) process.exitCode = 1;
}

function temperature(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) {
    throw new ResidentError(`--temperature must be a number from 0 to 100, not "${text}".`, { exitCode: 2 });
  }
  return value;
}
