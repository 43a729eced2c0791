import { afterAll, beforeAll, expect, test } from 'vitest';
import { Compiler } from '../../src/cc/index.ts';
import { shippedModel } from '../../src/cli/package-files.ts';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { defaultBudget, Inband } from '../../src/inband/index.ts';
import { Population } from '../../src/machine/index.ts';
import { Engine } from '../../src/model/engine/index.ts';
import { openGguf } from '../../src/model/gguf/index.ts';
import { GpuVocabulary, Tokenizer } from '../../src/model/tokenizer/index.ts';

/** Text that closes a region, and what must follow it. */
const cases: readonly [text: string, result: string][] = [
  ['[C: 847*293]', ' = VM[248171]'],
  ['[C: 99999*99999*99999]', ' = VM[999970000299999]'],
  ['[C: (12345 - 54321) % 100]', ' = VM[-76]'],
  ['[C: 7 / 2]', ' = VM[3]'],
  ['[C: 7 / 2.0]', ' = VM[3.5]'],
  ['[C: 1 / 0]', ' = VM[error: division by zero]'],
  ["[C: ']' + 1]", ' = VM[94]'],
  ['[C: abs(-5) + max(2, 3) * min(4, 5)]', ' = VM[17]'],
  ['[C: pow(2, 10) + sqrt(16)]', ' = VM[1028]'],
  [
    '```c\n#include <stdio.h>\nint main(void) {\n  int s = 0;\n  for (int i = 1; i <= 10; i++) s += i * i;\n  printf("%d\\n", s);\n}\n```',
    ' = VM[385]',
  ],
  ['```c\nint main(void) { return 3; }\n```', ' = VM[exit 3]'],
  ['```c\nint main(void) { return x; }\n```', " = VM[error: 'x' is not declared]"],
  ['```c\nint main(void) { int *p = 0; return *p; }\n```', ' = VM[error: '],
  [`[C: ${'1+'.repeat(140)}1]`, ' = VM[error: region too long]'],
];

let gpu: Gpu;
let tokenizer: Tokenizer;
let engine: Engine;
let inband: Inband;
beforeAll(async () => {
  gpu = await openGpu();
  const gguf = await openGguf(shippedModel());
  tokenizer = new Tokenizer(gguf.metadata);
  const instances = cases.length + 2;
  engine = await Engine.load(gpu, gguf, { instances, contextLength: 512 });
  await gguf.close();
  const population = await Population.create(gpu, { instances });
  await population.prepareNumbers();
  const compiler = await Compiler.create(gpu, { slots: instances, population, sourceBytes: 256 });
  inband = await Inband.create(gpu, engine, new GpuVocabulary(gpu, tokenizer), compiler, population);
});
afterAll(() => {
  engine.destroy();
  inband.destroy();
  gpu.close();
});

/** Runs `text` as if instance `i` had generated it, and returns all its tokens as text. */
async function run(texts: readonly string[], watched: readonly boolean[], budget?: bigint): Promise<string[]> {
  for (const [i, text] of texts.entries()) {
    engine.start(i, tokenizer.encode(text), { maxTokens: 80, ignoreStop: true });
    if (watched[i]) inband.start(i, 0, budget);
    else inband.stop(i);
  }
  const end = await engine.run(8, (snapshot) =>
    texts.some((text, i) => watched[i] && !later(snapshot.tokens(i), text)),
  );
  return texts.map((_, i) => tokenizer.decode(end.tokens(i)));
}

/** True once something was written behind the text. */
const later = (tokens: Uint32Array, text: string) => tokenizer.decode(tokens).slice(text.length).includes(']');

test('a region that closes is computed, and its result follows it in the stream', async () => {
  const texts = cases.map(([text]) => text);
  const results = await run(
    texts,
    texts.map(() => true),
  );
  for (const [i, [text, result]] of cases.entries()) {
    // The token sampled together with the last token of the text stands between them.
    expect(results[i]!.slice(text.length)).toContain(result);
  }
  const statistics = await inband.statistics();
  expect(statistics[0]!.regions).toBeGreaterThanOrEqual(1);
  expect(statistics[0]!.instructions).toBeGreaterThan(0n);
  expect(statistics[5]!.errors).toBeGreaterThanOrEqual(1);
});

test('what a region defines can be used in later regions of the stream, and replaced', async () => {
  for (let i = 0; i < engine.instances; i++) engine.release(i);
  inband.start(0, 0);
  const steps: [string, string][] = [
    ['```c\n#define STEP 3\nint square(int x) { return x * x; }\n```\n', ' = VM[defined]'],
    ['```c\nint main() { return square(STEP) + 1; }\n```\n', ' = VM[exit 10]'],
    ['[C: square(70000 - 69988) + STEP]', ' = VM[147]'],
    ['[C: 99999 * 99999]', ' = VM[9999800001]'],
    ['```c\nint square(int x) { return -x; }\nint main() { return square(-5); }\n```\n', ' = VM[exit 5]'],
    ['[C: square(8)]', ' = VM[-8]'],
    ['```c\nint bad(int x) { return y; }\n```\n', " = VM[error: 'y' is not declared]"],
    ['[C: bad(1)]', " = VM[error: 'bad' is not declared]"],
    // Longer than what is left of the slot: earlier programs are forgotten, this one is not.
    [`\`\`\`c\n${'/* long */ '.repeat(12)}int cube(int x) { return x * x * x; }\n\`\`\`\n`, ' = VM[defined]'],
    ['[C: cube(11)]', ' = VM[1331]'],
    ['[C: square(2)]', " = VM[error: 'square' is not declared]"],
  ];
  for (const [region, result] of steps) {
    engine.start(0, tokenizer.encode(region), { maxTokens: 60, ignoreStop: true });
    inband.resume(0, 0);
    const end = await engine.run(8, (snapshot) => !later(snapshot.tokens(0), region));
    expect(tokenizer.decode(end.tokens(0)).slice(region.length)).toContain(result);
  }
  // Another stream knows nothing of them.
  expect(await run(['[C: cube(11)]'], [true])).toEqual([expect.stringContaining("VM[error: 'cube' is not declared]")]);
});

test('the injected tokens are those of the tokenizer', async () => {
  const [text, result] = cases[0]!;
  engine.start(0, tokenizer.encode(text), { maxTokens: 40, ignoreStop: true });
  inband.start(0, 0);
  for (let i = 1; i < engine.instances; i++) engine.release(i);
  const end = await engine.run(8);
  const tokens = [...end.tokens(0)];
  const injected = tokenizer.encode(result);
  const at = tokens.findIndex((_, i) => injected.every((token, k) => tokens[i + k] === token));
  expect(at).toBeGreaterThan(0);
});

test('regions of a prompt and of instances that are off are left alone', async () => {
  const text = '[C: 1000000 * 7]';
  const tokens = tokenizer.encode(text);
  for (let i = 2; i < engine.instances; i++) engine.release(i);
  engine.start(0, tokens, { maxTokens: 1 });
  inband.start(0, tokens.length);
  engine.start(1, tokens, { maxTokens: 1 });
  inband.stop(1);
  await engine.run(4);
  const statistics = await inband.statistics();
  expect(statistics[0]!.regions).toBe(0);
  expect(statistics[1]!.regions).toBe(0);
});

test('a budget that is used up is an error in the stream', async () => {
  const text = '[C: 12345 * 67 + 8]';
  expect(defaultBudget).toBe(4_000_000_000n);
  const [result] = await run([text], [true], 3n);
  expect(result!.slice(text.length)).toContain(' = VM[error: instruction budget exhausted]');
});
