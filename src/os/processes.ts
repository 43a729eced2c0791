import { FaultError } from './fault.ts';
import type { Json } from './json.ts';
import { dropMapping } from './pages.ts';
import type { Program } from './program.ts';
import { isOfType } from './program.ts';
import type { Fault, Frame, Process, Usage } from './state.ts';
import type { Step } from './step.ts';

// The life of a process: made, ended, and what its end means for others.

export function emptyUsage(): Usage {
  return {
    steps: 0,
    operations: 0,
    promptTokens: 0,
    reusedTokens: 0,
    outputTokens: 0,
    milliseconds: 0,
    cost: 0,
    pageFaults: 0,
    evictions: 0,
    heap: 0,
  };
}

export interface NewProcess {
  program: Program;
  parent: number | null;
  frame: Frame;
  registers: Record<string, Json>;
  limits: { tokens: number; steps: number; seconds: number };
  priority: number;
  forked: boolean;
}

export function createProcess(step: Step, given: NewProcess): Process {
  const { program } = given;
  const process: Process = {
    pid: step.machine.nextPid,
    parent: given.parent,
    program: program.hash,
    name: program.name,
    state: 'READY',
    wait: null,
    stopped: false,
    priority: given.priority,
    registers: given.registers,
    stack: [],
    frames: [given.frame],
    fault: null,
    forked: given.forked,
    ok: true,
    limits: {
      ...given.limits,
      depth: program.limits.depth,
      children: program.limits.children,
      window: program.memory.window,
    },
    used: emptyUsage(),
    started: step.at,
    ended: null,
    result: null,
    children: [],
    calls: {},
    nextCall: 1,
    paging: { tick: 0, slot: 0, hand: 0, refaults: [] },
    window: null,
    override: null,
  };
  step.addProcess(process);
  step.machine.nextPid++;
  return process;
}

/** Inputs of a program with its defaults. @throws FaultError `type` naming the input */
export function checkInputs(program: Program, given: Record<string, Json>): Record<string, Json> {
  const registers: Record<string, Json> = {};
  for (const name of Object.keys(given))
    if (!Object.hasOwn(program.inputs, name))
      throw new FaultError('type', `program ${program.name} has no input ${name}`);
  for (const [name, { type, default: fallback }] of Object.entries(program.inputs)) {
    const value = given[name] ?? (fallback as Json | undefined);
    if (value === undefined) throw new FaultError('type', `program ${program.name} needs input ${name} (${type})`);
    if (!isOfType(value, type))
      throw new FaultError('type', `input ${name} of program ${program.name} is not of type ${type}`);
    registers[name] = value;
  }
  registers.GOAL = program.goal;
  registers.FOCUS = '';
  return registers;
}

/** Budget of a new child: an equal share, taken from the parent and given back when the child ends. */
export function takeShare(parent: Process): { tokens: number; steps: number; seconds: number } {
  const { used, limits } = parent;
  if (parent.children.length >= limits.children)
    throw new FaultError('limit', `process ${parent.pid} has used its limit of ${limits.children} children`);
  const shares = limits.children - parent.children.length + 1;
  const tokens = Math.floor((limits.tokens - used.promptTokens - used.outputTokens) / shares);
  const steps = Math.floor((limits.steps - used.steps) / shares);
  if (tokens < 1 || steps < 1)
    throw new FaultError('limit', `process ${parent.pid} has no tokens or steps left to give to a child`);
  limits.tokens -= tokens;
  limits.steps -= steps;
  return { tokens, steps, seconds: limits.seconds };
}

/** Ends a process: gives its unused budget back and wakes a parent that waits for it. */
export function endProcess(step: Step, pid: number, result: Json, fault: Fault | null = null): void {
  const process = step.edit(pid);
  step.setState(process, 'ENDED');
  process.ended = step.at;
  process.result = result;
  process.fault = fault ?? (process.frames.length === 0 ? process.fault : null);
  process.frames = [];
  process.stack = [];
  for (const mapping of [...step.machine.table(pid).values()]) {
    if (mapping.resident) step.editMapping(pid, mapping.name)!.resident = false;
    // A shared page that was never committed was never seen by anyone.
    const page = step.machine.pages.get(mapping.page);
    if (mapping.shared && page?.version === 0 && page.owner === pid) {
      step.putPage(page.id, undefined);
      dropMapping(step, mapping);
    }
  }
  const parent = process.parent === null ? undefined : step.machine.processes.get(process.parent);
  if (!parent || parent.state === 'ENDED') return;
  const mother = step.edit(parent.pid);
  const { used, limits } = process;
  mother.limits.tokens += Math.max(0, limits.tokens - used.promptTokens - used.outputTokens);
  mother.limits.steps += Math.max(0, limits.steps - used.steps);
  if (mother.wait?.kind === 'children' && mother.wait.pids.every((p) => hasEnded(step, p)))
    step.setState(mother, 'READY');
}

export function hasEnded(step: Step, pid: number): boolean {
  const process = step.machine.processes.get(pid);
  return process === undefined || process.state === 'ENDED';
}
