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

// A million messages each: 10,000 instances send 100.
test.each([
  ['ring', 0, 64],
  ['all to one', 1, 1024],
  ['random', 2, 64],
])('a million messages, %s: none lost, doubled or out of order', async (_, mode, slots) => {
  const instances = 10_000;
  const count = 100;
  const program = assemble(
    `.equ MODE, ${mode}\n.equ COUNT, ${count}\n.equ SHARED, ${SHARED_BASE}\n.equ BUFFER, 3072\n${messages}`,
  );
  const population = await Population.create(gpu, {
    instances,
    program,
    ramBytes: 13312,
    outputBytes: 4,
    sharedBytes: 64,
    mailbox: { slots, messageBytes: 4 },
  });
  population.start({ maxInstructions: 1_000_000_000n });
  await population.run();
  const faults = (await population.results()).filter((r) => r.exit !== 0);
  expect(faults).toEqual([]);
  if (mode === 2) expect((await readWords(gpu, population.buffers.shared!))[0]).toBe(instances * count);
  population.destroy();
});

test('a full mailbox holds senders back, and receive_all leaves what does not fit', async () => {
  // Two slots, and a buffer for one message: everything takes many turns.
  const program = assemble(`.equ MODE, 1\n.equ COUNT, 20\n.equ SHARED, ${SHARED_BASE}\n.equ BUFFER, 12\n${messages}`);
  const population = await Population.create(gpu, {
    instances: 40,
    program,
    ramBytes: 1024,
    mailbox: { slots: 2, messageBytes: 4 },
  });
  population.start({ maxInstructions: 10_000_000n });
  await population.run();
  expect((await population.results()).map((r) => r.exit)).toEqual(Array(40).fill(0));
  population.destroy();
});

test('receive_all: senders, lengths and bytes; a bad buffer is an error number', async () => {
  // Instance 1 and 0 send "abcde" and "x" to 0, which waits until both are there.
  const program = assemble(`
    .equ BUFFER, 64
    _start: li a7, 4097
      ecall
      mv s0, a0
      la a1, long
      li a2, 5
      bnez s0, go
      la a1, short
      li a2, 1
    go: li a0, 0
      li a7, 4192
      ecall
      li a7, 4196
      ecall
      bnez s0, end
      la a0, buffer
      addi a0, a0, 1
      li a1, BUFFER
      li a7, 4198
      ecall
      mv s1, a0           # -EINVAL
      la a0, buffer
      li a1, 8
      li a7, 4198
      ecall
      mv s2, a0           # -EINVAL
      la a0, buffer
      li a1, BUFFER
      li a7, 4198
      ecall
      mv s3, a0
      mv s4, a1
      la a0, buffer
      li a1, BUFFER
      li a7, 4199
      ecall
      mv s5, a0
      mv s6, a1
    end: li a0, 0
      li a7, 93
      ecall
    .data
    buffer: .zero BUFFER
    long: .asciz "abcde"
    short: .asciz "x"`);
  const population = await Population.create(gpu, {
    instances: 2,
    program,
    ramBytes: 1024,
    mailbox: { messageBytes: 8 },
  });
  population.start();
  await population.run();
  expect((await population.results()).map((r) => r.exit)).toEqual([0, 0]);
  const registers = await population.registers(0);
  expect([9, 18, 19, 20, 21, 22].map((s) => registers[s]! | 0)).toEqual([-22, -22, 12 + 16, 2, 0, 0]);
  const ram = new DataView((await population.ram(0)).buffer);
  const received: string[] = [];
  for (let at = 0; at < 28; ) {
    const length = ram.getUint32(at + 4, true);
    const bytes = new Uint8Array(ram.buffer, at + 8, length);
    received.push(`${ram.getUint32(at, true)} ${new TextDecoder().decode(bytes)}`);
    at += 8 + Math.ceil(length / 4) * 4;
  }
  expect(received.sort()).toEqual(['0 x', '1 abcde']);
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
