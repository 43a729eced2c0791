import { CONTROL_WORDS, ControlWord, REGISTER_WORDS, Status } from '../constants.ts';
import { wgsl as floatFunctions } from '../kernels/float-functions.wgsl.ts';
import type { Program } from '../program.ts';
import { type Block, findBlocks, isFloat } from './blocks.ts';
import { emitCondition, emitInstruction, type MemoryMap } from './emit.ts';

export interface Translation {
  readonly wgsl: string;
  /** For each granule of the text, the number of the region that starts there; NO_REGION for none. */
  readonly regions: Uint32Array<ArrayBuffer>;
  readonly instructions: number;
  /** Whether it has float operations. */
  readonly float: boolean;
}

/**
 * Float operations are some hundred GPU instructions each, and drivers copy them to every place of use: a program with
 * more of them is left to the interpreter.
 */
const MOST_FLOAT_OPERATIONS = 32;

export const NO_REGION = 0xffffffff;

/** The linked float functions without the entry point that they came with. */
const floatLibrary = floatFunctions.replace(/@group\(0\)[^;]*;/, '').replace(/@compute[\s\S]*?\n\}/, '');

/** Limits of one region's tree of blocks. */
const MOST_DEPTH = 10;
const MOST_REGION_INSTRUCTIONS = 300;

/**
 * Turns the basic blocks reachable from `seeds` into one WGSL kernel with the interpreter's bindings.
 *
 * A region is a tree of blocks behind one head, entered only there: where control flows on to a block that is no loop
 * head, that block's code follows in place, and a jump back to the head is a `continue` of a WGSL loop. So an inner loop
 * with its branches is one structured loop with its registers in variables. Regions are the cases of a switch.
 *
 * Whatever is out of the ordinary (a bad address, an environment call, a float operation, too little left of the
 * quantum for the longest way through the region) stops before that instruction with exact counts, and the interpreter
 * does it. So traps, results and instruction counts are the interpreter's by construction.
 */
export function translate(
  program: Program,
  map: MemoryMap,
  seeds: Iterable<number>,
  options: { lanes: number; mostInstructions?: number },
): Translation | undefined {
  const blocks = findBlocks(program, seeds, options.mostInstructions ?? 3000);
  const shift = program.compressed ? 1 : 2;
  const granuleOf = (pc: number) => (pc - program.textBase) >>> shift;
  const floats = [...blocks.values()].flatMap((b) => b.instructions).filter((i) => isFloat(i.instruction)).length;
  if (blocks.size === 0 || floats > MOST_FLOAT_OPERATIONS) return undefined;
  const heads = findHeads(blocks);
  const numbers = new Map([...heads].map((pc, index) => [pc, index]));
  const used = new Set<number>();
  const cases: string[] = [];
  for (const head of heads) {
    const emitter = new RegionEmitter(blocks, heads, numbers, map, used, granuleOf, head);
    cases.push(emitter.emit(numbers.get(head)!));
  }
  // Of the whole mapped text: a computed jump may go to any place in it.
  const regions = new Uint32Array(Math.max(1, map.textLength >>> shift)).fill(NO_REGION);
  for (const [pc, number] of numbers) regions[granuleOf(pc)] = number;
  const instructions = [...blocks.values()].reduce((sum, b) => sum + b.instructions.length, 0);
  const wgsl = kernelSource(
    cases,
    [...used].sort((a, b) => a - b),
    map,
    shift,
    options.lanes,
    floats > 0,
  );
  return { wgsl, regions, instructions, float: floats > 0 };
}

/** Blocks that cannot be part of another's tree: loop heads, call targets and returns, and those with no known predecessor. */
function findHeads(blocks: ReadonlyMap<number, Block>): Set<number> {
  const heads = new Set<number>();
  const predecessors = new Map<number, number>();
  for (const block of blocks.values()) {
    for (const target of block.successors) {
      if (!blocks.has(target)) continue;
      predecessors.set(target, (predecessors.get(target) ?? 0) + 1);
      if (target <= block.instructions.at(-1)!.pc) heads.add(target);
    }
    // After a call, control comes back by a computed jump.
    const last = block.instructions.at(-1)!;
    if ((last.instruction.op === 'JAL' || last.instruction.op === 'JALR') && last.rd !== 0) heads.add(block.end);
    if (last.instruction.op === 'JAL' && last.rd !== 0) heads.add(block.successors[0]!);
  }
  for (const pc of blocks.keys()) if (!predecessors.has(pc)) heads.add(pc);
  for (const pc of heads) if (!blocks.has(pc)) heads.delete(pc);
  return heads;
}

class RegionEmitter {
  readonly #blocks: ReadonlyMap<number, Block>;
  readonly #heads: Set<number>;
  readonly #numbers: Map<number, number>;
  readonly #map: MemoryMap;
  readonly #used: Set<number>;
  readonly #granuleOf: (pc: number) => number;
  readonly #head: number;
  #longest = 1;
  #emitted = 0;

  constructor(
    blocks: ReadonlyMap<number, Block>,
    heads: Set<number>,
    numbers: Map<number, number>,
    map: MemoryMap,
    used: Set<number>,
    granuleOf: (pc: number) => number,
    head: number,
  ) {
    this.#blocks = blocks;
    this.#heads = heads;
    this.#numbers = numbers;
    this.#map = map;
    this.#used = used;
    this.#granuleOf = granuleOf;
    this.#head = head;
  }

  emit(number: number): string {
    const body = this.#tree(this.#head, 0, 0);
    const granule = this.#granuleOf(this.#head);
    const guard = `if (left < ${this.#longest}u) { at = ${granule}u; region = EXIT; break; }`;
    return `case ${number}u: { loop {\n${guard}\n${body}\n} }`;
  }

  #use = (number: number): string => {
    if (number === 0) return '0u';
    this.#used.add(number);
    return `x${number}`;
  };

  /** Code from the block at `pc` on, `before` instructions into the region's current round. */
  #tree(pc: number, before: number, depth: number): string {
    const block = this.#blocks.get(pc)!;
    const lines: string[] = [];
    let count = before;
    for (const i of block.instructions) {
      const { op, immediate } = i.instruction;
      this.#emitted++;
      const done = count;
      const bail = (at: number) => this.#leave(`at = ${this.#granuleOf(at)}u; region = EXIT;`, done);
      count++;
      this.#longest = Math.max(this.#longest, count);
      if (op === 'JAL') {
        if (i.rd !== 0) lines.push(`${this.#use(i.rd)} = ${block.end >>> 0}u;`);
        lines.push(this.#go(i.pc + i.immediate, count, depth));
        return lines.join('\n');
      }
      if (op === 'JALR') {
        lines.push(this.#computedJump(i.rs1, i.immediate, i.rd, block.end, count, bail(i.pc)));
        return lines.join('\n');
      }
      if (immediate.relative) {
        const taken = this.#go(i.pc + i.immediate, count, depth + 1);
        const falls = this.#go(block.end, count, depth + 1);
        lines.push(`if (${emitCondition(i, this.#use)}) {\n${taken}\n} else {\n${falls}\n}`);
        return lines.join('\n');
      }
      lines.push(emitInstruction(i, this.#use, bail, this.#map));
    }
    lines.push(this.#go(block.end, count, depth));
    return lines.filter(Boolean).join('\n');
  }

  /** Flow to a known address: in place, back to the head, to another region, or to the interpreter. */
  #go(target: number, count: number, depth: number): string {
    const block = this.#blocks.get(target);
    if (target === this.#head) return `left -= ${count}u; continue;`;
    if (!block) return this.#leave(`at = ${this.#granuleOf(target)}u; region = EXIT;`, count);
    const fits =
      depth < MOST_DEPTH &&
      this.#emitted + block.instructions.length <= MOST_REGION_INSTRUCTIONS &&
      !this.#heads.has(target);
    if (fits) return this.#tree(target, count, depth + 1);
    let number = this.#numbers.get(target);
    if (number === undefined) {
      // A tree that became too large continues as a region of its own.
      number = this.#numbers.size;
      this.#numbers.set(target, number);
      this.#heads.add(target);
    }
    return this.#leave(`region = ${number}u;`, count);
  }

  #computedJump(rs1: number, immediate: number, rd: number, next: number, count: number, bail: string): string {
    const { textBase, textLength } = this.#map;
    const link = rd === 0 ? '' : `${this.#use(rd)} = ${next >>> 0}u;`;
    const shift = this.#granuleOf(textBase + 4) === 2 ? 1 : 2;
    const misaligned = shift === 1 ? '' : ' || (t & 2u) != 0u';
    return [
      `{ let t = ((${this.#use(rs1)} + ${immediate >>> 0}u) & 0xfffffffeu) - ${textBase >>> 0}u;`,
      `if (t >= ${textLength}u${misaligned}) { ${bail} }`,
      `${link} at = t >> ${shift}u; region = regions[at]; left -= ${count}u; break; }`,
    ].join(' ');
  }

  #leave(how: string, count: number): string {
    return `${count === 0 ? '' : `left -= ${count}u; `}${how} break;`;
  }
}

function kernelSource(
  cases: string[],
  used: number[],
  map: MemoryMap,
  shift: number,
  lanes: number,
  float: boolean,
): string {
  const control = (word: keyof typeof ControlWord) => `control[c + ${ControlWord[word]}u]`;
  const interleaved = map.ramStride > 1;
  const words = map.ramBytes / 4;
  return `
struct Parameters { words: array<vec4<u32>, 4> }
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<uniform> quantum: vec4<u32>;
@group(0) @binding(2) var<storage, read_write> control: array<u32>;
@group(0) @binding(3) var<storage, read_write> registers: array<u32>;
@group(0) @binding(4) var<storage, read_write> ram: array<u32>;
@group(0) @binding(5) var<storage, read> text: array<u32>;
@group(0) @binding(6) var<storage, read> regions: array<u32>;
const EXIT: u32 = ${NO_REGION}u;
${float ? floatLibrary : ''}

fn product_high(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu; let ah = a >> 16u; let bl = b & 0xffffu; let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let cross = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (cross >> 16u);
}
fn magnitude(a: u32) -> u32 { return select(a, 0u - a, i32(a) < 0); }
fn divide_signed(a: u32, b: u32) -> u32 {
  let q = magnitude(a) / max(magnitude(b), 1u);
  return select(select(q, 0u - q, i32(a ^ b) < 0), 0xffffffffu, b == 0u);
}
fn remainder_signed(a: u32, b: u32) -> u32 {
  let r = magnitude(a) % max(magnitude(b), 1u);
  return select(select(r, 0u - r, i32(a) < 0), a, b == 0u);
}

@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  var instance = (group.x + group.y * groups.x) * ${lanes}u + lane;
  if (instance >= parameters.words[0].x) { return; }
  let alive = control[parameters.words[0].x * ${CONTROL_WORDS}u]; // as in execute.wesl
  if (alive != 0u) {
    if (instance >= alive) { return; }
    instance = control[parameters.words[0].x * ${CONTROL_WORDS}u + 1u + instance];
  }
  let c = instance * ${CONTROL_WORDS}u;
  if (${control('STATUS')} != ${Status.RUNNING}u) { return; }
  let pc_offset = ${control('PC')} - ${map.textBase >>> 0}u;
  if (pc_offset >= ${map.textLength}u) { return; }
  var at = pc_offset >> ${shift}u;
  var region = regions[at];
  if (region == EXIT) { return; }
  let executed_lo = ${control('INSTRUCTIONS_LO')};
  let executed_hi = ${control('INSTRUCTIONS_HI')};
  let budget_lo = ${control('BUDGET_LO')};
  let left_lo = budget_lo - executed_lo;
  let left_hi = ${control('BUDGET_HI')} - executed_hi - select(0u, 1u, budget_lo < executed_lo);
  let limit = select(min(quantum.x, left_lo), quantum.x, left_hi != 0u);
  let heap_end = ${control('BREAK')};
  let place = ${interleaved ? `(instance / ${map.ramStride}u) * ${map.ramStride * words}u + instance % ${map.ramStride}u` : `instance * ${words}u`};
  let r = instance * ${REGISTER_WORDS}u;
${used.map((n) => `  var x${n} = registers[r + ${n}u];`).join('\n')}
  var left = limit;
${float ? `  var fcsr = ${control('FCSR')};` : ''}
  // Each round executes at least one instruction or leaves.
  loop {
    switch region {
${cases.join('\n')}
default: { region = EXIT; }
    }
    if (region == EXIT) { break; }
  }
${used.map((n) => `  registers[r + ${n}u] = x${n};`).join('\n')}
${float ? `  ${control('FCSR')} = fcsr;` : ''}
  let executed = executed_lo + (limit - left);
  ${control('PC')} = ${map.textBase >>> 0}u + (at << ${shift}u);
  ${control('INSTRUCTIONS_LO')} = executed;
  ${control('INSTRUCTIONS_HI')} = executed_hi + select(0u, 1u, executed < executed_lo);
}
`;
}
