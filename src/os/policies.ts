import type { PolicyName } from './program.ts';
import type { Mapping, Paging } from './state.ts';

/** What a policy may know of a page that can be evicted. */
export interface Candidate {
  mapping: Mapping;
  /** Tokens of the window behind this page: evicting it takes their cached prefix away. */
  behind: number;
}

/**
 * Chooses the page to evict. Must return one of the candidates, must not depend on anything but its arguments
 * (replay), and may change `paging.hand` and the candidates' `referenced`.
 */
export type Policy = (candidates: readonly Candidate[], paging: Paging) => Candidate;

/** Ticks without use after which a page has left the working set. */
export const workingSetTicks = 32;

function least(candidates: readonly Candidate[], key: (c: Candidate) => number): Candidate {
  let best = candidates[0]!;
  for (const candidate of candidates) {
    const difference = key(candidate) - key(best);
    if (difference < 0 || (difference === 0 && candidate.mapping.slot < best.mapping.slot)) best = candidate;
  }
  return best;
}

export const policies: Record<PolicyName, Policy> = {
  /** Least recently used. */
  lru: (candidates) => least(candidates, (c) => c.mapping.lastUse),

  /** Second chance: a hand goes round the window and takes the first page not used since it came by. */
  clock: (candidates, paging) => {
    const ring = [...candidates].sort((a, b) => a.mapping.slot - b.mapping.slot);
    const start = ring.findIndex((c) => c.mapping.slot > paging.hand);
    const from = start < 0 ? 0 : start;
    for (let i = 0; i < 2 * ring.length; i++) {
      const candidate = ring[(from + i) % ring.length]!;
      if (!candidate.mapping.referenced) {
        paging.hand = candidate.mapping.slot;
        return candidate;
      }
      candidate.mapping.referenced = false;
    }
    return ring[from]!;
  },

  /** Pages not used within the last {@link workingSetTicks} first, the oldest of them; then LRU among the rest. */
  'working-set': (candidates, paging) => {
    const outside = candidates.filter((c) => paging.tick - c.mapping.lastUse > workingSetTicks);
    return least(outside.length > 0 ? outside : candidates, (c) => c.mapping.lastUse);
  },

  /**
   * Keeps what is dear to lose: uses per age (how likely it is needed again) times what a new load would cost
   * (its own tokens), plus the tokens behind it that would lose their cached prefix now; per token freed.
   */
  'cost-aware': (candidates, paging) =>
    least(candidates, ({ mapping, behind }) => {
      const age = Math.max(1, paging.tick - mapping.lastUse + 1);
      const needed = Math.min(1, mapping.uses / age);
      return (needed * (mapping.tokens + behind) + 0.1 * behind) / Math.max(1, mapping.tokens);
    }),
};

/** Loads looked at by the thrash guard, and how many of them may be pages evicted shortly before. */
export const thrashGuard = { loads: 16, refaults: 12, operations: 4 } as const;
