import { ResidentError } from '../../errors.ts';
import { type Gpu, openGpu } from '../../gpu/index.ts';
import { kernelConstants as c } from '../../model/constants.ts';
import { Engine } from '../../model/engine/index.ts';
import { type Gguf, openGguf } from '../../model/gguf/index.ts';
import { type Automaton, compileGrammar, GrammarMask, jsonSchemaGrammar } from '../../model/grammar/index.ts';
import { ChatTemplate, promptTokens } from '../../model/template.ts';
import { GpuVocabulary, Tokenizer } from '../../model/tokenizer/index.ts';
import type { Constraint, Cpu, Operation } from '../cpu.ts';
import { canonical } from '../json.ts';
import type { AluResult } from '../state.ts';

export interface EngineCpuOptions {
  instances: number;
  /** Tokens an instance can hold: the largest window of the programs, and the chat template. */
  contextLength: number;
}

/** The tokens around an operation's segments: what the model's chat template adds. */
interface Frame {
  before: number[];
  between: number[];
  after: number[];
}

/**
 * The local engine as a CPU: N instances of one model on the GPU. Segments are encoded one by one as plain text, so
 * that no page can hold a control token and counts add up exactly. An operation goes to the instance whose KV cache
 * shares the longest prefix with it; that prefix is not computed again. Choices and schemas are grammars on the GPU.
 */
export class EngineCpu implements Cpu {
  readonly name: string;
  readonly instances: number;
  readonly overhead: number;
  readonly #gpu: Gpu;
  readonly #engine: Engine;
  readonly #tokenizer: Tokenizer;
  readonly #frame: Frame;
  /** Tokens whose keys and values each instance holds. */
  readonly #held: Uint32Array[];
  readonly #encoded = new Map<string, number[]>();
  readonly #grammars = new Map<string, Automaton>();
  #vocabulary: GpuVocabulary | undefined;
  #mask: GrammarMask | undefined;

  private constructor(gpu: Gpu, engine: Engine, tokenizer: Tokenizer, frame: Frame, name: string) {
    this.name = name;
    this.instances = engine.instances;
    this.#gpu = gpu;
    this.#engine = engine;
    this.#tokenizer = tokenizer;
    this.#frame = frame;
    this.overhead = frame.before.length + frame.between.length + frame.after.length;
    this.#held = Array.from({ length: engine.instances }, () => new Uint32Array());
  }

  /** Loads a model file. @throws ResidentError if it cannot be used */
  static async open(path: string, options: EngineCpuOptions): Promise<EngineCpu> {
    const gpu = await openGpu();
    const gguf = await openGguf(path);
    try {
      return await EngineCpu.load(gpu, gguf, options);
    } finally {
      await gguf.close();
    }
  }

  static async load(gpu: Gpu, gguf: Gguf, options: EngineCpuOptions): Promise<EngineCpu> {
    const tokenizer = new Tokenizer(gguf.metadata);
    const engine = await Engine.load(gpu, gguf, options);
    return new EngineCpu(gpu, engine, tokenizer, frameOf(gguf, tokenizer), gguf.name);
  }

  count(text: string): number {
    return this.#encode(text).length;
  }

  #encode(text: string): number[] {
    let tokens = this.#encoded.get(text);
    if (!tokens) {
      tokens = this.#tokenizer.encode(text, { plain: true });
      if (this.#encoded.size >= 4096) this.#encoded.delete(this.#encoded.keys().next().value!);
      this.#encoded.set(text, tokens);
    }
    return tokens;
  }

  async run(batch: readonly Operation[]): Promise<AluResult[]> {
    const started = performance.now();
    const results: AluResult[] = [];
    const placed: { index: number; instance: number }[] = [];
    const free = new Set(this.#held.keys());
    for (const [index, operation] of batch.entries()) {
      const tokens = this.#promptOf(operation);
      const result = {
        text: '',
        promptTokens: tokens.length,
        reusedTokens: 0,
        outputTokens: 0,
        milliseconds: 0,
        cost: 0,
      };
      results.push(result);
      try {
        if (tokens.length + operation.maxTokens > this.#engine.contextLength)
          throw new ResidentError(
            `an operation of ${tokens.length} + ${operation.maxTokens} tokens does not fit the context of ${this.#engine.contextLength} tokens: raise --context`,
          );
        const { instance, reused } = this.#place(tokens, free);
        await this.#constrain(instance, operation.constraint, tokens.length);
        this.#engine.start(instance, tokens, { maxTokens: operation.maxTokens, temperature: 0 });
        // The prefix that this instance computed for its last operation is still in its cache.
        const word = (instance * c.MODEL_STATE_STRIDE + c.MODEL_STATE_CACHED) * 4;
        this.#gpu.device.queue.writeBuffer(this.#engine.buffers.state, word, new Uint32Array([reused]));
        result.reusedTokens = reused;
        free.delete(instance);
        placed.push({ index, instance });
      } catch (error) {
        if (!(error instanceof ResidentError)) throw error;
        results[index] = { ...result, error: error.message };
      }
    }
    if (placed.length === 0) return results;
    const snapshot = await this.#engine.run();
    const milliseconds = performance.now() - started;
    for (const { index, instance } of placed) {
      const generated = snapshot.generated(instance);
      this.#held[instance] = snapshot.tokens(instance).slice(0, snapshot.word(instance, c.MODEL_STATE_CACHED));
      this.#engine.release(instance);
      this.#mask?.set(instance, undefined);
      const text = this.#tokenizer.decode(generated);
      results[index] = { ...results[index]!, text, outputTokens: generated.length, milliseconds };
    }
    return results;
  }

  #promptOf({ segments }: Operation): number[] {
    const { before, between, after } = this.#frame;
    const [microcode, ...rest] = segments;
    return [
      ...before,
      ...this.#encode(microcode!.text),
      ...between,
      ...rest.flatMap((s) => this.#encode(s.text)),
      ...after,
    ];
  }

  /** The free instance that holds the longest prefix of a prompt. The last token is always computed: it is sampled from. */
  #place(tokens: readonly number[], free: Set<number>): { instance: number; reused: number } {
    let best = { instance: -1, reused: -1 };
    for (const instance of free) {
      const held = this.#held[instance]!;
      const most = Math.min(held.length, tokens.length - 1);
      let reused = 0;
      while (reused < most && held[reused] === tokens[reused]) reused++;
      if (reused > best.reused) best = { instance, reused };
    }
    return best;
  }

  async #constrain(instance: number, constraint: Constraint, position: number): Promise<void> {
    if (constraint.kind === 'text') return;
    const schema = constraint.kind === 'choice' ? constraint.choices : constraint.schema;
    const key = canonical(schema);
    let grammar = this.#grammars.get(key);
    if (!grammar) {
      const rules =
        constraint.kind === 'choice'
          ? new Map([['root', { kind: 'choice', items: constraint.choices.map(literal) } as const]])
          : jsonSchemaGrammar(constraint.schema, 'schema of the operation');
      grammar = compileGrammar(rules);
      if (this.#grammars.size >= 256) this.#grammars.clear();
      this.#grammars.set(key, grammar);
    }
    if (!this.#mask) {
      this.#vocabulary = new GpuVocabulary(this.#gpu, this.#tokenizer);
      this.#mask = await GrammarMask.attach(this.#engine, this.#tokenizer, this.#vocabulary);
    }
    this.#mask.set(instance, grammar, position);
  }

  async close(): Promise<void> {
    this.#mask?.destroy();
    this.#vocabulary?.destroy();
    this.#engine.destroy();
  }
}

function literal(text: string) {
  return { kind: 'literal', text } as const;
}

/** Texts that no template writes, to find where the messages go. */
const marks = ['@@resident-microcode@@', '@@resident-rest@@'] as const;

/**
 * Encodes what the chat template puts around microcode (its system message) and the rest (its user message). A template
 * without a system message gets both in one message; a model without a template gets neither frame nor turns.
 */
function frameOf(gguf: Gguf, tokenizer: Tokenizer): Frame {
  if (!ChatTemplate.exists(gguf.metadata)) return { before: promptTokens(tokenizer, ''), between: [], after: [] };
  const template = ChatTemplate.open(gguf.metadata, tokenizer);
  let text: string;
  try {
    text = template.render([
      { role: 'system', content: marks[0] },
      { role: 'user', content: marks[1] },
    ]);
  } catch {
    text = template.render([{ role: 'user', content: marks.join('') }]);
  }
  const [head, tail] = text.split(marks[0]) as [string, string | undefined];
  const [middle, end] = (tail ?? '').split(marks[1]) as [string, string | undefined];
  if (tail === undefined || end === undefined)
    throw new ResidentError(
      `${gguf.name}: the chat template changes its messages; the LLM-VM cannot place windows in it`,
    );
  const special = (part: string) => tokenizer.encode(part, { parseSpecial: true });
  return { before: promptTokens(tokenizer, head), between: special(middle), after: special(end) };
}
