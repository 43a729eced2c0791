// What the stages left in a slot's work memory, as text: for `resident cc`.
import { disassemble, type Program } from '../machine/index.ts';
import type { CompiledFile } from './compile-file.ts';
import { sourcePlace } from './diagnostics.ts';
import { TEXT_OWN, TEXT_POOL } from './rules/operations.ts';

/** Reads the tables of one slot by name. */
class Tables {
  readonly #compiled: CompiledFile;
  readonly #source: Uint8Array;

  constructor(compiled: CompiledFile, source: Uint8Array) {
    this.#compiled = compiled;
    this.#source = source;
  }

  field(table: string, index: number, field: string): number {
    const { image } = this.#compiled.compiler;
    const fields = image.fields[table]!;
    return this.#compiled.work[image.addresses[table]! + index * fields.length + fields.indexOf(field)]! | 0;
  }

  global(name: string): number {
    return this.#compiled.work[this.#compiled.compiler.image.addresses[name]!]! | 0;
  }

  /** Text at a position in the source, the slot's own text or the pool. */
  text(from: number, length: number): string {
    const { image } = this.#compiled.compiler;
    let bytes = '';
    for (let at = from; at < from + length; at++) {
      const offset = at & (TEXT_OWN - 1);
      const word =
        at >= TEXT_POOL
          ? image.pool[image.poolTextWord + (offset >> 2)]
          : this.#compiled.work[image.addresses.own_text! + (offset >> 2)];
      bytes += String.fromCharCode(at < TEXT_OWN ? this.#source[at]! : ((word ?? 0) >>> ((offset & 3) * 8)) & 255);
    }
    return bytes;
  }

  name(index: number): string {
    return index === 0 ? '' : this.text(this.field('name', index, 'at'), this.field('name', index, 'length'));
  }

  type(t: number): string {
    const basic = ['?', 'void', '_Bool', 'char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int'];
    const more = [
      'unsigned',
      'long',
      'unsigned long',
      'long long',
      'unsigned long long',
      'float',
      'double',
      'long double',
    ];
    const names = [...basic, ...more];
    if (t < names.length) return names[t]!;
    const base = this.field('type_of', t, 'base');
    switch (this.field('type_of', t, 'kind')) {
      case 1:
        return `${this.type(base)} *`;
      case 2:
        return `${this.type(base)} [${this.field('type_of', t, 'count')}]`;
      case 5:
        return `${this.type(base)} (...)`;
      default:
        return `struct ${this.name(this.field('type_of', t, 'name'))}`;
    }
  }
}

const long = (lo: number, hi: number): string => String((BigInt(hi) << 32n) | BigInt(lo >>> 0));

function double(lo: number, hi: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, lo, true);
  view.setInt32(4, hi, true);
  return view.getFloat64(0, true);
}

/** One line for each token: line:column, kind, spelling or value. */
export function listTokens(compiled: CompiledFile, source: Uint8Array): string {
  const tables = new Tables(compiled, source);
  const kinds = enumNames(compiled, /^[TK]_/);
  const lines: string[] = [];
  for (let i = 1; i < tables.global('tokens'); i++) {
    const [kind, at, lo, hi] = ['kind', 'at', 'lo', 'hi'].map((f) => tables.field('token', i, f)) as [
      number,
      number,
      number,
      number,
    ];
    const { line, column } = sourcePlace(source, at);
    const name = kinds.get(kind) ?? String(kind);
    let value = '';
    if (name === 'T_INTEGER') value = long(lo, hi);
    else if (name === 'T_FLOATING') value = String(double(lo, hi));
    else if (name === 'T_STRING') value = JSON.stringify(tables.text(lo, hi - lo));
    else if (name === 'T_NAME') value = tables.name(lo);
    lines.push(`${line}:${column}\t${name.slice(2).toLowerCase()}\t${value}`.trimEnd());
  }
  return lines.join('\n');
}

/** The syntax tree of every function, one node a line, indented. */
export function listTrees(compiled: CompiledFile, source: Uint8Array): string {
  const tables = new Tables(compiled, source);
  const operations = enumNames(compiled, /^N_/);
  const lines: string[] = [];
  const show = (node: number, depth: number): void => {
    for (let n = node; n > 0; n = tables.field('node', n, 'next')) {
      const name = (operations.get(tables.field('node', n, 'op')) ?? '?').slice(2).toLowerCase();
      const [a, b, c] = ['a', 'b', 'c'].map((f) => tables.field('node', n, f)) as [number, number, number];
      let words = `${'  '.repeat(depth)}${name}`;
      const children: number[] = [];
      if (name === 'integer') words += ` ${long(a, b)}`;
      else if (name === 'floating') words += ` ${double(a, b)}`;
      else if (name === 'variable') words += ` ${tables.name(tables.field('symbol', a, 'name')) || '(unnamed)'}`;
      else if (name === 'case') words += c || a || b ? ` ${a}${b === a ? '' : ` to ${b}`}` : '';
      else if (name === 'goto' || name === 'label') words += ` ${tables.name(tables.field('goto_label', a, 'name'))}`;
      else if (name === 'bitfield') children.push(a);
      else if (name === 'return' || name === 'switch') children.push(a, ...(name === 'switch' ? [b] : []));
      else if (['if', 'loop', 'do', 'conditional'].includes(name)) children.push(c, a, b);
      else children.push(a, b);
      const type = tables.field('node', n, 'type');
      const statement = type <= 1 || ['case', 'return', 'switch'].includes(name);
      lines.push(statement ? words : `${words}: ${tables.type(type)}`);
      for (const child of children) show(child, depth + 1);
    }
  };
  for (let f = 0; f < tables.global('functions'); f++) {
    const symbol = tables.field('function', f, 'symbol');
    lines.push(`function ${tables.name(tables.field('symbol', symbol, 'name'))}`);
    show(tables.field('function', f, 'body'), 1);
  }
  return lines.join('\n');
}

/** Names of an enumeration's values. */
function enumNames(compiled: CompiledFile, pattern: RegExp): Map<number, string> {
  const names = new Map<number, string>();
  for (const [name, value] of Object.entries(compiled.compiler.image.constants)) {
    if (pattern.test(name) && !names.has(value)) names.set(value, name);
  }
  return names;
}

/** The machine code with addresses and function names. */
export function listAssembly(program: Program): string {
  const labels = new Map([...program.symbols].map(([name, address]) => [address, name]));
  const view = new DataView(program.text.buffer, program.text.byteOffset, program.text.byteLength);
  const lines: string[] = [];
  for (let at = 0; at + 4 <= program.text.byteLength - program.data.byteLength; at += 4) {
    const pc = program.textBase + at;
    const label = labels.get(pc);
    if (label) lines.push(`${label}:`);
    lines.push(`  ${pc.toString(16)}: ${disassemble(view.getUint32(at, true), pc)}`);
  }
  return lines.join('\n');
}
