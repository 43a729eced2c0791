import { GgufMetadata, type GgufValue } from '../../../src/model/gguf/index.ts';
import { byteToChar } from '../../../src/model/tokenizer/byte-alphabet.ts';
import { Tokenizer } from '../../../src/model/tokenizer/index.ts';

const metadata = (entries: Record<string, GgufValue>) =>
  new GgufMetadata('fixture.gguf', new Map(Object.entries(entries)));

/** A byte-level BPE tokenizer: 256 byte tokens in order, then what `merges` make, then the special tokens. */
export function bpeFixture(options: { pre?: string; merges?: string[]; more?: Record<string, GgufValue> } = {}) {
  const merges = options.merges ?? defaultMerges;
  const made = [...new Set(merges.map((merge) => merge.replace(' ', '')))];
  const special = ['<|start|>', '<|end|>', '<tool>'];
  const tokens = [...byteToChar, ...made, ...special];
  const types = new Int32Array(tokens.length).fill(1);
  types[tokens.length - 3] = 3;
  types[tokens.length - 2] = 3;
  types[tokens.length - 1] = 4;
  return new Tokenizer(
    metadata({
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': options.pre ?? 'qwen2',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': types,
      'tokenizer.ggml.merges': merges,
      'tokenizer.ggml.bos_token_id': tokens.length - 3,
      'tokenizer.ggml.eos_token_id': tokens.length - 2,
      ...options.more,
    }),
  );
}

/** Merges of English and C fragments, so that random text meets overlapping candidates. */
const defaultMerges = [
  ...['Ġ t', 'h e', 'i n', 'Ġt he', 'r e', 'o n', 'Ġ Ġ', 'ĠĠ ĠĠ', 'a a', 'aa aa', 'a b', 'b a', 'ab a', '1 2', '12 3'],
  ...['0 0', '00 0', 'Ċ Ċ', 'ĉ ĉ', '= =', '+ +', "' s", "' re", 'l l', "' ll", 'v e', "' ve", 'i nt', 'n t', 'in t'],
  ...[
    '. .',
    '.. .',
    '! !',
    'Ġ (',
    '( )',
    '_ _',
    'e r',
    't er',
    'p r',
    'pr int',
    'print f',
    'Ċ ĉ',
    ') ;',
    'Ġ =',
    'Ġ= Ġ',
  ],
];

/** A SentencePiece tokenizer over a few words with unequal and equal scores. */
export function spmFixture(more: Record<string, GgufValue> = {}) {
  const words = ['▁', 'a', 'b', 'c', 'ab', 'bc', 'abc', '▁a', '▁▁', '▁ab', 'aa', 'ca', '1', '2', '12', '▁1', 'é', '✓✓'];
  const bytes = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`);
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...words];
  const scores = Float32Array.from(tokens, (text) => (text.length > 1 ? -(text.charCodeAt(text.length - 1) % 7) : -20));
  const types = Int32Array.from(tokens, (_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1));
  return new Tokenizer(
    metadata({
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.scores': scores,
      'tokenizer.ggml.token_type': types,
      'tokenizer.ggml.bos_token_id': 1,
      'tokenizer.ggml.eos_token_id': 2,
      'tokenizer.ggml.unknown_token_id': 0,
      ...more,
    }),
  );
}
