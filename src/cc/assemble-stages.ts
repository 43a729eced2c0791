// Build time: the compiler's stages as code of the stage machine, as a template for all sizes of slot.
import type { LibraryImage } from './library-image.ts';
import { expressionBuiltin, nameHash, staticNames } from './names.ts';
import { type AssembledCode, assembleProgram, readSources, ruleConstants } from './rules/assemble.ts';
import { namedSizes, slotSizes } from './slot-sizes.ts';
import type { StageTemplate } from './stage-code.ts';

const stages = [
  'common', 'lex', 'macro', 'directive', 'tokenize', 'types', 'symbols', 'nodes', 'expression', 'access', 'builtins', 'declare', 'initialise',
  'statement', 'parse', 'emit', 'values', 'wide', 'conversions', 'evaluate', 'memory', 'function', 'generate',
] as const; // biome-ignore format: one table

const STATIC_NAMES = 1024;

/** Functions of the library that machine code calls for what one instruction cannot do, by environment call number. */
const runtime: readonly [number, string][] = [
  [4100, '__s64_div'], [4101, '__s64_rem'], [4102, '__u64_div'], [4103, '__u64_rem'], [4112, '__f64_add'],
  [4113, '__f64_sub'], [4114, '__f64_mul'], [4115, '__f64_div'], [4117, '__f64_compare'], [4118, '__f64_from_s64'],
  [4119, '__f64_from_u64'], [4120, '__f64_to_s64'], [4121, '__f64_to_u64'], [4122, '__f64_from_f32'],
  [4123, '__f64_to_f32'], [4108, '__f32_from_s64'], [4109, '__f32_from_u64'],
]; // biome-ignore format: one table

/**
 * Assembles the stages. Runs at build time: what programs use is the template that {@link stageTemplate} makes of it.
 *
 * @param sources text of stages/*.c by name
 */
export function assembleStages(
  sources: Readonly<Record<string, string>>,
  sizes: Readonly<Record<string, number>>,
  library: LibraryImage,
  symbols?: (index: number) => number,
): AssembledCode {
  const program = readSources(stages.map((name) => ({ file: `${name}.c`, text: sources[name]! })));
  const functionIndex = (name: string) => Math.max(0, library.functions.indexOf(name));
  const options = {
    entries: ['tokenize', 'parse', 'generate'],
    fault: 'fault',
    stackWords: 0,
    ...(symbols ? { symbolic: { count: Object.keys(sizes).length, value: symbols } } : {}),
    sizes: {
      ...sizes,
      STATIC_NAMES,
      FRAME_FIXES: 64,
      BIG_WORDS: 72,
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
  const numbers = ruleConstants(program, options.sizes);
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
  return assembleProgram(program, { ...options, makePools });
}

/**
 * The stages' code with places to fill in: assembled with two sets of stand-ins for sizes and table addresses, which
 * tells what each word depends on.
 */
export function stageTemplate(sources: Readonly<Record<string, string>>, library: LibraryImage): StageTemplate {
  const names = Object.keys(namedSizes(slotSizes(1024)));
  // Numbers of 27 bits that no sum of others comes near.
  const standIn = (seed: number) => (index: number) => (Math.imul(index + 1, seed) >>> 5) | (1 << 20);
  const [first, second] = [standIn(0x9e3779b1), standIn(0x85ebca6b)];
  const size = (value: (index: number) => number) => Object.fromEntries(names.map((name, i) => [name, value(i)]));
  const a = assembleStages(sources, size(first), library, first);
  const b = assembleStages(sources, size(second), library, second);
  if (a.code.length !== b.code.length) throw new Error('stages: the code has no fixed shape');
  const count = names.length + a.tables.length;
  const places: number[] = [];
  for (let i = 0; i < a.code.length; i++) {
    const [x, y] = [a.code[i]! | 0, b.code[i]! | 0];
    if (x === y) continue;
    const found: [number, number, number][] = [];
    for (let symbol = 0; symbol < count; symbol++) {
      for (const factor of [1, 2, 4, -1]) {
        const rest = x - factor * first(symbol);
        if (rest === y - factor * second(symbol) && Math.abs(rest) < 1 << 16) found.push([symbol, factor, rest]);
      }
    }
    if (found.length !== 1) throw new Error(`stages: word ${i} depends on ${found.length} sizes`);
    const [symbol, factor, rest] = found[0]!;
    places.push(i, symbol, factor, rest);
    a.code[i] = 0;
  }
  const tables = new Set(a.tables.map((t) => t.name));
  return {
    code: [...a.code],
    pool: [...a.pool],
    poolTextWord: a.poolTextWord,
    entries: a.entries,
    sizes: names,
    places,
    tables: a.tables,
    globals: Object.fromEntries(Object.entries(a.addresses).filter(([name]) => !tables.has(name))),
    tablesStart: a.tablesStart,
    fields: a.fields,
    constants: Object.fromEntries(Object.entries(a.constants).filter(([name]) => !names.includes(name))),
    owners: a.owners,
  };
}
