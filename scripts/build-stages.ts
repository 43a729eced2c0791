// Collects the compiler's stages (src/cc/stages/*.c) into a TypeScript module, so that Node and browsers share them.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/cc/stages', import.meta.url));
const sources = Object.fromEntries(
  globSync('*.c', { cwd: folder })
    .sort()
    .map((file) => [basename(file, '.c'), readFileSync(join(folder, file), 'utf8')]),
);
const text = `// Collected from stages/*.c by scripts/build-stages.ts.\nexport const stageSources = ${JSON.stringify(sources, null, 1)};\n`;
const output = join(folder, '..', 'stages.generated.ts');
writeFileSync(output, text);
