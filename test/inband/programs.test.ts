import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFile, shippedModel } from '../../src/cli/package-files.ts';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import { InstancePool, runProgram } from '../../src/inband/index.ts';
import { openGguf } from '../../src/model/gguf/index.ts';
import { ChatTemplate, promptTokens } from '../../src/model/template.ts';

let gpu: Gpu;
let pool: InstancePool;
let template: ChatTemplate;
beforeAll(async () => {
  gpu = await openGpu();
  const gguf = await openGguf(shippedModel());
  pool = await InstancePool.open(gpu, gguf, { instances: 5, contextLength: 128, sourceBytes: 4096, messages: true });
  template = ChatTemplate.open(gguf.metadata, pool.tokenizer);
  await gguf.close();
});
afterAll(() => {
  pool.destroy();
  gpu.close();
});

const example = (name: string) => readFileSync(packageFile('programs', 'inband', name), 'utf8');
const chat = (content: string) => promptTokens(pool.tokenizer, template.render([{ role: 'user', content }]));
const plain = (text: string) => pool.tokenizer.encode(text, { addSpecial: true });

test('status.c reports the architecture of the model that it runs in', async () => {
  const prompt = plain('A report on myself, please');
  const [run] = await runProgram(pool, { source: example('status.c'), prompt, before: 0, after: 0 });
  const { layers, heads, kvHeads, head, width, vocabulary } = pool.engine.config;
  const lines = run!.output.split('\n');
  expect(lines.slice(0, 3)).toEqual([
    `${layers} layers, ${heads} query heads, ${kvHeads} KV heads of ${head} values`,
    `${vocabulary} tokens in the vocabulary, embeddings of ${width} values`,
    `${prompt.length} tokens in the context, ${prompt.length - 1} of them in the cache`,
  ]);
  expect(lines[3]).toMatch(new RegExp(`^last token ${prompt.at(-1)} `));
  expect(lines.filter((line) => /^layer \d+: last key of head 0 has norm [1-9]/.test(line))).toHaveLength(layers);
});

test('confidence.c branches on the entropy of the coming token', async () => {
  // A question begins its calculation; behind plain words anything may come.
  const asked = await runProgram(pool, {
    source: example('confidence.c'),
    prompt: chat('What is 12 times 3?'),
    before: 0,
    after: 1,
  });
  const [, best] = /'(.*)' has/.exec(asked[0]!.output)!;
  expect(asked[0]!.output).toMatch(/\nsure\n$/);
  expect(asked[0]!.after).toBe(best);
  const [open] = await runProgram(pool, { source: example('confidence.c'), prompt: plain('The'), before: 0, after: 1 });
  expect(open!.output).toMatch(/\nunsure:\n {2}1\. '/);
  expect(open!.output.match(/%/g)).toHaveLength(6);
});

test('suppress.c keeps the favourite token away', async () => {
  const prompt = chat('What is 12 times 3?');
  const nothing = 'int main(void) { return 0; }';
  const [free] = await runProgram(pool, { source: nothing, prompt, before: 0, after: 8 });
  const [run] = await runProgram(pool, { source: example('suppress.c'), prompt, before: 0, after: 8 });
  const [, favourite] = /^no '(.*)' for/.exec(run!.output)!;
  expect(free!.after.startsWith(favourite!)).toBe(true);
  expect(run!.after).not.toContain(favourite);
});

test('choose.c lets one of its options come, the likeliest', async () => {
  const [run] = await runProgram(pool, { source: example('choose.c'), prompt: plain('The'), before: 0, after: 1 });
  const rows = [...run!.output.matchAll(/^(\w+) +token (\d+), logit (-?\d+)$/gm)];
  expect(rows).toHaveLength(8);
  const best = rows.reduce((a, b) => (Number(b[3]) > Number(a[3]) ? b : a));
  expect(run!.output).toContain(`choice: ${best[1]}\n`);
  expect(run!.after).toBe(pool.tokenizer.decode([Number(best[2])]));
});

test('vote.c counts what the instances have answered', async () => {
  const runs = await runProgram(pool, {
    source: example('vote.c'),
    prompt: chat('What is 17 times 23?'),
    before: 48,
    after: 0,
    sampling: { temperature: 1 },
    seed: 3,
  });
  const answers = runs.map(({ before }) => /(\d+)[ .\n]*$/.exec(before)?.[1]).filter((answer) => answer !== undefined);
  const votes = new Map<string, number>();
  for (const answer of answers) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  const most = Math.max(...votes.values());
  const [, winner, count] = /^(-?\d+) has (\d+) of 5 votes$/m.exec(runs[0]!.output)!;
  expect(Number(count)).toBe(most);
  expect(votes.get(winner!)).toBe(most);
});

test('programs that do not compile, trap, or wait for each other say so', async () => {
  const prompt = plain('x');
  const run = (source: string) => runProgram(pool, { source, prompt, before: 0, after: 0 });
  expect((await run('int main(void) { return y; }'))[2]).toMatchObject({ exit: null, error: "'y' is not declared" });
  const zero = await run('int main(void) { int z = context_len() - 1; return 7 / z; }');
  expect(zero[0]).toMatchObject({ exit: null, error: 'division by zero' });
  expect((await run('int main(void) { return *(int *)4; }'))[4]).toMatchObject({ error: 'load outside memory' });
  const waits = '#include <resident.h>\nint main(void) { int x; return resident_receive(&x, 4, 0); }';
  await expect(run(waits)).rejects.toThrow('wait for each other');
});
