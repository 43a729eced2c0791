import { findInstruction, type Instruction, immediateOf } from './isa.ts';
import type { Program } from './program.ts';
import { type TrapName, trapCauses } from './traps.ts';

/** What one run of the reference interpreter did. */
export interface ReferenceResult {
  exit: number | null;
  trap: { cause: number; pc: number; address: number } | null;
  instructions: number;
  stdout: Uint8Array;
  /** x0 to x31. */
  registers: Uint32Array;
  ram: Uint8Array;
}

class Trap extends Error {
  readonly trapName: TrapName;
  readonly address: number;
  constructor(name: TrapName, address: number) {
    super(name);
    this.trapName = name;
    this.address = address >>> 0;
  }
}

/**
 * A plain interpreter of the machine, written for reading: decodes each word when it gets there, one case for each
 * instruction. Kernels are checked against it. Environment calls: exit and write.
 */
export function runReference(
  program: Program,
  options: { ramBytes: number; maxInstructions: number },
): ReferenceResult {
  const { text, textBase, ramBase } = program;
  const ram = new Uint8Array(options.ramBytes);
  ram.set(program.data);
  const ramView = new DataView(ram.buffer);
  const textView = new DataView(text.buffer, text.byteOffset, text.byteLength);
  const x = new Uint32Array(32);
  x[2] = (ramBase + options.ramBytes) & ~15;
  const heapEnd = ramBase + ((program.staticLength + 15) & ~15);
  const stdout: number[] = [];
  let pc = program.entry;
  let exit: number | null = null;
  let instructions = 0;

  const load = (address: number, size: number): number => {
    if (address % size !== 0) throw new Trap('LOAD_MISALIGNED', address);
    const inRam = address - ramBase;
    const inText = address - textBase;
    const [view, at] =
      inRam >= 0 && inRam < ram.length
        ? [ramView, inRam]
        : inText >= 0 && inText < text.length
          ? [textView, inText]
          : [];
    if (!view || at === undefined) throw new Trap('LOAD_ACCESS', address);
    return size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  };

  const store = (address: number, size: number, value: number): void => {
    if (address % size !== 0) throw new Trap('STORE_MISALIGNED', address);
    const at = address - ramBase;
    if (at < 0 || at >= ram.length) throw new Trap('STORE_ACCESS', address);
    if (size === 1) ramView.setUint8(at, value);
    else if (size === 2) ramView.setUint16(at, value, true);
    else ramView.setUint32(at, value, true);
  };

  const environmentCall = (): void => {
    const [number, a0, a1, a2] = [x[17]!, x[10]!, x[11]!, x[12]!];
    if (number === 93 || number === 94) exit = a0 | 0;
    else if (number === 64 && (a0 === 1 || a0 === 2)) {
      for (let i = 0; i < a2; i++) stdout.push(load(a1 + i, 1));
      x[10] = a2;
    } else throw new Trap('UNKNOWN_CALL', number);
  };

  const execute = (instruction: Instruction, word: number): number => {
    const rd = (word >>> 7) & 31;
    const a = x[(word >>> 15) & 31]!;
    const b = x[(word >>> 20) & 31]!;
    const imm = immediateOf(instruction, word);
    const next = pc + 4;
    const set = (value: number): number => {
      if (rd !== 0) x[rd] = value;
      return next;
    };
    const branch = (taken: boolean): number => (taken ? (pc + imm) >>> 0 : next);
    const product = (left: bigint, right: bigint): number => Number(((left * right) >> 32n) & 0xffffffffn);
    const address = (a + imm) >>> 0;
    switch (instruction.name) {
      case 'lui':
        return set(imm);
      case 'auipc':
        return set(pc + imm);
      case 'jal':
        set(next);
        return (pc + imm) >>> 0;
      case 'jalr':
        if (address & 2) throw new Trap('INSTRUCTION_MISALIGNED', address & ~1);
        set(next);
        return (address & ~1) >>> 0;
      case 'beq':
        return branch(a === b);
      case 'bne':
        return branch(a !== b);
      case 'blt':
        return branch((a | 0) < (b | 0));
      case 'bge':
        return branch((a | 0) >= (b | 0));
      case 'bltu':
        return branch(a < b);
      case 'bgeu':
        return branch(a >= b);
      case 'lb':
        return set((load(address, 1) << 24) >> 24);
      case 'lh':
        return set((load(address, 2) << 16) >> 16);
      case 'lw':
        return set(load(address, 4));
      case 'lbu':
        return set(load(address, 1));
      case 'lhu':
        return set(load(address, 2));
      case 'sb':
        store(address, 1, b & 0xff);
        return next;
      case 'sh':
        store(address, 2, b & 0xffff);
        return next;
      case 'sw':
        store(address, 4, b);
        return next;
      case 'addi':
        if (rd === 2 && ((word >>> 15) & 31) === 2 && imm < 0 && address < heapEnd && a >= heapEnd) {
          throw new Trap('STACK_OVERFLOW', address);
        }
        return set(a + imm);
      case 'slti':
        return set((a | 0) < imm ? 1 : 0);
      case 'sltiu':
        return set(a < imm >>> 0 ? 1 : 0);
      case 'xori':
        return set(a ^ imm);
      case 'ori':
        return set(a | imm);
      case 'andi':
        return set(a & imm);
      case 'slli':
        return set(a << imm);
      case 'srli':
        return set(a >>> imm);
      case 'srai':
        return set((a | 0) >> imm);
      case 'add':
        return set(a + b);
      case 'sub':
        return set(a - b);
      case 'sll':
        return set(a << (b & 31));
      case 'slt':
        return set((a | 0) < (b | 0) ? 1 : 0);
      case 'sltu':
        return set(a < b ? 1 : 0);
      case 'xor':
        return set(a ^ b);
      case 'srl':
        return set(a >>> (b & 31));
      case 'sra':
        return set((a | 0) >> (b & 31));
      case 'or':
        return set(a | b);
      case 'and':
        return set(a & b);
      case 'mul':
        return set(Math.imul(a, b));
      case 'mulh':
        return set(product(BigInt(a | 0), BigInt(b | 0)));
      case 'mulhsu':
        return set(product(BigInt(a | 0), BigInt(b)));
      case 'mulhu':
        return set(product(BigInt(a), BigInt(b)));
      case 'div':
        return set(b === 0 ? -1 : Math.trunc((a | 0) / (b | 0)));
      case 'divu':
        return set(b === 0 ? 0xffffffff : Math.trunc(a / b));
      case 'rem':
        return set(b === 0 ? a : (a | 0) % (b | 0));
      case 'remu':
        return set(b === 0 ? a : a % b);
      case 'fence':
      case 'fence.i':
        return next;
      case 'ecall':
        environmentCall();
        return next;
      case 'ebreak':
        throw new Trap('BREAKPOINT', pc);
      default:
        throw new Trap('ILLEGAL_INSTRUCTION', word);
    }
  };

  let trap: ReferenceResult['trap'] = null;
  try {
    for (; exit === null; instructions++) {
      if (instructions >= options.maxInstructions) throw new Trap('BUDGET', 0);
      const at = pc - textBase;
      if (at < 0 || at >= text.length) throw new Trap('INSTRUCTION_ACCESS', pc);
      const word = textView.getUint32(at, true);
      const instruction = findInstruction(word);
      // A jump to the middle of a 4-byte instruction is rejected at the jump.
      if (
        !instruction ||
        ((instruction.name === 'jal' || instruction.operands.includes('B')) && immediateOf(instruction, word) & 2)
      ) {
        throw new Trap('ILLEGAL_INSTRUCTION', (word & 3) === 3 ? word : word & 0xffff);
      }
      pc = execute(instruction, word);
    }
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    trap = { cause: trapCauses[error.trapName].cause, pc: pc >>> 0, address: error.address };
  }
  return { exit, trap, instructions, stdout: Uint8Array.from(stdout), registers: x, ram };
}
