/** ABI names of x0 to x31, then f0 to f31, as the RISC-V calling convention gives them. */
export const registerNames: readonly string[] = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
  ...['ft0', 'ft1', 'ft2', 'ft3', 'ft4', 'ft5', 'ft6', 'ft7', 'fs0', 'fs1', 'fa0', 'fa1', 'fa2', 'fa3', 'fa4', 'fa5'],
  ...[
    'fa6',
    'fa7',
    'fs2',
    'fs3',
    'fs4',
    'fs5',
    'fs6',
    'fs7',
    'fs8',
    'fs9',
    'fs10',
    'fs11',
    'ft8',
    'ft9',
    'ft10',
    'ft11',
  ],
];

const numbers = new Map<string, number>([
  ...registerNames.map((name, i): [string, number] => [name, i]),
  ...Array.from({ length: 32 }, (_, i): [string, number] => [`x${i}`, i]),
  ...Array.from({ length: 32 }, (_, i): [string, number] => [`f${i}`, 32 + i]),
  ['fp', 8],
]);

/** 0 to 63, or undefined for anything that is not a register. */
export function registerNumber(name: string): number | undefined {
  return numbers.get(name);
}

/** Control and status registers that exist here. */
export const csrNumbers: Readonly<Record<string, number>> = {
  fflags: 0x001,
  frm: 0x002,
  fcsr: 0x003,
  cycle: 0xc00,
  time: 0xc01,
  instret: 0xc02,
  cycleh: 0xc80,
  timeh: 0xc81,
  instreth: 0xc82,
};

/** Rounding modes by their encoding; 5 and 6 are reserved. */
export const roundingModes: readonly (string | undefined)[] = [
  'rne',
  'rtz',
  'rdn',
  'rup',
  'rmm',
  undefined,
  undefined,
  'dyn',
];
