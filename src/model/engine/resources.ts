import { type Chain, compileKernel, type Gpu, type Kernel, storageBuffer, uniformBuffer } from '../../gpu/index.ts';
import type { PlaneFormat } from './planes.ts';

/** A recorded dispatch with fixed arguments and size; kernels exit early from the counts in the plan. */
export interface Operation {
  readonly label: string;
  readonly kernel: Kernel;
  readonly bindings: GPUBindGroup;
  readonly size: readonly [number, number, number?];
}

export function encode(chain: Chain, operations: readonly Operation[]): void {
  for (const { label, kernel, bindings, size } of operations) {
    chain.part(label);
    chain.dispatch(kernel, bindings, size[0], size[1], size[2] ?? 1);
  }
}

/** The kernels and buffers of one forward pass; each kernel is compiled once for each set of constants. */
export class Resources {
  readonly gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];
  readonly #kernels = new Map<string, Promise<Kernel>>();
  /** Bound where a kernel has an argument that is not used. */
  readonly empty: GPUBuffer;
  readonly #spare: GPUBuffer[] = [];

  constructor(gpu: Gpu) {
    this.gpu = gpu;
    this.empty = this.buffer(16, 'empty');
  }

  /** A buffer for an unused writable argument: two arguments of one dispatch must not share one. */
  spare(index: number): GPUBuffer {
    this.#spare[index] ??= this.buffer(16, 'spare');
    return this.#spare[index];
  }

  kernel(label: string, source: string, constants: Record<string, number>): Promise<Kernel> {
    const key = label + JSON.stringify(constants);
    let kernel = this.#kernels.get(key);
    if (!kernel) {
      kernel = compileKernel(this.gpu, source, { label, constants });
      this.#kernels.set(key, kernel);
    }
    return kernel;
  }

  buffer(bytes: number, label: string): GPUBuffer {
    return this.#keep(storageBuffer(this.gpu, bytes, { label }));
  }

  uniform(words: readonly number[], label: string): GPUBuffer {
    return this.#keep(uniformBuffer(this.gpu, new Uint32Array(words), label));
  }

  #keep(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }

  get bytes(): number {
    return this.#buffers.reduce((sum, buffer) => sum + buffer.size, 0);
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

export function formatConstants(format: PlaneFormat): Record<string, number> {
  return { LOW_BITS: format.lowBits, HIGH_BITS: format.highBits, SCALES: format.scales, BIAS: format.bias };
}
