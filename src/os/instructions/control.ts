import { FaultError } from '../fault.ts';
import type { Json } from '../json.ts';
import { textOf } from '../json.ts';
import { sizeOf } from '../machine.ts';
import { endProcess } from '../processes.ts';
import { isOfType } from '../program.ts';
import type { Frame } from '../state.ts';
import { hardLimits, outline, type Step } from '../step.ts';
import { type Operands, text } from './operands.ts';

export function PUSH(step: Step, { value }: Operands): void {
  const { process } = step;
  if (process.stack.length >= process.limits.depth)
    throw new FaultError('stack', `the stack is full: ${process.limits.depth} entries`);
  const pushed = value ?? null;
  if (sizeOf(pushed) > hardLimits.valueCharacters)
    throw new FaultError('limit', `a value is over the limit of ${hardLimits.valueCharacters} characters`);
  process.stack.push(pushed);
  step.advance();
}

export function POP(step: Step, { into }: Operands): void {
  const { process } = step;
  if (process.stack.length === 0) throw new FaultError('stack', 'the stack is empty');
  const value = process.stack.pop()!;
  step.bind(text(into), value);
  step.advance(value);
}

/** A frame at a label. */
export function newFrame(label: string, locals: Record<string, Json> | null, into: string | null): Frame {
  return { label, index: 0, locals, into, attempts: 0, free: null };
}

export function CALL(step: Step, operands: Operands): void {
  const { process, program } = step;
  const label = text(operands.label);
  if (!program.steps.has(label)) throw new FaultError('instruction', `there is no label ${label}`);
  if (process.frames.length >= process.limits.depth)
    throw new FaultError('stack', `calls are nested deeper than ${process.limits.depth}`);
  const locals = localsFrom(operands.arguments);
  step.frame.attempts = 0;
  process.ok = true;
  process.frames.push(newFrame(label, locals, (operands.into as string | undefined) ?? null));
}

export function localsFrom(given: Json | undefined): Record<string, Json> {
  const locals = { ...(given as Record<string, Json> | undefined) };
  for (const [name, value] of Object.entries(locals))
    if (sizeOf(value) > hardLimits.valueCharacters)
      throw new FaultError('limit', `argument ${name} is over the limit of ${hardLimits.valueCharacters} characters`);
  return locals;
}

/** Leaves the frame, or free-running mode, or ends the process. */
export function YIELD(step: Step, operands: Operands): void {
  const value = operands.value ?? null;
  const { process, frame } = step;
  if (frame.free) {
    const { into } = currentInfer(step);
    step.bind(into, value);
    frame.free = null;
    frame.attempts = 0;
    frame.index++;
    process.ok = true;
    return;
  }
  if (process.frames.length > 1) {
    const { into } = process.frames.pop()!;
    step.bind(into, value);
    step.advance(value);
    return;
  }
  checkOutputs(step, value);
  endProcess(step, step.pid, value);
}

/** Where the INFER that runs freely wants its value. */
function currentInfer(step: Step): { into: string | null } {
  const { label, index } = step.frame;
  const operands = step.program.steps.get(label)?.[index]?.operands;
  return { into: typeof operands?.into === 'string' ? operands.into : null };
}

function checkOutputs(step: Step, value: Json): void {
  if (step.process.forked) return;
  for (const [name, { type }] of Object.entries(step.program.outputs)) {
    const field = value && typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined;
    if (!isOfType(field, type))
      throw new FaultError(
        'type',
        `output ${name} should be of type ${type}, it is ${field === undefined ? 'missing' : outline(field).slice(0, 60)}`,
      );
  }
}

function jump(step: Step, label: string): void {
  const { frame, process } = step;
  frame.label = label;
  frame.index = 0;
  frame.attempts = 0;
  process.ok = true;
}

export function JUMP(step: Step, { to }: Operands): void {
  jump(step, text(to));
}

export function BRANCH(step: Step, operands: Operands): void {
  let target: Json | undefined;
  if (operands.if !== undefined) target = operands.if ? operands.then : operands.else;
  else {
    const cases = (operands.cases ?? {}) as Record<string, string>;
    const value = textOf(operands.on);
    target = Object.hasOwn(cases, value) ? cases[value] : operands.else;
  }
  if (target === undefined) step.advance();
  else jump(step, text(target));
}
