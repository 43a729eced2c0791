/** Where an instance begins, and the pages it uses. */
export interface PrefixStart {
  /** Tokens of the prompt whose keys and values are there already; a multiple of the page. */
  readonly reused: number;
  /** Page numbers of the instance, when they changed. */
  readonly pages: Uint32Array<ArrayBuffer> | undefined;
}

/**
 * Shares the pages of the KV cache between instances whose prompts begin alike.
 *
 * Every instance has a table of pages, and there are exactly as many pages as entries in all tables. A page that is
 * full belongs to the tokens up to its end, whoever computed it, and is never written again while a table names it. An
 * instance that starts takes such pages from others into its table; the pages it had are free then. Before it writes to
 * a page that another table names, it exchanges that page for a free one, of which there is always one: two tables
 * name one page, so one page is in no table.
 */
export class PrefixCache {
  readonly #pageTokens: number;
  readonly #tables: Uint32Array<ArrayBuffer>[];
  /** Tokens whose keys and values each instance has, in whole pages. */
  readonly #held: ArrayLike<number>[];
  /** Tables that name each page. */
  readonly #users: Uint32Array;
  readonly #free: number[] = [];

  constructor(instances: number, pagesPerInstance: number, pageTokens: number) {
    this.#pageTokens = pageTokens;
    this.#tables = Array.from({ length: instances }, (_, instance) =>
      Uint32Array.from({ length: pagesPerInstance }, (_, page) => instance * pagesPerInstance + page),
    );
    this.#held = this.#tables.map(() => []);
    this.#users = new Uint32Array(instances * pagesPerInstance).fill(1);
  }

  /** Starts a prompt on an instance; at least its last token remains to be computed. */
  start(instance: number, prompt: ArrayLike<number>): PrefixStart {
    const usable = prompt.length - 1 - ((prompt.length - 1) % this.#pageTokens);
    let source = instance;
    let reused = this.#common(instance, prompt, usable);
    for (let other = 0; other < this.#tables.length; other++) {
      const common = this.#common(other, prompt, usable);
      if (common > reused) [source, reused] = [other, common];
    }
    const table = this.#tables[instance]!;
    const shared = reused / this.#pageTokens;
    let changed = false;
    const replace = (entry: number, page: number) => {
      const before = table[entry]!;
      this.#users[page]!++;
      table[entry] = page;
      if (--this.#users[before]! === 0) this.#free.push(before);
      changed = true;
    };
    for (let entry = 0; entry < shared; entry++) {
      const page = this.#tables[source]![entry]!;
      if (table[entry] !== page) replace(entry, page);
    }
    for (let entry = shared; entry < table.length; entry++) {
      if (this.#users[table[entry]!]! > 1) replace(entry, this.#free.pop()!);
    }
    this.#held[instance] = Array.prototype.slice.call(prompt, 0, reused);
    return { reused, pages: changed ? table.slice() : undefined };
  }

  /** The instance has the keys and values of these tokens. */
  update(instance: number, tokens: ArrayLike<number>): void {
    this.#held[instance] = tokens;
  }

  /** Tokens of the prompt that the instance has in whole pages. */
  held(instance: number, prompt: ArrayLike<number>): number {
    return this.#common(instance, prompt, prompt.length);
  }

  #common(instance: number, prompt: ArrayLike<number>, most: number): number {
    const held = this.#held[instance]!;
    const length = commonPrefix(held, prompt, most);
    return length - (length % this.#pageTokens);
  }
}

/** Length of the longest common beginning, `most` at most. */
export function commonPrefix(a: ArrayLike<number>, b: ArrayLike<number>, most: number): number {
  const end = Math.min(a.length, b.length, most);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}
