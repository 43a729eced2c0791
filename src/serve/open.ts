import { basename } from 'node:path';
import { type Gpu, openGpu } from '../gpu/index.ts';
import { InstancePool } from '../inband/index.ts';
import { type Gguf, openGguf } from '../model/gguf/index.ts';
import { ChatTemplate } from '../model/template.ts';
import { EngineBatch } from './engine-batch.ts';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';
import type { ModelService } from './service.ts';

export interface ServiceOptions {
  /** Model instances that work at the same time. */
  readonly instances: number;
  /** Tokens each instance can hold, prompt included. */
  readonly contextLength: number;
  /** Prepare in-band computing. */
  readonly vm: boolean;
  /** The name that requests call the model by; default the file's name without `.gguf`. */
  readonly id?: string | undefined;
  readonly scheduler?: SchedulerOptions;
}

/** What runs where, for people. */
export interface ServiceDescription {
  readonly model: string;
  readonly architecture: string;
  /** Tensor type that holds most of the weights. */
  readonly quantisation: string;
  readonly instances: number;
  readonly contextLength: number;
  readonly vm: boolean;
  /** Bytes on the GPU. */
  readonly memory: { readonly weights: number; readonly cache: number; readonly scratch: number };
  readonly gpu: string;
  readonly driver: string;
  readonly software: boolean;
}

export interface OpenedService {
  readonly service: ModelService;
  readonly description: ServiceDescription;
}

/**
 * Loads a model and serves it with continuous batching. After a lost device the model is loaded again from its file.
 *
 * @throws ResidentError when the model cannot be used or does not fit
 */
export async function openService(path: string, options: ServiceOptions): Promise<OpenedService> {
  let latest: { gpu: Gpu; pool: InstancePool; gguf: Gguf } | undefined;
  const open = async () => {
    const gpu = await openGpu();
    try {
      const gguf = await openGguf(path);
      const pool = await InstancePool.open(gpu, gguf, options).finally(() => gguf.close());
      latest = { gpu, pool, gguf };
      const inband = await pool.inband;
      // Drivers compile kernels at their first use: let that not be somebody's request.
      await pool.engine.submitSteps(1);
      return await EngineBatch.create(gpu, pool.engine, pool.tokenizer, inband, () => gpu.close());
    } catch (error) {
      gpu.close();
      throw error;
    }
  };
  const backend = await Scheduler.open(open, options.scheduler);
  const { gpu, pool, gguf } = latest!;
  const { tokenizer } = pool;
  const { metadata } = gguf;
  const service: ModelService = {
    id: options.id ?? basename(path).replace(/\.gguf$/i, ''),
    created: Math.floor(Date.now() / 1000),
    backend,
    tokenizer,
    template: ChatTemplate.exists(metadata) ? ChatTemplate.open(metadata, tokenizer) : undefined,
    templateHasTools: ChatTemplate.exists(metadata) && /\btools\b/.test(metadata.string('tokenizer.chat_template')),
  };
  const description: ServiceDescription = {
    model: service.id,
    architecture: metadata.string('general.architecture'),
    quantisation: mainType(gguf),
    instances: options.instances,
    contextLength: backend.contextLength,
    vm: backend.vm,
    memory: pool.engine.memory,
    gpu: gpu.adapter.name,
    driver: gpu.adapter.driver,
    software: gpu.adapter.software,
  };
  return { service, description };
}

function mainType(gguf: Gguf): string {
  const bytes = new Map<string, number>();
  for (const { type, byteLength } of gguf.tensors.values()) {
    bytes.set(type.name, (bytes.get(type.name) ?? 0) + byteLength);
  }
  return [...bytes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'none';
}
