import { ResidentError } from '../../errors.ts';
import { type Chain, compileKernel, type Gpu, type Kernel, storageBuffer } from '../../gpu/index.ts';
import type { GpuVocabulary, Tokenizer } from '../tokenizer/index.ts';
import type { Automaton } from './automaton.ts';
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

const tableBytes = 32 * 2 ** 20;

/**
 * Lets instances generate only what a grammar allows: before sampling, a kernel follows each instance's automaton over
 * its new tokens, and another takes all tokens that cannot come next out of its logits.
 */
export class GrammarMask {
  readonly #host: GrammarHost;
  readonly #grammars: GPUBuffer;
  readonly #tables: GPUBuffer;
  readonly #advance: { kernel: Kernel; bindings: GPUBindGroup };
  readonly #mask: { kernel: Kernel; bindings: GPUBindGroup };
  /** Automata in the table buffer, by word offset, with the instances that use them. */
  readonly #placed: { automaton: Automaton; offset: number; words: number; users: Set<number> }[] = [];

  private constructor(host: GrammarHost, vocabulary: GpuVocabulary, advance: Kernel, mask: Kernel) {
    this.#host = host;
    const { gpu, instances, buffers } = host;
    this.#grammars = storageBuffer(gpu, instances * c.GRAMMAR_STRIDE * 4, { label: 'grammars' });
    this.#tables = storageBuffer(gpu, Math.min(tableBytes, gpu.limits.maxStorageBufferBindingSize), {
      label: 'automata',
    });
    const shared = { 0: this.#tables, 1: this.#grammars, 2: buffers.state, 8: vocabulary.buffers.vocabulary };
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
    for (const placed of this.#placed) placed.users.delete(instance);
    const record = new Uint32Array(c.GRAMMAR_STRIDE);
    if (automaton) {
      record[c.GRAMMAR_TABLE] = this.#place(automaton, instance);
      record[c.GRAMMAR_STATE] = automaton.start;
      record[c.GRAMMAR_POSITION] = position;
    }
    this.#host.gpu.device.queue.writeBuffer(this.#grammars, instance * record.byteLength, record);
  }

  destroy(): void {
    this.#grammars.destroy();
    this.#tables.destroy();
  }

  #encode(chain: Chain): void {
    if (this.#placed.every(({ users }) => users.size === 0)) return;
    const { instances, config } = this.#host;
    chain.dispatch(this.#advance.kernel, this.#advance.bindings, Math.ceil(instances / 32));
    chain.dispatch(this.#mask.kernel, this.#mask.bindings, Math.ceil(config.vocabulary / 256), instances);
  }

  /** Puts an automaton into the first gap that is large enough, giving up those that nobody uses. */
  #place(automaton: Automaton, instance: number): number {
    const known = this.#placed.find((placed) => placed.automaton === automaton);
    if (known) {
      known.users.add(instance);
      return known.offset;
    }
    const words = automatonWords(automaton);
    for (const giveUp of [false, true]) {
      if (giveUp) this.#placed.splice(0, Infinity, ...this.#placed.filter(({ users }) => users.size > 0));
      let offset = 4; // 0 means no grammar
      let index = 0;
      for (const placed of this.#placed) {
        if (placed.offset - offset >= words.length) break;
        offset = placed.offset + placed.words;
        index++;
      }
      if ((offset + words.length) * 4 > this.#tables.size) continue;
      this.#placed.splice(index, 0, { automaton, offset, words: words.length, users: new Set([instance]) });
      this.#host.gpu.device.queue.writeBuffer(this.#tables, offset * 4, words);
      return offset;
    }
    throw new ResidentError(`The grammars in use need over ${this.#tables.size} bytes: use fewer or smaller ones.`);
  }
}

function automatonWords(automaton: Automaton): Uint32Array<ArrayBuffer> {
  const { states, classCount, classes, next, accepting } = automaton;
  if (states > 0xffff) throw new ResidentError(`The grammar has ${states} states, but the GPU follows at most 65535.`);
  const nextAt = c.GRAMMAR_HEADER_WORDS;
  const acceptingAt = nextAt + Math.ceil(next.length / 2);
  const words = new Uint32Array(acceptingAt + states);
  words[c.GRAMMAR_CLASS_COUNT] = classCount;
  words[c.GRAMMAR_NEXT] = nextAt;
  words[c.GRAMMAR_ACCEPTING] = acceptingAt;
  words[c.GRAMMAR_STATES] = states;
  new Uint8Array(words.buffer).set(classes, c.GRAMMAR_CLASSES * 4);
  new Uint16Array(words.buffer, nextAt * 4).set(next);
  words.set(accepting, acceptingAt);
  return words;
}
