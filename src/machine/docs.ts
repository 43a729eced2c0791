import { environmentCalls } from './environment-calls.ts';
import { type Extension, instructions } from './isa.ts';
import { trapCauses } from './traps.ts';

const extensionTitles: Readonly<Record<Extension, string>> = {
  I: 'I: base integer instructions',
  M: 'M: multiplication and division',
  A: 'A: atomic operations',
  F: 'F: single-precision floating point',
  C: 'C: compressed instructions',
  Zicsr: 'Zicsr: control and status registers',
  Zifencei: 'Zifencei: instruction fetch fence',
};

/** docs/isa.md, from the instruction table. */
export function isaPage(): string {
  const sections = (Object.keys(extensionTitles) as Extension[]).map((extension) => {
    const rows = instructions
      .filter((i) => i.extension === extension && i.op !== 'ILLEGAL')
      .map(
        (i) =>
          `| \`${i.name}\` | \`${i.operands.join(', ')}\` | \`${hex(i.match, i.length)}\` | \`${hex(i.mask, i.length)}\` | ${i.op} |`,
      );
    return [
      `## ${extensionTitles[extension]}`,
      '',
      '| instruction | operands | match | mask | micro-operation |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return `# Instruction set

Generated from \`src/machine/isa.ts\` by \`scripts/machine-docs.ts\`; do not edit.

The machine runs RV32IMAFC with Zicsr and Zifencei, unprivileged, little-endian. A word \`w\` is an instruction when
\`(w & mask) == match\`; among several, the first in the table. The micro-operation is the case of the execute kernel
that performs it: immediate forms share the case of the register form.

Where the specification leaves a choice: a misaligned load, store or atomic operation traps; \`cycle\`, \`time\` and
\`instret\` all count instructions, so that runs are reproducible; \`fence\` does nothing, because an instance is one hart
and shared RAM is accessed atomically. Float results, flags and rounding modes follow the specification exactly and are
compared with QEMU.

${sections.join('\n\n')}
`;
}

/** docs/environment-calls.md, from the tables of calls and traps. */
export function environmentCallsPage(): string {
  const calls = environmentCalls.map((c) => `| ${c.number} | \`${c.name}\` | \`${c.signature}\` | ${c.meaning} |`);
  const traps = Object.entries(trapCauses).map(([name, t]) => `| ${t.cause} | \`${name}\` | ${t.text} |`);
  return `# Environment calls and traps

Generated from \`src/machine/environment-calls.ts\` and \`src/machine/traps.ts\` by \`scripts/machine-docs.ts\`; do not edit.

A program makes a call by \`ecall\` with the number in a7, arguments in a0 to a5 and the result in a0 (and a1). A 64-bit
value takes two registers, low word first: the first in a0/a1, the second in a2/a3. \`double\` values are their 64 bits.
All other registers keep their values. Numbers below 1024 are those of Linux on RISC-V. \`include/resident.h\` wraps the
calls for C.

Numbers from 4352 to 4863 are external: in a population made with \`external: true\` they park the instance (WAITING) until
a server performs them, a kernel of another floor that builds on \`kernels/external.wesl\`, or the host with
\`externalCalls\` and \`finishCall\`. Loads and stores from 0x80000000 on (the window) are served in the same way.

| number | name | arguments and result | meaning |
| --- | --- | --- | --- |
${calls.join('\n')}

## Traps

An instance that cannot go on stops with a cause, the address of the instruction, and an address or value that the cause
explains: the bad address, the bits of an illegal instruction, or the number of an unknown call. Other instances go on.

| cause | name | text |
| --- | --- | --- |
${traps.join('\n')}
`;
}

function hex(value: number, length: number): string {
  return `0x${value.toString(16).padStart(length * 2, '0')}`;
}
