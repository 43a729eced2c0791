import type { Context } from 'hono';
import type { z } from 'zod';
import { ApiError } from './errors.ts';

/**
 * The JSON body of a request, checked.
 *
 * @throws ApiError naming the first field that is wrong
 */
export async function readBody<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new ApiError(415, 'The body must be JSON: send the header "Content-Type: application/json".');
  }
  let value: unknown;
  try {
    value = JSON.parse(await c.req.text());
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(400, 'The body is not valid JSON.', { code: 'invalid_json' });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw issueToError(parsed.error.issues);
}

function issueToError(issues: readonly z.core.$ZodIssue[]): ApiError {
  const issue = deepest(issues[0]!);
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const param = [...path, issue.keys[0]!].join('.');
    const message = `Unknown parameter: '${param}'. It is not supported by this server, so leave it out.`;
    return new ApiError(400, message, { code: 'unknown_parameter', param });
  }
  const param = path.join('.');
  const subject = param === '' ? 'The body' : `'${param}'`;
  return new ApiError(400, `${subject}: ${issue.message}.`, { code: 'invalid_value', ...(param ? { param } : {}) });
}

/** The most telling of a union's issues: that of the alternative which got furthest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  let best: z.core.$ZodIssue | undefined;
  for (const [first] of issue.errors) {
    if (!first) continue;
    const inner = deepest(first);
    if (inner.path.length > (best?.path.length ?? 0)) best = inner;
  }
  return best ? { ...best, path: [...issue.path, ...best.path] } : issue;
}
