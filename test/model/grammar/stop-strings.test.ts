import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../../src/gpu/index.ts';
import { FinishReason, InstanceStatus, kernelConstants as model } from '../../../src/model/constants.ts';
import { Engine } from '../../../src/model/engine/index.ts';
import { syntheticGguf } from '../../../src/model/gguf/index.ts';
import { advance, cutAtStop, StopStrings, stopAutomaton } from '../../../src/model/grammar/index.ts';
import { GpuVocabulary, Tokenizer } from '../../../src/model/tokenizer/index.ts';

describe('the automaton of stop strings', () => {
  test('accepts after exactly the texts that end in a string', () => {
    const text = (maxLength: number) => fc.array(fc.constantFrom('a', 'b', 'é'), { maxLength }).map((c) => c.join(''));
    fc.assert(
      fc.property(fc.array(text(4).filter(Boolean), { minLength: 1, maxLength: 5 }), text(12), (strings, t) => {
        const automaton = stopAutomaton(strings);
        const state = advance(automaton, automaton.start, new TextEncoder().encode(t));
        expect(automaton.accepting[state] === 1).toBe(strings.some((string) => t.endsWith(string)));
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  test('strings that cannot be looked for are refused', () => {
    expect(() => stopAutomaton(['a', ''])).toThrow('A stop string must not be empty.');
    expect(() => stopAutomaton(['x'.repeat(5000)])).toThrow('5000 bytes, over 4096');
  });

  test('text is cut at the first string', () => {
    expect(cutAtStop('one two three', ['three', 'two'])).toBe('one ');
    expect(cutAtStop('one', ['x'])).toBe('one');
  });
});

describe('an engine', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openGpu();
  });
  afterAll(() => gpu.close());

  test('ends instances in the step that completes one of their strings', async () => {
    const shape = {
      layers: 1,
      width: 64,
      feedForward: 96,
      heads: 2,
      kvHeads: 1,
      head: 32,
      vocabulary: 300,
      tied: true,
    };
    const gguf = await syntheticGguf(shape, 'F16');
    const tokenizer = new Tokenizer(gguf.metadata);
    const engine = await Engine.load(gpu, gguf, { instances: 4, contextLength: 64 });
    const vocabulary = new GpuVocabulary(gpu, tokenizer);
    const prompt = tokenizer.encode('ab');
    const options = { maxTokens: 40, temperature: 2, seed: 3, ignoreStop: true };
    for (let i = 0; i < 4; i++) engine.start(i, prompt, options);
    const free = [...(await engine.run(16)).generated(0)];
    expect(free.length).toBe(40);

    const bytesUpTo = (count: number) => free.slice(0, count).flatMap((id) => [...tokenizer.tokenBytes(id)]);
    const isText = (id: number) => id < 128 && id > 32;
    const at = free.findIndex((id, i) => i > 3 && isText(id) && isText(free[i + 1]!) && !free.slice(0, i).includes(id));
    expect(at).toBeGreaterThan(3);
    const pair = tokenizer.decode(free.slice(at, at + 2));
    const single = tokenizer.decode(free.slice(at, at + 1));

    const stops = await StopStrings.attach(engine, vocabulary);
    const lists = [[], [pair], ['never to be seen', single], ['ab']];
    for (const [i, list] of lists.entries()) {
      stops.set(i, list, prompt.length);
      engine.start(i, prompt, options);
    }
    const snapshot = await engine.run(16);
    const expected = [40, at + 2, at + 1];
    for (const [i, length] of expected.entries()) {
      expect([...snapshot.generated(i)]).toEqual(free.slice(0, length));
      expect(snapshot.status(i)).toBe(InstanceStatus.done);
      const finish = i === 0 ? FinishReason.length : FinishReason.stopString;
      expect(snapshot.word(i, model.MODEL_STATE_FINISH)).toBe(finish);
    }
    // The string is in the prompt only.
    const found = new TextDecoder('latin1').decode(Uint8Array.from(bytesUpTo(40))).indexOf('ab');
    expect(found).toBe(-1);
    expect(snapshot.generated(3).length).toBe(40);
    stops.destroy();
    vocabulary.destroy();
    engine.destroy();
  });
});
