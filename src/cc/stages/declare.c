// Second stage, declarations: types, declarators, structures, enumerations.

int decl_name, decl_at;             // of the declarator just read
int specifier_volatile;
int storage;                        // 0 or the storage class keyword of the specifiers just read
int specifier_align;

int declaration_specifiers(void);
int declarator(int t);
int constant_expression(void);

int is_type_name(int n) {
  int s = name[n].symbol;
  if (s) return symbol[s].kind == SY_TYPE;
  return name[n].meaning >> 16 == STATIC_TYPE;
}

// Does the current token start a declaration?
int starts_type() {
  int k = tok();
  if (k == T_NAME) return is_type_name(token[tk].lo);
  return k >= K_VOID && k <= K_COMPLEX;
}

int starts_declaration() {
  if (tok() == T_NAME && token[tk + 1].kind == T_COLON) return 0;
  return starts_type() || tok() == K_STATIC_ASSERT;
}

// type-name = specifiers declarator without a name
int type_name() {
  int t = declaration_specifiers();
  t = declarator(t);
  if (decl_name) error(decl_at, S("a type name cannot declare a name"));
  return t;
}

void check_complete(int t, int at) {
  if (t == TY_VOID) error(at, S("an object cannot have type 'void'"));
  if (t >= TY_BASIC && !type_of[t].complete) error_type(at, S("incomplete type"), t);
}

int round_up(int value, int to) {
  return (value + to - 1) & (0 - to);
}

// static_assert = "_Static_assert" "(" constant ("," string)? ")" ";"
void static_assertion() {
  int at = at_token();
  tk = tk + 1;
  expect(T_LPAREN);
  int value = constant_expression();
  int message = 0;
  if (accept(T_COMMA)) {
    message = tk;
    expect(T_STRING);
  }
  expect(T_RPAREN);
  expect(T_SEMICOLON);
  if (value == 0 && high == 0) {
    error_start(at);
    put_text(S("static assertion failed"));
    if (message) {
      put_text(S(": "));
      put_span(token[message].lo, token[message].hi - token[message].lo);
    }
    error_end(at);
  }
}

int members_last;
int struct_offset;    // bits
int struct_align;

void add_member(int t, int n, int at, int offset, int extra) {
  int s = new_symbol(SY_MEMBER, t, n, at);
  symbol[s].value = offset;
  symbol[s].extra = extra;
  if (extra) symbol[s].flags = FLAG_BIT_FIELD;
  symbol[members_last].next = s;
  members_last = s;
}

// members = (specifiers (declarator (":" constant)? ("," ...)*)? ";")*
void struct_members(int t, int is_union) {
  int size_bits = 0;
  while (!accept(T_RBRACE)) {
    if (tok() == K_STATIC_ASSERT) {
      static_assertion();
      continue;
    }
    int at = at_token();
    if (!starts_type()) expected(S("a member declaration"));
    int base = declaration_specifiers();
    int forced = specifier_align;
    if (tok() == T_SEMICOLON && is_aggregate(base)) {
      // anonymous structure or union
      int align = align_of(base);
      struct_offset = is_union ? 0 : round_up(struct_offset, align * 8);
      add_member(base, 0, at, struct_offset >> 3, 0);
      struct_offset = struct_offset + size_of(base) * 8;
      if (struct_offset > size_bits) size_bits = struct_offset;
      if (align > struct_align) struct_align = align;
      tk = tk + 1;
      continue;
    }
    while (1) {
      decl_name = 0;
      int mt = base;
      if (tok() != T_COLON) mt = declarator(base);
      int n = decl_name;
      at = decl_at;
      if (n) {
        int m = type_of[t].first;
        while (m) {
          if (symbol[m].name == n) {
            error_start(at);
            put_text(S("member '"));
            put_name(n);
            put_text(S("' is declared twice"));
            error_end(at);
          }
          m = symbol[m].next;
        }
      }
      if (accept(T_COLON)) {
        int width = constant_expression();
        int unit = size_of(mt) * 8;
        if (!is_integer(mt)) error_type(at, S("a bit-field cannot have type"), mt);
        if (width < 0 || width > unit || (width == 0 && n)) error(at, S("bad width of a bit-field"));
        if (is_union) struct_offset = 0;
        if (width == 0) struct_offset = round_up(struct_offset, unit);
        else {
          if (struct_offset / unit != (struct_offset + width - 1) / unit) struct_offset = round_up(struct_offset, unit);
          if (n) add_member(mt, n, at, struct_offset / unit * (unit >> 3), (struct_offset % unit) + width * 256);
          struct_offset = struct_offset + width;
          if (n && align_of(mt) > struct_align) struct_align = align_of(mt);
        }
      } else {
        if (!n) error(at_token(), S("expected a member name"));
        // A flexible array at the end has no size.
        if (kind_of(mt) == TK_ARRAY && type_of[mt].count < 0) {
          type_of[mt].count = 0;
          type_of[mt].size = 0;
        } else check_complete(mt, at);
        if (kind_of(mt) == TK_FUNCTION) error(at, S("a member cannot be a function"));
        int align = align_of(mt);
        if (forced > align) align = forced;
        struct_offset = is_union ? 0 : round_up(struct_offset, align * 8);
        add_member(mt, n, at, struct_offset >> 3, 0);
        struct_offset = struct_offset + size_of(mt) * 8;
        if (align > struct_align) struct_align = align;
      }
      if (type_of[t].first == 0) type_of[t].first = members_last;
      if (struct_offset > size_bits) size_bits = struct_offset;
      if (struct_offset < 0 || struct_offset > 0x3fffffff) error(at, S("structure is too large"));
      if (!accept(T_COMMA)) break;
    }
    expect(T_SEMICOLON);
  }
  type_of[t].align = struct_align;
  type_of[t].size = round_up((size_bits + 7) >> 3, struct_align);
  type_of[t].complete = 1;
}

// struct-or-union = ("struct" | "union") name? ("{" members "}")?
int struct_specifier() {
  int is_union = tok() == K_UNION;
  int at = at_token();
  tk = tk + 1;
  int n = 0;
  if (tok() == T_NAME) {
    n = token[tk].lo;
    tk = tk + 1;
  }
  int s = n ? name[n].tag : 0;
  int t = 0;
  if (s && (tok() != T_LBRACE && tok() != T_SEMICOLON || symbol[s].depth == scope_depth)) {
    t = symbol[s].type;
    if (kind_of(t) != (is_union ? TK_UNION : TK_STRUCT)) error(at, S("this tag names another kind of type"));
  } else {
    t = new_type(is_union ? TK_UNION : TK_STRUCT, 0, 1, 0);
    type_of[t].complete = 0;
    type_of[t].name = n;
    if (n) enter(SY_TAG, t, n, at);
  }
  if (accept(T_LBRACE)) {
    if (type_of[t].complete) error_type(at, S("redefinition of"), t);
    // Nested structures have their own state.
    int last = members_last;
    int offset = struct_offset;
    int align = struct_align;
    int head = new_symbol(SY_MEMBER, TY_VOID, 0, at);
    members_last = head;
    struct_offset = 0;
    struct_align = 1;
    struct_members(t, is_union);
    type_of[t].first = symbol[head].next;
    members_last = last;
    struct_offset = offset;
    struct_align = align;
  } else if (!n) expected(S("a tag or '{'"));
  return t;
}

// enumeration = "enum" name? ("{" name ("=" constant)? ("," ...)* "}")?
int enum_specifier() {
  int at = at_token();
  tk = tk + 1;
  int n = 0;
  if (tok() == T_NAME) {
    n = token[tk].lo;
    tk = tk + 1;
  }
  if (!accept(T_LBRACE)) {
    if (!n) expected(S("a tag or '{'"));
    if (name[n].tag == 0) enter(SY_TAG, TY_UINT, n, at);
    return symbol[name[n].tag].type;
  }
  int value = 0;
  int negative = 0;
  int tag = n ? enter(SY_TAG, TY_UINT, n, at) : 0;
  while (tok() != T_RBRACE) {
    int c = token[tk].lo;
    at = at_token();
    if (tok() != T_NAME) expected(S("an enumeration constant"));
    tk = tk + 1;
    if (accept(T_ASSIGN)) value = constant_expression();
    if (value < 0) negative = 1;
    if (here(c)) {
      error_start(at);
      put_char('\'');
      put_name(c);
      put_text(S("' is declared twice"));
      error_end(at);
    }
    int s = enter(SY_CONSTANT, TY_INT, c, at);
    symbol[s].value = value;
    symbol[s].extra = value >> 31;
    value = value + 1;
    if (!accept(T_COMMA)) break;
  }
  expect(T_RBRACE);
  // As gcc: unsigned int unless a constant is negative.
  int t = negative ? TY_INT : TY_UINT;
  if (tag) symbol[tag].type = t;
  return t;
}

enum { SEEN_VOID = 1, SEEN_BOOL = 2, SEEN_CHAR = 4, SEEN_SHORT = 8, SEEN_INT = 16, SEEN_LONG = 32, SEEN_LONG_LONG = 64,
  SEEN_FLOAT = 128, SEEN_DOUBLE = 256, SEEN_SIGNED = 512, SEEN_UNSIGNED = 1024, SEEN_OTHER = 2048 };

// The type of a set of type specifiers, or 0.
int specified_type(int seen) {
  switch (seen & ~(SEEN_SIGNED | SEEN_UNSIGNED)) {
    case SEEN_VOID: return seen == SEEN_VOID ? TY_VOID : 0;
    case SEEN_BOOL: return seen == SEEN_BOOL ? TY_BOOL : 0;
    case SEEN_CHAR: return seen & SEEN_UNSIGNED ? TY_UCHAR : seen & SEEN_SIGNED ? TY_SCHAR : TY_CHAR;
    case SEEN_SHORT: case SEEN_SHORT | SEEN_INT: return seen & SEEN_UNSIGNED ? TY_USHORT : TY_SHORT;
    case 0: case SEEN_INT: return seen & SEEN_UNSIGNED ? TY_UINT : TY_INT;
    case SEEN_LONG: case SEEN_LONG | SEEN_INT: return seen & SEEN_UNSIGNED ? TY_ULONG : TY_LONG;
    case SEEN_LONG | SEEN_LONG_LONG: case SEEN_LONG | SEEN_LONG_LONG | SEEN_INT:
      return seen & SEEN_UNSIGNED ? TY_ULLONG : TY_LLONG;
    case SEEN_FLOAT: return seen == SEEN_FLOAT ? TY_FLOAT : 0;
    case SEEN_DOUBLE: return seen == SEEN_DOUBLE ? TY_DOUBLE : 0;
    case SEEN_DOUBLE | SEEN_LONG: return TY_LDOUBLE;
  }
  return 0;
}

// specifiers = (storage class | qualifier | function specifier | type specifier)+
int declaration_specifiers() {
  int seen = 0, t = 0, class = 0, align = 0, is_volatile = 0;
  int at = at_token();
  while (1) {
    int k = tok();
    int bit = 0;
    switch (k) {
      case K_VOLATILE:
        is_volatile = 1;
        break;
      case K_CONST: case K_RESTRICT: case K_AUTO: case K_REGISTER: case K_INLINE: case K_NORETURN:
        break;
      case K_ATOMIC: error(at_token(), S("_Atomic is not supported")); break;
      case K_COMPLEX: error(at_token(), S("_Complex is not supported")); break;
      case K_THREAD_LOCAL: error(at_token(), S("_Thread_local is not supported")); break;
      case K_TYPEDEF: case K_EXTERN: case K_STATIC:
        if (class) error(at_token(), S("more than one storage class"));
        class = k;
        break;
      case K_ALIGNAS: {
        tk = tk + 1;
        expect(T_LPAREN);
        int a = starts_type() ? align_of(type_name()) : constant_expression();
        if (a > align) align = a;
        if (tok() != T_RPAREN) expect(T_RPAREN);
        break;
      }
      case K_VOID: bit = SEEN_VOID; break;
      case K_BOOL: bit = SEEN_BOOL; break;
      case K_CHAR: bit = SEEN_CHAR; break;
      case K_SHORT: bit = SEEN_SHORT; break;
      case K_INT: bit = SEEN_INT; break;
      case K_LONG: bit = seen & SEEN_LONG ? SEEN_LONG_LONG : SEEN_LONG; break;
      case K_FLOAT: bit = SEEN_FLOAT; break;
      case K_DOUBLE: bit = SEEN_DOUBLE; break;
      case K_SIGNED: bit = SEEN_SIGNED; break;
      case K_UNSIGNED: bit = SEEN_UNSIGNED; break;
      case K_STRUCT: case K_UNION: case K_ENUM:
        if (seen) error(at_token(), S("two types in one declaration"));
        t = k == K_ENUM ? enum_specifier() : struct_specifier();
        seen = SEEN_OTHER;
        continue;
      default: {
        int n = token[tk].lo;
        if (k == T_NAME && seen == 0 && is_type_name(n)) {
          int s = name[n].symbol;
          t = s ? symbol[s].type : name[n].meaning & 65535;
          seen = SEEN_OTHER;
          break;
        }
        storage = class;
        specifier_volatile = is_volatile;
        specifier_align = align;
        if (seen == SEEN_OTHER) return t;
        if (seen == 0) expected(S("a type"));
        t = specified_type(seen);
        if (t == 0) error(at, S("these type specifiers do not go together"));
        return t;
      }
    }
    if (bit) {
      if (seen & bit || seen & SEEN_OTHER) error(at_token(), S("two types in one declaration"));
      seen = seen | bit;
    }
    tk = tk + 1;
  }
  return 0;
}

int array_of(int base, int count) {
  int size = size_of(base);
  if (count > 0 && size > 0 && count > 0x40000000 / size) error(at_token(), S("array is too large"));
  int t = new_type(TK_ARRAY, count < 0 ? 0 : size * count, align_of(base), base);
  type_of[t].count = count;
  return t;
}

int type_suffix(int t);

// parameters = "void" | (specifiers declarator ("," specifiers declarator)* ("," "...")?)?
int function_suffix(int result) {
  int at = at_token();
  if (kind_of(result) == TK_FUNCTION || kind_of(result) == TK_ARRAY)
    error(at, S("a function cannot return a function or an array"));
  int f = new_type(TK_FUNCTION, 1, 1, result);
  if (accept(T_RPAREN)) {
    type_of[f].variadic = 2;
    return f;
  }
  if (tok() == K_VOID && token[tk + 1].kind == T_RPAREN) {
    tk = tk + 2;
    return f;
  }
  int last = 0;
  scope_depth = scope_depth + 1;
  while (1) {
    if (accept(T_ELLIPSIS)) {
      type_of[f].variadic = 1;
      break;
    }
    if (!starts_type()) expected(S("a parameter type"));
    int t = declaration_specifiers();
    t = declarator(t);
    if (kind_of(t) == TK_ARRAY) t = pointer_to(type_of[t].base);
    else if (kind_of(t) == TK_FUNCTION) t = pointer_to(t);
    if (t == TY_VOID) error(at_token(), S("a parameter cannot have type 'void'"));
    int p = parameters;
    if (p >= PARAMETERS) limit(at, S("too many parameters for this compiler slot"));
    parameters = p + 1;
    parameter[p].type = t;
    parameter[p].name = decl_name;
    parameter[p].at = decl_at;
    parameter[p].next = 0;
    if (last) parameter[last].next = p;
    else type_of[f].first = p;
    last = p;
    if (!accept(T_COMMA)) break;
  }
  expect(T_RPAREN);
  leave_scope();
  return f;
}

// suffix = "(" parameters ")" suffix | "[" constant? "]" suffix
int type_suffix(int t) {
  if (accept(T_LPAREN)) return function_suffix(t);
  if (tok() == T_LBRACKET) {
    int at = at_token();
    tk = tk + 1;
    while (tok() == K_STATIC || tok() == K_CONST || tok() == K_RESTRICT || tok() == K_VOLATILE) tk = tk + 1;
    int count = -1;
    if (tok() == T_STAR && token[tk + 1].kind == T_RBRACKET) tk = tk + 1;
    else if (tok() != T_RBRACKET) {
      int n = conditional();
      if (!is_constant(n)) error(at, S("variable length arrays are not supported"));
      if (!is_integer(node[n].type)) error(at, S("the size of an array must be an integer"));
      count = node[n].a;
      if (count < 0 || node[n].b) error(at, S("array size is negative or too large"));
    }
    expect(T_RBRACKET);
    t = type_suffix(t);
    if (t == TY_VOID || kind_of(t) == TK_FUNCTION) error(at, S("array of void or of functions"));
    if (kind_of(t) == TK_ARRAY && type_of[t].count < 0) error(at, S("array of arrays of unknown size"));
    check_complete(t, at);
    return array_of(t, count);
  }
  return t;
}

// declarator = ("*" qualifier*)* (name | "(" declarator ")")? suffix
int declarator(int t) {
  while (accept(T_STAR)) {
    t = pointer_to(t);
    while (tok() == K_CONST || tok() == K_VOLATILE || tok() == K_RESTRICT) tk = tk + 1;
  }
  if (tok() == T_LPAREN) {
    int k = token[tk + 1].kind;
    if (k == T_STAR || k == T_LPAREN || k == T_LBRACKET || (k == T_NAME && !is_type_name(token[tk + 1].lo))) {
      // The suffix after the parentheses belongs to the inner declarator's base: read it first.
      int inner = tk + 1;
      int open = 1;
      tk = inner;
      while (open) {
        if (tok() == T_LPAREN) open++;
        if (tok() == T_RPAREN) open--;
        if (tok() == T_END) expect(T_RPAREN);
        tk = tk + 1;
      }
      t = type_suffix(t);
      int after = tk;
      tk = inner;
      t = declarator(t);
      expect(T_RPAREN);
      tk = after;
      return t;
    }
  }
  int n = 0;
  int at = at_token();
  if (tok() == T_NAME) {
    n = token[tk].lo;
    tk = tk + 1;
  }
  t = type_suffix(t);
  decl_name = n;
  decl_at = at;
  return t;
}

// The value of an integer constant expression; its high word is in `high`.
int constant_expression() {
  int at = at_token();
  int n = conditional();
  if (!is_constant(n)) error(at, S("expected a constant expression"));
  high = node[n].b;
  return node[n].a;
}
