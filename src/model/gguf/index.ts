export { Gguf, openGguf, openGgufSource } from './gguf.ts';
export type { GgufTensor } from './header.ts';
export { GgufMetadata, type GgufValue } from './metadata.ts';
export { type ByteSource, blobSource, fileSource, memorySource } from './source.ts';
export {
  type MixName,
  type ShapeName,
  type SyntheticShape,
  syntheticGguf,
  syntheticMixes,
  syntheticShapes,
  syntheticSource,
  writeSource,
} from './synthetic.ts';
export { type TensorEntry, type WritableTensor, type WritableValue, writeGguf, writeGgufHeader } from './writer.ts';
