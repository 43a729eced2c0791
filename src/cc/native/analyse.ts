// Which functions of the stages become WGSL functions and which become states of the dispatch loop.
import type { Expr, RuleFunction, RuleProgram, Stmt } from '../rules/read.ts';

export interface Analysis {
  readonly functions: ReadonlyMap<string, RuleFunction>;
  /** Functions with states of their own: recursive ones, those that call them, large ones with several uses. */
  readonly dispatched: ReadonlySet<string>;
  /** Functions at which this tier gives up: errors, limits and those that are not translated. */
  readonly noReturn: ReadonlySet<string>;
  /** WGSL functions that may give up: their callers look at `pending`. */
  readonly raising: ReadonlySet<string>;
}

/** Functions that are not translated: a program that needs one is compiled by the interpreter. */
const left: readonly string[] = ['if_expression', 'generic_selection', 'static_assertion', 'fault'];

export const intrinsics: ReadonlySet<string> = new Set([
  'ult', 'udiv', 'urem', 'shr', 'mulhu', 'byte_at', 'scan_name', 'scan_hash', 'fault_code', 'clear_words', 'copy_to_text', 'halt',
  'catch_error', 'throw_error', 'text_load', 'text_store', 'job_load', 'job_store', 'control_load', 'control_store', 'pool_of', 'address_of',
]); // biome-ignore format: one table

/** All expressions directly inside a statement, without those of inner statements. */
export function expressionsOf(s: Stmt): Expr[] {
  const list = (...values: (Expr | undefined)[]) => values.filter((e) => e !== undefined);
  switch (s.k) {
    case 'expr': return [s.e];
    case 'local': return list(...s.names.map((n) => n.value));
    case 'if': return [s.test];
    case 'loop': return list(s.test, s.step);
    case 'switch': return [s.value];
    case 'return': return list(s.value);
    default: return [];
  } // biome-ignore format: one table
}

export function innerStatements(s: Stmt): Stmt[] {
  switch (s.k) {
    case 'block': return s.body;
    case 'if': return s.other ? [s.then, s.other] : [s.then];
    case 'loop': return s.init ? [s.init, s.body] : [s.body];
    case 'switch': return s.body;
    default: return [];
  } // biome-ignore format: one table
}

export function partsOf(e: Expr): Expr[] {
  switch (e.k) {
    case 'index': return [e.index];
    case 'call': return e.args;
    case 'unary': return [e.a];
    case 'binary': return [e.a, e.b];
    case 'cond': return [e.a, e.b, e.c];
    case 'assign': return [e.target, e.value];
    case 'step': return [e.target];
    default: return [];
  } // biome-ignore format: one table
}

export function someExpression(e: Expr, test: (e: Expr) => boolean): boolean {
  return test(e) || partsOf(e).some((part) => someExpression(part, test));
}

function someInStatement(s: Stmt, test: (e: Expr) => boolean): boolean {
  return (
    expressionsOf(s).some((e) => someExpression(e, test)) ||
    innerStatements(s).some((inner) => someInStatement(inner, test))
  );
}

function calls(s: Stmt): string[] {
  const found: string[] = [];
  someInStatement(s, (e) => {
    if (e.k === 'call' && !intrinsics.has(e.name)) found.push(e.name);
    return false;
  });
  return found;
}

function size(s: Stmt): number {
  let count = 0;
  someInStatement(s, () => {
    count++;
    return false;
  });
  return count;
}

/** True for a statement after which nothing of its block runs. */
export function neverPasses(s: Stmt, noReturn: ReadonlySet<string>): boolean {
  if (s.k === 'block') return isColdFrom(s.body, 0, noReturn);
  return (
    s.k === 'expr' && s.e.k === 'call' && (s.e.name === 'halt' || s.e.name === 'throw_error' || noReturn.has(s.e.name))
  );
}

/** The statements of one nest level. */
export const listOf = (s: Stmt): Stmt[] => (s.k === 'block' ? s.body : [s]);

const bodies = (s: Stmt): Stmt[][] => {
  switch (s.k) {
    case 'block': return [s.body];
    case 'if': return s.other ? [listOf(s.then), listOf(s.other)] : [listOf(s.then)];
    case 'loop': return s.init ? [listOf(s.init), listOf(s.body)] : [listOf(s.body)];
    case 'switch': return segmentsOf(s.body).map((segment) => segment.body);
    default: return [];
  } // biome-ignore format: one table
};

export interface Segment {
  values: Expr[];
  isDefault: boolean;
  body: Stmt[];
}

/** The parts of a switch body: labels, then statements. */
export function segmentsOf(body: readonly Stmt[]): Segment[] {
  const segments: Segment[] = [];
  let open = false;
  for (const s of body) {
    if (s.k === 'case' || s.k === 'default') {
      if (!open) segments.push({ values: [], isDefault: false, body: [] });
      open = true;
      const segment = segments.at(-1)!;
      if (s.k === 'default') segment.isDefault = true;
      else segment.values.push(...s.values);
    } else {
      open = false;
      segments.at(-1)!.body.push(s);
    }
  }
  return segments;
}

/** From this statement of a list on, the rest is an error path: its calls need no way back. */
export function isColdFrom(list: readonly Stmt[], index: number, noReturn: ReadonlySet<string>): boolean {
  for (const s of list.slice(index)) {
    if (neverPasses(s, noReturn)) return true;
    if (leaves(s)) return false;
  }
  return false;
}

/** True when a statement may end the function or the loop around it. */
function leaves(s: Stmt): boolean {
  return s.k === 'return' || s.k === 'break' || s.k === 'continue' || innerStatements(s).some(leaves);
}

/**
 * True when a list of statements calls dispatched functions only on paths that do not come back.
 *
 * @param isDispatched of a call
 */
export function isSimple(
  list: readonly Stmt[],
  isDispatched: (name: string) => boolean,
  noReturn: ReadonlySet<string>,
): boolean {
  for (const [index, s] of list.entries()) {
    const direct = expressionsOf(s).some((e) =>
      someExpression(e, (part) => part.k === 'call' && isDispatched(part.name)),
    );
    if (direct || neverPasses(s, noReturn)) return isColdFrom(list, index, noReturn);
    if (!bodies(s).every((inner) => isSimple(inner, isDispatched, noReturn))) return false;
  }
  return true;
}

/** @param inlineLimit above this size (syntax tree nodes, callees included) a function with several uses is dispatched */
export function analyse(program: RuleProgram, entries: readonly string[], inlineLimit: number): Analysis {
  const functions = new Map(program.functions.map((f) => [f.name, f]));
  const noReturn = new Set<string>(left);
  for (let changed = true; changed; ) {
    changed = false;
    for (const f of program.functions) {
      if (!noReturn.has(f.name) && isColdFrom(listOf(f.body), 0, noReturn)) {
        noReturn.add(f.name);
        changed = true;
      }
    }
  }
  const callees = new Map(program.functions.map((f) => [f.name, calls(f.body)]));
  const dispatched = new Set<string>([...entries, ...noReturn]);
  for (const name of functions.keys()) {
    // recursive?
    const seen = new Set<string>();
    const visit = (at: string): boolean => {
      for (const next of callees.get(at) ?? []) {
        if (next === name) return true;
        if (!seen.has(next) && !noReturn.has(next)) {
          seen.add(next);
          if (visit(next)) return true;
        }
      }
      return false;
    };
    if (visit(name)) dispatched.add(name);
  }
  const uses = new Map<string, number>();
  for (const list of callees.values()) for (const name of list) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (let changed = true; changed; ) {
    changed = false;
    for (const f of program.functions) {
      if (dispatched.has(f.name)) continue;
      if (!isSimple(listOf(f.body), (name) => dispatched.has(name), noReturn)) {
        dispatched.add(f.name);
        changed = true;
      }
    }
    if (changed) continue;
    const sizes = new Map<string, number>();
    const expanded = (name: string): number => {
      const known = sizes.get(name);
      if (known !== undefined) return known;
      let sum = size(functions.get(name)!.body);
      for (const callee of callees.get(name)!) if (!dispatched.has(callee)) sum += expanded(callee);
      sizes.set(name, sum);
      return sum;
    };
    for (const f of program.functions) {
      if (!dispatched.has(f.name) && (uses.get(f.name) ?? 0) > 1 && expanded(f.name) > inlineLimit) {
        dispatched.add(f.name);
        changed = true;
      }
    }
  }
  const raising = new Set<string>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const f of program.functions) {
      if (dispatched.has(f.name) || raising.has(f.name)) continue;
      if (callees.get(f.name)!.some((name) => dispatched.has(name) || raising.has(name))) {
        raising.add(f.name);
        changed = true;
      }
    }
  }
  return { functions, dispatched, noReturn, raising };
}
