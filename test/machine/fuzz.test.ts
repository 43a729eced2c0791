import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu, readBuffer, writeBuffer } from '../../src/gpu/index.ts';
import {
  assemble,
  flatProgram,
  instructions,
  Population,
  RAM_BASE,
  readElf,
  Status,
  TEXT_BASE,
  trapText,
  writeElf,
} from '../../src/machine/index.ts';
import { encode } from './helpers.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

/** RESIDENT_FUZZ=100000 for the long run. */
const programs = Number(process.env.RESIDENT_FUZZ ?? 5000);
const batch = 2500;
const ramBytes = 256;
const textBytes = 160;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    let t = state ^ (state >>> 15);
    t = Math.imul(t, 0x2c1b3c6d);
    return (t ^ (t >>> 13)) >>> 0;
  };
}

/** Random instructions with registers that point around the own memory, calls with random numbers, and plain noise. */
function randomText(next: () => number): Uint8Array {
  const words: number[] = [];
  for (const register of [10, 11, 12, 13]) {
    const base = [RAM_BASE, RAM_BASE + ramBytes, TEXT_BASE, TEXT_BASE + textBytes, 0, 0xfffffff0, next()][next() % 7]!;
    words.push(
      encode('lui', { rd: register, imm: base }),
      encode('addi', { rd: register, rs1: register, imm: next() | 0 }),
    );
  }
  words.push(
    encode('addi', { rd: 17, imm: [63, 64, 80, 214, 4096, 4160, 4176, 4177, 4178, 4181][next() % 10]! & 0x7ff }),
  );
  while (words.length < textBytes / 4) {
    const kind = next() % 12;
    if (kind === 0) words.push(next());
    else if (kind === 1) words.push(encode('ecall'));
    else {
      const { name } = instructions[next() % instructions.length]!;
      words.push(encode(name, { rd: next() % 32, rs1: 8 + (next() % 8), rs2: next() % 32, imm: next() | 0 }));
    }
  }
  return new Uint8Array(Uint32Array.from(words).buffer);
}

test('random programs end with a result or a named trap, and touch nothing but their own memory', async () => {
  const next = random(1);
  const outcomes = new Map<string, number>();
  for (let done = 0; done < programs; done += batch) {
    // Every second instance is a bystander full of canaries.
    const population = await Population.create(gpu, {
      instances: batch * 2,
      textBytes,
      ramBytes,
      outputBytes: 64,
      lanes: 64,
      float: true,
      compressed: true,
      layout: (done / batch) % 2 === 0 ? 'linear' : 'interleaved',
    });
    const canary = (bytes: number) => new Uint8Array(bytes).map((_, i) => (i * 31 + 7) & 0xff);
    writeBuffer(gpu, population.buffers.ram, canary(population.buffers.ram.size));
    writeBuffer(gpu, population.buffers.output, canary(population.buffers.output.size));
    const before = {
      ram: new Uint8Array(await readBuffer(gpu, population.buffers.ram)),
      output: new Uint8Array(await readBuffer(gpu, population.buffers.output)),
    };
    const texts = Array.from({ length: batch }, () => randomText(next));
    for (let i = 0; i < batch; i++) population.load(i * 2, flatProgram(texts[i]!), { maxInstructions: 300n });
    await population.run();
    for (const result of await population.results()) {
      if (result.instance % 2 === 1) {
        expect(result.status).toBe(Status.FREE);
        continue;
      }
      const outcome = result.trap
        ? trapText(result.trap.cause)
        : result.status === Status.EXITED
          ? 'exit'
          : `status ${result.status}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      expect(Number(result.instructions)).toBeLessThanOrEqual(300);
    }
    const ram = new Uint8Array(await readBuffer(gpu, population.buffers.ram));
    const output = new Uint8Array(await readBuffer(gpu, population.buffers.output));
    const text = new Uint8Array(await readBuffer(gpu, population.buffers.text));
    const lanes = population.ramInterleave;
    let touched = 0;
    for (let i = 1; i < batch * 2; i += 2) {
      for (let byte = 0; byte < ramBytes; byte++) {
        const word = Math.floor(i / lanes) * lanes * (ramBytes / 4) + (byte >> 2) * lanes + (i % lanes);
        if (ram[word * 4 + (byte & 3)] !== before.ram[word * 4 + (byte & 3)]) touched++;
      }
      for (let byte = 0; byte < 64; byte++) if (output[i * 64 + byte] !== before.output[i * 64 + byte]) touched++;
    }
    texts.forEach((t, i) => {
      if (t.some((byte, at) => text[i * 2 * textBytes + at] !== byte)) touched++;
    });
    expect(touched).toBe(0);
    population.destroy();
  }
  expect([...outcomes.keys()].filter((o) => o.startsWith('status') || /^trap \d/.test(o))).toEqual([]);
  expect(outcomes.size).toBeGreaterThan(8);
});

test('mutated ELF files load with an error or run to an end', async () => {
  const good = writeElf(
    assemble('.data\n.word 1, 2, 3\n.text\n_start: la a0, 0x10000000\nlw a1, 4(a0)\nli a7, 93\necall'),
  );
  const next = random(2);
  let ran = 0;
  for (let i = 0; i < 150; i++) {
    const file = good.slice(0, next() % 8 === 0 ? next() % good.length : good.length);
    for (let change = next() % 4; change >= 0; change--) file[next() % Math.min(file.length, 120)] = next() & 0xff;
    let program: ReturnType<typeof readElf>;
    try {
      program = readElf(file, 'x.elf');
    } catch (error) {
      expect((error as Error).message).toMatch(/^x\.elf: /);
      continue;
    }
    if (program.staticLength > 65536 || program.text.length > 1 << 20) continue;
    const population = await Population.create(gpu, { instances: 1, program, ramBytes: 65536 });
    population.start({ maxInstructions: 1000n });
    await population.run({ tier: 'interpreter' });
    const [result] = await population.results();
    expect([Status.EXITED, Status.TRAPPED]).toContain(result!.status);
    population.destroy();
    ran++;
  }
  expect(ran).toBeGreaterThan(10);
});

test('a lost device is one clear error, and work can go on with a new one', async () => {
  const first = await openGpu();
  const program = assemble('li a0, 3\nli a7, 93\necall');
  const population = await Population.create(first, { instances: 1, program, ramBytes: 64 });
  first.device.destroy();
  population.start();
  await expect(population.run()).rejects.toThrow(/device/i);
  const second = await Population.create(gpu, { instances: 1, program, ramBytes: 64 });
  second.start();
  await second.run();
  expect((await second.results())[0]!.exit).toBe(3);
});
