import { compileKernel, type Kernel, readWords, storageBuffer, writeBuffer } from '../../gpu/index.ts';
import type { Population } from '../population.ts';
import type { Program } from '../program.ts';
import { NO_REGION, translate } from './translate.ts';

/** A translation that is ready to be dispatched. */
export interface CompiledTranslation {
  readonly kernel: Kernel;
  /** Instructions that were translated. */
  readonly instructions: number;
  /** Arguments for a quantum of so many instructions. */
  bindings(instructionsPerQuantum: number): GPUBindGroup;
}

/**
 * Translates and compiles, and marks in the decoded program where translated regions start, so that the interpreter
 * hands over there. Call it between chains.
 */
export async function compileTranslation(
  population: Population,
  program: Program,
  seeds: Iterable<number>,
  lanes: number,
  quantumBuffer: (instructions: number) => GPUBuffer,
): Promise<CompiledTranslation | undefined> {
  const { gpu, buffers } = population;
  const map = {
    textBase: population.textBase,
    textLength: Math.ceil(program.text.length / 4) * 4,
    ramBase: population.ramBase,
    ramBytes: population.ramBytes,
    ramStride: population.ramInterleave,
  };
  const translation = translate(program, map, seeds, { lanes });
  if (!translation) return undefined;
  const kernel = await compileKernel(gpu, translation.wgsl, { label: 'machine translated' });
  const regions = storageBuffer(gpu, translation.regions, { label: 'machine regions' });
  // Only those of the text: the ones of executable RAM change while this waits.
  const microOps = await readWords(gpu, buffers.microOps, 0, translation.regions.length * 8);
  translation.regions.forEach((region, granule) => {
    microOps[granule * 2] = (microOps[granule * 2]! & 0x7fffffff) | (region === NO_REGION ? 0 : 0x80000000);
  });
  writeBuffer(gpu, buffers.microOps, microOps);
  const b = buffers;
  const cache = new Map<number, GPUBindGroup>();
  return {
    kernel,
    instructions: translation.instructions,
    bindings(instructions) {
      const known = cache.get(instructions);
      if (known) return known;
      const group = kernel.bind(
        b.parameters,
        quantumBuffer(instructions),
        b.control,
        b.registers,
        b.ram,
        b.text,
        regions,
      );
      cache.set(instructions, group);
      return group;
    },
  };
}
