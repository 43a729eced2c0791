import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ResidentError } from '../errors.ts';

export interface DirectoryFlags {
  maxInstructions: bigint;
  ram?: number;
  json?: boolean;
  seed: bigint;
  stdin?: Uint8Array;
}

/** Most programs of one batch. */
const BATCH = 256;

/**
 * Compiles and runs all .c files of a folder, in order of name, in batches: one instance for each file.
 *
 * @returns the command's exit code: 1 when a file did not compile or trapped
 */
export async function runDirectory(folder: string, flags: DirectoryFlags): Promise<number> {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .sort();
  if (names.length === 0) throw new ResidentError(`${folder}: there is no .c file in it.`);
  const { Chain, openGpu, writeBuffer } = await import('../gpu/index.ts');
  const { CONTROL_WORDS, ControlWord, describeTrap, Population } = await import('../machine/index.ts');
  const { Compiler, formatDiagnostic, JobMode } = await import('../cc/index.ts');
  const gpu = await openGpu();
  const sources = names.map((name) => readFileSync(join(folder, name)));
  const longest = Math.max(4096, ...sources.map((source) => source.byteLength));
  let failed = false;
  for (let first = 0; first < names.length; first += BATCH) {
    const part = sources.slice(first, first + BATCH);
    const population = await Population.create(gpu, {
      instances: part.length,
      ramBytes: flags.ram ?? 1 << 18,
      textBytes: Math.max(32768, longest * 6),
      outputBytes: 16384,
      outputFull: 'wait',
      seed: flags.seed,
      float: true,
      ...(flags.stdin ? { inputBytes: flags.stdin.length } : {}),
    });
    const compiler = await Compiler.create(gpu, { population, sourceBytes: longest });
    part.forEach((source, slot) => {
      if (flags.stdin) {
        writeBuffer(gpu, population.buffers.input, flags.stdin, slot * population.inputBytes);
        const at = (slot * CONTROL_WORDS + ControlWord.INPUT_LENGTH) * 4;
        writeBuffer(gpu, population.buffers.control, new Uint32Array([flags.stdin.length]), at);
      }
      compiler.submit(slot, source, { mode: JobMode.PROGRAM, budget: flags.maxInstructions });
    });
    let compiled: Awaited<ReturnType<typeof compiler.results>>;
    do {
      const chain = new Chain(gpu);
      compiler.encode(chain, { quanta: 2 });
      chain.submit();
      compiled = await compiler.results();
    } while (compiled.some((c) => c.status === 'pending'));
    const output: Uint8Array[][] = part.map(() => []);
    await population.run({
      onOutput: (instance, bytes) => {
        output[instance]!.push(bytes);
      },
    });
    const results = await population.results();
    part.forEach((source, slot) => {
      const file = join(folder, names[first + slot]!);
      const ok = compiled[slot]!.status === 'done';
      const { exit, trap, instructions } = results[slot]!;
      const errors = compiled[slot]!.diagnostics.map((d) => formatDiagnostic(file, source, d));
      const stdout = ok ? new TextDecoder().decode(Buffer.concat(output[slot]!)) : '';
      const trapped = ok && trap ? describeTrap(trap) : null;
      failed ||= !ok || trapped !== null;
      if (flags.json) {
        const line = {
          file,
          compiled: ok,
          exit: ok ? exit : null,
          stdout,
          instructions: ok ? Number(instructions) : 0,
        };
        console.log(JSON.stringify({ ...line, trap: trapped, diagnostics: errors }));
        return;
      }
      for (const text of errors) console.log(text);
      if (ok) console.log(`${file}: ${trapped ?? `exit ${exit}`}, ${instructions} instructions`);
      if (stdout !== '') process.stdout.write(stdout.endsWith('\n') ? stdout : `${stdout}\n`);
    });
    compiler.destroy();
    population.destroy();
  }
  gpu.close();
  return failed && !flags.json ? 1 : 0;
}
