import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoProblems, shippedModel } from '../../src/cli/package-files.ts';
import { readProblems } from '../../src/cli/problems.ts';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { InstancePool } from '../../src/inband/index.ts';
import { openGguf } from '../../src/model/gguf/index.ts';
import { ChatTemplate, promptTokens } from '../../src/model/template.ts';

let gpu: Gpu;
let pool: InstancePool;
let requests: { prompt: number[]; maxTokens: number; temperature: number; topK: number; seed: number }[];
beforeAll(async () => {
  gpu = await openGpu();
  const gguf = await openGguf(shippedModel());
  pool = await InstancePool.open(gpu, gguf, { instances: 50, contextLength: 256 });
  await gguf.close();
  const template = ChatTemplate.open(gguf.metadata, pool.tokenizer);
  const problems = await readProblems(demoProblems());
  requests = problems.slice(0, 50).map(({ question }, seed) => ({
    prompt: promptTokens(pool.tokenizer, template.render([{ role: 'user', content: question }])),
    maxTokens: 64,
    temperature: seed % 2,
    topK: 20,
    seed,
  }));
});
afterAll(() => {
  pool.destroy();
  gpu.close();
});

test('an instance of a batch of fifty gives the tokens of a run alone, greedy and sampled', async () => {
  const together = await pool.generate(requests);
  for (const k of [0, 7, 31, 49]) {
    const alone = await pool.generate([requests[k]!]);
    expect([...alone.results[0]!.tokens]).toEqual([...together.results[k]!.tokens]);
  }
  expect(together.statistics.submits).toBeLessThan(together.statistics.tokens / 50);
});

test('more requests than instances take turns', async () => {
  const many = [...requests, ...requests.slice(0, 10)];
  const { results } = await pool.generate(many);
  expect(results).toHaveLength(60);
  for (let i = 0; i < 10; i++) expect(results[50 + i]!.text).toBe(results[i]!.text);
});

test('without the VM nothing is computed', async () => {
  const { results, statistics } = await pool.generate(requests.slice(0, 4).map((r) => ({ ...r, vm: false })));
  expect(statistics.instructions).toBe(0n);
  for (const { vm } of results) expect(vm.regions).toBe(0);
});
