// node scripts/node24.mjs scripts/os-docs.ts: writes what tables make into docs/llm-vm.md, and programs/os/schema.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functions } from '../src/os/expression.ts';
import { faultCodes } from '../src/os/fault.ts';
import { instructionsMarkdown } from '../src/os/isa.ts';
import { programJsonSchema } from '../src/os/program.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'docs/llm-vm.md');
const sections: Record<string, string> = {
  instructions: instructionsMarkdown(),
  functions: Object.values(functions)
    .map(({ usage }) => `- \`${usage.replace(/\): /, ')`: ')}`)
    .join('\n'),
  faults: Object.entries(faultCodes)
    .map(([code, meaning]) => `- \`${code}\`: ${meaning}`)
    .join('\n'),
};
let text = readFileSync(file, 'utf8');
for (const [name, made] of Object.entries(sections)) {
  const place = new RegExp(`<!-- ${name} -->(?:\\n[\\s\\S]*?<!-- end -->)?`);
  text = text.replace(place, () => `<!-- ${name} -->\n${made.trim()}\n<!-- end -->`);
}
writeFileSync(file, text);
writeFileSync(join(root, 'programs/os/schema.json'), `${JSON.stringify(programJsonSchema(), null, 2)}\n`);
