import type { Gpu, Kernel } from '../gpu/index.ts';
import { cachedKernel } from './kernel-cache.ts';
import { wgsl as allocateWgsl } from './kernels/allocate.wgsl.ts';
import { wgsl as censusWgsl } from './kernels/census.wgsl.ts';
import { wgsl as compactWgsl } from './kernels/compact.wgsl.ts';
import { wgsl as decodeWgsl } from './kernels/decode.wgsl.ts';
import { wgsl as exchangeWgsl } from './kernels/exchange.wgsl.ts';
import { wgsl as executeWgsl } from './kernels/execute.wgsl.ts';
import { wgsl as functionsWgsl } from './kernels/functions.wgsl.ts';
import { wgsl as serviceWgsl } from './kernels/service.wgsl.ts';

/** What the programs of a population may do, as far as kernels differ by it. */
export interface KernelShape {
  /** Instances in one workgroup of the interpreter. */
  lanes: number;
  /** log2 of the text granule in bytes: 1 with compressed instructions, 2 without. */
  granuleShift: number;
  float: boolean;
  shared: boolean;
  mailboxes: boolean;
  executableRam: boolean;
}

/** The kernels of a population. */
export interface Kernels {
  decode: Kernel;
  decodeShared: Kernel;
  start: Kernel;
  /** Only with executable RAM. */
  refresh: Kernel | undefined;
  execute: Kernel;
  /** The interpreter that hands over at marks of translated code. */
  compileMarked: () => Promise<Kernel>;
  service: Kernel;
  census: Kernel;
  compact: Kernel;
  /** Only with mailboxes. */
  exchange: { receive: Kernel; allocate: Kernel; send: Kernel } | undefined;
}

/** Arguments of the kernels of one population. */
export interface Bindings {
  decode: GPUBindGroup;
  decodeShared: GPUBindGroup;
  start: GPUBindGroup;
  refresh: GPUBindGroup | undefined;
  service: GPUBindGroup;
  census: GPUBindGroup;
  compact: GPUBindGroup;
  exchange: GPUBindGroup | undefined;
  allocate: GPUBindGroup | undefined;
}

/** Compiles what a population of this shape needs, once for each device. */
export async function compileKernels(gpu: Gpu, shape: KernelShape): Promise<Kernels> {
  const granule = { GRANULE_SHIFT: shape.granuleShift };
  const decoding = { ...granule, SINK: shape.float ? 64 : 32 };
  const decoder = (label: string, entry?: string) => cachedKernel(gpu, label, decodeWgsl, decoding, entry);
  const [decode, decodeShared, start, refresh, execute, service, census, compact, exchange] = await Promise.all([
    decoder('machine decode'),
    decoder('machine decode shared', 'decode_shared'),
    decoder('machine start', 'start'),
    shape.executableRam ? decoder('machine refresh', 'refresh') : undefined,
    compileInterpreter(gpu, shape, false),
    cachedKernel(gpu, 'machine service', serviceWgsl.base),
    cachedKernel(gpu, 'machine census', censusWgsl),
    cachedKernel(gpu, 'machine compact', compactWgsl, {}, 'compact'),
    shape.mailboxes ? compileExchange(gpu) : undefined,
  ]);
  const compileMarked = () => compileInterpreter(gpu, shape, true);
  return { decode, decodeShared, start, refresh, execute, compileMarked, service, census, compact, exchange };
}

/** The kernel for calls on numbers: double arithmetic, powers and logarithms, decimal text. */
export function compileNumbers(gpu: Gpu): Promise<Kernel> {
  return cachedKernel(gpu, 'machine numbers', serviceWgsl.numbers);
}

/** The kernel for trigonometric and hyperbolic functions; arguments: parameters, control, registers. */
export function compileFunctions(gpu: Gpu): Promise<Kernel> {
  return cachedKernel(gpu, 'machine functions', functionsWgsl, {}, 'functions');
}

function compileInterpreter(gpu: Gpu, shape: KernelShape, marked: boolean): Promise<Kernel> {
  const variants = [shape.float && 'float', shape.shared && 'shared'].filter(Boolean);
  const variant = (variants.join('+') || 'base') as keyof typeof executeWgsl;
  return cachedKernel(gpu, `machine execute ${variant}`, executeWgsl[variant], {
    GRANULE_SHIFT: shape.granuleShift,
    LANES: shape.lanes,
    MARKED: marked ? 1 : 0,
    EXECUTABLE_RAM: shape.executableRam ? 1 : 0,
  });
}

async function compileExchange(gpu: Gpu) {
  const [receive, allocate, send] = await Promise.all([
    cachedKernel(gpu, 'machine receive', exchangeWgsl, {}, 'receive'),
    cachedKernel(gpu, 'machine allocate', allocateWgsl, {}, 'allocate'),
    cachedKernel(gpu, 'machine send', exchangeWgsl, {}, 'send'),
  ]);
  return { receive, allocate, send };
}
