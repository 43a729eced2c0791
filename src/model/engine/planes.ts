import { kernelConstants as c } from '../constants.ts';
import { iq4Values, type TensorTypeName, tensorTypes } from '../formats/index.ts';

/**
 * How a tensor type lies on the GPU.
 *
 * The bits are those of the file, in planes that kernels read as aligned words: low bits, high bits, scales. In a
 * plane of b bits per value, four consecutive values sit in the four bytes of a word, all at bit j·b for the j-th
 * group of four, so that `(word >> (j * b)) & mask` is a packed vector of bytes. IQ4 codes become their 8-bit values.
 * Read by kernels/weights.wesl.
 */
export interface PlaneFormat {
  /** 32: f32; 16: f16; 17: bf16; 8, 4 or 2: quantised. */
  readonly lowBits: 32 | 16 | 17 | 8 | 4 | 2;
  readonly highBits: 0 | 1 | 2;
  /** A `MODEL_SCALES_...` constant. */
  readonly scales: number;
  /** Subtracted from the quants; 128 marks signed bytes. */
  readonly bias: number;
}

const { MODEL_SCALES_NONE, MODEL_SCALES_HALF, MODEL_SCALES_HALF_MIN } = c;
const { MODEL_SCALES_SUPER_MIN, MODEL_SCALES_SUPER, MODEL_SCALES_SUPER_MIN16 } = c;

const format = (lowBits: PlaneFormat['lowBits'], highBits: 0 | 1 | 2, scales: number, bias: number): PlaneFormat => ({
  lowBits,
  highBits,
  scales,
  bias,
});

export const planeFormats: Readonly<Record<TensorTypeName, PlaneFormat>> = {
  F32: format(32, 0, MODEL_SCALES_NONE, 0),
  F16: format(16, 0, MODEL_SCALES_NONE, 0),
  BF16: format(17, 0, MODEL_SCALES_NONE, 0),
  Q8_0: format(8, 0, MODEL_SCALES_HALF, 128),
  Q4_0: format(4, 0, MODEL_SCALES_HALF, 8),
  Q4_1: format(4, 0, MODEL_SCALES_HALF_MIN, 0),
  Q5_0: format(4, 1, MODEL_SCALES_HALF, 16),
  Q5_1: format(4, 1, MODEL_SCALES_HALF_MIN, 0),
  Q2_K: format(2, 0, MODEL_SCALES_SUPER_MIN16, 0),
  Q3_K: format(2, 1, MODEL_SCALES_SUPER, 4),
  Q4_K: format(4, 0, MODEL_SCALES_SUPER_MIN, 0),
  Q5_K: format(4, 1, MODEL_SCALES_SUPER_MIN, 0),
  Q6_K: format(4, 2, MODEL_SCALES_SUPER, 32),
  IQ4_NL: format(8, 0, MODEL_SCALES_HALF, 128),
  IQ4_XS: format(8, 0, MODEL_SCALES_SUPER, 128),
};

/** Words of each plane for `blocks` blocks of 32 values. */
export function planeWords(f: PlaneFormat, blocks: number): { low: number; high: number; scales: number } {
  const perBlock = f.lowBits === 17 ? 16 : f.lowBits;
  let scales = 0;
  if (f.scales === MODEL_SCALES_HALF) scales = Math.ceil(blocks / 2);
  else if (f.scales === MODEL_SCALES_HALF_MIN) scales = blocks;
  else if (f.scales !== MODEL_SCALES_NONE) scales = (blocks / 8) * 5;
  return { low: blocks * perBlock, high: blocks * f.highBits, scales };
}

/** Planes of some blocks, on the host. */
export interface Planes {
  low: Uint32Array<ArrayBuffer>;
  high: Uint32Array<ArrayBuffer>;
  scales: Uint32Array<ArrayBuffer>;
}

/**
 * Lays a tensor's bytes out in planes.
 *
 * @param bytes whole rows, a multiple of 64 values in all
 * @param f the type's own format, or that of Q8_0 for types that have one f16 scale in 32 values
 */
export function toPlanes(type: TensorTypeName, bytes: Uint8Array, f = planeFormats[type]): Planes {
  const { blockSize, blockBytes } = tensorTypes[type];
  const values = (bytes.byteLength / blockBytes) * blockSize;
  const words = planeWords(f, values / 32);
  const planes: Planes = {
    low: new Uint32Array(words.low),
    high: new Uint32Array(words.high),
    scales: new Uint32Array(words.scales),
  };
  if (f.scales === MODEL_SCALES_NONE) {
    new Uint8Array(planes.low.buffer).set(bytes);
    return planes;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const writer = new BlockWriter(planes, f, f === planeFormats[type] ? 0 : planeFormats[type].bias);
  const unpack = unpackers[type];
  if (!unpack) throw new RangeError(`no layout for ${type}`);
  for (let at = 0; at < bytes.byteLength; at += blockBytes) unpack(view, at, writer);
  return planes;
}

/** Takes the quants of a block in groups of four packed bytes, and its scales. */
class BlockWriter {
  readonly #planes: Planes;
  readonly #halves: Uint16Array;
  readonly #bytes: Uint8Array;
  readonly #low: number;
  readonly #high: number;
  /** Subtracted from each quant of a type that is widened to signed bytes. */
  readonly #bias: number;
  /** The groups of the current block, filled before {@link block}. */
  readonly groups = new Uint32Array(8);
  #block = 0;

  constructor(planes: Planes, f: PlaneFormat, bias: number) {
    // A signed format's quants (bias 128) need no change when widened.
    this.#bias = bias === 128 ? 0 : bias;
    this.#planes = planes;
    this.#halves = new Uint16Array(planes.scales.buffer);
    this.#bytes = new Uint8Array(planes.scales.buffer);
    this.#low = f.lowBits;
    this.#high = f.highBits;
  }

  /** Stores the groups as the next 32 values. */
  block(): void {
    const g = this.groups;
    const { low, high } = this.#planes;
    const at = this.#block * this.#low;
    if (this.#bias) {
      for (let j = 0; j < 8; j++) {
        let word = 0;
        for (let b = 0; b < 32; b += 8) word |= ((((g[j]! >>> b) & 255) - this.#bias) & 255) << b;
        g[j] = word;
      }
    }
    if (this.#low === 8) {
      low.set(g, at);
    } else if (this.#low === 4) {
      for (let w = 0; w < 4; w++) low[at + w] = (g[2 * w]! & 0x0f0f0f0f) | ((g[2 * w + 1]! & 0x0f0f0f0f) << 4);
    } else {
      for (let w = 0; w < 2; w++) {
        let word = 0;
        for (let j = 0; j < 4; j++) word |= (g[4 * w + j]! & 0x03030303) << (2 * j);
        low[at + w] = word;
      }
    }
    if (this.#high === 1) {
      let word = 0;
      for (let j = 0; j < 8; j++) word |= ((g[j]! >>> this.#low) & 0x01010101) << j;
      high[this.#block] = word;
    } else if (this.#high === 2) {
      for (let w = 0; w < 2; w++) {
        let word = 0;
        for (let j = 0; j < 4; j++) word |= ((g[4 * w + j]! >>> this.#low) & 0x03030303) << (2 * j);
        high[this.#block * 2 + w] = word;
      }
    }
    this.#block++;
  }

  /** f16 scale of the coming block. */
  half(d: number): void {
    this.#halves[this.#block] = d;
  }

  /** f16 scale and minimum of the coming block. */
  halfMin(d: number, m: number): void {
    this.#planes.scales[this.#block] = d | (m << 16);
  }

  /** Header of the coming eight blocks. */
  superWord(word: number): void {
    this.#planes.scales[(this.#block >> 3) * 5] = word;
  }

  /** Byte `i` (0 to 15) of the scales of the coming eight blocks. */
  superByte(i: number, value: number): void {
    this.#bytes[(this.#block >> 3) * 20 + 4 + i] = value;
  }
}

type Unpacker = (view: DataView, at: number, out: BlockWriter) => void;

/** Low nibbles of 16 bytes, then their high nibbles. */
function nibbles(view: DataView, at: number, out: BlockWriter): void {
  for (let i = 0; i < 4; i++) {
    const word = view.getUint32(at + 4 * i, true);
    out.groups[i] = word & 0x0f0f0f0f;
    out.groups[i + 4] = (word >>> 4) & 0x0f0f0f0f;
  }
}

/** Adds bit j of `bits` to value j as its fifth bit. */
function fifthBits(bits: number, out: BlockWriter): void {
  for (let g = 0; g < 8; g++) {
    const four = (bits >>> (4 * g)) & 15;
    const spread = (four & 1) | ((four & 2) << 7) | ((four & 4) << 14) | ((four & 8) << 21);
    out.groups[g] = out.groups[g]! | (spread << 4);
  }
}

function signedBytes(view: DataView, at: number, out: BlockWriter): void {
  for (let g = 0; g < 8; g++) out.groups[g] = view.getUint32(at + 4 * g, true);
  out.block();
}

/** 16 bytes of codebook indices to 32 signed bytes. */
function codebook(view: DataView, at: number, out: BlockWriter): void {
  nibbles(view, at, out);
  for (let g = 0; g < 8; g++) {
    const index = out.groups[g]!;
    let word = 0;
    for (let i = 0; i < 4; i++) word |= (iq4Values[(index >>> (8 * i)) & 15]! & 255) << (8 * i);
    out.groups[g] = word;
  }
  out.block();
}

function f16Word(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const value =
    exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? Number.NaN : (1 + fraction / 1024) * 2 ** (exponent - 15);
  scratch[0] = bits & 0x8000 ? -value : value;
  return scratchBits[0]!;
}
const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The eight 6-bit (scale, minimum) pairs of Q4_K and Q5_K. */
function scalesK4(view: DataView, at: number, out: BlockWriter): void {
  out.superWord(view.getUint32(at, true));
  for (let j = 0; j < 8; j++) {
    const byte = (i: number) => view.getUint8(at + 4 + i);
    const scale = j < 4 ? byte(j) & 63 : (byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4);
    const min = j < 4 ? byte(j + 4) & 63 : (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4);
    out.superByte(2 * j, scale);
    out.superByte(2 * j + 1, min);
  }
}

/** Layouts of the blocks: formats/dequantize.ts. */
const unpackers: Partial<Record<TensorTypeName, Unpacker>> = {
  Q8_0(view, at, out) {
    out.half(view.getUint16(at, true));
    signedBytes(view, at + 2, out);
  },
  Q4_0(view, at, out) {
    out.half(view.getUint16(at, true));
    nibbles(view, at + 2, out);
    out.block();
  },
  Q4_1(view, at, out) {
    out.halfMin(view.getUint16(at, true), view.getUint16(at + 2, true));
    nibbles(view, at + 4, out);
    out.block();
  },
  Q5_0(view, at, out) {
    out.half(view.getUint16(at, true));
    nibbles(view, at + 6, out);
    fifthBits(view.getUint32(at + 2, true), out);
    out.block();
  },
  Q5_1(view, at, out) {
    out.halfMin(view.getUint16(at, true), view.getUint16(at + 2, true));
    nibbles(view, at + 8, out);
    fifthBits(view.getUint32(at + 4, true), out);
    out.block();
  },
  Q2_K(view, at, out) {
    out.superWord(view.getUint32(at + 80, true));
    for (let i = 0; i < 16; i++) out.superByte(i, view.getUint8(at + i));
    for (let b = 0; b < 8; b++) {
      for (let g = 0; g < 8; g++) {
        out.groups[g] = (view.getUint32(at + 16 + (b >> 2) * 32 + 4 * g, true) >>> (2 * (b & 3))) & 0x03030303;
      }
      out.block();
    }
  },
  Q3_K(view, at, out) {
    out.superWord(f16Word(view.getUint16(at + 108, true)));
    for (let i = 0; i < 16; i++) {
      const low = view.getUint8(at + 96 + (i & 7)) >> (i < 8 ? 0 : 4);
      const high = view.getUint8(at + 104 + (i & 3)) >> (2 * (i >> 2));
      out.superByte(i, ((low & 15) | ((high & 3) << 4)) - 32);
    }
    for (let b = 0; b < 8; b++) {
      for (let g = 0; g < 8; g++) {
        const low = (view.getUint32(at + 32 + (b >> 2) * 32 + 4 * g, true) >>> (2 * (b & 3))) & 0x03030303;
        const high = (view.getUint32(at + 4 * g, true) >>> b) & 0x01010101;
        out.groups[g] = low | (high << 2);
      }
      out.block();
    }
  },
  Q4_K(view, at, out) {
    scalesK4(view, at, out);
    for (let b = 0; b < 8; b++) {
      for (let g = 0; g < 8; g++) {
        out.groups[g] = (view.getUint32(at + 16 + (b >> 1) * 32 + 4 * g, true) >>> (4 * (b & 1))) & 0x0f0f0f0f;
      }
      out.block();
    }
  },
  Q5_K(view, at, out) {
    scalesK4(view, at, out);
    for (let b = 0; b < 8; b++) {
      for (let g = 0; g < 8; g++) {
        const low = (view.getUint32(at + 48 + (b >> 1) * 32 + 4 * g, true) >>> (4 * (b & 1))) & 0x0f0f0f0f;
        const high = (view.getUint32(at + 16 + 4 * g, true) >>> b) & 0x01010101;
        out.groups[g] = low | (high << 4);
      }
      out.block();
    }
  },
  Q6_K(view, at, out) {
    out.superWord(f16Word(view.getUint16(at + 208, true)));
    for (let i = 0; i < 16; i++) out.superByte(i, view.getUint8(at + 192 + i));
    for (let b = 0; b < 8; b++) {
      const n = b >> 2;
      for (let g = 0; g < 8; g++) {
        const low = view.getUint32(at + n * 64 + (b & 1) * 32 + 4 * g, true) >>> (4 * ((b >> 1) & 1));
        const high = view.getUint32(at + 128 + n * 32 + 4 * g, true) >>> (2 * (b & 3));
        out.groups[g] = (low & 0x0f0f0f0f) | ((high & 0x03030303) << 4);
      }
      out.block();
    }
  },
  IQ4_NL(view, at, out) {
    out.half(view.getUint16(at, true));
    codebook(view, at + 2, out);
  },
  IQ4_XS(view, at, out) {
    out.superWord(f16Word(view.getUint16(at, true)));
    const high = view.getUint16(at + 2, true);
    for (let b = 0; b < 8; b++) {
      const low = view.getUint8(at + 4 + (b >> 1)) >> (4 * (b & 1));
      const scale = ((low & 15) | (((high >> (2 * b)) & 3) << 4)) - 32;
      out.superByte(2 * b, scale);
      out.superByte(2 * b + 1, scale);
    }
    for (let b = 0; b < 8; b++) codebook(view, at + 8 + b * 16, out);
  },
};
