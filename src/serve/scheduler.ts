import { ResidentError } from '../errors.ts';
import {
  type BackendStatistics,
  type Generation,
  type GenerationBackend,
  GenerationError,
  type GenerationRequest,
  type TokenLogprob,
} from './backend.ts';
import type { BatchView, InstanceBatch } from './batch.ts';
import { Task } from './generation.ts';
import { FairQueue, type QueueLimits } from './queue.ts';

export interface SchedulerOptions {
  /** Default: ten for each instance, at least 256; one key may take all of it. */
  readonly queue?: Partial<QueueLimits>;
  /** Milliseconds one chain should last. Default 5. */
  readonly chainMs?: number;
  /** Most steps in one chain. Default 32. */
  readonly maxSteps?: number;
  /** Milliseconds between tries to reopen a lost device; doubles up to a minute. Default 250. */
  readonly reopenMs?: number;
  readonly onEvent?: (event: SchedulerEvent) => void;
}

export type SchedulerEvent =
  | { readonly type: 'started'; readonly queueMs: number }
  | { readonly type: 'first-token'; readonly ms: number }
  | { readonly type: 'ended'; readonly ms: number; readonly outcome: 'finished' | 'cancelled' | 'failed' }
  | { readonly type: 'lost'; readonly reason: string; readonly failed: number }
  | { readonly type: 'recovered'; readonly ms: number }
  | { readonly type: 'reopen-failed'; readonly reason: string };

interface Chain {
  readonly number: number;
  readonly steps: number;
  readonly view: Promise<BatchView>;
}

/** A request whose last tokens are in the view of chain `last` or before. */
interface Leaving {
  readonly task: Task;
  readonly instance: number;
  readonly last: number;
}

interface Times {
  readonly submitted: number;
  first?: number;
}

/**
 * Continuous batching: requests take a free instance between two chains, leave it when they end or are cancelled, and
 * one chain is always in flight while the results of the one before are read. Waiting requests stand in a
 * {@link FairQueue}. When the device is lost, running requests fail, and the batch is opened anew for the waiting ones.
 */
export class Scheduler implements GenerationBackend {
  readonly contextLength: number;
  readonly vocabulary: number;
  readonly embeddingWidth: number;
  readonly vm: boolean;
  readonly #open: () => Promise<InstanceBatch>;
  readonly #options: SchedulerOptions;
  readonly #queue: FairQueue<Task>;
  readonly #running = new Map<number, Task>();
  /** Requests that end in a chain in flight, whose instances others have already. */
  readonly #leaving = new Set<Leaving>();
  readonly #inFlight: Chain[] = [];
  readonly #times = new WeakMap<Task, Times>();
  readonly #free: number[];
  readonly #ended: Promise<void>;
  readonly #counts = {
    accepted: 0,
    finished: 0,
    cancelled: 0,
    failed: 0,
    rejected: 0,
    promptTokens: 0,
    generatedTokens: 0,
    chains: 0,
    steps: 0,
    activeMs: 0,
    recoveries: 0,
  };
  #batch: InstanceBatch;
  #state: BackendStatistics['state'] = 'ready';
  #lostReason: string | undefined;
  #wake: (() => void) | undefined;
  #onLost: (() => void) | undefined;
  /** Steps of the next chain, unless something makes it shorter. */
  #chainSteps = 1;
  #lastView = 0;
  /** Totals of the batches that were lost. */
  readonly #before = { busyMs: 0, idleMs: 0, reusedTokens: 0 };
  /** Requests that ended lately, for the estimate of Retry-After. */
  readonly #endTimes: number[] = [];

  /** Opens the first batch; `open` is called again after a lost device. */
  static async open(open: () => Promise<InstanceBatch>, options: SchedulerOptions = {}): Promise<Scheduler> {
    return new Scheduler(await open(), open, options);
  }

  private constructor(batch: InstanceBatch, open: () => Promise<InstanceBatch>, options: SchedulerOptions) {
    this.#batch = batch;
    this.#open = open;
    this.#options = options;
    this.contextLength = batch.contextLength;
    this.vocabulary = batch.vocabulary;
    this.embeddingWidth = batch.embeddingWidth;
    this.vm = batch.vm;
    const total = options.queue?.total ?? Math.max(256, 10 * batch.instances);
    this.#queue = new FairQueue({ total, perKey: options.queue?.perKey ?? total });
    this.#free = Array.from({ length: batch.instances }, (_, i) => i);
    this.#watch(batch);
    this.#ended = this.#run();
  }

  get statistics(): BackendStatistics {
    return {
      ...this.#counts,
      state: this.#state,
      instances: this.#batch.instances,
      active: Math.min(this.#batch.instances, this.#running.size + this.#leaving.size),
      queued: this.#queue.size,
      reusedTokens: this.#before.reusedTokens + this.#batch.reusedTokens,
      busyMs: this.#before.busyMs + this.#batch.busyMs,
      idleMs: this.#before.idleMs + this.#batch.idleMs,
    };
  }

  submit(request: GenerationRequest): Generation {
    this.#check(request);
    const task = new Task(request, (cancelled) => this.#cancel(cancelled));
    if (!this.#queue.add(request.key, task)) {
      this.#counts.rejected++;
      throw new GenerationError('overloaded', 'Too many requests are waiting; try again later.', this.#retryAfter());
    }
    this.#counts.accepted++;
    this.#times.set(task, { submitted: performance.now() });
    this.#wake?.();
    return task;
  }

  async close(graceMs: number): Promise<void> {
    if (this.#state === 'ready' || this.#state === 'recovering') this.#state = 'closing';
    this.#wake?.();
    const timer = setTimeout(() => {
      const error = new GenerationError('shutdown', 'The server shut down before this request was finished.');
      for (const task of this.#queue.clear()) this.#fail(task, error);
      for (const task of this.#underWay()) this.#fail(task, error);
      this.#wake?.();
    }, graceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #check(request: GenerationRequest): void {
    if (this.#state === 'closing' || this.#state === 'closed') {
      throw new GenerationError('shutdown', 'The server is shutting down.');
    }
    const { prompt } = request;
    if (prompt.length === 0) throw new GenerationError('context', 'The prompt is empty.');
    if (prompt.length >= this.contextLength) {
      throw new GenerationError(
        'context',
        `The prompt has ${prompt.length} tokens, but the context of this server holds ${this.contextLength} with the answer.`,
      );
    }
    if (request.vm && !this.vm) {
      throw new GenerationError('unsupported', 'In-band computing (vm) is not available on this server.');
    }
  }

  async #run(): Promise<void> {
    let pending: Chain | undefined;
    for (;;) {
      if (this.#lostReason !== undefined) {
        pending = undefined;
        await this.#recover();
      }
      this.#fill();
      if (this.#running.size === 0) {
        // What is in flight works for nobody: instances were released or are done.
        if (pending) await this.#process(pending);
        pending = undefined;
        this.#lastView = 0;
        if (this.#running.size > 0 || this.#queue.size > 0 || this.#lostReason !== undefined) continue;
        if (this.#state === 'closing') break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
        continue;
      }
      const began = performance.now();
      // Another chain would only keep the GPU from the next request if all that run end in the one in flight.
      const useful =
        !pending || this.#queue.size > 0 || [...this.#running.values()].some((t) => this.#remaining(t) > 0);
      const following = useful ? this.#submit() : undefined;
      if (pending) await this.#process(pending);
      pending = following;
      this.#counts.activeMs += performance.now() - began;
    }
    this.#state = 'closed';
    this.#batch.destroy();
  }

  #fill(): void {
    while (this.#queue.size > 0) {
      // The instance that is free for longest, so that keys and values of the last prompts stay for those to come.
      const instance = this.#free.shift() ?? this.#handOver();
      if (instance === undefined) return;
      const task = this.#queue.take()!;
      task.state = 'running';
      task.instance = instance;
      task.since = this.#counts.chains;
      this.#running.set(instance, task);
      try {
        this.#batch.start(instance, task.request);
      } catch (error) {
        // What does not fit now (grammars share a table) may fit later.
        const reason = error instanceof ResidentError ? new GenerationError('overloaded', error.message, 1) : error;
        this.#fail(task, reason instanceof Error ? reason : new Error(String(reason)));
        continue;
      }
      this.#counts.promptTokens += task.request.prompt.length;
      this.#emit({ type: 'started', queueMs: performance.now() - this.#times.get(task)!.submitted });
    }
  }

  /**
   * An instance whose request reaches its last token in a chain that is in flight already: the next request can start
   * behind that chain, without waiting for its results.
   */
  #handOver(): number | undefined {
    for (const [instance, task] of this.#running) {
      if (this.#remaining(task) > 0) continue;
      this.#running.delete(instance);
      this.#leaving.add({ task, instance, last: this.#counts.chains - 1 });
      this.#batch.release(instance);
      return instance;
    }
    return undefined;
  }

  /** Tokens that a request still lacks at the end of the chains in flight; 0 or less: it certainly ends in them. */
  #remaining({ request, sent, since }: Task): number {
    // Before its first token a request may wait for its prompt; in-band programs take as long as they take, and what is
    // read from an instance at its end must still be there.
    if (sent === 0 || request.vm || request.embed) return Number.POSITIVE_INFINITY;
    const coming = this.#inFlight.reduce((sum, { number, steps }) => sum + (number >= since ? steps : 0), 0);
    return Math.min(request.maxTokens, this.contextLength - request.prompt.length) - sent - coming;
  }

  #submit(): Chain {
    const steps = this.#steps();
    const number = this.#counts.chains++;
    this.#counts.steps += steps;
    const view = this.#batch.submit(steps);
    // A lost device rejects what is in flight; the loop hears of it when it awaits, or from `lost`.
    view.catch(() => undefined);
    const chain = { number, steps, view };
    this.#inFlight.push(chain);
    return chain;
  }

  /**
   * Short chains let requests join and tokens appear soon; long ones cost less of this thread. While requests wait, a
   * chain ends where the next instance becomes free, if that is not too soon.
   */
  #steps(): number {
    const steps = Math.max(1, Math.round(this.#chainSteps));
    if (this.#queue.size === 0) return steps;
    let soonest = steps;
    for (const task of this.#running.values()) {
      const remaining = this.#remaining(task);
      if (remaining >= steps / 4) soonest = Math.min(soonest, remaining);
    }
    return Math.max(1, soonest);
  }

  /**
   * Learns how many steps a chain should have.
   *
   * @param period milliseconds between the ends of this chain and the one before
   * @param waited those of them in which this thread waited for the GPU
   */
  #adapt(steps: number, period: number, waited: number): void {
    const { chainMs = 5, maxSteps = 32 } = this.#options;
    const now = this.#chainSteps;
    // A thread that hardly waits is late itself: short chains would make that worse.
    const ideal = waited < period / 5 ? now * 2 : (steps * chainMs) / period;
    const next = now + 0.3 * (Math.min(2 * now, ideal) - now);
    this.#chainSteps = Math.max(1, Math.min(maxSteps, next));
  }

  async #process(chain: Chain): Promise<void> {
    let view: BatchView | undefined;
    const began = performance.now();
    try {
      // Work on a lost device may never end.
      const lost = new Promise<undefined>((resolve) => {
        this.#onLost = () => resolve(undefined);
      });
      view = await Promise.race([chain.view, lost]);
    } catch (error) {
      this.#lostReason ??= error instanceof Error ? error.message : String(error);
    }
    this.#inFlight.splice(this.#inFlight.indexOf(chain), 1);
    if (!view || this.#lostReason !== undefined) return;
    const now = performance.now();
    if (this.#lastView > 0) this.#adapt(chain.steps, now - this.#lastView, now - began);
    this.#lastView = now;
    for (const leaving of [...this.#leaving]) {
      const { task, instance, last } = leaving;
      if (task.state === 'running') this.#update(task, view, instance);
      if (chain.number < last && task.state === 'running') continue;
      this.#leaving.delete(leaving);
      if (task.state === 'running') this.#fail(task, new Error('a request did not end where it had to'));
    }
    for (const [instance, task] of [...this.#running]) {
      if (chain.number >= task.since) this.#update(task, view, instance);
    }
  }

  #update(task: Task, view: BatchView, instance: number): void {
    const all = view.generated(instance);
    const tokens: number[] = [];
    const logprobs: TokenLogprob[] = [];
    for (let i = task.sent; i < all.length; i++) {
      tokens.push(all[i]!);
      if (task.request.sampling.logprobs !== undefined) logprobs.push(view.logprob(instance, i));
    }
    if (tokens.length > 0) {
      const times = this.#times.get(task)!;
      if (times.first === undefined) {
        times.first = performance.now();
        this.#emit({ type: 'first-token', ms: times.first - times.submitted });
      }
      this.#counts.generatedTokens += tokens.length;
      task.push(tokens, logprobs);
    }
    const finish = view.finish(instance);
    if (!finish) return;
    const { vm, embed } = task.request;
    if (vm || embed) {
      task.expectEnd();
      const wanted = Promise.all([
        vm ? view.vmStatistics(instance) : undefined,
        embed ? view.embedding(instance) : undefined,
      ]);
      wanted.then(
        ([statistics, embedding]) => task.finish(finish, statistics, embedding),
        (error: Error) => task.fail(new GenerationError('device', `The GPU device was lost: ${error.message}`)),
      );
    } else {
      task.finish(finish);
    }
    this.#end(task, 'finished');
  }

  #cancel(task: Task): void {
    if (task.state === 'queued') this.#queue.remove(task.request.key, task);
    if (task.state !== 'ended') this.#end(task, 'cancelled');
  }

  #fail(task: Task, error: Error): void {
    task.fail(error);
    if (task.state !== 'ended') this.#end(task, 'failed');
  }

  #end(task: Task, outcome: 'finished' | 'cancelled' | 'failed'): void {
    if (task.state === 'running') this.#queue.done(task.request.key);
    // An instance that was handed over belongs to another request already.
    if (this.#running.get(task.instance) === task) {
      this.#running.delete(task.instance);
      this.#free.push(task.instance);
      if (this.#lostReason === undefined) this.#batch.release(task.instance);
    }
    task.state = 'ended';
    this.#counts[outcome]++;
    const now = performance.now();
    this.#endTimes.push(now);
    if (this.#endTimes.length > 64) this.#endTimes.shift();
    this.#emit({ type: 'ended', ms: now - this.#times.get(task)!.submitted, outcome });
  }

  #underWay(): Task[] {
    const leaving = Array.from(this.#leaving, ({ task }) => task);
    this.#leaving.clear();
    return [...leaving.filter(({ state }) => state === 'running'), ...this.#running.values()];
  }

  #watch(batch: InstanceBatch): void {
    batch.lost.then((reason) => {
      if (this.#batch !== batch) return;
      this.#lostReason ??= reason;
      this.#onLost?.();
      this.#wake?.();
    });
  }

  /** Fails what ran, then opens the batch again; waiting requests stay. */
  async #recover(): Promise<void> {
    const reason = this.#lostReason!;
    const began = performance.now();
    const error = new GenerationError('device', `The GPU device was lost (${reason}); send the request again.`, 1);
    const failed = this.#underWay();
    this.#inFlight.length = 0;
    if (this.#state === 'ready') this.#state = 'recovering';
    for (const task of failed) this.#fail(task, error);
    this.#emit({ type: 'lost', reason, failed: failed.length });
    this.#before.busyMs += this.#batch.busyMs;
    this.#before.idleMs += this.#batch.idleMs;
    this.#before.reusedTokens += this.#batch.reusedTokens;
    const old = this.#batch;
    try {
      old.destroy();
    } catch {
      // Its device is gone already.
    }
    let delay = this.#options.reopenMs ?? 250;
    for (;;) {
      try {
        this.#batch = await this.#open();
        break;
      } catch (cause) {
        this.#emit({ type: 'reopen-failed', reason: cause instanceof Error ? cause.message : String(cause) });
        if (this.#state === 'closing') {
          for (const task of this.#queue.clear()) this.#fail(task, error);
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, delay));
        delay = Math.min(delay * 2, 60_000);
      }
    }
    this.#lostReason = undefined;
    this.#lastView = 0;
    this.#chainSteps = 1;
    if (this.#batch === old) return;
    this.#counts.recoveries++;
    this.#watch(this.#batch);
    if (this.#state === 'recovering') this.#state = 'ready';
    this.#emit({ type: 'recovered', ms: performance.now() - began });
  }

  /** Seconds until the queue has moved on by about an instance's worth, from the pace of the last requests. */
  #retryAfter(): number {
    const first = this.#endTimes[0];
    if (first === undefined || this.#endTimes.length < 2) return 1;
    const each = (performance.now() - first) / this.#endTimes.length;
    return Math.max(1, Math.min(60, Math.ceil((each * this.#queue.size) / 2 / 1000)));
  }

  #emit(event: SchedulerEvent): void {
    this.#options.onEvent?.(event);
  }
}
