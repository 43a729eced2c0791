import { readFileSync } from 'node:fs';
import { ResidentError } from '../../errors.ts';
import { checkProgram, describeMistakes } from '../check.ts';

/** A file's text. @throws ResidentError naming the file */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ResidentError(`${file}: cannot be read: ${(error as Error).message}`, { exitCode: 2, cause: error });
  }
}

/** `resident os check`. @returns whether all files are good */
export function checkFiles(files: readonly string[], json: boolean): boolean {
  let good = true;
  for (const file of files) {
    const result = checkProgram(readText(file));
    const mistakes = 'mistakes' in result ? result.mistakes : [];
    if (mistakes.length > 0) good = false;
    if (json) console.log(JSON.stringify({ file, good: mistakes.length === 0, mistakes }));
    else if ('program' in result) console.log(`${file}: ${result.program.name} ${result.program.version} is good`);
    else for (const line of describeMistakes(mistakes, file)) console.log(line);
  }
  return good;
}
