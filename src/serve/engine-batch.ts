import type { Gpu } from '../gpu/index.ts';
import { FinishReason, InstanceStatus, kernelConstants as model } from '../model/constants.ts';
import type { Engine } from '../model/engine/index.ts';
import { GenerationError, type GenerationRequest, type VmStatistics } from './backend.ts';
import type { BatchView, InstanceBatch } from './batch.ts';

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

  /**
   * @param inband hooked into the engine, if there is in-band computing
   * @param onDestroy called last, to release what the engine runs on
   */
  constructor(gpu: Gpu, engine: Engine, inband: InbandControl | undefined, onDestroy: () => void = () => {}) {
    this.engine = engine;
    this.lost = gpu.lost;
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
    const { prompt, maxTokens, sampling, vm } = request;
    for (const name of ['logitBias', 'presencePenalty', 'frequencyPenalty', 'logprobs'] as const) {
      if (sampling[name] !== undefined) throw new GenerationError('unsupported', `${name} is not supported.`);
    }
    this.engine.start(instance, prompt, { maxTokens, ...sampling });
    if (vm) {
      this.#inband?.start(instance, prompt.length, vm.budget);
      this.#withVm.add(instance);
    }
    return 0;
  }

  release(instance: number): void {
    this.engine.release(instance);
    if (this.#withVm.delete(instance)) this.#inband?.stop(instance);
  }

  async submit(steps: number): Promise<BatchView> {
    const hooks = this.#withVm.size > 0 ? this.#inbandHooks : [];
    this.engine.afterSample.splice(0, Number.POSITIVE_INFINITY, ...hooks);
    const snapshot = await this.engine.submitSteps(steps);
    return {
      generated: (instance) => snapshot.generated(instance),
      finish: (instance) => {
        if (snapshot.status(instance) !== InstanceStatus.done) return undefined;
        return snapshot.word(instance, model.MODEL_STATE_FINISH) === FinishReason.length ? 'length' : 'stop';
      },
      logprob: () => {
        throw new GenerationError('unsupported', 'logprobs is not supported.');
      },
      vmStatistics: async (instance) => {
        const all = await this.#inband?.statistics();
        return all?.[instance] ?? { regions: 0, errors: 0, instructions: 0n };
      },
    };
  }

  destroy(): void {
    this.engine.destroy();
    this.#onDestroy();
  }
}
