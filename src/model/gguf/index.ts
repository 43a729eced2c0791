export { Gguf, openGguf, openGgufSource } from './gguf.ts';
export type { GgufTensor } from './header.ts';
export { GgufMetadata, type GgufValue } from './metadata.ts';
export { type ByteSource, blobSource, fileSource, memorySource } from './source.ts';
export { type WritableTensor, type WritableValue, writeGguf } from './writer.ts';
