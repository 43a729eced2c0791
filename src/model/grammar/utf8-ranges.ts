import type { CharRange } from './gbnf.ts';

/** Sequences of byte ranges that match exactly the UTF-8 encodings of a range of characters. */
export type ByteRanges = readonly (readonly [low: number, high: number])[];

const lengthLimits = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** Splits a range of code points where encodings change length, and leaves out surrogates. */
export function utf8Ranges([low, high]: CharRange): ByteRanges[] {
  const result: ByteRanges[] = [];
  let first = low;
  for (const limit of lengthLimits) {
    const last = Math.min(high, limit);
    if (first <= last) {
      if (first < 0xd800 && last > 0xdfff) {
        split(encode(first), encode(0xd7ff), result);
        split(encode(0xe000), encode(last), result);
      } else {
        const from = first >= 0xd800 && first <= 0xdfff ? 0xe000 : first;
        const to = last >= 0xd800 && last <= 0xdfff ? 0xd7ff : last;
        if (from <= to) split(encode(from), encode(to), result);
      }
    }
    first = Math.max(first, limit + 1);
  }
  return result;
}

function encode(code: number): number[] {
  return [...new TextEncoder().encode(String.fromCodePoint(code))];
}

/** Encodings from `low` to `high`, of one length, as ranges for each byte. */
function split(low: readonly number[], high: readonly number[], out: ByteRanges[], prefix: ByteRanges = []): void {
  const [a, b] = [low[0]!, high[0]!];
  if (low.length === 1) {
    out.push([...prefix, [a, b]]);
    return;
  }
  const lowRest = low.slice(1);
  const highRest = high.slice(1);
  const minimum = lowRest.map(() => 0x80);
  const maximum = lowRest.map(() => 0xbf);
  if (a === b) {
    split(lowRest, highRest, out, [...prefix, [a, a]]);
    return;
  }
  const lowWhole = lowRest.every((byte) => byte === 0x80);
  const highWhole = highRest.every((byte) => byte === 0xbf);
  if (!lowWhole) split(lowRest, maximum, out, [...prefix, [a, a]]);
  const [from, to] = [lowWhole ? a : a + 1, highWhole ? b : b - 1];
  if (from <= to) out.push([...prefix, [from, to], ...minimum.map((byte, i): [number, number] => [byte, maximum[i]!])]);
  if (!highWhole) split(minimum, highRest, out, [...prefix, [b, b]]);
}
