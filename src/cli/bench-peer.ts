import { availableParallelism } from 'node:os';
import { ResidentError } from '../errors.ts';
import { findLlamaCpp } from './llama-cpp.ts';

/** What is used of node-llama-cpp (version 3). */
interface LlamaModule {
  getLlama(options: { gpu: 'vulkan' | false; build: 'never'; logLevel: 'error' }): Promise<Llama>;
}
interface Llama {
  readonly gpu: string | false;
  loadModel(options: { modelPath: string }): Promise<LlamaModel>;
}
interface LlamaModel {
  createContext(options: {
    sequences: number;
    contextSize: number;
    batchSize: number;
    flashAttention: boolean;
    threads?: number;
  }): Promise<LlamaContext>;
  dispose(): Promise<void>;
}
interface LlamaContext {
  getSequence(): {
    evaluate(
      tokens: number[],
      options: { temperature: number; yieldEogToken: true },
    ): AsyncGenerator<number, void, undefined>;
    clearHistory(): Promise<void>;
  };
  dispose(): Promise<void>;
}

export interface PeerRow {
  instances: number;
  prefill_tokens_per_second: number;
  decode_tokens_per_second: number;
}

export interface PeerWork {
  modelPath: string;
  counts: readonly number[];
  /** Tokens of each prompt; generated tokens of each instance. */
  prompt: number;
  generated: number;
  vocabulary: number;
}

/**
 * The same work done by llama.cpp through node-llama-cpp: its Vulkan backend, or its CPU build where that finds no GPU
 * (`backend` says which). The package is large and needs no installing for anything else, so it is not a dependency.
 *
 * @throws ResidentError when the package is not installed here
 */
export async function measurePeer(work: PeerWork): Promise<{ backend: string; rows: PeerRow[] }> {
  const { getLlama } = await openPackage();
  const options = { build: 'never', logLevel: 'error' } as const;
  const llama = await getLlama({ gpu: 'vulkan', ...options }).catch(() => getLlama({ gpu: false, ...options }));
  const model = await llama.loadModel({ modelPath: work.modelPath });
  const rows: PeerRow[] = [];
  const threads = llama.gpu ? {} : { threads: availableParallelism() };
  for (const instances of work.counts) rows.push(await measure(model, instances, work, threads));
  await model.dispose();
  return { backend: llama.gpu || 'cpu', rows };
}

/** One warm-up, in which the backend compiles its pipelines, then a timed run. */
async function measure(
  model: LlamaModel,
  instances: number,
  work: PeerWork,
  threads: { threads?: number },
): Promise<PeerRow> {
  const { prompt, generated, vocabulary } = work;
  const context = await model.createContext({
    sequences: instances,
    contextSize: prompt + generated + 1,
    batchSize: Math.max(512, instances),
    flashAttention: true,
    ...threads,
  });
  const sequences = Array.from({ length: instances }, () => context.getSequence());
  let firstTokens = 0;
  const run = (length: number) =>
    Promise.all(
      sequences.map(async (sequence, i) => {
        await sequence.clearHistory();
        const tokens = Array.from({ length: prompt }, (_, k) => (i * 7919 + k * 104729 + 13) % vocabulary);
        let made = 0;
        for await (const _ of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
          if (++made === 1) firstTokens = performance.now();
          if (made >= length) break;
        }
      }),
    );
  await run(Math.min(generated, 16));
  const begin = performance.now();
  await run(generated);
  const end = performance.now();
  await context.dispose();
  return {
    instances,
    // `firstTokens` is when the last of the sequences had its first token.
    prefill_tokens_per_second: Math.round((instances * prompt * 1000) / (firstTokens - begin)),
    decode_tokens_per_second: Math.round((instances * (generated - 1) * 1000) / (end - firstTokens)),
  };
}

/**
 * URL of the package.
 *
 * @throws ResidentError when it is not installed here
 */
export function findPeer(): string {
  const url = findLlamaCpp();
  if (url) return url;
  throw new ResidentError(
    '--peer needs node-llama-cpp: run `node scripts/install-llama-cpp.mjs --vulkan` in a clone, or `npm install node-llama-cpp` here, first.',
  );
}

async function openPackage(): Promise<LlamaModule> {
  return (await import(findPeer())) as LlamaModule;
}
