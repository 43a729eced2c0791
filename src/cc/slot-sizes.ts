// How large the tables of one compiler slot are.
/** Sizes of one slot's tables. Each limit that a program exceeds is an error that names it. */
export interface SlotSizes {
  /** Bytes of source. */
  sourceBytes: number;
  tokens: number;
  nodes: number;
  /** Different names. */
  names: number;
  symbols: number;
  types: number;
  parameters: number;
  functions: number;
  /** Labels and jumps of one function. */
  labels: number;
  /** Labels that `goto` names. */
  gotos: number;
  calls: number;
  relocations: number;
  macros: number;
  /** Tokens of all macro bodies. */
  macroTokens: number;
  /** Tokens of one macro expansion, those in between included. */
  expansionTokens: number;
  /** Bytes of names and strings that macros make. */
  macroTextBytes: number;
  /** Bytes of initialised data. */
  dataBytes: number;
  /** Words of the stack on which the grammar's functions call each other. */
  stackWords: number;
  diagnosticBytes: number;
  textBytes: number;
}

/** Table sizes for a source size; generous for ordinary programs. */
export function slotSizes(sourceBytes: number, textBytes = 16384, given: Partial<SlotSizes> = {}): SlotSizes {
  const source = Math.ceil(sourceBytes / 4) * 4;
  return {
    sourceBytes: source,
    tokens: Math.max(256, source >> 1),
    nodes: Math.max(256, source >> 1),
    names: Math.max(64, source >> 3),
    symbols: Math.max(32, source >> 4),
    types: Math.max(32, source >> 4),
    parameters: Math.max(16, source >> 5),
    functions: Math.max(16, source >> 7),
    labels: Math.max(128, source >> 4),
    gotos: Math.max(8, source >> 8),
    calls: Math.max(512, source >> 2),
    macros: Math.max(16, source >> 7),
    macroTokens: Math.max(64, source >> 4),
    expansionTokens: Math.max(128, source >> 3),
    macroTextBytes: Math.max(256, source >> 3),
    relocations: Math.max(16, source >> 5),
    dataBytes: Math.max(2048, source),
    stackWords: Math.max(2048, source >> 1),
    diagnosticBytes: Math.min(8192, Math.max(256, source >> 2)),
    textBytes,
    ...given,
  };
}

/** The sizes under the names that the stages' sources use. */
export function namedSizes(sizes: SlotSizes): Readonly<Record<string, number>> {
  return {
    NAMES: sizes.names,
    NAME_HEADS: 2 ** Math.ceil(Math.log2(sizes.names / 2)),
    TOKENS: sizes.tokens,
    NODES: sizes.nodes,
    SYMBOLS: sizes.symbols,
    TYPES: sizes.types,
    PARAMETERS: sizes.parameters,
    FUNCTIONS: sizes.functions,
    LABELS: sizes.labels,
    FIXES: sizes.labels * 2,
    GOTOS: sizes.gotos,
    CALLS: sizes.calls,
    RELOCATIONS: sizes.relocations,
    DATA_WORDS: sizes.dataBytes / 4,
    DIAGNOSTIC_WORDS: sizes.diagnosticBytes / 4,
    SOURCE_BYTES: sizes.sourceBytes,
    TEXT_WORDS: sizes.textBytes / 4,
    OWN_WORDS: sizes.macroTextBytes / 4,
    MACROS: sizes.macros,
    MACRO_TOKENS: sizes.macroTokens,
    ITEMS: sizes.expansionTokens,
  };
}
