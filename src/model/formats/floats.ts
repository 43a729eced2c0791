const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The value of 16 bits in IEEE 754 half precision. */
export function f16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest half precision bits, ties to even. */
export function numberToF16(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  // Math.log2 may be one off next to a power of two; the carry below covers only the upward case.
  const scale = 2 ** (10 - (2 ** exponent > magnitude && exponent > -14 ? exponent - 1 : exponent));
  const units = roundTiesToEven(magnitude * scale);
  const base = 10 - Math.log2(scale);
  if (magnitude < 2 ** -14) return sign | units;
  return sign | (((base + 15) << 10) + (units - 1024));
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The value of 16 bits in bfloat16. */
export function bf16ToNumber(bits: number): number {
  word[0] = bits << 16;
  return float[0]!;
}

/** The nearest bfloat16 bits, ties to even. */
export function numberToBf16(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
