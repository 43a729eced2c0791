import { readBuffer } from './buffers.ts';
import type { Gpu } from './gpu.ts';
import type { Kernel } from './kernel.ts';

/** GPU time of one labelled part of a chain. */
export interface ChainTiming {
  label: string;
  /** Nanoseconds between the part's first and last dispatch on the GPU. */
  nanoseconds: number;
}

/**
 * Records dispatches that run back to back on the GPU, in order, each seeing what the ones before it wrote,
 * and submits them at once. A chain is the unit in which the CPU talks to the GPU.
 */
export class Chain {
  readonly #gpu: Gpu;
  readonly #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | undefined;
  #timer: ChainTimer | undefined;
  /** Number of dispatches recorded so far. */
  dispatches = 0;

  constructor(gpu: Gpu, options: { label?: string; timer?: ChainTimer } = {}) {
    this.#gpu = gpu;
    this.#encoder = gpu.device.createCommandEncoder(options.label ? { label: options.label } : {});
    this.#timer = options.timer;
  }

  dispatch(kernel: Kernel, bindings: GPUBindGroup, x: number, y = 1, z = 1): void {
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(kernel.pipeline);
    this.#pass.setBindGroup(0, bindings);
    this.#pass.dispatchWorkgroups(x, y, z);
    this.dispatches++;
  }

  dispatchIndirect(kernel: Kernel, bindings: GPUBindGroup, counts: GPUBuffer, offset = 0): void {
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(kernel.pipeline);
    this.#pass.setBindGroup(0, bindings);
    this.#pass.dispatchWorkgroupsIndirect(counts, offset);
    this.dispatches++;
  }

  copy(source: GPUBuffer, sourceOffset: number, target: GPUBuffer, targetOffset: number, size: number): void {
    this.#endPass();
    this.#encoder.copyBufferToBuffer(source, sourceOffset, target, targetOffset, size);
  }

  clear(buffer: GPUBuffer, offset = 0, size = buffer.size - offset): void {
    this.#endPass();
    this.#encoder.clearBuffer(buffer, offset, size);
  }

  /** Writes the GPU's time, in nanoseconds, when everything recorded so far is done. Needs the `timestamps` kernel path. */
  stamp(querySet: GPUQuerySet, index: number): void {
    this.#endPass();
    this.#encoder.beginComputePass({ timestampWrites: { querySet, endOfPassWriteIndex: index } }).end();
  }

  /** Copies the first `count` stamps to `target`, as 64-bit integers. */
  resolve(querySet: GPUQuerySet, count: number, target: GPUBuffer): void {
    this.#endPass();
    this.#encoder.resolveQuerySet(querySet, 0, count, target, 0);
  }

  /** Starts a part whose GPU time is reported under `label`, if this chain has a timer. */
  part(label: string): void {
    if (!this.#timer) return;
    this.#endPass();
    const timestampWrites = this.#timer.next(label);
    if (timestampWrites) this.#pass = this.#encoder.beginComputePass({ timestampWrites });
  }

  submit(): void {
    this.#endPass();
    this.#gpu.device.queue.submit([this.#encoder.finish()]);
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }
}

/** Timestamps around the parts of a chain. Needs the `timestamps` kernel path. */
export class ChainTimer {
  readonly #gpu: Gpu;
  readonly #capacity: number;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  #labels: string[] = [];

  /** @param capacity most parts measured before {@link read} */
  constructor(gpu: Gpu, capacity = 2048) {
    this.#gpu = gpu;
    this.#capacity = capacity;
    this.#queries = gpu.device.createQuerySet({ type: 'timestamp', count: capacity * 2 });
    this.#resolved = gpu.device.createBuffer({
      size: capacity * 16,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
  }

  /** Timestamp writes for the next part; undefined once the capacity is used up. */
  next(label: string): GPUComputePassTimestampWrites | undefined {
    if (this.#labels.length >= this.#capacity) return undefined;
    const index = this.#labels.push(label) - 1;
    return { querySet: this.#queries, beginningOfPassWriteIndex: index * 2, endOfPassWriteIndex: index * 2 + 1 };
  }

  /** Times of all parts since the last read, in order, with absolute GPU times for gap measurements. */
  async read(): Promise<(ChainTiming & { begin: bigint; end: bigint })[]> {
    const labels = this.#labels;
    this.#labels = [];
    if (labels.length === 0) return [];
    // Not in the chains themselves: resolving takes GPU time between one chain and the next.
    const encoder = this.#gpu.device.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, labels.length * 2, this.#resolved, 0);
    this.#gpu.device.queue.submit([encoder.finish()]);
    const stamps = new BigUint64Array(await readBuffer(this.#gpu, this.#resolved, 0, labels.length * 16));
    return labels.map((label, i) => {
      const begin = stamps[i * 2]!;
      const end = stamps[i * 2 + 1]!;
      return { label, begin, end, nanoseconds: Number(end - begin) };
    });
  }
}
