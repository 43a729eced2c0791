import { ResidentError } from '../errors.ts';
import type { InstanceResult, Population, RunOptions } from './population.ts';

export interface StreamResult extends InstanceResult {
  /** Number of the input, from 0. */
  input: number;
  /** All output, also what was drained while it ran. */
  stdout: Uint8Array;
}

/**
 * Runs the program of two equal populations once for each input, in order, and yields the results in the order of the
 * inputs. While one population works on the GPU, the other's inputs are written and results are read; the inputs may be
 * more than fit into the buffers of both.
 *
 * @throws ResidentError when an input is longer than the populations' `inputBytes`
 */
export async function* streamInputs(
  populations: readonly [Population, Population],
  inputs: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: RunOptions = {},
): AsyncGenerator<StreamResult> {
  const source = batches(inputs, populations[0].instances, populations[0].inputBytes);
  let pending: Promise<StreamResult[]> | undefined;
  let turn = 0;
  for await (const batch of source) {
    const running = runBatch(populations[turn % 2]!, batch, options);
    // An error surfaces when its turn comes; until then it must not count as unhandled.
    running.catch(() => undefined);
    turn++;
    if (pending) yield* await pending;
    pending = running;
  }
  if (pending) yield* await pending;
}

interface Batch {
  first: number;
  inputs: Uint8Array[];
}

async function* batches(
  inputs: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  size: number,
  inputBytes: number,
): AsyncGenerator<Batch> {
  let batch: Batch = { first: 0, inputs: [] };
  for await (const input of inputs) {
    if (input.length > inputBytes) {
      const number = batch.first + batch.inputs.length + 1;
      throw new ResidentError(
        `Input ${number} has ${input.length} bytes, but an instance takes at most ${inputBytes}.`,
      );
    }
    batch.inputs.push(input);
    if (batch.inputs.length === size) {
      yield batch;
      batch = { first: batch.first + size, inputs: [] };
    }
  }
  if (batch.inputs.length > 0) yield batch;
}

async function runBatch(population: Population, batch: Batch, options: RunOptions): Promise<StreamResult[]> {
  const outputs: Uint8Array[][] = batch.inputs.map(() => []);
  population.start({
    inputs: batch.inputs,
    count: batch.inputs.length,
    ...(options.maxInstructions === undefined ? {} : { maxInstructions: options.maxInstructions }),
  });
  await population.run({ ...options, onOutput: (instance, bytes) => void outputs[instance]?.push(bytes) });
  const results = await population.results();
  return batch.inputs.map((_, i) => ({
    ...results[i]!,
    input: batch.first + i,
    stdout: Uint8Array.from(outputs[i]!.flatMap((part) => [...part])),
  }));
}
