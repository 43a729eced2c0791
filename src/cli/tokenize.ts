import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';

interface Options {
  file?: string;
  text?: string;
  special?: boolean;
  bos?: boolean;
  json?: boolean;
}

export function registerTokenize(program: Command): void {
  program
    .command('tokenize')
    .description("cut text into a model's tokens")
    .argument('<model>', 'GGUF file')
    .option('--file <path>', 'read the text from a file (UTF-8)')
    .option('--text <text>', 'the text itself')
    .option('--special', 'read the text of control tokens, such as <|im_end|>, as those tokens')
    .option('--bos', 'add the tokens that the model wants at the start and end')
    .option('--no-bos', 'add none (default)')
    .option('--json', 'print {"tokens":[...]}')
    .addHelpText(
      'after',
      '\nWithout --special and --bos the text alone is tokenized, as `llama-tokenize --no-bos` does.',
    )
    .action(async (model: string, options: Options) => {
      const text = await readText(options);
      const { openGguf } = await import('../model/gguf/index.ts');
      const { Tokenizer } = await import('../model/tokenizer/index.ts');
      const gguf = await openGguf(model);
      await gguf.close();
      const tokenizer = new Tokenizer(gguf.metadata);
      const tokens = tokenizer.encode(text, {
        addSpecial: options.bos === true,
        parseSpecial: options.special === true,
      });
      if (options.json) {
        console.log(JSON.stringify({ tokens }));
        return;
      }
      const lines = tokens.map((id) => `${id}\t${JSON.stringify(tokenizer.decode([id], { special: true }))}\n`);
      process.stdout.write(lines.join(''));
    });
}

async function readText(options: Options): Promise<string> {
  if ((options.file === undefined) === (options.text === undefined)) {
    throw new ResidentError('tokenize needs either --file or --text.', { exitCode: 2 });
  }
  if (options.text !== undefined) return options.text;
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(options.file!, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new ResidentError(`${options.file}: cannot read: ${code === 'ENOENT' ? 'no such file' : code}.`, { cause });
  }
}
