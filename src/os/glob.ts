import { canonical, type Json } from './json.ts';

// Patterns of permissions: `*` stands for any characters but "/", `**` for any characters.
// A pattern never matches a text that could mean another place after normalisation: one with a "." or ".."
// segment, an empty inner segment, a backslash, a control character or an encoded dot or slash.

const cache = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  let compiled = cache.get(pattern);
  if (!compiled) {
    const source = pattern.replace(/\*\*|\*|[.+?^${}()|[\]\\]/g, (c) =>
      c === '**' ? '[^]*' : c === '*' ? '[^/]*' : `\\${c}`,
    );
    compiled = new RegExp(`^(?:${source})$`, 'u');
    if (cache.size > 10_000) cache.clear();
    cache.set(pattern, compiled);
  }
  return compiled;
}

/** True if the text can mean another place once a path or address is normalised. */
export function isAmbiguous(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  if (/[\u0000-\u001f\u007f\\]|%2e|%2f|%5c/i.test(text)) return true;
  const path = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const segments = path.split('/');
  return segments.some((s, i) => s === '.' || s === '..' || (s === '' && i > 0 && i < segments.length - 1));
}

/** Whether a permission pattern covers a name or an argument. Texts equal to the pattern always match. */
export function matches(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  if (!pattern.includes('*')) return false;
  if (pattern !== '**' && isAmbiguous(text)) return false;
  return compile(pattern).test(text);
}

/** Whether an argument fits its pattern: texts by {@link matches}, other values by equality; `**` is anything. */
export function argumentMatches(pattern: Json, value: Json): boolean {
  if (pattern === '**') return true;
  if (typeof pattern === 'string' && typeof value === 'string') return matches(pattern, value);
  return canonical(pattern) === canonical(value);
}
