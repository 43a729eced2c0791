import type { Generation, GenerationEvent, GenerationRequest, TokenLogprob, VmStatistics } from './backend.ts';

type State = 'queued' | 'running' | 'ended';

/** A request on its way through the scheduler; what the caller has not read yet waits here. */
export class Task implements Generation {
  readonly request: GenerationRequest;
  state: State = 'queued';
  instance = -1;
  /** Number of the first chain that knows of the request. */
  since = 0;
  /** Generated tokens already passed on. */
  sent = 0;
  readonly #onCancel: (task: Task) => void;
  #tokens: number[] = [];
  #logprobs: TokenLogprob[] = [];
  #end: GenerationEvent | undefined;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  #expectsEnd = false;

  constructor(request: GenerationRequest, onCancel: (task: Task) => void) {
    this.request = request;
    this.#onCancel = onCancel;
  }

  push(tokens: readonly number[], logprobs: readonly TokenLogprob[]): void {
    this.sent += tokens.length;
    this.#tokens.push(...tokens);
    this.#logprobs.push(...logprobs);
    this.#wake?.();
  }

  /** The request runs no more, but its end event is still on its way. */
  expectEnd(): void {
    this.#expectsEnd = true;
  }

  finish(finish: 'stop' | 'length', vm?: VmStatistics, embedding?: Float32Array): void {
    this.#end = { type: 'end', finish, ...(vm ? { vm } : {}), ...(embedding ? { embedding } : {}) };
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake?.();
  }

  cancel(): void {
    this.#onCancel(this);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GenerationEvent> {
    try {
      for (;;) {
        if (this.#tokens.length > 0) {
          const tokens = this.#tokens;
          const logprobs = this.#logprobs;
          this.#tokens = [];
          this.#logprobs = [];
          yield { type: 'tokens', tokens, ...(logprobs.length > 0 ? { logprobs } : {}) };
        } else if (this.#end) {
          yield this.#end;
          return;
        } else if (this.#error) {
          throw this.#error;
        } else if (this.state === 'ended' && !this.#expectsEnd) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
    } finally {
      this.cancel();
    }
  }
}
