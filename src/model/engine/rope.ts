import type { RopeConfig } from './config.ts';

/**
 * (cos, sin) of every position and pair, in f32: `positions × rotated / 2 × 2` values.
 *
 * YaRN as in "YaRN: Efficient Context Window Extension" (Peng et al., 2023), with llama.cpp's ramp and magnitude.
 *
 * @param factors divisors of the frequencies (tensor `rope_freqs.weight`, Llama 3), one for each pair
 */
export function rotations(rope: RopeConfig, positions: number, factors?: Float32Array): Float32Array<ArrayBuffer> {
  const pairs = rope.rotated / 2;
  const table = new Float32Array(positions * pairs * 2);
  const yarn = rope.scaling === 'yarn';
  const scale = rope.scaling === 'none' ? 1 : 1 / rope.factor;
  const magnitude = rope.attentionFactor * (yarn ? 1 + 0.1 * Math.log(rope.factor) : 1);
  const [low, high] = yarn ? correctionRange(rope) : [0, 0];
  for (let i = 0; i < pairs; i++) {
    const frequency = rope.base ** (-i / pairs) / (factors?.[i] ?? 1);
    const extrapolated = yarn ? 1 - Math.min(1, Math.max(0, (i - low) / Math.max(0.001, high - low))) : 0;
    const step = frequency * (scale * (1 - extrapolated) + extrapolated);
    for (let position = 0; position < positions; position++) {
      const at = (position * pairs + i) * 2;
      table[at] = Math.cos(position * step) * magnitude;
      table[at + 1] = Math.sin(position * step) * magnitude;
    }
  }
  return table;
}

/** Pairs between which YaRN goes from extrapolation to interpolation. */
function correctionRange(rope: RopeConfig): [number, number] {
  const pair = (turns: number) =>
    (rope.rotated * Math.log(rope.originalContext / (turns * 2 * Math.PI))) / (2 * Math.log(rope.base));
  return [Math.max(0, Math.floor(pair(rope.betaFast))), Math.min(rope.rotated - 1, Math.ceil(pair(rope.betaSlow)))];
}
