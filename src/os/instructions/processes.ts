import { FaultError } from '../fault.ts';
import { matches } from '../glob.ts';
import type { Json } from '../json.ts';
import { sizeOf } from '../machine.ts';
import { forkPages } from '../pages.ts';
import { checkInputs, createProcess, hasEnded, takeShare } from '../processes.ts';
import type { Process } from '../state.ts';
import { hardLimits, programByHash, type Step } from '../step.ts';
import { localsFrom, newFrame } from './control.ts';
import { type Operands, pid as pidOf, seconds, text } from './operands.ts';

export function FORK(step: Step, operands: Operands): void {
  const { process: parent, machine } = step;
  const given = operands.arguments;
  let child: Process;
  if (operands.program !== undefined) {
    const name = text(operands.program);
    if (!step.program.permissions.programs.some((p) => matches(p, name)))
      throw new FaultError('permission', `program ${step.program.name} has no permission to start program ${name}`);
    const hash = machine.programs.get(name);
    if (hash === undefined) throw new FaultError('peer', `no program ${name} is installed`);
    const program = programByHash(hash);
    const registers = checkInputs(program, (given as Record<string, Json> | undefined) ?? {});
    const share = takeShare(parent);
    child = createProcess(step, {
      program,
      parent: parent.pid,
      frame: newFrame(program.entry, null, null),
      registers,
      limits: {
        tokens: Math.min(share.tokens, program.limits.tokens),
        steps: Math.min(share.steps, program.limits.steps),
        seconds: Math.min(share.seconds, program.limits.seconds),
      },
      priority: Math.min(program.priority, parent.priority),
      forked: false,
    });
    parent.limits.tokens += share.tokens - child.limits.tokens;
    parent.limits.steps += share.steps - child.limits.steps;
  } else {
    const { program } = step;
    const label = text(operands.label);
    if (!program.steps.has(label)) throw new FaultError('instruction', `there is no label ${label}`);
    const registers = { ...structuredClone({ ...parent.registers, ...step.frame.locals }), ...localsFrom(given) };
    child = createProcess(step, {
      program,
      parent: parent.pid,
      frame: newFrame(label, null, null),
      registers,
      limits: takeShare(parent),
      priority: parent.priority,
      forked: true,
    });
    child.paging = structuredClone(parent.paging);
    forkPages(step, child.pid);
  }
  parent.children.push(child.pid);
  step.bind(operands.into as string | undefined, child.pid);
  step.advance(child.pid);
}

export function JOIN(step: Step, operands: Operands): void {
  const { process } = step;
  const single = !Array.isArray(operands.pid);
  const pids = (single ? [operands.pid] : (operands.pid as Json[])).map(pidOf);
  for (const pid of pids)
    if (!process.children.includes(pid))
      throw new FaultError('peer', `process ${pid} is not a child of process ${process.pid}`);
  if (!pids.every((pid) => hasEnded(step, pid))) {
    step.setState(process, 'WAITING', { kind: 'children', pids });
    return;
  }
  const results = pids.map((pid): Json => {
    const child = step.machine.processes.get(pid);
    if (child?.fault) return { fault: { code: child.fault.code, message: child.fault.message } };
    return child?.result ?? null;
  });
  const value = single ? results[0]! : results;
  step.bind(operands.into as string | undefined, value);
  step.advance(value);
}

export function SEND(step: Step, operands: Operands): void {
  const to = recipient(step, operands.to ?? null);
  const { machine } = step;
  const body = operands.message ?? null;
  if (sizeOf(body) > hardLimits.valueCharacters)
    throw new FaultError('limit', `a message is over the limit of ${hardLimits.valueCharacters} characters`);
  const box = machine.mailboxes.get(to.pid) ?? [];
  if (box.length >= hardLimits.mailbox)
    throw new FaultError('peer', `the mailbox of process ${to.pid} is full (${hardLimits.mailbox} messages)`);
  const id = machine.nextMessage++;
  const message = { id, to: to.pid, from: step.pid, body };
  machine.mailboxes.set(to.pid, [...box, message]);
  step.changes.sent.push(message);
  step.onUndo(() => {
    machine.mailboxes.set(to.pid, box);
    machine.nextMessage = id;
  });
  if (to.wait?.kind === 'message' && (to.wait.from === null || to.wait.from === step.pid))
    step.setState(step.edit(to.pid), 'READY');
  step.advance();
}

function recipient(step: Step, to: Json): Process {
  const { machine, process, program } = step;
  let found: Process | undefined;
  if (to === 'parent') found = process.parent === null ? undefined : machine.processes.get(process.parent);
  else if (typeof to === 'string' && !/^\d+$/.test(to)) {
    if (!program.permissions.peers.some((p) => matches(p, to)))
      throw new FaultError('permission', `program ${program.name} has no permission to send to peer ${to}`);
    for (const other of machine.processes.values())
      if (other.name === to && other.state !== 'ENDED' && (!found || other.pid < found.pid)) found = other;
  } else {
    found = machine.processes.get(pidOf(to));
    const family = found && (found.pid === process.parent || process.children.includes(found.pid));
    // Unknown pids and forbidden ones get the same answer.
    if (!family && !(found && program.permissions.peers.some((p) => matches(p, found!.name))))
      throw new FaultError('permission', `program ${program.name} has no permission to send to process ${String(to)}`);
  }
  if (!found || found.state === 'ENDED')
    throw new FaultError(
      'peer',
      `there is no running process ${typeof to === 'string' ? to.slice(0, 80) : String(to)}`,
    );
  return found;
}

export function RECV(step: Step, operands: Operands): void {
  const { machine, process } = step;
  const from = operands.from === undefined ? null : pidOf(operands.from);
  const box = machine.mailboxes.get(step.pid) ?? [];
  const message = box.find((m) => from === null || m.from === from);
  if (!message) {
    const until = operands.timeout === undefined ? null : step.at + seconds(operands.timeout) * 1000;
    step.setState(process, 'WAITING', { kind: 'message', from, until });
    return;
  }
  machine.mailboxes.set(
    step.pid,
    box.filter((m) => m !== message),
  );
  step.onUndo(() => machine.mailboxes.set(step.pid, box));
  step.changes.received.push(message);
  const value = { from: message.from, message: message.body };
  step.bind(text(operands.into), value);
  step.advance(value);
}
