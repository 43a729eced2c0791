import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { type ChatMessage, promptTokens } from '../../model/template.ts';
import type { ModelService } from '../service.ts';
import { readBody } from './body.ts';
import { ApiError, unsupported } from './errors.ts';
import {
  type Answer,
  checkModel,
  clientKey,
  Generations,
  planGenerations,
  readAnswers,
  usageOf,
  vmReport,
} from './generate.ts';
import { chatLogprobs } from './logprobs.ts';
import { type ChatRequest, chatRequest } from './schemas.ts';
import { merge, type SseMessage, sseResponse } from './sse.ts';

/** POST /v1/chat/completions. */
export async function chat(c: Context, service: ModelService): Promise<Response> {
  const body = await readBody(c, chatRequest);
  checkModel(service, body.model);
  checkCombinations(body);
  const prompt = renderPrompt(service, body.messages.map(plainMessage));
  const plan = planGenerations(service, clientKey(c), body, [prompt], {
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? service.backend.contextLength,
    logprobs: body.logprobs ? (body.top_logprobs ?? 0) : undefined,
  });
  const generations = new Generations(service, plan, c.req.raw.signal);
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: service.id };
  if (body.stream) {
    const messages = stream(service, body, generations, prompt, { ...head, object: 'chat.completion.chunk' });
    return sseResponse(messages, { done: '[DONE]', onCancel: () => generations.cancel() });
  }
  const answers = await readAnswers(generations);
  const choices = answers.map((answer, index) => choice(service, body, answer, index));
  const generated = answers.reduce((sum, answer) => sum + answer.generated, 0);
  return c.json({ ...head, object: 'chat.completion', choices, usage: usageOf([prompt], generated) });
}

function checkCombinations(body: ChatRequest): void {
  if (body.top_logprobs && !body.logprobs) {
    throw new ApiError(400, "'top_logprobs' wants logprobs: true.", { param: 'top_logprobs' });
  }
  if (body.tools && body.tools.length > 0) throw unsupported('tools');
  if (body.tool_choice && body.tool_choice !== 'none' && body.tool_choice !== 'auto') throw unsupported('tool_choice');
  if (body.response_format && body.response_format.type !== 'text') throw unsupported('response_format');
}

/**
 * The tokens of a conversation.
 *
 * @throws ApiError when the model has no chat template, or its template rejects the conversation
 */
export function renderPrompt(
  service: ModelService,
  messages: readonly ChatMessage[],
  tools?: readonly unknown[],
): number[] {
  if (!service.template) {
    throw new ApiError(400, 'This model has no chat template: use /v1/completions.', { code: 'no_chat_template' });
  }
  let text: string;
  try {
    text = service.template.render(messages, { tools });
  } catch (error) {
    throw new ApiError(400, error instanceof Error ? error.message : String(error), { param: 'messages' });
  }
  return promptTokens(service.tokenizer, text);
}

/** A message with its text parts joined, as templates expect it. */
export function plainMessage(message: ChatRequest['messages'][number]): ChatMessage {
  const { content } = message;
  const text = Array.isArray(content) ? content.map((part) => part.text).join('') : (content ?? '');
  const role = message.role === 'developer' ? 'system' : message.role;
  return { ...message, role, content: text };
}

function choice(service: ModelService, body: ChatRequest, answer: Answer, index: number) {
  return {
    index,
    message: { role: 'assistant', content: answer.text, refusal: null },
    logprobs: body.logprobs ? chatLogprobs(service.tokenizer, answer.tokens) : null,
    finish_reason: answer.finish,
    ...(answer.vm ? { vm: answer.vm } : {}),
  };
}

async function* stream(
  service: ModelService,
  body: ChatRequest,
  generations: Generations,
  prompt: readonly number[],
  head: object,
): AsyncGenerator<SseMessage> {
  const withUsage = body.stream_options?.include_usage === true;
  const texts = generations.texts.map(() => '');
  let generated = 0;
  const chunk = (index: number, delta: object, finish: string | null = null, more: object = {}): SseMessage => ({
    data: {
      ...head,
      choices: [{ index, delta, logprobs: null, finish_reason: finish, ...more }],
      ...(withUsage ? { usage: null } : {}),
    },
  });
  try {
    for (const index of texts.keys()) yield chunk(index, { role: 'assistant', content: '' });
    for await (const { index, item } of merge(generations.texts)) {
      if (item.type === 'text') {
        texts[index] += item.text;
        const logprobs = body.logprobs ? { logprobs: chatLogprobs(service.tokenizer, item.tokens) } : {};
        yield chunk(index, { content: item.text }, null, logprobs);
      } else {
        generated += item.generated;
        yield chunk(index, {}, item.finish, item.vm ? { vm: vmReport(item.vm, texts[index]!) } : {});
      }
    }
    if (withUsage) yield { data: { ...head, choices: [], usage: usageOf([prompt], generated) } };
  } finally {
    generations.cancel();
  }
}
