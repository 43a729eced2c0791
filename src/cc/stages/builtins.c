// Names with a meaning of their own that the program calls like functions.

enum { B_NONE, B_ABS, B_MIN, B_MAX, B_POW, B_SQRT, B_VA_START, B_VA_ARG, B_VA_END, B_VA_COPY, B_OFFSETOF, B_ASSERT, B_SETJMP, B_LONGJMP };

// In expression mode: abs(x), min(x, y), max(x, y) of the usual common type; pow(x, y), sqrt(x) of double.
int expression_builtin(int which, int at) {
  tk = tk + 1;
  expect(T_LPAREN);
  int a = decay(assignment());
  int b = 0;
  if (which == B_MIN || which == B_MAX || which == B_POW) {
    expect(T_COMMA);
    b = decay(assignment());
  }
  expect(T_RPAREN);
  int t = node[a].type;
  if (b && is_arithmetic(t) && is_arithmetic(node[b].type)) t = common_type(t, node[b].type);
  if (!is_arithmetic(t) || (b && !is_arithmetic(node[b].type))) error(at, S("the argument must be a number"));
  if (which == B_POW || which == B_SQRT || is_floating(t)) t = TY_DOUBLE;
  else t = is_unsigned(t) ? TY_ULONG : TY_LONG;
  int n = new_node(N_BUILTIN, t, new_cast(t, a, at), b ? new_cast(t, b, at) : 0, at);
  node[n].c = which;
  return n;
}

int builtin_primary(int at) {
  int which = name[token[tk].lo].meaning & 65535;
  if (which <= B_SQRT) return expression_builtin(which, at);
  error(at, S("this is not supported yet"));
  return 0;
}

// The value of a builtin at depth d; its class is long or double.
int gen_builtin(int n, int d) {
  int which = node[n].c;
  int is_double = node[n].type == TY_DOUBLE;
  if (d > 0) return gen_saved(n, d);
  gen_long_to(node[n].a, 0);
  if (which == B_ABS) {
    if (is_double) {
      slli(A1, A1, 1);
      srli(A1, A1, 1);
    } else if (node[n].type == TY_LONG) {
      skip(BGE, A1, ZERO, 4);
      sltu(T5, ZERO, A0);
      sub(A0, ZERO, A0);
      sub(A1, ZERO, A1);
      sub(A1, A1, T5);
    }
  } else if (which == B_SQRT) call_environment(CALL_F64_SQRT);
  else {
    gen_long_to(node[n].b, 2);
    if (which == B_POW) call_environment(CALL_F64_POW);
    else {
      // Keep a0/a1 or take a2/a3.
      int keep = new_label();
      if (is_double) {
        move(T3, A0);
        call_environment(CALL_F64_COMPARE);
        move(T5, A0);
        move(A0, T3);
        if (which == B_MIN) branch(BGE, ZERO, T5, keep);
        else branch(BGE, T5, ZERO, keep);
      } else {
        int f3 = node[n].type == TY_ULONG ? BLTU : BLT;
        int take = new_label();
        if (which == B_MIN) {
          branch(f3, A1, A3, keep);
          branch(BNE, A1, A3, take);
          branch(BLTU, A0, A2, keep);
        } else {
          branch(f3, A3, A1, keep);
          branch(BNE, A1, A3, take);
          branch(BLTU, A2, A0, keep);
        }
        place_label(take);
      }
      move(A0, A2);
      move(A1, A3);
      place_label(keep);
    }
  }
  high_register = A1;
  return A0;
}
