import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { functions } from '../../src/os/expression.ts';
import { faultCodes } from '../../src/os/fault.ts';
import { instructionNames, instructionsMarkdown } from '../../src/os/isa.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/llm-vm.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'resident-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the tutorial does what it says', () => {
  const blocks = [...page.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)];
  let commands = 0;
  for (const [, language, file, body] of blocks) {
    if (file) writeFileSync(join(folder, file), body!);
    if (language !== 'console') continue;
    for (const part of body!.split(/^\$ /m).filter(Boolean)) {
      const [command, ...expected] = part.trimEnd().split('\n') as [string, ...string[]];
      const [name, ...args] = command.split(' ') as [string, ...string[]];
      expect(name).toBe('resident');
      const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      for (const line of expected) expect(`$ ${command}\n${stdout}${stderr}`).toContain(line);
      commands++;
    }
  }
  expect(commands).toBeGreaterThan(8);
});

test.each([
  ['instructions', instructionsMarkdown()],
  ['functions', functionsMarkdown()],
  ['faults', faultsMarkdown()],
])('the section of %s is the one that the table makes', (name, made) => {
  const section = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)<!-- end -->`).exec(page)?.[1];
  // Made by `node scripts/node24.mjs scripts/os-docs.ts`.
  expect(section?.trim()).toBe(made.trim());
});

test('every instruction is described', () => {
  for (const op of instructionNames) expect(page).toContain(`#### ${op}\n`);
});

function functionsMarkdown(): string {
  return Object.values(functions)
    .map(({ usage }) => `- \`${usage.replace(/\): /, ')`: ')}`)
    .join('\n');
}

function faultsMarkdown(): string {
  return Object.entries(faultCodes)
    .map(([code, meaning]) => `- \`${code}\`: ${meaning}`)
    .join('\n');
}
