import { ResidentError } from '../errors.ts';
import { Chain, type Gpu, type Kernel, storageBuffer, uniformBuffer } from '../gpu/index.ts';
import { CONTROL_WORDS, ControlWord, REGISTER_WORDS } from './constants.ts';
import { cachedKernel } from './kernel-cache.ts';
import { wgsl as copyWgsl } from './kernels/copy.wgsl.ts';
import type { Population } from './population.ts';

/** One part of an instance's state: the words it takes and where they lie in a buffer. */
interface Part {
  buffer(population: Population): GPUBuffer;
  words: number;
  lanes(population: Population): number;
  /** First word of the part in the buffer. */
  at(population: Population): number;
  kept?: number;
}

/** Nothing is kept by the target. */
const NONE = 0xffffffff;
const CHUNK = 4096;

function partsOf(population: Population): Part[] {
  const linear = () => 1;
  const start = () => 0;
  const simple = (name: 'control' | 'registers' | 'output' | 'input' | 'text' | 'microOps', words: number): Part => ({
    buffer: (p) => p.buffers[name],
    words,
    lanes: linear,
    at: start,
  });
  return [
    // Barriers count arrivals of all instances, so each keeps its own.
    { ...simple('control', CONTROL_WORDS), kept: ControlWord.BARRIERS },
    simple('registers', REGISTER_WORDS),
    {
      buffer: (p: Population) => p.buffers.ram,
      words: population.ramBytes / 4,
      lanes: (p: Population) => p.ramInterleave,
      at: start,
    },
    simple('output', population.outputBytes / 4),
    simple('input', population.inputBytes / 4),
    ...(population.program
      ? []
      : [simple('text', population.textBytes / 4), simple('microOps', population.microOpStride * 2)]),
    {
      ...simple('microOps', (population.codeBytes >>> population.granuleShift) * 2),
      at: (p: Population) => p.codeAt * 2,
    },
  ].filter((part) => part.words > 0);
}

/** What two populations must have in common for an instance to move from one to the other; the words of a difference. */
export function shapeDifference(source: Population, target: Population): string | undefined {
  const shape = (p: Population): Record<string, unknown> => ({
    'RAM size': p.ramBytes,
    'RAM address': p.ramBase,
    'text address': p.textBase,
    'text size': p.textBytes,
    'output size': p.outputBytes,
    'input size': p.inputBytes,
    'executable RAM': p.codeBytes,
    'instruction lengths': p.granuleShift,
    'float registers': p.floatRegisters,
  });
  const [a, b] = [shape(source), shape(target)];
  const different = Object.keys(a).find((key) => a[key] !== b[key]);
  if (different) return different;
  return sameProgram(source, target) ? undefined : 'program';
}

function sameProgram({ program: a }: Population, { program: b }: Population): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && sameBytes(a.text, b.text) && sameBytes(a.data, b.data);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/**
 * Records copies of the complete state of instances to others; see {@link Population.encodeFork}. The buffers that this
 * makes are freed by `free`, after the chain was submitted.
 *
 * @throws ResidentError when the populations have not the same shape
 */
export async function prepareFork(
  source: Population,
  target: Population,
  pairs: GPUBuffer,
  count: number,
): Promise<{ encode(chain: Chain): void; free(): void }> {
  const difference = shapeDifference(source, target);
  if (difference) {
    throw new ResidentError(`An instance cannot move to a population that differs in its ${difference}.`);
  }
  const kernels = await copyKernels(source.gpu);
  const uniforms: GPUBuffer[] = [];
  const steps = partsOf(source).map((part) => {
    const [from, to] = [part.buffer(source), part.buffer(target)];
    const words = [count, part.words, part.lanes(source), part.lanes(target), part.at(source), part.at(target)];
    const uniform = uniformBuffer(
      source.gpu,
      new Uint32Array([...words, source.instances, target.instances, part.kept ?? NONE, 0, 0, 0]),
      'machine copy',
    );
    uniforms.push(uniform);
    const kernel = from === to ? kernels.same : kernels.base;
    const bindings = from === to ? kernel.bind(uniform, pairs, to) : kernel.bind(uniform, pairs, to, from);
    return { kernel, bindings, chunks: Math.ceil(part.words / CHUNK) };
  });
  const y = Math.min(count, 65535);
  return {
    encode(chain) {
      if (count === 0) return;
      for (const { kernel, bindings, chunks } of steps) {
        chain.dispatch(kernel, bindings, chunks, y, Math.ceil(count / y));
      }
    },
    free() {
      for (const uniform of uniforms) uniform.destroy();
    },
  };
}

/** Copies one instance over others; see {@link Population.fork}. */
export async function forkInstance(
  source: Population,
  from: number,
  targets: readonly number[],
  into: Population,
): Promise<void> {
  if (into === source && targets.includes(from))
    throw new ResidentError(`Instance ${from} cannot be a copy of itself.`);
  const pairs = storageBuffer(source.gpu, new Uint32Array(targets.flatMap((target) => [from, target])));
  const prepared = await prepareFork(source, into, pairs, targets.length);
  const chain = new Chain(source.gpu);
  prepared.encode(chain);
  chain.submit();
  prepared.free();
  pairs.destroy();
}

/** Copies `bytes` of linear RAM in a buffer of its own into the RAM of one instance, whatever its layout. */
export async function copyIntoRam(
  population: Population,
  instance: number,
  bytes: Uint8Array,
  chain: Chain,
): Promise<() => void> {
  const { gpu } = population;
  const staging = storageBuffer(gpu, bytes, { label: 'machine snapshot' });
  const pairs = storageBuffer(gpu, new Uint32Array([0, instance]), { label: 'machine pair' });
  const words = population.ramBytes / 4;
  const uniform = uniformBuffer(
    gpu,
    new Uint32Array([1, words, 1, population.ramInterleave, 0, 0, 1, population.instances, NONE, 0, 0, 0]),
  );
  const { base } = await copyKernels(gpu);
  chain.dispatch(base, base.bind(uniform, pairs, population.buffers.ram, staging), Math.ceil(words / CHUNK));
  return () => {
    for (const buffer of [staging, pairs, uniform]) buffer.destroy();
  };
}

async function copyKernels(gpu: Gpu): Promise<{ base: Kernel; same: Kernel }> {
  const [base, same] = await Promise.all([
    cachedKernel(gpu, 'machine copy', copyWgsl.base),
    cachedKernel(gpu, 'machine copy within', copyWgsl.same),
  ]);
  return { base, same };
}
