// The syntax tree: typed nodes, made by functions that convert operands and fold constants.

enum {
  N_NONE, N_INTEGER, N_FLOATING, N_VARIABLE, N_ADDRESS, N_DEREF, N_BITFIELD,
  N_ADD, N_SUB, N_MUL, N_DIV, N_REM, N_AND, N_OR, N_XOR, N_SHL, N_SHR, N_EQ, N_NE, N_LT, N_LE,
  N_NEGATE, N_COMPLEMENT, N_NOT, N_CAST, N_AND_AND, N_OR_OR, N_CONDITIONAL, N_COMMA, N_ASSIGN, N_CALL,
  N_BUILTIN,
  N_BLOCK, N_EXPRESSION, N_IF, N_LOOP, N_DO, N_SWITCH, N_CASE, N_BREAK, N_CONTINUE, N_RETURN, N_GOTO, N_LABEL, N_ZERO,
  N_OLD, N_UPDATE,
  N_KINDS
};

int nodes;
// at: source position, for messages. next: of a list (statements of a block, arguments of a call).
struct node { int op, type, a, b, c, at, next; } node[NODES];

int new_node(int op, int t, int a, int b, int at) {
  int n = nodes;
  if (n >= NODES) limit(at, S("too many syntax tree nodes for this compiler slot"));
  nodes = n + 1;
  node[n].op = op;
  node[n].type = t;
  node[n].a = a;
  node[n].b = b;
  node[n].c = 0;
  node[n].at = at;
  node[n].next = 0;
  return n;
}

// An integer constant, reduced to the range of its type.
int new_integer(int t, int l, int h, int at) {
  if (t == TY_BOOL) {
    l = (l | h) != 0;
    h = 0;
  } else {
    int size = size_of(t);
    int bits = 32 - size * 8;
    if (size < 4) l = is_unsigned(t) ? shr(l << bits, bits) : (l << bits) >> bits;
    if (size <= 4) h = is_unsigned(t) ? 0 : l >> 31;
  }
  return new_node(N_INTEGER, t, l, h, at);
}

int new_floating(int t, int l, int h, int at) {
  return new_node(N_FLOATING, t, l, h, at);
}

int is_constant(int n) {
  return node[n].op == N_INTEGER;
}

int is_zero(int n) {
  return node[n].op == N_INTEGER && (node[n].a | node[n].b) == 0;
}

// The integer (l, h) as a double in (lo, hi), rounded to nearest even at `precision` bits.
void integer_to_double(int l, int h, int unsigned_, int precision) {
  int sign = 0;
  if (!unsigned_ && h < 0) {
    sign = 1;
    l = sub64(0, 0, l, h);
    h = high;
  }
  lo = 0;
  hi = 0;
  if ((l | h) == 0) return;
  int top = 63;
  while (top >= 32 && !((h >> (top - 32)) & 1)) top--;
  if (top < 32) while (!((l >> top) & 1)) top--;
  int drop = top + 1 - precision;
  if (drop > 0) {
    int whole = shr64(l, h, drop, 1);
    int whole_high = high;
    int rest = shl64(l, h, 64 - drop);
    int rest_high = high;
    if (rest_high < 0 && ((rest_high << 1) | rest | (whole & 1))) {
      whole = whole + 1;
      whole_high = whole_high + (whole == 0);
    }
    l = shl64(whole, whole_high, drop);
    h = high;
    if ((l | h) == 0) {
      hi = (1023 + 64) << 20;
      if (sign) hi = hi | (1 << 31);
      return;
    }
    top = 63;
    while (top >= 32 && !((h >> (top - 32)) & 1)) top--;
    if (top < 32) while (!((l >> top) & 1)) top--;
  }
  if (top <= 52) lo = shl64(l, h, 52 - top);
  else lo = shr64(l, h, top - 52, 1);
  hi = (high & 0xfffff) | ((1023 + top) << 20) | (sign << 31);
}

// The double (l, h) rounded to a float, still as a double, in (lo, hi).
void round_to_float(int l, int h) {
  lo = l;
  hi = h;
  int exponent = (h >> 20) & 2047;
  if (exponent == 2047 || exponent == 0) {
    if (exponent == 0) {
      lo = 0;
      hi = h & (1 << 31);
    }
    return;
  }
  // A float has 24 bits, fewer below 2^-126.
  int drop = 29;
  if (exponent - 1023 < -126) drop = 29 + (-126 - (exponent - 1023));
  if (drop > 53) {
    lo = 0;
    hi = h & (1 << 31);
    return;
  }
  int sign = h & (1 << 31);
  int mh = (h & 0xfffff) | 0x100000;
  int whole = shr64(l, mh, drop, 1);
  int rest = shl64(l, mh, 64 - drop);
  int rest_high = high;
  if (rest_high < 0 && ((rest_high << 1) | rest | (whole & 1))) whole = whole + 1;
  if (whole == 0) {
    lo = 0;
    hi = sign;
    return;
  }
  int top = 31;
  while (!((whole >> top) & 1)) top--;
  exponent = exponent - 1023 - 52 + drop + top;
  if (exponent > 127) {
    lo = 0;
    hi = sign | 0x7ff00000;
    return;
  }
  lo = shl64(whole, 0, 52 - top);
  hi = sign | (high & 0xfffff) | ((exponent + 1023) << 20);
}

// (type) a
int new_cast(int t, int a, int at) {
  int from = node[a].type;
  if (from == t) return a;
  if (t == TY_VOID) return new_node(N_CAST, t, a, 0, at);
  if (node[a].op == N_INTEGER) {
    if (is_integer(t) || is_pointer(t)) return new_integer(t, node[a].a, node[a].b, at);
    if (is_floating(t)) {
      integer_to_double(node[a].a, node[a].b, is_unsigned(from), t == TY_FLOAT ? 24 : 53);
      return new_floating(t, lo, hi, at);
    }
  }
  if (node[a].op == N_FLOATING && is_floating(t)) {
    if (t == TY_FLOAT) {
      round_to_float(node[a].a, node[a].b);
      return new_floating(t, lo, hi, at);
    }
    return new_floating(t, node[a].a, node[a].b, at);
  }
  // Conversions that the library does.
  int c = class_of(from);
  int to = class_of(t);
  if (t != TY_BOOL && c != to && (c == CLASS_DOUBLE || to == CLASS_DOUBLE || (c == CLASS_FLOAT && to == CLASS_LONG) || (c == CLASS_LONG && to == CLASS_FLOAT)))
    function_calls = 1;
  // Expression programs use no float instructions: their floats go through double, which is exact.
  if (mode == MODE_EXPRESSION && ((from == TY_FLOAT && is_integer(t)) || (is_integer(from) && t == TY_FLOAT)))
    a = new_node(N_CAST, TY_DOUBLE, a, 0, at);
  return new_node(N_CAST, t, a, 0, at);
}

void warn(int at, int message);

// Warns when the sum, difference or product (l, h) of signed 32-bit or 64-bit constants is not the exact one.
void check_overflow(int op, int t, int al, int ah, int bl, int bh, int l, int h, int at) {
  int lost;
  if (size_of(t) <= 4) lost = h != l >> 31;
  else if (op == N_MUL) {
    // Both factors fit a word, or the quotient must give the other factor back.
    if ((al | ah) == 0 || (ah == al >> 31 && bh == bl >> 31)) return;
    int ql = sdiv64(l, h, al, ah);
    lost = ql != bl || high != bh || (remainder_lo | remainder_hi) != 0;
  } else {
    if (op == N_SUB) bh = ~bh;
    lost = ((ah ^ h) & (bh ^ h)) < 0;
  }
  if (lost) warn(at, S("integer overflow in a constant expression"));
}

// Folds an operator on two constants of type `t`; the result has type `to`. 0 when it cannot be folded.
int fold(int op, int t, int to, int a, int b, int at) {
  int al = node[a].a;
  int ah = node[a].b;
  int bl = node[b].a;
  int bh = node[b].b;
  int unsigned_ = is_unsigned(t);
  int l = 0, h = 0;
  switch (op) {
    case N_ADD: l = add64(al, ah, bl, bh); h = high; break;
    case N_SUB: l = sub64(al, ah, bl, bh); h = high; break;
    case N_MUL: l = mul64(al, ah, bl, bh); h = high; break;
    case N_DIV:
      if ((bl | bh) == 0) return 0;
      l = unsigned_ ? udiv64(al, ah, bl, bh) : sdiv64(al, ah, bl, bh);
      h = high;
      break;
    case N_REM:
      if ((bl | bh) == 0) return 0;
      if (unsigned_) udiv64(al, ah, bl, bh);
      else sdiv64(al, ah, bl, bh);
      l = remainder_lo;
      h = remainder_hi;
      break;
    case N_AND: l = al & bl; h = ah & bh; break;
    case N_OR: l = al | bl; h = ah | bh; break;
    case N_XOR: l = al ^ bl; h = ah ^ bh; break;
    case N_SHL:
    case N_SHR:
      // A count outside the width is undefined: leave it to the machine.
      if (bh || ult(size_of(t) * 8 - 1, bl)) return 0;
      l = op == N_SHL ? shl64(al, ah, bl) : shr64(al, ah, bl, unsigned_);
      h = high;
      break;
    case N_EQ: l = al == bl && ah == bh; break;
    case N_NE: l = al != bl || ah != bh; break;
    case N_LT: l = less64(al, ah, bl, bh, unsigned_); break;
    case N_LE: l = !less64(bl, bh, al, ah, unsigned_); break;
    default: return 0;
  }
  if (op <= N_MUL && op >= N_ADD && !unsigned_ && mode != MODE_EXPRESSION) check_overflow(op, t, al, ah, bl, bh, l, h, at);
  return new_integer(to, l, h, at);
}

int swaps(int op) {
  return op == N_ADD || op == N_MUL || op == N_AND || op == N_OR || op == N_XOR || op == N_EQ || op == N_NE;
}

// A binary operator whose operands have their final types; `to` is the type of the result.
int new_operator(int op, int to, int a, int b, int at) {
  if (mode == MODE_EXPRESSION && node[a].type == TY_FLOAT) {
    // The double result of one operation on floats rounds to the float result.
    int n = new_node(op, to == TY_FLOAT ? TY_DOUBLE : to, new_cast(TY_DOUBLE, a, at), new_cast(TY_DOUBLE, b, at), at);
    return new_cast(to, n, at);
  }
  int class = class_of(node[a].type);
  if (class == CLASS_DOUBLE || (class == CLASS_LONG && (op == N_DIV || op == N_REM))) function_calls = 1;
  if (node[a].op == N_INTEGER) {
    if (node[b].op == N_INTEGER) {
      int n = fold(op, node[a].type, to, a, b, at);
      if (n) return n;
    } else if (swaps(op)) {
      // Constants go to the right, where immediates are.
      int other = a;
      a = b;
      b = other;
    }
  }
  if (node[b].op == N_INTEGER && is_integer(node[a].type)) {
    int zero = is_zero(b);
    if (zero && (op == N_ADD || op == N_SUB || op == N_OR || op == N_XOR || op == N_SHL || op == N_SHR) && node[a].type == to)
      return a;
    if (op == N_ADD || op == N_SUB) {
      // (x + c) + d
      if (node[a].op == op && node[a].type == to && node[node[a].b].op == N_INTEGER) {
        b = fold(N_ADD, to, to, node[a].b, b, at);
        a = node[a].a;
      }
    }
    if (node[b].b == 0 && node[b].a == 1 && (op == N_MUL || op == N_DIV) && node[a].type == to) return a;
  }
  return new_node(op, to, a, b, at);
}
