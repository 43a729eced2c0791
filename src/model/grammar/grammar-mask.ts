import { ResidentError } from '../../errors.ts';
import { type Chain, compileKernel, type Gpu, type Kernel, storageBuffer } from '../../gpu/index.ts';
import type { GpuVocabulary, Tokenizer } from '../tokenizer/index.ts';
import type { Automaton } from './automaton.ts';
import { AutomatonTable } from './automaton-table.ts';
import { kernelConstants as c } from './constants.ts';
import { wgsl as advanceSource } from './kernels/advance.wgsl.ts';
import { wgsl as maskSource } from './kernels/mask.wgsl.ts';

/** What grammars need of an engine; {@link Engine} has it. */
export interface GrammarHost {
  readonly gpu: Gpu;
  readonly instances: number;
  readonly contextLength: number;
  readonly config: { readonly vocabulary: number };
  readonly buffers: { readonly state: GPUBuffer; readonly tokens: GPUBuffer; readonly logits: GPUBuffer };
  readonly beforeSample: ((chain: Chain) => void)[];
}

/**
 * Lets instances generate only what a grammar allows: before sampling, a kernel follows each instance's automaton over
 * its new tokens, and another takes all tokens that cannot come next out of its logits.
 */
export class GrammarMask {
  readonly #host: GrammarHost;
  readonly #grammars: GPUBuffer;
  readonly #table: AutomatonTable;
  readonly #advance: { kernel: Kernel; bindings: GPUBindGroup };
  readonly #mask: { kernel: Kernel; bindings: GPUBindGroup };

  private constructor(host: GrammarHost, vocabulary: GpuVocabulary, advance: Kernel, mask: Kernel) {
    this.#host = host;
    const { gpu, instances, buffers } = host;
    this.#grammars = storageBuffer(gpu, instances * c.GRAMMAR_STRIDE * 4, { label: 'grammars' });
    this.#table = new AutomatonTable(gpu);
    const shared = { 0: this.#table.buffer, 1: this.#grammars, 2: buffers.state, 8: vocabulary.buffers.vocabulary };
    this.#advance = { kernel: advance, bindings: advance.bind({ ...shared, 3: buffers.tokens }) };
    this.#mask = { kernel: mask, bindings: mask.bind({ ...shared, 4: buffers.logits }) };
  }

  /**
   * Adds grammars to an engine. Instances without one cost two early exits for each step.
   *
   * @throws ResidentError when the model has no token that could end a grammar
   */
  static async attach(host: GrammarHost, tokenizer: Tokenizer, vocabulary: GpuVocabulary): Promise<GrammarMask> {
    if (tokenizer.vocabulary.endTokens.size === 0) {
      throw new ResidentError(`${tokenizer.vocabulary.fileName}: grammars need a model with an end token.`);
    }
    const { gpu, instances, contextLength, config } = host;
    const [advance, mask] = await Promise.all([
      compileKernel(gpu, advanceSource, {
        label: 'grammar advance',
        constants: { INSTANCES: instances, CONTEXT: contextLength },
      }),
      compileKernel(gpu, maskSource, { label: 'grammar mask', constants: { VOCABULARY: config.vocabulary } }),
    ]);
    const grammars = new GrammarMask(host, vocabulary, advance, mask);
    host.beforeSample.push((chain) => grammars.#encode(chain));
    return grammars;
  }

  /**
   * Sets or removes an instance's grammar; call it together with `engine.start`.
   *
   * @param position tokens of the prompt, which the grammar does not cover
   * @throws ResidentError when the grammars in use do not fit
   */
  set(instance: number, automaton: Automaton | undefined, position = 0): void {
    const table = this.#table.use(instance, automaton);
    const record = new Uint32Array(c.GRAMMAR_STRIDE);
    if (automaton) {
      record[c.GRAMMAR_TABLE] = table;
      record[c.GRAMMAR_STATE] = automaton.start;
      record[c.GRAMMAR_POSITION] = position;
    }
    this.#host.gpu.device.queue.writeBuffer(this.#grammars, instance * record.byteLength, record);
  }

  destroy(): void {
    this.#grammars.destroy();
    this.#table.destroy();
  }

  #encode(chain: Chain): void {
    if (!this.#table.used) return;
    const { instances, config } = this.#host;
    chain.dispatch(this.#advance.kernel, this.#advance.bindings, Math.ceil(instances / 32));
    chain.dispatch(this.#mask.kernel, this.#mask.bindings, Math.ceil(config.vocabulary / 256), instances);
  }
}
