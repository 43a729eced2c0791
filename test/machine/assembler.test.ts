import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble } from '../../src/machine/assemble.ts';
import { disassemble } from '../../src/machine/disassemble.ts';
import { writeElf } from '../../src/machine/elf-write.ts';
import { findInstruction, immediateOf, instructions, readElf, TEXT_BASE } from '../../src/machine/index.ts';
import { encode } from './helpers.ts';

const field = fc.integer({ min: 0, max: 31 });

test('assembling what was disassembled gives the same bits, for every instruction', () => {
  for (const instruction of instructions.filter((i) => i.op !== 'ILLEGAL')) {
    fc.assert(
      fc.property(field, field, field, fc.integer(), (rd, rs1, rs2, imm) => {
        const word = encode(instruction.name, { rd, rs1, rs2, imm });
        // Other fields may make it a reserved encoding or a more specific instruction.
        if (findInstruction(word) !== instruction) return;
        if (instruction.operands.includes('rm') && ((word >>> 12) & 7) > 4 && ((word >>> 12) & 7) < 7) return;
        const text = disassemble(word, TEXT_BASE);
        const program = assemble(text);
        const bytes = new DataView(program.text.buffer);
        expect(`${text}: ${instruction.length === 2 ? bytes.getUint16(0, true) : bytes.getUint32(0, true)}`).toBe(
          `${text}: ${word}`,
        );
      }),
      { numRuns: 40, seed: 5 },
    );
  }
});

test('labels, data, pseudo-instructions and expressions', () => {
  const program = assemble(`
    .data
    value: .word 7, later
    text:  .asciz "a,b\\n"   # a comment
    .text
    helper: ret
    _start: la a0, value + 4
            li a1, -5
            beqz a1, _start
            lw a2, %lo(value)(a0)
            call helper
    later:  j later
  `);
  expect(program.entry).toBe(TEXT_BASE + 4);
  const view = new DataView(program.text.buffer);
  expect(disassemble(view.getUint32(4, true), TEXT_BASE + 4)).toBe('lui a0, 0x10000');
  expect(disassemble(view.getUint32(20, true), TEXT_BASE + 20)).toBe('beq a1, zero, 0x10004');
  expect(disassemble(view.getUint32(28, true), TEXT_BASE + 28)).toBe('jal ra, 0x10000');
  expect([...program.data]).toEqual([7, 0, 0, 0, 0x20, 0, 1, 0, 97, 44, 98, 10, 0]);
});

test.each([
  ['addi a0, a0, 5000', /text:1: addi cannot hold the value 5000/],
  ['\nfoo a0', /text:2: unknown instruction foo/],
  ['j nowhere', /nowhere is not defined/],
  ['add a0, a1', /add wants rd, rs1, rs2/],
  ['fadd.s a0, fa1, fa2', /a0 is not a float register/],
])('%j is rejected with its line', (source, message) => {
  expect(() => assemble(source)).toThrow(message);
});

test('a written ELF file reads back as the same program', () => {
  const program = assemble('.data\n.word 1, 2\n.text\nnop\n_start: ecall');
  expect(readElf(writeElf(program))).toMatchObject({ text: program.text, data: program.data, entry: program.entry });
});

test('broken ELF files give one sentence, never a crash', () => {
  const good = writeElf(assemble('.data\n.word 1, 2\n.text\nnop\n_start: ecall'));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 115 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
      fc.nat({ max: good.length }),
      fc.boolean(),
      (changes, length, whole) => {
        const file = good.slice(0, whole ? good.length : length);
        for (const [at, value] of changes) file[at] = value;
        try {
          const program = readElf(file, 'x.elf');
          expect(program.text.length).toBeLessThan(1 << 25);
        } catch (error) {
          expect((error as Error).message).toMatch(/^x\.elf: /);
        }
      },
    ),
    { numRuns: 10_000, seed: 9 },
  );
});

test('immediates of the table are those of the formats', () => {
  expect(immediateOf(findInstruction(encode('sw', { imm: -4 }))!, encode('sw', { imm: -4 }))).toBe(-4);
  expect(immediateOf(findInstruction(0xfe000ee3)!, 0xfe000ee3)).toBe(-4); // beq zero, zero, -4
  expect(immediateOf(findInstruction(0x0040006f)!, 0x0040006f)).toBe(4); // jal zero, 4
});
