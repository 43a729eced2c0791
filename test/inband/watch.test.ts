import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JobMode, JobStatus, JobWord } from '../../src/cc/index.ts';
import { shippedModel } from '../../src/cli/package-files.ts';
import { Chain, compileKernel, type Gpu, openGpu, readBuffer, readWords, storageBuffer } from '../../src/gpu/index.ts';
import { kernelConstants as c } from '../../src/inband/constants.ts';
import { findRegions } from '../../src/inband/index.ts';
import { wgsl } from '../../src/inband/kernels/watch.wgsl.ts';
import { InstanceStatus, kernelConstants as model } from '../../src/model/constants.ts';
import { openGguf } from '../../src/model/gguf/index.ts';
import { GpuVocabulary, Tokenizer } from '../../src/model/tokenizer/index.ts';

let gpu: Gpu;
let tokenizer: Tokenizer;
beforeAll(async () => {
  gpu = await openGpu();
  const gguf = await openGguf(shippedModel());
  tokenizer = new Tokenizer(gguf.metadata);
  await gguf.close();
});
afterAll(() => gpu.close());

const sourceBytes = 64;
const jobWords = JobWord.DIAGNOSTICS + 16;
const context = 256;

/** What the watch kernel makes of each text: the first region that it closes. */
async function watch(texts: readonly string[]) {
  const instances = texts.length;
  const inband = new Uint32Array(instances * c.INBAND_STRIDE);
  const state = new Uint32Array(instances * model.MODEL_STATE_STRIDE);
  const tokens = new Uint32Array(instances * context);
  for (const [i, text] of texts.entries()) {
    const ids = tokenizer.encode(text);
    expect(ids.length).toBeLessThanOrEqual(context);
    inband[i * c.INBAND_STRIDE + c.INBAND_ENABLED] = 1;
    state[i * model.MODEL_STATE_STRIDE + model.MODEL_STATE_STATUS] = InstanceStatus.running;
    state[i * model.MODEL_STATE_STRIDE + model.MODEL_STATE_LENGTH] = ids.length;
    tokens.set(ids, i * context);
  }
  const kernel = await compileKernel(gpu, wgsl, {
    constants: { INSTANCES: instances, CONTEXT_LENGTH: context, SOURCE_BYTES: sourceBytes, JOB_WORDS: jobWords },
  });
  const vocabulary = new GpuVocabulary(gpu, tokenizer);
  const buffers = [inband, state, tokens, instances * jobWords * 4, instances * sourceBytes].map((data) =>
    storageBuffer(gpu, data),
  );
  const chain = new Chain(gpu);
  const bindings = { ...Object.fromEntries(buffers.entries()), 8: vocabulary.buffers.vocabulary };
  chain.dispatch(kernel, kernel.bind(bindings), Math.ceil(instances / 64));
  chain.submit();
  const after = await readWords(gpu, buffers[0]!);
  const states = await readWords(gpu, buffers[1]!);
  const jobs = await readWords(gpu, buffers[3]!);
  const source = new Uint8Array(await readBuffer(gpu, buffers[4]!));
  return texts.map((_, i) => {
    const job = jobs.subarray(i * jobWords, (i + 1) * jobWords);
    const paused = states[i * model.MODEL_STATE_STRIDE + model.MODEL_STATE_STATUS] === InstanceStatus.paused;
    if (!paused) return undefined;
    if (after[i * c.INBAND_STRIDE + c.INBAND_TOO_LONG]) return 'too long';
    expect(job[JobWord.STATUS]).toBe(JobStatus.PENDING);
    const bytes = source.subarray(i * sourceBytes, i * sourceBytes + job[JobWord.SOURCE_LENGTH]!);
    const mode = job[JobWord.MODE] === JobMode.PROGRAM ? 'program' : 'expression';
    return { mode, source: new TextDecoder().decode(bytes) };
  });
}

const reference = (text: string) => {
  const first = findRegions(text)[0];
  if (!first) return undefined;
  return new TextEncoder().encode(first.source).length > sourceBytes ? 'too long' : first;
};

test('the kernel finds the regions that the reference finds', async () => {
  const piece = fc.constantFrom(
    '[C:',
    '[',
    ']',
    'C:',
    '```c',
    '```',
    '\n',
    "'",
    '"',
    '\\',
    ' 1+2',
    'x',
    '```cpp',
    '\r',
    'é',
    '😀',
    '7',
  );
  const texts = fc.sample(
    fc.array(piece, { maxLength: 24 }).map((parts) => parts.join('')),
    { numRuns: 2000, seed: 1 },
  );
  const found = await watch(texts);
  expect(found).toEqual(texts.map(reference));
  expect(found.filter((region) => region !== undefined).length).toBeGreaterThan(40);
});

test('a source longer than its slot is no source', async () => {
  const [fits, tooLong] = await watch([`[C:${'1'.repeat(sourceBytes)}]`, `[C:${'1'.repeat(sourceBytes + 1)}]`]);
  expect(fits).toEqual({ mode: 'expression', source: '1'.repeat(sourceBytes) });
  expect(tooLong).toBe('too long');
});
