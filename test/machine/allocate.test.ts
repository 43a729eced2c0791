import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu, readWords } from '../../src/gpu/index.ts';
import { assemble, Population, REGISTER_WORDS, SHARED_BASE } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

/** Bytes of the block for a request, as allocate.wesl describes them. */
function blockSize(size: number): number {
  const bytes = Math.ceil((size + 8) / 16) * 16;
  return bytes < 512 ? bytes : 2 ** Math.ceil(Math.log2(bytes));
}

/** A plain allocator: a bump pointer and a stack of free blocks for each size. */
class Model {
  used = 8;
  readonly lists = new Map<number, number[]>();
  readonly bytes: number;
  constructor(bytes: number) {
    this.bytes = bytes;
  }
  allocate(size: number): number {
    const block = blockSize(size);
    const at = this.lists.get(block)?.pop() ?? (block <= this.bytes - this.used ? this.used : undefined);
    if (at === undefined) return 0;
    if (at === this.used) this.used += block;
    return SHARED_BASE + at + 8;
  }
  free(address: number, size: number): void {
    const list = this.lists.get(blockSize(size)) ?? [];
    list.push(address - SHARED_BASE - 8);
    this.lists.set(blockSize(size), list);
  }
}

// s1: first allocation; odd ones give it back (s2) and allocate again (s3); s4: a bad free; s5: too much; s6: a double free.
const program = assemble(`
  _start: li a7, 4097
    ecall
    mv s0, a0
    li t0, 7
    mul s7, s0, t0
    andi s7, s7, 1023
    addi s7, s7, 1
    mv a0, s7
    call allocate
    mv s1, a0
    sw s0, 0(s1)
    li s2, 99
    call meet
    andi s8, s0, 1
    beqz s8, second
    mv a0, s1
    call free
    mv s2, a0
  second: call meet
    beqz s8, last
    mv a0, s7
    call allocate
    mv s3, a0
  last: call meet
    addi a0, s1, 16
    call free
    mv s4, a0
    li a0, 0x1000000
    call allocate
    mv s5, a0
    bnez s8, twice
    mv a0, s1
    call free
    mv a0, s1
    call free
    mv s6, a0
  twice: call meet
    li a0, 0
    li a7, 93
    ecall
  allocate: li a7, 4197
    ecall
    ret
  free: li a7, 4200
    ecall
    ret
  meet: li a7, 4196
    ecall
    ret`);

test('shared RAM: requests of a round in the order of the instances, free lists, bad frees', async () => {
  const instances = 600;
  const sharedBytes = 1 << 20;
  const population = await Population.create(gpu, { instances, program, ramBytes: 64, sharedBytes, mailbox: {} });
  population.start();
  await population.run();
  expect(new Set((await population.results()).map((r) => r.exit))).toEqual(new Set([0]));
  const registers = await readWords(gpu, population.buffers.registers);
  const s = (i: number, n: number) => registers[i * REGISTER_WORDS + (n < 2 ? 8 + n : 16 + n)]!;

  const model = new Model(sharedBytes);
  const size = (i: number) => ((i * 7) & 1023) + 1;
  const first = Array.from({ length: instances }, (_, i) => model.allocate(size(i)));
  expect(first.map((_, i) => s(i, 1))).toEqual(first);
  first.forEach((address, i) => {
    if (i % 2) model.free(address, size(i));
  });
  first.forEach((address, i) => {
    expect(s(i, 2) | 0).toBe(i % 2 ? 0 : 99);
    if (i % 2) expect(s(i, 3), `instance ${i}`).toBe(model.allocate(size(i)));
    expect(address % 16).toBe(0);
    // Blocks of one step hold nothing behind the first 16 bytes but the next block.
    if (blockSize(size(i)) > 32) expect(s(i, 4) | 0).toBe(-22);
    expect(s(i, 5)).toBe(0);
    if (i % 2 === 0) expect(s(i, 6) | 0).toBe(-22);
  });
  population.destroy();
});

test('shared RAM that is used up gives 0, and never a block beyond its end', async () => {
  const take = assemble('li a0, 100\nli a7, 4197\necall\nmv s0, a0\nli a0, 0\nli a7, 93\necall');
  const population = await Population.create(gpu, {
    instances: 300,
    program: take,
    ramBytes: 64,
    sharedBytes: 10_000,
    mailbox: {},
  });
  population.start();
  await population.run();
  const registers = await readWords(gpu, population.buffers.registers);
  const got = Array.from({ length: 300 }, (_, i) => registers[i * REGISTER_WORDS + 8]!);
  const fitting = Math.floor((10_000 - 8) / 112);
  expect(got).toEqual(got.map((_, i) => (i < fitting ? SHARED_BASE + 16 + i * 112 : 0)));
  population.destroy();
});
