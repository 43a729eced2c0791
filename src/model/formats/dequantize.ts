import { bf16ToNumber, f16ToNumber } from './floats.ts';
import { type TensorTypeName, tensorTypes } from './types.ts';

/**
 * The plain reference for every quantised format: what a tensor's bytes mean as numbers.
 *
 * Formats are ggml's (`ggml-quants.c`, functions `dequantize_row_*`). Products of a scale and a quantised value are
 * exact in f32, so kernels that multiply in f32 agree bit for bit except for the one rounding of `d*q - m`.
 *
 * @param bytes whole blocks
 * @returns one value per element, in the order of the row
 * @throws RangeError when `bytes` is not a whole number of blocks (a bug of the caller)
 */
export function dequantize(type: TensorTypeName, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const { blockSize, blockBytes } = tensorTypes[type];
  if (bytes.byteLength % blockBytes !== 0) {
    throw new RangeError(`${bytes.byteLength} bytes are not whole ${type} blocks of ${blockBytes}`);
  }
  const blocks = bytes.byteLength / blockBytes;
  const out = new Float32Array(blocks * blockSize);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decode = decoders[type];
  for (let i = 0; i < blocks; i++) decode(view, i * blockBytes, out, i * blockSize);
  return out;
}

type Decoder = (view: DataView, at: number, out: Float32Array, o: number) => void;

const half = (view: DataView, at: number) => f16ToNumber(view.getUint16(at, true));

/** The 4-bit codebook of IQ4_NL and IQ4_XS (`kvalues_iq4nl`). */
export const iq4Values = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113] as const;

const decoders: Record<TensorTypeName, Decoder> = {
  F32: (view, at, out, o) => {
    out[o] = view.getFloat32(at, true);
  },
  F16: (view, at, out, o) => {
    out[o] = half(view, at);
  },
  BF16: (view, at, out, o) => {
    out[o] = bf16ToNumber(view.getUint16(at, true));
  },

  // d: f16, qs: 32 × i8
  Q8_0: (view, at, out, o) => {
    const d = half(view, at);
    for (let j = 0; j < 32; j++) out[o + j] = d * view.getInt8(at + 2 + j);
  },

  // d: f16, qs: 16 bytes; the low nibble of byte j is value j, the high nibble value j + 16
  Q4_0: (view, at, out, o) => {
    const d = half(view, at);
    for (let j = 0; j < 16; j++) {
      const q = view.getUint8(at + 2 + j);
      out[o + j] = d * ((q & 15) - 8);
      out[o + j + 16] = d * ((q >> 4) - 8);
    }
  },

  // d, m: f16, qs: 16 bytes
  Q4_1: (view, at, out, o) => {
    const d = half(view, at);
    const m = half(view, at + 2);
    for (let j = 0; j < 16; j++) {
      const q = view.getUint8(at + 4 + j);
      out[o + j] = d * (q & 15) + m;
      out[o + j + 16] = d * (q >> 4) + m;
    }
  },

  // d: f16, qh: 32 fifth bits, qs: 16 bytes
  Q5_0: (view, at, out, o) => {
    const d = half(view, at);
    const qh = view.getUint32(at + 2, true);
    for (let j = 0; j < 16; j++) {
      const q = view.getUint8(at + 6 + j);
      out[o + j] = d * (((q & 15) | (((qh >>> j) & 1) << 4)) - 16);
      out[o + j + 16] = d * (((q >> 4) | (((qh >>> (j + 16)) & 1) << 4)) - 16);
    }
  },

  // d, m: f16, qh: 32 fifth bits, qs: 16 bytes
  Q5_1: (view, at, out, o) => {
    const d = half(view, at);
    const m = half(view, at + 2);
    const qh = view.getUint32(at + 4, true);
    for (let j = 0; j < 16; j++) {
      const q = view.getUint8(at + 8 + j);
      out[o + j] = d * ((q & 15) | (((qh >>> j) & 1) << 4)) + m;
      out[o + j + 16] = d * ((q >> 4) | (((qh >>> (j + 16)) & 1) << 4)) + m;
    }
  },

  // scales: 16 × (4-bit scale, 4-bit min), qs: 64 bytes of 2-bit values, d, dmin: f16
  Q2_K: (view, at, out, o) => {
    const d = half(view, at + 80);
    const dmin = half(view, at + 82);
    for (let group = 0; group < 16; group++) {
      const scale = view.getUint8(at + group);
      const half128 = group >> 3;
      const shift = group & 7 & ~1; // two groups of 16 share one bit position
      const base = at + 16 + half128 * 32 + (group & 1) * 16;
      for (let l = 0; l < 16; l++) {
        const q = (view.getUint8(base + l) >> shift) & 3;
        out[o + group * 16 + l] = d * (scale & 15) * q - dmin * (scale >> 4);
      }
    }
  },

  // hmask: 32 bytes of third bits, qs: 64 bytes of 2-bit values, scales: 16 × 6 bits in 12 bytes, d: f16
  Q3_K: (view, at, out, o) => {
    const d = half(view, at + 108);
    for (let group = 0; group < 16; group++) {
      const low = view.getUint8(at + 96 + (group & 7)) >> (group < 8 ? 0 : 4);
      const high = view.getUint8(at + 104 + (group & 3)) >> (2 * (group >> 2));
      const scale = d * (((low & 15) | ((high & 3) << 4)) - 32);
      const shift = group & 7 & ~1;
      const bit = group >> 1;
      const lane = (group & 1) * 16;
      for (let l = 0; l < 16; l++) {
        const q = (view.getUint8(at + 32 + (group >> 3) * 32 + lane + l) >> shift) & 3;
        const present = (view.getUint8(at + lane + l) >> bit) & 1;
        out[o + group * 16 + l] = scale * (q - (present ? 0 : 4));
      }
    }
  },

  // d, dmin: f16, scales: 8 × (6-bit scale, 6-bit min) in 12 bytes, qs: 128 bytes
  Q4_K: (view, at, out, o) => {
    const d = half(view, at);
    const dmin = half(view, at + 2);
    for (let group = 0; group < 8; group++) {
      const scale = d * scaleK4(view, at + 4, group);
      const min = dmin * minK4(view, at + 4, group);
      const shift = (group & 1) * 4;
      for (let l = 0; l < 32; l++) {
        const q = (view.getUint8(at + 16 + (group >> 1) * 32 + l) >> shift) & 15;
        out[o + group * 32 + l] = scale * q - min;
      }
    }
  },

  // d, dmin: f16, scales as Q4_K, qh: 32 bytes of fifth bits, qs: 128 bytes
  Q5_K: (view, at, out, o) => {
    const d = half(view, at);
    const dmin = half(view, at + 2);
    for (let group = 0; group < 8; group++) {
      const scale = d * scaleK4(view, at + 4, group);
      const min = dmin * minK4(view, at + 4, group);
      const shift = (group & 1) * 4;
      for (let l = 0; l < 32; l++) {
        const low = (view.getUint8(at + 48 + (group >> 1) * 32 + l) >> shift) & 15;
        const high = (view.getUint8(at + 16 + l) >> group) & 1;
        out[o + group * 32 + l] = scale * (low | (high << 4)) - min;
      }
    }
  },

  // ql: 128 bytes of low nibbles, qh: 64 bytes of high bit pairs, scales: 16 × i8, d: f16
  Q6_K: (view, at, out, o) => {
    const d = half(view, at + 208);
    for (let i = 0; i < 256; i++) {
      const n = i >> 7; // half of the block
      const quarter = (i >> 5) & 3;
      const l = i & 31;
      const low = view.getUint8(at + n * 64 + (quarter & 1) * 32 + l) >> ((quarter >> 1) * 4);
      const high = view.getUint8(at + 128 + n * 32 + l) >> (quarter * 2);
      const scale = d * view.getInt8(at + 192 + (i >> 4));
      out[o + i] = scale * (((low & 15) | ((high & 3) << 4)) - 32);
    }
  },

  // d: f16, qs: 16 bytes of codebook indices
  IQ4_NL: (view, at, out, o) => {
    const d = half(view, at);
    for (let j = 0; j < 16; j++) {
      const q = view.getUint8(at + 2 + j);
      out[o + j] = d * iq4Values[q & 15]!;
      out[o + j + 16] = d * iq4Values[q >> 4]!;
    }
  },

  // d: f16, scales_h: 8 × 2 bits, scales_l: 8 × 4 bits, qs: 128 bytes of codebook indices
  IQ4_XS: (view, at, out, o) => {
    const d = half(view, at);
    const high = view.getUint16(at + 2, true);
    for (let group = 0; group < 8; group++) {
      const low = view.getUint8(at + 4 + (group >> 1)) >> (4 * (group & 1));
      const scale = d * (((low & 15) | (((high >> (2 * group)) & 3) << 4)) - 32);
      for (let j = 0; j < 16; j++) {
        const q = view.getUint8(at + 8 + group * 16 + j);
        out[o + group * 32 + j] = scale * iq4Values[q & 15]!;
        out[o + group * 32 + j + 16] = scale * iq4Values[q >> 4]!;
      }
    }
  },
};

/** The 6-bit scale of group `j` among the 12 packed bytes of Q4_K and Q5_K (`get_scale_min_k4`). */
function scaleK4(view: DataView, at: number, j: number): number {
  if (j < 4) return view.getUint8(at + j) & 63;
  return (view.getUint8(at + j + 4) & 15) | ((view.getUint8(at + j - 4) >> 6) << 4);
}

/** The 6-bit minimum of group `j`. */
function minK4(view: DataView, at: number, j: number): number {
  if (j < 4) return view.getUint8(at + j + 4) & 63;
  return (view.getUint8(at + j + 4) >> 4) | ((view.getUint8(at + j) >> 6) << 4);
}
