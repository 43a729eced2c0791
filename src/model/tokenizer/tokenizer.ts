import { ResidentError } from '../../errors.ts';
import type { GgufMetadata } from '../gguf/index.ts';
import { ByteLevelBpe } from './bpe.ts';
import type { MergeTable } from './merge-table.ts';
import { SentencePiece } from './sentencepiece.ts';
import { SpecialTokens } from './special.ts';
import { StreamingUtf8 } from './utf8.ts';
import { readVocabulary, tokenKinds, type Vocabulary } from './vocabulary.ts';

/** What a tokenizing algorithm does; special tokens are split off before it sees the text. */
export interface TokenizerModel {
  readonly kind: 'bpe' | 'sentencepiece';
  /** Defaults for files that do not say. */
  readonly addBos: boolean;
  readonly addEos: boolean;
  /**
   * Appends the tokens of `text` to `out`.
   *
   * @param afterSpecial the text starts, or follows a special token
   */
  encode(text: string, out: number[], afterSpecial: boolean): void;
  /** The bytes that a token stands for; a control token's are its own text. */
  tokenBytes(id: number): Uint8Array;
  readonly merges: MergeTable;
  /** Bytes of the symbols at and above the vocabulary size, which merges meet but which are no tokens. */
  readonly extraSymbols: readonly Uint8Array[];
  /** The symbol that a byte of ASCII text starts as; -1 if the byte is part of no symbol. */
  byteSymbol(byte: number): number;
  /** The token that a byte becomes where nothing else covers it; -1 if there is none. */
  byteToken(byte: number): number;
}

export interface EncodeOptions {
  /** Add the BOS and EOS tokens that the model wants. Default false. */
  addSpecial?: boolean;
  /** Read the texts of control tokens, such as `<|im_end|>`, as those tokens. Default false. */
  parseSpecial?: boolean;
  /** Recognise no special tokens at all, not even user-defined ones: for text that a program made. Default false. */
  plain?: boolean;
  /** A character that is left out of the text once special tokens have been split off: it keeps them from being seen. */
  without?: string | undefined;
}

export interface DecodeOptions {
  /** Show control tokens as their text instead of leaving them out. Default false. */
  special?: boolean;
}

const nothing = new Uint8Array();

/**
 * Text to tokens and back, as llama.cpp does it for the same file.
 *
 * Without options, `encode` is llama.cpp's `tokenize(text, add_special = false, parse_special = false)`.
 */
export class Tokenizer {
  readonly vocabulary: Vocabulary;
  readonly model: ByteLevelBpe | SentencePiece;
  /** Whether the model wants BOS in front, EOS behind. */
  readonly addBos: boolean;
  readonly addEos: boolean;
  readonly #special: SpecialTokens;
  readonly #bytes: (Uint8Array | undefined)[] = [];

  /** @throws ResidentError naming the file and what is wrong or not supported */
  constructor(metadata: GgufMetadata) {
    this.vocabulary = readVocabulary(metadata);
    this.model = openModel(this.vocabulary, metadata);
    this.#special = new SpecialTokens(this.vocabulary);
    this.addBos = metadata.boolean('tokenizer.ggml.add_bos_token', this.model.addBos);
    this.addEos = metadata.boolean('tokenizer.ggml.add_eos_token', this.model.addEos);
    if (this.addBos) requireToken(this.vocabulary, 'bos');
    if (this.addEos) requireToken(this.vocabulary, 'eos');
  }

  /** Number of tokens. */
  get size(): number {
    return this.vocabulary.texts.length;
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    const { addSpecial = false, parseSpecial = false, plain = false, without } = options;
    const { bos, eos } = this.vocabulary;
    const out: number[] = [];
    if (addSpecial && this.addBos && bos !== undefined) out.push(bos);
    let afterSpecial = true;
    const wellFormed = text.toWellFormed();
    const fragments = plain ? [wellFormed].filter(Boolean) : this.#special.split(wellFormed, parseSpecial);
    for (const fragment of fragments) {
      if (typeof fragment === 'number') out.push(fragment);
      else this.model.encode(without ? fragment.replaceAll(without, '') : fragment, out, afterSpecial);
      afterSpecial = typeof fragment === 'number';
    }
    if (addSpecial && this.addEos && eos !== undefined) out.push(eos);
    return out;
  }

  /** The bytes of one token; none for control tokens unless `special` is set, and none for ids that do not exist. */
  tokenBytes(id: number, options: DecodeOptions = {}): Uint8Array {
    if (!(id >= 0 && id < this.size) || (this.isControl(id) && !options.special)) return nothing;
    this.#bytes[id] ??= this.model.tokenBytes(id);
    return this.#bytes[id];
  }

  /** Control tokens steer the model and are not part of the text. */
  isControl(id: number): boolean {
    const kind = this.vocabulary.kinds[id];
    return kind === tokenKinds.control || kind === tokenKinds.unknown;
  }

  /** The text of tokens that continue other text, so that a SentencePiece token's leading space stays. */
  decode(tokens: Iterable<number>, options: DecodeOptions = {}): string {
    const stream = this.stream(options);
    let text = '';
    for (const id of tokens) text += stream.push(id);
    return text + stream.end();
  }

  /** Decodes tokens one at a time; text appears once its characters are complete. */
  stream(options: DecodeOptions = {}): { push(id: number): string; end(): string } {
    const utf8 = new StreamingUtf8();
    return { push: (id) => utf8.push(this.tokenBytes(id, options)), end: () => utf8.end() };
  }
}

function openModel(vocabulary: Vocabulary, metadata: GgufMetadata): ByteLevelBpe | SentencePiece {
  const model = metadata.string('tokenizer.ggml.model');
  if (model === 'gpt2') return new ByteLevelBpe(vocabulary, metadata);
  if (model === 'llama') return new SentencePiece(vocabulary, metadata);
  throw new ResidentError(`${metadata.fileName}: tokenizer model ${model} is not supported; gpt2 and llama are.`);
}

function requireToken(vocabulary: Vocabulary, role: 'bos' | 'eos'): void {
  if (vocabulary[role] !== undefined) return;
  throw new ResidentError(
    `${vocabulary.fileName}: tokenizer.ggml.${role}_token_id is missing, but the model asks for that token.`,
  );
}
