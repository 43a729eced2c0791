import { afterAll, describe, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { Engine } from '../../src/model/engine/index.ts';
import { compileGrammar, jsonSchemaGrammar, matches } from '../../src/model/grammar/index.ts';
import type { Tokenizer } from '../../src/model/tokenizer/index.ts';
import type {
  Generation,
  GenerationBackend,
  GenerationRequest,
  Sampling,
  TokenLogprob,
} from '../../src/serve/backend.ts';
import { EngineBatch } from '../../src/serve/engine-batch.ts';
import { Scheduler, type SchedulerOptions } from '../../src/serve/scheduler.ts';
import { FakeBatch } from './fake-batch.ts';
import { fixtureModel } from './fixture.ts';

interface Harness {
  backend: GenerationBackend;
  /** Loses the device of the batch in use. */
  lose(): void;
}

const instances = 4;
const contextLength = 256;
const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 0 };

const schema = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 4 }, kind: { enum: ['cat', 'dog'] }, old: { type: 'boolean' } },
  required: ['name', 'kind', 'old'],
  additionalProperties: false,
};

/** Answers by the prompt's sum and the seed, like a model that is asked the same again. */
const fake = (request: GenerationRequest) => {
  if (request.grammar) return [...Buffer.from('{"name":"a", "kind":"cat", "old":true}')];
  let state = request.prompt.reduce((sum, token) => sum + token, request.sampling.seed);
  return Array.from({ length: 500 }, () => {
    state = (state * 75 + 74) % 65537;
    return state % 256;
  });
};

const opened: GenerationBackend[] = [];
const scripted = new Set<GenerationBackend>();
afterAll(() => Promise.all(opened.map((backend) => backend.close(0))));

const harnesses: Record<string, (options?: SchedulerOptions) => Promise<Harness>> = {
  'scripted batch': async (options) => {
    let batch!: FakeBatch;
    const open = async () => {
      batch = new FakeBatch({ instances, contextLength, vocabulary: 259, end: 258, reply: fake, stepMs: 1 });
      return batch;
    };
    const backend = await Scheduler.open(open, { reopenMs: 1, ...options });
    scripted.add(backend);
    return { backend, lose: () => batch.lose('test') };
  },
  engine: async (options) => {
    const { gguf, tokenizer } = await fixtureModel();
    let gpu!: Gpu;
    const open = async () => {
      gpu = await openGpu();
      const own = gpu;
      const engine = await Engine.load(gpu, gguf, { instances, contextLength, rows: 16 });
      return EngineBatch.create(gpu, engine, tokenizer, undefined, () => own.close());
    };
    const backend = await Scheduler.open(open, { reopenMs: 1, ...options });
    return { backend, lose: () => gpu.device.destroy() };
  },
};

describe.each(Object.entries(harnesses))('%s', (_, openHarness) => {
  const shared = openHarness().then((harness) => {
    opened.push(harness.backend);
    return harness;
  });
  const request = (more: Partial<GenerationRequest> = {}): GenerationRequest => ({
    prompt: [1, 2, 3],
    maxTokens: 5,
    sampling: { ...greedy, ignoreStop: true },
    key: 'a',
    ...more,
  });

  test('gives at most the tokens asked for, then the reason of the end', async () => {
    const { backend } = await shared;
    const { tokens, finish } = await collect(backend.submit(request({ maxTokens: 7 })));
    expect(tokens.length).toBe(7);
    expect(finish).toBe('length');
    const full = await collect(backend.submit(request({ maxTokens: 1000 })));
    expect(full.tokens.length).toBe(contextLength - 3);
    expect(full.tokens.slice(0, 7)).toEqual(tokens);
  });

  test('gives each request the tokens it gets alone, however many run, at most one for each instance', async () => {
    const { backend } = await shared;
    const requests = Array.from({ length: 11 }, (_, i) =>
      request({
        prompt: Array.from({ length: 1 + ((i * 5) % 23) }, (_, k) => (i * 31 + k * 7) % 256),
        maxTokens: 3 + (i % 5),
        sampling: { ...greedy, temperature: 1, seed: i, ignoreStop: true },
        key: `key ${i % 3}`,
      }),
    );
    const before = backend.statistics;
    let most = 0;
    const together = await Promise.all(
      requests.map((one) => collect(backend.submit(one), () => (most = Math.max(most, backend.statistics.active)))),
    );
    for (const i of [0, 4, 10]) {
      expect(together[i]!.tokens).toEqual((await collect(backend.submit(requests[i]!))).tokens);
      expect(together[i]!.tokens.length).toBe(requests[i]!.maxTokens);
    }
    expect(most).toBeLessThanOrEqual(instances);
    const after = backend.statistics;
    expect(after.accepted - before.accepted).toBe(14);
    expect(after.finished - before.finished).toBe(14);
    expect(after.active + after.queued).toBe(0);
  });

  test('loses no steps between requests that wait for each other', async () => {
    const { backend } = await shared;
    const length = 20;
    const rounds = 5;
    const before = backend.statistics.steps;
    const all = Array.from({ length: rounds * instances }, (_, i) =>
      collect(backend.submit(request({ prompt: [i, 1], maxTokens: length }))),
    );
    for (const { tokens, finish } of await Promise.all(all)) {
      expect([tokens.length, finish]).toEqual([length, 'length']);
    }
    // Without handing over, every round would lose a part of the chain in flight. The last chains run for nobody.
    expect(backend.statistics.steps - before).toBeLessThanOrEqual(rounds * length + 10);
    expect(backend.statistics).toMatchObject({ active: 0, queued: 0 });
  });

  test('frees instances at once when requests are cancelled, by cancel() or by leaving the loop', async () => {
    const { backend } = await shared;
    const long = request({ maxTokens: 250 });
    const running = Array.from({ length: instances }, () => backend.submit(long));
    const waiting = backend.submit(request({ prompt: [9, 9] }));
    const cancelled = backend.submit(long);
    cancelled.cancel();
    for await (const event of running[0]!) if (event.type === 'tokens') break;
    for (const one of running.slice(1)) one.cancel();
    const { tokens } = await collect(waiting);
    expect(tokens.length).toBe(5);
    expect((await collect(running[1]!)).finish).toBeUndefined();
    expect((await collect(cancelled)).tokens).toEqual([]);
    expect(backend.statistics).toMatchObject({ active: 0, queued: 0, cancelled: instances + 1 });
    // What an instance does next does not depend on who left it.
    expect((await collect(backend.submit(request({ prompt: [9, 9] })))).tokens).toEqual(tokens);
  });

  test('a bias decides, and is forgotten by the next request', async () => {
    const { backend } = await shared;
    const plain = await collect(backend.submit(request()));
    const logitBias = new Map([[77, 100]]);
    const biased = await collect(backend.submit(request({ sampling: { ...greedy, logitBias } })));
    expect(biased.tokens).toEqual([77, 77, 77, 77, 77]);
    const ended = await collect(backend.submit(request({ sampling: { ...greedy, logitBias: new Map([[258, 100]]) } })));
    expect(ended).toEqual({ tokens: [258], finish: 'stop', logprobs: [] });
    expect(await collect(backend.submit(request()))).toEqual(plain);
  });

  test('reports log probabilities for each token, only to those who ask', async () => {
    const { backend } = await shared;
    const asked = { ...greedy, ignoreStop: true, logprobs: 3 };
    const [one, other] = await Promise.all([
      collect(backend.submit(request({ maxTokens: 90, sampling: asked }))),
      collect(backend.submit(request())),
    ]);
    expect(other.logprobs).toEqual([]);
    expect(one.logprobs).toHaveLength(90);
    for (const [i, { logprob, top }] of one.logprobs.entries()) {
      expect(top).toHaveLength(3);
      // Greedy: the chosen token is the most likely one.
      expect(top[0]!.token).toBe(one.tokens[i]);
      expect(top[0]!.logprob).toBeCloseTo(logprob!, 4);
      expect(top[0]!.logprob).toBeGreaterThanOrEqual(top[1]!.logprob);
      expect(top[1]!.logprob).toBeGreaterThanOrEqual(top[2]!.logprob);
      expect(top.reduce((sum, entry) => sum + Math.exp(entry.logprob), 0)).toBeLessThan(1.001);
    }
  });

  test('embeds prompts: unit vectors that depend on the prompt and on nothing else', async () => {
    const { backend } = await shared;
    const embed = (prompt: number[]) => collect(backend.submit(request({ prompt, maxTokens: 1, embed: true })));
    const [a, b, again] = await Promise.all([embed([1, 2, 3]), embed([3, 2, 2, 7]), embed([1, 2, 3])]);
    for (const { embedding } of [a, b]) {
      expect(embedding).toHaveLength(backend.embeddingWidth);
      expect(Math.hypot(...embedding!)).toBeCloseTo(1, 5);
    }
    expect(again.embedding).toEqual(a.embedding);
    expect(b.embedding).not.toEqual(a.embedding);
    expect((await embed([1, 2, 3])).embedding).toEqual(a.embedding);
    expect((await collect(backend.submit(request()))).embedding).toBeUndefined();
  });

  test('keeps to a grammar, hot as it may be, while others run without one', async () => {
    const { backend } = await shared;
    const { tokenizer } = await fixtureModel();
    const grammar = compileGrammar(jsonSchemaGrammar(schema));
    const plain = await collect(backend.submit(request({ maxTokens: 40 })));
    const hot = (seed: number) => request({ grammar, maxTokens: 250, sampling: { ...greedy, temperature: 2, seed } });
    const [free, ...kept] = await Promise.all([
      collect(backend.submit(request({ maxTokens: 40 }))),
      ...[1, 2, 3].map((seed) => collect(backend.submit(hot(seed)))),
    ]);
    expect(free).toEqual(plain);
    for (const { tokens, finish } of kept) {
      expect(finish).toBe('stop');
      const bytes = Buffer.concat(tokens.map((token) => bytesOf(backend, tokenizer, token)));
      expect(matches(grammar, bytes.toString())).toBe(true);
      expect(JSON.parse(bytes.toString())).toEqual({
        name: expect.any(String),
        kind: expect.stringMatching(/^(cat|dog)$/),
        old: expect.any(Boolean),
      });
    }
  });

  test('refuses prompts that do not fit, and in-band computing that is not there', async () => {
    const { backend } = await shared;
    expect(() => backend.submit(request({ prompt: [] }))).toThrow(/empty/);
    expect(() => backend.submit(request({ prompt: new Array(contextLength).fill(1) }))).toThrow(/holds 256/);
    expect(() => backend.submit(request({ vm: { budget: 1n } }))).toThrow(/vm/);
  });

  test('a full queue refuses with a time to try again', async () => {
    const { backend } = await openHarness({ queue: { total: 3, perKey: 2 } });
    const long = (key: string) => backend.submit(request({ maxTokens: 250, key }));
    // The scheduler looks at the queue when this function waits; so these all stand in it.
    const accepted = [long('a'), long('a')];
    expect(() => long('a')).toThrow(expect.objectContaining({ kind: 'overloaded', retryAfter: expect.any(Number) }));
    accepted.push(long('b'));
    expect(() => long('c')).toThrow(/waiting/);
    expect(backend.statistics).toMatchObject({ queued: 3, rejected: 2 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    accepted.push(long('c'));
    for (const one of accepted) one.cancel();
    await backend.close(0);
  });

  test('a lost device fails what runs, and keeps what waits', async () => {
    const { backend, lose } = await openHarness();
    const expected = await collect(backend.submit(request()));
    let started = 0;
    let waiting: ReturnType<typeof collect> | undefined;
    const running = Array.from({ length: instances }, async () => {
      const generation = backend.submit(request({ maxTokens: 250 }));
      let first = true;
      const onEvent = () => {
        if (first && ++started === instances) {
          waiting = collect(backend.submit(request()));
          lose();
        }
        first = false;
      };
      await expect(collect(generation, onEvent)).rejects.toMatchObject({ kind: 'device' });
    });
    await Promise.all(running);
    expect(await waiting).toEqual(expected);
    expect(await collect(backend.submit(request()))).toEqual(expected);
    expect(backend.statistics).toMatchObject({ state: 'ready', recoveries: 1, failed: instances });
    await backend.close(0);
  });

  test('closing finishes what was accepted, or reports it', async () => {
    const graceful = (await openHarness()).backend;
    const accepted = Array.from({ length: instances + 2 }, () => collect(graceful.submit(request({ maxTokens: 9 }))));
    const closed = graceful.close(60_000);
    expect(() => graceful.submit(request())).toThrow(expect.objectContaining({ kind: 'shutdown' }));
    for (const one of accepted) expect((await one).tokens.length).toBe(9);
    await closed;
    expect(graceful.statistics).toMatchObject({ state: 'closed', finished: instances + 2 });

    const hasty = (await openHarness()).backend;
    const cut = Array.from({ length: instances + 2 }, () => collect(hasty.submit(request({ maxTokens: 250 }))));
    const outcomes = Promise.allSettled(cut);
    await hasty.close(0);
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { kind: 'shutdown' } });
  });
});

async function collect(generation: Generation, onEvent: () => void = () => {}) {
  const tokens: number[] = [];
  const logprobs: TokenLogprob[] = [];
  let finish: string | undefined;
  let embedding: Float32Array | undefined;
  for await (const event of generation) {
    onEvent();
    if (event.type === 'tokens') {
      tokens.push(...event.tokens);
      logprobs.push(...(event.logprobs ?? []));
    } else {
      finish = event.finish;
      embedding = event.embedding;
    }
  }
  return { tokens, finish, logprobs, ...(embedding ? { embedding } : {}) };
}

/** Scripted tokens are bytes, the model's are those of its tokenizer. */
function bytesOf(backend: GenerationBackend, tokenizer: Tokenizer, token: number): Uint8Array {
  if (token === 258) return new Uint8Array();
  return scripted.has(backend) ? Uint8Array.of(token) : tokenizer.tokenBytes(token);
}
