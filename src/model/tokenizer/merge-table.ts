/**
 * Which two neighbouring symbols may become one, and in which order.
 *
 * A symbol is a token id, or an id at or above the vocabulary size for a string that is not a token. The table is an
 * open-addressing hash of four words for each slot, `left right rank merged`, `left` being {@link emptySlot} where free;
 * probing is linear from {@link pairHash}. The GPU reads the same words.
 */
export class MergeTable {
  /** Four words for each slot; the number of slots is a power of two. */
  readonly words: Uint32Array<ArrayBuffer>;
  readonly mask: number;
  /** Longest probe sequence of any entry, so that kernels can bound their search. */
  longestProbe = 0;
  #count = 0;

  /** @param capacity most merges that will be added */
  constructor(capacity: number) {
    const slots = 2 ** Math.max(4, Math.ceil(Math.log2(capacity * 1.5)));
    this.mask = slots - 1;
    this.words = new Uint32Array(slots * 4);
    for (let i = 0; i < slots; i++) this.words[i * 4] = emptySlot;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a merge unless the pair has one already. */
  add(left: number, right: number, rank: number, merged: number): void {
    let slot = pairHash(left, right) & this.mask;
    for (let probe = 1; ; probe++, slot = (slot + 1) & this.mask) {
      const at = slot * 4;
      if (this.words[at] === left && this.words[at + 1] === right) return;
      if (this.words[at] !== emptySlot) continue;
      this.words.set([left, right, rank, merged], at);
      this.longestProbe = Math.max(this.longestProbe, probe);
      this.#count++;
      return;
    }
  }

  /** Index of the pair's slot in {@link words}, or -1. */
  find(left: number, right: number): number {
    let slot = pairHash(left, right) & this.mask;
    for (;;) {
      const at = slot * 4;
      const found = this.words[at]!;
      if (found === left && this.words[at + 1] === right) return at;
      if (found === emptySlot) return -1;
      slot = (slot + 1) & this.mask;
    }
  }
}

export const emptySlot = 0xffffffff;

/** Mixes two symbols to 32 bits. The same arithmetic stands in `kernels/vocabulary.wesl`. */
export function pairHash(left: number, right: number): number {
  let h = Math.imul(left, 0x9e3779b1) ^ Math.imul(right + 0x7f4a7c15, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
