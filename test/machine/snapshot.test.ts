// Snapshots and forks: an instance that is saved, moved or copied goes on exactly as it would have.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ResidentError } from '../../src/errors.ts';
import { Chain, type Gpu, openGpu, storageBuffer } from '../../src/gpu/index.ts';
import { assemble, Population, type PopulationOptions, Snapshot, Status } from '../../src/machine/index.ts';
import { codeWords, randomWriter } from './code-writers.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

/** Draws random numbers, keeps them on the heap, prints a running sum of them, reads its input. */
const busy = assemble(`
  .equ ROUNDS, 20
  .data
  byte: .word 0
  .text
  li s0, ROUNDS
  li s1, 0
round:
  li a7, 4099          # random
  ecall
  add s1, s1, a0
  li a0, 24
  li a7, 4176          # allocate
  ecall
  sw s1, 0(a0)
  sw s0, 4(a0)
  li a0, 0
  la a1, byte
  li a2, 1
  li a7, 63            # read
  ecall
  la t0, byte
  lw t0, 0(t0)
  add s1, s1, t0
  mv a1, s1
  li a2, 0
  li a0, 0
  li a7, 4160          # print_value
  ecall
  addi s0, s0, -1
  bnez s0, round
  andi a0, s1, 127
  li a7, 93
  ecall`);

const selfModifying = assemble(
  readFileSync(new URL('../../programs/machine/selfmod.s', import.meta.url), 'utf8'),
  'selfmod.s',
);

const input = new TextEncoder().encode('some input of an instance');
const shared = (program = busy, options: Partial<PopulationOptions> = {}) =>
  Population.create(gpu, { instances: 5, program, ramBytes: 8192, inputBytes: 64, outputBytes: 512, ...options });

function advance(population: Population, instructions: number, rounds = 1): void {
  const chain = new Chain(gpu);
  population.encode(chain, { quanta: rounds, instructionsPerQuantum: instructions });
  chain.submit();
}

async function state(population: Population, instance: number) {
  const result = (await population.results())[instance]!;
  return {
    result: { ...result, instance: 0, stdout: new TextDecoder().decode(result.stdout) },
    registers: await population.registers(instance),
    ram: await population.ram(instance),
  };
}

async function finish(population: Population, instance: number) {
  await population.run({ tier: 'interpreter' });
  return state(population, instance);
}

test.each(['linear', 'interleaved'] as const)('a snapshot goes on as the uninterrupted run, %s RAM', async (layout) => {
  const population = await shared(busy, { layout, lanes: 4 });
  population.start({ inputs: Array(5).fill(input) });
  advance(population, 13, 9);
  const file = (await population.snapshot(3)).toBytes();
  const expected = await finish(population, 3);
  expect(expected.result).toMatchObject({ status: Status.EXITED });
  expect(expected.result.stdout.length).toBeGreaterThan(100);

  // Back into its own place, into another, and into another population whose RAM lies differently.
  const snapshot = Snapshot.fromBytes(file);
  await population.restore(3, snapshot);
  await population.restore(0, snapshot);
  expect(await finish(population, 3)).toEqual(expected);
  expect(await finish(population, 0)).toEqual(expected);
  const other = await shared(busy, { layout: 'interleaved', lanes: 2, instances: 3 });
  await other.restore(1, snapshot);
  expect(await finish(other, 1)).toEqual(expected);
  expect((await other.results()).map((r) => r.status)).toEqual([Status.FREE, Status.EXITED, Status.FREE]);
});

test('copies and the original go on identically, and independently', async () => {
  const population = await shared(busy, { layout: 'interleaved', lanes: 2 });
  population.start({ count: 2, inputs: [input, input] });
  advance(population, 11, 12);
  await population.fork(1, [0, 3, 4]);
  const other = await shared(busy, { layout: 'linear', instances: 2 });
  await population.fork(1, 0, { into: other });
  const before = await state(population, 1);
  for (const copy of [0, 3, 4]) expect(await state(population, copy)).toEqual(before);
  // One copy is changed: only that one takes another way.
  const changed = await population.snapshot(4);
  changed.registers[9]! ^= 64;
  await population.restore(4, changed);
  const original = await finish(population, 1);
  for (const copy of [0, 3]) expect(await state(population, copy)).toEqual(original);
  expect((await state(population, 4)).result.stdout).not.toBe(original.result.stdout);
  expect(await finish(other, 0)).toEqual(original);
  expect((await population.results())[2]!.status).toBe(Status.FREE);
});

test('code that an instance has written is part of it', async () => {
  const population = await shared(selfModifying);
  population.start({ count: 1 });
  advance(population, 40, 14);
  expect((await population.results())[0]!.status).toBe(Status.RUNNING);
  await population.fork(0, 2);
  const snapshot = Snapshot.fromBytes((await population.snapshot(0)).toBytes());
  const expected = await finish(population, 0);
  expect(expected.result.stdout).toMatch(/^-5\n2\n53\n/);
  expect(await state(population, 2)).toEqual(expected);
  const other = await shared(selfModifying);
  await other.restore(4, snapshot);
  expect(await finish(other, 4)).toEqual(expected);
});

test('a private program moves with its instance', async () => {
  const options = { instances: 3, ramBytes: 8192, outputBytes: 512, inputBytes: 64, textBytes: 1024, codeBytes: 256 };
  const [population, other] = [await Population.create(gpu, options), await Population.create(gpu, options)];
  population.load(0, busy, { input });
  population.load(1, selfModifying);
  advance(population, 17, 20);
  const snapshots = [await population.snapshot(0), await population.snapshot(1)];
  await population.fork(1, 2);
  await population.fork(0, 1, { into: other });
  await other.restore(0, snapshots[1]!);
  await population.run();
  await other.run();
  const [first, second] = [await state(population, 0), await state(population, 1)];
  expect(second.result.exit).toBe(0);
  expect(first.result.status).toBe(Status.EXITED);
  expect(await state(population, 2)).toEqual(second);
  expect(await state(other, 1)).toEqual(first);
  expect(await state(other, 0)).toEqual(second);
});

test('whenever it is taken: snapshot, restore, run equals the run that was not interrupted', async () => {
  const population = await shared(busy, { instances: 2 });
  population.start({ count: 1, inputs: [input] });
  const expected = await finish(population, 0);
  const moments = fc.record({ step: fc.integer({ min: 1, max: 40 }), rounds: fc.integer({ min: 1, max: 60 }) });
  for (const { step, rounds } of fc.sample(moments, { numRuns: 12, seed: 5 })) {
    population.start({ count: 1, inputs: [input] });
    advance(population, step, rounds);
    const snapshot = Snapshot.fromBytes((await population.snapshot(0)).toBytes());
    await population.restore(1, snapshot);
    await population.run({ tier: 'interpreter' });
    expect(await state(population, 0)).toEqual(expected);
    expect(await state(population, 1)).toEqual(expected);
  }
});

test('random programs that write code, all copied by one list at some moment: copies end as they do', async () => {
  const programs = fc.sample(randomWriter, { numRuns: 100, seed: 77 });
  const options = { instances: programs.length, ramBytes: 1024, textBytes: 2048, codeBytes: codeWords * 4 };
  const [originals, copies] = [await Population.create(gpu, options), await Population.create(gpu, options)];
  const pairs = storageBuffer(gpu, Uint32Array.from(programs.flatMap((_, i) => [i, programs.length - 1 - i])));
  for (const instructions of [3, 11, 29]) {
    programs.forEach((program, i) => void originals.load(i, program, { maxInstructions: 500n }));
    advance(originals, instructions, 2);
    const chain = new Chain(gpu);
    const free = await originals.encodeFork(chain, pairs, programs.length, { into: copies });
    chain.submit();
    free();
    await originals.run();
    await copies.run();
    const [expected, found] = [await originals.results(), (await copies.results()).reverse()];
    expect(found.map((r) => ({ ...r, instance: 0 }))).toEqual(expected.map((r) => ({ ...r, instance: 0 })));
    for (const i of [0, 40, 99]) {
      expect(await copies.ram(99 - i)).toEqual(await originals.ram(i));
      expect(await copies.registers(99 - i)).toEqual(await originals.registers(i));
    }
  }
});

test('what does not fit is refused by name', async () => {
  const population = await shared();
  population.start();
  advance(population, 10);
  const snapshot = await population.snapshot(0);
  const small = await shared(busy, { ramBytes: 4096 });
  await expect(small.restore(0, snapshot)).rejects.toThrow('ramBytes is 8192, here it is 4096');
  await expect(population.fork(0, 1, { into: small })).rejects.toThrow('differs in its RAM size');
  const otherProgram = await shared(assemble('nop'));
  await expect(otherProgram.restore(0, snapshot)).rejects.toThrow('does not fit this population');
  await expect(population.fork(0, [1, 0])).rejects.toThrow('copy of itself');
  await expect(population.fork(5, 1)).rejects.toThrow('Instance 5');
  await expect(population.fork(0, [1, 9])).rejects.toThrow('Instance 9');
});

test('damaged snapshots are refused, or do no harm to others', async () => {
  const options = { instances: 2, ramBytes: 512, outputBytes: 64, inputBytes: 16, textBytes: 1024, codeBytes: 64 };
  const population = await Population.create(gpu, options);
  population.load(0, busy);
  population.load(1, assemble('.data\ncanary: .word 0x5ca1ab1e\n.text\nli a7, 93\necall'));
  advance(population, 20, 3);
  const canary = await population.ram(1);
  const file = (await population.snapshot(0)).toBytes();
  const damage = fc.array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  // Half of the changes go to the header, control words and registers.
  const early = fc.array(fc.tuple(fc.nat({ max: 460 }), fc.constantFrom(0, 1, 3, 127, 255)), {
    minLength: 1,
    maxLength: 3,
  });
  let refused = 0;
  let accepted = 0;
  for (const changes of fc.sample(fc.oneof(damage, early), { numRuns: 150, seed: 9 })) {
    const bytes = file.slice();
    for (const [at, value] of changes) bytes[at] = value;
    try {
      await population.restore(0, Snapshot.fromBytes(bytes));
      accepted++;
    } catch (error) {
      if (!(error instanceof ResidentError)) throw error;
      refused++;
      continue;
    }
    advance(population, 200, 4);
  }
  expect(await population.ram(1)).toEqual(canary);
  expect((await population.results())[1]).toMatchObject({ exit: 0 });
  expect(Math.min(refused, accepted)).toBeGreaterThan(10);
  for (const length of [0, 7, 8, 60, 80, file.length - 1]) {
    expect(() => Snapshot.fromBytes(file.subarray(0, length))).toThrow(ResidentError);
  }
});
