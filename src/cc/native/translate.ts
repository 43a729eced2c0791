// Turns rule C into WGSL: one kernel for each stage, in which small functions are WGSL functions and the others are
// states of one dispatch loop. See docs/compiler.md, "The native tier".
import type { Layout } from '../rules/assemble.ts';
import type { Expr, RuleFunction, RuleProgram, Stmt } from '../rules/read.ts';
import {
  type Analysis,
  analyse,
  expressionsOf,
  innerStatements,
  intrinsics,
  isColdFrom,
  isSimple,
  listOf,
  neverPasses,
  partsOf,
  segmentsOf,
  someExpression,
} from './analyse.ts';
import { frameWgsl, type NativeOptions, nativeOptions, PENDING_GIVE_UP, PENDING_RETURN } from './runtime.ts';

/** Values of a slot's size that the kernel takes from its uniform block, so that one kernel serves all sizes. */
export interface NativeStage {
  wgsl: string;
  /** States of the dispatch loop. */
  states: number;
}

interface Variable {
  id: number;
  text: string;
  /** Frame slot, of variables of dispatched functions. */
  slot: number;
}

/** One state: straight code that ends by choosing the next one. */
interface State {
  label: number;
  lines: string[];
  reads: Set<number>;
  next: Set<State>;
  /** What may be restored here, for places that calls come back to. */
  scope: Variable[] | undefined;
  owner: string;
}

/** A place where statements go: a state or a nested block in it. */
interface Place {
  lines: string[];
  state: State;
}

type Breakable =
  | { k: 'structured'; loop: boolean; left: boolean }
  | { k: 'split'; end: State; next: State }
  | { k: 'switch'; state: State; end: State; used: boolean; left: boolean };

const u = (value: number) => `${value >>> 0}u`;
const wgslName = (name: string) => `f_${name}`;
const binaryText: Record<string, string> = { '+': '+', '-': '-', '*': '*', '&': '&', '|': '|', '^': '^' };

/** Translates all that `entry` reaches. */
export function translateStage(
  program: RuleProgram,
  layout: Layout,
  entry: string,
  options: NativeOptions = nativeOptions,
): NativeStage {
  return new Translator(program, layout, entry, options).run();
}

class Translator {
  readonly #program: RuleProgram;
  readonly #layout: Layout;
  readonly #entry: string;
  readonly #options: NativeOptions;
  readonly #analysis: Analysis;
  readonly #states: State[] = [];
  readonly #entries = new Map<string, State>();
  readonly #queue: RuleFunction[] = [];
  readonly #simpleQueue: string[] = [];
  readonly #simpleDone = new Map<string, string>();
  readonly #globalUses = new Map<string, number>();
  #registerGlobals = new Set<string>();
  #mostSlots = 0;
  #serial = 0;

  // Of the function being translated:
  #at: Place | undefined;
  #dispatched = false;
  #scopes: Map<string, Variable>[] = [];
  #top = 0;
  #most = 0;
  #breakables: Breakable[] = [];
  /** Loops and switches of WGSL around the present place, in which `continue` would not reach the dispatch loop. */
  #structured = 0;
  #raises = false;
  #owner = '';

  constructor(program: RuleProgram, layout: Layout, entry: string, options: NativeOptions) {
    this.#options = options;
    this.#program = program;
    this.#layout = layout;
    this.#entry = entry;
    this.#analysis = analyse(program, ['tokenize', 'parse', 'generate'], options.inline);
  }

  run(): NativeStage {
    // State 0: not started. State 1: the stage has ended.
    this.#newState('').lines.push('running = false;', 'pc = 0u;');
    const end = this.#newState('');
    end.lines.push('running = false;', 'pc = 0u;');
    this.#chooseGlobals();
    const entry = this.#entryOf(this.#entry);
    for (;;) {
      const next = this.#queue.shift();
      if (next) this.#routine(next);
      else {
        const name = this.#simpleQueue.shift();
        if (!name) break;
        if (!this.#simpleDone.has(name)) this.#simple(name);
      }
    }
    this.#resolveSaves();
    return {
      wgsl: frameWgsl({
        options: this.#options,
        stageEntry: entry.label,
        registers: this.#mostSlots,
        globals: [...this.#registerGlobals].map((name) => ({ name, address: this.#layout.addresses.get(name)! })),
        functions: this.#orderedFunctions(),
        states: this.#states.map((s) => ({ label: s.label, lines: s.lines })),
      }),
      states: this.#states.length,
    };
  }

  /** Globals with the most uses in reached code. */
  #chooseGlobals(): void {
    const reached = new Set<string>();
    const visit = (name: string) => {
      if (reached.has(name)) return;
      reached.add(name);
      const f = this.#analysis.functions.get(name);
      if (f)
        this.#eachExpression(f.body, 1, (e, weight) => {
          if (e.k === 'call' && !intrinsics.has(e.name)) visit(e.name);
          if (e.k === 'name') this.#globalUses.set(e.name, (this.#globalUses.get(e.name) ?? 0) + weight);
        });
    };
    visit(this.#entry);
    const globals = this.#program.globals.filter((name) => (this.#globalUses.get(name) ?? 0) > 0);
    globals.sort((a, b) => this.#globalUses.get(b)! - this.#globalUses.get(a)!);
    this.#registerGlobals = new Set(globals.slice(0, this.#options.globals));
  }

  #eachExpression(s: Stmt, weight: number, visit: (e: Expr, weight: number) => void): void {
    const all = (e: Expr) => {
      visit(e, weight);
      for (const part of partsOf(e)) all(part);
    };
    for (const e of expressionsOf(s)) all(e);
    const inner = s.k === 'loop' ? weight * 4 : weight;
    for (const part of innerStatements(s)) this.#eachExpression(part, inner, visit);
  }

  #newState(owner: string): State {
    const state: State = {
      label: this.#states.length,
      lines: [],
      reads: new Set(),
      next: new Set(),
      scope: undefined,
      owner,
    };
    this.#states.push(state);
    return state;
  }

  #entryOf(name: string): State {
    let state = this.#entries.get(name);
    if (!state) {
      const f = this.#analysis.functions.get(name);
      if (!f) throw new Error(`native: no function ${name}`);
      state = this.#newState(name);
      this.#entries.set(name, state);
      this.#queue.push(f);
    }
    return state;
  }

  // ---- functions ----

  #reset(owner: string, dispatched: boolean): void {
    this.#owner = owner;
    this.#dispatched = dispatched;
    this.#scopes = [new Map()];
    this.#top = 0;
    this.#most = 0;
    this.#breakables = [];
    this.#structured = 0;
    this.#raises = false;
  }

  #routine(f: RuleFunction): void {
    const state = this.#entries.get(f.name)!;
    this.#reset(f.name, true);
    this.#at = { lines: state.lines, state };
    for (const name of f.parameters) this.#declare(name);
    this.#statements(listOf(f.body));
    if (this.#at) this.#return(undefined);
    const slots = String(this.#most);
    for (const s of this.#states) {
      if (s.owner === f.name) s.lines = s.lines.map((line) => line.replaceAll('@SLOTS@', slots));
    }
    this.#mostSlots = Math.max(this.#mostSlots, this.#most);
  }

  #simple(name: string): void {
    const f = this.#analysis.functions.get(name)!;
    this.#simpleDone.set(name, '');
    this.#reset(name, false);
    const lines: string[] = [];
    this.#at = { lines, state: { label: -1, lines, reads: new Set(), next: new Set(), scope: undefined, owner: name } };
    const head: string[] = [];
    f.parameters.forEach((parameter) => {
      const v = this.#declare(parameter, false);
      head.push(`p_${v.text}: u32`);
      lines.push(`var ${v.text} = p_${v.text};`);
    });
    this.#statements(listOf(f.body));
    if (this.#at) lines.push('return 0u;');
    this.#simpleDone.set(name, `fn ${wgslName(name)}(${head.join(', ')}) -> u32 {\n${lines.join('\n')}\n}`);
  }

  /** WGSL needs no order of functions. */
  #orderedFunctions(): string[] {
    return [...this.#simpleDone.values()];
  }

  // ---- variables ----

  #declare(name: string, emit = true): Variable {
    const id = this.#serial++;
    const slot = this.#top++;
    this.#most = Math.max(this.#most, this.#top);
    const v = { id, slot, text: this.#dispatched ? `r${slot}` : `v${id}` };
    this.#scopes.at(-1)!.set(name, v);
    if (!this.#dispatched && emit) this.#line(`var ${v.text} = 0u;`);
    return v;
  }

  #temporary(value: string): Variable {
    const v = this.#declare(`#${this.#serial}`);
    this.#line(`${v.text} = ${value};`);
    return v;
  }

  #find(name: string): Variable | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const v = this.#scopes[i]!.get(name);
      if (v) return v;
    }
    return undefined;
  }

  #read(v: Variable): string {
    this.#at?.state.reads.add(v.id);
    return v.text;
  }

  #scoped(run: () => void): void {
    const top = this.#top;
    this.#scopes.push(new Map());
    run();
    this.#scopes.pop();
    this.#top = top;
  }

  #line(...lines: string[]): void {
    this.#at?.lines.push(...lines);
  }

  // ---- statements ----

  #statements(list: readonly Stmt[]): void {
    for (const [index, s] of list.entries()) {
      if (!this.#at) return;
      if (this.#isCold(list, index)) {
        this.#giveUp();
        return;
      }
      this.#statement(s);
      this.#check();
    }
  }

  #isCold(list: readonly Stmt[], index: number): boolean {
    const s = list[index]!;
    const leaves = neverPasses(s, this.#analysis.noReturn) || expressionsOf(s).some((e) => this.#hasDispatched(e));
    return leaves && isColdFrom(list, index, this.#analysis.noReturn);
  }

  /** After code that may have raised: leave, too. */
  #check(): void {
    if (!this.#raises || !this.#at) return;
    this.#raises = false;
    if (!this.#dispatched) this.#line('if (pending != 0u) { return 0u; }');
    else if (this.#structured > 0) {
      this.#line('if (pending != 0u) { break; }');
      this.#pendingOutside = true;
    } else this.#line('if (pending != 0u) { continue; }');
  }
  #pendingOutside = false;

  /** An error, a limit, or what this tier does not do: the interpreter starts the job again. */
  #giveUp(): void {
    this.#line(`pending = ${u(PENDING_GIVE_UP)};`);
    if (!this.#dispatched) this.#line('return 0u;');
    else if (this.#structured > 0) {
      this.#line('break;');
      this.#pendingOutside = true;
    } else this.#line('continue;');
    this.#at = undefined;
  }

  #nested(run: () => void): { lines: string[]; end: Place | undefined; same: boolean } {
    const state = this.#at!.state;
    const lines: string[] = [];
    const place: Place = { lines, state };
    this.#at = place;
    this.#scoped(run);
    const end = this.#at as Place | undefined;
    return { lines, end, same: end === place };
  }

  #jump(from: Place | undefined, to: State): void {
    if (!from) return;
    from.lines.push(`pc = ${u(to.label)};`, 'continue;');
    from.state.next.add(to);
  }

  #statement(s: Stmt): void {
    switch (s.k) {
      case 'expr':
        this.#scoped(() => this.#effect(s.e));
        return;
      case 'local':
        for (const { name, value } of s.names) {
          if (!value) this.#declare(name);
          else {
            // The value may use an outer variable of this name.
            const top = this.#top++;
            this.#most = Math.max(this.#most, this.#top);
            let text = '';
            const scope = new Map<string, Variable>();
            this.#scopes.push(scope);
            text = this.#value(value);
            this.#scopes.pop();
            this.#top = top;
            const v = this.#declare(name);
            this.#line(`${v.text} = ${text};`);
          }
        }
        return;
      case 'block':
        this.#scoped(() => this.#statements(s.body));
        return;
      case 'if':
        this.#if(s);
        return;
      case 'loop':
        this.#scoped(() => this.#loop(s));
        return;
      case 'switch':
        this.#scoped(() => this.#switch(s));
        return;
      case 'return':
        this.#return(s.value);
        return;
      case 'break':
      case 'continue':
        this.#leave(s.k);
        return;
      default:
        throw new Error(`native: ${s.k} outside a switch in ${this.#owner}`);
    }
  }

  #if(s: Stmt & { k: 'if' }): void {
    const known = this.#fold(s.test);
    if (known !== undefined) {
      if (known !== 0) this.#statement({ k: 'block', body: listOf(s.then) });
      else if (s.other) this.#statement({ k: 'block', body: listOf(s.other) });
      return;
    }
    const test = this.#condition(s.test);
    // Evaluating the test may have raised: then its value means nothing.
    this.#check();
    const base = this.#at!;
    const then = this.#nested(() => this.#statements(listOf(s.then)));
    this.#at = base;
    const other = this.#nested(() => {
      if (s.other) this.#statements(listOf(s.other));
    });
    this.#raises = false;
    if ((then.same || !then.end) && (other.same || !other.end)) {
      base.lines.push(`if (${test}) {`, ...then.lines);
      if (other.lines.length > 0) base.lines.push('} else {', ...other.lines);
      base.lines.push('}');
      this.#at = then.end || other.end ? base : undefined;
      return;
    }
    const end = this.#newState(this.#owner);
    this.#jump(then.end, end);
    this.#jump(other.end, end);
    base.lines.push(`if (${test}) {`, ...then.lines, '} else {', ...other.lines, '}');
    this.#at = { lines: end.lines, state: end };
  }

  #isSimple(s: Stmt): boolean {
    return isSimple([s], (name) => this.#analysis.dispatched.has(name), this.#analysis.noReturn);
  }

  #loop(s: Stmt & { k: 'loop' }): void {
    if (s.init) this.#statement(s.init);
    const inside: Stmt = { ...s, init: undefined };
    if (!this.#dispatched || this.#structured > 0 || this.#isSimple(inside)) {
      this.#structuredLoop(s);
      return;
    }
    const head = this.#newState(this.#owner);
    const next = s.step || !s.testFirst ? this.#newState(this.#owner) : head;
    const end = this.#newState(this.#owner);
    this.#jump(this.#at, head);
    this.#at = { lines: head.lines, state: head };
    const test = s.test && this.#fold(s.test) === undefined ? s.test : undefined;
    const leaveUnless = (): void => {
      if (!test) return;
      const text = this.#condition(test);
      this.#check();
      const place = this.#at!;
      place.lines.push(`if (!(${text})) {`, `pc = ${u(end.label)};`, 'continue;', '}');
      place.state.next.add(end);
    };
    if (s.testFirst) leaveUnless();
    this.#breakables.push({ k: 'split', end, next });
    this.#scoped(() => this.#statements(listOf(s.body)));
    this.#breakables.pop();
    if (next !== head) {
      this.#jump(this.#at, next);
      this.#at = { lines: next.lines, state: next };
      if (s.step) this.#statement({ k: 'expr', e: s.step });
      this.#check();
      if (!s.testFirst) leaveUnless();
    }
    this.#jump(this.#at, head);
    this.#at = { lines: end.lines, state: end };
  }

  #structuredLoop(s: Stmt & { k: 'loop' }): void {
    const base = this.#at!;
    const test = s.test && this.#fold(s.test) === undefined ? s.test : undefined;
    const outside = this.#pendingOutside;
    this.#pendingOutside = false;
    this.#structured++;
    const breakable: Breakable = { k: 'structured', loop: true, left: test !== undefined };
    this.#breakables.push(breakable);
    const body = this.#nested(() => {
      this.#line('if (fuel == 0u) { worst = 0xffffffffu; break; }', 'fuel -= 1u;');
      const leaveUnless = () => {
        if (!test) return;
        const text = this.#condition(test);
        this.#check();
        this.#line(`if (!(${text})) { break; }`);
      };
      if (s.testFirst) leaveUnless();
      this.#statements(listOf(s.body));
      if (!s.testFirst && test) {
        if (JSON.stringify(s.body).includes('"k":"continue"')) throw new Error('native: continue in a do loop');
        if (this.#at) leaveUnless();
      }
    });
    let step: string[] = [];
    if (s.step) {
      this.#at = base;
      const made = this.#nested(() => this.#effect(s.step!));
      step = made.lines;
    }
    this.#breakables.pop();
    this.#structured--;
    base.lines.push('loop {', ...body.lines);
    if (step.length > 0) base.lines.push('continuing {', ...step, '}');
    base.lines.push('}');
    // A loop without a way out but `return`, and the one for too many rounds.
    this.#at = base;
    this.#raises = this.#pendingOutside || this.#raises;
    this.#pendingOutside = outside;
  }

  #leave(kind: 'break' | 'continue'): void {
    const list = this.#breakables;
    const target =
      kind === 'break' ? list.at(-1) : list.findLast((b) => b.k === 'split' || (b.k === 'structured' && b.loop));
    if (!target || !this.#at) throw new Error(`native: ${kind} outside in ${this.#owner}`);
    if (target.k === 'structured') {
      if (kind === 'break') target.left = true;
      this.#line(`${kind};`);
    } else if (target.k === 'split') this.#jump(this.#at, kind === 'break' ? target.end : target.next);
    else if (this.#at.state === target.state) {
      target.left = true;
      this.#line('break;');
    } else {
      target.used = true;
      this.#jump(this.#at, target.end);
    }
    this.#at = undefined;
  }

  #switch(s: Stmt & { k: 'switch' }): void {
    const text = this.#value(s.value);
    this.#check();
    const value = /^[rv]\d+$/.test(text) ? text : this.#temporary(text).text;
    const base = this.#at!;
    const segments = segmentsOf(s.body);
    const structured = !this.#dispatched || this.#structured > 0;
    const end = structured ? undefined : this.#newState(this.#owner);
    const breakable: Breakable = end
      ? { k: 'switch', state: base.state, end, used: false, left: false }
      : { k: 'structured', loop: false, left: false };
    if (structured) this.#structured++;
    const outside = this.#pendingOutside;
    this.#pendingOutside = false;
    this.#breakables.push(breakable);
    let passes = !segments.some((segment) => segment.isDefault);
    const parts: string[] = [];
    segments.forEach((segment, index) => {
      this.#at = base;
      // A segment that runs on into the next one gets a copy of it.
      const {
        lines,
        end: last,
        same,
      } = this.#nested(() => {
        for (let i = index; i < segments.length && this.#at; i++) this.#statements(segments[i]!.body);
      });
      if (last && same) passes = true;
      else if (last && end) {
        (breakable as Breakable & { k: 'switch' }).used = true;
        this.#jump(last, end);
      }
      const values = segment.values.map((v) => u(this.#constant(v)));
      const label = segment.isDefault
        ? values.length > 0
          ? `case ${values.join(', ')}, default`
          : 'default'
        : `case ${values.join(', ')}`;
      parts.push(`${label}: {`, ...lines, '}');
    });
    if (!segments.some((segment) => segment.isDefault)) parts.push('default: {}');
    this.#breakables.pop();
    if (structured) this.#structured--;
    base.lines.push(`switch (${value}) {`, ...parts, '}');
    this.#raises = structured && (this.#pendingOutside || this.#raises);
    this.#pendingOutside = outside;
    if (breakable.k === 'switch') {
      const reachable = passes || breakable.left;
      if (!breakable.used) this.#at = reachable ? base : undefined;
      else {
        if (reachable) this.#jump(base, end!);
        this.#at = { lines: end!.lines, state: end! };
      }
    } else this.#at = passes || (breakable as Breakable & { k: 'structured' }).left ? base : undefined;
  }

  #return(value: Expr | undefined): void {
    const text = value ? this.#value(value) : '0u';
    if (!this.#at) return;
    if (!this.#dispatched) this.#line(`return ${text};`);
    else if (this.#structured > 0) {
      this.#line(`ret = ${text};`, `if (pending == 0u) { pending = ${u(PENDING_RETURN)}; }`, 'break;');
      this.#pendingOutside = true;
    } else {
      if (text !== 'ret') this.#line(`ret = ${text};`);
      this.#line('go_back();', 'continue;');
    }
    this.#raises = false;
    this.#at = undefined;
  }

  // ---- expressions ----

  #hasDispatched(e: Expr): boolean {
    return someExpression(e, (part) => part.k === 'call' && this.#analysis.dispatched.has(part.name));
  }

  #hasEffects(e: Expr): boolean {
    return someExpression(
      e,
      (part) =>
        part.k === 'assign' || part.k === 'step' || part.k === 'cond' || (part.k === 'call' && part.name !== 'byte_at'),
    );
  }

  /** Evaluation of `e` puts out statements of its own. */
  #needsStatements(e: Expr): boolean {
    return this.#hasDispatched(e) || someExpression(e, (p) => p.k === 'assign' || p.k === 'step' || p.k === 'cond');
  }

  /** The value of `a` in a form that evaluating `b` afterwards does not change. */
  #kept(a: string, b: Expr): string {
    if (/^\d+u$/.test(a) || !this.#needsStatements(b)) return a;
    const v = this.#temporary(a);
    return this.#keep(v);
  }

  /** A variable that is read after code yet to come: in whatever state that is. */
  #keep(v: Variable): string {
    this.#kepts.push(v);
    return v.text;
  }
  #kepts: Variable[] = [];

  #markKept(): void {
    for (const v of this.#kepts) this.#at?.state.reads.add(v.id);
  }

  #value(e: Expr): string {
    const folded = this.#fold(e);
    if (folded !== undefined) return u(folded);
    switch (e.k) {
      case 'name': {
        const v = this.#find(e.name);
        if (v) return this.#read(v);
        const size = this.#layout.sizes.get(e.name);
        if (size !== undefined) return sizeText(size);
        return this.#global(e.name, e.line);
      }
      case 'index': {
        const { pool, address } = this.#element(e);
        return pool ? `pool_at(${address})` : `at(${address})`;
      }
      case 'call':
        return this.#call(e);
      case 'unary': {
        if (e.op === '!') return `u32(!(${this.#condition(e.a)}))`;
        const a = this.#value(e.a);
        return e.op === '~' ? `(~${a})` : e.op === '-' ? `(0u - ${a})` : a;
      }
      case 'binary':
        if (e.op === '&&' || e.op === '||' || /^[=!<>]=?$|^[=!]=$/.test(e.op)) {
          if (['<<', '>>'].includes(e.op)) break;
          return `u32(${this.#condition(e)})`;
        }
        return this.#operate(e);
      case 'cond': {
        const v = this.#declare(`#${this.#serial}`);
        this.#choose(
          e.a,
          () => this.#line(`${v.text} = ${this.#value(e.b)};`),
          () => this.#line(`${v.text} = ${this.#value(e.c)};`),
        );
        return this.#read(v);
      }
      case 'assign':
      case 'step': {
        if (e.k === 'step' && e.post) {
          const old = this.#temporary(this.#value(e.target));
          this.#effect(e);
          return this.#read(old);
        }
        this.#effect(e);
        return this.#value(e.target);
      }
      default:
        break;
    }
    return this.#operate(e as Expr & { k: 'binary' });
  }

  #choose(test: Expr, then: () => void, other: () => void): void {
    const text = this.#condition(test);
    const base = this.#at!;
    const a = this.#nested(then);
    this.#at = base;
    const b = this.#nested(other);
    if (a.same && b.same) {
      base.lines.push(`if (${text}) {`, ...a.lines, ...(b.lines.length > 0 ? ['} else {', ...b.lines] : []), '}');
      this.#at = base;
      return;
    }
    const end = this.#newState(this.#owner);
    this.#jump(a.end, end);
    this.#jump(b.end, end);
    base.lines.push(`if (${text}) {`, ...a.lines, '} else {', ...b.lines, '}');
    this.#at = { lines: end.lines, state: end };
    this.#markKept();
  }

  #operate(e: Expr & { k: 'binary' }): string {
    const { a, b } = this.#pair(e.a, e.b);
    const shift = /^\d+u$/.test(b) ? u(Number.parseInt(b, 10) & 31) : `(${b} & 31u)`;
    switch (e.op) {
      case '<<': return `(${a} << ${shift})`;
      case '>>': return `u32(i32(${a}) >> ${shift})`;
      case '/': return `div_signed(${a}, ${b})`;
      case '%': return `rem_signed(${a}, ${b})`;
      default: return `(${a} ${binaryText[e.op]!} ${b})`;
    } // biome-ignore format: one table
  }

  #pair(first: Expr, second: Expr): { a: string; b: string } {
    const kepts = this.#kepts.length;
    const a = this.#kept(this.#value(first), second);
    const b = this.#value(second);
    this.#markKept();
    this.#kepts.length = kepts;
    return { a, b };
  }

  #condition(e: Expr): string {
    const folded = this.#fold(e);
    if (folded !== undefined) return folded === 0 ? 'false' : 'true';
    if (e.k === 'unary' && e.op === '!') return `!(${this.#condition(e.a)})`;
    if (e.k === 'binary') {
      if (e.op === '&&' || e.op === '||') {
        if (!this.#needsStatements(e.b)) return `(${this.#condition(e.a)} ${e.op} ${this.#condition(e.b)})`;
        const v = this.#declare(`#${this.#serial}`);
        const decided = e.op === '||' ? '1u' : '0u';
        const evaluate = () => this.#line(`${v.text} = u32(${this.#condition(e.b)});`);
        const decide = () => this.#line(`${v.text} = ${decided};`);
        if (e.op === '&&') this.#choose(e.a, evaluate, decide);
        else this.#choose(e.a, decide, evaluate);
        return `(${this.#read(v)} != 0u)`;
      }
      if (e.op === '==' || e.op === '!=') {
        const { a, b } = this.#pair(e.a, e.b);
        return `(${a} ${e.op} ${b})`;
      }
      if (['<', '>', '<=', '>='].includes(e.op)) {
        const { a, b } = this.#pair(e.a, e.b);
        return `(i32(${a}) ${e.op} i32(${b}))`;
      }
    }
    if (e.k === 'call' && e.name === 'ult') {
      const { a, b } = this.#pair(e.args[0]!, e.args[1]!);
      return `(${a} < ${b})`;
    }
    return `(${this.#value(e)} != 0u)`;
  }

  #effect(e: Expr): void {
    if (e.k === 'step') {
      const value: Expr = { k: 'num', value: e.delta };
      this.#assign({ k: 'assign', op: '+', target: e.target, value });
    } else if (e.k === 'assign') this.#assign(e);
    else {
      const text = this.#value(e);
      if (text !== 'ret' && e.k === 'call') this.#line(`_ = ${text};`);
    }
  }

  #assign(e: Expr & { k: 'assign' }): void {
    const { target } = e;
    const value: Expr = e.op ? { k: 'binary', op: e.op, a: target, b: e.value } : e.value;
    if (target.k === 'name') {
      const text = this.#value(value);
      const v = this.#find(target.name);
      if (v) this.#line(`${v.text} = ${text};`);
      else if (this.#registerGlobals.has(target.name)) this.#line(`g_${target.name} = ${text};`);
      else this.#line(`work[base + ${u(this.#addressOf(target.name, target.line))}] = ${text};`);
      return;
    }
    if (target.k !== 'index') throw new Error('native: cannot assign to this');
    if (e.op && this.#hasEffects(target.index)) throw new Error(`native: line ${target.line}: index with effects`);
    const kepts = this.#kepts.length;
    let text = this.#value(value);
    if (!/^(\d+u|[rv]\d+)$/.test(text) && (this.#hasEffects(value) || this.#hasEffects(target.index))) {
      text = this.#keep(this.#temporary(text));
    }
    const { pool, address } = this.#element(target);
    if (pool) throw new Error(`native: line ${target.line}: ${target.table} is constant`);
    this.#markKept();
    this.#kepts.length = kepts;
    this.#line(`put(${address}, ${text});`);
  }

  #addressOf(name: string, line: number): number {
    const address = this.#layout.addresses.get(name);
    if (address === undefined) throw new Error(`native: line ${line} (${this.#owner}): no name ${name}`);
    return address;
  }

  #global(name: string, line: number): string {
    if (this.#registerGlobals.has(name)) return `g_${name}`;
    return `work[base + ${u(this.#addressOf(name, line))}]`;
  }

  /** The word address of a table's element, or its place in the pool. */
  #element(e: Expr & { k: 'index' }): { pool: boolean; address: string } {
    const pool = this.#layout.pools.get(e.table);
    const table = this.#layout.tables.get(e.table);
    if (pool === undefined && !table) throw new Error(`native: line ${e.line}: no table ${e.table}`);
    const field = e.field ? table!.fields.indexOf(e.field) : 0;
    const stride = Math.max(1, table?.fields.length ?? 1);
    let offset = pool ?? field;
    const parts: string[] = [];
    if (pool === undefined) parts.push(sizeText(table!.uniform));
    const folded = this.#fold(e.index);
    if (folded !== undefined) offset += folded * stride;
    else {
      const text = this.#value(e.index);
      parts.push(stride === 1 ? text : `${text} * ${u(stride)}`);
    }
    if (offset !== 0 || parts.length === 0) parts.push(u(offset));
    return { pool: pool !== undefined, address: parts.join(' + ') };
  }

  #call(e: Expr & { k: 'call' }): string {
    const [first, second] = e.args;
    switch (e.name) {
      case 'ult':
        return `u32(${this.#condition(e)})`;
      case 'udiv':
      case 'urem':
      case 'shr':
      case 'mulhu': {
        const { a, b } = this.#pair(first!, second!);
        if (e.name === 'shr') return `(${a} >> (${b} & 31u))`;
        return `${{ udiv: 'div_unsigned', urem: 'rem_unsigned', mulhu: 'mul_high' }[e.name]}(${a}, ${b})`;
      }
      case 'byte_at':
      case 'scan_name':
      case 'text_load':
      case 'job_load':
      case 'control_load':
        return `${e.name}(${this.#value(first!)})`;
      case 'text_store':
      case 'job_store':
      case 'control_store':
      case 'clear_words': {
        const { a, b } = this.#pair(first!, second!);
        this.#line(`${e.name}(${a}, ${b});`);
        return '0u';
      }
      case 'copy_to_text': {
        const [a, b, c] = this.#arguments(e.args) as [string, string, string];
        this.#line(`copy_to_text(${a}, ${b}, ${c});`);
        return '0u';
      }
      case 'scan_hash':
        return 'hash';
      case 'address_of': {
        const table = e.args[0]!.k === 'name' ? this.#layout.tables.get(e.args[0].name) : undefined;
        if (!table) throw new Error(`native: line ${e.line}: address of what?`);
        return sizeText(table.uniform);
      }
      default:
        break;
    }
    if (this.#analysis.noReturn.has(e.name)) {
      this.#giveUp();
      return '0u';
    }
    const texts = this.#arguments(e.args);
    if (!this.#analysis.dispatched.has(e.name)) {
      const f = this.#analysis.functions.get(e.name);
      if (!f || f.parameters.length !== texts.length) throw new Error(`native: line ${e.line}: call of ${e.name}`);
      this.#simpleQueue.push(e.name);
      if (this.#analysis.raising.has(e.name)) this.#raises = true;
      return `${wgslName(e.name)}(${texts.join(', ')})`;
    }
    if (!this.#dispatched || this.#structured > 0) throw new Error(`native: ${this.#owner} calls ${e.name}`);
    const target = this.#entryOf(e.name);
    const place = this.#returnPlace();
    const serial = this.#serial++;
    texts.forEach((text, i) => {
      this.#line(`let a${serial}_${i} = ${text};`);
    });
    this.#line(`@SAVE${place.label}@`);
    texts.forEach((_, i) => {
      this.#line(`r${i} = a${serial}_${i};`);
    });
    this.#line(`enter(${u(target.label)}, ${u(place.label)}, @SLOTS@u);`, 'continue;');
    this.#at!.state.next.add(place);
    this.#raises = false;
    this.#at = { lines: place.lines, state: place };
    this.#markKept();
    return 'ret';
  }

  #arguments(args: readonly Expr[]): string[] {
    const kepts = this.#kepts.length;
    const texts = args.map((arg, i) => {
      const text = this.#value(arg);
      const later = args.slice(i + 1);
      if (/^\d+u$/.test(text) || !later.some((next) => this.#needsStatements(next))) return text;
      return this.#keep(this.#temporary(text));
    });
    this.#markKept();
    this.#kepts.length = kepts;
    return texts;
  }

  #returnPlace(): State {
    const place = this.#newState(this.#owner);
    place.scope = this.#scopes.flatMap((scope) => [...scope.values()]);
    place.lines.push(`@RESTORE${place.label}@`);
    return place;
  }

  // ---- what lives across calls ----

  #resolveSaves(): void {
    const live = this.#states.map((s) => new Set(s.reads));
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = this.#states.length - 1; i >= 0; i--) {
        const own = live[i]!;
        const before = own.size;
        for (const next of this.#states[i]!.next) for (const id of live[next.label]!) own.add(id);
        if (own.size !== before) changed = true;
      }
    }
    const saves = new Map<string, string>();
    for (const s of this.#states) {
      if (!s.scope) continue;
      const kept = s.scope.filter((v) => live[s.label]!.has(v.id));
      saves.set(`@SAVE${s.label}@`, kept.map((v) => `save(${u(v.slot)}, ${v.text});`).join(' '));
      saves.set(`@RESTORE${s.label}@`, kept.map((v) => `${v.text} = saved(${u(v.slot)});`).join(' '));
    }
    for (const s of this.#states) s.lines = s.lines.map((line) => saves.get(line) ?? line);
  }

  // ---- constants ----

  #fold(e: Expr): number | undefined {
    switch (e.k) {
      case 'num':
        return e.value;
      case 'text':
        return this.#layout.textAt(e.text);
      case 'name':
        return this.#find(e.name) ? undefined : this.#layout.constants.get(e.name);
      case 'unary': {
        const a = this.#fold(e.a);
        if (a === undefined) return undefined;
        return e.op === '-' ? -a | 0 : e.op === '~' ? ~a : e.op === '!' ? Number(a === 0) : a;
      }
      case 'call':
        // Errors go to the interpreter, so nothing is ever caught here.
        if (e.name === 'catch_error') return 0;
        if (e.args[0]?.k !== 'name') return undefined;
        if (e.name === 'pool_of') return this.#layout.pools.get(e.args[0].name);
        return undefined;
      case 'binary': {
        const a = this.#fold(e.a);
        const b = this.#fold(e.b);
        if (a === undefined || b === undefined) return undefined;
        switch (e.op) {
          case '+': return (a + b) | 0;
          case '-': return (a - b) | 0;
          case '*': return Math.imul(a, b);
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

  #constant(e: Expr): number {
    const value = this.#fold(e);
    if (value === undefined) throw new Error(`native: constant expected in ${this.#owner}`);
    return value;
  }
}

/** A word of the uniform block's size part. */
export function sizeText(index: number): string {
  return `sizes.words[${index >> 2}].${'xyzw'[index & 3]}`;
}
