import { GenerationError } from '../backend.ts';

export type ApiStatus = 400 | 401 | 404 | 405 | 413 | 415 | 429 | 500 | 501 | 503;

/** An error that the client is told of, in OpenAI's form. */
export class ApiError extends Error {
  readonly status: ApiStatus;
  readonly code: string | null;
  /** The request's field that is wrong. */
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ApiStatus,
    message: string,
    options: { code?: string; param?: string; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = options.code ?? null;
    this.param = options.param ?? null;
    this.headers = options.headers ?? {};
  }

  /** The body of the response. */
  toJSON(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: typeOf(this.status), param: this.param, code: this.code } };
  }
}

function typeOf(status: ApiStatus): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** What the client is told of any error; what nobody expected becomes a plain 500. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof GenerationError) {
    const headers = error.retryAfter === undefined ? {} : { 'Retry-After': String(error.retryAfter) };
    switch (error.kind) {
      case 'overloaded':
        return new ApiError(429, error.message, { code: 'rate_limit_exceeded', headers });
      case 'context':
        return new ApiError(400, error.message, { code: 'context_length_exceeded' });
      case 'unsupported':
        return new ApiError(400, error.message, { code: 'unsupported_parameter' });
      case 'device':
        return new ApiError(503, error.message, { code: 'device_lost', headers });
      case 'shutdown':
        return new ApiError(503, error.message, { code: 'shutting_down', headers: { 'Retry-After': '5', ...headers } });
    }
  }
  return new ApiError(500, 'The server had an internal error.', { code: 'internal_error' });
}

/** A parameter that exists in the API but not here. */
export function unsupported(param: string, why = 'is not supported by this server'): ApiError {
  return new ApiError(400, `The parameter '${param}' ${why}.`, { code: 'unsupported_parameter', param });
}
