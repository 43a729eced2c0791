// Programs that write code and run it: executable RAM, fence.i, mprotect.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import {
  assemble,
  Population,
  type PopulationOptions,
  type Program,
  RAM_BASE,
  readElf,
  trapCauses,
  writeElf,
} from '../../src/machine/index.ts';
import { runReference } from '../../src/machine/reference.ts';
import { codeAt, codeWords, randomWriter } from './code-writers.ts';
import { encode, li } from './helpers.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const ramBytes = 1024;

async function run(
  program: Program,
  options: Partial<PopulationOptions> = {},
  tier: 'interpreter' | 'translated' = 'interpreter',
) {
  const population = await Population.create(gpu, { instances: 1, program, ramBytes, ...options });
  population.start({ maxInstructions: 5000n });
  await population.run({ tier });
  const results = await population.results();
  population.destroy();
  return results;
}

test('the example compiles polynomials and changes its own code, in both tiers and RAM layouts', async () => {
  const program = assemble(readFileSync(new URL('../../programs/machine/selfmod.s', import.meta.url), 'utf8'));
  const value = (x: number) => 3 * x ** 4 - x ** 3 + 4 * x ** 2 + x - 5;
  const expected = `${[...Array.from({ length: 10 }, (_, x) => value(x)), value(2), value(2) + 12].join('\n')}\n`;
  const counts = new Set<bigint>();
  for (const tier of ['interpreter', 'translated'] as const) {
    for (const layout of ['linear', 'interleaved'] as const) {
      for (const result of await run(program, { instances: 70, layout }, tier)) {
        expect(new TextDecoder().decode(result.stdout)).toBe(expected);
        expect(result.exit).toBe(0);
        counts.add(result.instructions);
      }
    }
  }
  expect(counts.size).toBe(1);
});

test('random writers of code end as in the reference interpreter', async () => {
  const programs = fc.sample(randomWriter, { numRuns: 300, seed: 30 });
  const population = await Population.create(gpu, {
    instances: programs.length,
    ramBytes,
    textBytes: 2048,
    codeBytes: codeWords * 4,
  });
  programs.forEach((program, i) => void population.load(i, program, { maxInstructions: 500n }));
  await population.run();
  const results = await population.results();
  let inCode = 0;
  for (const [i, program] of programs.entries()) {
    const expected = runReference(program, { ramBytes, maxInstructions: 500 });
    const result = results[i]!;
    expect({ i, exit: result.exit, trap: result.trap && { ...result.trap, text: undefined } }).toEqual({
      i,
      exit: expected.exit,
      trap: expected.trap && { ...expected.trap, text: undefined },
    });
    expect(Number(result.instructions)).toBe(expected.instructions);
    expect((await population.registers(i)).subarray(0, 32)).toEqual(expected.registers);
    if (result.trap && result.trap.pc >= codeAt) inCode++;
  }
  expect(inCode).toBeGreaterThan(30);
  population.destroy();
});

test('translated code and code in RAM share one program', async () => {
  for (const program of fc.sample(randomWriter, { numRuns: 3, seed: 31 })) {
    const [interpreted] = await run(program);
    const [translated] = await run(program, {}, 'translated');
    expect(translated).toEqual(interpreted);
  }
});

test('what is not executable RAM traps, and text cannot be written', async () => {
  const start = '.data\ncode: .zero 16\n.executable code, 16\n.text\n';
  const cases = [
    ['la t0, main\nmain: sw x0, 0(t0)', trapCauses.STORE_ACCESS.cause],
    ['li t0, 0x10000010\njr t0', trapCauses.INSTRUCTION_ACCESS.cause],
    ['la t0, code\njr t0', trapCauses.ILLEGAL_INSTRUCTION.cause],
    // Written, but not yet decoded.
    ['la t0, code\nli t1, 0x13\nsw t1, 0(t0)\njr t0', trapCauses.ILLEGAL_INSTRUCTION.cause],
    // Runs off the end of executable RAM.
    ['la t0, code\nli t1, 0x13\nsw t1, 12(t0)\nfence.i\njalr x0, 12(t0)', trapCauses.INSTRUCTION_ACCESS.cause],
  ] as const;
  const found = [];
  for (const [source] of cases) found.push((await run(assemble(start + source)))[0]!.trap!.cause);
  expect(found).toEqual(cases.map(([, cause]) => cause));
});

const protect = (address: string, length: number, protection: number) =>
  `li a0, ${address}\nli a1, ${length}\nli a2, ${protection}\nli a7, 226\necall\n`;

test('mprotect moves executable RAM and takes it away', async () => {
  const addi = 0x02a00513; // addi a0, x0, 42
  const ret = 0x00008067;
  const write = `li t0, 0x10000100\nli t1, ${addi}\nsw t1, 0(t0)\nli t1, ${ret}\nsw t1, 4(t0)\n`;
  const exit = 'li a7, 93\necall\n';
  const give = protect('0x10000100', 8, 7);
  const call = 'li t0, 0x10000100\njalr ra, 0(t0)\n';
  const [called] = await run(assemble(write + give + call + exit), { codeBytes: 64 });
  expect(called!.exit).toBe(42);
  const [taken] = await run(assemble(write + give + protect('0x10000000', 0x104, 3) + call + exit), { codeBytes: 64 });
  expect(taken!.trap).toMatchObject({ cause: trapCauses.INSTRUCTION_ACCESS.cause, address: 0x10000100 });
  for (const [source, options, code] of [
    [protect('0x10000100', 68, 7), { codeBytes: 64 }, -12],
    [protect('0x10000100', 8, 7), {}, -12],
    [protect('0x10000102', 8, 7), { codeBytes: 64 }, -22],
    [protect('0x20000000', 8, 7), { codeBytes: 64 }, -12],
    [protect('0x10000100', -4, 7), { codeBytes: 64 }, -12],
  ] as const) {
    expect((await run(assemble(source + exit), options))[0]!.exit).toBe(code);
  }
});

test('compressed code in RAM starts at any half word; one that is cut traps behind it', async () => {
  // c.addi a0, 1 (0x0505); a 4-byte instruction across words; c.jr ra (0x8082).
  const source = `
    .data
    code: .half 0x0505
    .half 0x0513, 0x0285
    .half 0x8082
    cut: .half 0x0001, 0x0513
    .executable code, 12
    .text
    li a0, 0
    la t0, code
    jalr ra, 0(t0)
    mv s0, a0
    la t0, cut
    jr t0
    c.nop
    c.nop`;
  const population = await Population.create(gpu, { instances: 1, program: assemble(source), ramBytes });
  population.start();
  await population.run();
  const [result] = await population.results();
  expect(result!.trap).toMatchObject({
    cause: trapCauses.INSTRUCTION_ACCESS.cause,
    pc: RAM_BASE + 10,
    address: RAM_BASE + 12,
  });
  expect((await population.registers(0))[8]).toBe(41);
  population.destroy();
});

test('an ELF segment that is writable and executable becomes executable RAM, also when there is no other', async () => {
  const program = assemble(`
    .data
    .word ${encode('addi', { rd: 10, rs1: 0, imm: 5 })}, ${li(17, 93).join(', ')}, ${encode('ecall')}
    .text
    la t0, 0x10000000
    jr t0`);
  const file = writeElf(program);
  new DataView(file.buffer).setUint32(52 + 32 + 24, 7, true);
  const both = readElf(file);
  expect(both.code).toEqual({ base: RAM_BASE, length: 16 });
  expect((await run(both))[0]!.exit).toBe(5);

  const alone = file.slice();
  const view = new DataView(alone.buffer);
  view.setUint32(52, 0, true); // the text segment is no longer loaded
  view.setUint32(24, RAM_BASE, true);
  const onlyCode = readElf(alone);
  expect(onlyCode).toMatchObject({ entry: RAM_BASE, code: { base: RAM_BASE, length: 16 } });
  for (const tier of ['interpreter', 'translated'] as const) expect((await run(onlyCode, {}, tier))[0]!.exit).toBe(5);
});
