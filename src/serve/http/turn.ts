import { type ChatMessage, conversationTokens } from '../../model/template.ts';
import type { ModelService } from '../service.ts';
import type { TextEvent, TextToken } from '../text.ts';
import { ApiError, unsupported } from './errors.ts';
import { type GenerationFields, Generations, planGenerations, type VmReport, vmReport } from './generate.ts';
import { type AnswerFormat, compileFormat, type FunctionTool } from './structured.ts';
import { type ToolCall, ToolCallParser, templateTool, withoutTools } from './tools.ts';

/** One turn of a conversation, however the API in use writes it. */
export interface Turn {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly FunctionTool[];
  readonly toolChoice: 'none' | 'auto' | 'required' | { readonly name: string };
  /** False: the answer ends behind its first call. */
  readonly parallelCalls: boolean;
  readonly format: AnswerFormat | undefined;
  /** Most tokens of the answer; default: until the context is full. */
  readonly maxTokens: number | undefined;
  readonly logprobs: number | undefined;
}

export type TurnEvent =
  | { readonly type: 'text'; readonly text: string; readonly tokens: readonly TextToken[] }
  | { readonly type: 'call'; readonly call: ToolCall }
  | {
      readonly type: 'end';
      readonly finish: 'stop' | 'length' | 'tool_calls';
      readonly generated: number;
      readonly vm?: VmReport;
    };

export interface StartedTurn {
  readonly prompt: readonly number[];
  /** One for each of the `n` answers. */
  readonly answers: readonly AsyncGenerator<TurnEvent>[];
  cancel(): void;
}

/** @throws ApiError when the turn is not possible, GenerationError when it is not accepted */
export async function startTurn(
  service: ModelService,
  key: string,
  fields: GenerationFields,
  turn: Turn,
  signal: AbortSignal,
): Promise<StartedTurn> {
  const tools = turn.toolChoice === 'none' ? [] : turn.tools;
  const format = answerFormat(turn, tools);
  const prompt = renderPrompt(service, turn.messages, tools);
  const plan = planGenerations(service, key, fields, [prompt], {
    maxTokens: turn.maxTokens ?? service.backend.contextLength,
    logprobs: turn.logprobs,
    grammar: format && (await compileFormat(format.format, format.param)),
  });
  const generations = new Generations(service, plan, signal);
  return {
    prompt,
    answers: generations.texts.map((texts) => turnEvents(texts, tools, turn.parallelCalls)),
    cancel: () => generations.cancel(),
  };
}

function answerFormat(
  { format, toolChoice }: Turn,
  tools: readonly FunctionTool[],
): { format: AnswerFormat; param: string } | undefined {
  const forced = toolChoice === 'required' || typeof toolChoice === 'object';
  if (forced) {
    const wanted = typeof toolChoice === 'object' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
    if (wanted.length === 0) {
      throw new ApiError(400, "'tool_choice' wants a function that is not in 'tools'.", { param: 'tool_choice' });
    }
    if (format) throw unsupported('response_format', 'cannot be combined with a forced tool_choice');
    return { format: { type: 'tool-call', tools: wanted }, param: 'tools' };
  }
  if (!format) return undefined;
  if (tools.length > 0)
    throw unsupported('response_format', 'cannot be combined with tools; set tool_choice to "none"');
  return { format, param: format.type === 'grammar' ? 'grammar' : 'response_format' };
}

/**
 * The tokens of a conversation.
 *
 * @throws ApiError when the model has no chat template, or its template rejects the conversation
 */
function renderPrompt(
  service: ModelService,
  messages: readonly ChatMessage[],
  tools: readonly FunctionTool[],
): number[] {
  const { template, templateHasTools } = service;
  if (!template) {
    throw new ApiError(400, 'This model has no chat template: use /v1/completions.', { code: 'no_chat_template' });
  }
  try {
    return templateHasTools
      ? conversationTokens(service.tokenizer, template, messages, { tools: tools.map(templateTool) })
      : conversationTokens(service.tokenizer, template, withoutTools(messages, tools));
  } catch (error) {
    throw new ApiError(400, error instanceof Error ? error.message : String(error), { param: 'messages' });
  }
}

async function* turnEvents(
  texts: AsyncGenerator<TextEvent>,
  tools: readonly FunctionTool[],
  parallelCalls: boolean,
): AsyncGenerator<TurnEvent> {
  const parser = tools.length > 0 ? new ToolCallParser(tools) : undefined;
  let calls = 0;
  let seen = 0;
  let whole = '';
  let tokens: readonly TextToken[] = [];
  for await (const event of texts) {
    if (event.type === 'text') {
      whole += event.text;
      if (!parser) {
        yield event;
        continue;
      }
      tokens = [...tokens, ...event.tokens];
      seen += event.tokens.length;
    }
    const parts = event.type === 'text' ? parser!.push(event.text) : (parser?.end() ?? []);
    for (const part of parts) {
      if (part.type === 'call') {
        calls++;
        yield part;
        if (parallelCalls) continue;
        // Leaving the loop cancels what the model would still write.
        yield { type: 'end', finish: 'tool_calls', generated: event.type === 'end' ? event.generated : seen };
        return;
      }
      // Blank lines around calls are no answer.
      if (calls > 0 && part.text.trim() === '') continue;
      yield { type: 'text', text: part.text, tokens };
      tokens = [];
    }
    if (event.type === 'text') continue;
    const finish = calls > 0 ? 'tool_calls' : event.finish;
    const vm = event.vm ? { vm: vmReport(event.vm, whole) } : {};
    yield { type: 'end', finish, generated: event.generated, ...vm };
  }
}

/** An answer read to its end. */
export interface TurnAnswer {
  readonly text: string;
  readonly tokens: readonly TextToken[];
  readonly calls: readonly ToolCall[];
  readonly finish: 'stop' | 'length' | 'tool_calls';
  readonly generated: number;
  readonly vm?: VmReport;
}

/** Reads all answers; when one fails the others are cancelled. */
export async function readTurn(started: StartedTurn): Promise<TurnAnswer[]> {
  try {
    return await Promise.all(started.answers.map(readOne));
  } catch (error) {
    started.cancel();
    throw error;
  }
}

async function readOne(events: AsyncGenerator<TurnEvent>): Promise<TurnAnswer> {
  let text = '';
  const tokens: TextToken[] = [];
  const calls: ToolCall[] = [];
  for await (const event of events) {
    if (event.type === 'text') {
      text += event.text;
      tokens.push(...event.tokens);
    } else if (event.type === 'call') {
      calls.push(event.call);
    } else {
      const { type, ...end } = event;
      return { text, tokens, calls, ...end };
    }
  }
  throw new ApiError(400, 'The request was cancelled.', { code: 'cancelled' });
}
