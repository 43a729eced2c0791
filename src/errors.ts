/**
 * The one error class that people are meant to read.
 *
 * `message` names the thing, the limit and what to do, in one sentence. The command line prints
 * it without a stack trace; every other error is a bug and keeps its stack.
 */
export class ResidentError extends Error {
  /** 2 for wrong usage, 1 for a failure. Used as the exit code of the command line. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ResidentError';
    this.exitCode = options.exitCode ?? 1;
  }
}
