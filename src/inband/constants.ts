/**
 * State of the region watch, one record of 32-bit words for each instance.
 *
 * The watch kernel follows the bytes that an instance generates; while a region's program runs, the instance is
 * paused in the engine and `PHASE` is `COMPUTING`.
 */
export const inbandWord = {
  /** 1 while in-band computing is on for this instance. */
  INBAND_ENABLED: 0,
  /** SCANNING or COMPUTING. */
  INBAND_PHASE: 1,
  /** Tokens of the context already looked at: prompt and injected tokens are skipped. */
  INBAND_SCANNED: 2,
  /** Where the scanner is: OUTSIDE, TAG, EXPRESSION, PROGRAM. */
  INBAND_REGION: 3,
  /** The last four bytes, newest lowest. */
  INBAND_WINDOW: 4,
  /** Open brackets inside an expression. */
  INBAND_DEPTH: 5,
  /** The quote character of the literal the scanner is in, plus 256 after a backslash; 0 outside literals. */
  INBAND_QUOTE: 6,
  /** Bytes of source collected, counted beyond the limit too. */
  INBAND_SOURCE_LENGTH: 7,
  /** Regions closed so far. */
  INBAND_REGIONS: 8,
  /** Regions that ended in an error. */
  INBAND_ERRORS: 9,
  /** Instructions executed for this instance's regions, 64 bits. */
  INBAND_INSTRUCTIONS_LO: 10,
  INBAND_INSTRUCTIONS_HI: 11,
  /** Most instructions for one region, 64 bits. */
  INBAND_BUDGET_LO: 12,
  INBAND_BUDGET_HI: 13,
  /** 1 if the region now computed is longer than a source slot. */
  INBAND_TOO_LONG: 14,
  /** 1 while the program is one that the host started: its result is not written into the text. */
  INBAND_SILENT: 15,
  /** Bytes at the start of the source slot that hold earlier programs, whose definitions can be used. */
  INBAND_PRELUDE: 16,
} as const;

/**
 * What instances set by `logit_set`: a record of EDIT_STRIDE words for each, with the number of
 * entries, the samples that they hold for, and entries of token and logit (f32 bits).
 */
const editConstants = {
  EDIT_COUNT: 0,
  EDIT_HOLD: 1,
  EDIT_FIRST: 4,
  EDIT_SLOTS: 510,
  EDIT_STRIDE: 1024,
};

/**
 * The model window: what in-band programs see from address 0x80000000 on, one access at a time. Words of 32 bits, little
 * endian; only logits can be stored to.
 */
export const modelWindow = {
  /** "MODL", tokens of the vocabulary, tokens known, most tokens, layers, KV heads, values of a head, positions with
   * keys and values, width of embeddings, query heads. */
  HEADER: 0x8000_0000,
  /** f32 for each token. A store is a `logit_setf`. */
  LOGITS: 0x8100_0000,
  /** The token at each position. */
  CONTEXT: 0x8200_0000,
  /** WINDOW_TOKEN_BYTES for each token: the length of its text, then the first 60 bytes. */
  VOCABULARY: 0x8300_0000,
  /** f32, index (((layer * 2 + which) * kv_heads + head) * most tokens + position) * head_dim + dim; which: 0 key, 1 value. */
  KEYS_VALUES: 0x9000_0000,
  /** f32, index token * width + dim: as many rows as fit. */
  EMBEDDINGS: 0xc000_0000,
} as const;

export const kernelConstants = {
  ...inbandWord,
  ...editConstants,
  WINDOW_HEADER_WORDS: 10,
  WINDOW_LOGITS: modelWindow.LOGITS,
  WINDOW_CONTEXT: modelWindow.CONTEXT,
  WINDOW_VOCABULARY: modelWindow.VOCABULARY,
  WINDOW_KEYS_VALUES: modelWindow.KEYS_VALUES,
  WINDOW_EMBEDDINGS: modelWindow.EMBEDDINGS,
  WINDOW_TOKEN_BYTES: 64,
  /** Most values that one call copies. */
  COPY_MOST: 4096,
  INBAND_STRIDE: 24,
  INBAND_SCANNING: 0,
  INBAND_COMPUTING: 1,
  REGION_OUTSIDE: 0,
  REGION_TAG: 1,
  REGION_EXPRESSION: 2,
  REGION_PROGRAM: 3,
  /** Most bytes of a result inside `VM[...]`; longer results are cut and end in `...`. */
  INBAND_RESULT_BYTES: 160,
  /** Texts of the collect kernel: one for each trap cause, then our own. */
  INBAND_CAUSES: 64,
  INBAND_TEXT_TOO_LONG: 64,
  INBAND_TEXT_DEFINED: 65,
  INBAND_TEXTS: 66,
} as const;

/** Most instructions that one region may execute, unless the caller says less. */
export const defaultBudget = 4_000_000_000n;
