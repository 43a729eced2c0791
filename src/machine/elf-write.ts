import { EF_RISCV_RVC, ELF32_MAGIC, EM_RISCV, PF_EXECUTE, PF_READ, PF_WRITE, PT_LOAD } from './elf-format.ts';
import type { Program } from './program.ts';

/** A static ELF32 executable of a program, as `readElf` and QEMU load it: one segment of text, one of data. */
export function writeElf(program: Program): Uint8Array<ArrayBuffer> {
  const headers = 52 + 2 * 32;
  const textAt = align(headers, program.textBase);
  const dataAt = align(textAt + program.text.length, program.ramBase);
  const file = new Uint8Array(dataAt + program.data.length);
  const view = new DataView(file.buffer);
  file.set(ELF32_MAGIC);
  view.setUint16(16, 2, true); // executable
  view.setUint16(18, EM_RISCV, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, program.entry, true);
  view.setUint32(28, 52, true); // program headers
  view.setUint32(36, program.compressed ? EF_RISCV_RVC : 0, true);
  view.setUint16(40, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, 2, true);
  const segment = (index: number, offset: number, address: number, bytes: number, memory: number, flags: number) => {
    [PT_LOAD, offset, address, address, bytes, memory, flags, 4096].forEach((value, i) => {
      view.setUint32(52 + index * 32 + i * 4, value, true);
    });
  };
  segment(0, textAt, program.textBase, program.text.length, program.text.length, PF_READ | PF_EXECUTE);
  segment(
    1,
    dataAt,
    program.ramBase,
    program.data.length,
    Math.max(program.staticLength, program.data.length),
    PF_READ | PF_WRITE,
  );
  file.set(program.text, textAt);
  file.set(program.data, dataAt);
  return file;
}

/** The next file offset that agrees with an address within its page, as loaders that map files want. */
function align(offset: number, address: number): number {
  const wanted = address % 4096;
  return Math.ceil((offset - wanted) / 4096) * 4096 + wanted;
}
