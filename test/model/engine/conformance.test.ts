import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../../src/gpu/index.ts';
import { Engine } from '../../../src/model/engine/index.ts';
import { openGguf } from '../../../src/model/gguf/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(process.env.RESIDENT_SHARED ?? join(root, '..', 'shared'), 'conformance/logits');
const files = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.gguf')) : [];

interface Expected {
  tokens: number[];
  argmax: number[];
  logits: number[];
  greedy: number[];
  top1_gap: number[];
}

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

describe.skipIf(files.length === 0)('logits of ../shared/conformance (skipped where that folder is absent)', () => {
  test.each(files)('%s', async (file) => {
    const expected = JSON.parse(readFileSync(join(folder, file.replace('.gguf', '.json')), 'utf8')) as Expected;
    const gguf = await openGguf(join(folder, file));
    const engine = await Engine.load(gpu, gguf, { instances: 1, contextLength: 64 });
    const positions: Float32Array[] = [];
    await engine.score(expected.tokens, (_, logits) => positions.push(logits.slice()));
    const last = positions.at(-1)!;
    const difference = Math.hypot(...last.map((v, i) => v - expected.logits[i]!));
    const error = difference / Math.hypot(...expected.logits);
    if (process.env.RESIDENT_PRINT) console.log(file, error);
    expect(error).toBeLessThan(1e-3);

    // What the last position's error may move any logit by, as a bound for all positions.
    const margin = 2 * Math.max(...last.map((v, i) => Math.abs(v - expected.logits[i]!)));
    for (const [i, logits] of positions.entries()) {
      const [first, second] = topTwo(logits);
      if (logits[first]! - logits[second]! > margin) expect(first).toBe(expected.argmax[i]);
    }

    engine.start(0, expected.tokens, { maxTokens: expected.greedy.length, ignoreStop: true });
    const generated = [...(await engine.run(4)).generated(0)];
    const unsure = expected.top1_gap.findIndex((gap) => gap <= 0.05);
    const sure = unsure < 0 ? expected.greedy.length : unsure;
    expect(generated.slice(0, sure)).toEqual(expected.greedy.slice(0, sure));
    engine.destroy();
    await gguf.close();
  });
});

function topTwo(values: Float32Array): [number, number] {
  let first = 0;
  let second = -1;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[first]!) {
      second = first;
      first = i;
    } else if (second < 0 || values[i]! > values[second]!) {
      second = i;
    }
  }
  return [first, second];
}
