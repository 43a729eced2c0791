import { findInstruction, type Instruction, immediateOf, registerOf } from './isa.ts';
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
 * operation. Kernels are checked against it; float and csr instructions are checked against QEMU instead and are
 * illegal here. Environment calls: exit and write.
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
  // Executable RAM as it was when it was last decoded.
  const codeBase = program.code?.base ?? 0;
  const decodeCode = () =>
    new DataView(ram.slice(codeBase - ramBase, codeBase - ramBase + (program.code?.length ?? 0)).buffer);
  let codeView = program.code ? decodeCode() : new DataView(new ArrayBuffer(0));
  const x = new Uint32Array(32);
  x[2] = (ramBase + options.ramBytes) & ~15;
  const heapEnd = ramBase + ((program.staticLength + 15) & ~15);
  const stdout: number[] = [];
  let pc = program.entry;
  let exit: number | null = null;
  let instructions = 0;
  let reservation: { address: number; value: number } | undefined;

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
    const rd = registerOf(instruction.rd, word);
    const rs1 = registerOf(instruction.rs1, word);
    const rs2 = registerOf(instruction.rs2, word);
    if (Math.max(rd, rs1, rs2) >= 32) throw new Trap('ILLEGAL_INSTRUCTION', word);
    const a = x[rs1]!;
    const second = x[rs2]!;
    const imm = immediateOf(instruction, word);
    // The immediate forms have no rs2, the register forms no immediate.
    const b = (second + imm) >>> 0;
    const next = (pc + instruction.length) >>> 0;
    const address = (a + imm) >>> 0;
    const set = (value: number): number => {
      if (rd !== 0) x[rd] = value;
      return next;
    };
    const branch = (taken: boolean): number => (taken ? (pc + imm) >>> 0 : next);
    const product = (left: bigint, right: bigint): number => Number(((left * right) >> 32n) & 0xffffffffn);
    const atomic = (value: (old: number) => number): number => {
      if (address % 4 !== 0) throw new Trap('STORE_MISALIGNED', address);
      if (address - ramBase < 0 || address - ramBase >= ram.length) throw new Trap('STORE_ACCESS', address);
      const old = load(address, 4);
      store(address, 4, value(old));
      return set(old);
    };
    switch (instruction.op) {
      case 'ADD': {
        const sinks = rd === 2 && rs1 === 2 && second === 0 && (imm | 0) < 0 && address < heapEnd && a >= heapEnd;
        if (sinks && instruction.rs2[1] === 0) throw new Trap('STACK_OVERFLOW', address);
        return set(a + b + (instruction.immediate.addPc ? pc : 0));
      }
      case 'SUB':
        return set(a - b);
      case 'SLL':
        return set(a << (b & 31));
      case 'SRL':
        return set(a >>> (b & 31));
      case 'SRA':
        return set((a | 0) >> (b & 31));
      case 'SLT':
        return set((a | 0) < (b | 0) ? 1 : 0);
      case 'SLTU':
        return set(a < b ? 1 : 0);
      case 'XOR':
        return set(a ^ b);
      case 'OR':
        return set(a | b);
      case 'AND':
        return set(a & b);
      case 'MUL':
        return set(Math.imul(a, b));
      case 'MULH':
        return set(product(BigInt(a | 0), BigInt(b | 0)));
      case 'MULHSU':
        return set(product(BigInt(a | 0), BigInt(b)));
      case 'MULHU':
        return set(product(BigInt(a), BigInt(b)));
      case 'DIV':
        return set(b === 0 ? -1 : Math.trunc((a | 0) / (b | 0)));
      case 'DIVU':
        return set(b === 0 ? 0xffffffff : Math.trunc(a / b));
      case 'REM':
        return set(b === 0 ? a : (a | 0) % (b | 0));
      case 'REMU':
        return set(b === 0 ? a : a % b);
      case 'BEQ':
        return branch(a === second);
      case 'BNE':
        return branch(a !== second);
      case 'BLT':
        return branch((a | 0) < (second | 0));
      case 'BGE':
        return branch((a | 0) >= (second | 0));
      case 'BLTU':
        return branch(a < second);
      case 'BGEU':
        return branch(a >= second);
      case 'JAL':
        set(next);
        return (pc + imm) >>> 0;
      case 'JALR':
        if (address & 2 && !program.compressed) throw new Trap('INSTRUCTION_MISALIGNED', address & ~1);
        set(next);
        return (address & ~1) >>> 0;
      case 'LB':
        return set((load(address, 1) << 24) >> 24);
      case 'LH':
        return set((load(address, 2) << 16) >> 16);
      case 'LW':
        return set(load(address, 4));
      case 'LBU':
        return set(load(address, 1));
      case 'LHU':
        return set(load(address, 2));
      case 'SB':
        store(address, 1, second & 0xff);
        return next;
      case 'SH':
        store(address, 2, second & 0xffff);
        return next;
      case 'SW':
        store(address, 4, second);
        return next;
      case 'LR':
        reservation = { address, value: load(address, 4) };
        return set(reservation.value);
      case 'SC': {
        if (address % 4 !== 0) throw new Trap('STORE_MISALIGNED', address);
        if (address - ramBase < 0 || address - ramBase >= ram.length) throw new Trap('STORE_ACCESS', address);
        const holds = reservation?.address === address && reservation.value === load(address, 4);
        if (holds) store(address, 4, second);
        reservation = undefined;
        return set(holds ? 0 : 1);
      }
      case 'AMOSWAP':
        return atomic(() => second);
      case 'AMOADD':
        return atomic((old) => (old + second) >>> 0);
      case 'AMOXOR':
        return atomic((old) => (old ^ second) >>> 0);
      case 'AMOAND':
        return atomic((old) => (old & second) >>> 0);
      case 'AMOOR':
        return atomic((old) => (old | second) >>> 0);
      case 'AMOMIN':
        return atomic((old) => Math.min(old | 0, second | 0) >>> 0);
      case 'AMOMAX':
        return atomic((old) => Math.max(old | 0, second | 0) >>> 0);
      case 'AMOMINU':
        return atomic((old) => Math.min(old, second));
      case 'AMOMAXU':
        return atomic((old) => Math.max(old, second));
      case 'FENCE_I':
        if (program.code) codeView = decodeCode();
        return next;
      case 'ECALL':
        environmentCall();
        return next;
      case 'EBREAK':
        throw new Trap('BREAKPOINT', pc);
      default:
        throw new Trap('ILLEGAL_INSTRUCTION', word);
    }
  };

  let trap: ReferenceResult['trap'] = null;
  try {
    for (; exit === null; instructions++) {
      if (instructions >= options.maxInstructions) throw new Trap('BUDGET', 0);
      const inCode = pc - codeBase >= 0 && pc - codeBase < codeView.byteLength;
      const [view, base] = inCode ? [codeView, codeBase] : [textView, textBase];
      const at = pc - base;
      if (at < 0 || at >= view.byteLength) throw new Trap('INSTRUCTION_ACCESS', pc);
      const low = view.getUint16(at, true);
      const whole = (low & 3) === 3;
      if (whole && at + 4 > view.byteLength) throw new Trap('INSTRUCTION_ACCESS', base + view.byteLength);
      const word = whole ? view.getUint32(at, true) : low;
      const instruction = findInstruction(word);
      if (!instruction || (instruction.length === 2 && !program.compressed))
        throw new Trap('ILLEGAL_INSTRUCTION', word);
      // Without compressed instructions, a jump to the middle of a word is rejected at the jump.
      if (!program.compressed && instruction.immediate.relative && immediateOf(instruction, word) & 2) {
        throw new Trap('ILLEGAL_INSTRUCTION', word);
      }
      pc = execute(instruction, word);
    }
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    trap = { cause: trapCauses[error.trapName].cause, pc: pc >>> 0, address: error.address };
  }
  return { exit, trap, instructions, stdout: Uint8Array.from(stdout), registers: x, ram };
}
