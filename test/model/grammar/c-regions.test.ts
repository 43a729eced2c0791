import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compiler, JobMode } from '../../../src/cc/index.ts';
import { Chain, type Gpu, openGpu } from '../../../src/gpu/index.ts';
import { findRegions } from '../../../src/inband/regions.ts';
import { Population } from '../../../src/machine/index.ts';
import { type Automaton, compileGrammar, cRegionGrammar, matches } from '../../../src/model/grammar/index.ts';

let gpu: Gpu;
let automaton: Automaton;
beforeAll(async () => {
  gpu = await openGpu();
  automaton = compileGrammar(cRegionGrammar(), { maxStates: 4000 });
});
afterAll(() => gpu.close());

test('text outside of regions is free, inside only expressions that compile are allowed', () => {
  const allowed = [
    '',
    'any [text] at all [C',
    '[C: 847*293] = VM[248171].',
    '[[C:1]',
    'a [C: (1 + 2) * 3 % 4 << 2] b [C:-sqrt(2.0)]',
  ];
  allowed.push("[C: ']' + 1]", '[C: 1 - -2]', '[C: max(3, 4) > 2 ? 0x1F : ~7u]', 'é✓ [C: .5e3 / pow(2, 10)]');
  for (const text of allowed) expect(matches(automaton, text), text).toBe(true);
  const refused = [
    '[C: ]',
    '[C: 1',
    '[C: 1 +]',
    '[C: 1.5 & 2]',
    '[C: x]',
    '[C: 1--2]',
    '[C: sqrt(2) % 3]',
    '[C: 08]',
    '[C: 1]] [C: ]',
  ];
  for (const text of refused) expect(matches(automaton, text), text).toBe(false);
});

const head = '```c\n#include <stdio.h>\n\nint main(void) {\n  long a = 0, b = 0, c = 0, i = 0, n = 0, s = 0;\n';
const tail = '  return 0;\n}\n```';

test('fenced c blocks hold programs over declared variables, other blocks anything', () => {
  const loop = '  for (i = 1; i <= 10; i++) {\n    if (i % 2 == 0) {\n      s += (i * (i + 1));\n    }\n  }\n';
  const allowed = [
    `Look:\n${head}  a = 1;\n${tail}\nDone [C: 1 + 2].`,
    `${head}${loop}  printf("sum %ld\\n", s);\n${tail}`,
    `${head}  while (a < 3) {\n${loop}    a++;\n  }\n${tail}`,
    '```cpp\nanything [x] ` ```\n```python\nprint(1)\n```',
  ];
  for (const text of allowed) expect(matches(automaton, text), text).toBe(true);
  const refused = [
    `${head}  x = 1;\n${tail}`,
    `${head}  a = 1\n${tail}`,
    `${head}  a = 1;\n  return 0;\n}\n`,
    '```c\nint x;\n```',
  ];
  for (const text of refused) expect(matches(automaton, text), text).toBe(false);
});

/** A random text of the grammar that starts like `text`: bytes at random for a while, then the shortest way to an end. */
function randomWalk(text: string, length: number, random: (below: number) => number, distance: Int32Array): string {
  const bytes = [...new TextEncoder().encode(text)];
  const { next, classes, classCount } = automaton;
  let state = automaton.start;
  for (const byte of bytes) state = next[state * classCount + classes[byte]!]!;
  for (let i = 0; distance[state]! > 0; i++) {
    const choices = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => {
      const after = next[state * classCount + classes[byte]!]!;
      return after !== 0 && (i < length || distance[after]! < distance[state]!);
    });
    const byte = choices[random(choices.length)]!;
    bytes.push(byte);
    state = next[state * classCount + classes[byte]!]!;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** Fewest bytes from each state to one that accepts. */
function distances({ states, next, classCount, accepting }: Automaton): Int32Array {
  const distance = new Int32Array(states).fill(1 << 20);
  accepting.forEach((accepts, state) => {
    if (accepts) distance[state] = 0;
  });
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = classCount; i < next.length; i++) {
      const state = Math.floor(i / classCount);
      const reach = next[i] === 0 ? 1 << 20 : distance[next[i]!]! + 1;
      if (reach >= distance[state]!) continue;
      distance[state] = reach;
      changed = true;
    }
  }
  return distance;
}

describe('the compiler', () => {
  test('accepts hundreds of random expressions of the grammar', async () => {
    let seed = 5;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const distance = distances(automaton);
    const sources = Array.from({ length: 400 }, (_, i) => {
      const text = randomWalk('[C: ', 3 + (i % 40), random, distance);
      const [region] = findRegions(text);
      expect(region?.mode, text).toBe('expression');
      return region!.source;
    });
    expect(new Set(sources).size).toBeGreaterThan(300);
    const population = await Population.create(gpu, { instances: sources.length, ramBytes: 1024, textBytes: 4096 });
    await population.prepareNumbers();
    const compiler = await Compiler.create(gpu, { population, sourceBytes: 256 });
    sources.forEach((source, slot) => {
      compiler.submit(slot, source, { mode: JobMode.EXPRESSION, budget: 1000n });
    });
    const chain = new Chain(gpu);
    compiler.encode(chain, { quanta: 10, steps: 65536 });
    chain.submit();
    const results = await compiler.results();
    const rejected = results.flatMap(({ diagnostics, status }, i) =>
      diagnostics.length > 0 || status !== 'done' ? [`${sources[i]}: ${diagnostics[0]?.message ?? status}`] : [],
    );
    expect(rejected).toEqual([]);
  });

  test('accepts random programs of the grammar', async () => {
    let seed = 11;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const distance = distances(automaton);
    const sources = Array.from({ length: 96 }, (_, i) => {
      const [region] = findRegions(randomWalk(head, 20 + 3 * i, random, distance));
      expect(region?.mode).toBe('program');
      return region!.source;
    });
    expect(new Set(sources).size).toBeGreaterThan(80);
    const population = await Population.create(gpu, { instances: sources.length });
    const compiler = await Compiler.create(gpu, { population, sourceBytes: 2048 });
    sources.forEach((source, slot) => {
      compiler.submit(slot, source, { mode: JobMode.PROGRAM, compileOnly: true });
    });
    const chain = new Chain(gpu);
    compiler.encode(chain, { quanta: 10, steps: 65536 });
    chain.submit();
    const results = await compiler.results();
    const rejected = results.flatMap(({ diagnostics, status }, i) =>
      status !== 'done' ? [`${sources[i]}: ${diagnostics[0]?.message ?? status}`] : [],
    );
    expect(rejected).toEqual([]);
  });
});
