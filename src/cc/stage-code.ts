// The compiler's stages as code of the stage machine, for one choice of table sizes and one library.
import type { LibraryImage } from './library-image.ts';
import { expressionBuiltin, nameHash, staticNames } from './names.ts';
import { assembleProgram, type Layout, readSources, ruleConstants, type StageCode } from './rules/assemble.ts';
import type { RuleProgram } from './rules/read.ts';
import { stageSources } from './stages.generated.ts';

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

const stages = [
  'common', 'lex', 'macro', 'directive', 'tokenize', 'types', 'symbols', 'nodes', 'expression', 'access', 'builtins', 'declare', 'initialise',
  'statement', 'parse', 'emit', 'values', 'memory', 'function', 'generate',
] as const; // biome-ignore format: one table

const STATIC_NAMES = 1024;

/** Functions of the library that machine code calls for what one instruction cannot do, by environment call number. */
const runtime: readonly [number, string][] = [
  [4100, '__s64_div'], [4101, '__s64_rem'], [4102, '__u64_div'], [4103, '__u64_rem'], [4112, '__f64_add'],
  [4113, '__f64_sub'], [4114, '__f64_mul'], [4115, '__f64_div'], [4117, '__f64_compare'], [4118, '__f64_from_s64'],
  [4119, '__f64_from_u64'], [4120, '__f64_to_s64'], [4121, '__f64_to_u64'], [4122, '__f64_from_f32'],
  [4123, '__f64_to_f32'], [4108, '__f32_from_s64'], [4109, '__f32_from_u64'],
]; // biome-ignore format: one table

let program: RuleProgram | undefined;

/** The stages' sources as trees, read once. */
export function stageProgram(): RuleProgram {
  program ??= readSources(stages.map((name) => ({ file: `${name}.c`, text: stageSources[name] })));
  return program;
}

/** Assembles the stages. Takes some milliseconds; the result depends on the arguments only. */
export function stageCode(sizes: SlotSizes, library: LibraryImage): StageCode {
  return assembleStages(sizes, library).code;
}

/** The stages' code, and where everything lies, for the native tier. */
export function assembleStages(sizes: SlotSizes, library: LibraryImage): { code: StageCode; layout: Layout } {
  const sources = stageProgram();
  const functionIndex = (name: string) => Math.max(0, library.functions.indexOf(name));
  const options = {
    entries: ['tokenize', 'parse', 'generate'],
    fault: 'fault',
    stackWords: sizes.stackWords,
    sizes: {
      STATIC_NAMES,
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
      FRAME_FIXES: 64,
      GOTOS: sizes.gotos,
      CALLS: sizes.calls,
      RELOCATIONS: sizes.relocations,
      DATA_WORDS: sizes.dataBytes / 4,
      DIAGNOSTIC_WORDS: sizes.diagnosticBytes / 4,
      SOURCE_BYTES: sizes.sourceBytes,
      TEXT_WORDS: sizes.textBytes / 4,
      BIG_WORDS: 72,
      OWN_WORDS: sizes.macroTextBytes / 4,
      MACROS: sizes.macros,
      MACRO_TOKENS: sizes.macroTokens,
      ITEMS: sizes.expansionTokens,
      FRAMES: 64,
      ARGUMENTS: 128,
      CONDITIONS: 32,
      LIBRARY_FUNCTIONS: library.functions.length,
      LIBRARY_DATA_WORDS: library.data.length,
      /** The first function of library/model.c, which comes last. */
      MODEL_FUNCTIONS: functionIndex('__float_of'),
      LIB_EXIT: functionIndex('exit'),
      LIB_ASSERT_FAILED: functionIndex('__assert_failed'),
    },
  };
  const numbers = ruleConstants(sources, options.sizes);
  const { names, constants, strings } = staticNames(numbers, library.functions);
  const makePools = (textAt: (text: string) => number) => {
    const column = () => new Array<number>(STATIC_NAMES).fill(0);
    const runtimeFunctions = new Array<number>(32).fill(0);
    for (const [call, name] of runtime) runtimeFunctions[call - 4100] = functionIndex(name);
    const table = {
      static_hash: column(),
      static_text: column(),
      static_length: column(),
      static_kind: column(),
      static_meaning: column(),
      static_expression: column(),
      constant_lo: constants.map((c) => c.lo),
      constant_hi: constants.map((c) => c.hi),
      constant_type: constants.map((c) => c.type),
      macro_text: strings.map(textAt),
      runtime_functions: runtimeFunctions,
      library_start: library.start,
      library_length: library.length,
      library_calls: library.calls,
      library_call_at: library.callAt,
      library_call_target: library.callTarget,
      library_code: library.code,
      library_data: library.data,
      library_signature: library.signatures.map(textAt),
      library_returns: library.functions.map((name) => Number(!['exit', 'abort', '__assert_failed'].includes(name))),
    };
    for (const { text, kind, meaning } of names) {
      const hash = nameHash(text);
      let i = hash & (STATIC_NAMES - 1);
      while (table.static_text[i] !== 0) i = (i + 1) & (STATIC_NAMES - 1);
      table.static_hash[i] = hash;
      table.static_text[i] = textAt(text);
      table.static_length[i] = text.length;
      table.static_kind[i] = kind;
      table.static_meaning[i] = meaning;
      table.static_expression[i] = expressionBuiltin(text, numbers);
    }
    return table;
  };
  return assembleProgram(sources, { ...options, makePools });
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
    calls: Math.max(512, source >> 3),
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
