// Runs the programs of qemu-programs.ts under `qemu-riscv32` (Debian: qemu-user) and writes what they print to
// qemu-expected.json: node scripts/node24.mjs test/machine/generate/qemu-expected.ts
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { writeElf } from '../../../src/machine/elf-write.ts';
import { type QemuProgram, qemuPrograms } from '../qemu-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'resident-qemu-'));

function outputs(programs: readonly QemuProgram[]): string {
  const parts = programs.map(({ program, labels }, i) => {
    const file = join(folder, `${i}.elf`);
    writeFileSync(file, writeElf(program), { mode: 0o755 });
    const output = execFileSync('qemu-riscv32', [file]);
    if (output.length !== labels.length * 8) throw new Error(`program ${i} printed ${output.length} bytes`);
    return output;
  });
  return gzipSync(Buffer.concat(parts), { level: 9 }).toString('base64');
}

const { full, compressed } = qemuPrograms();
const version = execFileSync('qemu-riscv32', ['--version'], { encoding: 'utf8' }).split('\n')[0]!;
const cases = [...full, ...compressed].reduce((sum, p) => sum + p.labels.length, 0);
const target = fileURLToPath(new URL('../qemu-expected.json', import.meta.url));
const expected = { qemu: version, cases, full: outputs(full), compressed: outputs(compressed) };
writeFileSync(target, `${JSON.stringify(expected, null, 2)}\n`);
console.log(`${cases} cases from ${version}`);
