import { findInstruction, type Instruction, immediateOf, registerOf } from '../isa.ts';
import { microOps } from '../micro-ops.ts';
import { instructionAt, type Program } from '../program.ts';

/** One instruction of a basic block. */
export interface BlockInstruction {
  readonly pc: number;
  readonly instruction: Instruction;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly immediate: number;
}

export interface Block {
  readonly pc: number;
  /** All but the last run on to the next one. */
  readonly instructions: readonly BlockInstruction[];
  /** Address after the last instruction. */
  readonly end: number;
  /** Addresses that control can go to, known from the text; a computed jump has none. */
  readonly successors: readonly number[];
}

/** Longest block; a longer run is cut in two. */
const MOST_INSTRUCTIONS = 64;

/** Operations that the translator leaves to the interpreter: they end a block before themselves. */
export function isInterpreted({ op, extension }: Instruction): boolean {
  if (op === 'ECALL' || op === 'EBREAK' || op === 'FENCE_I' || op === 'ILLEGAL') return true;
  return extension === 'A' || extension === 'Zicsr';
}

/** Operations of float32.wesl. */
export function isFloat({ op }: Instruction): boolean {
  return microOps[op] >= microOps.FADD && microOps[op] <= microOps.FCLASS;
}

export function decodeAt(program: Program, pc: number): BlockInstruction | undefined {
  const word = instructionAt(program, pc);
  const instruction = word === undefined ? undefined : findInstruction(word);
  if (word === undefined || !instruction || (instruction.length === 2 && !program.compressed)) return undefined;
  return {
    pc,
    instruction,
    rd: registerOf(instruction.rd, word),
    rs1: registerOf(instruction.rs1, word),
    rs2: registerOf(instruction.rs2, word),
    immediate: immediateOf(instruction, word),
  };
}

/**
 * Basic blocks reachable from `seeds`, at most about `mostInstructions` of them, by address. Computed jumps are followed
 * only in that the place after a call, to which it returns, is reached.
 */
export function findBlocks(program: Program, seeds: Iterable<number>, mostInstructions: number): Map<number, Block> {
  const leaders = findLeaders(program, seeds, mostInstructions);
  const blocks = new Map<number, Block>();
  for (const leader of leaders) {
    const instructions: BlockInstruction[] = [];
    let pc = leader;
    let successors: number[] | undefined;
    while (instructions.length < MOST_INSTRUCTIONS) {
      const decoded = decodeAt(program, pc);
      if (!decoded || isInterpreted(decoded.instruction)) break;
      instructions.push(decoded);
      pc += decoded.instruction.length;
      successors = successorsOf(decoded);
      if (successors || leaders.has(pc)) break;
    }
    if (instructions.length > 0) {
      blocks.set(leader, { pc: leader, instructions, end: pc, successors: successors ?? [pc] });
    }
  }
  return blocks;
}

/** Where an instruction that ends a block can go; undefined when it does not end one. */
function successorsOf({ instruction, pc, rd, immediate }: BlockInstruction): number[] | undefined {
  const next = pc + instruction.length;
  if (instruction.op === 'JALR') return [];
  if (instruction.op === 'JAL') return rd === 0 ? [pc + immediate] : [pc + immediate, next];
  if (instruction.immediate.relative) return [pc + immediate, next];
  return undefined;
}

function findLeaders(program: Program, seeds: Iterable<number>, mostInstructions: number): Set<number> {
  const leaders = new Set<number>();
  const queue = [...seeds];
  let instructions = 0;
  while (queue.length > 0 && instructions < mostInstructions) {
    const leader = queue.shift()!;
    if (leaders.has(leader) || !decodeAt(program, leader)) continue;
    leaders.add(leader);
    for (let pc = leader, count = 0; ; count++) {
      const decoded = decodeAt(program, pc);
      if (!decoded) break;
      instructions++;
      const next = pc + decoded.instruction.length;
      const successors =
        isInterpreted(decoded.instruction) || count >= MOST_INSTRUCTIONS ? [next] : successorsOf(decoded);
      if (successors) {
        queue.push(...successors, ...(decoded.instruction.op === 'JALR' && decoded.rd !== 0 ? [next] : []));
        break;
      }
      pc = next;
    }
  }
  return leaders;
}
