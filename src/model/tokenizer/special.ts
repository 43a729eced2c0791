import { tokenKinds, type Vocabulary } from './vocabulary.ts';

interface SpecialToken {
  id: number;
  text: string;
  /** Recognised in any text, not only where special tokens are asked for. */
  always: boolean;
}

/** A piece of ordinary text, or a special token. */
export type Fragment = string | number;

/**
 * Finds special tokens in text. As in llama.cpp, longer tokens are taken first, user-defined tokens always, control
 * and unknown tokens only when asked for.
 */
export class SpecialTokens {
  readonly #tokens: SpecialToken[] = [];

  constructor(vocabulary: Vocabulary) {
    for (let id = 0; id < vocabulary.texts.length; id++) {
      const kind = vocabulary.kinds[id];
      const special = kind === tokenKinds.control || kind === tokenKinds.unknown || kind === tokenKinds.userDefined;
      const text = vocabulary.texts[id]!;
      if (special && text !== '') this.#tokens.push({ id, text, always: kind === tokenKinds.userDefined });
    }
    const bytes = new Map(this.#tokens.map((token) => [token, utf8Length(token.text)]));
    this.#tokens.sort((a, b) => bytes.get(b)! - bytes.get(a)!);
  }

  split(text: string, parseAll: boolean): Fragment[] {
    let fragments: Fragment[] = text === '' ? [] : [text];
    for (const token of this.#tokens) {
      if (!token.always && !parseAll) continue;
      if (!fragments.some((fragment) => typeof fragment === 'string' && fragment.includes(token.text))) continue;
      fragments = fragments.flatMap((fragment) =>
        typeof fragment === 'string' ? splitAt(fragment, token) : [fragment],
      );
    }
    return fragments;
  }
}

function splitAt(text: string, token: SpecialToken): Fragment[] {
  return text
    .split(token.text)
    .flatMap((piece, i): Fragment[] => [...(i > 0 ? [token.id] : []), ...(piece === '' ? [] : [piece])]);
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
