import { ResidentError } from '../../errors.ts';
import { type Chain, compileKernel, type Kernel, storageBuffer } from '../../gpu/index.ts';
import type { GpuVocabulary } from '../tokenizer/index.ts';
import type { Automaton } from './automaton.ts';
import { AutomatonTable } from './automaton-table.ts';
import { kernelConstants as c } from './constants.ts';
import type { GrammarHost } from './grammar-mask.ts';
import { wgsl as stopSource } from './kernels/stop.wgsl.ts';

const mostBytes = 4096;
const tableBytes = 8 * 2 ** 20;
const keptLists = 64;

/** What stop strings need of an engine. */
export type StopHost = Omit<GrammarHost, 'beforeSample' | 'config'> & {
  readonly afterSample: ((chain: Chain) => void)[];
};

/**
 * Ends instances at the first of their stop strings, on the GPU: a string may span tokens, and an instance is done in
 * the step that completes it. The tokens then hold the string and maybe more; {@link cutAtStop} cuts their text.
 */
export class StopStrings {
  readonly #host: StopHost;
  readonly #records: GPUBuffer;
  readonly #table: AutomatonTable;
  readonly #kernel: Kernel;
  readonly #bindings: GPUBindGroup;
  readonly #automata = new Map<string, Automaton>();

  private constructor(host: StopHost, vocabulary: GpuVocabulary, kernel: Kernel) {
    this.#host = host;
    const { gpu, instances, buffers } = host;
    this.#records = storageBuffer(gpu, instances * c.GRAMMAR_STRIDE * 4, { label: 'stop strings' });
    this.#table = new AutomatonTable(gpu, tableBytes);
    this.#kernel = kernel;
    this.#bindings = kernel.bind({
      0: this.#table.buffer,
      1: this.#records,
      2: buffers.state,
      3: buffers.tokens,
      8: vocabulary.buffers.vocabulary,
    });
  }

  /** Adds stop strings to an engine, before whatever else looks at new tokens. */
  static async attach(host: StopHost, vocabulary: GpuVocabulary): Promise<StopStrings> {
    const { gpu, instances, contextLength } = host;
    const kernel = await compileKernel(gpu, stopSource, {
      label: 'stop strings',
      constants: { INSTANCES: instances, CONTEXT: contextLength },
    });
    const stops = new StopStrings(host, vocabulary, kernel);
    host.afterSample.unshift((chain) => stops.#encode(chain));
    return stops;
  }

  /**
   * Sets an instance's stop strings, none by default; call it together with `engine.start`.
   *
   * @param position tokens of the prompt, in which nothing is looked for
   * @throws ResidentError when a string is empty or they are too long together
   */
  set(instance: number, strings: readonly string[], position = 0): void {
    const automaton = strings.length > 0 ? this.#automaton(strings) : undefined;
    const record = new Uint32Array(c.GRAMMAR_STRIDE);
    record[c.GRAMMAR_TABLE] = this.#table.use(instance, automaton);
    record[c.GRAMMAR_STATE] = automaton?.start ?? 0;
    record[c.GRAMMAR_POSITION] = position;
    this.#host.gpu.device.queue.writeBuffer(this.#records, instance * record.byteLength, record);
  }

  destroy(): void {
    this.#records.destroy();
    this.#table.destroy();
  }

  #encode(chain: Chain): void {
    if (this.#table.used) chain.dispatch(this.#kernel, this.#bindings, Math.ceil(this.#host.instances / 32));
  }

  #automaton(strings: readonly string[]): Automaton {
    const key = JSON.stringify(strings);
    const automaton = this.#automata.get(key) ?? stopAutomaton(strings);
    if (this.#automata.size >= keptLists) this.#automata.clear();
    this.#automata.set(key, automaton);
    return automaton;
  }
}

/** The text up to the first stop string in it. */
export function cutAtStop(text: string, strings: readonly string[]): string {
  const ends = strings.map((string) => text.indexOf(string)).filter((at) => at >= 0);
  return ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
}

/**
 * Accepts wherever one of the strings ends (Aho and Corasick, "Efficient String Matching", 1975).
 *
 * @throws ResidentError when a string is empty or they are too long together
 */
export function stopAutomaton(strings: readonly string[]): Automaton {
  const encoded = strings.map((string) => new TextEncoder().encode(string));
  const total = encoded.reduce((sum, bytes) => sum + bytes.length, 0);
  if (encoded.some((bytes) => bytes.length === 0)) throw new ResidentError('A stop string must not be empty.');
  if (total > mostBytes) throw new ResidentError(`The stop strings have ${total} bytes, over ${mostBytes}.`);
  const used = [...new Set(encoded.flatMap((bytes) => [...bytes]))];
  // Class 0 is every byte that is in no string.
  const classes = new Uint8Array(256);
  if (used.length > 255) throw new ResidentError('The stop strings use too many different bytes.');
  used.forEach((byte, i) => {
    classes[byte] = i + 1;
  });
  const classCount = used.length + 1;
  const root = 1;
  const next: number[] = new Array(2 * classCount).fill(0);
  const accepting = [0, 0];
  for (const bytes of encoded) {
    let at = root;
    for (const byte of bytes) {
      const edge = at * classCount + classes[byte]!;
      if (next[edge] === 0) {
        next[edge] = accepting.push(0) - 1;
        for (let i = 0; i < classCount; i++) next.push(0);
      }
      at = next[edge]!;
    }
    accepting[at] = 1;
  }
  // Breadth first: where the trie has no edge, go where the longest proper suffix goes.
  const suffix = new Array<number>(accepting.length).fill(root);
  const queue = [root];
  for (const at of queue) {
    if (accepting[suffix[at]!]) accepting[at] = 1;
    for (let i = 0; i < classCount; i++) {
      const edge = at * classCount + i;
      const fallback = at === root ? root : next[suffix[at]! * classCount + i]!;
      if (next[edge] === 0) {
        next[edge] = fallback;
      } else {
        suffix[next[edge]!] = fallback;
        queue.push(next[edge]!);
      }
    }
  }
  const table = Uint32Array.from(next);
  return {
    states: accepting.length,
    start: root,
    classCount,
    classes,
    next: table,
    accepting: Uint8Array.from(accepting),
    depth: 0,
    exact: true,
  };
}
