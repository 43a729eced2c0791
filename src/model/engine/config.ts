import { ResidentError } from '../../errors.ts';
import type { Gguf } from '../gguf/index.ts';

/** Architecture of a transformer, from a GGUF's metadata. */
export interface ModelConfig {
  readonly architecture: 'llama' | 'qwen2' | 'qwen3';
  readonly layers: number;
  /** Values in the residual stream. */
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Values in one head. */
  readonly head: number;
  readonly vocabulary: number;
  /** Longest context the model was trained for. */
  readonly trainedContext: number;
  readonly epsilon: number;
  readonly rope: RopeConfig;
  /** Tokens that end generation. */
  readonly stopTokens: readonly number[];
}

export interface RopeConfig {
  readonly base: number;
  /** Values of a head that are rotated. */
  readonly rotated: number;
  /** Pairs (i, i + rotated / 2) instead of (2i, 2i + 1). */
  readonly neox: boolean;
  readonly scaling: 'none' | 'linear' | 'yarn';
  readonly factor: number;
  readonly originalContext: number;
  readonly attentionFactor: number;
  readonly betaFast: number;
  readonly betaSlow: number;
}

const architectures = ['llama', 'qwen2', 'qwen3'] as const;

/** @throws ResidentError naming the file, the key and the limit */
export function readConfig(gguf: Gguf): ModelConfig {
  const { metadata: m } = gguf;
  const name = m.string('general.architecture');
  const architecture = architectures.find((a) => a === name);
  if (!architecture) {
    throw new ResidentError(
      `${gguf.name}: architecture ${name} is not supported; known are ${architectures.join(', ')}.`,
    );
  }
  const key = (suffix: string) => `${name}.${suffix}`;
  const width = m.integer(key('embedding_length'), undefined, { min: 32, max: 65536 });
  const heads = m.integer(key('attention.head_count'), undefined, { min: 1, max: 1024 });
  const kvHeads = m.integer(key('attention.head_count_kv'), heads, { min: 1, max: 1024 });
  const head = m.integer(key('attention.key_length'), Math.floor(width / heads), { min: 8, max: 256 });
  const feedForward = m.integer(key('feed_forward_length'), undefined, { min: 32, max: 1 << 20 });
  const trainedContext = m.integer(key('context_length'), undefined, { min: 1, max: 1 << 24 });
  const rotated = m.integer(key('rope.dimension_count'), head, { min: 2, max: head });
  const config: ModelConfig = {
    architecture,
    layers: m.integer(key('block_count'), undefined, { min: 1, max: 1024 }),
    width,
    feedForward,
    heads,
    kvHeads,
    head,
    vocabulary: gguf.tensor('token_embd.weight').shape[1] ?? 1,
    trainedContext,
    epsilon: m.number(key('attention.layer_norm_rms_epsilon')),
    rope: {
      base: m.number(key('rope.freq_base'), 10000),
      rotated,
      neox: architecture !== 'llama',
      ...ropeScaling(gguf, name, trainedContext),
    },
    stopTokens: stopTokens(gguf),
  };
  const wrong = (text: string) => new ResidentError(`${gguf.name}: ${text}.`);
  if (width % 32 !== 0) throw wrong(`${key('embedding_length')} is ${width}, but must be a multiple of 32`);
  if (feedForward % 32 !== 0)
    throw wrong(`${key('feed_forward_length')} is ${feedForward}, but must be a multiple of 32`);
  if ((heads * head) % 32 !== 0 || head % 8 !== 0)
    throw wrong(`heads of ${head} values are not supported; multiples of 8 are`);
  if (heads % kvHeads !== 0) throw wrong(`${heads} heads cannot share ${kvHeads} KV heads evenly`);
  if (m.integer(key('attention.value_length'), head) !== head) throw wrong('value heads must be as long as key heads');
  if (m.integer(key('expert_count'), 0) !== 0) throw wrong('mixtures of experts are not supported');
  if (rotated % 2 !== 0) throw wrong(`${key('rope.dimension_count')} is ${rotated}, but must be even`);
  return config;
}

function ropeScaling(gguf: Gguf, name: string, trainedContext: number) {
  const { metadata: m } = gguf;
  const scaling = m.string(`${name}.rope.scaling.type`, 'none');
  if (scaling !== 'none' && scaling !== 'linear' && scaling !== 'yarn') {
    throw new ResidentError(
      `${gguf.name}: ${name}.rope.scaling.type ${scaling} is not supported; none, linear and yarn are.`,
    );
  }
  return {
    scaling,
    factor: m.number(`${name}.rope.scaling.factor`, m.number(`${name}.rope.scale_linear`, 1)),
    originalContext: m.integer(`${name}.rope.scaling.original_context_length`, trainedContext),
    attentionFactor: m.number(`${name}.rope.scaling.attn_factor`, 1),
    betaFast: m.number(`${name}.rope.scaling.yarn_beta_fast`, 32),
    betaSlow: m.number(`${name}.rope.scaling.yarn_beta_slow`, 1),
  } as const;
}

/** Names of end-of-turn tokens that chat models use beside the end-of-sequence token. */
const endOfTurn = ['<|im_end|>', '<|eot_id|>', '<|end_of_text|>', '<|endoftext|>', '<|eom_id|>', '</s>'];

function stopTokens(gguf: Gguf): number[] {
  const { metadata: m } = gguf;
  const stops = new Set<number>();
  for (const key of ['eos_token_id', 'eot_token_id', 'eom_token_id']) {
    if (m.has(`tokenizer.ggml.${key}`)) stops.add(m.integer(`tokenizer.ggml.${key}`));
  }
  if (m.has('tokenizer.ggml.tokens')) {
    const tokens = m.strings('tokenizer.ggml.tokens');
    for (const text of endOfTurn) {
      const id = tokens.indexOf(text);
      if (id >= 0) stops.add(id);
    }
  }
  return [...stops];
}
