import { z } from 'zod';
import type { Constraint, Operation } from '../cpu.ts';
import { FaultError } from '../fault.ts';
import {
  checkOperands,
  type InstructionName,
  instructionNames,
  instructionTable,
  isInstruction,
  longForm,
} from '../isa.ts';
import { canonical, type Json } from '../json.ts';
import type { AluResult } from '../state.ts';
import { outline, type Step } from '../step.ts';
import { buildWindow } from '../window.ts';
import { count, names, type Operands, text } from './operands.ts';

// INFER, in two halves: before the model runs and after. Between them nothing else happens to the machine.

const defaultTokens = 256;
const defaultFreeSteps = 16;

/** Instructions that the model may emit by default: all but those that start others or call tools it was not given. */
const emittable = instructionNames.filter((op) => instructionTable[op].free);

/** Builds the window and the operation. Faults that concern the window or the budget are raised here. */
export async function prepareInfer(step: Step, operands: Operands): Promise<Operation> {
  const { process, frame } = step;
  const free = operands.free === true;
  if (free && !frame.free) {
    const allow = Array.isArray(operands.allow) ? operands.allow.map(String) : emittable;
    frame.free = {
      remaining: count(operands.steps, defaultFreeSteps),
      allow: allow.filter((op) => isInstruction(op) && instructionTable[op].free),
      last: '',
      pending: null,
    };
  }
  if (frame.free && frame.free.remaining <= 0) {
    frame.free = null;
    throw new FaultError(
      'alu',
      `free-running mode has used its ${count(operands.steps, defaultFreeSteps)} instructions`,
    );
  }
  const maxTokens = count(operands.tokens, defaultTokens);
  const prompt = process.override ?? text(operands.prompt);
  const constraint = constraintOf(operands);
  const allowed = frame.free?.allow as InstructionName[] | undefined;
  const window = await buildWindow(step, {
    prompt,
    pages: names(operands.pages),
    constraint,
    maxTokens,
    overhead: step.overhead(),
    ...(allowed ? { free: allowed } : {}),
  });
  const spent = process.used.promptTokens + process.used.outputTokens;
  if (spent + window.tokens + maxTokens > process.limits.tokens)
    throw new FaultError(
      'limit',
      `an operation of ${window.tokens} + ${maxTokens} tokens would exceed the ${process.limits.tokens - spent} tokens that are left`,
    );
  return { pid: step.pid, segments: window.segments, constraint, maxTokens };
}

function constraintOf(operands: Operands): Constraint {
  if (operands.free === true) return { kind: 'json', schema: { type: 'object', required: ['op'] } };
  if (Array.isArray(operands.choices)) return { kind: 'choice', choices: operands.choices.map(String) };
  if (operands.schema !== undefined) return { kind: 'json', schema: operands.schema as Record<string, Json> };
  return { kind: 'text' };
}

/**
 * Takes the model's answer. Touches no process but its own, so that the operations of one batch stay independent.
 * @throws FaultError only after everything that must stay (the tokens used) is noted
 */
export function completeInfer(step: Step, operands: Operands, alu: AluResult): void {
  const { process, frame } = step;
  const { used } = process;
  used.operations++;
  used.promptTokens += alu.promptTokens;
  used.reusedTokens += alu.reusedTokens;
  used.outputTokens += alu.outputTokens;
  used.milliseconds += alu.milliseconds;
  used.cost += alu.cost;
  step.detail.output = alu.text;
  if (alu.error !== undefined) throw new FaultError('alu', alu.error);
  if (frame.free) {
    emit(step, alu.text);
    return;
  }
  const value = typed(alu.text, constraintOf(operands));
  if (value === undefined) {
    if (frame.attempts < count(operands.retries, 1)) {
      frame.attempts++;
      process.ok = false;
      return;
    }
    throw new FaultError(
      'alu',
      `after ${frame.attempts + 1} attempts the result does not fit: ${outline(alu.text).slice(0, 200)}`,
    );
  }
  step.bind(operands.into as string | undefined, value);
  process.override = null;
  step.advance();
}

const validators = new Map<string, z.ZodType>();

/** The typed result; undefined if the text does not fit the constraint. */
export function typed(text: string, constraint: Constraint): Json | undefined {
  if (constraint.kind === 'text') return text.trim();
  if (constraint.kind === 'choice') {
    const given = text.trim().replace(/^["'`]|["'`.]$/g, '');
    return (
      constraint.choices.find((c) => c === given) ??
      constraint.choices.find((c) => c.toLowerCase() === given.toLowerCase())
    );
  }
  const value = jsonIn(text);
  if (value === undefined) return undefined;
  const key = canonical(constraint.schema);
  let validator = validators.get(key);
  if (!validator) {
    validator = z.fromJSONSchema(constraint.schema as Parameters<typeof z.fromJSONSchema>[0]);
    if (validators.size > 1000) validators.clear();
    validators.set(key, validator);
  }
  return validator.safeParse(value).success ? value : undefined;
}

/** JSON text, also inside a fenced block. */
function jsonIn(text: string): Json | undefined {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text);
  try {
    return JSON.parse(fenced ? fenced[1]! : text) as Json;
  } catch {
    return undefined;
  }
}

/** Free-running: checks the instruction that the model emitted; it is the process's next step. */
function emit(step: Step, answer: string): void {
  const free = step.frame.free!;
  free.remaining--;
  const value = jsonIn(answer);
  const { op, ...rest } = value && typeof value === 'object' && !Array.isArray(value) ? value : { op: undefined };
  const refuse = (reason: string) => {
    free.last = `fault instruction: ${reason}`;
    step.process.ok = false;
  };
  if (typeof op !== 'string') refuse('expected one JSON object with "op"');
  else if (!isInstruction(op)) refuse(`there is no instruction ${op.slice(0, 40)}`);
  else if (!free.allow.includes(op)) refuse(`${op} is not allowed here`);
  else {
    const checked = checkOperands(op, longForm(op, rest));
    if (!checked.success)
      refuse(
        `${op}: ${checked.error.issues
          .map((i) => `${i.path.join('.')} ${i.message}`)
          .join('; ')
          .slice(0, 300)}`,
      );
    else {
      free.pending = { op, operands: checked.data as Record<string, Json> };
      step.process.ok = true;
    }
  }
}
