// Third stage, operators on 64-bit integers and doubles; see values.c for where their operands are.

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
