// Random programs that write code into their executable RAM and run it.
import fc from 'fast-check';
import { assemble, instructions, type Program, RAM_BASE } from '../../src/machine/index.ts';
import { encode, li } from './helpers.ts';

export const codeAt = RAM_BASE + 512;
export const codeWords = 12;

/** Writes random instructions into executable RAM, now and then without saying so, and jumps to a place in it. */
export const randomWriter = fc
  .record({
    written: fc.array(
      fc.record({
        which: fc.nat(),
        rd: fc.integer({ min: 5, max: 15 }),
        rs1: fc.integer({ min: 5, max: 15 }),
        rs2: fc.integer({ min: 5, max: 15 }),
        imm: fc.integer({ min: -16, max: 16 }),
        at: fc.integer({ min: 0, max: codeWords - 1 }),
        fence: fc.boolean(),
        call: fc.boolean(),
        // Not instructions: compressed ones, and the opcode that is reserved for long ones.
        bits: fc.option(
          fc.nat({ max: 0xffff }).map((n) => (n & 1 ? (n << 7) | 0x7f : n << 2)),
          { freq: 12 },
        ),
      }),
      { minLength: 1, maxLength: 16 },
    ),
    initial: fc.array(
      fc.constantFrom(...['addi', 'xori'].map((n) => encode(n, { rd: 5, rs1: 5, imm: 3 })), encode('jalr', { rs1: 1 })),
      {
        minLength: codeWords,
        maxLength: codeWords,
      },
    ),
  })
  .map(({ written, initial }): Program => {
    const pool = instructions.filter((i) => ['I', 'M', 'Zifencei'].includes(i.extension) && i.length === 4);
    const words = [...li(8, codeAt)];
    for (const w of written) {
      const instruction = pool[w.which % pool.length]!;
      const relative = instruction.immediate.relative;
      const memory = instruction.operands.some((o) => o.includes('(rs1)'));
      const word =
        w.bits ??
        encode(instruction.name, { ...w, rs1: memory ? 8 : w.rs1, imm: relative || memory ? w.imm * 4 : w.imm });
      words.push(...li(6, word), encode('sw', { rs1: 8, rs2: 6, imm: w.at * 4 }));
      if (w.fence) words.push(encode('fence.i'));
      if (w.call) words.push(encode('jalr', { rd: 1, rs1: 8, imm: w.at * 4 }));
    }
    words.push(...li(17, 93), encode('ecall'));
    const data = new Uint8Array(512 + codeWords * 4);
    data.set(new Uint8Array(Uint32Array.from(initial).buffer), 512);
    const text = new Uint8Array(Uint32Array.from(words).buffer);
    return {
      ...assemble('nop'),
      text,
      data,
      staticLength: data.length,
      code: { base: codeAt, length: codeWords * 4 },
    };
  });
