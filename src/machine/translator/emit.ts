import { microOps } from '../micro-ops.ts';
import { type BlockInstruction, isFloat } from './blocks.ts';

/** Names of registers that an expression uses are collected, so that only those are loaded and stored. */
export type UseRegister = (number: number) => string;

/** What the emitted code does at an instruction that the interpreter must perform: stops before it. */
export type Bail = (pc: number) => string;

export interface MemoryMap {
  readonly textBase: number;
  readonly textLength: number;
  readonly ramBase: number;
  readonly ramBytes: number;
  /** Words between two neighbouring RAM words of one instance. */
  readonly ramStride: number;
}

const u = (value: number) => `${value >>> 0}u`;

/** WGSL of one instruction that does not change the flow of control. */
export function emitInstruction(i: BlockInstruction, use: UseRegister, bail: Bail, map: MemoryMap): string {
  const { op } = i.instruction;
  if (op === 'LW' || op === 'LH' || op === 'LB' || op === 'LHU' || op === 'LBU') return emitLoad(i, use, bail, map);
  if (op === 'SW' || op === 'SH' || op === 'SB') return emitStore(i, use, bail, map);
  if (isFloat(i.instruction)) return emitFloat(i, use, bail);
  const expression = emitExpression(i, use);
  // addi sp, sp, -n: the interpreter traps when sp sinks below the heap.
  if (op === 'ADD' && i.rd === 2 && i.rs1 === 2 && i.instruction.rs2[1] === 0 && i.immediate < 0) {
    const sp = use(2);
    return `{ let s = ${expression}; if (s < heap_end && ${sp} >= heap_end) { ${bail(i.pc)} } ${sp} = s; }`;
  }
  return i.rd === 0 ? '' : `${use(i.rd)} = ${expression};`;
}

/** The condition under which a branch is taken. */
export function emitCondition(i: BlockInstruction, use: UseRegister): string {
  const [a, b] = [use(i.rs1), use(i.rs2)];
  switch (i.instruction.op) {
    case 'BEQ':
      return `${a} == ${b}`;
    case 'BNE':
      return `${a} != ${b}`;
    case 'BLT':
      return `i32(${a}) < i32(${b})`;
    case 'BGE':
      return `i32(${a}) >= i32(${b})`;
    case 'BLTU':
      return `${a} < ${b}`;
    case 'BGEU':
      return `${a} >= ${b}`;
    default:
      throw new Error(`${i.instruction.name} is not a branch`);
  }
}

function emitExpression(i: BlockInstruction, use: UseRegister): string {
  const a = use(i.rs1);
  const fixed = i.instruction.rs2[1] === 0 && i.rs2 === 0;
  const b = fixed ? u(i.immediate) : use(i.rs2);
  switch (i.instruction.op) {
    case 'ADD':
      if (i.instruction.immediate.addPc) return u(i.immediate + i.pc);
      if (i.rs1 === 0) return b;
      return fixed && i.immediate === 0 ? a : `${a} + ${b}`;
    case 'SUB':
      return `${a} - ${b}`;
    case 'SLL':
      return fixed ? `${a} << ${b}` : `${a} << (${b} & 31u)`;
    case 'SRL':
      return fixed ? `${a} >> ${b}` : `${a} >> (${b} & 31u)`;
    case 'SRA':
      return fixed ? `u32(i32(${a}) >> ${b})` : `u32(i32(${a}) >> (${b} & 31u))`;
    case 'SLT':
      return `select(0u, 1u, i32(${a}) < bitcast<i32>(${b}))`;
    case 'SLTU':
      return `select(0u, 1u, ${a} < ${b})`;
    case 'XOR':
      return `${a} ^ ${b}`;
    case 'OR':
      return `${a} | ${b}`;
    case 'AND':
      return `${a} & ${b}`;
    case 'MUL':
      return `${a} * ${b}`;
    case 'MULH':
      return `product_high(${a}, ${b}) - select(0u, ${b}, i32(${a}) < 0) - select(0u, ${a}, i32(${b}) < 0)`;
    case 'MULHSU':
      return `product_high(${a}, ${b}) - select(0u, ${b}, i32(${a}) < 0)`;
    case 'MULHU':
      return `product_high(${a}, ${b})`;
    case 'DIVU':
      return `select(${a} / max(${b}, 1u), 0xffffffffu, ${b} == 0u)`;
    case 'REMU':
      return `select(${a} % max(${b}, 1u), ${a}, ${b} == 0u)`;
    case 'DIV':
      return `divide_signed(${a}, ${b})`;
    case 'REM':
      return `remainder_signed(${a}, ${b})`;
    default:
      throw new Error(`${i.instruction.name} has no translation`);
  }
}

/** One call of the interpreter's own float arithmetic, flags included. */
function emitFloat(i: BlockInstruction, use: UseRegister, bail: Bail): string {
  const op = microOps[i.instruction.op];
  const rounds = op < microOps.FSGNJ;
  const fixed = i.immediate & 7;
  const mode = !rounds ? '0u' : fixed === 7 ? 'fcsr >> 5u' : u(fixed);
  const third = i.instruction.operands.includes('fs3') ? use(32 + ((i.immediate >> 8) & 31)) : '0u';
  const target = i.rd === 0 ? '_' : use(i.rd);
  return [
    `{ let m = ${mode}; if (m > 4u) { ${bail(i.pc)} }`,
    `${target} = f32_operate(${u(op)}, ${use(i.rs1)}, ${use(i.rs2)}, ${third}, m); fcsr |= f32_flags; }`,
  ].join(' ');
}

const shiftOf: Readonly<Record<string, number>> = { B: 0, H: 1, W: 2 };

function emitLoad(i: BlockInstruction, use: UseRegister, bail: Bail, map: MemoryMap): string {
  const { op } = i.instruction;
  const size = shiftOf[op[1]!]!;
  const address = i.immediate === 0 ? use(i.rs1) : `${use(i.rs1)} + ${u(i.immediate)}`;
  const misaligned = size === 0 ? '' : ` || (a & ${u(2 ** size - 1)}) != 0u`;
  const unused = 32 - 8 * 2 ** size;
  const shifted = size === 2 ? 'w' : `(w >> ((a & 3u) * 8u)) << ${u(unused)}`;
  const value =
    size === 2 ? 'w' : op.endsWith('U') ? `(${shifted}) >> ${u(unused)}` : `u32(i32(${shifted}) >> ${u(unused)})`;
  const target = i.rd === 0 ? '_' : use(i.rd);
  return [
    `{ let a = ${address}; let o = a - ${u(map.ramBase)}; var w = 0u;`,
    `if (o < ${u(map.ramBytes)}${size === 0 ? '' : ` && (a & ${u(2 ** size - 1)}) == 0u`}) { w = ram[${ramIndex(map)}]; }`,
    `else { let t = a - ${u(map.textBase)}; if (t >= ${u(map.textLength)}${misaligned}) { ${bail(i.pc)} } w = text[t >> 2u]; }`,
    `${target} = ${value}; }`,
  ].join(' ');
}

function emitStore(i: BlockInstruction, use: UseRegister, bail: Bail, map: MemoryMap): string {
  const size = shiftOf[i.instruction.op[1]!]!;
  const address = i.immediate === 0 ? use(i.rs1) : `${use(i.rs1)} + ${u(i.immediate)}`;
  const misaligned = size === 0 ? '' : ` || (a & ${u(2 ** size - 1)}) != 0u`;
  const value = use(i.rs2);
  const write =
    size === 2
      ? `ram[${ramIndex(map)}] = ${value};`
      : `let s = (a & 3u) * 8u; let m = ${u(2 ** (8 * 2 ** size) - 1)} << s; let k = ${ramIndex(map)}; ram[k] = (ram[k] & ~m) | ((${value} << s) & m);`;
  return `{ let a = ${address}; let o = a - ${u(map.ramBase)}; if (o >= ${u(map.ramBytes)}${misaligned}) { ${bail(i.pc)} } ${write} }`;
}

function ramIndex({ ramStride }: MemoryMap): string {
  return ramStride === 1 ? 'place + (o >> 2u)' : `place + (o >> 2u) * ${u(ramStride)}`;
}
