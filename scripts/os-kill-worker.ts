// node scripts/os-kill-worker.ts STORE LEDGER: a kernel with a mixed workload that never ends, made to be killed.
// Prints a line for every acknowledged commit; its tools leave a line in the ledger for every effect.
import { appendFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptedCpu } from '../src/os/cpus/scripted.ts';
import { Kernel } from '../src/os/kernel.ts';
import { openStore } from '../src/os/store/store.ts';
import { type Tool, ToolBox } from '../src/os/tools/tool.ts';

const [location, ledger] = process.argv.slice(2) as [string, string];

/** Leaves its mark, then takes a moment to answer: the moment in which kills hurt. */
const effect = (name: string, idempotent: boolean): Tool => ({
  name,
  description: '',
  schema: {},
  idempotent,
  async call(_, { key }) {
    await sleep(2);
    appendFileSync(ledger, `${name} ${key}\n`);
    await sleep(2);
    return key;
  },
});

const header = (name: string) => `name: ${name}
version: 1.0.0
memory: { window: 400, page: 60 }
permissions: { pages: [{ page: "log/*", access: write }], tools: [{ tool: "*" }] }
limits: { children: 100000 }
steps:
`;
const programs = {
  writer: `  start:
    - ALLOC: { page: "log/\${PID}", text: begin, shared: true }
    - PUSH: 0
    - POP: i
    - JUMP: loop
  loop:
    - PUSH: \${i + 1}
    - POP: i
    - STORE: { page: "log/\${PID}", text: "entry \${i}" }
    - COMMIT: ~
    - LOAD: "log/\${PID}"
    - JUMP: loop
`,
  caller: `  start:
    - SYS: { tool: once, into: a }
      on_fault: start
    - SYS: { tool: again, into: b }
    - SYS: { tool: once, recovery: fail, async: true, into: h }
    - SYS: { tool: again, recovery: retry, into: c }
    - WAIT: { call: "\${h}", into: d }
      on_fault: start
    - JUMP: start
`,
  parent: `  start:
    - FORK: { label: child, into: pid }
    - SEND: { to: "\${pid}", message: work }
    - RECV: { timeout: 60, into: answer }
    - JOIN: "\${pid}"
    - JUMP: start
  child:
    - RECV: job
    - ALLOC: { page: scratch, text: "\${job.message}" }
    - LOAD: scratch
    - INFER: { prompt: "do \${job.message}", into: x, tokens: 8 }
    - SEND: { to: parent, message: "\${x}" }
    - YIELD: \${x}
`,
  sleeper: `  start:
    - WAIT: 0.01
    - JUMP: start
`,
};

const store = await openStore(location);
const cpu = new ScriptedCpu(() => sleep(1, 'done'), { instances: 4 });
const kernel = await Kernel.open({
  store,
  cpu,
  tools: new ToolBox().add(effect('once', false), effect('again', true)),
  onCommit: ({ event, step, chain }) => {
    const pages = step.changes.versions.map((p) => `${p.id}@${p.version}=${p.hash}`).join(',');
    writeSync(1, `${event.sequence} ${chain} ${pages}\n`);
  },
});
// The operator's answer to calls whose outcome is not known: they failed.
for (const call of await store.openCalls())
  if (call.status === 'unknown') await kernel.signal(call.pid, { signal: 'resolve', decision: 'fail' });
if (kernel.machine.processes.size === 0) {
  for (const [name, steps] of Object.entries(programs)) {
    await kernel.spawn(header(name) + steps);
    if (name !== 'sleeper') await kernel.spawn(header(name) + steps);
  }
}
await kernel.run();
