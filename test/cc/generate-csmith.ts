// Makes expected/csmith.json.gz: random programs of csmith and the output of gcc. Needs csmith and gcc; run by hand:
//   node scripts/node24.mjs test/cc/generate-csmith.ts [count]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { slotSizes } from '../../src/cc/compiler.ts';
import { csmithProgram } from './fuzz/csmith.ts';
import { HostCompiler } from './host.ts';
import { runRv32 } from './rv32.ts';

const count = Number(process.argv[2] ?? 320);
const host = new HostCompiler(slotSizes(8192, 1 << 17));
const programs: { seed: number; source: string; expected: string }[] = [];
for (let seed = 1; programs.length < count; seed++) {
  const program = csmithProgram(seed, 8000);
  if (!program) continue;
  // Long runs would make the suite slow, so they stay out; wrong results stay in.
  const compiled = host.compile(program.source);
  if (compiled.ok && runRv32(compiled.program, { maxInstructions: 300_000 }).trap === 25) continue;
  programs.push({ seed, ...program });
}
const file = fileURLToPath(new URL('expected/csmith.json.gz', import.meta.url));
writeFileSync(file, gzipSync(JSON.stringify(programs), { level: 9 }));
console.log(`${programs.length} programs`);
