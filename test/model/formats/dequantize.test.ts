import { describe, expect, test } from 'vitest';
import { dequantize, f16ToNumber, numberToBf16, numberToF16, tensorTypes } from '../../../src/model/formats/index.ts';

describe('half precision', () => {
  test('every f16 value survives a round trip', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = f16ToNumber(bits);
      if (Number.isNaN(value)) continue;
      expect(numberToF16(value)).toBe(bits);
    }
  });

  test('rounds to nearest, ties to even', () => {
    expect(numberToF16(1 + 2 ** -11)).toBe(0x3c00);
    expect(numberToF16(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(numberToF16(65519)).toBe(0x7bff);
    expect(numberToF16(65520)).toBe(0x7c00);
    expect(numberToF16(2 ** -25)).toBe(0);
    expect(numberToBf16(1 + 2 ** -8)).toBe(0x3f80);
    expect(numberToBf16(-2)).toBe(0xc000);
  });
});

describe('dequantize', () => {
  const one = [0x00, 0x3c]; // f16 1.0
  const two = [0x00, 0x40];

  test('Q8_0 is d times signed bytes', () => {
    const qs = Array.from({ length: 32 }, (_, i) => (i - 16) & 0xff);
    const values = dequantize('Q8_0', Uint8Array.of(...two, ...qs));
    expect([...values]).toEqual(Array.from({ length: 32 }, (_, i) => 2 * (i - 16)));
  });

  test('Q4_0 keeps value j in the low nibble of byte j and value j + 16 in the high one', () => {
    const qs = Array.from({ length: 16 }, (_, i) => i | ((15 - i) << 4));
    const values = dequantize('Q4_0', Uint8Array.of(...one, ...qs));
    expect([...values]).toEqual([
      ...Array.from({ length: 16 }, (_, i) => i - 8),
      ...Array.from({ length: 16 }, (_, i) => 7 - i),
    ]);
  });

  test('Q5_1 takes the fifth bit from qh', () => {
    const values = dequantize('Q5_1', Uint8Array.of(...two, ...one, 1, 0, 0, 0x80, ...new Array(16).fill(0x21)));
    expect(values[0]).toBe(2 * 17 + 1);
    expect(values[1]).toBe(2 * 1 + 1);
    expect(values[31]).toBe(2 * 18 + 1);
  });

  test('Q4_K takes scales and mins of groups 4 to 7 from split bits', () => {
    const block = new Uint8Array(144);
    block.set([...one, ...one], 0);
    block[4] = 0b11_000001; // low group 0 scale 1, upper bits of group 4's scale
    block[8] = 0b10_000010; // group 0 min 2, upper bits of group 4's min
    block[12] = 0x53; // group 4: scale low 3, min low 5
    block.fill(0x14, 16);
    const values = dequantize('Q4_K', block);
    expect(values[0]).toBe(1 * 4 - 2);
    expect(values[4 * 32]).toBe((3 | (3 << 4)) * 4 - (5 | (2 << 4)));
  });

  test('refuses partial blocks', () => {
    for (const type of Object.values(tensorTypes)) {
      expect(() => dequantize(type.name, new Uint8Array(type.blockBytes + 1))).toThrow(RangeError);
      expect(dequantize(type.name, new Uint8Array(type.blockBytes * 2)).length).toBe(type.blockSize * 2);
    }
  });
});
