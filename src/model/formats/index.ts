export { dequantize, iq4Values } from './dequantize.ts';
export { bf16ToNumber, f16ToNumber, numberToBf16, numberToF16 } from './floats.ts';
export { randomBlocks } from './random.ts';
export { type TensorType, type TensorTypeName, tensorTypeById, tensorTypeLabel, tensorTypes } from './types.ts';
