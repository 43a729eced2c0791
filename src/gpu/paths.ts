/** Optional kernel paths. The portable path (f32, no subgroups) always exists. */
export interface KernelPaths {
  /** f16 arithmetic and storage in kernels. */
  readonly f16: boolean;
  /** Subgroup reductions. */
  readonly subgroups: boolean;
  /** Packed 4×8-bit integer dot product. */
  readonly int8Dot: boolean;
  /** Subgroup matrix (tensor core) products. */
  readonly subgroupMatrix: boolean;
  /** GPU timestamps, for benchmarks. */
  readonly timestamps: boolean;
}

export function selectKernelPaths(
  device: GPUDevice,
  adapter: GPUAdapter,
  without: readonly (keyof KernelPaths)[],
): KernelPaths {
  const has = (feature: string) => device.features.has(feature);
  const available: KernelPaths = {
    f16: has('shader-f16'),
    // A subgroup kernel is written for one width; adapters that vary it take the portable path.
    subgroups: has('subgroups') && adapter.info.subgroupMinSize === adapter.info.subgroupMaxSize,
    int8Dot: languageHas('packed_4x8_integer_dot_product'),
    subgroupMatrix: has('chromium-experimental-subgroup-matrix') && has('shader-f16'),
    timestamps: has('timestamp-query'),
  };
  return Object.fromEntries(
    Object.entries(available).map(([name, on]) => [name, on && !without.includes(name as keyof KernelPaths)]),
  ) as unknown as KernelPaths;
}

/** Part of the WGSL language that every adapter of one implementation shares; emulated where hardware lacks it. */
let languageFeatures: ReadonlySet<string> = new Set();

export function setLanguageFeatures(features: ReadonlySet<string>): void {
  languageFeatures = features;
}

function languageHas(feature: string): boolean {
  return languageFeatures.has(feature);
}
