import type { Diagnostic } from '../cc/index.ts';
import { ResidentError } from '../errors.ts';
import { trapText } from '../machine/index.ts';
import type { StartOptions } from '../model/engine/index.ts';
import type { InstancePool } from './pool.ts';

export interface ProgramRequest {
  /** C with `main`. */
  source: string;
  /** As tokens; every instance of the pool reads it. */
  prompt: readonly number[];
  /** Tokens generated before the program runs, at most: an instance may end its text earlier. */
  before: number;
  /** Tokens generated after it, at most. */
  after: number;
  /** Seed of the first instance; the others have the following ones. */
  seed?: number;
  sampling?: Pick<StartOptions, 'temperature' | 'topK' | 'topP' | 'minP'>;
  /** Most instructions. */
  budget?: bigint;
}

export interface ProgramRun {
  instance: number;
  /** What the instance had generated when its program ran, and what it generated after it. */
  before: string;
  after: string;
  output: string;
  /** Exit code, or why there is none. */
  exit: number | null;
  error: string | null;
  diagnostics: readonly Diagnostic[];
  instructions: bigint;
}

/**
 * Runs a C program inside every instance of a pool, at the same moment of its text: behind the prompt and `before`
 * generated tokens, when the logits of the next token are known and nothing is sampled from them. What the program sets
 * decides that token. Then the instances generate on.
 *
 * @throws ResidentError when the pool has no in-band computing, or the tokens do not fit its context
 */
export async function runProgram(pool: InstancePool, request: ProgramRequest): Promise<ProgramRun[]> {
  const { engine, tokenizer } = pool;
  const inband = await pool.inband;
  if (!inband) throw new ResidentError('This pool has no in-band computing.');
  const { prompt, before, after, source } = request;
  if (prompt.length + before + Math.max(1, after) > engine.contextLength) {
    throw new ResidentError(
      `${prompt.length} tokens of the prompt, ${before} and ${after} do not fit a context of ${engine.contextLength}.`,
    );
  }
  const everyone = Array.from({ length: engine.instances }, (_, i) => i);
  for (const i of everyone) {
    inband.stop(i);
    engine.start(i, prompt, { ...request.sampling, seed: ((request.seed ?? 0) + i) >>> 0, maxTokens: before + 1 });
  }
  const reached = await engine.run();
  // One token too many was sampled to get the logits: it is taken back.
  const lengths = everyone.map((i) => reached.tokens(i).length - 1);
  for (const i of everyone) {
    engine.rewind(i, lengths[i]!, lengths[i]! + after);
    inband.run(i, source, { position: lengths[i]!, budget: request.budget });
  }
  await inband.finishPrograms();
  const programs = await inband.programs();
  if (after === 0) for (const i of everyone) engine.release(i);
  const end = after > 0 ? await engine.run() : undefined;
  return everyone.map((instance) => {
    const { stdout, exit, trap, diagnostics, instructions } = programs[instance]!;
    const refused = diagnostics.find(({ kind }) => kind === 'error');
    return {
      instance,
      before: tokenizer.decode(reached.tokens(instance).subarray(prompt.length, lengths[instance])),
      after: tokenizer.decode(end?.tokens(instance).subarray(lengths[instance]) ?? []),
      output: refused ? '' : new TextDecoder().decode(stdout),
      exit: refused ? null : exit,
      error: refused?.message ?? (trap ? trapText(trap.cause) : null),
      diagnostics,
      instructions: refused ? 0n : instructions,
    };
  });
}
