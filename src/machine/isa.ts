/**
 * The instruction set, once: decoder, disassembler, assembler, kernel constants and docs/isa.md all come from this table.
 * Encodings are those of the RISC-V unprivileged specification: RV32I, M, A, F, C, Zicsr, Zifencei.
 */
import { compressedInstructions } from './isa-compressed.ts';
import { type MicroOpName, microOps } from './micro-ops.ts';

export { type MicroOpName, microOps } from './micro-ops.ts';

/** A register operand: `width` bits of the instruction from bit `from`, plus `add`. Width 0 is a fixed register. */
export type Field = readonly [from: number, width: number, add: number];

/** `width` bits of the instruction from bit `from` become bits of the immediate from bit `to`. */
export type Move = readonly [from: number, width: number, to: number];

export interface Immediate {
  readonly moves: readonly Move[];
  /** Number of its sign bit; 0 when it is unsigned. */
  readonly sign: number;
  /** A distance from pc to a jump target. */
  readonly relative?: boolean;
  /** pc is added (auipc). */
  readonly addPc?: boolean;
}

/**
 * Operands in assembler order. `rd rs1 rs2` are integer registers, `fd fs1 fs2 fs3` float registers, `imm` a number,
 * `upper` an immediate shifted right by 12, `target` a jump target, `rm` a rounding mode.
 */
export type Operand =
  | ('rd' | 'rs1' | 'rs2' | 'fd' | 'fs1' | 'fs2' | 'fs3')
  | ('imm' | 'upper' | 'target' | 'csr' | 'zimm' | 'rm' | 'aqrl')
  | ('imm(rs1)' | '(rs1)');

export type Extension = 'I' | 'M' | 'A' | 'F' | 'C' | 'Zicsr' | 'Zifencei';

export interface Instruction {
  readonly name: string;
  readonly extension: Extension;
  /** Bytes. */
  readonly length: 2 | 4;
  /** A word `w` is this instruction when `(w & mask) === match`; among several, the first in the table. */
  readonly mask: number;
  readonly match: number;
  readonly op: MicroOpName;
  readonly operands: readonly Operand[];
  readonly rd: Field;
  readonly rs1: Field;
  readonly rs2: Field;
  readonly immediate: Immediate;
}

export const noImmediate: Immediate = { moves: [], sign: 0 };
export const zeroRegister: Field = [0, 0, 0];

const immediates = {
  I: { moves: [[20, 12, 0]], sign: 11 },
  S: {
    moves: [
      [7, 5, 0],
      [25, 7, 5],
    ],
    sign: 11,
  },
  B: {
    moves: [
      [8, 4, 1],
      [25, 6, 5],
      [7, 1, 11],
      [31, 1, 12],
    ],
    sign: 12,
    relative: true,
  },
  U: { moves: [[12, 20, 12]], sign: 0 },
  P: { moves: [[12, 20, 12]], sign: 0, addPc: true },
  J: {
    moves: [
      [21, 10, 1],
      [20, 1, 11],
      [12, 8, 12],
      [31, 1, 20],
    ],
    sign: 20,
    relative: true,
  },
  shamt: { moves: [[20, 5, 0]], sign: 0 },
  csr: {
    moves: [
      [20, 12, 0],
      [15, 5, 12],
    ],
    sign: 0,
  },
  rm: { moves: [[12, 3, 0]], sign: 0 },
  rmRs3: {
    moves: [
      [12, 3, 0],
      [27, 5, 8],
    ],
    sign: 0,
  },
} as const satisfies Record<string, Immediate>;

/** Major opcodes. */
const opcode = {
  LOAD: 0x03,
  LOAD_FP: 0x07,
  MISC_MEM: 0x0f,
  OP_IMM: 0x13,
  AUIPC: 0x17,
  STORE: 0x23,
  STORE_FP: 0x27,
  AMO: 0x2f,
  OP: 0x33,
  LUI: 0x37,
  MADD: 0x43,
  MSUB: 0x47,
  NMSUB: 0x4b,
  NMADD: 0x4f,
  OP_FP: 0x53,
  BRANCH: 0x63,
  JALR: 0x67,
  JAL: 0x6f,
  SYSTEM: 0x73,
} as const;

const mask = {
  OPCODE: 0x7f,
  FUNCT3: 0x707f,
  FUNCT7: 0xfe00707f,
  /** Fused multiply-add: opcode and format. */
  FUSED: 0x0600007f,
  /** OP-FP with a rounding mode. */
  FLOAT: 0xfe00007f,
  FLOAT_RS2: 0xfff0007f,
  FLOAT_RS2_FUNCT3: 0xfff0707f,
  AMO: 0xf800707f,
  LR: 0xf9f0707f,
  ALL: 0xffffffff,
} as const;

type Row = readonly [name: string, match: number, op: MicroOpName];

function rows(
  extension: Extension,
  bits: number,
  operands: readonly Operand[],
  immediate: Immediate,
  list: readonly Row[],
): Instruction[] {
  const has = (name: string) => operands.some((o) => o === name || o.includes(`(${name})`));
  const field = (integer: string, float: string, from: number): Field =>
    has(integer) ? [from, 5, 0] : has(float) ? [from, 5, 32] : zeroRegister;
  return list.map(([name, match, op]) => ({
    name,
    extension,
    length: 4,
    mask: bits >>> 0,
    match: match >>> 0,
    op,
    operands,
    rd: field('rd', 'fd', 7),
    rs1: field('rs1', 'fs1', 15),
    rs2: field('rs2', 'fs2', 20),
    immediate,
  }));
}

const f3 = (major: number, funct3: number) => major | (funct3 << 12);
const f7 = (major: number, funct3: number, funct7: number) => major | (funct3 << 12) | (funct7 << 25);
const fp = (funct7: number, rs2 = 0, funct3 = 0) => f7(opcode.OP_FP, funct3, funct7) | (rs2 << 20);
const amo = (funct5: number) => f3(opcode.AMO, 2) | (funct5 << 27);

const { I, S, B, U, P, J, shamt, csr, rm, rmRs3 } = immediates;

const fullLength: readonly Instruction[] = [
  ...rows('I', mask.OPCODE, ['rd', 'upper'], U, [['lui', opcode.LUI, 'ADD']]),
  ...rows('I', mask.OPCODE, ['rd', 'upper'], P, [['auipc', opcode.AUIPC, 'ADD']]),
  ...rows('I', mask.OPCODE, ['rd', 'target'], J, [['jal', opcode.JAL, 'JAL']]),
  ...rows('I', mask.FUNCT3, ['rd', 'imm(rs1)'], I, [
    ['jalr', f3(opcode.JALR, 0), 'JALR'],
    ['lb', f3(opcode.LOAD, 0), 'LB'],
    ['lh', f3(opcode.LOAD, 1), 'LH'],
    ['lw', f3(opcode.LOAD, 2), 'LW'],
    ['lbu', f3(opcode.LOAD, 4), 'LBU'],
    ['lhu', f3(opcode.LOAD, 5), 'LHU'],
  ]),
  ...rows('I', mask.FUNCT3, ['rs1', 'rs2', 'target'], B, [
    ['beq', f3(opcode.BRANCH, 0), 'BEQ'],
    ['bne', f3(opcode.BRANCH, 1), 'BNE'],
    ['blt', f3(opcode.BRANCH, 4), 'BLT'],
    ['bge', f3(opcode.BRANCH, 5), 'BGE'],
    ['bltu', f3(opcode.BRANCH, 6), 'BLTU'],
    ['bgeu', f3(opcode.BRANCH, 7), 'BGEU'],
  ]),
  ...rows('I', mask.FUNCT3, ['rs2', 'imm(rs1)'], S, [
    ['sb', f3(opcode.STORE, 0), 'SB'],
    ['sh', f3(opcode.STORE, 1), 'SH'],
    ['sw', f3(opcode.STORE, 2), 'SW'],
  ]),
  ...rows('I', mask.FUNCT3, ['rd', 'rs1', 'imm'], I, [
    ['addi', f3(opcode.OP_IMM, 0), 'ADD'],
    ['slti', f3(opcode.OP_IMM, 2), 'SLT'],
    ['sltiu', f3(opcode.OP_IMM, 3), 'SLTU'],
    ['xori', f3(opcode.OP_IMM, 4), 'XOR'],
    ['ori', f3(opcode.OP_IMM, 6), 'OR'],
    ['andi', f3(opcode.OP_IMM, 7), 'AND'],
  ]),
  ...rows('I', mask.FUNCT7, ['rd', 'rs1', 'imm'], shamt, [
    ['slli', f7(opcode.OP_IMM, 1, 0), 'SLL'],
    ['srli', f7(opcode.OP_IMM, 5, 0), 'SRL'],
    ['srai', f7(opcode.OP_IMM, 5, 0x20), 'SRA'],
  ]),
  ...rows('I', mask.FUNCT7, ['rd', 'rs1', 'rs2'], noImmediate, [
    ['add', f7(opcode.OP, 0, 0), 'ADD'],
    ['sub', f7(opcode.OP, 0, 0x20), 'SUB'],
    ['sll', f7(opcode.OP, 1, 0), 'SLL'],
    ['slt', f7(opcode.OP, 2, 0), 'SLT'],
    ['sltu', f7(opcode.OP, 3, 0), 'SLTU'],
    ['xor', f7(opcode.OP, 4, 0), 'XOR'],
    ['srl', f7(opcode.OP, 5, 0), 'SRL'],
    ['sra', f7(opcode.OP, 5, 0x20), 'SRA'],
    ['or', f7(opcode.OP, 6, 0), 'OR'],
    ['and', f7(opcode.OP, 7, 0), 'AND'],
  ]),
  // Each instance is one hart, and shared RAM is only accessed atomically, so ordering is always satisfied.
  ...rows('I', mask.FUNCT3, [], noImmediate, [['fence', f3(opcode.MISC_MEM, 0), 'ADD']]),
  ...rows('I', mask.ALL, [], noImmediate, [
    ['ecall', opcode.SYSTEM, 'ECALL'],
    ['ebreak', opcode.SYSTEM | (1 << 20), 'EBREAK'],
  ]),
  ...rows('Zifencei', mask.FUNCT3, [], noImmediate, [['fence.i', f3(opcode.MISC_MEM, 1), 'FENCE_I']]),
  ...rows('Zicsr', mask.FUNCT3, ['rd', 'csr', 'rs1'], csr, [
    ['csrrw', f3(opcode.SYSTEM, 1), 'CSRRW'],
    ['csrrs', f3(opcode.SYSTEM, 2), 'CSRRS'],
    ['csrrc', f3(opcode.SYSTEM, 3), 'CSRRC'],
  ]),
  ...rows('Zicsr', mask.FUNCT3, ['rd', 'csr', 'zimm'], csr, [
    ['csrrwi', f3(opcode.SYSTEM, 5), 'CSRRWI'],
    ['csrrsi', f3(opcode.SYSTEM, 6), 'CSRRSI'],
    ['csrrci', f3(opcode.SYSTEM, 7), 'CSRRCI'],
  ]),
  ...rows('M', mask.FUNCT7, ['rd', 'rs1', 'rs2'], noImmediate, [
    ['mul', f7(opcode.OP, 0, 1), 'MUL'],
    ['mulh', f7(opcode.OP, 1, 1), 'MULH'],
    ['mulhsu', f7(opcode.OP, 2, 1), 'MULHSU'],
    ['mulhu', f7(opcode.OP, 3, 1), 'MULHU'],
    ['div', f7(opcode.OP, 4, 1), 'DIV'],
    ['divu', f7(opcode.OP, 5, 1), 'DIVU'],
    ['rem', f7(opcode.OP, 6, 1), 'REM'],
    ['remu', f7(opcode.OP, 7, 1), 'REMU'],
  ]),
  ...rows('A', mask.LR, ['rd', 'aqrl', '(rs1)'], noImmediate, [['lr.w', amo(2), 'LR']]),
  ...rows('A', mask.AMO, ['rd', 'aqrl', 'rs2', '(rs1)'], noImmediate, [
    ['sc.w', amo(3), 'SC'],
    ['amoswap.w', amo(1), 'AMOSWAP'],
    ['amoadd.w', amo(0), 'AMOADD'],
    ['amoxor.w', amo(4), 'AMOXOR'],
    ['amoand.w', amo(12), 'AMOAND'],
    ['amoor.w', amo(8), 'AMOOR'],
    ['amomin.w', amo(16), 'AMOMIN'],
    ['amomax.w', amo(20), 'AMOMAX'],
    ['amominu.w', amo(24), 'AMOMINU'],
    ['amomaxu.w', amo(28), 'AMOMAXU'],
  ]),
  ...rows('F', mask.FUNCT3, ['fd', 'imm(rs1)'], I, [['flw', f3(opcode.LOAD_FP, 2), 'LW']]),
  ...rows('F', mask.FUNCT3, ['fs2', 'imm(rs1)'], S, [['fsw', f3(opcode.STORE_FP, 2), 'SW']]),
  ...rows('F', mask.FUSED, ['fd', 'fs1', 'fs2', 'fs3', 'rm'], rmRs3, [
    ['fmadd.s', opcode.MADD, 'FMADD'],
    ['fmsub.s', opcode.MSUB, 'FMSUB'],
    ['fnmsub.s', opcode.NMSUB, 'FNMSUB'],
    ['fnmadd.s', opcode.NMADD, 'FNMADD'],
  ]),
  ...rows('F', mask.FLOAT, ['fd', 'fs1', 'fs2', 'rm'], rm, [
    ['fadd.s', fp(0x00), 'FADD'],
    ['fsub.s', fp(0x04), 'FSUB'],
    ['fmul.s', fp(0x08), 'FMUL'],
    ['fdiv.s', fp(0x0c), 'FDIV'],
  ]),
  ...rows('F', mask.FLOAT_RS2, ['fd', 'fs1', 'rm'], rm, [['fsqrt.s', fp(0x2c), 'FSQRT']]),
  ...rows('F', mask.FUNCT7, ['fd', 'fs1', 'fs2'], noImmediate, [
    ['fsgnj.s', fp(0x10, 0, 0), 'FSGNJ'],
    ['fsgnjn.s', fp(0x10, 0, 1), 'FSGNJN'],
    ['fsgnjx.s', fp(0x10, 0, 2), 'FSGNJX'],
    ['fmin.s', fp(0x14, 0, 0), 'FMIN'],
    ['fmax.s', fp(0x14, 0, 1), 'FMAX'],
  ]),
  ...rows('F', mask.FUNCT7, ['rd', 'fs1', 'fs2'], noImmediate, [
    ['feq.s', fp(0x50, 0, 2), 'FEQ'],
    ['flt.s', fp(0x50, 0, 1), 'FLT'],
    ['fle.s', fp(0x50, 0, 0), 'FLE'],
  ]),
  ...rows('F', mask.FLOAT_RS2, ['rd', 'fs1', 'rm'], rm, [
    ['fcvt.w.s', fp(0x60, 0), 'FCVT_W_S'],
    ['fcvt.wu.s', fp(0x60, 1), 'FCVT_WU_S'],
  ]),
  ...rows('F', mask.FLOAT_RS2, ['fd', 'rs1', 'rm'], rm, [
    ['fcvt.s.w', fp(0x68, 0), 'FCVT_S_W'],
    ['fcvt.s.wu', fp(0x68, 1), 'FCVT_S_WU'],
  ]),
  // Moves between the register files are additions of x0.
  ...rows('F', mask.FLOAT_RS2_FUNCT3, ['rd', 'fs1'], noImmediate, [
    ['fmv.x.w', fp(0x70, 0, 0), 'ADD'],
    ['fclass.s', fp(0x70, 0, 1), 'FCLASS'],
  ]),
  ...rows('F', mask.FLOAT_RS2_FUNCT3, ['fd', 'rs1'], noImmediate, [['fmv.w.x', fp(0x78, 0, 0), 'ADD']]),
];

export const instructions: readonly Instruction[] = [...fullLength, ...compressedInstructions];

/** The instruction at the start of `word` (32 bits, or 16 for a compressed one), or undefined. */
export function findInstruction(word: number): Instruction | undefined {
  return buckets[bucketOf(word)]!.find((i) => (word & i.mask) >>> 0 === i.match);
}

/** The immediate of an instruction word, sign-extended where it is signed. */
export function immediateOf(instruction: Instruction, word: number): number {
  const { moves, sign } = instruction.immediate;
  let value = 0;
  for (const [from, width, to] of moves) value |= ((word >>> from) & (2 ** width - 1)) << to;
  return sign === 0 ? value : (value << (31 - sign)) >> (31 - sign);
}

/** Register number that a field names: 0 to 31 are x registers, 32 to 63 are f registers. */
export function registerOf(field: Field, word: number): number {
  return ((word >>> field[0]) & (2 ** field[1] - 1)) + field[2];
}

/** Buckets of the decode table: 32 by bits 6 to 2 for 4-byte instructions, then 24 by bits 1 to 0 and 15 to 13. */
export const DECODE_BUCKETS = 56;
export const DECODE_ENTRY_WORDS = 9;

function bucketOf(word: number): number {
  return (word & 3) === 3 ? (word >>> 2) & 31 : 32 + (word & 3) * 8 + ((word >>> 13) & 7);
}

const buckets: Instruction[][] = Array.from({ length: DECODE_BUCKETS }, () => []);
for (const instruction of instructions) buckets[bucketOf(instruction.match)]!.push(instruction);

/**
 * The table as the decode kernel reads it: 57 words where the entries of each bucket start, then 9 words per entry:
 * mask, match, `op | sign << 8 | relative << 13 | addPc << 14`, rd, rs1 and rs2 as `from | width << 5 | add << 8` in
 * two halves of two words, and up to eight moves as `from | width << 5 | to << 10` in the halves of four words.
 */
export function decodeTable(): Uint32Array<ArrayBuffer> {
  const sorted = buckets.flat();
  const words = new Uint32Array(DECODE_BUCKETS + 1 + sorted.length * DECODE_ENTRY_WORDS);
  let start = 0;
  for (let bucket = 0; bucket <= DECODE_BUCKETS; bucket++) {
    words[bucket] = start;
    start += buckets[bucket]?.length ?? 0;
  }
  const field = ([from, width, add]: Field) => from | (width << 5) | (add << 8);
  sorted.forEach((instruction, index) => {
    const at = DECODE_BUCKETS + 1 + index * DECODE_ENTRY_WORDS;
    const { immediate } = instruction;
    const flags = (immediate.relative ? 1 << 13 : 0) | (immediate.addPc ? 1 << 14 : 0);
    words[at] = instruction.mask;
    words[at + 1] = instruction.match;
    words[at + 2] = microOps[instruction.op] | (immediate.sign << 8) | flags;
    words[at + 3] = field(instruction.rd) | (field(instruction.rs1) << 16);
    words[at + 4] = field(instruction.rs2);
    immediate.moves.forEach(([from, width, to], i) => {
      words[at + 5 + (i >> 1)]! |= (from | (width << 5) | (to << 10)) << ((i & 1) * 16);
    });
  });
  return words;
}
