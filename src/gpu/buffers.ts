import { ResidentError } from '../errors.ts';
import type { Gpu } from './gpu.ts';
import { waitForGpu } from './wait.ts';

export interface BufferOptions {
  label?: string;
  /** Usage bits besides STORAGE, COPY_SRC and COPY_DST. */
  usage?: GPUBufferUsageFlags;
}

/**
 * A storage buffer, zeroed, or filled with `data`. Sizes are rounded up to 4 bytes.
 *
 * @throws ResidentError when the size is over what the device can bind
 */
export function storageBuffer(gpu: Gpu, sizeOrData: number | ArrayBufferView, options: BufferOptions = {}): GPUBuffer {
  const bytes = typeof sizeOrData === 'number' ? sizeOrData : sizeOrData.byteLength;
  const size = Math.max(4, Math.ceil(bytes / 4) * 4);
  const limit = gpu.limits.maxStorageBufferBindingSize;
  if (size > limit) {
    throw new ResidentError(
      `Buffer ${options.label ?? ''} needs ${size} bytes, but this adapter binds at most ${limit}: use fewer instances or less memory for each.`,
    );
  }
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | (options.usage ?? 0);
  const buffer = gpu.device.createBuffer({ label: options.label ?? '', size, usage });
  if (typeof sizeOrData !== 'number') writeBuffer(gpu, buffer, sizeOrData);
  return buffer;
}

/** A uniform buffer filled with `data`. */
export function uniformBuffer(gpu: Gpu, data: ArrayBufferView, label = ''): GPUBuffer {
  const size = Math.ceil(data.byteLength / 16) * 16;
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = gpu.device.createBuffer({ label, size, usage });
  writeBuffer(gpu, buffer, data);
  return buffer;
}

/** Writes `data` at `offset` bytes, padding the end to 4 bytes with zeros. */
export function writeBuffer(gpu: Gpu, buffer: GPUBuffer, data: ArrayBufferView, offset = 0): void {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const whole = bytes.byteLength & ~3;
  if (whole > 0) gpu.device.queue.writeBuffer(buffer, offset, bytes, 0, whole);
  if (whole < bytes.byteLength) {
    const tail = new Uint8Array(4);
    tail.set(bytes.subarray(whole));
    gpu.device.queue.writeBuffer(buffer, offset + whole, tail);
  }
}

/**
 * Copies a range of a buffer back to the host after all submitted work.
 *
 * @param offset bytes, a multiple of 4
 * @param size bytes, default the rest of the buffer
 */
export async function readBuffer(gpu: Gpu, buffer: GPUBuffer, offset = 0, size?: number): Promise<ArrayBuffer> {
  const length = Math.ceil((size ?? buffer.size - offset) / 4) * 4;
  const staging = gpu.device.createBuffer({ size: length, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, length);
  gpu.device.queue.submit([encoder.finish()]);
  try {
    await waitForGpu(staging.mapAsync(GPUMapMode.READ));
    return staging.getMappedRange().slice(0, size ?? length);
  } finally {
    staging.destroy();
  }
}

/** {@link readBuffer} as 32-bit words. */
export async function readWords(gpu: Gpu, buffer: GPUBuffer, offset = 0, size?: number): Promise<Uint32Array> {
  return new Uint32Array(await readBuffer(gpu, buffer, offset, size));
}
