import { ResidentError } from '../errors.ts';
import { type Gpu, readBuffer, readWords, writeBuffer } from '../gpu/index.ts';
import { assemble, CONTROL_WORDS, ControlWord, REGISTER_WORDS, Status } from '../machine/index.ts';
import { type AgentModel, type AgentOptions, type AgentRun, Agents } from './agents.ts';
import { kernelConstants as c } from './constants.ts';

/** What a model call should do; the fields of `llm_options` in include/resident.h. */
export interface LlmOptions {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  /** The prompt is a text to continue, not a user's message. */
  readonly plain?: boolean;
  /** Compute in band; default true where the model can. */
  readonly vm?: boolean;
}

export interface LlmAnswer {
  readonly text: string;
  readonly tokens: number;
  readonly promptTokens: number;
  /** Natural logarithm of the answer's probability. */
  readonly logprob: number;
  readonly finish: 'stop' | 'length';
}

/** The verbs of agents, for orchestration by the host. Each is one environment call of a computer of its own. */
export interface HostAgent {
  readonly id: number;
  /** @throws ResidentError when the prompt is empty or too long, or an option is wrong */
  llm(prompt: string, options?: LlmOptions): Promise<LlmAnswer>;
  /** Natural logarithm of the probability that the model gives to an answer. */
  llmLogprob(prompt: string, answer: string): Promise<number>;
  /** At most 496 bytes; waits while the receiver's mailbox is full. */
  send(to: number, message: string): Promise<void>;
  recv(): Promise<{ from: number; message: string }>;
  /** Undefined when there are no more. */
  taskNext(): Promise<{ task: number; text: string } | undefined>;
  resultPut(task: number, result: string): Promise<void>;
  /** Starts another agent; undefined when no computer is free. */
  spawn(main: AgentMain): HostAgent | undefined;
}

export type AgentMain = (agent: HostAgent) => Promise<void> | void;

/** A computer for one call: performs what its registers say and ends with the result as its exit code. */
const oneCall = assemble('_start: ecall\n li a7, 93\n ecall');

const calls = { send: 4192, receive: 4194, llm: 4480, logprob: 4481, task: 4482, result: 4483 } as const;

/** Places in a computer's RAM: the options, two texts in, one text out. */
const places = { options: 0, first: 64, second: 64 + 4160, out: 64 + 2 * 4160 } as const;
const ramBytes = 16384;
const messageBytes = 496;

/** Result of a call: a0, a1, and the computer's RAM. */
interface Outcome {
  readonly result: number;
  readonly second: number;
  readonly ram: Uint8Array;
}

interface Call {
  /** The first chain that knows of it. */
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Runs agents that are functions of the host. Their calls go the way of all agents: the same kernels, the same queue for
 * the model, the same mailboxes. What the host does between two calls costs the time of a chain.
 *
 * @throws the error of the first function that fails, after all have ended
 */
export async function runHostAgents(
  gpu: Gpu,
  model: AgentModel,
  main: AgentMain,
  options: Omit<AgentOptions, 'program' | 'ramBytes'>,
): Promise<AgentRun> {
  const agents = await Agents.create(gpu, model, { ...options, program: oneCall, ramBytes });
  const host = new Host(gpu, model, agents, options.agents);
  try {
    return await host.run(main, options.started ?? 1);
  } finally {
    agents.destroy();
  }
}

class Host {
  readonly #gpu: Gpu;
  readonly #model: AgentModel;
  readonly #agents: Agents;
  readonly #free: number[];
  readonly #calls = new Map<number, Call>();
  readonly #living = new Set<Promise<void>>();
  readonly #errors: unknown[] = [];
  #submitted = 0;
  #wake: (() => void) | undefined;

  constructor(gpu: Gpu, model: AgentModel, agents: Agents, count: number) {
    this.#gpu = gpu;
    this.#model = model;
    this.#agents = agents;
    this.#free = Array.from({ length: count }, (_, id) => id);
  }

  async run(main: AgentMain, started: number): Promise<AgentRun> {
    const finish = this.#agents.attach();
    this.#agents.population.start({ count: 0 });
    try {
      for (let i = 0; i < started; i++) this.#spawn(main);
      await this.#drive();
      if (this.#errors.length > 0) throw this.#errors[0];
      const run = await this.#agents.report();
      return { ...run, statistics: { ...run.statistics, ...finish() } };
    } finally {
      finish();
    }
  }

  /** Submits chains while calls are under way, and hands over what they brought. */
  async #drive(): Promise<void> {
    const { engine } = this.#model;
    const { population } = this.#agents;
    const steps = this.#gpu.adapter.software ? 4 : 8;
    const submit = () => {
      const number = this.#submitted++;
      const snapshot = engine.submitSteps(steps);
      const control = readWords(this.#gpu, population.buffers.control);
      return { number, both: Promise.all([snapshot, control]) };
    };
    let pending: ReturnType<typeof submit> | undefined;
    let quiet = 0;
    for (;;) {
      // Functions that have just been woken make their next calls before the chain is recorded.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#calls.size === 0) {
        if (this.#living.size === 0) break;
        await Promise.race([
          ...this.#living,
          new Promise<void>((resolve) => {
            this.#wake = resolve;
          }),
        ]);
        continue;
      }
      const following = submit();
      if (pending) {
        const [snapshot, control] = await pending.both;
        const ended = await this.#settle(pending.number, control);
        // All that is under way waits for messages, and no function runs that could send one.
        const waiting = ended === 0 && snapshot.active === 0 && this.#calls.size === this.#living.size;
        quiet = waiting && this.#allWaitForMail(control) ? quiet + 1 : 0;
        if (quiet > 2) this.#deadlock();
      }
      pending = following;
    }
    await pending?.both;
  }

  #allWaitForMail(control: Uint32Array): boolean {
    return [...this.#calls.keys()].every((id) => {
      const word = (index: number) => control[id * CONTROL_WORDS + index]!;
      return (
        word(ControlWord.STATUS) === Status.WAITING &&
        word(ControlWord.WAIT_REASON) >= 3 &&
        word(ControlWord.WAIT_REASON) <= 5
      );
    });
  }

  #deadlock(): void {
    const error = new ResidentError('Every agent waits for a message that nobody can send.');
    for (const [id, call] of [...this.#calls]) {
      this.#calls.delete(id);
      call.reject(error);
    }
  }

  async #settle(number: number, control: Uint32Array): Promise<number> {
    const { population } = this.#agents;
    const word = (id: number, index: number) => control[id * CONTROL_WORDS + index]!;
    const ended = [...this.#calls].filter(
      ([id, { since }]) => number >= since && word(id, ControlWord.STATUS) === Status.EXITED,
    );
    if (ended.length === 0) return 0;
    const [registers, ram] = await Promise.all([
      readWords(this.#gpu, population.buffers.registers),
      readBuffer(this.#gpu, population.buffers.ram),
    ]);
    for (const [id, call] of ended) {
      this.#calls.delete(id);
      call.resolve({
        result: word(id, ControlWord.EXIT_CODE) | 0,
        second: registers[id * REGISTER_WORDS + 11]!,
        ram: new Uint8Array(ram, id * ramBytes, ramBytes),
      });
    }
    return ended.length;
  }

  #spawn(main: AgentMain): HostAgent | undefined {
    const id = this.#free.shift();
    if (id === undefined) return undefined;
    const agent = this.#verbs(id);
    const life = (async () => main(agent))()
      .catch((error: unknown) => {
        this.#errors.push(error);
      })
      .finally(() => {
        this.#living.delete(life);
        this.#free.push(id);
      });
    this.#living.add(life);
    return agent;
  }

  /** Starts a computer on one call. The arguments are its registers; texts lie in its RAM with a final 0. */
  #call(
    id: number,
    number: number,
    args: readonly number[],
    texts: readonly [at: number, bytes: Uint8Array][],
  ): Promise<Outcome> {
    if (this.#calls.has(id)) throw new ResidentError(`Agent ${id} has a call under way: await it before the next.`);
    const { buffers, textBase } = this.#agents.population;
    for (const [at, bytes] of texts) {
      const terminated = new Uint8Array(Math.ceil((bytes.length + 1) / 4) * 4);
      terminated.set(bytes);
      writeBuffer(this.#gpu, buffers.ram, terminated, id * ramBytes + at);
    }
    const registers = new Uint32Array(REGISTER_WORDS);
    registers.set(
      args.map((value) => value >>> 0),
      10,
    );
    registers[17] = number;
    writeBuffer(this.#gpu, buffers.registers, registers, id * REGISTER_WORDS * 4);
    const control = new Uint32Array(CONTROL_WORDS);
    control[ControlWord.STATUS] = Status.RUNNING;
    control[ControlWord.PC] = textBase;
    control[ControlWord.BUDGET_LO] = 1 << 20;
    control[ControlWord.TEXT_LENGTH] = oneCall.text.length;
    control[ControlWord.RESERVATION] = 1;
    writeBuffer(this.#gpu, buffers.control, control, id * CONTROL_WORDS * 4);
    const promise = new Promise<Outcome>((resolve, reject) => {
      this.#calls.set(id, { since: this.#submitted, resolve, reject });
    });
    this.#wake?.();
    return promise;
  }

  #verbs(id: number): HostAgent {
    const base = this.#agents.population.ramBase;
    const at = (place: number) => base + place;
    const encode = (text: string) => new TextEncoder().encode(text);
    const modelCall = async (
      number: number,
      what: string,
      prompt: string,
      second: string | undefined,
      options: LlmOptions,
    ) => {
      const texts = [encode(prompt), ...(second === undefined ? [] : [encode(second)])];
      if (texts.some((bytes) => bytes.length > c.LLM_TEXT_BYTES)) throw modelError(what, -7);
      const outcome = await this.#call(
        id,
        number,
        [at(places.first), at(second === undefined ? places.out : places.second), at(places.options)],
        [
          [places.options, optionBytes(options)],
          [places.first, texts[0]!],
          ...(texts[1] ? [[places.second, texts[1]] as [number, Uint8Array]] : []),
        ],
      );
      if (outcome.result < 0) throw modelError(what, outcome.result);
      return {
        outcome,
        options: new DataView(outcome.ram.buffer, outcome.ram.byteOffset + places.options, c.LLM_OPTION_WORDS * 4),
      };
    };
    return {
      id,
      llm: async (prompt, options = {}) => {
        const { outcome, options: after } = await modelCall(calls.llm, 'llm', prompt, undefined, options);
        return {
          text: new TextDecoder().decode(outcome.ram.slice(places.out, places.out + outcome.result)),
          tokens: after.getUint32(c.LLM_TOKENS * 4, true),
          promptTokens: after.getUint32(c.LLM_PROMPT_TOKENS * 4, true),
          logprob: after.getFloat32(c.LLM_LOGPROB * 4, true),
          finish: after.getUint32(c.LLM_FINISH * 4, true) === 2 ? 'length' : 'stop',
        };
      },
      llmLogprob: async (prompt, answer) => {
        const { options } = await modelCall(calls.logprob, 'llmLogprob', prompt, answer, {});
        return options.getFloat32(c.LLM_LOGPROB * 4, true);
      },
      send: async (to, message) => {
        const bytes = encode(message);
        const { result } = await this.#call(
          id,
          calls.send,
          [to, at(places.first), bytes.length],
          [[places.first, bytes]],
        );
        if (result < 0) throw new ResidentError(`send: no agent ${to}, or over ${messageBytes} bytes.`);
      },
      recv: async () => {
        const { result, second, ram } = await this.#call(id, calls.receive, [at(places.out), messageBytes], []);
        return { from: second, message: new TextDecoder().decode(ram.slice(places.out, places.out + result)) };
      },
      taskNext: async () => {
        const { result, second, ram } = await this.#call(id, calls.task, [at(places.out), c.LLM_TEXT_BYTES + 1], []);
        if (result < 0) return undefined;
        return { task: second, text: new TextDecoder().decode(ram.slice(places.out, places.out + result)) };
      },
      resultPut: async (task, text) => {
        const bytes = encode(text);
        if (bytes.length > c.LLM_TEXT_BYTES) throw new ResidentError(`resultPut: over ${c.LLM_TEXT_BYTES} bytes.`);
        const { result } = await this.#call(
          id,
          calls.result,
          [task, at(places.first), bytes.length],
          [[places.first, bytes]],
        );
        if (result < 0) throw new ResidentError('resultPut: the log of results is full.');
      },
      spawn: (main) => this.#spawn(main),
    };
  }
}

function optionBytes(options: LlmOptions): Uint8Array {
  const view = new DataView(new ArrayBuffer(c.LLM_OPTION_WORDS * 4));
  const word = (index: number, value: number) => view.setUint32(index * 4, value, true);
  word(c.LLM_MAX_TOKENS, options.maxTokens ?? 0);
  word(c.LLM_SIZE, c.LLM_TEXT_BYTES + 1);
  view.setFloat32(c.LLM_TEMPERATURE * 4, options.temperature ?? 0, true);
  word(c.LLM_TOP_K, options.topK ?? 0);
  view.setFloat32(c.LLM_TOP_P * 4, options.topP ?? 0, true);
  word(c.LLM_SEED, options.seed ?? 0);
  word(c.LLM_FLAGS, (options.plain ? c.LLM_FLAG_PLAIN : 0) | (options.vm === false ? c.LLM_FLAG_NO_VM : 0));
  return new Uint8Array(view.buffer);
}

function modelError(what: string, code: number): ResidentError {
  const why =
    code === -7
      ? `the text has over ${c.LLM_TEXT_BYTES} bytes, a word over 256, or more tokens than the context`
      : 'the text is empty, or an option is out of its range';
  return new ResidentError(`${what}: ${why}.`);
}
