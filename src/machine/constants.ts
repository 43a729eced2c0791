// Numbers that host code and kernels share: control words, statuses, micro-operations, environment calls.
import { environmentCalls } from './environment-calls.ts';
import { microOps } from './isa.ts';
import { trapCauses } from './traps.ts';

/** What an instance is doing (control word `STATUS`). */
export const Status = {
  /** No program; costs nothing. */
  FREE: 0,
  /** Text, `TEXT_LENGTH` and the other start words are written; the decode kernel takes it from here. */
  LOAD: 1,
  RUNNING: 2,
  /** At an environment call that the service kernel performs. */
  SERVICE: 3,
  /** Parked; `WAIT_REASON` says for what. Costs nothing. */
  WAITING: 4,
  /** Ended by itself with `EXIT_CODE`. */
  EXITED: 5,
  /** Ended by a trap: `TRAP_CAUSE`, `TRAP_PC`, `TRAP_ADDRESS`. */
  TRAPPED: 6,
  /** At an environment call on numbers (double arithmetic, decimal text), which has a kernel of its own. */
  NUMBERS: 7,
  /** Its executable RAM is to be decoded (start, `fence.i`, `mprotect`); then it runs on. */
  DECODE: 8,
  /** Held by a debugger before the instruction at PC. */
  STOPPED: 9,
  /** At a trigonometric or hyperbolic function, whose kernel is compiled when the first instance comes to one. */
  FUNCTIONS: 10,
} as const;

/** Counters of the census, one for each status. */
export const STATUS_COUNT = 16;

/**
 * What a WAITING instance waits for. EXTERNAL_CALL and WINDOW: a server outside the machine (kernels/external.wesl)
 * performs the environment call it is at, or the load or store at address TRAP_ADDRESS.
 */
export const WaitReason = {
  NONE: 0,
  OUTPUT: 1,
  INPUT: 2,
  MESSAGE: 3,
  MAILBOX_SPACE: 4,
  BARRIER: 5,
  EXTERNAL_CALL: 6,
  WINDOW: 7,
} as const;

/** Index of each word in an instance's control block. Lengths and offsets are in bytes. */
export const ControlWord = {
  STATUS: 0,
  /** Address of the next instruction. */
  PC: 1,
  TRAP_CAUSE: 2,
  TRAP_PC: 3,
  /** The bad address, or the instruction bits of an illegal instruction, or the number of an unknown environment call. */
  TRAP_ADDRESS: 4,
  INSTRUCTIONS_LO: 5,
  INSTRUCTIONS_HI: 6,
  /** Most instructions to execute; a program that reaches it traps. */
  BUDGET_LO: 7,
  BUDGET_HI: 8,
  EXIT_CODE: 9,
  OUTPUT_LENGTH: 10,
  /** Bytes of text that are mapped, readable and executable. */
  TEXT_LENGTH: 11,
  /** Where execution starts, from the start of the text. */
  ENTRY: 12,
  /** Initial data: this many bytes from this offset in the text slot are copied to the start of RAM. */
  DATA_OFFSET: 13,
  DATA_LENGTH: 14,
  /** Data and zeroed data together: the heap starts after it. At least `DATA_LENGTH`. */
  STATIC_LENGTH: 15,
  /** End of the heap as an address; `brk` moves it, a stack that grows below it traps. */
  BREAK: 16,
  INPUT_LENGTH: 17,
  INPUT_POSITION: 18,
  FCSR: 19,
  /** Address of the load reservation, 1 when there is none. */
  RESERVATION: 20,
  WAIT_REASON: 21,
  /** State of the random numbers of this instance. */
  SEED_LO: 22,
  SEED_HI: 23,
  /** What the reserved word held. */
  RESERVATION_VALUE: 24,
  /** Barriers that this instance has arrived at. */
  BARRIERS: 25,
  /** RAM that may be executed: its address and its bytes, both multiples of 4; length 0 when there is none. */
  CODE_BASE: 30,
  CODE_LENGTH: 31,
} as const;

export const CONTROL_WORDS = 32;

/** x0 to x31 and f0 to f31. */
export const REGISTER_WORDS = 64;

/** Standard places of the memory map; an ELF file may choose its own. */
export const TEXT_BASE = 0x0001_0000;
export const RAM_BASE = 0x1000_0000;
/** RAM that all instances of a population share. */
export const SHARED_BASE = 0x7000_0000;

/**
 * Environment calls from here to EXTERNAL_LAST are performed by servers of other floors, in populations made with
 * `external: true`; elsewhere they are unknown.
 */
export const EXTERNAL_FIRST = 4352;
export const EXTERNAL_LAST = 4863;
/** In such populations loads and stores from here on, to the end of the address space, are a server's too. */
export const WINDOW_BASE = 0x8000_0000;

/** Index of each word in the uniform block that all machine kernels read. */
export const ParameterWord = {
  INSTANCES: 0,
  TEXT_BASE: 1,
  /** Words between the text slots of two instances; 0 when all share one program. */
  TEXT_STRIDE: 2,
  /** Micro-operations between two instances; 0 when all share one program. */
  MICRO_OP_STRIDE: 3,
  RAM_BASE: 4,
  RAM_BYTES: 5,
  /** Lanes that interleave their RAM word by word; 1 for linear RAM. */
  RAM_INTERLEAVE: 6,
  OUTPUT_BYTES: 7,
  INPUT_BYTES: 8,
  /** 1: a full output slot parks the instance until the host drains it; 0: it traps. */
  OUTPUT_WAITS: 9,
  /** Micro-operations that hold decoded text, per slot. */
  MICRO_OPS: 10,
  /** Words of one text slot. */
  TEXT_WORDS: 11,
  /** RAM that all instances share, at SHARED_BASE. */
  SHARED_BYTES: 12,
  /** Messages that a mailbox holds. */
  MAILBOX_SLOTS: 13,
  /** Words of one message slot: sender, length, bytes. */
  MESSAGE_WORDS: 14,
  /** 1: servers outside the machine perform external calls and accesses to the window. */
  EXTERNAL: 15,
  /** Most executable RAM of an instance in bytes; 0 when the population has none. */
  CODE_BYTES: 16,
  /** Index of the first micro-operation of instance 0's executable RAM; each instance has as many as CODE_BYTES has granules. */
  CODE_AT: 17,
  /** 1: the kernel for trigonometric and hyperbolic functions is there when it is needed. */
  FUNCTIONS: 18,
} as const;

export const PARAMETER_WORDS = 20;

/** Words at the start of the exchange buffer. */
export const ExchangeWord = {
  /** Barrier arrivals. */
  ARRIVALS: 0,
  /** End of the used part of shared RAM. */
  SHARED_USED: 1,
  /** Requests to the allocator of shared RAM in this round. */
  SHARED_REQUESTS: 2,
  /** Places of the first free blocks, 0 for none, by size: kernels/allocate.wesl. */
  FREE_LISTS: 4,
} as const;
export const EXCHANGE_HEADER_WORDS = 4 + 64;
/** Index of each word in the buffer of a debug session, which looks at one instance (kernels/debug.wesl). */
export const DebugWord = {
  INSTANCE: 0,
  /** Breakpoints in the list at BREAKPOINTS. */
  BREAKPOINT_COUNT: 1,
  /** Trace records since the host set this to 0. */
  TRACE_COUNT: 2,
  /** Records that there is room for. */
  TRACE_CAPACITY: 3,
  /** State before the instruction that is traced next: pc, instruction bits, instruction count, status. */
  PC: 4,
  BITS: 5,
  COUNT: 6,
  STATUS: 7,
  /** x0 to x31, f0 to f31, fcsr. */
  REGISTERS: 8,
  BREAKPOINTS: 80,
  RECORDS: 144,
} as const;

export const MOST_BREAKPOINTS = 64;

/** Index of each word in a trace record. */
export const TraceWord = {
  /** After the instruction. */
  STATUS: 0,
  PC: 1,
  BITS: 2,
  /** Instructions executed: 1, or 0 when only the status changed. */
  EXECUTED: 3,
  /** Registers that changed, then number (64: fcsr) and new value of up to three. */
  CHANGED: 4,
  FIRST_CHANGE: 5,
} as const;

export const TRACE_WORDS = 12;

/** Words before the slots of one mailbox: messages taken, messages put. */
export const MAILBOX_HEADER_WORDS = 2;

/** Words before the history in the state of an evolution: generation, instructions (two words). */
export const EVOLUTION_HEADER_WORDS = 4;
/** Generations whose best fitness is kept. */
export const EVOLUTION_HISTORY = 256;

const prefixed = (prefix: string, table: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [prefix + name, value]));

export const kernelConstants: Readonly<Record<string, number>> = {
  ...prefixed('MACHINE_STATUS_', Status),
  ...prefixed('MACHINE_WAIT_', WaitReason),
  ...prefixed('MACHINE_', ControlWord),
  MACHINE_CONTROL_WORDS: CONTROL_WORDS,
  MACHINE_STATUS_COUNT: STATUS_COUNT,
  ...prefixed('MACHINE_EXCHANGE_', ExchangeWord),
  ...prefixed('MACHINE_DEBUG_', DebugWord),
  ...prefixed('MACHINE_TRACE_', TraceWord),
  MACHINE_MOST_BREAKPOINTS: MOST_BREAKPOINTS,
  MACHINE_TRACE_WORDS: TRACE_WORDS,
  MACHINE_EXCHANGE_HEADER_WORDS: EXCHANGE_HEADER_WORDS,
  MACHINE_MAILBOX_HEADER_WORDS: MAILBOX_HEADER_WORDS,
  MACHINE_EVOLUTION_HEADER_WORDS: EVOLUTION_HEADER_WORDS,
  MACHINE_EVOLUTION_HISTORY: EVOLUTION_HISTORY,
  MACHINE_SHARED_BASE: SHARED_BASE,
  MACHINE_EXTERNAL_FIRST: EXTERNAL_FIRST,
  MACHINE_EXTERNAL_LAST: EXTERNAL_LAST,
  MACHINE_WINDOW_BASE: WINDOW_BASE,
  MACHINE_REGISTER_WORDS: REGISTER_WORDS,
  ...prefixed('MACHINE_PARAMETER_', ParameterWord),
  ...prefixed('MACHINE_OP_', microOps),
  ...prefixed('MACHINE_TRAP_', Object.fromEntries(Object.entries(trapCauses).map(([name, t]) => [name, t.cause]))),
  ...prefixed('MACHINE_CALL_', Object.fromEntries(environmentCalls.map((c) => [c.name.toUpperCase(), c.number]))),
};
