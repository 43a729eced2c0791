import { ResidentError } from '../errors.ts';
import {
  type Chain,
  compileKernel,
  type Gpu,
  type Kernel,
  readBuffer,
  readWords,
  storageBuffer,
  writeBuffer,
} from '../gpu/index.ts';
import type { Inband } from '../inband/index.ts';
import {
  CONTROL_WORDS,
  ControlWord,
  type InstanceResult,
  Population,
  type Program,
  Status,
  WaitReason,
} from '../machine/index.ts';
import type { Engine } from '../model/engine/index.ts';
import type { ChatTemplate } from '../model/template.ts';
import { GpuVocabulary, type Tokenizer } from '../model/tokenizer/index.ts';
import { chatParts, templateWords } from './chat-parts.ts';
import { kernelConstants as c } from './constants.ts';
import { wgsl as beginSource } from './kernels/begin.wgsl.ts';
import { wgsl as dispatchSource } from './kernels/dispatch.wgsl.ts';
import { wgsl as followSource } from './kernels/follow.wgsl.ts';
import { wgsl as grantSource } from './kernels/grant.wgsl.ts';
import { wgsl as spawnedSource } from './kernels/spawned.wgsl.ts';
import { wgsl as watchCallsSource } from './kernels/watch_calls.wgsl.ts';

/** The model that agents call. */
export interface AgentModel {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  /** Undefined: all prompts are plain texts. */
  readonly template: ChatTemplate | undefined;
  /** Lets model calls compute in band. */
  readonly inband: Inband | undefined;
}

export interface AgentOptions {
  /** The program that all agents run. */
  readonly program: Program;
  /** Computers: most agents that live at the same time. */
  readonly agents: number;
  /** Agents that begin in `main`, the others are spawned by them. Default 1. */
  readonly started?: number;
  /** What `task_next` hands out, each at most 4096 bytes. */
  readonly tasks?: readonly (string | Uint8Array)[];
  /** A system message before every prompt. */
  readonly system?: string | undefined;
  /** RAM of each computer; default 64 KiB. */
  readonly ramBytes?: number;
  /** RAM that all agents share; default none. */
  readonly sharedBytes?: number;
  /** Bytes for all results together; default 1 MiB. */
  readonly resultBytes?: number;
  readonly seed?: bigint;
  /** Instruction budget of each agent. Default 4 billion. */
  readonly maxInstructions?: bigint;
}

export interface AgentResult {
  /** The number that the agent gave: usually that of the task. */
  readonly task: number;
  readonly agent: number;
  readonly bytes: Uint8Array;
}

export interface AgentStatistics {
  /** Chains submitted, and steps in them until the last agent ended. */
  submits: number;
  steps: number;
  /** Of these, steps in which no model instance had anything to compute. */
  modelIdleSteps: number;
  /** Agents that were spawned. */
  spawned: number;
  modelCalls: number;
  /** Tokens of answers, injected ones included, and of prompts. */
  tokens: number;
  promptTokens: number;
  /** Machine instructions of all agents that have not been replaced. */
  instructions: bigint;
  wallMs: number;
  /** Milliseconds in which the GPU had work, and in which this thread worked. */
  gpuMs: number;
  cpuMs: number;
}

export interface AgentRun {
  /** In the order in which they were put. */
  readonly results: readonly AgentResult[];
  /** How the agents ended that last used each computer. */
  readonly agents: readonly InstanceResult[];
  readonly statistics: AgentStatistics;
}

export interface AgentRunOptions {
  /** Printed text as it is read. */
  readonly onOutput?: (agent: number, bytes: Uint8Array) => void;
}

/** A share of each step for the agents' own instructions. */
const rounds = 2;
const quanta = 2;
const instructionsPerQuantum = 4096;

/**
 * Agents: programs of the machine with the model as their coprocessor. In every step of the engine the agents run, their
 * calls are performed, model instances take up and finish model calls; the host submits chains of steps.
 */
export class Agents {
  readonly population: Population;
  readonly #gpu: Gpu;
  readonly #model: AgentModel;
  readonly #options: AgentOptions;
  readonly #buffers: Buffers;
  readonly #operations: Operations;
  readonly #vocabulary: GpuVocabulary;
  #numbers = false;
  #submitted = 0;
  /** Chains submitted when an agent's output was taken: what they show of it is out of date. */
  readonly #taken = new Map<number, number>();

  /** @throws ResidentError when the model's tokenizer or template cannot be used on the GPU, or something does not fit */
  static async create(gpu: Gpu, model: AgentModel, options: AgentOptions): Promise<Agents> {
    const { tokenizer } = model;
    const { agents } = options;
    if (!Number.isInteger(agents) || agents < 1 || agents > 65535) {
      throw new ResidentError(`${agents} agents: give a whole number from 1 to 65535.`, { exitCode: 2 });
    }
    const vocabulary = new GpuVocabulary(gpu, tokenizer);
    if (!vocabulary.canEncode) {
      throw new ResidentError(
        'The GPU cannot cut text into words as this tokenizer does: agents cannot call this model.',
      );
    }
    const population = await Population.create(gpu, {
      instances: agents,
      program: options.program,
      ramBytes: Math.max(options.ramBytes ?? 65536, options.program.staticLength + 8192),
      outputFull: 'wait',
      external: true,
      layout: 'linear',
      lanes: 1,
      mailbox: { slots: 16, messageBytes: 496 },
      ...(options.sharedBytes ? { sharedBytes: options.sharedBytes } : {}),
      seed: options.seed ?? 0n,
    });
    const buffers = createBuffers(gpu, model, options);
    const operations = await compile(gpu, model, population, buffers, vocabulary);
    return new Agents(gpu, model, options, population, buffers, operations, vocabulary);
  }

  private constructor(
    gpu: Gpu,
    model: AgentModel,
    options: AgentOptions,
    population: Population,
    buffers: Buffers,
    operations: Operations,
    vocabulary: GpuVocabulary,
  ) {
    this.#gpu = gpu;
    this.#model = model;
    this.#options = options;
    this.population = population;
    this.#buffers = buffers;
    this.#operations = operations;
    this.#vocabulary = vocabulary;
  }

  /**
   * Runs the program until every agent has ended. Instances of the engine must not be started by others meanwhile.
   *
   * @throws ResidentError when all agents wait for messages that nobody can send
   */
  async run(options: AgentRunOptions = {}): Promise<AgentRun> {
    const finish = this.attach();
    this.population.start({
      count: this.#options.started ?? 1,
      ...(this.#options.maxInstructions ? { maxInstructions: this.#options.maxInstructions } : {}),
    });
    try {
      await this.#drive(options);
      const run = await this.report();
      for (const { instance, stdout } of run.agents) if (stdout.length > 0) options.onOutput?.(instance, stdout);
      return { ...run, statistics: { ...run.statistics, ...finish() } };
    } finally {
      finish();
    }
  }

  /**
   * Makes agents take part in the engine's steps, with fresh queues and no results; none runs yet.
   *
   * @returns ends that, and says what it took
   */
  attach(): () => Pick<AgentStatistics, 'submits' | 'wallMs' | 'gpuMs' | 'cpuMs'> {
    const { engine } = this.#model;
    const before = { ...engine.statistics };
    const cpuBegan = threadMilliseconds();
    const began = performance.now();
    this.#reset();
    const hook = (chain: Chain) => this.#encode(chain);
    engine.afterSample.push(hook);
    engine.expectPrompts = true;
    let attached = true;
    return () => {
      if (attached) engine.afterSample.splice(engine.afterSample.indexOf(hook), 1);
      if (attached) engine.expectPrompts = false;
      attached = false;
      return {
        submits: engine.statistics.submits - before.submits,
        wallMs: performance.now() - began,
        gpuMs: engine.statistics.gpuMs - before.gpuMs,
        cpuMs: threadMilliseconds() - cpuBegan,
      };
    };
  }

  /** What the agents have put and done so far; the times are not known here. */
  async report(): Promise<AgentRun> {
    const [agents, header, results] = await Promise.all([
      this.population.results(),
      readWords(this.#gpu, this.#buffers.agents),
      this.results(),
    ]);
    const word = (agent: number, index: number) => header[c.AGENTS_HEADER_WORDS + agent * c.AGENT_STRIDE + index]!;
    const sum = (of: (agent: number) => number) => agents.reduce((total, { instance }) => total + of(instance), 0);
    const statistics: AgentStatistics = {
      submits: 0,
      steps: header[c.AGENTS_STEPS]!,
      modelIdleSteps: header[c.AGENTS_MODEL_IDLE_STEPS]!,
      spawned: sum((agent) => word(agent, c.AGENT_SPAWNED) >>> 1),
      modelCalls: sum((agent) => word(agent, c.AGENT_MODEL_CALLS)),
      tokens: sum((agent) => word(agent, c.AGENT_TOKENS)),
      promptTokens: sum((agent) => word(agent, c.AGENT_PROMPT_TOKENS)),
      instructions: agents.reduce((total, { instructions }) => total + instructions, 0n),
      wallMs: 0,
      gpuMs: 0,
      cpuMs: 0,
    };
    return { results, agents, statistics };
  }

  /** Frees the buffers; the engine stays. */
  destroy(): void {
    this.population.destroy();
    this.#vocabulary.destroy();
    for (const buffer of Object.values(this.#buffers) as GPUBuffer[]) buffer.destroy();
  }

  /** Submits chains, the next before the last has ended, until no agent lives. */
  async #drive(options: AgentRunOptions): Promise<void> {
    const { engine } = this.#model;
    let steps = this.#gpu.adapter.software ? 4 : 16;
    const submit = () => {
      const number = this.#submitted++;
      const snapshot = engine.submitSteps(steps);
      const control = readWords(this.#gpu, this.population.buffers.control);
      const header = readWords(this.#gpu, this.#buffers.agents, 0, c.AGENTS_HEADER_WORDS * 4);
      return Promise.all([snapshot, control, header, number] as const);
    };
    let pending = submit();
    let last = performance.now();
    let stuck = 0;
    for (;;) {
      const following = submit();
      const [snapshot, control, header, number] = await pending;
      const now = performance.now();
      // Chains of some 20 ms: long enough for the host to sleep, short enough for every driver.
      if (now - last < 12 && steps < 64) steps *= 2;
      else if (now - last > 60 && steps > 2) steps >>= 1;
      last = now;
      const census = await this.#census(control, number, options);
      if (census.alive === 0) {
        await following;
        return;
      }
      const modelWorks = snapshot.active > 0 || header[c.AGENTS_QUEUE_HEAD] !== header[c.AGENTS_QUEUE_TAIL];
      stuck = census.stuck === census.alive && !modelWorks ? stuck + 1 : 0;
      if (stuck > 1) {
        await following;
        throw new ResidentError(
          `Every agent waits for a message that nobody can send (${census.alive} agents, the first is number ${census.first}).`,
        );
      }
      pending = following;
    }
  }

  /** Counts the living, and hands on what they and the ended have printed where that stands in the way. */
  async #census(
    control: Uint32Array,
    number: number,
    options: AgentRunOptions,
  ): Promise<{ alive: number; stuck: number; first: number }> {
    let alive = 0;
    let stuck = 0;
    let first = -1;
    let waits = false;
    for (let agent = 0; agent < this.population.instances; agent++) {
      const word = (index: number) => control[agent * CONTROL_WORDS + index]!;
      const status = word(ControlWord.STATUS);
      const current = number >= (this.#taken.get(agent) ?? 0);
      if (status === Status.EXITED && word(ControlWord.OUTPUT_LENGTH) > 0 && current) {
        this.#taken.set(agent, this.#submitted);
        await this.#takeOutput(agent, word(ControlWord.OUTPUT_LENGTH), options);
      }
      if (status === Status.FREE || status === Status.EXITED || status === Status.TRAPPED) continue;
      alive++;
      if (first < 0) first = agent;
      if (status === Status.NUMBERS) this.#numbers = true;
      if (status !== Status.WAITING) continue;
      const reason = word(ControlWord.WAIT_REASON);
      if (reason === WaitReason.OUTPUT) waits = true;
      else if (reason !== WaitReason.EXTERNAL_CALL) stuck++;
    }
    if (waits) await this.population.drain(options.onOutput);
    return { alive, stuck, first };
  }

  /** Reads what an ended agent has printed; its computer can then be given to another. */
  async #takeOutput(agent: number, length: number, options: AgentRunOptions): Promise<void> {
    const { output, control } = this.population.buffers;
    const { outputBytes } = this.population;
    const bytes = await readBuffer(this.#gpu, output, agent * outputBytes, Math.min(length, outputBytes));
    options.onOutput?.(agent, new Uint8Array(bytes));
    writeBuffer(this.#gpu, control, new Uint32Array(1), (agent * CONTROL_WORDS + ControlWord.OUTPUT_LENGTH) * 4);
  }

  #reset(): void {
    const { agents, tasks, seed } = this.#options;
    const { instances } = this.#model.engine;
    const words = new Uint32Array(this.#buffers.agents.size / 4);
    words[c.AGENTS_COUNT] = agents;
    words[c.AGENTS_INSTANCES] = instances;
    words[c.AGENTS_OWNERS_AT] = c.AGENTS_HEADER_WORDS + agents * c.AGENT_STRIDE;
    words[c.AGENTS_QUEUE_AT] = words[c.AGENTS_OWNERS_AT]! + instances * c.OWNER_STRIDE;
    words[c.AGENTS_FREE_AT] = words[c.AGENTS_QUEUE_AT]! + agents;
    words[c.AGENTS_TASKS] = tasks?.length ?? 0;
    words[c.AGENTS_RESULT_WORDS] = this.#buffers.results.size / 4;
    words[c.AGENTS_SEED_LO] = Number((seed ?? 0n) & 0xffffffffn);
    words[c.AGENTS_SEED_HI] = Number(((seed ?? 0n) >> 32n) & 0xffffffffn);
    words[c.AGENTS_VM] = this.#model.inband ? 1 : 0;
    writeBuffer(this.#gpu, this.#buffers.agents, words);
  }

  /** One step: finished answers reach their agents, agents run, their calls are performed, instances start on answers. */
  #encode(chain: Chain): void {
    const { population } = this;
    const { follow, spawned, dispatch, grant, begin, watch } = this.#operations;
    const { instances } = this.#model.engine;
    const lanes = (count: number) => Math.ceil(count / 64);
    chain.dispatch(follow.kernel, follow.bindings, instances);
    for (let round = 0; round < rounds; round++) {
      population.encodeStart(chain);
      chain.dispatch(spawned.kernel, spawned.bindings, lanes(population.instances));
      population.encode(chain, { quanta, instructionsPerQuantum, numbers: this.#numbers });
      chain.dispatch(dispatch.kernel, dispatch.bindings, 1);
      chain.dispatch(grant.kernel, grant.bindings, population.instances);
    }
    chain.dispatch(begin.kernel, begin.bindings, instances);
    if (watch) chain.dispatch(watch.kernel, watch.bindings, lanes(instances));
  }

  /** Results put so far. */
  async results(): Promise<AgentResult[]> {
    const used = (await readWords(this.#gpu, this.#buffers.agents, c.AGENTS_RESULT_USED * 4, 4))[0]!;
    const words = await readWords(this.#gpu, this.#buffers.results, 0, Math.min(used * 4, this.#buffers.results.size));
    const results: AgentResult[] = [];
    for (let at = 0; at + c.RESULT_HEADER_WORDS <= words.length && words[at]! > 0; at += words[at]!) {
      const start = (at + c.RESULT_HEADER_WORDS) * 4;
      const bytes = new Uint8Array(words.buffer.slice(start, start + words[at + 3]!));
      results.push({ task: words[at + 1]! | 0, agent: words[at + 2]!, bytes });
    }
    return results;
  }
}

interface Buffers {
  /** Records of agents and model instances (constants.ts). */
  readonly agents: GPUBuffer;
  readonly template: GPUBuffer;
  readonly tasks: GPUBuffer;
  readonly results: GPUBuffer;
  /** Tokens of the prompt of each model instance, and of an answer whose probability is asked for. */
  readonly encoded: GPUBuffer;
}

function createBuffers(gpu: Gpu, { engine, tokenizer, template }: AgentModel, options: AgentOptions): Buffers {
  const { agents } = options;
  const records = c.AGENTS_HEADER_WORDS + agents * (c.AGENT_STRIDE + 2) + engine.instances * c.OWNER_STRIDE;
  return {
    agents: storageBuffer(gpu, records * 4, { label: 'agents' }),
    template: storageBuffer(gpu, templateWords(chatParts(tokenizer, template, options.system)), {
      label: 'chat template',
    }),
    tasks: storageBuffer(gpu, taskBytes(options.tasks ?? []), { label: 'agent tasks' }),
    results: storageBuffer(gpu, options.resultBytes ?? 1 << 20, { label: 'agent results' }),
    encoded: storageBuffer(gpu, engine.instances * engine.contextLength * 4, { label: 'agent prompts' }),
  };
}

/** Where each task starts, in bytes, and where the last ends; then their bytes. */
function taskBytes(tasks: readonly (string | Uint8Array)[]): Uint8Array {
  const encoded = tasks.map((task) => (typeof task === 'string' ? new TextEncoder().encode(task) : task));
  const long = encoded.findIndex((task) => task.length > c.LLM_TEXT_BYTES);
  if (long >= 0) {
    throw new ResidentError(
      `Task ${long + 1} has ${encoded[long]!.length} bytes, but the limit is ${c.LLM_TEXT_BYTES}.`,
    );
  }
  let at = (tasks.length + 1) * 4;
  const bytes = new Uint8Array(encoded.reduce((sum, task) => sum + task.length, at));
  const starts = new DataView(bytes.buffer);
  for (const [index, task] of encoded.entries()) {
    starts.setUint32(index * 4, at, true);
    bytes.set(task, at);
    at += task.length;
  }
  starts.setUint32(tasks.length * 4, at, true);
  return bytes;
}

interface Operation {
  readonly kernel: Kernel;
  readonly bindings: GPUBindGroup;
}

type Operations = Record<'follow' | 'spawned' | 'dispatch' | 'grant' | 'begin', Operation> & {
  readonly watch: Operation | undefined;
};

/** Most instructions of one in-band region of an agent's model call. */
const regionBudget = 4_000_000_000;

async function compile(
  gpu: Gpu,
  { engine, inband }: AgentModel,
  population: Population,
  buffers: Buffers,
  vocabulary: GpuVocabulary,
): Promise<Operations> {
  const { state, tokens, plan, logits } = engine.buffers;
  const { parameters, control, registers, ram, text } = population.buffers;
  const { agents, template, tasks, results, encoded } = buffers;
  const sizes = { CONTEXT: engine.contextLength };
  const operation = async (
    label: string,
    source: string,
    bindings: Readonly<Record<number, GPUBuffer>>,
    constants: Record<string, number> = {},
  ): Promise<Operation> => {
    const kernel = await compileKernel(gpu, source, { label: `agents: ${label}`, constants });
    return { kernel, bindings: kernel.bind(bindings) };
  };
  const machine = { 10: parameters, 11: control, 12: registers, 13: ram, 14: text };
  const { vocabulary: words } = vocabulary.buffers;
  const [follow, spawned, dispatch, grant, begin, watch] = await Promise.all([
    operation(
      'follow',
      followSource.shared_text,
      {
        0: agents,
        1: state,
        2: tokens,
        3: logits,
        7: encoded,
        8: words,
        10: parameters,
        11: control,
        12: registers,
        13: ram,
      },
      { ...sizes, VOCABULARY: engine.config.vocabulary },
    ),
    operation('spawned', spawnedSource, { 0: agents, 1: plan, 11: control, 12: registers }),
    operation('dispatch', dispatchSource, { 0: agents, 10: parameters, 11: control, 12: registers }),
    operation('grant', grantSource, { 0: agents, 1: tasks, 2: results, 3: population.buffers.exchange!, ...machine }),
    operation(
      'begin',
      beginSource.shared_text,
      { 0: agents, 1: state, 2: tokens, 3: template, 7: encoded, 8: words, 9: vocabulary.buffers.merges, ...machine },
      sizes,
    ),
    inband &&
      operation(
        'watch calls',
        watchCallsSource,
        {
          0: agents,
          1: state,
          2: inband.buffers.state,
          3: inband.buffers.control,
          4: inband.buffers.edits ?? storageBuffer(gpu, 4, { label: 'no edits' }),
        },
        { BUDGET: regionBudget },
      ),
  ]);
  return { follow, spawned, dispatch, grant, begin, watch };
}

/** Processor time of this thread; browsers only have the wall clock. */
function threadMilliseconds(): number {
  if (typeof process === 'undefined' || !process.threadCpuUsage) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
