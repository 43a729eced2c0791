// Names that mean something without a declaration: keywords, builtins. One static hash table in the pool.

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
  abs: 'B_ABS', min: 'B_MIN', max: 'B_MAX', pow: 'B_POW', sqrt: 'B_SQRT',
}; // biome-ignore format: one table

export interface StaticName {
  text: string;
  /** Token kind. */
  kind: number;
  /** Category * 65536 + index. */
  meaning: number;
}

/** All names, given the numbers of the stages' enumerations. */
export function staticNames(constants: Readonly<Record<string, number>>): StaticName[] {
  const number = (name: string): number => {
    const value = constants[name];
    if (value === undefined) throw new Error(`stages have no constant ${name}`);
    return value;
  };
  const list: StaticName[] = [];
  for (const [text, kind] of Object.entries(keywords)) list.push({ text, kind: number(kind), meaning: 0 });
  const category = (name: string, index: number) => number(name) * 65536 + index;
  for (const [text, which] of Object.entries(builtins)) {
    list.push({ text, kind: number('T_NAME'), meaning: category('STATIC_BUILTIN', number(which)) });
  }
  return list;
}

/** FNV-1a, as the SCAN instruction computes it. */
export function nameHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash | 0;
}
