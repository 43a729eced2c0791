import { ResidentError } from '../errors.ts';
import {
  type Chain,
  compileKernel,
  type Gpu,
  type Kernel,
  readWords,
  storageBuffer,
  uniformBuffer,
  writeBuffer,
} from '../gpu/index.ts';
import { CONTROL_WORDS, type Population } from '../machine/index.ts';
import { JobMode, JobStage, JobStageName, JobStatus, JobWord, StageParameter } from './constants.ts';
import { type Diagnostic, readDiagnostics } from './diagnostics.ts';
import { wgsl } from './kernels/stage.wgsl.ts';
import type { StageCode } from './rules/assemble.ts';
import { type SlotSizes, slotSizes, stageCode } from './stage-code.ts';

export { slotSizes };

export interface CompilerOptions {
  /** Programs compiled at once: slots of the job table. With a population, its number of instances. */
  slots?: number;
  /** Where the machine code goes: slot k writes the text slot of instance k and starts it. */
  population?: Population;
  /** Most bytes of source; the other tables follow from it unless given. Default 1024. */
  sourceBytes?: number;
  sizes?: Partial<SlotSizes>;
  /** Slots that one workgroup of the stage kernel runs. Default 32. */
  lanes?: number;
}

/** What became of one job. */
export interface CompileResult {
  slot: number;
  status: 'idle' | 'pending' | 'done' | 'failed';
  /** Errors and warnings in the order in which they were found. */
  diagnostics: Diagnostic[];
  /** Steps of the stage machine, all stages together. */
  steps: number;
  tokens: number;
  nodes: number;
  /** Bytes of machine code and constants. */
  textBytes: number;
}

export interface EncodeOptions {
  /** Slots that may be PENDING: 0 to this. Default all. */
  slots?: number;
  /** Dispatches for each stage; a longer source needs more. Default 1. */
  quanta?: number;
  /** Steps of one dispatch. Default 65536. */
  steps?: number;
  /** Times each stage as a part of the chain. */
  parts?: boolean;
}

interface StageArguments {
  uniform: GPUBuffer;
  bindings: GPUBindGroup;
  words: Uint32Array;
}

/** C compiled on the GPU: S slots, each with its source, job words and work memory. */
export class Compiler {
  readonly gpu: Gpu;
  readonly slots: number;
  readonly sizes: SlotSizes;
  /**
   * `source`: {@link CompilerOptions.sourceBytes} for each slot. `jobs`: {@link jobWords} words for each slot, see
   * `JobWord` in constants.ts. Kernels of other floors write both and set STATUS to PENDING.
   */
  readonly buffers: {
    readonly source: GPUBuffer;
    readonly jobs: GPUBuffer;
    readonly work: GPUBuffer;
    /** Text slots and control words: the population's, or the compiler's own. */
    readonly text: GPUBuffer;
    readonly control: GPUBuffer;
  };
  /** The stages as code, with the places of their tables. */
  readonly image: StageCode;
  readonly #owned: GPUBuffer[];
  /** Words of one slot's job block, diagnostics text included. */
  readonly jobWords: number;
  readonly #kernel: Kernel;
  readonly #lanes: number;
  readonly #stages: StageArguments[];
  #steps = 65536;

  /** Allocates the slots and compiles the kernel. */
  static async create(gpu: Gpu, options: CompilerOptions = {}): Promise<Compiler> {
    const kernel = await compileKernel(gpu, wgsl, { label: 'cc stage', constants: { cc_lanes: options.lanes ?? 32 } });
    return new Compiler(gpu, options, kernel);
  }

  private constructor(gpu: Gpu, options: CompilerOptions, kernel: Kernel) {
    const { population } = options;
    this.gpu = gpu;
    this.#kernel = kernel;
    this.#lanes = options.lanes ?? 32;
    this.slots = options.slots ?? population?.instances ?? 1;
    if (population && population.instances < this.slots) {
      throw new ResidentError(`${this.slots} compiler slots need as many instances, not ${population.instances}.`);
    }
    this.sizes = slotSizes(options.sourceBytes ?? 1024, population?.textBytes, options.sizes);
    const image = stageCode(this.sizes);
    this.image = image;
    const { slots, sizes } = this;
    this.jobWords = JobWord.DIAGNOSTICS + sizes.diagnosticBytes / 4;
    const own = (size: number | Uint32Array, label: string) => storageBuffer(gpu, size, { label });
    this.buffers = {
      source: own(slots * sizes.sourceBytes, 'cc source'),
      jobs: own(slots * this.jobWords * 4, 'cc jobs'),
      work: own(slots * image.workWords * 4, 'cc work'),
      text: population?.buffers.text ?? own(slots * sizes.textBytes, 'cc text'),
      control: population?.buffers.control ?? own(slots * CONTROL_WORDS * 4, 'cc control'),
    };
    const { source, jobs, work, text, control } = this.buffers;
    const code = own(image.code, 'cc stage code');
    const pool = own(image.pool, 'cc stage constants');
    this.#owned = [source, jobs, work, code, pool, ...(population ? [] : [text, control])];
    this.#stages = JobStageName.map((name, stage) => {
      const words = new Uint32Array([
        image.entries[name]!,
        stage,
        slots,
        this.#steps,
        image.workWords,
        image.stackStart,
        image.addresses.own_text ?? image.stackStart,
        image.poolTextWord,
        sizes.sourceBytes / 4,
        this.jobWords,
        sizes.textBytes / 4,
        CONTROL_WORDS,
      ]);
      const uniform = uniformBuffer(gpu, words, `cc ${name}`);
      const bindings = kernel.bind(code, pool, source, work, jobs, text, control, uniform);
      return { uniform, bindings, words };
    });
  }

  /** Records tokenize, parse and generate for all PENDING slots. Slots that have nothing to do cost an early exit. */
  encode(chain: Chain, options: EncodeOptions = {}): void {
    this.#setSteps(options.steps ?? 65536);
    const groups = Math.ceil((options.slots ?? this.slots) / this.#lanes);
    for (const [stage, { bindings }] of this.#stages.entries()) {
      if (options.parts) chain.part(JobStageName[stage]!);
      for (let i = 0; i < (options.quanta ?? 1); i++) chain.dispatch(this.#kernel, bindings, groups);
    }
  }

  /** Writes one source and makes its slot PENDING. */
  submit(
    slot: number,
    source: string | Uint8Array,
    job: { mode?: number; budget?: bigint; compileOnly?: boolean } = {},
  ) {
    const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
    if (bytes.byteLength > this.sizes.sourceBytes) {
      throw new ResidentError(
        `The source has ${bytes.byteLength} bytes, but a compiler slot holds ${this.sizes.sourceBytes}.`,
      );
    }
    if (bytes.byteLength > 0) writeBuffer(this.gpu, this.buffers.source, bytes, slot * this.sizes.sourceBytes);
    const budget = job.budget ?? 4_000_000_000n;
    const words = new Uint32Array(JobWord.DIAGNOSTICS);
    words[JobWord.STATUS] = JobStatus.PENDING;
    words[JobWord.SOURCE_LENGTH] = bytes.byteLength;
    words[JobWord.MODE] = job.mode ?? JobMode.EXPRESSION;
    words[JobWord.STAGE] = JobStage.TOKENIZE;
    words[JobWord.BUDGET_LO] = Number(budget & 0xffffffffn);
    words[JobWord.BUDGET_HI] = Number(budget >> 32n);
    words[JobWord.COMPILE_ONLY] = job.compileOnly ? 1 : 0;
    writeBuffer(this.gpu, this.buffers.jobs, words, slot * this.jobWords * 4);
  }

  /** Reads the jobs' words back, after all submitted work. */
  async results(): Promise<CompileResult[]> {
    const words = await readWords(this.gpu, this.buffers.jobs);
    const states = ['idle', 'pending', 'done', 'failed'] as const;
    return Array.from({ length: this.slots }, (_, slot) => {
      const job = words.subarray(slot * this.jobWords, (slot + 1) * this.jobWords);
      return {
        slot,
        status: states[job[JobWord.STATUS]!] ?? 'idle',
        diagnostics: readDiagnostics(job),
        steps: job[JobWord.STEPS]!,
        tokens: job[JobWord.TOKENS]!,
        nodes: job[JobWord.NODES]!,
        textBytes: job[JobWord.TEXT_LENGTH]!,
      };
    });
  }

  /** Frees the compiler's GPU memory; a population keeps its own. */
  destroy(): void {
    for (const buffer of this.#owned) buffer.destroy();
    for (const { uniform } of this.#stages) uniform.destroy();
  }

  #setSteps(steps: number): void {
    if (steps === this.#steps) return;
    this.#steps = steps;
    for (const { uniform, words } of this.#stages) {
      words[StageParameter.STEPS] = steps;
      writeBuffer(this.gpu, uniform, words);
    }
  }
}
