import { ResidentError } from '../../errors.ts';
import { type TensorType, tensorTypeById, tensorTypeLabel } from '../formats/index.ts';
import type { GgufArray, GgufValue } from './metadata.ts';
import type { ByteSource } from './source.ts';

/** One tensor of a GGUF file. */
export interface GgufTensor {
  readonly name: string;
  readonly type: TensorType;
  /** ggml's order: `shape[0]` values are one row; 1 to 4 entries, each at least 1. */
  readonly shape: readonly number[];
  /** Bytes from the start of `source`. */
  readonly offset: number;
  readonly byteLength: number;
  readonly source: ByteSource;
}

/** What stands before the tensor data of one file. */
export interface GgufHeader {
  readonly version: number;
  readonly metadata: Map<string, GgufValue>;
  readonly tensors: GgufTensor[];
}

/** ids of `enum gguf_metadata_value_type` in the GGUF specification. */
export const valueTypes = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

const valueBytes = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];
const defaultAlignment = 32;
const maxAlignment = 1 << 20;
const maxNameBytes = 65535;
const maxArrayDepth = 4;
const firstRead = 1 << 20;
/** Far above any real header (vocabularies of 256,000 tokens need some 15 MB). */
const longestHeader = 1 << 29;

/**
 * Reads the header of one file: GGUF versions 2 and 3, little-endian (specification: docs/gguf.md of ggml).
 *
 * Every length is checked against the bytes that the file still has before anything is allocated for it, so a
 * hostile header costs at most memory in proportion to the file's real size.
 *
 * @throws ResidentError naming the file, the field and the reason
 */
export async function readHeader(source: ByteSource): Promise<GgufHeader> {
  // Headers are parsed from a prefix of the file; when it proves too short, a longer one is read.
  for (let length = firstRead; ; length *= 8) {
    const prefix = await source.read(0, Math.min(length, source.size));
    try {
      return new HeaderParser(source, prefix).parse();
    } catch (error) {
      if (error !== needMore) throw error;
      if (length >= longestHeader) {
        throw new ResidentError(`${source.name}: broken GGUF: header: it is longer than ${longestHeader} bytes.`);
      }
    }
  }
}

/** Thrown when the prefix ends but the file does not. */
const needMore = new Error('header continues after the prefix');

class HeaderParser {
  readonly #source: ByteSource;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #strict = new TextDecoder('utf-8', { fatal: true });
  readonly #lenient = new TextDecoder();
  #at = 0;

  constructor(source: ByteSource, prefix: Uint8Array<ArrayBuffer>) {
    this.#source = source;
    this.#bytes = prefix;
    this.#view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  }

  parse(): GgufHeader {
    const magic = this.#u32('magic');
    if (magic !== 0x46554747) this.#fail('magic', 'this is not a GGUF file');
    const version = this.#u32('version');
    if (version === 1) this.#fail('version', 'GGUF version 1 is not supported; convert the model again');
    if (version === 0x02000000 || version === 0x03000000) this.#fail('version', 'the file is big-endian');
    if (version !== 2 && version !== 3) this.#fail('version', `${version} is unknown; 2 and 3 are supported`);
    const tensorCount = this.#count('tensor count', 24);
    const metadataCount = this.#count('metadata count', 13);
    const metadata = this.#metadata(metadataCount);
    const tensors = this.#tensors(tensorCount, metadata);
    return { version, metadata, tensors };
  }

  #metadata(count: number): Map<string, GgufValue> {
    const metadata = new Map<string, GgufValue>();
    for (let i = 0; i < count; i++) {
      const key = this.#name(`key of metadata entry ${i}`);
      if (metadata.has(key)) this.#fail(`metadata key ${key}`, 'it appears twice');
      metadata.set(key, this.#value(this.#u32(key), key));
    }
    return metadata;
  }

  #tensors(count: number, metadata: Map<string, GgufValue>): GgufTensor[] {
    const alignment = this.#alignment(metadata);
    const entries: { name: string; type: TensorType; shape: number[]; relative: number; byteLength: number }[] = [];
    const names = new Set<string>();
    for (let i = 0; i < count; i++) {
      const name = this.#name(`name of tensor ${i}`);
      if (names.has(name)) this.#fail(`tensor ${name}`, 'it appears twice');
      names.add(name);
      const shape = this.#shape(name);
      const typeId = this.#u32(`type of tensor ${name}`);
      const type = tensorTypeById(typeId);
      if (!type) this.#fail(`tensor ${name}`, `${tensorTypeLabel(typeId)} is not supported`);
      if (shape[0]! % type.blockSize !== 0) {
        this.#fail(
          `tensor ${name}`,
          `a row of ${shape[0]} values is not whole ${type.name} blocks of ${type.blockSize}`,
        );
      }
      const values = shape.reduce((product, n) => product * n, 1);
      const byteLength = (values / type.blockSize) * type.blockBytes;
      if (!Number.isSafeInteger(values) || !Number.isSafeInteger(byteLength)) {
        this.#fail(`tensor ${name}`, `its shape ${shape.join('×')} overflows`);
      }
      const relative = this.#u64(`offset of tensor ${name}`);
      if (relative % alignment !== 0) {
        this.#fail(`tensor ${name}`, `offset ${relative} is not a multiple of the alignment ${alignment}`);
      }
      entries.push({ name, type, shape, relative, byteLength });
    }
    const dataStart = Math.ceil(this.#at / alignment) * alignment;
    const tensors = entries.map(({ name, type, shape, relative, byteLength }): GgufTensor => {
      const offset = dataStart + relative;
      if (!Number.isSafeInteger(offset + byteLength) || offset + byteLength > this.#source.size) {
        const end = `${byteLength} bytes at ${offset}`;
        this.#fail(`tensor ${name}`, `its ${end} reach past the end of the file (${this.#source.size} bytes)`);
      }
      return { name, type, shape, offset, byteLength, source: this.#source };
    });
    this.#checkOverlap(tensors);
    return tensors;
  }

  #checkOverlap(tensors: readonly GgufTensor[]): void {
    const sorted = [...tensors].sort((a, b) => a.offset - b.offset);
    for (let i = 1; i < sorted.length; i++) {
      const [before, after] = [sorted[i - 1]!, sorted[i]!];
      if (before.offset + before.byteLength > after.offset) {
        this.#fail(`tensor ${after.name}`, `its data overlaps that of ${before.name}`);
      }
    }
  }

  #alignment(metadata: Map<string, GgufValue>): number {
    const value = metadata.get('general.alignment') ?? defaultAlignment;
    const valid =
      typeof value === 'number' && value >= 1 && value <= maxAlignment && Number.isInteger(Math.log2(value));
    if (!valid) this.#fail('general.alignment', 'it must be a power of two up to 1048576');
    return value;
  }

  #shape(name: string): number[] {
    const dimensions = this.#u32(`dimensions of tensor ${name}`);
    if (dimensions < 1 || dimensions > 4) this.#fail(`tensor ${name}`, `it has ${dimensions} dimensions, not 1 to 4`);
    return Array.from({ length: dimensions }, (_, i) => {
      const size = this.#u64(`dimension ${i} of tensor ${name}`);
      if (size === 0) this.#fail(`tensor ${name}`, `dimension ${i} is 0`);
      return size;
    });
  }

  #value(type: number, key: string): GgufValue {
    switch (type) {
      case valueTypes.uint8:
        return this.#bytes[this.#take(1, key)]!;
      case valueTypes.int8:
        return this.#view.getInt8(this.#take(1, key));
      case valueTypes.uint16:
        return this.#view.getUint16(this.#take(2, key), true);
      case valueTypes.int16:
        return this.#view.getInt16(this.#take(2, key), true);
      case valueTypes.uint32:
        return this.#u32(key);
      case valueTypes.int32:
        return this.#view.getInt32(this.#take(4, key), true);
      case valueTypes.float32:
        return this.#view.getFloat32(this.#take(4, key), true);
      case valueTypes.bool:
        return this.#bool(key);
      case valueTypes.string:
        return this.#string(key);
      case valueTypes.array:
        return this.#array(key, 1);
      case valueTypes.uint64:
        return plain(this.#view.getBigUint64(this.#take(8, key), true));
      case valueTypes.int64:
        return plain(this.#view.getBigInt64(this.#take(8, key), true));
      case valueTypes.float64:
        return this.#view.getFloat64(this.#take(8, key), true);
      default:
        return this.#fail(`metadata key ${key}`, `value type ${type} is unknown`);
    }
  }

  #array(key: string, depth: number): GgufArray {
    const type = this.#u32(key);
    const elementBytes = valueBytes[type];
    if (elementBytes === undefined) this.#fail(`metadata key ${key}`, `array element type ${type} is unknown`);
    const count = this.#count(`metadata key ${key}`, elementBytes);
    if (type === valueTypes.string) return Array.from({ length: count }, () => this.#string(key));
    if (type === valueTypes.bool) return Array.from({ length: count }, () => this.#bool(key));
    if (type === valueTypes.array) {
      if (depth >= maxArrayDepth) this.#fail(`metadata key ${key}`, `arrays are nested deeper than ${maxArrayDepth}`);
      return Array.from({ length: count }, () => this.#array(key, depth + 1));
    }
    const at = this.#take(count * elementBytes, key);
    const bytes = this.#bytes.slice(at, at + count * elementBytes).buffer;
    switch (type) {
      case valueTypes.uint8:
        return new Uint8Array(bytes);
      case valueTypes.int8:
        return new Int8Array(bytes);
      case valueTypes.uint16:
        return new Uint16Array(bytes);
      case valueTypes.int16:
        return new Int16Array(bytes);
      case valueTypes.uint32:
        return new Uint32Array(bytes);
      case valueTypes.int32:
        return new Int32Array(bytes);
      case valueTypes.float32:
        return new Float32Array(bytes);
      case valueTypes.uint64:
        return new BigUint64Array(bytes);
      case valueTypes.int64:
        return new BigInt64Array(bytes);
      default:
        return new Float64Array(bytes);
    }
  }

  #bool(key: string): boolean {
    const value = this.#bytes[this.#take(1, key)]!;
    if (value > 1) this.#fail(`metadata key ${key}`, `${value} is not a boolean`);
    return value === 1;
  }

  /** A key or tensor name: valid UTF-8 and short. */
  #name(field: string): string {
    const length = this.#count(field, 1);
    if (length > maxNameBytes) this.#fail(field, `${length} bytes are too long for a name`);
    const at = this.#take(length, field);
    try {
      return this.#strict.decode(this.#bytes.subarray(at, at + length));
    } catch {
      return this.#fail(field, 'it is not valid UTF-8');
    }
  }

  #string(field: string): string {
    const length = this.#count(field, 1);
    const at = this.#take(length, field);
    return this.#lenient.decode(this.#bytes.subarray(at, at + length));
  }

  /** A 64-bit count of things that need at least `bytesEach` more bytes of the file each. */
  #count(field: string, bytesEach: number): number {
    const count = this.#view.getBigUint64(this.#take(8, field), true);
    const rest = this.#source.size - this.#at;
    if (count > BigInt(Math.floor(rest / bytesEach))) {
      this.#fail(field, `it claims ${count} items, but only ${rest} bytes follow`);
    }
    return Number(count);
  }

  #u64(field: string): number {
    const value = this.#view.getBigUint64(this.#take(8, field), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.#fail(field, `${value} is too large`);
    return Number(value);
  }

  #u32(field: string): number {
    return this.#view.getUint32(this.#take(4, field), true);
  }

  /** Moves over `length` bytes and returns where they start. */
  #take(length: number, field: string): number {
    const at = this.#at;
    if (at + length > this.#source.size) this.#fail(field, `the file ends here, at byte ${this.#source.size}`);
    if (at + length > this.#bytes.byteLength) throw needMore;
    this.#at = at + length;
    return at;
  }

  #fail(field: string, reason: string): never {
    throw new ResidentError(`${this.#source.name}: broken GGUF: ${field}: ${reason}.`);
  }
}

function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
