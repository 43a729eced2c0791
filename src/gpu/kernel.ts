import type { Gpu } from './gpu.ts';

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
  /** Binds arguments in the order of `@binding`; entries beyond the declared bindings are an error. */
  bind(...bindings: Binding[]): GPUBindGroup;
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
  const module = device.createShaderModule({ code: wgsl, label });
  const layout = device.createBindGroupLayout({ label, entries: bindingEntries(wgsl) });
  let pipeline: GPUComputePipeline;
  try {
    pipeline = await device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: entry, ...(options.constants ? { constants: options.constants } : {}) },
    });
  } catch (cause) {
    const info = await module.getCompilationInfo();
    const messages = info.messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`).join('\n');
    throw new Error(`kernel ${label} does not compile: ${messages || String(cause)}`, { cause });
  }
  return {
    label,
    pipeline,
    layout,
    bind: (...bindings) =>
      device.createBindGroup({
        label,
        layout,
        entries: bindings.map((binding, index) => ({
          binding: index,
          resource: 'buffer' in binding ? binding : { buffer: binding },
        })),
      }),
  };
}

const declaration = /@group\(0\)\s*@binding\((\d+)\)\s*var<(storage|uniform)(?:\s*,\s*(read_write|read))?\s*>/g;

function bindingEntries(wgsl: string): GPUBindGroupLayoutEntry[] {
  const entries: GPUBindGroupLayoutEntry[] = [];
  for (const [, binding, space, access] of wgsl.matchAll(declaration)) {
    const type = space === 'uniform' ? 'uniform' : access === 'read_write' ? 'storage' : 'read-only-storage';
    entries.push({ binding: Number(binding), visibility: GPUShaderStage.COMPUTE, buffer: { type } });
  }
  return entries.sort((a, b) => a.binding - b.binding);
}
