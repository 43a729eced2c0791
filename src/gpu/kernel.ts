import { REPORT_BINDING } from './bounds-report.ts';
import type { Gpu } from './gpu.ts';
import { waitForGpu } from './wait.ts';

/** A storage or uniform buffer as a kernel argument: the whole buffer, or a range of it in bytes. */
export type Binding = GPUBuffer | { buffer: GPUBuffer; offset?: number; size?: number };

export interface KernelOptions {
  /** Entry point in the source; default `main`. */
  entry?: string;
  /** Values of the source's `override` constants. */
  constants?: Record<string, number>;
  label?: string;
}

/** A compiled entry point and the layout of its arguments. */
export interface Kernel {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /**
   * Binds arguments in the order of `@binding`, or by binding number: `bind({ 0: a, 8: b })`.
   *
   * @throws RangeError when they are not exactly the declared bindings
   */
  bind(...bindings: Binding[]): GPUBindGroup;
  bind(bindings: Readonly<Record<number, Binding>>): GPUBindGroup;
}

/**
 * Compiles one entry point of a linked WGSL source.
 *
 * The bind group layout comes from all `@group(0)` declarations in the source, not only from those the entry
 * point uses, so that every entry point of one file takes the same arguments.
 *
 * @throws Error with the compiler's messages when the source is rejected (a bug in a kernel, not a user's error)
 */
export async function compileKernel(gpu: Gpu, wgsl: string, options: KernelOptions = {}): Promise<Kernel> {
  const entry = options.entry ?? 'main';
  const label = options.label ?? entry;
  const { device } = gpu;
  const report = gpu.boundsReport;
  const module = device.createShaderModule({ code: report ? report.instrument(wgsl, label) : wgsl, label });
  const declared = bindingEntries(wgsl);
  const entries = report ? [...declared, storageEntry(REPORT_BINDING)] : declared;
  const layout = device.createBindGroupLayout({ label, entries });
  let pipeline: GPUComputePipeline;
  try {
    pipeline = await waitForGpu(
      device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: entry, ...(options.constants ? { constants: options.constants } : {}) },
      }),
    );
  } catch (cause) {
    const info = await module.getCompilationInfo();
    const messages = info.messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`).join('\n');
    throw new Error(`kernel ${label} does not compile: ${messages || String(cause)}`, { cause });
  }
  return {
    label,
    pipeline,
    layout,
    bind: (...bindings: Binding[] | [Readonly<Record<number, Binding>>]) =>
      device.createBindGroup({
        label,
        layout,
        entries: [
          ...argumentEntries(label, declared, bindings),
          ...(report ? [{ binding: REPORT_BINDING, resource: { buffer: report.buffer } }] : []),
        ],
      }),
  };
}

function argumentEntries(
  label: string,
  declared: readonly GPUBindGroupLayoutEntry[],
  args: Binding[] | [Readonly<Record<number, Binding>>],
): GPUBindGroupEntry[] {
  const numbers = declared.map(({ binding }) => binding);
  const byNumber = isRecord(args)
    ? args[0]
    : Object.fromEntries(args.map((arg, i) => [numbers[i] ?? `extra ${i}`, arg]));
  const given = Object.keys(byNumber);
  if (given.length !== numbers.length || numbers.some((number) => !byNumber[number])) {
    throw new RangeError(`kernel ${label} has bindings ${numbers.join(', ')}, but was given ${given.join(', ')}`);
  }
  return numbers.map((binding) => {
    const arg = byNumber[binding]!;
    return { binding, resource: 'buffer' in arg ? arg : { buffer: arg } };
  });
}

function isRecord(args: Binding[] | [Readonly<Record<number, Binding>>]): args is [Readonly<Record<number, Binding>>] {
  const first = args[0];
  return args.length === 1 && !(first instanceof GPUBuffer) && !('buffer' in first!);
}

const declaration = /@group\(0\)\s*@binding\((\d+)\)\s*var<(storage|uniform)(?:\s*,\s*(read_write|read))?\s*>/g;

function bindingEntries(wgsl: string): GPUBindGroupLayoutEntry[] {
  const entries: GPUBindGroupLayoutEntry[] = [];
  for (const [, binding, space, access] of wgsl.matchAll(declaration)) {
    const type = space === 'uniform' ? 'uniform' : access === 'read_write' ? 'storage' : 'read-only-storage';
    entries.push({ ...storageEntry(Number(binding)), buffer: { type } });
  }
  return entries.sort((a, b) => a.binding - b.binding);
}

function storageEntry(binding: number): GPUBindGroupLayoutEntry {
  return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'storage' } };
}
