// Turns rule C into code of the stage machine: one frame register for each local and temporary.
import { FRAME_LIMIT, StageFlag, StageOp, type StageOpName, StageSpace, StageWord, TEXT_POOL } from './operations.ts';
import { type Expr, type RuleFunction, type RuleProgram, readRules, type Stmt } from './read.ts';

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
  /** More pool tables, made by the host. */
  pools?: Readonly<Record<string, readonly number[]>>;
  /** The same, for tables that hold positions of text. */
  makePools?: (textAt: (text: string) => number) => Record<string, readonly number[]>;
}

const arithmetic: Record<string, StageOpName> = {
  '+': 'ADD', '-': 'SUB', '*': 'MUL', '/': 'DIV', '%': 'REM', '&': 'AND', '|': 'OR', '^': 'XOR', '<<': 'SHL', '>>': 'SAR',
  '==': 'EQ', '!=': 'NE', '<': 'LT', '<=': 'LE', '>': 'GT', '>=': 'GE',
}; // biome-ignore format: one table
const intrinsicOps: Record<string, StageOpName> = {
  ult: 'LTU',
  udiv: 'DIVU',
  urem: 'REMU',
  shr: 'SHR',
  mulhu: 'MULHU',
};
const inverse: Record<string, StageOpName> = { EQ: 'NE', NE: 'EQ', LT: 'GE', GE: 'LT', GT: 'LE', LE: 'GT' };
const outside: Record<string, number> = { text: StageSpace.TEXT, job: StageSpace.JOB, control: StageSpace.CONTROL };

/** Added to the address of a global that an instruction takes as its operand b. */
const GLOBAL = 256;
/** Functions of at most so many expressions, without loops, are put in where they are called. */
const INLINE_SIZE = 16;
const INLINE_DEPTH = 4;

/** Reads the sources once, for {@link assembleProgram}. */
export function readSources(sources: readonly RuleSource[]): RuleProgram {
  const program: RuleProgram = { constants: [], globals: [], tables: [], pools: [], functions: [] };
  for (const { file, text } of sources) readRules(text, file, program);
  return program;
}

/** The values of the enumeration constants. */
export function ruleConstants(program: RuleProgram, sizes: Readonly<Record<string, number>>): Record<string, number> {
  return new Assembler(program, { entries: [], fault: '', sizes, stackWords: 0 }).constants();
}

/** Assembles a program that has been read. */
export function assembleProgram(program: RuleProgram, options: AssembleOptions): AssembledCode {
  return new Assembler(program, options).run();
}

/** Assembles the sources into one code image whose entry stubs call the functions of `options.entries`. */
export function assembleRules(sources: readonly RuleSource[], options: AssembleOptions): StageCode {
  return assembleProgram(readSources(sources), options);
}

class Assembler {
  readonly #program: RuleProgram;
  readonly #options: AssembleOptions;
  readonly #code: number[] = [];
  readonly #pool: number[] = [];
  readonly #text: number[] = [];
  readonly #textAt = new Map<string, number>();
  readonly #constants = new Map<string, number>();
  readonly #addresses = new Map<string, number>();
  readonly #tables = new Map<string, { address: number; fields: string[] }>();
  readonly #pools = new Map<string, number>();
  readonly #functions = new Map<string, { address: number; parameters: number }>();
  readonly #calls: { at: number; name: string; args: number; line: number }[] = [];
  readonly #owners: { name: string; start: number }[] = [];

  // Of the function being assembled:
  /** Locals: a register, or a constant argument of an inlined function. */
  #scopes: Map<string, number | { constant: number }>[] = [];
  /** Where the results of inlined functions go. */
  #inlined: { to: number; jumps: number[]; last: Stmt | undefined }[] = [];
  readonly #bodies = new Map<string, RuleFunction>();
  #top = 0;
  #breaks: number[][] = [];
  #continues: number[][] = [];
  #function = '';

  constructor(program: RuleProgram, options: AssembleOptions) {
    this.#program = program;
    this.#options = options;
  }

  constants(): Record<string, number> {
    for (const [name, value] of Object.entries(this.#options.sizes)) this.#constants.set(name, value);
    let previous = -1;
    for (const { name, value, first } of this.#program.constants) {
      previous = value ? this.#constant(value) : first ? 0 : previous + 1;
      this.#constants.set(name, previous);
    }
    return Object.fromEntries(this.#constants);
  }

  run(): AssembledCode {
    this.constants();
    this.#addresses.set('catch_pc', StageWord.CATCH_PC);
    this.#addresses.set('catch_frame', StageWord.CATCH_FRAME);
    this.#addresses.set('catch_register', StageWord.CATCH_REGISTER);
    let address: number = StageWord.FREE;
    for (const name of this.#program.globals) this.#addresses.set(name, address++);
    const tablesStart = address;
    const { symbolic } = this.#options;
    this.#program.tables.forEach(({ name, fields, size }, i) => {
      const at = symbolic ? symbolic.value(symbolic.count + i) : address;
      this.#addresses.set(name, at);
      this.#tables.set(name, { address: at, fields });
      if (!symbolic) address += this.#constant(size) * Math.max(1, fields.length);
    });
    for (const { name, values } of this.#program.pools) {
      this.#pools.set(name, this.#pool.length);
      for (const v of values) this.#pool.push(this.#constant(v));
    }
    const made = this.#options.makePools?.((text) => this.#textPosition(text));
    for (const [name, values] of Object.entries({ ...this.#options.pools, ...made })) {
      this.#pools.set(name, this.#pool.length);
      for (const v of values) this.#pool.push(v);
    }
    const stackStart = address;
    const entries: Record<string, number> = {};
    // Instruction 0 is never reached: a saved pc of zero means that no stage is under way. A fault continues at 1.
    this.#emit('HALT', 0, 0, 0, 0);
    for (const name of [this.#options.fault, ...this.#options.entries]) {
      if (name !== this.#options.fault) entries[name] = this.#here();
      this.#calls.push({ at: this.#here(), name, args: 0, line: 0 });
      this.#emit('CALL', 1, 0, 0, 0);
      this.#emit('HALT', 1, 0, 0, 0);
    }
    for (const f of this.#program.functions) this.#bodies.set(f.name, f);
    for (const f of this.#program.functions) this.#routine(f);
    for (const { at, name, args, line } of this.#calls) {
      const target = this.#functions.get(name);
      if (!target) throw new Error(`rules: line ${line}: no function ${name}`);
      if (line > 0 && target.parameters !== args)
        throw new Error(`rules: line ${line}: ${name} takes ${target.parameters}`);
      this.#code[at * 2 + 1] = target.address;
    }
    if (this.#here() > 0xffff) throw new Error('rules: more than 65535 instructions');
    while (this.#text.length % 4 !== 0) this.#text.push(0);
    const textWords = new Uint32Array(this.#text.length / 4);
    for (let i = 0; i < this.#text.length; i++) textWords[i >> 2]! |= this.#text[i]! << ((i & 3) * 8);
    const pool = new Uint32Array(this.#pool.length + textWords.length);
    pool.set(this.#pool);
    pool.set(textWords, this.#pool.length);
    return {
      code: new Uint32Array(this.#code),
      pool,
      poolTextWord: this.#pool.length,
      entries,
      workWords: stackStart + this.#options.stackWords,
      addresses: Object.fromEntries(this.#addresses),
      fields: Object.fromEntries([...this.#tables].map(([name, table]) => [name, table.fields])),
      stackStart,
      constants: Object.fromEntries(this.#constants),
      owners: this.#owners,
      tables: this.#program.tables.map(({ name, fields, size }) => ({ name, fields: fields.length, size })),
      tablesStart,
    };
  }

  #here(): number {
    return this.#code.length / 2;
  }

  /** @param b register, or a global as {@link GLOBAL} + address */
  #emit(op: StageOpName, a: number, b: number, c: number, immediate: number, flag = false): number {
    const flags = (flag ? StageFlag.IMMEDIATE : 0) | (b >= GLOBAL ? StageFlag.GLOBAL : 0);
    this.#code.push((StageOp[op] | flags | (a << 8) | ((b & 255) << 16) | (c << 24)) >>> 0, immediate >>> 0);
    return this.#here() - 1;
  }

  #patch(at: number, target = this.#here()): void {
    const op = this.#code[at * 2]! & StageFlag.OPERATION;
    this.#code[at * 2 + 1] = op === StageOp.JUMP ? target : ((this.#code[at * 2 + 1]! & 0xffff0000) | target) >>> 0;
  }

  #fold(e: Expr): number | undefined {
    switch (e.k) {
      case 'num':
        return e.value;
      case 'text':
        return this.#textPosition(e.text);
      case 'name': {
        const local = this.#lookup(e.name);
        if (local !== undefined) return typeof local === 'number' ? undefined : local.constant;
        return this.#constants.get(e.name);
      }
      case 'unary': {
        const a = this.#fold(e.a);
        if (a === undefined) return undefined;
        return e.op === '-' ? -a | 0 : e.op === '~' ? ~a : e.op === '!' ? Number(a === 0) : a;
      }
      case 'call': {
        if (e.name === 'pool_of' && e.args[0]?.k === 'name') return this.#pools.get(e.args[0].name);
        if (e.name !== 'address_of' || e.args[0]?.k !== 'name') return undefined;
        const address = this.#addresses.get(e.args[0].name);
        if (address === undefined) throw new Error(`rules: line ${e.line}: no table ${e.args[0].name}`);
        return address;
      }
      case 'binary': {
        const a = this.#fold(e.a);
        const b = this.#fold(e.b);
        if (a === undefined || b === undefined) return undefined;
        if (this.#options.symbolic && !['+', '-', '*'].includes(e.op) && this.#isSymbolic(e)) return undefined;
        switch (e.op) {
          case '+': return (a + b) | 0;
          case '-': return (a - b) | 0;
          case '*': return Math.imul(a, b);
          case '/': return (a / b) | 0;
          case '%': return a % b | 0;
          case '&': return a & b;
          case '|': return a | b;
          case '^': return a ^ b;
          case '<<': return a << b;
          case '>>': return a >> b;
          case '<': return Number(a < b);
          case '>': return Number(a > b);
          case '==': return Number(a === b);
          case '!=': return Number(a !== b);
          default: return undefined;
        } // biome-ignore format: one table
      }
      default:
        return undefined;
    }
  }

  /** True when the value comes from a stand-in. */
  #isSymbolic(e: Expr): boolean {
    if (e.k === 'name') {
      const index = Object.keys(this.#options.sizes).indexOf(e.name);
      return this.#lookup(e.name) === undefined && index >= 0 && index < (this.#options.symbolic?.count ?? 0);
    }
    if (e.k === 'call') return e.name === 'address_of';
    if (e.k === 'unary') return this.#isSymbolic(e.a);
    return e.k === 'binary' && (this.#isSymbolic(e.a) || this.#isSymbolic(e.b));
  }

  #constant(e: Expr): number {
    const value = this.#fold(e);
    if (value === undefined) throw new Error(`rules: constant expected: ${JSON.stringify(e)}`);
    return value;
  }

  #textPosition(text: string): number {
    let at = this.#textAt.get(text);
    if (at === undefined) {
      at = TEXT_POOL + this.#text.length;
      for (const byte of new TextEncoder().encode(text)) this.#text.push(byte);
      this.#text.push(0);
      this.#textAt.set(text, at);
    }
    return at;
  }

  #routine(f: RuleFunction): void {
    this.#functions.set(f.name, { address: this.#here(), parameters: f.parameters.length });
    this.#owners.push({ name: f.name, start: this.#here() });
    this.#function = f.name;
    this.#scopes = [new Map(f.parameters.map((name, index) => [name, index]))];
    this.#top = f.parameters.length;
    this.#statement(f.body);
    this.#emit('RETURN', 0, 0, 0, 0);
    this.#scopes = [];
  }

  #register(): number {
    if (this.#top >= FRAME_LIMIT - 8) throw new Error(`rules: ${this.#function} needs too many registers`);
    return this.#top++;
  }

  #lookup(name: string): number | { constant: number } | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const place = this.#scopes[i]!.get(name);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  #local(name: string): number | undefined {
    const place = this.#lookup(name);
    return typeof place === 'number' ? place : undefined;
  }

  /** An operand b: a register, or a global that nothing changes before the instruction reads it. */
  #operand(e: Expr): number {
    if (e.k === 'name' && this.#lookup(e.name) === undefined && !this.#constants.has(e.name)) {
      const address = this.#addresses.get(e.name);
      if (address !== undefined && address < GLOBAL) return GLOBAL + address;
    }
    return this.#value(e);
  }

  #statement(s: Stmt): void {
    switch (s.k) {
      case 'expr': {
        const top = this.#top;
        this.#effect(s.e);
        this.#top = top;
        return;
      }
      case 'local':
        for (const { name, value } of s.names) {
          const register = this.#register();
          if (value) this.#into(value, register);
          this.#scopes.at(-1)!.set(name, register);
        }
        return;
      case 'block': {
        const top = this.#top;
        this.#scopes.push(new Map());
        for (const inner of s.body) this.#statement(inner);
        this.#scopes.pop();
        this.#top = top;
        return;
      }
      case 'if': {
        const others = this.#test(s.test, false);
        this.#statement(s.then);
        if (!s.other) {
          this.#patchAll(others);
          return;
        }
        const end = this.#emit('JUMP', 0, 0, 0, 0);
        this.#patchAll(others);
        this.#statement(s.other);
        this.#patch(end);
        return;
      }
      case 'loop':
        this.#loop(s);
        return;
      case 'switch':
        this.#switch(s);
        return;
      case 'return': {
        const inlined = this.#inlined.at(-1);
        const top = this.#top;
        if (inlined) {
          if (s.value) this.#into(s.value, inlined.to);
          if (s !== inlined.last) inlined.jumps.push(this.#emit('JUMP', 0, 0, 0, 0));
        } else {
          const folded = s.value ? this.#fold(s.value) : 0;
          if (folded !== undefined) this.#emit('RETURN', 0, 0, 0, folded, true);
          else this.#emit('RETURN', 0, this.#operand(s.value!), 0, 0);
        }
        this.#top = top;
        return;
      }
      case 'break':
        this.#breaks.at(-1)!.push(this.#emit('JUMP', 0, 0, 0, 0));
        return;
      case 'continue':
        this.#continues.at(-1)!.push(this.#emit('JUMP', 0, 0, 0, 0));
        return;
      default:
        throw new Error(`rules: ${s.k} outside a switch in ${this.#function}`);
    }
  }

  #patchAll(jumps: number[], target = this.#here()): void {
    for (const at of jumps) this.#patch(at, target);
  }

  #loop(s: Stmt & { k: 'loop' }): void {
    const top = this.#top;
    this.#scopes.push(new Map());
    if (s.init) this.#statement(s.init);
    this.#breaks.push([]);
    this.#continues.push([]);
    const skip = s.testFirst && s.test ? this.#test(s.test, false) : [];
    const start = this.#here();
    this.#statement(s.body);
    this.#patchAll(this.#continues.pop()!);
    if (s.step) this.#statement({ k: 'expr', e: s.step });
    if (s.test) this.#patchAll(this.#test(s.test, true), start);
    else this.#emit('JUMP', 0, 0, 0, start);
    this.#patchAll(skip);
    this.#patchAll(this.#breaks.pop()!);
    this.#scopes.pop();
    this.#top = top;
  }

  #switch(s: Stmt & { k: 'switch' }): void {
    const top = this.#top;
    const value = this.#value(s.value);
    const cases: { value: number; index: number }[] = [];
    s.body.forEach((inner, index) => {
      if (inner.k === 'case') for (const v of inner.values) cases.push({ value: this.#constant(v), index });
    });
    const values = cases.map((c) => c.value);
    const low = Math.min(...values);
    const count = Math.max(...values) - low + 1;
    const dense = cases.length >= 4 && count <= cases.length * 8 + 16;
    const table = this.#pool.length;
    const jumps = new Map<number, number[]>();
    let defaultJump = -1;
    if (dense) {
      this.#pool.push(low, count, 0, ...new Array<number>(count).fill(-1));
      this.#emit('SWITCH', 0, value, 0, table);
    } else {
      for (const c of cases) {
        const at = this.#branch('EQ', value, { k: 'num', value: c.value });
        jumps.set(c.index, [...(jumps.get(c.index) ?? []), at]);
      }
      defaultJump = this.#emit('JUMP', 0, 0, 0, 0);
    }
    this.#breaks.push([]);
    this.#scopes.push(new Map());
    let defaultTarget = -1;
    s.body.forEach((inner, index) => {
      if (inner.k === 'case') {
        if (dense) {
          for (const v of inner.values) this.#pool[table + 3 + this.#constant(v) - low] = this.#here();
        } else this.#patchAll(jumps.get(index) ?? []);
      } else if (inner.k === 'default') defaultTarget = this.#here();
      else this.#statement(inner);
    });
    this.#scopes.pop();
    const end = this.#here();
    if (defaultTarget < 0) defaultTarget = end;
    if (dense) {
      this.#pool[table + 2] = defaultTarget;
      for (let i = 0; i < count; i++) if (this.#pool[table + 3 + i] === -1) this.#pool[table + 3 + i] = defaultTarget;
    } else this.#patch(defaultJump, defaultTarget);
    this.#patchAll(this.#breaks.pop()!, end);
    this.#top = top;
  }

  /** Jumps, to be patched, that are taken when `e` is true (or false, if not `sense`). */
  #test(e: Expr, sense: boolean): number[] {
    const folded = this.#fold(e);
    if (folded !== undefined) return (folded !== 0) === sense ? [this.#emit('JUMP', 0, 0, 0, 0)] : [];
    const top = this.#top;
    let jumps: number[];
    if (e.k === 'unary' && e.op === '!') jumps = this.#test(e.a, !sense);
    else if (e.k === 'binary' && (e.op === '&&' || e.op === '||')) {
      if ((e.op === '||') === sense) jumps = [...this.#test(e.a, sense), ...this.#test(e.b, sense)];
      else {
        const over = this.#test(e.a, !sense);
        jumps = this.#test(e.b, sense);
        this.#patchAll(over);
      }
    } else if (e.k === 'binary' && inverse[arithmetic[e.op] ?? '']) {
      const op = arithmetic[e.op]!;
      const a = isPure(e.b) ? this.#operand(e.a) : this.#value(e.a);
      jumps = [this.#branch(sense ? op : inverse[op]!, a, e.b)];
    } else jumps = [this.#branch(sense ? 'NE' : 'EQ', this.#operand(e), { k: 'num', value: 0 })];
    this.#top = top;
    return jumps;
  }

  #branch(op: StageOpName, a: number, b: Expr): number {
    const folded = this.#fold(b);
    const code = StageOp.BRANCH + StageOp[op] - StageOp.EQ;
    const small = folded !== undefined && folded >= -32768 && folded < 32768;
    const c = small ? 0 : this.#value(b);
    const flags = (small ? StageFlag.IMMEDIATE : 0) | (a >= GLOBAL ? StageFlag.GLOBAL : 0);
    this.#code.push((code | flags | ((a & 255) << 16) | (c << 24)) >>> 0, small ? (folded << 16) >>> 0 : 0);
    return this.#here() - 1;
  }

  /** Evaluates for its effect only. */
  #effect(e: Expr): void {
    if (e.k === 'step') this.#assign({ k: 'assign', op: '+', target: e.target, value: { k: 'num', value: e.delta } });
    else if (e.k === 'assign') this.#assign(e);
    else this.#into(e, this.#register());
  }

  /** The register that holds the value of `e`: a local's own, or a new one. */
  #value(e: Expr): number {
    if (e.k === 'name') {
      const register = this.#local(e.name);
      if (register !== undefined) return register;
    }
    const register = this.#register();
    this.#into(e, register);
    return register;
  }

  #into(e: Expr, to: number): void {
    const folded = this.#fold(e);
    if (folded !== undefined) {
      this.#emit('SET', to, 0, 0, folded);
      return;
    }
    const top = this.#top;
    switch (e.k) {
      case 'name': {
        const register = this.#local(e.name);
        if (register !== undefined) {
          if (register !== to) this.#emit('ADD', to, register, 0, 0, true);
          break;
        }
        const address = this.#addresses.get(e.name);
        if (address === undefined) throw new Error(`rules: line ${e.line} (${this.#function}): no name ${e.name}`);
        this.#emit('LOAD', to, 0, 0, address);
        break;
      }
      case 'index': {
        const { op, index, stride, address } = this.#element(e);
        this.#emit(op, to, index, stride, address);
        break;
      }
      case 'call':
        this.#call(e, to);
        break;
      case 'unary':
        if (e.op === '+') this.#into(e.a, to);
        else if (e.op === '!') this.#emit('EQ', to, this.#operand(e.a), 0, 0, true);
        else if (e.op === '~') this.#emit('XOR', to, this.#operand(e.a), 0, -1, true);
        else {
          const zero = this.#register();
          this.#emit('SET', zero, 0, 0, 0);
          this.#emit('SUB', to, zero, this.#value(e.a), 0);
        }
        break;
      case 'binary':
        if (e.op === '&&' || e.op === '||') {
          // The result register may be an operand, so it is written last.
          const otherwise = this.#test(e, false);
          this.#emit('SET', to, 0, 0, 1);
          const end = this.#emit('JUMP', 0, 0, 0, 0);
          this.#patchAll(otherwise);
          this.#emit('SET', to, 0, 0, 0);
          this.#patch(end);
        } else this.#operate(arithmetic[e.op]!, e.a, e.b, to);
        break;
      case 'cond': {
        const otherwise = this.#test(e.a, false);
        this.#into(e.b, to);
        const end = this.#emit('JUMP', 0, 0, 0, 0);
        this.#patchAll(otherwise);
        this.#into(e.c, to);
        this.#patch(end);
        break;
      }
      case 'assign': {
        const register = this.#assign(e);
        if (register < 0) this.#into(e.target, to);
        else if (register !== to) this.#emit('ADD', to, register, 0, 0, true);
        break;
      }
      case 'step': {
        if (e.post) this.#into(e.target, to);
        const register = this.#assign({
          k: 'assign',
          op: '+',
          target: e.target,
          value: { k: 'num', value: e.delta },
        });
        if (!e.post && register < 0) this.#into(e.target, to);
        else if (!e.post && register !== to) this.#emit('ADD', to, register, 0, 0, true);
        break;
      }
      default:
        throw new Error(`rules: cannot evaluate ${e.k}`);
    }
    this.#top = top;
  }

  #operate(op: StageOpName, a: Expr, b: Expr, to: number): void {
    const left = isPure(b) ? this.#operand(a) : this.#stable(a, b);
    const folded = this.#fold(b);
    if (folded !== undefined) this.#emit(op, to, left, 0, folded, true);
    else this.#emit(op, to, left, this.#value(b), 0);
  }

  /** The value of `a` in a register that evaluating `b` does not change. */
  #stable(a: Expr, b: Expr): number {
    const changes = b.k === 'assign' || b.k === 'step' || b.k === 'cond';
    if (!changes) return this.#value(a);
    const register = this.#register();
    this.#into(a, register);
    return register;
  }

  #element(e: Expr & { k: 'index' }): { op: StageOpName; index: number; stride: number; address: number } {
    const pool = this.#pools.get(e.table);
    const table = this.#tables.get(e.table);
    if (pool === undefined && !table) throw new Error(`rules: line ${e.line}: no table ${e.table}`);
    const field = e.field ? table!.fields.indexOf(e.field) : 0;
    if (field < 0) throw new Error(`rules: line ${e.line}: ${e.table} has no field ${e.field}`);
    const stride = Math.max(1, table?.fields.length ?? 1);
    const address = pool ?? table!.address + field;
    const op = pool === undefined ? 'LOAD' : 'CONST';
    // table[i + constant]: the constant joins the address.
    let index = e.index;
    let offset = 0;
    if (index.k === 'binary' && (index.op === '+' || index.op === '-')) {
      const constant = this.#fold(index.b);
      if (constant !== undefined) {
        offset = (index.op === '-' ? -constant : constant) * stride;
        index = index.a;
      }
    }
    const folded = this.#fold(index);
    if (folded !== undefined) return { op, index: 0, stride: 0, address: address + offset + folded * stride };
    return { op, index: this.#operand(index), stride, address: address + offset };
  }

  /** Assigns; returns the register with the new value. */
  #assign(e: Expr & { k: 'assign' }): number {
    const { target } = e;
    const value: Expr = e.op ? { k: 'binary', op: e.op, a: target, b: e.value } : e.value;
    if (target.k === 'name') {
      const local = this.#local(target.name);
      if (local !== undefined) {
        this.#into(value, local);
        return local;
      }
      const address = this.#addresses.get(target.name);
      if (address === undefined) throw new Error(`rules: line ${target.line}: no name ${target.name}`);
      return this.#store(value, address, 0, 0, address < GLOBAL ? address : undefined);
    }
    if (target.k !== 'index') throw new Error('rules: cannot assign to this');
    if (e.op && !['name', 'num'].includes(target.index.k)) {
      // Evaluate an index with effects or cost once.
      const index = this.#value(target.index);
      const name = `#${index}`;
      this.#scopes.at(-1)!.set(name, index);
      const again: Expr = { ...target, index: { k: 'name', name, line: target.line } };
      return this.#assign({ ...e, target: again });
    }
    const folded = this.#fold(value);
    const constant = folded !== undefined && folded >= 0 && folded < 256;
    const source = value.k === 'name' && isPure(target.index) ? this.#operand(value) : -1;
    if (source >= GLOBAL) {
      const { op, index, stride, address } = this.#element(target);
      if (op === 'CONST') throw new Error(`rules: line ${target.line}: ${target.table} is constant`);
      this.#emit('STORE_GLOBAL', source - GLOBAL, index, stride, address);
      return -1;
    }
    const register = constant ? folded : source >= 0 ? source : this.#value(value);
    const { op, index, stride, address } = this.#element(target);
    if (op === 'CONST') throw new Error(`rules: line ${target.line}: ${target.table} is constant`);
    this.#emit('STORE', register, index, stride, address, constant);
    return constant ? -1 : register;
  }

  /** Stores a value at a fixed address; returns the register that has it, or -1 when none does. */
  #store(value: Expr, address: number, index: number, stride: number, global: number | undefined): number {
    const folded = this.#fold(value);
    if (global !== undefined && folded !== undefined) {
      this.#emit('SET', global, 0, 1, folded, true);
      return -1;
    }
    // An operation with a constant writes the global itself.
    if (global !== undefined && value.k === 'binary' && arithmetic[value.op] && isPure(value.a)) {
      const right = this.#fold(value.b);
      if (right !== undefined) {
        this.#emit(arithmetic[value.op]!, global, this.#operand(value.a), 1, right, true);
        return -1;
      }
    }
    const register = global === undefined ? this.#value(value) : this.#operand(value);
    if (register >= GLOBAL) {
      this.#emit('ADD', global!, register, 1, 0, true);
      return -1;
    }
    this.#emit('STORE', register, index, stride, address);
    return register;
  }

  #isLocal(e: Expr): boolean {
    return e.k === 'name' && this.#local(e.name) !== undefined;
  }

  /** Puts the body of a small function here; false when it is not one. */
  #inline(e: Expr & { k: 'call' }, to: number): boolean {
    const f = this.#bodies.get(e.name);
    if (!f || this.#inlined.length >= INLINE_DEPTH || !isSmall(f) || f.parameters.length !== e.args.length)
      return false;
    if (this.#top > FRAME_LIMIT / 2) return false;
    const changed = assigned(f.body);
    const scope = new Map<string, number | { constant: number }>();
    e.args.forEach((arg, i) => {
      const name = f.parameters[i]!;
      const folded = changed.has(name) ? undefined : this.#fold(arg);
      if (folded !== undefined) scope.set(name, { constant: folded });
      else if (
        !changed.has(name) &&
        this.#isLocal(arg) &&
        e.args.slice(i + 1).every(isPure) &&
        !this.#isTarget(arg, to)
      ) {
        scope.set(name, this.#value(arg));
      } else {
        const register = this.#register();
        this.#into(arg, register);
        scope.set(name, register);
      }
    });
    const outer = { scopes: this.#scopes, breaks: this.#breaks, continues: this.#continues, function: this.#function };
    this.#scopes = [scope];
    const last = f.body.k === 'block' ? f.body.body.at(-1) : f.body;
    const inlined = { to, jumps: [] as number[], last };
    this.#inlined.push(inlined);
    this.#function = f.name;
    // Result registers may be read before they are written: by the arguments, which are evaluated by now.
    this.#statement(f.body);
    this.#inlined.pop();
    this.#patchAll(inlined.jumps);
    this.#scopes = outer.scopes;
    this.#breaks = outer.breaks;
    this.#continues = outer.continues;
    this.#function = outer.function;
    return true;
  }

  /** The result register: writing it early would change this argument. */
  #isTarget(arg: Expr, to: number): boolean {
    return arg.k === 'name' && this.#local(arg.name) === to;
  }

  #call(e: Expr & { k: 'call' }, to: number): void {
    const [first, second] = e.args;
    const op = intrinsicOps[e.name];
    if (op) {
      this.#operate(op, first!, second!, to);
      return;
    }
    const [, space, direction] = /^(\w+)_(load|store)$/.exec(e.name) ?? [];
    if (space && space in outside) {
      const index = direction === 'load' || isPure(second!) ? this.#operand(first!) : this.#value(first!);
      if (direction === 'load') this.#emit('OUTSIDE_LOAD', to, index, outside[space]!, 0);
      else this.#emit('OUTSIDE_STORE', this.#value(second!), index, outside[space]!, 0);
      return;
    }
    switch (e.name) {
      case 'byte_at':
        this.#emit('BYTE', to, this.#operand(first!), 0, 0);
        return;
      case 'scan_name':
        this.#emit('SCAN', to, this.#operand(first!), 0, 0);
        return;
      case 'skip_blanks':
        this.#emit('SKIP', to, this.#operand(first!), 0, 0);
        return;
      case 'same_text': {
        const a = this.#value(first!);
        const b = this.#value(second!);
        const count = this.#register();
        this.#into(e.args[2]!, count);
        this.#emit('SAME', count, a, b, 0);
        this.#emit('ADD', to, count, 0, 0, true);
        return;
      }
      case 'clear_words': {
        // CLEAR counts its operands down, so they must be its own registers.
        const at = this.#register();
        this.#into(first!, at);
        const count = this.#register();
        this.#into(second!, count);
        this.#emit('CLEAR', 0, at, count, 0);
        return;
      }
      case 'copy_to_text': {
        const at = this.#register();
        this.#into(first!, at);
        const from = this.#register();
        this.#into(second!, from);
        const count = this.#register();
        this.#into(e.args[2]!, count);
        this.#emit('COPY', at, from, count, 0);
        return;
      }
      case 'halt':
        this.#emit('HALT', this.#value(first!), 0, 0, 0);
        return;
      case 'catch_error':
        this.#emit('CATCH', to, 0, 0, 0);
        return;
      case 'throw_error':
        this.#emit('THROW', 0, this.#value(first!), 0, 0);
        return;
      case 'scan_hash':
        this.#emit('LOAD', to, 0, 0, StageWord.SCAN_HASH);
        return;
      case 'fault_code':
        this.#emit('LOAD', to, 0, 0, StageWord.FAULT);
        return;
      default: {
        if (this.#inline(e, to)) return;
        // The result comes back in the register of the return link, before the arguments.
        const link = to === this.#top - 1 ? to : this.#register();
        const base = this.#top;
        for (const arg of e.args) this.#into(arg, this.#register());
        if (e.args.length === 0) this.#register();
        this.#calls.push({ at: this.#here(), name: e.name, args: e.args.length, line: e.line });
        this.#emit('CALL', base, 0, 0, 0);
        if (link !== to) this.#emit('ADD', to, link, 0, 0, true);
      }
    }
  }
}

/** Evaluating `e` changes nothing: no call but of intrinsics that only read. */
function isPure(e: Expr): boolean {
  switch (e.k) {
    case 'assign':
    case 'step':
      return false;
    case 'call':
      return (readers.has(e.name) || e.name in intrinsicOps) && e.args.every(isPure);
    case 'index':
      return isPure(e.index);
    case 'unary':
      return isPure(e.a);
    case 'binary':
      return isPure(e.a) && isPure(e.b);
    case 'cond':
      return isPure(e.a) && isPure(e.b) && isPure(e.c);
    default:
      return true;
  }
}

const readers = new Set([
  'byte_at',
  'text_load',
  'job_load',
  'control_load',
  'scan_hash',
  'fault_code',
  'address_of',
  'pool_of',
  'same_text',
  'skip_blanks',
]);

const small = new WeakMap<RuleFunction, boolean>();

/** Few expressions, no loops, switches or places that errors come back to. */
function isSmall(f: RuleFunction): boolean {
  let known = small.get(f);
  if (known === undefined) {
    const text = JSON.stringify(f.body);
    const size = text.split('"k":').length - 1;
    const calls = text.includes(`"name":"${f.name}"`);
    known = size <= INLINE_SIZE && !calls && !/"k":"(loop|switch)"|catch_error|throw_error|"halt"/.test(text);
    small.set(f, known);
  }
  return known;
}

const changedNames = new WeakMap<Stmt, Set<string>>();

/** Names that a body assigns. */
function assigned(body: Stmt): Set<string> {
  let names = changedNames.get(body);
  if (!names) {
    names = new Set([...JSON.stringify(body).matchAll(/"target":\{"k":"name","name":"(\w+)"/g)].map((m) => m[1]!));
    changedNames.set(body, names);
  }
  return names;
}
