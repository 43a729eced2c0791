import { ResidentError } from '../errors.ts';
import { type AdapterSummary, describeAdapter } from './adapter.ts';
import { type KernelPaths, selectKernelPaths } from './paths.ts';
import { nodeProvider } from './provider.ts';

/** An open GPU device with what the kernels of every floor need to know about it. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterSummary;
  readonly limits: GPUSupportedLimits;
  /** Which optional kernel paths this device can run. */
  readonly paths: KernelPaths;
  /** Resolves with the reason once the device is lost; never resolves after {@link Gpu.close}. */
  readonly lost: Promise<string>;
  /** Releases the device. Everything created on it becomes invalid. */
  close(): void;
}

export interface OpenGpuOptions {
  /** `navigator.gpu` in browsers; in Node the default loads Dawn. */
  provider?: GPU;
  /** Name (or part of it) of the adapter to use instead of the default choice. */
  adapterName?: string;
  /** Kernel paths to leave unused although the adapter has them, for comparison in tests and benchmarks. */
  withoutPaths?: readonly (keyof KernelPaths)[];
}

const wantedFeatures: readonly string[] = [
  'shader-f16',
  'subgroups',
  'subgroup-size-control',
  'timestamp-query',
  'chromium-experimental-subgroup-matrix',
];

const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'maxUniformBufferBindingSize',
] as const;

/**
 * Opens a GPU: a real one where there is one, else a software adapter.
 *
 * @throws ResidentError when no adapter can be found, with what to install.
 */
export async function openGpu(options: OpenGpuOptions = {}): Promise<Gpu> {
  const provider = options.provider ?? (await nodeProvider(options.adapterName));
  const adapter = await requestAdapter(provider);
  const requiredFeatures = wantedFeatures.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[];
  const requiredLimits: Record<string, number> = {};
  for (const name of raisedLimits) requiredLimits[name] = adapter.limits[name];

  const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
  const summary = describeAdapter(adapter);
  let closed = false;
  const lost = new Promise<string>((resolve) => {
    device.lost.then((info) => {
      if (!closed) resolve(info.message || info.reason || 'unknown reason');
    });
  });
  return {
    device,
    adapter: summary,
    limits: device.limits,
    paths: selectKernelPaths(device, adapter, options.withoutPaths ?? []),
    lost,
    close() {
      closed = true;
      device.destroy();
    },
  };
}

async function requestAdapter(provider: GPU): Promise<GPUAdapter> {
  const preferred = await provider.requestAdapter({ powerPreference: 'high-performance' });
  if (preferred) return preferred;
  const fallback = await provider.requestAdapter({ forceFallbackAdapter: true });
  if (fallback) return fallback;
  throw new ResidentError(
    'No GPU adapter was found: install a Vulkan driver (for a machine without a GPU, Mesa 23 or newer: ' +
      'the package mesa-vulkan-drivers, on Debian 12 from bookworm-backports), then run `resident doctor`.',
  );
}
