import type { Tokenizer } from '../model/tokenizer/index.ts';
import type { Generation, TokenLogprob, VmStatistics } from './backend.ts';

/** A token with what clients may want to know of it. */
export interface TextToken {
  readonly id: number;
  readonly logprob?: TokenLogprob;
}

export type TextEvent =
  | { readonly type: 'text'; readonly text: string; readonly tokens: readonly TextToken[] }
  | {
      readonly type: 'end';
      readonly finish: 'stop' | 'length';
      /** Tokens generated up to the end, hidden ones included. */
      readonly generated: number;
      readonly vm?: VmStatistics;
    };

/**
 * The text of a generation as it grows. Control tokens are hidden. A stop string ends the text before it; text that may
 * be the beginning of one is held back until it is clear.
 *
 * @param stop strings that end the text; none may be empty
 */
export async function* textOf(
  generation: Generation,
  tokenizer: Tokenizer,
  stop: readonly string[],
): AsyncGenerator<TextEvent> {
  const decoder = tokenizer.stream();
  let held = '';
  let tokens: TextToken[] = [];
  let generated = 0;
  for await (const event of generation) {
    if (event.type === 'end') {
      held += decoder.end();
      const cut = firstOf(held, stop);
      const text = cut < 0 ? held : held.slice(0, cut);
      if (text !== '' || tokens.length > 0) yield { type: 'text', text, tokens };
      yield { type: 'end', finish: event.finish, generated, ...(event.vm ? { vm: event.vm } : {}) };
      return;
    }
    for (const [index, id] of event.tokens.entries()) {
      generated++;
      held += decoder.push(id);
      const logprob = event.logprobs?.[index];
      if (!tokenizer.isControl(id)) tokens.push({ id, ...(logprob ? { logprob } : {}) });
      const cut = firstOf(held, stop);
      if (cut < 0) continue;
      yield { type: 'text', text: held.slice(0, cut), tokens };
      yield { type: 'end', finish: 'stop', generated };
      return;
    }
    const safe = held.length - heldBack(held, stop);
    if (safe === 0) continue;
    yield { type: 'text', text: held.slice(0, safe), tokens };
    held = held.slice(safe);
    tokens = [];
  }
}

/** Where the first stop string begins; -1 if there is none. */
function firstOf(text: string, stop: readonly string[]): number {
  let first = -1;
  for (const one of stop) {
    const at = text.indexOf(one);
    if (at >= 0 && (first < 0 || at < first)) first = at;
  }
  return first;
}

/** Length of the longest end of `text` that is the beginning of a stop string. */
function heldBack(text: string, stop: readonly string[]): number {
  let longest = 0;
  for (const one of stop) {
    for (let length = Math.min(one.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(one.slice(0, length))) longest = length;
    }
  }
  return longest;
}
