import { type Command, InvalidArgumentError, Option } from 'commander';
import { ResidentError } from '../errors.ts';
import { integer } from './options.ts';

interface EvolveFlags {
  population: number;
  generations: number;
  target?: number;
  seed: bigint;
  json?: boolean;
}

/** `resident evolve`. */
export function registerEvolve(program: Command): void {
  program
    .command('evolve')
    .description('evolve machine code on the GPU: the words between `genome` and `genome_end` of an assembler program')
    .argument('<file>', 'program (.s) whose exit code is the fitness, larger is better')
    .option('--population <n>', 'individuals', integer(2, 1 << 20), 1024)
    .option('--generations <n>', 'most generations', integer(1), 300)
    .option('--target <n>', 'stop at this fitness', integer(1))
    // Commander writes defaults as JSON, which has no big integers.
    .addOption(new Option('--seed <n>', 'start of the random numbers').argParser(seed).default(1n, '1'))
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: EvolveFlags) => {
      const { readFileSync } = await import('node:fs');
      const { openGpu } = await import('../gpu/index.ts');
      const { assemble } = await import('../machine/index.ts');
      const { evolveProgram } = await import('./programs/evolve-program.ts');
      let source: string;
      try {
        source = readFileSync(file, 'utf8');
      } catch (cause) {
        throw new ResidentError(`${file}: cannot be read.`, { cause });
      }
      const gpu = await openGpu();
      let best = -1;
      const report = await evolveProgram(gpu, assemble(source, file), {
        ...flags,
        onGeneration: (generation) => {
          if (flags.json || generation.best <= best) return;
          best = generation.best;
          console.log(`generation ${generation.generation}: ${best}`);
        },
      });
      if (flags.json) {
        console.log(JSON.stringify(report));
      } else {
        console.log(report.code.map((line) => `    ${line}`).join('\n'));
        const agrees = report.cpuFitness === report.fitness ? 'agrees' : 'DISAGREES';
        console.log(`CPU: the TypeScript interpreter gives this code fitness ${report.cpuFitness}: ${agrees}`);
        const speed = (report.instructions / 1e6 / report.seconds).toFixed(1);
        console.log(
          `${report.generations} generations of ${flags.population} in ${report.seconds.toFixed(2)} s, ${speed} Minstr/s`,
        );
      }
      if (report.cpuFitness !== report.fitness) process.exitCode = 1;
    });
}

function seed(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new InvalidArgumentError('give a whole number below 10^19.');
  return BigInt(text);
}
