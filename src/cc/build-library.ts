// Compiles the C library with the compiler's own stages, on the reference stage machine. Runs at build time.

import { assembleStages } from './assemble-stages.ts';
import { JobStatus, JobWord } from './constants.ts';
import { readDiagnostics, sourcePlace } from './diagnostics.ts';
import { emptyLibrary, type LibraryImage } from './library-image.ts';
import type { StageCode } from './rules/assemble.ts';
import { runStage } from './rules/reference.ts';
import { namedSizes, type SlotSizes } from './slot-sizes.ts';

const MODE_LIBRARY = 2;

const sizes: SlotSizes = {
  sourceBytes: 1 << 18,
  tokens: 60000,
  nodes: 60000,
  names: 4096,
  symbols: 8192,
  types: 4096,
  parameters: 4096,
  functions: 512,
  labels: 4096,
  gotos: 64,
  calls: 4096,
  macros: 64,
  macroTokens: 512,
  expansionTokens: 1024,
  macroTextBytes: 4096,
  relocations: 256,
  dataBytes: 16384,
  stackWords: 16384,
  diagnosticBytes: 8192,
  textBytes: 1 << 18,
};

/** Function definitions start at the first column and end their line with a brace. */
function definedFunctions(source: string): string[] {
  return [...source.matchAll(/^[a-z][\w ]*?[ *](\w+)\([^;]*?\) \{/gm)].map((match) => match[1]!);
}

/** Declarations of all functions and structures, so that their order does not matter. */
function declarations(source: string): string {
  const tags = [...source.matchAll(/^struct (\w+) \{/gm)].map((match) => `struct ${match[1]};`);
  const heads = [...source.matchAll(/^([a-z][\w ]*?[ *]\w+\([^;]*?\)) \{/gm)].map((match) => `${match[1]};`);
  return `${tags.join('')}${heads.join('')}`;
}

/** @throws Error with the diagnostics when the library does not compile */
export function buildLibrary(text: string, stages: Readonly<Record<string, string>>): LibraryImage {
  const functions = definedFunctions(text);
  const source = `${declarations(text)}${text}`;
  const assembled = assembleStages(stages, namedSizes(sizes), emptyLibrary(functions));
  const image = { ...assembled, workWords: assembled.stackStart + sizes.stackWords };
  const job = new Uint32Array(JobWord.DIAGNOSTICS + sizes.diagnosticBytes / 4);
  const bytes = new TextEncoder().encode(source);
  const memory = {
    work: new Uint32Array(image.workWords),
    source: bytes,
    text: new Uint32Array(sizes.textBytes / 4),
    job,
    control: new Uint32Array(32),
    ownTextWord: image.addresses.own_text ?? 0,
  };
  job[JobWord.STATUS] = JobStatus.PENDING;
  job[JobWord.SOURCE_LENGTH] = bytes.length;
  job[JobWord.MODE] = MODE_LIBRARY;
  job[JobWord.COMPILE_ONLY] = 1;
  for (const entry of ['tokenize', 'parse', 'generate']) {
    runStage(image, entry, memory, 2_000_000_000);
    if (job[JobWord.STATUS] !== JobStatus.PENDING) break;
  }
  if (job[JobWord.STATUS] !== JobStatus.DONE) {
    const lines = readDiagnostics(job)
      .filter((d) => d.kind === 'error')
      .map((d) => {
        const { line, text } = sourcePlace(bytes, d.position);
        return `library:${line}: ${d.message}\n${text}`;
      });
    throw new Error(lines.join('\n'));
  }
  return extract(image, memory.work, memory.text, functions, job[JobWord.TEXT_LENGTH]! / 4, bytes);
}

function extract(
  image: StageCode,
  work: Uint32Array,
  text: Uint32Array,
  functions: readonly string[],
  codeWords: number,
  source: Uint8Array,
): LibraryImage {
  const { addresses, fields } = image;
  const table = (name: string, index: number, field: string): number => {
    const list = fields[name]!;
    return work[addresses[name]! + index * list.length + list.indexOf(field)]! | 0;
  };
  const global = (name: string) => work[addresses[name]!]! | 0;
  const nameText = (n: number) => {
    const at = table('name', n, 'at');
    return new TextDecoder().decode(source.subarray(at, at + table('name', n, 'length')));
  };
  const indexOfSymbol = (symbol: number) => functions.indexOf(nameText(table('symbol', symbol, 'name')));

  const starts: { index: number; start: number; symbol: number }[] = [];
  for (let f = 0; f < global('functions'); f++) {
    const symbol = table('function', f, 'symbol');
    starts.push({ index: indexOfSymbol(symbol), start: table('symbol', symbol, 'value'), symbol });
  }
  if (starts.some((s) => s.index < 0) || starts.length !== functions.length) {
    const found = new Set(starts.map((s) => s.index));
    throw new Error(`library: functions not found: ${functions.filter((_, i) => !found.has(i)).join(' ')}`);
  }
  starts.sort((a, b) => a.start - b.start);
  const start = functions.map(() => 0);
  const length = functions.map(() => 0);
  const signatures = functions.map(() => '');
  starts.forEach(({ index, start: at, symbol }, i) => {
    start[index] = at;
    length[index] = (starts[i + 1]?.start ?? codeWords) - at;
    signatures[index] = signature(table, table('symbol', symbol, 'type'));
  });
  const callsOf: { at: number; target: number }[][] = functions.map(() => []);
  for (let i = 0; i < global('call_fixes'); i++) {
    const at = table('call_fix', i, 'at');
    const target = table('call_fix', i, 'target');
    if (table('call_fix', i, 'kind') !== 0) throw new Error('library: address of a function');
    const owner = starts.findLast((s) => s.start <= at)!;
    const index = target < 0 ? -1 - target : indexOfSymbol(target);
    callsOf[owner.index]!.push({ at: at - owner.start, target: index });
  }
  const calls = [0];
  for (const list of callsOf) calls.push(calls.at(-1)! + list.length);
  const flat = callsOf.flat();
  const dataWords = Math.ceil(global('zeroed_end') / 16) * 4;
  return {
    functions,
    signatures,
    start,
    length,
    calls,
    callAt: flat.map((c) => c.at),
    callTarget: flat.map((c) => c.target),
    code: [...text.subarray(0, codeWords)],
    data: Array.from({ length: dataWords }, (_, i) => (i * 4 < global('data_length') ? work[addresses.data! + i]! : 0)),
  };
}

const basicSignature = '?vbxxxxxiulUlUfdd';

function signature(table: (name: string, index: number, field: string) => number, type: number): string {
  const BASIC = basicSignature.length;
  const code = (t: number): string => {
    if (t < BASIC) return basicSignature[t]!;
    const base = table('type_of', t - 0, 'base');
    if (table('type_of', t, 'kind') === 1) {
      if (base < BASIC) return ({ 1: 'p', 3: 's', 8: 'I', 10: 'L', 15: 'D' } as Record<number, string>)[base] ?? 'p';
      const kind = table('type_of', base, 'kind');
      if (kind === 1) return 'S';
      if (kind === 5) return table('type_of', base, 'base') === 1 ? 'Q' : 'q';
      return 'p';
    }
    throw new Error('library: type without a signature');
  };
  let text = code(table('type_of', type, 'base'));
  for (let p = table('type_of', type, 'first'); p; p = table('parameter', p, 'next')) {
    text += code(table('parameter', p, 'type'));
  }
  return table('type_of', type, 'variadic') === 1 ? `${text}.` : text;
}
