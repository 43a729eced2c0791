import { flatProgram, instructions, type Program } from '../../src/machine/index.ts';

const byName = new Map(instructions.map((i) => [i.name, i]));

/** Encodes one instruction from its fields, straight from the specification's formats. */
export function encode(name: string, f: { rd?: number; rs1?: number; rs2?: number; imm?: number } = {}): number {
  const { rd = 0, rs1 = 0, rs2 = 0, imm = 0 } = f;
  const { match, operands } = byName.get(name)!;
  let word = match | (rs1 << 15);
  if (operands.includes('rd')) word |= rd << 7;
  if (operands.includes('rs2')) word |= rs2 << 20;
  if (operands.includes('I') || operands.includes('I(rs1)')) word |= imm << 20;
  if (operands.includes('shamt')) word |= (imm & 31) << 20;
  if (operands.includes('S(rs1)')) word |= ((imm & 0xfe0) << 20) | ((imm & 31) << 7);
  if (operands.includes('B'))
    word |= ((imm & 0x1000) << 19) | ((imm & 0x7e0) << 20) | ((imm & 0x1e) << 7) | ((imm & 0x800) >> 4);
  if (operands.includes('U') || operands.includes('P')) word |= imm & 0xfffff000;
  if (operands.includes('J'))
    word |= ((imm & 0x100000) << 11) | ((imm & 0x7fe) << 20) | ((imm & 0x800) << 9) | (imm & 0xff000);
  return word >>> 0;
}

/** `li rd, value` in two instructions. */
export function li(rd: number, value: number): number[] {
  return [
    encode('lui', { rd, imm: ((value | 0) + 0x800) & 0xfffff000 }),
    encode('addi', { rd, rs1: rd, imm: value & 0xfff }),
  ];
}

/** A program that makes one environment call with a0 to a3, then exits with 0; results stay in a0, a1 but for a0. */
export function callProgram(number: number, args: readonly number[]): Program {
  return flatProgram([
    ...args.flatMap((value, i) => li(10 + i, value)),
    ...li(17, number),
    encode('ecall'),
    encode('addi', { rd: 8, rs1: 10 }),
    encode('addi', { rd: 9, rs1: 11 }),
    ...li(10, 0),
    ...li(17, 93),
    encode('ecall'),
  ]);
}

export function f64Words(value: number): [number, number] {
  const words = new Int32Array(new Float64Array([value]).buffer);
  return [words[0]!, words[1]!];
}

export function f64Value(low: number, high: number): number {
  return new Float64Array(new Uint32Array([low, high]).buffer)[0]!;
}

export function s64Words(value: bigint): [number, number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

export function s64Value(low: number, high: number): bigint {
  return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}
