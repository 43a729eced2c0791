import { expect, test } from 'vitest';
import { program, rig, runProgram } from './helpers.ts';

test('registers, stack, branches and calls compute', async () => {
  const { process } = await runProgram(
    program(
      `
start:
  - PUSH: 0
  - POP: i
  - PUSH: []
  - POP: squares
  - JUMP: loop
loop:
  - BRANCH: { if: i >= n, then: done }
  - CALL: { label: square, arguments: { x: "\${i}" }, into: s }
  - PUSH: \${append(squares, s)}
  - POP: squares
  - PUSH: \${i + 1}
  - POP: i
  - JUMP: loop
square:
  - YIELD: \${x * x}
done:
  - YIELD: { squares: "\${squares}", text: "last \${s}" }
`,
      'inputs: { n: { type: integer } }\noutputs: { squares: { type: array }, text: { type: string } }',
    ),
    { n: 4 },
  );
  expect(process.fault).toBeNull();
  expect(process.result).toEqual({ squares: [0, 1, 4, 9], text: 'last 9' });
  expect(process.state).toBe('ENDED');
});

test('the ALU gives typed results, and every attempt is counted', async () => {
  const answers = ['maybe', 'YES', 'not json', '{"n": 3}'];
  const { process, cpu } = await runProgram(
    program(`
start:
  - INFER: { prompt: is it?, choices: [yes it is, "yes", "no"], into: a, tokens: 8 }
  - INFER: { prompt: how many?, schema: { type: object, properties: { n: { type: integer } }, required: [n] }, into: b }
  - YIELD: ["\${a}", "\${b.n}"]
`),
    {},
    () => answers.shift()!,
  );
  expect(process.result).toEqual(['yes', 3]);
  expect(process.used.operations).toBe(4);
  const sent = cpu.operations.flatMap((o) => o.segments).reduce((sum, s) => sum + s.tokens, 0);
  expect(process.used.promptTokens).toBe(sent);
});

test('a result that never fits is a fault that names it, and on_fault handles it', async () => {
  const { process } = await runProgram(
    program(`
start:
  - INFER: { prompt: is it?, choices: ["yes", "no"], into: a, retries: 0 }
    on_fault: sorry
  - YIELD: unreachable
sorry:
  - YIELD: \${FLAGS.fault.code + " " + FLAGS.fault.message}
`),
    {},
    () => 'perhaps',
  );
  expect(process.result).toMatch(/^alu after 1 attempts the result does not fit: perhaps/);
});

test('pages: what is stored is read back, and other processes see it after COMMIT only', async () => {
  const writer = program(
    `
start:
  - ALLOC: { page: report, text: draft, shared: true }
  - COMMIT: report
  - STORE: { page: report, text: final, append: true }
  - RECV: go
  - COMMIT: ~
  - YIELD: done
`,
    'permissions: { pages: [{ page: report, access: write }] }',
    'writer',
  );
  const reader = program(
    `
start:
  - LOAD: { page: report, wait: true }
  - PEEK: { page: report, into: before }
  - SEND: { to: writer, message: go }
  - WAIT: { page: report }
  - PEEK: { page: report, into: after }
  - YIELD: ["\${before}", "\${after}"]
`,
    'permissions: { pages: [{ page: report }], peers: [writer] }',
    'reader',
  );
  const { kernel, process, close } = await rig();
  const r = await kernel.spawn(reader);
  const w = await kernel.spawn(writer);
  expect(await kernel.run({ wait: false })).toBe('idle');
  expect(process(r).fault).toBeNull();
  expect(process(r).result).toEqual(['draft', 'draft\nfinal']);
  expect(process(w).result).toBe('done');
  await close();
});

test('two writers of a shared page: the second commit is a conflict, and overwrite is explicit', async () => {
  const source = (step: string) =>
    program(
      `
start:
  - LOAD: shared
  - STORE: { page: shared, text: "from \${PID}" }
  - WAIT: 0
  - COMMIT: ${step}
    on_fault: lost
  - YIELD: committed
lost:
  - YIELD: \${FLAGS.fault.code}
`,
      'permissions: { pages: [{ page: shared, access: write }] }',
    );
  const first = program(
    'start:\n  - ALLOC: { page: shared, text: zero, shared: true }\n  - COMMIT: ~',
    'permissions: { pages: [{ page: shared, access: write }] }',
  );
  const { kernel, process, close } = await rig();
  await kernel.spawn(first);
  await kernel.run({ wait: false });
  const a = await kernel.spawn(source('shared'));
  const b = await kernel.spawn(source('shared'));
  const c = await kernel.spawn(source('{ pages: shared, overwrite: true }'));
  await kernel.run({ wait: false });
  expect([a, b, c].map((pid) => process(pid).result)).toEqual(['committed', 'conflict', 'committed']);
  expect(kernel.machine.sharedPage('shared')!.version).toBe(3);
  await close();
});

test('FORK is copy-on-write: a child sees what the parent saw, and neither sees what the other writes', async () => {
  const { process, machine } = await runProgram(
    program(`
start:
  - ALLOC: { page: notes, text: original }
  - ALLOC: { page: big, text: "never written by the child" }
  - FORK: { label: child, arguments: { word: mine }, into: pid }
  - STORE: { page: notes, text: "parent's" }
  - JOIN: { pid: "\${pid}", into: seen }
  - PEEK: { page: notes, into: own }
  - YIELD: { child: "\${seen}", parent: "\${own}" }
child:
  - PEEK: { page: notes, into: before }
  - STORE: { page: notes, text: "\${word}" }
  - PEEK: { page: notes, into: after }
  - YIELD: ["\${before}", "\${after}"]
`),
  );
  expect(process.result).toEqual({ child: ['original', 'mine'], parent: "parent's" });
  const child = machine.processes.get(2)!;
  const table = machine.table(2);
  expect(table.get('big')!.page).toBe(machine.table(1).get('big')!.page);
  expect(table.get('notes')!.page).not.toBe(machine.table(1).get('notes')!.page);
  // Only what the child wrote is charged to it.
  expect(child.used.heap).toBe(table.get('notes')!.tokens);
});

test('children share the budget of their parent and give back what they do not use', async () => {
  const { process } = await runProgram(
    program(
      `
start:
  - FORK: { label: child, into: a }
  - FORK: { label: child, into: b }
  - JOIN: { pid: ["\${a}", "\${b}"], into: results }
  - FORK: { label: child }
    on_fault: full
full:
  - YIELD: ["\${results}", "\${FLAGS.fault.code}"]
child:
  - INFER: { prompt: hello, into: x, tokens: 4 }
  - YIELD: \${x}
`,
      'limits: { tokens: 3000, children: 2 }',
    ),
  );
  expect(process.result).toEqual([['yes', 'yes'], 'limit']);
  expect(process.limits.tokens).toBeLessThan(3000);
  expect(process.limits.tokens).toBeGreaterThan(2500);
});

test('messages keep their order; RECV with a timeout gives up', async () => {
  const source = program(`
start:
  - FORK: { label: child, into: pid }
  - SEND: { to: "\${pid}", message: { n: 1 } }
  - SEND: { to: "\${pid}", message: { n: 2 } }
  - JOIN: { pid: "\${pid}", into: got }
  - YIELD: \${got}
child:
  - RECV: a
  - RECV: b
  - RECV: { timeout: 5, into: c }
  - YIELD: ["\${a.message.n}", "\${b.message.n}", "\${c}", "\${a.from}"]
`);
  const { kernel, process, pass, close } = await rig();
  const pid = await kernel.spawn(source);
  expect(await kernel.run({ wait: false })).toBe('waiting');
  pass(6000);
  await kernel.run({ wait: false });
  expect(process(pid).result).toEqual([1, 2, null, pid]);
  await close();
});

test('free-running: the model emits instructions, faults are served and told, YIELD ends the mode', async () => {
  const answers = [
    '{"op":"LOAD","page":"missing"}',
    '{"op":"PEEK","page":"facts","into":"f"}',
    '{"op":"JUMP","to":"start"}',
    'nonsense',
    '{"op":"STORE","page":"facts","text":"new"}',
    '{"op":"YIELD","value":"found it"}',
  ];
  const seen: string[] = [];
  const { process, machine } = await runProgram(
    program(`
start:
  - ALLOC: { page: facts, text: the answer is 42 }
  - INFER: { prompt: find the answer, free: true, steps: 10, into: answer }
  - YIELD: \${answer}
`),
    {},
    (operation) => {
      seen.push(operation.segments.find((s) => s.kind === 'registers')?.text ?? '');
      return answers.shift()!;
    },
  );
  expect(process.fault).toBeNull();
  expect(process.result).toBe('found it');
  expect(seen[1]).toContain('fault permission: process 1 has no page missing');
  expect(seen[2]).toContain('LAST: the answer is 42');
  expect(seen[3]).toContain('JUMP is not allowed here');
  expect(seen[4]).toContain('expected one JSON object');
  expect(machine.table(1).get('facts')!.dirty).toBe(true);
});

test('free-running ends with a fault when its instructions are used up', async () => {
  const { process } = await runProgram(
    program('start:\n  - INFER: { prompt: go, free: true, steps: 3, into: x }'),
    {},
    () => '{"op":"PUSH","value":1}',
  );
  expect(process.fault).toMatchObject({ code: 'alu' });
  expect(process.used.operations).toBe(3);
});

test('signals: stop, continue, kill, sleep and wake', async () => {
  const { kernel, process, pass, close } = await rig();
  const loop = program('start:\n  - JUMP: start');
  const pid = await kernel.spawn(loop);
  await kernel.run({ events: 5 });
  await kernel.signal(pid, { signal: 'stop' });
  const steps = process(pid).used.steps;
  expect(await kernel.run({ wait: false })).toBe('idle');
  expect(process(pid).used.steps).toBe(steps);
  await kernel.signal(pid, { signal: 'continue' });
  await kernel.run({ events: 3 });
  expect(process(pid).used.steps).toBe(steps + 3);
  await kernel.signal(pid, { signal: 'sleep', until: Date.UTC(2030, 0, 2) });
  expect(await kernel.run({ wait: false })).toBe('waiting');
  pass(86_400_000);
  await kernel.run({ events: 4 });
  expect(process(pid).used.steps).toBe(steps + 6);
  await kernel.signal(pid, { signal: 'kill' });
  expect(process(pid)).toMatchObject({ state: 'ENDED', fault: { code: 'killed' } });
  await close();
});

test('a process ends when its steps or its time are used up, whatever it handles', async () => {
  const { process } = await runProgram(program('start:\n  - POP: x\n    on_fault: start', 'limits: { steps: 50 }'));
  expect(process).toMatchObject({ state: 'ENDED', fault: { code: 'limit' }, used: { steps: 51 } });
});

test('an instruction happens completely or not at all', async () => {
  const { process, machine } = await runProgram(
    program(
      `
start:
  - ALLOC: { page: log, text: "\${text}", split: true }
    on_fault: over
over:
  - YIELD: \${FLAGS.fault.code}
`,
      'inputs: { text: { type: string } }\nmemory: { page: 20, heap: 60, window: 500 }',
    ),
    { text: 'one two three four five six\n'.repeat(10) },
  );
  expect(process.result).toBe('heap');
  expect(machine.table(1).size).toBe(0);
  expect(machine.pages.size).toBe(0);
  expect(process.used.heap).toBe(0);
});
