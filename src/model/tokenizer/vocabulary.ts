import { ResidentError } from '../../errors.ts';
import type { GgufMetadata } from '../gguf/index.ts';

/** `tokenizer.ggml.token_type` of the GGUF specification. */
export const tokenKinds = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** The tokens of a model file and their roles, whatever the algorithm that produces them. */
export interface Vocabulary {
  readonly fileName: string;
  /** As the file spells them. */
  readonly texts: readonly string[];
  readonly kinds: ArrayLike<number>;
  readonly ids: ReadonlyMap<string, number>;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly unknown: number | undefined;
  readonly padding: number | undefined;
  /** Tokens that end a model's turn. */
  readonly endTokens: ReadonlySet<number>;
}

const maxTokens = 1 << 20;

/** Tokens that end a turn in the model families of our scope, where a file names no `eot_token_id`. */
const endTexts = [
  '<|eot_id|>',
  '<|eom_id|>',
  '<|im_end|>',
  '<|end|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<EOT>',
  '<｜end▁of▁sentence｜>',
];

/** @throws ResidentError when the file's tokenizer keys are missing or inconsistent */
export function readVocabulary(metadata: GgufMetadata): Vocabulary {
  const { fileName } = metadata;
  const texts = metadata.strings('tokenizer.ggml.tokens');
  if (texts.length === 0 || texts.length > maxTokens) {
    throw new ResidentError(`${fileName}: tokenizer.ggml.tokens has ${texts.length} tokens, not 1 to ${maxTokens}.`);
  }
  const kinds = metadata.numbers('tokenizer.ggml.token_type') ?? new Int32Array(texts.length).fill(tokenKinds.normal);
  if (kinds.length !== texts.length) {
    throw new ResidentError(
      `${fileName}: tokenizer.ggml.token_type has ${kinds.length} entries for ${texts.length} tokens.`,
    );
  }
  const ids = new Map<string, number>();
  for (let id = 0; id < texts.length; id++) ids.set(texts[id]!, id);

  const role = (name: string): number | undefined => {
    const key = `tokenizer.ggml.${name}_token_id`;
    return metadata.has(key) ? metadata.integer(key, undefined, { max: texts.length - 1 }) : undefined;
  };
  const eos = role('eos');
  const endTokens = new Set([eos, role('eot'), role('eom')].filter((id) => id !== undefined));
  for (const text of endTexts) {
    const id = ids.get(text);
    if (id !== undefined && kinds[id] !== tokenKinds.normal) endTokens.add(id);
  }
  return {
    fileName,
    texts,
    kinds,
    ids,
    bos: role('bos'),
    eos,
    unknown: role('unknown'),
    padding: role('padding'),
    endTokens,
  };
}
