// Compiles every program of test/cc/expected with both tiers of the stages and compares machine code, control words and
// diagnostics: `node scripts/node24.mjs test/cc/check-tiers.ts`. Wants a GPU; software adapters take minutes to compile the native tier.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Compiler, JobMode } from '../../src/cc/index.ts';
import { Chain, openGpu, readWords } from '../../src/gpu/index.ts';

const folder = process.argv[2] ?? new URL('expected', import.meta.url).pathname;
const read = (name: string) =>
  (JSON.parse(gunzipSync(readFileSync(`${folder}/${name}.json.gz`)).toString()) as { source: string }[]).map(
    (c) => c.source,
  );
const lines = (name: string, at: number) =>
  readFileSync(`${folder}/${name}.txt`, 'utf8')
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => l.split('\t')[at] ?? l);
const gpu = await openGpu();
console.log(gpu.adapter.name);
const slots = 512;

async function compileAll(sources: readonly string[], mode: number, native: 'wait' | 'never', sourceBytes: number) {
  const began = performance.now();
  const sizes = { textBytes: mode === JobMode.EXPRESSION ? 4096 : 32768 };
  const compiler = await Compiler.create(gpu, { slots, sourceBytes, native, sizes });
  if (native === 'wait')
    console.log(`native ready: ${compiler.nativeReady} after ${Math.round(performance.now() - began)} ms`);
  const results: { job: Uint32Array; text: Uint32Array; control: Uint32Array }[] = [];
  const { textBytes } = compiler.sizes;
  for (let first = 0; first < sources.length; first += slots) {
    const part = sources.slice(first, first + slots);
    part.forEach((source, i) => {
      compiler.submit(i, source, { mode, compileOnly: true });
    });
    for (let round = 0; round < 20; round++) {
      const chain = new Chain(gpu);
      compiler.encode(chain, { slots: part.length, quanta: 2, steps: 32768 });
      chain.submit();
      if ((await compiler.results()).slice(0, part.length).every((r) => r.status !== 'pending')) break;
    }
    const jobs = await readWords(gpu, compiler.buffers.jobs);
    const text = await readWords(gpu, compiler.buffers.text);
    const control = await readWords(gpu, compiler.buffers.control);
    const words = control.length / slots;
    part.forEach((_, i) => {
      const job = jobs.slice(i * compiler.jobWords, (i + 1) * compiler.jobWords);
      job[7] = 0;
      const length = Math.min(textBytes / 4, job[10]! / 4);
      results.push({
        job: job.subarray(0, 16 + Math.ceil(job[5]! / 4)),
        text: text.slice((i * textBytes) / 4, (i * textBytes) / 4 + length),
        control: control.slice(i * words, (i + 1) * words),
      });
    });
  }
  compiler.destroy();
  return results;
}

let failures = 0;
for (const [name, sources, mode, sourceBytes] of [
  ['expressions', lines('expressions', 0), JobMode.EXPRESSION, 256],
  [
    'rejects',
    read('random').map((s, i) => s.slice(0, Math.floor((s.length * ((i % 9) + 1)) / 10))),
    JobMode.PROGRAM,
    4096,
  ],
  ['handwritten', read('handwritten'), JobMode.PROGRAM, 4096],
  ['random', read('random'), JobMode.PROGRAM, 4096],
  ['csmith', read('csmith'), JobMode.PROGRAM, 8192],
] as const) {
  const [a, b] = [
    await compileAll(sources, mode, 'wait', sourceBytes),
    await compileAll(sources, mode, 'never', sourceBytes),
  ];
  let different = 0;
  let done = 0;
  a.forEach((x, i) => {
    const y = b[i]!;
    if (x.job[0] === 2) done++;
    const same = (['job', 'text', 'control'] as const).every(
      (k) =>
        Buffer.compare(
          Buffer.from(x[k].buffer, x[k].byteOffset, x[k].byteLength),
          Buffer.from(y[k].buffer, y[k].byteOffset, y[k].byteLength),
        ) === 0,
    );
    if (!same) {
      if (different++ < 3) {
        const words = (r: Uint32Array) =>
          Buffer.from(r.buffer, r.byteOffset + 64, r.byteLength - 64)
            .toString('latin1')
            .slice(0, 300);
        console.log(
          `--- ${name} ${i}: status ${x.job[0]} and ${y.job[0]}, stage ${x.job[6]} and ${y.job[6]}, text ${x.text.length} and ${y.text.length}\n${words(x.job)}\n${words(y.job)}\n${sources[i]!.slice(0, 200)}`,
        );
      }
    }
  });
  failures += different;
  console.log(`${name}: ${a.length} sources, ${done} compiled, ${different} different`);
}
gpu.close();
process.exit(failures > 0 ? 1 : 0);
