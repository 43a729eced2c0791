import { createServer } from 'node:net';
import { type Command, Option } from 'commander';
import { ResidentError } from '../errors.ts';
import type { DebugSession } from '../machine/debug/index.ts';
import { programKinds, readProgram } from './load-program.ts';
import { integer } from './options.ts';
import { bigNumber, createPopulation, type PopulationFlags, wholeNumber } from './run.ts';

interface GdbFlags extends PopulationFlags {
  port: number;
  instance: number;
  maxInstructions: bigint;
  json?: boolean;
}

export function registerGdb(program: Command): void {
  program
    .command('gdb')
    .description('let gdb debug one instance of a program: gdb-multiarch prog.elf -ex "target remote :3333"')
    .argument('<file>', `program: ${programKinds}`)
    .option('--port <n>', 'port on this computer; 0 for any that is free', integer(0, 65535), 3333)
    .option('--instance <n>', 'the instance to debug; the others run along with it', integer(0), 0)
    .option('--instances <n>', 'number of virtual computers that run the program', wholeNumber, 1)
    .option('--ram <bytes>', 'RAM of each instance', wholeNumber)
    .addOption(
      new Option('--max-instructions <n>', 'instruction budget of each instance')
        .argParser(bigNumber)
        .default(1_000_000_000_000n, '1000000000000'),
    )
    .addOption(new Option('--seed <n>', 'start of the random numbers').argParser(bigNumber).default(0n, '0'))
    .option('--shared <bytes>', 'RAM that all instances share', wholeNumber)
    .option('--executable <bytes>', 'RAM that each instance may make executable (mprotect)', wholeNumber)
    .option('--mailbox', 'give instances mailboxes and barriers')
    .option('--json', 'print the port as one JSON object')
    .action(async (file: string, flags: GdbFlags) => {
      await serveGdb(file, flags);
    });
}

/** Serves one debugger, from when it connects until it goes. */
async function serveGdb(file: string, flags: GdbFlags): Promise<void> {
  const source = readProgram(file);
  const { openGpu } = await import('../gpu/index.ts');
  const { DebugSession } = await import('../machine/debug/index.ts');
  const gpu = await openGpu();
  const population = await createPopulation(gpu, await source.load(gpu), flags);
  population.start({ maxInstructions: flags.maxInstructions });
  const session = await DebugSession.open(population, flags.instance);
  await serveDebugger(session, flags.port, (port) => {
    const how = `gdb-multiarch ${file.endsWith('.elf') ? `${file} ` : ''}-ex "target remote :${port}"`;
    console.log(flags.json ? JSON.stringify({ port }) : `instance ${flags.instance} of ${file} waits: ${how}`);
  });
  population.destroy();
  gpu.close();
}

/**
 * Serves the first debugger that connects to a port of this computer (no other computer: whoever connects can run and
 * change the program), until it goes.
 *
 * @param listening told the port
 */
export async function serveDebugger(
  session: DebugSession,
  port: number,
  listening: (port: number) => void,
): Promise<void> {
  const { GdbServer } = await import('../machine/debug/index.ts');
  await new Promise<void>((resolve, reject) => {
    let taken = false;
    const server = createServer((socket) => {
      // A debugger that goes away without a word is no error.
      socket.on('error', () => undefined);
      if (taken) {
        socket.destroy();
        return;
      }
      taken = true;
      socket.setNoDelay(true);
      const gdb = new GdbServer(session, {
        send: (bytes) => void socket.write(bytes),
        close: () => void socket.end(),
        fail: (error) => {
          socket.destroy();
          reject(error);
        },
      });
      session.onOutput = (instance, bytes) => {
        if (instance === session.instance) gdb.output(bytes);
      };
      socket.on('data', (bytes) => gdb.receive(bytes));
      socket.on('close', () => {
        server.close();
        gdb.close().then(resolve, reject);
      });
    });
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use: give another --port' : `cannot be used (${cause.code})`;
      reject(new ResidentError(`Port ${port} ${why}.`, { cause }));
    });
    server.listen(port, '127.0.0.1', () => listening((server.address() as { port: number }).port));
  });
}
