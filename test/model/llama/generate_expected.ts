// Runs the models of models.ts with llama.cpp (npm node-llama-cpp, its CPU build) and writes expected.json.
//
// Usage: node scripts/install-llama-cpp.mjs; node scripts/node24.mjs test/model/llama/generate_expected.ts
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLlamaCpp } from '../../../src/cli/llama-cpp.ts';
import { shippedModel } from '../../../src/cli/package-files.ts';
import { writeSource } from '../../../src/model/gguf/index.ts';
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

interface Sequence {
  clearHistory(): Promise<void>;
  controlledEvaluate(
    input: (number | [number, { generateNext: { probabilities: true } }])[],
  ): Promise<({ next: { probabilities: Map<number, number> } } | undefined)[]>;
}

const url = findLlamaCpp();
if (!url) throw new Error('node-llama-cpp is missing: run node scripts/install-llama-cpp.mjs first');
const { getLlama } = await import(url);
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' });
const folder = mkdtempSync(join(tmpdir(), 'resident-llama-'));
const expected: Record<string, unknown> = {};
for (const mix of mixes) {
  const modelPath = join(folder, `${mix}.gguf`);
  await writeSource(modelSource(mix), modelPath);
  const model = await llama.loadModel({ modelPath });
  const engine = await model.createContext({ contextSize: context, batchSize: context, sequences: 1, threads: 1 });
  const sequence: Sequence = engine.getSequence();
  const tokens: number[] = model.tokenize(text, false);
  const perplexity = await measure(sequence, tokens);
  const greedy = await generate(sequence, model.tokenize(greedyPrompt, false), greedyLength);
  expected[mix] = { tokens, perplexity, greedy };
  await model.dispose();
}
rmSync(folder, { recursive: true });
writeFileSync(new URL('expected.json', import.meta.url), `${JSON.stringify(expected)}\n`);
await recordShipped();
process.exit(0);

/** The shipped model, with the digest of its file: it is trained again now and then. */
async function recordShipped(): Promise<void> {
  const modelPath = shippedModel();
  const model = await llama.loadModel({ modelPath });
  const engine = await model.createContext({ contextSize: 256, batchSize: 256, sequences: 1, threads: 1 });
  const sequence: Sequence = engine.getSequence();
  const answers: unknown[] = [];
  for (const question of questions) {
    const prompt: number[] = model.tokenize(shippedPrompt(question), true);
    answers.push({ prompt, greedy: await generate(sequence, prompt, shippedLength) });
  }
  const sha256 = createHash('sha256').update(readFileSync(modelPath)).digest('hex');
  writeFileSync(new URL('expected-shipped.json', import.meta.url), `${JSON.stringify({ sha256, answers })}\n`);
}

async function measure(sequence: Sequence, tokens: readonly number[]): Promise<number> {
  const first = context >> 1;
  let sum = 0;
  let count = 0;
  for (let at = 0; at + context <= tokens.length; at += context) {
    const part = tokens.slice(at, at + context);
    await sequence.clearHistory();
    const asked = (i: number) => i >= first && i + 1 < context;
    const results = await sequence.controlledEvaluate(
      part.map((token, i) => (asked(i) ? [token, { generateNext: { probabilities: true } }] : token)),
    );
    for (let i = first; i + 1 < context; i++) {
      sum -= Math.log(results[i]!.next.probabilities.get(part[i + 1]!)!);
      count++;
    }
  }
  return Math.exp(sum / count);
}

/** The most likely tokens one after the other, and how far each is above the next likely one (ln of probabilities). */
async function generate(
  sequence: Sequence,
  prompt: readonly number[],
  length: number,
): Promise<{ token: number; gap: number }[]> {
  await sequence.clearHistory();
  const out: { token: number; gap: number }[] = [];
  let input = [...prompt];
  while (out.length < length) {
    const results = await sequence.controlledEvaluate(
      input.map((token, i) => (i + 1 < input.length ? token : [token, { generateNext: { probabilities: true } }])),
    );
    const ranked = [...results[input.length - 1]!.next.probabilities].sort((a, b) => b[1] - a[1]);
    const token = ranked[0]![0];
    out.push({ token, gap: Math.log(ranked[0]![1] / ranked[1]![1]) });
    input = [token];
  }
  return out;
}
