import { compileKernel, type Gpu, type Kernel } from '../gpu/index.ts';

const caches = new WeakMap<Gpu, Map<string, Promise<Kernel>>>();

/** Compiles a machine kernel once for each device, entry point and set of constants. */
export function cachedKernel(
  gpu: Gpu,
  label: string,
  wgsl: string,
  constants: Record<string, number> = {},
  entry = 'main',
): Promise<Kernel> {
  const cache = caches.get(gpu) ?? new Map<string, Promise<Kernel>>();
  caches.set(gpu, cache);
  const key = `${label}:${JSON.stringify(constants)}`;
  let kernel = cache.get(key);
  if (!kernel) {
    kernel = compileKernel(gpu, wgsl, { constants, entry, label });
    cache.set(key, kernel);
  }
  return kernel;
}
