import { execFile } from 'node:child_process';
import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/serve/http/app.ts';
import { Metrics } from '../../src/serve/http/metrics.ts';
import { type RunningServer, startServer } from '../../src/serve/http/server.ts';
import { openService } from '../../src/serve/open.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const text = await readFile(join(root, 'docs', 'serving.md'), 'utf8');
const examples = [...text.matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
  language: language!,
  code: code!,
}));

/** What the examples print, in order. */
const expected = [
  /VM\[136191\]/,
  /\d/,
  /\d/,
  /^boolean (small|large)\n$/,
  /"text":" (yes|no)"/,
  /^lamp \{\s*"on":\s*(true|false)\s*\}\n$/,
  /VM\[136191\][\s\S]*"tokens":\[\d+[\s\S]*"status":"ok"[\s\S]*resident_instances 4/,
];

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  const model = join(root, 'models', 'resident-mini.gguf');
  const { service } = await openService(model, { instances: 4, contextLength: 512, vm: true });
  const { backend } = service;
  const app = createApp({ service, metrics: new Metrics(() => backend.statistics) });
  server = await startServer(app, backend, { host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'resident-docs-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
});
afterAll(() => server.close(1_000));

describe('the examples in docs/serving.md do what they say', () => {
  test('each has an expectation', () => expect(examples.length).toBe(expected.length));

  test.each(examples.map((example, i) => ({ ...example, i })))(
    '$language example $i',
    async ({ language, code, i }) => {
      const here = code.replaceAll('http://127.0.0.1:8080', server.url);
      if (language === 'sh') {
        const { stdout } = await run('bash', ['-ec', here.replaceAll('curl -s ', 'curl -s --fail-with-body ')]);
        expect(stdout).toMatch(expected[i]!);
      } else {
        const file = join(folder, `example-${i}.ts`);
        await writeFile(file, here);
        const { stdout } = await run(process.execPath, [file], { cwd: folder });
        expect(stdout).toMatch(expected[i]!);
      }
    },
  );
});
