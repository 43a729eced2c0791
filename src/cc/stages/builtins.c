// Names with a meaning of their own that the program calls like functions.

enum { B_NONE, B_ABS, B_MIN, B_MAX, B_POW, B_SQRT, B_VA_START, B_VA_ARG, B_VA_END, B_VA_COPY, B_OFFSETOF, B_ASSERT, B_SETJMP, B_LONGJMP, B_ECALL, B_ECALL64, B_ECALL_LONG, B_LINE, B_FILE, B_FUNCTION, B_INT32_C, B_UINT32_C, B_INT64_C, B_UINT64_C };

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
  if (which == B_FUNCTION || which == B_FILE) {
    // a constant array of characters
    if (which == B_FUNCTION && !in_function) error(at, S("__func__ outside a function"));
    int n = symbol[function[functions - 1].symbol].name;
    int from = which == B_FILE ? S("program.c") : name[n].at;
    int length = which == B_FILE ? 9 : name[n].length;
    int offset = new_data(length + 1, 1);
    for (int i = 0; i < length; i++) put_data_byte(offset + i, byte_at(from + i));
    tk = tk + 1;
    int t = array_of(TY_CHAR, length + 1);
    return new_node(N_VARIABLE, t, anonymous_global(t, at, offset), 0, at);
  }
  if (which <= B_SQRT && mode == MODE_EXPRESSION) return expression_builtin(which, at);
  return program_builtin(which, at);
}

// va_start(list, name), va_arg(list, type), va_end(list), va_copy(to, from), offsetof(type, member), assert(e)
int program_builtin(int which, int at) {
  int text = token[tk].lo;
  tk = tk + 1;
  expect(T_LPAREN);
  switch (which) {
    case B_VA_START: {
      int list = assignment();
      if (accept(T_COMMA)) assignment();
      expect(T_RPAREN);
      int n = new_node(N_BUILTIN, pointer_to(TY_CHAR), 0, 0, at);
      node[n].c = which;
      return new_cast(TY_VOID, assign_node(T_ASSIGN, list, n, at), at);
    }
    case B_VA_ARG: {
      int list = assignment();
      expect(T_COMMA);
      int t = type_name();
      expect(T_RPAREN);
      int size = words_of(t) * 4;
      int n = assign_node(T_PLUS_EQ, list, new_integer(TY_INT, size, 0, at), at);
      node[n].c = 1;
      if (is_aggregate(t)) {
        n = new_cast(pointer_to(pointer_to(t)), n, at);
        return deref_node(deref_node(n, at), at);
      }
      return deref_node(new_cast(pointer_to(t), n, at), at);
    }
    case B_VA_END: {
      int list = assignment();
      expect(T_RPAREN);
      return new_cast(TY_VOID, list, at);
    }
    case B_INT32_C: case B_UINT32_C: case B_INT64_C: case B_UINT64_C: {
      // INT64_C(constant): the constant in that type
      int n = assignment();
      expect(T_RPAREN);
      int t = which == B_INT32_C ? TY_INT : which == B_UINT32_C ? TY_UINT : which == B_INT64_C ? TY_LONG : TY_ULONG;
      return new_cast(t, n, at);
    }
    case B_VA_COPY: {
      int to = assignment();
      expect(T_COMMA);
      int from = assignment();
      expect(T_RPAREN);
      return new_cast(TY_VOID, assign_node(T_ASSIGN, to, from, at), at);
    }
    case B_OFFSETOF: {
      int t = type_name();
      expect(T_COMMA);
      int offset = 0;
      tk = tk - 1;
      while (tok() == T_COMMA || tok() == T_DOT || tok() == T_LBRACKET) {
        if (accept(T_LBRACKET)) {
          if (kind_of(t) != TK_ARRAY) error(at, S("offsetof with an index into something that is no array"));
          t = type_of[t].base;
          offset = offset + constant_expression() * size_of(t);
          expect(T_RBRACKET);
        } else {
          tk = tk + 1;
          if (!is_aggregate(t)) error(at, S("offsetof needs a structure or union"));
          int want = token[tk].lo;
          if (tok() != T_NAME) expected(S("a member name"));
          tk = tk + 1;
          int m;
          do {
            m = find_member(t, want);
            if (!m) error(at, S("offsetof of a member that does not exist"));
            offset = offset + symbol[m].value;
            t = symbol[m].type;
          } while (!symbol[m].name);
        }
      }
      expect(T_RPAREN);
      return new_integer(TY_ULONG, offset, 0, at);
    }
    case B_ASSERT: {
      // A failure names the text of the condition.
      int start = at_token();
      int test = condition(assignment());
      int end = at_token();
      expect(T_RPAREN);
      int offset = new_data(end - start + 1, 1);
      for (int i = 0; i < end - start; i++) put_data_byte(offset + i, byte_at(start + i));
      int t = array_of(TY_CHAR, end - start + 1);
      int words = new_node(N_VARIABLE, t, anonymous_global(t, at, offset), 0, at);
      int n = new_node(N_BUILTIN, TY_VOID, decay(words), new_integer(TY_INT, line_of(at), 0, at), at);
      node[n].c = which;
      function_calls = 1;
      int yes = new_node(N_CAST, TY_VOID, new_integer(TY_INT, 0, 0, at), 0, at);
      int choice = new_node(N_CONDITIONAL, TY_VOID, yes, n, at);
      node[choice].c = test;
      return choice;
    }
    case B_ECALL:
    case B_ECALL64:
    case B_ECALL_LONG: {
      // the number, then the arguments; the second form takes and returns doubles, the third returns both words
      int number = constant_expression();
      int first = 0, last = 0;
      while (accept(T_COMMA)) {
        int a = assign_cast(which == B_ECALL64 ? TY_DOUBLE : TY_INT, assignment(), at);
        int item = new_node(N_EXPRESSION, node[a].type, a, 0, at);
        if (last) node[last].next = item;
        else first = item;
        last = item;
      }
      expect(T_RPAREN);
      function_calls = 1;
      int n = new_node(N_BUILTIN, which == B_ECALL ? TY_INT : which == B_ECALL64 ? TY_DOUBLE : TY_LONG, first, number, at);
      node[n].c = which;
      return n;
    }
    case B_SETJMP: {
      int buffer = decay(assignment());
      expect(T_RPAREN);
      function_calls = 1;
      int n = new_node(N_BUILTIN, TY_INT, buffer, 0, at);
      node[n].c = which;
      return n;
    }
    case B_LONGJMP: {
      int buffer = decay(assignment());
      expect(T_COMMA);
      int value = assign_cast(TY_INT, assignment(), at);
      expect(T_RPAREN);
      function_calls = 1;
      int n = new_node(N_BUILTIN, TY_VOID, buffer, value, at);
      node[n].c = which;
      return n;
    }
  }
  error_start(at);
  put_char('\'');
  put_name(text);
  put_text(S("' is not supported"));
  error_end(at);
  return 0;
}

int variadic_words;   // words of the named parameters of the function being generated

// Registers that setjmp keeps, in the order of a jmp_buf of 14 words; ra is replaced by the place to continue.
const int jump_registers[] = { SP, S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11 };

int gen_program_builtin(int n, int d) {
  int which = node[n].c;
  if (which == B_VA_START) {
    if (frame_size >= 0) {
      load_constant(T5, frame_size + variadic_words * 4);
      add(place[d], T5, SP);
    } else {
      frame_relative(code_words);
      addi(place[d], SP, variadic_words * 4);
    }
    return place[d];
  }
  if (d > 0) return gen_saved(n, d);
  if (which == B_ASSERT) {
    gen_word_to(node[n].a, 0);
    gen_word_to(node[n].b, 1);
    call_library(LIB_ASSERT_FAILED);
    return A0;
  }
  if (which == B_ECALL || which == B_ECALL64 || which == B_ECALL_LONG) {
    int item = node[n].a;
    int w = 0;
    while (item) {
      if (which == B_ECALL64) gen_long_to(node[item].a, w);
      else gen_word_to(node[item].a, w);
      w = w + words_of(node[item].type);
      item = node[item].next;
    }
    call_environment(node[n].b);
    high_register = A1;
    return A0;
  }
  if (which == B_SETJMP) {
    int r = gen_word_to(node[n].a, 0);
    for (int i = 0; i < 13; i++) store(2, jump_registers[i], r, i * 4);
    // The place to continue: four instructions from here.
    emit(0x17 | (T5 << 7));
    addi(T5, T5, 16);
    store(2, T5, r, 52);
    addi(A0, ZERO, 0);
    last_label_at = code_words;
    return A0;
  }
  // longjmp
  if (has_effects(node[n].b)) {
    gen_word_to(node[n].b, 0);
    spill_word(A0);
    gen_word_to(node[n].a, 1);
    spill_top = spill_top - 1;
    load(2, A0, SP, spill_offset + spill_top * 4);
  } else {
    gen_word_to(node[n].a, 1);
    gen_word_to(node[n].b, 0);
  }
  skip(BNE, A0, ZERO, 1);
  addi(A0, ZERO, 1);
  load(2, T5, A1, 52);
  for (int i = 12; i >= 0; i--) load(2, jump_registers[i], A1, i * 4);
  emit(0x67 | (T5 << 15));
  return A0;
}

// Line of a source position, from 1.
int line_of(int at) {
  int line = 1;
  for (int i = 0; i < at; i++)
    if (byte_at(i) == '\n') line++;
  return line;
}

int has_effects(int n) {
  return !is_pure(n);
}

// The value of a builtin at depth d; its class is long or double.
int gen_builtin(int n, int d) {
  int which = node[n].c;
  if (which > B_SQRT) return gen_program_builtin(n, d);
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
