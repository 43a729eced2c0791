import { describe, expect, test } from 'vitest';
import { emptyMapping } from '../../src/os/pages.ts';
import { type Candidate, policies } from '../../src/os/policies.ts';
import { type PolicyName, policyNames } from '../../src/os/program.ts';
import type { Mapping, Paging } from '../../src/os/state.ts';
import { program, runProgram } from './helpers.ts';

// Policies one by one, on a window of four pages of equal size; `use` counts as the VM does it.

class Simulation {
  readonly paging: Paging = { tick: 0, slot: 0, hand: 0, refaults: [] };
  readonly pages = new Map<string, Mapping>();
  readonly policy: PolicyName;
  readonly room: number;
  faults = 0;
  evicted: string[] = [];

  constructor(policy: PolicyName, room = 40) {
    this.policy = policy;
    this.room = room;
  }

  use(name: string, tokens = 10, pinned = false): void {
    let page = this.pages.get(name);
    if (!page) {
      page = { ...emptyMapping(1, { id: name, name, shared: false }), tokens, pinned };
      this.pages.set(name, page);
    }
    page.lastUse = ++this.paging.tick;
    page.uses++;
    page.referenced = true;
    if (page.resident) return;
    this.faults++;
    page.resident = true;
    page.slot = ++this.paging.slot;
    for (;;) {
      const resident = [...this.pages.values()].filter((p) => p.resident).sort((a, b) => a.slot - b.slot);
      const total = resident.reduce((sum, p) => sum + p.tokens, 0);
      if (total <= this.room) return;
      let behind = total;
      const candidates: Candidate[] = [];
      for (const mapping of resident) {
        behind -= mapping.tokens;
        if (!mapping.pinned && mapping !== page) candidates.push({ mapping, behind });
      }
      const before = structuredClone(candidates);
      const victim = policies[this.policy](candidates, this.paging);
      expect(candidates).toContain(victim);
      expect(candidates.map((c) => c.mapping.name)).toEqual(before.map((c) => c.mapping.name));
      victim.mapping.resident = false;
      this.evicted.push(victim.mapping.name);
    }
  }
}

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe.each(policyNames)('policy %s', (policy) => {
  test('keeps to the budget, never evicts a pinned page, and decides the same every time', () => {
    const run = () => {
      const simulation = new Simulation(policy);
      const next = random(3);
      simulation.use('pinned', 10, true);
      for (let i = 0; i < 500; i++) simulation.use(`p${Math.floor(12 * next() ** 2)}`, 5 + Math.floor(next() * 10));
      return simulation;
    };
    const first = run();
    expect(first.evicted).toEqual(run().evicted);
    expect(first.evicted).not.toContain('pinned');
    expect(first.evicted.length).toBeGreaterThan(20);
  });

  test('a working set that fits is loaded once', () => {
    const simulation = new Simulation(policy);
    for (let i = 0; i < 100; i++) simulation.use(`p${i % 4}`);
    expect(simulation.faults).toBe(4);
  });

  test('after a scan, the pages that are used all the time come back and stay', () => {
    const simulation = new Simulation(policy);
    for (let i = 0; i < 60; i++) simulation.use(`hot${i % 2}`);
    for (let i = 0; i < 10; i++) simulation.use(`scan${i}`);
    const before = simulation.faults;
    for (let i = 0; i < 60; i++) simulation.use(`hot${i % 2}`);
    expect(simulation.faults - before).toBeLessThanOrEqual(2);
  });
});

test('lru is the reference list', () => {
  const simulation = new Simulation('lru');
  const next = random(9);
  const list: string[] = [];
  let faults = 0;
  for (let i = 0; i < 1000; i++) {
    const name = `p${Math.floor(next() * 9)}`;
    const at = list.indexOf(name);
    if (at >= 0) list.splice(at, 1);
    else faults++;
    list.push(name);
    if (list.length > 4) list.shift();
    simulation.use(name);
  }
  expect(simulation.faults).toBe(faults);
});

test('clock gives a second chance', () => {
  const simulation = new Simulation('clock');
  for (const name of ['a', 'b', 'c', 'd', 'e']) simulation.use(name);
  // All were referenced: the hand cleared every bit and took the first; now b is referenced again, c is not.
  expect(simulation.evicted).toEqual(['a']);
  simulation.use('b');
  simulation.use('f');
  expect(simulation.evicted).toEqual(['a', 'c']);
});

test('cost-aware evicts from the end of the window where LRU would break the prefix for the same gain', () => {
  const order = ['early', 'middle', 'late'];
  for (const [policy, expected] of [
    ['lru', 'early'],
    ['cost-aware', 'late'],
  ] as const) {
    const simulation = new Simulation(policy, 30);
    for (const name of order) simulation.use(name);
    for (let i = 0; i < 40; i++) simulation.paging.tick++;
    simulation.use('new');
    expect([policy, simulation.evicted[0]]).toEqual([policy, expected]);
  }
});

const lines = (n: number, word: string) => Array.from({ length: n }, (_, i) => `${word} ${i}`).join('\n');

test('the window keeps its layout and its budget to the token', async () => {
  const { cpu, process } = await runProgram(
    program(
      `
start:
  - ALLOC: { page: shared/facts, text: common, shared: true }
  - COMMIT: ~
  - ALLOC: { page: a, text: "\${text}" }
  - ALLOC: { page: b, text: "\${text}", summary: the second }
  - ALLOC: { page: c, text: "\${text}" }
  - PUSH: something
  - LOAD: a
  - LOAD: shared/facts
  - INFER: { prompt: first, tokens: 8 }
  - INFER: { prompt: second, pages: b, tokens: 8 }
  - INFER: { prompt: third, pages: [b, c], tokens: 8 }
`,
      'inputs: { text: { type: string } }\nmemory: { window: 270, page: 90, index: 40, stack: 2, policy: lru }\npermissions: { pages: [{ page: shared/*, access: write }] }',
    ),
    { text: lines(25, 'x') },
  );
  expect(process.fault).toBeNull();
  const kinds = cpu.operations.map((o) => o.segments.map((s) => (s.title ? `${s.kind} ${s.title}` : s.kind)));
  expect(kinds[0]).toEqual(['microcode', 'shared shared/facts', 'private a', 'index', 'stack', 'instruction']);
  // Three private pages of 82 tokens do not fit beside the rest: the least recently used one went.
  expect(kinds[1]).toContain('private b');
  for (const { segments, maxTokens } of cpu.operations) {
    for (const s of segments) expect(cpu.count(s.text)).toBe(s.tokens);
    const total = segments.reduce((sum, s) => sum + s.tokens, maxTokens);
    expect(total).toBeLessThanOrEqual(270);
  }
  const index = cpu.operations[0]!.segments.find((s) => s.kind === 'index')!.text;
  expect(index).toContain('b: the second');
  expect(process.used.promptTokens).toBe(
    cpu.operations.flatMap((o) => o.segments).reduce((sum, s) => sum + s.tokens, 0),
  );
  expect(process.used.reusedTokens).toBeGreaterThan(0);
});

test('what cannot fit is a window fault with the numbers', async () => {
  const { process } = await runProgram(
    program(
      'start:\n  - ALLOC: { page: a, text: "$' +
        '{text}" }\n  - LOAD: { page: a, pin: true }\n  - INFER: { prompt: x, tokens: 60 }',
      'inputs: { text: { type: string } }\nmemory: { window: 150, page: 90 }',
    ),
    { text: lines(25, 'x') },
  );
  expect(process.fault).toMatchObject({ code: 'window', message: expect.stringMatching(/a \d+.*over the \d+ left/) });
});

test('the thrash guard stops a process whose working set exceeds its window, and says how large it is', async () => {
  const { process } = await runProgram(
    program(
      `
start:
  - ALLOC: { page: a, text: "\${text}" }
  - ALLOC: { page: b, text: "\${text}" }
  - ALLOC: { page: c, text: "\${text}" }
  - JUMP: loop
loop:
  - INFER: { prompt: 1, pages: a, tokens: 4 }
    on_fault: done
  - INFER: { prompt: 2, pages: b, tokens: 4 }
    on_fault: done
  - INFER: { prompt: 3, pages: c, tokens: 4 }
    on_fault: done
  - JUMP: loop
done:
  - YIELD: \${FLAGS.fault.code + " " + FLAGS.fault.message}
`,
      'inputs: { text: { type: string } }\nmemory: { window: 160, page: 80, policy: lru }',
    ),
    { text: lines(18, 'x') },
  );
  expect(process.result).toMatch(
    /^thrashing 12 of the last \d+ page loads .* working set of \d+ tokens exceeds the window of 160/,
  );
});

test('a process that goes on after the thrash guard spoke is not stopped for the same loads again', async () => {
  const { process } = await runProgram(
    program(
      `
start:
  - ALLOC: { page: a, text: "\${text}" }
  - ALLOC: { page: b, text: "\${text}" }
  - PUSH: 0
  - POP: i
  - JUMP: loop
loop:
  - INFER: { prompt: 1, pages: "\${slice('ab', i % 2, i % 2 + 1)}", tokens: 4 }
    on_fault: loop
  - PUSH: \${i + 1}
  - POP: i
  - BRANCH: { if: i < 60, then: loop }
`,
      'inputs: { text: { type: string } }\nmemory: { window: 160, page: 80, policy: lru }\nlimits: { steps: 2000 }',
    ),
    { text: lines(18, 'x') },
  );
  expect(process.fault).toBeNull();
  expect(process.used.operations).toBe(60);
});

test('FAULT finds pages by their words, among those the process may read', async () => {
  const { process } = await runProgram(
    program(`
start:
  - ALLOC: { page: disk, text: the disk of db7 is full }
  - ALLOC: { page: net, text: packets are lost between racks }
  - ALLOC: { page: cpu, text: load is high on db7 }
  - FAULT: { match: "which disk is full?", into: one }
  - FAULT: { match: db7, limit: 5, into: two }
  - FAULT: { match: nothing fits this, into: none }
  - YIELD: ["\${one}", "\${two}", "\${none}"]
`),
  );
  expect(process.result).toEqual([['disk'], ['cpu', 'disk'], []]);
});

test('FAULT maps in the order of the names if asked to, and FREE takes pages out of the window without losing them', async () => {
  const { cpu, process } = await runProgram(
    program(`
start:
  - ALLOC: { page: r/00012, text: "disk of db7, disk of db8: full" }
  - ALLOC: { page: r/00004, text: "disk of db7 is full, and much more is written here" }
  - FAULT: { match: "disk of db7", limit: 2, into: best }
  - FREE: { page: "\${best}", swap: true }
  - FAULT: { match: "disk of db7", limit: 2, sorted: true, into: ordered }
  - INFER: { prompt: both, tokens: 8 }
  - FREE: { page: r/00004, swap: true }
  - INFER: { prompt: one, tokens: 8 }
  - PEEK: { page: r/00004, into: text }
  - FREE: { page: [r/00004, r/00012] }
  - FAULT: { match: "disk of db7", limit: 2, into: gone }
  - YIELD: ["\${best}", "\${ordered}", "\${text}", "\${gone}"]
`),
  );
  expect(process.result).toEqual([
    ['r/00012', 'r/00004'],
    ['r/00004', 'r/00012'],
    'disk of db7 is full, and much more is written here',
    [],
  ]);
  const pages = cpu.operations.map((o) => o.segments.filter((s) => s.kind === 'private').map((s) => s.title));
  expect(pages).toEqual([['r/00004', 'r/00012'], ['r/00012']]);
  expect(process.used.evictions).toBe(0);
});
