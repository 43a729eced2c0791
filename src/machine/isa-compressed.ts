// The C extension for RV32 with F: each row is a shorter encoding of an operation in isa.ts.
import type { Field, Immediate, Instruction, Move, Operand } from './isa.ts';
import type { MicroOpName } from './micro-ops.ts';

const zero: Field = [0, 0, 0];
const ra: Field = [0, 0, 1];
const sp: Field = [0, 0, 2];
/** Bits 11 to 7. */
const high: Field = [7, 5, 0];
/** Bits 6 to 2. */
const low: Field = [2, 5, 0];
/** Three-bit fields name x8 to x15, or f8 to f15. */
const high3: Field = [7, 3, 8];
const low3: Field = [2, 3, 8];
const float = ([from, width, add]: Field): Field => [from, width, add + 32];

const none: Immediate = { moves: [], sign: 0 };
const unsigned = (...moves: Move[]): Immediate => ({ moves, sign: 0 });

/** Immediates, as `inst[from..] -> imm[to..]`; named as in the specification. */
const nzimm: Immediate = {
  moves: [
    [2, 5, 0],
    [12, 1, 5],
  ],
  sign: 5,
};
const shamt = unsigned([2, 5, 0]);
const wordOffset = unsigned([6, 1, 2], [10, 3, 3], [5, 1, 6]);
const wordOffsetFromSp = unsigned([4, 3, 2], [12, 1, 5], [2, 2, 6]);
const wordOffsetFromSpStore = unsigned([9, 4, 2], [7, 2, 6]);
const addi4spn = unsigned([6, 1, 2], [5, 1, 3], [11, 2, 4], [7, 4, 6]);
const addi16sp: Immediate = {
  moves: [
    [6, 1, 4],
    [2, 1, 5],
    [5, 1, 6],
    [3, 2, 7],
    [12, 1, 9],
  ],
  sign: 9,
};
const lui: Immediate = {
  moves: [
    [2, 5, 12],
    [12, 1, 17],
  ],
  sign: 17,
};
const jump: Immediate = {
  moves: [
    [3, 3, 1],
    [11, 1, 4],
    [2, 1, 5],
    [7, 1, 6],
    [6, 1, 7],
    [9, 2, 8],
    [8, 1, 10],
    [12, 1, 11],
  ],
  sign: 11,
  relative: true,
};
const branch: Immediate = {
  moves: [
    [3, 2, 1],
    [10, 2, 3],
    [2, 1, 5],
    [5, 2, 6],
    [12, 1, 8],
  ],
  sign: 8,
  relative: true,
};

interface Registers {
  rd?: Field;
  rs1?: Field;
  rs2?: Field;
}

const row = (
  name: string,
  mask: number,
  match: number,
  op: MicroOpName,
  operands: readonly Operand[],
  { rd = zero, rs1 = zero, rs2 = zero }: Registers = {},
  immediate: Immediate = none,
): Instruction => ({ name, extension: 'C', length: 2, mask, match, op, operands, rd, rs1, rs2, immediate });

const reserved = (mask: number, match: number) => row('c.unimp', mask, match, 'ILLEGAL', []);

/** Reserved encodings come before the instructions that they are carved out of. */
export const compressedInstructions: readonly Instruction[] = [
  reserved(0xffe3, 0x0000), // c.addi4spn with immediate 0
  row('c.addi4spn', 0xe003, 0x0000, 'ADD', ['rd', 'imm'], { rd: low3, rs1: sp }, addi4spn),
  row('c.lw', 0xe003, 0x4000, 'LW', ['rd', 'imm(rs1)'], { rd: low3, rs1: high3 }, wordOffset),
  row('c.flw', 0xe003, 0x6000, 'LW', ['fd', 'imm(rs1)'], { rd: float(low3), rs1: high3 }, wordOffset),
  row('c.sw', 0xe003, 0xc000, 'SW', ['rs2', 'imm(rs1)'], { rs1: high3, rs2: low3 }, wordOffset),
  row('c.fsw', 0xe003, 0xe000, 'SW', ['fs2', 'imm(rs1)'], { rs1: high3, rs2: float(low3) }, wordOffset),

  row('c.nop', 0xffff, 0x0001, 'ADD', []),
  row('c.addi', 0xe003, 0x0001, 'ADD', ['rd', 'imm'], { rd: high, rs1: high }, nzimm),
  row('c.jal', 0xe003, 0x2001, 'JAL', ['target'], { rd: ra }, jump),
  row('c.li', 0xe003, 0x4001, 'ADD', ['rd', 'imm'], { rd: high }, nzimm),
  reserved(0xf07f, 0x6001), // c.lui and c.addi16sp with immediate 0
  row('c.addi16sp', 0xef83, 0x6101, 'ADD', ['imm'], { rd: sp, rs1: sp }, addi16sp),
  row('c.lui', 0xe003, 0x6001, 'ADD', ['rd', 'upper'], { rd: high }, lui),
  row('c.srli', 0xfc03, 0x8001, 'SRL', ['rd', 'imm'], { rd: high3, rs1: high3 }, shamt),
  row('c.srai', 0xfc03, 0x8401, 'SRA', ['rd', 'imm'], { rd: high3, rs1: high3 }, shamt),
  row('c.andi', 0xec03, 0x8801, 'AND', ['rd', 'imm'], { rd: high3, rs1: high3 }, nzimm),
  row('c.sub', 0xfc63, 0x8c01, 'SUB', ['rd', 'rs2'], { rd: high3, rs1: high3, rs2: low3 }),
  row('c.xor', 0xfc63, 0x8c21, 'XOR', ['rd', 'rs2'], { rd: high3, rs1: high3, rs2: low3 }),
  row('c.or', 0xfc63, 0x8c41, 'OR', ['rd', 'rs2'], { rd: high3, rs1: high3, rs2: low3 }),
  row('c.and', 0xfc63, 0x8c61, 'AND', ['rd', 'rs2'], { rd: high3, rs1: high3, rs2: low3 }),
  row('c.j', 0xe003, 0xa001, 'JAL', ['target'], {}, jump),
  row('c.beqz', 0xe003, 0xc001, 'BEQ', ['rs1', 'target'], { rs1: high3 }, branch),
  row('c.bnez', 0xe003, 0xe001, 'BNE', ['rs1', 'target'], { rs1: high3 }, branch),

  row('c.slli', 0xf003, 0x0002, 'SLL', ['rd', 'imm'], { rd: high, rs1: high }, shamt),
  reserved(0xef83, 0x4002), // c.lwsp to x0
  row('c.lwsp', 0xe003, 0x4002, 'LW', ['rd', 'imm'], { rd: high, rs1: sp }, wordOffsetFromSp),
  row('c.flwsp', 0xe003, 0x6002, 'LW', ['fd', 'imm'], { rd: float(high), rs1: sp }, wordOffsetFromSp),
  reserved(0xffff, 0x8002), // c.jr x0
  row('c.jr', 0xf07f, 0x8002, 'JALR', ['rs1'], { rs1: high }),
  row('c.mv', 0xf003, 0x8002, 'ADD', ['rd', 'rs2'], { rd: high, rs2: low }),
  row('c.ebreak', 0xffff, 0x9002, 'EBREAK', []),
  row('c.jalr', 0xf07f, 0x9002, 'JALR', ['rs1'], { rd: ra, rs1: high }),
  row('c.add', 0xf003, 0x9002, 'ADD', ['rd', 'rs2'], { rd: high, rs1: high, rs2: low }),
  row('c.swsp', 0xe003, 0xc002, 'SW', ['rs2', 'imm'], { rs1: sp, rs2: low }, wordOffsetFromSpStore),
  row('c.fswsp', 0xe003, 0xe002, 'SW', ['fs2', 'imm'], { rs1: sp, rs2: float(low) }, wordOffsetFromSpStore),
];
