export interface QueueLimits {
  /** Most entries that wait. */
  readonly total: number;
  /** Most entries of one key that wait. */
  readonly perKey: number;
}

interface Lane<T> {
  readonly waiting: Set<T>;
  /** Entries of the key that were taken and not yet given back. */
  running: number;
  /** When the key was last served, in takes. */
  served: number;
}

/**
 * A queue that is fair over keys: the next entry is of the key with the fewest running ones, then of the one served
 * longest ago; within a key the order is first come, first served.
 */
export class FairQueue<T> {
  readonly #limits: QueueLimits;
  readonly #lanes = new Map<string, Lane<T>>();
  #size = 0;
  #takes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** @returns false when the queue, or the key's share of it, is full */
  add(key: string, entry: T): boolean {
    const lane = this.#lane(key);
    if (this.#size >= this.#limits.total || lane.waiting.size >= this.#limits.perKey) {
      this.#forget(key, lane);
      return false;
    }
    lane.waiting.add(entry);
    this.#size++;
    return true;
  }

  /** Takes the next entry; {@link done} gives its share back. */
  take(): T | undefined {
    let best: Lane<T> | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.waiting.size === 0) continue;
      const better = best && (lane.running - best.running || lane.served - best.served);
      if (better === undefined || better < 0) best = lane;
    }
    if (!best) return undefined;
    const [entry] = best.waiting;
    best.waiting.delete(entry!);
    best.running++;
    best.served = ++this.#takes;
    this.#size--;
    return entry;
  }

  /** A taken entry of this key runs no more. */
  done(key: string): void {
    const lane = this.#lanes.get(key);
    if (!lane) return;
    lane.running--;
    this.#forget(key, lane);
  }

  /** @returns whether the entry was waiting */
  remove(key: string, entry: T): boolean {
    const lane = this.#lanes.get(key);
    if (!lane?.waiting.delete(entry)) return false;
    this.#size--;
    this.#forget(key, lane);
    return true;
  }

  /** All waiting entries, which wait no more. */
  clear(): T[] {
    const all: T[] = [];
    for (const [key, lane] of this.#lanes) {
      all.push(...lane.waiting);
      lane.waiting.clear();
      this.#forget(key, lane);
    }
    this.#size = 0;
    return all;
  }

  #lane(key: string): Lane<T> {
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = { waiting: new Set(), running: 0, served: 0 };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  // Keys without entries are forgotten, so that clients that come and go leave nothing behind.
  #forget(key: string, lane: Lane<T>): void {
    if (lane.waiting.size === 0 && lane.running === 0) this.#lanes.delete(key);
  }
}
