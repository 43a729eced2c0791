import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import { ResidentError } from '../errors.ts';
import type { Gpu } from '../gpu/index.ts';
import type { describeTrap, InstanceResult, Program, Tier } from '../machine/index.ts';

interface RunFlags {
  instances: number;
  maxInstructions: bigint;
  ram?: number;
  json?: boolean;
  tier: Tier;
  inputs?: string;
  inputBytes: number;
  seed: bigint;
  shared?: number;
  mailbox?: boolean;
  executable?: number;
}

/** Loaders by file extension; each turns a file's bytes into a program for the machine. */
const loaders: Record<string, (gpu: Gpu, file: Uint8Array, name: string) => Promise<Program>> = {
  '.elf': async (_gpu, file, name) => (await import('../machine/index.ts')).readElf(file, name),
  '.s': async (_gpu, file, name) =>
    (await import('../machine/index.ts')).assemble(new TextDecoder().decode(file), name),
  '.c': async (gpu, file, name) => {
    const { compileFile, formatDiagnostic } = await import('../cc/index.ts');
    const { program, diagnostics, compiler } = await compileFile(gpu, file, name);
    for (const warning of diagnostics) process.stderr.write(`${formatDiagnostic(name, file, warning)}\n`);
    compiler.destroy();
    return program;
  },
  '.bin': async (_gpu, file) => (await import('../machine/index.ts')).flatProgram(file),
};

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run a program on the virtual computers of the GPU')
    .argument('<file>', `program: ${Object.keys(loaders).join(', ')}`)
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
    .option('--input-bytes <n>', 'longest line of --inputs', wholeNumber, 1024)
    .addOption(new Option('--seed <n>', 'start of the random numbers').argParser(bigNumber).default(0n, '0'))
    .option('--shared <bytes>', 'RAM that all instances share', wholeNumber)
    .option(
      '--executable <bytes>',
      'RAM that each instance may make executable (mprotect), to write code and run it',
      wholeNumber,
    )
    .option('--mailbox', 'give instances mailboxes and barriers')
    .option('--json', 'print one JSON line per instance: instance, exit, stdout, instructions, trap')
    .action(async (file: string, flags: RunFlags) => {
      process.exitCode = await run(file, flags);
    });
}

async function run(file: string, flags: RunFlags): Promise<number> {
  const load = loaders[extname(file)];
  if (!load) {
    throw new ResidentError(`${file}: unknown kind of program; known are ${Object.keys(loaders).join(', ')}.`, {
      exitCode: 2,
    });
  }
  const bytes = readProgramFile(file);
  const { openGpu } = await import('../gpu/index.ts');
  const { describeTrap, Population } = await import('../machine/index.ts');
  const gpu = await openGpu();
  const program = await load(gpu, bytes, file);
  const ramBytes = flags.ram ?? Math.max(program.staticLength + 16384, flags.instances < 256 ? 1 << 20 : 65536);
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
  const population = await Population.create(gpu, {
    instances: flags.instances,
    program,
    ramBytes,
    outputFull: 'wait',
    seed: flags.seed,
    ...(flags.shared ? { sharedBytes: flags.shared } : {}),
    ...(flags.mailbox ? { mailbox: {} } : {}),
    ...(flags.executable ? { codeBytes: flags.executable } : {}),
    outputBytes: flags.instances < 1024 ? 65536 : 4096,
  });
  population.start({ maxInstructions: flags.maxInstructions });
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

function readProgramFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ResidentError(
      `${file}: ${(cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'cannot be read'}.`,
      {
        cause,
      },
    );
  }
}

type Describe = (trap: Parameters<typeof describeTrap>[0]) => string;

function jsonLine(result: InstanceResult, stdout: Uint8Array, describe: Describe) {
  return {
    instance: result.instance,
    exit: result.exit,
    stdout: new TextDecoder().decode(stdout),
    instructions: Number(result.instructions),
    trap: result.trap ? describe(result.trap) : null,
  };
}

/** The exit code of the first instance that did not exit with 0; 1 with a message for a trap. */
function exitCode(results: readonly InstanceResult[], describe: Describe): number {
  for (const result of results) {
    if (result.trap) {
      process.stderr.write(`resident: instance ${result.instance}: ${describe(result.trap)}\n`);
      return 1;
    }
    if (result.exit !== 0) return (result.exit ?? 1) & 0xff;
  }
  return 0;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ResidentError(`${text} is not a whole number from 1.`, { exitCode: 2 });
  }
  return value;
}

function bigNumber(text: string): bigint {
  if (!/^\d+$/.test(text) || BigInt(text) >= 1n << 64n) {
    throw new ResidentError(`${text} is not a whole number below 2^64.`, { exitCode: 2 });
  }
  return BigInt(text);
}

function tier(text: string): Tier {
  if (text === 'interpreter' || text === 'translated' || text === 'auto') return text;
  throw new ResidentError(`${text} is no tier: give interpreter, translated or auto.`, { exitCode: 2 });
}
