/** `li` and `la` always take two instructions, so that sizes are known before symbols are. */
const address = (rd: string, value: string) => [
  ['lui', rd, `%hi(${value})`],
  ['addi', rd, rd, `%lo(${value})`],
];

type Expansion = (...operands: string[]) => string[][];

const expansions: Readonly<Record<string, { operands: number; expand: Expansion }>> = {
  nop: { operands: 0, expand: () => [['addi', 'x0', 'x0', '0']] },
  ret: { operands: 0, expand: () => [['jalr', 'x0', '0(ra)']] },
  li: { operands: 2, expand: address as Expansion },
  la: { operands: 2, expand: address as Expansion },
  mv: { operands: 2, expand: (rd, rs) => [['addi', rd!, rs!, '0']] },
  not: { operands: 2, expand: (rd, rs) => [['xori', rd!, rs!, '-1']] },
  neg: { operands: 2, expand: (rd, rs) => [['sub', rd!, 'x0', rs!]] },
  seqz: { operands: 2, expand: (rd, rs) => [['sltiu', rd!, rs!, '1']] },
  snez: { operands: 2, expand: (rd, rs) => [['sltu', rd!, 'x0', rs!]] },
  j: { operands: 1, expand: (target) => [['jal', 'x0', target!]] },
  jr: { operands: 1, expand: (rs) => [['jalr', 'x0', `0(${rs})`]] },
  call: { operands: 1, expand: (target) => [['jal', 'ra', target!]] },
  tail: { operands: 1, expand: (target) => [['jal', 'x0', target!]] },
  beqz: { operands: 2, expand: (rs, target) => [['beq', rs!, 'x0', target!]] },
  bnez: { operands: 2, expand: (rs, target) => [['bne', rs!, 'x0', target!]] },
  bltz: { operands: 2, expand: (rs, target) => [['blt', rs!, 'x0', target!]] },
  bgez: { operands: 2, expand: (rs, target) => [['bge', rs!, 'x0', target!]] },
  blez: { operands: 2, expand: (rs, target) => [['bge', 'x0', rs!, target!]] },
  bgtz: { operands: 2, expand: (rs, target) => [['blt', 'x0', rs!, target!]] },
  bgt: { operands: 3, expand: (a, b, target) => [['blt', b!, a!, target!]] },
  ble: { operands: 3, expand: (a, b, target) => [['bge', b!, a!, target!]] },
  bgtu: { operands: 3, expand: (a, b, target) => [['bltu', b!, a!, target!]] },
  bleu: { operands: 3, expand: (a, b, target) => [['bgeu', b!, a!, target!]] },
  csrr: { operands: 2, expand: (rd, csr) => [['csrrs', rd!, csr!, 'x0']] },
  csrw: { operands: 2, expand: (csr, rs) => [['csrrw', 'x0', csr!, rs!]] },
  'fmv.s': { operands: 2, expand: (fd, fs) => [['fsgnj.s', fd!, fs!, fs!]] },
  'fneg.s': { operands: 2, expand: (fd, fs) => [['fsgnjn.s', fd!, fs!, fs!]] },
  'fabs.s': { operands: 2, expand: (fd, fs) => [['fsgnjx.s', fd!, fs!, fs!]] },
};

/** The instructions that a mnemonic stands for; itself when it is no pseudo-instruction. */
export function expandPseudo(mnemonic: string, operands: readonly string[]): string[][] {
  const pseudo = expansions[mnemonic];
  if (!pseudo) return [[mnemonic, ...operands]];
  if (operands.length !== pseudo.operands) throw new RangeError(`${mnemonic} has ${pseudo.operands} operands`);
  return pseudo.expand(...operands);
}
