import { ResidentError } from '../errors.ts';
import { Chain, type Gpu, readBuffer, readWords } from '../gpu/index.ts';
import { ControlWord, type Program, RAM_BASE, type SourceLines, TEXT_BASE } from '../machine/index.ts';
import { Compiler, slotSizes } from './compiler.ts';
import { JobMode } from './constants.ts';
import { type Diagnostic, formatDiagnostic } from './diagnostics.ts';
import { library } from './library.generated.ts';
import type { SlotSizes } from './stage-code.ts';

/** Everything that one compilation left behind, for `resident cc`. */
export interface CompiledFile {
  program: Program;
  diagnostics: Diagnostic[];
  compiler: Compiler;
  /** The slot's work memory: token, node and symbol tables. */
  work: Uint32Array;
  steps: number;
}

/** Steps that one dispatch gives the stages: some tens of milliseconds on a software adapter. */
const STEPS = 1 << 16;
const STEP_LIMIT = 1_000_000_000;

/**
 * Compiles one C file on the GPU: a program with `main`, or a single expression whose value is printed.
 *
 * @param name for messages
 * @param prelude compiled in front of the source, and not counted in the places of messages
 * @throws ResidentError with every diagnostic when the source has errors
 */
export async function compileFile(
  gpu: Gpu,
  own: Uint8Array,
  name: string,
  sizes: Partial<SlotSizes> = {},
  prelude: Uint8Array = new Uint8Array(),
): Promise<CompiledFile> {
  const source = new Uint8Array(prelude.length + own.length);
  source.set(prelude);
  source.set(own, prelude.length);
  const sourceBytes = Math.max(8192, source.byteLength);
  const textBytes = Math.max(1 << 17, source.byteLength * 8);
  const all = { ...slotSizes(sourceBytes, textBytes), dataBytes: Math.max(1 << 16, source.byteLength * 4), ...sizes };
  const compiler = await Compiler.create(gpu, { sourceBytes, sizes: all });
  const mode = isExpression(source) ? JobMode.EXPRESSION : JobMode.PROGRAM;
  compiler.submit(0, source, { mode, compileOnly: true });
  for (let steps = 0; ; steps += STEPS) {
    const chain = new Chain(gpu);
    compiler.encode(chain, { quanta: 4, steps: STEPS });
    chain.submit();
    const [result] = await compiler.results();
    if (result!.status === 'failed') {
      const texts = result!.diagnostics.map((d) => placed(name, own, prelude, d));
      compiler.destroy();
      throw new ResidentError(texts.join('\n') || `${name}: the compiler failed without a message`);
    }
    if (result!.status === 'done') {
      const work = await readWords(gpu, compiler.buffers.work);
      const program = {
        ...(await readProgram(gpu, compiler, functionAddresses(compiler, work, source))),
        lines: sourceLines(compiler, work, own, name, prelude.length),
      };
      const diagnostics = result!.diagnostics
        .filter((d) => d.position >= prelude.length)
        .map((d) => ({ ...d, position: d.position - prelude.length }));
      return { program, diagnostics, compiler, work, steps: result!.steps };
    }
    if (steps > STEP_LIMIT) throw new ResidentError(`${name}: compiling takes more than ${STEP_LIMIT} steps.`);
  }
}

/** A diagnostic with its place in the file, or in the prelude. */
function placed(name: string, own: Uint8Array, prelude: Uint8Array, d: Diagnostic): string {
  if (d.position < prelude.length) return formatDiagnostic(`${name} (prelude)`, prelude, d);
  return formatDiagnostic(name, own, { ...d, position: d.position - prelude.length });
}

/** True for a source without `;`, `{` or `#` outside comments and quotes: no translation unit lacks all of them. */
export function isExpression(source: Uint8Array): boolean {
  const skipped = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  const text = new TextDecoder().decode(source).replace(skipped, ' ');
  return text.trim() !== '' && !/[;{#]/.test(text);
}

/** The program that a compiler without a population has written to slot 0. */
async function readProgram(gpu: Gpu, compiler: Compiler, symbols: Map<string, number>): Promise<Program> {
  const control = await readWords(gpu, compiler.buffers.control, 0, 128);
  const length = control[ControlWord.TEXT_LENGTH]!;
  const text = new Uint8Array(await readBuffer(gpu, compiler.buffers.text, 0, length));
  const dataOffset = control[ControlWord.DATA_OFFSET]!;
  return {
    text,
    textBase: TEXT_BASE,
    entry: TEXT_BASE + control[ControlWord.ENTRY]!,
    data: text.slice(dataOffset, dataOffset + control[ControlWord.DATA_LENGTH]!),
    ramBase: RAM_BASE,
    staticLength: control[ControlWord.STATIC_LENGTH]!,
    compressed: false,
    symbols,
  };
}

/** The generator's marks as a line table; code of the first `before` bytes belongs to no line. */
function sourceLines(
  { image }: Compiler,
  work: Uint32Array,
  source: Uint8Array,
  file: string,
  before: number,
): SourceLines {
  const starts = [0];
  source.forEach((byte, at) => {
    if (byte === 10) starts.push(at + 1);
  });
  const count = work[image.addresses.marks!]!;
  const first = image.addresses.mark!;
  const marks: { address: number; line: number }[] = [];
  for (let i = 0; i < count; i++) {
    const at = work[first + i * 2 + 1]! - before;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle;
    }
    marks.push({ address: TEXT_BASE + work[first + i * 2]! * 4, line: at <= 0 ? 0 : low + 1 });
  }
  return { file, marks, text: new TextDecoder().decode(source).split('\n') };
}

/** Addresses of the program's functions and of the library functions that it uses. */
function functionAddresses(compiler: Compiler, work: Uint32Array, source: Uint8Array): Map<string, number> {
  const { addresses, fields } = compiler.image;
  const field = (table: string, index: number, name: string) =>
    work[addresses[table]! + index * fields[table]!.length + fields[table]!.indexOf(name)]!;
  const symbols = new Map<string, number>();
  for (let f = 0; f < work[addresses.functions!]!; f++) {
    const symbol = field('function', f, 'symbol');
    const name = field('symbol', symbol, 'name');
    const at = field('name', name, 'at');
    const text = new TextDecoder().decode(source.subarray(at, at + field('name', name, 'length')));
    symbols.set(text, TEXT_BASE + field('symbol', symbol, 'value') * 4);
  }
  library.functions.forEach((name, index) => {
    const place = work[addresses.library_place! + index]!;
    if (place !== 0 && !symbols.has(name)) symbols.set(name, TEXT_BASE + place * 4);
  });
  return symbols;
}
