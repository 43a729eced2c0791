import { readFileSync } from 'node:fs';
import { compileFile } from '../../cc/index.ts';
import type { Gpu } from '../../gpu/index.ts';
import { assemble, describeTrap, Population } from '../../machine/index.ts';
import { packageFile } from '../package-files.ts';
import { type Check, checkLife, checkMonteCarlo, checkPipeline, checkPlayouts, checkSwarm } from './checks.ts';

import { cpuFitness, evolveProgram } from './evolve-program.ts';

/** A program of programs/machine, how it is run, and what the CPU says about its output. */
export interface MachineProgram {
  readonly file: string;
  readonly instances: number;
  /** Whether it works with any number of instances. */
  readonly anyNumber: boolean;
  readonly check: (output: string, instances: number, seed: bigint) => Check;
}

export const machinePrograms: readonly MachineProgram[] = [
  { file: 'monte-carlo.c', instances: 64, anyNumber: true, check: checkMonteCarlo },
  { file: 'playouts.c', instances: 64, anyNumber: true, check: checkPlayouts },
  { file: 'swarm.c', instances: 32, anyNumber: true, check: checkSwarm },
  { file: 'pipeline.c', instances: 27, anyNumber: false, check: checkPipeline },
  { file: 'life.s', instances: 32, anyNumber: true, check: checkLife },
];

export interface ProgramReport {
  program: string;
  instances: number;
  /** What the instances printed, in their order. */
  output: string;
  check: Check;
  instructions: number;
  seconds: number;
  instructionsPerSecond: number;
}

/** evolve.s: evolves its function, and tries that on the CPU with the numbers of the file and with others. */
export async function runEvolveProgram(
  gpu: Gpu,
  options: { instances?: number | undefined; seed?: bigint } = {},
): Promise<ProgramReport> {
  const file = 'evolve.s';
  const instances = options.instances ?? 1024;
  const program = assemble(readFileSync(packageFile('programs', 'machine', file), 'utf8'), file);
  const tests = program.data.byteLength / 8;
  const target = tests * 32;
  const report = await evolveProgram(gpu, program, {
    population: instances,
    generations: 300,
    seed: options.seed ?? 1n,
    target,
  });
  const others = new Int32Array(tests * 2);
  for (let i = 0; i < tests; i++) {
    const x = Math.imul(i + 3, 0x01234567) >> (i + 4);
    others.set([x, Math.imul(x, Math.imul(x, x)) - 2 * Math.imul(x, x) + 3 * x + 7], i * 2);
  }
  const code = assemble(`.text\n${report.code.join('\n')}`).text;
  const genome = new Uint32Array(code.buffer, code.byteOffset, code.byteLength / 4);
  const unseen = cpuFitness(
    { ...program, data: new Uint8Array(others.buffer) },
    program.symbols.get('genome')!,
    genome,
  );
  return {
    program: file,
    instances,
    output: `after ${report.generations} generations, fitness ${report.fitness} of ${target}:\n${report.code.map((line) => `    ${line}\n`).join('')}`,
    check: {
      agrees: report.fitness === target && report.cpuFitness === target && unseen === target,
      text: `the TypeScript interpreter gives it ${report.cpuFitness}, and ${unseen} on ${tests} numbers that it has not seen`,
    },
    instructions: report.instructions,
    seconds: report.seconds,
    instructionsPerSecond: report.instructions / report.seconds,
  };
}

/** Runs a program with its usual settings, or more instances, and checks its output on the CPU. */
export async function runMachineProgram(
  gpu: Gpu,
  { file, instances: usual, anyNumber, check }: MachineProgram,
  options: { instances?: number | undefined; seed?: bigint } = {},
): Promise<ProgramReport> {
  const instances = anyNumber ? (options.instances ?? usual) : usual;
  const seed = options.seed ?? 1n;
  const source = readFileSync(packageFile('programs', 'machine', file));
  let program: ReturnType<typeof assemble>;
  if (file.endsWith('.c')) {
    const compiled = await compileFile(gpu, source, file);
    compiled.compiler.destroy();
    program = compiled.program;
  } else {
    program = assemble(source.toString(), file);
  }
  const population = await Population.create(gpu, {
    instances,
    program,
    ramBytes: program.staticLength + 4096,
    sharedBytes: Math.max(4096, instances * 128),
    mailbox: {},
    seed,
  });
  const began = performance.now();
  population.start();
  await population.run();
  const seconds = (performance.now() - began) / 1000;
  const results = await population.results();
  population.destroy();
  const output = results
    .map((r) =>
      r.trap ? `instance ${r.instance}: ${describeTrap(r.trap, program)}\n` : new TextDecoder().decode(r.stdout),
    )
    .join('');
  const instructions = Number(results.reduce((sum, r) => sum + r.instructions, 0n));
  const failed = results.some((r) => r.exit !== 0);
  return {
    program: file,
    instances,
    output,
    check: failed ? { agrees: false, text: 'an instance trapped' } : check(output, instances, seed),
    instructions,
    seconds,
    instructionsPerSecond: instructions / seconds,
  };
}
