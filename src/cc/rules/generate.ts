// Turns functions of rule C into instructions: one frame register for each local and temporary.
import { type Emitter, GLOBAL } from './emitter.ts';
import { FRAME_LIMIT, type StageOpName, StageSpace, StageWord } from './operations.ts';
import type { Expr, RuleFunction, Stmt } from './read.ts';
import type { Place, Symbols } from './symbols.ts';
import { assigned, intrinsicOps, isPure, isSmall } from './trees.ts';

const arithmetic: Record<string, StageOpName> = {
  '+': 'ADD', '-': 'SUB', '*': 'MUL', '/': 'DIV', '%': 'REM', '&': 'AND', '|': 'OR', '^': 'XOR', '<<': 'SHL', '>>': 'SAR',
  '==': 'EQ', '!=': 'NE', '<': 'LT', '<=': 'LE', '>': 'GT', '>=': 'GE',
}; // biome-ignore format: one table
const inverse: Record<string, StageOpName> = { EQ: 'NE', NE: 'EQ', LT: 'GE', GE: 'LT', GT: 'LE', LE: 'GT' };
const outside: Record<string, number> = { text: StageSpace.TEXT, job: StageSpace.JOB, control: StageSpace.CONTROL };

const INLINE_DEPTH = 4;

export class Generator {
  readonly functions = new Map<string, { address: number; parameters: number }>();
  /** Calls whose target is filled in when all functions have an address. */
  readonly calls: { at: number; name: string; args: number; line: number }[] = [];
  /** Function name of each instruction. */
  readonly owners: { name: string; start: number }[] = [];
  readonly #symbols: Symbols;
  readonly #emitter: Emitter;
  readonly #bodies: ReadonlyMap<string, RuleFunction>;

  // Of the function being assembled:
  /** Where the results of inlined functions go. */
  #inlined: { to: number; jumps: number[]; last: Stmt | undefined }[] = [];
  #top = 0;
  #breaks: number[][] = [];
  #continues: number[][] = [];
  #function = '';

  constructor(symbols: Symbols, emitter: Emitter, functions: readonly RuleFunction[]) {
    this.#symbols = symbols;
    this.#emitter = emitter;
    this.#bodies = new Map(functions.map((f) => [f.name, f]));
  }

  /** Appends the code of a function. */
  routine(f: RuleFunction): void {
    this.functions.set(f.name, { address: this.#emitter.here(), parameters: f.parameters.length });
    this.owners.push({ name: f.name, start: this.#emitter.here() });
    this.#function = f.name;
    this.#symbols.scopes = [new Map(f.parameters.map((name, index) => [name, index]))];
    this.#top = f.parameters.length;
    this.#statement(f.body);
    this.#emitter.emit('RETURN', 0, 0, 0, 0);
    this.#symbols.scopes = [];
  }

  #register(): number {
    if (this.#top >= FRAME_LIMIT - 8) throw new Error(`rules: ${this.#function} needs too many registers`);
    return this.#top++;
  }

  /** An operand b: a register, or a global that nothing changes before the instruction reads it. */
  #operand(e: Expr): number {
    if (e.k === 'name' && this.#symbols.lookup(e.name) === undefined && !this.#symbols.constants.has(e.name)) {
      const address = this.#symbols.addresses.get(e.name);
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
          this.#symbols.scopes.at(-1)!.set(name, register);
        }
        return;
      case 'block': {
        const top = this.#top;
        this.#symbols.scopes.push(new Map());
        for (const inner of s.body) this.#statement(inner);
        this.#symbols.scopes.pop();
        this.#top = top;
        return;
      }
      case 'if': {
        const others = this.#test(s.test, false);
        this.#statement(s.then);
        if (!s.other) {
          this.#emitter.patchAll(others);
          return;
        }
        const end = this.#emitter.emit('JUMP', 0, 0, 0, 0);
        this.#emitter.patchAll(others);
        this.#statement(s.other);
        this.#emitter.patch(end);
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
          if (s !== inlined.last) inlined.jumps.push(this.#emitter.emit('JUMP', 0, 0, 0, 0));
        } else {
          const folded = s.value ? this.#symbols.fold(s.value) : 0;
          if (folded !== undefined) this.#emitter.emit('RETURN', 0, 0, 0, folded, true);
          else this.#emitter.emit('RETURN', 0, this.#operand(s.value!), 0, 0);
        }
        this.#top = top;
        return;
      }
      case 'break':
        this.#breaks.at(-1)!.push(this.#emitter.emit('JUMP', 0, 0, 0, 0));
        return;
      case 'continue':
        this.#continues.at(-1)!.push(this.#emitter.emit('JUMP', 0, 0, 0, 0));
        return;
      default:
        throw new Error(`rules: ${s.k} outside a switch in ${this.#function}`);
    }
  }

  #loop(s: Stmt & { k: 'loop' }): void {
    const top = this.#top;
    this.#symbols.scopes.push(new Map());
    if (s.init) this.#statement(s.init);
    this.#breaks.push([]);
    this.#continues.push([]);
    const skip = s.testFirst && s.test ? this.#test(s.test, false) : [];
    const start = this.#emitter.here();
    this.#statement(s.body);
    this.#emitter.patchAll(this.#continues.pop()!);
    if (s.step) this.#statement({ k: 'expr', e: s.step });
    if (s.test) this.#emitter.patchAll(this.#test(s.test, true), start);
    else this.#emitter.emit('JUMP', 0, 0, 0, start);
    this.#emitter.patchAll(skip);
    this.#emitter.patchAll(this.#breaks.pop()!);
    this.#symbols.scopes.pop();
    this.#top = top;
  }

  #switch(s: Stmt & { k: 'switch' }): void {
    const top = this.#top;
    const value = this.#value(s.value);
    const cases: { value: number; index: number }[] = [];
    s.body.forEach((inner, index) => {
      if (inner.k === 'case') for (const v of inner.values) cases.push({ value: this.#symbols.constant(v), index });
    });
    const values = cases.map((c) => c.value);
    const low = Math.min(...values);
    const count = Math.max(...values) - low + 1;
    const dense = cases.length >= 4 && count <= cases.length * 8 + 16;
    const table = this.#symbols.pool.length;
    const jumps = new Map<number, number[]>();
    let defaultJump = -1;
    if (dense) {
      this.#symbols.pool.push(low, count, 0, ...new Array<number>(count).fill(-1));
      this.#emitter.emit('SWITCH', 0, value, 0, table);
    } else {
      for (const c of cases) {
        const at = this.#branch('EQ', value, { k: 'num', value: c.value });
        jumps.set(c.index, [...(jumps.get(c.index) ?? []), at]);
      }
      defaultJump = this.#emitter.emit('JUMP', 0, 0, 0, 0);
    }
    this.#breaks.push([]);
    this.#symbols.scopes.push(new Map());
    let defaultTarget = -1;
    s.body.forEach((inner, index) => {
      if (inner.k === 'case') {
        if (dense) {
          for (const v of inner.values)
            this.#symbols.pool[table + 3 + this.#symbols.constant(v) - low] = this.#emitter.here();
        } else this.#emitter.patchAll(jumps.get(index) ?? []);
      } else if (inner.k === 'default') defaultTarget = this.#emitter.here();
      else this.#statement(inner);
    });
    this.#symbols.scopes.pop();
    const end = this.#emitter.here();
    if (defaultTarget < 0) defaultTarget = end;
    if (dense) {
      this.#symbols.pool[table + 2] = defaultTarget;
      for (let i = 0; i < count; i++)
        if (this.#symbols.pool[table + 3 + i] === -1) this.#symbols.pool[table + 3 + i] = defaultTarget;
    } else this.#emitter.patch(defaultJump, defaultTarget);
    this.#emitter.patchAll(this.#breaks.pop()!, end);
    this.#top = top;
  }

  /** Jumps, to be patched, that are taken when `e` is true (or false, if not `sense`). */
  #test(e: Expr, sense: boolean): number[] {
    const folded = this.#symbols.fold(e);
    if (folded !== undefined) return (folded !== 0) === sense ? [this.#emitter.emit('JUMP', 0, 0, 0, 0)] : [];
    const top = this.#top;
    let jumps: number[];
    if (e.k === 'unary' && e.op === '!') jumps = this.#test(e.a, !sense);
    else if (e.k === 'binary' && (e.op === '&&' || e.op === '||')) {
      if ((e.op === '||') === sense) jumps = [...this.#test(e.a, sense), ...this.#test(e.b, sense)];
      else {
        const over = this.#test(e.a, !sense);
        jumps = this.#test(e.b, sense);
        this.#emitter.patchAll(over);
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
    const folded = this.#symbols.fold(b);
    const small = folded !== undefined && folded >= -32768 && folded < 32768;
    return this.#emitter.branch(op, a, small ? { constant: folded } : { register: this.#value(b) });
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
      const register = this.#symbols.local(e.name);
      if (register !== undefined) return register;
    }
    const register = this.#register();
    this.#into(e, register);
    return register;
  }

  #into(e: Expr, to: number): void {
    const folded = this.#symbols.fold(e);
    if (folded !== undefined) {
      this.#emitter.emit('SET', to, 0, 0, folded);
      return;
    }
    const top = this.#top;
    switch (e.k) {
      case 'name': {
        const register = this.#symbols.local(e.name);
        if (register !== undefined) {
          if (register !== to) this.#emitter.emit('ADD', to, register, 0, 0, true);
          break;
        }
        const address = this.#symbols.addresses.get(e.name);
        if (address === undefined) throw new Error(`rules: line ${e.line} (${this.#function}): no name ${e.name}`);
        this.#emitter.emit('LOAD', to, 0, 0, address);
        break;
      }
      case 'index': {
        const { op, index, stride, address } = this.#element(e);
        this.#emitter.emit(op, to, index, stride, address);
        break;
      }
      case 'call':
        this.#call(e, to);
        break;
      case 'unary':
        if (e.op === '+') this.#into(e.a, to);
        else if (e.op === '!') this.#emitter.emit('EQ', to, this.#operand(e.a), 0, 0, true);
        else if (e.op === '~') this.#emitter.emit('XOR', to, this.#operand(e.a), 0, -1, true);
        else {
          const zero = this.#register();
          this.#emitter.emit('SET', zero, 0, 0, 0);
          this.#emitter.emit('SUB', to, zero, this.#value(e.a), 0);
        }
        break;
      case 'binary':
        if (e.op === '&&' || e.op === '||') {
          // The result register may be an operand, so it is written last.
          const otherwise = this.#test(e, false);
          this.#emitter.emit('SET', to, 0, 0, 1);
          const end = this.#emitter.emit('JUMP', 0, 0, 0, 0);
          this.#emitter.patchAll(otherwise);
          this.#emitter.emit('SET', to, 0, 0, 0);
          this.#emitter.patch(end);
        } else this.#operate(arithmetic[e.op]!, e.a, e.b, to);
        break;
      case 'cond': {
        const otherwise = this.#test(e.a, false);
        this.#into(e.b, to);
        const end = this.#emitter.emit('JUMP', 0, 0, 0, 0);
        this.#emitter.patchAll(otherwise);
        this.#into(e.c, to);
        this.#emitter.patch(end);
        break;
      }
      case 'assign': {
        const register = this.#assign(e);
        if (register < 0) this.#into(e.target, to);
        else if (register !== to) this.#emitter.emit('ADD', to, register, 0, 0, true);
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
        else if (!e.post && register !== to) this.#emitter.emit('ADD', to, register, 0, 0, true);
        break;
      }
      default:
        throw new Error(`rules: cannot evaluate ${e.k}`);
    }
    this.#top = top;
  }

  #operate(op: StageOpName, a: Expr, b: Expr, to: number): void {
    const left = isPure(b) ? this.#operand(a) : this.#stable(a, b);
    const folded = this.#symbols.fold(b);
    if (folded !== undefined) this.#emitter.emit(op, to, left, 0, folded, true);
    else this.#emitter.emit(op, to, left, this.#value(b), 0);
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
    const pool = this.#symbols.pools.get(e.table);
    const table = this.#symbols.tables.get(e.table);
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
      const constant = this.#symbols.fold(index.b);
      if (constant !== undefined) {
        offset = (index.op === '-' ? -constant : constant) * stride;
        index = index.a;
      }
    }
    const folded = this.#symbols.fold(index);
    if (folded !== undefined) return { op, index: 0, stride: 0, address: address + offset + folded * stride };
    return { op, index: this.#operand(index), stride, address: address + offset };
  }

  /** Assigns; returns the register with the new value. */
  #assign(e: Expr & { k: 'assign' }): number {
    const { target } = e;
    const value: Expr = e.op ? { k: 'binary', op: e.op, a: target, b: e.value } : e.value;
    if (target.k === 'name') {
      const local = this.#symbols.local(target.name);
      if (local !== undefined) {
        this.#into(value, local);
        return local;
      }
      const address = this.#symbols.addresses.get(target.name);
      if (address === undefined) throw new Error(`rules: line ${target.line}: no name ${target.name}`);
      return this.#store(value, address, 0, 0, address < GLOBAL ? address : undefined);
    }
    if (target.k !== 'index') throw new Error('rules: cannot assign to this');
    if (e.op && !['name', 'num'].includes(target.index.k)) {
      // Evaluate an index with effects or cost once.
      const index = this.#value(target.index);
      const name = `#${index}`;
      this.#symbols.scopes.at(-1)!.set(name, index);
      const again: Expr = { ...target, index: { k: 'name', name, line: target.line } };
      return this.#assign({ ...e, target: again });
    }
    const folded = this.#symbols.fold(value);
    const constant = folded !== undefined && folded >= 0 && folded < 256;
    const source = value.k === 'name' && isPure(target.index) ? this.#operand(value) : -1;
    if (source >= GLOBAL) {
      const { op, index, stride, address } = this.#element(target);
      if (op === 'CONST') throw new Error(`rules: line ${target.line}: ${target.table} is constant`);
      this.#emitter.emit('STORE_GLOBAL', source - GLOBAL, index, stride, address);
      return -1;
    }
    const register = constant ? folded : source >= 0 ? source : this.#value(value);
    const { op, index, stride, address } = this.#element(target);
    if (op === 'CONST') throw new Error(`rules: line ${target.line}: ${target.table} is constant`);
    this.#emitter.emit('STORE', register, index, stride, address, constant);
    return constant ? -1 : register;
  }

  /** Stores a value at a fixed address; returns the register that has it, or -1 when none does. */
  #store(value: Expr, address: number, index: number, stride: number, global: number | undefined): number {
    const folded = this.#symbols.fold(value);
    if (global !== undefined && folded !== undefined) {
      this.#emitter.emit('SET', global, 0, 1, folded, true);
      return -1;
    }
    // An operation with a constant writes the global itself.
    if (global !== undefined && value.k === 'binary' && arithmetic[value.op] && isPure(value.a)) {
      const right = this.#symbols.fold(value.b);
      if (right !== undefined) {
        this.#emitter.emit(arithmetic[value.op]!, global, this.#operand(value.a), 1, right, true);
        return -1;
      }
    }
    const register = global === undefined ? this.#value(value) : this.#operand(value);
    if (register >= GLOBAL) {
      this.#emitter.emit('ADD', global!, register, 1, 0, true);
      return -1;
    }
    this.#emitter.emit('STORE', register, index, stride, address);
    return register;
  }

  #isLocal(e: Expr): boolean {
    return e.k === 'name' && this.#symbols.local(e.name) !== undefined;
  }

  /** Puts the body of a small function here; false when it is not one. */
  #inline(e: Expr & { k: 'call' }, to: number): boolean {
    const f = this.#bodies.get(e.name);
    if (!f || this.#inlined.length >= INLINE_DEPTH || !isSmall(f) || f.parameters.length !== e.args.length)
      return false;
    if (this.#top > FRAME_LIMIT / 2) return false;
    const changed = assigned(f.body);
    const scope = new Map<string, Place>();
    e.args.forEach((arg, i) => {
      const name = f.parameters[i]!;
      const folded = changed.has(name) ? undefined : this.#symbols.fold(arg);
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
    const outer = {
      scopes: this.#symbols.scopes,
      breaks: this.#breaks,
      continues: this.#continues,
      function: this.#function,
    };
    this.#symbols.scopes = [scope];
    const last = f.body.k === 'block' ? f.body.body.at(-1) : f.body;
    const inlined = { to, jumps: [] as number[], last };
    this.#inlined.push(inlined);
    this.#function = f.name;
    // Result registers may be read before they are written: by the arguments, which are evaluated by now.
    this.#statement(f.body);
    this.#inlined.pop();
    this.#emitter.patchAll(inlined.jumps);
    this.#symbols.scopes = outer.scopes;
    this.#breaks = outer.breaks;
    this.#continues = outer.continues;
    this.#function = outer.function;
    return true;
  }

  /** The result register: writing it early would change this argument. */
  #isTarget(arg: Expr, to: number): boolean {
    return arg.k === 'name' && this.#symbols.local(arg.name) === to;
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
      if (direction === 'load') this.#emitter.emit('OUTSIDE_LOAD', to, index, outside[space]!, 0);
      else this.#emitter.emit('OUTSIDE_STORE', this.#value(second!), index, outside[space]!, 0);
      return;
    }
    switch (e.name) {
      case 'byte_at':
        this.#emitter.emit('BYTE', to, this.#operand(first!), 0, 0);
        return;
      case 'scan_name':
        this.#emitter.emit('SCAN', to, this.#operand(first!), 0, 0);
        return;
      case 'skip_blanks':
        this.#emitter.emit('SKIP', to, this.#operand(first!), 0, 0);
        return;
      case 'same_text': {
        const a = this.#value(first!);
        const b = this.#value(second!);
        const count = this.#register();
        this.#into(e.args[2]!, count);
        this.#emitter.emit('SAME', count, a, b, 0);
        this.#emitter.emit('ADD', to, count, 0, 0, true);
        return;
      }
      case 'clear_words': {
        // CLEAR counts its operands down, so they must be its own registers.
        const at = this.#register();
        this.#into(first!, at);
        const count = this.#register();
        this.#into(second!, count);
        this.#emitter.emit('CLEAR', 0, at, count, 0);
        return;
      }
      case 'copy_to_text': {
        const at = this.#register();
        this.#into(first!, at);
        const from = this.#register();
        this.#into(second!, from);
        const count = this.#register();
        this.#into(e.args[2]!, count);
        this.#emitter.emit('COPY', at, from, count, 0);
        return;
      }
      case 'halt':
        this.#emitter.emit('HALT', this.#value(first!), 0, 0, 0);
        return;
      case 'catch_error':
        this.#emitter.emit('CATCH', to, 0, 0, 0);
        return;
      case 'throw_error':
        this.#emitter.emit('THROW', 0, this.#value(first!), 0, 0);
        return;
      case 'scan_hash':
        this.#emitter.emit('LOAD', to, 0, 0, StageWord.SCAN_HASH);
        return;
      case 'fault_code':
        this.#emitter.emit('LOAD', to, 0, 0, StageWord.FAULT);
        return;
      default: {
        if (this.#inline(e, to)) return;
        // The result comes back in the register of the return link, before the arguments.
        const link = to === this.#top - 1 ? to : this.#register();
        const base = this.#top;
        for (const arg of e.args) this.#into(arg, this.#register());
        if (e.args.length === 0) this.#register();
        this.calls.push({ at: this.#emitter.here(), name: e.name, args: e.args.length, line: e.line });
        this.#emitter.emit('CALL', base, 0, 0, 0);
        if (link !== to) this.#emitter.emit('ADD', to, link, 0, 0, true);
      }
    }
  }
}
