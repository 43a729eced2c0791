// Assembles the compiler's stages (src/cc/stages/*.c) into a TypeScript module, so that Node and browsers share them,
// and compiles the C library (src/cc/library/*.c) with them.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/cc/stages', import.meta.url));
const sources = Object.fromEntries(
  globSync('*.c', { cwd: folder })
    .sort()
    .map((file) => [basename(file, '.c'), readFileSync(join(folder, file), 'utf8')]),
);

const libraryFolder = join(folder, '..', 'library');
const librarySource = ['arithmetic.c', 'stdlib.c', 'stdio.c', 'scanf.c', 'math.c', 'resident.c', 'model.c']
  .map((file) => readFileSync(join(libraryFolder, file), 'utf8'))
  .join('\n');
const { buildLibrary } = await import('../src/cc/build-library.ts');
const image = buildLibrary(librarySource, sources);
writeFileSync(
  join(folder, '..', 'library.generated.ts'),
  `// Compiled from library/*.c by scripts/build-stages.ts.\nimport type { LibraryImage } from './library-image.ts';\n\nexport const library: LibraryImage = ${JSON.stringify(image)};\n`,
);

const { stageTemplate } = await import('../src/cc/assemble-stages.ts');
writeFileSync(
  join(folder, '..', 'stage-template.generated.ts'),
  `// Assembled from stages/*.c by scripts/build-stages.ts.\nimport type { StageTemplate } from './stage-code.ts';\n\nexport const template: StageTemplate = ${JSON.stringify(stageTemplate(sources, image))};\n`,
);
