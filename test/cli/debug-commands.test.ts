// resident run --trace, --break, --core, and resident gdb, as a user calls them.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/cli/package-files.ts';

const elf = fileURLToPath(new URL('../machine/fixtures/debuggee.elf', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'resident-debug-'));

function resident(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [packageFile('bin', 'resident'), ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

test('run --trace prints each instruction with what it changed', async () => {
  const file = join(folder, 'tiny.s');
  writeFileSync(
    file,
    '.data\nx: .word 5\n.text\n_start:\n  la t0, x\n  lw t1, 0(t0)\nagain:\n  addi t1, t1, -4\n  sh t1, 2(t0)\n  mv a0, t1\n  li a7, 93\n  ecall\n',
  );
  const { code, stdout, stderr } = await resident('run', file, '--trace');
  expect(stdout).toBe('');
  expect(code).toBe(1);
  const lines = stderr.trim().split('\n');
  expect(lines).toContainEqual(expect.stringMatching(/^0001000[0-9a-f] <again> +addi t1, t1, -4 +t1=00000001$/));
  expect(lines).toContainEqual(expect.stringMatching(/ lw t1, 0\(t0\) +t1=00000005 \[10000000\]$/));
  expect(lines).toContainEqual(expect.stringMatching(/ sh t1, 2\(t0\) +\[10000002\]=0001$/));
  expect(lines.at(-1)).toMatch(/ ecall$/);

  const json = await resident('run', file, '--trace', '--json', '--break', `${file}:8`);
  const objects = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(objects.find((o) => o.trace?.registers.t1 === 5).trace).toMatchObject({
    memory: { address: 0x10000000, bytes: 4 },
  });
  expect(objects.find((o) => o.break).break).toMatchObject({ symbol: '<again>', line: 8, registers: { t1: 5 } });
  expect(json.code).toBe(0);
});

test('run --break stops at a source line, --core writes what gdb can open, unknown places are named', async () => {
  const core = join(folder, 'core');
  const stopped = await resident(
    'run',
    elf,
    '--break',
    'debuggee.c:22',
    '--break',
    'grow',
    '--core',
    core,
    '--instances',
    '3',
  );
  expect(stopped.code).toBe(0);
  expect(stopped.stderr).toContain('breakpoint at ');
  expect(stopped.stderr).toMatch(/<(work|grow)(\+0x[0-9a-f]+)?> at .*debuggee\.c:\d+, instance 0/);
  expect(stopped.stderr).toMatch(/ra [0-9a-f]{8} .* sp [0-9a-f]{8}/);
  const file = readFileSync(core);
  expect([file.readUInt32BE(0), file.readUInt16LE(16), file.readUInt16LE(18)]).toEqual([0x7f454c46, 4, 243]);
  const wrong = await resident('run', elf, '--break', 'nowhere');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('no such symbol');
});

test('gdb serves one debugger and ends with it', async () => {
  const child = spawn(process.execPath, [packageFile('bin', 'resident'), 'gdb', elf, '--port', '0', '--json']);
  const ended = new Promise<number | null>((resolve) => void child.on('exit', resolve));
  const port = await new Promise<number>((resolve) => {
    child.stdout.on('data', (bytes) => resolve((JSON.parse(String(bytes)) as { port: number }).port));
  });
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write('$?#3f'));
    let text = '';
    socket.on('data', (bytes) => {
      text += String(bytes);
      if (!text.includes('#') || socket.writableEnded) return;
      resolve(text);
      socket.end('+$k#6b');
    });
  });
  expect(answer).toMatch(/^\+\$T05thread:1;#[0-9a-f]{2}$/);
  expect(await ended).toBe(0);
});
