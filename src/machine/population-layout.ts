// Sizes and contents of a population's buffers.
import { ResidentError } from '../errors.ts';
import {
  CONTROL_WORDS,
  ControlWord,
  MAILBOX_HEADER_WORDS,
  PARAMETER_WORDS,
  ParameterWord,
  Status,
} from './constants.ts';
import type { InstanceResult, PopulationOptions } from './population-types.ts';
import type { Program } from './program.ts';
import { trapText } from './traps.ts';

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

/** The control words that start a program in an instance. */
export function startWords(
  program: Program,
  populationSeed: bigint,
  instance: number,
  maxInstructions = 4_000_000_000n,
  inputLength = 0,
): Uint32Array {
  const words = new Uint32Array(CONTROL_WORDS);
  words[ControlWord.STATUS] = Status.LOAD;
  words[ControlWord.BUDGET_LO] = Number(maxInstructions & 0xffffffffn);
  words[ControlWord.BUDGET_HI] = Number((maxInstructions >> 32n) & 0xffffffffn);
  words[ControlWord.TEXT_LENGTH] = roundUp(program.text.byteLength);
  // Streams of different instances start far apart: splitmix64 mixes consecutive seeds well.
  const seed = populationSeed + (BigInt(instance) << 40n);
  words[ControlWord.SEED_LO] = Number(seed & 0xffffffffn);
  words[ControlWord.SEED_HI] = Number((seed >> 32n) & 0xffffffffn);
  words[ControlWord.ENTRY] = program.entry - program.textBase;
  words[ControlWord.DATA_OFFSET] = roundUp(program.text.byteLength);
  words[ControlWord.DATA_LENGTH] = program.data.byteLength;
  words[ControlWord.STATIC_LENGTH] = program.staticLength;
  words[ControlWord.CODE_BASE] = program.code?.base ?? 0;
  words[ControlWord.CODE_LENGTH] = program.code?.length ?? 0;
  words[ControlWord.INPUT_LENGTH] = inputLength;
  return words;
}

/** What one instance has come to, from the control and output buffers of its population. */
export function instanceResult(
  instance: number,
  control: Uint32Array,
  output: Uint8Array,
  outputBytes: number,
): InstanceResult {
  const word = (index: number) => control[instance * CONTROL_WORDS + index]!;
  const status = word(ControlWord.STATUS);
  const length = Math.min(word(ControlWord.OUTPUT_LENGTH), outputBytes);
  const cause = word(ControlWord.TRAP_CAUSE);
  return {
    instance,
    status,
    exit: status === Status.EXITED ? word(ControlWord.EXIT_CODE) | 0 : null,
    stdout: output.slice(instance * outputBytes, instance * outputBytes + length),
    instructions: (BigInt(word(ControlWord.INSTRUCTIONS_HI)) << 32n) | BigInt(word(ControlWord.INSTRUCTIONS_LO)),
    trap:
      status === Status.TRAPPED
        ? { cause, text: trapText(cause), pc: word(ControlWord.TRAP_PC), address: word(ControlWord.TRAP_ADDRESS) }
        : null,
  };
}

/** The RAM of one of `lanes` instances that interleave theirs word by word. */
export function deinterleave(rows: Uint32Array, lanes: number, lane: number): Uint8Array {
  const words = new Uint32Array(rows.length / lanes);
  for (let i = 0; i < words.length; i++) words[i] = rows[i * lanes + lane]!;
  return new Uint8Array(words.buffer);
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
