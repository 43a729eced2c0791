import { afterAll, expect, test } from 'vitest';
import { openGpu } from '../../src/gpu/index.ts';
import { Engine } from '../../src/model/engine/index.ts';
import type { Generation } from '../../src/serve/backend.ts';
import { EngineBatch } from '../../src/serve/engine-batch.ts';
import { PrefixCache } from '../../src/serve/prefix-cache.ts';
import { Scheduler } from '../../src/serve/scheduler.ts';
import { generator } from '../model/engine/synthetic.ts';
import { fixtureModel } from './fixture.ts';

const page = 4;

/** What a GPU would hold: for each page, the tokens up to its end by which it was computed. */
class Model {
  readonly #cache: PrefixCache;
  readonly #pages: string[];
  readonly #tables: Uint32Array[];
  readonly #tokens: number[][];
  reused = 0;

  constructor(instances: number, perInstance: number) {
    this.#cache = new PrefixCache(instances, perInstance, page);
    this.#pages = new Array(instances * perInstance).fill('');
    this.#tables = Array.from({ length: instances }, (_, i) =>
      Uint32Array.from({ length: perInstance }, (_, p) => i * perInstance + p),
    );
    this.#tokens = this.#tables.map(() => []);
  }

  /** Runs a prompt and its answer, checking that what is reused is there. */
  run(instance: number, prompt: number[], total: number, random: () => number): void {
    const { reused, pages } = this.#cache.start(instance, prompt);
    if (pages) this.#tables[instance] = pages;
    this.reused += reused;
    expect(reused % page).toBe(0);
    expect(reused).toBeLessThan(prompt.length);
    const tokens = [...prompt];
    while (tokens.length < total) tokens.push(Math.floor(random() * 3));
    this.#check(instance, tokens.slice(0, reused));
    for (let end = reused + 1; end <= total; end++)
      this.#pages[this.#pageAt(instance, end - 1)] = tokens.slice(0, end).join();
    this.#tokens[instance] = tokens.slice(0, total - (total % page));
    this.#cache.update(instance, this.#tokens[instance]);
    // Nobody else's pages were touched.
    for (const [other, held] of this.#tokens.entries()) this.#check(other, held);
  }

  #check(instance: number, held: number[]): void {
    for (let end = page; end <= held.length; end += page) {
      expect(this.#pages[this.#pageAt(instance, end - 1)]).toBe(held.slice(0, end).join());
    }
  }

  #pageAt(instance: number, position: number): number {
    return this.#tables[instance]![Math.floor(position / page)]!;
  }
}

test('pages are shared, and never written while somebody else needs them', () => {
  const random = generator(3);
  const model = new Model(4, 6);
  const beginnings = [[1, 1, 1, 1, 2, 2, 2, 2], [1, 1, 1, 1, 3, 3, 3, 3, 0, 0, 0, 0], [5]];
  for (let i = 0; i < 2000; i++) {
    const beginning = beginnings[Math.floor(random() * 3)]!;
    const prompt = [
      ...beginning,
      ...Array.from({ length: 1 + Math.floor(random() * 6) }, () => Math.floor(random() * 3)),
    ];
    const total = prompt.length + Math.floor(random() * (24 - prompt.length));
    model.run(Math.floor(random() * 4), prompt, total, random);
  }
  expect(model.reused).toBeGreaterThan(2000);
});

const gpu = await openGpu();
afterAll(() => gpu.close());

test('a prompt’s beginning is computed once, and the answers are those of a run alone', async () => {
  const { gguf, tokenizer } = await fixtureModel();
  const open = async () => {
    const engine = await Engine.load(gpu, gguf, { instances: 4, contextLength: 256, rows: 16 });
    return EngineBatch.create(gpu, engine, tokenizer, undefined);
  };
  const system = Array.from({ length: 150 }, (_, i) => (i * 37) % 250);
  const prompts = Array.from({ length: 10 }, (_, i) => [...system, 3 * i, i, 7]);
  const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 5, ignoreStop: true };
  const ask = (backend: Scheduler, prompt: number[]) =>
    collect(backend.submit({ prompt, maxTokens: 20, sampling, key: 'a' }));

  const together = await Scheduler.open(open);
  const answers = await Promise.all(prompts.map((prompt) => ask(together, prompt)));
  // 144 of the 150 tokens are whole pages; the first prompt computes them.
  expect(together.statistics.reusedTokens).toBe(9 * 144);
  // A conversation that goes on finds its own pages.
  const before = together.statistics.reusedTokens;
  await ask(together, [...prompts[9]!, ...answers[9]!, 1, 2, 3]);
  expect(together.statistics.reusedTokens - before).toBe(160);
  await together.close(0);

  for (const i of [0, 3, 9]) {
    const fresh = await Scheduler.open(open);
    expect(await ask(fresh, prompts[i]!)).toEqual(answers[i]);
    expect(fresh.statistics.reusedTokens).toBe(0);
    await fresh.close(0);
  }
});

async function collect(generation: Generation): Promise<number[]> {
  const tokens: number[] = [];
  for await (const event of generation) if (event.type === 'tokens') tokens.push(...event.tokens);
  return tokens;
}
