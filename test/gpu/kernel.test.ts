import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chain, compileKernel, type Gpu, openGpu, readWords, storageBuffer } from '../../src/gpu/index.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.close());

const doubling = `
@group(0) @binding(0) var<storage, read> input: array<u32>;
@group(0) @binding(1) var<storage, read_write> output: array<u32>;
override FACTOR: u32 = 2;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < arrayLength(&input)) { output[id.x] = FACTOR * input[id.x]; }
}`;

test('dispatches of one chain see what the ones before wrote', async () => {
  const kernel = await compileKernel(gpu, doubling, { constants: { FACTOR: 3 } });
  const a = storageBuffer(
    gpu,
    new Uint32Array(100).map((_, i) => i),
  );
  const b = storageBuffer(gpu, 400);
  const chain = new Chain(gpu);
  chain.dispatch(kernel, kernel.bind(a, b), 2);
  chain.dispatch(kernel, kernel.bind(b, a), 2);
  chain.submit();
  expect([...(await readWords(gpu, a))]).toEqual(Array.from({ length: 100 }, (_, i) => 9 * i));
});

test('arguments go by order or by binding number, and must be complete', async () => {
  const sparse = doubling.replace('@binding(1)', '@binding(9)');
  const kernel = await compileKernel(gpu, sparse);
  const input = storageBuffer(gpu, Uint32Array.of(1, 2, 3));
  const [a, b] = [storageBuffer(gpu, 12), storageBuffer(gpu, 12)];
  const chain = new Chain(gpu);
  chain.dispatch(kernel, kernel.bind(input, a), 1);
  chain.dispatch(kernel, kernel.bind({ 0: input, 9: { buffer: b } }), 1);
  chain.submit();
  expect([...(await readWords(gpu, a))]).toEqual([2, 4, 6]);
  expect([...(await readWords(gpu, b))]).toEqual([2, 4, 6]);
  expect(() => kernel.bind(input)).toThrow('has bindings 0, 9, but was given 0');
  expect(() => kernel.bind({ 0: input, 1: a })).toThrow('was given 0, 1');
  expect(() => kernel.bind(input, a, b)).toThrow(RangeError);
});

test('a kernel that does not compile says where', async () => {
  await expect(compileKernel(gpu, '@compute @workgroup_size(1) fn main() { nonsense; }')).rejects.toThrow(/1:\d+/);
});

test('a buffer over the binding limit is refused with the limit', () => {
  expect(() => storageBuffer(gpu, gpu.limits.maxStorageBufferBindingSize + 4)).toThrow(/binds at most \d+/);
});
