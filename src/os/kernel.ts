import { ResidentError } from '../errors.ts';
import type { Cpu } from './cpu.ts';
import { FaultError } from './fault.ts';
import type { Json } from './json.ts';
import type { CachedContents, Machine } from './machine.ts';
import { type Begun, begin, complete, type Sealed, seal, wantsAlu } from './reducer.ts';
import { Heap, Scheduler, type SchedulingPolicy } from './scheduler.ts';
import type { Call, Edit, Outcome, Process, UnsealedEvent } from './state.ts';
import { type Meter, registerProgram } from './step.ts';
import type { OpenCall, Request, Store } from './store/store.ts';
import { ToolBox } from './tools/tool.ts';

export interface KernelOptions {
  store: Store;
  cpu: Cpu;
  tools?: ToolBox;
  scheduling?: SchedulingPolicy;
  /** Batch processes that share pages. Default true. */
  contextAware?: boolean;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Called after every committed event. */
  onCommit?: (sealed: Sealed) => void;
  /** Milliseconds between looks at requests from other operating-system processes; 0: never. Default 200. */
  pollMilliseconds?: number;
  /** Settle calls that a former kernel left open, by their policy. Default true; without tools, leave them. */
  settleCalls?: boolean;
}

export interface RunOptions {
  /** Return when these processes have ended. */
  until?: readonly number[];
  /** Return after this many events. */
  events?: number;
  /** Keep waiting for timers and open calls. Default true; false returns once nothing can go on at once. */
  wait?: boolean;
  signal?: AbortSignal;
}

/** Why {@link Kernel.run} returned. */
export type RunEnd = 'ended' | 'idle' | 'waiting' | 'events' | 'aborted';

/**
 * The kernel: the only writer of a machine. It picks processes, runs one instruction at a time or a batch of ALU
 * operations, commits each as one transaction, and brings in what comes from outside (answers of tools, timers,
 * signals) as events.
 */
export class Kernel {
  readonly machine: Machine;
  readonly store: Store;
  readonly cpu: Cpu;
  readonly #tools: ToolBox;
  readonly #clock: () => number;
  readonly #scheduler: Scheduler;
  readonly #contextAware: boolean;
  readonly #onCommit: ((sealed: Sealed) => void) | undefined;
  readonly #poll: number;
  readonly #timers = new Heap<number>();
  readonly #arrived: { pid: number; handle: string; outcome: Outcome }[] = [];
  readonly #running = new Map<string, Promise<void>>();
  readonly #abort = new AbortController();
  /** Processes in the batch that is on the CPU: what `ps` shows as RUNNING. */
  readonly onCpu = new Set<number>();
  readonly #meter: Meter;
  #lock: Promise<unknown> = Promise.resolve();
  #wake: (() => void) | undefined;
  #broken: unknown;
  #lastPoll = 0;
  #lastAt = 0;

  private constructor(options: KernelOptions, machine: Machine) {
    this.machine = machine;
    this.store = options.store;
    this.cpu = options.cpu;
    const { cpu } = options;
    this.#meter = { count: (text) => cpu.count(text), overhead: () => cpu.overhead };
    this.#tools = options.tools ?? new ToolBox();
    this.#clock = options.clock ?? Date.now;
    this.#scheduler = new Scheduler(options.scheduling);
    this.#contextAware = options.contextAware ?? true;
    this.#onCommit = options.onCommit;
    this.#poll = options.pollMilliseconds ?? 200;
  }

  /** Takes the machine of a store over, where it stopped, and settles the calls that were open. */
  static async open(options: KernelOptions): Promise<Kernel> {
    await options.store.lease();
    const kernel = new Kernel(options, await options.store.load());
    for (const pid of kernel.machine.processes.keys()) kernel.#schedule(pid);
    if (options.settleCalls ?? true) await kernel.#recover();
    return kernel;
  }

  /** Stops tools and closes nothing else: store and CPU belong to the caller. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#lock.catch(() => {});
    await Promise.allSettled(this.#running.values());
    await this.#tools.close();
  }

  /** Time for the next event; never goes back. */
  #now(): number {
    this.#lastAt = Math.max(this.#lastAt, Math.floor(this.#clock()));
    return this.#lastAt;
  }

  /** One thing at a time changes the machine. */
  #exclusively<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#lock.then(async () => {
      if (this.#broken) throw this.#broken;
      return await action();
    });
    this.#lock = result.catch(() => {});
    return result;
  }

  /** An action from outside, after which a sleeping {@link run} looks again. */
  async #fromOutside<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await this.#exclusively(action);
    } finally {
      this.#wake?.();
    }
  }

  // Events from outside.

  /** Makes a program known, so that FORK can start it by name. */
  install(source: string, file?: string): Promise<void> {
    const program = registerProgram(source, file);
    return this.#fromOutside(async () => {
      await this.store.putProgram(program);
      if (this.machine.programs.get(program.name) === program.hash) return;
      await this.#event({ kind: 'install', name: program.name, program: program.hash, pid: 0, at: this.#now() });
    });
  }

  /** Starts a process. @returns its pid. @throws ResidentError if the inputs do not fit the program */
  async spawn(
    source: string,
    inputs: Record<string, Json> = {},
    options: { file?: string; priority?: number; limits?: { tokens?: number; steps?: number; seconds?: number } } = {},
  ): Promise<number> {
    const { file, ...rest } = options;
    const program = registerProgram(source, file);
    return await this.#fromOutside(async () => {
      await this.store.putProgram(program);
      const pid = this.machine.nextPid;
      await this.#event({ kind: 'spawn', program: program.hash, inputs, ...rest, pid, at: this.#now() });
      return pid;
    });
  }

  /** Loads a core as a new process. @returns its pid */
  async loadCore(text: string): Promise<number> {
    const { program } = JSON.parse(text) as { program: string };
    const registered = registerProgram(program);
    return await this.#fromOutside(async () => {
      await this.store.putProgram(registered);
      const core = this.machine.contents.put(text);
      const pid = this.machine.nextPid;
      const begun = await this.#begin({ kind: 'load', core, pid, at: this.#now() });
      begun.step.changes.contents.add(core);
      await this.#commit(begun, { kind: 'load', core, pid, at: this.#lastAt });
      return pid;
    });
  }

  edit(pid: number, edit: Edit): Promise<void> {
    return this.#fromOutside(() => this.#event({ kind: 'edit', edit, pid, at: this.#now() }));
  }

  /** Puts a text into the contents for {@link edit}. */
  putContent(text: string): string {
    return this.machine.contents.put(text);
  }

  signal(pid: number, request: Request): Promise<void> {
    return this.#fromOutside(() => this.#request(pid, request));
  }

  reap(pid: number): Promise<void> {
    return this.#fromOutside(() => this.#event({ kind: 'reap', pid, at: this.#now() }));
  }

  async #request(pid: number, request: Request): Promise<void> {
    if (!this.machine.processes.has(pid)) throw new ResidentError(`there is no process ${pid}`);
    if (request.signal === 'resolve') {
      await this.#resolve(pid, request.decision);
      return;
    }
    const until = request.signal === 'sleep' ? { until: request.until } : {};
    await this.#event({ kind: 'signal', signal: request.signal, ...until, pid, at: this.#now() });
  }

  async #resolve(pid: number, decision: 'retry' | 'fail'): Promise<void> {
    const calls = (await this.store.openCalls()).filter((c) => c.pid === pid && c.status === 'unknown');
    if (calls.length === 0) throw new ResidentError(`process ${pid} has no call with an unknown outcome`);
    for (const call of calls) {
      if (decision === 'retry') this.#call(call);
      else this.#arrived.push({ pid, handle: call.handle, outcome: lostOutcome });
    }
  }

  // Running.

  /** Runs until nothing can go on, or until an option says so. */
  async run(options: RunOptions = {}): Promise<RunEnd> {
    const { until, events = Number.POSITIVE_INFINITY, wait = true, signal } = options;
    const stop = this.machine.sequence + events;
    const onAbort = () => this.#wake?.();
    signal?.addEventListener('abort', onAbort);
    try {
      for (;;) {
        if (signal?.aborted || this.#abort.signal.aborted) return 'aborted';
        if (this.machine.sequence >= stop) return 'events';
        if (until?.every((pid) => this.#hasEnded(pid))) return 'ended';
        if (await this.#exclusively(() => this.#turn())) continue;
        if (!wait) return this.#running.size > 0 || this.#nextTimer() !== undefined ? 'waiting' : 'idle';
        if (!(await this.#sleep())) return 'idle';
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #hasEnded(pid: number): boolean {
    const process = this.machine.processes.get(pid);
    return process === undefined || process.state === 'ENDED';
  }

  /** One event, or one batch. @returns false if there was nothing to do */
  async #turn(): Promise<boolean> {
    const now = this.#clock();
    if (this.#poll > 0 && now - this.#lastPoll >= this.#poll) {
      this.#lastPoll = now;
      if (await this.#takeRequests()) return true;
    }
    const answer = this.#arrived.shift();
    if (answer) {
      const { pid, handle, outcome } = answer;
      if (this.machine.processes.has(pid)) await this.#event({ kind: 'result', handle, outcome, pid, at: this.#now() });
      return true;
    }
    const due = this.#nextTimer();
    if (due && due.key <= now) {
      this.#timers.pop();
      await this.#event({ kind: 'timer', pid: due.item, at: this.#now() });
      return true;
    }
    if (this.#scheduler.batchIsDue(this.cpu.instances)) {
      await this.#batch();
      return true;
    }
    const pid = this.#scheduler.next();
    if (pid === undefined) return false;
    const process = this.machine.processes.get(pid);
    if (process?.state !== 'READY' || process.stopped) return true;
    if (wantsAlu(process, this.#now())) {
      this.#scheduler.awaitAlu(pid);
      return true;
    }
    await this.#event({ kind: 'step', pid, at: this.#lastAt });
    return true;
  }

  /** Runs one batch of ALU operations and commits their results one by one, in the order of the batch. */
  async #batch(): Promise<void> {
    try {
      await this.#runBatch();
    } catch (error) {
      // Windows were built for operations that were not committed: memory is ahead of the store.
      this.#broken = error;
      throw error;
    }
  }

  async #runBatch(): Promise<void> {
    const at = this.#now();
    const pids = this.#scheduler.takeBatch(this.cpu.instances, this.machine, this.#contextAware);
    const begun: { event: UnsealedEvent; work: Begun }[] = [];
    for (const pid of pids) {
      const process = this.machine.processes.get(pid);
      if (process?.state !== 'READY' || process.stopped) continue;
      if (!wantsAlu(process, at)) {
        this.#schedule(pid);
        continue;
      }
      const event: UnsealedEvent = { kind: 'step', pid, at };
      const work = await this.#begin(event);
      if (work.operation) begun.push({ event, work });
      else await this.#commit(work, event);
    }
    if (begun.length === 0) return;
    for (const { event } of begun) this.onCpu.add(event.pid);
    const results = await this.cpu.run(begun.map(({ work }) => work.operation!));
    this.onCpu.clear();
    for (const [i, { event, work }] of begun.entries()) {
      const alu = results[i]!;
      complete(work, alu);
      await this.#commit(work, { kind: 'step', alu, pid: event.pid, at });
    }
  }

  #begin(event: UnsealedEvent): Promise<Begun> {
    return begin(this.machine, event, this.#meter);
  }

  async #event(event: UnsealedEvent): Promise<void> {
    let work: Begun;
    try {
      work = await this.#begin(event);
    } catch (error) {
      // Only events from outside fault here, before they change anything.
      if (error instanceof FaultError) throw new ResidentError(error.message, { cause: error });
      this.#broken = error;
      throw error;
    }
    await this.#commit(work, event);
  }

  async #commit(work: Begun, event: UnsealedEvent): Promise<void> {
    try {
      const sealed = seal(work, event);
      await this.store.commit(this.machine, sealed);
      for (const pid of work.step.changes.processes) this.#schedule(pid);
      for (const call of work.step.changes.calls) if (!call.outcome) this.#call(call);
      this.#onCommit?.(sealed);
    } catch (error) {
      // The machine in memory is ahead of the store: nothing may follow.
      this.#broken = error;
      throw error;
    }
  }

  #schedule(pid: number): void {
    const process = this.machine.processes.get(pid);
    if (!process) return;
    if (process.state === 'READY' && !process.stopped) this.#scheduler.add(pid, process.priority);
    const { wait } = process;
    const until = wait?.kind === 'timer' || wait?.kind === 'message' ? wait.until : null;
    if (until !== null) this.#timers.push(until, pid);
  }

  /** The first timer that still holds. */
  #nextTimer(): { key: number; item: number } | undefined {
    for (;;) {
      const top = this.#timers.peek();
      if (!top) return undefined;
      const wait = this.machine.processes.get(top.item)?.wait;
      const until = wait?.kind === 'timer' || wait?.kind === 'message' ? wait.until : null;
      if (until === top.key) return top;
      this.#timers.pop();
    }
  }

  /** Waits for an answer, a timer or a request. @returns false if none can come */
  async #sleep(): Promise<boolean> {
    const timer = this.#nextTimer();
    // A stopped process waits for a signal; without polling, whoever holds this kernel sends it and runs again.
    const stopped = this.#poll > 0 && [...this.machine.processes.values()].some(isStopped);
    if (this.#running.size === 0 && !timer && !stopped && this.#arrived.length === 0) return false;
    if (this.#arrived.length > 0) return true;
    const untilTimer = timer ? Math.max(0, timer.key - this.#clock()) : Number.POSITIVE_INFINITY;
    const longest = this.#poll > 0 ? this.#poll : 60_000;
    await new Promise<void>((resolve) => {
      const handle = setTimeout(resolve, Math.min(untilTimer, longest));
      this.#wake = () => {
        clearTimeout(handle);
        resolve();
      };
    });
    this.#wake = undefined;
    return true;
  }

  // Tools.

  /** Makes a call whose intent is committed. Its answer comes back as an event. */
  #call(call: Call & { pid: number; handle: string }): void {
    if (this.#running.has(call.key)) return;
    const { pid, handle, key } = call;
    const tool = this.#tools.get(call.tool);
    const answer = async (): Promise<Outcome> => {
      if (!tool) return { ok: false, error: `no tool ${call.tool} is attached to this kernel` };
      try {
        const value = await tool.call(call.arguments, { key, pid, signal: this.#abort.signal });
        return { ok: true, value: value ?? null };
      } catch (error) {
        return { ok: false, error: (error as Error).message };
      }
    };
    const done = answer().then((outcome) => {
      this.#running.delete(key);
      // A call that the closing kernel cut off has no known outcome: it stays open, for recovery.
      if (this.#abort.signal.aborted) return;
      this.#arrived.push({ pid, handle, outcome });
      this.#wake?.();
    });
    this.#running.set(key, done);
  }

  /** Settles calls that a former kernel left open, by their policy. */
  async #recover(): Promise<void> {
    for (const call of await this.store.openCalls()) {
      if (call.status === 'unknown' || this.#hasEnded(call.pid)) continue;
      const policy = this.#recoveryOf(call);
      if (policy === 'retry') this.#call(call);
      else if (policy === 'fail') this.#arrived.push({ pid: call.pid, handle: call.handle, outcome: lostOutcome });
      else await this.store.markUnknown(call.key);
    }
  }

  #recoveryOf(call: OpenCall): 'retry' | 'fail' | 'ask' {
    return call.recovery ?? (this.#tools.get(call.tool)?.idempotent ? 'retry' : 'ask');
  }

  async #takeRequests(): Promise<boolean> {
    const requests = await this.store.requests();
    for (const { id, pid, request } of requests) {
      try {
        await this.#request(pid, request);
      } catch (error) {
        if (!(error instanceof ResidentError) || this.#broken) throw error;
      }
      await this.store.forgetRequest(id);
    }
    return requests.length > 0;
  }

  /** Contents of the machine, for those who show pages and windows. */
  get contents(): CachedContents {
    return this.machine.contents as CachedContents;
  }
}

function isStopped(process: Process): boolean {
  return process.stopped && process.state !== 'ENDED';
}

const lostOutcome: Outcome = {
  ok: false,
  error: 'the machine stopped between the call and its result: the outcome is not known',
};
