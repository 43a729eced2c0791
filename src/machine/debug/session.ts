import { ResidentError } from '../../errors.ts';
import { Chain, type Kernel, readBuffer, readWords, storageBuffer, writeBuffer } from '../../gpu/index.ts';
import {
  CONTROL_WORDS,
  ControlWord,
  DebugWord,
  MOST_BREAKPOINTS,
  REGISTER_WORDS,
  SHARED_BASE,
  STATUS_COUNT,
  Status,
  TRACE_WORDS,
  TraceWord,
} from '../constants.ts';
import { cachedKernel } from '../kernel-cache.ts';
import { wgsl as debugWgsl } from '../kernels/debug.wgsl.ts';
import type { Population } from '../population.ts';
import { trapText } from '../traps.ts';

/** Why the instance stands still. */
export type Stop =
  | { kind: 'breakpoint' | 'step' | 'interrupt'; pc: number }
  | { kind: 'exited'; pc: number; code: number }
  | { kind: 'trapped'; pc: number; cause: number; text: string; address: number };

/** One executed instruction. */
export interface TraceRecord {
  pc: number;
  /** The instruction as it is in memory, in the low half when it is compressed. */
  bits: number;
  /** Registers that it changed, as number (0 to 31 x, 32 to 63 f, 64 fcsr) and new value. */
  changes: readonly { register: number; value: number }[];
  /** Status after it. */
  status: number;
  /** False when only the status changed: the instruction trapped, or the call at it went on to wait. */
  executed: boolean;
}

/** x and f registers, then pc and fcsr. */
export interface RegisterState {
  registers: Uint32Array;
  pc: number;
  fcsr: number;
}

/**
 * Looks at one instance of a population: breakpoints, single steps, a trace, registers and memory. Everything that
 * happens between two stops happens on the GPU: marks in decoded code end a quantum, and a kernel behind each quantum
 * holds the instance (kernels/debug.wesl). The other instances run along with it, and stand still when it does.
 *
 * The population must not be run by anyone else meanwhile.
 */
export class DebugSession {
  readonly population: Population;
  readonly instance: number;
  /** Gets the output of all instances. */
  onOutput: ((instance: number, bytes: Uint8Array) => void) | undefined;
  readonly #kernels: DebugKernels;
  readonly #buffer: GPUBuffer;
  readonly #bindings: GPUBindGroup;
  #breakpoints = new Set<number>();
  /** Marks in decoded code are those of #breakpoints. */
  #marked = true;
  /** Instructions in one quantum, adapted to about 30 ms for a chain. */
  #perQuantum = 1024;

  /** Starts the instances that are in LOAD; nothing is executed yet. */
  static async open(
    population: Population,
    instance: number,
    options: { onOutput?: DebugSession['onOutput'] } = {},
  ): Promise<DebugSession> {
    if (!Number.isInteger(instance) || instance < 0 || instance >= population.instances) {
      throw new ResidentError(`Instance ${instance}: this population has instances 0 to ${population.instances - 1}.`, {
        exitCode: 2,
      });
    }
    await population.watchMarks();
    const compile = (entry: string) =>
      cachedKernel(
        population.gpu,
        `machine debug ${entry}`,
        debugWgsl,
        { GRANULE_SHIFT: population.granuleShift },
        entry,
      );
    const [mark, unmark, check, trace] = await Promise.all(['mark', 'unmark', 'check', 'trace'].map(compile));
    const session = new DebugSession(population, instance, options.onOutput, {
      mark: mark!,
      unmark: unmark!,
      check: check!,
      trace: trace!,
    });
    const chain = new Chain(population.gpu);
    population.encodeStart(chain);
    chain.submit();
    return session;
  }

  private constructor(
    population: Population,
    instance: number,
    onOutput: DebugSession['onOutput'],
    kernels: DebugKernels,
  ) {
    this.population = population;
    this.instance = instance;
    this.onOutput = onOutput;
    this.#kernels = kernels;
    const words = new Uint32Array(DebugWord.RECORDS + TRACE_CAPACITY * TRACE_WORDS);
    words[DebugWord.INSTANCE] = instance;
    words[DebugWord.TRACE_CAPACITY] = TRACE_CAPACITY;
    this.#buffer = storageBuffer(population.gpu, words, { label: 'machine debug' });
    const b = population.buffers;
    this.#bindings = kernels.mark.bind(b.parameters, b.control, b.registers, b.ram, b.text, b.microOps, this.#buffer);
  }

  get breakpoints(): ReadonlySet<number> {
    return this.#breakpoints;
  }

  /**
   * Stops before the instruction at these addresses, and no others, from now on.
   *
   * @throws ResidentError for more than 64
   */
  setBreakpoints(addresses: Iterable<number>): void {
    const wanted = new Set([...addresses].map((address) => address >>> 0));
    if (wanted.size > MOST_BREAKPOINTS) {
      throw new ResidentError(`${wanted.size} breakpoints: at most ${MOST_BREAKPOINTS} are possible.`);
    }
    const chain = new Chain(this.population.gpu);
    chain.dispatch(this.#kernels.unmark, this.#bindings, 1);
    chain.submit();
    this.#breakpoints = wanted;
    this.#write(DebugWord.BREAKPOINT_COUNT, [wanted.size]);
    if (wanted.size > 0) this.#write(DebugWord.BREAKPOINTS, [...wanted]);
    this.#marked = false;
  }

  /** Executes one instruction; waits with it if it waits. */
  async step(interrupted: () => boolean = () => false): Promise<Stop> {
    await this.#release();
    const before = await this.#control();
    for (let quiet = 0; ; ) {
      const control = await this.#after();
      const stop = this.#stopOf(control);
      if (stop) return stop;
      if (control[ControlWord.INSTRUCTIONS_LO] !== before[ControlWord.INSTRUCTIONS_LO]) {
        return { kind: 'step', pc: control[ControlWord.PC]! };
      }
      if (interrupted() || control[ControlWord.STATUS] === Status.FREE)
        return { kind: 'interrupt', pc: control[ControlWord.PC]! };
      // While it waits, others may need many instructions to let it go on; it itself does not move in their quantum.
      const running = control[ControlWord.STATUS] === Status.RUNNING;
      quiet = await this.#round({ quanta: 1, instructions: running ? 1 : 4096 }, quiet);
    }
  }

  /** Runs to a breakpoint, the end, or until `interrupted` says so, which is asked about every 30 ms. */
  async continue(interrupted: () => boolean = () => false): Promise<Stop> {
    await this.#release();
    for (let quiet = 0; ; ) {
      const began = performance.now();
      quiet = await this.#round({ quanta: 8, instructions: this.#perQuantum, check: true }, quiet);
      const control = await this.#after();
      const stop = this.#stopOf(control);
      if (stop) return stop;
      if (control[ControlWord.STATUS] === Status.STOPPED) return { kind: 'breakpoint', pc: control[ControlWord.PC]! };
      if (interrupted() || control[ControlWord.STATUS] === Status.FREE)
        return { kind: 'interrupt', pc: control[ControlWord.PC]! };
      const milliseconds = performance.now() - began;
      if (milliseconds < 15) this.#perQuantum = Math.min(this.#perQuantum * 2, 1 << 20);
      else if (milliseconds > 60) this.#perQuantum = Math.max(this.#perQuantum >> 1, 64);
    }
  }

  /**
   * Executes instruction by instruction and yields each, to a breakpoint or the end; the last value returned is the
   * reason. A few hundred instructions are traced in one chain.
   */
  async *trace(interrupted: () => boolean = () => false): AsyncGenerator<TraceRecord, Stop> {
    await this.#release();
    const chain = new Chain(this.population.gpu);
    // Notes the state before the first instruction.
    chain.dispatch(this.#kernels.trace, this.#bindings, 1);
    chain.submit();
    for (let quiet = 0; ; ) {
      this.#write(DebugWord.TRACE_COUNT, [0]);
      quiet = await this.#round({ quanta: TRACE_CAPACITY, instructions: 1, check: true, trace: true }, quiet);
      const words = await readWords(this.population.gpu, this.#buffer);
      for (let i = 0; i < Math.min(words[DebugWord.TRACE_COUNT]!, TRACE_CAPACITY); i++) {
        const record = traceRecord(words.subarray(DebugWord.RECORDS + i * TRACE_WORDS));
        const ended = record.status === Status.TRAPPED || record.status === Status.EXITED;
        if (record.executed || ended) yield record;
      }
      const control = await this.#after();
      const stop = this.#stopOf(control);
      if (stop) return stop;
      if (control[ControlWord.STATUS] === Status.STOPPED) return { kind: 'breakpoint', pc: control[ControlWord.PC]! };
      if (interrupted() || control[ControlWord.STATUS] === Status.FREE)
        return { kind: 'interrupt', pc: control[ControlWord.PC]! };
    }
  }

  /** The stop that the instance is at: its end, or just where it is. */
  async state(): Promise<Stop> {
    const control = await this.#control();
    return this.#stopOf(control) ?? { kind: 'interrupt', pc: control[ControlWord.PC]! };
  }

  async instructions(): Promise<bigint> {
    const [count] = await this.population.instructionCounts(this.instance + 1).then((counts) => counts.slice(-1));
    return count!;
  }

  async registers(): Promise<RegisterState> {
    const control = await this.#control();
    return {
      registers: await this.population.registers(this.instance),
      pc: control[ControlWord.PC]!,
      fcsr: control[ControlWord.FCSR]!,
    };
  }

  /** @param register 1 to 31 x, 32 to 63 f, 64 pc, 65 fcsr; x0 is left alone */
  writeRegister(register: number, value: number): void {
    const { gpu, buffers } = this.population;
    if (register === 64 || register === 65) {
      this.#writeControl(register === 64 ? ControlWord.PC : ControlWord.FCSR, register === 64 ? value : value & 0xff);
    } else if (register > 0 && register < 64) {
      writeBuffer(gpu, buffers.registers, Uint32Array.of(value), (this.instance * REGISTER_WORDS + register) * 4);
    }
  }

  /** Memory as the program sees it; shorter than asked for where it ends, empty where there is none. */
  async readMemory(address: number, length: number): Promise<Uint8Array> {
    const regions = await this.regions();
    const region = regions.find((r) => address >= r.address && address < r.address + r.length);
    if (!region) return new Uint8Array(0);
    const end = Math.min(address + length, region.address + region.length);
    const first = (address - region.address) & ~3;
    const bytes = await region.read(first, end - region.address - first);
    return bytes.subarray(address - region.address - first, end - region.address - first);
  }

  /** @returns false, and writes nothing, where not all of it is RAM */
  async writeMemory(address: number, bytes: Uint8Array): Promise<boolean> {
    const { population } = this;
    const regions = await this.regions();
    const region = regions.find(
      (r) => r.write && address >= r.address && address + bytes.length <= r.address + r.length,
    );
    if (!region) return false;
    const first = (address - region.address) & ~3;
    const whole = await region.read(first, Math.ceil((address - region.address - first + bytes.length) / 4) * 4);
    whole.set(bytes, address - region.address - first);
    region.write!(first, whole);
    const control = await this.#control();
    const code = control[ControlWord.CODE_BASE]!;
    if (address < code + control[ControlWord.CODE_LENGTH]! && address + bytes.length > code) {
      // What a debugger writes is code at once, as if a fence.i followed.
      this.#writeControl(ControlWord.STATUS, Status.DECODE);
      const chain = new Chain(population.gpu);
      population.encodeStart(chain);
      chain.submit();
      this.#writeControl(ControlWord.STATUS, control[ControlWord.STATUS]!);
      this.#marked = false;
    }
    return true;
  }

  /** The memory map of the instance. Offsets that `read` and `write` take are multiples of 4. */
  async regions(): Promise<MemoryRegion[]> {
    const { population, instance } = this;
    const { gpu, buffers } = population;
    const control = await this.#control();
    const bytes = async (buffer: GPUBuffer, at: number, length: number) =>
      new Uint8Array(await readBuffer(gpu, buffer, at, length));
    const textAt = population.program ? 0 : instance * population.textBytes;
    const regions: MemoryRegion[] = [
      {
        name: 'text',
        address: population.textBase,
        length: Math.min(control[ControlWord.TEXT_LENGTH]!, population.textBytes),
        read: (at, length) => bytes(buffers.text, textAt + at, length),
      },
      ramRegion(population, instance),
    ];
    const { shared } = buffers;
    if (shared) {
      regions.push({
        name: 'shared RAM',
        address: SHARED_BASE,
        length: shared.size,
        read: (at, length) => bytes(shared, at, length),
        write: (at, data) => writeBuffer(gpu, shared, data, at),
      });
    }
    return regions.filter((r) => r.length > 0);
  }

  /** Takes the marks away and lets the instance go. */
  async close(): Promise<void> {
    this.setBreakpoints([]);
    await this.#release();
    this.#buffer.destroy();
  }

  async #round(
    options: { quanta: number; instructions: number; check?: boolean; trace?: boolean },
    quiet: number,
  ): Promise<number> {
    const { population } = this;
    const chain = new Chain(population.gpu);
    if (!this.#marked) chain.dispatch(this.#kernels.mark, this.#bindings, 1);
    this.#marked = true;
    population.encode(chain, {
      quanta: options.quanta,
      instructionsPerQuantum: options.instructions,
      after: (recorded) => {
        if (options.trace) recorded.dispatch(this.#kernels.trace, this.#bindings, 1);
        if (!options.check || this.#breakpoints.size === 0) return;
        // Code may have been decoded in this quantum.
        if (population.codeBytes > 0) recorded.dispatch(this.#kernels.mark, this.#bindings, 1);
        recorded.dispatch(this.#kernels.check, this.#bindings, 1);
      },
    });
    population.encodeCensus(chain);
    chain.submit();
    const counts = await population.census();
    if (counts[Status.NUMBERS]! > 0) await population.prepareNumbers();
    const full = counts[STATUS_COUNT]! > 0;
    if (full) await population.drain(this.onOutput);
    const active = [Status.RUNNING, Status.SERVICE, Status.LOAD, Status.NUMBERS, Status.DECODE, Status.STOPPED];
    const moves = active.some((status) => counts[status]! > 0) || population.servers.length > 0;
    if (moves || full || counts[Status.WAITING]! === 0) return 0;
    if (quiet > 2) await population.endDeadlock();
    return quiet + 1;
  }

  /** An instance that a breakpoint holds runs on. */
  async #release(): Promise<void> {
    const control = await this.#control();
    if (control[ControlWord.STATUS] === Status.STOPPED) this.#writeControl(ControlWord.STATUS, Status.RUNNING);
  }

  #stopOf(control: Uint32Array): Stop | undefined {
    const pc = control[ControlWord.PC]!;
    if (control[ControlWord.STATUS] === Status.EXITED) {
      return { kind: 'exited', pc, code: control[ControlWord.EXIT_CODE]! | 0 };
    }
    if (control[ControlWord.STATUS] !== Status.TRAPPED) return undefined;
    const cause = control[ControlWord.TRAP_CAUSE]!;
    const [at, address] = [control[ControlWord.TRAP_PC]!, control[ControlWord.TRAP_ADDRESS]!];
    return { kind: 'trapped', pc: at, cause, text: trapText(cause), address };
  }

  /** Control words after a round, once what it has printed is handed over. */
  async #after(): Promise<Uint32Array> {
    const control = await this.#control();
    if (control[ControlWord.OUTPUT_LENGTH]! > 0) await this.population.drain(this.onOutput, true);
    return control;
  }

  #control(): Promise<Uint32Array> {
    const { gpu, buffers } = this.population;
    return readWords(gpu, buffers.control, this.instance * CONTROL_WORDS * 4, CONTROL_WORDS * 4);
  }

  #writeControl(word: number, value: number): void {
    const { gpu, buffers } = this.population;
    writeBuffer(gpu, buffers.control, Uint32Array.of(value), (this.instance * CONTROL_WORDS + word) * 4);
  }

  #write(word: number, values: readonly number[]): void {
    writeBuffer(this.population.gpu, this.#buffer, Uint32Array.from(values), word * 4);
  }
}

type DebugKernels = Readonly<Record<'mark' | 'unmark' | 'check' | 'trace', Kernel>>;

/** Trace records of one chain. */
const TRACE_CAPACITY = 256;

/** A contiguous part of an instance's memory. */
export interface MemoryRegion {
  name: string;
  address: number;
  length: number;
  read(at: number, length: number): Promise<Uint8Array>;
  write?(at: number, bytes: Uint8Array): void;
}

function ramRegion(population: Population, instance: number): MemoryRegion {
  const { gpu, buffers, ramBytes, ramInterleave: lanes } = population;
  const base = Math.floor(instance / lanes) * lanes * ramBytes;
  return {
    name: 'RAM',
    address: population.ramBase,
    length: ramBytes,
    async read(at, length) {
      const rows = await readWords(gpu, buffers.ram, base + at * lanes, Math.ceil(length / 4) * 4 * lanes);
      const words = new Uint32Array(rows.length / lanes);
      for (let i = 0; i < words.length; i++) words[i] = rows[i * lanes + (instance % lanes)]!;
      return new Uint8Array(words.buffer, 0, length);
    },
    write(at, bytes) {
      const words = new Uint32Array(bytes.slice().buffer);
      if (lanes === 1) writeBuffer(gpu, buffers.ram, words, base + at);
      else
        words.forEach(
          (word, i) =>
            void writeBuffer(
              gpu,
              buffers.ram,
              Uint32Array.of(word),
              base + (at + i * 4) * lanes + (instance % lanes) * 4,
            ),
        );
    },
  };
}

function traceRecord(words: Uint32Array): TraceRecord {
  return {
    pc: words[TraceWord.PC]!,
    bits: words[TraceWord.BITS]!,
    status: words[TraceWord.STATUS]!,
    executed: words[TraceWord.EXECUTED] !== 0,
    changes: Array.from({ length: Math.min(words[TraceWord.CHANGED]!, 3) }, (_, i) => ({
      register: words[TraceWord.FIRST_CHANGE + i * 2]!,
      value: words[TraceWord.FIRST_CHANGE + i * 2 + 1]!,
    })),
  };
}
