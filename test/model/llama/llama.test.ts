import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedModel } from '../../../src/cli/package-files.ts';
import { type Gpu, openGpu } from '../../../src/gpu/index.ts';
import { Engine } from '../../../src/model/engine/index.ts';
import { type MixName, openGguf, openGgufSource } from '../../../src/model/gguf/index.ts';
import { perplexity } from '../../../src/model/perplexity.ts';
import { Tokenizer } from '../../../src/model/tokenizer/index.ts';
import {
  context,
  greedyLength,
  greedyPrompt,
  mixes,
  modelSource,
  questions,
  shippedLength,
  shippedPrompt,
  text,
} from './models.ts';

interface Expected {
  tokens: number[];
  perplexity: number;
  greedy: { token: number; gap: number }[];
}

/** From llama.cpp, by generate_expected.ts. */
const expected: Record<MixName, Expected> = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

describe.each(mixes)('a %s model agrees with llama.cpp', (mix) => {
  test('tokens, perplexity and greedy choice', async () => {
    const gguf = await openGgufSource(modelSource(mix));
    const tokenizer = new Tokenizer(gguf.metadata);
    const engine = await Engine.load(gpu, gguf, { instances: 1, contextLength: context, rows: 64 });
    const tokens = tokenizer.encode(text);
    expect(tokens).toEqual(expected[mix].tokens);

    const measured = await perplexity(engine, tokens, { context });
    expect(measured.chunks).toBe(4);
    expect(measured.perplexity / expected[mix].perplexity).toBeGreaterThan(0.995);
    expect(measured.perplexity / expected[mix].perplexity).toBeLessThan(1.005);

    engine.start(0, tokenizer.encode(greedyPrompt), { maxTokens: greedyLength, ignoreStop: true });
    const generated = [...(await engine.run(16)).generated(0)];
    // Where two tokens are almost equally likely, rounding decides, and all that follows differs.
    const sure = expected[mix].greedy.findIndex(({ gap }) => gap < 0.03);
    expect(sure).toBeGreaterThan(4);
    expect(generated.slice(0, sure)).toEqual(expected[mix].greedy.slice(0, sure).map(({ token }) => token));
    engine.destroy();
  });
});

test('a text shorter than one chunk is refused', async () => {
  const gguf = await openGgufSource(modelSource('F16'));
  const engine = await Engine.load(gpu, gguf, { instances: 1, contextLength: context });
  await expect(perplexity(engine, [1, 2, 3], { context })).rejects.toThrow('has 3 tokens, fewer than one chunk of 128');
  engine.destroy();
});

const shipped: { sha256: string; answers: { prompt: number[]; greedy: { token: number; gap: number }[] }[] } =
  JSON.parse(readFileSync(new URL('expected-shipped.json', import.meta.url), 'utf8'));
const digest = createHash('sha256').update(readFileSync(shippedModel())).digest('hex');

// Skipped where the shipped model was trained again since its answers were recorded: run generate_expected.ts.
test.skipIf(digest !== shipped.sha256)('the shipped model writes what it writes under llama.cpp', async () => {
  const gguf = await openGguf(shippedModel());
  const tokenizer = new Tokenizer(gguf.metadata);
  const engine = await Engine.load(gpu, gguf, { instances: questions.length, contextLength: 256 });
  await gguf.close();
  questions.forEach((question, i) => {
    const prompt = tokenizer.encode(shippedPrompt(question), { parseSpecial: true });
    expect(prompt).toEqual(shipped.answers[i]!.prompt);
    engine.start(i, prompt, { maxTokens: shippedLength, ignoreStop: true });
  });
  const snapshot = await engine.run(16);
  for (const [i, { greedy }] of shipped.answers.entries()) {
    const unsure = greedy.findIndex(({ gap }) => gap < 0.1);
    const sure = unsure < 0 ? greedy.length : unsure;
    expect(sure, questions[i]).toBeGreaterThan(4);
    expect([...snapshot.generated(i)].slice(0, sure)).toEqual(greedy.slice(0, sure).map(({ token }) => token));
  }
  engine.destroy();
});
