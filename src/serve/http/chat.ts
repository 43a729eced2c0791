import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ChatMessage } from '../../model/template.ts';
import type { ModelService } from '../service.ts';
import { readBody } from './body.ts';
import { ApiError } from './errors.ts';
import { checkModel, clientKey, usageOf } from './generate.ts';
import { chatLogprobs } from './logprobs.ts';
import { type ChatRequest, chatRequest } from './schemas.ts';
import { merge, type SseMessage, sseResponse } from './sse.ts';
import type { AnswerFormat } from './structured.ts';
import type { ToolCall } from './tools.ts';
import { readTurn, type StartedTurn, startTurn, type TurnAnswer } from './turn.ts';

/** POST /v1/chat/completions. */
export async function chat(c: Context, service: ModelService): Promise<Response> {
  const body = await readBody(c, chatRequest);
  checkModel(service, body.model);
  if (body.top_logprobs && !body.logprobs) {
    throw new ApiError(400, "'top_logprobs' wants logprobs: true.", { param: 'top_logprobs' });
  }
  const choice = body.tool_choice ?? 'auto';
  const turn = {
    messages: body.messages.map(templateMessage),
    tools: (body.tools ?? []).map((tool) => tool.function),
    toolChoice: typeof choice === 'object' ? choice.function : choice,
    parallelCalls: body.parallel_tool_calls !== false,
    format: formatOf(body),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    logprobs: body.logprobs ? (body.top_logprobs ?? 0) : undefined,
  };
  const started = await startTurn(service, clientKey(c), body, turn, c.req.raw.signal);
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: service.id };
  if (body.stream) {
    const messages = stream(service, body, started, { ...head, object: 'chat.completion.chunk' });
    return sseResponse(c, messages, { done: '[DONE]', onCancel: () => started.cancel() });
  }
  const answers = await readTurn(started);
  const choices = answers.map((answer, index) => choiceOf(service, body, answer, index));
  const generated = answers.reduce((sum, answer) => sum + answer.generated, 0);
  return c.json({ ...head, object: 'chat.completion', choices, usage: usageOf([started.prompt], generated) });
}

function formatOf({ response_format: format, grammar }: ChatRequest): AnswerFormat | undefined {
  if (grammar && format && format.type !== 'text') {
    throw new ApiError(400, "'grammar' and 'response_format' cannot be combined.", { param: 'grammar' });
  }
  if (grammar) return { type: 'grammar', source: grammar };
  if (format?.type === 'json_object') return { type: 'json', schema: { type: 'object' } };
  if (format?.type === 'json_schema') return { type: 'json', schema: format.json_schema.schema ?? { type: 'object' } };
  return undefined;
}

/** A message as templates expect it: text parts joined, arguments of calls as objects. */
function templateMessage(message: ChatRequest['messages'][number]): ChatMessage {
  const { content, role } = message;
  const text = Array.isArray(content) ? content.map((part) => part.text).join('') : (content ?? '');
  const plain = { ...message, role: role === 'developer' ? 'system' : role, content: text };
  if (role !== 'assistant' || !message.tool_calls) return plain;
  const calls = message.tool_calls.map((call) => ({
    ...call,
    function: { ...call.function, arguments: parsedArguments(call.function.arguments) },
  }));
  return { ...plain, tool_calls: calls };
}

export function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const callOf = ({ id, name, arguments: args }: ToolCall) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

function choiceOf(service: ModelService, body: ChatRequest, answer: TurnAnswer, index: number) {
  const { calls } = answer;
  const message = {
    role: 'assistant',
    content: calls.length > 0 && answer.text.trim() === '' ? null : answer.text,
    refusal: null,
    ...(calls.length > 0 ? { tool_calls: calls.map(callOf) } : {}),
  };
  return {
    index,
    message,
    logprobs: body.logprobs ? chatLogprobs(service.tokenizer, answer.tokens) : null,
    finish_reason: answer.finish,
    ...(answer.vm ? { vm: answer.vm } : {}),
  };
}

async function* stream(
  service: ModelService,
  body: ChatRequest,
  started: StartedTurn,
  head: object,
): AsyncGenerator<SseMessage> {
  const withUsage = body.stream_options?.include_usage === true;
  const calls = started.answers.map(() => 0);
  let generated = 0;
  const chunk = (index: number, delta: object, finish: string | null = null, more: object = {}): SseMessage => ({
    data: {
      ...head,
      choices: [{ index, delta, logprobs: null, finish_reason: finish, ...more }],
      ...(withUsage ? { usage: null } : {}),
    },
  });
  try {
    for (const index of calls.keys()) yield chunk(index, { role: 'assistant', content: '' });
    for await (const { index, item } of merge(started.answers)) {
      if (item.type === 'text') {
        const logprobs = body.logprobs ? { logprobs: chatLogprobs(service.tokenizer, item.tokens) } : {};
        yield chunk(index, { content: item.text }, null, logprobs);
      } else if (item.type === 'call') {
        yield chunk(index, { tool_calls: [{ index: calls[index]!++, ...callOf(item.call) }] });
      } else {
        generated += item.generated;
        yield chunk(index, {}, item.finish, item.vm ? { vm: item.vm } : {});
      }
    }
    if (withUsage) yield { data: { ...head, choices: [], usage: usageOf([started.prompt], generated) } };
  } finally {
    started.cancel();
  }
}
