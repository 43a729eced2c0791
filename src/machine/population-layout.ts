// Sizes and contents of a population's buffers.
import { ResidentError } from '../errors.ts';
import { MAILBOX_HEADER_WORDS, PARAMETER_WORDS, ParameterWord } from './constants.ts';
import type { PopulationOptions } from './population-types.ts';
import type { Program } from './program.ts';

/** Sizes in words; see kernels/exchange.wesl. */
export function mailboxShape(options: PopulationOptions['mailbox']): {
  slots: number;
  messageWords: number;
  words: number;
} {
  const slots = options?.slots ?? 16;
  if (!Number.isInteger(Math.log2(slots)) || slots > 1 << 16) {
    throw new ResidentError(`A mailbox of ${slots} messages: give a power of two up to 65536.`, { exitCode: 2 });
  }
  const messageWords = 2 + Math.ceil((options?.messageBytes ?? 56) / 4);
  return { slots, messageWords, words: MAILBOX_HEADER_WORDS + slots * messageWords };
}

/** Of each private text slot, where nothing else is asked for. */
export const DEFAULT_TEXT_BYTES = 16384;

/** Micro-operations of one text, without the one behind it; where those of executable RAM start; the buffer's length. */
export function microOpLayout(options: PopulationOptions, compressed: boolean, codeBytes: number) {
  const { program, instances } = options;
  const shift = compressed ? 1 : 2;
  const granules = roundUp(program ? program.text.byteLength : (options.textBytes ?? DEFAULT_TEXT_BYTES)) >> shift;
  const codeAt = (program ? 1 : instances) * (granules + 1);
  return { granules, codeAt, total: codeAt + ((instances * codeBytes) >>> shift) };
}

/** Text and, after it, initial data, as a text slot holds them. */
export function programImage(program: Program): Uint8Array {
  const textBytes = roundUp(program.text.byteLength);
  const image = new Uint8Array(roundUp(textBytes + program.data.byteLength));
  image.set(program.text);
  image.set(program.data, textBytes);
  return image;
}

/** The uniform block of a population. */
export function parameterBlock(values: Record<keyof typeof ParameterWord, number>): Uint32Array {
  const words = new Uint32Array(PARAMETER_WORDS);
  for (const [name, value] of Object.entries(values)) words[ParameterWord[name as keyof typeof ParameterWord]] = value;
  return words;
}

/** A dispatch of `count` workgroups as x and y within 65535 each. */
export function grid(count: number): [number, number] {
  if (count <= 65535) return [count, 1];
  const y = Math.ceil(count / 65535);
  return [Math.ceil(count / y), y];
}

/** To whole words. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
