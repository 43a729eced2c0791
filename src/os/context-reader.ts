import type { Operation } from './cpu.ts';

/**
 * Answers an operation of `resident bench context` from what is in its window and nothing else, without error. For the
 * scripted CPU: its success says whether an arm brought the right records into the window, and is no model's success.
 */
export function readWindow({ segments }: Operation): string {
  const text = (kind: string) => segments.flatMap((s) => (s.kind === kind ? s.text.split('\n') : []));
  const question = text('instruction').join('\n');
  const records = text('private')
    .filter((line) => /^t\d/.test(line))
    .sort();
  const last = (pattern: RegExp) => records.map((r) => pattern.exec(r)?.[1]).findLast((m) => m !== undefined);
  const key = /[a-z]+\d{3}/.exec(question)?.[0];
  if (/How many/.test(question))
    return String(records.filter((r) => r.includes(`failure of service ${key} code`)).length);
  const next = (from: string) => last(new RegExp(` ${from} points to (\\w+)`)) ?? 'unknown';
  if (/three times/.test(question)) {
    const stops = [key!];
    for (let i = 0; i < 3; i++) stops.push(next(stops[i]!));
    return stops.slice(1).join(' ');
  }
  if (/point to\?/.test(question)) return next(key!);
  return last(new RegExp(`(?:code of ${key} is|variable ${key} is set to|owner of ${key} is) (\\w+)`)) ?? 'unknown';
}
