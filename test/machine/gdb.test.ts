// The GDB remote protocol: spoken by these tests themselves, over a socket and directly, and by gdb where there is one.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveDebugger } from '../../src/cli/gdb.ts';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { PacketReader, packet, wordHex } from '../../src/machine/debug/gdb-packets.ts';
import { DebugSession, GdbServer, readLines, writeCore } from '../../src/machine/debug/index.ts';
import { assemble, Population, readElf } from '../../src/machine/index.ts';

const elfFile = fileURLToPath(new URL('fixtures/debuggee.elf', import.meta.url));
const file = new Uint8Array(readFileSync(elfFile));
const program = readElf(file, 'debuggee.elf');
const symbol = (name: string) => program.symbols.get(name)!;
const hex = (value: number) => value.toString(16);

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

async function openSession(instances = 1, instance = 0, loaded = program) {
  const population = await Population.create(gpu, { instances, program: loaded, ramBytes: 8192, outputFull: 'wait' });
  population.start();
  return DebugSession.open(population, instance);
}

/** A debugger: sends packets and waits for their answers, as text. */
class Debugger {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #reader = new PacketReader();
  readonly #answers: string[] = [];
  #waiting: ((answer: string) => void) | undefined;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    for (const input of this.#reader.read(bytes)) {
      if (input.kind !== 'packet') continue;
      this.#answers.push(new TextDecoder().decode(input.data));
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.(this.#answers.shift()!);
    }
  }

  async next(): Promise<string> {
    const ready = this.#answers.shift();
    if (ready !== undefined) return ready;
    return new Promise<string>((resolve) => {
      this.#waiting = resolve;
    });
  }

  ask(content: string | Uint8Array): Promise<string> {
    this.#send(packet(content));
    return this.next();
  }

  interrupt(): void {
    this.#send(Uint8Array.of(3));
  }
}

async function direct(loaded = program) {
  const session = await openSession(1, 0, loaded);
  const server: GdbServer = new GdbServer(session, {
    send: (bytes) => client.receive(bytes),
    close: () => undefined,
    fail: (error) => {
      throw error;
    },
  });
  const client: Debugger = new Debugger((bytes) => server.receive(bytes));
  session.onOutput = (_, bytes) => server.output(bytes);
  return { session, server, client };
}

test('over a socket: features, breakpoint, registers, memory, step, output, exit', async () => {
  const session = await openSession(3, 1);
  let client: Debugger | undefined;
  const done = serveDebugger(session, 0, (port) => {
    const socket = connect(port, '127.0.0.1');
    client = new Debugger((bytes) => void socket.write(bytes));
    socket.on('data', (bytes) => client!.receive(bytes));
    void talk(client).finally(() => socket.end());
  });
  let failure: unknown;
  async function talk(gdb: Debugger): Promise<void> {
    try {
      expect(await gdb.ask('qSupported:swbreak+')).toContain('qXfer:features:read+');
      expect(await gdb.ask('QStartNoAckMode')).toBe('OK');
      expect(await gdb.ask('?')).toBe('T05thread:1;');
      let description = '';
      for (let part = 'm'; part.startsWith('m'); description += part.slice(1)) {
        part = await gdb.ask(`qXfer:features:read:target.xml:${hex(description.length)},400`);
      }
      expect(description).toContain('org.gnu.gdb.riscv.fpu');
      expect(await gdb.ask('qXfer:memory-map:read::0,1000')).toContain('<memory type="ram" start="0x10000000"');
      expect(await gdb.ask(`Z0,${hex(symbol('add'))},2`)).toBe('OK');
      expect(await gdb.ask('vCont;c')).toBe('T05thread:1;');
      const registers = await gdb.ask('g');
      expect(registers.length).toBe(68 * 8);
      expect(registers.slice(32 * 8, 33 * 8)).toBe(wordHex(symbol('add')));
      // The arguments of the first call: points[0].
      expect(await gdb.ask('pa')).toBe(wordHex(1));
      expect(await gdb.ask('pb')).toBe(wordHex(2));
      expect(await gdb.ask(`m${hex(symbol('total'))},4`)).toBe(wordHex(5));
      expect(await gdb.ask(`M${hex(symbol('total'))},4:${wordHex(100)}`)).toBe('OK');
      expect(await gdb.ask('vCont;s:1;c')).toBe('T05thread:1;');
      expect(await gdb.ask('p20')).not.toBe(wordHex(symbol('add')));
      expect(await gdb.ask(`z0,${hex(symbol('add'))},2`)).toBe('OK');
      expect(await gdb.ask('c')).toBe(`O${Buffer.from('done\n').toString('hex')}`);
      // 21 * 1.5 = 31.5
      expect(await gdb.next()).toBe('W1f');
      expect(await gdb.ask(`m${hex(symbol('total'))},4`)).toBe(wordHex(121));
      expect(await gdb.ask('D;1')).toBe('OK');
    } catch (error) {
      failure = error;
    }
  }
  await done;
  expect(failure).toBeUndefined();
});

test('writes of registers and memory, errors for what is not there, traps as signals', async () => {
  const { client } = await direct();
  expect(await client.ask('P8=78563412')).toBe('OK');
  expect(await client.ask('p8')).toBe('78563412');
  expect(await client.ask('P0=78563412')).toBe('OK');
  expect(await client.ask('p0')).toBe('00000000');
  // fa0 is f10: number 33 + 10; frm is 66, fcsr 67.
  expect(await client.ask('P2b=0000c03f')).toBe('OK');
  expect(await client.ask('p2b')).toBe('0000c03f');
  expect(await client.ask('P42=02000000')).toBe('OK');
  expect(await client.ask('p43')).toBe(wordHex(2 << 5));
  const all = await client.ask('g');
  expect(await client.ask(`G${all.slice(0, 16)}11111111${all.slice(24)}`)).toBe('OK');
  expect(await client.ask('p2')).toBe('11111111');
  for (const wrong of [
    'p44',
    'pzz',
    'P1',
    'P1=12',
    'G123',
    'mxyz',
    'm1',
    'M10000000,4:12',
    'Z0,zz,2',
    'c zz',
    'vCont;q',
  ]) {
    expect(await client.ask(wrong)).toMatch(/^E[0-9a-f]{2}$|^$/);
  }
  expect(await client.ask('m50000000,4')).toBe('E0e');
  expect(await client.ask(`M${hex(symbol('main'))},2:0000`)).toBe('E0e');
  const ram = 0x10000000 + 4096;
  const binary = Uint8Array.from([...Buffer.from(`X${hex(ram)},4:`), 0x23, 0x7d, 0x24, 0x2a]);
  expect(await client.ask(binary)).toBe('OK');
  expect(await client.ask(`m${hex(ram)},4`)).toBe('237d242a');
  expect(await client.ask('Z2,10000000,4')).toBe('');
  expect(await client.ask(`qRcmd,${Buffer.from('instructions').toString('hex')}`)).toBe(
    Buffer.from('0 instructions executed\n').toString('hex'),
  );
  // pc to nowhere.
  expect(await client.ask(`P20=${wordHex(0x40000000)}`)).toBe('OK');
  expect(await client.ask('c')).toBe('T0bthread:1;');
});

test('an interruption ends an endless run', async () => {
  const { client, session } = await direct(assemble('here: j here'));
  const { population } = session;
  const stopped = client.ask('c');
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.interrupt();
  expect(await stopped).toBe('T02thread:1;');
  expect(Number((await population.instructionCounts())[0])).toBeGreaterThan(100);
});

test('whatever arrives: it is answered or ignored, and the next question is answered', async () => {
  const { client, server, session } = await direct();
  const letters = fc.constantFrom(...'?gGpPmMXZzHTvqQRi!bBdIyt'.split(''));
  const piece = fc.oneof(
    letters,
    fc.constantFrom(
      '0',
      '1',
      'ffffffff',
      '10000000',
      ',',
      ':',
      ';',
      '=',
      '-',
      '*',
      'Cont',
      'Xfer:features:read:',
      'Rcmd,',
    ),
    fc.string({ maxLength: 5 }),
  );
  const content = fc.tuple(letters, fc.array(piece, { maxLength: 8 })).map(([l, rest]) => l + rest.join(''));
  for (const text of fc.sample(content, { numRuns: 400, seed: 12 })) server.receive(packet(text));
  for (const bytes of fc.sample(fc.uint8Array({ maxLength: 40 }), { numRuns: 200, seed: 13 })) server.receive(bytes);
  // A packet that was cut off and a checksum that is wrong.
  server.receive(Buffer.from('$g#00$m1000'));
  server.receive(packet('qC'));
  await server.close();
  expect((await session.state()).kind).toBe('interrupt');
  void client;
  const again = await direct();
  expect(await again.client.ask('qC')).toBe('QC1');
});

test('lines: the table of the fixture, and damaged ones', () => {
  const lines = readLines(file);
  expect(lines.at(symbol('add'))!.file).toMatch(/debuggee\.c$/);
  const source = readFileSync(join(elfFile, '../debuggee.c'), 'utf8').split('\n');
  for (const name of ['add', 'grow', 'work', 'main']) {
    expect(source[lines.at(symbol(name))!.line - 1]).toContain(`${name}(`);
  }
  expect(lines.addressOf('debuggee.c', lines.at(symbol('work'))!.line)).toBe(symbol('work'));
  expect(lines.at(0x500)).toBeUndefined();
  const changes = fc.array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 30,
  });
  for (const damage of fc.sample(changes, { numRuns: 300, seed: 3 })) {
    const bytes = file.slice();
    for (const [at, value] of damage) bytes[at] = value;
    expect(readLines(bytes).size).toBeGreaterThanOrEqual(0);
  }
  for (let length = 0; length < file.length; length += 97) readLines(file.subarray(0, length));
});

const gdb = spawnSync('gdb-multiarch', ['--version']).status === 0;

describe.skipIf(!gdb)('with gdb-multiarch (skipped where it is not installed)', () => {
  const run = async (args: readonly string[]) => {
    const { stdout, stderr } = await promisify(execFile)('gdb-multiarch', ['-nx', '-batch', ...args], {
      timeout: 60000,
    });
    return stdout + stderr;
  };
  const commands = (list: readonly string[]) => list.flatMap((command) => ['-ex', command]);

  test('connects, breaks, steps, prints and changes variables, runs to the end', async () => {
    const session = await openSession(2, 1);
    let said: Promise<string> | undefined;
    await serveDebugger(session, 0, (port) => {
      said = run([
        elfFile,
        ...commands([`target remote :${port}`, 'break add', 'continue', 'print a + b', 'backtrace', 'finish']),
        ...commands(['delete', 'next', 'print i', 'print points[2]', 'print total', 'set var total = 50', 'print $sp']),
        ...commands([
          'break grow',
          'continue',
          'stepi',
          'print scale',
          'print $fa0',
          'info registers fcsr',
          'x/2i $pc',
        ]),
        ...commands(['set var scale = 2.0', 'delete', 'monitor instance', 'continue']),
      ]);
    });
    const text = await said!;
    expect(text).toContain('Breakpoint 1, add (a=1, b=2)');
    expect(text).toMatch(/\$1 = 3\n/);
    expect(text).toMatch(/#1 .* in work \(n=3\)/);
    expect(text).toMatch(/Value returned is .* = 3/);
    expect(text).toContain('{x = 5, y = 6}');
    expect(text).toContain('instance 1 of 2');
    expect(text).toMatch(/Breakpoint 2, (0x[0-9a-f]+ in )?grow \(f=21\)/);
    expect(text).toContain('= 1.5');
    expect(text).toContain('done');
    // 21 * 2.0
    expect(text).toContain('exited with code 052');
    expect(text).not.toMatch(/warning|error/i);
  });

  test('opens a core file: registers, memory, backtrace', async () => {
    const session = await openSession();
    session.setBreakpoints([symbol('grow')]);
    await session.continue();
    session.setBreakpoints([]);
    for (let i = 0; i < 6; i++) await session.step();
    const { registers, pc, fcsr } = await session.registers();
    const memory = await Promise.all(
      (await session.regions()).map(async (r) => ({
        address: r.address,
        bytes: await r.read(0, r.length),
        writable: r.write !== undefined,
        executable: !r.write,
      })),
    );
    const core = writeCore({
      registers,
      pc,
      fcsr: fcsr | (1 << 5),
      signal: 11,
      process: 1,
      name: 'debuggee.elf',
      compressed: true,
      memory,
    });
    const coreFile = join(mkdtempSync(join(tmpdir(), 'resident-core-')), 'core');
    writeFileSync(coreFile, core);
    const text = await run([
      elfFile,
      coreFile,
      ...commands([
        'backtrace',
        'print points[1]',
        'print total',
        'print $fa0',
        'print/x $fcsr',
        'print $pc',
        'print $sp',
      ]),
    ]);
    expect(text).toContain('SIGSEGV');
    expect(text).toMatch(/#0 .*grow \(f=21\)/);
    expect(text).toMatch(/#1 .* in main \(\)/);
    expect(text).toContain('{x = 3, y = 4}');
    expect(text).toContain('= 26');
    expect(text).toContain('= 21\n');
    expect(text).toContain('= 0x20');
    expect(text).toContain(`0x${hex(pc)} <grow`);
    expect(text).not.toMatch(/warning/i);
  });
});
