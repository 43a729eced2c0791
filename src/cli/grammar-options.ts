import type { Command } from 'commander';
import { ResidentError } from '../errors.ts';
import type { Automaton } from '../model/grammar/index.ts';

export interface GrammarOptions {
  grammar?: string;
  jsonSchema?: string;
  validC?: boolean;
}

/** The options that say what may be generated; {@link readGrammar} compiles them. */
export function addGrammarOptions(command: Command): Command {
  return command
    .option('--grammar <file>', 'generate only what this GBNF grammar allows')
    .option('--json-schema <file>', 'generate only JSON that this schema allows')
    .option('--valid-c', 'inside [C: ...] and fenced c blocks, write only code that compiles');
}

/** @throws ResidentError when a file is missing or wrong, or more than one option is given */
export async function readGrammar(options: GrammarOptions): Promise<Automaton | undefined> {
  const given = [options.grammar && '--grammar', options.jsonSchema && '--json-schema', options.validC && '--valid-c'];
  const flags = given.filter(Boolean);
  if (flags.length === 0) return undefined;
  if (flags.length > 1) throw new ResidentError(`${flags.join(' and ')} exclude each other.`, { exitCode: 2 });
  const { compileGrammar, cRegionGrammar, jsonSchemaGrammar, parseGbnf } = await import('../model/grammar/index.ts');
  if (options.grammar) {
    const rules = parseGbnf(await readText(options.grammar), options.grammar);
    return compileGrammar(rules, { fileName: options.grammar });
  }
  if (options.jsonSchema) {
    const rules = jsonSchemaGrammar(
      parseJson(await readText(options.jsonSchema), options.jsonSchema),
      options.jsonSchema,
    );
    return compileGrammar(rules, { fileName: options.jsonSchema });
  }
  return compileGrammar(cRegionGrammar(), { maxStates: 4000 });
}

async function readText(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ResidentError(`${path}: cannot read: ${cause.code === 'ENOENT' ? 'no such file' : cause.code}.`, {
      cause,
    });
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ResidentError(`${path}: is not JSON: ${(cause as Error).message}.`, { cause });
  }
}
