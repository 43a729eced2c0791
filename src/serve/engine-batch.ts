import type { Chain, Gpu } from '../gpu/index.ts';
import { FinishReason, InstanceStatus, kernelConstants as model } from '../model/constants.ts';
import type { Engine } from '../model/engine/index.ts';
import { GrammarMask } from '../model/grammar/index.ts';
import { GpuVocabulary, type Tokenizer } from '../model/tokenizer/index.ts';
import type { GenerationRequest, VmStatistics } from './backend.ts';
import type { BatchView, InstanceBatch } from './batch.ts';
import { controlLimits, SamplingControls } from './controls/controls.ts';

/** What the batch needs of in-band computing. */
export interface InbandControl {
  start(instance: number, promptLength: number, budget: bigint): void;
  stop(instance: number): void;
  statistics(): Promise<readonly VmStatistics[]>;
}

/** The real engine as a batch. */
export class EngineBatch implements InstanceBatch {
  readonly engine: Engine;
  readonly lost: Promise<string>;
  readonly #inband: InbandControl | undefined;
  readonly #onDestroy: () => void;
  /** What in-band computing records after each step; left out while no request asks for it. */
  readonly #inbandHooks: Engine['afterSample'];
  readonly #withVm = new Set<number>();
  readonly #controls: SamplingControls;
  readonly #grammars: GrammarMask;
  readonly #withGrammar = new Set<number>();

  /**
   * @param inband hooked into the engine, if there is in-band computing
   * @param onDestroy called last, to release what the engine runs on
   */
  static async create(
    gpu: Gpu,
    engine: Engine,
    tokenizer: Tokenizer,
    inband: InbandControl | undefined,
    onDestroy: () => void = () => {},
  ): Promise<EngineBatch> {
    const controls = await SamplingControls.create(gpu, engine);
    // A grammar must have the last word, so its hook comes after the one of the controls.
    engine.beforeSample.push((chain) => controls.encodeAdjust(chain));
    const grammars = await GrammarMask.attach(engine, tokenizer, new GpuVocabulary(gpu, tokenizer));
    return new EngineBatch(gpu, engine, inband, controls, grammars, onDestroy);
  }

  private constructor(
    gpu: Gpu,
    engine: Engine,
    inband: InbandControl | undefined,
    controls: SamplingControls,
    grammars: GrammarMask,
    onDestroy: () => void,
  ) {
    this.engine = engine;
    this.lost = gpu.lost;
    this.#controls = controls;
    this.#grammars = grammars;
    this.#inband = inband;
    this.#onDestroy = onDestroy;
    this.#inbandHooks = [...engine.afterSample];
  }

  get instances(): number {
    return this.engine.instances;
  }

  get contextLength(): number {
    return this.engine.contextLength;
  }

  get vocabulary(): number {
    return this.engine.config.vocabulary;
  }

  get vm(): boolean {
    return this.#inband !== undefined;
  }

  get busyMs(): number {
    return this.engine.statistics.gpuMs;
  }

  start(instance: number, request: GenerationRequest): number {
    const { prompt, maxTokens, sampling, vm, grammar } = request;
    if (grammar) {
      this.#grammars.set(instance, grammar, prompt.length);
      this.#withGrammar.add(instance);
    }
    this.engine.start(instance, prompt, { maxTokens, ...sampling });
    this.#controls.set(instance, sampling);
    if (vm) {
      this.#inband?.start(instance, prompt.length, vm.budget);
      this.#withVm.add(instance);
    }
    return 0;
  }

  release(instance: number): void {
    this.engine.release(instance);
    this.#controls.clear(instance);
    if (this.#withGrammar.delete(instance)) this.#grammars.set(instance, undefined);
    if (this.#withVm.delete(instance)) this.#inband?.stop(instance);
  }

  async submit(steps: number): Promise<BatchView> {
    const controls = this.#controls;
    const hooks = this.#withVm.size > 0 ? this.#inbandHooks : [];
    const record = (chain: Chain) => controls.encodeRecord(chain);
    this.engine.afterSample.splice(0, Number.POSITIVE_INFINITY, record, ...hooks);
    const pending = this.engine.submitSteps(Math.min(steps, controlLimits.steps));
    const recorded = controls.recording ? controls.read() : undefined;
    const snapshot = await pending;
    const logprob = await recorded;
    return {
      generated: (instance) => snapshot.generated(instance),
      finish: (instance) => {
        if (snapshot.status(instance) !== InstanceStatus.done) return undefined;
        return snapshot.word(instance, model.MODEL_STATE_FINISH) === FinishReason.length ? 'length' : 'stop';
      },
      logprob: (instance, index) => {
        const position = snapshot.word(instance, model.MODEL_STATE_PROMPT_LENGTH) + index;
        return logprob?.(instance, position) ?? { logprob: undefined, top: [] };
      },
      vmStatistics: async (instance) => {
        const all = await this.#inband?.statistics();
        return all?.[instance] ?? { regions: 0, errors: 0, instructions: 0n };
      },
    };
  }

  destroy(): void {
    this.#controls.destroy();
    this.#grammars.destroy();
    this.engine.destroy();
    this.#onDestroy();
  }
}
