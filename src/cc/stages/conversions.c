// Third stage, conversions between words, floats, 64-bit integers and doubles; see values.c.

// A word from another class.
int cast_to_word(int n, int d) {
  int a = node[n].a;
  int t = node[n].type;
  int from = node[a].type;
  int rd = place[d];
  int c = class_of(from);
  if (t == TY_BOOL) {
    if (c == CLASS_WORD) {
      int r = gen_word(a, d);
      if (from == TY_BOOL) return r;
      sltu(rd, ZERO, r);
      return rd;
    }
    if (c == CLASS_FLOAT) {
      int r = gen_word(a, d);
      slli(rd, r, 1);
      sltu(rd, ZERO, rd);
      return rd;
    }
    int r = gen_long(a, d);
    int h = high_register;
    if (c == CLASS_DOUBLE) {
      slli(T6, h, 1);
      h = T6;
    }
    or(rd, r, h);
    sltu(rd, ZERO, rd);
    return rd;
  }
  int r;
  if (c == CLASS_FLOAT) {
    r = gen_word(a, d);
    emit(0xf0000053 | (r << 15));
    // fcvt.w.s or fcvt.wu.s rd, f0, rtz
    emit(0xc0001053 | (rd << 7) | ((t == TY_UINT) << 20));
    r = rd;
  } else if (c == CLASS_DOUBLE) {
    if (d > 0) return gen_saved(n, d);
    gen_long_to(a, 0);
    call_runtime(CALL_F64_TO_S64);
    r = A0;
  } else if (c == CLASS_LONG) {
    r = gen_long(a, d);
  } else {
    r = gen_word(a, d);
    // A narrow value that already has this form.
    if (size_of(from) < size_of(t) && (is_unsigned(from) || !is_unsigned(t))) return r;
    if (size_of(from) == size_of(t) && is_unsigned(from) == is_unsigned(t)) return r;
  }
  switch (t) {
    case TY_CHAR:
    case TY_SCHAR:
      slli(rd, r, 24);
      srai(rd, rd, 24);
      return rd;
    case TY_UCHAR:
      andi(rd, r, 255);
      return rd;
    case TY_SHORT:
      slli(rd, r, 16);
      srai(rd, rd, 16);
      return rd;
    case TY_USHORT:
      slli(rd, r, 16);
      srli(rd, rd, 16);
      return rd;
  }
  return r;
}

int cast_to_float(int n, int d) {
  int a = node[n].a;
  int from = node[a].type;
  int rd = place[d];
  int c = class_of(from);
  if (c == CLASS_FLOAT) return gen_word(a, d);
  if (c == CLASS_WORD) {
    int r = gen_word(a, d);
    // fcvt.s.w or fcvt.s.wu f0, r; fmv.x.w rd, f0
    emit(0xd0007053 | (r << 15) | ((from == TY_UINT) << 20));
    emit(0xe0000053 | (rd << 7));
    return rd;
  }
  if (d > 0) return gen_saved(n, d);
  gen_long_to(a, 0);
  if (c == CLASS_DOUBLE) call_runtime(CALL_F64_TO_F32);
  else if (mode == MODE_EXPRESSION) {
    call_runtime(is_unsigned(from) ? CALL_F64_FROM_U64 : CALL_F64_FROM_S64);
    call_runtime(CALL_F64_TO_F32);
  } else call_runtime(is_unsigned(from) ? RUNTIME_F32_FROM_U64 : RUNTIME_F32_FROM_S64);
  return A0;
}

int cast_to_long(int n, int d) {
  int a = node[n].a;
  int from = node[a].type;
  int c = class_of(from);
  if (c == CLASS_LONG) return gen_long(a, d);
  if (c == CLASS_WORD) {
    int r = gen_word(a, d);
    high_register = ZERO;
    if (is_unsigned(from)) return r;
    int to = place[d + (r == place[d])];
    srai(to, r, 31);
    high_register = to;
    return r;
  }
  if (d > 0) return gen_saved(n, d);
  if (c == CLASS_FLOAT) {
    gen_word_to(a, 0);
    call_runtime(CALL_F64_FROM_F32);
  } else gen_long_to(a, 0);
  call_runtime(is_unsigned(node[n].type) ? CALL_F64_TO_U64 : CALL_F64_TO_S64);
  high_register = A1;
  return A0;
}

int cast_to_double(int n, int d) {
  int a = node[n].a;
  int from = node[a].type;
  int c = class_of(from);
  if (c == CLASS_DOUBLE) return gen_long(a, d);
  if (d > 0) return gen_saved(n, d);
  if (c == CLASS_FLOAT) {
    gen_word_to(a, 0);
    call_runtime(CALL_F64_FROM_F32);
  } else {
    if (c == CLASS_WORD) {
      int r = gen_word(a, 0);
      move(A0, r);
      if (is_unsigned(from)) addi(A1, ZERO, 0);
      else srai(A1, A0, 31);
      call_runtime(CALL_F64_FROM_S64);
    } else {
      gen_long_to(a, 0);
      call_runtime(is_unsigned(from) ? CALL_F64_FROM_U64 : CALL_F64_FROM_S64);
    }
  }
  high_register = A1;
  return A0;
}
