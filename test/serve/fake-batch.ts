import { type Automaton, advance } from '../../src/model/grammar/index.ts';
import type { GenerationRequest, TokenLogprob, VmStatistics } from '../../src/serve/backend.ts';
import type { BatchView, InstanceBatch } from '../../src/serve/batch.ts';

export interface FakeOptions {
  readonly instances: number;
  readonly contextLength: number;
  readonly vocabulary: number;
  /** The token that ends a turn. */
  readonly end: number;
  /** Tokens of the answer, the end token left out. */
  readonly reply: (request: GenerationRequest) => readonly number[];
  /** Milliseconds for one step; 0 (the default) still lets other work go first. */
  readonly stepMs?: number;
  readonly vm?: boolean;
  /** The bytes of a token; default: its id is a byte. */
  readonly bytesOf?: (token: number) => Uint8Array;
}

interface Slot {
  readonly request: GenerationRequest;
  readonly answer: readonly number[];
  length: number;
  finish: 'stop' | 'length' | undefined;
}

/** A deterministic batch without a model: each instance writes a scripted answer, one token for each step. */
export class FakeBatch implements InstanceBatch {
  readonly instances: number;
  readonly contextLength: number;
  readonly vocabulary: number;
  readonly embeddingWidth = 8;
  readonly vm: boolean;
  readonly lost: Promise<string>;
  /** Most instances that were ever under way together. */
  mostActive = 0;
  busyMs = 0;
  idleMs = 0;
  readonly reusedTokens = 0;
  destroyed = false;
  readonly #options: FakeOptions;
  readonly #slots = new Map<number, Slot>();
  #lose: (reason: string) => void = () => {};
  #isLost = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: FakeOptions) {
    this.#options = options;
    this.instances = options.instances;
    this.contextLength = options.contextLength;
    this.vocabulary = options.vocabulary;
    this.vm = options.vm ?? false;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  /** Loses the device: work in flight never ends. */
  lose(reason: string): void {
    this.#isLost = true;
    this.#lose(reason);
  }

  start(instance: number, request: GenerationRequest): void {
    if (this.#slots.has(instance)) throw new Error(`instance ${instance} is not free`);
    const room = Math.min(request.maxTokens, this.contextLength - request.prompt.length);
    const forced = biased(request);
    const script = forced === undefined ? this.#options.reply(request) : new Array<number>(room).fill(forced);
    const answer = [...script, this.#options.end].slice(0, forced === this.#options.end ? 1 : room);
    if (request.grammar) follow(request.grammar, answer, this.#options);
    this.#slots.set(instance, { request, answer, length: 0, finish: undefined });
    this.mostActive = Math.max(this.mostActive, this.#slots.size);
  }

  release(instance: number): void {
    this.#slots.delete(instance);
  }

  submit(steps: number): Promise<BatchView> {
    for (const slot of this.#slots.values()) {
      slot.length = Math.min(slot.length + steps, slot.answer.length);
      if (slot.length < slot.answer.length) continue;
      slot.finish = slot.answer.at(-1) === this.#options.end ? 'stop' : 'length';
    }
    const view = this.#view(new Map([...this.#slots].map(([instance, slot]) => [instance, { ...slot }])));
    const ms = (this.#options.stepMs ?? 0) * steps;
    const result = this.#last.then(async () => {
      await new Promise<void>((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)));
      this.busyMs += ms;
      if (this.#isLost) await new Promise(() => {});
      return view;
    });
    this.#last = result;
    return result;
  }

  destroy(): void {
    this.destroyed = true;
  }

  #view(slots: ReadonlyMap<number, Slot>): BatchView {
    const slot = (instance: number) => slots.get(instance)!;
    return {
      generated: (instance) => slot(instance).answer.slice(0, slot(instance).length),
      finish: (instance) => slot(instance).finish,
      logprob: (instance, index) => scriptedLogprob(slot(instance), index, this.vocabulary),
      embedding: async (instance) => scriptedEmbedding(slot(instance).request.prompt, this.embeddingWidth),
      vmStatistics: async (instance) => countRegions(slot(instance)),
    };
  }
}

/** A bias of at least 100 on a token makes it the next one, as it would with a real model. */
function biased(request: GenerationRequest): number | undefined {
  return [...(request.sampling.logitBias ?? [])].find(([, bias]) => bias >= 100)?.[0];
}

/** Scripts must keep to the grammar, as a real model would have to. */
function follow(grammar: Automaton, answer: readonly number[], { end, bytesOf }: FakeOptions): void {
  let state = grammar.start;
  for (const token of answer) {
    if (token === end && grammar.accepting[state]) return;
    state = token === end ? 0 : advance(grammar, state, bytesOf?.(token) ?? Uint8Array.of(token));
    if (state === 0) throw new Error('the scripted answer does not keep to the grammar');
  }
}

/** The chosen token at one half, then its neighbours at halves of that. */
function scriptedLogprob(slot: Slot, index: number, vocabulary: number): TokenLogprob {
  const token = slot.answer[index]!;
  const top = Array.from({ length: slot.request.sampling.logprobs ?? 0 }, (_, i) => ({
    token: (token + i) % vocabulary,
    logprob: -Math.LN2 * (i + 1),
  }));
  return { logprob: -Math.LN2, top };
}

function countRegions(slot: Slot): VmStatistics {
  const text = Buffer.from(slot.answer.filter((token) => token < 256)).toString('latin1');
  const regions = text.split('= VM[').length - 1;
  return { regions, errors: text.split('= VM[error').length - 1, instructions: BigInt(regions) * 100n };
}

/** A unit vector by the tokens. */
function scriptedEmbedding(prompt: readonly number[], width: number): Float32Array {
  const values = Array.from({ length: width }, (_, i) =>
    prompt.reduce((sum, token) => sum + Math.sin(token * (i + 1)), 0),
  );
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}
