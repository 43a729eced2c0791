import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { assemble, Population, type Program, RAM_BASE } from '../../src/machine/index.ts';
import { runReference } from '../../src/machine/reference.ts';
import { NO_REGION, translate } from '../../src/machine/translator/translate.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const ramBytes = 1024;

const register = fc.constantFrom('a0', 'a1', 'a2', 'a3', 'a4', 'a5', 's2', 't3');
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'add',
        'sub',
        'xor',
        'or',
        'and',
        'sll',
        'srl',
        'sra',
        'slt',
        'sltu',
        'mul',
        'mulh',
        'mulhsu',
        'mulhu',
        'div',
        'divu',
        'rem',
        'remu',
      ),
      register,
      register,
      register,
    )
    .map(([op, a, b, c]) => `${op} ${a}, ${b}, ${c}`),
  fc
    .tuple(
      fc.constantFrom('addi', 'xori', 'slti', 'sltiu', 'andi', 'ori'),
      register,
      register,
      fc.integer({ min: -2048, max: 2047 }),
    )
    .map(([op, a, b, i]) => `${op} ${a}, ${b}, ${i}`),
  fc
    .tuple(fc.constantFrom('slli', 'srli', 'srai'), register, register, fc.nat({ max: 31 }))
    .map(([op, a, b, i]) => `${op} ${a}, ${b}, ${i}`),
  fc
    .tuple(fc.constantFrom('lw', 'lh', 'lhu', 'lb', 'lbu', 'sw', 'sh', 'sb'), register, fc.nat({ max: 31 }))
    .map(([op, a, i]) => `${op} ${a}, ${i * 4}(s0)`),
  // A place that depends on data, within RAM.
  fc
    .tuple(fc.constantFrom('lbu', 'sb'), register, register)
    .map(([op, a, b]) => `andi t0, ${b}, 255\nadd t0, t0, s0\n${op} ${a}, 128(t0)`),
);

const body = (name: string, lines: readonly string[], skips: readonly number[]) =>
  lines
    .map((text, i) => (skips.includes(i) ? `blt a1, a${i % 6}, ${name}${i}\n${text}\n${name}${i}:` : text))
    .join('\n');

/** Two nested loops with branches inside, and a function that both call. */
const program = fc
  .record({
    outer: fc.array(line, { minLength: 1, maxLength: 8 }),
    inner: fc.array(line, { minLength: 1, maxLength: 12 }),
    callee: fc.array(line, { minLength: 1, maxLength: 6 }),
    skips: fc.array(fc.nat({ max: 11 }), { maxLength: 4 }),
    rounds: fc.integer({ min: 1, max: 9 }),
    fault: fc.boolean(),
  })
  .map(({ outer, inner, callee, skips, rounds, fault }) =>
    assemble(`
_start: li s0, ${RAM_BASE}
  li s4, ${rounds}
  li a1, 77
outer: ${body('o', outer, skips)}
  li s5, 13
inner: ${body('i', inner, skips)}
  addi s5, s5, -1
  bnez s5, inner
  call function
  addi s4, s4, -1
  bgtz s4, outer
  ${fault ? 'lw a0, 2(s0)' : ''}
  li a7, 93
  ecall
function: ${body('f', callee, skips)}
  ret`),
  );

async function check(p: Program, budget: number, layout: 'linear' | 'interleaved') {
  const population = await Population.create(gpu, { instances: 2, program: p, ramBytes, lanes: 4, layout });
  const expected = runReference(p, { ramBytes, maxInstructions: budget });
  for (const tier of ['translated', 'interpreter'] as const) {
    population.start({ maxInstructions: BigInt(budget) });
    await population.run({ tier });
    const result = (await population.results())[1]!;
    const got = {
      tier,
      exit: result.exit,
      trap: result.trap && { cause: result.trap.cause, pc: result.trap.pc, address: result.trap.address },
      instructions: Number(result.instructions),
    };
    expect(got).toEqual({ tier, exit: expected.exit, trap: expected.trap, instructions: expected.instructions });
    expect((await population.registers(1)).subarray(0, 32)).toEqual(expected.registers);
    expect(await population.ram(1)).toEqual(expected.ram);
  }
  population.destroy();
}

test('translated programs end as in the interpreter and the reference: registers, RAM, traps, counts, budgets', async () => {
  const programs = fc.sample(program, { numRuns: 5, seed: 11 });
  for (const [i, p] of programs.entries()) {
    await check(p, [1_000_000, 1000, 777, 123][i % 4]!, i % 2 === 0 ? 'linear' : 'interleaved');
  }
});

test('an inner loop with branches is one region', () => {
  const p = assemble(`
_start: li a0, 100
loop: andi t0, a0, 1
  beqz t0, even
  addi a1, a1, 3
  j next
even: addi a1, a1, 5
next: addi a0, a0, -1
  bnez a0, loop
  li a7, 93
  ecall`);
  const map = { textBase: p.textBase, textLength: p.text.length, ramBase: RAM_BASE, ramBytes, ramStride: 1 };
  const { regions } = translate(p, map, [p.entry], { lanes: 1 })!;
  const starts = [...regions].flatMap((r, i) => (r === NO_REGION ? [] : [p.textBase + 4 * i]));
  expect(starts).toEqual([p.entry, p.symbols.get('loop')]);
});

test('programs with environment calls and floats run translated, with the interpreter where needed', async () => {
  const p = assemble(`
_start: li s0, 50
  li t0, 0
  fmv.w.x fa0, t0
  li t0, 1
  fcvt.s.w fa1, t0
loop: fadd.s fa0, fa0, fa1
  li a7, 4097
  ecall
  addi s0, s0, -1
  bnez s0, loop
  fcvt.w.s a0, fa0, rtz
  li a7, 93
  ecall`);
  const population = await Population.create(gpu, { instances: 3, program: p, ramBytes });
  population.start();
  await population.run({ tier: 'translated' });
  expect((await population.results()).map((r) => [r.exit, r.instructions])).toEqual(
    Array(3).fill([50, 12n + 50n * 6n]),
  );
  population.destroy();
});
