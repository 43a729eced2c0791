import { JobMode } from '../cc/constants.ts';
import type { Compiler, Diagnostic } from '../cc/index.ts';
import { ResidentError } from '../errors.ts';
import { Chain, compileKernel, type Gpu, type Kernel, readWords, storageBuffer, writeBuffer } from '../gpu/index.ts';
import type { InstanceResult, Population } from '../machine/index.ts';
import { CONTROL_WORDS, ControlWord, Status, trapText } from '../machine/index.ts';
import type { Engine } from '../model/engine/index.ts';
import type { GpuVocabulary } from '../model/tokenizer/index.ts';
import { kernelConstants as c, defaultBudget } from './constants.ts';
import { Introspection } from './introspection.ts';
import { wgsl as collectSource } from './kernels/collect.wgsl.ts';
import { wgsl as watchSource } from './kernels/watch.wgsl.ts';

export interface InbandOptions {
  /** Times in each step that running programs get their share. Default 2. */
  quanta?: number;
  /** Instructions in one share. Default 4096. */
  instructionsPerQuantum?: number;
}

/** What in-band computing did for one instance since it was started. */
export interface InbandStatistics {
  regions: number;
  errors: number;
  instructions: bigint;
}

/**
 * In-band computing for all instances of an engine: after each sampled token the watch kernel looks at the new bytes;
 * when they close a region, the compiler and the machine work on its source while the instance is paused, and the
 * collect kernel writes the result into the instance's tokens. Nothing of this involves the host.
 */
export class Inband {
  readonly gpu: Gpu;
  readonly engine: Engine;
  readonly #parts: InbandParts;
  readonly #options: Required<InbandOptions>;

  /**
   * Hooks into `engine.afterSample`. Instances are off until {@link start} turns them on.
   *
   * @param compiler one slot for each instance
   * @param population private text slots; made with `external: true`, its programs can look into the model
   */
  static async create(
    gpu: Gpu,
    engine: Engine,
    vocabulary: GpuVocabulary,
    compiler: Compiler,
    population: Population,
    options: InbandOptions = {},
  ): Promise<Inband> {
    const { instances, contextLength } = engine;
    const state = storageBuffer(gpu, instances * c.INBAND_STRIDE * 4, { label: 'in-band state' });
    const texts = storageBuffer(gpu, textTable(), { label: 'in-band texts' });
    const sizes = { INSTANCES: instances, CONTEXT_LENGTH: contextLength, JOB_WORDS: compiler.jobWords };
    const [introspection, watch, collect] = await Promise.all([
      population.external ? Introspection.create(gpu, engine, vocabulary, population) : undefined,
      compileKernel(gpu, watchSource, {
        label: 'watch regions',
        constants: { ...sizes, SOURCE_BYTES: compiler.sizes.sourceBytes },
      }),
      compileKernel(gpu, collectSource, {
        label: 'collect results',
        constants: { ...sizes, OUTPUT_BYTES: population.outputBytes, SOURCE_BYTES: compiler.sizes.sourceBytes },
      }),
    ]);
    const { buffers } = engine;
    const { jobs, source } = compiler.buffers;
    const parts: InbandParts = {
      state,
      texts,
      introspection,
      compiler,
      population,
      watch,
      collect,
      watchBindings: watch.bind({
        0: state,
        1: buffers.state,
        2: buffers.tokens,
        3: jobs,
        4: source,
        8: vocabulary.buffers.vocabulary,
      }),
      collectBindings: collect.bind({
        0: state,
        1: buffers.state,
        2: buffers.tokens,
        3: jobs,
        4: population.buffers.control,
        5: population.buffers.output,
        6: texts,
        ...vocabulary.bindings,
      }),
    };
    return new Inband(gpu, engine, parts, { quanta: 2, instructionsPerQuantum: 4096, ...options });
  }

  private constructor(gpu: Gpu, engine: Engine, parts: InbandParts, options: Required<InbandOptions>) {
    this.gpu = gpu;
    this.engine = engine;
    this.#parts = parts;
    this.#options = options;
    engine.afterSample.push((chain) => this.#encode(chain));
  }

  /**
   * Watches an instance from here on; call it together with `engine.start`.
   *
   * @param promptLength tokens that are not looked at: regions in a prompt are not computed
   * @param budget most instructions for each region
   */
  start(instance: number, promptLength: number, budget: bigint = defaultBudget): void {
    this.#freeMachine(instance);
    this.#parts.introspection?.clear(instance);
    const words = new Uint32Array(c.INBAND_STRIDE);
    words[c.INBAND_ENABLED] = 1;
    words[c.INBAND_SCANNED] = promptLength;
    words[c.INBAND_BUDGET_LO] = Number(budget & 0xffffffffn);
    words[c.INBAND_BUDGET_HI] = Number(budget >> 32n);
    writeBuffer(this.gpu, this.#parts.state, words, instance * c.INBAND_STRIDE * 4);
  }

  /**
   * Watches an instance that was started from another place on: text that something else has put there, or a further
   * turn. What its regions have defined is still known.
   *
   * @param position tokens that are not looked at
   */
  resume(instance: number, position: number): void {
    this.#freeMachine(instance);
    const words = new Uint32Array(c.INBAND_SOURCE_LENGTH + 1);
    words[c.INBAND_ENABLED] = 1;
    words[c.INBAND_SCANNED] = position;
    writeBuffer(this.gpu, this.#parts.state, words, instance * c.INBAND_STRIDE * 4);
  }

  /** Watches an instance no more, and ends a program that still computes for it. */
  stop(instance: number): void {
    this.#freeMachine(instance);
    this.#parts.introspection?.clear(instance);
    writeBuffer(this.gpu, this.#parts.state, new Uint32Array(c.INBAND_STRIDE), instance * c.INBAND_STRIDE * 4);
  }

  /**
   * For kernels that start instances: the watch's records (layout in constants.ts), and the control words of the
   * computers for in-band programs, and what these have set of the logits (undefined where they cannot).
   */
  get buffers(): { state: GPUBuffer; control: GPUBuffer; edits: GPUBuffer | undefined } {
    const { state, population, introspection } = this.#parts;
    return { state, control: population.buffers.control, edits: introspection?.edits };
  }

  /**
   * Compiles and runs a program for an instance that is paused (`engine.rewind`), as if the model had written it; but
   * its output goes to the host ({@link programs}), and then the instance runs on. Follow it with {@link finishPrograms}.
   *
   * @param options.position tokens of the instance: regions in later ones are computed as usual
   */
  run(instance: number, source: string, options: { position: number; budget?: bigint | undefined }): void {
    const words = new Uint32Array(c.INBAND_STRIDE);
    words[c.INBAND_ENABLED] = 1;
    words[c.INBAND_PHASE] = c.INBAND_COMPUTING;
    words[c.INBAND_SILENT] = 1;
    words[c.INBAND_SCANNED] = options.position;
    const budget = options.budget ?? defaultBudget;
    words[c.INBAND_BUDGET_LO] = Number(budget & 0xffffffffn);
    words[c.INBAND_BUDGET_HI] = Number(budget >> 32n);
    this.#freeMachine(instance);
    this.#parts.introspection?.clear(instance);
    this.#parts.compiler.submit(instance, source, { mode: JobMode.PROGRAM, budget });
    writeBuffer(this.gpu, this.#parts.state, words, instance * c.INBAND_STRIDE * 4);
  }

  /**
   * Lets the programs of {@link run} end, without the model.
   *
   * @throws ResidentError when all that still run wait for each other
   */
  async finishPrograms(): Promise<void> {
    const { compiler, population, introspection } = this.#parts;
    let last = '';
    for (let still = 0; still < 3; ) {
      const chain = new Chain(this.gpu);
      compiler.encode(chain);
      for (let i = 0; i < 8; i++) {
        population.encode(chain, { quanta: 4, instructionsPerQuantum: 16384 });
        introspection?.encode(chain);
      }
      chain.submit();
      const jobs = await compiler.results();
      const programs = await population.results();
      const active = programs.filter(
        ({ status }) => status !== Status.EXITED && status !== Status.TRAPPED && status !== Status.FREE,
      );
      if (active.length === 0 && jobs.every(({ status }) => status !== 'pending')) return;
      const now = JSON.stringify([
        active.map((p) => [p.instance, Number(p.instructions)]),
        jobs.map((job) => job.steps),
      ]);
      still = now === last ? still + 1 : 0;
      last = now;
    }
    throw new ResidentError('The programs wait for each other: none can go on.');
  }

  /** What became of the programs of {@link run}: of an instance without one, an empty result. */
  async programs(): Promise<(InstanceResult & { diagnostics: readonly Diagnostic[] })[]> {
    const jobs = await this.#parts.compiler.results();
    const results = await this.#parts.population.results();
    return results.map((result, i) => ({ ...result, diagnostics: jobs[i]!.diagnostics }));
  }

  /** Statistics of all instances. */
  async statistics(): Promise<InbandStatistics[]> {
    const words = await readWords(this.gpu, this.#parts.state);
    return Array.from({ length: this.engine.instances }, (_, instance) => {
      const word = (index: number) => words[instance * c.INBAND_STRIDE + index]!;
      return {
        regions: word(c.INBAND_REGIONS),
        errors: word(c.INBAND_ERRORS),
        instructions: (BigInt(word(c.INBAND_INSTRUCTIONS_HI)) << 32n) | BigInt(word(c.INBAND_INSTRUCTIONS_LO)),
      };
    });
  }

  #freeMachine(instance: number): void {
    const offset = (instance * CONTROL_WORDS + ControlWord.STATUS) * 4;
    writeBuffer(this.gpu, this.#parts.population.buffers.control, new Uint32Array([Status.FREE]), offset);
  }

  #encode(chain: Chain): void {
    const { introspection, watch, watchBindings, collect, collectBindings, compiler, population } = this.#parts;
    const groups = Math.ceil(this.engine.instances / 64);
    chain.dispatch(watch, watchBindings, groups);
    compiler.encode(chain);
    population.encode(chain, this.#options);
    introspection?.encode(chain);
    chain.dispatch(collect, collectBindings, groups);
  }

  destroy(): void {
    this.#parts.state.destroy();
    this.#parts.texts.destroy();
    this.#parts.introspection?.destroy();
  }
}

interface InbandParts {
  readonly state: GPUBuffer;
  readonly texts: GPUBuffer;
  readonly introspection: Introspection | undefined;
  readonly compiler: Compiler;
  readonly population: Population;
  readonly watch: Kernel;
  readonly watchBindings: GPUBindGroup;
  readonly collect: Kernel;
  readonly collectBindings: GPUBindGroup;
}

/** The texts that the collect kernel writes: one for each trap cause, then its own. Layout in collect.wesl. */
function textTable(): Uint8Array {
  const texts = Array.from({ length: c.INBAND_TEXTS }, (_, cause) => trapText(cause));
  texts[c.INBAND_TEXT_TOO_LONG] = 'region too long';
  texts[c.INBAND_TEXT_DEFINED] = 'defined';
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  let at = texts.length * 8;
  const bytes = new Uint8Array(encoded.reduce((sum, text) => sum + text.length, at));
  const bounds = new DataView(bytes.buffer);
  for (const [index, text] of encoded.entries()) {
    bounds.setUint32(index * 8, at, true);
    bounds.setUint32(index * 8 + 4, at + text.length, true);
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
}
