import type { FaultCode } from './fault.ts';
import type { Json } from './json.ts';

// The state of the machine as plain data: what is stored, hashed, dumped and replayed.

export type ProcessState = 'READY' | 'WAITING' | 'BLOCKED' | 'SLEEPING' | 'ENDED';

/** Why a process is not READY. */
export type Wait =
  | { kind: 'tool'; handle: string }
  | { kind: 'page'; page: string }
  | { kind: 'timer'; until: number }
  | { kind: 'message'; from: number | null; until: number | null }
  | { kind: 'children'; pids: number[] };

export interface Frame {
  label: string;
  /** The next step of the label. */
  index: number;
  /** Null in the outermost frame, whose names are the registers. */
  locals: Record<string, Json> | null;
  /** Where the caller wants the value. */
  into: string | null;
  /** Attempts of the current ALU operation whose result did not fit. */
  attempts: number;
  free: FreeRun | null;
}

/** Free-running mode: the model emits instructions. */
export interface FreeRun {
  remaining: number;
  allow: string[];
  /** What came of the last instruction, shown to the model. */
  last: string;
  pending: { op: string; operands: Record<string, Json> } | null;
}

export interface Fault {
  code: FaultCode;
  message: string;
  at: string;
}

export interface Call {
  key: string;
  tool: string;
  arguments: Record<string, Json>;
  recovery: 'retry' | 'fail' | 'ask' | null;
  into: string | null;
  outcome: Outcome | null;
}

export type Outcome = { ok: true; value: Json } | { ok: false; error: string };

export interface Usage {
  steps: number;
  operations: number;
  promptTokens: number;
  reusedTokens: number;
  outputTokens: number;
  milliseconds: number;
  cost: number;
  pageFaults: number;
  evictions: number;
  /** Tokens of the pages that the process owns. */
  heap: number;
}

export interface Process {
  pid: number;
  parent: number | null;
  program: string;
  name: string;
  state: ProcessState;
  wait: Wait | null;
  /** By the signal `stop`; a stopped process is not scheduled, whatever its state. */
  stopped: boolean;
  priority: number;
  registers: Record<string, Json>;
  stack: Json[];
  frames: Frame[];
  /** Last fault. */
  fault: Fault | null;
  /** Started by FORK at a label: its result is not checked against the program's outputs. */
  forked: boolean;
  /** Result of the last step was good. */
  ok: boolean;
  limits: { tokens: number; steps: number; seconds: number; depth: number; children: number; window: number };
  used: Usage;
  started: number;
  ended: number | null;
  result: Json;
  children: number[];
  calls: Record<string, Call>;
  nextCall: number;
  paging: Paging;
  /** Content hash of the manifest of the last window. */
  window: string | null;
  /** Prompt that replaces the one of the next ALU operation (time travel). */
  override: string | null;
}

/** Bookkeeping of a process's window. */
export interface Paging {
  tick: number;
  slot: number;
  hand: number;
  /** For the last loads, whether each was a page evicted shortly before. */
  refaults: boolean[];
}

/** A page as committed. */
export interface Page {
  id: string;
  name: string;
  owner: number;
  shared: boolean;
  /** 0 until its first COMMIT. */
  version: number;
  hash: string;
  tokens: number;
  summary: string;
}

/** An entry of a process's page table: what the process sees under a name. */
export interface Mapping {
  pid: number;
  name: string;
  page: string;
  shared: boolean;
  /** Version that the content started from. */
  version: number;
  hash: string;
  /** Tokens of the page as it stands in a window, its title included. */
  tokens: number;
  summary: string;
  dirty: boolean;
  /** Private page of an ancestor: the first write makes an own page. */
  cow: boolean;
  pinned: boolean;
  resident: boolean;
  /** Order in the window. */
  slot: number;
  lastUse: number;
  uses: number;
  referenced: boolean;
  /** ALU operations done when it was evicted last; -1: never. */
  evictedAt: number;
  /** Tokens charged to the heap. */
  charge: number;
}

export interface Message {
  id: number;
  to: number;
  from: number;
  body: Json;
}

export interface AluResult {
  text: string;
  promptTokens: number;
  reusedTokens: number;
  outputTokens: number;
  milliseconds: number;
  cost: number;
  /** The operation failed: endpoint down, context too long. */
  error?: string;
}

export type Signal = 'kill' | 'stop' | 'continue' | 'wake' | 'sleep';

/** Everything that happens to the machine. Together with the programs, events determine every state. */
export type EventBody =
  | {
      kind: 'spawn';
      program: string;
      inputs: Record<string, Json>;
      priority?: number;
      limits?: { tokens?: number; steps?: number; seconds?: number };
    }
  | { kind: 'install'; name: string; program: string }
  | { kind: 'step'; alu?: AluResult }
  | { kind: 'result'; handle: string; outcome: Outcome }
  | { kind: 'timer' }
  | { kind: 'signal'; signal: Signal; until?: number }
  | { kind: 'edit'; edit: Edit }
  | { kind: 'load'; core: string }
  | { kind: 'reap' };

export type Edit =
  | { what: 'page'; name: string; hash: string }
  | { what: 'register'; name: string; value: Json }
  | { what: 'prompt'; text: string };

/** An event before it has its number. */
export type UnsealedEvent = EventBody & {
  pid: number;
  /** Milliseconds since 1970: the only clock of the machine. */
  at: number;
};

export type Event = UnsealedEvent & {
  sequence: number;
  /** Token counts of new texts, in the order in which they were needed. */
  counts: number[];
};

/** What the scheduler and `ps` call a process's state. */
export function shownState(process: Pick<Process, 'state' | 'stopped'>): string {
  return process.stopped && process.state !== 'ENDED' ? 'STOPPED' : process.state;
}
