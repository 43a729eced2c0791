import { readConfig } from './engine/config.ts';
import { rotations } from './engine/rope.ts';
import { dequantize } from './formats/index.ts';
import type { Gguf } from './gguf/index.ts';

/**
 * A plain forward pass in TypeScript, one position after the other, in f64: what the kernels are checked against.
 *
 * @param onAttention sees the weights that the last position's query heads give to all positions
 * @returns the logits of every position, `tokens.length` arrays of `vocabulary` values
 */
export async function referenceLogits(
  gguf: Gguf,
  tokens: ArrayLike<number>,
  onAttention?: (layer: number, head: number, weights: readonly number[]) => void,
): Promise<Float64Array[]> {
  const config = readConfig(gguf);
  const { width, heads, kvHeads, head, feedForward, vocabulary, epsilon } = config;
  const read = async (name: string) => {
    const tensor = gguf.tensor(name);
    return dequantize(tensor.type.name, await gguf.read(tensor));
  };
  const optional = async (name: string) => (gguf.tensors.has(name) ? read(name) : undefined);
  const embedding = await read('token_embd.weight');
  const output = (await optional('output.weight')) ?? embedding;
  const outputNorm = await read('output_norm.weight');
  const turns = rotations(config.rope, tokens.length, await optional('rope_freqs.weight'));
  const positions = Array.from({ length: tokens.length }, (_, i) =>
    Float64Array.from(embedding.subarray(tokens[i]! * width, (tokens[i]! + 1) * width)),
  );
  for (let layer = 0; layer < config.layers; layer++) {
    const name = (suffix: string) => `blk.${layer}.${suffix}`;
    const norm = await read(name('attn_norm.weight'));
    const [wq, wk, wv, wo] = [
      await read(name('attn_q.weight')),
      await read(name('attn_k.weight')),
      await read(name('attn_v.weight')),
      await read(name('attn_output.weight')),
    ];
    const [bq, bk, bv] = [
      await optional(name('attn_q.bias')),
      await optional(name('attn_k.bias')),
      await optional(name('attn_v.bias')),
    ];
    const [qNorm, kNorm] = [await optional(name('attn_q_norm.weight')), await optional(name('attn_k_norm.weight'))];
    const ffnNorm = await read(name('ffn_norm.weight'));
    const [gate, up, down] = [
      await read(name('ffn_gate.weight')),
      await read(name('ffn_up.weight')),
      await read(name('ffn_down.weight')),
    ];
    const keys: Float64Array[] = [];
    const values: Float64Array[] = [];
    for (const [position, x] of positions.entries()) {
      const normed = rmsNorm(x, norm, epsilon);
      const q = add(multiply(wq, normed, heads * head), bq);
      const k = add(multiply(wk, normed, kvHeads * head), bk);
      values.push(add(multiply(wv, normed, kvHeads * head), bv));
      for (let h = 0; h < heads; h++) turn(q, h, qNorm, position);
      for (let h = 0; h < kvHeads; h++) turn(k, h, kNorm, position);
      keys.push(k);
      const attended = new Float64Array(heads * head);
      for (let h = 0; h < heads; h++) {
        const weights = attend(q, h, keys, values, attended);
        if (position === positions.length - 1) onAttention?.(layer, h, weights);
      }
      accumulate(x, multiply(wo, attended, width));
      const inner = rmsNorm(x, ffnNorm, epsilon);
      const g = multiply(gate, inner, feedForward);
      const u = multiply(up, inner, feedForward);
      const hidden = g.map((v, i) => (v / (1 + Math.exp(-v))) * u[i]!);
      accumulate(x, multiply(down, hidden, width));
    }
  }
  return positions.map((x) => multiply(output, rmsNorm(x, outputNorm, epsilon), vocabulary));

  function turn(vector: Float64Array, h: number, weights: Float32Array | undefined, position: number): void {
    const part = vector.subarray(h * head, (h + 1) * head);
    if (weights) part.set(rmsNorm(part, weights, epsilon));
    const pairs = config.rope.rotated / 2;
    for (let i = 0; i < pairs; i++) {
      const [a, b] = config.rope.neox ? [i, i + pairs] : [2 * i, 2 * i + 1];
      const cos = turns[(position * pairs + i) * 2]!;
      const sin = turns[(position * pairs + i) * 2 + 1]!;
      const [p, q] = [part[a]!, part[b]!];
      part[a] = p * cos - q * sin;
      part[b] = p * sin + q * cos;
    }
  }

  function attend(
    q: Float64Array,
    h: number,
    keys: Float64Array[],
    values: Float64Array[],
    out: Float64Array,
  ): number[] {
    const shared = Math.floor(h / (heads / kvHeads)) * head;
    const scores = keys.map((k) => {
      let sum = 0;
      for (let i = 0; i < head; i++) sum += q[h * head + i]! * k[shared + i]!;
      return sum / Math.sqrt(head);
    });
    const peak = Math.max(...scores);
    const powers = scores.map((s) => Math.exp(s - peak));
    const total = powers.reduce((a, b) => a + b);
    const weights = powers.map((p) => p / total);
    for (const [j, v] of values.entries()) {
      for (let i = 0; i < head; i++) out[h * head + i] = out[h * head + i]! + weights[j]! * v[shared + i]!;
    }
    return weights;
  }
}

function rmsNorm(x: Float64Array, weight: Float32Array, epsilon: number): Float64Array {
  let sum = 0;
  for (const v of x) sum += v * v;
  const factor = 1 / Math.sqrt(sum / x.length + epsilon);
  return x.map((v, i) => v * factor * weight[i]!);
}

/** Matrix of `rows × x.length` in row order, times x. */
function multiply(matrix: Float32Array, x: Float64Array, rows: number): Float64Array {
  const out = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    const at = r * x.length;
    for (let i = 0; i < x.length; i++) sum += matrix[at + i]! * x[i]!;
    out[r] = sum;
  }
  return out;
}

function add(x: Float64Array, bias: Float32Array | undefined): Float64Array {
  return bias ? x.map((v, i) => v + bias[i]!) : x;
}

function accumulate(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = x[i]! + y[i]!;
}
