import {
  type Chain,
  compileKernel,
  type Gpu,
  type Kernel,
  storageBuffer,
  uniformBuffer,
  writeBuffer,
} from '../gpu/index.ts';
import type { Population } from '../machine/index.ts';
import { type Engine, formatConstants } from '../model/engine/index.ts';
import type { GpuVocabulary } from '../model/tokenizer/index.ts';
import { kernelConstants as c } from './constants.ts';
import { wgsl as applySource } from './kernels/apply-edits.wgsl.ts';
import { wgsl as attentionSource } from './kernels/attention-calls.wgsl.ts';
import { wgsl as cacheSource } from './kernels/cache-calls.wgsl.ts';
import { wgsl as embeddingSource } from './kernels/embedding-calls.wgsl.ts';
import { wgsl as modelSource } from './kernels/model-calls.wgsl.ts';

interface Dispatch {
  readonly kernel: Kernel;
  readonly bindings: GPUBindGroup;
}

/**
 * What lets programs look into the model that wrote them, and change what it samples next: the environment calls from
 * `tok_count` to `emb_row` (machine/environment-calls.ts) and the window ({@link modelWindow}). Program i of the
 * population sees the state of instance i of the engine, all of it, and nothing of another.
 *
 * Calls on logits, context and vocabulary are performed after each quantum, those on keys, values and embeddings once in
 * each step: {@link encode}.
 */
export class Introspection {
  readonly #gpu: Gpu;
  readonly #instances: number;
  readonly #edits: GPUBuffer;
  readonly #uniforms: readonly GPUBuffer[];
  readonly #rows: readonly Dispatch[];

  /** Hooks into the engine's sampling and the population's services. The population must be made with `external: true`. */
  static async create(
    gpu: Gpu,
    engine: Engine,
    vocabulary: GpuVocabulary,
    population: Population,
  ): Promise<Introspection> {
    const { config, instances, contextLength, cache, weights } = engine;
    const shape = { HEAD: config.head, KV_HEADS: config.kvHeads };
    const common = { INSTANCES: instances, GRANULE_SHIFT: population.granuleShift };
    const sizes = { ...common, CONTEXT_LENGTH: contextLength };
    const [calls, apply, cacheCalls, embeddingCalls] = await Promise.all([
      compileKernel(gpu, modelSource, {
        label: 'model calls',
        constants: {
          ...sizes,
          ...shape,
          VOCABULARY: config.vocabulary,
          LAYERS: config.layers,
          HEADS: config.heads,
          WIDTH: config.width,
          KEEPS_ATTENTION: engine.attention ? 1 : 0,
        },
      }),
      compileKernel(gpu, applySource, { label: 'apply edits', constants: { VOCABULARY: config.vocabulary } }),
      compileKernel(gpu, cacheSource, {
        label: 'cache calls',
        constants: { ...sizes, ...shape, KV_BITS: cache.bits, PAGES: cache.pagesPerInstance },
      }),
      compileKernel(gpu, embeddingSource, {
        label: 'embedding calls',
        constants: { ...common, ...formatConstants(weights.embedding.format), WIDTH: config.width },
      }),
    ]);
    const { parameters, control, registers, ram, text, microOps } = population.buffers;
    const machine = { 10: parameters, 11: control, 12: registers, 13: ram, 15: microOps };
    const { state, tokens, logits } = engine.buffers;
    const edits = storageBuffer(gpu, instances * c.EDIT_STRIDE * 4, { label: 'logit edits' });
    const callBindings = calls.bind({
      ...machine,
      0: state,
      1: tokens,
      2: logits,
      3: edits,
      14: text,
      8: vocabulary.buffers.vocabulary,
    });
    const applyBindings = apply.bind(state, logits, edits);
    const uniforms: GPUBuffer[] = [];
    const uniform = (words: number[], label: string) => {
      uniforms.push(uniformBuffer(gpu, new Uint32Array(words), label));
      return uniforms.at(-1)!;
    };
    // One dispatch for each buffer that holds layers, and for each part of the embedding matrix.
    const firstLayers = cache.keys.flatMap(({ buffer }, layer) =>
      cache.keys[layer - 1]?.buffer === buffer ? [] : [layer],
    );
    const rows: Dispatch[] = firstLayers.map((first, i) => {
      const count = (firstLayers[i + 1] ?? config.layers) - first;
      const range = uniform([first, count, cache.layerBytes / 4, config.layers], 'layers');
      const bindings = cacheCalls.bind({
        ...machine,
        0: state,
        1: cache.pages,
        2: cache.keys[first]!.buffer,
        3: cache.values[first]!.buffer,
        4: range,
      });
      return { kernel: cacheCalls, bindings };
    });
    for (const part of weights.embedding.parts) {
      const range = uniform([part.firstRow, part.rows, config.vocabulary, 0], 'embedding range');
      const bindings = embeddingCalls.bind({ ...machine, 0: part.low, 1: part.high, 2: part.scales, 3: range });
      rows.push({ kernel: embeddingCalls, bindings });
    }
    if (engine.attention) {
      const constants = {
        INSTANCES: instances,
        CONTEXT_LENGTH: contextLength,
        LAYERS: config.layers,
        HEADS: config.heads,
      };
      const kernel = await compileKernel(gpu, attentionSource, { label: 'attention calls', constants });
      const bindings = kernel.bind({ 0: state, 1: engine.attention, 11: control, 12: registers });
      population.servers.push((chain) => chain.dispatch(kernel, bindings, Math.ceil(instances / 64)));
    }
    population.servers.push((chain) => chain.dispatch(calls, callBindings, instances));
    // First, so that what a request asks for (penalties, bias, grammar) comes after what its program wants.
    engine.beforeSample.unshift((chain) => chain.dispatch(apply, applyBindings, instances));
    return new Introspection(gpu, instances, edits, uniforms, rows);
  }

  private constructor(
    gpu: Gpu,
    instances: number,
    edits: GPUBuffer,
    uniforms: readonly GPUBuffer[],
    rows: readonly Dispatch[],
  ) {
    this.#gpu = gpu;
    this.#instances = instances;
    this.#edits = edits;
    this.#uniforms = uniforms;
    this.#rows = rows;
  }

  /** Records the calls on keys, values and embeddings. */
  encode(chain: Chain): void {
    for (const { kernel, bindings } of this.#rows) chain.dispatch(kernel, bindings, this.#instances);
  }

  /** What instances have set: EDIT_STRIDE words for each (constants.ts). */
  get edits(): GPUBuffer {
    return this.#edits;
  }

  /** Forgets what an instance has set. */
  clear(instance: number): void {
    writeBuffer(this.#gpu, this.#edits, new Uint32Array(c.EDIT_FIRST), instance * c.EDIT_STRIDE * 4);
  }

  destroy(): void {
    this.#edits.destroy();
    for (const buffer of this.#uniforms) buffer.destroy();
  }
}
