import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';
import { integer } from './options.ts';

interface Options {
  context: number;
  chunks?: number;
  json?: boolean;
}

export function registerPerplexity(program: Command): void {
  program
    .command('perplexity')
    .description('measure how well a model predicts a text (the same measure as llama-perplexity)')
    .argument('<model>', 'GGUF file')
    .argument('<file>', 'text (UTF-8)')
    .option('--context <n>', 'tokens in one chunk, whose second half is predicted', integer(4, 1 << 20), 512)
    .option('--chunks <n>', 'most chunks (default: all)', integer(1))
    .option('--json', 'print one JSON object')
    .action(async (model: string, file: string, options: Options) => {
      const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        const reason = cause.code === 'ENOENT' ? 'no such file' : cause.code;
        throw new ResidentError(`${file}: cannot read: ${reason}.`, { cause });
      });
      const { openGpu } = await import('../gpu/index.ts');
      const { openGguf } = await import('../model/gguf/index.ts');
      const { Tokenizer } = await import('../model/tokenizer/index.ts');
      const { Engine } = await import('../model/engine/index.ts');
      const { perplexity } = await import('../model/perplexity.ts');
      const gguf = await openGguf(model);
      const tokenizer = new Tokenizer(gguf.metadata);
      const tokens = tokenizer.encode(text, { addSpecial: true });
      const gpu = await openGpu();
      const engine = await Engine.load(gpu, gguf, { instances: 1, contextLength: options.context });
      await gguf.close();
      const live = process.stderr.isTTY && !options.json;
      const result = await perplexity(engine, tokens, {
        context: options.context,
        bos: tokenizer.addBos ? tokenizer.vocabulary.bos : undefined,
        ...(options.chunks ? { chunks: options.chunks } : {}),
        onChunk: (done, total, value) => {
          if (live) process.stderr.write(`\r${done} of ${total} chunks: ${value.toFixed(4)} `);
        },
      });
      if (live) process.stderr.write('\n');
      gpu.close();
      if (options.json) {
        console.log(JSON.stringify({ ...result, tokens: tokens.length, context: options.context }));
      } else {
        const { perplexity: value, uncertainty, predicted, chunks } = result;
        console.log(
          `perplexity ${value.toFixed(4)} ± ${uncertainty.toFixed(4)} (${predicted} tokens, ${chunks} chunks)`,
        );
      }
    });
}
