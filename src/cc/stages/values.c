// Third stage, expressions: each `gen_` function leaves the value of a node in registers.
//
// Values live on a stack of registers that starts with a0, a1, ...: the value at depth d is in place[d], 64-bit values
// in place[d] and place[d + 1]. So the arguments of a call at depth 0 are evaluated where the callee wants them, and
// its result is where the caller does. A local that lives in a register, and zero, need no place. A call at a greater
// depth first saves the places below it, and so does an expression that would run out of places.

const int place[] = { A0, A1, A2, A3, A4, A5, A6, T0, T1, T2, T3, T4 };
enum { PLACES = 12, DEEPEST = 8 };
int deepest;          // DEEPEST, or less in a function whose locals have some of the places
// Scratch registers between instructions of one operator: A7, T5, T6.

int high_register;    // high word of the last 64-bit value
int spill_top;        // spill words in use
int spill_most;
int spill_offset;     // frame offset of the first spill word

int gen_word(int n, int d);
int gen_long(int n, int d);
void gen_effect(int n);
int gen_call(int n, int d);
int gen_builtin(int n, int d);
int load_word(int n, int d);
int load_long(int n, int d);
int gen_assign(int n, int d);
int gen_update(int n, int d, int wanted);
int gen_address_value(int n, int d);
int local_register(int n);

// Operations that one instruction cannot do: an environment call in an expression's program, else a library function,
// which does not stop the machine's quantum.
void call_runtime(int number) {
  if (mode == MODE_EXPRESSION) call_environment(number);
  else call_library(runtime_functions[number - CALL_S64_DIV]);
}

// The value of `n`, of class word or float, in place[d] itself.
int gen_word_to(int n, int d) {
  int r = gen_word(n, d);
  move(place[d], r);
  return place[d];
}

void gen_long_to(int n, int d) {
  int r = gen_long(n, d);
  int h = high_register;
  // The high word may lie in the place of the low one.
  if (h == place[d]) {
    move(place[d + 1], h);
    move(place[d], r);
  } else {
    move(place[d], r);
    move(place[d + 1], h);
  }
  high_register = place[d + 1];
}

int is_wide(int t) {
  int c = class_of(t);
  return c == CLASS_LONG || c == CLASS_DOUBLE;
}

void save_places(int d) {
  for (int i = 0; i < d; i++) store(2, place[i], SP, spill_offset + (spill_top + i) * 4);
  spill_top = spill_top + d;
  if (spill_top > spill_most) spill_most = spill_top;
  if (spill_offset + spill_top * 4 > 2000) limit(generate_at, S("expression is too complex"));
}

void restore_places(int d) {
  spill_top = spill_top - d;
  for (int i = 0; i < d; i++) load(2, place[i], SP, spill_offset + (spill_top + i) * 4);
}

// Evaluates at depth 0 with the places below d saved; the result ends at depth d.
int gen_saved(int n, int d) {
  save_places(d);
  if (is_wide(node[n].type)) {
    gen_long_to(n, 0);
    move(T5, A0);
    move(T6, A1);
    restore_places(d);
    move(place[d], T5);
    move(place[d + 1], T6);
    high_register = place[d + 1];
  } else {
    gen_word_to(n, 0);
    move(T5, A0);
    restore_places(d);
    move(place[d], T5);
  }
  return place[d];
}

// ---- 32-bit operators ----

int gen_divide(int n, int d) {
  int a = gen_word(node[n].a, d);
  int below = a == place[d];
  int b = gen_word(node[n].b, d + below);
  if (!is_constant(node[n].b) || is_zero(node[n].b)) trap_if_zero(b);
  int f3 = node[n].op == N_DIV ? 4 : 6;
  if (is_unsigned(node[n].type)) f3 = f3 + 1;
  op_rrr(1, f3, place[d], a, b);
  return place[d];
}

// The value of an == != < <= on words or floats, or of a comparison of wide operands.
void branch_compare(int n, int l, int sense, int d);

int gen_compare(int n, int d) {
  int op = node[n].op;
  int a = node[n].a;
  int b = node[n].b;
  int t = node[a].type;
  int rd = place[d];
  int c = class_of(t);
  if (c == CLASS_WORD) {
    int unsigned_ = is_unsigned(t);
    int ra = gen_word(a, d);
    if (is_constant(b)) {
      int v = node[b].a;
      if (op == N_EQ || op == N_NE) {
        if (v && v != -2048 && small(v)) {
          addi(rd, ra, 0 - v);
          ra = rd;
          v = 0;
        }
        if (v == 0) {
          if (op == N_EQ) sltiu(rd, ra, 1);
          else sltu(rd, ZERO, ra);
          return rd;
        }
      } else if (op == N_LT && small(v)) {
        op_imm(unsigned_ ? 3 : 2, rd, ra, v);
        return rd;
      } else if (op == N_LE && small(v + 1) && (!unsigned_ || v != -1)) {
        op_imm(unsigned_ ? 3 : 2, rd, ra, v + 1);
        return rd;
      }
    }
    int rb = gen_word(b, d + (ra == rd));
    if (op == N_EQ || op == N_NE) {
      xor(rd, ra, rb);
      if (op == N_EQ) sltiu(rd, rd, 1);
      else sltu(rd, ZERO, rd);
    } else if (op == N_LT) op_rrr(0, unsigned_ ? 3 : 2, rd, ra, rb);
    else {
      op_rrr(0, unsigned_ ? 3 : 2, rd, rb, ra);
      xori(rd, rd, 1);
    }
    return rd;
  }
  if (c == CLASS_FLOAT) {
    int ra = gen_word(a, d);
    int rb = gen_word(b, d + (ra == rd));
    emit(0xf0000053 | (ra << 15));
    emit(0xf00000d3 | (rb << 15));
    // flt.s, fle.s, feq.s rd, f0, f1
    int f3 = op == N_LT ? 1 : op == N_LE ? 0 : 2;
    emit(0xa0000053 | (rd << 7) | (f3 << 12) | (1 << 20));
    if (op == N_NE) xori(rd, rd, 1);
    return rd;
  }
  if (c == CLASS_LONG && d <= deepest) {
    int ra = gen_long(a, d);
    int ha = high_register;
    int next = d;
    if (ra == place[d] || ha == place[d] || ra == place[d + 1] || ha == place[d + 1]) next = d + 2;
    int rb = gen_long(b, next);
    int hb = high_register;
    int f3 = is_unsigned(t) ? 3 : 2;
    if (op == N_EQ || op == N_NE) {
      xor(T5, ra, rb);
      xor(T6, ha, hb);
      or(rd, T5, T6);
      if (op == N_EQ) sltiu(rd, rd, 1);
      else sltu(rd, ZERO, rd);
      return rd;
    }
    if (op == N_LE) {
      int r = ra;
      ra = rb;
      rb = r;
      r = ha;
      ha = hb;
      hb = r;
    }
    // high words differ: their order; else that of the low words
    sltu(T5, ra, rb);
    op_rrr(0, f3, T6, ha, hb);
    skip(BEQ, ha, hb, 1);
    move(T5, T6);
    if (op == N_LE) xori(rd, T5, 1);
    else move(rd, T5);
    return rd;
  }
  // double: compare, then look at the result
  if (d > 0) return gen_saved(n, d);
  gen_long_to(a, 0);
  gen_long_to(b, 2);
  call_runtime(CALL_F64_COMPARE);
  if (op == N_LT) slti(A0, A0, 0);
  else if (op == N_LE) slti(A0, A0, 1);
  else if (op == N_EQ) sltiu(A0, A0, 1);
  else sltu(A0, ZERO, A0);
  return A0;
}

int gen_binary_word(int n, int d) {
  int op = node[n].op;
  int b = node[n].b;
  int rd = place[d];
  int ra = gen_word(node[n].a, d);
  if (is_constant(b)) {
    int v = node[b].a;
    switch (op) {
      case N_ADD: if (small(v)) { addi(rd, ra, v); return rd; } break;
      case N_SUB: if (small(0 - v)) { addi(rd, ra, 0 - v); return rd; } break;
      case N_AND: if (small(v)) { andi(rd, ra, v); return rd; } break;
      case N_OR: if (small(v)) { ori(rd, ra, v); return rd; } break;
      case N_XOR: if (small(v)) { xori(rd, ra, v); return rd; } break;
      case N_SHL: slli(rd, ra, v & 31); return rd;
      case N_SHR:
        if (is_unsigned(node[n].type)) srli(rd, ra, v & 31);
        else srai(rd, ra, v & 31);
        return rd;
      case N_MUL:
        if (v > 0 && (v & (v - 1)) == 0) {
          int bits = 0;
          while ((v >> bits) > 1) bits++;
          slli(rd, ra, bits);
          return rd;
        }
        break;
    }
  }
  int rb = gen_word(b, d + (ra == rd));
  switch (op) {
    case N_ADD: add(rd, ra, rb); break;
    case N_SUB: sub(rd, ra, rb); break;
    case N_MUL: mul(rd, ra, rb); break;
    case N_AND: and(rd, ra, rb); break;
    case N_OR: or(rd, ra, rb); break;
    case N_XOR: xor(rd, ra, rb); break;
    case N_SHL: sll(rd, ra, rb); break;
    case N_SHR:
      if (is_unsigned(node[n].type)) srl(rd, ra, rb);
      else sra(rd, ra, rb);
      break;
  }
  return rd;
}

// float: through f0 and f1
int gen_binary_float(int n, int d) {
  int rd = place[d];
  int ra = gen_word(node[n].a, d);
  int rb = gen_word(node[n].b, d + (ra == rd));
  emit(0xf0000053 | (ra << 15));
  emit(0xf00000d3 | (rb << 15));
  // fadd.s, fsub.s, fmul.s, fdiv.s f0, f0, f1
  int f7 = (node[n].op - N_ADD) * 4;
  emit(0x53 | (f7 << 25) | (1 << 20) | (7 << 12));
  emit(0xe0000053 | (rd << 7));
  return rd;
}

// ---- jumps on conditions ----

// Jumps to `l` when the truth of `n` equals `sense`.
void gen_branch(int n, int l, int sense, int d) {
  int op = node[n].op;
  if (op == N_INTEGER) {
    if (!is_zero(n) == sense) jump(l);
    return;
  }
  if (op == N_NOT) {
    gen_branch(node[n].a, l, !sense, d);
    return;
  }
  if (op == N_AND_AND || op == N_OR_OR) {
    if ((op == N_OR_OR) == sense) {
      gen_branch(node[n].a, l, sense, d);
      gen_branch(node[n].b, l, sense, d);
    } else {
      int over = new_label();
      gen_branch(node[n].a, over, !sense, d);
      gen_branch(node[n].b, l, sense, d);
      place_label(over);
    }
    return;
  }
  if (op >= N_EQ && op <= N_LE) {
    branch_compare(n, l, sense, d);
    return;
  }
  if (op == N_CAST && node[n].type == TY_BOOL) {
    gen_branch(node[n].a, l, sense, d);
    return;
  }
  int c = class_of(node[n].type);
  if (c == CLASS_LONG || c == CLASS_DOUBLE) {
    int r = gen_long(n, d);
    int h = high_register;
    if (c == CLASS_DOUBLE) {
      // -0.0 is false too
      slli(T6, h, 1);
      h = T6;
    }
    if (h != ZERO) {
      or(T6, r, h);
      r = T6;
    }
    branch(sense ? BNE : BEQ, r, ZERO, l);
    return;
  }
  int r = gen_word(n, d);
  if (c == CLASS_FLOAT) {
    slli(T6, r, 1);
    r = T6;
  }
  branch(sense ? BNE : BEQ, r, ZERO, l);
}

void branch_compare(int n, int l, int sense, int d) {
  int op = node[n].op;
  int a = node[n].a;
  int b = node[n].b;
  int t = node[a].type;
  int c = class_of(t);
  int equality = op == N_EQ || op == N_NE;
  if (c == CLASS_WORD) {
    int ra = gen_word(a, d);
    if (is_constant(b) && !is_unsigned(t) && op == N_LE && node[b].a == -1) {
      branch(sense ? BLT : BGE, ra, ZERO, l);
      return;
    }
    int rb = gen_word(b, d + (ra == place[d]));
    if (equality) {
      branch((op == N_EQ) == sense ? BEQ : BNE, ra, rb, l);
      return;
    }
    int f3 = is_unsigned(t) ? BLTU : BLT;
    // a <= b is not (b < a)
    if (op == N_LT) branch(sense ? f3 : f3 + 1, ra, rb, l);
    else branch(sense ? f3 + 1 : f3, rb, ra, l);
    return;
  }
  if (c == CLASS_LONG && d <= deepest) {
    int ra = gen_long(a, d);
    int ha = high_register;
    int next = d;
    if (ra == place[d] || ha == place[d] || ra == place[d + 1] || ha == place[d + 1]) next = d + 2;
    int rb = gen_long(b, next);
    int hb = high_register;
    if (equality) {
      if ((op == N_NE) == sense) {
        branch(BNE, ra, rb, l);
        branch(BNE, ha, hb, l);
      } else {
        int over = new_label();
        branch(BNE, ra, rb, over);
        branch(BEQ, ha, hb, l);
        place_label(over);
      }
      return;
    }
    if (op == N_LE) {
      int r = ra;
      ra = rb;
      rb = r;
      r = ha;
      ha = hb;
      hb = r;
      sense = !sense;
    }
    int f3 = is_unsigned(t) ? BLTU : BLT;
    int over = new_label();
    if (sense) branch(f3, ha, hb, l);
    else branch(f3, hb, ha, l);
    branch(BNE, ha, hb, over);
    branch(sense ? BLTU : BGEU, ra, rb, l);
    place_label(over);
    return;
  }
  if (c == CLASS_DOUBLE && d == 0) {
    gen_long_to(a, 0);
    gen_long_to(b, 2);
    call_runtime(CALL_F64_COMPARE);
    // -1 less, 0 equal, 1 greater, 2 unordered
    if (op == N_LT) branch(sense ? BLT : BGE, A0, ZERO, l);
    else if (op == N_LE) branch(sense ? BGE : BLT, ZERO, A0, l);
    else branch((op == N_EQ) == sense ? BEQ : BNE, A0, ZERO, l);
    return;
  }
  int r = gen_compare(n, d);
  branch(sense ? BNE : BEQ, r, ZERO, l);
}

// ---- 64-bit operators ----

// Which places a 64-bit operand at depth d has used up.
int places_used(int r, int h, int d) {
  if (r == place[d + 1] || h == place[d + 1]) return 2;
  if (r == place[d] || h == place[d]) return 1;
  return 0;
}

int gen_shift_long(int n, int d) {
  int op = node[n].op;
  int unsigned_ = is_unsigned(node[n].type);
  int rl = place[d];
  int rh = place[d + 1];
  int al = gen_long(node[n].a, d);
  int ah = high_register;
  int b = node[n].b;
  high_register = rh;
  if (is_constant(b)) {
    int v = node[b].a & 63;
    if (op == N_SHL) {
      if (v >= 32) {
        slli(rh, al, v - 32);
        addi(rl, ZERO, 0);
      } else {
        srli(T5, al, 32 - v);
        slli(rh, ah, v);
        or(rh, rh, T5);
        slli(rl, al, v);
      }
      return rl;
    }
    if (v >= 32) {
      if (unsigned_) srli(rl, ah, v - 32);
      else srai(rl, ah, v - 32);
      if (unsigned_) addi(rh, ZERO, 0);
      else srai(rh, rl, 31);
      return rl;
    }
    slli(T5, ah, 32 - v);
    // The low word first would lose a high word that lies in its place.
    srli(T6, al, v);
    if (unsigned_) srli(rh, ah, v);
    else srai(rh, ah, v);
    or(rl, T6, T5);
    return rl;
  }
  int c = gen_word(b, d + 2);
  high_register = rh;
  move(T5, al);
  move(T6, ah);
  andi(A7, c, 32);
  if (op == N_SHL) {
    // count < 32: hi = hi << c | lo >> 1 >> (31 - c), lo = lo << c; else hi = lo << (c - 32), lo = 0
    skip(BNE, A7, ZERO, 7);
    sll(rh, T6, c);
    xori(A7, c, 31);
    srli(T6, T5, 1);
    srl(T6, T6, A7);
    or(rh, rh, T6);
    sll(rl, T5, c);
    skip(BEQ, ZERO, ZERO, 2);
    sll(rh, T5, c);
    addi(rl, ZERO, 0);
    last_label_at = code_words;
    return rl;
  }
  skip(BNE, A7, ZERO, 7);
  srl(rl, T5, c);
  xori(A7, c, 31);
  slli(T5, T6, 1);
  sll(T5, T5, A7);
  or(rl, rl, T5);
  if (unsigned_) srl(rh, T6, c);
  else sra(rh, T6, c);
  skip(BEQ, ZERO, ZERO, 2);
  if (unsigned_) srl(rl, T6, c);
  else sra(rl, T6, c);
  if (unsigned_) addi(rh, ZERO, 0);
  else srai(rh, T6, 31);
  last_label_at = code_words;
  return rl;
}

int gen_binary_long(int n, int d) {
  int op = node[n].op;
  if (op == N_SHL || op == N_SHR) return gen_shift_long(n, d);
  if (op == N_DIV || op == N_REM) {
    if (d > 0) return gen_saved(n, d);
    gen_long_to(node[n].a, 0);
    gen_long_to(node[n].b, 2);
    int call = op == N_DIV ? CALL_S64_DIV : CALL_S64_REM;
    if (is_unsigned(node[n].type)) call = call + 2;
    call_runtime(call);
    high_register = A1;
    return A0;
  }
  int rl = place[d];
  int rh = place[d + 1];
  int al = gen_long(node[n].a, d);
  int ah = high_register;
  int b = node[n].b;
  if (is_constant(b) && (op == N_ADD || op == N_SUB) && small(node[b].a) && small(0 - node[b].a) && node[b].b == node[b].a >> 31) {
    int v = op == N_ADD ? node[b].a : 0 - node[b].a;
    addi(T5, al, v);
    // carry out of the low word
    if (v >= 0) {
      sltu(T6, T5, al);
      add(rh, ah, T6);
    } else {
      sltu(T6, T5, al);
      add(rh, ah, T6);
      addi(rh, rh, -1);
    }
    move(rl, T5);
    high_register = rh;
    return rl;
  }
  if (is_constant(b) && small(node[b].a) && node[b].b == node[b].a >> 31 && op >= N_AND && op <= N_XOR) {
    int v = node[b].a;
    if (ah == rl) {
      // A sign-extended word has its high word where the result's low word goes.
      move(rh, ah);
      ah = rh;
    }
    if (op == N_AND) {
      andi(rl, al, v);
      high_register = v < 0 ? ah : ZERO;
    } else if (op == N_OR && v >= 0) {
      ori(rl, al, v);
      high_register = ah;
    } else if (op == N_XOR && v >= 0) {
      xori(rl, al, v);
      high_register = ah;
    } else {
      op_imm(op == N_OR ? 6 : 4, rl, al, v);
      op_imm(op == N_OR ? 6 : 4, rh, ah, -1);
      high_register = rh;
    }
    return rl;
  }
  int bl = gen_long(b, d + places_used(al, ah, d));
  int bh = high_register;
  high_register = rh;
  switch (op) {
    case N_ADD:
      add(T5, al, bl);
      sltu(T6, T5, al);
      if (ah == ZERO) add(rh, bh, T6);
      else {
        if (bh != ZERO) {
          add(rh, ah, bh);
          ah = rh;
        }
        add(rh, ah, T6);
      }
      move(rl, T5);
      return rl;
    case N_SUB:
      sltu(T6, al, bl);
      sub(T5, al, bl);
      if (bh != ZERO) {
        sub(rh, ah, bh);
        ah = rh;
      }
      sub(rh, ah, T6);
      move(rl, T5);
      return rl;
    case N_MUL:
      mulhu_(T5, al, bl);
      if (ah != ZERO) {
        mul(T6, ah, bl);
        add(T5, T5, T6);
      }
      if (bh != ZERO) {
        mul(T6, al, bh);
        add(T5, T5, T6);
      }
      mul(rl, al, bl);
      move(rh, T5);
      return rl;
    case N_AND:
      and(T5, al, bl);
      if (ah == ZERO || bh == ZERO) high_register = ZERO;
      else and(rh, ah, bh);
      move(rl, T5);
      return rl;
    case N_OR:
      or(T5, al, bl);
      or(rh, ah, bh);
      move(rl, T5);
      return rl;
    case N_XOR:
      xor(T5, al, bl);
      xor(rh, ah, bh);
      move(rl, T5);
      return rl;
  }
  return rl;
}

int gen_binary_double(int n, int d) {
  if (d > 0) return gen_saved(n, d);
  gen_long_to(node[n].a, 0);
  gen_long_to(node[n].b, 2);
  call_runtime(CALL_F64_ADD + node[n].op - N_ADD);
  high_register = A1;
  return A0;
}

// ---- conversions ----

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

// ---- expressions of each class ----

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
