import { setLanguageFeatures } from './paths.ts';

const enabledToggles = [
  'allow_unsafe_apis', // subgroup matrix
  'vulkan_enable_f16_on_nvidia', // f16 on NVIDIA, where our f16 kernels are checked against f32
];
const disabledToggles = ['timestamp_quantization']; // GPU times in nanoseconds, not in steps of 100 µs

/** Who checks the array indices of kernels; see `BoundsChecks` in gpu.ts. */
export type DriverChecks = 'own' | 'webgpu';

const checkToggles: Readonly<Record<DriverChecks, readonly string[]>> = { own: ['disable_robustness'], webgpu: [] };

/** Dawn crashes when its instance is collected while a device is in use, so one lives as long as the process. */
const instances = new Map<string, GPU>();

/**
 * WebGPU in this process: the browser's own, or Dawn in Node.
 *
 * @param adapterName restricts Node to adapters whose name contains it
 * @param checks what of array indices is checked besides what kernels do themselves; browsers check all
 */
export async function nodeProvider(adapterName?: string, checks: DriverChecks = 'webgpu'): Promise<GPU> {
  if (hasBrowserGpu()) {
    setLanguageFeatures(navigator.gpu.wgslLanguageFeatures);
    return navigator.gpu;
  }
  // The Vulkan loader complains on the user's terminal when this is unset.
  process.env.XDG_RUNTIME_DIR ||= '/tmp';
  const dawn = await import('webgpu');
  Object.assign(globalThis, dawn.globals);
  const flags = [
    `enable-dawn-features=${[...enabledToggles, ...checkToggles[checks], ...extraToggles()].join(',')}`,
    `disable-dawn-features=${disabledToggles.join(',')}`,
  ];
  if (adapterName) flags.push(`adapter=${adapterName}`);
  const key = flags.join(' ');
  const provider = instances.get(key) ?? (dawn.create(flags) as GPU);
  instances.set(key, provider);
  setLanguageFeatures(provider.wgslLanguageFeatures);
  return provider;
}

export function hasBrowserGpu(): boolean {
  return typeof navigator !== 'undefined' && Boolean(navigator.gpu);
}

/** `RESIDENT_DAWN_TOGGLES` adds Dawn toggles, for benchmarks (`skip_validation`). */
function extraToggles(): string[] {
  return (process.env.RESIDENT_DAWN_TOGGLES ?? '').split(',').filter(Boolean);
}
