import { type Expression, ExpressionError, evaluate, expressionLimits, parseExpression } from './expression.ts';
import { FaultError } from './fault.ts';
import { type Json, textOf } from './json.ts';

// Texts of programs with `${expression}` inside. A text that is one expression and nothing else keeps the
// expression's type; `$${` stands for a literal `${`. What an expression yields is never expanded again.

type Part = string | { source: string; expression: Expression };

const cache = new Map<string, Part[]>();

/** Splits a text into literal parts and parsed expressions. @throws ExpressionError with the column in the text */
export function parseTemplate(text: string): Part[] {
  const known = cache.get(text);
  if (known) return known;
  const parts: Part[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) break;
    literal += text.slice(at, dollar);
    if (text.startsWith('$${', dollar)) {
      literal += '${';
      at = dollar + 3;
    } else if (text.startsWith('${', dollar)) {
      const end = closing(text, dollar + 2);
      if (literal) parts.push(literal);
      literal = '';
      const source = text.slice(dollar + 2, end);
      try {
        parts.push({ source, expression: parseExpression(source) });
      } catch (error) {
        if (error instanceof ExpressionError)
          throw new ExpressionError(`in \${${source}}: ${error.message}`, dollar + 2 + error.column);
        throw error;
      }
      at = end + 1;
    } else {
      literal += '$';
      at = dollar + 1;
    }
  }
  literal += text.slice(at);
  if (literal || parts.length === 0) parts.push(literal);
  if (cache.size > 10_000) cache.clear();
  cache.set(text, parts);
  return parts;
}

/** Index of the `}` that closes an expression, skipping quoted texts. */
function closing(text: string, from: number): number {
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '}') return i;
  }
  throw new ExpressionError(`"\${" without "}"`, from);
}

export type Lookup = (name: string) => Json | undefined;

/** Expands one text. */
export function expandText(text: string, lookup: Lookup): Json {
  const parts = parseTemplate(text);
  const only = parts.length === 1 ? parts[0]! : undefined;
  if (only !== undefined) return typeof only === 'string' ? only : evaluate(only.expression, lookup);
  let result = '';
  for (const part of parts) {
    result += typeof part === 'string' ? part : textOf(evaluate(part.expression, lookup));
    if (result.length > 16 * expressionLimits.resultBytes)
      throw new FaultError('limit', `a text is over ${16 * expressionLimits.resultBytes} characters`);
  }
  return result;
}

/** Expands the texts inside a value. */
export function expand(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') return expandText(value, lookup);
  if (Array.isArray(value)) return value.map((item) => expand(item, lookup));
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, expand(field, lookup)]));
  return value;
}

/** Every text inside a value, with its path. */
export function* textsIn(value: unknown, path: (string | number)[] = []): Generator<[string, (string | number)[]]> {
  if (typeof value === 'string') yield [value, path];
  else if (value && typeof value === 'object')
    for (const [key, field] of Object.entries(value))
      yield* textsIn(field, [...path, Array.isArray(value) ? Number(key) : key]);
}
