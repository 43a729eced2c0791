import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ChatMessage } from '../../model/template.ts';
import type { ModelService } from '../service.ts';
import { readBody } from './body.ts';
import { parsedArguments } from './chat.ts';
import { checkModel, clientKey, type VmReport } from './generate.ts';
import { type ResponsesRequest, responsesRequest } from './schemas.ts';
import { type SseMessage, sseResponse } from './sse.ts';
import type { ToolCall } from './tools.ts';
import { readTurn, type StartedTurn, startTurn } from './turn.ts';

/** POST /v1/responses: the stateless part of OpenAI's Responses API; nothing is stored. */
export async function responses(c: Context, service: ModelService): Promise<Response> {
  const body = await readBody(c, responsesRequest);
  checkModel(service, body.model);
  const choice = body.tool_choice ?? 'auto';
  const format = body.text?.format;
  const turn = {
    messages: conversation(body),
    tools: body.tools ?? [],
    toolChoice: choice,
    parallelCalls: body.parallel_tool_calls !== false,
    format: format && format.type !== 'text' ? { type: 'json' as const, schema: schemaOf(format) } : undefined,
    maxTokens: body.max_output_tokens ?? undefined,
    logprobs: undefined,
  };
  const started = await startTurn(service, clientKey(c), body, turn, c.req.raw.signal);
  const draft = new ResponseDraft(service, body, started.prompt.length);
  if (body.stream) {
    return sseResponse(c, stream(draft, started), {
      onCancel: () => started.cancel(),
      errorMessage: ({ message, code, param }) => ({ event: 'error', data: { type: 'error', code, message, param } }),
    });
  }
  const [answer] = await readTurn(started);
  const { text, calls, finish, generated, vm } = answer!;
  if (text.trim() !== '' || calls.length === 0) draft.output.push(messageItem(newId('msg'), text));
  for (const call of calls) draft.output.push(callItem(call));
  return c.json(draft.finished(finish, generated, vm));
}

const newId = (kind: string) => `${kind}_${randomUUID().replaceAll('-', '')}`;

function schemaOf(format: { type: 'json_object' } | { type: 'json_schema'; schema: unknown }): unknown {
  return format.type === 'json_object' ? { type: 'object' } : format.schema;
}

/** The request's instructions and input as messages. */
function conversation({ instructions, input }: ResponsesRequest): ChatMessage[] {
  const messages: ChatMessage[] = instructions ? [{ role: 'system', content: instructions }] : [];
  if (typeof input === 'string') return [...messages, { role: 'user', content: input }];
  for (const item of input) {
    if (item.type === 'function_call') {
      const call = { name: item.name, arguments: parsedArguments(item.arguments) };
      messages.push({
        role: 'assistant',
        content: '',
        tool_calls: [{ id: item.call_id, type: 'function', function: call }],
      });
    } else if (item.type === 'function_call_output') {
      messages.push({ role: 'tool', content: item.output, tool_call_id: item.call_id });
    } else {
      const { content } = item;
      const text = typeof content === 'string' ? content : content.map((part) => part.text).join('');
      messages.push({ role: item.role === 'developer' ? 'system' : item.role, content: text });
    }
  }
  return messages;
}

function messageItem(id: string, text: string) {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }];
  return { type: 'message', id, status: 'completed', role: 'assistant', content };
}

function callItem({ id, name, arguments: args }: ToolCall) {
  return { type: 'function_call', id: newId('fc'), call_id: id, name, arguments: args, status: 'completed' };
}

/** A response object while it grows. */
class ResponseDraft {
  readonly output: object[] = [];
  readonly #head: object;
  readonly #promptTokens: number;

  constructor(service: ModelService, body: ResponsesRequest, promptTokens: number) {
    this.#promptTokens = promptTokens;
    this.#head = {
      id: newId('resp'),
      object: 'response',
      created_at: Math.floor(Date.now() / 1000),
      error: null,
      instructions: body.instructions ?? null,
      max_output_tokens: body.max_output_tokens ?? null,
      model: service.id,
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      store: false,
      temperature: body.temperature ?? 1,
      text: { format: body.text?.format ?? { type: 'text' } },
      tool_choice: body.tool_choice ?? 'auto',
      tools: body.tools ?? [],
      top_p: body.top_p ?? 1,
      truncation: 'disabled',
      user: body.user ?? null,
      metadata: body.metadata ?? {},
    };
  }

  started(): object {
    return { ...this.#head, status: 'in_progress', incomplete_details: null, output: [], usage: null };
  }

  finished(finish: 'stop' | 'length' | 'tool_calls', generated: number, vm: VmReport | undefined): object {
    return {
      ...this.#head,
      status: finish === 'length' ? 'incomplete' : 'completed',
      incomplete_details: finish === 'length' ? { reason: 'max_output_tokens' } : null,
      output: this.output,
      usage: {
        input_tokens: this.#promptTokens,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: generated,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: this.#promptTokens + generated,
      },
      ...(vm ? { vm } : {}),
    };
  }
}

async function* stream(draft: ResponseDraft, started: StartedTurn): AsyncGenerator<SseMessage> {
  let sequence = 0;
  const event = (type: string, fields: object): SseMessage => ({
    event: type,
    data: { type, sequence_number: sequence++, ...fields },
  });
  /** The message that text goes to; calls stand behind it. */
  let message: { id: string; index: number; text: string } | undefined;
  const part = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
  function* endMessage() {
    if (!message) return;
    const { id, index, text } = message;
    const at = { item_id: id, output_index: index, content_index: 0 };
    yield event('response.output_text.done', { ...at, text, logprobs: [] });
    yield event('response.content_part.done', { ...at, part: part(text) });
    const item = messageItem(id, text);
    draft.output[index] = item;
    yield event('response.output_item.done', { output_index: index, item });
    message = undefined;
  }
  try {
    yield event('response.created', { response: draft.started() });
    yield event('response.in_progress', { response: draft.started() });
    for await (const item of started.answers[0]!) {
      if (item.type === 'text') {
        if (!message) {
          message = { id: newId('msg'), index: draft.output.length, text: '' };
          const { id, index } = message;
          const empty = { type: 'message', id, status: 'in_progress', role: 'assistant', content: [] };
          draft.output.push(empty);
          yield event('response.output_item.added', { output_index: index, item: empty });
          const at = { item_id: id, output_index: index, content_index: 0 };
          yield event('response.content_part.added', { ...at, part: part('') });
        }
        message.text += item.text;
        const at = { item_id: message.id, output_index: message.index, content_index: 0 };
        yield event('response.output_text.delta', { ...at, delta: item.text, logprobs: [] });
      } else if (item.type === 'call') {
        yield* endMessage();
        const call = callItem(item.call);
        const index = draft.output.push(call) - 1;
        const at = { item_id: call.id, output_index: index };
        yield event('response.output_item.added', {
          output_index: index,
          item: { ...call, arguments: '', status: 'in_progress' },
        });
        yield event('response.function_call_arguments.delta', { ...at, delta: call.arguments });
        yield event('response.function_call_arguments.done', { ...at, name: call.name, arguments: call.arguments });
        yield event('response.output_item.done', { output_index: index, item: call });
      } else {
        yield* endMessage();
        const response = draft.finished(item.finish, item.generated, item.vm);
        yield event(item.finish === 'length' ? 'response.incomplete' : 'response.completed', { response });
      }
    }
  } finally {
    started.cancel();
  }
}
