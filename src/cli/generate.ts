import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';
import type { ChatMessage } from '../model/template.ts';
import { addGrammarOptions, type GrammarOptions, readGrammar } from './grammar-options.ts';
import { loadReport } from './load-report.ts';

interface Options extends GrammarOptions {
  prompt: string;
  chat?: boolean;
  system?: string;
  instances: string;
  maxTokens: string;
  contextLength?: string;
  temperature: string;
  topK: string;
  topP: string;
  minP: string;
  repetitionPenalty: string;
  presencePenalty: string;
  frequencyPenalty: string;
  seed: string;
  vm: boolean;
  stop?: string[];
  json?: boolean;
}

export function registerGenerate(program: Command): void {
  const command = program
    .command('generate')
    .description('continue a prompt, with one or many instances of a model')
    .argument('<model>', 'GGUF file')
    .requiredOption('--prompt <text>', 'the text to continue, as it is (control tokens by their names)')
    .option('--chat', "put the prompt as a user's message into the model's chat template")
    .option('--system <text>', 'system message for --chat')
    .option('--instances <n>', 'instances that continue the prompt, with seeds one after the other', '1')
    .option('--max-tokens <n>', 'most tokens after the prompt', '128')
    .option('--context-length <n>', 'tokens an instance can hold (default: prompt and --max-tokens)')
    .option('--temperature <t>', '0 is greedy', '0')
    .option('--top-k <k>', 'sample from the k most likely tokens; 0: all', '0')
    .option('--top-p <p>', 'sample from the most likely tokens that have this probability together', '1')
    .option('--min-p <p>', 'leave out tokens less likely than this part of the most likely one', '0')
    .option('--repetition-penalty <x>', 'divides the logits of tokens that are there already; 1: none', '1')
    .option('--presence-penalty <x>', 'subtracted from the logits of generated tokens', '0')
    .option('--frequency-penalty <x>', 'the same for each time a token was generated', '0')
    .option('--seed <n>', 'seed of the first instance', '0')
    .option('--stop <texts...>', 'end at the first of these texts')
    .option('--no-vm', 'do not run code that the model writes')
    .option('--json', 'print one line for each instance');
  addGrammarOptions(command).action(async (model: string, options: Options) => {
    const sampling = {
      maxTokens: number(options.maxTokens, '--max-tokens', 1, 1 << 20, true),
      temperature: number(options.temperature, '--temperature', 0, 100),
      topK: number(options.topK, '--top-k', 0, 1 << 20, true),
      topP: number(options.topP, '--top-p', 0, 1),
      minP: number(options.minP, '--min-p', 0, 1),
      repetitionPenalty: number(options.repetitionPenalty, '--repetition-penalty', 0.01, 100),
      presencePenalty: number(options.presencePenalty, '--presence-penalty', -100, 100),
      frequencyPenalty: number(options.frequencyPenalty, '--frequency-penalty', -100, 100),
    };
    if (options.system !== undefined && !options.chat) {
      throw new ResidentError('--system needs --chat.', { exitCode: 2 });
    }
    const instances = number(options.instances, '--instances', 1, 65535, true);
    const seed = number(options.seed, '--seed', 0, 2 ** 32 - 1, true);
    const grammar = await readGrammar(options);
    const { openGpu } = await import('../gpu/index.ts');
    const { InstancePool } = await import('../inband/pool.ts');
    const { cutAtStop } = await import('../model/grammar/index.ts');
    const { openGguf } = await import('../model/gguf/index.ts');
    const { Tokenizer } = await import('../model/tokenizer/index.ts');
    const { ChatTemplate, promptTokens } = await import('../model/template.ts');
    const gguf = await openGguf(model);
    const tokenizer = new Tokenizer(gguf.metadata);
    const prompt = options.chat
      ? promptTokens(tokenizer, ChatTemplate.open(gguf.metadata, tokenizer).render(conversation(options)))
      : tokenizer.encode(options.prompt, { addSpecial: true, parseSpecial: true });
    const contextLength = options.contextLength
      ? number(options.contextLength, '--context-length', 1, 1 << 24, true)
      : prompt.length + sampling.maxTokens + 1;
    const gpu = await openGpu();
    const pool = await InstancePool.open(gpu, gguf, {
      instances,
      contextLength,
      vm: options.vm,
      ...loadReport(options.json),
    });
    await gguf.close();
    const stop = options.stop ?? [];
    const requests = Array.from({ length: instances }, (_, i) => ({
      prompt,
      ...sampling,
      grammar,
      stop,
      seed: (seed + i) >>> 0,
    }));

    // One instance streams its text; several are printed when all are done.
    const live = instances === 1 && !options.json;
    const stream = pool.tokenizer.stream();
    // Text that may be the beginning of a stop string waits until it is clear that it is not.
    const heldBack = Math.max(1, ...stop.map((string) => string.length)) - 1;
    let streamed = '';
    let printed = 0;
    const print = (end: number) => {
      const ready = Math.min(cutAtStop(streamed, stop).length, end);
      if (ready > printed) process.stdout.write(streamed.slice(printed, ready));
      printed = Math.max(printed, ready);
    };
    let shown = 0;
    const { results } = await pool.generate(requests, (progress) => {
      const { tokens } = progress[0]!;
      for (; live && shown < tokens.length; shown++) streamed += stream.push(tokens[shown]!);
      if (live) print(streamed.length - heldBack);
    });
    if (live) {
      streamed += stream.end();
      print(streamed.length);
      process.stdout.write('\n');
    }
    for (const { instance, text, tokens, finish, vm } of results) {
      if (options.json) {
        const regions = { regions: vm.regions, errors: vm.errors, instructions: Number(vm.instructions) };
        console.log(JSON.stringify({ instance, text, tokens: [...tokens], finish, vm: regions }));
      } else if (!live) {
        console.log(`[${instance}] ${text}`);
      }
    }
    gpu.close();
  });
}

function conversation({ prompt, system }: Options): ChatMessage[] {
  const user = { role: 'user', content: prompt };
  return system === undefined ? [user] : [{ role: 'system', content: system }, user];
}

function number(text: string, flag: string, min: number, max: number, integer = false): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max) || (integer && !Number.isInteger(value))) {
    const kind = integer ? 'an integer' : 'a number';
    throw new ResidentError(`${flag} must be ${kind} from ${min} to ${max}, not "${text}".`, { exitCode: 2 });
  }
  return value;
}
