import {
  type Automaton,
  compileGrammarSliced,
  type Expression,
  jsonSchemaGrammar,
  parseGbnf,
  type Rules,
} from '../../model/grammar/index.ts';
import { ApiError } from './errors.ts';

/** A larger automaton takes memory and, with others, the place of the GPU's table. */
const maxStates = 2500;
const remembered = 64;

const cache = new Map<string, Promise<Automaton>>();

/** What an answer must look like. */
export type AnswerFormat =
  | { readonly type: 'json'; readonly schema: unknown }
  | { readonly type: 'grammar'; readonly source: string }
  | { readonly type: 'tool-call'; readonly tools: readonly FunctionTool[] };

export interface FunctionTool {
  readonly name: string;
  readonly description?: string | null | undefined;
  /** A JSON Schema; undefined: any object. */
  readonly parameters?: unknown;
}

/** Marks around a call in the text of an answer, as the Hermes and Qwen families write them. */
export const toolMarks = { open: '<tool_call>', close: '</tool_call>' } as const;

/**
 * The automaton of a format; the last ones are remembered. Other requests go on while it is compiled.
 *
 * @param param the request's field, for errors
 * @throws ApiError when the schema or grammar is wrong, not supported, or too large
 */
export async function compileFormat(format: AnswerFormat, param: string): Promise<Automaton> {
  const key = JSON.stringify(format);
  // The one that was used last stands last.
  const automaton = cache.get(key) ?? compile(format, param);
  cache.delete(key);
  cache.set(key, automaton);
  if (cache.size > remembered) cache.delete(cache.keys().next().value!);
  try {
    return await automaton;
  } catch (error) {
    if (cache.get(key) === automaton) cache.delete(key);
    throw error;
  }
}

async function compile(format: AnswerFormat, param: string): Promise<Automaton> {
  try {
    return await compileGrammarSliced(rulesOf(format), { fileName: param, maxStates });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ApiError(400, message, { code: 'invalid_schema', param });
  }
}

function rulesOf(format: AnswerFormat): Rules {
  if (format.type === 'grammar') return parseGbnf(format.source);
  if (format.type === 'json') return jsonSchemaGrammar(withoutFullRanges(format.schema, 0), 'schema');
  const rules = new Map<string, Expression>();
  const calls = format.tools.map((tool, index): Expression => {
    const prefix = `tool-${index}-`;
    const parameters = jsonSchemaGrammar(withoutFullRanges(tool.parameters ?? { type: 'object' }, 0), tool.name);
    for (const [name, expression] of parameters) rules.set(prefix + name, renamed(expression, prefix));
    return {
      kind: 'sequence',
      items: [
        { kind: 'literal', text: `{"name": ${JSON.stringify(tool.name)}, "arguments": ` },
        { kind: 'rule', name: `${prefix}root` },
        { kind: 'literal', text: '}' },
      ],
    };
  });
  const { open, close } = toolMarks;
  const call: Expression = { kind: 'choice', items: calls };
  const items: Expression[] = [{ kind: 'literal', text: `${open}\n` }, call, { kind: 'literal', text: `\n${close}` }];
  return new Map<string, Expression>([['root', { kind: 'sequence', items }], ...rules]);
}

function renamed(expression: Expression, prefix: string): Expression {
  switch (expression.kind) {
    case 'rule':
      return { kind: 'rule', name: prefix + expression.name };
    case 'sequence':
    case 'choice':
      return { kind: expression.kind, items: expression.items.map((item) => renamed(item, prefix)) };
    case 'repeat':
      return { ...expression, item: renamed(expression.item, prefix) };
    default:
      return expression;
  }
}

/**
 * A schema without bounds that every integer of JavaScript keeps: schema libraries write them for plain integers.
 * Other bounds stay, and the compiler says that it does not support them.
 */
function withoutFullRanges(schema: unknown, depth: number): unknown {
  if (depth > 64) throw new Error('schema: nested deeper than 64 levels.');
  if (Array.isArray(schema)) return schema.map((item) => withoutFullRanges(item, depth + 1));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) =>
      !(key === 'minimum' && value === Number.MIN_SAFE_INTEGER) &&
      !(key === 'maximum' && value === Number.MAX_SAFE_INTEGER),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutFullRanges(value, depth + 1)]));
}
