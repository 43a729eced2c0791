/**
 * Layout of the vocabulary on the GPU, see {@link GpuVocabulary}.
 *
 * The vocabulary buffer is words: this header, then tables at the word offsets that the header gives. A *symbol* is
 * a token, or at and above `SIZE` a text that merges meet but that is no token.
 */
export const kernelConstants = {
  /** Tokens. */
  VOCABULARY_SIZE: 0,
  /** Word offset of the text table: for each symbol its first byte in the pool, plus the flags below; then the end. */
  VOCABULARY_TEXTS: 1,
  /** Word offset of the byte pool, four bytes in each word, lowest first. */
  VOCABULARY_POOL: 2,
  /** How text is cut into words: one of `SPLIT_*`. */
  VOCABULARY_SPLIT: 3,
  /** Most digits in one word. */
  VOCABULARY_DIGITS: 4,
  /** Slots of the merge table minus one; longest probe sequence in it. */
  VOCABULARY_MERGE_MASK: 5,
  VOCABULARY_MERGE_PROBES: 6,
  /** Word offset of the table of words that are taken whole, its slots minus one, its longest probe sequence (0: none). */
  VOCABULARY_WORDS: 7,
  VOCABULARY_WORD_MASK: 8,
  VOCABULARY_WORD_PROBES: 9,
  /** 1: text that starts, or follows a special token, gets a space in front. */
  VOCABULARY_SPACE_PREFIX: 10,
  /** 256 words: the symbol of each byte of text. */
  VOCABULARY_BYTE_SYMBOLS: 16,
  /** 256 words: the token that stands for each byte where nothing else does. */
  VOCABULARY_BYTE_TOKENS: 272,
  VOCABULARY_HEADER_WORDS: 528,

  /** Flag in the text table: a control token, no part of the text. */
  VOCABULARY_CONTROL: 0x80000000,
  /** Flag in the text table: a token that ends the model's turn. */
  VOCABULARY_END: 0x40000000,
  VOCABULARY_OFFSET_MASK: 0x3fffffff,

  /** This vocabulary's word splitting is not available on the GPU. */
  SPLIT_NONE: 0,
  SPLIT_GPT2: 1,
  SPLIT_LLAMA3: 2,
  /** SentencePiece: the whole text is one word. */
  SPLIT_WHOLE: 3,

  /** Longest text, in bytes, that one call encodes. */
  ENCODE_TEXT_BYTES: 256,
  /** A space may come in front. */
  ENCODE_SYMBOLS: 257,

  /** Longest text that a workgroup encodes together (`encode_long.wesl`); its words may have ENCODE_TEXT_BYTES each. */
  SHARED_TEXT_BYTES: 4608,
  SHARED_TEXT_WORDS: 1152,
  /** What `encode_shared` returns instead of a number of tokens. */
  ENCODE_LONG_WORD: 0xffffffff,
  ENCODE_NO_ROOM: 0xfffffffe,
} as const;
