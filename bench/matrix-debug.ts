import { Chain, compileKernel, openGpu, readBuffer, storageBuffer, uniformBuffer } from '../src/gpu/index.ts';
import { numberToF16 } from '../src/model/formats/index.ts';
import { wgsl } from '../src/model/kernels/product_matrix.wgsl.ts';

const gpu = await openGpu();
const K = 128,
  N = 64,
  R = 40;
const rnd = (i: number) => ((Math.imul(i + 1, 2654435761) >>> 8) % 1000) / 500 - 1;
const W = new Float32Array(N * K).map((_, i) => rnd(i));
const X = new Float32Array(64 * K).map((_, i) => rnd(i + 77777));
const half = new Uint16Array(X).map((_, i) => numberToF16(X[i]!));
const low = storageBuffer(gpu, W),
  empty = storageBuffer(gpu, 16),
  empty2 = storageBuffer(gpu, 16);
const plan = new Uint32Array(16 + 200);
plan[0] = R;
plan[1] = R;
plan[9] = 64;
const out = storageBuffer(gpu, 64 * N * 4 * 2);
const k = await compileKernel(gpu, wgsl, { constants: { LOW_BITS: 32, HIGH_BITS: 0, SCALES: 0, BIAS: 0 } });
const shape = uniformBuffer(gpu, new Uint32Array([K, N, 0, N, 0, 0, 1]));
const c = new Chain(gpu);
c.dispatch(
  k,
  k.bind(low, empty, empty, storageBuffer(gpu, plan), storageBuffer(gpu, half), out, empty2, shape),
  N / 32,
  1,
  1,
);
c.submit();
const o = new Float32Array(await readBuffer(gpu, out));
const ref = (r: number, n: number) => {
  let s = 0;
  for (let i = 0; i < K; i++) s += X[r * K + i]! * W[n * K + i]!;
  return s;
};
let bad = 0;
for (let r = 0; r < R; r++) for (let n = 0; n < N; n++) if (Math.abs(o[r * N + n]! - ref(r, n)) > 0.05) bad++;
console.log('bad', bad, 'of', R * N);
for (let r = 0; r < 3; r++)
  console.log(
    [...o.subarray(r * N, r * N + 5)].map((v) => v.toFixed(3)).join(' '),
    '|',
    [0, 1, 2, 3, 4].map((n) => ref(r, n).toFixed(3)).join(' '),
  );
// Where does o[0][1] come from?
for (const [r, n] of [
  [0, 1],
  [1, 0],
  [17, 20],
] as const) {
  const v = o[r * N + n]!;
  for (let a = 0; a < 64; a++)
    for (let b = 0; b < N; b++) if (Math.abs(ref(a, b) - v) < 0.004) console.log(`o[${r}][${n}] = ref[${a}][${b}]`);
}
process.exit(0);
