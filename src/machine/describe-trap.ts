import { disassemble } from './disassemble.ts';
import type { InstanceResult } from './population.ts';
import { instructionAt, type Program, type SourceLines } from './program.ts';
import { trapCauses } from './traps.ts';

/**
 * A trap in words: `load outside memory at 0x10118 <sum+0x8>: lw a0, 0(a1), address 0x4 (null pointer)`. With a line
 * table the source line comes first: `sum.c:12: load outside memory (null pointer) in sum`, then the line itself.
 *
 * @param program that ran, for the instruction, the function's name and the source line
 */
export function describeTrap(trap: NonNullable<InstanceResult['trap']>, program?: Program): string {
  const word = program && instructionAt(program, trap.pc);
  const instruction = word === undefined ? '' : `: ${disassemble(word, trap.pc)}`;
  const place = program ? symbolAt(program, trap.pc) : '';
  const access = trap.cause === trapCauses.LOAD_ACCESS.cause || trap.cause === trapCauses.STORE_ACCESS.cause;
  const null_ = access && trap.address < 4096 ? ' (null pointer)' : '';
  const machine = `at ${hex(trap.pc)}${place}${instruction}, address ${hex(trap.address)}`;
  const source = program?.lines && lineAt(program.lines, trap.pc);
  if (!program?.lines || source === undefined) return `${trap.text} ${machine}${null_}`;
  const { file, text } = program.lines;
  const name = /<([^+>]*)/.exec(place)?.[1] ?? 'library code';
  if (source === 0) return `${file}: ${trap.text}${null_} in the library function ${name}\n  ${machine}`;
  const line = text[source - 1] ?? '';
  return `${file}:${source}: ${trap.text}${null_} in ${name}\n    ${line.trim()}\n  ${machine}`;
}

/** The source line of an address; 0 when it belongs to none, undefined before all marks. */
function lineAt({ marks }: SourceLines, address: number): number | undefined {
  return marks.findLast((mark) => mark.address <= address)?.line;
}

/** ` <function+0x4>` of an address, or nothing. */
export function symbolAt({ symbols }: Program, address: number): string {
  let best: [string, number] | undefined;
  for (const symbol of symbols) {
    if (symbol[1] <= address && !symbol[0].startsWith('$') && (!best || symbol[1] > best[1])) best = symbol;
  }
  if (!best) return '';
  return best[1] === address ? ` <${best[0]}>` : ` <${best[0]}+${hex(address - best[1])}>`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
