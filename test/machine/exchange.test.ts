import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu, readWords } from '../../src/gpu/index.ts';
import { assemble, Population, SHARED_BASE, trapCauses } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const messages = readFileSync(new URL('../../programs/machine/messages.s', import.meta.url), 'utf8');

test.each([
  ['ring', 0, 400, 20],
  ['all to one', 1, 100, 20],
  ['random', 2, 300, 10],
])('messages: %s, none lost, doubled or out of order', async (_, mode, instances, count) => {
  const program = assemble(`.equ MODE, ${mode}\n.equ COUNT, ${count}\n.equ SHARED, ${SHARED_BASE}\n${messages}`);
  const population = await Population.create(gpu, {
    instances,
    program,
    ramBytes: 1024,
    sharedBytes: 64,
    mailbox: { slots: 4 },
  });
  population.start({ maxInstructions: 10_000_000n });
  await population.run();
  const results = await population.results();
  expect(results.map((r) => r.exit ?? r.trap?.text)).toEqual(Array(instances).fill(0));
  if (mode === 2) expect((await readWords(gpu, population.buffers.shared!))[0]).toBe(instances * count);
  population.destroy();
});

test('a barrier holds everyone back until the last has come', async () => {
  // Each adds one to a shared counter, meets the barrier, and must then see all of them; three times.
  const program = assemble(`
    _start: li a7, 4098
      ecall
      mv s1, a0
      li s2, ${SHARED_BASE}
      li s3, 3
      li s4, 0
    next: add s4, s4, s1
      li t0, 1
      amoadd.w t0, t0, (s2)
      li a7, 4196
      ecall
      lw t1, 0(s2)
      bne t1, s4, bad
      li a7, 4196
      ecall
      addi s3, s3, -1
      bnez s3, next
      li a0, 0
      j exit
    bad: li a0, 1
    exit: li a7, 93
      ecall`);
  const population = await Population.create(gpu, {
    instances: 150,
    program,
    ramBytes: 256,
    sharedBytes: 64,
    mailbox: {},
  });
  population.start();
  await population.run();
  expect((await population.results()).map((r) => r.exit)).toEqual(Array(150).fill(0));
  population.destroy();
});

test('everyone waiting is a trap, not a hang', async () => {
  const program = assemble('li a0, 0\nli a1, 0\nla a0, b\nli a7, 4194\necall\n.data\nb: .word 0');
  const population = await Population.create(gpu, { instances: 3, program, ramBytes: 256, mailbox: {} });
  population.start();
  await population.run();
  expect((await population.results()).map((r) => r.trap?.cause)).toEqual(Array(3).fill(trapCauses.DEADLOCK.cause));
  population.destroy();
});

test('heap: blocks do not overlap, are reused, and a bad free is a trap', async () => {
  const program = assemble(`
    _start: li s0, 20
      li s1, 0
    fill: li a0, 40
      li a7, 4176
      ecall
      beqz a0, bad
      andi t0, a0, 15
      bnez t0, bad
      bltu a0, s1, bad
      sw s1, 0(a0)
      sw s0, 36(a0)
      addi s1, a0, 40
      mv s2, a0
      addi s0, s0, -1
      bnez s0, fill
      mv a0, s2          # the last one, then the same size again: the same place
      li a7, 4177
      ecall
      li a0, 40
      li a7, 4176
      ecall
      bne a0, s2, bad
      li a0, 100000      # does not fit
      li a7, 4176
      ecall
      bnez a0, bad
      addi a0, s2, 16
      li a7, 4177
      ecall
    bad: li a0, 1
      li a7, 93
      ecall`);
  const population = await Population.create(gpu, { instances: 1, program, ramBytes: 4096 });
  population.start();
  await population.run();
  const [result] = await population.results();
  expect(result!.trap).toMatchObject({ cause: trapCauses.INVALID_ARGUMENT.cause });
  population.destroy();
});

test('instances know who they are and have random numbers of their own', async () => {
  const program = assemble(
    'li a7, 4097\necall\nmv s2, a0\nli a7, 4099\necall\nmv s0, a0\nmv s1, a1\nmv a0, s2\nli a7, 93\necall',
  );
  const draw = async (seed: bigint) => {
    const population = await Population.create(gpu, { instances: 40, program, ramBytes: 64, seed });
    population.start();
    await population.run();
    expect((await population.results()).map((r) => r.exit)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    const drawn: string[] = [];
    for (let i = 0; i < 40; i++) drawn.push([...(await population.registers(i)).subarray(8, 10)].join());
    population.destroy();
    return drawn;
  };
  const first = await draw(1n);
  expect(new Set(first).size).toBe(40);
  expect(await draw(1n)).toEqual(first);
  expect(await draw(2n)).not.toEqual(first);
});
