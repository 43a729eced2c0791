import { compileKernel, type Gpu, type Kernel, uniformBuffer } from '../../gpu/index.ts';
import { JobStageName } from '../constants.ts';
import { SIZE_VECTORS } from './runtime.ts';

const tiers = new WeakMap<Gpu, Map<number, NativeTier>>();

/** The translated stages, compiled once for each GPU, in the background. */
export class NativeTier {
  /** One for each stage, once they are ready. */
  kernels: readonly Kernel[] | undefined;
  /** Why there will be no kernels. */
  failure: unknown;
  readonly ready: Promise<void>;
  readonly #gpu: Gpu;

  /** @param lanes slots of one workgroup */
  static start(gpu: Gpu, lanes: number): NativeTier {
    const known = tiers.get(gpu)?.get(lanes);
    if (known) return known;
    const tier = new NativeTier(gpu, lanes);
    tiers.set(gpu, (tiers.get(gpu) ?? new Map<number, NativeTier>()).set(lanes, tier));
    return tier;
  }

  private constructor(gpu: Gpu, lanes: number) {
    this.#gpu = gpu;
    const compile = async () => {
      const { nativeStages } = await import('../native.generated.ts');
      const constants = { cc_lanes: lanes };
      this.kernels = await Promise.all(
        nativeStages.map((wgsl, i) => compileKernel(gpu, wgsl, { label: `cc ${JobStageName[i]!}`, constants })),
      );
    };
    // The interpreter goes on when a driver cannot compile them.
    this.ready = compile().catch((cause: unknown) => {
      this.failure = cause;
    });
  }

  /** The uniform block of a slot's table addresses and sizes. */
  sizeBuffer(words: Uint32Array): GPUBuffer {
    const padded = new Uint32Array(SIZE_VECTORS * 4);
    padded.set(words);
    return uniformBuffer(this.#gpu, padded, 'cc sizes');
  }
}
