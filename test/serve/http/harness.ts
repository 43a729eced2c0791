import { ChatTemplate } from '../../../src/model/template.ts';
import type { GenerationRequest } from '../../../src/serve/backend.ts';
import { createApp } from '../../../src/serve/http/app.ts';
import type { ApiKeys } from '../../../src/serve/http/auth.ts';
import { Metrics } from '../../../src/serve/http/metrics.ts';
import { Scheduler, type SchedulerOptions } from '../../../src/serve/scheduler.ts';
import type { ModelService } from '../../../src/serve/service.ts';
import { FakeBatch } from '../fake-batch.ts';
import { fixtureModel } from '../fixture.ts';

export interface HarnessOptions {
  /** Answers a prompt's text; default: repeats the last user message in brackets. */
  readonly reply?: (prompt: string, request: GenerationRequest) => string;
  readonly instances?: number;
  readonly contextLength?: number;
  readonly stepMs?: number;
  readonly vm?: boolean;
  readonly scheduler?: SchedulerOptions;
  readonly keys?: ApiKeys;
  readonly maxBody?: number;
  readonly withoutTemplate?: boolean;
}

/** The HTTP interface over a scripted batch. */
export async function openHarness(options: HarnessOptions = {}) {
  const { tokenizer, gguf, end } = await fixtureModel();
  const { reply = repeat, instances = 4, contextLength = 2048, stepMs = 0, vm = false } = options;
  const batches: FakeBatch[] = [];
  const requests: GenerationRequest[] = [];
  const open = async () => {
    const batch = new FakeBatch({
      instances,
      contextLength,
      vocabulary: tokenizer.size,
      end,
      stepMs,
      vm,
      bytesOf: (token) => tokenizer.tokenBytes(token),
      reply: (request) => {
        requests.push(request);
        return tokenizer.encode(reply(tokenizer.decode(request.prompt, { special: true }), request));
      },
    });
    batches.push(batch);
    return batch;
  };
  let metrics: Metrics | undefined;
  const backend = await Scheduler.open(open, {
    reopenMs: 1,
    ...options.scheduler,
    onEvent: (event) => metrics?.observe(event),
  });
  metrics = new Metrics(() => backend.statistics);
  const service: ModelService = {
    id: 'fixture',
    created: 1_700_000_000,
    backend,
    tokenizer,
    templateHasTools: false,
    template: options.withoutTemplate ? undefined : ChatTemplate.open(gguf.metadata, tokenizer),
  };
  const { keys, maxBody } = options;
  const app = createApp({ service, metrics, keys, ...(maxBody ? { maxBody } : {}) });
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { app, service, backend, batches, requests, tokenizer, post, close: () => backend.close(0) };
}

/** The last user message of a ChatML prompt, in brackets; of other prompts the text itself. */
export function repeat(prompt: string): string {
  const users = [...prompt.matchAll(/<\|im_start\|>user\n([\s\S]*?)<\|im_end\|>/g)];
  return `[${users.at(-1)?.[1] ?? prompt}]`;
}

/** The messages of a stream, each data field parsed. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON.
export async function sseMessages(response: Response): Promise<any[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const data = block.replace(/^event: .*\n/, '').replace(/^data: /, '');
      return data === '[DONE]' ? data : JSON.parse(data);
    });
}
