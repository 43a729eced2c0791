import { ResidentError } from '../../errors.ts';
import type { Gpu } from '../../gpu/index.ts';
import { kernelConstants as c } from '../constants.ts';
import type { Gguf } from '../gguf/index.ts';
import { cachedRowBytes } from './cache.ts';
import type { ModelConfig } from './config.ts';
import { planeFormats, planeWords } from './planes.ts';

/** GPU memory that an engine will take, in bytes, known before anything is loaded. */
export interface MemoryPlan {
  readonly weights: number;
  /** Keys and values of one instance. */
  readonly cachePerInstance: number;
  /** Tokens, logits and state of one instance. */
  readonly statePerInstance: number;
  /** Activations of the rows of one step. */
  readonly scratch: number;
  readonly total: number;
  /** Instances of this context that the adapter's largest binding allows. */
  readonly mostInstances: number;
}

export function planMemory(
  gpu: Gpu,
  gguf: Gguf,
  config: ModelConfig,
  sizes: {
    instances: number;
    contextLength: number;
    rows: number;
    cacheBits: number;
    fast: boolean;
    sharedPages: number;
    keepAttention: boolean;
  },
): MemoryPlan {
  const { instances, contextLength, rows, cacheBits, fast } = sizes;
  let weights = 0;
  for (const { type, shape } of gguf.tensors.values()) {
    const values = shape.reduce((product, n) => product * n, 1);
    if (shape.length === 1 || values % 32 !== 0) {
      weights += values * 4;
    } else {
      const words = planeWords(planeFormats[type.name], values / 32);
      weights += (words.low + words.high + words.scales) * 4;
    }
  }
  const { width, heads, kvHeads, head, feedForward, layers, vocabulary } = config;
  const positions = Math.ceil(contextLength / c.MODEL_PAGE) * c.MODEL_PAGE;
  const layerPerInstance = positions * kvHeads * cachedRowBytes(config, cacheBits);
  const cachePerInstance = 2 * layers * layerPerInstance;
  const sharedPrefixes = (cachePerInstance / positions) * c.MODEL_PAGE * sizes.sharedPages;
  const attention = sizes.keepAttention ? layers * heads * contextLength : 0;
  const statePerInstance = (contextLength + vocabulary + c.MODEL_STATE_STRIDE + attention) * 4;
  const qkv = (heads + 2 * kvHeads) * head;
  // The fast path holds products in parts, inputs in f16 (forward-fast.ts).
  const perRow = fast
    ? width * 4 + 2 * (width + heads * head + feedForward) + 8 * 4 * (width + qkv)
    : 4 * (2 * width + qkv + heads * head + feedForward);
  const rotations = contextLength * config.rope.rotated * 4;
  const scratch = rows * perRow + rotations;
  const binding = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
  return {
    weights,
    cachePerInstance,
    statePerInstance,
    scratch,
    total: weights + scratch + sharedPrefixes + instances * (cachePerInstance + statePerInstance),
    mostInstances: Math.floor(Math.min(binding / layerPerInstance, binding / (Math.max(vocabulary, attention) * 4))),
  };
}

export function describePlan(plan: MemoryPlan, instances: number): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return (
    `GPU memory: weights ${mb(plan.weights)}, ${instances} instances of ${mb(plan.cachePerInstance)} KV cache and ` +
    `${mb(plan.statePerInstance)} state, scratch ${mb(plan.scratch)}: ${mb(plan.total)} in all; ` +
    `at most ${plan.mostInstances} instances of this context fit the adapter's bindings`
  );
}

/**
 * Runs an allocation and turns the GPU's refusal into a sentence.
 *
 * @throws ResidentError when the GPU has not enough memory
 */
export async function refuseWhenFull<T>(
  gpu: Gpu,
  plan: MemoryPlan,
  instances: number,
  load: () => Promise<T>,
): Promise<T> {
  if (instances > plan.mostInstances) {
    throw new ResidentError(
      `${instances} instances do not fit: ${describePlan(plan, instances)}. Use fewer instances or a shorter context.`,
    );
  }
  gpu.device.pushErrorScope('out-of-memory');
  let loaded: T;
  try {
    loaded = await load();
  } catch (error) {
    await gpu.device.popErrorScope();
    throw error;
  }
  if (await gpu.device.popErrorScope()) {
    throw new ResidentError(
      `The GPU has not enough memory. ${describePlan(plan, instances)}. Use a smaller model, fewer instances or a shorter context.`,
    );
  }
  return loaded;
}
