// Makes expected/handwritten.json.gz: the programs of programs/*.c (separated by lines `//// name`) and the output of
// gcc. Needs gcc; run by hand:  node scripts/node24.mjs test/cc/generate-handwritten.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('programs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'handwritten-'));
const cases: { name: string; source: string; expected: string; exit: number }[] = [];
for (const file of readdirSync(folder).sort()) {
  const [, ...sections] = readFileSync(join(folder, file), 'utf8').split(/^\/\/\/\/ /m);
  for (const section of sections) {
    const end = section.indexOf('\n');
    const name = `${file.replace('.c', '')}/${section.slice(0, end).trim()}`;
    const source = section.slice(end + 1);
    writeFileSync(join(work, 'p.c'), source);
    const flags = ['-w', '-O0', '-fwrapv', '-fno-strict-aliasing', '-std=gnu11'];
    const compiled = spawnSync('gcc', [...flags, join(work, 'p.c'), '-o', join(work, 'p'), '-lm'], {
      encoding: 'utf8',
    });
    if (compiled.status !== 0) throw new Error(`${name}: ${compiled.stderr}`);
    const ran = spawnSync(join(work, 'p'), { encoding: 'latin1', timeout: 5000 });
    if (ran.status === null) throw new Error(`${name}: ${ran.signal}`);
    cases.push({ name, source, expected: ran.stdout, exit: ran.status });
  }
}
writeFileSync(
  fileURLToPath(new URL('expected/handwritten.json.gz', import.meta.url)),
  gzipSync(JSON.stringify(cases), { level: 9 }),
);
console.log(`${cases.length} programs`);
