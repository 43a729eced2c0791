import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { environmentCalls, Population, type Program, trapCauses } from '../../src/machine/index.ts';
import { callProgram, f64Value, f64Words, s64Value, s64Words } from './helpers.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const number = (name: string) => environmentCalls.find((c) => c.name === name)!.number;

async function runAll(programs: readonly Program[]) {
  const population = await Population.create(gpu, {
    instances: programs.length,
    textBytes: 128,
    ramBytes: 64,
    lanes: 64,
  });
  programs.forEach((program, i) => void population.load(i, program));
  await population.run();
  const results = await population.results();
  const registers = await Promise.all(programs.map((_, i) => population.registers(i)));
  population.destroy();
  return results.map((r, i) => ({
    ...r,
    low: registers[i]![8]!,
    high: registers[i]![9]!,
    text: new TextDecoder().decode(r.stdout),
  }));
}

const edges = [
  0,
  -0,
  1,
  -1,
  0.1,
  1.5,
  2,
  3,
  1e15,
  2 ** 53,
  5e-324,
  2.2250738585072014e-308,
  2.225073858507201e-308,
  Number.MAX_VALUE,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-310,
  4503599627370495.5,
  0.49999999999999994,
];
const doubles = [...edges, ...fc.sample(fc.double(), { numRuns: 100, seed: 7 })];
const pairs = [
  ...edges.flatMap((a) => edges.map((b): [number, number] => [a, b])),
  ...doubles.map((a, i): [number, number] => [a, doubles[(i * 7 + 3) % doubles.length]!]),
];

const binary: Record<string, (a: number, b: number) => number> = {
  f64_add: (a, b) => a + b,
  f64_sub: (a, b) => a - b,
  f64_mul: (a, b) => a * b,
  f64_div: (a, b) => a / b,
  f64_fmod: (a, b) => a % b,
};

test('double arithmetic is that of IEEE 754', async () => {
  const cases = Object.entries(binary).flatMap(([name, f]) =>
    pairs.map(([a, b]) => ({ name, a, b, expected: f(a, b) })),
  );
  const results = await runAll(cases.map((c) => callProgram(number(c.name), [...f64Words(c.a), ...f64Words(c.b)])));
  for (const [i, { name, a, b, expected }] of cases.entries()) {
    const got = f64Value(results[i]!.low, results[i]!.high);
    if (!Object.is(got, expected)) expect(`${name}(${a}, ${b}) = ${got}`).toBe(`${name}(${a}, ${b}) = ${expected}`);
  }
});

test('double functions of one argument, and conversions', async () => {
  const unary: Record<string, (a: number) => number> = {
    f64_sqrt: Math.sqrt,
    f64_floor: Math.floor,
    f64_ceil: Math.ceil,
    f64_trunc: Math.trunc,
  };
  const bits = (value: number) => new Uint32Array(new Float32Array([value]).buffer)[0]!;
  const cases = Object.entries(unary).flatMap(([name, f]) => doubles.map((a) => ({ name, a, f })));
  const results = await runAll([
    ...cases.map((c) => callProgram(number(c.name), f64Words(c.a))),
    ...doubles.map((a) => callProgram(number('f64_to_f32'), f64Words(a))),
    ...doubles.map((a) => callProgram(number('f64_from_f32'), [bits(a)])),
    ...doubles.map((a) => callProgram(number('f64_to_s64'), f64Words(a))),
  ]);
  const n = doubles.length;
  cases.forEach(({ name, a, f }, i) => {
    const got = f64Value(results[i]!.low, results[i]!.high);
    expect(`${name}(${a}) = ${Object.is(got, -0) ? '-0' : got}`).toBe(
      `${name}(${a}) = ${Object.is(f(a), -0) ? '-0' : f(a)}`,
    );
  });
  doubles.forEach((a, i) => {
    expect(results[cases.length + i]!.low).toBe(bits(a));
    const widened = results[cases.length + n + i]!;
    expect(f64Value(widened.low, widened.high)).toBe(Math.fround(a));
    const whole = results[cases.length + 2 * n + i]!;
    const clamped =
      Number.isNaN(a) || a >= 2 ** 63 ? 2n ** 63n - 1n : a < -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(a));
    expect(s64Value(whole.low, whole.high)).toBe(clamped);
  });
});

test('64-bit division, its conversions to double, and division by zero', async () => {
  const values = [
    1n,
    -1n,
    7n,
    -7n,
    10n ** 18n,
    -(2n ** 63n),
    2n ** 63n - 1n,
    4294967296n,
    999999937n,
    2n ** 53n + 1n,
    ...fc.sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { numRuns: 20, seed: 3 }).map((v) => v || 1n),
  ];
  const cases = values.flatMap((a) => values.map((b) => ({ a, b })));
  const u = (v: bigint) => BigInt.asUintN(64, v);
  const functions: Record<string, (a: bigint, b: bigint) => bigint> = {
    s64_div: (a, b) => a / b,
    s64_rem: (a, b) => a % b,
    u64_div: (a, b) => u(a) / u(b),
    u64_rem: (a, b) => u(a) % u(b),
  };
  for (const [name, f] of Object.entries(functions)) {
    const results = await runAll(cases.map(({ a, b }) => callProgram(number(name), [...s64Words(a), ...s64Words(b)])));
    cases.forEach(({ a, b }, i) => {
      expect(s64Value(results[i]!.low, results[i]!.high)).toBe(BigInt.asIntN(64, f(a, b)));
    });
  }
  const converted = await runAll([
    ...values.map((a) => callProgram(number('f64_from_s64'), s64Words(a))),
    ...values.map((a) => callProgram(number('f64_from_u64'), s64Words(a))),
    callProgram(number('s64_rem'), [5, 0, 0, 0]),
  ]);
  values.forEach((a, i) => {
    expect(f64Value(converted[i]!.low, converted[i]!.high)).toBe(Number(a));
    const unsigned = converted[values.length + i]!;
    expect(f64Value(unsigned.low, unsigned.high)).toBe(Number(u(a)));
  });
  expect(converted.at(-1)!.trap).toMatchObject({ cause: trapCauses.DIVISION_BY_ZERO.cause, text: 'division by zero' });
});

test('print_value writes integers and %.15g', async () => {
  const integers = [0n, 1n, -1n, 10n, 9999n, 10000n, -(2n ** 63n), 2n ** 63n - 1n, 9999800001n, 1234567890123456789n];
  const results = await runAll([
    ...integers.map((v) => callProgram(number('print_value'), [0, ...s64Words(v)])),
    ...integers.map((v) => callProgram(number('print_value'), [1, ...s64Words(v)])),
    ...doubles.map((v) => callProgram(number('print_value'), [2, ...f64Words(v)])),
  ]);
  const texts = results.map((r) => r.text);
  const n = integers.length;
  expect(texts.slice(0, n)).toEqual(integers.map(String));
  expect(texts.slice(n, 2 * n)).toEqual(integers.map((v) => String(BigInt.asUintN(64, v))));
  expect(texts.slice(2 * n)).toEqual(doubles.map(general15));
});

/** `%.15g` by the C standard, from JavaScript's exact `toPrecision`. */
function general15(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential(14).split('e') as [string, string];
  const exponent = Number(exponentText);
  const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (exponent >= -4 && exponent < 15) return trim(value.toFixed(14 - exponent));
  return `${trim(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

test('pow, exp and log are within one unit in the last place of the host, and exact where the result is', async () => {
  const bases = [2, 3, 10, 0.5, 1.5, 7, 1.0000000000000002, 0.9999999999999999, 1e300, 1e-300, 5e-324, 123.456, -2, -3];
  const exponents = [2, 3, -1, 0.5, 10, 53, 0.1, -7.25, 1074, -1074, 1e15, 1e300, 1 / 3, 200];
  const cases = [
    ...bases.flatMap((a) => exponents.map((b) => ({ name: 'f64_pow', a, b, expected: a ** b }))),
    ...[1, -1, 0.5, 10, 100, 700, -700, 710, -746, 1e-10, 1e-300].map((a) => ({
      name: 'f64_exp',
      a,
      b: 0,
      expected: Math.exp(a),
    })),
    ...[1, 2, 3, 0.1, 1e300, 5e-324, 1.0000000000000002, Math.E].map((a) => ({
      name: 'f64_log',
      a,
      b: 0,
      expected: Math.log(a),
    })),
    ...[1, 2, 8, 10, 1e-300].map((a) => ({ name: 'f64_log2', a, b: 0, expected: Math.log2(a) })),
    ...[1, 10, 1000, 1e22, 2, 1e-5].map((a) => ({ name: 'f64_log10', a, b: 0, expected: Math.log10(a) })),
  ];
  const results = await runAll(cases.map((c) => callProgram(number(c.name), [...f64Words(c.a), ...f64Words(c.b)])));
  const order = (v: number) => new BigInt64Array(Float64Array.of(v).buffer)[0]!;
  cases.forEach(({ name, a, b, expected }, i) => {
    const got = f64Value(results[i]!.low, results[i]!.high);
    const close =
      Object.is(got, expected) ||
      (Math.sign(got) === Math.sign(expected) && Math.abs(Number(order(got) - order(expected))) <= 1);
    expect(`${name}(${a}, ${b}) = ${close ? expected : got}`).toBe(`${name}(${a}, ${b}) = ${expected}`);
  });
  // Exact results, and one that lies exactly between two doubles: (2^27 + 1)^2 ends in 1 below 53 bits.
  const exact: [number, number, number][] = [
    [3, 33, 3 ** 33],
    [-5, 3, -125],
    [2, -1074, 5e-324],
    [134217729, 2, 18014398777917440],
    [10, 22, 1e22],
    [2.25, 0.5, 1.5],
    [2, -1075, 0],
  ];
  const exactResults = await runAll(
    exact.map(([a, b]) => callProgram(number('f64_pow'), [...f64Words(a), ...f64Words(b)])),
  );
  exact.forEach(([, , expected], i) => {
    expect(f64Value(exactResults[i]!.low, exactResults[i]!.high)).toBe(expected);
  });
});

test('format_number follows printf', async () => {
  const specification = (conversion: string, flags = '', precision = -1) =>
    conversion.charCodeAt(0) |
    ([...flags].reduce((bits, f) => bits | (1 << '-+ #0'.indexOf(f)), 0) << 8) |
    ((precision + 1) << 16);
  const f = (value: number) => f64Words(value);
  const i = (value: bigint) => s64Words(value);
  // What C's printf gives.
  const cases: [number, [number, number], number, string][] = [
    [specification('f', '', 2), f(3.14259), 0, '3.14'],
    [specification('f'), f(1e21), 0, '1000000000000000000000.000000'],
    [specification('f', '', 0), f(0.5), 0, '0'],
    [specification('f', '', 0), f(1.5), 0, '2'],
    [specification('f', '', 3), f(0.0004999), 0, '0.000'],
    [specification('f', '', 3), f(-0.0005001), 0, '-0.001'],
    [specification('f', '', 30), f(0.1), 0, '0.100000000000000005551115123126'],
    [specification('f', '+0', 1), f(2.25), 8, '+00002.2'],
    [specification('f', '-', 1), f(2.25), 6, '2.2   '],
    [specification('e'), f(123456), 0, '1.234560e+05'],
    [specification('e', '', 0), f(9.5), 0, '1e+01'],
    [specification('E', '', 2), f(1e-300), 0, '1.00E-300'],
    [specification('e', '', 3), f(0), 0, '0.000e+00'],
    [specification('e', '', 20), f(5e-324), 0, '4.94065645841246544177e-324'],
    [specification('g'), f(1e-5), 0, '1e-05'],
    [specification('g', '#', 4), f(1), 0, '1.000'],
    [specification('g', '', 17), f(0.1), 0, '0.10000000000000001'],
    [specification('g'), f(999999.5), 0, '1e+06'],
    [specification('G'), f(Number.NaN), 5, '  NAN'],
    [specification('f', '0'), f(-Infinity), 6, '  -inf'],
    [specification('d'), i(-42n), 6, '   -42'],
    [specification('d', '0'), i(-42n), 6, '-00042'],
    [specification('d', '+', 4), i(42n), 0, '+0042'],
    [specification('d', '', 0), i(0n), 0, ''],
    [specification('u'), i(-1n), 0, '18446744073709551615'],
    [specification('x'), i(0xdeadbeefn), 0, 'deadbeef'],
    [specification('X', '#'), i(255n), 0, '0XFF'],
    [specification('o', '#'), i(8n), 0, '010'],
    [specification('p'), i(0x1000n), 0, '0x1000'],
    [specification('x', '0'), i(0xabn), 6, '0000ab'],
  ];
  const results = await runAll(
    cases.map(([spec, value, width]) => callProgram(number('format_number'), [spec, 0, ...value, width])),
  );
  expect(results.map((r) => r.text)).toEqual(cases.map(([, , , text]) => text));
  expect(results.map((r) => r.low)).toEqual(cases.map(([, , , text]) => text.length));
});
