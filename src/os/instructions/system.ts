import { FaultError } from '../fault.ts';
import { argumentMatches, matches } from '../glob.ts';
import { type Json, sha256 } from '../json.ts';
import { mapPage, resolve } from '../pages.ts';
import type { Program } from '../program.ts';
import type { Outcome } from '../state.ts';
import { hardLimits, type Step } from '../step.ts';
import { type Operands, seconds, text } from './operands.ts';

/** Why a program may not make a call; undefined if it may. */
export function refusal(program: Program, tool: string, given: Record<string, Json>): string | undefined {
  const entries = program.permissions.tools.filter((t) => matches(t.tool, tool));
  if (entries.length === 0) return `program ${program.name} has no permission for tool ${tool}`;
  let reason = '';
  for (const { arguments: patterns } of entries) {
    if (!patterns) return undefined;
    const bad = Object.entries(given).find(
      ([name, value]) => !Object.hasOwn(patterns, name) || !argumentMatches(patterns[name] as Json, value),
    );
    if (!bad) return undefined;
    reason = `program ${program.name} has no permission for tool ${tool} with ${bad[0]} ${JSON.stringify(bad[1]).slice(0, 120)}`;
  }
  return reason;
}

/** Notes the intent; the kernel makes the call once this is committed. */
export function SYS(step: Step, operands: Operands): void {
  const { process, program, machine } = step;
  const tool = text(operands.tool);
  const given = { ...(operands.arguments as Record<string, Json> | undefined) };
  const refused = refusal(program, tool, given);
  if (refused) throw new FaultError('permission', refused);
  for (const [handle, call] of Object.entries(process.calls))
    if (call.outcome && Object.keys(process.calls).length >= hardLimits.calls) delete process.calls[handle];
  if (Object.keys(process.calls).length >= hardLimits.calls)
    throw new FaultError('limit', `more than ${hardLimits.calls} calls are open`);
  const handle = `c${process.nextCall++}`;
  const call = {
    key: sha256(`${machine.id} ${process.pid} ${handle}`).slice(0, 32),
    tool,
    arguments: given,
    recovery: (operands.recovery as 'retry' | 'fail' | 'ask' | undefined) ?? null,
    into: operands.async ? null : ((operands.into as string | undefined) ?? null),
    outcome: null,
  };
  process.calls[handle] = call;
  step.changes.calls.push({ ...call, pid: process.pid, handle });
  if (operands.async) {
    step.bind(operands.into as string | undefined, handle);
    step.advance(handle);
  } else step.setState(process, 'WAITING', { kind: 'tool', handle });
}

/** Event `result`: the tool has answered. */
export function deliver(step: Step, handle: string, outcome: Outcome): void {
  const { process } = step;
  const call = process.calls[handle];
  if (!call || call.outcome) return;
  call.outcome = outcome;
  step.changes.calls.push({ ...call, pid: process.pid, handle });
  if (process.state !== 'WAITING' || process.wait?.kind !== 'tool' || process.wait.handle !== handle) return;
  step.setState(process, 'READY');
  complete(step, handle);
}

/** Takes the outcome of a call and goes on after the SYS or WAIT. */
function complete(step: Step, handle: string, into?: string): void {
  const { process } = step;
  const call = process.calls[handle]!;
  delete process.calls[handle];
  const outcome = call.outcome!;
  if (!outcome.ok) throw new FaultError('tool', `${call.tool}: ${outcome.error}`);
  step.bind(into ?? call.into, outcome.value);
  step.advance(outcome.value);
}

export function WAIT(step: Step, operands: Operands): void {
  const { process } = step;
  if (operands.call !== undefined) {
    const handle = text(operands.call);
    const call = Object.hasOwn(process.calls, handle) ? process.calls[handle] : undefined;
    if (!call) throw new FaultError('type', `there is no open call ${handle.slice(0, 60)}`);
    if (call.outcome) complete(step, handle, operands.into as string | undefined);
    else {
      call.into = (operands.into as string | undefined) ?? null;
      step.setState(process, 'WAITING', { kind: 'tool', handle });
    }
    return;
  }
  if (operands.page !== undefined) {
    waitForPage(step, text(operands.page));
    return;
  }
  const until =
    operands.until !== undefined ? Date.parse(text(operands.until)) : step.at + seconds(operands.seconds ?? 0) * 1000;
  if (!Number.isFinite(until)) throw new FaultError('type', `${text(operands.until).slice(0, 60)} is not a time`);
  step.advance();
  if (until > step.at) step.setState(process, 'SLEEPING', { kind: 'timer', until });
}

/** Blocks until the page has a version newer than the one this process has seen; then maps it. No wake-up is lost. */
function waitForPage(step: Step, name: string): void {
  const { process, machine } = step;
  const known = machine.mappings.get(step.pid)?.get(name);
  if (known && !known.shared) throw new FaultError('page', `page ${name} is private: no other process can commit it`);
  const seen = known?.version ?? 0;
  const mapping = resolve(step, name);
  if (!mapping || (machine.sharedPage(name)?.version ?? 0) <= seen) {
    step.setState(process, 'BLOCKED', { kind: 'page', page: name });
    return;
  }
  mapPage(step, mapping);
  step.advance(`page ${name} changed and is in the window`);
}
