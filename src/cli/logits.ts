import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';

export function registerLogits(program: Command): void {
  program
    .command('logits')
    .description("compute a model's logits for given tokens")
    .argument('<model>', 'GGUF file')
    .requiredOption('--tokens <ids>', 'token ids, separated by commas')
    .option('--path <path>', 'portable (f32 activations) or fast (f16 where the adapter has it)', 'portable')
    .option('--json', 'print {"argmax":[of every position],"logits":[of the last position]}')
    .action(async (model: string, options: { tokens: string; path: string; json?: boolean }) => {
      const tokens = parseTokens(options.tokens);
      const { path } = options;
      if (path !== 'portable' && path !== 'fast') {
        throw new ResidentError(`--path must be portable or fast, not "${path}".`, { exitCode: 2 });
      }
      const { openGpu } = await import('../gpu/index.ts');
      const { openGguf } = await import('../model/gguf/index.ts');
      const { Engine } = await import('../model/engine/index.ts');
      const gguf = await openGguf(model);
      const gpu = await openGpu();
      const engine = await Engine.load(gpu, gguf, { instances: 1, contextLength: tokens.length, path });
      await gguf.close();
      for (const token of tokens) {
        if (token >= engine.config.vocabulary) {
          throw new ResidentError(`Token ${token} is outside the vocabulary of ${engine.config.vocabulary} tokens.`);
        }
      }
      const argmax: number[] = [];
      let last: number[] = [];
      await engine.score(tokens, (position, logits) => {
        argmax.push(indexOfHighest(logits));
        if (position === tokens.length - 1) last = [...logits];
      });
      gpu.close();
      if (options.json) {
        console.log(JSON.stringify({ argmax, logits: last }));
        return;
      }
      const best = [...last.keys()].sort((a, b) => last[b]! - last[a]!).slice(0, 10);
      console.log(`most likely token after each position: ${argmax.join(' ')}`);
      for (const id of best) console.log(`${id}\t${last[id]!.toFixed(5)}`);
    });
}

function parseTokens(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => !/^\d{1,9}$/.test(part))) {
    throw new ResidentError(`--tokens must be ids separated by commas, not "${text}".`, { exitCode: 2 });
  }
  return parts.map(Number);
}

function indexOfHighest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
