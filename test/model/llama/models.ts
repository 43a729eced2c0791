import { type MixName, type SyntheticShape, syntheticSource } from '../../../src/model/gguf/index.ts';

/** Small models with random weights that both engines read. Their bytes never change. */
export const shape: SyntheticShape = {
  layers: 2,
  width: 256,
  feedForward: 512,
  heads: 4,
  kvHeads: 2,
  head: 64,
  vocabulary: 300,
  tied: false,
};

export const mixes: readonly MixName[] = ['F16', 'Q8_0', 'Q4_K_M'];

export const modelSource = (mix: MixName) => syntheticSource(shape, mix);

/** Read by both: it has letters, digits, several scripts and runs of spaces. */
export const text = `The perplexity of a language model on a text is the exponential of the mean surprise.
Grüße, 世界!  12345 + 67890 = 80235.\n\n\tint main(void) { return 0; }   🚀 the theory of the thing
`.repeat(3);

export const context = 128;
export const greedyPrompt = 'int main';
export const greedyLength = 48;
