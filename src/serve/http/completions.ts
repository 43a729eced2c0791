import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ModelService } from '../service.ts';
import { readBody } from './body.ts';
import { ApiError } from './errors.ts';
import {
  type Answer,
  checkModel,
  clientKey,
  Generations,
  planGenerations,
  promptsOf,
  readAnswers,
  usageOf,
  vmReport,
} from './generate.ts';
import { completionLogprobs } from './logprobs.ts';
import { type CompletionRequest, completionRequest, maxChoices } from './schemas.ts';
import { merge, type SseMessage, sseResponse } from './sse.ts';
import { compileFormat } from './structured.ts';

/** What OpenAI's API generates when a request does not say. */
const defaultMaxTokens = 16;

/** POST /v1/completions: continues texts as they are, without a chat template. */
export async function completions(c: Context, service: ModelService): Promise<Response> {
  const body = await readBody(c, completionRequest);
  checkModel(service, body.model);
  const prompts = promptsOf(body.prompt, service);
  if (prompts.length * (body.n ?? 1) > maxChoices) {
    throw new ApiError(400, `A request may have at most ${maxChoices} answers: prompts times n.`, { param: 'n' });
  }
  const plan = planGenerations(service, clientKey(c), body, prompts, {
    maxTokens: body.max_tokens ?? defaultMaxTokens,
    logprobs: body.logprobs ?? undefined,
    grammar: body.grammar ? await compileFormat({ type: 'grammar', source: body.grammar }, 'grammar') : undefined,
  });
  const generations = new Generations(service, plan, c.req.raw.signal);
  const head = {
    id: `cmpl-${randomUUID()}`,
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: service.id,
  };
  if (body.stream) {
    const messages = stream(service, body, generations, prompts, head);
    return sseResponse(c, messages, { done: '[DONE]', onCancel: () => generations.cancel() });
  }
  const answers = await readAnswers(generations);
  const choices = answers.map((answer, index) => choice(service, body, answer, index));
  const generated = answers.reduce((sum, answer) => sum + answer.generated, 0);
  return c.json({ ...head, choices, usage: usageOf(prompts, generated) });
}

function choice(service: ModelService, body: CompletionRequest, answer: Answer, index: number) {
  const wantsLogprobs = body.logprobs !== undefined && body.logprobs !== null;
  return {
    index,
    text: answer.text,
    logprobs: wantsLogprobs ? completionLogprobs(service.tokenizer, answer.tokens, 0) : null,
    finish_reason: answer.finish,
    ...(answer.vm ? { vm: answer.vm } : {}),
  };
}

async function* stream(
  service: ModelService,
  body: CompletionRequest,
  generations: Generations,
  prompts: readonly (readonly number[])[],
  head: object,
): AsyncGenerator<SseMessage> {
  const withUsage = body.stream_options?.include_usage === true;
  const wantsLogprobs = body.logprobs !== undefined && body.logprobs !== null;
  const texts = generations.texts.map(() => '');
  let generated = 0;
  const chunk = (one: object): SseMessage => ({
    data: { ...head, choices: [one], ...(withUsage ? { usage: null } : {}) },
  });
  try {
    for await (const { index, item } of merge(generations.texts)) {
      if (item.type === 'text') {
        const logprobs = wantsLogprobs
          ? completionLogprobs(service.tokenizer, item.tokens, texts[index]!.length)
          : null;
        texts[index] += item.text;
        yield chunk({ index, text: item.text, logprobs, finish_reason: null });
      } else {
        generated += item.generated;
        const vm = item.vm ? { vm: vmReport(item.vm, texts[index]!) } : {};
        yield chunk({ index, text: '', logprobs: null, finish_reason: item.finish, ...vm });
      }
    }
    if (withUsage) yield { data: { ...head, choices: [], usage: usageOf(prompts, generated) } };
  } finally {
    generations.cancel();
  }
}
