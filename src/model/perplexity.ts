import { ResidentError } from '../errors.ts';
import type { Engine } from './engine/index.ts';

export interface PerplexityOptions {
  /** Tokens in one chunk. Default 512. */
  context?: number;
  /** Token that takes the place of the first one of each chunk, for models that want one there. */
  bos?: number | undefined;
  /** Most chunks; default all. */
  chunks?: number;
  onChunk?: (done: number, total: number, perplexity: number) => void;
}

export interface Perplexity {
  perplexity: number;
  /** Standard error. */
  uncertainty: number;
  /** Tokens that were predicted. */
  predicted: number;
  chunks: number;
}

/**
 * How well a model predicts a text, by the rules of llama.cpp's `llama-perplexity`, so that figures compare: the text is
 * cut into chunks of `context` tokens, each read from an empty cache, and the second half of each is predicted.
 * Perplexity = exp(mean of −ln p).
 *
 * @throws ResidentError when the text is shorter than one chunk
 */
export async function perplexity(
  engine: Engine,
  tokens: ArrayLike<number>,
  options: PerplexityOptions = {},
): Promise<Perplexity> {
  const { context = 512, bos, onChunk } = options;
  const chunks = Math.min(Math.floor(tokens.length / context), options.chunks ?? Number.POSITIVE_INFINITY);
  if (chunks === 0) {
    throw new ResidentError(
      `The text has ${tokens.length} tokens, fewer than one chunk of ${context}: use a smaller one.`,
    );
  }
  const first = context >> 1;
  let sum = 0;
  let squares = 0;
  let predicted = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const part = Array.from({ length: context }, (_, i) => tokens[chunk * context + i]!);
    const input = bos === undefined ? part : [bos, ...part.slice(1)];
    await engine.score(input, (position, logits) => {
      if (position < first || position + 1 >= context) return;
      const surprise = -logProbability(logits, part[position + 1]!);
      sum += surprise;
      squares += surprise * surprise;
      predicted++;
    });
    onChunk?.(chunk + 1, chunks, Math.exp(sum / predicted));
  }
  const mean = sum / predicted;
  const variance = Math.max(0, squares / predicted - mean * mean);
  const value = Math.exp(mean);
  const uncertainty = predicted > 1 ? value * Math.sqrt(variance / (predicted - 1)) : 0;
  return { perplexity: value, uncertainty, predicted, chunks };
}

/** Natural logarithm of the softmax of `logits` at `token`. */
function logProbability(logits: Float32Array, token: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > highest) highest = logit;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - highest);
  return logits[token]! - highest - Math.log(total);
}
