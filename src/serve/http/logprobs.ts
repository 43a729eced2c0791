import type { Tokenizer } from '../../model/tokenizer/index.ts';
import type { TextToken } from '../text.ts';

const decoder = new TextDecoder();

function describe(tokenizer: Tokenizer, id: number): { token: string; bytes: number[] } {
  const bytes = tokenizer.tokenBytes(id, { special: true });
  return { token: decoder.decode(bytes), bytes: [...bytes] };
}

/** Log probabilities as chat completions show them. */
export function chatLogprobs(tokenizer: Tokenizer, tokens: readonly TextToken[]) {
  const content = tokens.map(({ id, logprob }) => ({
    ...describe(tokenizer, id),
    logprob: logprob?.logprob ?? 0,
    top_logprobs: (logprob?.top ?? []).map((one) => ({ ...describe(tokenizer, one.token), logprob: one.logprob })),
  }));
  return { content, refusal: null };
}

/**
 * Log probabilities as plain completions show them.
 *
 * @param offset characters of the text before these tokens
 */
export function completionLogprobs(tokenizer: Tokenizer, tokens: readonly TextToken[], offset: number) {
  const texts = tokens.map(({ id }) => describe(tokenizer, id).token);
  let at = offset;
  return {
    tokens: texts,
    token_logprobs: tokens.map(({ logprob }) => logprob?.logprob ?? 0),
    top_logprobs: tokens.map(({ logprob }) =>
      Object.fromEntries((logprob?.top ?? []).map((one) => [describe(tokenizer, one.token).token, one.logprob])),
    ),
    text_offset: texts.map((text) => {
      at += text.length;
      return at - text.length;
    }),
  };
}
