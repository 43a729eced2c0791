import { ResidentError } from '../errors.ts';
import { Chain, type Gpu, type Kernel, readWords, storageBuffer, uniformBuffer } from '../gpu/index.ts';
import { EVOLUTION_HEADER_WORDS, EVOLUTION_HISTORY } from './constants.ts';
import { encodeInstruction } from './encode.ts';
import { instructions } from './isa.ts';
import { cachedKernel } from './kernel-cache.ts';
import { wgsl } from './kernels/evolve.wgsl.ts';
import type { Population } from './population.ts';
import type { Program } from './program.ts';

/** A word of a genome: `bits`, with the bits of `mask` drawn at random. `{ bits: 0, mask: 0xffffffff }` is any word. */
export interface WordPattern {
  readonly bits: number;
  readonly mask: number;
}

export interface EvolutionOptions {
  /** What every individual runs; the genome's words in its text are overwritten. Ends by itself or by the budget. */
  program: Program;
  /** The part of the text that evolves. */
  genome: { address: number; words: number };
  /** What words of a genome are drawn from: see {@link instructionPatterns}. */
  patterns: readonly WordPattern[];
  /**
   * A word, unsigned, larger is fitter: the exit code (default), or a word in RAM. Individuals that trap or do not end
   * have 0.
   */
  fitness?: 'exit' | { ramAddress: number };
  /** Parents: the fittest of `size` random individuals (2 to 64), or any of the best `fraction`. Default: tournament of 4. */
  selection?: { kind: 'tournament'; size: number } | { kind: 'truncation'; fraction: number };
  /** Individuals that go on unchanged, the fittest first. Default 1, and at least that. */
  elite?: number;
  /** Probability that a word mutates, and whether it is drawn anew (default) or one of its bits flips. Default 1 / words. */
  mutation?: { rate?: number; kind?: 'replace' | 'flip' };
  /** Probability that a child has two parents: the words from a random place on are the other's. Default 0.5. */
  crossover?: number;
  /** Instruction budget of an individual. Default 10,000. */
  maxInstructions?: number;
  /** Quanta of a generation: as many as the program makes environment calls. Default 1: the call of exit. */
  quanta?: number;
  seed?: bigint;
}

export interface Generation {
  /** From 0. */
  generation: number;
  /** The best fitness of this generation. */
  best: number;
}

/**
 * Evolves the machine code of a population with private text slots: a whole generation (run, score, rank, select, copy,
 * mutate, load) is a handful of dispatches, and any number of generations goes into one submit. The same options and
 * seed give the same evolution on every adapter.
 */
export class Evolution {
  readonly population: Population;
  readonly genomeWords: number;
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  readonly #bindings: GPUBindGroup;
  readonly #state: GPUBuffer;
  readonly #children: GPUBuffer;
  readonly #patterns: GPUBuffer;
  readonly #settings: GPUBuffer;
  readonly #maxInstructions: number;
  readonly #quanta: number;
  #recorded = 0;

  /**
   * Loads the program into every slot and draws the first generation's genomes.
   *
   * @param population with private text slots (made without `program`), at least as large as the program
   * @throws ResidentError (exit code 2) naming the option that does not fit
   */
  static async create(population: Population, options: EvolutionOptions): Promise<Evolution> {
    const names = ['spread', 'score', 'rank', 'randomize', 'breed', 'install', 'advance'] as const;
    const compiled = await Promise.all(
      names.map((entry) => cachedKernel(population.gpu, `machine evolve ${entry}`, wgsl, {}, entry)),
    );
    const kernels = Object.fromEntries(names.map((name, i) => [name, compiled[i]!])) as unknown as Kernels;
    return new Evolution(population, options, kernels);
  }

  private constructor(population: Population, options: EvolutionOptions, kernels: Kernels) {
    const settings = checkedSettings(population, options);
    const { gpu, instances, buffers: b } = population;
    this.population = population;
    this.genomeWords = options.genome.words;
    this.#gpu = gpu;
    this.#kernels = kernels;
    this.#maxInstructions = options.maxInstructions ?? 10_000;
    this.#quanta = options.quanta ?? 1;
    this.#state = storageBuffer(gpu, (EVOLUTION_HEADER_WORDS + EVOLUTION_HISTORY + instances * 3) * 4, {
      label: 'evolution state',
    });
    this.#children = storageBuffer(gpu, instances * this.genomeWords * 4, { label: 'evolution children' });
    this.#patterns = storageBuffer(gpu, Uint32Array.from(options.patterns.flatMap((p) => [p.bits, p.mask])), {
      label: 'evolution patterns',
    });
    this.#settings = uniformBuffer(gpu, settings, 'evolution settings');
    this.#bindings = kernels.score.bind(
      b.parameters,
      this.#settings,
      b.control,
      b.ram,
      b.text,
      this.#state,
      this.#children,
      this.#patterns,
    );
    population.load(0, options.program, { maxInstructions: BigInt(this.#maxInstructions) });
    const chain = new Chain(gpu);
    const copied = (instances - 1) * (population.textBytes / 4 + 32);
    if (copied > 0) chain.dispatch(kernels.spread, this.#bindings, ...groupsFor(copied));
    chain.dispatch(kernels.randomize, this.#bindings, ...this.#genomeGroups());
    chain.dispatch(kernels.install, this.#bindings, ...this.#genomeGroups());
    chain.submit();
  }

  /** Records one generation: every individual runs and is scored; the next generation is bred and put in its place. */
  encode(chain: Chain): void {
    const { instances } = this.population;
    const groups = Math.ceil(instances / 64);
    this.population.encode(chain, { quanta: this.#quanta, instructionsPerQuantum: this.#maxInstructions });
    chain.dispatch(this.#kernels.score, this.#bindings, groups);
    chain.dispatch(this.#kernels.rank, this.#bindings, groups);
    chain.dispatch(this.#kernels.breed, this.#bindings, ...this.#genomeGroups());
    chain.dispatch(this.#kernels.install, this.#bindings, ...this.#genomeGroups());
    chain.dispatch(this.#kernels.advance, this.#bindings, 1);
    this.#recorded++;
  }

  /**
   * Runs `generations` more, several to a submit, and yields each with its best fitness. Leaving the loop early stops
   * the evolution at the end of a submit, so that some generations may have run that were not yielded.
   */
  async *run(generations: number): AsyncGenerator<Generation> {
    let perSubmit = 1;
    for (let done = 0; done < generations; ) {
      const count = Math.min(perSubmit, generations - done);
      const first = this.#recorded;
      const began = performance.now();
      const chain = new Chain(this.#gpu);
      for (let i = 0; i < count; i++) this.encode(chain);
      chain.submit();
      const history = await readWords(this.#gpu, this.#state, EVOLUTION_HEADER_WORDS * 4, EVOLUTION_HISTORY * 4);
      if (performance.now() - began < 50) perSubmit = Math.min(perSubmit * 2, EVOLUTION_HISTORY);
      for (let i = first; i < first + count; i++) yield { generation: i, best: history[i % EVOLUTION_HISTORY]! };
      done += count;
    }
  }

  /** The fittest individual of the last generation that was scored. */
  async best(): Promise<{ fitness: number; genome: Uint32Array }> {
    const { instances } = this.population;
    const first = EVOLUTION_HEADER_WORDS + EVOLUTION_HISTORY;
    const state = await readWords(this.#gpu, this.#state, first * 4, instances * 3 * 4);
    // The elite is never empty, so the first child is a copy of the fittest.
    const genome = await readWords(this.#gpu, this.#children, 0, this.genomeWords * 4);
    return { fitness: state[state[2 * instances]!]!, genome };
  }

  /** Fitness of every individual of the last generation that was scored, and the genomes of the one after it. */
  async read(): Promise<{ fitness: Uint32Array; children: Uint32Array }> {
    const first = EVOLUTION_HEADER_WORDS + EVOLUTION_HISTORY;
    return {
      fitness: await readWords(this.#gpu, this.#state, first * 4, this.population.instances * 4),
      children: await readWords(this.#gpu, this.#children),
    };
  }

  /** Instructions that all individuals of all generations have executed. */
  async instructions(): Promise<bigint> {
    const [, low, high] = await readWords(this.#gpu, this.#state, 0, 12);
    return (BigInt(high!) << 32n) | BigInt(low!);
  }

  /** Frees the evolution's own buffers; the population stays. */
  destroy(): void {
    for (const buffer of [this.#state, this.#children, this.#patterns, this.#settings]) buffer.destroy();
  }

  #genomeGroups(): [number, number] {
    return groupsFor(this.population.instances * this.genomeWords);
  }
}

type Kernels = Record<'spread' | 'score' | 'rank' | 'randomize' | 'breed' | 'install' | 'advance', Kernel>;

/**
 * Patterns of instructions on a few registers: `registers` lists a power of two of neighbouring ones (numbers 0 to 31,
 * the first a multiple of how many), and immediates are 0 to `immediates` (a power of two, less one).
 *
 * @throws RangeError for a name that is no instruction of the table
 */
export function instructionPatterns(
  names: readonly string[],
  registers: readonly number[],
  immediates: number,
): WordPattern[] {
  const choices = registers.length - 1;
  return names.map((name) => {
    const instruction = instructions.find((i) => i.name === name && i.length === 4);
    if (!instruction) throw new RangeError(`${name} is no instruction of four bytes`);
    let mask = 0;
    const operands: Record<string, number> = {};
    for (const field of ['rd', 'rs1', 'rs2'] as const) {
      const [from, width] = instruction[field];
      if (width === 0) continue;
      operands[field] = registers[0]!;
      mask |= choices << from;
    }
    for (const [from, width, to] of instruction.immediate.moves)
      mask |= ((immediates >>> to) & (2 ** width - 1)) << from;
    return { bits: encodeInstruction(instruction, operands), mask: mask >>> 0 };
  });
}

/** The kernel's settings. @throws ResidentError naming what is wrong */
function checkedSettings(population: Population, options: EvolutionOptions): Uint32Array {
  const wrong = (message: string) => new ResidentError(message, { exitCode: 2 });
  const { program, genome, patterns, fitness = 'exit', selection = { kind: 'tournament', size: 4 } } = options;
  const { instances } = population;
  if (population.program)
    throw wrong('An evolution needs a population with private text slots: make it without a program.');
  const at = genome.address - program.textBase;
  if (genome.words < 1 || at % 4 !== 0 || at < 0 || at + genome.words * 4 > program.text.byteLength) {
    throw wrong(
      `The genome, ${genome.words} words at 0x${genome.address.toString(16)}, does not lie in the program's text.`,
    );
  }
  if (patterns.length === 0) throw wrong('An evolution needs at least one word pattern.');
  const ramAddress = fitness === 'exit' ? 0 : fitness.ramAddress;
  const ramAt = ramAddress - population.ramBase;
  if (fitness !== 'exit' && (ramAt % 4 !== 0 || ramAt < 0 || ramAt + 4 > population.ramBytes)) {
    throw wrong(`The fitness word at 0x${ramAddress.toString(16)} does not lie in RAM.`);
  }
  const tournament = selection.kind === 'tournament' ? selection.size : 0;
  if (selection.kind === 'tournament' && !(tournament >= 2 && tournament <= 64)) {
    throw wrong(`A tournament of ${tournament}: give 2 to 64.`);
  }
  const keep = selection.kind === 'truncation' ? Math.ceil(instances * selection.fraction) : instances;
  const elite = options.elite ?? 1;
  if (!(keep >= 1 && keep <= instances)) throw wrong('Truncation keeps a fraction above 0 and at most 1.');
  if (!(elite >= 1 && elite <= instances)) throw wrong(`An elite of ${elite}: give 1 to ${instances}.`);
  const seed = options.seed ?? 0n;
  const words = [
    at / 4,
    genome.words,
    ramAddress,
    tournament,
    keep,
    elite,
    probability(options.mutation?.rate ?? 1 / genome.words),
    probability(options.crossover ?? 0.5),
    patterns.length,
    options.mutation?.kind === 'flip' ? 1 : 0,
    Number(seed & 0xffffffffn),
    Number((seed >> 32n) & 0xffffffffn),
  ];
  return Uint32Array.from(words);
}

function probability(value: number): number {
  return Math.max(0, Math.min(0xffffffff, Math.round(value * 2 ** 32)));
}

/** Workgroups of 64 as x and y within 65535 each. */
function groupsFor(count: number): [number, number] {
  const groups = Math.ceil(count / 64);
  const y = Math.ceil(groups / 65535);
  return [Math.ceil(groups / y), y];
}
