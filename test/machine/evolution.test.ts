import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import {
  assemble,
  Evolution,
  type EvolutionOptions,
  findInstruction,
  instructionPatterns,
  Population,
  type WordPattern,
} from '../../src/machine/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

// The fitness is how many bits of four words are set; the words are read, not executed.
const program = assemble(`
  _start: la s0, genome
    la s1, genome_end
    li a0, 0
  word: lw t0, 0(s0)
  bit: andi t1, t0, 1
    add a0, a0, t1
    srli t0, t0, 1
    bnez t0, bit
    addi s0, s0, 4
    bne s0, s1, word
    la t0, result
    sw a0, 0(t0)
    li a7, 93
    ecall
  genome: .zero 16
  genome_end: nop
  .data
  result: .word 0`);
const address = program.symbols.get('genome')!;
const words = 4;

// --- The same evolution in TypeScript, as the kernel's comments describe it.

const u32 = (x: number) => x >>> 0;
function mix(value: number): number {
  let x = u32(value + 0x9e3779b9);
  x = u32(Math.imul(x ^ (x >>> 16), 0x7feb352d));
  x = u32(Math.imul(x ^ (x >>> 15), 0x846ca68b));
  return u32(x ^ (x >>> 16));
}

interface Rules {
  seed: bigint;
  tournament: number;
  keep: number;
  elite: number;
  mutation: number;
  crossover: number;
  flip: boolean;
  patterns: readonly WordPattern[];
}

function nextGeneration(genomes: readonly number[][], fitness: readonly number[], generation: number, rules: Rules) {
  const lo = Number(rules.seed & 0xffffffffn);
  const hi = Number(rules.seed >> 32n);
  const random = (child: number, choice: number) => mix(mix(mix(mix(mix(lo) ^ hi) ^ generation) ^ child) ^ choice);
  const below = (child: number, choice: number, n: number) => Math.floor((random(child, choice) * n) / 2 ** 32);
  const order = genomes.map((_, i) => i).sort((a, b) => fitness[b]! - fitness[a]! || a - b);
  const select = (child: number, choice: number) => {
    if (rules.tournament === 0) return order[below(child, choice, rules.keep)]!;
    const drawn = Array.from({ length: rules.tournament }, (_, i) => below(child, choice + i, genomes.length));
    return order[Math.min(...drawn.map((d) => order.indexOf(d)))]!;
  };
  return genomes.map((_, child) =>
    Array.from({ length: words }, (_, w) => {
      if (child < rules.elite) return genomes[order[child]!]![w]!;
      const crosses = random(child, 128) < rules.crossover && w >= below(child, 129, words);
      const value = genomes[select(child, crosses ? 64 : 0)]![w]!;
      const choice = 256 + 4 * w;
      if (random(child, choice + 2) >= rules.mutation) return value;
      if (rules.flip) return u32(value ^ (1 << below(child, choice, 32)));
      const pattern = rules.patterns[below(child, choice, rules.patterns.length)]!;
      return u32(pattern.bits | (random(child, choice + 1) & pattern.mask));
    }),
  );
}

const bits = (genome: readonly number[]) => genome.reduce((n, w) => n + w.toString(2).replaceAll('0', '').length, 0);
const rows = (flat: Uint32Array) =>
  Array.from({ length: flat.length / words }, (_, i) => [...flat.subarray(i * words, (i + 1) * words)]);

const anyWord: WordPattern[] = [{ bits: 0, mask: 0xffffffff }];

async function evolve(instances: number, options: Partial<EvolutionOptions>) {
  const population = await Population.create(gpu, {
    instances,
    textBytes: 256,
    ramBytes: 128,
    outputBytes: 4,
    lanes: 64,
  });
  const evolution = await Evolution.create(population, {
    program,
    genome: { address, words },
    patterns: anyWord,
    ...options,
  });
  return { population, evolution };
}

test.each([
  [
    'tournament, words drawn anew',
    { selection: { kind: 'tournament', size: 3 }, mutation: { rate: 0.25 } },
    3,
    0,
    false,
  ],
  [
    'truncation, bits flipped',
    { selection: { kind: 'truncation', fraction: 0.2 }, mutation: { rate: 0.25, kind: 'flip' } },
    0,
    20,
    true,
  ],
] as [string, Partial<EvolutionOptions>, number, number, boolean][])(
  '%s: every child as computed in TypeScript',
  async (_, options, tournament, keep, flip) => {
    const seed = 0x1234_5678_9abcn;
    const patterns = [...anyWord, { bits: 0x7f00, mask: 0xff }];
    const { population, evolution } = await evolve(100, {
      ...options,
      patterns,
      seed,
      elite: 3,
      crossover: 0.5,
      fitness: { ramAddress: program.symbols.get('result')! },
    });
    const rules: Rules = { seed, tournament, keep, elite: 3, mutation: 2 ** 30, crossover: 2 ** 31, flip, patterns };
    let genomes = rows((await evolution.read()).children);
    expect(new Set(genomes.map(String)).size).toBeGreaterThan(90);
    for (let generation = 0; generation < 5; generation++) {
      const best: number[] = [];
      for await (const step of evolution.run(1)) best.push(step.generation, step.best);
      const { fitness, children } = await evolution.read();
      expect([...fitness]).toEqual(genomes.map(bits));
      expect(best).toEqual([generation, Math.max(...fitness)]);
      genomes = nextGeneration(genomes, [...fitness], generation, rules);
      expect(rows(children)).toEqual(genomes);
    }
    expect(bits([...(await evolution.best()).genome])).toBe((await evolution.best()).fitness);
    evolution.destroy();
    population.destroy();
  },
);

test('the same seed gives the same evolution however generations are submitted, and it gets better', async () => {
  const runs: string[] = [];
  for (const [seed, parts] of [
    [5n, [40]],
    [5n, [1, 9, 30]],
    [6n, [40]],
  ] as const) {
    const { population, evolution } = await evolve(300, { seed });
    const best: number[] = [];
    for (const part of parts) for await (const step of evolution.run(part)) best.push(step.best);
    expect(best).toHaveLength(40);
    expect(best).toEqual([...best].sort((a, b) => a - b)); // the elite is kept
    expect(best.at(-1)!).toBeGreaterThan(best[0]!);
    expect(await evolution.instructions()).toBeGreaterThan(300n * 40n * 100n);
    runs.push(JSON.stringify([best, [...(await evolution.best()).genome]]));
    evolution.destroy();
    population.destroy();
  }
  expect(runs[0]).toBe(runs[1]);
  expect(runs[0]).not.toBe(runs[2]);
});

test('instruction patterns hold only the named instructions and registers', () => {
  for (const { bits: word, mask } of instructionPatterns(['add', 'mul', 'addi', 'slli'], [12, 13, 14, 15], 7)) {
    for (const drawn of [0, 0xffffffff, 0x12345678]) {
      const instruction = findInstruction(u32(word | (drawn & mask)))!;
      expect(['add', 'mul', 'addi', 'slli']).toContain(instruction.name);
      expect((u32(word | (drawn & mask)) >>> 7) & 31 & ~3).toBe(12);
    }
  }
});

test('bad options are refused by name', async () => {
  await expect(evolve(2, { genome: { address: address + 1, words } })).rejects.toThrow('genome');
  await expect(evolve(2, { genome: { address, words: 100 } })).rejects.toThrow('genome');
  await expect(evolve(2, { patterns: [] })).rejects.toThrow('pattern');
  await expect(evolve(2, { elite: 0 })).rejects.toThrow('elite');
  await expect(evolve(2, { selection: { kind: 'tournament', size: 65 } })).rejects.toThrow('tournament');
  await expect(evolve(2, { fitness: { ramAddress: 4 } })).rejects.toThrow('fitness');
});
