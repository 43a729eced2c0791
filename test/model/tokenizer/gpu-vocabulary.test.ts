import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Chain,
  compileKernel,
  type Gpu,
  type Kernel,
  openGpu,
  readWords,
  storageBuffer,
} from '../../../src/gpu/index.ts';
import { openGguf } from '../../../src/model/gguf/index.ts';
import { kernelConstants } from '../../../src/model/tokenizer/constants.ts';
import { GpuVocabulary, Tokenizer } from '../../../src/model/tokenizer/index.ts';
import { wgsl } from '../../../src/model/tokenizer/kernels/encode_batch.wgsl.ts';
import { bpeFixture, spmFixture } from './fixtures.ts';

const textStride = 2 + kernelConstants.ENCODE_TEXT_BYTES / 4;
const outputStride = 1 + kernelConstants.ENCODE_SYMBOLS;

let gpu: Gpu;
let kernel: Kernel;
beforeAll(async () => {
  gpu = await openGpu();
  kernel = await compileKernel(gpu, wgsl, { label: 'encode_batch' });
});
afterAll(() => gpu.close());

/** Encodes all texts in one dispatch; odd ones follow other text. */
async function encodeOnGpu(tokenizer: Tokenizer, texts: readonly string[]): Promise<number[][]> {
  const vocabulary = new GpuVocabulary(gpu, tokenizer);
  expect(vocabulary.canEncode).toBe(true);
  const input = new Uint32Array(texts.length * textStride);
  texts.forEach((text, i) => {
    input[i * textStride] = text.length;
    input[i * textStride + 1] = i % 2 === 0 ? 1 : 0;
    new Uint8Array(input.buffer).set(new TextEncoder().encode(text), (i * textStride + 2) * 4);
  });
  const output = storageBuffer(gpu, texts.length * outputStride * 4);
  const chain = new Chain(gpu);
  const bindings = kernel.bind({ 0: storageBuffer(gpu, input), 1: output, ...vocabulary.bindings });
  chain.dispatch(kernel, bindings, Math.ceil(texts.length / 32));
  chain.submit();
  const words = await readWords(gpu, output);
  vocabulary.destroy();
  return texts.map((_, i) => [...words.subarray(i * outputStride + 1).subarray(0, words[i * outputStride])]);
}

function encodeOnHost(tokenizer: Tokenizer, text: string, i: number): number[] {
  const out: number[] = [];
  if (text !== '') tokenizer.model.encode(text, out, i % 2 === 0);
  return out;
}

async function expectSame(tokenizer: Tokenizer, texts: readonly string[]): Promise<void> {
  const results = await encodeOnGpu(tokenizer, texts);
  texts.forEach((text, i) => {
    expect(results[i], JSON.stringify(text)).toEqual(encodeOnHost(tokenizer, text, i));
  });
}

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
/** Random ASCII text in which words, contractions, numbers and spaces meet often. */
const fragment = fc.oneof(
  fc.constantFrom(...ascii, '\n', '\t'),
  fc.constantFrom(
    "'s",
    "'RE",
    "'ll",
    "'",
    ' ',
    '  ',
    '\n\n',
    ' \n',
    '\t',
    ' = VM[',
    ']',
    'the',
    ' the',
    'int ',
    'printf(',
  ),
  fc.constantFrom(
    'error: division by zero',
    'ab',
    'aba',
    'aaaa',
    '==',
    '1234',
    '0.5',
    '-',
    'DON',
    "'t",
    '++',
    '/*',
    ');',
  ),
  fc.nat().map(String),
  fc.double().map(String),
);
const text = fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('').slice(0, 256));
const corner = [
  '',
  ' ',
  'a'.repeat(256),
  ' '.repeat(256),
  '\n'.repeat(256),
  '1'.repeat(256),
  "'".repeat(256),
  'ab'.repeat(128),
];

function batch(seed: number, count: number): string[] {
  return [...corner, ...corner, ...fc.sample(text, { seed, numRuns: count })];
}

describe('encoding on the GPU equals the host', () => {
  test.each(['qwen2', 'llama-bpe', 'gpt-2'])('own vocabulary, %s', async (pre) => {
    await expectSame(bpeFixture({ pre }), batch(1, 500));
  });

  test('own vocabulary, SentencePiece', async () => {
    await expectSame(spmFixture(), batch(2, 500));
    await expectSame(spmFixture({ 'tokenizer.ggml.add_space_prefix': false }), batch(3, 100));
  });

  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const folder = join(process.env.RESIDENT_SHARED ?? join(root, '..', 'shared'), 'conformance', 'tokenizers');
  // Skipped where the shared conformance files are absent.
  test.skipIf(!existsSync(folder)).each(['qwen2', 'llama-bpe', 'llama-spm'])('real vocabulary, %s', async (name) => {
    const gguf = await openGguf(join(folder, `ggml-vocab-${name}.gguf`));
    await gguf.close();
    await expectSame(new Tokenizer(gguf.metadata), batch(4, 1000));
  });

  test('a word splitter that only the host has is said to be missing', () => {
    const vocabulary = new GpuVocabulary(gpu, bpeFixture({ pre: 'tekken' }));
    expect(vocabulary.canEncode).toBe(false);
    vocabulary.destroy();
  });
});

test('token to bytes on the GPU equals the host', async () => {
  const tokenizer = bpeFixture();
  const vocabulary = new GpuVocabulary(gpu, tokenizer);
  const words = await readWords(gpu, vocabulary.buffers.vocabulary);
  const pool = new Uint8Array(words.buffer, words[kernelConstants.VOCABULARY_POOL]! * 4);
  const entry = (id: number) => words[words[kernelConstants.VOCABULARY_TEXTS]! + id]!;
  for (let id = 0; id < tokenizer.size; id++) {
    const [start, end] = [
      entry(id) & kernelConstants.VOCABULARY_OFFSET_MASK,
      entry(id + 1) & kernelConstants.VOCABULARY_OFFSET_MASK,
    ];
    expect([...pool.subarray(start, end)]).toEqual([...tokenizer.tokenBytes(id, { special: true })]);
    expect(entry(id) >>> 31 === 1).toBe(tokenizer.isControl(id));
    expect(((entry(id) >>> 30) & 1) === 1).toBe(tokenizer.vocabulary.endTokens.has(id));
  }
  vocabulary.destroy();
});
