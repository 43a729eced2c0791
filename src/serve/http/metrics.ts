import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BackendStatistics } from '../backend.ts';
import type { SchedulerEvent } from '../scheduler.ts';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** What GET /metrics shows, in Prometheus' text format. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<'route' | 'status'>;
  readonly #firstToken: Histogram;
  readonly #queue: Histogram;
  readonly #duration: Histogram<'outcome'>;
  readonly #lost: Counter;

  constructor(statistics: () => BackendStatistics) {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: 'resident_http_requests_total',
      help: 'HTTP requests answered.',
      labelNames: ['route', 'status'],
      registers,
    });
    const histogram = (name: string, help: string) => new Histogram({ name, help, buckets: seconds, registers });
    this.#firstToken = histogram('resident_time_to_first_token_seconds', 'From acceptance to the first token.');
    this.#queue = histogram('resident_queue_seconds', 'Time in the queue of requests that got an instance.');
    this.#duration = new Histogram({
      name: 'resident_request_seconds',
      help: 'From acceptance to the end.',
      labelNames: ['outcome'],
      buckets: seconds,
      registers,
    });
    this.#lost = new Counter({ name: 'resident_device_lost_total', help: 'GPU devices lost.', registers });
    const gauge = (name: string, help: string, value: (s: BackendStatistics) => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value(statistics()));
        },
      });
    const total = (name: string, help: string, value: (s: BackendStatistics) => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value(statistics()));
        },
      });
    gauge('resident_instances', 'Model instances.', (s) => s.instances);
    gauge('resident_active_requests', 'Requests on an instance.', (s) => s.active);
    gauge('resident_queued_requests', 'Requests that wait for an instance.', (s) => s.queued);
    gauge('resident_ready', '1 while requests are served.', (s) => (s.state === 'ready' ? 1 : 0));
    gauge('process_resident_memory_bytes', 'Memory of the server process.', () => process.memoryUsage.rss());
    gauge(
      'resident_heap_bytes',
      'JavaScript objects of the server process, garbage included.',
      () => process.memoryUsage().heapUsed,
    );
    gauge(
      'resident_external_bytes',
      'Memory outside the heap that JavaScript objects hold.',
      () => process.memoryUsage().external,
    );
    total('resident_generated_tokens_total', 'Tokens generated.', (s) => s.generatedTokens);
    total('resident_prompt_tokens_total', 'Prompt tokens of started requests.', (s) => s.promptTokens);
    total('resident_reused_tokens_total', 'Prompt tokens that were already computed.', (s) => s.reusedTokens);
    total('resident_chains_total', 'Chains submitted to the GPU.', (s) => s.chains);
    total('resident_steps_total', 'Steps submitted to the GPU.', (s) => s.steps);
    total('resident_active_seconds_total', 'Time with at least one request running.', (s) => s.activeMs / 1000);
    total('resident_gpu_busy_seconds_total', 'Time with work on the GPU.', (s) => s.busyMs / 1000);
    total(
      'resident_gpu_idle_seconds_total',
      'Time between chains without work on the GPU, by its own clock.',
      (s) => s.idleMs / 1000,
    );
    total('resident_rejected_requests_total', 'Requests refused because the queue was full.', (s) => s.rejected);
  }

  answered(route: string, status: number): void {
    this.#requests.inc({ route, status: String(status) });
  }

  observe(event: SchedulerEvent): void {
    if (event.type === 'started') this.#queue.observe(event.queueMs / 1000);
    else if (event.type === 'first-token') this.#firstToken.observe(event.ms / 1000);
    else if (event.type === 'ended') this.#duration.observe({ outcome: event.outcome }, event.ms / 1000);
    else if (event.type === 'lost') this.#lost.inc();
  }
}
