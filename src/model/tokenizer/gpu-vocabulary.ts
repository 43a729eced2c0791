import { ResidentError } from '../../errors.ts';
import { type Binding, type Gpu, storageBuffer } from '../../gpu/index.ts';
import { kernelConstants as layout } from './constants.ts';
import type { Tokenizer } from './tokenizer.ts';

const none = 0xffffffff;

/**
 * A tokenizer's tables on the GPU: the bytes of every token, and what encoding needs.
 *
 * Kernels import functions from `kernels/vocabulary.wesl` (token to bytes) and `kernels/encode.wesl` (text to tokens)
 * and bind {@link bindings} beside their own: `kernel.bind({ 0: a, 1: b, ...vocabulary.bindings })`. A kernel that
 * imports only token to bytes has no binding 9: `{ 0: a, 8: vocabulary.buffers.vocabulary }`. The layout of the words is
 * in `constants.ts`.
 */
export class GpuVocabulary {
  readonly buffers: { readonly vocabulary: GPUBuffer; readonly merges: GPUBuffer };
  /** Whether `encode_text` can be used; false where only the host has the model's word splitting. */
  readonly canEncode: boolean;

  /** @throws ResidentError when ASCII text cannot be written in this vocabulary, or the tables are too large */
  constructor(gpu: Gpu, tokenizer: Tokenizer) {
    const words = vocabularyWords(tokenizer);
    this.canEncode = words[layout.VOCABULARY_SPLIT] !== layout.SPLIT_NONE;
    this.buffers = {
      vocabulary: storageBuffer(gpu, words, { label: 'vocabulary' }),
      merges: storageBuffer(gpu, tokenizer.model.merges.words, { label: 'merges' }),
    };
  }

  /** By binding number, for kernels that import `encode`. */
  get bindings(): Readonly<Record<8 | 9, Binding>> {
    return { 8: this.buffers.vocabulary, 9: this.buffers.merges };
  }

  destroy(): void {
    this.buffers.vocabulary.destroy();
    this.buffers.merges.destroy();
  }
}

/** The words of the vocabulary buffer. */
export function vocabularyWords(tokenizer: Tokenizer): Uint32Array<ArrayBuffer> {
  const { model, vocabulary } = tokenizer;
  const size = tokenizer.size;
  const texts = Array.from({ length: size }, (_, id) => model.tokenBytes(id));
  texts.push(...model.extraSymbols);
  const header = new Uint32Array(layout.VOCABULARY_HEADER_WORDS);
  // Bytes that are part of no symbol become symbols of their own.
  for (let byte = 0; byte < 256; byte++) {
    const symbol = model.byteSymbol(byte);
    header[layout.VOCABULARY_BYTE_SYMBOLS + byte] = symbol >= 0 ? symbol : texts.push(Uint8Array.of(byte)) - 1;
    const token = model.byteToken(byte);
    const needed = byte >= 32 && byte < 127;
    if (token < 0 && needed && (symbol < 0 || symbol >= size)) {
      throw new ResidentError(`${vocabulary.fileName}: the vocabulary has no token for byte ${byte}.`);
    }
    header[layout.VOCABULARY_BYTE_TOKENS + byte] = token >= 0 ? token : none;
  }
  const { offsets, pool } = poolTexts(tokenizer, texts);
  const whole = wholeWords(tokenizer, texts);
  const { split, digits } = splitter(tokenizer);
  const offsetsAt = header.length;
  const poolAt = offsetsAt + offsets.length;
  const wordsAt = poolAt + pool.length;
  header[layout.VOCABULARY_SIZE] = size;
  header[layout.VOCABULARY_TEXTS] = offsetsAt;
  header[layout.VOCABULARY_POOL] = poolAt;
  header[layout.VOCABULARY_SPLIT] = split;
  header[layout.VOCABULARY_DIGITS] = digits;
  header[layout.VOCABULARY_MERGE_MASK] = model.merges.mask;
  header[layout.VOCABULARY_MERGE_PROBES] = model.merges.longestProbe;
  header[layout.VOCABULARY_WORDS] = wordsAt;
  header[layout.VOCABULARY_WORD_MASK] = whole.table.length - 1;
  header[layout.VOCABULARY_WORD_PROBES] = whole.longestProbe;
  header[layout.VOCABULARY_SPACE_PREFIX] = model.kind === 'sentencepiece' && model.addSpacePrefix ? 1 : 0;
  const words = new Uint32Array(wordsAt + whole.table.length);
  words.set(header);
  words.set(offsets, offsetsAt);
  words.set(pool, poolAt);
  words.set(whole.table, wordsAt);
  return words;
}

function poolTexts(tokenizer: Tokenizer, texts: readonly Uint8Array[]): { offsets: Uint32Array; pool: Uint32Array } {
  const { endTokens, fileName } = tokenizer.vocabulary;
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  if (total > layout.VOCABULARY_OFFSET_MASK) throw new ResidentError(`${fileName}: the tokens' texts are too long.`);
  const offsets = new Uint32Array(texts.length + 1);
  const pool = new Uint32Array(Math.ceil(total / 4));
  const bytes = new Uint8Array(pool.buffer);
  let at = 0;
  for (let id = 0; id < texts.length; id++) {
    let entry = at;
    if (id < tokenizer.size && tokenizer.isControl(id)) entry += layout.VOCABULARY_CONTROL;
    if (endTokens.has(id)) entry += layout.VOCABULARY_END;
    offsets[id] = entry;
    bytes.set(texts[id]!, at);
    at += texts[id]!.length;
  }
  offsets[texts.length] = at;
  return { offsets, pool };
}

/** An open-addressing table, by FNV-1a, of the ASCII tokens that are taken whole when a word is exactly them. */
function wholeWords(
  { model, vocabulary }: Tokenizer,
  texts: readonly Uint8Array[],
): { table: Uint32Array; longestProbe: number } {
  if (model.kind !== 'bpe' || !model.pretokenizer.ignoreMerges) return { table: new Uint32Array(1), longestProbe: 0 };
  const ids = [...vocabulary.ids.values()].filter((id) => texts[id]!.length > 0 && texts[id]!.every((b) => b < 128));
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(ids.length * 2 + 2))).fill(none);
  const mask = table.length - 1;
  let longestProbe = 0;
  for (const id of ids) {
    let slot = fnv1a(texts[id]!) & mask;
    let probe = 1;
    for (; table[slot] !== none; probe++) slot = (slot + 1) & mask;
    table[slot] = id;
    longestProbe = Math.max(longestProbe, probe);
  }
  return { table, longestProbe };
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function splitter({ model }: Tokenizer): { split: number; digits: number } {
  if (model.kind === 'sentencepiece') return { split: layout.SPLIT_WHOLE, digits: 0 };
  const ascii = model.pretokenizer.ascii;
  if (!ascii) return { split: layout.SPLIT_NONE, digits: 0 };
  const split = ascii.style === 'gpt2' ? layout.SPLIT_GPT2 : layout.SPLIT_LLAMA3;
  return { split, digits: Math.min(ascii.digits, layout.ENCODE_TEXT_BYTES) };
}
