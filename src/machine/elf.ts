import { ResidentError } from '../errors.ts';
import { EF_RISCV_RVC, EM_RISCV, PF_EXECUTE, PF_WRITE, PT_LOAD } from './elf-format.ts';
import type { Program } from './program.ts';

const SHT_SYMTAB = 2;
const MOST_TEXT = 16 << 20;
const MOST_RAM = 64 << 20;
const MOST_CODE = 1 << 20;

interface Segment {
  flags: number;
  address: number;
  fileBytes: Uint8Array;
  size: number;
}

/**
 * Reads a static 32-bit little-endian RISC-V ELF executable (ELF specification 1.2, RISC-V psABI).
 *
 * Segments without write permission become the program's text, the writable ones the start of RAM. Those that are
 * writable and executable are RAM that may be executed.
 *
 * @param name of the file, for messages
 * @throws ResidentError naming the field that is wrong; never reads outside `file`
 */
export function readElf(file: Uint8Array, name = 'ELF file'): Program {
  const fail = (what: string): never => {
    throw new ResidentError(`${name}: ${what}.`);
  };
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 52 || view.getUint32(0, false) !== 0x7f454c46) fail('not an ELF file (bad magic number)');
  if (file[4] !== 1) fail(`EI_CLASS is ${file[4]}, but the machine runs 32-bit programs (1)`);
  if (file[5] !== 1) fail(`EI_DATA is ${file[5]}, but the machine is little-endian (1)`);
  const type = view.getUint16(16, true);
  if (type !== 2) fail(`e_type is ${type}, but only static executables (2) can be loaded`);
  const machine = view.getUint16(18, true);
  if (machine !== EM_RISCV) fail(`e_machine is ${machine}, but only RISC-V (243) can be loaded`);
  const entry = view.getUint32(24, true);
  const flags = view.getUint32(36, true);
  const segments = readSegments(view, file, fail);

  const fixed = segments.filter((s) => !(s.flags & PF_WRITE));
  const writable = segments.filter((s) => s.flags & PF_WRITE);
  const code = codeRange(segments, fail);
  if (fixed.length === 0 && !code) fail('no segment with instructions');
  // Without text, nothing is mapped there: the address only has to be one.
  const [textBase, textEnd] = fixed.length > 0 ? span(fixed) : [code!.base, code!.base];
  const [dataStart, dataEnd] = writable.length > 0 ? span(writable) : [roundUp(textEnd, 4096), roundUp(textEnd, 4096)];
  const ramBase = dataStart & ~15;
  if (textEnd - textBase > MOST_TEXT) fail(`its text spans ${textEnd - textBase} bytes, the limit is ${MOST_TEXT}`);
  if (dataEnd - ramBase > MOST_RAM) fail(`its data spans ${dataEnd - ramBase} bytes, the limit is ${MOST_RAM}`);
  if (textBase < 4096) fail('it wants the null page (the first 4096 bytes)');
  if (ramBase < 4096) fail('it wants the null page (the first 4096 bytes)');
  if (fixed.length > 0 && dataEnd > textBase && ramBase < textEnd) fail('its text and data segments overlap');
  if (fixed.length > 0 && ramBase < textBase && ramBase + MOST_RAM > textBase)
    fail('its data lies below its text within 64 MiB');
  const startsInText = entry >= textBase && entry < textEnd;
  if (!startsInText && !(code && entry >= code.base && entry - code.base < code.length)) {
    fail(`e_entry ${entry} is outside its text`);
  }
  return {
    text: place(fixed, textBase & ~3, roundUp(textEnd, 4)),
    textBase: textBase & ~3,
    entry,
    data: place(writable, ramBase, writable.length > 0 ? dataFileEnd(writable) : ramBase),
    ramBase: ramBase >>> 0,
    staticLength: dataEnd - ramBase,
    code,
    compressed: (flags & EF_RISCV_RVC) !== 0,
    symbols: readSymbols(view, file),
  };
}

function readSegments(view: DataView, file: Uint8Array, fail: (what: string) => never): Segment[] {
  const tableAt = view.getUint32(28, true);
  const entrySize = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (entrySize < 32 || count === 0) fail('it has no program headers');
  if (tableAt + entrySize * count > file.length) fail('e_phoff points outside the file');
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const at = tableAt + i * entrySize;
    const word = (index: number) => view.getUint32(at + index * 4, true);
    const size = word(5);
    if (word(0) !== PT_LOAD || size === 0) continue;
    const [offset, address, fileSize] = [word(1), word(2), word(4)];
    if (offset + fileSize > file.length) fail(`program header ${i}: p_offset and p_filesz reach outside the file`);
    if (fileSize > size) fail(`program header ${i}: p_filesz is larger than p_memsz`);
    if (address + size > 0xffffffff) fail(`program header ${i}: p_vaddr and p_memsz reach beyond 4 GiB`);
    segments.push({ flags: word(6), address, size, fileBytes: file.subarray(offset, offset + fileSize) });
  }
  return segments;
}

function span(segments: readonly Segment[]): [number, number] {
  return [Math.min(...segments.map((s) => s.address)), Math.max(...segments.map((s) => s.address + s.size))];
}

/** The part of RAM that writable and executable segments span. */
function codeRange(segments: readonly Segment[], fail: (what: string) => never): Program['code'] {
  const both = segments.filter((s) => s.flags & PF_WRITE && s.flags & PF_EXECUTE);
  if (both.length === 0) return undefined;
  const [start, end] = span(both);
  const base = start & ~3;
  const length = roundUp(end, 4) - base;
  if (length > MOST_CODE) fail(`its writable and executable segments span ${length} bytes, the limit is ${MOST_CODE}`);
  return { base: base >>> 0, length };
}

function dataFileEnd(segments: readonly Segment[]): number {
  return Math.max(...segments.map((s) => s.address + s.fileBytes.length));
}

function place(segments: readonly Segment[], from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, to - from));
  for (const segment of segments) bytes.set(segment.fileBytes, segment.address - from);
  return bytes;
}

/** Symbol names; an odd symbol table gives fewer names, never an error. */
function readSymbols(view: DataView, file: Uint8Array): Map<string, number> {
  const symbols = new Map<string, number>();
  const tableAt = view.getUint32(32, true);
  const count = view.getUint16(48, true);
  if (view.getUint16(46, true) < 40 || tableAt + count * 40 > file.length) return symbols;
  const section = (index: number, word: number) => view.getUint32(tableAt + index * 40 + word * 4, true);
  for (let i = 0; i < count; i++) {
    if (section(i, 1) !== SHT_SYMTAB) continue;
    const [at, size, strings] = [section(i, 4), section(i, 5), section(i, 6)];
    if (strings >= count || at + size > file.length) continue;
    const [stringsAt, stringsSize] = [section(strings, 4), section(strings, 5)];
    if (stringsAt + stringsSize > file.length) continue;
    for (let symbol = at; symbol + 16 <= at + size; symbol += 16) {
      const nameAt = view.getUint32(symbol, true);
      const kind = view.getUint8(symbol + 12) & 15;
      if (kind > 2 || nameAt === 0 || nameAt >= stringsSize) continue;
      const bytes = file.subarray(stringsAt + nameAt, Math.min(stringsAt + stringsSize, stringsAt + nameAt + 256));
      const end = bytes.indexOf(0);
      if (end > 0) symbols.set(new TextDecoder().decode(bytes.subarray(0, end)), view.getUint32(symbol + 4, true));
    }
  }
  return symbols;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
