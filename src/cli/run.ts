import { readFileSync, statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import type { describeTrap, InstanceResult, Population, Program, Tier } from '../machine/index.ts';
import { programKinds, readProgram } from './load-program.ts';
import { integer } from './options.ts';

export interface RunFlags extends PopulationFlags {
  maxInstructions: bigint;
  json?: boolean;
  tier: Tier;
  inputs?: string;
  inputBytes: number;
  stdin?: string;
  trace?: boolean;
  break: string[];
  core?: string;
  instance: number;
}

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run a program on the virtual computers of the GPU')
    .argument('<file>', `program: ${programKinds}; or a folder of .c files, compiled and run in one batch`)
    .option('--instances <n>', 'number of virtual computers that run it', wholeNumber, 1)
    .addOption(
      // Commander writes defaults as JSON, which has no big integers.
      new Option('--max-instructions <n>', 'instruction budget of each instance')
        .argParser(bigNumber)
        .default(4_000_000_000n, '4000000000'),
    )
    .option('--ram <bytes>', 'RAM of each instance (default 1 MiB, less from 256 instances on)', wholeNumber)
    .option('--tier <tier>', 'interpreter, translated or auto', tier, 'auto')
    .option(
      '--inputs <file>',
      'run once for each line of this file, which becomes the standard input; results in order',
    )
    .option('--stdin <file>', 'standard input of every instance; - for that of this command')
    .option('--input-bytes <n>', 'longest line of --inputs', wholeNumber, 1024)
    .addOption(new Option('--seed <n>', 'start of the random numbers').argParser(bigNumber).default(0n, '0'))
    .option('--shared <bytes>', 'RAM that all instances share', wholeNumber)
    .option(
      '--executable <bytes>',
      'RAM that each instance may make executable (mprotect), to write code and run it',
      wholeNumber,
    )
    .option('--mailbox', 'give instances mailboxes and barriers')
    .option('--trace', 'print each instruction of one instance, and what it changed, to standard error')
    .option(
      '--break <place>',
      'stop one instance before it executes this address, symbol or file:line, and print its registers; may be repeated',
      (place: string, places: string[]) => [...places, place],
      [],
    )
    .option('--core <file>', 'write the state of one instance at the end as an ELF core file, for gdb')
    .option('--instance <n>', 'the instance for --trace, --break and --core', integer(0), 0)
    .option('--json', 'print one JSON line per instance: instance, exit, stdout, instructions, trap')
    .action(async (file: string, flags: RunFlags) => {
      process.exitCode = await run(file, flags);
    });
}

async function run(file: string, flags: RunFlags): Promise<number> {
  const stdin = flags.stdin === undefined ? undefined : readInput(flags.stdin);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    const { runDirectory } = await import('./run-directory.ts');
    const { stdin: _, ...others } = flags;
    return runDirectory(file, { ...others, ...(stdin ? { stdin } : {}) });
  }
  const source = readProgram(file);
  const { openGpu } = await import('../gpu/index.ts');
  const { describeTrap } = await import('../machine/index.ts');
  const gpu = await openGpu();
  const program = await source.load(gpu);
  const ramBytes = ramFor(program, flags);
  if (flags.inputs !== undefined) {
    const { runInputs } = await import('./run-inputs.ts');
    let worst = 0;
    await runInputs(gpu, program, { ...flags, inputs: flags.inputs, ramBytes }, (result) => {
      const describe: Describe = (trap) => describeTrap(trap, program);
      if (flags.json)
        console.log(JSON.stringify({ input: result.input, ...jsonLine(result, result.stdout, describe) }));
      else process.stdout.write(result.stdout);
      worst ||= flags.json ? 0 : exitCode([result], describe);
    });
    return worst;
  }
  const population = await createPopulation(gpu, program, { ...flags, ...(stdin ? { inputBytes: stdin.length } : {}) });
  const inputs = stdin && { inputs: Array.from({ length: flags.instances }, () => stdin) };
  population.start({ maxInstructions: flags.maxInstructions, ...inputs });
  if (flags.trace || flags.break.length > 0 || flags.core !== undefined) {
    const { runDebugged } = await import('./run-debug.ts');
    return runDebugged(population, program, { file, bytes: source.bytes }, flags);
  }
  const collected: Uint8Array[][] = Array.from({ length: flags.instances }, () => []);
  const stream = !flags.json && flags.instances === 1;
  await population.run({
    tier: flags.tier,
    onOutput: (instance, output) => {
      if (stream) process.stdout.write(output);
      else collected[instance]!.push(output);
    },
  });
  const results = await population.results();
  for (const result of results) {
    const stdout = Buffer.concat(collected[result.instance]!);
    if (flags.json) console.log(JSON.stringify(jsonLine(result, stdout, (trap) => describeTrap(trap, program))));
    else if (!stream) process.stdout.write(stdout);
  }
  population.destroy();
  return flags.json ? 0 : exitCode(results, (trap) => describeTrap(trap, program));
}

function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    throw new ResidentError(`--stdin ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** RAM of each instance in bytes: what is asked for, or what is usual for so many. */
function ramFor(program: Program, flags: Pick<PopulationFlags, 'ram' | 'instances'>): number {
  return flags.ram ?? Math.max(program.staticLength + 16384, flags.instances < 256 ? 1 << 20 : 65536);
}

/** What decides how a population is made; `resident gdb` has the same. */
export interface PopulationFlags {
  instances: number;
  ram?: number;
  seed: bigint;
  shared?: number;
  mailbox?: boolean;
  executable?: number;
  /** Bytes of standard input that an instance can hold, when `stdin` is given. */
  inputBytes?: number;
  stdin?: string;
}

export async function createPopulation(gpu: Gpu, program: Program, flags: PopulationFlags): Promise<Population> {
  const { Population } = await import('../machine/index.ts');
  return Population.create(gpu, {
    instances: flags.instances,
    program,
    ramBytes: ramFor(program, flags),
    outputFull: 'wait',
    seed: flags.seed,
    ...(flags.shared ? { sharedBytes: flags.shared } : {}),
    ...(flags.mailbox ? { mailbox: {} } : {}),
    ...(flags.executable ? { codeBytes: flags.executable } : {}),
    ...(flags.inputBytes && flags.stdin !== undefined ? { inputBytes: flags.inputBytes } : {}),
    outputBytes: flags.instances < 1024 ? 65536 : 4096,
  });
}

type Describe = (trap: Parameters<typeof describeTrap>[0]) => string;

export function jsonLine(result: InstanceResult, stdout: Uint8Array, describe: Describe) {
  return {
    instance: result.instance,
    exit: result.exit,
    stdout: new TextDecoder().decode(stdout),
    instructions: Number(result.instructions),
    trap: result.trap ? describe(result.trap) : null,
  };
}

/** The exit code of the first instance that did not exit with 0; 1 with a message for a trap. */
export function exitCode(results: readonly InstanceResult[], describe: Describe): number {
  for (const result of results) {
    if (result.trap) {
      process.stderr.write(`resident: instance ${result.instance}: ${describe(result.trap)}\n`);
      return 1;
    }
    if (result.exit !== 0) return (result.exit ?? 1) & 0xff;
  }
  return 0;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ResidentError(`${text} is not a whole number from 1.`, { exitCode: 2 });
  }
  return value;
}

export function bigNumber(text: string): bigint {
  if (!/^\d+$/.test(text) || BigInt(text) >= 1n << 64n) {
    throw new ResidentError(`${text} is not a whole number below 2^64.`, { exitCode: 2 });
  }
  return BigInt(text);
}

function tier(text: string): Tier {
  if (text === 'interpreter' || text === 'translated' || text === 'auto') return text;
  throw new ResidentError(`${text} is no tier: give interpreter, translated or auto.`, { exitCode: 2 });
}
