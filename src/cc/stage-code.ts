// The compiler's stages as code of the stage machine, for one choice of table sizes.
import { nameHash, staticNames } from './names.ts';
import { assembleRules, type RuleSource, type StageCode } from './rules/assemble.ts';
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
  labels: number;
  /** Words of the stack on which the grammar's functions call each other. */
  stackWords: number;
  diagnosticBytes: number;
  textBytes: number;
}

const expressionStages = [
  'common', 'lex', 'tokenize', 'types', 'symbols', 'nodes', 'expression', 'builtins', 'first', 'parse',
  'emit', 'values', 'generate',
]; // biome-ignore format: one table

const STATIC_NAMES = 256;

/** Assembles the stages. Pure and quick (a few milliseconds); the result depends on `sizes` only. */
export function stageCode(sizes: SlotSizes): StageCode {
  const sources: RuleSource[] = expressionStages.map((name) => ({
    file: `${name}.c`,
    text: stageSources[name as keyof typeof stageSources],
  }));
  const numbers = {
    STATIC_NAMES,
    NAMES: sizes.names,
    NAME_HEADS: 2 ** Math.ceil(Math.log2(sizes.names / 2)),
    TOKENS: sizes.tokens,
    NODES: sizes.nodes,
    SYMBOLS: sizes.symbols,
    TYPES: sizes.types,
    PARAMETERS: sizes.parameters,
    LABELS: sizes.labels,
    FIXES: sizes.labels * 2,
    DIAGNOSTIC_WORDS: sizes.diagnosticBytes / 4,
    SOURCE_BYTES: sizes.sourceBytes,
    TEXT_WORDS: sizes.textBytes / 4,
    BIG_WORDS: 72,
  };
  const options = {
    entries: ['tokenize', 'parse', 'generate'],
    fault: 'fault',
    sizes: numbers,
    stackWords: sizes.stackWords,
  };
  // The names' kinds are constants of the sources, so assemble with an empty table first.
  const empty = { static_hash: [0], static_text: [0], static_length: [0], static_kind: [0], static_meaning: [0] };
  const { constants } = assembleRules(sources, { ...options, pools: empty });
  const names = staticNames(constants);
  const pools = (textAt: (text: string) => number) => {
    const column = () => new Array<number>(STATIC_NAMES).fill(0);
    const table = {
      static_hash: column(),
      static_text: column(),
      static_length: column(),
      static_kind: column(),
      static_meaning: column(),
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
    }
    return table;
  };
  return assembleRules(sources, { ...options, makePools: pools });
}
