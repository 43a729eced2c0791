int starts_type() {
  int k = tok();
  return k >= K_VOID && k <= K_UNSIGNED;
}

int type_name() {
  int k = tok();
  tk = tk + 1;
  switch (k) {
    case K_INT: return TY_INT;
    case K_LONG: accept(K_LONG); accept(K_INT); return TY_LONG;
    case K_CHAR: return TY_CHAR;
    case K_SHORT: return TY_SHORT;
    case K_FLOAT: return TY_FLOAT;
    case K_DOUBLE: return TY_DOUBLE;
    case K_BOOL: return TY_BOOL;
    case K_SIGNED: return starts_type() ? type_name() : TY_INT;
    case K_UNSIGNED:
      k = starts_type() ? type_name() : TY_INT;
      return k == TY_CHAR ? TY_UCHAR : k + 1;
  }
  error(at_token(), S("unsupported type"));
  return 0;
}

int unsupported(int at) {
  error(at, S("this is not supported yet"));
  return 0;
}

int string_primary() { return unsupported(at_token()); }
int postfix_member(int n, int at) { return unsupported(at); }
int call_node(int f, int at) { error(at, S("called object is not a function")); return 0; }
int compound_literal(int t, int at) { return unsupported(at); }
int increment_node(int n, int delta, int post, int at) { error(at, S("++ and -- need a variable")); return 0; }
int assign_node(int k, int a, int b, int at) { error(at, S("the left side of an assignment must be a variable")); return 0; }
int address_operator(int n, int at) { error(at, S("operand of unary '&' must be a variable or function")); return 0; }
int generic_selection() { return unsupported(at_token()); }
int name_primary() {
  int at = at_token();
  int n = token[tk].lo;
  if (name[n].meaning >> 16 == STATIC_BUILTIN) return builtin_primary(at);
  error_start(at);
  put_char('\'');
  put_name(n);
  put_text(S("' is not declared"));
  error_end(at);
  return 0;
}

int load_word(int n, int d) { return unsupported(node[n].at); }
int load_long(int n, int d) { return unsupported(node[n].at); }
int gen_assign(int n, int d) { return unsupported(node[n].at); }
int gen_increment(int n, int d, int wanted) { return unsupported(node[n].at); }
int gen_call(int n, int d) { return unsupported(node[n].at); }
int gen_address_value(int n, int d) { return unsupported(node[n].at); }
