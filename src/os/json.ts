import { createHash } from 'node:crypto';

/** A JSON value: what registers, messages, arguments and results hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON text with object keys in code-unit order, so that equal values have equal text on every machine. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}

/** SHA-256 of UTF-8 text, in hexadecimal: the address of a content. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** What a value looks like inside text: strings as they are, everything else as JSON. */
export function textOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : canonical(value);
}
