import { type Chain, type Gpu, readBuffer, waitForGpu } from '../../gpu/index.ts';
import { kernelConstants as c, InstanceStatus } from '../constants.ts';
import type { EngineBuffers, EngineStatistics } from './engine.ts';

/** All instances after a chain. */
export class Snapshot {
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;
  readonly #tokens: Uint32Array;
  readonly #context: number;
  readonly instances: number;

  constructor(words: Uint32Array<ArrayBuffer>, instances: number, context: number) {
    this.#words = words;
    this.#floats = new Float32Array(words.buffer);
    this.#tokens = words.subarray(instances * c.MODEL_STATE_STRIDE);
    this.#context = context;
    this.instances = instances;
  }

  /** A state word (`MODEL_STATE_...`) of an instance. */
  word(instance: number, word: number): number {
    return this.#words[instance * c.MODEL_STATE_STRIDE + word]!;
  }

  float(instance: number, word: number): number {
    return this.#floats[instance * c.MODEL_STATE_STRIDE + word]!;
  }

  status(instance: number): number {
    return this.word(instance, c.MODEL_STATE_STATUS);
  }

  /** All tokens of an instance, prompt first. */
  tokens(instance: number): Uint32Array {
    const first = instance * this.#context;
    return this.#tokens.subarray(first, first + this.word(instance, c.MODEL_STATE_LENGTH));
  }

  /** Tokens after the prompt. */
  generated(instance: number): Uint32Array {
    return this.tokens(instance).subarray(this.word(instance, c.MODEL_STATE_PROMPT_LENGTH));
  }

  /** Instances that are RUNNING or PAUSED. */
  get active(): number {
    let count = 0;
    for (let i = 0; i < this.instances; i++) {
      const status = this.status(i);
      if (status === InstanceStatus.running || status === InstanceStatus.paused) count++;
    }
    return count;
  }
}

/** Copies states and tokens to the host after each chain, through a pool of staging buffers. */
export class Readback {
  readonly #gpu: Gpu;
  readonly #buffers: EngineBuffers;
  readonly #instances: number;
  readonly #context: number;
  readonly #statistics: EngineStatistics;
  readonly #free: GPUBuffer[] = [];
  readonly #stamps: { queries: GPUQuerySet; resolved: GPUBuffer } | undefined;
  /** When the last chain ended, on the GPU's clock in nanoseconds. */
  #lastEnd: bigint | undefined;
  #underWay = 0;
  #busySince = 0;

  constructor(gpu: Gpu, buffers: EngineBuffers, instances: number, context: number, statistics: EngineStatistics) {
    this.#gpu = gpu;
    this.#buffers = buffers;
    this.#instances = instances;
    this.#context = context;
    this.#statistics = statistics;
    if (!gpu.paths.timestamps) return;
    this.#stamps = {
      queries: gpu.device.createQuerySet({ type: 'timestamp', count: 2 }),
      resolved: gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC }),
    };
  }

  /** To be called first for every chain. */
  begin(chain: Chain): void {
    if (this.#stamps) chain.stamp(this.#stamps.queries, 0);
  }

  /** Records the copy; call the result once the chain is submitted. */
  record(chain: Chain): () => Promise<Snapshot> {
    const { state, tokens } = this.#buffers;
    // Two 64-bit times come first.
    const size = 16 + state.size + tokens.size;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = this.#free.pop() ?? this.#gpu.device.createBuffer({ label: 'snapshot', size, usage });
    chain.copy(state, 0, staging, 16, state.size);
    chain.copy(tokens, 0, staging, 16 + state.size, tokens.size);
    if (this.#stamps) {
      chain.stamp(this.#stamps.queries, 1);
      chain.resolve(this.#stamps.queries, 2, this.#stamps.resolved);
      chain.copy(this.#stamps.resolved, 0, staging, 0, 16);
    }
    return async () => {
      const follows = this.#underWay > 0;
      if (this.#underWay++ === 0) this.#busySince = performance.now();
      try {
        await waitForGpu(staging.mapAsync(GPUMapMode.READ));
        const mapped = staging.getMappedRange();
        const [start, end] = new BigUint64Array(mapped, 0, 2);
        const words = new Uint32Array(mapped.slice(16));
        staging.unmap();
        this.#free.push(staging);
        if (this.#stamps) {
          const idle = start! - (this.#lastEnd ?? start!);
          if (follows && idle > 0n) this.#statistics.idleMs += Number(idle) / 1e6;
          this.#lastEnd = end!;
        }
        return new Snapshot(words, this.#instances, this.#context);
      } finally {
        const now = performance.now();
        this.#statistics.gpuMs += now - this.#busySince;
        this.#busySince = now;
        this.#underWay--;
      }
    };
  }

  read(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    return readBuffer(this.#gpu, buffer, 0, bytes);
  }

  destroy(): void {
    for (const buffer of this.#free) buffer.destroy();
    this.#stamps?.queries.destroy();
    this.#stamps?.resolved.destroy();
  }
}
