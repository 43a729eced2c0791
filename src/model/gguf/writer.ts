import { type TensorTypeName, tensorTypes } from '../formats/index.ts';
import { valueTypes } from './header.ts';

/** A value to write. Plain numbers become uint32, int32 or float32; `{ type, value }` chooses the type. */
export type WritableValue = Plain | { type: keyof typeof valueTypes; value: number | bigint };
type Plain = string | boolean | number | readonly string[] | Int32Array | Uint32Array | Float32Array | Uint8Array;

/** A tensor's entry in the header. */
export interface TensorEntry {
  name: string;
  type: TensorTypeName;
  /** ggml's order: `shape[0]` is the row length. */
  shape: readonly number[];
}

export interface WritableTensor extends TensorEntry {
  /** Whole blocks, `shape` product of them in values. */
  data: Uint8Array;
}

export interface WriteOptions {
  version?: 2 | 3;
  /** Default 32, as the format's. */
  alignment?: number;
}

/** Bytes of a tensor's data. */
export function tensorBytes({ type, shape }: TensorEntry): number {
  const { blockSize, blockBytes } = tensorTypes[type];
  return (shape.reduce((product, n) => product * n, 1) / blockSize) * blockBytes;
}

/**
 * A GGUF file in memory, for tests, synthetic models and training.
 *
 * @throws RangeError when a tensor's data does not fit its shape
 */
export function writeGguf(
  metadata: Readonly<Record<string, WritableValue>>,
  tensors: readonly WritableTensor[],
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const out = writeHeader(metadata, tensors, options);
  for (const tensor of tensors) {
    const expected = tensorBytes(tensor);
    if (tensor.data.byteLength !== expected) {
      throw new RangeError(`${tensor.name}: ${tensor.data.byteLength} bytes of data, shape needs ${expected}`);
    }
    out.bytes(tensor.data);
    out.align(options.alignment ?? 32);
  }
  return out.finish();
}

/** The bytes before the tensor data, which follows in order, each tensor at the next multiple of the alignment. */
export function writeGgufHeader(
  metadata: Readonly<Record<string, WritableValue>>,
  tensors: readonly TensorEntry[],
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  return writeHeader(metadata, tensors, options).finish();
}

function writeHeader(
  metadata: Readonly<Record<string, WritableValue>>,
  tensors: readonly TensorEntry[],
  options: WriteOptions,
): ByteWriter {
  const alignment = options.alignment ?? 32;
  const out = new ByteWriter();
  out.u32(0x46554747);
  out.u32(options.version ?? 3);
  out.u64(tensors.length);
  const entries = Object.entries(metadata);
  if (options.alignment !== undefined) entries.push(['general.alignment', { type: 'uint32', value: alignment }]);
  out.u64(entries.length);
  for (const [key, value] of entries) {
    out.string(key);
    writeValue(out, value);
  }
  let offset = 0;
  for (const tensor of tensors) {
    out.string(tensor.name);
    out.u32(tensor.shape.length);
    for (const size of tensor.shape) out.u64(size);
    out.u32(tensorTypes[tensor.type].id);
    out.u64(offset);
    offset += Math.ceil(tensorBytes(tensor) / alignment) * alignment;
  }
  out.align(alignment);
  return out;
}

function writeValue(out: ByteWriter, value: WritableValue): void {
  if (typeof value === 'string') {
    out.u32(valueTypes.string);
    out.string(value);
  } else if (typeof value === 'boolean') {
    out.u32(valueTypes.bool);
    out.bytes(Uint8Array.of(value ? 1 : 0));
  } else if (typeof value === 'number') {
    const type = !Number.isInteger(value) ? 'float32' : value < 0 ? 'int32' : 'uint32';
    writeScalar(out, type, value);
  } else if (ArrayBuffer.isView(value)) {
    out.u32(valueTypes.array);
    out.u32(arrayElementType(value));
    out.u64(value.length);
    out.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if ('type' in value) {
    writeScalar(out, value.type, value.value);
  } else {
    out.u32(valueTypes.array);
    out.u32(valueTypes.string);
    out.u64(value.length);
    for (const text of value) out.string(text);
  }
}

function arrayElementType(array: Int32Array | Uint32Array | Float32Array | Uint8Array): number {
  if (array instanceof Int32Array) return valueTypes.int32;
  if (array instanceof Uint32Array) return valueTypes.uint32;
  return array instanceof Float32Array ? valueTypes.float32 : valueTypes.uint8;
}

function writeScalar(out: ByteWriter, type: keyof typeof valueTypes, value: number | bigint): void {
  out.u32(valueTypes[type]);
  out.bytes(scalarBytes(type, value));
}

function scalarBytes(type: keyof typeof valueTypes, value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const number = Number(value);
  switch (type) {
    case 'uint8':
    case 'int8':
    case 'bool':
      view.setUint8(0, number);
      return bytes.subarray(0, 1);
    case 'uint16':
    case 'int16':
      view.setUint16(0, number, true);
      return bytes.subarray(0, 2);
    case 'uint32':
    case 'int32':
      view.setUint32(0, number, true);
      return bytes.subarray(0, 4);
    case 'float32':
      view.setFloat32(0, number, true);
      return bytes.subarray(0, 4);
    case 'float64':
      view.setFloat64(0, number, true);
      return bytes;
    case 'uint64':
    case 'int64':
      view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
      return bytes;
    default:
      throw new RangeError(`${type} is not a scalar type`);
  }
}

/** Appends little-endian fields to a growing byte array. */
class ByteWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;
  readonly #encoder = new TextEncoder();

  u32(value: number): void {
    const at = this.#grow(4);
    new DataView(this.#bytes.buffer).setUint32(at, value, true);
  }

  u64(value: number): void {
    const at = this.#grow(8);
    new DataView(this.#bytes.buffer).setBigUint64(at, BigInt(value), true);
  }

  string(text: string): void {
    const bytes = this.#encoder.encode(text);
    this.u64(bytes.byteLength);
    this.bytes(bytes);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#grow(bytes.byteLength);
    this.#bytes.set(bytes, at);
  }

  align(alignment: number): void {
    this.#grow((alignment - (this.#length % alignment)) % alignment);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.byteLength * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return at;
  }
}
