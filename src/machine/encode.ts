import type { Field, Instruction } from './isa.ts';

/** Values of an instruction's operands. Registers are 0 to 63 (f registers from 32). */
export interface OperandValues {
  rd?: number;
  rs1?: number;
  rs2?: number;
  /** As `immediateOf` gives it: signed, in place. */
  immediate?: number;
}

/**
 * The instruction word for given operands.
 *
 * @throws RangeError naming the operand that the encoding cannot hold
 */
export function encodeInstruction(instruction: Instruction, values: OperandValues): number {
  let word = instruction.match;
  for (const name of ['rd', 'rs1', 'rs2'] as const) word |= placeRegister(instruction, name, values[name]);
  return (word | placeImmediate(instruction, values.immediate ?? 0)) >>> 0;
}

function placeRegister(instruction: Instruction, name: 'rd' | 'rs1' | 'rs2', value: number | undefined): number {
  const [from, width, add]: Field = instruction[name];
  if (width === 0 || value === undefined) return 0;
  const bits = value - add;
  if (bits < 0 || bits >= 2 ** width)
    throw new RangeError(`${instruction.name} cannot name register ${value} as ${name}`);
  return bits << from;
}

function placeImmediate(instruction: Instruction, value: number): number {
  const { moves, sign } = instruction.immediate;
  let covered = 0;
  let word = 0;
  for (const [from, width, to] of moves) {
    const bits = 2 ** width - 1;
    covered |= bits << to;
    word |= ((value >>> to) & bits) << from;
  }
  const kept = value & covered;
  const decoded = sign === 0 ? kept : (kept << (31 - sign)) >> (31 - sign);
  if (moves.length === 0 ? value !== 0 : decoded !== (value | 0)) {
    throw new RangeError(`${instruction.name} cannot hold the value ${value}`);
  }
  return word;
}
