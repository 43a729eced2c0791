import type { Context } from 'hono';
import type { ModelService } from '../service.ts';
import { readBody } from './body.ts';
import { ApiError } from './errors.ts';
import { checkModel } from './generate.ts';
import { detokenizeRequest, tokenizeRequest } from './schemas.ts';

/** POST /tokenize: a text's tokens. */
export async function tokenize(c: Context, service: ModelService): Promise<Response> {
  const body = await readBody(c, tokenizeRequest);
  checkModel(service, body.model);
  const tokens = service.tokenizer.encode(body.content, {
    addSpecial: body.add_special ?? false,
    parseSpecial: body.parse_special ?? true,
  });
  if (!body.with_pieces) return c.json({ tokens });
  const decoder = new TextDecoder();
  const piece = (id: number) => decoder.decode(service.tokenizer.tokenBytes(id, { special: true }));
  return c.json({ tokens: tokens.map((id) => ({ id, piece: piece(id) })) });
}

/** POST /detokenize: the text of tokens, control tokens by their names. */
export async function detokenize(c: Context, service: ModelService): Promise<Response> {
  const body = await readBody(c, detokenizeRequest);
  checkModel(service, body.model);
  const wrong = body.tokens.find((token) => token >= service.tokenizer.size);
  if (wrong !== undefined) {
    throw new ApiError(400, `There is no token ${wrong}; the model has ${service.tokenizer.size}.`, {
      param: 'tokens',
    });
  }
  return c.json({ content: service.tokenizer.decode(body.tokens, { special: true }) });
}
