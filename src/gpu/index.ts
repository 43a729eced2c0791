export type { AdapterSummary } from './adapter.ts';
export type { OutsideAccess } from './bounds-report.ts';
export { type BufferOptions, readBuffer, readWords, storageBuffer, uniformBuffer, writeBuffer } from './buffers.ts';
export { Chain, ChainTimer, type ChainTiming } from './chain.ts';
export { type BoundsChecks, type Gpu, type OpenGpuOptions, openGpu } from './gpu.ts';
export { type Binding, compileKernel, type Kernel, type KernelOptions } from './kernel.ts';
export type { KernelPaths } from './paths.ts';
export { waitForGpu } from './wait.ts';
