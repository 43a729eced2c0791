import { expect, test } from 'vitest';
import { kernelConstants as c } from '../../../src/model/constants.ts';
import { planeFormats, toPlanes } from '../../../src/model/engine/planes.ts';
import { dequantize, tensorTypes } from '../../../src/model/formats/index.ts';
import { generator, randomTensor } from './synthetic.ts';

function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const value = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return bits & 0x8000 ? -value : value;
}

test.each(Object.values(tensorTypes).map((t) => t.name))('planes of %s hold the values of the file', (type) => {
  const values = 1024;
  const bytes = randomTensor(type, values, 1, generator(7));
  const expected = dequantize(type, bytes);
  const f = planeFormats[type];
  const { low, high, scales } = toPlanes(type, bytes);
  const actual = Array.from({ length: values }, (_, i) => value(i));
  for (let i = 0; i < values; i++) expect(actual[i]).toBeCloseTo(expected[i]!, 6);

  function value(i: number): number {
    if (f.lowBits === 32) return new Float32Array(low.buffer)[i]!;
    const short = new Uint16Array(low.buffer)[i]!;
    if (f.lowBits === 16) return half(short);
    if (f.lowBits === 17) return new Float32Array(new Uint32Array([short << 16]).buffer)[0]!;
    const group = i >> 2;
    const byte = 8 * (i & 3);
    const perWord = 8 / f.lowBits;
    let quant = (low[Math.floor(group / perWord)]! >>> ((group % perWord) * f.lowBits + byte)) & (2 ** f.lowBits - 1);
    if (f.highBits) {
      const groups = 8 / f.highBits;
      const bits =
        (high[Math.floor(group / groups)]! >>> ((group % groups) * f.highBits + byte)) & (2 ** f.highBits - 1);
      quant |= bits << f.lowBits;
    }
    if (f.bias === 128) quant = (quant << 24) >> 24;
    else quant -= f.bias;
    const block = i >> 5;
    const [scale, offset] = blockScale(block, (i >> 4) & 1);
    return scale * quant + offset;
  }

  function blockScale(block: number, second: number): [number, number] {
    const short = (word: number, i: number) => half((word >>> (16 * i)) & 0xffff);
    if (f.scales === c.MODEL_SCALES_HALF) return [short(scales[block >> 1]!, block & 1), 0];
    if (f.scales === c.MODEL_SCALES_HALF_MIN) return [short(scales[block]!, 0), short(scales[block]!, 1)];
    const at = (block >> 3) * 5;
    const head = scales[at]!;
    const pair = (scales[at + 1 + ((block & 7) >> 1)]! >>> (16 * (block & 1))) & 0xffff;
    const byte = (pair >>> (8 * second)) & 255;
    if (f.scales === c.MODEL_SCALES_SUPER_MIN) return [short(head, 0) * (pair & 255), -short(head, 1) * (pair >> 8)];
    if (f.scales === c.MODEL_SCALES_SUPER) {
      return [new Float32Array(new Uint32Array([head]).buffer)[0]! * ((byte << 24) >> 24), 0];
    }
    return [short(head, 0) * (byte & 15), -short(head, 1) * (byte >> 4)];
  }
});
