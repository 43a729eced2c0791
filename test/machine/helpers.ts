import { encodeInstruction } from '../../src/machine/encode.ts';
import { flatProgram, instructions, type Program } from '../../src/machine/index.ts';

const byName = new Map(instructions.map((i) => [i.name, i]));

/** Encodes one instruction; immediates are cut to what the field holds. */
export function encode(name: string, f: { rd?: number; rs1?: number; rs2?: number; imm?: number } = {}): number {
  const instruction = byName.get(name)!;
  const { moves, sign } = instruction.immediate;
  const covered = moves.reduce((bits, [, width, to]) => bits | ((2 ** width - 1) << to), 0);
  const kept = (f.imm ?? 0) & covered;
  const immediate = sign === 0 ? kept : (kept << (31 - sign)) >> (31 - sign);
  const register = (field: 'rd' | 'rs1' | 'rs2') => {
    const [, width, add] = instruction[field];
    return ((f[field] ?? 0) & (2 ** width - 1)) + add;
  };
  return encodeInstruction(instruction, { rd: register('rd'), rs1: register('rs1'), rs2: register('rs2'), immediate });
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
