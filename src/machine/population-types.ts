import type { Program } from './program.ts';

export interface PopulationOptions {
  /** Number of virtual computers. */
  instances: number;
  /** One program for all instances. Without it every instance has a private text slot of `textBytes`. */
  program?: Program;
  /** Bytes of each private text slot, initial data included. Default 16 KiB. */
  textBytes?: number;
  /** RAM of each instance in bytes, 64 to 64 Mi. Default 64 KiB. */
  ramBytes?: number;
  /** Output kept for each instance before it is drained, in bytes. Default 4096. */
  outputBytes?: number;
  /** Input of each instance in bytes. Default 0. */
  inputBytes?: number;
  /** When the output slot is full: `wait` for the host to drain it ({@link Population.run} does), or `trap`. Default trap. */
  outputFull?: 'wait' | 'trap';
  /**
   * Linear RAM suits a few instances or divergent programs; interleaved RAM (word by word within a workgroup) suits
   * thousands of instances of one program. Default: interleaved from 1024 instances of a shared program on.
   */
  layout?: 'linear' | 'interleaved';
  /** Instances in one workgroup. Default: 1 for up to 1024 private programs, which all take different paths, else 64. */
  lanes?: number;
  /** Private slots hold 2-byte (C extension) instructions as well. Default false. */
  compressed?: boolean;
  /** Private programs may use the F extension (a shared program is looked at). Default false. */
  float?: boolean;
  /**
   * Most RAM that each instance may execute, in bytes, for programs that write code (see `mprotect`); a multiple of 4.
   * Default: what the shared program declares, else none.
   */
  codeBytes?: number;
  /** RAM at SHARED_BASE that all instances see; atomics work across instances. Default 0: none. */
  sharedBytes?: number;
  /** Mailboxes, one for each instance, and barriers. Default: none; the calls are then unknown. */
  mailbox?: {
    /** Messages that one holds. A power of two; default 16. */
    slots?: number;
    /** Longest message in bytes; default 56. */
    messageBytes?: number;
  };
  /**
   * Trigonometric and hyperbolic functions as environment calls. {@link Population.run} compiles their kernel when the
   * first instance comes to one. Default: for shared programs; without it the calls are unknown.
   */
  functions?: boolean;
  /** Start of the instances' random numbers. Default 0. */
  seed?: bigint;
  /**
   * Environment calls from EXTERNAL_FIRST to EXTERNAL_LAST, and loads and stores from WINDOW_BASE on, park the
   * instance until a server performs them: a kernel in {@link Population.servers}, or the host
   * ({@link Population.externalCalls}). Default false: such a call is unknown, such an access traps.
   */
  external?: boolean;
}

/** A call that waits for a server. */
export interface ExternalCall {
  instance: number;
  /** Of the environment call; -1 for a load or store in the window. */
  number: number;
  /** a0 to a6; for a load or store its address. */
  arguments: Uint32Array;
}

/** Buffers of a population, for kernels of other floors. Word offsets: constants.ts; places: kernels/layout.wesl. */
export interface PopulationBuffers {
  /** CONTROL_WORDS for each instance. */
  readonly control: GPUBuffer;
  /** REGISTER_WORDS for each instance. */
  readonly registers: GPUBuffer;
  readonly ram: GPUBuffer;
  /** One program, or a slot for each instance. */
  readonly text: GPUBuffer;
  readonly microOps: GPUBuffer;
  /** `outputBytes` for each instance, the first OUTPUT_LENGTH valid. */
  readonly output: GPUBuffer;
  readonly input: GPUBuffer;
  /** Bytes shared by all instances, zero at first; undefined when there are none. */
  readonly shared: GPUBuffer | undefined;
  /** Barrier counters and mailboxes; undefined when there are none. */
  readonly exchange: GPUBuffer | undefined;
  /** The uniform block {@link ParameterWord}. */
  readonly parameters: GPUBuffer;
}

export interface InstanceResult {
  instance: number;
  status: number;
  /** Exit code, when the program exited. */
  exit: number | null;
  stdout: Uint8Array;
  instructions: bigint;
  trap: { cause: number; text: string; pc: number; address: number } | null;
}

export interface RunOptions {
  /** Most instructions for each instance; one that reaches it traps. Default 4 billion. */
  maxInstructions?: bigint;
  /**
   * `interpreter`, or `translated` (waits for the translation first), or `auto`: starts with the interpreter and
   * translates in the background once the run has lasted 0.2 s. Private programs are always interpreted. Default auto.
   */
  tier?: Tier;
  /** Returns after about this time, with instances still running. Default: no limit. */
  maxMilliseconds?: number;
  /** Called with output as it is drained, in order for each instance. */
  onOutput?: (instance: number, bytes: Uint8Array) => void;
}

export type Tier = 'interpreter' | 'translated' | 'auto';
