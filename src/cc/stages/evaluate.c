// Third stage, any expression of a class, by the operator at its root; see values.c.

// cond ? a : b, for any class
int gen_conditional(int n, int d) {
  int otherwise = new_label();
  int end = new_label();
  int wide = is_wide(node[n].type);
  gen_branch(node[n].c, otherwise, 0, d);
  if (node[n].type == TY_VOID) gen_effect(node[n].a);
  else if (wide) gen_long_to(node[n].a, d);
  else gen_word_to(node[n].a, d);
  jump(end);
  place_label(otherwise);
  if (node[n].type == TY_VOID) gen_effect(node[n].b);
  else if (wide) gen_long_to(node[n].b, d);
  else gen_word_to(node[n].b, d);
  place_label(end);
  if (wide) high_register = place[d + 1];
  return place[d];
}

// The bits of a float whose value is the double (l, h), already rounded to float.
int float_bits(int l, int h) {
  int exponent = (h >> 20) & 2047;
  int sign = h & (1 << 31);
  if (exponent == 2047) return sign | 0x7f800000 | ((l | (h & 0xfffff)) ? 0x400000 : 0);
  if (exponent == 0) return sign;
  int fraction = ((h & 0xfffff) << 3) | shr(l, 29);
  exponent = exponent - 1023 + 127;
  if (exponent <= 0) return sign | ((fraction | 0x800000) >> (1 - exponent));
  return sign | (exponent << 23) | fraction;
}

// The register that holds the value of `n` (class word or float, or memory: its address).
int gen_word(int n, int d) {
  if (d > deepest) return gen_saved(n, d);
  int rd = place[d];
  int op = node[n].op;
  int t = node[n].type;
  switch (op) {
    case N_INTEGER:
      if (node[n].a == 0) return ZERO;
      load_constant(rd, node[n].a);
      return rd;
    case N_FLOATING: {
      int bits = float_bits(node[n].a, node[n].b);
      if (bits == 0) return ZERO;
      load_constant(rd, bits);
      return rd;
    }
    case N_VARIABLE:
    case N_DEREF:
    case N_BITFIELD:
      return load_word(n, d);
    case N_ADDRESS:
      return gen_address_value(n, d);
    case N_OLD:
      return old_low;
    case N_ADD: case N_SUB: case N_MUL: case N_AND: case N_OR: case N_XOR: case N_SHL: case N_SHR:
      if (t == TY_FLOAT) return gen_binary_float(n, d);
      return gen_binary_word(n, d);
    case N_DIV: case N_REM:
      if (t == TY_FLOAT) return gen_binary_float(n, d);
      return gen_divide(n, d);
    case N_EQ: case N_NE: case N_LT: case N_LE:
      return gen_compare(n, d);
    case N_NEGATE: {
      int r = gen_word(node[n].a, d);
      if (t == TY_FLOAT) {
        lui(T5, 1 << 31);
        xor(rd, r, T5);
      } else sub(rd, ZERO, r);
      return rd;
    }
    case N_COMPLEMENT: {
      int r = gen_word(node[n].a, d);
      xori(rd, r, -1);
      return rd;
    }
    case N_NOT: {
      int c = class_of(node[node[n].a].type);
      if (c == CLASS_WORD) {
        int r = gen_word(node[n].a, d);
        sltiu(rd, r, 1);
        return rd;
      }
      if (c == CLASS_FLOAT) {
        int r = gen_word(node[n].a, d);
        slli(rd, r, 1);
      } else {
        int r = gen_long(node[n].a, d);
        int h = high_register;
        if (c == CLASS_DOUBLE) {
          slli(T6, h, 1);
          h = T6;
        }
        or(rd, r, h);
      }
      sltiu(rd, rd, 1);
      return rd;
    }
    case N_CAST:
      if (t == TY_VOID) {
        gen_effect(node[n].a);
        return ZERO;
      }
      if (t == TY_FLOAT) return cast_to_float(n, d);
      return cast_to_word(n, d);
    case N_AND_AND: case N_OR_OR: {
      int no = new_label();
      int end = new_label();
      gen_branch(n, no, 0, d);
      addi(rd, ZERO, 1);
      jump(end);
      place_label(no);
      addi(rd, ZERO, 0);
      place_label(end);
      return rd;
    }
    case N_CONDITIONAL:
      return gen_conditional(n, d);
    case N_COMMA:
      gen_effect_at(node[n].a, d);
      return gen_word(node[n].b, d);
    case N_ASSIGN:
      return gen_assign(n, d);
    case N_UPDATE:
      return gen_update(n, d, 1);
    case N_CALL:
      if (d > 0) return gen_saved(n, d);
      return gen_call(n, d);
    case N_BUILTIN:
      return gen_builtin(n, d);
  }
  limit(node[n].at, S("internal compiler error: no code for this expression"));
  return rd;
}

// The low register of the value of `n` (class long or double); high_register is the other.
int gen_long(int n, int d) {
  if (d > deepest) return gen_saved(n, d);
  int rd = place[d];
  int rh = place[d + 1];
  int op = node[n].op;
  int t = node[n].type;
  int is_double = class_of(t) == CLASS_DOUBLE;
  switch (op) {
    case N_INTEGER:
    case N_FLOATING: {
      int l = ZERO;
      high_register = ZERO;
      if (node[n].a) {
        load_constant(rd, node[n].a);
        l = rd;
      }
      if (node[n].b) {
        if (node[n].b == -1 && node[n].a < 0 && small(node[n].a)) {
          high_register = rh;
          addi(rh, ZERO, -1);
        } else {
          load_constant(rh, node[n].b);
          high_register = rh;
        }
      }
      return l;
    }
    case N_VARIABLE:
    case N_DEREF:
    case N_BITFIELD:
      return load_long(n, d);
    case N_OLD:
      high_register = old_high;
      return old_low;
    case N_ADD: case N_SUB: case N_MUL: case N_AND: case N_OR: case N_XOR: case N_SHL: case N_SHR: case N_DIV: case N_REM:
      if (is_double) return gen_binary_double(n, d);
      return gen_binary_long(n, d);
    case N_NEGATE: {
      int r = gen_long(node[n].a, d);
      int h = high_register;
      high_register = rh;
      if (is_double) {
        lui(T5, 1 << 31);
        xor(rh, h, T5);
        return r;
      }
      sltu(T5, ZERO, r);
      sub(rh, ZERO, h);
      sub(rd, ZERO, r);
      sub(rh, rh, T5);
      return rd;
    }
    case N_COMPLEMENT: {
      int r = gen_long(node[n].a, d);
      int h = high_register;
      xori(T5, r, -1);
      xori(rh, h, -1);
      move(rd, T5);
      high_register = rh;
      return rd;
    }
    case N_CAST:
      if (is_double) return cast_to_double(n, d);
      return cast_to_long(n, d);
    case N_CONDITIONAL:
      return gen_conditional(n, d);
    case N_COMMA:
      gen_effect_at(node[n].a, d);
      return gen_long(node[n].b, d);
    case N_ASSIGN:
      return gen_assign(n, d);
    case N_UPDATE:
      return gen_update(n, d, 1);
    case N_CALL:
      if (d > 0) return gen_saved(n, d);
      return gen_call(n, d);
    case N_BUILTIN:
      return gen_builtin(n, d);
  }
  limit(node[n].at, S("internal compiler error: no code for this expression"));
  return rd;
}

// Evaluates for effects only, keeping the places below d.
void gen_effect_at(int n, int d) {
  if (d == 0) {
    gen_effect(n);
    return;
  }
  int op = node[n].op;
  if (op == N_INTEGER || op == N_FLOATING || op == N_VARIABLE) return;
  if (op == N_ZERO) gen_zero(node[n].a, d);
  else if (op == N_CAST && node[n].type == TY_VOID) gen_effect_at(node[n].a, d);
  else if (op == N_COMMA) {
    gen_effect_at(node[n].a, d);
    gen_effect_at(node[n].b, d);
  } else if (is_wide(node[n].type)) gen_long(n, d);
  else gen_word(n, d);
}

void gen_effect(int n) {
  int op = node[n].op;
  switch (op) {
    case N_INTEGER: case N_FLOATING: case N_VARIABLE:
      return;
    case N_UPDATE:
      gen_update(n, 0, 0);
      return;
    case N_ZERO:
      gen_zero(node[n].a, 0);
      return;
    case N_COMMA:
      gen_effect(node[n].a);
      gen_effect(node[n].b);
      return;
    case N_CAST:
      if (node[n].type == TY_VOID || op == N_CAST) {
        gen_effect(node[n].a);
        return;
      }
      return;
    case N_CONDITIONAL: {
      int otherwise = new_label();
      int end = new_label();
      gen_branch(node[n].c, otherwise, 0, 0);
      gen_effect(node[n].a);
      jump(end);
      place_label(otherwise);
      gen_effect(node[n].b);
      place_label(end);
      return;
    }
    case N_AND_AND: case N_OR_OR: {
      int end = new_label();
      gen_branch(node[n].a, end, op == N_OR_OR, 0);
      gen_effect(node[n].b);
      place_label(end);
      return;
    }
  }
  if (is_wide(node[n].type)) gen_long(n, 0);
  else gen_word(n, 0);
}
