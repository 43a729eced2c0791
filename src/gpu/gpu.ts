import { ResidentError } from '../errors.ts';
import { type AdapterSummary, describeAdapter } from './adapter.ts';
import { BoundsReport } from './bounds-report.ts';
import { type KernelPaths, selectKernelPaths } from './paths.ts';
import { type DriverChecks, hasBrowserGpu, nodeProvider } from './provider.ts';

/**
 * Who checks that array indices in kernels are inside.
 *
 * `own`: only the kernels themselves, which do so for everything that comes from outside (Node only).
 * `webgpu`: the shader compiler and the driver check every access once more, as WebGPU prescribes; browsers always do.
 * `report`: as `webgpu`, and {@link Gpu.boundsReport} counts the accesses that were outside (printed on stderr when the
 * environment variable chose this). Slow, for tests.
 */
export type BoundsChecks = (typeof boundsCheckNames)[number];

const boundsCheckNames = ['own', 'webgpu', 'report'] as const;

/** An open GPU device with what the kernels of every floor need to know about it. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterSummary;
  readonly limits: GPUSupportedLimits;
  /** Which optional kernel paths this device can run. */
  readonly paths: KernelPaths;
  readonly boundsChecks: BoundsChecks;
  /** With `boundsChecks: 'report'`. */
  readonly boundsReport?: BoundsReport;
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
  /**
   * Default: the environment variable RESIDENT_BOUNDS_CHECKS, else `webgpu`. Browsers and given providers always check.
   */
  boundsChecks?: BoundsChecks;
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
  const { adapter, boundsChecks } = await chooseAdapter(options);
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
  const boundsReport = boundsChecks === 'report' ? new BoundsReport(device) : undefined;
  if (!options.boundsChecks) boundsReport?.watch(() => closed);
  return {
    device,
    adapter: summary,
    limits: device.limits,
    paths: selectKernelPaths(device, adapter, options.withoutPaths ?? []),
    boundsChecks,
    ...(boundsReport ? { boundsReport } : {}),
    lost,
    close() {
      closed = true;
      device.destroy();
    },
  };
}

async function chooseAdapter(options: OpenGpuOptions): Promise<{ adapter: GPUAdapter; boundsChecks: BoundsChecks }> {
  const asked = options.boundsChecks ?? checksFromEnvironment();
  if (options.provider || hasBrowserGpu()) {
    const adapter = await requestAdapter(options.provider ?? (await nodeProvider()));
    return { adapter, boundsChecks: asked === 'report' ? asked : 'webgpu' };
  }
  const checks: DriverChecks = asked === 'own' ? 'own' : 'webgpu';
  const adapter = await requestAdapter(await nodeProvider(options.adapterName, checks));
  return { adapter, boundsChecks: asked ?? 'webgpu' };
}

/** @throws ResidentError when the variable has another value */
function checksFromEnvironment(): BoundsChecks | undefined {
  const value = typeof process === 'undefined' ? undefined : process.env.RESIDENT_BOUNDS_CHECKS;
  if (!value) return undefined;
  const known = boundsCheckNames.find((name) => name === value);
  if (known) return known;
  throw new ResidentError(`RESIDENT_BOUNDS_CHECKS is ${value}, but must be one of ${boundsCheckNames.join(', ')}.`, {
    exitCode: 2,
  });
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
