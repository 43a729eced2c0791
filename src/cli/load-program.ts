import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import type { Program } from '../machine/index.ts';

/** Loaders by file extension; each turns a file's bytes into a program for the machine. */
const loaders: Record<string, (gpu: Gpu, file: Uint8Array, name: string) => Promise<Program>> = {
  '.elf': async (_gpu, file, name) => (await import('../machine/index.ts')).readElf(file, name),
  '.s': async (_gpu, file, name) =>
    (await import('../machine/index.ts')).assemble(new TextDecoder().decode(file), name),
  '.c': async (gpu, file, name) => {
    const { compileFile, formatDiagnostic } = await import('../cc/index.ts');
    const { program, diagnostics, compiler } = await compileFile(gpu, file, name);
    for (const warning of diagnostics) process.stderr.write(`${formatDiagnostic(name, file, warning)}\n`);
    compiler.destroy();
    return program;
  },
  '.bin': async (_gpu, file) => (await import('../machine/index.ts')).flatProgram(file),
};

/** The kinds of program that can be loaded, for help texts. */
export const programKinds = Object.keys(loaders).join(', ');

/** A program that was read, and will be loaded when there is a GPU (which compiles C). */
export interface ProgramFile {
  readonly bytes: Uint8Array;
  load(gpu: Gpu): Promise<Program>;
}

/** @throws ResidentError for a file that cannot be read or is of no known kind */
export function readProgram(file: string): ProgramFile {
  const load = loaders[extname(file)];
  if (!load) throw new ResidentError(`${file}: unknown kind of program; known are ${programKinds}.`, { exitCode: 2 });
  const bytes = readProgramFile(file);
  return { bytes, load: (gpu) => load(gpu, bytes, file) };
}

function readProgramFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ResidentError(
      `${file}: ${(cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'cannot be read'}.`,
      {
        cause,
      },
    );
  }
}
