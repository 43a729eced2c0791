import { ResidentError } from '../errors.ts';

/** A C program of agents for the compiler on the GPU: the text in front of it, and itself without its include. */
export interface AgentSource {
  readonly prelude: Uint8Array;
  readonly source: Uint8Array;
}

const include = /^[ \t]*#[ \t]*include[ \t]*["<]resident\.h[">].*$/m;

/**
 * Puts `resident.h` in front of a program that includes it. The compiler on the GPU reads no files, so the header comes
 * as its prelude, without comments and without what it holds for other compilers.
 *
 * @param header the text of include/resident.h
 */
export function withHeader(file: Uint8Array, header: string): AgentSource {
  const text = new TextDecoder().decode(file);
  if (!include.test(text)) return { prelude: new Uint8Array(), source: file };
  const own = /#ifdef __resident__\n([\s\S]*?)\n#else\n[\s\S]*?\n#endif\n([\s\S]*)\n#endif\s*$/.exec(header);
  if (!own) throw new ResidentError('resident.h: the part for the compiler on the GPU was not found.');
  const prelude = `${own[1]}\n${own[2]}\n`
    .replace(/\/\/.*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n');
  const encoder = new TextEncoder();
  // The line stays, so that all others keep their numbers.
  return { prelude: encoder.encode(prelude), source: encoder.encode(text.replace(include, '')) };
}
