import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { syntheticGguf } from '../../src/model/gguf/synthetic.ts';
import type { Cpu, Operation, Segment } from '../../src/os/cpu.ts';
import { EngineCpu } from '../../src/os/cpus/engine.ts';
import { Kernel } from '../../src/os/kernel.ts';
import { replay } from '../../src/os/replay.ts';
import { openStore } from '../../src/os/store/store.ts';
import { program } from './helpers.ts';

const shape = { layers: 1, width: 64, feedForward: 96, heads: 2, kvHeads: 1, head: 32, vocabulary: 300, tied: true };
let gpu: Gpu;
let cpu: Cpu;
beforeAll(async () => {
  gpu = await openGpu();
  cpu = await EngineCpu.load(gpu, await syntheticGguf(shape, 'F16'), { instances: 3, contextLength: 512 });
});
afterAll(async () => {
  await cpu?.close();
  gpu?.close();
});

function operation(parts: string[], constraint: Operation['constraint'] = { kind: 'text' }): Operation {
  const segments = parts.map(
    (text, i): Segment => ({ kind: i === 0 ? 'microcode' : 'private', title: '', text, tokens: cpu.count(text) }),
  );
  return { pid: 1, segments, constraint, maxTokens: 60 };
}

test('tokens are what was counted, a reused prefix changes nothing, and a batch gives what runs alone give', async () => {
  const first = operation(['kernel', 'a page of text', 'what is it?']);
  const second = operation(['kernel', 'a page of text', 'and another question']);
  const [fresh] = await cpu.run([first]);
  const expected = first.segments.reduce((sum, s) => sum + s.tokens, cpu.overhead);
  expect(fresh).toMatchObject({ promptTokens: expected, reusedTokens: 0 });
  const [again] = await cpu.run([first]);
  expect(again!.text).toBe(fresh!.text);
  expect(again!.reusedTokens).toBe(expected - 1);
  const [other] = await cpu.run([second]);
  const shared = second.segments[0]!.tokens + second.segments[1]!.tokens;
  expect(other!.reusedTokens).toBeGreaterThanOrEqual(shared);
  const batch = await cpu.run([second, operation(['else']), first]);
  expect(batch[0]!.text).toBe(other!.text);
  expect(batch[2]!.text).toBe(fresh!.text);
});

test('choices and schemas are grammars', async () => {
  const schema = { type: 'object', properties: { legs: { type: 'boolean' } }, required: ['legs'] };
  const [choice, json] = await cpu.run([
    operation(['kernel', 'cat or dog?'], { kind: 'choice', choices: ['cat', 'dog'] }),
    operation(['kernel', 'legs?'], { kind: 'json', schema }),
  ]);
  expect(['cat', 'dog']).toContain(choice!.text);
  expect(typeof (JSON.parse(json!.text) as { legs: unknown }).legs).toBe('boolean');
});

test('an operation that does not fit the context is an error of that operation alone', async () => {
  const [long, short] = await cpu.run([operation(['kernel', 'x'.repeat(600)]), operation(['kernel', 'x'])]);
  expect(long!.error).toMatch(/does not fit the context of 512 tokens/);
  expect(short!.error).toBeUndefined();
});

test('a process runs on the local engine, and its replay needs no model', async () => {
  const store = await openStore(':memory:');
  const kernel = await Kernel.open({ store, cpu, pollMilliseconds: 0 });
  const pid = await kernel.spawn(
    program(
      `
start:
  - ALLOC: { page: notes, text: some text }
  - LOAD: notes
  - INFER: { prompt: "yes or no?", choices: ["yes", "no"], into: a, tokens: 4 }
  - INFER: { prompt: "yes or no again?", choices: ["yes", "no"], into: b, tokens: 4 }
  - YIELD: ["\${a}", "\${b}"]
`,
      'memory: { window: 500, page: 100 }',
    ),
  );
  await kernel.run({ until: [pid] });
  const process = kernel.machine.processes.get(pid)!;
  expect(process.fault).toBeNull();
  for (const answer of process.result as string[]) expect(['yes', 'no']).toContain(answer);
  expect(process.used.reusedTokens).toBeGreaterThan(0);
  expect((await replay(store)).difference).toBeUndefined();
  await kernel.close();
  await store.close();
});
