import { ScriptedCpu } from './cpus/scripted.ts';
import { Kernel } from './kernel.ts';
import { policyNames } from './program.ts';
import { openStore } from './store/store.ts';

// `resident bench paging`: the policies on patterns of use, in the real VM. Every operation demands one page of 24;
// the window holds about eight.

export interface PagingRow {
  pattern: string;
  policy: string;
  operations: number;
  /** Page faults per operation. */
  faultRate: number;
  promptTokens: number;
  /** Prompt tokens whose keys and values one instance still had from the operation before. */
  reusedTokens: number;
}

/** mulberry32: a small seeded generator. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pages = 24;

const patterns: Record<string, (i: number, random: () => number) => number> = {
  'hot and cold': (_, random) => Math.floor(pages * random() ** 3),
  'scan with two hot pages': (i) => (i % 3 === 2 ? 2 + (Math.floor(i / 3) % (pages - 2)) : i % 2),
  'phases of six pages': (i, random) => (6 * Math.floor(i / 50) + Math.floor(6 * random())) % pages,
  'round and round twelve': (i) => i % 12,
};

const source = (policy: string) => `name: paging
version: 1.0.0
inputs: { order: { type: array } }
memory: { window: 1100, page: 200, policy: ${policy} }
steps:
  start:
    - PUSH: 0
    - POP: i
    - JUMP: make
  make:
    - BRANCH: { if: i >= ${pages}, then: begin }
    - ALLOC: { page: "p\${i}", text: "page \${i} ${'word '.repeat(100)}" }
    - PUSH: \${i + 1}
    - POP: i
    - JUMP: make
  begin:
    - PUSH: 0
    - POP: i
    - JUMP: use
  use:
    - BRANCH: { if: i >= length(order), then: done }
    - INFER: { prompt: "use p\${order[i]}", pages: "p\${order[i]}", tokens: 4 }
      on_fault: use
    - PUSH: \${i + 1}
    - POP: i
    - JUMP: use
  done:
    - YIELD: ok
`;

export async function benchPaging(operations: number, seed: number): Promise<PagingRow[]> {
  const rows: PagingRow[] = [];
  for (const [pattern, next] of Object.entries(patterns)) {
    const random = seeded(seed);
    const order = Array.from({ length: operations }, (_, i) => next(i, random));
    for (const policy of policyNames) {
      const store = await openStore(':memory:');
      const cpu = new ScriptedCpu(() => 'ok', { instances: 1 });
      const kernel = await Kernel.open({ store, cpu, pollMilliseconds: 0 });
      const pid = await kernel.spawn(source(policy), { order });
      await kernel.run({ until: [pid] });
      const { used } = kernel.machine.processes.get(pid)!;
      rows.push({
        pattern,
        policy,
        operations: used.operations,
        faultRate: used.pageFaults / used.operations,
        promptTokens: used.promptTokens,
        reusedTokens: used.reusedTokens,
      });
      await kernel.close();
      await store.close();
    }
  }
  return rows;
}
