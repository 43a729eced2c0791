import { ResidentError } from '../../errors.ts';
import { type Gpu, storageBuffer } from '../../gpu/index.ts';
import type { Automaton } from './automaton.ts';
import { kernelConstants as c } from './constants.ts';

const defaultBytes = 32 * 2 ** 20;

/** Automata in one GPU buffer, each placed once however many instances use it. */
export class AutomatonTable {
  readonly buffer: GPUBuffer;
  readonly #gpu: Gpu;
  readonly #placed: { automaton: Automaton; offset: number; words: number; users: Set<number> }[] = [];

  constructor(gpu: Gpu, bytes = defaultBytes) {
    this.#gpu = gpu;
    const size = Math.min(bytes, gpu.limits.maxStorageBufferBindingSize);
    this.buffer = storageBuffer(gpu, size, { label: 'automata' });
  }

  /** Whether any instance has an automaton. */
  get used(): boolean {
    return this.#placed.some(({ users }) => users.size > 0);
  }

  /**
   * Gives an instance an automaton in place of the one it had.
   *
   * @returns its word offset in the buffer; 0 for none
   * @throws ResidentError when the automata in use do not fit
   */
  use(instance: number, automaton: Automaton | undefined): number {
    for (const placed of this.#placed) placed.users.delete(instance);
    return automaton ? this.#place(automaton, instance) : 0;
  }

  destroy(): void {
    this.buffer.destroy();
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
      let offset = 4; // 0 means none
      let index = 0;
      for (const placed of this.#placed) {
        if (placed.offset - offset >= words.length) break;
        offset = placed.offset + placed.words;
        index++;
      }
      if ((offset + words.length) * 4 > this.buffer.size) continue;
      this.#placed.splice(index, 0, { automaton, offset, words: words.length, users: new Set([instance]) });
      this.#gpu.device.queue.writeBuffer(this.buffer, offset * 4, words);
      return offset;
    }
    throw new ResidentError(
      `The grammars or stop strings in use need over ${this.buffer.size} bytes: use fewer or smaller ones.`,
    );
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
