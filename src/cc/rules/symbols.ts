// What names stand for, and what is constant.
import { TEXT_POOL } from './operations.ts';
import type { Expr } from './read.ts';

/** A local: a register, or a constant argument of an inlined function. */
export type Place = number | { constant: number };

/** Numbers that the sources leave open; see AssembleOptions. */
interface OpenNumbers {
  sizes: Readonly<Record<string, number>>;
  symbolic?: { count: number; value: (index: number) => number };
}

export class Symbols {
  readonly constants = new Map<string, number>();
  readonly addresses = new Map<string, number>();
  readonly tables = new Map<string, { address: number; fields: string[] }>();
  /** Where each constant table starts in {@link pool}. */
  readonly pools = new Map<string, number>();
  /** Words of constant tables. */
  readonly pool: number[] = [];
  /** Bytes of texts, each with a final 0. */
  readonly text: number[] = [];
  /** Locals of the function being assembled, the innermost block last. */
  scopes: Map<string, Place>[] = [];
  readonly #textAt = new Map<string, number>();
  readonly #open: OpenNumbers;

  constructor(open: OpenNumbers) {
    this.#open = open;
  }

  lookup(name: string): Place | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const place = this.scopes[i]!.get(name);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** The register of a local. */
  local(name: string): number | undefined {
    const place = this.lookup(name);
    return typeof place === 'number' ? place : undefined;
  }

  /** The value of `e` where it is constant. */
  fold(e: Expr): number | undefined {
    switch (e.k) {
      case 'num':
        return e.value;
      case 'text':
        return this.textPosition(e.text);
      case 'name': {
        const local = this.lookup(e.name);
        if (local !== undefined) return typeof local === 'number' ? undefined : local.constant;
        return this.constants.get(e.name);
      }
      case 'unary': {
        const a = this.fold(e.a);
        if (a === undefined) return undefined;
        return e.op === '-' ? -a | 0 : e.op === '~' ? ~a : e.op === '!' ? Number(a === 0) : a;
      }
      case 'call': {
        if (e.name === 'pool_of' && e.args[0]?.k === 'name') return this.pools.get(e.args[0].name);
        if (e.name !== 'address_of' || e.args[0]?.k !== 'name') return undefined;
        const address = this.addresses.get(e.args[0].name);
        if (address === undefined) throw new Error(`rules: line ${e.line}: no table ${e.args[0].name}`);
        return address;
      }
      case 'binary': {
        const a = this.fold(e.a);
        const b = this.fold(e.b);
        if (a === undefined || b === undefined) return undefined;
        if (this.#open.symbolic && !['+', '-', '*'].includes(e.op) && this.#isSymbolic(e)) return undefined;
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
      const index = Object.keys(this.#open.sizes).indexOf(e.name);
      return this.lookup(e.name) === undefined && index >= 0 && index < (this.#open.symbolic?.count ?? 0);
    }
    if (e.k === 'call') return e.name === 'address_of';
    if (e.k === 'unary') return this.#isSymbolic(e.a);
    return e.k === 'binary' && (this.#isSymbolic(e.a) || this.#isSymbolic(e.b));
  }

  /** @throws Error when `e` is not constant */
  constant(e: Expr): number {
    const value = this.fold(e);
    if (value === undefined) throw new Error(`rules: constant expected: ${JSON.stringify(e)}`);
    return value;
  }

  /** Position of a text, which is kept once. */
  textPosition(text: string): number {
    let at = this.#textAt.get(text);
    if (at === undefined) {
      at = TEXT_POOL + this.text.length;
      for (const byte of new TextEncoder().encode(text)) this.text.push(byte);
      this.text.push(0);
      this.#textAt.set(text, at);
    }
    return at;
  }
}
