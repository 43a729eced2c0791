import {
  EF_RISCV_FLOAT_ABI_SINGLE,
  EF_RISCV_RVC,
  ELF32_MAGIC,
  EM_RISCV,
  PF_EXECUTE,
  PF_READ,
  PF_WRITE,
  PT_LOAD,
} from '../elf-format.ts';
import { targetDescription } from './target.ts';

/** What a core file holds. */
export interface CoreContents {
  /** x0 to x31, f0 to f31. */
  registers: Uint32Array;
  pc: number;
  fcsr: number;
  /** Linux signal number that the instance ended with; 0 for none. */
  signal: number;
  /** Number of the process, as debuggers show it. */
  process: number;
  /** Name of the program's file; gdb compares it with that of the executable. */
  name: string;
  compressed: boolean;
  memory: readonly { address: number; bytes: Uint8Array; writable: boolean; executable: boolean }[];
}

const ET_CORE = 4;
const PT_NOTE = 4;
const NT_PRSTATUS = 1;
const NT_FPREGSET = 2;
const NT_PRPSINFO = 3;
/** Target description, as GDB's own gcore writes it. */
const NT_GDB_TDESC = 0xff000000;

/**
 * An ELF32 core file of one instance that gdb opens: `gdb-multiarch prog.elf core`. Notes have the layout of Linux on
 * 32-bit RISC-V (struct elf_prstatus: signal at 12, process at 24, pc and x1 to x31 at 72; struct elf_prpsinfo), with
 * float registers of 32 bits.
 */
export function writeCore(core: CoreContents): Uint8Array<ArrayBuffer> {
  const notes = concat([
    note('CORE', NT_PRSTATUS, processStatus(core)),
    note('CORE', NT_PRPSINFO, processInfo(core)),
    // Linux keeps 8 bytes for fcsr.
    note('CORE', NT_FPREGSET, wordBytes([...core.registers.subarray(32, 64), core.fcsr, 0])),
    note('GDB', NT_GDB_TDESC, new TextEncoder().encode(`${targetDescription()}\0`)),
  ]);
  const segments = core.memory.filter((m) => m.bytes.length > 0);
  const headers = 52 + 32 * (1 + segments.length);
  let at = headers + notes.length;
  const placed = segments.map((segment) => {
    // Offset and address agree within a page, as loaders expect.
    at += (((segment.address - at) % 4096) + 4096) % 4096;
    const offset = at;
    at += segment.bytes.length;
    return { ...segment, offset };
  });
  const file = new Uint8Array(at);
  const view = new DataView(file.buffer);
  file.set(ELF32_MAGIC);
  view.setUint16(16, ET_CORE, true);
  view.setUint16(18, EM_RISCV, true);
  view.setUint32(20, 1, true);
  view.setUint32(28, 52, true);
  view.setUint32(36, EF_RISCV_FLOAT_ABI_SINGLE | (core.compressed ? EF_RISCV_RVC : 0), true);
  view.setUint16(40, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, 1 + segments.length, true);
  const header = (index: number, fields: readonly number[]) => {
    for (const [i, value] of fields.entries()) view.setUint32(52 + index * 32 + i * 4, value, true);
  };
  header(0, [PT_NOTE, headers, 0, 0, notes.length, 0, PF_READ, 4]);
  file.set(notes, headers);
  placed.forEach(({ address, bytes, offset, writable, executable }, i) => {
    const flags = PF_READ | (writable ? PF_WRITE : 0) | (executable ? PF_EXECUTE : 0);
    header(i + 1, [PT_LOAD, offset, address, 0, bytes.length, bytes.length, flags, 4096]);
    file.set(bytes, offset);
  });
  return file;
}

function processStatus({ registers, pc, signal, process }: CoreContents): Uint8Array {
  const status = new Uint8Array(204);
  const view = new DataView(status.buffer);
  view.setUint32(0, signal, true);
  view.setUint16(12, signal, true);
  view.setUint32(24, process, true);
  view.setUint32(72, pc, true);
  for (let i = 1; i < 32; i++) view.setUint32(72 + i * 4, registers[i]!, true);
  view.setUint32(200, 1, true); // float registers are valid
  return status;
}

function processInfo({ name, process }: CoreContents): Uint8Array {
  const info = new Uint8Array(128);
  new DataView(info.buffer).setUint32(16, process, true);
  const bytes = new TextEncoder().encode(name);
  info.set(bytes.subarray(0, 15), 32);
  info.set(bytes.subarray(0, 79), 48);
  return info;
}

function note(owner: string, type: number, content: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(`${owner}\0`);
  const contentAt = 12 + Math.ceil(name.length / 4) * 4;
  const bytes = new Uint8Array(contentAt + Math.ceil(content.length / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, name.length, true);
  view.setUint32(4, content.length, true);
  view.setUint32(8, type, true);
  bytes.set(name, 12);
  bytes.set(content, contentAt);
  return bytes;
}

function wordBytes(words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
