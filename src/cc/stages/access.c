// Second stage: names, calls, members, assignment and other expressions that need symbols.

int error_undeclared(int n, int at) {
  error_start(at);
  put_char('\'');
  put_name(n);
  put_text(S("' is not declared"));
  error_end(at);
  return 0;
}

// The type that one character of a library signature means.
int signature_type(int c) {
  switch (c) {
    case 'v': return TY_VOID;
    case 'i': return TY_INT;
    case 'u': return TY_UINT;
    case 'l': return TY_LONG;
    case 'U': return TY_ULONG;
    case 'd': return TY_DOUBLE;
    case 'f': return TY_FLOAT;
    case 'p': return pointer_to(TY_VOID);
    case 's': return pointer_to(TY_CHAR);
    case 'S': return pointer_to(pointer_to(TY_CHAR));
    case 'I': return pointer_to(TY_INT);
    case 'D': return pointer_to(TY_DOUBLE);
    case 'L': return pointer_to(TY_LONG);
  }
  // a comparison function: int (const void *, const void *)
  int f = new_type(TK_FUNCTION, 1, 1, c == 'q' ? TY_INT : TY_VOID);
  if (c == 'q') type_of[f].variadic = 2;
  return pointer_to(f);
}

// The symbol of a library function that the program has not declared.
int library_symbol(int n, int index) {
  int s = new_symbol(SY_FUNCTION, 0, n, 0);
  symbol[s].depth = 0;
  symbol[s].flags = FLAG_EXTERN;
  name[n].symbol = s;
  int at = library_signature[index];
  int f = new_type(TK_FUNCTION, 1, 1, signature_type(byte_at(at)));
  int last = 0;
  at++;
  while (byte_at(at)) {
    if (byte_at(at) == '.') type_of[f].variadic = 1;
    else {
      int p = parameters;
      if (p >= PARAMETERS) limit(at_token(), S("too many parameters for this compiler slot"));
      parameters = p + 1;
      parameter[p].type = signature_type(byte_at(at));
      parameter[p].name = 0;
      parameter[p].next = 0;
      if (last) parameter[last].next = p;
      else type_of[f].first = p;
      last = p;
    }
    at++;
  }
  symbol[s].type = f;
  return s;
}

int variable_node(int s, int at) {
  symbol[s].flags = symbol[s].flags | FLAG_USED;
  symbol[s].weight = symbol[s].weight + loop_weight;
  return new_node(N_VARIABLE, symbol[s].type, s, 0, at);
}

// A name as an expression.
int name_primary() {
  int at = at_token();
  int n = token[tk].lo;
  int s = name[n].symbol;
  if (s == 0) {
    int meaning = name[n].meaning & 65535;
    switch (name[n].meaning >> 16) {
      case STATIC_BUILTIN: return builtin_primary(at);
      case STATIC_CONSTANT: {
        tk = tk + 1;
        int t = constant_type[meaning];
        if (is_floating(t)) return new_floating(t, constant_lo[meaning], constant_hi[meaning], at);
        if (t >= TY_BASIC) return new_node(N_INTEGER, pointer_to(t == TY_BASIC ? TY_VOID : TY_INT), constant_lo[meaning], 0, at);
        return new_integer(t, constant_lo[meaning], constant_hi[meaning], at);
      }
      case STATIC_FUNCTION:
        // Expressions call only what needs no data: the functions that look into the model.
        if (mode == MODE_EXPRESSION && !prelude && meaning < MODEL_FUNCTIONS) return error_undeclared(n, at);
        s = library_symbol(n, meaning);
        break;
      default:
        return error_undeclared(n, at);
    }
  }
  tk = tk + 1;
  if (symbol[s].kind == SY_CONSTANT) return new_integer(symbol[s].type, symbol[s].value, symbol[s].extra, at);
  if (symbol[s].kind == SY_TYPE) error(at, S("expected an expression before a type name"));
  return variable_node(s, at);
}

// ---- strings ----

int data_length;            // bytes of initialised data, from the start of RAM
int data[DATA_WORDS];

void put_data_byte(int at, int value) {
  int word = at >> 2;
  if (word >= DATA_WORDS) limit(at_token(), S("too much initialised data for this compiler slot"));
  int shift = (at & 3) * 8;
  data[word] = (data[word] & ~(255 << shift)) | ((value & 255) << shift);
}

// Room in the initialised data, zeroed.
int new_data(int size, int align) {
  int at = round_up(data_length, align);
  int end = at + size;
  if (end < at || end > DATA_WORDS * 4) limit(at_token(), S("too much initialised data for this compiler slot"));
  int from = (data_length + 3) >> 2;
  int to = (end + 3) >> 2;
  if (to > from) clear_words(address_of(data) + from, to - from);
  data_length = end;
  return at;
}

// Characters of the string tokens from here on, decoded; with `at` they are also written there, at most `most`.
// The size of an element (1, 2 or 4 for wide strings) is in string_unit.
int string_unit;

int decode_strings(int at, int most) {
  int count = 0;
  string_unit = 1;
  int t = tk;
  while (token[t].kind == T_STRING) {
    if (token[t].type != TY_CHAR) string_unit = size_of(token[t].type);
    t++;
  }
  while (tok() == T_STRING) {
    pos = token[tk].lo;
    int end = token[tk].hi;
    while (pos < end) {
      int c = byte_at(pos);
      if (c != '\\') pos = pos + 1;
      else if (byte_at(pos + 1) == '\n') {
        pos = pos + 2;
        continue;
      } else c = literal_char();
      if (at >= 0 && count < most) {
        int to = at + count * string_unit;
        put_data_byte(to, c);
        if (string_unit > 1) {
          put_data_byte(to + 1, c >> 8);
          if (string_unit > 2) {
            put_data_byte(to + 2, c >> 16);
            put_data_byte(to + 3, c >> 24);
          }
        }
      }
      count++;
    }
    tk = tk + 1;
  }
  return count;
}

// An object with static storage and no name.
int anonymous_global(int t, int at, int offset) {
  int s = new_symbol(SY_GLOBAL, t, 0, at);
  symbol[s].depth = 0;
  symbol[s].flags = FLAG_DEFINED | FLAG_PLACED | FLAG_STATIC;
  symbol[s].value = offset;
  return s;
}

int string_primary() {
  int at = at_token();
  if (mode == MODE_EXPRESSION) error(at, S("an expression cannot contain a string"));
  int start = tk;
  int count = decode_strings(-1, 0);
  int unit = string_unit;
  tk = start;
  int offset = new_data((count + 1) * unit, unit);
  decode_strings(offset, count);
  int t = array_of(unit == 1 ? TY_CHAR : unit == 2 ? TY_USHORT : TY_INT, count + 1);
  return new_node(N_VARIABLE, t, anonymous_global(t, at, offset), 0, at);
}

// ---- lvalues ----

int is_pure(int n) {
  int op = node[n].op;
  if (op == N_INTEGER || op == N_VARIABLE) return 1;
  if (op == N_ADDRESS || op == N_DEREF || op == N_CAST || op == N_NEGATE) return is_pure(node[n].a);
  if (op >= N_ADD && op <= N_SHR) return is_pure(node[n].a) && is_pure(node[n].b);
  return 0;
}

void check_lvalue(int n, int at) {
  if (!is_lvalue(n) || class_of(node[n].type) == CLASS_MEMORY && !is_aggregate(node[n].type))
    error(at, S("the left side of an assignment must be a variable"));
  if (kind_of(node[n].type) == TK_FUNCTION) error(at, S("a function cannot be assigned"));
}

// &expression
int address_operator(int n, int at) {
  int t = node[n].type;
  if (node[n].op == N_BITFIELD) error(at, S("the address of a bit-field cannot be taken"));
  if (!is_lvalue(n)) error(at, S("operand of unary '&' must be a variable or function"));
  if (node[n].op == N_VARIABLE) {
    int s = node[n].a;
    symbol[s].flags = symbol[s].flags | FLAG_ADDRESSED;
  }
  return address_node(n, pointer_to(t), at);
}

// a = b, a op= b
int assign_node(int k, int a, int b, int at) {
  check_lvalue(a, at);
  int t = node[a].type;
  if (k == T_ASSIGN) return new_node(N_ASSIGN, t, a, assign_cast(t, b, at), at);
  int old = node[a].op == N_VARIABLE ? a : new_node(N_OLD, t, 0, 0, at);
  int n = new_node(N_UPDATE, t, a, 0, at);
  if (node[a].op == N_VARIABLE) symbol[node[a].a].weight = symbol[node[a].a].weight + loop_weight;
  int value = binary_node(k - T_PLUS_EQ + T_PLUS, old, b, at);
  node[n].b = assign_cast(t, value, at);
  return n;
}

// a op= b where b calls a function, which may change a: b first, as gcc does it. C leaves the order open.
int assign_after_call(int k, int a, int b, int at) {
  b = decay(b);
  int t = node[b].type;
  int local = node[a].op == N_VARIABLE && symbol[node[a].a].kind == SY_LOCAL && !(symbol[node[a].a].flags & FLAG_ADDRESSED);
  if (local || !in_function || !is_scalar(t)) return assign_node(k, a, b, at);
  int s = enter_local(t, 0, at);
  symbol[s].flags = FLAG_USED;
  int first = new_node(N_ASSIGN, t, variable_node(s, at), b, at);
  int n = assign_node(k, a, variable_node(s, at), at);
  return new_node(N_COMMA, node[n].type, first, n, at);
}

// ++a, --a, a++, a--
int increment_node(int a, int delta, int post, int at) {
  check_lvalue(a, at);
  int t = node[a].type;
  if (!is_scalar(t)) error_type(at, S("'++' and '--' cannot change type"), t);
  int one = new_integer(TY_INT, 1, 0, at);
  int n = assign_node(delta > 0 ? T_PLUS_EQ : T_MINUS_EQ, a, one, at);
  node[n].c = post;
  return n;
}

// postfix member = "." name | "->" name
int find_member(int t, int n) {
  int m = type_of[t].first;
  while (m) {
    if (symbol[m].name == n) return m;
    if (symbol[m].name == 0 && is_aggregate(symbol[m].type) && find_member(symbol[m].type, n)) return m;
    m = symbol[m].next;
  }
  return 0;
}

int member_node(int n, int m, int at) {
  int t = node[n].type;
  int p = address_node(n, pointer_to(t), at);
  int mt = symbol[m].type;
  int to = pointer_to(mt);
  int offset = symbol[m].value;
  if (node[p].op == N_ADD && is_constant(node[p].b)) {
    // &s->a.b: one offset
    int sum = new_integer(TY_INT, node[node[p].b].a + offset, 0, at);
    p = new_node(N_ADD, to, node[p].a, sum, at);
  } else if (offset) p = new_node(N_ADD, to, p, new_integer(TY_INT, offset, 0, at), at);
  else if (node[p].type != to) p = new_node(N_CAST, to, p, 0, at);
  if (symbol[m].flags & FLAG_BIT_FIELD) {
    int f = new_node(N_BITFIELD, mt, p, symbol[m].extra & 255, at);
    node[f].c = symbol[m].extra >> 8;
    return f;
  }
  return new_node(N_DEREF, mt, p, 0, at);
}

int postfix_member(int n, int at) {
  int k = tok();
  tk = tk + 1;
  if (k == T_ARROW) {
    n = decay(n);
    if (!is_pointer(node[n].type)) error_type(at, S("'->' needs a pointer, not"), node[n].type);
    n = deref_node(n, at);
  }
  int t = node[n].type;
  if (!is_aggregate(t)) error_type(at, S("a member of something that is not a structure or union:"), t);
  if (!type_of[t].complete) error_type(at, S("incomplete type"), t);
  int want = token[tk].lo;
  if (tok() != T_NAME) expected(S("a member name"));
  at = at_token();
  tk = tk + 1;
  while (1) {
    int m = find_member(node[n].type, want);
    if (m == 0) {
      error_start(at);
      put_char('\'');
      put_type(node[n].type);
      put_text(S("' has no member '"));
      put_name(want);
      put_char('\'');
      error_end(at);
    }
    n = member_node(n, m, at);
    if (symbol[m].name) return n;
  }
  return n;
}

// ---- calls ----

int call_count;           // calls parsed so far
int function_calls;       // the function being parsed calls something
int function_arguments;   // most words of arguments that do not fit registers

int words_of(int t) {
  int c = class_of(t);
  return c == CLASS_LONG || c == CLASS_DOUBLE ? 2 : 1;
}

// call = postfix "(" (assignment ("," assignment)*)? ")"
int call_node(int f, int at) {
  int callee = f;
  int ft = node[f].type;
  if (is_pointer(ft) && kind_of(type_of[ft].base) == TK_FUNCTION) ft = type_of[ft].base;
  else if (kind_of(ft) != TK_FUNCTION) error_type(at, S("called object is not a function but"), ft);
  tk = tk + 1;
  int result = type_of[ft].base;
  int n = new_node(N_CALL, result, callee, 0, at);
  int words = 0;
  if (is_aggregate(result)) {
    // The caller gives the place for the result.
    int s = enter_local(result, 0, at);
    symbol[s].flags = FLAG_USED | FLAG_ADDRESSED;
    node[n].c = s;
    words = 1;
  }
  int p = type_of[ft].first;
  int last = 0;
  int count = 0;
  if (tok() != T_RPAREN) {
    while (1) {
      int a_at = at_token();
      int a = decay(assignment());
      if (p) {
        a = assign_cast(parameter[p].type, a, a_at);
        p = parameter[p].next;
      } else {
        if (type_of[ft].variadic == 0) {
          error_start(at);
          put_text(S("too many arguments"));
          if (node[f].op == N_VARIABLE && symbol[node[f].a].name) {
            put_text(S(" for '"));
            put_name(symbol[node[f].a].name);
            put_char('\'');
          }
          error_end(at);
        }
        int t = node[a].type;
        if (t == TY_VOID) error(a_at, S("an argument cannot be of type 'void'"));
        if (t == TY_FLOAT) a = new_cast(TY_DOUBLE, a, a_at);
        else if (is_integer(t)) a = new_cast(promoted(t), a, a_at);
      }
      // The list is of its own nodes: an argument may be shared.
      int item = new_node(N_EXPRESSION, node[a].type, a, 0, a_at);
      if (last) node[last].next = item;
      else node[n].b = item;
      last = item;
      words = words + words_of(node[a].type);
      count++;
      if (!accept(T_COMMA)) break;
    }
  }
  expect(T_RPAREN);
  if (p) {
    error_start(at);
    put_text(S("too few arguments"));
    if (node[f].op == N_VARIABLE && symbol[node[f].a].name) {
      put_text(S(" for '"));
      put_name(symbol[node[f].a].name);
      put_char('\'');
    }
    error_end(at);
  }
  function_calls = 1;
  call_count = call_count + 1;
  if (words - 7 > function_arguments) function_arguments = words - 7;
  return n;
}

// generic = "_Generic" "(" assignment ("," (type-name | "default") ":" assignment)+ ")"
int generic_selection() {
  int at = at_token();
  tk = tk + 1;
  expect(T_LPAREN);
  int t = node[decay(assignment())].type;
  int chosen = 0;
  int otherwise = 0;
  while (accept(T_COMMA)) {
    if (accept(K_DEFAULT)) {
      expect(T_COLON);
      otherwise = assignment();
    } else {
      int candidate = type_name();
      expect(T_COLON);
      int n = assignment();
      if (same_type(candidate, t) && !chosen) chosen = n;
    }
  }
  expect(T_RPAREN);
  if (!chosen) chosen = otherwise;
  if (!chosen) error_type(at, S("no association of _Generic for"), t);
  return chosen;
}

int same_type(int a, int b) {
  if (a == b) return 1;
  if (a < TY_BASIC || b < TY_BASIC) return 0;
  int k = type_of[a].kind;
  if (k != type_of[b].kind) return 0;
  if (k == TK_POINTER) return same_type(type_of[a].base, type_of[b].base);
  if (k == TK_ARRAY)
    return same_type(type_of[a].base, type_of[b].base)
      && (type_of[a].count == type_of[b].count || type_of[a].count < 0 || type_of[b].count < 0);
  if (k == TK_FUNCTION) {
    if (!same_type(type_of[a].base, type_of[b].base)) return 0;
    if (type_of[a].variadic == 2 || type_of[b].variadic == 2) return 1;
    int p = type_of[a].first;
    int q = type_of[b].first;
    while (p && q) {
      if (!same_type(parameter[p].type, parameter[q].type)) return 0;
      p = parameter[p].next;
      q = parameter[q].next;
    }
    return p == q && type_of[a].variadic == type_of[b].variadic;
  }
  return 0;
}
