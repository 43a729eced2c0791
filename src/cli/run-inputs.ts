import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import type { Program, StreamResult, Tier } from '../machine/index.ts';

export interface InputFlags {
  inputs: string;
  inputBytes: number;
  instances: number;
  maxInstructions: bigint;
  ramBytes: number;
  tier: Tier;
  seed: bigint;
}

/** Runs a program once for each line of a file, which is its standard input; results come in the order of the lines. */
export async function runInputs(
  gpu: Gpu,
  program: Program,
  flags: InputFlags,
  onResult: (result: StreamResult) => void,
): Promise<void> {
  if (!existsSync(flags.inputs)) throw new ResidentError(`${flags.inputs}: no such file.`);
  const { Population, streamInputs } = await import('../machine/index.ts');
  const create = () =>
    Population.create(gpu, {
      instances: Math.max(1, Math.ceil(flags.instances / 2)),
      program,
      ramBytes: flags.ramBytes,
      inputBytes: flags.inputBytes,
      outputBytes: 4096,
      outputFull: 'wait',
      seed: flags.seed,
    });
  const populations = [await create(), await create()] as const;
  const options = { tier: flags.tier, maxInstructions: flags.maxInstructions };
  for await (const result of streamInputs(populations, lines(flags.inputs), options)) onResult(result);
  for (const population of populations) population.destroy();
}

async function* lines(file: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    yield encoder.encode(`${line}\n`);
  }
}
