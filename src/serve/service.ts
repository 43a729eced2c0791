import type { Tokenizer } from '../model/tokenizer/index.ts';
import type { GenerationBackend } from './backend.ts';

/** A conversation as chat templates expect it: OpenAI's message objects. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

/** Turns a conversation into the prompt that the model was trained on. */
export interface ChatRenderer {
  render(messages: readonly ChatMessage[], options: { tools?: readonly unknown[] | undefined }): string;
}

/** Embedding of texts by the model. */
export interface Embedder {
  readonly dimensions: number;
  /** One vector of unit length for each list of tokens. */
  embed(inputs: readonly (readonly number[])[], signal: AbortSignal): Promise<Float32Array[]>;
}

/** One model as the HTTP floor sees it. */
export interface ModelService {
  /** The name that requests call it by. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly backend: GenerationBackend;
  readonly tokenizer: Tokenizer;
  /** Undefined when the model has no chat template. */
  readonly template: ChatRenderer | undefined;
  readonly embedder?: Embedder | undefined;
}

/**
 * The tokens of a rendered prompt: control tokens are read as such, and BOS comes first once, whether the template
 * writes it or the model wants it added.
 */
export function promptTokens(tokenizer: Tokenizer, prompt: string): number[] {
  const { bos } = tokenizer.vocabulary;
  const tokens = tokenizer.encode(prompt, { parseSpecial: true });
  if (tokenizer.addBos && bos !== undefined && tokens[0] !== bos) tokens.unshift(bos);
  return tokens;
}
