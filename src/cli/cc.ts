import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';

interface CcFlags {
  tokens?: boolean;
  ast?: boolean;
  assembly?: boolean;
  output?: string;
  json?: boolean;
}

export function registerCc(program: Command): void {
  program
    .command('cc')
    .description('compile a C file on the GPU and show a stage of the compiler')
    .argument('<file>', 'C source')
    .option('--tokens', 'print the tokens, after preprocessing')
    .option('--ast', 'print the syntax tree of every function')
    .option('-S, --assembly', 'print the machine code as assembly')
    .option('-o, --output <file>', 'write a RISC-V ELF file')
    .option('--json', 'print one JSON object: diagnostics, tokens, nodes, bytes, steps')
    .action(async (file: string, flags: CcFlags) => {
      await cc(file, flags);
    });
}

async function cc(file: string, flags: CcFlags): Promise<void> {
  let source: Uint8Array;
  try {
    source = readFileSync(file);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ResidentError(`${file}: ${missing ? 'no such file' : 'cannot be read'}.`, { cause });
  }
  const { openGpu } = await import('../gpu/index.ts');
  const { compileFile, formatDiagnostic } = await import('../cc/index.ts');
  const { listAssembly, listTokens, listTrees } = await import('../cc/inspect.ts');
  const gpu = await openGpu();
  const compiled = await compileFile(gpu, source, file);
  const { program, diagnostics } = compiled;
  if (flags.json) {
    const { tokens, nodes, textBytes, steps } = (await compiled.compiler.results())[0]!;
    console.log(JSON.stringify({ file, diagnostics, tokens, nodes, textBytes, steps }));
  } else {
    for (const warning of diagnostics) process.stderr.write(`${formatDiagnostic(file, source, warning)}\n`);
  }
  if (flags.tokens) console.log(listTokens(compiled, source));
  if (flags.ast) console.log(listTrees(compiled, source));
  if (flags.assembly) console.log(listAssembly(program));
  if (flags.output) {
    const { writeElf } = await import('../machine/index.ts');
    writeFileSync(flags.output, writeElf(program));
  }
  compiled.compiler.destroy();
  gpu.close();
}
