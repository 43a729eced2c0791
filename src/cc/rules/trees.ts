// Questions about trees of rule C that the code generator asks.
import type { StageOpName } from './operations.ts';
import type { Expr, RuleFunction, Stmt } from './read.ts';

/** Functions of rule C that are one operation. */
export const intrinsicOps: Record<string, StageOpName> = {
  ult: 'LTU',
  udiv: 'DIVU',
  urem: 'REMU',
  shr: 'SHR',
  mulhu: 'MULHU',
};

/** Functions of at most so many expressions, without loops, are put in where they are called. */
const INLINE_SIZE = 16;

/** Evaluating `e` changes nothing: no call but of intrinsics that only read. */
export function isPure(e: Expr): boolean {
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
export function isSmall(f: RuleFunction): boolean {
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
export function assigned(body: Stmt): Set<string> {
  let names = changedNames.get(body);
  if (!names) {
    names = new Set([...JSON.stringify(body).matchAll(/"target":\{"k":"name","name":"(\w+)"/g)].map((m) => m[1]!));
    changedNames.set(body, names);
  }
  return names;
}
