import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileKernel, type Gpu, openGpu, readWords } from '../../../src/gpu/index.ts';
import { kernelConstants as c, FinishReason, InstanceStatus } from '../../../src/model/constants.ts';
import { Engine, type SharedPrefix, TaskLoop } from '../../../src/model/engine/index.ts';
import { referenceLogits } from '../../../src/model/reference.ts';
import { type SyntheticModel, syntheticModel } from './synthetic.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const prompt = [3, 17, 90, 5, 5, 41, 62, 8, 77, 30, 1, 2, 88, 54, 23, 11, 9, 70, 36, 44, 95];

describe('logits equal the plain forward pass', () => {
  const cases: [string, SyntheticModel][] = [
    ['qwen2, f32, biases', { architecture: 'qwen2' }],
    [
      'llama, tied, partly rotated heads',
      { architecture: 'llama', tied: true, metadata: { 'llama.rope.dimension_count': 8 } },
    ],
    ['qwen3, head norms, heads wider than the model', { architecture: 'qwen3', head: 24, heads: 4, kvHeads: 1 }],
    ['mixed types of q, k and v', { architecture: 'qwen2', type: 'Q8_0', byTensor: { attn_v: 'F16', attn_k: 'Q4_0' } }],
    [
      'heads of 128, K-quants',
      { architecture: 'qwen2', width: 256, heads: 2, kvHeads: 2, head: 128, feedForward: 256, type: 'Q4_K' },
    ],
    ['YaRN', { architecture: 'qwen2', metadata: yarn('qwen2') }],
  ];
  test.each(cases)('%s', async (_, model) => {
    const gguf = await syntheticModel(model);
    const expected = await referenceLogits(gguf, prompt);
    for (const cacheBits of [32, 16] as const) {
      // Few rows in a step, so that chunks of the prompt meet keys and values of earlier steps.
      const engine = await Engine.load(gpu, gguf, { instances: 1, contextLength: 32, rows: 8, cacheBits });
      await engine.score(prompt, (position, logits) => {
        expect(relativeError(logits, expected[position]!)).toBeLessThan(cacheBits === 32 ? 1e-5 : 2e-3);
      });
      engine.destroy();
    }
  });
});

test('an instance gets its prompt computed although others get new prompts all the time', async () => {
  const gguf = await syntheticModel({ architecture: 'qwen2', vocabulary: 64 });
  const engine = await Engine.load(gpu, gguf, { instances: 6, contextLength: 48, rows: 8 });
  const prompt = (first: number) => Array.from({ length: 20 }, (_, i) => (first + i * 7) % 64);
  for (let i = 0; i < 6; i++) engine.start(i, prompt(i), { maxTokens: 1, ignoreStop: true });
  const finished = new Array<number>(6).fill(0);
  for (let step = 0; step < 90; step++) {
    const snapshot = await engine.submitSteps(1);
    for (let i = 0; i < 6; i++) {
      if (snapshot.status(i) !== InstanceStatus.done) continue;
      finished[i]!++;
      engine.start(i, prompt(i + step), { maxTokens: 1, ignoreStop: true });
    }
  }
  // 90 steps of 8 rows are 36 prompts of 20 tokens, which the instances share evenly.
  expect(Math.min(...finished)).toBeGreaterThanOrEqual(4);
  expect(Math.max(...finished)).toBeLessThanOrEqual(7);
  engine.destroy();
});

test('a cache of bytes keeps logits within the error of its rounding', async () => {
  const gguf = await syntheticModel({ architecture: 'qwen2', head: 32, heads: 4, kvHeads: 2 });
  const expected = await referenceLogits(gguf, prompt);
  const engine = await Engine.load(gpu, gguf, { instances: 2, contextLength: 48, rows: 8, cacheBits: 8 });
  let worst = 0;
  await engine.score(prompt, (position, logits) => {
    worst = Math.max(worst, relativeError(logits, expected[position]!));
  });
  expect(worst).toBeLessThan(2e-2);
  // A byte for each value, and the scales: two instances of 48 positions and two heads.
  expect(engine.cache.layerBytes).toBe(2 * 48 * 2 * (32 + 4));
  engine.destroy();
  const narrow = await syntheticModel({ architecture: 'qwen2', head: 24 });
  await expect(Engine.load(gpu, narrow, { instances: 1, contextLength: 16, cacheBits: 8 })).rejects.toThrow(
    /multiple of 16/,
  );
});

describe('the fast path agrees with the plain forward pass within f16 rounding', () => {
  const cases: [string, SyntheticModel][] = [
    ['qwen2, gate and up in one matrix', { architecture: 'qwen2', type: 'Q8_0' }],
    ['a split down projection', { architecture: 'llama', type: 'Q4_0', feedForward: 2112, layers: 1 }],
    [
      'q, k and v widened to one type',
      { architecture: 'qwen2', type: 'Q8_0', byTensor: { attn_q: 'Q5_0', attn_k: 'Q4_0' } },
    ],
    ['head norms, K-quants', { architecture: 'qwen3', width: 256, heads: 4, head: 64, feedForward: 256, type: 'Q6_K' }],
  ];
  test.each(cases)('%s', async (_, model) => {
    if (!gpu.paths.f16 || !gpu.paths.subgroups) return expect(gpu.adapter.name).toBeTruthy();
    const gguf = await syntheticModel(model);
    const expected = await referenceLogits(gguf, prompt);
    const engine = await Engine.load(gpu, gguf, { instances: 2, contextLength: 32, rows: 16, path: 'fast' });
    expect(engine.path).toBe('fast');
    await engine.score(prompt, (position, logits) => {
      expect(relativeError(logits, expected[position]!)).toBeLessThan(3e-3);
    });
    engine.start(1, prompt, { maxTokens: 4 });
    expect((await engine.run(2)).generated(1).length).toBe(4);
    engine.destroy();
  });
});

function yarn(architecture: string): Record<string, string | number> {
  return {
    [`${architecture}.rope.scaling.type`]: 'yarn',
    [`${architecture}.rope.scaling.factor`]: 4.5,
    [`${architecture}.rope.scaling.original_context_length`]: 128,
  };
}

describe('instances of one batch', () => {
  test('generate what each generates alone, greedy and sampled', async () => {
    const gguf = await syntheticModel({ architecture: 'qwen2' });
    const options = (i: number) =>
      i % 3 === 0
        ? { maxTokens: 12 }
        : { maxTokens: 5 + (i % 9), temperature: 0.7 + 0.2 * (i % 3), topK: i % 2 ? 20 : 0, topP: 0.9, seed: 1000 + i };
    const text = (i: number) => prompt.slice(0, 1 + ((i * 7) % prompt.length)).map((t) => (t + i) % 96);
    const together = await Engine.load(gpu, gguf, { instances: 20, contextLength: 48, rows: 24 });
    for (let i = 0; i < 20; i++) together.start(i, text(i), options(i));
    const all = await together.run(8);
    const alone = await Engine.load(gpu, gguf, { instances: 1, contextLength: 48 });
    for (const i of [0, 1, 4, 8, 13, 19]) {
      alone.start(0, text(i), options(i));
      const one = await alone.run(8);
      expect([...one.tokens(0)]).toEqual([...all.tokens(i)]);
      expect(one.word(0, c.MODEL_STATE_LOGPROB)).toBe(all.word(i, c.MODEL_STATE_LOGPROB));
    }
    together.destroy();
    alone.destroy();
  });

  test('greedy generation follows the plain forward pass', async () => {
    const gguf = await syntheticModel({ architecture: 'llama', seed: 5 });
    const engine = await Engine.load(gpu, gguf, { instances: 2, contextLength: 48, cacheBits: 32 });
    engine.start(1, prompt, { maxTokens: 8 });
    const end = await engine.run(4);
    const tokens = [...end.tokens(1)];
    expect(tokens.length).toBe(prompt.length + 8);
    const logits = await referenceLogits(gguf, tokens.slice(0, -1));
    for (let i = prompt.length; i < tokens.length; i++) {
      const row = [...logits[i - 1]!];
      expect(tokens[i]).toBe(row.indexOf(Math.max(...row)));
    }
    expect(end.status(1)).toBe(InstanceStatus.done);
    expect(end.word(1, c.MODEL_STATE_FINISH)).toBe(FinishReason.length);
    expect(end.status(0)).toBe(InstanceStatus.idle);
    const last = [...logits.at(-1)!];
    const total = Math.log(last.reduce((sum, v) => sum + Math.exp(v), 0));
    expect(end.float(1, c.MODEL_STATE_LOGPROB)).toBeCloseTo(Math.max(...last) - total, 4);
    engine.destroy();
  });

  test('stop at the end-of-sequence token, or when the context is full', async () => {
    const probe = await Engine.load(gpu, await syntheticModel({ architecture: 'llama', seed: 5 }), {
      instances: 1,
      contextLength: 32,
    });
    probe.start(0, prompt);
    const full = await probe.run(4);
    expect(full.tokens(0).length).toBe(32);
    const third = full.generated(0)[2]!;
    probe.destroy();
    const gguf = await syntheticModel({
      architecture: 'llama',
      seed: 5,
      metadata: { 'tokenizer.ggml.eos_token_id': third },
    });
    const engine = await Engine.load(gpu, gguf, { instances: 2, contextLength: 32 });
    engine.start(0, prompt);
    engine.start(1, prompt, { ignoreStop: true });
    const end = await engine.run(4);
    expect([...end.generated(0)]).toEqual([...full.generated(0)].slice(0, [...full.generated(0)].indexOf(third) + 1));
    expect(end.word(0, c.MODEL_STATE_FINISH)).toBe(FinishReason.stop);
    expect([...end.tokens(1)]).toEqual([...full.tokens(0)]);
    engine.destroy();
  });
});

describe('sampling', () => {
  test('draws from the kept tokens in proportion to their probability', async () => {
    const gguf = await syntheticModel({ architecture: 'llama', vocabulary: 64, layers: 1 });
    const draws = 512;
    const engine = await Engine.load(gpu, gguf, { instances: draws, contextLength: 16 });
    const kept = async (options: Parameters<Engine['start']>[2]) => {
      for (let i = 0; i < draws; i++) engine.start(i, [7], { maxTokens: 1, seed: i, ...options });
      const end = await engine.run(1);
      const counts = new Map<number, number>();
      for (let i = 0; i < draws; i++) counts.set(end.tokens(i)[1]!, (counts.get(end.tokens(i)[1]!) ?? 0) + 1);
      return counts;
    };
    const logits = [...(await referenceLogits(gguf, [7]))[0]!];
    const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!);
    const probability = (temperature: number, among: number[]) => {
      const weights = among.map((t) => Math.exp((logits[t]! - logits[order[0]!]!) / temperature));
      const total = weights.reduce((a, b) => a + b);
      return weights.map((w) => w / total);
    };
    const check = (counts: Map<number, number>, temperature: number, among: number[]) => {
      for (const token of counts.keys()) expect(among).toContain(token);
      const expected = probability(temperature, among);
      for (const [i, token] of among.entries()) {
        // Five standard deviations of a binomial count.
        const bound = 5 * Math.sqrt(draws * expected[i]! * (1 - expected[i]!)) + 1;
        expect(Math.abs((counts.get(token) ?? 0) - draws * expected[i]!)).toBeLessThan(bound);
      }
    };
    check(await kept({ temperature: 1.5 }), 1.5, order);
    check(await kept({ temperature: 2, topK: 5 }), 2, order.slice(0, 5));
    const all = probability(1, order);
    const sums = all.map((_, i) => all.slice(0, i + 1).reduce((a, b) => a + b));
    const nucleus = order.slice(0, 1 + sums.findIndex((sum) => sum >= 0.8));
    check(await kept({ temperature: 1, topP: 0.8 }), 1, nucleus);
    const likely = order.filter((_, i) => all[i]! >= 0.1 * all[0]!);
    check(await kept({ temperature: 1, minP: 0.1 }), 1, likely);
    engine.destroy();
  });
});

test('the agent loop gives every task of a queue what it gives alone', async () => {
  const gguf = await syntheticModel({ architecture: 'qwen2' });
  const engine = await Engine.load(gpu, gguf, { instances: 3, contextLength: 48 });
  const tasks = Array.from({ length: 11 }, (_, i) => ({
    prompt: prompt.slice(0, 1 + ((i * 5) % 20)).map((t) => (t + i) % 96),
    maxTokens: 1 + ((i * 3) % 10),
    temperature: i % 2,
    seed: i,
  }));
  const loop = await TaskLoop.create(engine, tasks);
  const results = await loop.run(8);
  loop.close();
  expect(new Set(results.map((r) => r.instance)).size).toBe(3);
  for (const [i, task] of tasks.entries()) {
    engine.start(0, task.prompt, task);
    expect([...results[i]!.tokens]).toEqual([...(await engine.run(4)).generated(0)]);
    expect(results[i]!.finish).toBe(FinishReason.length);
  }
  engine.destroy();
});

test('instances share the pages of a prefix and generate what they would without', async () => {
  const gguf = await syntheticModel({ architecture: 'qwen2' });
  const engine = await Engine.load(gpu, gguf, { instances: 3, contextLength: 96, sharedPages: 4 });
  const system = Array.from({ length: 40 }, (_, i) => (i * 37) % 96);
  const prompts = [[...system, 5, 6, 7], [...system.slice(0, 20), 9, 9], system.slice(0, 32)];
  const generate = async (prefix?: SharedPrefix) => {
    for (const [i, tokens] of prompts.entries())
      engine.start(i, tokens, { maxTokens: 8, ...(prefix ? { prefix } : {}) });
    const before = (await readWords(gpu, engine.buffers.plan))[c.MODEL_PLAN_TOTAL_ROWS]!;
    const end = await engine.run(4);
    const rows = (await readWords(gpu, engine.buffers.plan))[c.MODEL_PLAN_TOTAL_ROWS]! - before;
    return { rows, tokens: prompts.map((_, i) => [...end.tokens(i)]) };
  };
  const alone = await generate();
  const prefix = await engine.sharePrefix(system, 1);
  expect(prefix.tokens.length).toBe(32);
  const shared = await generate(prefix);
  expect(shared.tokens).toEqual(alone.tokens);
  // Two full pages of the first prompt, one of the second, and one of the third, whose last token must be computed.
  expect(alone.rows - shared.rows).toBe(32 + 16 + 16);
  // Own pages again, also of the instance that computed the prefix.
  expect((await generate()).tokens).toEqual(alone.tokens);
  await expect(engine.sharePrefix([...system, ...system], 0)).rejects.toThrow(/2 are free/);
  engine.dropPrefix(prefix);
  await engine.sharePrefix([...system, ...system].slice(0, 64), 0);
  engine.destroy();
});

const inject = `
@group(0) @binding(0) var<storage, read_write> state: array<u32>;
@group(0) @binding(1) var<storage, read_write> tokens: array<u32>;
override CONTEXT: u32;
@compute @workgroup_size(1) fn main(@builtin(workgroup_id) instance: vec3u) {
  let at = instance.x * ${c.MODEL_STATE_STRIDE};
  let length = state[at + ${c.MODEL_STATE_LENGTH}];
  if (state[at + ${c.MODEL_STATE_SAMPLED}] == 0 || length != ${prompt.length + 2}) { return; }
  for (var i = 0u; i < 3; i++) { tokens[instance.x * CONTEXT + length + i] = 60 + i; }
  state[at + ${c.MODEL_STATE_LENGTH}] = length + 3;
}`;

test('tokens that a hook appends on the GPU count as context for what follows', async () => {
  const gguf = await syntheticModel({ architecture: 'qwen2' });
  const engine = await Engine.load(gpu, gguf, { instances: 2, contextLength: 48 });
  const kernel = await compileKernel(gpu, inject, { constants: { CONTEXT: 48 } });
  const bindings = kernel.bind(engine.buffers.state, engine.buffers.tokens);
  engine.afterSample.push((chain) => chain.dispatch(kernel, bindings, 2));
  engine.start(1, prompt, { maxTokens: 10 });
  const injected = [...(await engine.run(4)).tokens(1)];
  expect(injected.slice(prompt.length + 2, prompt.length + 5)).toEqual([60, 61, 62]);
  engine.afterSample.length = 0;
  engine.start(0, injected.slice(0, prompt.length + 5), { maxTokens: 5 });
  expect([...(await engine.run(4)).tokens(0)]).toEqual(injected);
  engine.destroy();
});

describe('what does not fit is refused', () => {
  test('a prompt that is empty, too long or outside the vocabulary', async () => {
    const engine = await Engine.load(gpu, await syntheticModel({ architecture: 'llama' }), {
      instances: 1,
      contextLength: 16,
    });
    expect(() => engine.start(0, [])).toThrow(/empty/);
    expect(() => engine.start(0, new Array(16).fill(1))).toThrow(/context holds 16/);
    expect(() => engine.start(0, [96])).toThrow(/vocabulary of 96/);
    expect(() => engine.start(1, [1])).toThrow(/no instance 1/);
    engine.destroy();
  });

  test('more instances than the bindings hold, with what would fit', async () => {
    const gguf = await syntheticModel({ architecture: 'llama', vocabulary: 4096 });
    const most = Math.floor(gpu.limits.maxStorageBufferBindingSize / (4096 * 4));
    if (most >= 65535) return;
    const load = Engine.load(gpu, gguf, { instances: most + 1, contextLength: 16 });
    await expect(load).rejects.toThrow(new RegExp(`at most ${most} instances of this context fit`));
  });

  test('the plan equals what is allocated', async () => {
    const gguf = await syntheticModel({ architecture: 'qwen2', type: 'Q8_0' });
    let plan = '';
    const engine = await Engine.load(gpu, gguf, {
      instances: 4,
      contextLength: 64,
      onPlan: (text) => {
        plan = text;
      },
    });
    const { weights, cache, scratch } = engine.memory;
    const planned = Number(/: ([\d.]+) MB in all/.exec(plan)![1]) * 1e6;
    expect(planned / (weights + cache + scratch)).toBeGreaterThan(0.8);
    expect(planned / (weights + cache + scratch)).toBeLessThan(1.2);
    engine.destroy();
  });

  test('a tensor with another shape than the metadata says', async () => {
    const gguf = await syntheticModel({ architecture: 'llama', metadata: { 'llama.feed_forward_length': 128 } });
    await expect(Engine.load(gpu, gguf, { instances: 1, contextLength: 16 })).rejects.toThrow(
      /ffn_gate.weight is 64×96/,
    );
  });

  test('an unknown architecture', async () => {
    const gguf = await syntheticModel({ architecture: 'llama', metadata: { 'general.architecture': 'mamba' } });
    await expect(Engine.load(gpu, gguf, { instances: 1, contextLength: 16 })).rejects.toThrow(/architecture mamba/);
  });
});

function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
