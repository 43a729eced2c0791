import { RegionScanner } from '../inband/regions.ts';

/** One region of code that an answer holds, with what the machine made of it. */
export interface VmResult {
  readonly mode: 'expression' | 'program';
  readonly source: string;
  /** What stands in `VM[...]`; starts with `error: ` when the region could not be computed. */
  readonly result: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const opening = encoder.encode(' = VM[');
const openBracket = 91;
const closeBracket = 93;

/** The regions of an answer's text and their results, in order. A region whose result is missing is left out. */
export function vmResults(text: string): VmResult[] {
  const bytes = encoder.encode(text);
  const results: VmResult[] = [];
  let scanner = new RegionScanner();
  for (let at = 0; at < bytes.length; at++) {
    const region = scanner.feed(bytes[at]!);
    if (!region) continue;
    // The result follows the token that closed the region, which may hold a few bytes more.
    const begin = find(bytes, opening, at + 1, at + 64);
    if (begin < 0) continue;
    const end = closing(bytes, begin + opening.length);
    results.push({ ...region, result: decoder.decode(bytes.subarray(begin + opening.length, end)) });
    at = end;
    scanner = new RegionScanner();
  }
  return results;
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number, to: number): number {
  for (let at = from; at <= Math.min(to, bytes.length - wanted.length); at++) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** The bracket that closes a result which itself may hold pairs of brackets. */
function closing(bytes: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === openBracket) depth++;
    else if (bytes[at] === closeBracket && depth-- === 0) return at;
  }
  return bytes.length;
}
