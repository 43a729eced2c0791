import { enableCompileCache } from 'node:module';
import { Command, CommanderError } from 'commander';
import { ResidentError } from '../errors.ts';
import { commands } from './commands.ts';

enableCompileCache?.();

/** Runs the command line. Exit code 0: done; 1: failure; 2: wrong usage. */
async function main(argv: string[]): Promise<number> {
  const program = new Command('resident')
    .description('A computer that lives on the GPU, and the operating system for language models that runs on it.')
    .version('0.1.0')
    .option('--verbose', 'show stack traces')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) });
  for (const register of commands) register(program);
  for (const command of program.commands) {
    command.exitOverride().option('--verbose', 'show stack traces').showHelpAfterError('(see --help)');
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const verbose = argv.includes('--verbose');
    const expected = error instanceof ResidentError;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`resident: ${verbose && error instanceof Error ? error.stack : message}\n`);
    if (!expected && !verbose) process.stderr.write('This looks like a bug; --verbose shows where.\n');
    return expected ? error.exitCode : 1;
  }
}

// Dawn keeps the event loop alive while a device is open, so leave explicitly once output is flushed.
const exitCode = await main(process.argv.slice(2));
process.stdout.write('', () => process.exit(exitCode));
