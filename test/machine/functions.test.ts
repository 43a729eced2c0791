import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu, readWords } from '../../src/gpu/index.ts';
import { assemble, environmentCalls, Population, REGISTER_WORDS, trapCauses } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

/** The call whose number and arguments are the input: number, a, b. */
const program = assemble(`
  _start: li a0, 0
    la a1, input
    li a2, 20
    li a7, 63
    ecall
    la s0, input
    lw a7, 0(s0)
    lw a0, 4(s0)
    lw a1, 8(s0)
    lw a2, 12(s0)
    lw a3, 16(s0)
    ecall
    mv s1, a0
    mv s2, a1
    li a0, 0
    li a7, 93
    ecall
  .data
  input: .zero 20`);

const numberOf = new Map(environmentCalls.map((c) => [c.name, c.number]));
const bitsOf = (value: number) => new BigUint64Array(new Float64Array([value]).buffer)[0]!;
const numberOfBits = (bits: bigint) => new Float64Array(new BigUint64Array([bits]).buffer)[0]!;

/** Results of many calls, one for each instance, as bits. */
async function call(cases: readonly { name: string; a: bigint; b: bigint }[]): Promise<bigint[]> {
  const population = await Population.create(gpu, {
    instances: cases.length,
    program,
    ramBytes: 64,
    inputBytes: 20,
    outputBytes: 4,
  });
  const inputs = cases.map(({ name, a, b }) => {
    const input = new DataView(new ArrayBuffer(20));
    input.setUint32(0, numberOf.get(`f64_${name}`)!, true);
    input.setBigUint64(4, a, true);
    input.setBigUint64(12, b, true);
    return new Uint8Array(input.buffer);
  });
  population.start({ inputs });
  await population.run({ tier: 'interpreter' });
  expect((await population.results()).every((r) => r.exit === 0)).toBe(true);
  const registers = await readWords(gpu, population.buffers.registers);
  population.destroy();
  return cases.map((_, i) => {
    const at = i * REGISTER_WORDS;
    return (BigInt(registers[at + 18]!) << 32n) | BigInt(registers[at + 9]!);
  });
}

test('trigonometric and hyperbolic functions are correctly rounded', async () => {
  const lines = readFileSync(new URL('functions-expected.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const cases = lines.map((line) => {
    const [name, ...words] = line.split(' ') as [string, ...string[]];
    const bits = words.map((word) => BigInt(`0x${word}`));
    return { name, a: bits[0]!, b: bits.length === 3 ? bits[1]! : 0n, expected: bits.at(-1)! };
  });
  expect(cases.length).toBeGreaterThan(1700);
  const results = await call(cases);
  const wrong = cases.flatMap(({ name, a, expected }, i) =>
    results[i] === expected
      ? []
      : [`${name}(${numberOfBits(a)}) = ${numberOfBits(results[i]!)}, not ${numberOfBits(expected)}`],
  );
  expect(wrong).toEqual([]);
});

test('special cases are those of JavaScript, and ordinary values are within one unit of it', async () => {
  const names = ['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'] as const;
  const special = [
    0,
    -0,
    1,
    -1,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    5e-324,
    -5e-324,
    1e-300,
  ];
  const ordinary = [0.3, -0.7, 0.99, 1e-9];
  const one = names.flatMap((name) =>
    [...special, ...ordinary].map((a) => ({ name, a, b: 0, expected: Math[name](a) })),
  );
  const two = special.flatMap((a) => special.map((b) => ({ name: 'atan2', a, b, expected: Math.atan2(a, b) })));
  const cases = [...one, ...two];
  const results = await call(cases.map(({ name, a, b }) => ({ name, a: bitsOf(a), b: bitsOf(b) })));
  cases.forEach(({ name, a, b, expected }, i) => {
    const result = numberOfBits(results[i]!);
    const label = `${name}(${Object.is(a, -0) ? '-0' : a}, ${b})`;
    if (Number.isNaN(expected) || expected === 0 || !Number.isFinite(expected)) expect(result, label).toBe(expected);
    else expect(Math.abs(Number(results[i]! - bitsOf(expected))), label).toBeLessThanOrEqual(1);
  });
});

test('a population without these functions traps at the call', async () => {
  const text = assemble('li a7, 4134\necall');
  const population = await Population.create(gpu, { instances: 1, ramBytes: 64, textBytes: 64 });
  population.load(0, text);
  await population.run();
  expect((await population.results())[0]!.trap).toMatchObject({ cause: trapCauses.UNKNOWN_CALL.cause, address: 4134 });
  population.destroy();
});
