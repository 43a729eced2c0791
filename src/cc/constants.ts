// Numbers that the compiler's host code, stages and kernel share.
import {
  FRAME_LIMIT,
  StageFault,
  StageFlag,
  StageOp,
  StageSpace,
  StageWord,
  TEXT_OWN,
  TEXT_POOL,
} from './rules/operations.ts';

/** Index of each word in a slot's job block. */
export const JobWord = {
  STATUS: 0,
  /** Bytes of source in the slot. */
  SOURCE_LENGTH: 1,
  MODE: 2,
  /** Index of the first error's message; 0 when there is none. */
  ERROR_CODE: 3,
  /** Source position of the first error, in bytes. */
  ERROR_POSITION: 4,
  /** Bytes of diagnostics text, which starts at word DIAGNOSTICS. */
  DIAGNOSTICS_LENGTH: 5,
  /** Stage that runs next: JobStage. */
  STAGE: 6,
  /** Steps that all stages took. */
  STEPS: 7,
  TOKENS: 8,
  NODES: 9,
  /** Bytes of machine code and read-only data. */
  TEXT_LENGTH: 10,
  /** Budget that a compiled program starts with, low and high word. */
  BUDGET_LO: 11,
  BUDGET_HI: 12,
  /** 1: do not start the machine. */
  COMPILE_ONLY: 13,
  ERRORS: 14,
  WARNINGS: 15,
  /** Bytes at the start of the source that hold earlier programs, each ended by a form feed: their definitions can be used, and replaced. */
  PRELUDE: 16,
  /** 1: the program may have no `main`; it is then compiled and not started. */
  OPEN: 17,
  /** Of a compiled program: 1 if it defines more than `main`, plus 2 if it has no `main`. */
  DEFINES: 18,
  /** First word of the diagnostics text. */
  DIAGNOSTICS: 20,
} as const;

export const JobStatus = { IDLE: 0, PENDING: 1, DONE: 2, FAILED: 3 } as const;

export const JobMode = {
  /** One C expression; the program prints its value. */
  EXPRESSION: 0,
  /** A translation unit with `main`. */
  PROGRAM: 1,
} as const;

export const JobStage = { TOKENIZE: 0, PARSE: 1, GENERATE: 2 } as const;
/** Entry functions of the stages, by JobStage. */
export const JobStageName = ['tokenize', 'parse', 'generate'] as const;

/** Words of the uniform block of the stage kernel. */
export const StageParameter = {
  /** First instruction of this stage. */
  ENTRY: 0,
  STAGE: 1,
  SLOTS: 2,
  /** Steps that one dispatch gives each slot. */
  STEPS: 3,
  WORK_WORDS: 4,
  STACK_START: 5,
  OWN_TEXT_WORD: 6,
  POOL_TEXT_WORD: 7,
  SOURCE_WORDS: 8,
  JOB_WORDS: 9,
  TEXT_WORDS: 10,
  CONTROL_WORDS: 11,
} as const;

const prefixed = (prefix: string, table: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [prefix + name, value]));

export const kernelConstants: Readonly<Record<string, number>> = {
  ...prefixed('CC_OP_', StageOp),
  ...prefixed('CC_FLAG_', StageFlag),
  ...prefixed('CC_SPACE_', StageSpace),
  ...prefixed('CC_WORD_', StageWord),
  ...prefixed('CC_FAULT_', StageFault),
  ...prefixed('CC_JOB_', JobWord),
  ...prefixed('CC_STATUS_', JobStatus),
  ...prefixed('CC_MODE_', JobMode),
  ...prefixed('CC_STAGE_', JobStage),
  ...prefixed('CC_PARAMETER_', StageParameter),
  CC_TEXT_OWN: TEXT_OWN,
  CC_TEXT_POOL: TEXT_POOL,
  CC_FRAME_LIMIT: FRAME_LIMIT,
};
