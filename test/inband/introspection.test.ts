import { afterAll, beforeAll, expect, test } from 'vitest';
import { Compiler } from '../../src/cc/index.ts';
import { shippedModel } from '../../src/cli/package-files.ts';
import { type Gpu, openGpu, readWords } from '../../src/gpu/index.ts';
import { Inband, modelWindow } from '../../src/inband/index.ts';
import { Population } from '../../src/machine/index.ts';
import { kernelConstants as c } from '../../src/model/constants.ts';
import { Engine } from '../../src/model/engine/index.ts';
import { dequantize } from '../../src/model/formats/index.ts';
import { openGguf } from '../../src/model/gguf/index.ts';
import { referenceLogits } from '../../src/model/reference.ts';
import { GpuVocabulary, Tokenizer } from '../../src/model/tokenizer/index.ts';

const instances = 9;
let gpu: Gpu;
let tokenizer: Tokenizer;
let engine: Engine;
let inband: Inband;
let population: Population;
let embeddings: Float32Array;
beforeAll(async () => {
  gpu = await openGpu();
  const gguf = await openGguf(shippedModel());
  tokenizer = new Tokenizer(gguf.metadata);
  engine = await Engine.load(gpu, gguf, { instances, contextLength: 1024, keepAttention: true });
  const matrix = gguf.tensor('token_embd.weight');
  embeddings = dequantize(matrix.type.name, await gguf.read(matrix));
  await gguf.close();
  population = await Population.create(gpu, { instances, external: true, float: true });
  const compiler = await Compiler.create(gpu, { slots: instances, population, sourceBytes: 4096 });
  inband = await Inband.create(gpu, engine, new GpuVocabulary(gpu, tokenizer), compiler, population);
});
afterAll(() => {
  engine.destroy();
  inband.destroy();
  gpu.close();
});

interface Seen {
  stdout: string;
  /** The injected `VM[...]`, where there was room for it. */
  result: string | undefined;
  tokens: Uint32Array;
  /** Of the sample behind the region, as the host reads them. */
  logits: Float32Array;
  cached: number;
}

/**
 * Lets each instance read its text, which ends in a region, and sample a token; then computes the region behind the next
 * sample, as if the instance had generated it. With `room` 1 the instance ends there: the result does not fit any more,
 * and its logits stay those that the program saw.
 */
async function look(texts: readonly string[], room = 1): Promise<Seen[]> {
  const prompts = texts.map((text) => tokenizer.encode(text));
  for (let i = 0; i < instances; i++) {
    inband.stop(i);
    if (i < texts.length) engine.start(i, prompts[i]!, { maxTokens: 1, ignoreStop: true });
    else engine.release(i);
  }
  await engine.run(8);
  for (const [i, prompt] of prompts.entries()) {
    inband.start(i, 0);
    engine.resume(i, prompt.length + 2 + room);
  }
  const end = await engine.run(8);
  const results = await population.results();
  const { vocabulary } = engine.config;
  const logits = new Float32Array((await readWords(gpu, engine.buffers.logits)).buffer);
  const state = await readWords(gpu, engine.buffers.state);
  return texts.map((_, i) => ({
    stdout: new TextDecoder().decode(results[i]!.stdout),
    result: /VM\[.*?\]/.exec(tokenizer.decode(end.tokens(i)).slice(texts[i]!.length))?.[0],
    tokens: end.tokens(i),
    logits: logits.subarray(i * vocabulary, (i + 1) * vocabulary),
    cached: state[i * c.MODEL_STATE_STRIDE + c.MODEL_STATE_CACHED]!,
  }));
}

const program = (body: string, before = '') => `\`\`\`c\n#include <stdio.h>\n${before}int main() {\n${body}\n}\n\`\`\``;
const numbers = (text: string) => text.trim().split(/\s+/).map(Number);

/** Tokens by falling logit, equal ones by id. */
const ranking = (logits: Float32Array) => Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]! || a - b);

function softmax(logits: Float32Array): Float64Array {
  const peak = logits.reduce((a, b) => Math.max(a, b));
  const weights = Float64Array.from(logits, (l) => Math.exp(l - peak));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / total);
}

/** Keys or values of one layer and head at a position, from the cache's pages. */
async function cachedRow(instance: number, layer: number, which: number, head: number, position: number) {
  const { cache, config } = engine;
  const range = (which ? cache.values : cache.keys)[layer]!;
  const pages = await readWords(gpu, cache.pages);
  const page = pages[instance * cache.pagesPerInstance + Math.floor(position / 16)]!;
  const bytes = config.head * 2;
  const offset = range.offset + page * cache.pageBytes + (head * 16 + (position % 16)) * bytes;
  const words = await readWords(gpu, range.buffer, offset, bytes);
  return new Float32Array(new Float16Array(words.buffer));
}

const thousandths = (x: number) => Math.round(Math.fround(x * 1000));

test('logits, ranks, probabilities and entropy are those of the instance', async () => {
  const body = `
  printf("%d %d %d %d ", vocab_entropy(), vocab_top1_prob(), logit_argmax(), tok_count());
  printf("%d %d ", (int)(vocab_entropyf() * 1e5f), (int)(vocab_top1_probf() * 1e6f));
  for (int k = 0; k < 12; k++) printf("%d %d %d ", top_k_token(k), top_k_prob(k), logit_get(top_k_token(k)));
  int last = tok_count() - 1;
  printf("%d %d %d %d", top_k_token(last), top_k_token(700), logit_get(last), (int)(logit_getf(5) * 1e5f));`;
  const seen = await look(['The capital of', 'What is 7 * 8?', 'x'].map((text) => `${text}\n${program(body)}`));
  for (const { stdout, logits } of seen) {
    const got = numbers(stdout);
    const order = ranking(logits);
    const p = softmax(logits);
    const entropy = p.reduce((sum, x) => sum - (x > 0 ? x * Math.log(x) : 0), 0);
    expect(Math.abs(got[0]! - entropy * 1000)).toBeLessThanOrEqual(1);
    expect(Math.abs(got[1]! - p[order[0]!]! * 10000)).toBeLessThanOrEqual(1);
    expect(got.slice(2, 4)).toEqual([order[0], logits.length]);
    expect(got[4]! / 1e5).toBeCloseTo(entropy, 3);
    expect(got[5]! / 1e6).toBeCloseTo(p[order[0]!]!, 3);
    for (let k = 0; k < 12; k++) {
      const [token, probability, logit] = got.slice(6 + 3 * k, 9 + 3 * k);
      expect(token).toBe(order[k]);
      expect(Math.abs(probability! - p[token!]! * 10000)).toBeLessThanOrEqual(1);
      expect(logit).toBe(thousandths(logits[token!]!));
    }
    expect(got.slice(42, 45)).toEqual([order.at(-1), order[700], thousandths(logits.at(-1)!)]);
    expect(got[45]! / 1e5).toBeCloseTo(logits[5]!, 3);
  }
  // Three prompts, three states.
  expect(new Set(seen.map(({ stdout }) => stdout)).size).toBe(3);
});

test('context, token texts and copies of logits', async () => {
  const text = `Say 42!\n${program(
    `
  int n = context_read(ids, 0, 600), length = 0;
  unsigned sum = 0;
  for (int i = 0; i < n; i++) { sum = sum * 31 + ids[i]; if (ids[i] != context_token(i)) return 1; }
  printf("%d %d %u %d %d\\n", context_len(), n, sum, context_token(-1), context_token(context_len()));
  for (int i = 0; i < 4; i++) { length = tok_str(ids[i], word, 24); printf("%d:%s|", length, word); }
  printf("\\n%d %d\\n", tok_str(tok_count(), word, 24), tok_str(ids[0], word, 1));
  int count = logits_read(row, 100, 64);
  for (int i = 0; i < count; i++) printf("%d ", (int)(row[i] * 1000));
  printf("%d %d", logits_read(row, tok_count() - 3, 64), logits_read(row, -5, 4));`,
    'int ids[600]; char word[24]; float row[64];\n',
  )}`;
  const [{ stdout, tokens, logits }] = (await look([text])) as [Seen];
  const [first, words, cut, copied] = stdout.split('\n') as [string, string, string, string];
  // While the program ran, the context ended behind two sampled tokens; one token of the result has followed.
  const context = [...tokens].slice(0, tokenizer.encode(text).length + 2);
  const sum = context.reduce((hash, token) => (Math.imul(hash, 31) + token) >>> 0, 0);
  expect(numbers(first)).toEqual([context.length, context.length, sum, -1, -1]);
  const texts = context.slice(0, 4).map((token) => tokenizer.tokenBytes(token));
  expect(words).toBe(texts.map((t) => `${t.length}:${new TextDecoder().decode(t)}|`).join(''));
  expect(numbers(cut)).toEqual([0, texts[0]!.length]);
  const wanted = Array.from(logits.subarray(100, 164), (l) => Math.trunc(Math.fround(l * 1000)));
  expect(numbers(copied)).toEqual([...wanted, 3, 0]);
});

test('keys, values and embeddings: every layer and head', async () => {
  const body = `
  printf("%d %d %d %d %d %d\\n", kv_layers(), kv_heads(), kv_head_dim(), kv_seq_len(), emb_width(), attn_heads());
  for (int l = 0; l < kv_layers(); l++)
    for (int h = 0; h < kv_heads(); h++)
      for (int w = 0; w < 2; w++) {
        int p = 3 + 11 * l + h;
        printf("%d %d ", kv_read(l, w, h, p, 5), kv_row(l, w, h, p, row));
        for (int d = 0; d < 3; d++) printf("%d ", (int)(row[d] * 1e4f));
      }
  printf("\\n");
  for (int t = 3; t < tok_count(); t += 311) {
    printf("%d %d ", emb_read(t, 7), emb_row(t, row));
    printf("%d ", (int)(row[emb_width() - 1] * 1e5f));
  }
  printf("\\n%d %d %d", kv_read(0, 2, 0, 0, 0), kv_row(0, 0, 0, kv_seq_len(), row), emb_row(tok_count(), row));`;
  const text = `Numbers: ${'1 2 3 4 5 6 7 8 9 '.repeat(8)}\n${program(body, 'float row[1024];\n')}`;
  const [, { stdout, cached }] = (await look(['Nothing', text])) as [Seen, Seen];
  const [shape, cache, embedding, outside] = stdout.split('\n') as [string, string, string, string];
  const { layers, kvHeads, head, width, heads, vocabulary } = engine.config;
  expect(numbers(shape)).toEqual([layers, kvHeads, head, cached, width, heads]);
  const got = numbers(cache);
  for (let l = 0, at = 0; l < layers; l++) {
    for (let h = 0; h < kvHeads; h++) {
      for (let w = 0; w < 2; w++, at += 5) {
        const row = await cachedRow(1, l, w, h, 3 + 11 * l + h);
        const scaled = Array.from(row.subarray(0, 3), (x) => Math.trunc(Math.fround(x * 1e4)));
        expect(got.slice(at, at + 5)).toEqual([thousandths(row[5]!), head, ...scaled]);
      }
    }
  }
  const rows = numbers(embedding);
  for (let t = 3, at = 0; t < vocabulary; t += 311, at += 3) {
    const row = embeddings.subarray(t * width, (t + 1) * width);
    expect(rows[at]).toBe(thousandths(row[7]!));
    expect(rows[at + 1]).toBe(width);
    expect(rows[at + 2]! / 1e5).toBeCloseTo(row.at(-1)!, 4);
  }
  expect(numbers(outside)).toEqual([-2147483648, -1, -1]);
});

test('attention weights of the last step, every layer and head', async () => {
  const body = `
  for (int l = 0; l < kv_layers(); l++)
    for (int h = 0; h < attn_heads(); h++)
      for (int p = kv_seq_len() - 3; p < kv_seq_len(); p++) printf("%d ", attn(l, h, p));
  printf("%d %d %d", attn(kv_layers(), 0, 0), attn(0, 0, kv_seq_len()), (int)(attnf(1, 2, 0) * 1e6f));`;
  const [, { stdout, tokens, cached }] = (await look(['x', `Hi.\n${program(body)}`])) as [Seen, Seen];
  const gguf = await openGguf(shippedModel());
  const wanted: number[] = [];
  let first = 0;
  await referenceLogits(gguf, tokens.subarray(0, cached), (layer, head, weights) => {
    wanted.push(...weights.slice(-3));
    if (layer === 1 && head === 2) first = weights[0]!;
  });
  await gguf.close();
  const got = numbers(stdout);
  expect(got).toHaveLength(wanted.length + 3);
  for (const [i, weight] of wanted.entries()) expect(Math.abs(got[i]! - weight * 10000)).toBeLessThan(15);
  expect(got.slice(-3, -1)).toEqual([-2147483648, -2147483648]);
  expect(got.at(-1)! / 1e6).toBeCloseTo(first, 2);
});

test('the window shows the same, and takes logits', async () => {
  const body = `
  volatile int *head = (int *)${modelWindow.HEADER >>> 0}u;
  volatile float *logits = (float *)${modelWindow.LOGITS}u;
  volatile int *context = (int *)${modelWindow.CONTEXT}u;
  volatile unsigned char *words = (unsigned char *)${modelWindow.VOCABULARY}u;
  volatile float *kv = (float *)${modelWindow.KEYS_VALUES}u;
  volatile float *emb = (float *)${modelWindow.EMBEDDINGS}u;
  printf("%x %d %d ", head[0], head[1] == tok_count(), head[2] == context_len());
  printf("%d ", logits[77] == logit_getf(77));
  printf("%d ", context[4] == context_token(4));
  char text[24]; int n = tok_str(context[1], text, 24), same = words[context[1] * 64] == n;
  for (int i = 0; i < n; i++) same &= words[context[1] * 64 + 4 + i] == text[i];
  printf("%d ", same);
  int at = (((1 * 2 + 1) * head[5] + head[5] - 1) * head[3] + 9) * head[6] + 4;
  printf("%d ", kv[at] == kv_readf(1, 1, head[5] - 1, 9, 4));
  printf("%d ", emb[50 * head[8] + 3] == emb_readf(50, 3));
  logits[123] = 55.5f;
  printf("%d", logit_get(123));`;
  const [{ stdout }] = (await look([`Window.\n${program(body)}`])) as [Seen];
  expect(stdout).toBe('4c444f4d 1 1 1 1 1 1 1 55500');
});

test('a bad address or index never reaches beyond the program', async () => {
  const cases: [string, string][] = [
    ['return *(int *)0x80000030u;', 'error: load outside memory'],
    ['*(int *)0x80000000u = 1;', 'error: store outside memory'],
    ['*(char *)0x81000000u = 1;', 'error: store outside memory'],
    ['return *(int *)0xfffffffcu;', 'error: load outside memory'],
    ['return logits_read((float *)0x81000000u, 0, 4);', 'error: store outside memory'],
    [
      'char *p = (char *)0x1000fffcu; return tok_str(300, p + 2, 64) + kv_row(0, 0, 0, 0, (float *)p);',
      'error: store outside memory',
    ],
    ['return __ecall(4480, 0, 0, 0);', 'error: unknown environment call'],
    ['return __ecall(4479, 0);', 'error: unknown environment call'],
    [
      'printf("%d %d %d %d %d %d", logit_get(-1), logit_set(tok_count(), 1), top_k_token(tok_count()), top_k_prob(-1), emb_read(0, emb_width()), attn(-1, 0, 0)); return 0;',
      '-2147483648 -1 -1 0 -2147483648 -2147483648',
    ],
  ];
  const seen = await look(
    cases.map(([body]) => `Try.\n${program(body)}`),
    80,
  );
  expect(seen.map(({ result }) => result)).toEqual(cases.map(([, result]) => `VM[${result}]`));
});

test('expressions call these functions too, and no others of the library', async () => {
  const texts = [
    '[C: tok_count() + kv_layers() * 2]',
    '[C: rand()]',
    '[C: logit_get(top_k_token(0)) == logit_get(logit_argmax())]',
  ];
  const seen = await look(texts, 60);
  const { vocabulary, layers } = engine.config;
  expect(seen.map(({ result }) => result)).toEqual([
    `VM[${vocabulary + layers * 2}]`,
    "VM[error: 'rand' is not declared]",
    'VM[1]',
  ]);
});

test('what a program sets decides the coming sample, for as long as it says', async () => {
  const forced = tokenizer.encode(' yes')[0]!;
  const other = tokenizer.encode(' no')[0]!;
  const start = (i: number, body: string, maxTokens: number) => {
    const tokens = tokenizer.encode(`Answer.\n${program(body)}`);
    engine.start(i, tokens, { maxTokens, ignoreStop: true });
    inband.start(i, 0);
    return tokens.length;
  };
  for (let i = 3; i < instances; i++) engine.release(i);
  const lengths = [
    start(0, `logit_set(${forced}, 200000); puts("x");`, 40),
    start(1, `logit_hold(3); logit_set(${other}, 90000); logit_setf(${forced}, 1e30f); puts("x");`, 40),
    start(2, `logit_set(${forced}, 200000); logit_hold(0); puts("x");`, 40),
  ];
  const end = await engine.run(8);
  const after = lengths.map((length, i) => {
    const tokens = [...end.tokens(i)].slice(length);
    // The sampled token behind the region, the result, then what the program decided.
    const result = tokenizer.encode(' = VM[x]');
    const at = tokens.findIndex((_, k) => result.every((token, j) => tokens[k + j] === token));
    expect(at).toBeGreaterThanOrEqual(0);
    return tokens.slice(at + result.length);
  });
  expect(after[0]![0]).toBe(forced);
  expect(after[0]![1]).not.toBe(forced);
  expect(after[1]!.slice(0, 3)).toEqual([forced, forced, forced]);
  expect(after[1]![3]).not.toBe(forced);
  expect(after[2]![0]).not.toBe(forced);
});
