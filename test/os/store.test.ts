import { afterAll, expect, test } from 'vitest';
import { dumpCore } from '../../src/os/core.ts';
import { countWords } from '../../src/os/cpus/scripted.ts';
import { canonical } from '../../src/os/json.ts';
import { Machine } from '../../src/os/machine.ts';
import { replay } from '../../src/os/replay.ts';
import { collectGarbage } from '../../src/os/retention.ts';
import { openStore } from '../../src/os/store/store.ts';
import { ToolBox } from '../../src/os/tools/tool.ts';
import { forkStore } from '../../src/os/travel.ts';
import { program, type Rig, rig } from './helpers.ts';
import { onBothStores } from './stores.ts';

const worker = program(
  `
start:
  - ALLOC: { page: notes, text: "for \${topic}" }
  - LOAD: notes
  - FORK: { label: helper, arguments: { word: "\${topic}" }, into: child }
  - INFER: { prompt: "what about \${topic}?", into: answer, tokens: 8 }
  - STORE: { page: notes, text: "\${answer}", append: true }
  - COMMIT: ~
  - SYS: { tool: double, arguments: { n: 21 }, into: n }
  - WAIT: 3600
  - RECV: mail
  - JOIN: { pid: "\${child}", into: help }
  - PEEK: { page: notes, into: notes }
  - YIELD: { notes: "\${notes}", n: "\${n}", mail: "\${mail.message}", help: "\${help}" }
helper:
  - SEND: { to: parent, message: "hello from \${PID}" }
  - INFER: { prompt: "help with \${word}", into: x, tokens: 8 }
  - YIELD: \${x}
`,
  'inputs: { topic: { type: string } }\npermissions: { tools: [{ tool: double }] }',
);

const doubling = () =>
  new ToolBox().add({
    name: 'double',
    description: '',
    schema: {},
    idempotent: true,
    call: async (given) => 2 * (given.n as number),
  });

const expected = (topic: string, child: number) => ({
  notes: `for ${topic}\nabout ${topic}`,
  n: 42,
  mail: `hello from ${child}`,
  help: `about ${topic}`,
});

function answer(operation: { segments: { kind: string; text: string }[] }): string {
  const text = operation.segments.at(-1)!.text;
  return `about ${/(?:about|with) (\w+)/.exec(text)?.[1]}`;
}

onBothStores('store', (kind, hooks) => {
  const open: Rig[] = [];
  afterAll(async () => {
    for (const made of open) await made.close().catch(() => {});
    hooks.close();
  });
  const start = async (location: string) => {
    const made = await rig(answer, { location, tools: doubling() });
    open.push(made);
    return made;
  };

  test('a process sleeps, the kernel is closed, another one goes on at the instruction', async () => {
    const location = await kind.fresh();
    const first = await start(location);
    const pid = await first.kernel.spawn(worker, { topic: 'cats' });
    await first.kernel.run({ events: 6 });
    await first.close();

    const second = await start(location);
    await second.kernel.run({ wait: false });
    while (second.process(pid).state === 'WAITING') await second.kernel.run({ events: 1 });
    expect(second.process(pid).state).toBe('SLEEPING');
    await second.close();

    const third = await start(location);
    third.pass(2 * 3_600_000);
    expect(await third.kernel.run({ until: [pid] })).toBe('ended');
    expect(third.process(pid).fault).toBeNull();
    expect(third.process(pid).result).toEqual(expected('cats', pid + 1));
    await third.close();

    const store = await openStore(location);
    const report = await replay(store);
    expect(report.difference).toBeUndefined();
    expect(report.events).toBeGreaterThan(15);
    expect(await store.integrity()).toEqual([]);
    await store.close();
  });

  test('what is in memory is what is in the store, after every event', async () => {
    const location = await kind.fresh();
    const reader = await openStore(location);
    const made = await start(location);
    await made.kernel.spawn(worker, { topic: 'dogs' });
    for (let i = 0; i < 25; i++) {
      await made.kernel.run({ events: 1, wait: false });
      expect(canonical((await reader.load()).toJSON())).toBe(canonical(made.kernel.machine.toJSON()));
    }
    await reader.close();
    await made.close();
  });

  test('replay stops at the first event that was tampered with, and names it', async () => {
    const location = await kind.fresh();
    const made = await start(location);
    const pid = await made.kernel.spawn(worker, { topic: 'fish' });
    await made.kernel.run({ events: 12 });
    const db = made.store.database;
    const row = await db
      .selectFrom('os_events')
      .selectAll()
      .where('pid', '=', pid)
      .where('op', '=', 'INFER')
      .executeTakeFirstOrThrow();
    await db
      .updateTable('os_events')
      .set({ data: row.data.replace('about fish', 'about tofu') })
      .where('sequence', '=', row.sequence)
      .execute();
    const { difference } = await replay(made.store);
    expect(difference).toMatchObject({ sequence: row.sequence, op: 'INFER', pid });
    await made.close();
  });

  test('replay finds a state that was changed behind the events', async () => {
    const location = await kind.fresh();
    const made = await start(location);
    const pid = await made.kernel.spawn(worker, { topic: 'fish' });
    await made.kernel.run({ events: 4 });
    const db = made.store.database;
    const row = await db.selectFrom('os_processes').selectAll().where('pid', '=', pid).executeTakeFirstOrThrow();
    await db
      .updateTable('os_processes')
      .set({ data: row.data.replace('"priority":5', '"priority":6') })
      .where('pid', '=', pid)
      .execute();
    const { difference } = await replay(made.store);
    expect(difference?.reason).toContain('/priority');
    await made.close();
  });

  test('only one kernel runs a machine; anyone may read it and leave signals', async () => {
    const location = await kind.fresh();
    const made = await start(location);
    await expect(rig(answer, { location })).rejects.toThrow(/another kernel/);
    const reader = await openStore(location);
    const pid = await made.kernel.spawn(program('start:\n  - JUMP: start'));
    await reader.request(pid, { signal: 'kill' });
    await reader.close();
    await made.close();

    // The next kernel finds the signal.
    const store = await openStore(location);
    const next = await rig(answer, { store, pollMilliseconds: 1 });
    await next.kernel.run({ until: [pid] });
    expect(next.process(pid).fault?.code).toBe('killed');
    expect(await store.requests()).toEqual([]);
    await next.close();
  });

  test('a kernel that lost its machine to another stops instead of writing', async () => {
    const location = await kind.fresh();
    const made = await start(location);
    const pid = await made.kernel.spawn(program('start:\n  - JUMP: start'));
    const { value } = await made.store.database
      .selectFrom('os_meta')
      .select('value')
      .where('key', '=', 'counters')
      .executeTakeFirstOrThrow();
    await made.store.database
      .updateTable('os_meta')
      .set({ value: value.replace(/"sequence":\d+/, '"sequence":99') })
      .where('key', '=', 'counters')
      .execute();
    await expect(made.kernel.run({ events: 1 })).rejects.toThrow(/another kernel has taken/);
    await expect(made.kernel.signal(pid, { signal: 'kill' })).rejects.toThrow(/another kernel has taken/);
    await made.close();
  });

  test('contents are stored once, whoever writes them', async () => {
    const location = await kind.fresh();
    const made = await start(location);
    const same = program(
      'start:\n  - ALLOC: { page: a, text: the same text }\n  - ALLOC: { page: b, text: the same text }',
    );
    for (let i = 0; i < 5; i++) await made.kernel.spawn(same);
    await made.kernel.run({ wait: false });
    const rows = await made.store.database.selectFrom('os_contents').select('content').execute();
    expect(rows.filter((row) => row.content === 'the same text')).toHaveLength(1);
    await made.close();
  });

  test('a fork of any step is the whole machine of that step', async () => {
    const location = await kind.fresh();
    const made = await start(location);
    const pid = await made.kernel.spawn(worker, { topic: 'birds' });
    const states = new Map<number, string>();
    for (let i = 0; i < 14; i++) {
      states.set(made.kernel.machine.sequence, canonical({ ...made.kernel.machine.toJSON(), id: '' }));
      await made.kernel.run({ events: 1, wait: false });
    }
    for (const [sequence, state] of [...states].filter((_, i) => i % 3 === 1)) {
      const target = await openStore(await kind.fresh());
      await forkStore(made.store, sequence, target);
      const loaded = await target.load();
      expect(loaded.id).not.toBe(made.kernel.machine.id);
      expect(canonical({ ...loaded.toJSON(), id: '' })).toBe(state);
      await target.close();
    }

    // From before the model was asked, with another page and another prompt.
    const at = [...states.keys()].find((s) => states.get(s)!.includes('"child":')) ?? 5;
    const target = await openStore(await kind.fresh());
    await forkStore(made.store, at, target);
    const forked = await rig(answer, { store: target, tools: doubling() });
    open.push(forked);
    const hash = forked.kernel.putContent('rewritten');
    await forked.kernel.edit(pid, { what: 'page', name: 'notes', hash });
    await forked.kernel.edit(pid, { what: 'prompt', text: 'what about fork?' });
    while (forked.process(pid).state !== 'ENDED') {
      await forked.kernel.run({ wait: false });
      await new Promise((resolve) => setTimeout(resolve, 5));
      forked.pass(7_200_000);
    }
    expect(forked.process(pid).result).toMatchObject({ notes: 'rewritten\nabout fork', n: 42 });
    const report = await replay(target);
    expect(report.difference).toBeUndefined();
    await forked.close();
    await made.close();
  });

  test('a core goes on in another machine', async () => {
    const made = await start(await kind.fresh());
    const pid = await made.kernel.spawn(worker, { topic: 'ants' });
    await made.kernel.run({ events: 7, wait: false });
    const core = JSON.stringify(await dumpCore(made.kernel.machine, pid));
    await made.close();
    const other = await start(await kind.fresh());
    await other.kernel.spawn(program('start:\n  - WAIT: 1000000'));
    const loaded = await other.kernel.loadCore(core);
    const process = other.process(loaded);
    expect(process.registers.topic).toBe('ants');
    const notes = core.includes('about ants') ? 'for ants\nabout ants' : 'for ants';
    expect(other.kernel.machine.table(loaded).get('notes')!.tokens).toBe(countWords(`<<page notes>>\n${notes}\n`));
    await other.kernel.run({ wait: false });
    const report = await replay(other.store);
    expect(report.difference).toBeUndefined();
    await other.close();
  });

  test('gc forgets history before the limit, keeps the machine, and what is left replays', async () => {
    const location = await kind.fresh();
    const made = await start(location);
    const churn = program(
      `
start:
  - ALLOC: { page: notes, text: begin }
  - JUMP: loop
loop:
  - STORE: { page: notes, text: "version \${PC} \${SP}" }
  - PUSH: x
  - BRANCH: { if: SP < 20, then: loop }
`,
    );
    const old = await made.kernel.spawn(churn);
    await made.kernel.run({ wait: false });
    made.pass(10 * 86_400_000);
    const young = await made.kernel.spawn(churn);
    await made.kernel.run({ events: 15, wait: false });
    const before = await made.store.size();
    const report = await collectGarbage(made.kernel, {
      keepMilliseconds: 86_400_000,
      now: Date.UTC(2030, 0, 1) + 10 * 86_400_000,
    });
    const after = await made.store.size();
    expect(report).toMatchObject({ reaped: 1 });
    expect(after.events).toBe(before.events + 1 - report.events);
    expect(report.events).toBeGreaterThan(40);
    expect(after.contents).toBeLessThan(before.contents);
    expect(made.kernel.machine.processes.has(old)).toBe(false);
    await made.kernel.run({ wait: false });
    expect(made.process(young)).toMatchObject({ state: 'ENDED', fault: null });
    expect((await replay(made.store)).difference).toBeUndefined();
    await expect(replay(made.store, { until: 3 })).rejects.toThrow(/before step/);
    await made.close();
  });

  test('a machine survives as plain data', async () => {
    const made = await start(await kind.fresh());
    await made.kernel.spawn(worker, { topic: 'bees' });
    await made.kernel.run({ events: 9, wait: false });
    const data = made.kernel.machine.toJSON();
    const again = Machine.from(structuredClone(data), made.kernel.machine.contents);
    expect(canonical(again.toJSON())).toBe(canonical(data));
    await made.close();
  });
});
