import { ResidentError } from '../../errors.ts';
import type { GgufMetadata } from '../gguf/index.ts';
import { byteToChar, spellBytes, spelledBytes } from './byte-alphabet.ts';
import { maxRank, mergeSymbols } from './merge.ts';
import { MergeTable } from './merge-table.ts';
import { type Pretokenizer, pretokenizers, splitWords } from './pretokenizers.ts';
import type { TokenizerModel } from './tokenizer.ts';
import { tokenKinds, type Vocabulary } from './vocabulary.ts';

const cacheLimit = 1 << 16;
const cachedLength = 64;
const encoder = new TextEncoder();

/** Byte-level byte-pair encoding, `tokenizer.ggml.model` = `gpt2`. */
export class ByteLevelBpe implements TokenizerModel {
  readonly kind = 'bpe';
  readonly addBos: boolean;
  readonly addEos = false;
  readonly pretokenizer: Pretokenizer;
  readonly merges: MergeTable;
  readonly #byteSymbols = new Int32Array(256);
  readonly #vocabulary: Vocabulary;
  /** Texts of the symbols at and above the vocabulary size: what merges mention but is no token. */
  readonly #extra: string[] = [];
  readonly #cache = new Map<string, Int32Array>();

  /** @throws ResidentError for an unknown pre-tokenizer or broken merges */
  constructor(vocabulary: Vocabulary, metadata: GgufMetadata) {
    this.#vocabulary = vocabulary;
    const name = metadata.string('tokenizer.ggml.pre', 'default');
    const pretokenizer = pretokenizers.get(name);
    if (!pretokenizer) throw new ResidentError(`${metadata.fileName}: pre-tokenizer ${name} is not supported.`);
    this.pretokenizer = pretokenizer;
    this.addBos = pretokenizer.addBos;
    const extraIds = new Map<string, number>();
    const symbol = (text: string): number => {
      const known = vocabulary.ids.get(text) ?? extraIds.get(text);
      if (known !== undefined) return known;
      const id = vocabulary.texts.length + this.#extra.length;
      extraIds.set(text, id);
      this.#extra.push(text);
      return id;
    };
    for (let byte = 0; byte < 256; byte++) this.#byteSymbols[byte] = symbol(byteToChar[byte]!);
    this.merges = this.#readMerges(metadata, symbol);
  }

  encode(text: string, out: number[]): void {
    const { patterns } = this.pretokenizer;
    for (const word of splitWords(text, patterns)) this.#encodeWord(word, out);
  }

  tokenBytes(id: number): Uint8Array {
    const text = this.#vocabulary.texts[id]!;
    const kind = this.#vocabulary.kinds[id];
    const spelled = kind === tokenKinds.normal || kind === tokenKinds.byte || kind === tokenKinds.unused;
    return spelled ? spelledBytes(text) : encoder.encode(text);
  }

  get extraSymbols(): Uint8Array[] {
    return this.#extra.map((text) => spelledBytes(text));
  }

  byteSymbol(byte: number): number {
    return this.#byteSymbols[byte]!;
  }

  byteToken(byte: number): number {
    return this.#vocabulary.ids.get(byteToChar[byte]!) ?? this.#vocabulary.unknown ?? -1;
  }

  #encodeWord(word: string, out: number[]): void {
    const cached = this.#cache.get(word);
    if (cached) {
      for (const id of cached) out.push(id);
      return;
    }
    const start = out.length;
    const bytes = encoder.encode(word);
    const whole = this.pretokenizer.ignoreMerges ? this.#vocabulary.ids.get(spellBytes(bytes)) : undefined;
    if (whole !== undefined) {
      out.push(whole);
    } else {
      const symbols = Int32Array.from(bytes, (byte) => this.#byteSymbols[byte]!);
      const count = mergeSymbols(this.merges, symbols);
      for (let i = 0; i < count; i++) this.#emit(symbols[i]!, out);
    }
    if (word.length > cachedLength) return;
    if (this.#cache.size >= cacheLimit) this.#cache.clear();
    this.#cache.set(word, Int32Array.from(out.slice(start)));
  }

  #emit(symbol: number, out: number[]): void {
    const { texts, ids, unknown, fileName } = this.#vocabulary;
    if (symbol < texts.length) {
      out.push(symbol);
      return;
    }
    for (const char of this.#extra[symbol - texts.length]!) {
      const id = ids.get(char) ?? unknown;
      if (id === undefined) throw new ResidentError(`${fileName}: the vocabulary has no token for the byte ${char}.`);
      out.push(id);
    }
  }

  #readMerges(metadata: GgufMetadata, symbol: (text: string) => number): MergeTable {
    const lines = metadata.has('tokenizer.ggml.merges') ? metadata.strings('tokenizer.ggml.merges') : [];
    if (lines.length > maxRank) {
      throw new ResidentError(
        `${metadata.fileName}: tokenizer.ggml.merges has ${lines.length} entries, over ${maxRank}.`,
      );
    }
    const table = new MergeTable(lines.length);
    for (let rank = 0; rank < lines.length; rank++) {
      const line = lines[rank]!;
      const space = line.indexOf(' ', 1);
      if (space < 0 || space === line.length - 1) {
        throw new ResidentError(`${metadata.fileName}: tokenizer.ggml.merges entry ${rank} is not two texts.`);
      }
      const left = line.slice(0, space);
      const right = line.slice(space + 1);
      table.add(symbol(left), symbol(right), rank, symbol(left + right));
    }
    return table;
  }
}
