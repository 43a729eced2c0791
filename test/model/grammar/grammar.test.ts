import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGrammar, jsonSchemaGrammar, matches, parseGbnf } from '../../../src/model/grammar/index.ts';
import { utf8Ranges } from '../../../src/model/grammar/utf8-ranges.ts';

const compile = (source: string) => compileGrammar(parseGbnf(source));

describe('GBNF', () => {
  test.each<[string, string, string[], string[]]>([
    ['literals and choices', 'root ::= "yes" | "no"', ['yes', 'no'], ['', 'ye', 'yesno', 'maybe']],
    ['repetition', 'root ::= "a"* "b"+ "c"? [0-9]{2,3}', ['b12', 'aabbc123'], ['a12', 'b1', 'b1234']],
    ['exact and open counts', 'root ::= "x"{2} "y"{1,} "z"{,2}', ['xxy', 'xxyyyzz'], ['xy', 'xx', 'xxyzzz']],
    ['rules and comments', '# c\nroot ::= a-b # d\na-b ::= "1" |\n  "2"\n', ['1', '2'], ['3', '12']],
    ['groups over lines', 'root ::= (\n "a"\n | "b"\n)+', ['ab', 'b'], ['', 'c']],
    ['escapes', 'root ::= "\\"\\\\\\n\\x41\\u00e9" [\\]\\-a]', ['"\\\nAé]', '"\\\nAé-'], ['"\\\nAéb']],
    ['classes beyond ASCII', 'root ::= [α-ω✓🚀]+', ['λ✓🚀'], ['a', 'Ω', '🚁']],
    ['negated classes', 'root ::= [^a-c\\n]', ['d', 'é', '世', '🚀'], ['a', '\n', '', 'dd']],
    ['any character', 'root ::= . .', ['aé', '🚀\n'], ['a', 'abc']],
    [
      'right recursion is unbounded',
      'root ::= item list\nlist ::= "," item list | ""\nitem ::= [0-9]',
      ['1', `1${',2'.repeat(500)}`],
      ['1,'],
    ],
    ['balanced brackets', 'root ::= "(" root* ")"', ['()', '(()(()))'], ['(', '(()', '())']],
  ])('%s', (_, source, accepted, refused) => {
    const automaton = compile(source);
    for (const text of accepted) expect(matches(automaton, text), text).toBe(true);
    for (const text of refused) expect(matches(automaton, text), text).toBe(false);
  });

  test('says whether nesting had to be cut', () => {
    expect(compile('root ::= "a" b\nb ::= "c" d "e"\nd ::= "f"?').exact).toBe(true);
    const brackets = compileGrammar(parseGbnf('root ::= "(" root* ")"'), { maxDepth: 5 });
    expect(brackets).toMatchObject({ exact: false, depth: 5 });
    expect(matches(brackets, '((((()))))')).toBe(true);
    expect(matches(brackets, '('.repeat(8) + ')'.repeat(8))).toBe(false);
  });

  test('follows the same texts as a regular expression', () => {
    const automaton = compile('root ::= ("ab" | "a" [b-d]* | "c"{1,3} x)+ "!"?\nx ::= "d" | "da"');
    const expected = /^(?:ab|a[b-d]*|c{1,3}(?:d|da))+!?$/;
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '!'), { maxLength: 12 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(text, (t) => {
        expect(matches(automaton, t)).toBe(expected.test(t));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  test('UTF-8 ranges cover exactly the range', () => {
    fc.assert(
      fc.property(fc.nat(0x10ffff), fc.nat(0x10ffff), fc.array(fc.nat(0x10ffff), { maxLength: 20 }), (a, b, others) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const sequences = utf8Ranges([low, high]);
        for (const code of [low, high, ...others]) {
          if (code >= 0xd800 && code <= 0xdfff) continue;
          const bytes = new TextEncoder().encode(String.fromCodePoint(code));
          const found = sequences.filter(
            (s) => s.length === bytes.length && s.every(([l, h], i) => bytes[i]! >= l && bytes[i]! <= h),
          );
          expect(found.length).toBe(code >= low && code <= high ? 1 : 0);
        }
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  test.each<[string, string, string]>([
    ['no root', 'a ::= "b"', 'grammar: the grammar has no rule named root.'],
    ['an unknown rule', 'root ::= a', 'grammar: rule root uses a, which is not defined.'],
    ['left recursion', 'root ::= e\ne ::= "-"? e "+" | "1"', 'rule e can call itself before it consumes anything'],
    ['an open text', 'root ::= "a', 'line 1: a text or character class is not closed'],
    ['an open group', 'root ::=\n  ("a"', 'a parenthesis is not closed'],
    ['a bad count', 'root ::= "a"{3,1}', 'a repetition must be in order'],
    ['a bad range', 'root ::= [z-a]', 'a character range runs backwards'],
    ['a missing arrow', 'root "a"', 'line 1: ::= must follow the rule name root'],
    ['nothing that matches', 'root ::= "a" root', 'grammar: no text matches the grammar.'],
    ['too many copies', 'root ::= (("a"{2000}){2000}){2000}', 'the grammar is too large'],
  ])('%s is an error', (_, source, message) => {
    expect(() => compile(source)).toThrow(message);
  });
});

describe('JSON schema', () => {
  // Few states are enough for the nesting below, and quick.
  const schemaOf = (schema: unknown) => compileGrammar(jsonSchemaGrammar(schema), { maxStates: 5000 });

  test('any JSON up to the depth that fits, and nothing else', () => {
    const automaton = schemaOf({});
    expect(automaton.depth).toBeGreaterThanOrEqual(4);
    const compact = fc.json({ maxDepth: 3 }).filter((text) => !/[^\x20-\x7e]|\d{17}/.test(text));
    fc.assert(
      fc.property(compact, (text) => {
        expect(matches(automaton, text), text).toBe(true);
      }),
      { numRuns: 500, seed: 1 },
    );
    const noise = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', 'a', '1', '-', '.', 'e', 'true', ' '), {
      maxLength: 14,
    });
    fc.assert(
      fc.property(
        noise.map((parts) => parts.join('')),
        (text) => {
          if (matches(automaton, text)) expect(() => JSON.parse(text)).not.toThrow();
        },
      ),
      { numRuns: 3000, seed: 1 },
    );
  });

  test.each<[string, unknown, unknown[], unknown[]]>([
    [
      'objects',
      {
        type: 'object',
        properties: { a: { type: 'integer' }, b: { type: 'string' }, c: { type: 'boolean' } },
        required: ['b'],
      },
      [{ a: 1, b: 'x', c: true }, { b: '' }, { b: 'é"\\', c: false }, { a: -20, b: 'q' }],
      [{}, { a: 1 }, { a: 1.5, b: '' }, { b: '', d: 1 }, { c: true, b: '' }],
    ],
    [
      'all optional',
      { properties: { a: { const: 1 }, b: { const: 2 } } },
      [{}, { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
      [{ a: 2 }],
    ],
    [
      'additional properties',
      { type: 'object', properties: { a: { type: 'null' } }, additionalProperties: { type: 'integer' } },
      [{}, { a: null }, { a: null, z: 4, y: 5 }, { q: 1 }],
      [{ q: 'x' }],
    ],
    [
      'arrays',
      { type: 'array', items: { enum: ['a', 2, null] }, minItems: 1, maxItems: 3 },
      [['a'], [2, null, 'a']],
      [[], ['b'], [2, 2, 2, 2]],
    ],
    [
      'tuples',
      { prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false, type: 'array', minItems: 2 },
      [[1, 'a']],
      [[1], [1, 'a', 2], ['a', 1]],
    ],
    ['string lengths', { type: 'string', minLength: 2, maxLength: 3 }, ['ab', 'né🚀'], ['a', 'abcd']],
    ['several types', { type: ['integer', 'null'] }, [3, null], ['3', true]],
    [
      'references and recursion',
      {
        $ref: '#/$defs/tree',
        $defs: {
          tree: {
            type: 'object',
            properties: { v: { type: 'integer' }, kids: { type: 'array', items: { $ref: '#/$defs/tree' } } },
            required: ['v'],
          },
        },
      },
      [{ v: 1 }, { v: 1, kids: [{ v: 2 }, { v: 3, kids: [{ v: 4, kids: [] }] }] }],
      [{ kids: [] }, { v: 1, kids: [1] }],
    ],
    [
      'choices',
      { anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'number' } }] },
      [true, [1.5e3, -0.25]],
      ['x', [true]],
    ],
  ])('%s', (_, schema, accepted, refused) => {
    const automaton = schemaOf(schema);
    const spaced = (value: unknown) =>
      JSON.stringify(value, null, 1)
        .replace(/\n */g, ' ')
        .replace(/ ([\]}])/g, '$1')
        .replace(/([[{]) /g, '$1');
    for (const value of accepted) {
      expect(matches(automaton, JSON.stringify(value)), JSON.stringify(value)).toBe(true);
      expect(matches(automaton, spaced(value)), spaced(value)).toBe(true);
    }
    for (const value of refused) expect(matches(automaton, JSON.stringify(value)), JSON.stringify(value)).toBe(false);
  });

  test.each<[unknown, string]>([
    [{ type: 'string', pattern: 'a+' }, 'JSON schema: #: the keyword pattern is not supported here.'],
    [
      { properties: { a: { type: 'integer', minimum: 1 } } },
      'JSON schema: #/properties/a: the keyword minimum is not supported here.',
    ],
    [{ $ref: '#/$defs/none' }, '$ref #/$defs/none leads nowhere'],
    [{ $ref: 'http://example.com' }, 'is outside the schema'],
    [{ type: 'date' }, 'type "date" is unknown'],
    [{ properties: {}, required: ['x'] }, 'required names x'],
    [[], 'must be an object or true'],
  ])('%j is refused', (schema, message) => {
    expect(() => schemaOf(schema)).toThrow(message);
  });
});
