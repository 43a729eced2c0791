// The stage machine in plain TypeScript: what kernels/stage.wesl must do, instruction by instruction.
import type { StageCode } from './assemble.ts';
import {
  FRAME_LIMIT,
  StageFault,
  StageFlag,
  StageOp,
  StageSpace,
  StageWord,
  TEXT_OWN,
  TEXT_POOL,
} from './operations.ts';

export interface StageMemory {
  work: Uint32Array;
  source: Uint8Array;
  text: Uint32Array;
  job: Uint32Array;
  control: Uint32Array;
  /** Word of `work` where the slot's own text starts. */
  ownTextWord: number;
}

/**
 * Runs one stage from its entry to its HALT.
 *
 * @param profile counts the steps of each instruction, when given
 * @returns the number of steps
 * @throws Error when `limit` steps were not enough
 */
export function runStage(
  image: StageCode,
  entry: string,
  memory: StageMemory,
  limit: number,
  profile?: Uint32Array,
): number {
  const { work } = memory;
  const { code, pool } = image;
  const size = image.workWords;
  const stackEnd = size - FRAME_LIMIT;
  const spaces: Uint32Array[] = [];
  spaces[StageSpace.TEXT] = memory.text;
  spaces[StageSpace.JOB] = memory.job;
  spaces[StageSpace.CONTROL] = memory.control;
  let pc = image.entries[entry]!;
  let frame = image.stackStart;

  const byteAt = (position: number): number => {
    if (position < TEXT_OWN) return memory.source[position] ?? 0;
    if (position < TEXT_POOL) {
      const at = position - TEXT_OWN;
      return ((work[memory.ownTextWord + (at >>> 2)] ?? 0) >>> ((at & 3) * 8)) & 255;
    }
    const at = position - TEXT_POOL;
    return ((pool[image.poolTextWord + (at >>> 2)] ?? 0) >>> ((at & 3) * 8)) & 255;
  };
  const fault = (cause: number) => {
    work[StageWord.FAULT] = cause;
    frame = image.stackStart;
    pc = 1;
  };

  for (let steps = 1; steps <= limit; steps++) {
    if (profile) profile[pc]!++;
    const w = code[pc * 2]!;
    const immediate = code[pc * 2 + 1]! | 0;
    pc++;
    const op = w & StageFlag.OPERATION;
    const flagged = (w & StageFlag.IMMEDIATE) !== 0;
    const a = (w >>> 8) & 255;
    const b = (w >>> 16) & 255;
    const c = w >>> 24;
    const x = work[w & StageFlag.GLOBAL ? b : frame + b]! | 0;
    const y = flagged ? (op >= StageOp.BRANCH ? immediate >> 16 : immediate) : work[frame + c]! | 0;
    let result = 0;
    switch (op >= StageOp.BRANCH ? op - StageOp.BRANCH + StageOp.EQ : op) {
      case StageOp.HALT: return steps;
      case StageOp.ADD: result = x + y; break;
      case StageOp.SUB: result = x - y; break;
      case StageOp.MUL: result = Math.imul(x, y); break;
      case StageOp.AND: result = x & y; break;
      case StageOp.OR: result = x | y; break;
      case StageOp.XOR: result = x ^ y; break;
      case StageOp.SHL: result = x << y; break;
      case StageOp.SHR: result = x >>> y; break;
      case StageOp.SAR: result = x >> y; break;
      case StageOp.EQ: result = Number(x === y); break;
      case StageOp.NE: result = Number(x !== y); break;
      case StageOp.LT: result = Number(x < y); break;
      case StageOp.LE: result = Number(x <= y); break;
      case StageOp.GT: result = Number(x > y); break;
      case StageOp.GE: result = Number(x >= y); break;
      case StageOp.LTU: result = Number(x >>> 0 < y >>> 0); break;
      case StageOp.DIVU: result = y === 0 ? -1 : (x >>> 0) / (y >>> 0); break;
      case StageOp.REMU: result = y === 0 ? x : (x >>> 0) % (y >>> 0); break;
      case StageOp.DIV: result = y === 0 ? -1 : x / y; break;
      case StageOp.REM: result = y === 0 ? x : x % y; break;
      case StageOp.MULHU: result = Number((BigInt(x >>> 0) * BigInt(y >>> 0)) >> 32n); break;
      case StageOp.SET: result = immediate; break;
      case StageOp.LOAD: {
        const address = (immediate + Math.imul(x, c)) >>> 0;
        if (address >= size) { fault(StageFault.MEMORY); continue; }
        result = work[address]!;
        break;
      }
      case StageOp.STORE:
      case StageOp.STORE_GLOBAL: {
        const address = (immediate + Math.imul(x, c)) >>> 0;
        if (address >= size || address < StageWord.CATCH_PC) { fault(StageFault.MEMORY); continue; }
        work[address] = flagged ? a : work[op === StageOp.STORE ? frame + a : a]!;
        continue;
      }
      case StageOp.CONST: result = pool[(immediate + Math.imul(x, c)) >>> 0] ?? 0; break;
      case StageOp.BYTE: result = byteAt(x >>> 0); break;
      case StageOp.SCAN: {
        let hash = 0x811c9dc5;
        let end = x >>> 0;
        for (let i = 0; i < 255; i++) {
          const byte = byteAt(end);
          if (!/[A-Za-z0-9_]/.test(String.fromCharCode(byte))) break;
          hash = Math.imul(hash ^ byte, 16777619);
          end++;
        }
        work[StageWord.SCAN_HASH] = hash;
        result = end;
        break;
      }
      case StageOp.SAME: {
        const count = Math.min(255, work[frame + a]! >>> 0);
        result = 1;
        for (let i = 0; i < count; i++) {
          if (byteAt((x + i) >>> 0) !== byteAt((y + i) >>> 0)) result = 0;
        }
        break;
      }
      case StageOp.SKIP: {
        let end = x >>> 0;
        for (let i = 0; i < 255; i++) {
          const byte = byteAt(end);
          if (byte !== 32 && byte !== 9) break;
          end++;
        }
        result = end;
        break;
      }
      case StageOp.OUTSIDE_LOAD: result = spaces[c]![x >>> 0] ?? 0; break;
      case StageOp.OUTSIDE_STORE: {
        const space = spaces[c]!;
        if (x >>> 0 < space.length) space[x >>> 0] = work[frame + a]!;
        continue;
      }
      case StageOp.CLEAR: {
        const start = x >>> 0;
        const count = Math.min(256, y);
        for (let i = start; i < start + count && i < size; i++) work[i] = 0;
        work[frame + b] = start + count;
        work[frame + c] = y - count;
        if (y > count) pc--;
        continue;
      }
      case StageOp.COPY: {
        const to = work[frame + a]!;
        const from = x >>> 0;
        const count = Math.min(256, y >>> 0);
        for (let i = 0; i < count; i++) if (to + i < memory.text.length) memory.text[to + i] = pool[from + i] ?? 0;
        work[frame + a] = to + count;
        work[frame + b] = from + count;
        work[frame + c] = y - count;
        if (y > count) pc--;
        continue;
      }
      case StageOp.JUMP: pc = immediate; continue;
      case StageOp.CALL:
        if (frame + a > stackEnd) { fault(StageFault.NESTING); continue; }
        work[frame + a - 1] = pc | (a << 24);
        frame += a;
        pc = immediate;
        continue;
      case StageOp.RETURN: {
        const link = work[frame - 1]!;
        work[frame - 1] = flagged ? immediate : x;
        pc = link & 0xffff;
        frame -= link >>> 24;
        continue;
      }
      case StageOp.SWITCH: {
        const index = x - (pool[immediate]! | 0);
        pc = pool[index >>> 0 < pool[immediate + 1]! ? immediate + 3 + index : immediate + 2]!;
        continue;
      }
      case StageOp.CATCH:
        work[StageWord.CATCH_PC] = pc;
        work[StageWord.CATCH_FRAME] = frame;
        work[StageWord.CATCH_REGISTER] = a;
        break;
      case StageOp.THROW:
        pc = work[StageWord.CATCH_PC]!;
        frame = work[StageWord.CATCH_FRAME]!;
        work[frame + work[StageWord.CATCH_REGISTER]!] = x;
        continue;
      default: throw new Error(`stage machine: operation ${op} at ${pc - 1}`);
    } // biome-ignore format: one table
    if (op >= StageOp.BRANCH) {
      if (result) pc = immediate & 0xffff;
    } else work[flagged && c === 1 && op < StageOp.LOAD ? a : frame + a] = result;
  }
  throw new Error(`stage machine: ${limit} steps were not enough`);
}
