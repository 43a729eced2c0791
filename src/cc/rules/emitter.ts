// The instructions of an image, as words.
import { StageFlag, StageOp, type StageOpName } from './operations.ts';

/** Added to the address of a global that an instruction takes as its operand b. */
export const GLOBAL = 256;

export class Emitter {
  /** Two words for each instruction. */
  readonly code: number[] = [];

  /** Index of the next instruction. */
  here(): number {
    return this.code.length / 2;
  }

  /** @param b register, or a global as {@link GLOBAL} + address */
  emit(op: StageOpName, a: number, b: number, c: number, immediate: number, flag = false): number {
    const flags = (flag ? StageFlag.IMMEDIATE : 0) | (b >= GLOBAL ? StageFlag.GLOBAL : 0);
    this.code.push((StageOp[op] | flags | (a << 8) | ((b & 255) << 16) | (c << 24)) >>> 0, immediate >>> 0);
    return this.here() - 1;
  }

  /**
   * A jump that is taken when the comparison `op` of operand `a` holds.
   *
   * @param b a register, or a constant of 16 bits
   */
  branch(op: StageOpName, a: number, b: { register: number } | { constant: number }): number {
    const code = StageOp.BRANCH + StageOp[op] - StageOp.EQ;
    const small = 'constant' in b;
    const flags = (small ? StageFlag.IMMEDIATE : 0) | (a >= GLOBAL ? StageFlag.GLOBAL : 0);
    const c = small ? 0 : b.register;
    this.code.push((code | flags | ((a & 255) << 16) | (c << 24)) >>> 0, small ? (b.constant << 16) >>> 0 : 0);
    return this.here() - 1;
  }

  /** Lets the jump at instruction `at` lead to `target`. */
  patch(at: number, target = this.here()): void {
    const op = this.code[at * 2]! & StageFlag.OPERATION;
    this.code[at * 2 + 1] = op === StageOp.JUMP ? target : ((this.code[at * 2 + 1]! & 0xffff0000) | target) >>> 0;
  }

  patchAll(jumps: number[], target = this.here()): void {
    for (const at of jumps) this.patch(at, target);
  }
}
