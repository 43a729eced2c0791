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
