import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compiler, JobMode, type SlotSizes } from '../../src/cc/index.ts';
import { Chain, type Gpu, openGpu } from '../../src/gpu/index.ts';
import { Population, trapText } from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

/** Compiles all sources in one batch, runs what compiles, and returns what each printed or the error. */
async function evaluate(sources: readonly string[], steps = 65536, sizes: Partial<SlotSizes> = {}): Promise<string[]> {
  const population = await Population.create(gpu, { instances: sources.length, ramBytes: 1024, textBytes: 2048 });
  await population.prepareNumbers();
  const compiler = await Compiler.create(gpu, { population, sourceBytes: 256, sizes });
  sources.forEach((source, slot) => {
    compiler.submit(slot, source, { mode: JobMode.EXPRESSION, budget: 100_000n });
  });
  const chain = new Chain(gpu);
  compiler.encode(chain, { quanta: 10, steps });
  population.encode(chain, { quanta: 32, instructionsPerQuantum: 2000 });
  chain.submit();
  const compiled = await compiler.results();
  const ran = await population.results();
  return compiled.map(({ status, diagnostics }, slot) => {
    const [error] = diagnostics;
    if (error) return `${error.message} at ${error.position}`;
    const { trap, stdout, exit } = ran[slot]!;
    if (status !== 'done' || (exit === null && !trap)) return `not finished: ${status}`;
    return trap ? trapText(trap.cause) : new TextDecoder().decode(stdout);
  });
}

describe('expressions', () => {
  test('thousands of random expressions have the values that gcc gives them', async () => {
    const file = new URL('expected/expressions.txt', import.meta.url);
    const cases = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t') as [string, string]);
    const results = await evaluate(cases.map(([source]) => source));
    const wrong = cases
      .map(([source, expected], i) => ({ source, expected, got: results[i]!.replace('-nan', 'nan') }))
      .filter(({ expected, got }) => got !== expected);
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThan(2000);
  });

  test('unsuffixed constants are 64-bit', async () => {
    expect(await evaluate(['99999*99999', '1 << 40', '3000000000 + 3000000000', '7 / 2', '-7 % 3'])).toEqual([
      '9999800001',
      '1099511627776',
      '6000000000',
      '3',
      '-1',
    ]);
  });

  test('abs, min, max, pow and sqrt', async () => {
    const results = await evaluate([
      'abs(-5)',
      'abs(5 - 7.5)',
      'min(3, -4)',
      'max(3, 3.5)',
      'max(-1, 5u)',
      'pow(2, 10)',
      'sqrt(2)',
      'min(max(1, 2), abs(-9223372036854775807))',
    ]);
    expect(results).toEqual(['5', '2.5', '-4', '3.5', '5', '1024', '1.4142135623731', '2']);
  });

  test('errors name what was expected and where', async () => {
    expect(
      await evaluate(['(1 + 2', '1 +', '2 $ 3', 'foo * 2', '1 / 0', '5 % (3 - 3)', '12ab', '1.0 % 2', "'", '', '09']),
    ).toEqual([
      "expected ')' before end of input at 6",
      'expected an expression before end of input at 3',
      'expected an operator before a stray character at 2',
      "'foo' is not declared at 0",
      'division by zero',
      'division by zero',
      'bad suffix on an integer constant at 0',
      "operands of '%' cannot be 'double' and 'int' at 4".replace("'int'", "'long'"),
      'character constant without an end at 0',
      'expected an expression before end of input at 0',
      'digit outside the base of this constant at 0',
    ]);
  });

  test('a source that is nested too deeply gives an error, and the limit is generous', async () => {
    const nested = (depth: number) => `${'('.repeat(depth)}1${')'.repeat(depth)}`;
    expect(await evaluate([nested(10), nested(60), nested(120)], 65536, { stackWords: 1280 })).toEqual([
      '1',
      '1',
      expect.stringContaining("nesting is too deep for this compiler's stack"),
    ]);
  });

  test('a slot continues in the next dispatch when its steps are used up', async () => {
    const [result] = await evaluate(['1+2*3'], 1000);
    expect(result).toBe('7');
  });
});
