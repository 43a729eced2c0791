import type { MergeTable } from './merge-table.ts';

const shortLength = 48;
const none = -1;

/**
 * Merges neighbouring symbols, always the pair of lowest rank and among equals the leftmost, until none is left.
 *
 * @param symbols the word's symbols; the merged ones are left at the front of the array
 * @returns how many symbols remain
 */
export function mergeSymbols(table: MergeTable, symbols: Int32Array, length = symbols.length): number {
  return length <= shortLength ? mergeShort(table, symbols, length) : mergeLong(table, symbols, length);
}

/** Quadratic, but without a queue: fastest for words. */
function mergeShort(table: MergeTable, symbols: Int32Array, length: number): number {
  const { words } = table;
  for (let i = 0; i + 1 < length; i++) shortPairs[i] = table.find(symbols[i]!, symbols[i + 1]!);
  let n = length;
  for (;;) {
    let best = none;
    let bestRank = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < n; i++) {
      const pair = shortPairs[i]!;
      if (pair !== none && words[pair + 2]! < bestRank) {
        best = i;
        bestRank = words[pair + 2]!;
      }
    }
    if (best === none) return n;
    symbols[best] = words[shortPairs[best]! + 3]!;
    symbols.copyWithin(best + 1, best + 2, n);
    shortPairs.copyWithin(best, best + 1, n - 1);
    n--;
    if (best > 0) shortPairs[best - 1] = table.find(symbols[best - 1]!, symbols[best]!);
    if (best + 1 < n) shortPairs[best] = table.find(symbols[best]!, symbols[best + 1]!);
  }
}

const shortPairs = new Int32Array(shortLength);

/** A linked list of symbols and a queue of pairs by rank, then position. */
function mergeLong(table: MergeTable, symbols: Int32Array, length: number): number {
  const { words } = table;
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  const pairs = new Int32Array(length).fill(none);
  // Every position is pushed once at the start and each of at most length - 1 merges pushes two more.
  const queue = new MinQueue(length * 3);
  const push = (i: number) => {
    const after = next[i]!;
    const pair = after === length ? none : table.find(symbols[i]!, symbols[after]!);
    pairs[i] = pair;
    if (pair !== none) queue.push(words[pair + 2]! * positions + i);
  };
  for (let i = 0; i < length; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  for (let i = 0; i < length; i++) push(i);
  while (queue.size > 0) {
    const key = queue.pop();
    const i = key % positions;
    const pair = pairs[i]!;
    // Entries whose pair has changed since they were queued are stale.
    if (pair === none || words[pair + 2] !== (key - i) / positions) continue;
    const gone = next[i]!;
    symbols[i] = words[pair + 3]!;
    next[i] = next[gone]!;
    if (next[i]! < length) previous[next[i]!] = i;
    pairs[gone] = none;
    push(i);
    if (previous[i]! >= 0) push(previous[i]!);
  }
  let n = 0;
  for (let i = 0; i < length; i = next[i]!) symbols[n++] = symbols[i]!;
  return n;
}

/** Keys are rank × 2^31 + position; ranks below 2^22 keep them exact. */
const positions = 2 ** 31;
export const maxRank = 2 ** 22 - 1;

/** A binary heap of numbers in a fixed array. */
class MinQueue {
  readonly #keys: Float64Array;
  size = 0;

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity);
  }

  push(key: number): void {
    const keys = this.#keys;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[i] = keys[parent]!;
      i = parent;
    }
    keys[i] = key;
  }

  pop(): number {
    const keys = this.#keys;
    const top = keys[0]!;
    const last = keys[--this.size]!;
    let i = 0;
    for (;;) {
      let child = i * 2 + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= last) break;
      keys[i] = keys[child]!;
      i = child;
    }
    keys[i] = last;
    return top;
  }
}
