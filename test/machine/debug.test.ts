// The debug session: breakpoints, steps, traces, registers and memory of one instance, all decided on the GPU.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { DebugSession, type TraceRecord } from '../../src/machine/debug/session.ts';
import { assemble, Population, type PopulationOptions, Status, trapCauses } from '../../src/machine/index.ts';
import { encode } from './helpers.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const counting = assemble(`
  .data
  total: .word 7
  .text
  _start:
    li s0, 0
  loop:
    addi s0, s0, 1
    la t0, total
    lw t1, 0(t0)
  add_here:
    add t1, t1, s0
    sw t1, 0(t0)
    li t2, 1000
    bne s0, t2, loop
  last:
    mv a0, s0
    li a7, 93
    ecall`);
const at = (name: string) => counting.symbols.get(name)!;

async function open(program = counting, options: Partial<PopulationOptions> = {}, instance = 0) {
  const population = await Population.create(gpu, { instances: 1, program, ramBytes: 4096, ...options });
  population.start();
  return { population, session: await DebugSession.open(population, instance) };
}

test('breakpoints stop before the instruction, as often as it is reached', async () => {
  const { session, population } = await open();
  expect(await session.state()).toEqual({ kind: 'interrupt', pc: at('_start') });
  session.setBreakpoints([at('add_here')]);
  for (let round = 1; round <= 3; round++) {
    expect(await session.continue()).toEqual({ kind: 'breakpoint', pc: at('add_here') });
    const { registers, pc } = await session.registers();
    expect([registers[8], pc]).toEqual([round, at('add_here')]);
  }
  session.setBreakpoints([at('last')]);
  expect(await session.continue()).toEqual({ kind: 'breakpoint', pc: at('last') });
  expect((await session.registers()).registers[8]).toBe(1000);
  session.setBreakpoints([]);
  expect(await session.continue()).toMatchObject({ kind: 'exited', code: 1000 });
  // Breakpoints change neither results nor counts.
  const plain = await Population.create(gpu, { instances: 1, program: counting, ramBytes: 4096 });
  plain.start();
  await plain.run({ tier: 'interpreter' });
  expect((await population.results())[0]!.instructions).toBe((await plain.results())[0]!.instructions);
  expect(await population.ram(0)).toEqual(await plain.ram(0));
});

test('steps execute one instruction; registers and memory can be read and changed', async () => {
  const { session } = await open();
  const seen: number[] = [];
  for (let i = 0; i < 7; i++) {
    const stop = await session.step();
    expect(stop.kind).toBe('step');
    seen.push(stop.pc);
  }
  expect(await session.instructions()).toBe(7n);
  expect(seen[1]).toBe(at('loop'));
  const total = at('total');
  expect([...(await session.readMemory(total, 4))]).toEqual([7, 0, 0, 0]);
  expect(await session.writeMemory(total + 1, Uint8Array.of(1, 2))).toBe(true);
  expect([...(await session.readMemory(total, 4))]).toEqual([7, 1, 2, 0]);
  expect(await session.writeMemory(at('_start'), Uint8Array.of(1))).toBe(false);
  expect((await session.readMemory(at('_start'), 4)).length).toBe(4);
  expect((await session.readMemory(0x50000000, 4)).length).toBe(0);
  expect((await session.readMemory(0x10000000 + 4094, 10)).length).toBe(2);
  session.writeRegister(8, 999);
  session.writeRegister(64, at('loop'));
  session.setBreakpoints([at('last')]);
  expect(await session.continue()).toEqual({ kind: 'breakpoint', pc: at('last') });
  expect((await session.registers()).registers[8]).toBe(1000);
  expect(new DataView((await session.readMemory(total, 4)).slice().buffer).getUint32(0, true)).toBe(0x00020107 + 1000);
});

test('the trace has every instruction with what it changed', async () => {
  const { session } = await open();
  session.setBreakpoints([at('last')]);
  const records: TraceRecord[] = [];
  const trace = session.trace();
  let next = await trace.next();
  for (; !next.done; next = await trace.next()) records.push(next.value);
  expect(next.value).toEqual({ kind: 'breakpoint', pc: at('last') });
  expect(BigInt(records.length)).toBe(await session.instructions());
  expect(records.filter((r) => r.pc === at('add_here')).length).toBe(1000);
  const first = records.find((r) => r.pc === at('add_here'))!;
  expect(first).toEqual({
    pc: at('add_here'),
    bits: encode('add', { rd: 6, rs1: 6, rs2: 8 }),
    changes: [{ register: 6, value: 8 }],
    status: Status.RUNNING,
    executed: true,
  });
});

test('traps and calls appear in a trace; a budget counts them as ever', async () => {
  const program = assemble('li a0, 1\nli a1, 0x10000000\nli a2, 3\nli a7, 64\necall\nlw t0, 1(x0)');
  const population = await Population.create(gpu, { instances: 1, program, ramBytes: 4096 });
  population.start();
  let output = '';
  const session = await DebugSession.open(population, 0, {
    onOutput: (_, bytes) => {
      output += new TextDecoder().decode(bytes);
    },
  });
  const records: TraceRecord[] = [];
  const trace = session.trace();
  let next = await trace.next();
  for (; !next.done; next = await trace.next()) records.push(next.value);
  expect(next.value).toMatchObject({ kind: 'trapped', cause: trapCauses.LOAD_MISALIGNED.cause, address: 1 });
  expect(output).toBe('\0\0\0');
  expect(records.slice(-2)).toMatchObject([
    { executed: true, bits: encode('ecall'), changes: [{ register: 10, value: 3 }] },
    { executed: false, status: Status.TRAPPED },
  ]);
});

test('one of many, interleaved: the others run along and are not changed', async () => {
  const { session, population } = await open(counting, { instances: 6, layout: 'interleaved', lanes: 4 }, 5);
  session.setBreakpoints([at('add_here')]);
  await session.continue();
  await session.writeMemory(at('total'), Uint8Array.of(100));
  expect([...(await session.readMemory(at('total'), 4))]).toEqual([100, 0, 0, 0]);
  await session.close();
  await population.run({ tier: 'interpreter' });
  const results = await population.results();
  expect(results.map((r) => r.exit)).toEqual(Array(6).fill(1000));
  // The load before the breakpoint had already happened.
  const totals = await Promise.all([4, 5].map((i) => population.ram(i)));
  expect(totals[0]).toEqual(totals[1]);
});

test('breakpoints in code that the program writes', async () => {
  const program = assemble(
    readFileSync(new URL('../../programs/machine/selfmod.s', import.meta.url), 'utf8'),
    'selfmod.s',
  );
  const { session } = await open(program);
  const code = program.symbols.get('code')!;
  session.setBreakpoints([code + 8]);
  for (let x = 0; x < 3; x++) {
    expect(await session.continue()).toEqual({ kind: 'breakpoint', pc: code + 8 });
    expect((await session.registers()).registers[11]).toBe(x);
  }
  // A debugger's own change of code is in force at once: mul becomes addi a0, x0, 9.
  const bits = new Uint8Array(Uint32Array.of(encode('addi', { rd: 10, rs1: 0, imm: 9 })).buffer);
  expect(await session.writeMemory(code + 8, bits)).toBe(true);
  await session.step();
  expect((await session.registers()).registers[10]).toBe(9);
});

test('an endless program can be interrupted, a waiting one too', async () => {
  const { session } = await open(assemble('here: j here'));
  let asked = 0;
  expect(await session.continue(() => asked++ > 2)).toMatchObject({ kind: 'interrupt' });
  const waiting = await open(assemble('li a1, 16\nli a0, 0x10000000\nli a7, 4194\necall'), {
    mailbox: {},
    instances: 2,
  });
  asked = 0;
  for (let i = 0; i < 6; i++) await waiting.session.step();
  expect(await waiting.session.continue()).toMatchObject({ kind: 'trapped', cause: trapCauses.DEADLOCK.cause });
});
