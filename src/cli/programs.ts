import { type Command, InvalidArgumentError, Option } from 'commander';
import { ResidentError } from '../errors.ts';
import { integer } from './options.ts';
import type { ProgramReport } from './programs/run-program.ts';

/** `resident programs`. */
export function registerPrograms(program: Command): void {
  program
    .command('programs')
    .description('run the example programs of the machine (programs/machine) and check their results on the CPU')
    .argument('[name...]', 'which ones, for example monte-carlo; all without this')
    .option('--instances <n>', 'virtual computers, for programs that take any number', integer(2, 1 << 20))
    // Commander writes defaults as JSON, which has no big integers.
    .addOption(new Option('--seed <n>', 'start of the random numbers').argParser(seed).default(1n, '1'))
    .option('--json', 'print one JSON line per program')
    .action(async (names: string[], flags: { instances?: number; seed: bigint; json?: boolean }) => {
      const { machinePrograms, runEvolveProgram, runMachineProgram } = await import('./programs/run-program.ts');
      const stem = (file: string) => file.replace(/\.\w+$/, '');
      const known = [...machinePrograms.map(({ file }) => stem(file)), 'evolve'];
      for (const name of names) {
        if (known.includes(stem(name))) continue;
        throw new ResidentError(`There is no program ${name}; there are ${known.join(', ')}.`, { exitCode: 2 });
      }
      const { openGpu } = await import('../gpu/index.ts');
      const gpu = await openGpu();
      const settings = { instances: flags.instances, seed: flags.seed };
      for (const name of known) {
        if (names.length > 0 && !names.some((wanted) => stem(wanted) === name)) continue;
        const entry = machinePrograms.find(({ file }) => stem(file) === name);
        const report = await (entry ? runMachineProgram(gpu, entry, settings) : runEvolveProgram(gpu, settings));
        if (flags.json) console.log(JSON.stringify(report));
        else print(report);
        if (!report.check.agrees) process.exitCode = 1;
      }
    });
}

function print({
  program,
  instances,
  output,
  check,
  instructions,
  seconds,
  instructionsPerSecond,
}: ProgramReport): void {
  console.log(`== ${program}, ${instances} instances`);
  process.stdout.write(output);
  console.log(`CPU: ${check.text}: ${check.agrees ? 'agrees' : 'DISAGREES'}`);
  console.log(
    `${(instructions / 1e6).toFixed(1)} million instructions in ${seconds.toFixed(2)} s, ` +
      `${(instructionsPerSecond / 1e6).toFixed(1)} Minstr/s\n`,
  );
}

function seed(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new InvalidArgumentError('give a whole number below 10^19.');
  return BigInt(text);
}
