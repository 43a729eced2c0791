/** Where an instruction comes from. */
export interface SourceLine {
  file: string;
  line: number;
}

interface Row extends SourceLine {
  address: number;
  /** The address behind a sequence: nothing starts here. */
  end: boolean;
}

/** Which source line each instruction comes from. */
export class LineTable {
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = [...rows].sort((a, b) => a.address - b.address || Number(b.end) - Number(a.end));
  }

  get size(): number {
    return this.#rows.length;
  }

  /** The line of the instruction at an address. */
  at(address: number): SourceLine | undefined {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rows[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    const row = this.#rows[low - 1];
    return row && !row.end && row.line > 0 ? { file: row.file, line: row.line } : undefined;
  }

  /** The lowest address of a line; `file` may be the end of a path. */
  addressOf(file: string, line: number): number | undefined {
    const row = this.#rows.find((r) => !r.end && r.line === line && (r.file === file || r.file.endsWith(`/${file}`)));
    return row?.address;
  }
}

/** Most rows kept; a line program can make many from few bytes. */
const MOST_ROWS = 1 << 20;

/**
 * Reads the line numbers of an ELF32 file (DWARF versions 2 to 5, section .debug_line; see the DWARF 5 standard, 6.2). A
 * file without them, or with damaged ones, gives fewer or no lines, never an error.
 */
export function readLines(file: Uint8Array): LineTable {
  const rows: Row[] = [];
  try {
    const sections = readSections(file);
    const lines = sections.get('.debug_line');
    if (lines) readUnits(lines, sections, rows);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return new LineTable(rows);
}

function readSections(file: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tableAt = view.getUint32(32, true);
  const [size, count, names] = [view.getUint16(46, true), view.getUint16(48, true), view.getUint16(50, true)];
  const content = (index: number) => {
    const at = tableAt + index * size;
    const [type, offset, length] = [4, 16, 20].map((field) => view.getUint32(at + field, true)) as [
      number,
      number,
      number,
    ];
    if (type === 8 || offset + length > file.length) return new Uint8Array(0);
    return file.subarray(offset, offset + length);
  };
  const sections = new Map<string, Uint8Array>();
  if (size < 40) return sections;
  const strings = new Cursor(content(names));
  for (let i = 0; i < count; i++) sections.set(strings.stringAt(view.getUint32(tableAt + i * size, true)), content(i));
  return sections;
}

/** Reads forwards; a RangeError at the end of the bytes. */
class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  unsigned(size: number): number {
    this.at += size;
    const at = this.at - size;
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  skip(size: number): void {
    if (size > this.bytes.length - this.at) throw new RangeError('end of section');
    this.at += size;
  }

  /** LEB128; bits beyond 32 are dropped. */
  leb(signed = false): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.unsigned(1);
      if (shift < 32) value |= (byte & 127) << shift;
      if (byte & 128) continue;
      if (signed && byte & 64 && shift + 7 < 32) value |= -1 << (shift + 7);
      return signed ? value : value >>> 0;
    }
  }

  string(): string {
    const text = this.stringAt(this.at);
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new RangeError('end of section');
    this.at = end + 1;
    return text;
  }

  stringAt(at: number): string {
    const end = this.bytes.indexOf(0, at);
    return new TextDecoder().decode(this.bytes.subarray(at, end < 0 ? at : end));
  }
}

function readUnits(section: Uint8Array, sections: Map<string, Uint8Array>, rows: Row[]): void {
  for (let at = 0; at + 4 <= section.length; ) {
    const length = new DataView(section.buffer, section.byteOffset).getUint32(at, true);
    // 64-bit DWARF is not used for 32-bit targets.
    if (length >= 0xfffffff0 || length > section.length - at - 4) return;
    readUnit(new Cursor(section.subarray(at + 4, at + 4 + length)), sections, rows);
    at += 4 + length;
  }
}

function readUnit(unit: Cursor, sections: Map<string, Uint8Array>, rows: Row[]): void {
  const version = unit.unsigned(2);
  if (version < 2 || version > 5) return;
  if (version === 5) unit.skip(2); // sizes of addresses and segment selectors
  const headerLength = unit.unsigned(4);
  const programAt = unit.at + headerLength;
  const shortest = unit.unsigned(1);
  if (version >= 4) unit.skip(1); // operations in an instruction: 1
  unit.skip(1); // is_stmt at the start
  const lineBase = (unit.unsigned(1) << 24) >> 24;
  const lineRange = unit.unsigned(1) || 1;
  const opcodeBase = unit.unsigned(1);
  const operands = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => unit.unsigned(1));
  const files = version === 5 ? readFiles5(unit, sections) : readFiles(unit);
  unit.at = programAt;
  runProgram(
    unit,
    { shortest, lineBase, lineRange, opcodeBase, operands, files, firstFile: version === 5 ? 0 : 1 },
    rows,
  );
}

const join = (folder: string | undefined, name: string): string =>
  !folder || name.startsWith('/') ? name : `${folder}/${name}`;

function readFiles(unit: Cursor): string[] {
  const folders = [''];
  for (let name = unit.string(); name !== ''; name = unit.string()) folders.push(name);
  const files: string[] = [];
  for (let name = unit.string(); name !== ''; name = unit.string()) {
    files.push(join(folders[unit.leb()], name));
    unit.leb();
    unit.leb();
  }
  return files;
}

function readFiles5(unit: Cursor, sections: Map<string, Uint8Array>): string[] {
  const folders = readEntries(unit, sections).map((entry) => entry.name);
  return readEntries(unit, sections).map((entry) => join(folders[entry.folder], entry.name));
}

/** A table of DWARF 5: its format, then entries in it. */
function readEntries(unit: Cursor, sections: Map<string, Uint8Array>): { name: string; folder: number }[] {
  const DW_LNCT_path = 1;
  const DW_LNCT_directory_index = 2;
  const format = Array.from({ length: unit.unsigned(1) }, () => [unit.leb(), unit.leb()] as const);
  const count = unit.leb();
  const entries: { name: string; folder: number }[] = [];
  if (format.length === 0) return entries;
  for (let i = 0; i < count; i++) {
    const entry = { name: '', folder: 0 };
    for (const [content, form] of format) {
      const value = readForm(unit, form, sections);
      if (content === DW_LNCT_path) entry.name = String(value);
      if (content === DW_LNCT_directory_index) entry.folder = Number(value);
    }
    entries.push(entry);
  }
  return entries;
}

function readForm(unit: Cursor, form: number, sections: Map<string, Uint8Array>): string | number {
  const text = (section: string) => new Cursor(sections.get(section) ?? new Uint8Array(1)).stringAt(unit.unsigned(4));
  switch (form) {
    case 0x08: // DW_FORM_string
      return unit.string();
    case 0x0e: // DW_FORM_strp
      return text('.debug_str');
    case 0x1f: // DW_FORM_line_strp
      return text('.debug_line_str');
    case 0x0b: // DW_FORM_data1
      return unit.unsigned(1);
    case 0x05: // DW_FORM_data2
      return unit.unsigned(2);
    case 0x06: // DW_FORM_data4
      return unit.unsigned(4);
    case 0x07: // DW_FORM_data8
      unit.skip(8);
      return 0;
    case 0x0f: // DW_FORM_udata
      return unit.leb();
    case 0x1e: // DW_FORM_data16
      unit.skip(16);
      return 0;
    case 0x09: // DW_FORM_block
      unit.skip(unit.leb());
      return 0;
    default:
      throw new RangeError(`form ${form}`);
  }
}

interface LineProgram {
  shortest: number;
  lineBase: number;
  lineRange: number;
  opcodeBase: number;
  /** Operands of each standard opcode, from 1. */
  operands: readonly number[];
  files: readonly string[];
  firstFile: number;
}

/** The state machine of a line program. */
function runProgram(unit: Cursor, program: LineProgram, rows: Row[]): void {
  let [address, file, line] = [0, 1, 1];
  const emit = (end = false) => {
    if (rows.length >= MOST_ROWS) throw new RangeError('too many lines');
    rows.push({ address: address >>> 0, file: program.files[file - program.firstFile] ?? '', line, end });
  };
  while (unit.at < unit.bytes.length) {
    const opcode = unit.unsigned(1);
    if (opcode >= program.opcodeBase) {
      const adjusted = opcode - program.opcodeBase;
      address += Math.floor(adjusted / program.lineRange) * program.shortest;
      line += program.lineBase + (adjusted % program.lineRange);
      emit();
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = unit.leb();
        const next = unit.at + length;
        const extended = length > 0 ? unit.unsigned(1) : 0;
        if (extended === 1) {
          emit(true);
          [address, file, line] = [0, 1, 1];
        } else if (extended === 2) {
          address = unit.unsigned(4);
        }
        if (next > unit.bytes.length) throw new RangeError('end of section');
        unit.at = next;
        break;
      }
      case 1: // copy
        emit();
        break;
      case 2: // advance pc
        address += unit.leb() * program.shortest;
        break;
      case 3: // advance line
        line += unit.leb(true);
        break;
      case 4: // set file
        file = unit.leb();
        break;
      case 8: // const add pc
        address += Math.floor((255 - program.opcodeBase) / program.lineRange) * program.shortest;
        break;
      case 9: // fixed advance pc
        address += unit.unsigned(2);
        break;
      default:
        for (let i = 0; i < (program.operands[opcode - 1] ?? 0); i++) unit.leb();
    }
  }
}
