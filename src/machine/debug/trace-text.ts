import { symbolAt } from '../describe-trap.ts';
import { disassemble } from '../disassemble.ts';
import { findInstruction, immediateOf, microOps, registerOf } from '../isa.ts';
import type { Program } from '../program.ts';
import { registerNames } from '../registers.ts';
import type { RegisterState, TraceRecord } from './session.ts';

/** One executed instruction as a person or a program reads it. */
export interface TraceLine {
  pc: number;
  /** `<loop+0x4>`, or empty. */
  symbol: string;
  instruction: string;
  /** New values of the registers that changed, by name. */
  registers: Record<string, number>;
  /** The place in memory that a load or store was at, and for a store what it wrote there. */
  memory?: { address: number; bytes: number; stored?: number };
}

/** Follows a trace with the register values, to tell where loads and stores went. */
export class TraceText {
  readonly #program: Program;
  readonly #values: Uint32Array;

  /** @param before the registers before the first traced instruction */
  constructor(program: Program, before: RegisterState) {
    this.#program = program;
    this.#values = before.registers.slice();
  }

  line(record: TraceRecord): TraceLine {
    const memory = this.#memory(record);
    for (const { register, value } of record.changes) if (register < 64) this.#values[register] = value;
    return {
      pc: record.pc,
      symbol: symbolAt(this.#program, record.pc).trim(),
      instruction: disassemble(record.bits, record.pc),
      registers: Object.fromEntries(record.changes.map((c) => [registerNames[c.register] ?? 'fcsr', c.value])),
      ...(memory && record.executed ? { memory } : {}),
    };
  }

  #memory({ bits, changes }: TraceRecord): TraceLine['memory'] {
    const instruction = findInstruction(bits);
    if (!instruction) return undefined;
    const op = microOps[instruction.op];
    const [base, source] = [registerOf(instruction.rs1, bits), registerOf(instruction.rs2, bits)];
    const value = source === 0 ? 0 : this.#values[source]!;
    if (op >= microOps.LB && op <= microOps.SW) {
      const address = (this.#values[base]! + immediateOf(instruction, bits)) >>> 0;
      const bytes = 1 << (op & 3);
      const stored = bytes === 4 ? value : value & (2 ** (bytes * 8) - 1);
      return op >= microOps.SB ? { address, bytes, stored } : { address, bytes };
    }
    if (instruction.extension !== 'A') return undefined;
    const address = this.#values[base]!;
    if (instruction.op === 'LR') return { address, bytes: 4 };
    const target = registerOf(instruction.rd, bits);
    const result = changes.find((c) => c.register === target)?.value ?? this.#values[target]!;
    const known = target !== 0;
    if (instruction.op === 'SC') return { address, bytes: 4, ...(known && result === 0 ? { stored: value } : {}) };
    if (instruction.op === 'AMOSWAP') return { address, bytes: 4, stored: value };
    return { address, bytes: 4, ...(known ? { stored: atomicValue(instruction.op, result, value) } : {}) };
  }
}

function atomicValue(op: string, old: number, operand: number): number {
  const values: Record<string, number> = {
    AMOADD: old + operand,
    AMOXOR: old ^ operand,
    AMOAND: old & operand,
    AMOOR: old | operand,
    AMOMIN: Math.min(old | 0, operand | 0),
    AMOMAX: Math.max(old | 0, operand | 0),
    AMOMINU: Math.min(old, operand),
    AMOMAXU: Math.max(old, operand),
  };
  return (values[op] ?? 0) >>> 0;
}

/** `00010014 <loop+0x4>  lw t1, 0(t0)  t1=00000007 [10000000]`. */
export function traceLineText(line: TraceLine): string {
  const effects = Object.entries(line.registers).map(([name, value]) => `${name}=${hex(value)}`);
  if (line.memory) {
    const { address, bytes, stored } = line.memory;
    effects.push(`[${hex(address)}]${stored === undefined ? '' : `=${hex(stored, bytes * 2)}`}`);
  }
  const place = `${hex(line.pc)} ${line.symbol}`.padEnd(28);
  return `${place} ${line.instruction.padEnd(28)} ${effects.join(' ')}`.trimEnd();
}

export function hex(value: number, digits = 8): string {
  return value.toString(16).padStart(digits, '0');
}
