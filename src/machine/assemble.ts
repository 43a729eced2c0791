import { ResidentError } from '../errors.ts';
import { RAM_BASE, TEXT_BASE } from './constants.ts';
import { encodeInstruction, type OperandValues } from './encode.ts';
import { type Instruction, instructions, type Operand } from './isa.ts';
import type { Program } from './program.ts';
import { expandPseudo } from './pseudo-instructions.ts';
import { csrNumbers, registerNumber, roundingModes } from './registers.ts';

const byName = new Map(instructions.filter((i) => i.op !== 'ILLEGAL').map((i) => [i.name, i]));

interface Line {
  number: number;
  mnemonic: string;
  operands: string[];
}

interface Item extends Line {
  section: 'text' | 'data';
  address: number;
}

/**
 * Assembles RISC-V assembler text: labels, the instructions of isa.ts, the usual pseudo-instructions, and the
 * directives .text .data .word .half .byte .ascii .asciz .zero .align .equ .globl, and `.executable start, bytes`, which
 * makes that part of the data executable RAM. Execution starts at `_start`, or at the first instruction.
 *
 * @throws ResidentError with file and line
 */
export function assemble(source: string, name = 'assembler text'): Program {
  const assembler = new Assembler(name);
  return assembler.run(source);
}

class Assembler {
  readonly #name: string;
  readonly #symbols = new Map<string, number>();
  readonly #items: Item[] = [];
  #compressed = false;
  #executable: Line | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  run(source: string): Program {
    const ends = this.#placeItems(source);
    const text = new Uint8Array(Math.ceil((ends.text - TEXT_BASE) / 4) * 4);
    const data = new Uint8Array(ends.data - RAM_BASE);
    for (const item of this.#items) {
      const bytes = this.#guard(item, () => this.#bytes(item));
      if (item.section === 'text') text.set(bytes, item.address - TEXT_BASE);
      else data.set(bytes, item.address - RAM_BASE);
    }
    return {
      text,
      textBase: TEXT_BASE,
      entry: this.#symbols.get('_start') ?? TEXT_BASE,
      data,
      ramBase: RAM_BASE,
      staticLength: data.length,
      code: this.#executable && this.#guard(this.#executable, () => this.#codeRange(this.#executable!, data.length)),
      compressed: this.#compressed,
      assemblerLines: new Map([...this.#items].filter((i) => i.section === 'text').map((i) => [i.address, i.number])),
      symbols: this.#symbols,
    };
  }

  /** First pass: addresses of all items and labels. Every item's size is known without its operands' values. */
  #placeItems(source: string): { text: number; data: number } {
    const at = { text: TEXT_BASE, data: RAM_BASE };
    let section: 'text' | 'data' = 'text';
    for (const line of this.#lines(source)) {
      if (line.mnemonic.endsWith(':')) {
        this.#guard(line, () => this.#define(line.mnemonic.slice(0, -1), at[section]));
        continue;
      }
      if (line.mnemonic === '.text' || line.mnemonic === '.data') section = line.mnemonic.slice(1) as 'text' | 'data';
      else if (line.mnemonic === '.equ')
        this.#guard(line, () => this.#define(line.operands[0] ?? '', this.#value(line.operands[1])));
      else if (line.mnemonic === '.globl') continue;
      else if (line.mnemonic === '.executable') this.#executable = line;
      else {
        for (const part of this.#guard(line, () => expandPseudo(line.mnemonic, line.operands))) {
          const item: Item = { ...line, mnemonic: part[0]!, operands: part.slice(1), section, address: at[section] };
          at[section] += this.#guard(line, () => this.#size(item));
          if (at[section] - (section === 'text' ? TEXT_BASE : RAM_BASE) > 1 << 24) this.#fail(line, 'more than 16 MiB');
          this.#items.push(item);
        }
      }
    }
    return at;
  }

  #codeRange({ operands }: Line, dataLength: number): NonNullable<Program['code']> {
    if (operands.length !== 2) throw new RangeError('.executable wants an address and a number of bytes');
    const [base, length] = [this.#value(operands[0]), this.#value(operands[1])];
    if (length < 4 || (base | length) & 3) throw new RangeError('.executable wants multiples of 4');
    if (base < RAM_BASE || base - RAM_BASE + length > dataLength) throw new RangeError('.executable is not in .data');
    return { base, length };
  }

  *#lines(source: string): Generator<Line> {
    for (const [index, raw] of source.split('\n').entries()) {
      let rest = raw
        .replace(/("(?:[^"\\]|\\.)*")|(?:#|\/\/).*/g, (_, quoted: string | undefined) => quoted ?? '')
        .trim();
      for (let label = /^([\w.$]+):\s*/.exec(rest); label; label = /^([\w.$]+):\s*/.exec(rest)) {
        yield { number: index + 1, mnemonic: `${label[1]}:`, operands: [] };
        rest = rest.slice(label[0].length);
      }
      if (rest === '') continue;
      const [, mnemonic, operands] = /^(\S+)\s*(.*)$/.exec(rest)!;
      const list = operands!.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
      yield { number: index + 1, mnemonic: mnemonic!, operands: list.map((o) => o.trim()) };
    }
  }

  #size(item: Item): number {
    switch (item.mnemonic) {
      case '.word':
        return 4 * item.operands.length;
      case '.half':
        return 2 * item.operands.length;
      case '.byte':
        return item.operands.length;
      case '.ascii':
      case '.asciz':
        return stringBytes(item).length;
      case '.zero':
        return this.#count(item);
      case '.align': {
        const unit = 2 ** Math.min(this.#count(item), 12);
        return Math.ceil(item.address / unit) * unit - item.address;
      }
      default: {
        const instruction = this.#instruction(item.mnemonic);
        if (instruction.length === 2) this.#compressed = true;
        return instruction.length;
      }
    }
  }

  #bytes(item: Item): Uint8Array {
    const values = (size: number) => {
      const bytes = new DataView(new ArrayBuffer(size * item.operands.length));
      item.operands.forEach((operand, i) => {
        const value = this.#value(operand);
        if (size === 4) bytes.setUint32(i * 4, value, true);
        else if (size === 2) bytes.setUint16(i * 2, value, true);
        else bytes.setUint8(i, value);
      });
      return new Uint8Array(bytes.buffer);
    };
    switch (item.mnemonic) {
      case '.word':
        return values(4);
      case '.half':
        return values(2);
      case '.byte':
        return values(1);
      case '.ascii':
      case '.asciz':
        return stringBytes(item);
      case '.zero':
      case '.align':
        return new Uint8Array(0);
      default: {
        const word = this.#encode(this.#instruction(item.mnemonic), item);
        const bytes = new Uint8Array(Uint32Array.of(word).buffer);
        return (word & 3) === 3 ? bytes : bytes.subarray(0, 2);
      }
    }
  }

  #instruction(mnemonic: string): Instruction {
    const found = byName.get(mnemonic) ?? byName.get(mnemonic.replace(/\.(aq|rl|aqrl)$/, ''));
    if (!found) throw new RangeError(`unknown instruction ${mnemonic}`);
    return found;
  }

  #encode(instruction: Instruction, item: Item): number {
    const given = [...item.operands];
    const values: OperandValues = {};
    let extra = 0;
    for (const operand of instruction.operands) {
      if (operand === 'aqrl') {
        extra = orderingBits(item.mnemonic);
        continue;
      }
      const text = given.shift();
      if (text === undefined && operand !== 'rm')
        throw new RangeError(`${instruction.name} wants ${instruction.operands.join(', ')}`);
      this.#operand(operand, text ?? 'dyn', item, values);
    }
    if (given.length > 0) throw new RangeError(`${instruction.name} has too many operands`);
    return (encodeInstruction(instruction, values) | extra) >>> 0;
  }

  #operand(operand: Operand, text: string, item: Item, values: OperandValues): void {
    const add = (bits: number) => {
      values.immediate = (values.immediate ?? 0) | bits;
    };
    switch (operand) {
      case 'rd':
      case 'fd':
        values.rd = register(text, operand);
        break;
      case 'rs1':
      case 'fs1':
        values.rs1 = register(text, operand);
        // Two-operand compressed forms and csr instructions keep rs1 in a shared field.
        if (item.mnemonic.startsWith('csr')) add(values.rs1 << 12);
        break;
      case 'rs2':
      case 'fs2':
        values.rs2 = register(text, operand);
        break;
      case 'fs3':
        add((register(text, operand) - 32) << 8);
        break;
      case 'imm(rs1)':
      case '(rs1)': {
        const match = /^(.*)\((\w+)\)$/.exec(text);
        if (!match) throw new RangeError(`${text} is not of the form offset(register)`);
        values.rs1 = register(match[2]!, 'rs1');
        if (operand === 'imm(rs1)') values.immediate = match[1] === '' ? 0 : this.#value(match[1]);
        else if (match[1] !== '' && match[1] !== '0') throw new RangeError(`${text}: no offset is possible here`);
        break;
      }
      case 'imm':
        values.immediate = this.#value(text);
        break;
      case 'upper':
        values.immediate = this.#value(text) << 12;
        break;
      case 'target':
        values.immediate = this.#value(text) - item.address;
        break;
      case 'csr':
        add(csrNumbers[text] ?? this.#value(text));
        break;
      case 'zimm':
        add(this.#value(text) << 12);
        break;
      case 'rm': {
        const mode = roundingModes.indexOf(text);
        if (mode < 0) throw new RangeError(`${text} is not a rounding mode`);
        add(mode);
        break;
      }
    }
  }

  /** Numbers, symbols, `a+b`, `a-b`, `%hi(x)`, `%lo(x)`, `'c'`. */
  #value(text: string | undefined): number {
    const trimmed = (text ?? '').trim();
    const part = /^%(hi|lo|pcrel_hi|pcrel_lo)\((.*)\)$/.exec(trimmed);
    if (part) {
      const value = this.#value(part[2]);
      return part[1] === 'hi' ? ((value + 0x800) >>> 12) & 0xfffff : (value << 20) >> 20;
    }
    const sum = /^(.+?)\s*([+-])\s*([\w.$]+)$/.exec(trimmed);
    if (sum && !/^[+-]$/.test(sum[1]!)) {
      const [left, right] = [this.#value(sum[1]), this.#value(sum[3])];
      return sum[2] === '+' ? left + right : left - right;
    }
    if (/^[+-]?(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(trimmed)) {
      const negative = trimmed.startsWith('-');
      const size = Number(trimmed.replace(/^[+-]/, ''));
      if (size > 0xffffffff) throw new RangeError(`${trimmed} does not fit in 32 bits`);
      return negative ? -size : size;
    }
    const character = /^'(.|\\.)'$/.exec(trimmed);
    if (character) return unquote(character[1]!).charCodeAt(0);
    const symbol = this.#symbols.get(trimmed);
    if (symbol === undefined)
      throw new RangeError(`${trimmed === '' ? 'a value is missing' : `${trimmed} is not defined`}`);
    return symbol;
  }

  #count(item: Item): number {
    const count = this.#value(item.operands[0]);
    if (count < 0 || count > 1 << 24) throw new RangeError(`${item.mnemonic} ${count} is out of range`);
    return count;
  }

  #define(name: string, value: number): void {
    if (this.#symbols.has(name)) throw new RangeError(`${name} is defined twice`);
    this.#symbols.set(name, value);
  }

  #guard<T>(line: Line, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof RangeError) return this.#fail(line, error.message);
      throw error;
    }
  }

  #fail(line: Line, message: string): never {
    throw new ResidentError(`${this.#name}:${line.number}: ${message}.`);
  }
}

function register(text: string, operand: string): number {
  const number = registerNumber(text);
  const float = operand.startsWith('f');
  if (number === undefined || number >= 32 !== float) {
    throw new RangeError(`${text} is not ${float ? 'a float' : 'an integer'} register`);
  }
  return number;
}

function orderingBits(mnemonic: string): number {
  const suffix = /\.(aq|rl|aqrl)$/.exec(mnemonic)?.[1] ?? '';
  return ((suffix.startsWith('aq') ? 2 : 0) | (suffix.endsWith('rl') ? 1 : 0)) << 25;
}

function stringBytes(item: Item): Uint8Array {
  const quoted = /^"(.*)"$/.exec(item.operands[0] ?? '');
  if (!quoted) throw new RangeError(`${item.mnemonic} wants a "string"`);
  return new TextEncoder().encode(unquote(quoted[1]!) + (item.mnemonic === '.asciz' ? '\0' : ''));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

function unquote(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c);
}
