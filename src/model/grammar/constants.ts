/** Layout of grammar buffers on the GPU, see {@link GrammarMask}. */
export const kernelConstants = {
  /** Words for each instance. */
  GRAMMAR_STRIDE: 4,
  /** Word offset of the instance's automaton in the table buffer; 0: no grammar. */
  GRAMMAR_TABLE: 0,
  /** State of the automaton after the tokens before POSITION. */
  GRAMMAR_STATE: 1,
  GRAMMAR_POSITION: 2,

  /** An automaton: classes of bytes, then the class of each byte, then the tables below. */
  GRAMMAR_CLASS_COUNT: 0,
  /** Word offsets from the automaton's start: next states (two in a word), and a word for each state that accepts. */
  GRAMMAR_NEXT: 1,
  GRAMMAR_ACCEPTING: 2,
  GRAMMAR_STATES: 3,
  /** 64 words, four classes in each. */
  GRAMMAR_CLASSES: 4,
  GRAMMAR_HEADER_WORDS: 68,
} as const;
