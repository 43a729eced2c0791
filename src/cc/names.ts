// Names that mean something without a declaration: keywords, library functions, types, constants, builtins. The stages
// find them in one static hash table, so that a header costs nothing and a name is looked up once.

import { SHARED_BASE } from '../machine/constants.ts';

const keywords: Readonly<Record<string, string>> = {
  void: 'K_VOID', _Bool: 'K_BOOL', char: 'K_CHAR', short: 'K_SHORT', int: 'K_INT', long: 'K_LONG', float: 'K_FLOAT',
  double: 'K_DOUBLE', signed: 'K_SIGNED', unsigned: 'K_UNSIGNED', struct: 'K_STRUCT', union: 'K_UNION', enum: 'K_ENUM',
  const: 'K_CONST', volatile: 'K_VOLATILE', restrict: 'K_RESTRICT', typedef: 'K_TYPEDEF', extern: 'K_EXTERN',
  static: 'K_STATIC', auto: 'K_AUTO', register: 'K_REGISTER', inline: 'K_INLINE', _Noreturn: 'K_NORETURN',
  _Thread_local: 'K_THREAD_LOCAL', _Alignas: 'K_ALIGNAS', _Complex: 'K_COMPLEX', _Atomic: 'K_ATOMIC',
  _Alignof: 'K_ALIGNOF', sizeof: 'K_SIZEOF', _Static_assert: 'K_STATIC_ASSERT', _Generic: 'K_GENERIC', if: 'K_IF',
  else: 'K_ELSE', while: 'K_WHILE', do: 'K_DO', for: 'K_FOR', switch: 'K_SWITCH', case: 'K_CASE', default: 'K_DEFAULT',
  break: 'K_BREAK', continue: 'K_CONTINUE', return: 'K_RETURN', goto: 'K_GOTO', asm: 'K_ASM',
  bool: 'K_BOOL', alignof: 'K_ALIGNOF', alignas: 'K_ALIGNAS', noreturn: 'K_NORETURN', static_assert: 'K_STATIC_ASSERT',
  __inline: 'K_INLINE', __inline__: 'K_INLINE', __restrict: 'K_RESTRICT', __const: 'K_CONST', __volatile__: 'K_VOLATILE',
}; // biome-ignore format: one table

/** Builtins by number (stages/builtins.c). */
const builtins: Readonly<Record<string, string>> = {
  min: 'B_MIN', max: 'B_MAX', va_start: 'B_VA_START', va_arg: 'B_VA_ARG', va_end: 'B_VA_END', va_copy: 'B_VA_COPY',
  offsetof: 'B_OFFSETOF', assert: 'B_ASSERT', setjmp: 'B_SETJMP', longjmp: 'B_LONGJMP', __ecall: 'B_ECALL',
  __ecall64: 'B_ECALL64', __ecall_long: 'B_ECALL_LONG', __LINE__: 'B_LINE', __FILE__: 'B_FILE', __func__: 'B_FUNCTION', __FUNCTION__: 'B_FUNCTION',
  INT8_C: 'B_INT32_C', INT16_C: 'B_INT32_C', INT32_C: 'B_INT32_C', UINT8_C: 'B_INT32_C', UINT16_C: 'B_INT32_C', UINT32_C: 'B_UINT32_C',
  INT64_C: 'B_INT64_C', INTMAX_C: 'B_INT64_C', UINT64_C: 'B_UINT64_C', UINTMAX_C: 'B_UINT64_C',
}; // biome-ignore format: one table

/** Library functions that expressions call as builtins. */
const expressionBuiltins: Readonly<Record<string, string>> = { abs: 'B_ABS', pow: 'B_POW', sqrt: 'B_SQRT' };

const types: Readonly<Record<string, string>> = {
  size_t: 'TY_ULONG', ssize_t: 'TY_LONG', ptrdiff_t: 'TY_LONG', wchar_t: 'TY_INT', wint_t: 'TY_UINT',
  int8_t: 'TY_SCHAR', uint8_t: 'TY_UCHAR', int16_t: 'TY_SHORT', uint16_t: 'TY_USHORT', int32_t: 'TY_INT',
  uint32_t: 'TY_UINT', int64_t: 'TY_LONG', uint64_t: 'TY_ULONG', intmax_t: 'TY_LONG', uintmax_t: 'TY_ULONG',
  intptr_t: 'TY_LONG', uintptr_t: 'TY_ULONG', int_least8_t: 'TY_SCHAR', uint_least8_t: 'TY_UCHAR',
  int_least16_t: 'TY_SHORT', uint_least16_t: 'TY_USHORT', int_least32_t: 'TY_INT', uint_least32_t: 'TY_UINT',
  int_least64_t: 'TY_LONG', uint_least64_t: 'TY_ULONG', int_fast8_t: 'TY_SCHAR', uint_fast8_t: 'TY_UCHAR',
  int_fast16_t: 'TY_LONG', uint_fast16_t: 'TY_ULONG', int_fast32_t: 'TY_LONG', uint_fast32_t: 'TY_ULONG',
  int_fast64_t: 'TY_LONG', uint_fast64_t: 'TY_ULONG', time_t: 'TY_LONG', clock_t: 'TY_LONG', FILE: 'TY_INT',
  sig_atomic_t: 'TY_INT', char16_t: 'TY_USHORT', char32_t: 'TY_UINT', max_align_t: 'TY_DOUBLE', float_t: 'TY_FLOAT',
  double_t: 'TY_DOUBLE', va_list: 'TY_CHAR_POINTER', __builtin_va_list: 'TY_CHAR_POINTER', jmp_buf: 'TY_JUMP_BUFFER',
}; // biome-ignore format: one table

const doubleBits = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
};

/** Value (the bits, for floating types) and type. */
const constants: Readonly<Record<string, readonly [bigint, string]>> = {
  NULL: [0n, 'TY_VOID_POINTER'], RESIDENT_SHARED: [BigInt(SHARED_BASE), 'TY_VOID_POINTER'], stdin: [1n, 'TY_FILE'], stdout: [2n, 'TY_FILE'], stderr: [3n, 'TY_FILE'],
  true: [1n, 'TY_INT'], false: [0n, 'TY_INT'], EOF: [-1n, 'TY_INT'], BUFSIZ: [512n, 'TY_INT'],
  EXIT_SUCCESS: [0n, 'TY_INT'], EXIT_FAILURE: [1n, 'TY_INT'], RAND_MAX: [2147483647n, 'TY_INT'],
  __STDC__: [1n, 'TY_INT'], __STDC_VERSION__: [201112n, 'TY_LONG'], __STDC_HOSTED__: [1n, 'TY_INT'],
  __CHAR_BIT__: [8n, 'TY_INT'], __resident__: [1n, 'TY_INT'],
  CHAR_BIT: [8n, 'TY_INT'], CHAR_MIN: [-128n, 'TY_INT'], CHAR_MAX: [127n, 'TY_INT'], SCHAR_MIN: [-128n, 'TY_INT'],
  SCHAR_MAX: [127n, 'TY_INT'], UCHAR_MAX: [255n, 'TY_INT'], SHRT_MIN: [-32768n, 'TY_INT'], SHRT_MAX: [32767n, 'TY_INT'],
  USHRT_MAX: [65535n, 'TY_INT'], INT_MIN: [-(2n ** 31n), 'TY_INT'], INT_MAX: [2n ** 31n - 1n, 'TY_INT'],
  UINT_MAX: [2n ** 32n - 1n, 'TY_UINT'], LONG_MIN: [-(2n ** 63n), 'TY_LONG'], LONG_MAX: [2n ** 63n - 1n, 'TY_LONG'],
  ULONG_MAX: [2n ** 64n - 1n, 'TY_ULONG'], LLONG_MIN: [-(2n ** 63n), 'TY_LLONG'],
  LLONG_MAX: [2n ** 63n - 1n, 'TY_LLONG'], ULLONG_MAX: [2n ** 64n - 1n, 'TY_ULLONG'],
  INT8_MIN: [-128n, 'TY_INT'], INT8_MAX: [127n, 'TY_INT'], UINT8_MAX: [255n, 'TY_INT'], INT16_MIN: [-32768n, 'TY_INT'],
  INT16_MAX: [32767n, 'TY_INT'], UINT16_MAX: [65535n, 'TY_INT'], INT32_MIN: [-(2n ** 31n), 'TY_INT'],
  INT32_MAX: [2n ** 31n - 1n, 'TY_INT'], UINT32_MAX: [2n ** 32n - 1n, 'TY_UINT'], INT64_MIN: [-(2n ** 63n), 'TY_LONG'],
  INT64_MAX: [2n ** 63n - 1n, 'TY_LONG'], UINT64_MAX: [2n ** 64n - 1n, 'TY_ULONG'], SIZE_MAX: [2n ** 64n - 1n, 'TY_ULONG'],
  INTMAX_MAX: [2n ** 63n - 1n, 'TY_LONG'], INTMAX_MIN: [-(2n ** 63n), 'TY_LONG'], UINTMAX_MAX: [2n ** 64n - 1n, 'TY_ULONG'],
  PTRDIFF_MAX: [2n ** 63n - 1n, 'TY_LONG'], CLOCKS_PER_SEC: [1000000n, 'TY_LONG'],
  DBL_MAX: [doubleBits(Number.MAX_VALUE), 'TY_DOUBLE'], DBL_MIN: [doubleBits(2 ** -1022), 'TY_DOUBLE'],
  DBL_EPSILON: [doubleBits(2 ** -52), 'TY_DOUBLE'], FLT_MAX: [doubleBits(3.4028234663852886e38), 'TY_FLOAT'],
  FLT_MIN: [doubleBits(2 ** -126), 'TY_FLOAT'], FLT_EPSILON: [doubleBits(2 ** -23), 'TY_FLOAT'],
  DBL_DIG: [15n, 'TY_INT'], FLT_DIG: [6n, 'TY_INT'], DBL_MANT_DIG: [53n, 'TY_INT'], FLT_MANT_DIG: [24n, 'TY_INT'],
  FLT_RADIX: [2n, 'TY_INT'], DBL_MAX_EXP: [1024n, 'TY_INT'], DBL_MIN_EXP: [-1021n, 'TY_INT'],
  INFINITY: [doubleBits(Number.POSITIVE_INFINITY), 'TY_FLOAT'], NAN: [0x7ff8000000000000n, 'TY_FLOAT'],
  HUGE_VAL: [doubleBits(Number.POSITIVE_INFINITY), 'TY_DOUBLE'], M_PI: [doubleBits(Math.PI), 'TY_DOUBLE'],
  M_E: [doubleBits(Math.E), 'TY_DOUBLE'], M_SQRT2: [doubleBits(Math.SQRT2), 'TY_DOUBLE'],
  M_PI_2: [doubleBits(Math.PI / 2), 'TY_DOUBLE'], M_PI_4: [doubleBits(Math.PI / 4), 'TY_DOUBLE'],
  M_LN2: [doubleBits(Math.LN2), 'TY_DOUBLE'], M_LN10: [doubleBits(Math.LN10), 'TY_DOUBLE'],
}; // biome-ignore format: one table

/** Names that stand for a string. */
const strings: Readonly<Record<string, string>> = Object.fromEntries(
  ['d', 'i', 'u', 'x', 'X', 'o'].flatMap((c) => [
    [`PRI${c}8`, c],
    [`PRI${c}16`, c],
    [`PRI${c}32`, c],
    [`PRI${c}64`, `l${c}`],
    [`PRI${c}MAX`, `l${c}`],
    [`PRI${c}PTR`, `l${c}`],
    [`SCN${c}32`, c],
    [`SCN${c}64`, `l${c}`],
  ]),
);

/** Other names of library functions: macros of math.h. */
const aliases: Readonly<Record<string, string>> = {
  isnan: '__isnan', isinf: '__isinf', isfinite: '__isfinite', signbit: '__signbit', memcpy: 'memcpy',
  __builtin_memcpy: 'memcpy', __builtin_abort: 'abort', __builtin_printf: 'printf',
}; // biome-ignore format: one table

export interface StaticName {
  text: string;
  /** Token kind. */
  kind: number;
  /** Category * 65536 + index. */
  meaning: number;
}

export interface StaticNames {
  names: StaticName[];
  constants: { lo: number; hi: number; type: number }[];
  strings: string[];
}

/** All names, given the numbers of the stages' enumerations and the library's functions in order. */
export function staticNames(numbers: Readonly<Record<string, number>>, functions: readonly string[]): StaticNames {
  const number = (name: string): number => {
    const value = numbers[name];
    if (value === undefined) throw new Error(`stages have no constant ${name}`);
    return value;
  };
  const basic = number('TY_BASIC');
  const typeNumber = (type: string): number =>
    ({ TY_CHAR_POINTER: basic, TY_VOID_POINTER: basic, TY_FILE: basic + 1, TY_JUMP_BUFFER: basic + 2 })[type] ??
    number(type);
  const list = new Map<string, StaticName>();
  const add = (text: string, category: string, index: number) =>
    list.set(text, { text, kind: number('T_NAME'), meaning: number(category) * 65536 + index });
  for (const [text, kind] of Object.entries(keywords)) list.set(text, { text, kind: number(kind), meaning: 0 });
  for (const [text, type] of Object.entries(types)) add(text, 'STATIC_TYPE', typeNumber(type));
  for (const [text, which] of Object.entries(builtins)) add(text, 'STATIC_BUILTIN', number(which));
  Object.keys(constants).forEach((text, index) => {
    add(text, 'STATIC_CONSTANT', index);
  });
  functions.forEach((text, index) => {
    add(text, 'STATIC_FUNCTION', index);
  });
  for (const [text, target] of Object.entries(aliases)) {
    if (functions.includes(target)) add(text, 'STATIC_FUNCTION', functions.indexOf(target));
  }
  Object.keys(strings).forEach((text, index) => {
    add(text, 'STATIC_MACRO', index);
  });
  return {
    names: [...list.values()],
    constants: Object.values(constants).map(([value, type]) => ({
      lo: Number(BigInt.asIntN(32, value)),
      hi: Number(BigInt.asIntN(32, value >> 32n)),
      type: typeNumber(type),
    })),
    strings: Object.values(strings),
  };
}

/** Builtin number of a name in expression mode, 0 for most names. */
export function expressionBuiltin(text: string, numbers: Readonly<Record<string, number>>): number {
  const which = expressionBuiltins[text];
  return which ? numbers[which]! : 0;
}

/** FNV-1a, as the SCAN instruction computes it. */
export function nameHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash | 0;
}
