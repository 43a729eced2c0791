import { Status } from './constants.ts';
import type { Population } from './population.ts';
import type { RunOptions } from './population-types.ts';

/** A line that an instance has written, without its end. */
export interface OutputLine {
  instance: number;
  line: string;
}

/** Output is collected this often while instances run, in milliseconds. */
const INTERVAL = 200;

/**
 * Runs a started population and yields its output line by line while it runs: in order for each instance, between
 * instances as it comes. The last line of an instance may lack its end. Make the population with `outputFull: 'wait'`
 * when instances may write more than their output slots hold.
 */
export async function* outputLines(
  population: Population,
  options: Omit<RunOptions, 'onOutput' | 'maxMilliseconds'> = {},
): AsyncGenerator<OutputLine> {
  const texts = new Map<number, { decoder: TextDecoder; rest: string }>();
  const lines: OutputLine[] = [];
  const collect = (instance: number, bytes: Uint8Array) => {
    const text = texts.get(instance) ?? { decoder: new TextDecoder(), rest: '' };
    texts.set(instance, text);
    const parts = (text.rest + text.decoder.decode(bytes, { stream: true })).split('\n');
    text.rest = parts.pop()!;
    for (const line of parts) lines.push({ instance, line });
  };
  for (let ended = false; !ended; ) {
    await population.run({ ...options, maxMilliseconds: INTERVAL, onOutput: collect });
    const counts = await population.census();
    ended = counts[Status.EXITED]! + counts[Status.TRAPPED]! + counts[Status.FREE]! === population.instances;
    await population.drain(collect, true);
    yield* lines.splice(0);
  }
  for (const [instance, { rest, decoder }] of texts) {
    const line = rest + decoder.decode();
    if (line !== '') yield { instance, line };
  }
}
