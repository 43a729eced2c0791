import { dequantize } from './dequantize.ts';
import { numberToF16 } from './floats.ts';
import { type TensorTypeName, tensorTypes } from './types.ts';

/** Where a block keeps its scales (f16), and what its minimum must be, in scales, for values around zero. */
const scaleFields: Partial<Record<TensorTypeName, { scale: number; minimum?: [at: number, scales: number] }>> = {
  Q8_0: { scale: 0 },
  Q4_0: { scale: 0 },
  Q4_1: { scale: 0, minimum: [2, -7.5] },
  Q5_0: { scale: 0 },
  Q5_1: { scale: 0, minimum: [2, -15.5] },
  Q2_K: { scale: 80, minimum: [82, 1.5] },
  Q3_K: { scale: 108 },
  Q4_K: { scale: 0, minimum: [2, 7.5] },
  Q5_K: { scale: 0, minimum: [2, 15.5] },
  Q6_K: { scale: 208 },
  IQ4_NL: { scale: 0 },
  IQ4_XS: { scale: 0 },
};

/**
 * Random blocks of any tensor type, with every bit field in use, whose values have mean 0 and the given deviation.
 *
 * @param random uniform numbers in [0, 1)
 */
export function randomBlocks(
  type: TensorTypeName,
  blocks: number,
  deviation: number,
  random: () => number,
): Uint8Array<ArrayBuffer> {
  const { blockBytes } = tensorTypes[type];
  const bytes = new Uint8Array(blocks * blockBytes);
  const view = new DataView(bytes.buffer);
  const fields = scaleFields[type];
  if (!fields) {
    const write = type === 'F32' ? writeF32 : type === 'F16' ? writeF16 : writeBf16;
    for (let i = 0; i < blocks; i++) write(view, i * blockBytes, deviation * Math.sqrt(12) * (random() - 0.5));
    return bytes;
  }
  for (let i = 0; i < bytes.length; i++) bytes[i] = random() * 256;
  const setScales = (scale: number) => {
    for (let at = 0; at < bytes.length; at += blockBytes) {
      view.setUint16(at + fields.scale, numberToF16(scale), true);
      if (fields.minimum) view.setUint16(at + fields.minimum[0], numberToF16(scale * fields.minimum[1]), true);
    }
  };
  equalMinimums(type, bytes);
  setScales(1);
  const values = dequantize(type, bytes);
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  setScales(deviation / Math.sqrt(squares / values.length));
  return bytes;
}

/** Gives each group of the K formats a minimum code equal to its scale code, so that the minimum centres the values. */
function equalMinimums(type: TensorTypeName, bytes: Uint8Array): void {
  const { blockBytes } = tensorTypes[type];
  if (type === 'Q2_K') {
    for (let at = 0; at < bytes.length; at += blockBytes) {
      for (let i = 0; i < 16; i++) bytes[at + i] = (bytes[at + i]! & 15) * 17;
    }
  }
  if (type === 'Q4_K' || type === 'Q5_K') {
    for (let at = 4; at < bytes.length; at += blockBytes) {
      for (let j = 0; j < 4; j++) bytes[at + j + 4] = bytes[at + j]!;
      for (let j = 8; j < 12; j++) bytes[at + j] = (bytes[at + j]! & 15) * 17;
    }
  }
}

function writeF32(view: DataView, at: number, value: number): void {
  view.setFloat32(at, value, true);
}

function writeF16(view: DataView, at: number, value: number): void {
  view.setUint16(at, numberToF16(value), true);
}

function writeBf16(view: DataView, at: number, value: number): void {
  const word = new DataView(new ArrayBuffer(4));
  word.setFloat32(0, value, true);
  view.setUint16(at, word.getUint16(2, true), true);
}
