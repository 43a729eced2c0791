// The compiler's stages as code of the stage machine, for one choice of table sizes.
import type { StageCode } from './rules/assemble.ts';
import type { Expr } from './rules/read.ts';
import { namedSizes, type SlotSizes } from './slot-sizes.ts';
import { template } from './stage-template.generated.ts';

export { type SlotSizes, slotSizes } from './slot-sizes.ts';

/** The stages assembled for all sizes at once. Made at build time by assemble-stages.ts. */
export interface StageTemplate {
  code: readonly number[];
  pool: readonly number[];
  poolTextWord: number;
  entries: Record<string, number>;
  /** Names of the sizes, which are the first symbols; the tables' addresses follow. */
  sizes: readonly string[];
  /** Four numbers for each word of code that depends on a size: its index, symbol, factor, and what is added. */
  places: readonly number[];
  tables: readonly { name: string; fields: number; size: Expr }[];
  /** Word addresses of the scalar globals. */
  globals: Record<string, number>;
  tablesStart: number;
  fields: Record<string, readonly string[]>;
  constants: Record<string, number>;
  owners: { name: string; start: number }[];
}

/** The stages for slots of these sizes. */
export function stageCode(sizes: SlotSizes): StageCode {
  const named = namedSizes(sizes);
  const symbols = template.sizes.map((name) => named[name]!);
  const addresses: Record<string, number> = { ...template.globals };
  let address = template.tablesStart;
  for (const { name, fields, size } of template.tables) {
    addresses[name] = address;
    symbols.push(address);
    address += evaluate(size, named) * Math.max(1, fields);
  }
  const code = new Uint32Array(template.code);
  const { places } = template;
  for (let i = 0; i < places.length; i += 4) {
    code[places[i]!] = symbols[places[i + 1]!]! * places[i + 2]! + places[i + 3]!;
  }
  return {
    code,
    pool: new Uint32Array(template.pool),
    poolTextWord: template.poolTextWord,
    entries: template.entries,
    workWords: address + sizes.stackWords,
    addresses,
    fields: template.fields,
    stackStart: address,
    constants: template.constants,
    owners: template.owners,
  };
}

/** The number of rows of a table. */
function evaluate(e: Expr, sizes: Readonly<Record<string, number>>): number {
  if (e.k === 'num') return e.value;
  if (e.k === 'name') return sizes[e.name] ?? template.constants[e.name] ?? Number.NaN;
  if (e.k === 'binary' && e.op === '*') return evaluate(e.a, sizes) * evaluate(e.b, sizes);
  if (e.k === 'binary' && e.op === '+') return evaluate(e.a, sizes) + evaluate(e.b, sizes);
  throw new Error('stages: a table size is a sum or a product');
}
