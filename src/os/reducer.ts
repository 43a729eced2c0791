import { applyEdit, loadCore } from './core.ts';
import type { Operation } from './cpu.ts';
import { evaluate, parseExpression, truth } from './expression.ts';
import { FaultError } from './fault.ts';
import { completeInfer, prepareInfer } from './instructions/alu.ts';
import * as control from './instructions/control.ts';
import * as memory from './instructions/memory.ts';
import type { Operands } from './instructions/operands.ts';
import * as processes from './instructions/processes.ts';
import * as system from './instructions/system.ts';
import { type InstructionName, instructionTable } from './isa.ts';
import { canonical, type Json, sha256 } from './json.ts';
import type { Machine } from './machine.ts';
import { mapPage, resolve } from './pages.ts';
import { checkInputs, createProcess, endProcess } from './processes.ts';
import type { CompiledStep } from './program.ts';
import type { AluResult, Event, Process, UnsealedEvent } from './state.ts';
import { hardLimits, type Meter, pcOf, programByHash, programOf, Step } from './step.ts';
import { expand } from './template.ts';

// The transition function of the machine: state and event in, state out. It reads no clock, no random number
// and no tool: all that comes from outside is in the event. Live running, recovery and replay are this function.

type Handler = (step: Step, operands: Operands) => void | Promise<void>;

const handlers: Record<Exclude<InstructionName, 'INFER'>, Handler> = {
  LOAD: memory.LOAD,
  STORE: memory.STORE,
  ALLOC: memory.ALLOC,
  FREE: memory.FREE,
  FAULT: memory.FAULT,
  PEEK: memory.PEEK,
  COMMIT: memory.COMMIT,
  PUSH: control.PUSH,
  POP: control.POP,
  CALL: control.CALL,
  YIELD: control.YIELD,
  JUMP: control.JUMP,
  BRANCH: control.BRANCH,
  SYS: system.SYS,
  WAIT: system.WAIT,
  FORK: processes.FORK,
  JOIN: processes.JOIN,
  SEND: processes.SEND,
  RECV: processes.RECV,
};

/** An event that has begun: done, or waiting for the model. */
export interface Begun {
  step: Step;
  /** To run on the CPU before {@link complete}. */
  operation?: Operation;
  operands?: Operands;
}

/**
 * Applies an event, up to the point where the model's answer is needed.
 * @param meter the only thing that it asks of the CPU
 */
export async function begin(machine: Machine, event: UnsealedEvent, meter: Meter): Promise<Begun> {
  const step = new Step(machine, event, meter);
  const body = event;
  switch (body.kind) {
    case 'step':
      return await execute(step);
    case 'spawn': {
      const program = programByHash(body.program);
      const limits = { ...program.limits, ...body.limits };
      createProcess(step, {
        program,
        parent: null,
        frame: control.newFrame(program.entry, null, null),
        registers: checkInputs(program, body.inputs),
        limits: { tokens: limits.tokens, steps: limits.steps, seconds: limits.seconds },
        priority: body.priority ?? program.priority,
        forked: false,
      });
      break;
    }
    case 'install': {
      const before = machine.programs.get(body.name);
      machine.programs.set(body.name, body.program);
      step.changes.installed.push({ name: body.name, program: body.program });
      step.onUndo(() => {
        if (before === undefined) machine.programs.delete(body.name);
        else machine.programs.set(body.name, before);
      });
      break;
    }
    case 'result':
      faultable(step, () => system.deliver(step, body.handle, body.outcome));
      break;
    case 'timer':
      faultable(step, () => timer(step));
      break;
    case 'signal':
      signal(step, body);
      break;
    case 'edit':
      await applyEdit(step, body.edit);
      break;
    case 'load':
      if (await loadCore(step, body.core))
        raise(
          step,
          new FaultError('tool', 'the call was open when the core was dumped: its outcome is not known here'),
        );
      break;
    case 'reap':
      reap(step);
      break;
  }
  return { step };
}

/** The second half of an ALU operation. */
export function complete({ step, operands }: Begun, alu: AluResult): void {
  try {
    completeInfer(step, operands!, alu);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    raise(step, error);
  }
}

/** One instruction of a READY process. */
async function execute(step: Step): Promise<Begun> {
  const process = step.process;
  if (process.state !== 'READY' || process.stopped) throw new Error(`process ${step.pid} is not ready`);
  step.detail.pc = pcOf(process);
  if (process.frames.length === 0) {
    step.detail.op = 'END';
    endProcess(step, step.pid, null, process.fault);
    return { step };
  }
  process.used.steps++;
  const over = exhausted(process, step.at);
  if (over) {
    end(step, over);
    return { step };
  }
  const current = fetch(step);
  step.op = current.op;
  step.free = current.free;
  step.detail.op = current.op;
  try {
    const operands = current.free ? current.operands : expandOperands(step, current);
    if (current.op === 'INFER') return { step, operands, operation: await prepareInfer(step, operands) };
    if (current.free) serveFault(step, operands);
    await handlers[current.op](step, operands);
    checkSize(step);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    step.undo();
    step.process.used.steps++;
    // The guard has spoken: it looks at the loads from here on, not at the same ones again.
    if (error.code === 'thrashing') step.process.paging.refaults = [];
    raise(step, error);
  }
  return { step };
}

function exhausted(process: Process, at: number): FaultError | undefined {
  const { limits, used, started } = process;
  if (used.steps > limits.steps) return new FaultError('limit', `the limit of ${limits.steps} steps is used up`);
  if (at - started > limits.seconds * 1000)
    return new FaultError('limit', `the limit of ${limits.seconds} seconds is over`);
  return undefined;
}

/** Whether the next instruction of a READY process is one for the ALU. Such a step changes no other process. */
export function wantsAlu(process: Process, at: number): boolean {
  const frame = process.frames.at(-1);
  if (!frame || process.used.steps >= process.limits.steps || exhausted(process, at)) return false;
  if (frame.free?.pending) return false;
  return programOf(process).steps.get(frame.label)?.[frame.index]?.op === 'INFER';
}

function checkSize(step: Step): void {
  const size = JSON.stringify(step.process).length;
  if (size > hardLimits.processCharacters)
    throw new FaultError(
      'limit',
      `registers, stack and frames of ${size} characters are over ${hardLimits.processCharacters}`,
    );
}

/** Ends a process that no handler may save. */
function end(step: Step, error: FaultError): void {
  const fault = { code: error.code, message: error.message, at: pcOf(step.process) };
  step.detail.fault = `${fault.code}: ${fault.message}`;
  endProcess(step, step.pid, null, fault);
}

interface Current {
  op: InstructionName;
  operands: Record<string, Json>;
  free: boolean;
}

/** The instruction at PC; after the last step of a label, YIELD. */
function fetch(step: Step): Current {
  const { frame } = step;
  if (frame.free?.pending) {
    const { op, operands } = frame.free.pending;
    return { op: op as InstructionName, operands, free: true };
  }
  const compiled = compiledStep(step, frame.label, frame.index);
  return compiled
    ? { op: compiled.op, operands: compiled.operands, free: false }
    : { op: 'YIELD', operands: {}, free: false };
}

function compiledStep(step: Step, label: string, index: number): CompiledStep | undefined {
  return step.program.steps.get(label)?.[index];
}

function expandOperands(step: Step, { op, operands }: Current): Operands {
  const result: Operands = {};
  for (const [key, value] of Object.entries(operands)) {
    switch (instructionTable[op].operands[key]!.type) {
      case 'value':
      case 'text':
      case 'page':
      case 'pages':
      case 'count':
      case 'seconds':
      case 'time':
      case 'arguments':
        result[key] = expand(value, step.lookup);
        break;
      case 'condition':
        result[key] = typeof value === 'boolean' ? value : truth(evaluate(parseExpression(String(value)), step.lookup));
        break;
      default:
        result[key] = value;
    }
  }
  return result;
}

/** A page that the model names and that is not in the window is a page fault: served, then the instruction runs. */
function serveFault(step: Step, operands: Operands): void {
  if (step.op !== 'STORE' && step.op !== 'PEEK') return;
  if (typeof operands.page !== 'string') return;
  const mapping = resolve(step, operands.page);
  if (mapping) mapPage(step, mapping);
}

/** Gives a fault to whoever handles it: the model in free-running mode, `on_fault`, a caller; else the process ends. */
export function raise(step: Step, error: FaultError): void {
  const process = step.process;
  process.ok = false;
  process.fault = { code: error.code, message: error.message, at: pcOf(process) };
  step.detail.fault = `${error.code}: ${error.message}`;
  for (; process.frames.length > 0; process.frames.pop()) {
    const frame = process.frames.at(-1)!;
    if (frame.free?.pending) {
      frame.free.pending = null;
      frame.free.last = `fault ${error.code}: ${error.message}`;
      return;
    }
    frame.free = null;
    frame.attempts = 0;
    const handler = compiledStep(step, frame.label, frame.index)?.onFault;
    if (handler !== undefined) {
      frame.label = handler;
      frame.index = 0;
      return;
    }
  }
}

function faultable(step: Step, action: () => void): void {
  step.detail.pc = pcOf(step.process);
  try {
    action();
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    raise(step, error);
  }
}

/** A timer has run out: the process sleeps no longer, or its RECV gives up. */
function timer(step: Step): void {
  const { process } = step;
  const { wait } = process;
  if (process.state === 'SLEEPING') step.setState(process, 'READY');
  else if (wait?.kind === 'message' && wait.until !== null) {
    step.setState(process, 'READY');
    const operands =
      step.frame.free?.pending?.operands ?? compiledStep(step, step.frame.label, step.frame.index)?.operands;
    step.bind(operands?.into as string | undefined, null);
    step.advance('no message came');
  }
}

function signal(step: Step, event: { signal: string; until?: number }): void {
  const { process } = step;
  step.detail.op = `signal ${event.signal}`;
  if (process.state === 'ENDED') return;
  switch (event.signal) {
    case 'kill':
      end(step, new FaultError('killed', 'killed by a signal'));
      break;
    case 'stop':
      process.stopped = true;
      break;
    case 'continue':
      process.stopped = false;
      break;
    case 'wake':
      if (process.state === 'SLEEPING') step.setState(process, 'READY');
      break;
    case 'sleep':
      if ((process.state === 'READY' || process.state === 'SLEEPING') && event.until !== undefined)
        step.setState(process, 'SLEEPING', { kind: 'timer', until: event.until });
      break;
  }
}

/** Removes an ended process and what only it could see. Shared pages stay. */
function reap(step: Step): void {
  const { process, machine } = step;
  if (process.state !== 'ENDED') throw new FaultError('limit', `process ${step.pid} has not ended`);
  for (const mapping of [...machine.table(step.pid).values()]) {
    step.putMapping(step.pid, mapping.name, undefined);
    if (!mapping.shared && !mapping.cow) step.putPage(mapping.page, undefined);
  }
  for (const message of machine.mailboxes.get(step.pid) ?? []) step.changes.received.push(message);
  machine.putProcess(step.pid, undefined);
}

/** The rows that an event leaves behind, as text, and the hashes over them. */
export interface Sealed {
  event: Event;
  step: Step;
  processes: [pid: number, json: string | null][];
  pages: [id: string, json: string | null][];
  mappings: [pid: number, name: string, json: string | null][];
  /** Hash of the event and of everything it changed. */
  state: string;
  chain: string;
}

/** Closes an event: gives it its number and its hashes. The machine is then one event further. */
export function seal({ step }: Begun, event: UnsealedEvent): Sealed {
  const { machine, changes } = step;
  const json = (value: unknown) => (value === undefined ? null : canonical(value));
  const sealed = { ...event, sequence: machine.sequence + 1, counts: step.counts } as Event;
  const processes = [...changes.processes]
    .sort((a, b) => a - b)
    .map((pid): [number, string | null] => [pid, json(machine.processes.get(pid))]);
  const pages = [...changes.pages].sort().map((id): [string, string | null] => [id, json(machine.pages.get(id))]);
  const mappings = [...changes.mappings.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { pid, name }]): [number, string, string | null] => [
      pid,
      name,
      json(machine.mappings.get(pid)?.get(name)),
    ]);
  const state = hashOf([
    canonical(sealed),
    processes,
    pages,
    mappings,
    changes.sent,
    changes.received.map((m) => m.id),
    [machine.nextPid, machine.nextPage, machine.nextMessage],
  ]);
  machine.sequence = sealed.sequence;
  machine.chain = hashOf([machine.chain, state]);
  return { event: sealed, step, processes, pages, mappings, state, chain: machine.chain };
}

function hashOf(value: unknown): string {
  return sha256(canonical(value));
}
