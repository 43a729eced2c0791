// Programs for the comparison with QEMU. Both machines run exactly these bytes; each case leaves two words of output.
import { instructions, type Program, RAM_BASE, TEXT_BASE } from '../../src/machine/index.ts';
import { encode, li } from './helpers.ts';

export interface QemuProgram {
  program: Program;
  /** What each pair of output words is about. */
  labels: string[];
}

const CASES_PER_PROGRAM = 64;
const SCRATCH_BYTES = 256;

/** Deterministic random words (mulberry32). */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const integerEdges = [
  0, 1, 2, 3, 7, 31, 32, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 0xfffffffe, 0x55555555, 0xffff, 0x10000,
];
const floatEdges = [
  0, 0x80000000, 1, 0x80000001, 0x007fffff, 0x00800000, 0x00800001, 0x3f800000, 0xbf800000, 0x3f7fffff, 0x3f800001,
  0x3f000000, 0x3fc00000, 0x40200000, 0x4b000000, 0x4b7fffff, 0x4b800001, 0x4effffff, 0x4f000000, 0xcf000000,
  0x4f7fffff, 0x4f800000, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc01234,
  0xff812345, 0x33800000,
];

interface Case {
  label: string;
  /** a, b, c and fcsr. */
  inputs: readonly [number, number, number, number];
  code: number[];
}

const registers = {
  a0: 10,
  a1: 11,
  a2: 12,
  a3: 13,
  fa0: 10,
  fa1: 11,
  fa2: 12,
  s0: 8,
  s1: 9,
  s2: 18,
  t0: 5,
  t1: 6,
  sp: 2,
};

/** Loads the inputs, runs `body`, and stores a0 and `second` (a register). */
function caseCode(body: number[], float: boolean, second = registers.t1): number[] {
  const { s0, s1, a0, a1, a2, t0, t1 } = registers;
  return [
    encode('addi', { rd: a0 }),
    encode('lw', { rd: a1, rs1: s0, imm: 0 }),
    encode('lw', { rd: a2, rs1: s0, imm: 4 }),
    ...(float ? [0, 1, 2].map((i) => encode('flw', { rd: 11 + i, rs1: s0, imm: 4 * i })) : []),
    encode('lw', { rd: t0, rs1: s0, imm: 12 }),
    encode('csrrw', { imm: 3 | (t0 << 12), rs1: t0 }),
    ...body,
    encode('csrrs', { rd: t1, imm: 3 }),
    encode('sw', { rs1: s1, rs2: a0, imm: 0 }),
    encode('sw', { rs1: s1, rs2: second, imm: 4 }),
    encode('addi', { rd: s0, rs1: s0, imm: 16 }),
    encode('addi', { rd: s1, rs1: s1, imm: 8 }),
  ];
}

function fullLengthCases(random: () => number): Case[] {
  const { a0, a1, a2, s2, t1 } = registers;
  const cases: Case[] = [];
  const skip = encode('addi', { rd: a0, rs1: a0, imm: 1 });
  const integer = () => (random() % 3 === 0 ? random() : integerEdges[random() % integerEdges.length]!);
  const float = () => {
    const kind = random() % 4;
    if (kind === 0) return random();
    if (kind === 1) return ((random() & 0x807fffff) | ((120 + (random() % 14)) << 23)) >>> 0;
    return floatEdges[random() % floatEdges.length]!;
  };
  for (const instruction of instructions.filter((i) => i.length === 4)) {
    const { name, operands, immediate } = instruction;
    if (['ecall', 'ebreak', 'fence.i', 'lr.w', 'sc.w'].includes(name)) continue;
    const isFloat = instruction.extension === 'F';
    const memory = operands.some((o) => o.includes('(rs1)'));
    const count = isFloat ? 110 : 30;
    for (let i = 0; i < count; i++) {
      const inputs: [number, number, number, number] = isFloat
        ? [float(), float(), float(), 0]
        : [integer(), integer(), 0, 0];
      const mode = random() % 5;
      inputs[3] = (mode << 5) | (random() % 3 === 0 ? random() & 31 : 0);
      let imm = random() | 0;
      if (operands.includes('rm')) imm = (i % 2 === 0 ? 7 : mode) | ((13 + 0) << 8);
      if (name.startsWith('f') && isFloat && operands.includes('rs1')) inputs[0] = integer();
      if (name.startsWith('fm') && i % 3 === 0) inputs[2] = nearProduct(inputs[0], inputs[1], random());
      let body: number[];
      let second: number | undefined;
      if (immediate.relative) {
        body = [encode(name, { rd: a0, rs1: a1, rs2: a2, imm: 8 }), skip];
      } else if (name === 'jalr') {
        body = [encode('auipc', { rd: a1 }), encode(name, { rd: a0, rs1: a1, imm: 12 }), skip];
      } else if (memory && name !== 'jalr') {
        const size = /h/.test(name) ? 2 : /b/.test(name) ? 1 : 4;
        inputs[0] = (random() % (64 / size)) * size;
        imm = instruction.immediate.moves.length === 0 ? 0 : ((random() % 17) - 8) * size;
        body = [
          encode('add', { rd: a1, rs1: a1, rs2: s2 }),
          encode('addi', { rd: a1, rs1: a1, imm: 96 }),
          encode(name, { rd: a0, rs1: a1, rs2: a2, imm }),
          encode('andi', { rd: a1, rs1: a1, imm: -4 }),
          encode('lw', { rd: 28, rs1: a1, imm: imm & -4 }),
        ];
        second = 28;
      } else if (operands.includes('csr')) {
        imm = (1 + (random() % 3)) | ((operands.includes('zimm') ? random() & 31 : a1) << 12);
        body = [encode(name, { rd: a0, rs1: a1, imm })];
      } else {
        body = [encode(name, { rd: a0, rs1: a1, rs2: a2, imm })];
      }
      if (operands.includes('fd')) body.push(encode('fmv.x.w', { rd: a0, rs1: registers.fa0 }));
      cases.push({
        label: `${name} ${inputs.map((v) => v.toString(16))} imm ${imm}`,
        inputs,
        code: caseCode(body, isFloat, second ?? t1),
      });
    }
  }
  return cases;
}

/** A float close to -(a * b), so that fused multiply-add cancels. */
function nearProduct(a: number, b: number, noise: number): number {
  const value = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
  const bits = new Uint32Array(Float32Array.of(-value(a) * value(b)).buffer)[0]!;
  return (bits + ((noise % 5) - 2)) >>> 0;
}

function compressedCases(random: () => number): Case[] {
  const { a0, a2, a3, s2, sp, t1 } = registers;
  const cases: Case[] = [];
  const one = encode('c.addi', { rd: a0, rs1: a0, imm: 1 });
  for (const instruction of instructions.filter((i) => i.length === 2 && i.op !== 'ILLEGAL')) {
    const { name, immediate } = instruction;
    if (name === 'c.ebreak') continue;
    for (let i = 0; i < 24; i++) {
      const inputs: [number, number, number, number] = [
        random() % 2 ? random() : integerEdges[random() % integerEdges.length]!,
        random() % 2 ? random() : integerEdges[random() % integerEdges.length]!,
        random(),
        0,
      ];
      const setUp = [
        encode('add', { rd: a0, rs1: 11 }),
        encode('add', { rd: a3, rs1: s2 }),
        encode('addi', { rd: sp, rs1: s2, imm: 0 }),
      ];
      let imm = random() | 1;
      let body: number[];
      if (immediate.relative) {
        // Over the instruction after it.
        body = [encode(name, { rd: a0, rs1: a0, imm: 4 }), one];
        if (i % 3 === 0) inputs[0] = 0;
      } else if (name === 'c.jr' || name === 'c.jalr') {
        body = [
          encode('auipc', { rd: a3 }),
          encode('addi', { rd: a3, rs1: a3, imm: 12 }),
          encode(name, { rs1: a3 }),
          one,
        ];
        // auipc and addi take 8 bytes, the jump and the skipped instruction 2 each.
      } else {
        const nonzero = ['c.lui', 'c.addi16sp', 'c.addi4spn', 'c.addi'].includes(name) ? immediate.moves[0]![2] : 0;
        imm = (random() | (1 << nonzero)) & (name.includes('sp') && !name.startsWith('c.addi') ? 0xfc : -1);
        if (name.includes('lw') || name.includes('sw')) imm &= 0x7c;
        body = [
          encode(name, {
            rd: name.includes('flw') ? 10 : a0,
            rs1: name.includes('w') && !name.includes('sp') ? a3 : a0,
            rs2: a2,
            imm,
          }),
        ];
        if (name.includes('flw')) body.push(encode('fmv.x.w', { rd: a0, rs1: 10 }));
        if (name === 'c.addi16sp') body.push(encode('add', { rd: a0, rs1: sp }));
        if (name.includes('sw')) body.push(encode('lw', { rd: a0, rs1: s2, imm: imm & 0x7c }));
      }
      cases.push({
        label: `${name} ${inputs.map((v) => v.toString(16))} imm ${imm}`,
        inputs,
        code: caseCode([...setUp, ...body], true, i % 2 ? 1 : t1),
      });
    }
  }
  return cases;
}

/** Straight and forward-branching runs of integer, atomic and memory instructions; the whole state is mixed into two words. */
function blockCases(random: () => number): Case[] {
  const pool = instructions.filter(
    (i) => i.length === 4 && ['I', 'M', 'A'].includes(i.extension) && !['ecall', 'ebreak', 'jalr'].includes(i.name),
  );
  const { a0, s2, t1 } = registers;
  const working = [10, 11, 12, 13, 14, 15, 16, 17];
  const pick = () => working[random() % working.length]!;
  return Array.from({ length: 200 }, (_, index) => {
    const body: number[] = [...li(13, random()), ...li(14, random()), ...li(15, random()), ...li(16, 3), ...li(17, -9)];
    for (let i = 0; i < 30; i++) {
      const { name, operands, immediate } = pool[random() % pool.length]!;
      if (operands.some((o) => o.includes('(rs1)'))) {
        const size = /h/.test(name) ? 2 : /b/.test(name) && !name.includes('sub') ? 1 : 4;
        const imm = immediate.moves.length === 0 ? 0 : (random() % (128 / size)) * size;
        body.push(encode(name, { rd: pick(), rs1: s2, rs2: pick(), imm }));
      } else if (immediate.relative) {
        // One instruction further on, so that it may be skipped.
        body.push(
          encode(name, { rd: pick(), rs1: pick(), rs2: pick(), imm: 8 }),
          encode('xori', { rd: pick(), rs1: pick(), imm: random() & 0x7ff }),
        );
      } else {
        body.push(encode(name, { rd: pick(), rs1: pick(), rs2: pick(), imm: random() | 0 }));
      }
    }
    for (const register of working.slice(1)) {
      body.push(
        encode('slli', { rd: 28, rs1: a0, imm: 5 }),
        encode('add', { rd: a0, rs1: a0, rs2: 28 }),
        encode('xor', { rd: a0, rs1: a0, rs2: register }),
      );
    }
    return {
      label: `block ${index}`,
      inputs: [random(), random(), 0, 0],
      code: caseCode(body, false, t1),
    } satisfies Case;
  });
}

function programs(cases: readonly Case[], compressed: boolean): QemuProgram[] {
  const result: QemuProgram[] = [];
  for (let at = 0; at < cases.length; at += CASES_PER_PROGRAM) {
    const part = cases.slice(at, at + CASES_PER_PROGRAM);
    const inputBytes = part.length * 16;
    const scratch = Uint32Array.from({ length: SCRATCH_BYTES / 4 }, (_, i) => Math.imul(i + at + 1, 0x9e3779b1));
    const data = new Uint8Array(inputBytes + SCRATCH_BYTES);
    data.set(new Uint8Array(Uint32Array.from(part.flatMap((c) => c.inputs)).buffer));
    data.set(new Uint8Array(scratch.buffer), inputBytes);
    const outputAt = RAM_BASE + data.length;
    const code = [
      ...li(registers.s0, RAM_BASE),
      ...li(registers.s1, outputAt),
      ...li(registers.s2, RAM_BASE + inputBytes),
      ...part.flatMap((c) => c.code),
      ...li(10, 1),
      ...li(11, outputAt),
      ...li(12, part.length * 8),
      ...li(17, 64),
      encode('ecall'),
      ...li(10, 0),
      ...li(17, 93),
      encode('ecall'),
    ];
    const halves = code.flatMap((word) => ((word & 3) === 3 ? [word & 0xffff, word >>> 16] : [word & 0xffff]));
    const text = new Uint8Array(Math.ceil(halves.length / 2) * 4);
    text.set(new Uint8Array(Uint16Array.from(halves).buffer));
    result.push({
      labels: part.map((c) => c.label),
      program: {
        text,
        textBase: TEXT_BASE,
        entry: TEXT_BASE,
        data,
        ramBase: RAM_BASE,
        staticLength: data.length + part.length * 8,
        compressed,
        symbols: new Map(),
      },
    });
  }
  return result;
}

/** All programs, in the order of the expected results: first those without compressed instructions. */
export function qemuPrograms(): { full: QemuProgram[]; compressed: QemuProgram[] } {
  return {
    full: programs([...fullLengthCases(randomWords(1)), ...blockCases(randomWords(2))], false),
    compressed: programs(compressedCases(randomWords(3)), true),
  };
}
