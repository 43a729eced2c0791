import { constants } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Json } from '../json.ts';
import { numberArgument, type Tool, textArgument } from './tool.ts';

const readLimit = 48_000;
const writeLimit = 1 << 20;

/**
 * Files under one folder. No path leads out of it: not by `..`, not by an absolute path, not by a link
 * (links that point inside are followed).
 */
export function fileTools(root: string): Tool[] {
  const path = { type: 'string', description: 'relative to the root' };

  /** The real path of something that exists, or of its parent if it does not. */
  async function inside(given: string, mustExist: boolean): Promise<string> {
    const base = await realpath(root);
    if (isAbsolute(given) || given.includes('\0')) throw new Error(`path ${given} is not relative to the root`);
    const wanted = resolve(base, given);
    const check = (real: string) => {
      const way = relative(base, real);
      if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
        throw new Error(`path ${given} leads out of the root`);
      return real;
    };
    check(wanted);
    if (mustExist) return check(await realpath(wanted));
    let ancestor = dirname(wanted);
    for (;;) {
      try {
        check(await realpath(ancestor));
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        ancestor = dirname(ancestor);
      }
    }
    return wanted;
  }

  return [
    {
      name: 'files.read',
      description: 'Reads a text file, or some of its lines.',
      schema: {
        type: 'object',
        properties: {
          path,
          from: { type: 'integer', description: 'first line, from 1' },
          lines: { type: 'integer', description: 'how many' },
        },
        required: ['path'],
      },
      idempotent: true,
      async call(given): Promise<Json> {
        const name = textArgument(given, 'path');
        const handle = await open(await inside(name, true), constants.O_RDONLY);
        try {
          if (!(await handle.stat()).isFile()) throw new Error(`${name} is not a file`);
          const from = numberArgument(given, 'from', 1);
          const wanted = numberArgument(given, 'lines', 1_000_000_000);
          let text = '';
          let number = 0;
          for await (const line of handle.readLines({ autoClose: false })) {
            number++;
            if (number < from) continue;
            if (number >= from + wanted) break;
            text += `${line}\n`;
            if (text.length > readLimit)
              throw new Error(`${name}: more than ${readLimit} characters; read fewer lines at a time (from, lines)`);
          }
          return text;
        } finally {
          await handle.close();
        }
      },
    },
    {
      name: 'files.list',
      description: 'Names of the files and folders in a folder; folders end in "/".',
      schema: { type: 'object', properties: { path }, required: ['path'] },
      idempotent: true,
      async call(given): Promise<Json> {
        const entries = await readdir(await inside(textArgument(given, 'path'), true), { withFileTypes: true });
        return entries.map((e) => (e.isDirectory() ? `${e.name}/` : e.name)).sort();
      },
    },
    {
      name: 'files.write',
      description: 'Replaces the text of a file; makes its folder. All or nothing.',
      schema: { type: 'object', properties: { path, text: { type: 'string' } }, required: ['path', 'text'] },
      idempotent: true,
      async call(given, { key }): Promise<Json> {
        const name = textArgument(given, 'path');
        const text = textArgument(given, 'text');
        if (text.length > writeLimit) throw new Error(`${name}: more than ${writeLimit} characters`);
        const target = await inside(name, false);
        await mkdir(dirname(target), { recursive: true });
        // Again, now that the folder exists: a link in it may lead elsewhere.
        const folder = await inside(relative(await realpath(root), dirname(target)) || '.', true);
        const temporary = join(folder, `.${key}.part`);
        const handle = await open(temporary, 'w');
        try {
          await handle.writeFile(text);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(temporary, join(folder, target.slice(dirname(target).length + 1))).catch(async (error) => {
          await unlink(temporary);
          throw error;
        });
        return { path: name, characters: text.length };
      },
    },
  ];
}
