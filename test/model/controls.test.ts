import { afterAll, expect, test } from 'vitest';
import { openGpu, readWords } from '../../src/gpu/index.ts';
import { SamplingControls } from '../../src/model/controls/controls.ts';
import { Engine } from '../../src/model/engine/index.ts';
import { referenceLogits } from '../../src/model/reference.ts';
import { fixtureModel } from '../serve/fixture.ts';

const gpu = await openGpu();
afterAll(() => gpu.close());

test('penalties lower what was generated, by presence once and by frequency each time', async () => {
  const { gguf } = await fixtureModel();
  const engine = await Engine.load(gpu, gguf, { instances: 3, contextLength: 64 });
  const controls = await SamplingControls.create(gpu, engine);
  engine.beforeSample.push((chain) => controls.encodeAdjust(chain));
  engine.afterSample.push((chain) => controls.encodeRecord(chain));
  const prompt = [5, 6, 7];
  // A bias makes one token win again and again until its penalties exceed the bias.
  const logitBias = new Map([[65, 50]]);
  const penalties = [{}, { presencePenalty: 60 }, { frequencyPenalty: 15 }];
  for (const [i, penalty] of penalties.entries()) {
    engine.start(i, prompt, { maxTokens: 20, ignoreStop: true });
    controls.set(i, { logitBias, ...penalty, logprobs: 2 });
  }
  const end = await engine.run(4);
  const times = penalties.map((_, i) => [...end.generated(i)].filter((token) => token === 65).length);
  expect(times[0]).toBe(20);
  expect(times[1]).toBe(1);
  // 50 less 15 for each time: about four times, as plain logits differ by a few.
  expect(times[2]).toBeGreaterThanOrEqual(3);
  expect(times[2]).toBeLessThanOrEqual(6);

  // The prompt is not punished, and log probabilities are of the logits that were sampled from.
  const logprobs = await controls.read();
  expect(logprobs(0, prompt.length).logprob).toBeCloseTo(0, 4);
  expect(logprobs(0, prompt.length).top[0]).toMatchObject({ token: 65 });
  expect(logprobs(0, prompt.length - 1)).toEqual({ logprob: undefined, top: [] });
  expect(logprobs(1, prompt.length + 1).top.some(({ token }) => token === 65)).toBe(false);
  controls.destroy();
  engine.destroy();
});

test('a repetition penalty divides the logits of all known tokens, the prompt included', async () => {
  const { gguf } = await fixtureModel();
  const engine = await Engine.load(gpu, gguf, { instances: 3, contextLength: 64 });
  const controls = await SamplingControls.create(gpu, engine);
  engine.beforeSample.push((chain) => controls.encodeAdjust(chain));
  const prompt = [5, 6, 7];
  const logits = (await referenceLogits(gguf, prompt)).at(-1)!;
  // Token 7 wins by its bias; divided by more than that, it does not.
  const logitBias = new Map([[7, 50]]);
  for (const [i, repetitionPenalty] of [1, 1000, 1.5].entries()) {
    engine.start(i, prompt, { maxTokens: 1, ignoreStop: true });
    controls.set(i, { logitBias, repetitionPenalty });
  }
  const end = await engine.run(1);
  const [first, second] = [end.generated(0)[0], end.generated(1)[0]];
  expect([first, end.generated(2)[0]]).toEqual([7, 7]);
  expect(second).not.toBe(7);
  // The others as well: negative logits are multiplied.
  const raw = new Float32Array((await readWords(gpu, engine.buffers.logits)).buffer);
  const { vocabulary } = engine.config;
  for (const token of [5, 6, 7, 8]) {
    const biased = logits[token]! + (logitBias.get(token) ?? 0);
    const wanted = token === 8 ? biased : biased > 0 ? biased / 1.5 : biased * 1.5;
    expect(raw[2 * vocabulary + token]).toBeCloseTo(wanted, 2);
  }
  controls.destroy();
  engine.destroy();
});

test('an embedding is the last hidden state: its product with the output matrix points where the logits do', async () => {
  const { gguf } = await fixtureModel();
  const engine = await Engine.load(gpu, gguf, { instances: 3, contextLength: 64 });
  const controls = await SamplingControls.create(gpu, engine);
  engine.afterSample.push((chain) => controls.encodeEmbedding(chain));
  const prompts = [[5, 6, 7, 8, 9, 10, 11, 12, 13], [200], [5, 6, 9]];
  for (const [i, prompt] of prompts.entries()) {
    engine.start(i, prompt, { maxTokens: 1 });
    controls.set(i, {}, i !== 1);
  }
  await engine.run(1);
  const { width, vocabulary } = engine.config;
  const matrix = new Float32Array((await gguf.read(gguf.tensor('output.weight'))).slice().buffer);
  for (const i of [0, 2]) {
    const embedding = await controls.readEmbedding(i);
    const logits = (await referenceLogits(gguf, prompts[i]!)).at(-1)!;
    const product = Array.from({ length: vocabulary }, (_, row) =>
      embedding.reduce((sum, value, k) => sum + value * matrix[row * width + k]!, 0),
    );
    const dot = product.reduce((sum, value, row) => sum + value * logits[row]!, 0);
    expect(dot / (Math.hypot(...product) * Math.hypot(...logits))).toBeGreaterThan(0.9999);
  }
  expect((await controls.readEmbedding(1)).every((value) => value === 0)).toBe(true);
  controls.destroy();
  engine.destroy();
});
