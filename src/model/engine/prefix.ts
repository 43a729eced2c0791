import { ResidentError } from '../../errors.ts';
import type { Gpu } from '../../gpu/index.ts';
import { kernelConstants as c } from '../constants.ts';
import type { KeyValueCache } from './cache.ts';

/** The beginning of a text whose keys and values lie in shared pages, computed once. */
export interface SharedPrefix {
  /** A multiple of the page size. */
  readonly tokens: Uint32Array;
  readonly pages: readonly number[];
}

/**
 * The page tables of an engine's instances. An instance reads the full pages of a prefix where they are shared and
 * writes only pages of its own, so nothing needs to be copied when texts part.
 */
export class PageTables {
  readonly #gpu: Gpu;
  readonly #cache: KeyValueCache;
  readonly #free: number[];
  /** Shared pages at the beginning of each instance's table. */
  readonly #shared = new Map<number, number>();

  constructor(gpu: Gpu, cache: KeyValueCache) {
    this.#gpu = gpu;
    this.#cache = cache;
    this.#free = Array.from({ length: cache.sharedPages }, (_, i) => cache.firstSharedPage + i);
  }

  /** @throws ResidentError when fewer pages are free */
  take(count: number): number[] {
    if (count > this.#free.length) {
      throw new ResidentError(
        `The prefix needs ${count} shared pages, but ${this.#free.length} are free: raise sharedPages or drop a prefix.`,
      );
    }
    return this.#free.splice(0, count);
  }

  giveBack(pages: readonly number[]): void {
    this.#free.push(...pages);
  }

  /** Lets an instance's table begin with `pages`; the rest are its own. */
  set(instance: number, pages: readonly number[]): void {
    if (pages.length === 0 && !this.#shared.get(instance)) return;
    const { pagesPerInstance } = this.#cache;
    const table = new Uint32Array(pagesPerInstance).map((_, i) => pages[i] ?? instance * pagesPerInstance + i);
    this.#gpu.device.queue.writeBuffer(this.#cache.pages, instance * pagesPerInstance * 4, table);
    this.#shared.set(instance, pages.length);
  }
}

/** Pages of `prefix` that a prompt can use: at least one of its tokens must be left to compute. */
export function usablePages(prefix: SharedPrefix, prompt: Uint32Array): number {
  let same = 0;
  while (same < prefix.tokens.length && same < prompt.length && prefix.tokens[same] === prompt[same]) same++;
  return Math.floor(Math.min(same, prompt.length - 1) / c.MODEL_PAGE);
}
