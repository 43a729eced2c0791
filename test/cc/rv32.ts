// A plain RV32IMF interpreter with the environment calls, for checking machine code without a GPU. It counts on the
// compiler's code being aligned and inside its text.
import { environmentCalls, RAM_BASE, TEXT_BASE, trapCauses } from '../../src/machine/index.ts';

export interface Rv32Result {
  exit: number | null;
  trap: number | null;
  trapPc: number;
  trapAddress: number;
  stdout: string;
  instructions: number;
}

export interface Rv32Program {
  text: Uint32Array;
  textBytes: number;
  entry?: number;
  dataOffset?: number;
  dataLength?: number;
  staticLength?: number;
}

const callNames = new Map(environmentCalls.map((c) => [c.number, c.name]));
const scratch = new DataView(new ArrayBuffer(16));

export function formatG15(x: number): string {
  if (Number.isNaN(x)) return Object.is(Math.sign(x), -0) ? '-nan' : 'nan';
  if (!Number.isFinite(x)) return x < 0 ? '-inf' : 'inf';
  if (x === 0) return Object.is(x, -0) ? '-0' : '0';
  const [mantissa, power] = x.toExponential(14).split('e') as [string, string];
  const e = Number(power);
  if (e < -4 || e >= 15) {
    const m = mantissa.replace(/\.?0+$/, '');
    return `${m}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`;
  }
  return x
    .toFixed(Math.max(0, 14 - e))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

export function runRv32(
  program: Rv32Program,
  options: { ramBytes?: number; maxInstructions?: number; input?: string } = {},
): Rv32Result {
  const ramBytes = options.ramBytes ?? 1 << 20;
  const limit = options.maxInstructions ?? 1e9;
  const ram = new Uint8Array(ramBytes);
  const ram32 = new Int32Array(ram.buffer);
  const ram16 = new Int16Array(ram.buffer);
  const text = program.text;
  const textBytes = new Uint8Array(text.buffer, text.byteOffset, text.byteLength);
  const dataOffset = program.dataOffset ?? 0;
  ram.set(textBytes.subarray(dataOffset, dataOffset + (program.dataLength ?? 0)));
  const x = new Int32Array(32);
  const f = new Float32Array(32);
  const fBits = new Int32Array(f.buffer);
  x[2] = (RAM_BASE + ramBytes) & ~15;
  let brk = RAM_BASE + (((program.staticLength ?? 0) + 15) & ~15);
  const out: number[] = [];
  const input = new TextEncoder().encode(options.input ?? '');
  let inputAt = 0;
  let pc = TEXT_BASE + (program.entry ?? 0);
  let count = 0;
  const result = (exit: number | null, trap: number | null, address = 0): Rv32Result => ({
    exit,
    trap,
    trapPc: pc >>> 0,
    trapAddress: address >>> 0,
    stdout: new TextDecoder('latin1').decode(new Uint8Array(out)),
    instructions: count,
  });
  const long = (lo: number, hi: number) => (BigInt(hi) << 32n) | BigInt(lo >>> 0);
  const double = (lo: number, hi: number) => {
    scratch.setInt32(0, lo, true);
    scratch.setInt32(4, hi, true);
    return scratch.getFloat64(0, true);
  };
  const setLong = (v: bigint) => {
    x[10] = Number(BigInt.asIntN(32, v));
    x[11] = Number(BigInt.asIntN(32, v >> 32n));
  };
  const setDouble = (v: number) => {
    scratch.setFloat64(0, v, true);
    x[10] = scratch.getInt32(0, true);
    x[11] = scratch.getInt32(4, true);
    if (Number.isNaN(v)) {
      x[10] = 0;
      x[11] = 0x7ff80000;
    }
  };
  const print = (s: string) => {
    for (let i = 0; i < s.length; i++) out.push(s.charCodeAt(i));
  };
  const toLong = (v: number, signed: boolean) => {
    const low = signed ? -(2n ** 63n) : 0n;
    const high = signed ? 2n ** 63n - 1n : 2n ** 64n - 1n;
    if (Number.isNaN(v)) return high;
    if (!Number.isFinite(v)) return v < 0 ? low : high;
    const b = BigInt(Math.trunc(v));
    return b < low ? low : b > high ? high : b;
  };

  while (count < limit) {
    const at = pc - TEXT_BASE;
    if (at < 0 || at >= program.textBytes || at & 3) return result(null, trapCauses.INSTRUCTION_ACCESS.cause, pc);
    const w = text[at >> 2]! | 0;
    count++;
    const rd = (w >> 7) & 31;
    const f3 = (w >> 12) & 7;
    const rs1 = (w >> 15) & 31;
    const rs2 = (w >> 20) & 31;
    const a = x[rs1]!;
    let next = pc + 4;
    let value = 0;
    let writes = true;
    switch (w & 127) {
      case 0x37: value = w & 0xfffff000; break;
      case 0x17: value = pc + (w & 0xfffff000); break;
      case 0x6f: {
        const d = ((w >> 31) << 20) | (w & 0xff000) | (((w >> 20) & 1) << 11) | (((w >> 21) & 0x3ff) << 1);
        value = next;
        next = pc + d;
        break;
      }
      case 0x67: value = next; next = (a + (w >> 20)) & ~1; break;
      case 0x63: {
        const b = x[rs2]!;
        writes = false;
        const taken =
          f3 === 0 ? a === b : f3 === 1 ? a !== b : f3 === 4 ? a < b : f3 === 5 ? a >= b : f3 === 6 ? a >>> 0 < b >>> 0 : a >>> 0 >= b >>> 0;
        if (taken) next = pc + (((w >> 31) << 12) | (((w >> 7) & 1) << 11) | (((w >> 25) & 63) << 5) | (((w >> 8) & 15) << 1));
        break;
      }
      case 0x03:
      case 0x07: {
        const address = (a + (w >> 20)) >>> 0;
        const size = 1 << (f3 & 3);
        const inRam = address - RAM_BASE;
        const inText = address - TEXT_BASE;
        if (address & (size - 1)) return result(null, trapCauses.LOAD_MISALIGNED.cause, address);
        if (inRam >= 0 && inRam < ramBytes) {
          value = size === 4 ? ram32[inRam >> 2]! : size === 2 ? ram16[inRam >> 1]! : (ram[inRam]! << 24) >> 24;
        } else if (inText >= 0 && inText < program.textBytes) {
          const word = text[inText >> 2]! >>> ((inText & 3) * 8);
          value = size === 4 ? word | 0 : size === 2 ? (word << 16) >> 16 : (word << 24) >> 24;
        } else return result(null, trapCauses.LOAD_ACCESS.cause, address);
        if (f3 === 4) value &= 255;
        if (f3 === 5) value &= 65535;
        if ((w & 127) === 7) {
          fBits[rd] = value;
          writes = false;
        }
        break;
      }
      case 0x23: {
        const address = (a + (((w >> 25) << 5) | rd)) >>> 0;
        const size = 1 << f3;
        const inRam = address - RAM_BASE;
        if (address & (size - 1)) return result(null, trapCauses.STORE_MISALIGNED.cause, address);
        if (inRam < 0 || inRam >= ramBytes) return result(null, trapCauses.STORE_ACCESS.cause, address);
        const b = x[rs2]!;
        if (size === 4) ram32[inRam >> 2] = b;
        else if (size === 2) ram16[inRam >> 1] = b;
        else ram[inRam] = b;
        writes = false;
        break;
      }
      case 0x13:
      case 0x33: {
        const immediate = (w & 127) === 0x13;
        const b = immediate ? w >> 20 : x[rs2]!;
        const f7 = immediate ? (f3 === 5 ? (w >> 25) & 127 : 0) : (w >> 25) & 127;
        if (f7 === 1) {
          const ua = BigInt(a >>> 0);
          const ub = BigInt(b >>> 0);
          switch (f3) {
            case 0: value = Math.imul(a, b); break;
            case 1: value = Number(BigInt.asIntN(32, (BigInt(a) * BigInt(b)) >> 32n)); break;
            case 2: value = Number(BigInt.asIntN(32, (BigInt(a) * ub) >> 32n)); break;
            case 3: value = Number((ua * ub) >> 32n); break;
            case 4: value = b === 0 ? -1 : (a / b) | 0; break;
            case 5: value = b === 0 ? -1 : ((a >>> 0) / (b >>> 0)) | 0; break;
            case 6: value = b === 0 ? a : a % b; break;
            default: value = b === 0 ? a : (a >>> 0) % (b >>> 0);
          }
        } else {
          switch (f3) {
            case 0: value = f7 === 32 && !immediate ? a - b : a + b; break;
            case 1: value = a << b; break;
            case 2: value = a < b ? 1 : 0; break;
            case 3: value = a >>> 0 < b >>> 0 ? 1 : 0; break;
            case 4: value = a ^ b; break;
            case 5: value = f7 & 32 ? a >> b : a >>> b; break;
            case 6: value = a | b; break;
            default: value = a & b;
          }
          if (rd === 2 && rs1 === 2 && immediate && value >>> 0 < brk) return result(null, trapCauses.STACK_OVERFLOW.cause, value);
        }
        break;
      }
      case 0x53: {
        writes = false;
        const b = f[rs2]!;
        switch (w >>> 25) {
          case 0x00: f[rd] = f[rs1]! + b; break;
          case 0x04: f[rd] = f[rs1]! - b; break;
          case 0x08: f[rd] = f[rs1]! * b; break;
          case 0x0c: f[rd] = f[rs1]! / b; break;
          case 0x2c: f[rd] = Math.sqrt(f[rs1]!); break;
          case 0x50: writes = true; value = Number(f3 === 2 ? f[rs1] === b : f3 === 1 ? f[rs1]! < b : f[rs1]! <= b); break;
          case 0x60: {
            writes = true;
            const v = Math.trunc(f[rs1]!);
            const [low, high] = rs2 ? [0, 4294967295] : [-2147483648, 2147483647];
            value = Number.isNaN(v) ? high : Math.min(high, Math.max(low, v));
            break;
          }
          case 0x68: f[rd] = rs2 ? a >>> 0 : a; break;
          case 0x70: writes = true; value = fBits[rs1]!; break;
          case 0x78: fBits[rd] = a; break;
          default: return result(null, trapCauses.ILLEGAL_INSTRUCTION.cause, w);
        }
        break;
      }
      case 0x73: {
        writes = false;
        const name = callNames.get(x[17]!);
        const l0 = x[10]!, l1 = x[11]!, l2 = x[12]!, l3 = x[13]!;
        switch (name) {
          case 'exit': case 'exit_group': return result(l0 & 255, null);
          case 'abort': return result(null, l0);
          case 'write':
            for (let i = 0; i < l2; i++) {
              const p = l1 + i;
              out.push(p >= RAM_BASE ? ram[p - RAM_BASE]! : textBytes[p - TEXT_BASE]!);
            }
            x[10] = l2;
            break;
          case 'read': {
            let n = 0;
            while (n < l2 && inputAt < input.length) ram[l1 - RAM_BASE + n++] = input[inputAt++]!;
            x[10] = n;
            break;
          }
          case 'brk':
            if (l0 >>> 0 >= RAM_BASE && (l0 >>> 0) < x[2]! - 1024) brk = l0 >>> 0;
            x[10] = brk;
            break;
          case 's64_div': case 's64_rem': {
            if ((l2 | l3) === 0) return result(null, trapCauses.DIVISION_BY_ZERO.cause);
            const p = long(l0, l1), q = long(l2, l3);
            setLong(name === 's64_div' ? p / q : p % q);
            break;
          }
          case 'u64_div': case 'u64_rem': {
            if ((l2 | l3) === 0) return result(null, trapCauses.DIVISION_BY_ZERO.cause);
            const p = BigInt.asUintN(64, long(l0, l1)), q = BigInt.asUintN(64, long(l2, l3));
            setLong(name === 'u64_div' ? p / q : p % q);
            break;
          }
          case 'f64_add': setDouble(double(l0, l1) + double(l2, l3)); break;
          case 'f64_sub': setDouble(double(l0, l1) - double(l2, l3)); break;
          case 'f64_mul': setDouble(double(l0, l1) * double(l2, l3)); break;
          case 'f64_div': setDouble(double(l0, l1) / double(l2, l3)); break;
          case 'f64_sqrt': setDouble(Math.sqrt(double(l0, l1))); break;
          case 'f64_fmod': setDouble(double(l0, l1) % double(l2, l3)); break;
          case 'f64_pow': setDouble(double(l0, l1) ** double(l2, l3)); break;
          case 'f64_floor': setDouble(Math.floor(double(l0, l1))); break;
          case 'f64_ceil': setDouble(Math.ceil(double(l0, l1))); break;
          case 'f64_trunc': setDouble(Math.trunc(double(l0, l1))); break;
          case 'f64_compare': {
            const p = double(l0, l1), q = double(l2, l3);
            x[10] = p < q ? -1 : p === q ? 0 : p > q ? 1 : 2;
            break;
          }
          case 'f64_from_s64': setDouble(Number(long(l0, l1))); break;
          case 'f64_from_u64': setDouble(Number(BigInt.asUintN(64, long(l0, l1)))); break;
          case 'f64_to_s64': setLong(toLong(double(l0, l1), true)); break;
          case 'f64_to_u64': setLong(toLong(double(l0, l1), false)); break;
          case 'f64_from_f32': fBits[0] = l0; setDouble(f[0]!); break;
          case 'f64_to_f32': f[0] = double(l0, l1); x[10] = fBits[0]!; break;
          case 'print_value':
            print(l0 === 0 ? String(long(l1, l2)) : l0 === 1 ? String(BigInt.asUintN(64, long(l1, l2))) : formatG15(double(l1, l2)));
            break;
          default: return result(null, trapCauses.UNKNOWN_CALL.cause, x[17]);
        }
        break;
      }
      default: return result(null, trapCauses.ILLEGAL_INSTRUCTION.cause, w);
    } // biome-ignore format: one table
    if (writes && rd !== 0) x[rd] = value;
    pc = next;
  }
  return result(null, trapCauses.BUDGET.cause);
}
