import { FaultError } from '../fault.ts';
import { type Json, textOf } from '../json.ts';

/** Operands of one instruction after expansion. */
export type Operands = Record<string, Json | undefined>;

export function text(value: Json | undefined): string {
  return textOf(value);
}

export function optionalText(value: Json | undefined): string {
  return value === undefined || value === null ? '' : textOf(value);
}

/** A whole number, not negative. */
export function count(value: Json | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0)
    throw new FaultError('type', `${textOf(value).slice(0, 60)} is not a whole number`);
  return number;
}

export function seconds(value: Json): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0 && number <= 1e10))
    throw new FaultError('type', `${textOf(value).slice(0, 60)} is not a number of seconds`);
  return number;
}

export function names(value: Json | undefined): string[] {
  if (value === undefined || value === null || value === '') return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== 'string')
      throw new FaultError('type', `${textOf(item).slice(0, 60)} is not the name of a page`);
    return item;
  });
}

export function pid(value: Json | undefined): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1)
    throw new FaultError('type', `${textOf(value).slice(0, 60)} is not a pid`);
  return number;
}
