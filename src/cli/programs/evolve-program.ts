import { ResidentError } from '../../errors.ts';
import type { Gpu } from '../../gpu/index.ts';
import {
  disassemble,
  Evolution,
  type Generation,
  instructionPatterns,
  Population,
  type Program,
} from '../../machine/index.ts';
import { runReference } from '../../machine/reference.ts';

export interface EvolveOptions {
  population: number;
  generations: number;
  seed: bigint;
  /** Stops when an individual has this fitness. */
  target?: number | undefined;
  onGeneration?: (generation: Generation) => void;
}

export interface EvolveReport {
  generations: number;
  fitness: number;
  /** The fittest genome as assembler text. */
  code: string[];
  /** What the TypeScript interpreter of the machine gives the same program. */
  cpuFitness: number | null;
  instructions: number;
  seconds: number;
}

/** Registers a2 to a5, in which evolved functions work. */
const registers = [12, 13, 14, 15];
const names = ['add', 'sub', 'mul', 'xor', 'and', 'addi', 'slli'];
const budget = 10_000;
const ramBytes = 256;

/**
 * Evolves the words between the labels `genome` and `genome_end` of a program; its exit code is the fitness.
 *
 * @throws ResidentError (exit code 2) when the program lacks the labels
 */
export async function evolveProgram(gpu: Gpu, program: Program, options: EvolveOptions): Promise<EvolveReport> {
  const address = program.symbols.get('genome');
  const end = program.symbols.get('genome_end');
  if (address === undefined || end === undefined || end <= address) {
    throw new ResidentError('The program needs the labels genome and genome_end around the words that evolve.', {
      exitCode: 2,
    });
  }
  const population = await Population.create(gpu, {
    instances: options.population,
    textBytes: program.text.byteLength + program.data.byteLength + 8,
    ramBytes: program.staticLength + ramBytes,
    outputBytes: 4,
    lanes: 64,
    layout: 'interleaved',
  });
  const evolution = await Evolution.create(population, {
    program,
    genome: { address, words: (end - address) / 4 },
    patterns: instructionPatterns(names, registers, 7),
    selection: { kind: 'tournament', size: 5 },
    elite: 4,
    maxInstructions: budget,
    seed: options.seed,
  });
  const began = performance.now();
  let generations = 0;
  for await (const generation of evolution.run(options.generations)) {
    options.onGeneration?.(generation);
    generations = generation.generation + 1;
    if (options.target !== undefined && generation.best >= options.target) break;
  }
  const { fitness, genome } = await evolution.best();
  const seconds = (performance.now() - began) / 1000;
  const instructions = Number(await evolution.instructions());
  evolution.destroy();
  population.destroy();
  return {
    generations,
    fitness,
    code: [...genome].map((word, i) => disassemble(word, address + i * 4)),
    cpuFitness: cpuFitness(program, address, genome),
    instructions,
    seconds,
  };
}

/** The exit code of a program with this genome, on the plain interpreter. */
export function cpuFitness(program: Program, address: number, genome: Uint32Array): number | null {
  const text = program.text.slice();
  new Uint8Array(text.buffer).set(
    new Uint8Array(genome.buffer, genome.byteOffset, genome.byteLength),
    address - program.textBase,
  );
  const options = { ramBytes: program.staticLength + ramBytes, maxInstructions: budget };
  return runReference({ ...program, text }, options).exit;
}
