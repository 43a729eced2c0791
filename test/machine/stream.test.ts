import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { assemble, Population, streamInputs } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

/** Echoes its input and exits with its length. */
const echo = assemble(`
_start: la a1, buffer
  li a0, 0
  li a2, 64
  li a7, 63
  ecall
  mv s0, a0
  mv a2, a0
  li a0, 1
  li a7, 64
  ecall
  mv a0, s0
  li a7, 93
  ecall
.data
buffer: .zero 64`);

test('more inputs than instances: every result, in order', async () => {
  const create = () =>
    Population.create(gpu, { instances: 32, program: echo, ramBytes: 256, inputBytes: 64, outputBytes: 64 });
  const populations = [await create(), await create()] as const;
  const inputs = Array.from({ length: 150 }, (_, i) => `line ${i} ${'x'.repeat(i % 40)}`);
  const results = [];
  for await (const result of streamInputs(
    populations,
    inputs.map((line) => new TextEncoder().encode(line)),
  ))
    results.push(result);
  expect(results.map((r) => new TextDecoder().decode(r.stdout))).toEqual(inputs);
  expect(results.map((r) => [r.input, r.exit])).toEqual(inputs.map((line, i) => [i, line.length]));
});

test('an input that does not fit is named', async () => {
  const population = await Population.create(gpu, { instances: 4, program: echo, ramBytes: 256, inputBytes: 8 });
  const stream = streamInputs([population, population], [new Uint8Array(3), new Uint8Array(9)]);
  await expect(stream.next()).rejects.toThrow('Input 2 has 9 bytes, but an instance takes at most 8.');
});

test('output() yields lines as they come, more than the slot holds, and a last one without an end', async () => {
  // Each prints "line K" for K from 0 to 29, then its number.
  const program = assemble(`
    _start: li s0, 0
    next: la a1, text
      li a2, 5
      call print
      li a0, 0
      mv a1, s0
      li a2, 0
      li a7, 4160
      ecall
      la a1, end
      li a2, 1
      call print
      addi s0, s0, 1
      li t0, 30
      bne s0, t0, next
      li a7, 4097
      ecall
      mv a1, a0
      li a0, 0
      li a2, 0
      li a7, 4160
      ecall
      li a0, 0
      li a7, 93
      ecall
    print: li a0, 1           # write may take only a part
      li a7, 64
      ecall
      add a1, a1, a0
      sub a2, a2, a0
      bnez a2, print
      ret
    text: .ascii "line "
    end: .ascii "\\n"`);
  const instances = 20;
  const population = await Population.create(gpu, {
    instances,
    program,
    ramBytes: 256,
    outputBytes: 64,
    outputFull: 'wait',
  });
  population.start();
  const lines: string[][] = Array.from({ length: instances }, () => []);
  for await (const { instance, line } of population.output({ tier: 'interpreter' })) lines[instance]!.push(line);
  const expected = Array.from({ length: 30 }, (_, k) => `line ${k}`);
  expect(lines).toEqual(Array.from({ length: instances }, (_, i) => [...expected, String(i)]));
  population.destroy();
});
