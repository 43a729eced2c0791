import { randomInt } from 'node:crypto';
import type { Context } from 'hono';
import type { z } from 'zod';
import { defaultBudget } from '../../inband/constants.ts';
import type { Automaton } from '../../model/grammar/index.ts';
import type { Generation, GenerationRequest, Sampling, VmStatistics } from '../backend.ts';
import type { ModelService } from '../service.ts';
import { type TextEvent, type TextToken, textOf } from '../text.ts';
import { type VmResult, vmResults } from '../vm-results.ts';
import { ApiError, unsupported } from './errors.ts';
import type { generationFields } from './schemas.ts';

/** The fields that all generating requests share; an API may lack some of them. */
export type GenerationFields = Partial<z.output<z.ZodObject<typeof generationFields>>>;

/** What one HTTP request asks of the backend: one generation for each prompt and each of its `n` answers. */
export interface Plan {
  readonly requests: readonly GenerationRequest[];
  readonly stop: readonly string[];
}

/** In-band computing of one answer, as the response shows it. */
export interface VmReport {
  readonly regions: number;
  readonly errors: number;
  readonly instructions: number;
  readonly results: readonly VmResult[];
}

/**
 * @param prompts tokens of each prompt
 * @param logprobs as in {@link Sampling}
 * @throws ApiError for fields that do not go together
 */
export function planGenerations(
  service: ModelService,
  key: string,
  body: GenerationFields,
  prompts: readonly (readonly number[])[],
  options: { maxTokens: number; logprobs?: number | undefined; grammar?: Automaton | undefined },
): Plan {
  const { vocabulary } = service.backend;
  if (body.stream_options && !body.stream) {
    throw new ApiError(400, "'stream_options' is only for requests with stream: true.", { param: 'stream_options' });
  }
  const bias = new Map(Object.entries(body.logit_bias ?? {}).map(([token, value]) => [Number(token), value]));
  for (const token of bias.keys()) {
    if (token < vocabulary) continue;
    throw new ApiError(400, `logit_bias: there is no token ${token}; the model has ${vocabulary}.`, {
      param: 'logit_bias',
    });
  }
  for (const prompt of prompts) {
    const wrong = prompt.find((token) => token >= vocabulary);
    if (wrong !== undefined) {
      throw new ApiError(400, `prompt: there is no token ${wrong}; the model has ${vocabulary}.`, { param: 'prompt' });
    }
  }
  const wantsVm = body.vm !== undefined && body.vm !== null && body.vm !== false;
  if (wantsVm && !service.backend.vm) throw unsupported('vm', 'is not available: in-band computing is off here');
  if (wantsVm && options.logprobs !== undefined) throw unsupported('logprobs', 'cannot be combined with vm');
  const { grammar } = options;
  if (grammar && wantsVm) throw unsupported('vm', 'cannot be combined with a grammar, JSON or a forced tool call');
  if (grammar && body.ignore_eos) throw unsupported('ignore_eos', 'cannot be combined with a grammar or JSON');
  const budget = typeof body.vm === 'object' && body.vm?.budget ? BigInt(body.vm.budget) : defaultBudget;
  const seed = body.seed ?? randomInt(2 ** 32);
  const count = body.n ?? 1;
  const sampling = (index: number): Sampling => ({
    temperature: body.temperature ?? 1,
    topK: body.top_k ?? 0,
    topP: body.top_p ?? 1,
    minP: body.min_p ?? 0,
    // Answers to one request differ by their seeds; seeds of other sizes are folded to 32 bits.
    seed: Number(BigInt.asUintN(32, BigInt(seed) + BigInt(index))),
    ...(body.ignore_eos ? { ignoreStop: true } : {}),
    ...(bias.size > 0 ? { logitBias: bias } : {}),
    ...(body.presence_penalty ? { presencePenalty: body.presence_penalty } : {}),
    ...(body.frequency_penalty ? { frequencyPenalty: body.frequency_penalty } : {}),
    ...(body.repetition_penalty ? { repetitionPenalty: body.repetition_penalty } : {}),
    ...(options.logprobs === undefined ? {} : { logprobs: options.logprobs }),
  });
  const requests = prompts.flatMap((prompt) =>
    Array.from({ length: count }, (_, index) => ({
      prompt,
      maxTokens: options.maxTokens,
      sampling: sampling(index),
      key,
      ...(wantsVm ? { vm: { budget } } : {}),
      ...(grammar ? { grammar } : {}),
    })),
  );
  const stop = typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []);
  return { requests, stop };
}

/** Generations of one HTTP request: all accepted or none, and all cancelled when the client goes away. */
export class Generations {
  readonly texts: readonly AsyncGenerator<TextEvent>[];
  readonly #generations: readonly Generation[];

  /** @throws GenerationError when one of them is not accepted */
  constructor(service: ModelService, plan: Plan, signal: AbortSignal) {
    const generations: Generation[] = [];
    this.#generations = generations;
    try {
      for (const request of plan.requests) generations.push(service.backend.submit(request));
    } catch (error) {
      this.cancel();
      throw error;
    }
    this.texts = generations.map((generation) => textOf(generation, service.tokenizer, plan.stop));
    if (signal.aborted) this.cancel();
    else signal.addEventListener('abort', () => this.cancel(), { once: true });
  }

  cancel(): void {
    for (const generation of this.#generations) generation.cancel();
  }
}

/** A finished answer. */
export interface Answer {
  readonly text: string;
  readonly tokens: readonly TextToken[];
  readonly finish: 'stop' | 'length';
  readonly generated: number;
  readonly vm?: VmReport;
}

/** Reads an answer to its end. */
export async function readAnswer(texts: AsyncGenerator<TextEvent>): Promise<Answer> {
  let text = '';
  const tokens: TextToken[] = [];
  for await (const event of texts) {
    if (event.type === 'text') {
      text += event.text;
      tokens.push(...event.tokens);
      continue;
    }
    const { finish, generated, vm } = event;
    return { text, tokens, finish, generated, ...(vm ? { vm: vmReport(vm, text) } : {}) };
  }
  throw new ApiError(400, 'The request was cancelled.', { code: 'cancelled' });
}

/** All answers; when one fails the others are cancelled. */
export async function readAnswers(generations: Generations): Promise<Answer[]> {
  try {
    return await Promise.all(generations.texts.map(readAnswer));
  } catch (error) {
    generations.cancel();
    throw error;
  }
}

export function vmReport(vm: VmStatistics, text: string): VmReport {
  return { regions: vm.regions, errors: vm.errors, instructions: Number(vm.instructions), results: vmResults(text) };
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

/** A prompt counts once, however many answers it gets. */
export function usageOf(prompts: readonly (readonly number[])[], generated: number): Usage {
  const prompt = prompts.reduce((sum, tokens) => sum + tokens.length, 0);
  return { prompt_tokens: prompt, completion_tokens: generated, total_tokens: prompt + generated };
}

/** @throws ApiError 404 unless the request names this server's model */
export function checkModel(service: ModelService, model: string | undefined): void {
  if (model === undefined || model === service.id) return;
  throw new ApiError(404, `The model '${model}' does not exist here; this server has '${service.id}'.`, {
    code: 'model_not_found',
    param: 'model',
  });
}

/** Who sent a request: the API key, or else the client's address. */
export function clientKey(c: Context): string {
  return c.get('clientKey') as string;
}

/** Tokens of each prompt: texts as they are, without a chat template, or tokens. */
export function promptsOf(
  prompt: string | readonly (string | number | readonly number[])[],
  { tokenizer }: ModelService,
): (readonly number[])[] {
  const encode = (text: string) => {
    const tokens = tokenizer.encode(text, { addSpecial: true, parseSpecial: true });
    // The text is to be continued, so the end token that some models want behind it must not stand there.
    return tokenizer.addEos && tokens.at(-1) === tokenizer.vocabulary.eos ? tokens.slice(0, -1) : tokens;
  };
  if (typeof prompt === 'string') return [encode(prompt)];
  if (typeof prompt[0] === 'number') return [prompt as readonly number[]];
  return (prompt as readonly (string | readonly number[])[]).map((one) =>
    typeof one === 'string' ? encode(one) : one,
  );
}
