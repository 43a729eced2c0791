import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chain, type Gpu } from '../src/gpu/index.ts';
import { assemble, Population, type Tier, writeElf } from '../src/machine/index.ts';

export const kernels = ['integer', 'memory', 'branches', 'float'] as const;

export interface MachineMeasurement {
  kernel: (typeof kernels)[number];
  tier: Exclude<Tier, 'auto'>;
  instances: number;
  /** Instructions per second of all instances together. */
  instructionsPerSecond: number;
  seconds: number;
}

export interface MachineReport {
  measurements: MachineMeasurement[];
  /** Seconds for Euler problem 10 (two million ints), one instance, by tier; the translated one without compiling. */
  euler10: { tier: string; seconds: number; instructions: number; stdout: string }[];
  /** Instructions per second of one CPU core under QEMU user mode for each kernel; absent where it is not installed. */
  qemu?: Record<string, number>;
}

function source(name: string): string {
  return readFileSync(new URL(`../programs/machine/${name}`, import.meta.url), 'utf8');
}

function kernelSource(kernel: (typeof kernels)[number]): string {
  // A program with float instructions gets an interpreter with twice the registers, so that kernel is a file of its own.
  if (kernel === 'float') return source('float-kernel.s');
  return `.equ KERNEL, ${kernels.indexOf(kernel)}\n${source('kernels.s')}`;
}

/** Runs all kernels on populations of the given sizes; each measurement lasts about `seconds` on the GPU. */
export async function benchMachine(
  gpu: Gpu,
  options: { sizes: readonly number[]; seconds: number; onMeasurement?: (m: MachineMeasurement) => void },
): Promise<MachineReport> {
  const measurements: MachineMeasurement[] = [];
  for (const kernel of kernels) {
    const program = assemble(kernelSource(kernel));
    for (const instances of options.sizes) {
      for (const tier of ['interpreter', 'translated'] as const) {
        const population = await Population.create(gpu, { instances, program, ramBytes: 2048, outputBytes: 4 });
        const measured = await measure(gpu, population, tier, options.seconds);
        const measurement = { kernel, tier, instances, ...measured };
        measurements.push(measurement);
        options.onMeasurement?.(measurement);
        population.destroy();
      }
    }
  }
  const qemu = qemuSpeeds();
  return { measurements, euler10: await euler10(gpu), ...(qemu ? { qemu } : {}) };
}

async function measure(gpu: Gpu, population: Population, tier: MachineMeasurement['tier'], wanted: number) {
  population.start({ maxInstructions: 1n << 62n });
  await population.run({ tier, maxMilliseconds: 0 });
  let perQuantum = 2000;
  for (;;) {
    const before = await executed(population);
    const began = performance.now();
    const chain = new Chain(gpu);
    population.encode(chain, { quanta: 1, instructionsPerQuantum: perQuantum, numbers: false });
    chain.submit();
    await gpu.device.queue.onSubmittedWorkDone();
    const seconds = (performance.now() - began) / 1000;
    const instructions = ((await executed(population)) - before) * population.instances;
    const scale = Math.min(20, wanted / seconds);
    if (scale < 1.6 || perQuantum >= 1 << 30) return { instructionsPerSecond: instructions / seconds, seconds };
    perQuantum = Math.min(1 << 30, Math.ceil(perQuantum * scale));
  }
}

/** Instructions of an average instance so far, from a sample. */
async function executed(population: Population): Promise<number> {
  const counts = await population.instructionCounts(Math.min(population.instances, 256));
  return counts.reduce((sum, n) => sum + Number(n), 0) / counts.length;
}

async function euler10(gpu: Gpu): Promise<MachineReport['euler10']> {
  const program = assemble(source('euler10.s'));
  const report: MachineReport['euler10'] = [];
  for (const tier of ['interpreter', 'translated'] as const) {
    const population = await Population.create(gpu, { instances: 1, program, ramBytes: 2_000_000 * 4 + 4096 });
    for (const round of ['compile', 'measure']) {
      population.start();
      const began = performance.now();
      await population.run({ tier: round === 'measure' && tier === 'translated' ? 'auto' : tier });
      const seconds = (performance.now() - began) / 1000;
      const [result] = await population.results();
      if (round === 'measure') {
        const stdout = new TextDecoder().decode(result!.stdout).trim();
        report.push({ tier, seconds, instructions: Number(result!.instructions), stdout });
      }
    }
    population.destroy();
  }
  return report;
}

/** The same kernels with a counter that ends them, on one core of the CPU. */
function qemuSpeeds(): Record<string, number> | undefined {
  try {
    execFileSync('qemu-riscv32', ['--version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'resident-bench-'));
  const speeds: Record<string, number> = {};
  const rounds = 20_000_000;
  const length = { integer: 12, memory: 11, float: 6, branches: 13 };
  for (const kernel of kernels) {
    // QEMU does not know the call for the instance number; the loops end when their counter s2 has run down.
    const text = kernelSource(kernel)
      .replace(/li a7, 4097[^\n]*\n\s+ecall/, 'li a0, 0')
      .replace('_start:', `_start:\nli s2, -${rounds}`)
      .replace(/j (integer|memory|float)\n/g, 'bnez s2, $1\nj done\n')
      .replace(/branches:\n/, 'branches:\naddi s2, s2, 1\nbeqz s2, done\n')
      .replace(/\.data|$/, 'done: li a0, 0\nli a7, 93\necall\n$&');
    const file = join(folder, `${kernel}.elf`);
    writeFileSync(file, writeElf(assemble(text)), { mode: 0o755 });
    const began = performance.now();
    execFileSync('qemu-riscv32', [file]);
    speeds[kernel] = (rounds * length[kernel]) / ((performance.now() - began) / 1000);
  }
  rmSync(folder, { recursive: true });
  return speeds;
}
