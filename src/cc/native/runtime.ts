import { JobStatus, JobWord, StageParameter } from '../constants.ts';
import { FRAME_LIMIT, StageWord, TEXT_OWN, TEXT_POOL } from '../rules/operations.ts';

/** `pending` when a loop inside a state wants its function to return. */
export const PENDING_RETURN = 0xffff;
/** `pending` when the job is one for the interpreter. */
export const PENDING_GIVE_UP = 0xfffe;
/** Set in the saved pc of a slot whose stage was begun by this tier. */
export const NATIVE_TAG = 0x80000000;
/** Vectors of the uniform block that holds table addresses and sizes. */
export const SIZE_VECTORS = 40;

/** Choices that decide how long drivers compile and how fast the result runs. */
export interface NativeOptions {
  /** Where variables that live from state to state lie. */
  variables: 'registers' | 'workgroup';
  /** Globals that are such variables; the others stay in the slot's memory. */
  globals: number;
  /** Functions up to this size (syntax tree nodes, callees included) are copied to each use. */
  inline: number;
}

export const nativeOptions: NativeOptions = { variables: 'workgroup', globals: 64, inline: 300 };

export interface NativeParts {
  options: NativeOptions;
  stageEntry: number;
  /** Most variables of one function. */
  registers: number;
  globals: { name: string; address: number }[];
  functions: string[];
  states: { label: number; lines: string[] }[];
}

const parameterNames = Object.entries(StageParameter)
  .sort((a, b) => a[1] - b[1])
  .map(([name]) => name.toLowerCase().replace(/_(\w)/g, (_, c: string) => c.toUpperCase()));

/** The kernel around the translated code: state, memory access with checks, the dispatch loop. */
export function frameWgsl(parts: NativeParts): string {
  const { globals, registers } = parts;
  const each = (count: number, text: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join('\n');
  const inGroup = parts.options.variables === 'workgroup';
  const word = (i: number) => (inGroup ? `S[lane + ${i}u * cc_lanes]` : `s${i}`);
  const count = registers + globals.length;
  const places = new Map(globals.map((g, i) => [g.name, word(registers + i)]));
  const globalWord = (name: string) => places.get(name)!;
  /** r3 and g_name in the translated code. */
  const placed = (line: string) =>
    line.replace(/\br(\d+)\b|\bg_(\w+)/g, (_, number: string, name: string) =>
      name ? globalWord(name) : word(Number(number)),
    );
  return `// Made by src/cc/native from src/cc/stages/*.c.
struct Parameters { ${parameterNames.map((name) => `${name}: u32,`).join(' ')} }
struct Sizes { words: array<vec4<u32>, ${SIZE_VECTORS}> }
@group(0) @binding(0) var<storage, read> pool: array<u32>;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> work: array<u32>;
@group(0) @binding(3) var<storage, read_write> jobs: array<u32>;
@group(0) @binding(4) var<storage, read_write> text: array<u32>;
@group(0) @binding(5) var<storage, read_write> control: array<u32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;
@group(0) @binding(7) var<uniform> sizes: Sizes;

var<private> base: u32;
var<private> size: u32;
var<private> stackEnd: u32;
var<private> job: u32;
var<private> textBase: u32;
var<private> controlBase: u32;
var<private> sourceBase: u32;
var<private> sourceLength: u32;
var<private> pc: u32;
var<private> frame: u32;
var<private> ret: u32;
var<private> pending: u32;
// Highest word address so far: beyond the slot it is a fault, noticed at the next state.
var<private> worst: u32;
var<private> fuel: u32;
var<private> hash: u32;
var<private> running: bool;
override cc_lanes: u32 = 32u;
${inGroup ? `var<workgroup> S: array<u32, cc_lanes * ${count}u>;` : each(count, (i) => `var<private> s${i}: u32;`)}
var<private> lane: u32;

fn at(a: u32) -> u32 {
  worst = max(worst, a);
  return work[base + min(a, size - 1u)];
}
fn put(a: u32, v: u32) {
  worst = max(worst, a);
  // Word ${StageWord.SPARE} is nobody's.
  work[base + select(${StageWord.SPARE}u, a, a < size)] = v;
}
fn save(slot: u32, v: u32) { work[base + frame + slot] = v; }
fn saved(slot: u32) -> u32 { return work[base + frame + slot]; }
fn pool_at(a: u32) -> u32 { return pool[min(a, arrayLength(&pool) - 1u)]; }
fn text_word(position: u32) -> u32 {
  let word = (position & 0xffffffu) >> 2u;
  if (position < ${TEXT_OWN}u) {
    if (position < sourceLength && word < parameters.sourceWords) { return source[sourceBase + word]; }
    return 0u;
  }
  if (position >= ${TEXT_POOL}u) {
    let there = parameters.poolTextWord + word;
    if (there < arrayLength(&pool)) { return pool[there]; }
    return 0u;
  }
  let here = parameters.ownTextWord + word;
  if (here < size) { return work[base + here]; }
  return 0u;
}
fn byte_at(position: u32) -> u32 { return (text_word(position) >> ((position & 3u) * 8u)) & 255u; }
fn scan_name(start: u32) -> u32 {
  var end = start;
  var h = 0x811c9dc5u;
  for (var i = 0u; i < 255u; i++) {
    let byte = byte_at(end);
    let letter = byte | 32u;
    if (!((letter >= 97u && letter <= 122u) || (byte >= 48u && byte <= 57u) || byte == 95u)) { break; }
    h = (h ^ byte) * 16777619u;
    end++;
  }
  hash = h;
  return end;
}
fn text_load(i: u32) -> u32 { if (i < parameters.textWords) { return text[textBase + i]; } return 0u; }
fn text_store(i: u32, v: u32) { if (i < parameters.textWords) { text[textBase + i] = v; } }
fn job_load(i: u32) -> u32 { if (i < parameters.jobWords) { return jobs[job + i]; } return 0u; }
fn job_store(i: u32, v: u32) { if (i < parameters.jobWords) { jobs[job + i] = v; } }
fn control_load(i: u32) -> u32 { if (i < parameters.controlWords) { return control[controlBase + i]; } return 0u; }
fn control_store(i: u32, v: u32) { if (i < parameters.controlWords) { control[controlBase + i] = v; } }
fn clear_words(start: u32, count: u32) {
  let end = min(start + min(count, size), size);
  for (var i = start; i < end; i++) { work[base + i] = 0u; }
}
fn copy_to_text(to: u32, start: u32, count: u32) {
  let most = min(count, parameters.textWords);
  // Four at a time, so that the loads overlap.
  for (var i = 0u; i < most; i += 4u) {
    let a = pool_at(start + i);
    let b = pool_at(start + i + 1u);
    let c = pool_at(start + i + 2u);
    let d = pool_at(start + i + 3u);
    text_store(to + i, a);
    if (i + 1u < most) { text_store(to + i + 1u, b); }
    if (i + 2u < most) { text_store(to + i + 2u, c); }
    if (i + 3u < most) { text_store(to + i + 3u, d); }
  }
}
fn mul_high(x: u32, y: u32) -> u32 {
  let xl = x & 0xffffu;
  let xh = x >> 16u;
  let yl = y & 0xffffu;
  let yh = y >> 16u;
  let low = xl * yl;
  let middle = xh * yl + (low >> 16u);
  let other = xl * yh + (middle & 0xffffu);
  return xh * yh + (middle >> 16u) + (other >> 16u);
}
fn div_unsigned(x: u32, y: u32) -> u32 { if (y == 0u) { return 0xffffffffu; } return x / y; }
fn rem_unsigned(x: u32, y: u32) -> u32 { if (y == 0u) { return x; } return x % y; }
fn div_signed(x: u32, y: u32) -> u32 {
  if (y == 0u) { return 0xffffffffu; }
  if (y == 0xffffffffu) { return 0u - x; }
  return u32(i32(x) / i32(y));
}
fn rem_signed(x: u32, y: u32) -> u32 {
  if (y == 0u) { return x; }
  if (y == 0xffffffffu) { return 0u; }
  return u32(i32(x) % i32(y));
}
fn enter(to: u32, back: u32, slots: u32) {
  let next = frame + slots + 1u;
  if (next + ${registers + 1}u > stackEnd) {
    pending = ${PENDING_GIVE_UP}u;
    return;
  }
  work[base + next - 1u] = back | (slots << 16u);
  frame = next;
  pc = to;
}
fn go_back() {
  let link = work[base + frame - 1u];
  // A store through a wrong index could have changed the link: the frame stays in this slot's stack.
  frame -= min((link >> 16u) + 1u, frame - 1u);
  pc = link & 0xffffu;
}

${parts.functions.map(placed).join('\n')}

@compute @workgroup_size(cc_lanes)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  let slot = id.x;
  lane = index;
  if (slot >= parameters.slots) { return; }
  job = slot * parameters.jobWords;
  if (jobs[job + ${JobWord.STATUS}u] != ${JobStatus.PENDING}u) { return; }
  if (jobs[job + ${JobWord.STAGE}u] != parameters.stage) { return; }
  base = slot * parameters.workWords;
  size = parameters.workWords;
  let left = work[base + ${StageWord.PC}u];
  // Begun by the interpreter: it goes on there.
  if (work[base + ${StageWord.INTERPRETED}u] != 0u) { return; }
  sourceLength = jobs[job + ${JobWord.SOURCE_LENGTH}u];
  sourceBase = slot * parameters.sourceWords;
  stackEnd = size - ${FRAME_LIMIT}u;
  textBase = slot * parameters.textWords;
  controlBase = slot * parameters.controlWords;
  pc = left & ${NATIVE_TAG - 1}u;
  frame = work[base + ${StageWord.FRAME}u];
  if (pc == 0u) {
    pc = ${parts.stageEntry}u;
    frame = parameters.stackStart + 1u;
    work[base + frame - 1u] = 1u;
  } else {
    ret = work[base + stackEnd];
    hash = work[base + stackEnd + 1u];
${each(registers, (i) => `    ${word(i)} = work[base + stackEnd + ${i + 2}u];`)}
  }
${globals.map((g) => `  ${globalWord(g.name)} = work[base + ${g.address}u];`).join('\n')}
  running = true;
  var steps = 0u;
  for (; steps < parameters.steps && running; steps++) {
    if (pending != 0u || worst >= size) {
      if (pending != ${PENDING_RETURN}u || worst >= size) {
        // The interpreter starts again from the source.
        work[base + ${StageWord.INTERPRETED}u] = 1u;
        jobs[job + ${JobWord.STAGE}u] = 0u;
        pc = 0u;
        break;
      }
      go_back();
      pending = 0u;
    }
    fuel = 1048576u;
    switch (pc) {
${parts.states.map((s) => `case ${s.label}u: {\n${placed(s.lines.join('\n'))}\n}`).join('\n')}
default: {
running = false;
pc = 0u;
}
    }
  }
  work[base + ${StageWord.PC}u] = select(pc | ${NATIVE_TAG}u, 0u, pc == 0u);
  work[base + ${StageWord.FRAME}u] = frame;
${globals.map((g) => `  work[base + ${g.address}u] = ${globalWord(g.name)};`).join('\n')}
  if (pc != 0u) {
    work[base + stackEnd] = ret;
    work[base + stackEnd + 1u] = hash;
${each(registers, (i) => `    work[base + stackEnd + ${i + 2}u] = ${word(i)};`)}
  }
  jobs[job + ${JobWord.STEPS}u] += steps;
}
`;
}
