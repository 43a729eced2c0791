import { ResidentError } from '../errors.ts';
import { RAM_BASE, TEXT_BASE } from './constants.ts';
import { findInstruction } from './isa.ts';

/** A program ready to be loaded: text that may be shared, and the initial contents of RAM. */
export interface Program {
  /** Instructions and constants; mapped read-only at `textBase`. */
  readonly text: Uint8Array;
  readonly textBase: number;
  /** Address of the first instruction. */
  readonly entry: number;
  /** Copied to the start of RAM, at `ramBase`. */
  readonly data: Uint8Array;
  readonly ramBase: number;
  /** Bytes of data and zeroed data; the heap starts after them. */
  readonly staticLength: number;
  /** RAM that may be executed from the start: W+X segments, `.executable`. Both multiples of 4. */
  readonly code?: { readonly base: number; readonly length: number } | undefined;
  /** True when text holds 2-byte instructions. */
  readonly compressed: boolean;
  /** The line of each instruction by address, of assembler text; for debuggers. */
  readonly assemblerLines?: ReadonlyMap<number, number>;
  /** Function and object names by address, for messages and debuggers. */
  readonly symbols: ReadonlyMap<string, number>;
  /** Which source line each piece of code comes from, for messages. */
  readonly lines?: SourceLines;
}

/** A line table: the code from `address` on belongs to `line` (from 1; 0: to no line), in order of addresses. */
export interface SourceLines {
  readonly file: string;
  readonly marks: readonly { readonly address: number; readonly line: number }[];
  /** The source, line by line. */
  readonly text: readonly string[];
}

/** A program from bare instructions: starts at their first, has no data. */
export function flatProgram(text: Uint8Array | Uint32Array | readonly number[]): Program {
  const words = text instanceof Uint8Array ? text : new Uint8Array(Uint32Array.from(text).buffer);
  const padded = new Uint8Array(Math.ceil(words.length / 4) * 4);
  padded.set(words);
  return {
    text: padded,
    textBase: TEXT_BASE,
    entry: TEXT_BASE,
    data: new Uint8Array(0),
    ramBase: RAM_BASE,
    staticLength: 0,
    compressed: false,
    symbols: new Map(),
  };
}

/** The instruction word at an address of a program's text, or undefined outside it. */
export function instructionAt({ text, textBase }: Program, address: number): number | undefined {
  const at = address - textBase;
  if (at < 0 || at + 2 > text.byteLength || at % 2 !== 0) return undefined;
  const low = text[at]! | (text[at + 1]! << 8);
  if ((low & 3) !== 3 || at + 4 > text.byteLength) return low;
  return (low | (text[at + 2]! << 16) | (text[at + 3]! << 24)) >>> 0;
}

/** RAM sizes are whole 16-byte rows between 64 bytes and 64 MiB. */
export function checkedRamBytes(bytes: number): number {
  if (!Number.isInteger(bytes) || bytes < 64 || bytes > 64 << 20) {
    throw new ResidentError(`RAM of ${bytes} bytes: an instance has between 64 bytes and 64 MiB.`, { exitCode: 2 });
  }
  return Math.ceil(bytes / 16) * 16;
}

/**
 * Whether a program's text holds an instruction that names a float register, at any place where one can start. One that
 * executes RAM may write such instructions itself.
 */
export function usesFloat({ text, compressed, code }: Program): boolean {
  if (code) return true;
  const view = new DataView(text.buffer, text.byteOffset, text.byteLength);
  for (let at = 0; at + 4 <= text.byteLength; at += compressed ? 2 : 4) {
    const word = view.getUint32(at, true);
    const instruction = findInstruction(word);
    if (instruction && [instruction.rd, instruction.rs1, instruction.rs2].some(([, , add]) => add >= 32)) return true;
  }
  return false;
}
