import { ResidentError } from '../errors.ts';
import { Chain, readBuffer, readWords, writeBuffer } from '../gpu/index.ts';
import { CONTROL_WORDS, ControlWord, REGISTER_WORDS, Status, WaitReason } from './constants.ts';
import { copyIntoRam } from './fork.ts';
import { microOps } from './micro-ops.ts';
import type { Population } from './population.ts';
import type { Program } from './program.ts';

/** What a snapshot fits: an instance of a population with the same values. Sizes and addresses in bytes. */
export interface SnapshotShape {
  readonly ramBase: number;
  readonly ramBytes: number;
  readonly textBase: number;
  readonly textBytes: number;
  readonly outputBytes: number;
  readonly inputBytes: number;
  readonly codeBytes: number;
  readonly granuleShift: number;
  readonly floatRegisters: number;
  /** Digest of the shared program; 0 when instances have private text. */
  readonly program: number;
  /** Digest of how decoded instructions look; changes between versions. */
  readonly encoding: number;
}

const shapeFields = [
  ...(['ramBase', 'ramBytes', 'textBase', 'textBytes', 'outputBytes', 'inputBytes', 'codeBytes'] as const),
  ...(['granuleShift', 'floatRegisters', 'program', 'encoding'] as const),
];

/**
 * The complete state of one instance: control words, registers, RAM with the heap, private text, decoded code, input and
 * output that has not been drained. Not in it: what instances share (shared RAM, messages in mailboxes).
 */
export class Snapshot {
  readonly shape: SnapshotShape;
  readonly control: Uint32Array;
  readonly registers: Uint32Array;
  readonly ram: Uint8Array;
  /** The private text slot; empty when the program is shared. */
  readonly text: Uint8Array;
  /** Decoded private text, then decoded executable RAM: two words each. */
  readonly microOps: Uint32Array;
  readonly output: Uint8Array;
  readonly input: Uint8Array;

  constructor(parts: Omit<Snapshot, 'toBytes'>) {
    this.shape = parts.shape;
    this.control = parts.control;
    this.registers = parts.registers;
    this.ram = parts.ram;
    this.text = parts.text;
    this.microOps = parts.microOps;
    this.output = parts.output;
    this.input = parts.input;
  }

  /**
   * The snapshot as a file: the 8 bytes `RESSNAP1`, the shape, the lengths of the sections, then the sections; all words
   * little-endian. Of RAM only the 4096-byte pages that are not zero, each behind its number.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    const pages: number[] = [];
    for (let page = 0; page * PAGE < this.ram.length; page++) {
      if (this.ram.subarray(page * PAGE, (page + 1) * PAGE).some((byte) => byte !== 0)) pages.push(page);
    }
    const ram = new Uint8Array(pages.length * (PAGE + 4));
    pages.forEach((page, i) => {
      new DataView(ram.buffer).setUint32(i * (PAGE + 4), page, true);
      ram.set(this.ram.subarray(page * PAGE, (page + 1) * PAGE), i * (PAGE + 4) + 4);
    });
    const sections = [wordBytes(this.control), wordBytes(this.registers), ram, this.text, wordBytes(this.microOps)];
    sections.push(this.output, this.input);
    const header = [...shapeFields.map((field) => this.shape[field]), ...sections.map((s) => s.length)];
    const file = new Uint8Array(MAGIC.length + header.length * 4 + sections.reduce((sum, s) => sum + s.length, 0));
    file.set(new TextEncoder().encode(MAGIC));
    let at = MAGIC.length;
    for (const word of header) {
      new DataView(file.buffer).setUint32(at, word, true);
      at += 4;
    }
    for (const section of sections) {
      file.set(section, at);
      at += section.length;
    }
    return file;
  }

  /** @throws ResidentError when the bytes are no snapshot; whether it fits a population is decided by `restore` */
  static fromBytes(file: Uint8Array): Snapshot {
    const fail = (what: string): never => {
      throw new ResidentError(`Snapshot: ${what}.`);
    };
    const headerWords = shapeFields.length + SECTIONS;
    if (new TextDecoder().decode(file.subarray(0, MAGIC.length)) !== MAGIC)
      fail('not a snapshot file (bad magic number)');
    if (file.length < MAGIC.length + headerWords * 4) fail('the file ends in its header');
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const word = (index: number) => view.getUint32(MAGIC.length + index * 4, true);
    const shape = Object.fromEntries(shapeFields.map((field, i) => [field, word(i)])) as unknown as SnapshotShape;
    if (shape.ramBytes > 64 << 20 || shape.ramBytes % 16 !== 0) fail(`RAM of ${shape.ramBytes} bytes`);
    let at = MAGIC.length + headerWords * 4;
    const sections = Array.from({ length: SECTIONS }, (_, i) => {
      const length = word(shapeFields.length + i);
      if (length > file.length - at) fail(`section ${i} reaches outside the file`);
      at += length;
      return file.slice(at - length, at);
    });
    const [control, registers, pages, text, decoded, output, input] = sections as [Uint8Array, ...Uint8Array[]];
    if (control.length !== CONTROL_WORDS * 4) fail(`${control.length} bytes of control words`);
    if (registers!.length !== REGISTER_WORDS * 4) fail(`${registers!.length} bytes of registers`);
    if (pages!.length % (PAGE + 4) !== 0 || decoded!.length % 8 !== 0) fail('a section has an odd length');
    const ram = new Uint8Array(shape.ramBytes);
    for (let i = 0; i < pages!.length; i += PAGE + 4) {
      const page = new DataView(pages!.buffer).getUint32(i, true);
      if (page * PAGE >= ram.length) fail(`page ${page} is outside RAM`);
      ram.set(pages!.subarray(i + 4, i + 4 + Math.min(PAGE, ram.length - page * PAGE)), page * PAGE);
    }
    return new Snapshot({
      shape,
      control: bytesWords(control),
      registers: bytesWords(registers!),
      ram,
      text: text!,
      microOps: bytesWords(decoded!),
      output: output!,
      input: input!,
    });
  }
}

const MAGIC = 'RESSNAP1';
const PAGE = 4096;
/** Where the fields of a micro-operation are; a snapshot of another format is refused. */
const MICRO_OP_FIELDS = 'rd 8, rs1 15, rs2 22, slots 29';
const SECTIONS = 7;

export async function takeSnapshot(population: Population, instance: number): Promise<Snapshot> {
  const { gpu, buffers } = population;
  const bytes = async (buffer: GPUBuffer, size: number) =>
    size === 0 ? new Uint8Array(0) : new Uint8Array(await readBuffer(gpu, buffer, instance * size, size));
  const privateText = population.program === undefined;
  const codeOps = population.codeBytes >>> population.granuleShift;
  const textOps = privateText ? population.microOpStride : 0;
  const ops = new Uint32Array((textOps + codeOps) * 2);
  if (textOps > 0) ops.set(await readWords(gpu, buffers.microOps, instance * textOps * 8, textOps * 8));
  if (codeOps > 0) {
    ops.set(
      await readWords(gpu, buffers.microOps, (population.codeAt + instance * codeOps) * 8, codeOps * 8),
      textOps * 2,
    );
  }
  // A mark (for a breakpoint, bit 31) is not of the program.
  for (let i = 0; i < ops.length; i += 2) ops[i] = ops[i]! & 0x7fffffff;
  return new Snapshot({
    shape: shapeOf(population),
    control: bytesWords(await bytes(buffers.control, CONTROL_WORDS * 4)),
    registers: await population.registers(instance),
    ram: await population.ram(instance),
    text: await bytes(buffers.text, privateText ? population.textBytes : 0),
    microOps: ops,
    output: await bytes(buffers.output, population.outputBytes),
    input: await bytes(buffers.input, population.inputBytes),
  });
}

export async function restoreSnapshot(population: Population, instance: number, snapshot: Snapshot): Promise<void> {
  checkFits(population, snapshot);
  const { gpu, buffers } = population;
  const control = snapshot.control.slice();
  const barriers = await readWords(gpu, buffers.control, (instance * CONTROL_WORDS + ControlWord.BARRIERS) * 4, 4);
  // Barriers count arrivals of all instances, so each keeps its own.
  control[ControlWord.BARRIERS] = barriers[0]!;
  const write = (buffer: GPUBuffer, data: Uint8Array | Uint32Array, at: number) => {
    if (data.byteLength > 0) writeBuffer(gpu, buffer, data, at);
  };
  write(buffers.control, control, instance * CONTROL_WORDS * 4);
  write(buffers.registers, snapshot.registers, instance * REGISTER_WORDS * 4);
  write(buffers.output, snapshot.output, instance * population.outputBytes);
  write(buffers.input, snapshot.input, instance * population.inputBytes);
  const textOps = population.program ? 0 : population.microOpStride;
  const codeOps = population.codeBytes >>> population.granuleShift;
  if (!population.program) write(buffers.text, snapshot.text, instance * population.textBytes);
  write(buffers.microOps, snapshot.microOps.subarray(0, textOps * 2), instance * textOps * 8);
  write(buffers.microOps, snapshot.microOps.subarray(textOps * 2), (population.codeAt + instance * codeOps) * 8);
  const chain = new Chain(gpu);
  const free = await copyIntoRam(population, instance, snapshot.ram, chain);
  chain.submit();
  free();
}

/** A snapshot may come from a file: everything that a kernel relies on is checked here. */
function checkFits(population: Population, { shape, control, text, microOps: ops, output, input }: Snapshot): void {
  const wanted = shapeOf(population);
  for (const field of shapeFields) {
    if (shape[field] !== wanted[field]) {
      throw new ResidentError(
        `The snapshot does not fit this population: ${field} is ${shape[field]}, here it is ${wanted[field]}.`,
      );
    }
  }
  const word = (name: keyof typeof ControlWord) => control[ControlWord[name]]!;
  const within = (offset: number, length: number, size: number) =>
    offset >= 0 && offset <= size && length <= size - offset;
  const { ramBytes, codeBytes } = population;
  const textLimit = population.program ? population.program.text.byteLength : population.textBytes;
  const breakAt = word('BREAK') - population.ramBase;
  const fits: Record<string, boolean> = {
    STATUS: Object.values(Status).includes(word('STATUS') as never),
    WAIT_REASON: Object.values(WaitReason).includes(word('WAIT_REASON') as never),
    TEXT_LENGTH: word('TEXT_LENGTH') <= Math.ceil(textLimit / 4) * 4 && word('TEXT_LENGTH') % 4 === 0,
    STATIC_LENGTH: word('STATIC_LENGTH') <= ramBytes,
    BREAK: within(breakAt, 0, ramBytes) || word('STATUS') === Status.FREE,
    OUTPUT_LENGTH: word('OUTPUT_LENGTH') <= population.outputBytes,
    INPUT_LENGTH: word('INPUT_LENGTH') <= population.inputBytes,
    INPUT_POSITION: word('INPUT_POSITION') <= word('INPUT_LENGTH'),
    CODE_LENGTH:
      word('CODE_LENGTH') <= codeBytes &&
      (word('CODE_LENGTH') | word('CODE_BASE')) % 4 === 0 &&
      (word('CODE_LENGTH') === 0 || within(word('CODE_BASE') - population.ramBase, word('CODE_LENGTH'), ramBytes)),
    text: text.length === (population.program ? 0 : population.textBytes),
    output: output.length === population.outputBytes,
    input: input.length === population.inputBytes,
    'decoded code': decodedFits(population, ops),
  };
  const wrong = Object.keys(fits).find((name) => !fits[name]);
  if (wrong) throw new ResidentError(`The snapshot is damaged: ${wrong} has an impossible value.`);
}

/** Whether every micro-operation names registers that exist and has a length. */
function decodedFits(population: Population, ops: Uint32Array): boolean {
  const count =
    (population.program ? 0 : population.microOpStride) + (population.codeBytes >>> population.granuleShift);
  if (ops.length !== count * 2) return false;
  const sink = population.floatRegisters ? 64 : 32;
  for (let i = 0; i < ops.length; i += 2) {
    const x = ops[i]!;
    // Never decoded.
    if (x === 0 && ops[i + 1] === 0) continue;
    // The fields are those of decode.wesl.
    const [rd, rs1, rs2, slots] = [(x >>> 8) & 127, (x >>> 15) & 127, (x >>> 22) & 127, x >>> 29];
    if (rd === 0 || rd > sink || rs1 >= sink || rs2 >= sink || slots < 1 || slots > 2) return false;
  }
  return true;
}

function shapeOf(population: Population): SnapshotShape {
  return {
    ramBase: population.ramBase,
    ramBytes: population.ramBytes,
    textBase: population.textBase,
    textBytes: population.textBytes,
    outputBytes: population.outputBytes,
    inputBytes: population.inputBytes,
    codeBytes: population.codeBytes,
    granuleShift: population.granuleShift,
    floatRegisters: population.floatRegisters ? 1 : 0,
    program: population.program ? programDigest(population.program) : 0,
    encoding: digest(new TextEncoder().encode(MICRO_OP_FIELDS + JSON.stringify(microOps))),
  };
}

const digests = new WeakMap<Program, number>();

function programDigest(program: Program): number {
  const known = digests.get(program);
  if (known !== undefined) return known;
  const value = digest(program.data, digest(program.text)) || 1;
  digests.set(program, value);
  return value;
}

/** FNV-1a, to tell a wrong program from the right one, not to keep anyone out. */
function digest(bytes: Uint8Array, start = 0x811c9dc5): number {
  let hash = start;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function wordBytes(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function bytesWords(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}
