import { ResidentError } from '../../errors.ts';

/** Inclusive ranges of code points. */
export type CharRange = readonly [low: number, high: number];

/** A part of a grammar rule. */
export type Expression =
  | { readonly kind: 'chars'; readonly ranges: readonly CharRange[] }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  | { readonly kind: 'choice'; readonly items: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly item: Expression; readonly min: number; readonly max: number | undefined };

/** Rules by name; generation starts at `root`. */
export type Rules = ReadonlyMap<string, Expression>;

const lastCodePoint = 0x10ffff;
const mostRepeats = 2000;

/**
 * Parses llama.cpp's GBNF notation.
 *
 * grammar = { rule } · rule = name "::=" choice newline · choice = sequence { "|" sequence } ·
 * sequence = { item [ "*" | "+" | "?" | "{m}" | "{m,}" | "{m,n}" ] } ·
 * item = '"text"' | "[chars]" | "[^chars]" | "." | name | "(" choice ")"
 *
 * @throws ResidentError with the line and what is wrong
 */
export function parseGbnf(source: string, fileName = 'grammar'): Rules {
  const rules = new GbnfParser(source, fileName).parse();
  for (const [name, expression] of rules) {
    for (const called of calledRules(expression)) {
      if (!rules.has(called))
        throw new ResidentError(`${fileName}: rule ${name} uses ${called}, which is not defined.`);
    }
  }
  if (!rules.has('root')) throw new ResidentError(`${fileName}: the grammar has no rule named root.`);
  return rules;
}

export function calledRules(expression: Expression): string[] {
  switch (expression.kind) {
    case 'rule':
      return [expression.name];
    case 'sequence':
    case 'choice':
      return expression.items.flatMap(calledRules);
    case 'repeat':
      return calledRules(expression.item);
    default:
      return [];
  }
}

class GbnfParser {
  readonly #source: string;
  readonly #fileName: string;
  #at = 0;
  #depth = 0;

  constructor(source: string, fileName: string) {
    this.#source = source;
    this.#fileName = fileName;
  }

  parse(): Rules {
    const rules = new Map<string, Expression>();
    this.#skip(true);
    while (this.#at < this.#source.length) {
      const name = this.#name();
      this.#skip(false);
      if (!this.#take('::=')) this.#fail(`::= must follow the rule name ${name}`);
      if (rules.has(name)) this.#fail(`rule ${name} is defined twice`);
      this.#skip(true);
      rules.set(name, this.#choice(false));
      const end = this.#source[this.#at];
      if (end !== undefined && end !== '\n' && end !== '\r') this.#fail(`unexpected ${JSON.stringify(end)}`);
      this.#skip(true);
    }
    return rules;
  }

  /** @param nested inside parentheses, where newlines are spaces */
  #choice(nested: boolean): Expression {
    const items = [this.#sequence(nested)];
    while (this.#take('|')) {
      this.#skip(true);
      items.push(this.#sequence(nested));
    }
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  }

  #sequence(nested: boolean): Expression {
    const items: Expression[] = [];
    for (;;) {
      const item = this.#item();
      if (!item) break;
      items.push(this.#repeated(item));
      this.#skip(nested);
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  #item(): Expression | undefined {
    const char = this.#source[this.#at];
    if (char === '"') return this.#literal();
    if (char === '[') return this.#charClass();
    if (char === '.') {
      this.#at++;
      return { kind: 'chars', ranges: [[0, lastCodePoint]] };
    }
    if (char === '(') {
      if (++this.#depth > 200) this.#fail('parentheses are nested deeper than 200');
      this.#at++;
      this.#skip(true);
      const inner = this.#choice(true);
      if (!this.#take(')')) this.#fail('a parenthesis is not closed');
      this.#depth--;
      return inner;
    }
    if (char !== undefined && /[\w-]/.test(char)) return { kind: 'rule', name: this.#name() };
    return undefined;
  }

  #repeated(item: Expression): Expression {
    let result = item;
    for (let count = 0; ; count++) {
      if (count > 8) this.#fail('too many repetitions of a repetition');
      if (this.#take('*')) result = { kind: 'repeat', item: result, min: 0, max: undefined };
      else if (this.#take('+')) result = { kind: 'repeat', item: result, min: 1, max: undefined };
      else if (this.#take('?')) result = { kind: 'repeat', item: result, min: 0, max: 1 };
      else if (this.#source[this.#at] === '{') result = this.#counted(result);
      else return result;
    }
  }

  #counted(item: Expression): Expression {
    const match = /^\{\s*(\d*)\s*(,?)\s*(\d*)\s*\}/.exec(this.#source.slice(this.#at, this.#at + 40));
    if (!match || (match[1] === '' && match[3] === '')) return this.#fail('a repetition must be {m}, {m,} or {m,n}');
    this.#at += match[0].length;
    const min = Number(match[1] || 0);
    const max = match[3] ? Number(match[3]) : match[2] ? undefined : min;
    if (min > mostRepeats || (max !== undefined && (max > mostRepeats || max < min))) {
      this.#fail(`a repetition must be in order and at most ${mostRepeats}`);
    }
    return { kind: 'repeat', item, min, max };
  }

  #literal(): Expression {
    this.#at++;
    let text = '';
    while (this.#source[this.#at] !== '"') text += String.fromCodePoint(this.#char());
    this.#at++;
    return { kind: 'literal', text };
  }

  #charClass(): Expression {
    this.#at++;
    const negated = this.#take('^');
    const ranges: [number, number][] = [];
    while (this.#source[this.#at] !== ']') {
      const low = this.#char();
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      if (isRange) this.#at++;
      const high = isRange ? this.#char() : low;
      if (high < low) this.#fail('a character range runs backwards');
      ranges.push([low, high]);
    }
    this.#at++;
    return { kind: 'chars', ranges: negated ? complement(ranges) : ranges };
  }

  /** One character, with the escapes \n \r \t \xHH \uHHHH \UHHHHHHHH and \ before any other character. */
  #char(): number {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined || code === 10) return this.#fail('a text or character class is not closed');
    this.#at += code > 0xffff ? 2 : 1;
    if (code !== 0x5c) return code;
    const letter = this.#source[this.#at++];
    if (letter === 'n') return 10;
    if (letter === 'r') return 13;
    if (letter === 't') return 9;
    const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    if (digits === 0)
      return letter === undefined ? this.#fail('the grammar ends in an escape') : letter.codePointAt(0)!;
    const hex = this.#source.slice(this.#at, this.#at + digits);
    const value = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1;
    if (value < 0 || value > lastCodePoint) this.#fail(`\\${letter} needs ${digits} hexadecimal digits of a character`);
    this.#at += digits;
    return value;
  }

  #name(): string {
    const match = /^[\w-]+/.exec(this.#source.slice(this.#at, this.#at + 200));
    if (!match) return this.#fail('a rule name is missing');
    this.#at += match[0].length;
    return match[0];
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Skips spaces and comments, and newlines where they are not the end of a rule. */
  #skip(newlines: boolean): void {
    for (;;) {
      const char = this.#source[this.#at];
      if (char === ' ' || char === '\t' || (newlines && (char === '\n' || char === '\r'))) {
        this.#at++;
      } else if (char === '#') {
        while (this.#at < this.#source.length && this.#source[this.#at] !== '\n') this.#at++;
      } else {
        return;
      }
    }
  }

  #fail(reason: string): never {
    const line = this.#source.slice(0, this.#at).split('\n').length;
    throw new ResidentError(`${this.#fileName}: line ${line}: ${reason}.`);
  }
}

/** All characters that are in none of the ranges. */
export function complement(ranges: readonly CharRange[]): CharRange[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: CharRange[] = [];
  let next = 0;
  for (const [low, high] of sorted) {
    if (low > next) result.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= lastCodePoint) result.push([next, lastCodePoint]);
  return result;
}
