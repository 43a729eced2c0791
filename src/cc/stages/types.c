// The type table: sizes, classes and conversions.

enum { TK_BASIC, TK_POINTER, TK_ARRAY, TK_STRUCT, TK_UNION, TK_FUNCTION };

int types;
// base: pointee, element or result type. count: elements, -1 when unknown. first: first member or parameter (symbols
// for members, `parameter` entries for functions). variadic: of a function; 2 when the parameters are not declared.
struct type { int kind, size, align, base, count, first, variadic, pointer, name, complete; } type_of[TYPES];
int basic_pointer[TY_BASIC];

struct parameter { int type, name, next, at; } parameter[PARAMETERS];
int parameters;

// How a value is held: in one register, in two, as a float or double, or in memory.
enum { CLASS_VOID, CLASS_WORD, CLASS_LONG, CLASS_FLOAT, CLASS_DOUBLE, CLASS_MEMORY };
const int basic_class[] = { 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 4 };

int kind_of(int t) {
  if (t < TY_BASIC) return TK_BASIC;
  return type_of[t].kind;
}

int class_of(int t) {
  if (t < TY_BASIC) return basic_class[t];
  int k = type_of[t].kind;
  if (k == TK_STRUCT || k == TK_UNION || k == TK_ARRAY) return CLASS_MEMORY;
  return CLASS_WORD;
}

int size_of(int t) {
  if (t < TY_BASIC) return basic_size[t];
  return type_of[t].size;
}

int align_of(int t) {
  if (t < TY_BASIC) return basic_size[t];
  return type_of[t].align;
}

int is_unsigned(int t) {
  if (t < TY_BASIC) return basic_unsigned[t];
  return 1;
}

int is_integer(int t) {
  return t >= TY_BOOL && t <= TY_ULLONG;
}

int is_floating(int t) {
  return t >= TY_FLOAT && t <= TY_LDOUBLE;
}

int is_arithmetic(int t) {
  return t >= TY_BOOL && t < TY_BASIC;
}

int is_pointer(int t) {
  return t >= TY_BASIC && type_of[t].kind == TK_POINTER;
}

int is_scalar(int t) {
  return is_arithmetic(t) || is_pointer(t);
}

int is_aggregate(int t) {
  if (t < TY_BASIC) return 0;
  return type_of[t].kind == TK_STRUCT || type_of[t].kind == TK_UNION;
}

int promoted(int t) {
  return t < TY_INT ? TY_INT : t;
}

// The type of the usual arithmetic conversions.
int common_type(int a, int b) {
  a = promoted(a);
  b = promoted(b);
  int big = a > b ? a : b;
  int small = a > b ? b : a;
  if (big == TY_LLONG && small == TY_ULONG) return TY_ULLONG;
  return big;
}

int new_type(int kind_, int size, int align, int base) {
  int t = types;
  if (t >= TYPES) limit(current_position(), S("too many types for this compiler slot"));
  types = t + 1;
  type_of[t].kind = kind_;
  type_of[t].size = size;
  type_of[t].align = align;
  type_of[t].base = base;
  type_of[t].count = 0;
  type_of[t].first = 0;
  type_of[t].variadic = 0;
  type_of[t].pointer = 0;
  type_of[t].name = 0;
  type_of[t].complete = 1;
  return t;
}

int pointer_to(int base) {
  int t = base < TY_BASIC ? basic_pointer[base] : type_of[base].pointer;
  if (t) return t;
  t = new_type(TK_POINTER, 4, 4, base);
  if (base < TY_BASIC) basic_pointer[base] = t;
  else type_of[base].pointer = t;
  return t;
}

// ---- names of types in messages ----

const int basic_names[] = {
  S("nothing"), S("void"), S("_Bool"), S("char"), S("signed char"), S("unsigned char"), S("short"),
  S("unsigned short"), S("int"), S("unsigned int"), S("long"), S("unsigned long"), S("long long"),
  S("unsigned long long"), S("float"), S("double"), S("long double")
};

void put_name(int n) {
  put_span(name[n].at, name[n].length);
}

void put_type(int t) {
  if (t < TY_BASIC) {
    put_text(basic_names[t]);
    return;
  }
  switch (type_of[t].kind) {
    case TK_POINTER:
      put_type(type_of[t].base);
      put_text(kind_of(type_of[t].base) == TK_POINTER ? S("*") : S(" *"));
      return;
    case TK_ARRAY:
      put_type(type_of[t].base);
      put_char('[');
      if (type_of[t].count >= 0) put_number(type_of[t].count);
      put_char(']');
      return;
    case TK_FUNCTION:
      put_text(S("function returning "));
      put_type(type_of[t].base);
      return;
  }
  put_text(type_of[t].kind == TK_STRUCT ? S("struct ") : S("union "));
  if (type_of[t].name) put_name(type_of[t].name);
  else put_text(S("without a name"));
}
