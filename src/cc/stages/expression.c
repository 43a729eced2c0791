// Second stage, expressions. Every function is named after the grammar rule above it and returns a typed node.

int tk;       // index of the current token
int parse_at; // its source position, for limits

int tok() {
  return token[tk].kind;
}

int at_token() {
  return token[tk].at;
}

const int kind_text[] = {
  S("end of input"), S("a number"), S("a number"), S("a string"), S("a name"),
  S("+"), S("-"), S("*"), S("/"), S("%"), S("&"), S("|"), S("^"), S("<<"), S(">>"),
  S("+="), S("-="), S("*="), S("/="), S("%="), S("&="), S("|="), S("^="), S("<<="), S(">>="),
  S("=="), S("!="), S("<"), S("<="), S(">"), S(">="), S("&&"), S("||"), S("!"), S("~"), S("?"), S(":"), S(","), S("="),
  S("("), S(")"), S("["), S("]"), S("{"), S("}"), S(";"), S("."), S("->"), S("++"), S("--"),
  S("..."), S("#"), S("##"), S("end of line"), S("a stray character")
};

// The current token in a message.
void put_token() {
  int k = tok();
  if (k == T_NAME || k > T_OTHER) {
    put_char('\'');
    put_name(token[tk].lo);
    put_char('\'');
  } else if (k >= T_PLUS && k < T_NEWLINE) {
    put_char('\'');
    put_text(kind_text[k]);
    put_char('\'');
  } else put_text(kind_text[k]);
}

// "expected X before Y"
void expected(int what) {
  int at = at_token();
  error_start(at);
  put_text(S("expected "));
  put_text(what);
  put_text(S(" before "));
  put_token();
  error_end(at);
}

int accept(int k) {
  if (token[tk].kind != k) return 0;
  tk = tk + 1;
  return 1;
}

void expect(int k) {
  if (token[tk].kind != k) {
    int at = at_token();
    error_start(at);
    put_text(S("expected '"));
    put_text(kind_text[k]);
    put_text(S("' before "));
    put_token();
    error_end(at);
  }
  tk = tk + 1;
}

// ---- conversions and operators ----

void error_type(int at, int message, int t) {
  error_start(at);
  put_text(message);
  put_text(S(" '"));
  put_type(t);
  put_char('\'');
  error_end(at);
}

// &n for an object in memory or a function
int address_node(int n, int t, int at) {
  if (node[n].op == N_DEREF) {
    int p = node[n].a;
    if (node[p].type == t) return p;
    return new_node(N_CAST, t, p, 0, at);
  }
  if (node[n].op == N_COMMA) {
    node[n].b = address_node(node[n].b, t, at);
    node[n].type = t;
    return n;
  }
  return new_node(N_ADDRESS, t, n, 0, at);
}

// Arrays and functions become pointers where a value is wanted.
int decay(int n) {
  int t = node[n].type;
  int k = kind_of(t);
  if (k == TK_ARRAY) return address_node(n, pointer_to(type_of[t].base), node[n].at);
  if (k == TK_FUNCTION) return address_node(n, pointer_to(t), node[n].at);
  // A bit-field whose values an int holds is promoted to int.
  if (node[n].op == N_BITFIELD) {
    if (node[n].c < 32 || (node[n].c == 32 && !is_unsigned(t))) return new_cast(TY_INT, n, node[n].at);
    if (node[n].c == 32) return new_cast(TY_UINT, n, node[n].at);
  }
  return n;
}

int deref_node(int p, int at) {
  int t = type_of[node[p].type].base;
  if (node[p].op == N_ADDRESS && node[node[p].a].type == t) return node[p].a;
  return new_node(N_DEREF, t, p, 0, at);
}

// A condition: any scalar.
int condition(int n) {
  n = decay(n);
  if (!is_scalar(node[n].type)) error_type(node[n].at, S("a condition cannot be of type"), node[n].type);
  return n;
}

// pointer + integer * size
int pointer_add(int op, int p, int n, int at) {
  int base = type_of[node[p].type].base;
  int size = size_of(base);
  if (kind_of(base) == TK_FUNCTION) size = 1;
  if (size == 0 || !(base < TY_BASIC || type_of[base].complete))
    error_type(at, S("arithmetic on a pointer to incomplete type"), base);
  if (op == N_SUB && is_constant(n)) {
    n = new_integer(TY_INT, 0 - node[n].a, 0, at);
    op = N_ADD;
  }
  n = new_cast(TY_INT, n, at);
  if (size != 1) n = new_operator(N_MUL, TY_INT, n, new_integer(TY_INT, size, 0, at), at);
  // (p + c) + d, so that chains of members and indices become one offset
  if (node[p].op == N_ADD && is_constant(node[p].b) && is_constant(n)) {
    int sum = new_integer(TY_INT, node[node[p].b].a + node[n].a, 0, at);
    return new_node(N_ADD, node[p].type, node[p].a, sum, at);
  }
  if (is_zero(n)) return p;
  // (p + c) + i = (p + i) + c
  if (node[p].op == N_ADD && is_constant(node[p].b)) {
    int inner = new_node(op, node[p].type, node[p].a, n, at);
    return new_node(N_ADD, node[p].type, inner, node[p].b, at);
  }
  if (op == N_ADD && node[n].op == N_ADD && is_constant(node[n].b)) {
    int inner = new_node(N_ADD, node[p].type, p, node[n].a, at);
    return new_node(N_ADD, node[p].type, inner, node[n].b, at);
  }
  return new_node(op, node[p].type, p, n, at);
}

const int operator_of[] = {
  0, 0, 0, 0, 0,
  N_ADD, N_SUB, N_MUL, N_DIV, N_REM, N_AND, N_OR, N_XOR, N_SHL, N_SHR,
  N_ADD, N_SUB, N_MUL, N_DIV, N_REM, N_AND, N_OR, N_XOR, N_SHL, N_SHR,
  N_EQ, N_NE, N_LT, N_LE, N_LT, N_LE, N_AND_AND, N_OR_OR
};

void error_operands(int k, int a, int b, int at) {
  error_start(at);
  put_text(S("operands of '"));
  put_text(kind_text[k]);
  put_text(S("' cannot be '"));
  put_type(node[a].type);
  put_text(S("' and '"));
  put_type(node[b].type);
  put_char('\'');
  error_end(at);
}

// The operator of token kind `k` on two values, with the conversions of C.
int binary_node(int k, int a, int b, int at) {
  int op = operator_of[k];
  a = decay(a);
  b = decay(b);
  if (op == N_AND_AND || op == N_OR_OR) {
    a = condition(a);
    b = condition(b);
    int decided = op == N_OR_OR;
    if (is_constant(a)) {
      if (!is_zero(a) == decided) return new_integer(TY_INT, decided, 0, at);
      if (is_constant(b)) return new_integer(TY_INT, !is_zero(b), 0, at);
    }
    return new_node(op, TY_INT, a, b, at);
  }
  int ta = node[a].type;
  int tb = node[b].type;
  if (op == N_ADD && is_pointer(ta) && is_integer(tb)) return pointer_add(op, a, b, at);
  if (op == N_ADD && is_integer(ta) && is_pointer(tb)) return pointer_add(op, b, a, at);
  if (op == N_SUB && is_pointer(ta) && is_integer(tb)) return pointer_add(op, a, b, at);
  if (op == N_SUB && is_pointer(ta) && is_pointer(tb)) {
    int size = size_of(type_of[ta].base);
    if (size == 0) error_type(at, S("difference of pointers to incomplete type"), type_of[ta].base);
    int d = new_operator(N_SUB, TY_INT, new_cast(TY_INT, a, at), new_cast(TY_INT, b, at), at);
    if (size != 1) d = new_operator(N_DIV, TY_INT, d, new_integer(TY_INT, size, 0, at), at);
    return new_cast(TY_LONG, d, at);
  }
  if (k >= T_EQ && k <= T_GE) {
    if (k == T_GT || k == T_GE) {
      int other = a;
      a = b;
      b = other;
      ta = node[a].type;
      tb = node[b].type;
    }
    if (is_pointer(ta) || is_pointer(tb)) {
      if (!is_scalar(ta) || !is_scalar(tb) || is_floating(ta) || is_floating(tb)) error_operands(k, a, b, at);
      a = new_cast(TY_UINT, a, at);
      b = new_cast(TY_UINT, b, at);
      return new_operator(op, TY_INT, a, b, at);
    }
    if (!is_arithmetic(ta) || !is_arithmetic(tb)) error_operands(k, a, b, at);
    int t = common_type(ta, tb);
    return new_operator(op, TY_INT, new_cast(t, a, at), new_cast(t, b, at), at);
  }
  int needs_integer = op == N_REM || op >= N_AND;
  if (needs_integer ? !is_integer(ta) || !is_integer(tb) : !is_arithmetic(ta) || !is_arithmetic(tb))
    error_operands(k, a, b, at);
  if (op == N_SHL || op == N_SHR) {
    int t = promoted(ta);
    return new_operator(op, t, new_cast(t, a, at), new_cast(TY_INT, b, at), at);
  }
  int t = common_type(ta, tb);
  return new_operator(op, t, new_cast(t, a, at), new_cast(t, b, at), at);
}

// Can `n` be used where type `t` is assigned? Converts it.
int assign_cast(int t, int n, int at) {
  n = decay(n);
  int from = node[n].type;
  if (from == t) return n;
  if (is_arithmetic(t) && is_arithmetic(from)) return new_cast(t, n, at);
  if (t == TY_BOOL && is_pointer(from)) return new_cast(t, n, at);
  if (is_pointer(t) && (is_pointer(from) || is_integer(from))) return new_cast(t, n, at);
  if (is_integer(t) && is_pointer(from)) return new_cast(t, n, at);
  error_start(at);
  put_text(S("cannot convert '"));
  put_type(from);
  put_text(S("' to '"));
  put_type(t);
  put_char('\'');
  error_end(at);
  return n;
}

int is_lvalue(int n) {
  int op = node[n].op;
  return op == N_VARIABLE || op == N_DEREF || op == N_BITFIELD;
}

int assignment(void);
int expression(void);
int cast(void);
int unary(void);
int starts_type(void);
int type_name(void);
int name_primary(void);
int string_primary(void);
int postfix_member(int n, int at);
int call_node(int f, int at);
int compound_literal(int t, int at);
int increment_node(int n, int delta, int post, int at);
int assign_node(int k, int a, int b, int at);
int address_operator(int n, int at);
int generic_selection(void);

// primary = number | string | name | "(" expression ")" | generic selection
int primary() {
  int at = at_token();
  int t = tk;
  switch (tok()) {
    case T_INTEGER:
      tk = t + 1;
      return new_integer(token[t].type, token[t].lo, token[t].hi, at);
    case T_FLOATING:
      tk = t + 1;
      return new_floating(token[t].type, token[t].lo, token[t].hi, at);
    case T_STRING:
      return string_primary();
    case T_NAME:
      return name_primary();
    case K_GENERIC:
      return generic_selection();
    case T_LPAREN: {
      tk = t + 1;
      int n = expression();
      expect(T_RPAREN);
      return n;
    }
  }
  if (tok() == T_OTHER) error(at, S("stray character"));
  expected(S("an expression"));
  return 0;
}

// postfix = primary ("[" expression "]" | "(" arguments ")" | "." name | "->" name | "++" | "--")*
int postfix_of(int n) {
  while (1) {
    int at = at_token();
    switch (tok()) {
      case T_LBRACKET: {
        tk = tk + 1;
        int index = expression();
        expect(T_RBRACKET);
        n = binary_node(T_PLUS, n, index, at);
        if (!is_pointer(node[n].type)) error(at, S("subscripted value is neither array nor pointer"));
        n = deref_node(n, at);
        break;
      }
      case T_LPAREN:
        n = call_node(n, at);
        break;
      case T_DOT:
      case T_ARROW:
        n = postfix_member(n, at);
        break;
      case T_INC:
        tk = tk + 1;
        n = increment_node(n, 1, 1, at);
        break;
      case T_DEC:
        tk = tk + 1;
        n = increment_node(n, -1, 1, at);
        break;
      default:
        return n;
    }
  }
  return n;
}

int sizeof_node(int t, int at) {
  if (kind_of(t) == TK_FUNCTION) return new_integer(TY_ULONG, 1, 0, at);
  if (t >= TY_BASIC && (!type_of[t].complete || (kind_of(t) == TK_ARRAY && type_of[t].count < 0)))
    error_type(at, S("sizeof incomplete type"), t);
  return new_integer(TY_ULONG, size_of(t), 0, at);
}

// unary = ("+" | "-" | "~" | "!" | "*" | "&") cast | ("++" | "--") unary
//       | "sizeof" unary | "sizeof" "(" type-name ")" | "_Alignof" "(" type-name ")" | postfix
int unary() {
  int at = at_token();
  int k = tok();
  switch (k) {
    case T_PLUS:
    case T_MINUS:
    case T_TILDE: {
      tk = tk + 1;
      int n = decay(cast());
      int t = node[n].type;
      if (k == T_TILDE ? !is_integer(t) : !is_arithmetic(t)) {
        error_start(at);
        put_text(S("operand of unary '"));
        put_text(kind_text[k]);
        put_text(S("' cannot be '"));
        put_type(t);
        put_char('\'');
        error_end(at);
      }
      t = promoted(t);
      n = new_cast(t, n, at);
      if (k == T_PLUS) return n;
      if (is_constant(n)) {
        if (k == T_TILDE) return new_integer(t, ~node[n].a, ~node[n].b, at);
        int l = sub64(0, 0, node[n].a, node[n].b);
        return new_integer(t, l, high, at);
      }
      if (node[n].op == N_FLOATING) return new_floating(t, node[n].a, node[n].b ^ (1 << 31), at);
      return new_node(k == T_TILDE ? N_COMPLEMENT : N_NEGATE, t, n, 0, at);
    }
    case T_NOT: {
      tk = tk + 1;
      int n = condition(cast());
      if (is_constant(n)) return new_integer(TY_INT, is_zero(n), 0, at);
      return new_node(N_NOT, TY_INT, n, 0, at);
    }
    case T_STAR: {
      tk = tk + 1;
      int n = decay(cast());
      if (!is_pointer(node[n].type)) error_type(at, S("operand of unary '*' cannot be"), node[n].type);
      if (type_of[node[n].type].base == TY_VOID) error(at, S("a pointer to void cannot be dereferenced"));
      return deref_node(n, at);
    }
    case T_AND:
      tk = tk + 1;
      return address_operator(cast(), at);
    case T_INC:
      tk = tk + 1;
      return increment_node(unary(), 1, 0, at);
    case T_DEC:
      tk = tk + 1;
      return increment_node(unary(), -1, 0, at);
    case K_SIZEOF:
    case K_ALIGNOF: {
      int t;
      tk = tk + 1;
      if (tok() == T_LPAREN) {
        tk = tk + 1;
        if (starts_type()) {
          t = type_name();
          expect(T_RPAREN);
          if (tok() == T_LBRACE && k == K_SIZEOF) t = node[postfix_of(compound_literal(t, at))].type;
          return k == K_SIZEOF ? sizeof_node(t, at) : new_integer(TY_ULONG, align_of(t), 0, at);
        }
        tk = tk - 1;
      }
      int n = unary();
      if (node[n].op == N_BITFIELD) error(at, S("sizeof a bit-field"));
      t = node[n].type;
      return k == K_SIZEOF ? sizeof_node(t, at) : new_integer(TY_ULONG, align_of(t), 0, at);
    }
  }
  return postfix_of(primary());
}

// cast = "(" type-name ")" cast | "(" type-name ")" "{" initialisers "}" | unary
int cast() {
  if (tok() == T_LPAREN) {
    int at = at_token();
    tk = tk + 1;
    if (starts_type()) {
      int t = type_name();
      expect(T_RPAREN);
      if (tok() == T_LBRACE) return postfix_of(compound_literal(t, at));
      int n = decay(cast());
      int from = node[n].type;
      if (t == TY_VOID) return new_cast(t, n, at);
      if (!is_scalar(t)) {
        if (t == from) return n;
        error_type(at, S("cannot cast to type"), t);
      }
      if (!is_scalar(from)) error_type(at, S("cannot cast a value of type"), from);
      if ((is_pointer(t) && is_floating(from)) || (is_floating(t) && is_pointer(from)))
        error(at, S("cannot cast between a pointer and a floating type"));
      return new_cast(t, n, at);
    }
    tk = tk - 1;
  }
  return unary();
}

// Precedence of binary operators by token kind; 0: not one.
const int precedence[] = {
  0, 0, 0, 0, 0,
  9, 9, 10, 10, 10, 5, 3, 4, 8, 8,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  6, 6, 7, 7, 7, 7, 2, 1,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
};

// binary = cast (operator cast)*, by precedence: "||" 1, "&&" 2, "|" 3, "^" 4, "&" 5, "== !=" 6, "< > <= >=" 7,
// "<< >>" 8, "+ -" 9, "* / %" 10
int binary(int level) {
  int a = cast();
  while (1) {
    int k = tok();
    int p = k < T_OTHER ? precedence[k] : 0;
    if (p < level || p == 0) return a;
    int at = at_token();
    tk = tk + 1;
    a = binary_node(k, a, binary(p + 1), at);
  }
  return a;
}

// conditional = binary ("?" expression ":" conditional)?
int conditional() {
  int test = binary(1);
  if (tok() != T_QUESTION) return test;
  int at = at_token();
  tk = tk + 1;
  test = condition(test);
  int a = decay(expression());
  expect(T_COLON);
  int b = decay(conditional());
  int ta = node[a].type;
  int tb = node[b].type;
  int t = ta;
  if (is_arithmetic(ta) && is_arithmetic(tb)) t = common_type(ta, tb);
  else if (is_pointer(ta) && is_zero(b)) t = ta;
  else if (is_pointer(tb) && is_zero(a)) t = tb;
  else if (is_pointer(ta) && is_pointer(tb)) t = type_of[ta].base == TY_VOID ? ta : type_of[tb].base == TY_VOID ? tb : ta;
  else if (ta == TY_VOID || tb == TY_VOID) t = TY_VOID;
  else if (ta != tb) {
    error_start(at);
    put_text(S("the two results of '?:' cannot be '"));
    put_type(ta);
    put_text(S("' and '"));
    put_type(tb);
    put_char('\'');
    error_end(at);
  }
  a = new_cast(t, a, at);
  b = new_cast(t, b, at);
  if (is_constant(test)) return is_zero(test) ? b : a;
  int n = new_node(N_CONDITIONAL, t, a, b, at);
  node[n].c = test;
  return n;
}

// assignment = conditional (("=" | "*=" | ...) assignment)?
int assignment() {
  int a = conditional();
  int k = tok();
  if (k != T_ASSIGN && (k < T_PLUS_EQ || k > T_SHR_EQ)) return a;
  int at = at_token();
  tk = tk + 1;
  int before = call_count;
  int b = assignment();
  if (k != T_ASSIGN && call_count != before) return assign_after_call(k, a, b, at);
  return assign_node(k, a, b, at);
}

// expression = assignment ("," assignment)*
int expression() {
  int a = assignment();
  while (tok() == T_COMMA) {
    int at = at_token();
    tk = tk + 1;
    int b = decay(assignment());
    a = new_node(N_COMMA, node[b].type, a, b, at);
  }
  return a;
}
