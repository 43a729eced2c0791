/**
 * How byte-level BPE models cut text into words before merging, by the name in `tokenizer.ggml.pre`.
 *
 * The patterns are those of the models' own tokenizer.json files, as llama.cpp lists them (`llama-vocab.cpp`). Each is
 * applied in turn to the pieces that the ones before it left; what no match covers is a piece too. `\s` is spelled
 * `\p{White_Space}` because JavaScript's `\s` has U+FEFF and lacks U+0085.
 */
export interface Pretokenizer {
  readonly patterns: readonly RegExp[];
  /** A word that is itself a token is taken whole, whatever the merges say. */
  readonly ignoreMerges: boolean;
  /** Whether encoding starts with the BOS token when the file does not say. */
  readonly addBos: boolean;
  /** Which word splitter of the GPU tokenizer does the same on ASCII text; undefined when none does. */
  readonly ascii: AsciiSplitter | undefined;
}

/** `digits` is how many digits a word holds at most. */
export type AsciiSplitter = {
  readonly style: 'gpt2' | 'llama3';
  readonly digits: 1 | 3 | typeof Number.MAX_SAFE_INTEGER;
};

const contractions = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";
const spaces = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const symbols = ' ?[^\\s\\p{L}\\p{N}]+';

const gpt2 = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|${symbols}|\\s+(?!\\S)`;
const llama3 = (digits: string) =>
  `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}|${symbols}[\\r\\n]*|${spaces}`;
const upperThenLower = (suffix: string) =>
  `[^\\r\\n\\p{L}\\p{N}]?(?:(?=\\p{L})[^a-z])*(?:(?=\\p{L})[^A-Z])+${suffix}|` +
  `[^\\r\\n\\p{L}\\p{N}]?(?:(?=\\p{L})[^a-z])+(?:(?=\\p{L})[^A-Z])*${suffix}`;
const deepseek3 =
  '[!"#$%&\'()*+,\\-.\\/:;<=>?@\\[\\\\\\]\\^_`\\{\\|\\}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|' +
  ` ?[\\p{P}\\p{S}]+[\\r\\n]*|${spaces}`;
const bloom = ' ?[^\\(\\s\\|.,!?…。，、।۔،\\)]+';
const deepseekLetters =
  '\\s?[A-Za-z' +
  '\\u{B5}\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{1BA}\\u{1BC}-\\u{1BF}\\u{1C4}-\\u{293}\\u{295}-\\u{2AF}' +
  '\\u{370}-\\u{373}\\u{376}\\u{377}\\u{37B}-\\u{37D}\\u{37F}\\u{386}\\u{388}-\\u{38A}\\u{38C}' +
  '\\u{38E}-\\u{3A1}\\u{3A3}-\\u{3F5}\\u{3F7}-\\u{481}\\u{48A}-\\u{52F}\\u{531}-\\u{556}\\u{10A0}-\\u{10C5}' +
  '\\u{13A0}-\\u{13F5}\\u{13F8}-\\u{13FD}\\u{1C90}-\\u{1CBA}\\u{1CBD}-\\u{1CBF}\\u{1D00}-\\u{1D2B}' +
  '\\u{1D6B}-\\u{1D77}\\u{1D79}-\\u{1D9A}\\u{1E00}-\\u{1F15}\\u{1F18}-\\u{1F1D}\\u{1F20}-\\u{1F45}' +
  '\\u{1F48}-\\u{1F4D}\\u{1F50}-\\u{1F57}\\u{1F59}\\u{1F5B}\\u{1F5D}\\u{1F5F}-\\u{1F7D}\\u{1F80}-\\u{1FB4}' +
  '\\u{1FB6}-\\u{1FBC}\\u{1FBE}\\u{1FC2}-\\u{1FC4}\\u{1FC6}-\\u{1FCC}\\u{1FD0}-\\u{1FD3}\\u{1FD6}-\\u{1FDB}' +
  '\\u{1FE0}-\\u{1FEC}\\u{1FF2}-\\u{1FF4}\\u{1FF6}-\\u{1FFC}\\u{2102}\\u{2107}\\u{210A}-\\u{2113}\\u{2115}' +
  '\\u{2119}-\\u{211D}\\u{2124}\\u{2126}\\u{2128}\\u{212A}-\\u{212D}\\u{212F}-\\u{2134}\\u{2139}' +
  '\\u{213C}-\\u{213F}\\u{2145}-\\u{2149}\\u{214E}\\u{2183}\\u{2184}\\u{2C00}-\\u{2C7B}\\u{2C7E}-\\u{2CE4}' +
  '\\u{2CEB}-\\u{2CEE}\\u{2CF2}\\u{2CF3}\\u{A640}-\\u{A66D}\\u{A680}-\\u{A69B}\\u{A722}-\\u{A76F}' +
  '\\u{A771}-\\u{A787}\\u{A78B}-\\u{A78E}\\u{AB70}-\\u{ABBF}\\u{FB00}-\\u{FB06}\\u{FB13}-\\u{FB17}' +
  '\\u{FF21}-\\u{FF3A}\\u{FF41}-\\u{FF5A}\\u{10400}-\\u{1044F}\\u{104B0}-\\u{104D3}\\u{104D8}-\\u{104FB}' +
  '\\u{10C80}-\\u{10CB2}\\u{10CC0}-\\u{10CF2}\\u{118A0}-\\u{118DF}\\u{1E900}-\\u{1E943}' +
  ']+';

const many = Number.MAX_SAFE_INTEGER;
const plain = { ignoreMerges: false, addBos: false };

const styles = {
  gpt2: { ...plain, patterns: compile(gpt2), ascii: { style: 'gpt2', digits: many } },
  starcoder: { ...plain, patterns: compile('\\p{N}', gpt2), ascii: undefined },
  qwen2: { ...plain, patterns: compile(llama3('\\p{N}')), ascii: { style: 'llama3', digits: 1 } },
  qwen35: {
    ...plain,
    patterns: compile(
      `${contractions}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${spaces}`,
    ),
    ascii: { style: 'llama3', digits: 1 },
  },
  llama3: {
    patterns: compile(llama3('\\p{N}{1,3}')),
    ignoreMerges: true,
    addBos: true,
    ascii: { style: 'llama3', digits: 3 },
  },
  chatglm4: { ...plain, patterns: compile(llama3('\\p{N}{1,3}')), ascii: { style: 'llama3', digits: 3 } },
  tekken: {
    patterns: compile(`${upperThenLower('')}|\\p{N}|${symbols}[\\r\\n\\/]*|${spaces}`),
    ignoreMerges: true,
    addBos: true,
    ascii: undefined,
  },
  gpt4o: {
    ...plain,
    patterns: compile(`${upperThenLower(`(?:${contractions})?`)}|\\p{N}{1,3}|${symbols}[\\r\\n\\/]*|${spaces}`),
    ascii: undefined,
  },
  deepseekLlm: {
    ...plain,
    patterns: compile(
      '[\\r\\n]',
      deepseekLetters,
      '\\s?[!-\\/:-~！-／：-～‘-‟　-。]+',
      '\\s+$',
      '[一-龥ࠀ-一가-퟿]+',
      '\\p{N}+',
    ),
    ascii: undefined,
  },
  deepseekCoder: {
    ...plain,
    patterns: compile('[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', '[一-龥ࠀ-一가-퟿]+', '\\p{N}'),
    ascii: undefined,
  },
  deepseek3: { ...plain, patterns: compile('\\p{N}{1,3}', '[一-龥぀-ゟ゠-ヿ]+', deepseek3), ascii: undefined },
  falcon: {
    ...plain,
    patterns: compile('[\\p{P}\\$\\+<=>\\^~\\|`]+', gpt2, '[0-9][0-9][0-9]'),
    ascii: undefined,
  },
  bloom: { ...plain, patterns: compile(bloom), ascii: undefined },
  viking: { ...plain, patterns: compile(bloom, '\\p{N}'), ascii: undefined },
  bailing: {
    ...plain,
    patterns: compile(
      `'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|${symbols}[\\r\\n]*|` +
        '\\s*[\\r\\n]|\\s+(?!\\S)|\\s+',
    ),
    ascii: undefined,
  },
  seedCoder: {
    ...plain,
    patterns: compile(`${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|${spaces}`),
    ascii: undefined,
  },
  fallback: {
    ...plain,
    patterns: compile('[\\p{P}\\$\\+<=>\\^~\\|]+', gpt2, '\\p{N}+', '[0-9][0-9][0-9]'),
    ascii: undefined,
  },
} as const satisfies Record<string, Pretokenizer>;

const names: Readonly<Record<keyof typeof styles, string>> = {
  gpt2:
    'gpt-2 gpt2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de jina-v1-en jina-v2-code roberta-bpe a.x-4.0 mellum ' +
    'exaone4 mpt olmo jais trillion granite-docling',
  starcoder: 'starcoder refact command-r smollm codeshell exaone minerva-7b',
  qwen2: 'qwen2 deepseek-r1-qwen kormo megrez stablelm2 hunyuan grok-2',
  qwen35: 'qwen35',
  llama3: 'llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2',
  chatglm4: 'glm4 chatglm-bpe dbrx smaug-bpe',
  tekken: 'tekken',
  gpt4o: 'gpt-4o llama4 kanana2 minimax-m2',
  deepseekLlm: 'deepseek-llm',
  deepseekCoder: 'deepseek-coder',
  deepseek3: 'deepseek-v3 hunyuan-dense',
  falcon: 'falcon',
  bloom: 'bloom poro-chat gpt3-finnish',
  viking: 'viking',
  bailing: 'bailingmoe bailingmoe2 llada-moe',
  seedCoder: 'seed-coder',
  fallback: 'default',
};

/** Pre-tokenizers by the value of `tokenizer.ggml.pre`. */
export const pretokenizers: ReadonlyMap<string, Pretokenizer> = new Map(
  Object.entries(names).flatMap(([style, list]) =>
    list.split(' ').map((name): [string, Pretokenizer] => [name, styles[style as keyof typeof styles]]),
  ),
);

/** Cuts `text` into words. */
export function splitWords(text: string, patterns: readonly RegExp[]): string[] {
  let pieces = [text];
  for (const pattern of patterns) {
    const finer: string[] = [];
    for (const piece of pieces) splitPiece(piece, pattern, finer);
    pieces = finer;
  }
  return pieces;
}

function splitPiece(piece: string, pattern: RegExp, out: string[]): void {
  let end = 0;
  for (const match of piece.matchAll(pattern)) {
    if (match[0].length === 0) continue;
    if (match.index > end) out.push(piece.slice(end, match.index));
    out.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end < piece.length) out.push(piece.slice(end));
}

function compile(...sources: string[]): RegExp[] {
  return sources.map((source) => {
    const spelled = source.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}');
    return new RegExp(spelled, 'gu');
  });
}
