import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
export const shipped = join(root, 'models', 'resident-mini.gguf');

/** `resident serve` in its own process; `entries` are the JSON lines it printed. */
export function serve(...options: string[]) {
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'serve', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const entries: { message: string; url: string; [field: string]: unknown }[] = [];
  let lines = '';
  let errors = '';
  let heard: (() => void) | undefined;
  child.stderr.on('data', (data) => {
    errors += data;
  });
  child.stdout.on('data', (data) => {
    lines += data;
    const complete = lines.split('\n');
    lines = complete.pop()!;
    for (const line of complete) if (line.startsWith('{')) entries.push(JSON.parse(line));
    heard?.();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const entry = async (message: string) => {
    for (;;) {
      const found = entries.find((one) => one.message === message);
      if (found) return found;
      const more = new Promise<void>((resolve) => {
        heard = resolve;
      });
      await Promise.race([more, ended.then(() => Promise.reject(new Error(errors)))]);
    }
  };
  return { child, entries, entry, ended, errors: () => errors };
}

/**
 * Waits until the server has taken up so many requests, whether they still run or have ended.
 *
 * @throws Error after half a minute
 */
export async function accepted(url: string, count: number): Promise<void> {
  const end = Date.now() + 30_000;
  for (;;) {
    const health = (await (await fetch(`${url}/health`)).json()) as { accepted: number };
    if (health.accepted >= count) return;
    if (Date.now() > end) throw new Error(`${health.accepted} of ${count} requests were accepted`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
