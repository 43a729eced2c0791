import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { type ApiError, toApiError } from './errors.ts';

const encoder = new TextEncoder();

const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache',
  'X-Accel-Buffering': 'no',
};

export interface SseMessage {
  /** Name of the event; OpenAI's chat streams have none. */
  readonly event?: string;
  readonly data: unknown;
}

export interface SseOptions {
  /** The client went away; called before `messages` is left, so that what it waits for can end. */
  readonly onCancel: () => void;
  /** Text of a last message, `[DONE]` in OpenAI's chat streams. */
  readonly done?: string;
  /** The stream's last message when it fails; default the error in OpenAI's form. */
  readonly errorMessage?: (error: ApiError) => SseMessage;
  readonly onError?: (error: ApiError, cause: unknown) => void;
}

/** A response that streams server-sent events. */
export function sseResponse(c: Context, messages: AsyncGenerator<SseMessage>, options: SseOptions): Response {
  const outgoing = (c.env as { outgoing?: ServerResponse } | undefined)?.outgoing;
  if (outgoing) {
    void writeTo(outgoing, c.get('requestId' as never), messages, options);
    // For @hono/node-server: the response is being written already.
    return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
  }
  const write = (controller: ReadableStreamDefaultController<Uint8Array>, message: SseMessage) =>
    controller.enqueue(encoder.encode(textOf(message)));
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await messages.next();
        if (!done) {
          write(controller, value);
          return;
        }
        if (options.done !== undefined) write(controller, { data: options.done });
      } catch (cause) {
        const error = toApiError(cause);
        options.onError?.(error, cause);
        write(controller, options.errorMessage?.(error) ?? { data: error });
      }
      controller.close();
    },
    async cancel() {
      options.onCancel();
      await messages.return(undefined);
    },
  });
  return new Response(body, { headers });
}

function textOf({ event, data }: SseMessage): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event ? `event: ${event}\n` : ''}data: ${text}\n\n`;
}

/** The same straight to Node's response: web streams cost a busy server more than the text itself. */
async function writeTo(
  outgoing: ServerResponse,
  requestId: string,
  messages: AsyncGenerator<SseMessage>,
  options: SseOptions,
): Promise<void> {
  let gone = false;
  let wake: (() => void) | undefined;
  outgoing.once('close', () => {
    gone = true;
    if (!outgoing.writableFinished) options.onCancel();
    wake?.();
  });
  outgoing.on('drain', () => wake?.());
  outgoing.writeHead(200, { ...headers, 'X-Request-Id': requestId });
  /** Resolves when the client has taken what was written. */
  const write = async (message: SseMessage): Promise<void> => {
    if (gone || outgoing.write(textOf(message))) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (gone) resolve();
    });
    wake = undefined;
  };
  try {
    for await (const message of messages) {
      await write(message);
      if (gone) return;
    }
    if (options.done !== undefined) await write({ data: options.done });
  } catch (cause) {
    const error = toApiError(cause);
    options.onError?.(error, cause);
    await write(options.errorMessage?.(error) ?? { data: error });
  }
  outgoing.end();
}

/** Several streams as one, in the order in which their items arrive. Leaving it leaves all of them. */
export async function* merge<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<{ index: number; item: T }> {
  if (sources.length === 1) {
    for await (const item of sources[0]!) yield { index: 0, item };
    return;
  }
  const next = (index: number) => sources[index]!.next().then((result) => ({ index, result }));
  const waiting = new Map(sources.map((_, index) => [index, next(index)]));
  try {
    while (waiting.size > 0) {
      const { index, result } = await Promise.race(waiting.values());
      if (result.done) {
        waiting.delete(index);
        continue;
      }
      waiting.set(index, next(index));
      yield { index, item: result.value };
    }
  } finally {
    for (const pending of waiting.values()) pending.catch(() => undefined);
    for (const source of sources) void source.return(undefined);
  }
}
