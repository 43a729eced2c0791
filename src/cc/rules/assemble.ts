// Lays out the image of a program in rule C: names, tables, constant pools, entry stubs, code, links.
import { Emitter } from './emitter.ts';
import { Generator } from './generate.ts';
import { StageWord } from './operations.ts';
import { type Expr, type RuleProgram, readRules } from './read.ts';
import { Symbols } from './symbols.ts';

export interface RuleSource {
  file: string;
  text: string;
}

export interface StageCode {
  /** Two words for each instruction. */
  code: Uint32Array;
  /** Constant tables, then text bytes. */
  pool: Uint32Array;
  /** Word of the pool where text starts; text position TEXT_POOL is its first byte. */
  poolTextWord: number;
  /** Instruction index of each entry function's call stub. */
  entries: Record<string, number>;
  /** Words of work memory that one slot needs, the stack included. */
  workWords: number;
  /** Word address of each table and global. */
  addresses: Record<string, number>;
  /** Fields of each table, in order. */
  fields: Record<string, readonly string[]>;
  /** First word of the stack. */
  stackStart: number;
  /** Values of the enumeration constants. */
  constants: Record<string, number>;
  /** Function name of each instruction, for profiles. */
  owners: { name: string; start: number }[];
}

/** Code as the assembler makes it, with what a template needs. */
export interface AssembledCode extends StageCode {
  tables: { name: string; fields: number; size: Expr }[];
  /** Word address of the first table. */
  tablesStart: number;
}

export interface AssembleOptions {
  entries: readonly string[];
  /** Function called when the stack is full or an address is bad; it must not return. */
  fault: string;
  /** Names of table sizes and other numbers that the sources leave open. */
  sizes: Readonly<Record<string, number>>;
  /** Words of the stack. */
  stackWords: number;
  /**
   * For templates: the first `count` sizes, then the tables' addresses, are stand-ins with these values, which no
   * decision may depend on.
   */
  symbolic?: { count: number; value: (index: number) => number };
  /** More pool tables, made by the host; they may hold positions of text. */
  makePools?: (textAt: (text: string) => number) => Record<string, readonly number[]>;
}

/** Reads the sources once, for {@link assembleProgram}. */
export function readSources(sources: readonly RuleSource[]): RuleProgram {
  const program: RuleProgram = { constants: [], globals: [], tables: [], pools: [], functions: [] };
  for (const { file, text } of sources) readRules(text, file, program);
  return program;
}

/** The values of the enumeration constants. */
export function ruleConstants(program: RuleProgram, sizes: Readonly<Record<string, number>>): Record<string, number> {
  const symbols = new Symbols({ sizes });
  defineConstants(symbols, program, sizes);
  return Object.fromEntries(symbols.constants);
}

/** Assembles a program into one code image whose entry stubs call the functions of `options.entries`. */
export function assembleProgram(program: RuleProgram, options: AssembleOptions): AssembledCode {
  const symbols = new Symbols(options);
  const emitter = new Emitter();
  const generator = new Generator(symbols, emitter, program.functions);
  defineConstants(symbols, program, options.sizes);
  symbols.addresses.set('catch_pc', StageWord.CATCH_PC);
  symbols.addresses.set('catch_frame', StageWord.CATCH_FRAME);
  symbols.addresses.set('catch_register', StageWord.CATCH_REGISTER);
  let address: number = StageWord.FREE;
  for (const name of program.globals) symbols.addresses.set(name, address++);
  const tablesStart = address;
  const { symbolic } = options;
  program.tables.forEach(({ name, fields, size }, i) => {
    const at = symbolic ? symbolic.value(symbolic.count + i) : address;
    symbols.addresses.set(name, at);
    symbols.tables.set(name, { address: at, fields });
    if (!symbolic) address += symbols.constant(size) * Math.max(1, fields.length);
  });
  for (const { name, values } of program.pools) {
    symbols.pools.set(name, symbols.pool.length);
    for (const v of values) symbols.pool.push(symbols.constant(v));
  }
  const made = options.makePools?.((text) => symbols.textPosition(text)) ?? {};
  for (const [name, values] of Object.entries(made)) {
    symbols.pools.set(name, symbols.pool.length);
    for (const v of values) symbols.pool.push(v);
  }
  const stackStart = address;
  const entries: Record<string, number> = {};
  // Instruction 0 is never reached: a saved pc of zero means that no stage is under way. A fault continues at 1.
  emitter.emit('HALT', 0, 0, 0, 0);
  for (const name of [options.fault, ...options.entries]) {
    if (name !== options.fault) entries[name] = emitter.here();
    generator.calls.push({ at: emitter.here(), name, args: 0, line: 0 });
    emitter.emit('CALL', 1, 0, 0, 0);
    emitter.emit('HALT', 1, 0, 0, 0);
  }
  for (const f of program.functions) generator.routine(f);
  for (const { at, name, args, line } of generator.calls) {
    const target = generator.functions.get(name);
    if (!target) throw new Error(`rules: line ${line}: no function ${name}`);
    if (line > 0 && target.parameters !== args)
      throw new Error(`rules: line ${line}: ${name} takes ${target.parameters}`);
    emitter.code[at * 2 + 1] = target.address;
  }
  if (emitter.here() > 0xffff) throw new Error('rules: more than 65535 instructions');
  while (symbols.text.length % 4 !== 0) symbols.text.push(0);
  const textWords = new Uint32Array(symbols.text.length / 4);
  for (let i = 0; i < symbols.text.length; i++) textWords[i >> 2]! |= symbols.text[i]! << ((i & 3) * 8);
  const pool = new Uint32Array(symbols.pool.length + textWords.length);
  pool.set(symbols.pool);
  pool.set(textWords, symbols.pool.length);
  return {
    code: new Uint32Array(emitter.code),
    pool,
    poolTextWord: symbols.pool.length,
    entries,
    workWords: stackStart + options.stackWords,
    addresses: Object.fromEntries(symbols.addresses),
    fields: Object.fromEntries([...symbols.tables].map(([name, table]) => [name, table.fields])),
    stackStart,
    constants: Object.fromEntries(symbols.constants),
    owners: generator.owners,
    tables: program.tables.map(({ name, fields, size }) => ({ name, fields: fields.length, size })),
    tablesStart,
  };
}

function defineConstants(symbols: Symbols, program: RuleProgram, sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) symbols.constants.set(name, value);
  let previous = -1;
  for (const { name, value, first } of program.constants) {
    previous = value ? symbols.constant(value) : first ? 0 : previous + 1;
    symbols.constants.set(name, previous);
  }
}
