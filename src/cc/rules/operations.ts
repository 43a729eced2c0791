/**
 * The instruction set of the stage machine, the small register machine in which the compiler's stages run
 * (kernels/stage.wesl). Kernel, assembler and reference interpreter all read this table.
 *
 * An instruction is two words. First word: operation (6 bits), global flag (bit 6), immediate flag (bit 7), registers
 * a, b, c (8 bits each). Second word: immediate. Registers are words of the current frame in the slot's work memory, so
 * that calls nest as deeply as the stack there allows. `y` below is register c, or the immediate when the flag is set.
 * With the global flag, b is not a register but the address of a global. With the immediate flag and c = 1, so is a, as
 * the target of SET and of the operations before it.
 */
export const StageOp = {
  /** Ends the stage with result R[a]. */
  HALT: 0,
  ADD: 1,
  SUB: 2,
  MUL: 3,
  AND: 4,
  OR: 5,
  XOR: 6,
  SHL: 7,
  /** Logical shift right. */
  SHR: 8,
  /** Arithmetic shift right. */
  SAR: 9,
  EQ: 10,
  NE: 11,
  LT: 12,
  LE: 13,
  GT: 14,
  GE: 15,
  /** Unsigned less. */
  LTU: 16,
  /** Unsigned quotient; all ones for a zero divisor. */
  DIVU: 17,
  REMU: 18,
  DIV: 19,
  REM: 20,
  /** High word of the unsigned product. */
  MULHU: 21,
  /** R[a] = immediate. */
  SET: 22,
  /** R[a] = memory[immediate + R[b] * c]. */
  LOAD: 23,
  /** memory[immediate + R[b] * c] = R[a], or a itself with the immediate flag. */
  STORE: 24,
  /** R[a] = pool[immediate + R[b] * c]. */
  CONST: 25,
  /** R[a] = byte of text at position R[b]. */
  BYTE: 26,
  /** R[a] = end of the identifier characters from R[b] on (at most 255); their hash goes to memory[SCAN_HASH]. */
  SCAN: 27,
  /** R[a] = word R[b] of space c (StageSpace). */
  OUTSIDE_LOAD: 28,
  /** word R[b] of space c = R[a]. */
  OUTSIDE_STORE: 29,
  /** Zeroes R[c] words of memory from R[b] on, 256 for each step. */
  CLEAR: 30,
  JUMP: 31,
  /** Calls `immediate` with a frame that starts at register a; its arguments are there. */
  CALL: 32,
  /** Leaves R[b], or the immediate with the flag, as the result in the register before the CALL's register a. */
  RETURN: 33,
  /** Jumps to pool[immediate + 3 + R[b] - low]; pool[immediate] is low, then the count, then the default. */
  SWITCH: 34,
  /** R[a] = 0 and remembers this place; THROW continues here with R[a] = R[b of THROW]. */
  CATCH: 35,
  THROW: 36,
  /** Copies R[c] words of the pool from R[b] on to the text slot from word R[a] on, 256 for each step. */
  COPY: 37,
  /** R[a] = 1 when the R[a] bytes of text at R[b] and R[c] are the same, else 0; the first 255 are compared. */
  SAME: 38,
  /** R[a] = first position from R[b] on that is neither space nor tab (at most 255 further). */
  SKIP: 39,
  /** memory[immediate + R[b] * c] = the global at address a. */
  STORE_GLOBAL: 40,
  /** 48 + (EQ to LTU) - EQ: jumps to the low half of the immediate; y is the signed high half when the flag is set. */
  BRANCH: 48,
} as const;

/** Flags beside the operation. */
export const StageFlag = { OPERATION: 63, GLOBAL: 64, IMMEDIATE: 128 } as const;

export type StageOpName = keyof typeof StageOp;

/** Buffers outside the slot's work memory that a stage may touch, one word at a time. */
export const StageSpace = {
  /** The text slot of the population. */
  TEXT: 0,
  /** The job words of the slot. */
  JOB: 1,
  /** The control words of the instance. */
  CONTROL: 2,
} as const;

/** Fixed words at the start of a slot's work memory. */
export const StageWord = {
  PC: 0,
  FRAME: 1,
  CATCH_PC: 2,
  CATCH_FRAME: 3,
  SCAN_HASH: 4,
  /** Why the fault handler was entered: a StageFault. */
  FAULT: 5,
  CATCH_REGISTER: 6,
  /** First word that the translator gives away. */
  FREE: 8,
} as const;

export const StageFault = { NONE: 0, NESTING: 1, MEMORY: 2 } as const;

/** Text positions: the source from 0, the slot's own text area from TEXT_OWN, text of the pool from TEXT_POOL. */
export const TEXT_OWN = 1 << 24;
export const TEXT_POOL = 2 << 24;

/** Frames never have more registers than this; the stack keeps as much spare room. */
export const FRAME_LIMIT = 256;
