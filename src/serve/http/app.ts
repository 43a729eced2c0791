import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import type { ModelService } from '../service.ts';
import type { ApiKeys } from './auth.ts';
import { chat } from './chat.ts';
import { completions } from './completions.ts';
import { embeddings } from './embeddings.ts';
import { ApiError, toApiError } from './errors.ts';
import type { Metrics } from './metrics.ts';
import { responses } from './responses.ts';
import { detokenize, tokenize } from './tokenize.ts';

export interface AppOptions {
  readonly service: ModelService;
  readonly metrics: Metrics;
  /** Undefined: everybody may use the server. */
  readonly keys?: ApiKeys | undefined;
  /** Most bytes of a request's body. Default 4 MiB. */
  readonly maxBody?: number;
  readonly log?: (entry: LogEntry) => void;
}

export interface LogEntry {
  readonly level: 'info' | 'error';
  readonly message: string;
  readonly [field: string]: unknown;
}

type Handler = (c: Context, service: ModelService) => Response | Promise<Response>;

/** Paths, methods and what answers them. */
const routes: readonly { method: 'GET' | 'POST'; path: string; handler: Handler; open?: boolean }[] = [
  { method: 'GET', path: '/health', handler: health, open: true },
  { method: 'GET', path: '/v1/models', handler: models },
  { method: 'GET', path: '/v1/models/:model', handler: model },
  { method: 'POST', path: '/v1/chat/completions', handler: chat },
  { method: 'POST', path: '/v1/completions', handler: completions },
  { method: 'POST', path: '/v1/responses', handler: responses },
  { method: 'POST', path: '/v1/embeddings', handler: embeddings },
  { method: 'POST', path: '/tokenize', handler: tokenize },
  { method: 'POST', path: '/detokenize', handler: detokenize },
];

/** The HTTP interface of one model. Every answer that is not a success has a JSON body in OpenAI's form. */
export function createApp(options: AppOptions): Hono {
  const { service, metrics, keys, maxBody = 4 * 1024 * 1024, log } = options;
  const app = new Hono();

  app.use(async (c, next) => {
    const began = performance.now();
    const id = randomUUID();
    c.header('X-Request-Id', id);
    c.set('requestId' as never, id as never);
    await next();
    const route = routePath(c, -1);
    metrics.answered(route.includes('*') ? 'other' : route, c.res.status);
    log?.({
      level: c.res.status >= 500 ? 'error' : 'info',
      message: 'request',
      id,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Math.round(performance.now() - began),
      ...(c.error && c.res.status >= 500 ? { error: c.error.stack ?? c.error.message } : {}),
    });
  });
  app.use(
    bodyLimit({
      maxSize: maxBody,
      onError: () => {
        throw new ApiError(413, `The body has more than ${maxBody} bytes.`, { code: 'body_too_large' });
      },
    }),
  );
  const authorize = (c: Context, open: boolean) => {
    const address = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket;
    const key = keys && !open ? keys.check(c.req.header('authorization')) : (address?.remoteAddress ?? 'local');
    c.set('clientKey' as never, key as never);
  };

  for (const { method, path, handler, open = false } of routes) {
    app.on(method, path, async (c) => {
      authorize(c, open);
      return handler(c, service);
    });
  }
  app.get('/metrics', async (c) => {
    authorize(c, false);
    return c.text(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType });
  });
  for (const path of new Set([...routes.map((route) => route.path), '/metrics'])) {
    const allowed = routes.filter((route) => route.path === path).map((route) => route.method);
    app.all(path, (c) => {
      throw new ApiError(405, `${path} does not answer ${c.req.method}.`, {
        code: 'method_not_allowed',
        headers: { Allow: [...allowed, ...(path === '/metrics' ? ['GET'] : [])].join(', ') },
      });
    });
  }
  app.notFound((c) => respond(c, new ApiError(404, `There is no ${c.req.path} here.`, { code: 'not_found' })));
  app.onError((error, c) => respond(c, toApiError(error)));
  return app;
}

function respond(c: Context, error: ApiError): Response {
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  return c.json(error.toJSON(), error.status);
}

function health(c: Context, { backend, id }: ModelService): Response {
  const { state, instances, active, queued, accepted } = backend.statistics;
  return c.json(
    { status: state === 'ready' ? 'ok' : state, model: id, instances, active, queued, accepted },
    {
      status: state === 'ready' ? 200 : 503,
    },
  );
}

function describeModel(service: ModelService) {
  const { contextLength, vocabulary, vm, statistics } = service.backend;
  return {
    id: service.id,
    object: 'model',
    created: service.created,
    owned_by: 'resident',
    context_length: contextLength,
    vocabulary,
    instances: statistics.instances,
    vm,
  };
}

function models(c: Context, service: ModelService): Response {
  return c.json({ object: 'list', data: [describeModel(service)] });
}

function model(c: Context, service: ModelService): Response {
  const wanted = c.req.param('model');
  if (wanted !== service.id) {
    throw new ApiError(404, `The model '${wanted}' does not exist here; this server has '${service.id}'.`, {
      code: 'model_not_found',
      param: 'model',
    });
  }
  return c.json(describeModel(service));
}
