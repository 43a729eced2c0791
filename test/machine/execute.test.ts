import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import {
  flatProgram,
  instructions,
  Population,
  type Program,
  RAM_BASE,
  Status,
  trapCauses,
} from '../../src/machine/index.ts';
import { runReference } from '../../src/machine/reference.ts';
import { encode, li } from './helpers.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const ramBytes = 1024;

/** What the reference interpreter covers. */
const covered = (compressed: boolean) =>
  instructions.filter(
    (i) =>
      ['I', 'M', 'A', 'Zifencei'].includes(i.extension) || (compressed && i.length === 2 && !i.name.startsWith('c.f')),
  );

/** Random straight-line and branching code over all integer instructions, with addresses near the edges of RAM. */
const randomProgram = (compressed: boolean) =>
  fc
    .array(
      fc.record({
        which: fc.nat(),
        rd: fc.integer({ min: 0, max: 15 }),
        rs1: fc.integer({ min: 0, max: 15 }),
        rs2: fc.integer({ min: 0, max: 15 }),
        imm: fc.oneof(fc.integer({ min: -64, max: 64 }), fc.integer({ min: -2048, max: 2047 })),
        wild: fc.nat({ max: 30 }),
        bits: fc.integer(),
      }),
      { minLength: 1, maxLength: 60 },
    )
    .map((steps) => {
      const words = [...li(10, RAM_BASE), ...li(11, RAM_BASE + ramBytes - 64), ...li(12, 0x80000000), ...li(13, -1)];
      for (const s of steps) {
        const instruction = covered(compressed)[s.which % covered(compressed).length]!;
        const control = instruction.immediate.relative;
        const memory = instruction.operands.some((o) => o.includes('(rs1)'));
        if (s.wild === 0) words.push(s.bits >>> 0);
        else {
          const imm = control ? s.imm & (compressed ? ~1 : ~3) : s.imm;
          const word = encode(instruction.name, {
            ...s,
            rs1: memory ? 10 + (s.rs1 & 1) : s.rs1,
            imm: memory ? imm & 0x3c : imm,
          });
          words.push(word);
        }
      }
      const halves = [...words, ...li(17, 93), encode('ecall')].flatMap((word) =>
        (word & 3) === 3 ? [word & 0xffff, word >>> 16] : [word & 0xffff],
      );
      return { ...flatProgram(new Uint8Array(Uint16Array.from(halves).buffer)), compressed };
    });

async function compare(
  programs: readonly Program[],
  options: { lanes?: number; layout?: 'linear' | 'interleaved'; compressed?: boolean },
) {
  const population = await Population.create(gpu, { instances: programs.length, ramBytes, textBytes: 512, ...options });
  programs.forEach((program, i) => void population.load(i, program, { maxInstructions: 500n }));
  await population.run();
  const results = await population.results();
  for (const [i, program] of programs.entries()) {
    const expected = runReference(program, { ramBytes, maxInstructions: 500 });
    const result = results[i]!;
    expect({ exit: result.exit, trap: result.trap && { ...result.trap, text: undefined } }).toEqual({
      exit: expected.exit,
      trap: expected.trap && { ...expected.trap, text: undefined },
    });
    expect(Number(result.instructions)).toBe(expected.instructions);
    expect((await population.registers(i)).subarray(0, 32)).toEqual(expected.registers);
    expect(await population.ram(i)).toEqual(expected.ram);
  }
  population.destroy();
}

test('random programs end as in the reference interpreter: registers, RAM, traps, instruction counts', async () => {
  const programs = fc.sample(randomProgram(false), { numRuns: 300, seed: 20 });
  await compare(programs, {});
  await compare(programs.slice(0, 100), { lanes: 32, layout: 'interleaved' });
});

test('random programs with compressed instructions, too', async () => {
  await compare(fc.sample(randomProgram(true), { numRuns: 300, seed: 21 }), { compressed: true });
});

test('every result of multiplication and division at the edges', async () => {
  const values = [0, 1, -1, 2, 7, -7, 0x7fffffff, -0x80000000, 0x12345678, 0xffff, 0x10000];
  const programs = values.map((b) =>
    flatProgram([
      ...values.flatMap((a, i) => [
        ...li(5, a),
        ...li(6, b),
        ...['mul', 'mulh', 'mulhsu', 'mulhu', 'div', 'divu', 'rem', 'remu'].flatMap((name, j) => [
          encode(name, { rd: 7, rs1: 5, rs2: 6 }),
          encode('sw', { rs1: 8, rs2: 7, imm: (i * 8 + j) * 4 }),
        ]),
      ]),
      ...li(17, 93),
      encode('ecall'),
    ]),
  );
  const withBase = programs.map((p) => flatProgram([...li(8, RAM_BASE), ...new Uint32Array(p.text.slice().buffer)]));
  const population = await Population.create(gpu, { instances: withBase.length, ramBytes });
  withBase.forEach((program, i) => void population.load(i, program));
  await population.run();
  for (const [i, program] of withBase.entries()) {
    expect(await population.ram(i)).toEqual(runReference(program, { ramBytes, maxInstructions: 10000 }).ram);
  }
});

test('the budget ends an endless loop exactly, others go on', async () => {
  const population = await Population.create(gpu, { instances: 2 });
  population.load(0, flatProgram([encode('jal', { imm: 0 })]), { maxInstructions: 123_457n });
  population.load(1, flatProgram([...li(10, 7), ...li(17, 93), encode('ecall')]));
  await population.run();
  const [endless, other] = await population.results();
  expect(endless).toMatchObject({ status: Status.TRAPPED, instructions: 123_457n, exit: null });
  expect(endless!.trap!.cause).toBe(trapCauses.BUDGET.cause);
  expect(other).toMatchObject({ status: Status.EXITED, exit: 7 });
});

test('a stack that grows into the heap traps', async () => {
  const population = await Population.create(gpu, { instances: 1, ramBytes: 4096 });
  population.load(0, flatProgram([encode('addi', { rd: 2, rs1: 2, imm: -512 }), encode('jal', { imm: -4 })]));
  await population.run();
  const [result] = await population.results();
  expect(result!.trap).toMatchObject({ cause: trapCauses.STACK_OVERFLOW.cause, address: RAM_BASE - 512 });
});

test('instances of a shared program start with their own copy of its data', async () => {
  const program: Program = {
    ...flatProgram([
      ...li(8, RAM_BASE),
      encode('lw', { rd: 9, rs1: 8 }),
      encode('addi', { rd: 9, rs1: 9, imm: 1 }),
      encode('sw', { rs1: 8, rs2: 9 }),
      encode('lw', { rd: 10, rs1: 8 }),
      ...li(17, 93),
      encode('ecall'),
    ]),
    data: new Uint8Array([41, 0, 0, 0, 9]),
    staticLength: 100,
  };
  for (const layout of ['linear', 'interleaved'] as const) {
    const population = await Population.create(gpu, { instances: 130, program, layout, ramBytes: 256 });
    population.start();
    await population.run();
    expect((await population.results()).map((r) => r.exit)).toEqual(Array(130).fill(42));
    expect([...(await population.ram(129)).subarray(0, 6)]).toEqual([42, 0, 0, 0, 9, 0]);
  }
});
