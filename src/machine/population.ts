import { ResidentError } from '../errors.ts';
import {
  Chain,
  type Gpu,
  type Kernel,
  readBuffer,
  readWords,
  storageBuffer,
  uniformBuffer,
  writeBuffer,
} from '../gpu/index.ts';
import {
  CONTROL_WORDS,
  ControlWord,
  EXCHANGE_HEADER_WORDS,
  RAM_BASE,
  REGISTER_WORDS,
  STATUS_COUNT,
  Status,
  TEXT_BASE,
  WaitReason,
} from './constants.ts';
import { forkInstance, prepareFork } from './fork.ts';
import { decodeTable } from './isa.ts';
import { type OutputLine, outputLines } from './output.ts';
import { Pace } from './pace.ts';
import { waitingCalls } from './population-calls.ts';
import { type Bindings, compileFunctions, compileKernels, compileNumbers, type Kernels } from './population-kernels.ts';
import {
  DEFAULT_TEXT_BYTES,
  deinterleave,
  grid,
  instanceResult,
  mailboxShape,
  microOpLayout,
  parameterBlock,
  programImage,
  roundUp,
  startWords,
} from './population-layout.ts';
import type {
  ExternalCall,
  InstanceResult,
  PopulationBuffers,
  PopulationOptions,
  RunOptions,
} from './population-types.ts';
import { checkedRamBytes, type Program, usesFloat } from './program.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';
import { type CompiledTranslation, compileTranslation } from './translator/tier.ts';
import { trapCauses } from './traps.ts';

export type {
  ExternalCall,
  InstanceResult,
  PopulationBuffers,
  PopulationOptions,
  RunOptions,
  Tier,
} from './population-types.ts';

/** N virtual computers that live in GPU buffers. */
export class Population {
  readonly gpu: Gpu;
  readonly instances: number;
  readonly buffers: PopulationBuffers;
  readonly ramBytes: number;
  readonly ramBase: number;
  readonly textBase: number;
  /** Bytes of one text slot; of the whole program when shared. */
  readonly textBytes: number;
  readonly outputBytes: number;
  readonly inputBytes: number;
  /** Instances whose RAM is interleaved word by word; 1 for linear RAM. */
  readonly ramInterleave: number;
  readonly program: Program | undefined;
  /** Whether servers perform external calls. */
  readonly external: boolean;
  /** Two to this power are the bytes of a micro-operation's place in the text (kernels/external.wesl). */
  readonly granuleShift: number;
  /**
   * Record dispatches that perform the external calls of WAITING instances, in every quantum behind the machine's own
   * services; see kernels/external.wesl. While there is one, {@link run} does not take waiting for deadlock.
   */
  readonly servers: ((chain: Chain) => void)[] = [];
  /** Most executable RAM of an instance in bytes; 0: none. */
  readonly codeBytes: number;
  /** Micro-operations from one private text to the next; 0 when the text is shared. */
  readonly microOpStride: number;
  /** Number of the first micro-operation of the executable RAM of instance 0; the others' follow. */
  readonly codeAt: number;
  /** Whether instructions on float registers exist. */
  readonly floatRegisters: boolean;
  readonly #lanes: number;
  readonly #kernels: Kernels;
  readonly #bindings: Bindings;
  readonly #counts: GPUBuffer;
  readonly #seed: bigint;
  readonly #quanta = new Map<number, { buffer: GPUBuffer; bindings: GPUBindGroup }>();
  #sharedDecoded = false;
  /** Whether the list of instances that have not ended is in use. */
  #compacted = false;
  #marked: Kernel | undefined;
  /** A translation that was started while a run went on; never fails. */
  #background: Promise<unknown> | undefined;
  /** Translated code, and the interpreter that looks for the marks of translated regions. */
  #translated: (CompiledTranslation & { interpreter: Kernel }) | undefined;
  #numbers: Kernel | undefined;
  #numbersFailure: unknown;
  /** The kernel for trigonometric and hyperbolic functions, once an instance has come to one. */
  #functions: { kernel: Kernel; bindings: GPUBindGroup } | undefined;
  /** Whether a call on numbers has been seen. */
  #usesNumbers = false;

  /** Allocates the buffers and compiles the kernels; a shared program is loaded, instances are FREE. */
  static async create(gpu: Gpu, options: PopulationOptions): Promise<Population> {
    const compressed = options.program?.compressed ?? options.compressed ?? false;
    const lanes = options.lanes ?? (options.program || options.instances > 1024 ? 64 : 1);
    const float = options.codeBytes ? true : options.program ? usesFloat(options.program) : (options.float ?? false);
    const codeBytes = roundUp(options.codeBytes ?? options.program?.code?.length ?? 0);
    const kernels = await compileKernels(gpu, {
      lanes,
      granuleShift: compressed ? 1 : 2,
      float,
      shared: (options.sharedBytes ?? 0) > 0,
      mailboxes: options.mailbox !== undefined,
      executableRam: codeBytes > 0,
    });
    return new Population(gpu, { ...options, codeBytes }, lanes, compressed, float, kernels);
  }

  private constructor(
    gpu: Gpu,
    options: PopulationOptions,
    lanes: number,
    compressed: boolean,
    float: boolean,
    kernels: Kernels,
  ) {
    const { instances, program } = options;
    if (!Number.isInteger(instances) || instances < 1) {
      throw new ResidentError(`A population of ${instances} instances: give a whole number from 1.`, { exitCode: 2 });
    }
    this.gpu = gpu;
    this.instances = instances;
    this.program = program;
    this.ramBytes = checkedRamBytes(options.ramBytes ?? 65536);
    this.ramBase = program?.ramBase ?? RAM_BASE;
    this.textBase = program?.textBase ?? TEXT_BASE;
    this.outputBytes = roundUp(options.outputBytes ?? 4096);
    this.inputBytes = roundUp(options.inputBytes ?? 0);
    this.granuleShift = compressed ? 1 : 2;
    this.codeBytes = options.codeBytes ?? 0;
    this.external = options.external ?? false;
    this.floatRegisters = float;
    this.#lanes = lanes;
    this.#kernels = kernels;
    const layout = options.layout ?? (program && instances >= 1024 ? 'interleaved' : 'linear');
    this.ramInterleave = layout === 'interleaved' ? lanes : 1;
    if (program && program.staticLength > this.ramBytes) {
      throw new ResidentError(
        `The program's data needs ${program.staticLength} bytes, but each instance has ${this.ramBytes} bytes of RAM: give more.`,
        { exitCode: 2 },
      );
    }
    const image = program ? programImage(program) : undefined;
    this.textBytes = image?.byteLength ?? roundUp(options.textBytes ?? DEFAULT_TEXT_BYTES);
    const slots = program ? 1 : instances;
    const { granules, codeAt, total } = microOpLayout(options, compressed, this.codeBytes);
    this.microOpStride = program ? 0 : granules + 1;
    this.codeAt = codeAt;
    const rows = Math.ceil(instances / this.ramInterleave) * this.ramInterleave;
    const mailbox = mailboxShape(options.mailbox);
    this.#seed = options.seed ?? 0n;
    this.buffers = {
      // Behind the control words the list of instances that have not ended: compact.wesl.
      control: storageBuffer(gpu, (instances * (CONTROL_WORDS + 1) + 1) * 4, { label: 'machine control' }),
      registers: storageBuffer(gpu, instances * REGISTER_WORDS * 4, { label: 'machine registers' }),
      ram: storageBuffer(gpu, rows * this.ramBytes, { label: 'machine RAM' }),
      text: storageBuffer(gpu, image ?? slots * this.textBytes, { label: 'machine text' }),
      microOps: storageBuffer(gpu, total * 8, { label: 'machine micro-operations' }),
      output: storageBuffer(gpu, instances * this.outputBytes, { label: 'machine output' }),
      input: storageBuffer(gpu, instances * this.inputBytes, { label: 'machine input' }),
      shared: options.sharedBytes
        ? storageBuffer(gpu, roundUp(options.sharedBytes), { label: 'machine shared RAM' })
        : undefined,
      exchange: options.mailbox
        ? storageBuffer(gpu, (EXCHANGE_HEADER_WORDS + instances * mailbox.words) * 4, { label: 'machine mailboxes' })
        : undefined,
      parameters: uniformBuffer(
        gpu,
        parameterBlock({
          INSTANCES: instances,
          TEXT_BASE: this.textBase,
          TEXT_STRIDE: program ? 0 : this.textBytes / 4,
          MICRO_OP_STRIDE: this.microOpStride,
          RAM_BASE: this.ramBase,
          RAM_BYTES: this.ramBytes,
          RAM_INTERLEAVE: this.ramInterleave,
          OUTPUT_BYTES: this.outputBytes,
          INPUT_BYTES: this.inputBytes,
          OUTPUT_WAITS: options.outputFull === 'wait' ? 1 : 0,
          MICRO_OPS: granules,
          TEXT_WORDS: this.textBytes / 4,
          SHARED_BYTES: roundUp(options.sharedBytes ?? 0),
          MAILBOX_SLOTS: mailbox.slots,
          MESSAGE_WORDS: mailbox.messageWords,
          EXTERNAL: options.external ? 1 : 0,
          FUNCTIONS: (options.functions ?? program !== undefined) ? 1 : 0,
          CODE_BYTES: this.codeBytes,
          CODE_AT: codeAt,
        }),
        'machine parameters',
      ),
    };
    this.#counts = storageBuffer(gpu, (WAITING_FOR_OUTPUT + 1) * 4, { label: 'machine census' });
    const b = this.buffers;
    const table = storageBuffer(gpu, decodeTable(), { label: 'machine decode table' });
    const decodeArguments = [b.parameters, b.control, b.registers, b.ram, b.text, b.microOps, table] as const;
    this.#bindings = {
      decode: kernels.decode.bind(...decodeArguments),
      decodeShared: kernels.decodeShared.bind(...decodeArguments),
      start: kernels.start.bind(...decodeArguments),
      refresh: kernels.refresh?.bind(...decodeArguments),
      service: kernels.service.bind(b.parameters, b.control, b.registers, b.ram, b.text, b.output, b.input),
      census: kernels.census.bind(b.parameters, b.control, this.#counts),
      compact: kernels.compact.bind(b.parameters, b.control),
      exchange: b.exchange
        ? kernels.exchange!.receive.bind(b.parameters, b.control, b.registers, b.ram, b.text, b.exchange)
        : undefined,
      allocate:
        b.exchange && b.shared
          ? kernels.exchange!.allocate.bind(b.parameters, b.control, b.registers, b.exchange, b.shared)
          : undefined,
    };
  }

  /**
   * Records one round: starts the instances in LOAD, then `quanta` times lets every RUNNING instance execute up to
   * `instructionsPerQuantum` instructions and performs the environment calls they stopped at. Instances that have
   * nothing to do cost an early exit.
   *
   * @param options.numbers false leaves out the kernel for calls on numbers; instances at such a call then stay there,
   *   as they do until {@link prepareNumbers} has compiled it
   */
  encode(
    chain: Chain,
    options: {
      quanta: number;
      instructionsPerQuantum: number;
      numbers?: boolean;
      /**
       * At most so many instances have not ended: they are gathered at the first workgroups, and only those are
       * dispatched. An instance beyond them waits for a round that dispatches more.
       */
      alive?: number;
      /** False when no instance is in LOAD: leaves out the start of those. */
      start?: boolean;
      /** Records more behind each quantum, for a debugger. */
      after?: (chain: Chain) => void;
    },
  ): void {
    if (options.start !== false) this.encodeStart(chain);
    else this.#decodeShared(chain);
    const translated = this.#translated;
    // Behind translated code the interpreter only does what that left: one block, or a trap.
    // But it is the only tier for code in RAM.
    const short = translated && this.codeBytes === 0;
    const interpreted = short ? Math.min(options.instructionsPerQuantum, 256) : options.instructionsPerQuantum;
    const bindings = this.#quantumBindings(interpreted);
    const [x, y] = grid(Math.ceil((options.alive ?? this.instances) / this.#lanes));
    if (options.alive !== undefined) chain.dispatch(this.#kernels.compact, this.#bindings.compact, 1);
    else if (this.#compacted) chain.clear(this.buffers.control, this.instances * CONTROL_WORDS * 4, 4);
    this.#compacted = options.alive !== undefined;
    const groups = Math.ceil(this.instances / 64);
    if (this.#numbersFailure) throw this.#numbersFailure;
    const numbers = this.#numbers;
    const execute = translated?.interpreter ?? this.#marked ?? this.#kernels.execute;
    for (let i = 0; i < options.quanta; i++) {
      if (translated) {
        chain.dispatch(translated.kernel, translated.bindings(options.instructionsPerQuantum), x, y);
      }
      chain.dispatch(execute, bindings, x, y);
      if (this.#bindings.exchange) {
        chain.dispatch(this.#kernels.exchange!.receive, this.#bindings.exchange, groups);
        if (this.#bindings.allocate) chain.dispatch(this.#kernels.exchange!.allocate, this.#bindings.allocate, 1);
        chain.dispatch(this.#kernels.exchange!.send, this.#bindings.exchange, groups);
      }
      chain.dispatch(this.#kernels.service, this.#bindings.service, groups);
      if (numbers && options.numbers !== false) chain.dispatch(numbers, this.#bindings.service, groups);
      if (this.#functions) chain.dispatch(this.#functions.kernel, this.#functions.bindings, groups);
      for (const serve of this.servers) serve(chain);
      this.#encodeRefresh(chain);
      options.after?.(chain);
    }
  }

  /**
   * Lets quanta end before micro-operations that are marked (bit 31), from the next {@link encode} on; for debuggers. The
   * interpreter that looks for marks is a pipeline of its own.
   */
  async watchMarks(): Promise<void> {
    this.#marked ??= await this.#kernels.compileMarked();
  }

  /** Decodes the executable RAM of instances that have asked for it. */
  #encodeRefresh(chain: Chain): void {
    const { refresh } = this.#kernels;
    if (refresh) chain.dispatch(refresh, this.#bindings.refresh!, ...grid(this.instances));
  }

  /**
   * Compiles the kernel for calls on numbers (double arithmetic, decimal text), which takes longer than all others
   * together. {@link run} does so at the first such call; who records rounds with {@link encode} does it before.
   */
  async prepareNumbers(): Promise<void> {
    try {
      this.#numbers ??= await compileNumbers(this.gpu);
    } catch (cause) {
      this.#numbersFailure = cause;
      throw cause;
    }
  }

  async #prepareFunctions(): Promise<void> {
    const { parameters, control, registers } = this.buffers;
    const kernel = await compileFunctions(this.gpu);
    this.#functions ??= { kernel, bindings: kernel.bind(parameters, control, registers) };
  }

  /** Records only the start of instances in LOAD. */
  encodeStart(chain: Chain): void {
    this.#decodeShared(chain);
    // load_workgroups() in decode.wesl
    const workgroups = Math.min(Math.max(this.ramBytes >> 16, 1), 64);
    chain.dispatch(this.#kernels.decode, this.#bindings.decode, ...grid(this.instances * workgroups));
    chain.dispatch(this.#kernels.start, this.#bindings.start, Math.ceil(this.instances / 64));
    this.#encodeRefresh(chain);
  }

  /**
   * Translates the shared program's code that is reachable from its start and from where instances are now, and uses it
   * from the next {@link encode} on. Results, traps and instruction counts stay those of the interpreter.
   *
   * @returns false when there is nothing to translate
   */
  async translate(): Promise<boolean> {
    const program = this.program;
    if (!program) return false;
    const chain = new Chain(this.gpu);
    this.#decodeShared(chain);
    chain.submit();
    const control = await readWords(
      this.gpu,
      this.buffers.control,
      0,
      Math.min(this.instances, 4096) * CONTROL_WORDS * 4,
    );
    const seeds = new Set([program.entry]);
    for (let at = ControlWord.PC; at < control.length; at += CONTROL_WORDS) seeds.add(control[at]!);
    const interpreter = await this.#kernels.compileMarked();
    const translation = await compileTranslation(this, program, seeds, this.#lanes, (instructions) =>
      this.#quantumBuffer(instructions),
    );
    this.#translated = translation && { ...translation, interpreter };
    return this.#translated !== undefined;
  }

  #decodeShared(chain: Chain): void {
    if (!this.program || this.#sharedDecoded) return;
    // The length of the shared text, where the kernel looks for it.
    this.#writeControl(0, ControlWord.TEXT_LENGTH, roundUp(this.program.text.byteLength));
    const granules = 1 + (roundUp(this.program.text.byteLength) >> this.granuleShift);
    chain.dispatch(this.#kernels.decodeShared, this.#bindings.decodeShared, Math.ceil(granules / 64));
    this.#sharedDecoded = true;
  }

  /**
   * Sets all instances of a shared program, or the first `count`, to LOAD with a fresh budget and their inputs; the
   * others become FREE.
   */
  start(options: { maxInstructions?: bigint; inputs?: readonly Uint8Array[]; count?: number } = {}): void {
    const program = this.program;
    if (!program) throw new Error('start() is for shared programs; load() fills private slots');
    const chain = new Chain(this.gpu);
    for (const buffer of [this.buffers.exchange, this.buffers.shared]) if (buffer) chain.clear(buffer);
    chain.submit();
    const words = new Uint32Array(this.instances * CONTROL_WORDS);
    const inputs = new Uint8Array(options.inputs ? this.buffers.input.size : 0);
    for (let i = 0; i < Math.min(options.count ?? this.instances, this.instances); i++) {
      const input = options.inputs?.[i];
      words.set(this.#startWords(i, program, options.maxInstructions, input), i * CONTROL_WORDS);
      if (input) inputs.set(input.subarray(0, this.inputBytes), i * this.inputBytes);
    }
    if (options.inputs) writeBuffer(this.gpu, this.buffers.input, inputs);
    writeBuffer(this.gpu, this.buffers.control, words);
  }

  /** Puts a program into one private slot and sets the instance to LOAD. */
  load(instance: number, program: Program, options: { maxInstructions?: bigint; input?: Uint8Array } = {}): void {
    if (this.program) throw new Error('load() is for private slots; this population shares one program');
    this.#checkInstance(instance);
    const image = programImage(program);
    if (image.byteLength > this.textBytes || program.textBase !== this.textBase || program.ramBase !== this.ramBase) {
      throw new ResidentError(
        `A program of ${image.byteLength} bytes at ${hex(program.textBase)} does not fit the text slot of ${this.textBytes} bytes at ${hex(this.textBase)}.`,
      );
    }
    writeBuffer(this.gpu, this.buffers.text, image, instance * this.textBytes);
    const words = this.#startWords(instance, program, options.maxInstructions, options.input);
    if (options.input) {
      writeBuffer(this.gpu, this.buffers.input, options.input.subarray(0, this.inputBytes), instance * this.inputBytes);
    }
    writeBuffer(this.gpu, this.buffers.control, words, instance * CONTROL_WORDS * 4);
  }

  /**
   * Runs until every started instance has ended, in submits of about 50 ms.
   *
   * @throws ResidentError when the device is lost; nothing of this population can be used then
   */
  async run(options: RunOptions = {}): Promise<void> {
    try {
      await this.#run(options);
    } catch (cause) {
      const lost = await Promise.race([this.gpu.lost, new Promise<undefined>((resolve) => setTimeout(resolve, 200))]);
      if (lost === undefined) throw cause;
      throw new ResidentError(
        `The GPU device was lost while ${this.instances} instances ran (${lost}): open a new one and load the program again.`,
        { cause },
      );
    }
  }

  async #run(options: RunOptions): Promise<void> {
    const tier = options.tier ?? 'auto';
    if (tier === 'interpreter' && this.#translated) {
      this.#translated = undefined;
      this.#sharedDecoded = false; // decoding again removes the marks of translated regions
    }
    if (tier === 'translated') await this.translate();
    let translation = this.#background;
    const start = performance.now();
    const pace = new Pace();
    let stuck = 0;
    let alive = this.instances;
    let loads = true;
    for (;;) {
      const began = performance.now();
      const chain = new Chain(this.gpu);
      // Compaction costs less than half the workgroups.
      const compact = alive * 2 < this.instances ? { alive } : {};
      const { quanta, instructionsPerQuantum } = pace;
      const round = { quanta, instructionsPerQuantum, numbers: this.#usesNumbers, start: loads };
      this.encode(chain, { ...round, ...compact });
      this.encodeCensus(chain);
      chain.submit();
      const counts = await this.census();
      if (counts[Status.NUMBERS]! > 0) {
        this.#usesNumbers = true;
        await this.prepareNumbers();
      }
      if (counts[Status.FUNCTIONS]! > 0) await this.#prepareFunctions();
      const active =
        counts[Status.RUNNING]! +
        counts[Status.SERVICE]! +
        counts[Status.LOAD]! +
        counts[Status.NUMBERS]! +
        counts[Status.FUNCTIONS]! +
        counts[Status.DECODE]!;
      const waiting = counts[Status.WAITING]!;
      if (active === 0 && waiting === 0) break;
      loads = counts[Status.LOAD]! > 0;
      alive = active + waiting + counts[Status.STOPPED]!;
      if (waiting > 0) {
        const drained = counts[WAITING_FOR_OUTPUT]! > 0 ? await this.drain(options.onOutput) : 0;
        // A population that only waits, and still does after another round, waits forever.
        stuck = drained === 0 && active === 0 && this.servers.length === 0 ? stuck + 1 : 0;
        if (stuck > 1) return this.endDeadlock();
      }
      if (performance.now() - start >= (options.maxMilliseconds ?? Number.POSITIVE_INFINITY)) return;
      const milliseconds = performance.now() - began;
      if (tier === 'auto' && this.program && !translation && performance.now() - start > 200) {
        // In the background; a translation that fails leaves everything to the interpreter.
        translation = this.translate().catch(() => undefined);
        this.#background = translation;
      }
      pace.adjust(milliseconds);
    }
    if (options.onOutput) await this.drain(options.onOutput, true);
  }

  /** Runs like {@link run} and yields the output line by line: `for await (const { instance, line } of p.output())`. */
  output(options?: Omit<RunOptions, 'onOutput' | 'maxMilliseconds'>): AsyncGenerator<OutputLine> {
    return outputLines(this, options);
  }

  /** Records a count of instances by status, which {@link census} reads. */
  encodeCensus(chain: Chain): void {
    chain.clear(this.#counts);
    chain.dispatch(this.#kernels.census, this.#bindings.census, Math.ceil(this.instances / 64));
  }

  /** Instances by status, then those that wait for {@link drain}, as of the last {@link encodeCensus}. */
  async census(): Promise<Uint32Array> {
    return readWords(this.gpu, this.#counts);
  }

  /** Hands over the output of instances that wait for room (or of all) and lets them go on. @returns how many */
  async drain(onOutput?: (instance: number, bytes: Uint8Array) => void, all = false): Promise<number> {
    const control = await readWords(this.gpu, this.buffers.control);
    const output = new Uint8Array(await readBuffer(this.gpu, this.buffers.output));
    let drained = 0;
    for (let i = 0; i < this.instances; i++) {
      const word = (index: number) => control[i * CONTROL_WORDS + index]!;
      const waits = word(ControlWord.STATUS) === Status.WAITING && word(ControlWord.WAIT_REASON) === WaitReason.OUTPUT;
      if (!waits && !all) continue;
      const length = Math.min(word(ControlWord.OUTPUT_LENGTH), this.outputBytes);
      if (length > 0) onOutput?.(i, output.slice(i * this.outputBytes, i * this.outputBytes + length));
      this.#writeControl(i, ControlWord.OUTPUT_LENGTH, 0);
      if (waits) this.#writeControl(i, ControlWord.STATUS, Status.SERVICE);
      drained++;
    }
    return drained;
  }

  /** The external calls that wait, for a server on the host. */
  async externalCalls(): Promise<ExternalCall[]> {
    const control = await readWords(this.gpu, this.buffers.control);
    return waitingCalls(this.instances, control, await readWords(this.gpu, this.buffers.registers));
  }

  /** Ends an external call from the host: its result goes to a0 and the instance runs on. */
  async finishCall(instance: number, result: number): Promise<void> {
    this.#checkInstance(instance);
    const at = instance * CONTROL_WORDS * 4;
    const [pc, executed] = [ControlWord.PC, ControlWord.INSTRUCTIONS_LO];
    const control = await readWords(this.gpu, this.buffers.control, at, CONTROL_WORDS * 4);
    const waits = control[ControlWord.STATUS] === Status.WAITING;
    if (!waits || control[ControlWord.WAIT_REASON] !== WaitReason.EXTERNAL_CALL) {
      throw new ResidentError(`Instance ${instance} is at no external call.`);
    }
    writeBuffer(this.gpu, this.buffers.registers, new Uint32Array([result]), (instance * REGISTER_WORDS + 10) * 4);
    this.#writeControl(instance, pc, control[pc]! + 4);
    this.#writeControl(instance, executed, control[executed]! + 1);
    if (control[executed] === 0xffffffff) {
      this.#writeControl(instance, ControlWord.INSTRUCTIONS_HI, control[ControlWord.INSTRUCTIONS_HI]! + 1);
    }
    this.#writeControl(instance, ControlWord.STATUS, Status.RUNNING);
  }

  /** Reads every instance's state; stdout is what has not been drained. */
  async results(): Promise<InstanceResult[]> {
    const control = await readWords(this.gpu, this.buffers.control);
    const output = new Uint8Array(await readBuffer(this.gpu, this.buffers.output));
    return Array.from({ length: this.instances }, (_, i) => instanceResult(i, control, output, this.outputBytes));
  }

  /** Instructions executed by the first `count` instances. */
  async instructionCounts(count = this.instances): Promise<bigint[]> {
    const control = await readWords(this.gpu, this.buffers.control, 0, count * CONTROL_WORDS * 4);
    return Array.from({ length: count }, (_, i) => {
      const word = (index: number) => BigInt(control[i * CONTROL_WORDS + index]!);
      return (word(ControlWord.INSTRUCTIONS_HI) << 32n) | word(ControlWord.INSTRUCTIONS_LO);
    });
  }

  /** x0 to x31 and f0 to f31 of one instance. */
  async registers(instance: number): Promise<Uint32Array> {
    this.#checkInstance(instance);
    return readWords(this.gpu, this.buffers.registers, instance * REGISTER_WORDS * 4, REGISTER_WORDS * 4);
  }

  /** The RAM of one instance, from `ramBase`. */
  async ram(instance: number): Promise<Uint8Array> {
    this.#checkInstance(instance);
    if (this.ramInterleave === 1) {
      return new Uint8Array(await readBuffer(this.gpu, this.buffers.ram, instance * this.ramBytes, this.ramBytes));
    }
    const lanes = this.ramInterleave;
    const group = Math.floor(instance / lanes) * lanes * this.ramBytes;
    return deinterleave(
      await readWords(this.gpu, this.buffers.ram, group, lanes * this.ramBytes),
      lanes,
      instance % lanes,
    );
  }

  /**
   * Copies the complete state of an instance over others on the GPU: registers, RAM with the heap, private text, decoded
   * code, input, output, random numbers, budget and counts. Copies go on as the original does, except that each has the
   * instance number and the mailbox of its own place. What instances share is not copied.
   *
   * @param options.into another population of the same shape; default this one
   * @throws ResidentError for instances that do not exist, a copy over the original, populations of different shape
   */
  async fork(from: number, to: number | readonly number[], options: { into?: Population } = {}): Promise<void> {
    const targets = typeof to === 'number' ? [to] : to;
    this.#checkInstance(from);
    for (const target of targets) (options.into ?? this).#checkInstance(target);
    await forkInstance(this, from, targets, options.into ?? this);
  }

  /**
   * Records copies as {@link fork} makes them, from a list on the GPU.
   *
   * @param pairs instance and instance that becomes its copy, two words each; none may be both within one call. Numbers
   *   of instances that do not exist are passed over.
   * @returns frees what the copies need, after the chain was submitted
   */
  async encodeFork(
    chain: Chain,
    pairs: GPUBuffer,
    count: number,
    options: { into?: Population } = {},
  ): Promise<() => void> {
    const prepared = await prepareFork(this, options.into ?? this, pairs, count);
    prepared.encode(chain);
    return prepared.free;
  }

  /** The complete state of one instance, to keep or to write to a file. Not while {@link run} is under way. */
  async snapshot(instance: number): Promise<Snapshot> {
    this.#checkInstance(instance);
    return takeSnapshot(this, instance);
  }

  /**
   * Makes an instance what it was at a snapshot of this population or of one with the same shape. It goes on from there
   * with the next {@link run}, exactly as it would have then.
   *
   * @throws ResidentError when the snapshot does not fit, or holds values that no instance can have
   */
  async restore(instance: number, snapshot: Snapshot): Promise<void> {
    this.#checkInstance(instance);
    await restoreSnapshot(this, instance, snapshot);
  }

  /** Frees the buffers. */
  destroy(): void {
    const free = () => {
      for (const buffer of Object.values(this.buffers) as (GPUBuffer | undefined)[]) buffer?.destroy();
      this.#counts.destroy();
    };
    // A translation in the background still uses them.
    if (this.#background) void this.#background.then(free);
    else free();
  }

  #startWords(instance: number, program: Program, maxInstructions?: bigint, input?: Uint8Array): Uint32Array {
    const inputLength = Math.min(input?.byteLength ?? 0, this.inputBytes);
    return startWords(program, this.#seed, instance, maxInstructions, inputLength);
  }

  #quantumBuffer(instructions: number): GPUBuffer {
    this.#quantumBindings(instructions);
    return this.#quanta.get(instructions)!.buffer;
  }

  #quantumBindings(instructions: number): GPUBindGroup {
    let entry = this.#quanta.get(instructions);
    if (!entry) {
      const buffer = uniformBuffer(this.gpu, new Uint32Array([instructions, 0, 0, 0]), 'machine quantum');
      const b = this.buffers;
      const fixed = [b.parameters, buffer, b.control, b.registers, b.ram, b.text, b.microOps];
      const bindings = this.#kernels.execute.bind(...fixed, ...(b.shared ? [b.shared] : []));
      entry = { buffer, bindings };
      this.#quanta.set(instructions, entry);
    }
    return entry.bindings;
  }

  /** Ends every instance that waits with the trap DEADLOCK; for when nothing can happen any more. */
  async endDeadlock(): Promise<void> {
    const control = await readWords(this.gpu, this.buffers.control);
    for (let i = 0; i < this.instances; i++) {
      if (control[i * CONTROL_WORDS + ControlWord.STATUS] !== Status.WAITING) continue;
      this.#writeControl(i, ControlWord.TRAP_CAUSE, trapCauses.DEADLOCK.cause);
      this.#writeControl(i, ControlWord.TRAP_PC, control[i * CONTROL_WORDS + ControlWord.PC]!);
      this.#writeControl(i, ControlWord.STATUS, Status.TRAPPED);
    }
  }

  #writeControl(instance: number, word: number, value: number): void {
    writeBuffer(this.gpu, this.buffers.control, new Uint32Array([value]), (instance * CONTROL_WORDS + word) * 4);
  }

  #checkInstance(instance: number): void {
    if (!Number.isInteger(instance) || instance < 0 || instance >= this.instances) {
      throw new ResidentError(`Instance ${instance}: this population has instances 0 to ${this.instances - 1}.`);
    }
  }
}

/** Behind the statuses in the census. */
const WAITING_FOR_OUTPUT = STATUS_COUNT;

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
