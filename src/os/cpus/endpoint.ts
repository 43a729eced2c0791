import { setTimeout as sleep } from 'node:timers/promises';
import { ResidentError } from '../../errors.ts';
import type { Cpu, Operation } from '../cpu.ts';
import { canonical } from '../json.ts';
import type { AluResult } from '../state.ts';

export interface EndpointOptions {
  /** Up to and without `/chat/completions`: `http://localhost:8080/v1`. */
  url: string;
  model: string;
  key?: string;
  /** Operations side by side. Default 8. */
  instances?: number;
  /** Tokenizer of the model. Default: an upper estimate, one token per two bytes. */
  count?: (text: string) => number;
  /** Send JSON schemas as `response_format`. Default true; switch off for servers that refuse it. */
  structured?: boolean;
  /** Cost of a million tokens. */
  price?: { input: number; cached: number; output: number };
  timeoutMilliseconds?: number;
}

/** Any OpenAI-compatible endpoint as a CPU: chat completions at temperature 0. */
export class EndpointCpu implements Cpu {
  readonly name: string;
  readonly instances: number;
  /** Chat templates differ; this is more than the common ones add for two messages. */
  readonly overhead = 24;
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    if (!/^https?:\/\//.test(options.url))
      throw new ResidentError(`endpoint ${options.url}: expected a URL like http://localhost:8080/v1`, { exitCode: 2 });
    this.#options = options;
    this.name = `endpoint ${options.model}`;
    this.instances = options.instances ?? 8;
  }

  count(text: string): number {
    return this.#options.count?.(text) ?? Math.ceil(Buffer.byteLength(text, 'utf8') / 2);
  }

  run(batch: readonly Operation[]): Promise<AluResult[]> {
    return Promise.all(batch.map((operation) => this.#one(operation)));
  }

  async #one(operation: Operation): Promise<AluResult> {
    const started = performance.now();
    const estimate = operation.segments.reduce((sum, s) => sum + s.tokens, this.overhead);
    try {
      const { text, usage } = await this.#request(operation);
      const promptTokens = usage?.prompt_tokens ?? estimate;
      const outputTokens = usage?.completion_tokens ?? this.count(text);
      const reusedTokens = usage?.prompt_tokens_details?.cached_tokens ?? 0;
      const { input = 0, cached = 0, output = 0 } = this.#options.price ?? {};
      const cost = ((promptTokens - reusedTokens) * input + reusedTokens * cached + outputTokens * output) / 1e6;
      return { text, promptTokens, reusedTokens, outputTokens, milliseconds: performance.now() - started, cost };
    } catch (error) {
      // The prompt was sent: its tokens count, although nobody says how many they were.
      return {
        text: '',
        promptTokens: estimate,
        reusedTokens: 0,
        outputTokens: 0,
        milliseconds: performance.now() - started,
        cost: 0,
        error: `${this.name}: ${(error as Error).message}`,
      };
    }
  }

  async #request(operation: Operation): Promise<{ text: string; usage: EndpointUsage | undefined }> {
    const { url, model, key, structured = true, timeoutMilliseconds = 300_000 } = this.#options;
    const [microcode, ...rest] = operation.segments;
    const body = {
      model,
      messages: [
        { role: 'system', content: microcode!.text },
        { role: 'user', content: rest.map((s) => s.text).join('') },
      ],
      temperature: 0,
      max_tokens: operation.maxTokens,
      ...(structured && operation.constraint.kind === 'json'
        ? {
            response_format: {
              type: 'json_schema',
              json_schema: { name: 'result', schema: operation.constraint.schema },
            },
          }
        : {}),
    };
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(`${url.replace(/\/$/, '')}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
        body: canonical(body),
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      if ((response.status === 429 || response.status === 503) && attempt < 4) {
        const wait = Number(response.headers.get('retry-after') ?? 2 ** attempt);
        await response.body?.cancel();
        await sleep(Math.min(60, Number.isFinite(wait) ? wait : 1) * 1000);
        continue;
      }
      if (!response.ok) throw new Error(`status ${response.status}: ${(await response.text()).slice(0, 300)}`);
      const answer = (await response.json()) as {
        choices?: { message?: { content?: string | null } }[];
        usage?: EndpointUsage;
      };
      const text = answer.choices?.[0]?.message?.content;
      if (typeof text !== 'string') throw new Error('the answer has no choices[0].message.content');
      return { text, usage: answer.usage };
    }
  }

  async close(): Promise<void> {}
}

interface EndpointUsage {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number };
}
