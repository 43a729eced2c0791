import { registerNames } from '../registers.ts';

/**
 * Registers as a debugger numbers them: x0 to x31, pc, f0 to f31, fflags, frm, fcsr; 4 bytes each. The names of the
 * features are those of GDB's "RISC-V Features".
 */
export const registerCount = 68;

export const debugRegister = { PC: 32, F0: 33, FFLAGS: 65, FRM: 66, FCSR: 67 } as const;

/** The description of the machine that GDB asks for (`qXfer:features:read:target.xml`). */
export function targetDescription(): string {
  const integer = registerNames.slice(0, 32).map((name, i) => {
    const type = name === 'ra' ? 'code_ptr' : ['sp', 'gp', 'tp'].includes(name) ? 'data_ptr' : 'int';
    return `<reg name="${name}" bitsize="32" type="${type}" regnum="${i}"/>`;
  });
  const float = registerNames.slice(32).map((name, i) => {
    return `<reg name="${name}" bitsize="32" type="ieee_single" regnum="${debugRegister.F0 + i}"/>`;
  });
  const flags = (['fflags', 'frm', 'fcsr'] as const).map(
    (name, i) => `<reg name="${name}" bitsize="32" type="int" regnum="${debugRegister.FFLAGS + i}"/>`,
  );
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE target SYSTEM "gdb-target.dtd">',
    '<target version="1.0">',
    '<architecture>riscv:rv32</architecture>',
    '<feature name="org.gnu.gdb.riscv.cpu">',
    ...integer,
    `<reg name="pc" bitsize="32" type="code_ptr" regnum="${debugRegister.PC}"/>`,
    '</feature>',
    '<feature name="org.gnu.gdb.riscv.fpu">',
    ...float,
    ...flags,
    '</feature>',
    '</target>',
    '',
  ].join('\n');
}

/** Signal numbers as GDB and Linux have them, by cause of a trap; SIGTRAP for what is not an error of the program. */
export function signalOfTrap(cause: number): number {
  const signals: Record<number, number> = {
    0: 7, // instruction address misaligned: SIGBUS
    1: 11, // jump outside the program: SIGSEGV
    2: 4, // illegal instruction: SIGILL
    3: 5, // breakpoint: SIGTRAP
    4: 7,
    5: 11,
    6: 7,
    7: 11,
    24: 11, // stack overflow
    25: 24, // budget: SIGXCPU
    26: 31, // unknown environment call: SIGSYS
    27: 8, // division by zero: SIGFPE
    28: 6, // aborted: SIGABRT
    48: 6, // assertion
  };
  return signals[cause] ?? 5;
}

/** The same in GDB's own numbering, which the remote protocol uses. */
export function gdbSignal(linux: number): number {
  return linux === 7 ? 10 : linux === 31 ? 12 : linux;
}
