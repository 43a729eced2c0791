import { FaultError } from './fault.ts';
import { canonical, type Json, textOf } from './json.ts';

// The expression language of programs: what stands between `${` and `}` and in conditions.
// It is total: no loops, no assignment, bounded source, bounded depth, bounded results.
//
//   expression = or ("?" expression ":" expression)?
//   or         = and ("||" and)*
//   and        = equality ("&&" equality)*
//   equality   = relation (("==" | "!=") relation)*
//   relation   = sum (("<=" | ">=" | "<" | ">") sum)*
//   sum        = product (("+" | "-") product)*
//   product    = unary (("*" | "/" | "%") unary)*
//   unary      = ("!" | "-") unary | postfix
//   postfix    = primary ("." name | "[" expression "]")*
//   primary    = number | string | name | name "(" arguments ")" | "(" expression ")" | "[" list "]"

export type Expression =
  | { kind: 'literal'; value: Json }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'unary'; operator: string; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'choose'; condition: Expression; yes: Expression; no: Expression }
  | { kind: 'index'; object: Expression; key: Expression }
  | { kind: 'call'; name: string; arguments: Expression[] };

export const expressionLimits = { source: 4096, depth: 32, resultBytes: 65536 } as const;

/** A mistake in an expression's source; `column` counts from 1 inside the expression. */
export class ExpressionError extends Error {
  readonly column: number;
  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

interface Token {
  kind: 'number' | 'string' | 'name' | 'symbol' | 'end';
  text: string;
  value: Json;
  at: number;
}

const tokenPattern =
  /\s+|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<symbol>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()[\]])/y;

function tokenize(source: string): Token[] {
  if (source.length > expressionLimits.source)
    throw new ExpressionError(`is longer than ${expressionLimits.source} characters`, 1);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(source);
    if (!match) throw new ExpressionError(`unexpected character ${JSON.stringify(source[at])}`, at + 1);
    const { number, string, name, symbol } = match.groups!;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, value: Number(number), at });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string, value: unquote(string), at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, value: name, at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, value: symbol, at });
    at += match[0].length;
  }
  tokens.push({ kind: 'end', text: 'the end', value: null, at });
  return tokens;
}

function unquote(text: string): string {
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
  return text.slice(1, -1).replace(/\\(.)/gs, (_, c: string) => escapes[c] ?? c);
}

const words: Record<string, Json> = { true: true, false: false, null: null };

/** Parses one expression. @throws ExpressionError with the column of the mistake */
export function parseExpression(source: string): Expression {
  const tokens = tokenize(source);
  let next = 0;
  let depth = 0;
  const peek = () => tokens[next]!;
  const take = () => tokens[next++]!;
  const accept = (...symbols: string[]) => {
    if (peek().kind === 'symbol' && symbols.includes(peek().text)) return take().text;
    return undefined;
  };
  const expect = (symbol: string) => {
    if (!accept(symbol)) throw new ExpressionError(`expected "${symbol}", found ${peek().text}`, peek().at + 1);
  };
  const nested = <T>(parse: () => T): T => {
    if (++depth > expressionLimits.depth)
      throw new ExpressionError(`is nested deeper than ${expressionLimits.depth}`, peek().at + 1);
    const result = parse();
    depth--;
    return result;
  };
  const binary = (operand: () => Expression, ...operators: string[]) => {
    let left = operand();
    for (let operator = accept(...operators); operator; operator = accept(...operators))
      left = { kind: 'binary', operator, left, right: operand() };
    return left;
  };
  const expression = (): Expression =>
    nested(() => {
      const condition = or();
      if (!accept('?')) return condition;
      const yes = expression();
      expect(':');
      return { kind: 'choose', condition, yes, no: expression() };
    });
  const or = () => binary(and, '||');
  const and = () => binary(equality, '&&');
  const equality = () => binary(relation, '==', '!=');
  const relation = () => binary(sum, '<=', '>=', '<', '>');
  const sum = () => binary(product, '+', '-');
  const product = () => binary(unary, '*', '/', '%');
  const unary = (): Expression => {
    const operator = accept('!', '-');
    return operator ? nested(() => ({ kind: 'unary', operator, operand: unary() })) : postfix();
  };
  const postfix = (): Expression => {
    let object = primary();
    for (;;) {
      if (accept('.')) {
        const name = take();
        if (name.kind !== 'name') throw new ExpressionError(`expected a field name, found ${name.text}`, name.at + 1);
        object = { kind: 'index', object, key: { kind: 'literal', value: name.text } };
      } else if (accept('[')) {
        object = { kind: 'index', object, key: expression() };
        expect(']');
      } else return object;
    }
  };
  const list = (end: string): Expression[] => {
    const items: Expression[] = [];
    if (accept(end)) return items;
    do items.push(expression());
    while (accept(','));
    expect(end);
    return items;
  };
  const primary = (): Expression => {
    const token = take();
    if (token.kind === 'number' || token.kind === 'string') return { kind: 'literal', value: token.value };
    if (token.kind === 'name') {
      if (token.text in words) return { kind: 'literal', value: words[token.text]! };
      if (!accept('(')) return { kind: 'name', name: token.text };
      if (!Object.hasOwn(functions, token.text))
        throw new ExpressionError(
          `unknown function ${token.text} (there are ${Object.keys(functions).join(', ')})`,
          token.at + 1,
        );
      return { kind: 'call', name: token.text, arguments: list(')') };
    }
    if (token.text === '(') {
      const inner = expression();
      expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: list(']') };
    throw new ExpressionError(`unexpected ${token.text}`, token.at + 1);
  };
  const result = expression();
  if (peek().kind !== 'end') throw new ExpressionError(`unexpected ${peek().text}`, peek().at + 1);
  return result;
}

const number = (value: Json | undefined): number => {
  const result = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof result !== 'number' || !Number.isFinite(result))
    throw new FaultError('type', `${canonical(value ?? null).slice(0, 60)} is not a number`);
  return result;
};
const items = (value: Json | undefined): Json[] => {
  if (!Array.isArray(value)) throw new FaultError('type', `${canonical(value ?? null).slice(0, 60)} is not a list`);
  return value;
};

/** The functions of the expression language: name, what it returns, and its meaning. */
export const functions: Record<string, { usage: string; call: (a: Json[]) => Json }> = {
  length: {
    usage: 'length(x): characters of a text, items of a list, fields of an object',
    call: ([x]) =>
      typeof x === 'string' || Array.isArray(x) ? x.length : x && typeof x === 'object' ? Object.keys(x).length : 0,
  },
  append: { usage: 'append(list, x): the list with x at its end', call: ([a, x]) => [...items(a), x ?? null] },
  slice: {
    usage: 'slice(x, from, to): part of a text or list',
    call: ([x, from, to]) => {
      const end = to === undefined ? undefined : number(to);
      return typeof x === 'string' ? x.slice(number(from), end) : items(x).slice(number(from), end);
    },
  },
  join: {
    usage: 'join(list, separator): one text',
    call: ([a, separator]) => items(a).map(textOf).join(textOf(separator)),
  },
  split: {
    usage: 'split(text, separator): a list',
    call: ([text, separator]) => {
      const by = textOf(separator);
      return by === '' ? [textOf(text)] : textOf(text).split(by);
    },
  },
  lines: {
    usage: 'lines(text): its lines that are not empty',
    call: ([text]) =>
      textOf(text)
        .split('\n')
        .filter((line) => line.trim() !== ''),
  },
  contains: {
    usage: 'contains(x, y): whether a text contains a text, or a list an item',
    call: ([x, y]) =>
      typeof x === 'string' ? x.includes(textOf(y)) : items(x).some((item) => canonical(item) === canonical(y)),
  },
  lower: { usage: 'lower(text): in lower case', call: ([x]) => textOf(x).toLowerCase() },
  trim: { usage: 'trim(text): without white space at its ends', call: ([x]) => textOf(x).trim() },
  number: { usage: 'number(x): a text as a number', call: ([x]) => number(x) },
  text: { usage: 'text(x): a value as text', call: ([x]) => textOf(x) },
  json: {
    usage: 'json(text): the value that JSON text stands for',
    call: ([x]) => {
      try {
        return JSON.parse(textOf(x)) as Json;
      } catch {
        throw new FaultError('type', `${textOf(x).slice(0, 60)} is not JSON`);
      }
    },
  },
  keys: {
    usage: 'keys(object): the names of its fields, in order',
    call: ([x]) => (x && typeof x === 'object' && !Array.isArray(x) ? Object.keys(x).sort() : []),
  },
  round: { usage: 'round(x, digits): a rounded number', call: ([x, d]) => Number(number(x).toFixed(digits(d))) },
  floor: { usage: 'floor(x): the integer below', call: ([x]) => Math.floor(number(x)) },
  min: { usage: 'min(a, b, ...): the smallest number', call: (a) => Math.min(...a.map(number)) },
  max: { usage: 'max(a, b, ...): the largest number', call: (a) => Math.max(...a.map(number)) },
  sum: {
    usage: 'sum(list): the sum of numbers',
    call: ([a]) =>
      items(a)
        .map(number)
        .reduce((s, x) => s + x, 0),
  },
};

function digits(value: Json | undefined): number {
  return Math.min(15, Math.max(0, Math.trunc(number(value ?? 0))));
}

/**
 * The value of an expression.
 * @param lookup value of a name; undefined for an unknown one
 * @throws FaultError with code `type` (wrong operand, unknown name) or `limit` (result too large)
 */
export function evaluate(expression: Expression, lookup: (name: string) => Json | undefined): Json {
  const value = (e: Expression): Json => {
    switch (e.kind) {
      case 'literal':
        return e.value;
      case 'name': {
        const found = lookup(e.name);
        if (found === undefined) throw new FaultError('type', `there is no register ${e.name}`);
        return found;
      }
      case 'list':
        return e.items.map(value);
      case 'unary': {
        const operand = value(e.operand);
        return e.operator === '!' ? !truth(operand) : -number(operand);
      }
      case 'choose':
        return truth(value(e.condition)) ? value(e.yes) : value(e.no);
      case 'index':
        return index(value(e.object), value(e.key));
      case 'call':
        return bounded(functions[e.name]!.call(e.arguments.map(value)));
      case 'binary':
        if (e.operator === '&&') return truth(value(e.left)) && truth(value(e.right));
        if (e.operator === '||') return truth(value(e.left)) || truth(value(e.right));
        return bounded(compute(e.operator, value(e.left), value(e.right)));
    }
  };
  return value(expression);
}

/** Null, false, zero, the empty text and the empty list are false. */
export function truth(value: Json): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function index(object: Json, key: Json): Json {
  if ((Array.isArray(object) || typeof object === 'string') && typeof key === 'number') {
    return object[key < 0 ? object.length + key : key] ?? null;
  }
  if (object && typeof object === 'object' && !Array.isArray(object)) {
    const name = textOf(key);
    return Object.hasOwn(object, name) ? object[name]! : null;
  }
  return null;
}

function compute(operator: string, left: Json, right: Json): Json {
  switch (operator) {
    case '==':
      return canonical(left) === canonical(right);
    case '!=':
      return canonical(left) !== canonical(right);
    case '+':
      if (typeof left === 'number' && typeof right === 'number') return left + right;
      if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
      return textOf(left) + textOf(right);
    case '-':
      return number(left) - number(right);
    case '*':
      return finite(number(left) * number(right));
    case '/':
      return finite(number(left) / number(right));
    case '%':
      return finite(number(left) % number(right));
  }
  const [a, b] = typeof left === 'string' && typeof right === 'string' ? [left, right] : [number(left), number(right)];
  return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new FaultError('type', 'the result of an arithmetic operation is not a number');
  return value;
}

function bounded(value: Json): Json {
  const size = typeof value === 'string' ? value.length : typeof value === 'object' ? canonical(value).length : 0;
  if (size > expressionLimits.resultBytes)
    throw new FaultError('limit', `a value of ${size} characters is over the limit of ${expressionLimits.resultBytes}`);
  return value;
}
