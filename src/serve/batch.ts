import type { GenerationRequest, TokenLogprob, VmStatistics } from './backend.ts';

/**
 * N model instances that advance together: what the scheduler drives. Calls take effect in order, behind the chains
 * already submitted; none of them waits.
 */
export interface InstanceBatch {
  readonly instances: number;
  readonly contextLength: number;
  readonly vocabulary: number;
  readonly embeddingWidth: number;
  readonly vm: boolean;
  /** Starts a request on a free instance. */
  start(instance: number, request: GenerationRequest): void;
  /** Ends what an instance does; it takes part in no further step. */
  release(instance: number): void;
  /** Submits `steps` steps; resolves with the state after them. */
  submit(steps: number): Promise<BatchView>;
  /** Prompt tokens of all requests whose keys and values were already there. */
  readonly reusedTokens: number;
  /** Milliseconds in which the GPU had work. */
  readonly busyMs: number;
  /** Milliseconds in which the GPU waited for a chain between two others, by its own clock; 0 where it has none. */
  readonly idleMs: number;
  /** Resolves with the reason once the device is lost. */
  readonly lost: Promise<string>;
  destroy(): void;
}

/** All instances after a chain. */
export interface BatchView {
  /** Tokens after the prompt, sampled and injected. */
  generated(instance: number): ArrayLike<number>;
  /** Undefined while the instance runs. */
  finish(instance: number): 'stop' | 'length' | undefined;
  /** Of the generated token `index`; only for requests that asked, and for tokens since the view before. */
  logprob(instance: number, index: number): TokenLogprob;
  /** Of the instance's present request; call it before the instance is started again. */
  vmStatistics(instance: number): Promise<VmStatistics>;
  /** Of the instance's present request, which asked for it; call it before the instance is started again. */
  embedding(instance: number): Promise<Float32Array>;
}
