import type { ControlOptions, TokenLogprob } from '../model/controls/controls.ts';
import type { Automaton } from '../model/grammar/index.ts';

export type { TokenLogprob };

/** What one request wants from a model, in tokens. */
export interface GenerationRequest {
  readonly prompt: readonly number[];
  /** Most tokens after the prompt; the context's end stops earlier. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Compute regions of C in band, each with at most `budget` instructions. */
  readonly vm?: { readonly budget: bigint };
  /** Generate only what this accepts. */
  readonly grammar?: Automaton;
  /** Report the embedding of the prompt: of its last token, behind the last layer. */
  readonly embed?: boolean;
  /** Who asks: requests are served fairly over keys. */
  readonly key: string;
}

export interface Sampling extends ControlOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** 0: all tokens. */
  readonly topK: number;
  /** 1: all tokens. */
  readonly topP: number;
  /** 0: all tokens. */
  readonly minP: number;
  /** The same seed and prompt give the same tokens, whatever else runs. */
  readonly seed: number;
  readonly ignoreStop?: boolean;
}

/** What in-band computing did for one request. */
export interface VmStatistics {
  readonly regions: number;
  readonly errors: number;
  readonly instructions: bigint;
}

export type GenerationEvent =
  | {
      readonly type: 'tokens';
      /** New tokens, a stop token included. */
      readonly tokens: readonly number[];
      /** One for each token, if asked for. */
      readonly logprobs?: readonly TokenLogprob[];
    }
  | {
      readonly type: 'end';
      /** `stop`: the last token ends the turn; `length`: no room for more. */
      readonly finish: 'stop' | 'length';
      readonly vm?: VmStatistics;
      /** Of length 1, if asked for. */
      readonly embedding?: Float32Array;
    };

/**
 * A request under way. Iterate over it once: `tokens` events, then one `end`. Leaving the loop cancels.
 * The iteration throws {@link GenerationError} when the request cannot be finished.
 */
export interface Generation extends AsyncIterable<GenerationEvent> {
  /** Frees the instance (or the place in the queue) at once; the iteration ends without an `end` event. */
  cancel(): void;
}

export interface BackendStatistics {
  readonly state: 'ready' | 'recovering' | 'closing' | 'closed';
  readonly instances: number;
  readonly active: number;
  readonly queued: number;
  /** Totals since the start. */
  readonly accepted: number;
  readonly finished: number;
  readonly cancelled: number;
  readonly failed: number;
  readonly rejected: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  /** Prompt tokens whose keys and values were already there. */
  readonly reusedTokens: number;
  readonly chains: number;
  readonly steps: number;
  /** Milliseconds in which at least one request ran, and those of them in which the GPU had work. */
  readonly activeMs: number;
  readonly busyMs: number;
  /** Milliseconds between chains in which the GPU had no work, by its own clock; 0 where it has none. */
  readonly idleMs: number;
  readonly recoveries: number;
}

/** Something that generates: many requests at a time, more of them waiting. */
export interface GenerationBackend {
  readonly contextLength: number;
  readonly vocabulary: number;
  /** Values of an embedding. */
  readonly embeddingWidth: number;
  /** Whether requests may ask for in-band computing. */
  readonly vm: boolean;
  /** @throws GenerationError at once when the request cannot be accepted */
  submit(request: GenerationRequest): Generation;
  readonly statistics: BackendStatistics;
  /**
   * Accepts nothing more, finishes what was accepted, and ends what is not finished after `graceMs` with a
   * `shutdown` error.
   */
  close(graceMs: number): Promise<void>;
}

export type GenerationErrorKind = 'overloaded' | 'context' | 'unsupported' | 'device' | 'shutdown';

/** Why a request was not accepted or not finished. */
export class GenerationError extends Error {
  readonly kind: GenerationErrorKind;
  /** Seconds after which another try may succeed. */
  readonly retryAfter: number | undefined;

  constructor(kind: GenerationErrorKind, message: string, retryAfter?: number) {
    super(message);
    this.name = 'GenerationError';
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}
