import type { Command } from 'commander';

/** `resident os`: the LLM-VM. What each command does is in src/os/shell; this file holds their arguments. */
export function registerOs(program: Command): void {
  const os = program.command('os').description('the operating system for language models: run programs as processes');
  const sub = (name: string, description: string) =>
    os
      .command(name)
      .description(description)
      .exitOverride()
      .option('--verbose', 'show stack traces')
      .showHelpAfterError('(see --help)');

  sub('check', 'check program files; mistakes are FILE:LINE:COLUMN: what is wrong')
    .argument('<files...>')
    .option('--json', 'print one JSON object per file')
    .action(async (files: string[], options: { json?: boolean }) => {
      const { checkFiles } = await import('../os/shell/check.ts');
      if (!checkFiles(files, options.json === true)) process.exitCode = 1;
    });

  sub('schema', 'print the JSON schema of program files').action(async () => {
    const { programJsonSchema } = await import('../os/program.ts');
    console.log(JSON.stringify(programJsonSchema(), null, 2));
  });
}
