import { type ApiError, toApiError } from './errors.ts';

const encoder = new TextEncoder();

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
export function sseResponse(messages: AsyncGenerator<SseMessage>, options: SseOptions): Response {
  const write = (controller: ReadableStreamDefaultController<Uint8Array>, { event, data }: SseMessage) => {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    controller.enqueue(encoder.encode(`${event ? `event: ${event}\n` : ''}data: ${text}\n\n`));
  };
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
  return new Response(body, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no',
    },
  });
}

/** Several streams as one, in the order in which their items arrive. Leaving it leaves all of them. */
export async function* merge<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<{ index: number; item: T }> {
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
