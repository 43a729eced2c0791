import type { Context } from 'hono';
import type { Generation } from '../backend.ts';
import type { ModelService } from '../service.ts';
import { readBody } from './body.ts';
import { ApiError } from './errors.ts';
import { checkModel, clientKey, promptsOf } from './generate.ts';
import { embeddingsRequest } from './schemas.ts';

/** POST /v1/embeddings: the model's last hidden state at each input's last token, scaled to length 1. */
export async function embeddings(c: Context, service: ModelService): Promise<Response> {
  const { backend } = service;
  const body = await readBody(c, embeddingsRequest);
  checkModel(service, body.model);
  if (body.dimensions && body.dimensions !== backend.embeddingWidth) {
    const message = `'dimensions' must be ${backend.embeddingWidth}: this model's embeddings have no other size.`;
    throw new ApiError(400, message, { code: 'unsupported_parameter', param: 'dimensions' });
  }
  const inputs = promptsOf(body.input, service);
  for (const tokens of inputs) {
    const wrong = tokens.find((token) => token >= backend.vocabulary);
    if (wrong === undefined) continue;
    throw new ApiError(400, `input: there is no token ${wrong}; the model has ${backend.vocabulary}.`, {
      param: 'input',
    });
  }
  const vectors = await embedAll(service, inputs, clientKey(c), c.req.raw.signal);
  const base64 = body.encoding_format === 'base64';
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: base64
      ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
      : [...vector],
  }));
  const tokens = inputs.reduce((sum, input) => sum + input.length, 0);
  return c.json({ object: 'list', data, model: service.id, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

async function embedAll(
  { backend }: ModelService,
  inputs: readonly (readonly number[])[],
  key: string,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 0 };
  const generations: Generation[] = [];
  const cancel = () => {
    for (const generation of generations) generation.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (const prompt of inputs) generations.push(backend.submit({ prompt, maxTokens: 1, sampling, key, embed: true }));
    return await Promise.all(generations.map(embeddingOf));
  } catch (error) {
    cancel();
    throw error;
  }
}

async function embeddingOf(generation: Generation): Promise<Float32Array> {
  for await (const event of generation) if (event.type === 'end' && event.embedding) return event.embedding;
  throw new ApiError(400, 'The request was cancelled.', { code: 'cancelled' });
}
