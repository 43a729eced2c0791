import { JobWord } from './constants.ts';

/** One error or warning of the compiler. */
export interface Diagnostic {
  kind: 'error' | 'warning';
  /** What was found and what was expected, without the place. */
  message: string;
  /** Byte position in the source. */
  position: number;
}

/** The diagnostics in a slot's job words: lines `E message@position`. */
export function readDiagnostics(job: Uint32Array): Diagnostic[] {
  const bytes = new Uint8Array(job.buffer, job.byteOffset + JobWord.DIAGNOSTICS * 4);
  const text = new TextDecoder().decode(bytes.subarray(0, job[JobWord.DIAGNOSTICS_LENGTH]!));
  const list: Diagnostic[] = [];
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf('@');
    if (at < 0) continue;
    list.push({
      kind: line.startsWith('W') ? 'warning' : 'error',
      message: line.slice(2, at),
      position: Number(line.slice(at + 1)),
    });
  }
  return list;
}

/** Line and column (from 1, in bytes) of a byte position, and the text of that line. */
export function sourcePlace(source: Uint8Array, position: number): { line: number; column: number; text: string } {
  let line = 1;
  let start = 0;
  for (let i = 0; i < position && i < source.length; i++) {
    if (source[i] === 10) {
      line++;
      start = i + 1;
    }
  }
  let end = start;
  while (end < source.length && source[end] !== 10) end++;
  const text = new TextDecoder().decode(source.subarray(start, end));
  return { line, column: Math.min(position, end) - start + 1, text };
}

/** A diagnostic as compilers print it: place, message, the line and a caret. */
export function formatDiagnostic(file: string, source: Uint8Array, diagnostic: Diagnostic): string {
  const { line, column, text } = sourcePlace(source, diagnostic.position);
  const caret = `${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}^`;
  return `${file}:${line}:${column}: ${diagnostic.kind}: ${diagnostic.message}\n${text}\n${caret}`;
}
