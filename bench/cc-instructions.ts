// Instructions executed by our code and by gcc's for 20 small programs (programs/c/kernels.txt: name, tab, source).
// Needs gcc-riscv64-unknown-elf:  node scripts/node24.mjs bench/cc-instructions.ts
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slotSizes } from '../src/cc/compiler.ts';
import { HostCompiler } from '../test/cc/host.ts';
import { runRv32 } from '../test/cc/rv32.ts';

const host = new HostCompiler(slotSizes(8192, 1 << 16));
const folder = mkdtempSync(join(tmpdir(), 'instructions-'));
const path = (name: string) => join(folder, name);
writeFileSync(path('start.S'), '.globl _start\n_start: call main\n li a7,93\n ecall\n');

function withGcc(source: string, level: string) {
  writeFileSync(path('p.c'), source);
  const target = ['-march=rv32im', '-mabi=ilp32', '-nostdlib', '-static', '-fno-builtin', '-Wl,--no-relax'];
  const places = ['-Wl,-Ttext=0x10000', '-Wl,-Tdata=0x10000000', '-Wl,-Tbss=0x10000000'];
  const files = [path('start.S'), path('p.c'), '-lgcc', '-o', path('p.elf')];
  execFileSync('riscv64-unknown-elf-gcc', [level, '-w', ...target, ...places, ...files]);
  const sections = ['-O', 'binary', '-j', '.text', '-j', '.rodata'];
  execFileSync('riscv64-unknown-elf-objcopy', [...sections, path('p.elf'), path('p.bin')]);
  const bytes = readFileSync(path('p.bin'));
  const text = new Uint32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(text.buffer).set(bytes);
  return runRv32({ text, textBytes: text.byteLength, staticLength: 1 << 16 }, { maxInstructions: 20_000_000 });
}

const sums = [0, 0];
let programs = 0;
for (const line of readFileSync(new URL('../programs/c/kernels.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')) {
  const [name, source] = line.split('\t') as [string, string];
  const compiled = host.compile(source);
  if (!compiled.ok) throw new Error(`${name}: ${compiled.diagnostics[0]?.message}`);
  const ours = runRv32(compiled.program, { maxInstructions: 20_000_000 });
  const theirs = [withGcc(source, '-O0'), withGcc(source, '-O1')];
  if (theirs.some((t) => t.exit !== ours.exit)) throw new Error(`${name}: exit codes differ`);
  const ratios = theirs.map((t) => ours.instructions / t.instructions);
  ratios.forEach((ratio, i) => {
    sums[i]! += Math.log(ratio);
  });
  programs++;
  const columns = [ours.instructions, ...theirs.map((t) => t.instructions), ...ratios.map((r) => r.toFixed(2))];
  console.log([name.padEnd(10), ...columns.map((c) => String(c).padStart(9))].join(' '));
}
const means = sums.map((sum) => Math.exp(sum / programs).toFixed(3));
console.log(`${programs} programs; geometric mean ${means[0]} of gcc -O0, ${means[1]} of gcc -O1`);
