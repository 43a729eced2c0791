import { ResidentError } from '../../errors.ts';
import type { Gpu } from '../../gpu/index.ts';
import { kernelConstants as c } from '../constants.ts';
import type { ModelConfig } from './config.ts';

/** A range of a buffer that holds one layer's keys or values. */
export interface CacheRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/**
 * Keys and values of all instances, in pages (kernels/kv.wesl). A page holds `MODEL_PAGE` positions of one instance
 * in every layer: page p of layer l lies at `l * layerBytes + p * pageBytes`.
 */
export interface KeyValueCache {
  readonly bits: 8 | 16 | 32;
  /** Pages of one instance's table. */
  readonly pagesPerInstance: number;
  /** Pages after those that the instances own, for prefixes that instances share. */
  readonly firstSharedPage: number;
  readonly sharedPages: number;
  readonly pageBytes: number;
  readonly layerBytes: number;
  readonly keys: readonly CacheRange[];
  readonly values: readonly CacheRange[];
  /** `instances × pagesPerInstance` page numbers. */
  readonly pages: GPUBuffer;
  readonly bytes: number;
  readonly buffers: readonly GPUBuffer[];
}

/** Bytes of one position's key or value of one head: with 8 bits, an f32 scale comes on top. */
export function cachedRowBytes(config: ModelConfig, bits: number): number {
  return (config.head * bits) / 8 + (bits === 8 ? 4 : 0);
}

/** @throws ResidentError when the adapter cannot hold one layer of the cache */
export function createCache(
  gpu: Gpu,
  config: ModelConfig,
  instances: number,
  contextLength: number,
  bits: 8 | 16 | 32,
  sharedPages = 0,
): KeyValueCache {
  const pagesPerInstance = Math.ceil(contextLength / c.MODEL_PAGE);
  if (bits === 8 && config.head % 16 !== 0) {
    throw new ResidentError(`A KV cache of bytes needs heads of a multiple of 16 values, not ${config.head}.`);
  }
  const pageBytes = config.kvHeads * c.MODEL_PAGE * cachedRowBytes(config, bits);
  // Layers are bound as ranges, which must begin at a multiple of 256 bytes.
  const layerBytes = Math.ceil((pageBytes * (pagesPerInstance * instances + sharedPages)) / 256) * 256;
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.limits;
  if (layerBytes > maxStorageBufferBindingSize) {
    throw new ResidentError(
      `The KV cache needs ${layerBytes} bytes for each layer, but this adapter binds at most ` +
        `${maxStorageBufferBindingSize}: use fewer instances or a shorter context.`,
    );
  }
  const total = layerBytes * config.layers;
  const oneBuffer = total <= Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers: GPUBuffer[] = [];
  const ranges = (label: string): CacheRange[] => {
    const created = Array.from({ length: oneBuffer ? 1 : config.layers }, () =>
      gpu.device.createBuffer({ label, size: oneBuffer ? total : layerBytes, usage }),
    );
    buffers.push(...created);
    return Array.from({ length: config.layers }, (_, layer) =>
      oneBuffer
        ? { buffer: created[0]!, offset: layer * layerBytes, size: layerBytes }
        : { buffer: created[layer]!, offset: 0, size: layerBytes },
    );
  };
  const table = new Uint32Array(instances * pagesPerInstance).map((_, i) => i);
  const pages = gpu.device.createBuffer({ label: 'pages', size: table.byteLength, usage });
  gpu.device.queue.writeBuffer(pages, 0, table);
  buffers.push(pages);
  return {
    bits,
    pagesPerInstance,
    firstSharedPage: pagesPerInstance * instances,
    sharedPages,
    pageBytes,
    layerBytes,
    keys: ranges('keys'),
    values: ranges('values'),
    pages,
    bytes: 2 * total + table.byteLength,
    buffers,
  };
}
