/**
 * Why an instance stopped without exiting. Causes below 16 are those of the RISC-V privileged specification
 * (`mcause`), the rest are from the range that it leaves to platforms.
 */
export const trapCauses = {
  INSTRUCTION_MISALIGNED: { cause: 0, text: 'instruction address misaligned' },
  INSTRUCTION_ACCESS: { cause: 1, text: 'jump outside the program' },
  ILLEGAL_INSTRUCTION: { cause: 2, text: 'illegal instruction' },
  BREAKPOINT: { cause: 3, text: 'breakpoint' },
  LOAD_MISALIGNED: { cause: 4, text: 'misaligned load' },
  LOAD_ACCESS: { cause: 5, text: 'load outside memory' },
  STORE_MISALIGNED: { cause: 6, text: 'misaligned store' },
  STORE_ACCESS: { cause: 7, text: 'store outside memory' },
  STACK_OVERFLOW: { cause: 24, text: 'stack overflow' },
  BUDGET: { cause: 25, text: 'instruction budget exhausted' },
  UNKNOWN_CALL: { cause: 26, text: 'unknown environment call' },
  DIVISION_BY_ZERO: { cause: 27, text: 'division by zero' },
  ABORT: { cause: 28, text: 'aborted' },
  OUT_OF_MEMORY: { cause: 29, text: 'out of memory' },
  OUTPUT_FULL: { cause: 30, text: 'output full' },
  BAD_PROGRAM: { cause: 31, text: 'program does not fit its slot' },
  HEAP_CORRUPT: { cause: 51, text: 'heap corrupted' },
  ASSERTION: { cause: 48, text: 'assertion failed' },
  DEADLOCK: { cause: 49, text: 'every instance waits' },
  INVALID_ARGUMENT: { cause: 50, text: 'invalid argument of an environment call' },
} as const;

export type TrapName = keyof typeof trapCauses;

const texts = new Map<number, string>(Object.values(trapCauses).map((t) => [t.cause, t.text]));

/** The words for a cause, for messages. */
export function trapText(cause: number): string {
  return texts.get(cause) ?? `trap ${cause}`;
}
