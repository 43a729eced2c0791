import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ResidentError } from '../errors.ts';
import {
  hex,
  LineTable,
  readLines,
  type Stop,
  signalOfTrap,
  TraceText,
  traceLineText,
  writeCore,
} from '../machine/debug/index.ts';
import { symbolAt } from '../machine/describe-trap.ts';
import {
  DebugSession,
  describeTrap,
  disassemble,
  instructionAt,
  type Population,
  type Program,
  registerNames,
} from '../machine/index.ts';
import { exitCode, jsonLine, type RunFlags } from './run.ts';

/**
 * `resident run` with --trace, --break or --core: like a run, with one instance looked at.
 *
 * @param population started, not run yet
 * @param source the program's file and its contents, for line numbers
 */
export async function runDebugged(
  population: Population,
  program: Program,
  source: { file: string; bytes: Uint8Array },
  flags: RunFlags,
): Promise<number> {
  const collected: Uint8Array[][] = Array.from({ length: population.instances }, () => []);
  const stream = !flags.json && population.instances === 1;
  const onOutput = (instance: number, bytes: Uint8Array) => {
    if (stream) process.stdout.write(bytes);
    else collected[instance]!.push(bytes);
  };
  const lines = linesOf(program, source);
  const places = flags.break.map((place) => addressOf(place, program, lines));
  const session = await DebugSession.open(population, flags.instance, { onOutput });
  session.setBreakpoints(places);
  let stop = await session.state();
  const lookedAt = flags.trace || places.length > 0;
  if (lookedAt && !places.includes(stop.pc))
    stop = flags.trace ? await trace(session, program, flags) : await session.continue();
  else if (lookedAt) stop = { kind: 'breakpoint', pc: stop.pc };
  if (stop.kind === 'breakpoint') {
    await printStop(session, stop, program, lines, flags);
  } else {
    await session.close();
    await population.run({ tier: lookedAt ? 'interpreter' : flags.tier, onOutput });
    if (places.length > 0) process.stderr.write(`resident: instance ${flags.instance} reached no breakpoint\n`);
  }
  if (flags.core !== undefined) await writeCoreFile(session, program, basename(source.file), flags.core);
  const results = await population.results();
  const describe = (trap: Parameters<typeof describeTrap>[0]) => describeTrap(trap, program);
  for (const result of results) {
    const stdout = Buffer.concat(collected[result.instance]!);
    if (flags.json) console.log(JSON.stringify(jsonLine(result, stdout, describe)));
    else if (!stream) process.stdout.write(stdout);
  }
  population.destroy();
  return flags.json || stop.kind === 'breakpoint' ? 0 : exitCode(results, describe);
}

async function trace(session: DebugSession, program: Program, flags: RunFlags): Promise<Stop> {
  const text = new TraceText(program, await session.registers());
  const records = session.trace();
  for (;;) {
    const next = await records.next();
    if (next.done) return next.value;
    const line = text.line(next.value);
    if (flags.json) console.log(JSON.stringify({ trace: line }));
    else if (next.value.executed) process.stderr.write(`${traceLineText(line)}\n`);
  }
}

/** From the debug information of an ELF file, from the C compiler, or from the assembler. */
function linesOf(program: Program, { file, bytes }: { file: string; bytes: Uint8Array }): LineTable {
  if (bytes[0] === 0x7f) return readLines(bytes);
  const marks =
    program.lines?.marks ?? [...(program.assemblerLines ?? [])].map(([address, line]) => ({ address, line }));
  const rows = marks.map(({ address, line }) => ({ address, line, file, end: line === 0 }));
  return new LineTable(rows);
}

/** The address of a --break place: a number, a symbol, or file:line. */
function addressOf(place: string, program: Program, lines: LineTable): number {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(place) && Number(place) <= 0xffffffff) return Number(place);
  const symbol = program.symbols.get(place);
  if (symbol !== undefined) return symbol;
  const [, source, line] = /^(.+):(\d+)$/.exec(place) ?? [];
  const address = source === undefined ? undefined : lines.addressOf(source, Number(line));
  if (address !== undefined) return address;
  const wanted =
    source === undefined
      ? 'no such symbol'
      : lines.size === 0
        ? 'no line numbers (compile with -g)'
        : 'no code for that line';
  throw new ResidentError(`--break ${place}: the program has ${wanted}; give an address, a symbol or file:line.`, {
    exitCode: 2,
  });
}

async function printStop(
  session: DebugSession,
  stop: Stop,
  program: Program,
  lines: LineTable,
  flags: RunFlags,
): Promise<void> {
  const { registers, pc, fcsr } = await session.registers();
  const source = lines.at(pc);
  const word = instructionAt(program, pc);
  const instruction = word === undefined ? '' : disassemble(word, pc);
  const instructions = await session.instructions();
  const shown = session.population.floatRegisters ? 64 : 32;
  const named = [...registers.subarray(0, shown)].map((value, i) => [registerNames[i]!, value] as const);
  if (flags.json) {
    const all = { ...Object.fromEntries(named), pc, fcsr };
    const where = { instance: session.instance, pc, symbol: symbolAt(program, pc).trim(), ...source };
    console.log(
      JSON.stringify({ break: { ...where, instruction, instructions: Number(instructions), registers: all } }),
    );
    return;
  }
  const at = source ? ` at ${source.file}:${source.line}` : '';
  const rows: string[] = [];
  for (let i = 0; i < named.length; i += 4) {
    rows.push(
      named
        .slice(i, i + 4)
        .map(([name, value]) => `${name.padStart(4)} ${hex(value)}`)
        .join('  '),
    );
  }
  process.stderr.write(
    `${stop.kind} at ${hex(pc)}${symbolAt(program, pc)}${at}, instance ${session.instance}, ${instructions} instructions executed\n` +
      `  ${instruction}\n${rows.join('\n')}\n  pc ${hex(pc)}  fcsr ${hex(fcsr)}\n`,
  );
}

async function writeCoreFile(session: DebugSession, program: Program, name: string, file: string): Promise<void> {
  const { registers, pc, fcsr } = await session.registers();
  const stop = await session.state();
  const code = program.code;
  const memory = await Promise.all(
    (await session.regions()).map(async (region) => ({
      address: region.address,
      bytes: await region.read(0, region.length),
      writable: region.write !== undefined,
      executable:
        region.write === undefined ||
        (code !== undefined && region.address <= code.base && code.base < region.address + region.length),
    })),
  );
  const core = writeCore({
    registers,
    pc: stop.kind === 'trapped' ? stop.pc : pc,
    fcsr,
    signal: stop.kind === 'trapped' ? signalOfTrap(stop.cause) : 0,
    process: session.instance + 1,
    name,
    compressed: program.compressed,
    memory,
  });
  try {
    writeFileSync(file, core);
  } catch (cause) {
    throw new ResidentError(`${file}: the core file cannot be written (${(cause as NodeJS.ErrnoException).code}).`, {
      cause,
    });
  }
}
