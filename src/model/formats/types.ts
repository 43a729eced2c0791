/**
 * The tensor types of GGUF files. Ids, names and block sizes are ggml's (`enum ggml_type`, `ggml-common.h`).
 *
 * A tensor is rows of `shape[0]` values; a row is whole blocks of `blockSize` values in `blockBytes` bytes each.
 */
export interface TensorType {
  readonly id: number;
  readonly name: TensorTypeName;
  /** Values in one block. */
  readonly blockSize: number;
  /** Bytes of one block. */
  readonly blockBytes: number;
}

export type TensorTypeName =
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'Q8_0'
  | 'Q4_0'
  | 'Q4_1'
  | 'Q5_0'
  | 'Q5_1'
  | 'Q2_K'
  | 'Q3_K'
  | 'Q4_K'
  | 'Q5_K'
  | 'Q6_K'
  | 'IQ4_NL'
  | 'IQ4_XS';

const table: readonly (readonly [TensorTypeName, id: number, blockSize: number, blockBytes: number])[] = [
  ['F32', 0, 1, 4],
  ['F16', 1, 1, 2],
  ['Q4_0', 2, 32, 18],
  ['Q4_1', 3, 32, 20],
  ['Q5_0', 6, 32, 22],
  ['Q5_1', 7, 32, 24],
  ['Q8_0', 8, 32, 34],
  ['Q2_K', 10, 256, 84],
  ['Q3_K', 11, 256, 110],
  ['Q4_K', 12, 256, 144],
  ['Q5_K', 13, 256, 176],
  ['Q6_K', 14, 256, 210],
  ['IQ4_NL', 20, 32, 18],
  ['IQ4_XS', 23, 256, 136],
  ['BF16', 30, 1, 2],
];

/** Every supported tensor type by name. */
export const tensorTypes = Object.fromEntries(
  table.map(([name, id, blockSize, blockBytes]) => [name, { id, name, blockSize, blockBytes }]),
) as Readonly<Record<TensorTypeName, TensorType>>;

const byId = new Map(Object.values(tensorTypes).map((type) => [type.id, type]));

/** The supported type with ggml's id, or undefined. */
export function tensorTypeById(id: number): TensorType | undefined {
  return byId.get(id);
}

/** Types that ggml defines but Resident does not compute with, so that errors can name them. */
const unsupported: Readonly<Record<number, string>> = {
  4: 'Q4_2',
  5: 'Q4_3',
  9: 'Q8_1',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  21: 'IQ3_S',
  22: 'IQ2_S',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  31: 'Q4_0_4_4',
  32: 'Q4_0_4_8',
  33: 'Q4_0_8_8',
  34: 'TQ1_0',
  35: 'TQ2_0',
  36: 'IQ4_NL_4_4',
  37: 'IQ4_NL_4_8',
  38: 'IQ4_NL_8_8',
  39: 'MXFP4',
};

/** A name for any type id, for error messages. */
export function tensorTypeLabel(id: number): string {
  const name = byId.get(id)?.name ?? unsupported[id];
  return name ? `${name} (type ${id})` : `type ${id}`;
}
