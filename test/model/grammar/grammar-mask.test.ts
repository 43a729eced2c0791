import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chain, type Gpu, openGpu, readBuffer, storageBuffer } from '../../../src/gpu/index.ts';
import { kernelConstants as c } from '../../../src/model/constants.ts';
import { Engine } from '../../../src/model/engine/index.ts';
import { syntheticGguf } from '../../../src/model/gguf/index.ts';
import {
  type Automaton,
  advance,
  compileGrammar,
  type GrammarHost,
  GrammarMask,
  jsonSchemaGrammar,
  matches,
  parseGbnf,
} from '../../../src/model/grammar/index.ts';
import { GpuVocabulary, Tokenizer } from '../../../src/model/tokenizer/index.ts';
import { bpeFixture } from '../tokenizer/fixtures.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const gbnf = (source: string) => compileGrammar(parseGbnf(source));

test('the mask allows exactly the tokens that the automaton allows, for each instance its own', async () => {
  const tokenizer = bpeFixture();
  const vocabulary = new GpuVocabulary(gpu, tokenizer);
  const automata = [gbnf('root ::= "the " [0-9]+ "." | [^ ]* " (" .*'), undefined, gbnf('root ::= "int main" | "ab"*')];
  const texts = ['the 12', 'anything', 'ab', 'in', 'x', ' prompt'];
  const used: (Automaton | undefined)[] = [
    automata[0],
    automata[1],
    automata[2],
    automata[2],
    automata[0],
    automata[0],
  ];
  const prompt = [0, 0, 0, 0, 0, 2];
  const contextLength = 32;
  const instances = texts.length;
  const encoded = texts.map((text, i) => [...new Array(prompt[i]).fill(7), ...(i === 5 ? [] : tokenizer.encode(text))]);
  const state = new Uint32Array(instances * c.MODEL_STATE_STRIDE);
  const tokens = new Uint32Array(instances * contextLength);
  encoded.forEach((ids, i) => {
    state[i * c.MODEL_STATE_STRIDE + c.MODEL_STATE_SAMPLED] = 1;
    state[i * c.MODEL_STATE_STRIDE + c.MODEL_STATE_LENGTH] = ids.length;
    tokens.set(ids, i * contextLength);
  });
  const host: GrammarHost = {
    gpu,
    instances,
    contextLength,
    config: { vocabulary: tokenizer.size },
    buffers: {
      state: storageBuffer(gpu, state),
      tokens: storageBuffer(gpu, tokens),
      logits: storageBuffer(gpu, instances * tokenizer.size * 4),
    },
    beforeSample: [],
  };
  const mask = await GrammarMask.attach(host, tokenizer, vocabulary);
  used.forEach((automaton, i) => {
    mask.set(i, automaton, prompt[i]);
  });
  const chain = new Chain(gpu);
  for (const hook of host.beforeSample) hook(chain);
  chain.submit();
  const logits = new Float32Array(await readBuffer(gpu, host.buffers.logits));
  encoded.forEach((ids, i) => {
    const automaton = used[i];
    const generated = ids.slice(prompt[i]).flatMap((id) => [...tokenizer.tokenBytes(id)]);
    const place = automaton && advance(automaton, automaton.start, Uint8Array.from(generated));
    for (let id = 0; id < tokenizer.size; id++) {
      let allowed = true;
      if (automaton) {
        const bytes = tokenizer.tokenBytes(id);
        allowed = tokenizer.vocabulary.endTokens.has(id)
          ? automaton.accepting[place!] === 1
          : bytes.length > 0 && advance(automaton, place!, bytes) !== 0;
      }
      expect(logits[i * tokenizer.size + id] === 0, `instance ${i} token ${id}`).toBe(allowed);
    }
  });
  mask.destroy();
  vocabulary.destroy();
});

describe('a model with random weights', () => {
  const shape = { layers: 1, width: 64, feedForward: 96, heads: 2, kvHeads: 1, head: 32, vocabulary: 300, tied: true };
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 8 },
      kind: { enum: ['cat', 'dog'] },
      legs: { type: 'array', items: { type: 'boolean' }, minItems: 2, maxItems: 3 },
    },
    required: ['name', 'kind', 'legs'],
  };

  test('generates only what its grammars allow, and the same as before without one', async () => {
    const gguf = await syntheticGguf(shape, 'F16');
    const tokenizer = new Tokenizer(gguf.metadata);
    const engine = await Engine.load(gpu, gguf, { instances: 5, contextLength: 128 });
    const vocabulary = new GpuVocabulary(gpu, tokenizer);
    const prompt = tokenizer.encode('x');
    const free = { maxTokens: 20, temperature: 1, seed: 9 };
    engine.start(4, prompt, free);
    const before = [...(await engine.run(8)).tokens(4)];

    const mask = await GrammarMask.attach(engine, tokenizer, vocabulary);
    const grammars = [
      compileGrammar(jsonSchemaGrammar(schema)),
      compileGrammar(jsonSchemaGrammar(schema)),
      gbnf('root ::= [a-f]{5} "-" ("x" | "yz"){3}'),
      gbnf('root ::= "é✓" [0-9]{4}'),
    ];
    for (const [i, grammar] of grammars.entries()) {
      mask.set(i, grammar, prompt.length);
      engine.start(i, prompt, { maxTokens: 120, temperature: i === 1 ? 0 : 1.5, seed: i });
    }
    engine.start(4, prompt, free);
    const snapshot = await engine.run(16);
    for (const [i, grammar] of grammars.entries()) {
      const text = tokenizer.decode(snapshot.generated(i));
      expect(matches(grammar, text), text).toBe(true);
      if (i < 2) expect(Object.keys(JSON.parse(text) as object)).toEqual(['name', 'kind', 'legs']);
    }
    expect([...snapshot.tokens(4)]).toEqual(before);
    mask.destroy();
    vocabulary.destroy();
    engine.destroy();
  });
});
