import { findInstruction, type Instruction, immediateOf, type Operand, registerOf } from './isa.ts';
import { csrNumbers, registerNames, roundingModes } from './registers.ts';

const csrNames = new Map(Object.entries(csrNumbers).map(([name, number]) => [number, name]));

/**
 * Assembler text of the instruction at the start of `word`, for example `addi a0, a0, -1`. Jump targets are absolute.
 * What is no instruction comes out as `.word` or `.half` with its bits.
 *
 * @param pc address of the instruction
 */
export function disassemble(word: number, pc: number): string {
  const instruction = findInstruction(word);
  if (!instruction || instruction.op === 'ILLEGAL') {
    return (word & 3) === 3 ? `.word ${hex(word >>> 0)}` : `.half ${hex(word & 0xffff)}`;
  }
  const name = instruction.operands.includes('aqrl') ? instruction.name + orderingSuffix(word) : instruction.name;
  const operands = instruction.operands.map((o) => operandText(o, instruction, word, pc)).filter(Boolean);
  return operands.length > 0 ? `${name} ${operands.join(', ')}` : name;
}

/** Bytes of the instruction at the start of `word`. */
export function instructionLength(word: number): 2 | 4 {
  return (word & 3) === 3 ? 4 : 2;
}

function operandText(operand: Operand, instruction: Instruction, word: number, pc: number): string {
  const immediate = immediateOf(instruction, word);
  const register = (field: 'rd' | 'rs1' | 'rs2') => registerNames[registerOf(instruction[field], word)]!;
  switch (operand) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return register(operand);
    case 'fd':
      return register('rd');
    case 'fs1':
      return register('rs1');
    case 'fs2':
      return register('rs2');
    case 'fs3':
      return registerNames[32 + ((word >>> 27) & 31)]!;
    case 'imm':
      return String(immediate);
    case 'upper':
      return hex(immediate >>> 12);
    case 'target':
      return hex((pc + immediate) >>> 0);
    case 'imm(rs1)':
      return `${immediate}(${register('rs1')})`;
    case '(rs1)':
      return `(${register('rs1')})`;
    case 'csr':
      return csrNames.get(word >>> 20) ?? hex(word >>> 20);
    case 'zimm':
      return String((word >>> 15) & 31);
    case 'rm': {
      const mode = roundingModes[(word >>> 12) & 7];
      return mode === 'dyn' ? '' : (mode ?? String((word >>> 12) & 7));
    }
    case 'aqrl':
      return '';
  }
}

function orderingSuffix(word: number): string {
  return ['', '.rl', '.aq', '.aqrl'][(word >>> 25) & 3]!;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
