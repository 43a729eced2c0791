import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ResidentError } from '../errors.ts';

/** One arithmetic word problem: a line of a problems file. */
export interface Problem {
  question: string;
  answer: bigint;
}

const integerText = /^-?\d+$/;

const problemSchema = z.object({
  question: z.string().min(1),
  // Answers beyond 2^53 must be written as strings; JSON numbers above that are already rounded.
  answer: z.union([z.number().int().safe(), z.string().regex(integerText)]).transform((value) => BigInt(value)),
});

/**
 * Reads a JSON Lines file of problems `{"question": "...", "answer": 248171}`.
 *
 * @throws ResidentError naming the file, the line and what is wrong with it
 */
export async function readProblems(path: string): Promise<Problem[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ResidentError(`Cannot read the problems file ${path}: ${cause.code ?? cause.message}.`, { cause });
  });
  const problems: Problem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    problems.push(parseProblem(line, `${path}, line ${index + 1}`));
  }
  if (problems.length === 0) throw new ResidentError(`The problems file ${path} holds no problems.`);
  return problems;
}

function parseProblem(line: string, where: string): Problem {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ResidentError(`${where}: not valid JSON.`, { cause });
  }
  const parsed = problemSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ResidentError(`${where}: field "${issue?.path.join('.') || 'line'}": ${issue?.message}.`);
}

/** True if the last integer in `text` is `answer`. */
export function isCorrect(text: string, answer: bigint): boolean {
  const last = text.match(/-?\d+/g)?.at(-1);
  return last !== undefined && BigInt(last) === answer;
}
