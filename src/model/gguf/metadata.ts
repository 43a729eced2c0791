import { ResidentError } from '../../errors.ts';

/** Numbers up to 2^53 are `number`; larger 64-bit integers stay `bigint`. Numeric arrays are typed arrays. */
export type GgufValue = number | bigint | boolean | string | GgufArray;
export type GgufArray =
  | string[]
  | boolean[]
  | GgufArray[]
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

interface Range {
  min?: number;
  max?: number;
}

/** The metadata of a GGUF file with checked access. Errors name the file and the key. */
export class GgufMetadata {
  readonly fileName: string;
  readonly entries: ReadonlyMap<string, GgufValue>;

  constructor(fileName: string, entries: ReadonlyMap<string, GgufValue>) {
    this.fileName = fileName;
    this.entries = entries;
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** A non-negative integer within `range` (default 0 to 2^32 - 1), or `fallback` when the key is absent. */
  integer(key: string, fallback?: number, range: Range = {}): number {
    const value = this.entries.get(key) ?? fallback;
    const { min = 0, max = 2 ** 32 - 1 } = range;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw this.#wrong(key, value, 'an integer');
    if (value < min || value > max) {
      throw new ResidentError(`${this.fileName}: ${key} is ${value}, but must be ${min} to ${max}.`);
    }
    return value;
  }

  /** A finite number. */
  number(key: string, fallback?: number): number {
    const value = this.entries.get(key) ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#wrong(key, value, 'a finite number');
    return value;
  }

  string(key: string, fallback?: string): string {
    const value = this.entries.get(key) ?? fallback;
    if (typeof value !== 'string') throw this.#wrong(key, value, 'a string');
    return value;
  }

  boolean(key: string, fallback?: boolean): boolean {
    const value = this.entries.get(key) ?? fallback;
    if (typeof value !== 'boolean') throw this.#wrong(key, value, 'true or false');
    return value;
  }

  strings(key: string): readonly string[] {
    const value = this.entries.get(key);
    if (!Array.isArray(value) || (value.length > 0 && typeof value[0] !== 'string')) {
      throw this.#wrong(key, value, 'an array of strings');
    }
    return value as string[];
  }

  /** A numeric array of any element type up to 32 bits or f64, or undefined when the key is absent. */
  numbers(key: string): ArrayLike<number> | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    const typed = ArrayBuffer.isView(value) && !(value instanceof BigUint64Array) && !(value instanceof BigInt64Array);
    if (!typed) throw this.#wrong(key, value, 'an array of numbers');
    return value as Float32Array;
  }

  #wrong(key: string, value: GgufValue | undefined, wanted: string): ResidentError {
    if (value === undefined) return new ResidentError(`${this.fileName}: metadata key ${key} is missing.`);
    return new ResidentError(`${this.fileName}: metadata key ${key} must be ${wanted}.`);
  }
}
