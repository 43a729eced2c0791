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

/** Questions to the shipped model; compared up to the end of the region, where llama.cpp has no result to go on with. */
export const questions = [
  'What is 847 times 293?',
  'What is 12345 plus 54321?',
  'A shop had 512 apples and sold 133 of them. How many are left?',
  'What is the remainder of 9876 divided by 54?',
];
export const shippedPrompt = (question: string) => `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;
export const shippedLength = 16;
