import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeSymbols } from '../../../src/model/tokenizer/merge.ts';
import { MergeTable } from '../../../src/model/tokenizer/merge-table.ts';
import { pretokenizers, splitWords } from '../../../src/model/tokenizer/pretokenizers.ts';
import { bpeFixture, spmFixture } from './fixtures.ts';

describe('byte-level BPE', () => {
  const tokenizer = bpeFixture();
  const texts = (text: string, options = {}) =>
    tokenizer.encode(text, options).map((id) => tokenizer.decode([id], { special: true }));

  test('merges the lowest rank first, then the leftmost', () => {
    expect(texts('the the')).toEqual(['the'.slice(0, 1), 'he', ' the']);
    expect(texts('aaaaa')).toEqual(['aaaa', 'a']);
    expect(texts('abab')).toEqual(['ab', 'ab']);
    expect(texts('abaa')).toEqual(['ab', 'aa']);
    expect(texts('12345')).toEqual(['1', '2', '3', '4', '5']);
  });

  test('any text survives a round trip', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.toWellFormed());
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('control tokens are read only when asked for, user-defined ones always', () => {
    expect(texts('<|end|>a', { parseSpecial: true })).toEqual(['<|end|>', 'a']);
    expect(texts('<|end|>a').length).toBeGreaterThan(4);
    expect(texts('a<tool>b')).toEqual(['a', '<tool>', 'b']);
    expect(tokenizer.decode(tokenizer.encode('<|end|>a', { parseSpecial: true }))).toBe('a');
  });

  test('adds BOS and EOS only when the model wants them and they are asked for', () => {
    const { bos, eos } = tokenizer.vocabulary;
    expect(tokenizer.encode('a', { addSpecial: true })).toEqual([97]);
    const both = bpeFixture({ more: { 'tokenizer.ggml.add_bos_token': true, 'tokenizer.ggml.add_eos_token': true } });
    expect(both.encode('a', { addSpecial: true })).toEqual([bos, 97, eos]);
    expect(both.encode('a')).toEqual([97]);
    expect(both.encode('', { addSpecial: true })).toEqual([bos, eos]);
  });

  test('streams text as its characters complete', () => {
    const stream = tokenizer.stream();
    const pieces = [...new TextEncoder().encode('é✓a')].map((byte) => stream.push(byte));
    expect(pieces).toEqual(['', 'é', '', '', '✓', 'a']);
    expect(stream.push(0xe2)).toBe('');
    expect(stream.end()).toBe('\ufffd');
  });

  test('merges through strings that are no token fall apart into bytes', () => {
    const odd = bpeFixture({ merges: ['x y'] });
    const id = odd.encode('xy');
    expect(id).toEqual([256]);
    expect(odd.encode('xyz')).toEqual([256, 122]);
  });

  test.each<[string, Record<string, number | string>, RegExp]>([
    ['model', { 'tokenizer.ggml.model': 'bert' }, /fixture\.gguf: tokenizer model bert is not supported/],
    ['pre', { 'tokenizer.ggml.pre': 'klingon' }, /pre-tokenizer klingon is not supported/],
    ['role', { 'tokenizer.ggml.bos_token_id': 1e6 }, /bos_token_id is 1000000, but must be 0 to/],
  ])('an unknown %s is an error that names it', (_, more, message) => {
    expect(() => bpeFixture({ more })).toThrow(message);
  });

  test('broken merges and lengths are errors', () => {
    expect(() => bpeFixture({ merges: ['ab'] })).toThrow('merges entry 0 is not two texts');
    expect(() => bpeFixture({ more: { 'tokenizer.ggml.token_type': new Int32Array(3) } })).toThrow('3 entries for');
    expect(() => spmFixture({ 'tokenizer.ggml.scores': new Float32Array(2) })).toThrow('scores has 2 entries');
  });
});

describe('SentencePiece', () => {
  const tokenizer = spmFixture();
  const texts = (text: string) => tokenizer.encode(text).map((id) => tokenizer.vocabulary.texts[id]);

  test('a space is put in front of text, but not of nothing', () => {
    expect(texts('c')).toEqual(['▁', 'c']);
    expect(texts('')).toEqual([]);
    expect(spmFixture({ 'tokenizer.ggml.add_space_prefix': false }).encode('c').length).toBe(1);
  });

  test('characters that are no token become bytes', () => {
    expect(texts('✓')).toEqual(['▁', '<0xE2>', '<0x9C>', '<0x93>']);
    expect(texts('✓✓')).toEqual(['▁', '✓✓']);
    expect(texts('✓✓✓x')).toEqual(['▁', '✓✓', '<0xE2>', '<0x9C>', '<0x93>', '<0x78>']);
    expect(texts('\n')).toEqual(['▁', '<0x0A>']);
  });

  test('any text survives a round trip behind the added space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const expected = text === '' ? '' : ` ${text.toWellFormed().replaceAll('▁', ' ')}`;
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(expected);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe('merging', () => {
  test('the queue for long input and the scan for short input agree with the definition', () => {
    const symbols = fc.array(fc.nat(5), { minLength: 1, maxLength: 140 });
    const merges = fc.array(fc.tuple(fc.nat(12), fc.nat(12), fc.nat(6)), { maxLength: 40 });
    fc.assert(
      fc.property(symbols, merges, (word, pairs) => {
        const table = new MergeTable(pairs.length);
        const rules = new Map<string, [rank: number, merged: number]>();
        pairs.forEach(([left, right, rank], i) => {
          const merged = 6 + (i % 7);
          table.add(left, right, rank, merged);
          if (!rules.has(`${left} ${right}`)) rules.set(`${left} ${right}`, [rank, merged]);
        });
        const actual = Int32Array.from(word);
        const count = mergeSymbols(table, actual);
        expect([...actual.subarray(0, count)]).toEqual(mergeByDefinition(word, rules));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  function mergeByDefinition(word: number[], rules: Map<string, [number, number]>): number[] {
    const symbols = [...word];
    for (;;) {
      let best = -1;
      let bestRule: [number, number] | undefined;
      for (let i = 0; i + 1 < symbols.length; i++) {
        const rule = rules.get(`${symbols[i]} ${symbols[i + 1]}`);
        if (rule && (!bestRule || rule[0] < bestRule[0])) [best, bestRule] = [i, rule];
      }
      if (!bestRule) return symbols;
      symbols.splice(best, 2, bestRule[1]);
    }
  }
});

describe('pre-tokenizers', () => {
  const split = (name: string, text: string) => splitWords(text, pretokenizers.get(name)!.patterns);

  test.each<[string, string, string[]]>([
    ['gpt-2', "I'll take 1234  of\n\n these!", ['I', "'ll", ' take', ' 1234', ' ', ' of', '\n\n', ' these', '!']],
    ['qwen2', "I'LL take 123\n\n x", ['I', "'LL", ' take', ' ', '1', '2', '3', '\n\n', ' x']],
    ['llama-bpe', 'x=12345;\n\ty', ['x', '=', '123', '45', ';\n', '\ty']],
    ['gpt-4o', 'camelCase HTTPServer', ['camel', 'Case', ' HTTPServer']],
    ['tekken', 'abc 123', ['abc', ' ', '1', '2', '3']],
    ['starcoder', 'a 12', ['a', ' ', '1', '2']],
    ['default', 'a+b 1234', ['a', '+', 'b', ' ', '123', '4']],
    ['deepseek-v3', 'x+y 1234 漢字', ['x', '+y', ' ', '123', '4', ' ', '漢字']],
    ['deepseek-llm', 'день 12\n', ['день', ' ', '12', '\n']],
    ['bloom', 'a, b', ['a', ',', ' b']],
  ])('%s', (name, text, words) => {
    expect(split(name, text)).toEqual(words);
  });

  test('every pre-tokenizer covers any text exactly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        for (const { patterns } of new Set(pretokenizers.values()))
          expect(splitWords(text, patterns).join('')).toBe(text);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
