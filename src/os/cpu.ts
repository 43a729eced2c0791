import type { Json } from './json.ts';
import type { AluResult } from './state.ts';

/** What the result of an operation must look like. */
export type Constraint =
  | { kind: 'text' }
  | { kind: 'choice'; choices: string[] }
  | { kind: 'json'; schema: Record<string, Json> };

/** A part of a window. Segments are tokenised one by one, so that their token counts add up exactly. */
export interface Segment {
  kind: 'microcode' | 'shared' | 'private' | 'index' | 'stack' | 'registers' | 'instruction';
  /** Name of the page, for pages. */
  title: string;
  /** As the model reads it. Never contains special tokens: encode it as plain text. */
  text: string;
  tokens: number;
}

/** One operation of the ALU: a window in, a result out. */
export interface Operation {
  pid: number;
  segments: Segment[];
  constraint: Constraint;
  maxTokens: number;
}

/**
 * A CPU of the LLM-VM: something that runs batches of model operations.
 *
 * Results come in the order of the batch. An operation that fails reports it in its result's `error`;
 * `run` itself throws only for bugs.
 */
export interface Cpu {
  readonly name: string;
  /** Operations that run side by side. */
  readonly instances: number;
  /** Tokens that each operation costs besides its segments: the chat template. */
  readonly overhead: number;
  /** Tokens of a text, by the model's tokenizer. */
  count(text: string): number;
  run(batch: readonly Operation[]): Promise<AluResult[]>;
  close(): Promise<void>;
}
