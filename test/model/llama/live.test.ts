import { afterAll, beforeAll, expect, test } from 'vitest';
import { findLlamaCpp } from '../../../src/cli/llama-cpp.ts';
import { shippedModel } from '../../../src/cli/package-files.ts';
import { type Gpu, openGpu } from '../../../src/gpu/index.ts';
import { Engine } from '../../../src/model/engine/index.ts';
import { openGguf } from '../../../src/model/gguf/index.ts';
import { Tokenizer } from '../../../src/model/tokenizer/index.ts';
import { questions, shippedPrompt } from './models.ts';

/** What is used of node-llama-cpp. */
interface LlamaSequence {
  controlledEvaluate(
    input: (number | [number, { generateNext: { probabilities: true } }])[],
  ): Promise<({ next: { probabilities: Map<number, number> } } | undefined)[]>;
  clearHistory(): Promise<void>;
}

interface LlamaModel {
  tokenize(text: string, special: boolean): number[];
  createContext(options: object): Promise<{ getSequence(): LlamaSequence; dispose(): Promise<void> }>;
  dispose(): Promise<void>;
}

interface LlamaModule {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<LlamaModel> }>;
}

// Installed by `node scripts/install-llama-cpp.mjs`, as CI does.
const url = findLlamaCpp();
let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

test.skipIf(!url)(
  'the shipped model writes the same greedy tokens under llama.cpp (needs scripts/install-llama-cpp.mjs)',
  async () => {
    const { getLlama } = (await import(url!)) as LlamaModule;
    const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' });
    const model = await llama.loadModel({ modelPath: shippedModel() });
    const context = await model.createContext({ contextSize: 256, batchSize: 256, sequences: 1, threads: 1 });
    const sequence = context.getSequence();

    const gguf = await openGguf(shippedModel());
    const tokenizer = new Tokenizer(gguf.metadata);
    const engine = await Engine.load(gpu, gguf, { instances: questions.length, contextLength: 256 });
    await gguf.close();
    const length = 32;
    const prompts = questions.map((question) => tokenizer.encode(shippedPrompt(question), { parseSpecial: true }));
    for (const [i, prompt] of prompts.entries()) engine.start(i, prompt, { maxTokens: length, ignoreStop: true });
    const ours = await engine.run(16);

    for (const [i, prompt] of prompts.entries()) {
      expect(model.tokenize(shippedPrompt(questions[i]!), true)).toEqual(prompt);
      await sequence.clearHistory();
      const generated = ours.generated(i);
      let input = [...prompt];
      let compared = 0;
      for (; compared < length; compared++) {
        const results = await sequence.controlledEvaluate(
          input.map((token, k) => (k + 1 < input.length ? token : [token, { generateNext: { probabilities: true } }])),
        );
        const ranked = [...results[input.length - 1]!.next.probabilities].sort((a, b) => b[1] - a[1]);
        const [first, second] = ranked as [[number, number], [number, number]];
        // Where two tokens are almost equally likely, rounding decides, and all that follows differs.
        if (Math.log(first[1] / second[1]) < 0.1) break;
        expect(generated[compared], `${questions[i]} token ${compared}`).toBe(first[0]);
        input = [first[0]];
      }
      expect(compared, questions[i]).toBeGreaterThan(4);
    }
    engine.destroy();
    await context.dispose();
    await model.dispose();
  },
);
