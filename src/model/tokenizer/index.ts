export { GpuVocabulary } from './gpu-vocabulary.ts';
export { type DecodeOptions, type EncodeOptions, Tokenizer } from './tokenizer.ts';
export { StreamingUtf8 } from './utf8.ts';
export { tokenKinds, type Vocabulary } from './vocabulary.ts';
