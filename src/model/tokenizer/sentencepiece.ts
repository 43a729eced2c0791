import { ResidentError } from '../../errors.ts';
import type { GgufMetadata } from '../gguf/index.ts';
import { maxRank, mergeSymbols } from './merge.ts';
import { MergeTable } from './merge-table.ts';
import type { TokenizerModel } from './tokenizer.ts';
import { tokenKinds, type Vocabulary } from './vocabulary.ts';

const spaceMark = '▁';
const maxTokenChars = 1024;
const encoder = new TextEncoder();

/**
 * SentencePiece BPE as Llama 2 uses it, `tokenizer.ggml.model` = `llama`.
 *
 * Text starts as characters, with spaces as `▁`; two neighbours merge when together they are a token, the token of the
 * highest score first, then the leftmost. Characters that are no token are written as bytes.
 */
export class SentencePiece implements TokenizerModel {
  readonly kind = 'sentencepiece';
  readonly addBos = true;
  readonly addEos = false;
  readonly merges: MergeTable;
  /** Whether text that starts, or follows a special token, gets a space in front. */
  readonly addSpacePrefix: boolean;
  /** Symbol of each character that is a token or part of one. */
  readonly #charSymbols: ReadonlyMap<string, number>;
  /** Characters of the symbols at and above the vocabulary size. */
  readonly #extraChars: string[] = [];
  readonly #byteTokens: Int32Array;
  readonly #vocabulary: Vocabulary;

  /** @throws ResidentError when scores are missing or not numbers */
  constructor(vocabulary: Vocabulary, metadata: GgufMetadata) {
    this.#vocabulary = vocabulary;
    this.addSpacePrefix = metadata.boolean('tokenizer.ggml.add_space_prefix', true);
    const { texts, ids, unknown = -1 } = vocabulary;
    const scores = metadata.numbers('tokenizer.ggml.scores');
    if (scores?.length !== texts.length) {
      throw new ResidentError(
        `${metadata.fileName}: tokenizer.ggml.scores has ${scores?.length ?? 0} entries for ${texts.length} tokens.`,
      );
    }
    this.#byteTokens = Int32Array.from(
      { length: 256 },
      (_, byte) => ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`) ?? unknown,
    );
    const ranks = ranksOf(scores, metadata.fileName);
    const chars = new Map<string, number>();
    this.#charSymbols = chars;
    let splits = 0;
    for (const text of texts) {
      for (const char of text) {
        splits++;
        if (chars.has(char)) continue;
        const id = ids.get(char) ?? texts.length + this.#extraChars.push(char) - 1;
        chars.set(char, id);
      }
    }
    this.merges = new MergeTable(splits);
    for (let id = 0; id < texts.length; id++) this.#addSplits(id, ranks[id]!);
  }

  encode(text: string, out: number[], afterSpecial: boolean): void {
    const prefixed = this.addSpacePrefix && afterSpecial ? ` ${text}` : text;
    const { symbols, charOf } = this.#symbolsOf(prefixed.replaceAll(' ', spaceMark));
    const count = mergeSymbols(this.merges, symbols);
    const size = this.#vocabulary.texts.length;
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i]!;
      if (symbol < size) out.push(symbol);
      else this.#emitBytes(charOf(symbol), out);
    }
  }

  tokenBytes(id: number): Uint8Array {
    const text = this.#vocabulary.texts[id]!;
    if (this.#vocabulary.kinds[id] === tokenKinds.byte) {
      const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(text);
      if (byte) return Uint8Array.of(Number.parseInt(byte[1]!, 16));
    }
    const normal = this.#vocabulary.kinds[id] === tokenKinds.normal || this.#vocabulary.kinds[id] === tokenKinds.unused;
    return encoder.encode(normal ? text.replaceAll(spaceMark, ' ') : text);
  }

  /** One symbol for each character; characters that no token has get symbols above all others. */
  #symbolsOf(text: string): { symbols: Int32Array; charOf: (symbol: number) => string } {
    const chars = Array.from(text);
    const first = this.#vocabulary.texts.length;
    const foreign = new Map<string, number>();
    const foreignChars: string[] = [];
    const symbols = new Int32Array(chars.length);
    for (let i = 0; i < chars.length; i++) {
      const char = chars[i]!;
      let symbol = this.#charSymbols.get(char) ?? foreign.get(char);
      if (symbol === undefined) {
        symbol = first + this.#extraChars.length + foreignChars.push(char) - 1;
        foreign.set(char, symbol);
      }
      symbols[i] = symbol;
    }
    const known = this.#extraChars.length;
    const charOf = (symbol: number) => {
      const index = symbol - first;
      return index < known ? this.#extraChars[index]! : foreignChars[index - known]!;
    };
    return { symbols, charOf };
  }

  get extraSymbols(): Uint8Array[] {
    return this.#extraChars.map((char) => encoder.encode(char));
  }

  byteSymbol(byte: number): number {
    const char = byte === 0x20 ? spaceMark : String.fromCharCode(byte);
    return (byte < 0x80 ? this.#charSymbols.get(char) : undefined) ?? -1;
  }

  byteToken(byte: number): number {
    return this.#byteTokens[byte]!;
  }

  #emitBytes(char: string, out: number[]): void {
    for (const byte of encoder.encode(char)) {
      const id = this.#byteTokens[byte]!;
      if (id < 0) {
        throw new ResidentError(`${this.#vocabulary.fileName}: the vocabulary has no token for the character ${char}.`);
      }
      out.push(id);
    }
  }

  /** Adds every way to make token `id` from two symbols. */
  #addSplits(id: number, rank: number): void {
    const { texts, ids, fileName } = this.#vocabulary;
    const text = texts[id]!;
    if (ids.get(text) !== id) return; // a later token has the same text
    const chars = Array.from(text);
    if (chars.length > maxTokenChars) {
      throw new ResidentError(`${fileName}: token ${id} has ${chars.length} characters, over ${maxTokenChars}.`);
    }
    for (let at = 1, left = ''; at < chars.length; at++) {
      left += chars[at - 1];
      const leftSymbol = at === 1 ? this.#charSymbols.get(left) : ids.get(left);
      if (leftSymbol === undefined) continue;
      const right = text.slice(left.length);
      const rightSymbol = at === chars.length - 1 ? this.#charSymbols.get(right) : ids.get(right);
      if (rightSymbol !== undefined) this.merges.add(leftSymbol, rightSymbol, rank, id);
    }
  }
}

/** Ranks by descending score; equal scores share one. */
function ranksOf(scores: ArrayLike<number>, fileName: string): Int32Array {
  const order = Array.from(scores, (_, id) => id).sort((a, b) => scores[b]! - scores[a]!);
  const ranks = new Int32Array(scores.length);
  let rank = -1;
  let previous = Number.NaN;
  for (const id of order) {
    const score = scores[id]!;
    if (Number.isNaN(score)) throw new ResidentError(`${fileName}: tokenizer.ggml.scores entry ${id} is not a number.`);
    if (score !== previous) rank++;
    previous = score;
    ranks[id] = rank;
  }
  if (rank > maxRank) throw new ResidentError(`${fileName}: tokenizer.ggml.scores has over ${maxRank} values.`);
  return ranks;
}
