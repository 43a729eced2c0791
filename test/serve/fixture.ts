import type { Gguf } from '../../src/model/gguf/index.ts';
import { byteToChar } from '../../src/model/tokenizer/byte-alphabet.ts';
import { Tokenizer } from '../../src/model/tokenizer/index.ts';
import { syntheticModel } from '../model/engine/synthetic.ts';

const control = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
const template =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

export interface FixtureModel {
  readonly gguf: Gguf;
  readonly tokenizer: Tokenizer;
  /** The token that ends a turn. */
  readonly end: number;
}

let shared: Promise<FixtureModel> | undefined;

/** A tiny model with random weights whose tokens are the 256 bytes and three control tokens; ChatML template. */
export function fixtureModel(): Promise<FixtureModel> {
  shared ??= build();
  return shared;
}

async function build(): Promise<FixtureModel> {
  const tokens = [...byteToChar, ...control];
  const metadata = {
    'general.name': 'fixture',
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'qwen2',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': Int32Array.from(tokens, (_, id) => (id < 256 ? 1 : 3)),
    'tokenizer.ggml.merges': [],
    'tokenizer.ggml.eos_token_id': 258,
    'tokenizer.ggml.add_bos_token': false,
    'tokenizer.chat_template': template,
  };
  const gguf = await syntheticModel({
    architecture: 'qwen2',
    layers: 1,
    vocabulary: tokens.length,
    // The writer takes every kind of value; the helper's type names only scalars.
    metadata: metadata as unknown as Record<string, string>,
  });
  return { gguf, tokenizer: new Tokenizer(gguf.metadata), end: 258 };
}
