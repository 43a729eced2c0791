import { disassemble } from './disassemble.ts';
import type { InstanceResult } from './population.ts';
import { instructionAt, type Program } from './program.ts';

/**
 * A trap in one line: `load outside memory at 0x10118 <sum+0x8>: lw a0, 0(a1), address 0x4`.
 *
 * @param program that ran, for the instruction and the function's name
 */
export function describeTrap(trap: NonNullable<InstanceResult['trap']>, program?: Program): string {
  const word = program && instructionAt(program, trap.pc);
  const instruction = word === undefined ? '' : `: ${disassemble(word, trap.pc)}`;
  const place = program ? symbolAt(program, trap.pc) : '';
  return `${trap.text} at ${hex(trap.pc)}${place}${instruction}, address ${hex(trap.address)}`;
}

function symbolAt({ symbols }: Program, address: number): string {
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
