import { ResidentError } from '../../errors.ts';
import type { Expression, Rules } from './gbnf.ts';
import { parseGbnf } from './gbnf.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Rules that every schema may use. Texts are JSON's (RFC 8259); numbers have so many digits at most that they end. */
const basics = `
ws ::= " "? | "\\n" " "{0,8}
integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
number ::= integer ("." [0-9]{1,24})? ([eE] [+-]? [0-9]{1,3})?
char ::= [^"\\\\\\x00-\\x1f] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})
string ::= "\\"" char* "\\""
boolean ::= "true" | "false"
null ::= "null"
value ::= object | array | string | number | boolean | null
member ::= string ":" ws value
object ::= "{" ws (member ("," ws member)*)? ws "}"
array ::= "[" ws (value ("," ws value)*)? ws "]"
root ::= value
`;

/** Keywords that only describe. */
const annotations = new Set(
  '$schema $id $comment $defs definitions title description default examples deprecated readOnly writeOnly'.split(' '),
);

/**
 * The grammar of the JSON texts that a schema allows. Properties come in the order of the schema.
 *
 * Covers type, properties, required, additionalProperties, items, prefixItems, minItems, maxItems, minLength,
 * maxLength, enum, const, anyOf, oneOf, and $ref to definitions in the schema itself. As usual for generation, an
 * object with `properties` has no others unless `additionalProperties` says so.
 *
 * @throws ResidentError naming a keyword that is not supported
 */
export function jsonSchemaGrammar(schema: unknown, fileName = 'JSON schema'): Rules {
  return new SchemaCompiler(schema, fileName).compile();
}

class SchemaCompiler {
  readonly #rules = new Map<string, Expression>(parseGbnf(basics));
  readonly #root: unknown;
  readonly #fileName: string;
  readonly #references = new Map<string, string>();
  #next = 0;

  constructor(root: unknown, fileName: string) {
    this.#root = root;
    this.#fileName = fileName;
  }

  compile(): Rules {
    this.#rules.set('root', this.#schema(this.#root, '#'));
    return this.#rules;
  }

  #schema(schema: unknown, path: string): Expression {
    if (schema === true) return rule('value');
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
      return this.#fail(path, 'must be an object or true');
    }
    const s = schema as Schema;
    if (typeof s.$ref === 'string') {
      this.#allow(s, path, '$ref');
      return this.#reference(s.$ref, path);
    }
    if ('const' in s) {
      this.#allow(s, path, 'const type');
      return json(s.const);
    }
    if ('enum' in s) {
      this.#allow(s, path, 'enum type');
      if (!Array.isArray(s.enum) || s.enum.length === 0) return this.#fail(path, 'enum must be a list with values');
      return choice(s.enum.map(json));
    }
    for (const keyword of ['anyOf', 'oneOf']) {
      const branches = s[keyword];
      if (branches === undefined) continue;
      this.#allow(s, path, `${keyword} type`);
      if (!Array.isArray(branches) || branches.length === 0) return this.#fail(path, `${keyword} must be a list`);
      return choice(branches.map((branch, i) => this.#schema(branch, `${path}/${keyword}/${i}`)));
    }
    if (Array.isArray(s.type)) return choice(s.type.map((type) => this.#typed({ ...s, type }, path)));
    return this.#typed(s, path);
  }

  #typed(s: Schema, path: string): Expression {
    const type = s.type ?? ('properties' in s ? 'object' : 'items' in s || 'prefixItems' in s ? 'array' : undefined);
    switch (type) {
      case undefined:
        this.#allow(s, path, '');
        return rule('value');
      case 'object':
        return this.#object(s, path);
      case 'array':
        return this.#array(s, path);
      case 'string':
        return this.#string(s, path);
      case 'integer':
      case 'number':
      case 'boolean':
      case 'null':
        this.#allow(s, path, 'type');
        return rule(String(type));
      default:
        return this.#fail(path, `type ${JSON.stringify(type)} is unknown`);
    }
  }

  #string(s: Schema, path: string): Expression {
    this.#allow(s, path, 'type minLength maxLength');
    if (s.minLength === undefined && s.maxLength === undefined) return rule('string');
    const min = this.#count(s.minLength ?? 0, path, 'minLength');
    const max = s.maxLength === undefined ? undefined : this.#count(s.maxLength, path, 'maxLength');
    return sequence([literal('"'), { kind: 'repeat', item: rule('char'), min, max }, literal('"')]);
  }

  #array(s: Schema, path: string): Expression {
    this.#allow(s, path, 'type items prefixItems minItems maxItems');
    const prefix = Array.isArray(s.prefixItems) ? s.prefixItems : [];
    const first = prefix.map((item, i) => this.#schema(item, `${path}/prefixItems/${i}`));
    const min = this.#count(s.minItems ?? 0, path, 'minItems');
    const max = s.maxItems === undefined ? undefined : this.#count(s.maxItems, path, 'maxItems');
    if (max !== undefined && max < min) this.#fail(path, 'maxItems is less than minItems');
    const item = s.items === false ? undefined : this.#named(this.#schema(s.items ?? true, `${path}/items`));
    // tail(i): what may follow when i items stand already.
    const tail = (i: number): Expression => {
      const next = first[i] ?? item;
      if (!next || i === max) return sequence([]);
      const separator = i === 0 ? [] : [literal(','), rule('ws')];
      if (i >= first.length && i >= min && i > 0) {
        const rest = max === undefined ? undefined : max - i;
        return { kind: 'repeat', item: sequence([...separator, next]), min: 0, max: rest };
      }
      const more = sequence([...separator, next, this.#named(tail(i + 1))]);
      return i >= min ? optional(more) : more;
    };
    if (min > first.length && !item) this.#fail(path, 'minItems is more than prefixItems and items allow');
    return sequence([literal('['), rule('ws'), tail(0), rule('ws'), literal(']')]);
  }

  #object(s: Schema, path: string): Expression {
    this.#allow(s, path, 'type properties required additionalProperties');
    const properties = Object.entries((s.properties ?? {}) as Schema);
    const required = new Set(Array.isArray(s.required) ? s.required : []);
    for (const name of required) {
      if (!properties.some(([known]) => known === name))
        this.#fail(path, `required names ${name}, which is no property`);
    }
    const extra = s.additionalProperties ?? (properties.length === 0 && s.properties === undefined);
    const other = extra === false ? undefined : this.#named(this.#schema(extra, `${path}/additionalProperties`));
    const others = other && sequence([rule('string'), literal(':'), rule('ws'), other]);
    const separator = [literal(','), rule('ws')];
    const members = properties.map(([name, schema]) =>
      this.#named(sequence([json(name), literal(':'), rule('ws'), this.#schema(schema, `${path}/properties/${name}`)])),
    );
    // rest[i]: what may follow a member when properties before i are decided; head[i]: the same before any member.
    let rest: Expression = others
      ? { kind: 'repeat', item: sequence([...separator, others]), min: 0, max: undefined }
      : sequence([]);
    let head: Expression = others ? optional(sequence([others, rest])) : sequence([]);
    for (let i = members.length - 1; i >= 0; i--) {
      const after = this.#named(rest);
      const member = members[i]!;
      const isRequired = required.has(properties[i]![0]);
      const withSeparator = sequence([...separator, member]);
      const start = sequence([member, after]);
      rest = sequence([isRequired ? withSeparator : optional(withSeparator), after]);
      head = isRequired ? start : choice([start, this.#named(head)]);
    }
    return sequence([literal('{'), rule('ws'), head, rule('ws'), literal('}')]);
  }

  #reference(target: string, path: string): Expression {
    const known = this.#references.get(target);
    if (known) return rule(known);
    if (!target.startsWith('#')) return this.#fail(path, `$ref ${target} is outside the schema`);
    let found: unknown = this.#root;
    for (const part of target.slice(1).split('/').filter(Boolean)) {
      const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      const next =
        typeof found === 'object' && found !== null ? Object.entries(found).find(([key]) => key === name) : undefined;
      if (!next) return this.#fail(path, `$ref ${target} leads nowhere`);
      found = next[1];
    }
    const name = `ref-${this.#next++}`;
    this.#references.set(target, name);
    this.#rules.set(name, sequence([]));
    this.#rules.set(name, this.#schema(found, target));
    return rule(name);
  }

  /** Gives a part its own rule, so that it is not copied wherever it is used. */
  #named(expression: Expression): Expression {
    if (expression.kind === 'rule' || (expression.kind === 'sequence' && expression.items.length === 0))
      return expression;
    const name = `part-${this.#next++}`;
    this.#rules.set(name, expression);
    return rule(name);
  }

  #count(value: unknown, path: string, keyword: string): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2000) return value;
    return this.#fail(path, `${keyword} must be an integer from 0 to 2000`);
  }

  #allow(s: Schema, path: string, keywords: string): void {
    const known = new Set(keywords.split(' '));
    const foreign = Object.keys(s).find((key) => !known.has(key) && !annotations.has(key));
    if (foreign) this.#fail(path, `the keyword ${foreign} is not supported here`);
  }

  #fail(path: string, reason: string): never {
    throw new ResidentError(`${this.#fileName}: ${path}: ${reason}.`);
  }
}

const rule = (name: string): Expression => ({ kind: 'rule', name });
const literal = (text: string): Expression => ({ kind: 'literal', text });
const json = (value: unknown): Expression => literal(JSON.stringify(value));
const sequence = (items: Expression[]): Expression => ({ kind: 'sequence', items });
const choice = (items: Expression[]): Expression => ({ kind: 'choice', items });
const optional = (item: Expression): Expression => ({ kind: 'repeat', item, min: 0, max: 1 });
