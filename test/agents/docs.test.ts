import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentMain, runHostAgents } from '../../src/agents/index.ts';
import { packageFile } from '../../src/cli/package-files.ts';
import { type Fixture, openFixture, runAgents } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture(4);
});
afterAll(() => fixture.close());

/** Programs of the page, each with the output that follows it. */
const page = await readFile(packageFile('docs', 'agents.md'), 'utf8');
const examples = [...page.matchAll(/```(c|ts)\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, language, code, output]) => ({
    language,
    code: code!,
    output: output!.trim(),
  }),
);

test('the page has programs in both languages', () => {
  expect(examples.map(({ language }) => language)).toEqual(['c', 'c', 'ts']);
});

test.each(examples)('example $# of docs/agents.md prints what the page says', async ({ language, code, output }) => {
  const { gpu, model } = fixture;
  let results: readonly { bytes: Uint8Array }[];
  if (language === 'c') {
    ({ results } = await runAgents(fixture, code, { agents: 6 }));
  } else {
    const file = join(await mkdtemp(join(tmpdir(), 'resident-')), 'agent.ts');
    await writeFile(file, code);
    const { default: main } = (await import(pathToFileURL(file).href)) as { default: AgentMain };
    ({ results } = await runHostAgents(gpu, model, main, { agents: 2 }));
  }
  expect(results.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n')).toBe(output);
});

test('every program that the page names exists', async () => {
  for (const [, name] of page.matchAll(/programs\/agents\/([\w-]+\.\w+)/g)) {
    await expect(readFile(packageFile('programs', 'agents', name!), 'utf8')).resolves.toContain('resident');
  }
});
