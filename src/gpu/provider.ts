import { setLanguageFeatures } from './paths.ts';

const enabledToggles = [
  'allow_unsafe_apis', // subgroup matrix
  'vulkan_enable_f16_on_nvidia', // f16 on NVIDIA, where our f16 kernels are checked against f32
];
const disabledToggles = ['timestamp_quantization']; // GPU times in nanoseconds, not in steps of 100 µs

/** Dawn crashes when its instance is collected while a device is in use, so one lives as long as the process. */
const instances = new Map<string, GPU>();

/**
 * WebGPU in this process: the browser's own, or Dawn in Node.
 *
 * @param adapterName restricts Node to adapters whose name contains it
 */
export async function nodeProvider(adapterName?: string): Promise<GPU> {
  if (typeof navigator !== 'undefined' && navigator.gpu) {
    setLanguageFeatures(navigator.gpu.wgslLanguageFeatures);
    return navigator.gpu;
  }
  // The Vulkan loader complains on the user's terminal when this is unset.
  process.env.XDG_RUNTIME_DIR ||= '/tmp';
  const dawn = await import('webgpu');
  Object.assign(globalThis, dawn.globals);
  const flags = [
    `enable-dawn-features=${[...enabledToggles, ...extraToggles()].join(',')}`,
    `disable-dawn-features=${disabledToggles.join(',')}`,
  ];
  if (adapterName) flags.push(`adapter=${adapterName}`);
  const key = flags.join(' ');
  const provider = instances.get(key) ?? (dawn.create(flags) as GPU);
  instances.set(key, provider);
  setLanguageFeatures(provider.wgslLanguageFeatures);
  return provider;
}

/** `RESIDENT_DAWN_TOGGLES` adds Dawn toggles, for benchmarks (`skip_validation`, `disable_robustness`). */
function extraToggles(): string[] {
  return (process.env.RESIDENT_DAWN_TOGGLES ?? '').split(',').filter(Boolean);
}
