// npm run fuzz:c -- --count N [--seed S]: N csmith programs against gcc, then N broken sources, which must end with a
// result or a message. On the reference stage machine, which the kernel equals. Needs csmith and gcc for the first part.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { slotSizes } from '../../../src/cc/compiler.ts';
import { HostCompiler } from '../host.ts';
import { runRv32 } from '../rv32.ts';
import { csmithProgram } from './csmith.ts';

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const count = Number(values.count ?? 100);
const firstSeed = Number(values.seed ?? 100_000);

const host = new HostCompiler(slotSizes(16384, 1 << 18));
let compared = 0;
let wrong = 0;
for (let seed = firstSeed; seed < firstSeed + count; seed++) {
  const program = csmithProgram(seed, 16000);
  if (!program) continue;
  const compiled = host.compile(program.source);
  const message = compiled.diagnostics.find((d) => d.kind === 'error')?.message;
  const run = compiled.ok ? runRv32(compiled.program, { maxInstructions: 50_000_000 }) : undefined;
  if (run?.trap === 25) continue;
  compared++;
  const got = run ? `${run.stdout}${run.trap ?? ''}` : message;
  if (got !== program.expected) {
    wrong++;
    console.log(`csmith seed ${seed}: expected ${program.expected.trim()}, got ${got}`);
  }
}
console.log(`csmith: ${compared} programs compared, ${wrong} differ`);

const pieces = ['(', ')', '{', '}', '[', ']', ';', '*', '&', 'int', 'struct', '#', '"', "'", '\\', ',', '=', 'case', 'else',
  'goto', '1e999', '...', '##', '\n#if 1\n', '\n#define A A(A\n', 'sizeof', 'return', '?', ':', '->', 'typedef', '\0',
  '/*', 'enum{', 'union', '(int)', '!', '-']; // biome-ignore format: one table
const file = new URL('../expected/handwritten.json.gz', import.meta.url);
const sources = (JSON.parse(gunzipSync(readFileSync(file)).toString()) as { source: string }[]).map((c) => c.source);
const small = new HostCompiler(slotSizes(4096, 1 << 15));
let state = firstSeed;
const random = (n: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
let silent = 0;
for (let i = 0; i < count; i++) {
  let source = sources[random(sources.length)]!;
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(source.length);
    const piece = random(2) ? pieces[random(pieces.length)]! : '';
    source = source.slice(0, at) + piece + source.slice(piece ? at : at + random(8));
  }
  const result = small.compile(source);
  const messages = result.diagnostics.map((d) => d.message).join('; ');
  if (!result.ok && (messages === '' || messages.includes('internal'))) {
    silent++;
    console.log(`broken source ${i}: ${messages || 'no message'}\n${source}`);
  }
}
console.log(`broken sources: ${count} compiled, ${silent} without a proper message`);
process.exitCode = wrong + silent > 0 ? 1 : 0;
