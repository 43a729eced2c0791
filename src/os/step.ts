import { loadProgram } from './check.ts';
import { FaultError } from './fault.ts';
import { type InstructionName, identifier } from './isa.ts';
import type { Json } from './json.ts';
import { copy, type Machine, sizeOf } from './machine.ts';
import type { Program } from './program.ts';
import type {
  Call,
  EventBody,
  Frame,
  Mapping,
  Message,
  Page,
  Process,
  ProcessState,
  UnsealedEvent,
  Wait,
} from './state.ts';

/** Sizes that no process can exceed, whatever its program says. */
export const hardLimits = {
  valueCharacters: 65_536,
  registers: 256,
  processCharacters: 4 << 20,
  mailbox: 256,
  calls: 256,
  pageName: /^[A-Za-z0-9_][A-Za-z0-9_./:@#+-]{0,199}$/,
} as const;

/** What is known of the model's tokenizer: live from the CPU, in a replay from the log. */
export interface Meter {
  count(text: string): number;
  overhead(): number;
}

/** What one event changed: the rows of its transaction. */
export interface Changes {
  processes: Set<number>;
  pages: Set<string>;
  /** `pid name` */
  mappings: Map<string, { pid: number; name: string }>;
  sent: Message[];
  received: Message[];
  contents: Set<string>;
  versions: Page[];
  calls: (Call & { pid: number; handle: string })[];
  installed: { name: string; program: string }[];
}

/** What the trace keeps of an event besides the event itself. */
export interface Detail {
  op: string;
  pc: string;
  /** Manifest of the window. */
  window?: string;
  output?: string;
  fault?: string;
  /** Pages mapped and evicted by this instruction. */
  loaded?: string[];
  evicted?: string[];
}

/**
 * One event being applied: gives the instructions the machine, notes what they change, and takes it all back
 * if they fault, so that an instruction happens completely or not at all.
 */
export class Step {
  readonly machine: Machine;
  readonly pid: number;
  readonly at: number;
  readonly event: EventBody;
  readonly changes: Changes;
  readonly detail: Detail;
  readonly counts: number[] = [];
  readonly #meter: Meter;
  readonly #undo: (() => void)[] = [];
  readonly #touched = new Set<string>();
  /** The instruction comes from the model: operands are literal and faults go back to it. */
  free = false;
  op: InstructionName | 'EVENT' = 'EVENT';

  constructor(machine: Machine, event: UnsealedEvent, meter: Meter) {
    this.machine = machine;
    this.pid = event.pid;
    this.at = event.at;
    this.event = event;
    this.#meter = meter;
    this.detail = { op: event.kind, pc: '' };
    this.changes = {
      processes: new Set(),
      pages: new Set(),
      mappings: new Map(),
      sent: [],
      received: [],
      contents: new Set(),
      versions: [],
      calls: [],
      installed: [],
    };
  }

  /** Tokens of a text, noted for replay. */
  count(text: string): number {
    const tokens = this.#meter.count(text);
    this.counts.push(tokens);
    return tokens;
  }

  /** Tokens that the CPU adds to every operation, noted for replay. */
  overhead(): number {
    const tokens = this.#meter.overhead();
    this.counts.push(tokens);
    return tokens;
  }

  get process(): Process {
    return this.edit(this.pid);
  }

  get program(): Program {
    return programOf(this.machine.processes.get(this.pid)!);
  }

  /** A process that this event may change. */
  edit(pid: number): Process {
    const process = this.machine.processes.get(pid);
    if (!process) throw new Error(`there is no process ${pid}`);
    this.changes.processes.add(pid);
    this.#once(`process ${pid}`, () => {
      const before = copy(process);
      return () => this.machine.putProcess(pid, before);
    });
    return process;
  }

  addProcess(process: Process): void {
    this.changes.processes.add(process.pid);
    const { nextPid } = this.machine;
    this.#once(`process ${process.pid}`, () => () => {
      this.machine.putProcess(process.pid, undefined);
      this.machine.nextPid = nextPid;
      this.changes.processes.delete(process.pid);
    });
    this.machine.putProcess(process.pid, process);
  }

  /** Puts a page, or removes it. */
  putPage(id: string, page: Page | undefined): void {
    this.changes.pages.add(id);
    this.#once(`page ${id}`, () => {
      const before = this.machine.pages.get(id);
      const saved = before && copy(before);
      return () => this.machine.putPage(id, saved);
    });
    this.machine.putPage(id, page);
  }

  /** An entry of a page table that this event may change. */
  editMapping(pid: number, name: string): Mapping | undefined {
    const mapping = this.machine.mappings.get(pid)?.get(name);
    if (!mapping) return undefined;
    this.#noteMapping(pid, name, mapping);
    return mapping;
  }

  putMapping(pid: number, name: string, mapping: Mapping | undefined): void {
    this.#noteMapping(pid, name, this.machine.mappings.get(pid)?.get(name));
    this.machine.putMapping(pid, name, mapping);
  }

  #noteMapping(pid: number, name: string, before: Mapping | undefined): void {
    const key = `${pid} ${name}`;
    this.changes.mappings.set(key, { pid, name });
    this.#once(`mapping ${key}`, () => {
      const saved = before && copy(before);
      return () => this.machine.putMapping(pid, name, saved);
    });
  }

  #once(key: string, save: () => () => void): void {
    if (this.#touched.has(key)) return;
    this.#touched.add(key);
    this.#undo.push(save());
  }

  /** Stores a text; the commit carries it. */
  put(text: string): string {
    const hash = this.machine.contents.put(text);
    this.changes.contents.add(hash);
    return hash;
  }

  /** Runs `restore` if this event is taken back. */
  onUndo(restore: () => void): void {
    this.#undo.push(restore);
  }

  /** Takes everything back. The rows stay in `changes`: writing an unchanged row is harmless. */
  undo(): void {
    for (const restore of this.#undo.reverse()) restore();
    this.#undo.length = 0;
    this.#touched.clear();
    const { changes } = this;
    changes.sent.length = 0;
    changes.received.length = 0;
    changes.versions.length = 0;
    changes.calls.length = 0;
    changes.installed.length = 0;
    changes.contents.clear();
    for (const pid of changes.processes) if (!this.machine.processes.has(pid)) changes.processes.delete(pid);
    delete this.detail.window;
    delete this.detail.loaded;
    delete this.detail.evicted;
  }

  get frame(): Frame {
    return this.process.frames.at(-1)!;
  }

  /** Value of a name in expressions: locals of the frame, then registers, then what the machine provides. */
  lookup = (name: string): Json | undefined => {
    const process = this.machine.processes.get(this.pid)!;
    const locals = process.frames.at(-1)?.locals;
    if (locals && Object.hasOwn(locals, name)) return locals[name];
    if (Object.hasOwn(process.registers, name)) return process.registers[name];
    switch (name) {
      case 'PID':
        return process.pid;
      case 'PARENT':
        return process.parent;
      case 'NAME':
        return process.name;
      case 'SP':
        return process.stack.length;
      case 'PC':
        return pcOf(process);
      case 'FLAGS':
        return { ok: process.ok, fault: process.fault ? { ...process.fault } : null };
    }
    return undefined;
  };

  /** Writes a register, or a local inside a CALL. */
  bind(name: string | null | undefined, value: Json): void {
    if (name === null || name === undefined) return;
    if (!identifier.test(name))
      throw new FaultError('type', `${JSON.stringify(name).slice(0, 40)} is no register name`);
    const size = sizeOf(value);
    if (size > hardLimits.valueCharacters)
      throw new FaultError(
        'limit',
        `a value of ${size} characters is over the limit of ${hardLimits.valueCharacters} for a register`,
      );
    const { process } = this;
    const special = name === 'GOAL' || name === 'FOCUS';
    const target = (special ? null : this.frame.locals) ?? process.registers;
    if (!Object.hasOwn(target, name) && Object.keys(target).length >= hardLimits.registers)
      throw new FaultError('limit', `more than ${hardLimits.registers} registers`);
    target[name] = value;
  }

  /** Goes to the next step, or back to the model in free-running mode. `value` is what it is told. */
  advance(value?: Json): void {
    const { frame, process } = this;
    process.ok = true;
    frame.attempts = 0;
    if (frame.free) {
      frame.free.pending = null;
      frame.free.last = value === undefined ? 'done' : outline(value);
    } else frame.index++;
  }

  /** Changes the state and the wait of a process. */
  setState(process: Process, state: ProcessState, wait: Wait | null = null): void {
    this.edit(process.pid);
    if (process.wait?.kind === 'page') this.machine.unindexBlocked(process.wait.page, process.pid);
    process.state = state;
    process.wait = wait;
    if (wait?.kind === 'page') this.machine.indexBlocked(wait.page, process.pid);
  }
}

export function pcOf(process: Process): string {
  const frame = process.frames.at(-1);
  return frame ? `${frame.label}:${frame.index}` : '';
}

const programSources = new Map<string, Program>();

/** Makes a program known to the machine's code by its hash. */
export function registerProgram(source: string, file?: string): Program {
  const program = loadProgram(source, file);
  programSources.set(program.hash, program);
  return program;
}

export function programByHash(hash: string): Program {
  const program = programSources.get(hash);
  if (!program) throw new Error(`program ${hash} is not loaded`);
  return program;
}

export function programOf(process: Process): Program {
  return programByHash(process.program);
}

/** A value as the model is told of it: bounded text. */
export function outline(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 2000 ? `${text.slice(0, 2000)}...` : text;
}
