/**
 * The instruction set, once: decoder, disassembler, assembler, kernel constants and docs/isa.md all come from this table.
 * Encodings are those of the RISC-V unprivileged specification.
 */

/** Operations of the execute kernel. Immediate forms share the operation of the register form: see `encodeMicroOp`. */
export const microOps = {
  /** Not an instruction: traps ILLEGAL_INSTRUCTION with the instruction bits as address. */
  ILLEGAL: 0,
  ADD: 1,
  SUB: 2,
  SLL: 3,
  SRL: 4,
  SRA: 5,
  SLT: 6,
  SLTU: 7,
  XOR: 8,
  OR: 9,
  AND: 10,
  MUL: 11,
  MULH: 12,
  MULHSU: 13,
  MULHU: 14,
  DIV: 15,
  DIVU: 16,
  REM: 17,
  REMU: 18,
  BEQ: 19,
  BNE: 20,
  BLT: 21,
  BGE: 22,
  BLTU: 23,
  BGEU: 24,
  JAL: 25,
  JALR: 26,
  /** `addi sp, sp, imm`: ADD that traps STACK_OVERFLOW when sp sinks below the end of the heap. */
  ADD_SP: 27,
  // Loads and stores are one range: the kernel has one load site and one store site for them.
  LB: 32,
  LH: 33,
  LW: 34,
  LBU: 36,
  LHU: 37,
  SB: 40,
  SH: 41,
  SW: 42,
  ECALL: 64,
  EBREAK: 65,
  FENCE_I: 66,
} as const;

export type MicroOpName = keyof typeof microOps;

/**
 * Operands in assembler order. `rd rs1 rs2` are integer registers, `fd fs1 fs2 fs3` float registers. Immediates:
 * `I` `S` `B` `U` `J` as the formats of the specification, `P` is U added to pc, `shamt`, `csr`, `zimm`; `rm` is the
 * rounding mode. `I(rs1)` and `S(rs1)` are memory operands.
 */
export type Operand =
  | 'rd'
  | 'rs1'
  | 'rs2'
  | 'fd'
  | 'fs1'
  | 'fs2'
  | 'fs3'
  | 'I'
  | 'B'
  | 'U'
  | 'P'
  | 'J'
  | 'shamt'
  | 'csr'
  | 'zimm'
  | 'rm'
  | 'I(rs1)'
  | 'S(rs1)'
  | '(rs1)';

export interface Instruction {
  readonly name: string;
  readonly extension: 'I' | 'M' | 'A' | 'F' | 'Zicsr' | 'Zifencei';
  /** An instruction word `w` is this one when `(w & mask) === match`. */
  readonly mask: number;
  readonly match: number;
  readonly op: MicroOpName;
  readonly operands: readonly Operand[];
}

/** Major opcodes. */
const LOAD = 0x03,
  MISC_MEM = 0x0f,
  OP_IMM = 0x13,
  AUIPC = 0x17,
  STORE = 0x23,
  OP = 0x33,
  LUI = 0x37;
const BRANCH = 0x63,
  JALR = 0x67,
  JAL = 0x6f,
  SYSTEM = 0x73;

const MASK_OPCODE = 0x7f;
const MASK_FUNCT3 = 0x707f;
const MASK_FUNCT7 = 0xfe00707f;
const MASK_ALL = 0xffffffff;

type Row = [name: string, match: number, op: MicroOpName];

const rows = (
  extension: Instruction['extension'],
  mask: number,
  operands: readonly Operand[],
  list: readonly Row[],
): Instruction[] =>
  list.map(([name, match, op]) => ({ name, extension, mask: mask >>> 0, match: match >>> 0, op, operands }));

const f3 = (opcode: number, funct3: number) => opcode | (funct3 << 12);
const f7 = (opcode: number, funct3: number, funct7: number) => opcode | (funct3 << 12) | (funct7 << 25);

export const instructions: readonly Instruction[] = [
  ...rows('I', MASK_OPCODE, ['rd', 'U'], [['lui', LUI, 'ADD']]),
  ...rows('I', MASK_OPCODE, ['rd', 'P'], [['auipc', AUIPC, 'ADD']]),
  ...rows('I', MASK_OPCODE, ['rd', 'J'], [['jal', JAL, 'JAL']]),
  ...rows(
    'I',
    MASK_FUNCT3,
    ['rd', 'I(rs1)'],
    [
      ['jalr', f3(JALR, 0), 'JALR'],
      ['lb', f3(LOAD, 0), 'LB'],
      ['lh', f3(LOAD, 1), 'LH'],
      ['lw', f3(LOAD, 2), 'LW'],
      ['lbu', f3(LOAD, 4), 'LBU'],
      ['lhu', f3(LOAD, 5), 'LHU'],
    ],
  ),
  ...rows(
    'I',
    MASK_FUNCT3,
    ['rs1', 'rs2', 'B'],
    [
      ['beq', f3(BRANCH, 0), 'BEQ'],
      ['bne', f3(BRANCH, 1), 'BNE'],
      ['blt', f3(BRANCH, 4), 'BLT'],
      ['bge', f3(BRANCH, 5), 'BGE'],
      ['bltu', f3(BRANCH, 6), 'BLTU'],
      ['bgeu', f3(BRANCH, 7), 'BGEU'],
    ],
  ),
  ...rows(
    'I',
    MASK_FUNCT3,
    ['rs2', 'S(rs1)'],
    [
      ['sb', f3(STORE, 0), 'SB'],
      ['sh', f3(STORE, 1), 'SH'],
      ['sw', f3(STORE, 2), 'SW'],
    ],
  ),
  ...rows(
    'I',
    MASK_FUNCT3,
    ['rd', 'rs1', 'I'],
    [
      ['addi', f3(OP_IMM, 0), 'ADD'],
      ['slti', f3(OP_IMM, 2), 'SLT'],
      ['sltiu', f3(OP_IMM, 3), 'SLTU'],
      ['xori', f3(OP_IMM, 4), 'XOR'],
      ['ori', f3(OP_IMM, 6), 'OR'],
      ['andi', f3(OP_IMM, 7), 'AND'],
    ],
  ),
  ...rows(
    'I',
    MASK_FUNCT7,
    ['rd', 'rs1', 'shamt'],
    [
      ['slli', f7(OP_IMM, 1, 0), 'SLL'],
      ['srli', f7(OP_IMM, 5, 0), 'SRL'],
      ['srai', f7(OP_IMM, 5, 0x20), 'SRA'],
    ],
  ),
  ...rows(
    'I',
    MASK_FUNCT7,
    ['rd', 'rs1', 'rs2'],
    [
      ['add', f7(OP, 0, 0), 'ADD'],
      ['sub', f7(OP, 0, 0x20), 'SUB'],
      ['sll', f7(OP, 1, 0), 'SLL'],
      ['slt', f7(OP, 2, 0), 'SLT'],
      ['sltu', f7(OP, 3, 0), 'SLTU'],
      ['xor', f7(OP, 4, 0), 'XOR'],
      ['srl', f7(OP, 5, 0), 'SRL'],
      ['sra', f7(OP, 5, 0x20), 'SRA'],
      ['or', f7(OP, 6, 0), 'OR'],
      ['and', f7(OP, 7, 0), 'AND'],
    ],
  ),
  // Each instance is one hart with private RAM, so ordering is always satisfied.
  ...rows('I', MASK_FUNCT3, [], [['fence', f3(MISC_MEM, 0), 'ADD']]),
  ...rows(
    'I',
    MASK_ALL,
    [],
    [
      ['ecall', SYSTEM, 'ECALL'],
      ['ebreak', SYSTEM | (1 << 20), 'EBREAK'],
    ],
  ),
  ...rows('Zifencei', MASK_FUNCT3, [], [['fence.i', f3(MISC_MEM, 1), 'FENCE_I']]),
  ...rows(
    'M',
    MASK_FUNCT7,
    ['rd', 'rs1', 'rs2'],
    [
      ['mul', f7(OP, 0, 1), 'MUL'],
      ['mulh', f7(OP, 1, 1), 'MULH'],
      ['mulhsu', f7(OP, 2, 1), 'MULHSU'],
      ['mulhu', f7(OP, 3, 1), 'MULHU'],
      ['div', f7(OP, 4, 1), 'DIV'],
      ['divu', f7(OP, 5, 1), 'DIVU'],
      ['rem', f7(OP, 6, 1), 'REM'],
      ['remu', f7(OP, 7, 1), 'REMU'],
    ],
  ),
];

/** How the decode kernel forms the immediate of a micro-operation. */
export const ImmediateKind = {
  NONE: 0,
  I: 1,
  S: 2,
  B: 3,
  U: 4,
  P: 5,
  J: 6,
  SHAMT: 7,
  RM: 8,
  RM_RS3: 9,
  CSR: 10,
} as const;

/** Which register file an operand field names. */
export const RegisterKind = { NONE: 0, INTEGER: 1, FLOAT: 2 } as const;

export function immediateKind(instruction: Instruction): number {
  for (const operand of instruction.operands) {
    if (operand === 'fs3') return ImmediateKind.RM_RS3;
    if (operand === 'csr') return ImmediateKind.CSR;
    if (operand === 'I' || operand === 'I(rs1)') return ImmediateKind.I;
    if (operand === 'S(rs1)') return ImmediateKind.S;
    if (operand === 'shamt') return ImmediateKind.SHAMT;
    if (operand === 'rm') return ImmediateKind.RM;
    if (operand === 'B' || operand === 'U' || operand === 'P' || operand === 'J') return ImmediateKind[operand];
  }
  return ImmediateKind.NONE;
}

function registerKind(instruction: Instruction, field: 'd' | 's1' | 's2'): number {
  const has = (name: string) => instruction.operands.some((o) => o === name || o.includes(`(${name})`));
  if (has(`r${field}`)) return RegisterKind.INTEGER;
  return has(`f${field}`) ? RegisterKind.FLOAT : RegisterKind.NONE;
}

/**
 * The table as the decode kernel reads it: 33 words where the entries of each major opcode (bits 6 to 2) start, then
 * per entry mask, match and `op | immediate << 8 | rd << 12 | rs1 << 14 | rs2 << 16`.
 */
export function decodeTable(): Uint32Array<ArrayBuffer> {
  const major = (i: Instruction) => (i.match >>> 2) & 31;
  const sorted = [...instructions].sort((a, b) => major(a) - major(b));
  const words = new Uint32Array(33 + sorted.length * 3);
  for (let opcode = 0; opcode <= 32; opcode++) words[opcode] = sorted.filter((i) => major(i) < opcode).length;
  sorted.forEach((instruction, index) => {
    const info =
      microOps[instruction.op] |
      (immediateKind(instruction) << 8) |
      (registerKind(instruction, 'd') << 12) |
      (registerKind(instruction, 's1') << 14) |
      (registerKind(instruction, 's2') << 16);
    words.set([instruction.mask, instruction.match, info], 33 + index * 3);
  });
  return words;
}

/** The instruction that a word encodes, or undefined. */
export function findInstruction(word: number): Instruction | undefined {
  return instructions.find((i) => (word & i.mask) >>> 0 === i.match);
}

/** Immediate of an instruction word, sign-extended; for B and J relative to pc, for U and P in place. */
export function immediateOf(instruction: Instruction, word: number): number {
  switch (immediateKind(instruction)) {
    case ImmediateKind.I:
      return word >> 20;
    case ImmediateKind.S:
      return ((word >> 25) << 5) | ((word >>> 7) & 31);
    case ImmediateKind.B:
      return ((word >> 31) << 12) | ((word << 4) & 0x800) | ((word >>> 20) & 0x7e0) | ((word >>> 7) & 0x1e);
    case ImmediateKind.U:
    case ImmediateKind.P:
      return word & 0xfffff000;
    case ImmediateKind.J:
      return ((word >> 31) << 20) | (word & 0xff000) | ((word >>> 9) & 0x800) | ((word >>> 20) & 0x7fe);
    case ImmediateKind.SHAMT:
      return (word >>> 20) & 31;
    case ImmediateKind.CSR:
      return word >>> 20;
    default:
      return 0;
  }
}
