import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { ResidentError } from '../errors.ts';
import { ExpressionError, parseExpression } from './expression.ts';
import {
  checkOperands,
  type InstructionName,
  identifier,
  instructionNames,
  instructionTable,
  isInstruction,
  longForm,
} from './isa.ts';
import { type Json, sha256 } from './json.ts';
import { type CompiledStep, headerSchema, isOfType, type Program, type ValueType } from './program.ts';
import { parseTemplate, textsIn } from './template.ts';

/** A mistake in a program file. Lines and columns count from 1. */
export interface ProgramMistake {
  line: number;
  column: number;
  message: string;
}

type Path = (string | number)[];

const sourceLimit = 1 << 20;
const readOnlyNames = ['PC', 'SP', 'FLAGS', 'PID', 'PARENT', 'NAME'];

/**
 * Reads a program.
 * @returns the program, or every mistake found, in file order
 */
export function checkProgram(source: string): { program: Program } | { mistakes: ProgramMistake[] } {
  const mistakes: ProgramMistake[] = [];
  const lines = new LineCounter();
  const complain = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    mistakes.push({ line, column: col, message });
  };
  if (source.length > sourceLimit)
    return { mistakes: [{ line: 1, column: 1, message: `is larger than ${sourceLimit} characters` }] };
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  for (const error of document.errors) complain(error.pos[0], error.message.split('\n')[0]!.replace(/ at line.*$/, ''));
  if (mistakes.length > 0) return { mistakes };
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { mistakes: [{ line: 1, column: 1, message: (error as Error).message }] };
  }

  /** Offset of the node at a path, of its key if `key`, or of the nearest ancestor. */
  const offsetOf = (path: Path, key = false): number => {
    let node: Node | null = document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const [i, step] of path.entries()) {
      if (isMap(node)) {
        const pair: { key: unknown; value: unknown } | undefined = node.items.find(
          (item) => isScalar(item.key) && String(item.key.value) === String(step),
        );
        if (!pair) return offset;
        const keyOffset: number = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value as Node | null;
        offset = key && i === path.length - 1 ? keyOffset : (node?.range?.[0] ?? keyOffset);
      } else {
        node = (
          node && 'get' in node
            ? (node as unknown as { get(k: unknown, keep: boolean): unknown }).get(step, true)
            : null
        ) as Node | null;
        offset = node?.range?.[0] ?? offset;
      }
      if (!node) return offset;
    }
    return offset;
  };
  const complainIssues = (
    issues: readonly { path: PropertyKey[]; message: string; code?: string; keys?: string[] }[],
    base: Path,
  ) => {
    for (const issue of issues) {
      const path = [...base, ...(issue.path as Path)];
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys ?? [])
          complain(offsetOf([...path, key], true), `${field(path)}has no field ${JSON.stringify(key)}`);
      } else complain(offsetOf(path), `${field(path)}${lowerFirst(issue.message)}`);
    }
  };

  const header = headerSchema.safeParse(raw);
  if (!header.success) complainIssues(header.error.issues, []);
  const labels = rawLabels(raw);
  checkHeader(raw as RawHeader | null);
  const steps = new Map<string, CompiledStep[]>();
  for (const [label, list] of Object.entries(labels)) {
    const compiled: CompiledStep[] = [];
    if (!Array.isArray(list)) continue;
    for (const [i, step] of list.entries()) {
      const path = ['steps', label, i];
      const made = checkStep(step, path, Object.keys(labels));
      if (made) compiled.push({ ...made, line: lines.linePos(offsetOf(path)).line });
    }
    steps.set(label, compiled);
  }
  if (mistakes.length > 0 || !header.success) {
    return { mistakes: mistakes.sort((a, b) => a.line - b.line || a.column - b.column) };
  }
  const { $schema: _, ...rest } = header.data;
  return { program: { ...rest, hash: sha256(source), source, steps } };

  function checkStep(step: unknown, path: Path, known: string[]): Omit<CompiledStep, 'line'> | undefined {
    if (step === null || typeof step !== 'object' || Array.isArray(step)) {
      complain(offsetOf(path), `${field(path)}expected one instruction, like {JUMP: start}`);
      return undefined;
    }
    const keys = Object.keys(step).filter((key) => key !== 'on_fault');
    const op = keys[0];
    if (keys.length !== 1 || op === undefined) {
      complain(offsetOf(path), `${field(path)}a step holds exactly one instruction, this one ${keys.length}`);
      return undefined;
    }
    if (!isInstruction(op)) {
      complain(offsetOf([...path, op], true), `there is no instruction ${op}${suggestion(op)}`);
      return undefined;
    }
    const onFault = (step as { on_fault?: unknown }).on_fault;
    if (onFault !== undefined && (typeof onFault !== 'string' || !known.includes(onFault)))
      complain(offsetOf([...path, 'on_fault']), `on_fault: there is no label ${String(onFault)}`);
    const given = (step as Record<string, unknown>)[op];
    const long = longForm(op, given);
    const result = checkOperands(op, long);
    const isShort = long !== given && given !== null && given !== undefined;
    if (!result.success) {
      complainIssues(isShort ? result.error.issues.map((i) => ({ ...i, path: [] })) : result.error.issues, [
        ...path,
        op,
      ]);
      return undefined;
    }
    const operands = result.data as Record<string, Json>;
    checkReferences(op, operands, isShort ? undefined : [...path, op], [...path, op], known);
    return { op, operands, onFault: typeof onFault === 'string' ? onFault : undefined };
  }

  /** What the schema cannot say. Looks at the raw header, so that these mistakes show beside others. */
  function checkHeader(given: RawHeader | null): void {
    const entry = given?.entry ?? 'start';
    if (typeof entry === 'string' && given?.steps && !Object.hasOwn(labels, entry))
      complain(offsetOf(['entry']), `entry: there is no label ${entry} in steps`);
    for (const [input, declared] of Object.entries(given?.inputs ?? {}))
      if (declared?.default !== undefined && declared.type && !isOfType(declared.default, declared.type))
        complain(offsetOf(['inputs', input, 'default']), `inputs.${input}.default: is not of type ${declared.type}`);
    const { page = 512, window = 4096 } = given?.memory ?? {};
    if (page > window) complain(offsetOf(['memory', 'page']), 'memory.page: a page must fit the window');
  }

  /** Labels exist, registers can be written, expressions parse. */
  function checkReferences(
    op: InstructionName,
    operands: Record<string, Json>,
    base: Path | undefined,
    fallback: Path,
    known: string[],
  ) {
    for (const [key, value] of Object.entries(operands)) {
      const type = instructionTable[op].operands[key]!.type;
      const path = base ? [...base, key] : fallback;
      if (type === 'label' && !known.includes(String(value)))
        complain(offsetOf(path), `${op}: there is no label ${String(value)}`);
      if (type === 'cases')
        for (const [match, label] of Object.entries(value as Record<string, string>))
          if (!known.includes(label)) complain(offsetOf([...path, match]), `${op}: there is no label ${label}`);
      if (type === 'register' && readOnlyNames.includes(String(value)))
        complain(offsetOf(path), `${op}: register ${String(value)} belongs to the machine`);
      if (type === 'condition' && typeof value === 'string') tryParse(() => parseExpression(value), path);
      if (['value', 'text', 'page', 'pages', 'count', 'seconds', 'time', 'arguments'].includes(type))
        for (const [text, inner] of textsIn(value)) tryParse(() => parseTemplate(text), [...path, ...inner]);
    }
  }

  function tryParse(parse: () => unknown, path: Path) {
    try {
      parse();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      complain(offsetOf(path), `${error.message} (character ${error.column} of the text)`);
    }
  }
}

interface RawHeader {
  entry?: unknown;
  steps?: unknown;
  inputs?: Record<string, { type?: ValueType; default?: Json } | null>;
  memory?: { page?: number; window?: number };
}

function rawLabels(raw: unknown): Record<string, unknown> {
  const steps = raw && typeof raw === 'object' ? (raw as { steps?: unknown }).steps : undefined;
  if (!steps || typeof steps !== 'object' || Array.isArray(steps)) return {};
  return Object.fromEntries(Object.entries(steps).filter(([label]) => identifier.test(label)));
}

function field(path: Path): string {
  return path.length === 0 ? '' : `${path.join('.')}: `;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function suggestion(op: string): string {
  const upper = op.toUpperCase();
  if (isInstruction(upper)) return `; did you mean ${upper}?`;
  return ` (there are ${instructionNames.join(', ')})`;
}

const programs = new Map<string, Program>();

/**
 * A checked program from its source; parsed once per process and source.
 * @param file its name in errors
 * @throws ResidentError with FILE:LINE:COLUMN and the first mistakes
 */
export function loadProgram(source: string, file = 'program'): Program {
  const hash = sha256(source);
  const known = programs.get(hash);
  if (known) return known;
  const result = checkProgram(source);
  if ('mistakes' in result) throw new ResidentError(describeMistakes(result.mistakes, file).join('\n'));
  if (programs.size > 1000) programs.clear();
  programs.set(hash, result.program);
  return result.program;
}

export function describeMistakes(mistakes: readonly ProgramMistake[], file: string): string[] {
  return mistakes.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}
