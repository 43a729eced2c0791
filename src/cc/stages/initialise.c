// Second stage: initialisers of globals (into the initialised data) and of locals (as assignments).

int relocations;
// The word at data offset `at` is the address of `symbol`, plus what the word holds.
struct relocation { int at, symbol; } relocation[RELOCATIONS];
int startup_first, startup_last;     // assignments before main: floating initialisers that are not folded

int init_static;      // the object has static storage
int init_first, init_last;  // statements, for a local
int init_count;       // elements seen of an array of unknown size

void init_append(int n) {
  if (init_last) node[init_last].next = n;
  else init_first = n;
  init_last = n;
}

// The address that a constant node stands for: symbol in init_symbol (0: absolute), returns the offset.
int init_symbol;

int constant_address(int n, int at) {
  int op = node[n].op;
  if (op == N_INTEGER) {
    init_symbol = 0;
    return node[n].a;
  }
  if (op == N_CAST && class_of(node[n].type) == CLASS_WORD && size_of(node[n].type) == 4 && class_of(node[node[n].a].type) == CLASS_WORD)
    return constant_address(node[n].a, at);
  if ((op == N_ADD || op == N_SUB) && is_constant(node[n].b)) {
    int offset = constant_address(node[n].a, at);
    return op == N_ADD ? offset + node[node[n].b].a : offset - node[node[n].b].a;
  }
  if (op == N_ADDRESS) {
    int v = node[n].a;
    if (node[v].op == N_VARIABLE && symbol[node[v].a].kind != SY_LOCAL) {
      init_symbol = node[v].a;
      return 0;
    }
    if (node[v].op == N_DEREF) return constant_address(node[v].a, at);
  }
  error(at, S("an initialiser of static storage must be constant"));
  return 0;
}

int is_constant_tree(int n) {
  int op = node[n].op;
  if (op == N_INTEGER || op == N_FLOATING) return 1;
  if (op == N_CAST || op == N_NEGATE || op == N_NOT || op == N_COMPLEMENT) return is_constant_tree(node[n].a);
  if (op >= N_ADD && op <= N_LE) return is_constant_tree(node[n].a) && is_constant_tree(node[n].b);
  if (op == N_CONDITIONAL) return is_constant_tree(node[n].a) && is_constant_tree(node[n].b) && is_constant_tree(node[n].c);
  return 0;
}

void put_data_bytes(int at, int size, int l, int h) {
  for (int i = 0; i < size; i++) put_data_byte(at + i, i < 4 ? l >> (i * 8) : h >> ((i - 4) * 8));
}

int element_lvalue(int s, int offset, int t, int bits, int at) {
  int v = new_node(N_VARIABLE, symbol[s].type, s, 0, at);
  if (offset == 0 && symbol[s].type == t && !bits) return v;
  int p = new_node(N_ADDRESS, pointer_to(t), v, 0, at);
  if (offset) p = new_node(N_ADD, pointer_to(t), p, new_integer(TY_INT, offset, 0, at), at);
  if (bits) {
    int f = new_node(N_BITFIELD, t, p, bits & 255, at);
    node[f].c = bits >> 8;
    return f;
  }
  return new_node(N_DEREF, t, p, 0, at);
}

// Stores expression `n` in the element of type `t` at `offset` of the object `s`.
void init_scalar(int s, int offset, int t, int bits, int n, int at) {
  n = assign_cast(t, n, at);
  if (!init_static) {
    init_append(new_node(N_EXPRESSION, TY_VOID, new_node(N_ASSIGN, t, element_lvalue(s, offset, t, bits, at), n, at), 0, at));
    return;
  }
  int place = symbol[s].value + offset;
  if (node[n].op == N_INTEGER) {
    if (bits) {
      int width = bits >> 8;
      for (int i = 0; i < width; i++) {
        int bit = (bits & 255) + i;
        int value = i < 32 ? (node[n].a >> i) & 1 : (node[n].b >> (i - 32)) & 1;
        int byte = place + (bit >> 3);
        int old = (data[byte >> 2] >> ((byte & 3) * 8)) & 255;
        put_data_byte(byte, (old & ~(1 << (bit & 7))) | (value << (bit & 7)));
      }
      return;
    }
    put_data_bytes(place, size_of(t), node[n].a, node[n].b);
    return;
  }
  if (node[n].op == N_FLOATING) {
    if (t == TY_FLOAT) put_data_bytes(place, 4, float_bits(node[n].a, node[n].b), 0);
    else put_data_bytes(place, 8, node[n].a, node[n].b);
    return;
  }
  if (is_arithmetic(t) && is_constant_tree(n) && !bits) {
    int e = new_node(N_EXPRESSION, TY_VOID, new_node(N_ASSIGN, t, element_lvalue(s, offset, t, 0, at), n, at), 0, at);
    if (startup_last) node[startup_last].next = e;
    else startup_first = e;
    startup_last = e;
    return;
  }
  int value = constant_address(n, at);
  if (size_of(t) < 4) error(at, S("an initialiser of static storage must be constant"));
  put_data_bytes(place, 4, value, 0);
  if (init_symbol) {
    if (relocations >= RELOCATIONS) limit(at, S("too many addresses in initialisers for this compiler slot"));
    relocation[relocations].at = place;
    relocation[relocations].symbol = init_symbol;
    relocations = relocations + 1;
    symbol[init_symbol].flags = symbol[init_symbol].flags | FLAG_USED;
  }
}

void init_value(int s, int offset, int t, int bits);

// A string for an array of characters
void init_string(int s, int offset, int t, int at) {
  int unit = size_of(type_of[t].base);
  int start = tk;
  int count = decode_strings(-1, 0);
  int most = type_of[t].count < 0 ? count + 1 : type_of[t].count;
  init_count = count + 1;
  if (string_unit != unit) error(at, S("this string has characters of another width than the array"));
  if (count > most) error(at, S("the string is too long for the array"));
  tk = start;
  if (init_static) {
    decode_strings(symbol[s].value + offset, most);
    return;
  }
  // For a local: through a string in the data, copied.
  int held = count < most ? count + 1 : count;
  int from = new_data(held * unit, unit);
  decode_strings(from, count);
  int piece = array_of(type_of[t].base, held);
  int source = new_node(N_VARIABLE, piece, anonymous_global(piece, at, from), 0, at);
  int target = element_lvalue(s, offset, piece, 0, at);
  if (held > 0) init_append(new_node(N_EXPRESSION, TY_VOID, new_node(N_ASSIGN, piece, target, source, at), 0, at));
}

int starts_designator() {
  return tok() == T_LBRACKET || tok() == T_DOT;
}

// initialisers without their own braces, for as many elements as the object has
void init_elided(int s, int offset, int t) {
  int element = 0;
  int m = 0;
  int is_array = kind_of(t) == TK_ARRAY;
  if (!is_array) m = type_of[t].first;
  while (1) {
    if (is_array) {
      if (element >= type_of[t].count) return;
      init_value(s, offset + element * size_of(type_of[t].base), type_of[t].base, 0);
      element++;
      if (element >= type_of[t].count) return;
    } else {
      if (!m) return;
      init_value(s, offset + symbol[m].value, symbol[m].type, symbol[m].extra);
      m = kind_of(t) == TK_UNION ? 0 : symbol[m].next;
      if (!m) return;
    }
    if (tok() != T_COMMA || token[tk + 1].kind == T_RBRACE || token[tk + 1].kind == T_LBRACKET || token[tk + 1].kind == T_DOT) return;
    tk = tk + 1;
  }
}

// initialiser list = "{" (designators "=")? initialiser ("," ...)* ","? "}"
void init_braced(int s, int offset, int t) {
  int at = at_token();
  int is_array = kind_of(t) == TK_ARRAY;
  int element = 0, most = 0;
  int m = is_array ? 0 : type_of[t].first;
  expect(T_LBRACE);
  while (tok() != T_RBRACE) {
    at = at_token();
    if (starts_designator()) {
      int last = -1;
      int et = t;
      int place = offset;
      int bits = 0;
      int outer = 1;
      while (starts_designator()) {
        if (accept(T_LBRACKET)) {
          if (kind_of(et) != TK_ARRAY) error(at, S("an index designates an element of something that is no array"));
          int i = constant_expression();
          if (i < 0 || (type_of[et].count >= 0 && i >= type_of[et].count)) error(at, S("the designated element is outside the array"));
          last = -1;
          if (accept(T_ELLIPSIS)) {
            last = constant_expression();
            if (last < i || (type_of[et].count >= 0 && last >= type_of[et].count)) error(at, S("bad range of designated elements"));
          }
          expect(T_RBRACKET);
          if (outer) element = i;
          et = type_of[et].base;
          place = place + i * size_of(et);
        } else {
          tk = tk + 1;
          if (!is_aggregate(et)) error(at, S("a member designator needs a structure or union"));
          int want = token[tk].lo;
          if (tok() != T_NAME) expected(S("a member name"));
          tk = tk + 1;
          int found = 0;
          while (!found) {
            int f = find_member(et, want);
            if (!f) {
              error_start(at);
              put_char('\'');
              put_type(et);
              put_text(S("' has no member '"));
              put_name(want);
              put_char('\'');
              error_end(at);
            }
            if (outer) m = f;
            outer = 0;
            place = place + symbol[f].value;
            et = symbol[f].type;
            bits = symbol[f].extra;
            found = symbol[f].name;
          }
        }
        outer = 0;
      }
      accept(T_ASSIGN);
      int start = tk;
      init_value(s, place, et, bits);
      while (last > element) {
        element++;
        place = place + size_of(et);
        tk = start;
        init_value(s, place, et, bits);
      }
    } else if (is_array) {
      if (type_of[t].count >= 0 && element >= type_of[t].count) error(at, S("too many initialisers"));
      init_value(s, offset + element * size_of(type_of[t].base), type_of[t].base, 0);
    } else {
      if (!m) error(at, S("too many initialisers"));
      init_value(s, offset + symbol[m].value, symbol[m].type, symbol[m].extra);
    }
    element++;
    if (element > most) most = element;
    if (m) m = kind_of(t) == TK_UNION ? 0 : symbol[m].next;
    if (!accept(T_COMMA)) break;
  }
  expect(T_RBRACE);
  if (is_array) init_count = most;
}

// initialiser = assignment | "{" list "}"
void init_value(int s, int offset, int t, int bits) {
  int at = at_token();
  int k = kind_of(t);
  if (k == TK_ARRAY) {
    int base = type_of[t].base;
    int text = tok() == T_STRING || (tok() == T_LBRACE && token[tk + 1].kind == T_STRING);
    if (text && is_integer(base) && size_of(base) <= 4) {
      int unit = token[tok() == T_STRING ? tk : tk + 1].type == TY_CHAR;
      if (unit == (size_of(base) == 1)) {
        int brace = accept(T_LBRACE);
        init_string(s, offset, t, at);
        if (brace) {
          accept(T_COMMA);
          expect(T_RBRACE);
        }
        return;
      }
    }
    if (tok() == T_LBRACE) init_braced(s, offset, t);
    else init_elided(s, offset, t);
    return;
  }
  if (k == TK_STRUCT || k == TK_UNION) {
    if (tok() == T_LBRACE) {
      init_braced(s, offset, t);
      return;
    }
    if (!init_static) {
      int start = tk;
      int n = assignment();
      if (node[n].type == t) {
        init_append(new_node(N_EXPRESSION, TY_VOID, new_node(N_ASSIGN, t, element_lvalue(s, offset, t, 0, at), n, at), 0, at));
        return;
      }
      tk = start;
    }
    init_elided(s, offset, t);
    return;
  }
  int brace = accept(T_LBRACE);
  int n = assignment();
  init_scalar(s, offset, t, bits, n, at);
  if (brace) {
    accept(T_COMMA);
    expect(T_RBRACE);
  }
}

// The type of an object with this initialiser: an array of unknown size takes its size from it.
int sized_by_initialiser(int t) {
  if (kind_of(t) != TK_ARRAY || type_of[t].count >= 0) return t;
  int old_tk = tk, old_nodes = nodes, old_symbols = symbols, old_data = data_length, old_static = init_static;
  int old_relocations = relocations, old_startup = startup_last, old_first = startup_first;
  int first = init_first, last = init_last;
  int t2 = array_of(type_of[t].base, -1);
  init_static = 0;
  init_count = 0;
  int dry = new_symbol(SY_LOCAL, t2, 0, at_token());
  init_value(dry, 0, t2, 0);
  int count = init_count;
  tk = old_tk;
  nodes = old_nodes;
  symbols = old_symbols;
  data_length = old_data;
  init_static = old_static;
  relocations = old_relocations;
  startup_last = old_startup;
  startup_first = old_first;
  init_first = first;
  init_last = last;
  return array_of(type_of[t].base, count);
}

// "{" "0"? "}": everything zero
int is_zero_initialiser() {
  if (tok() != T_LBRACE) return 0;
  if (token[tk + 1].kind == T_RBRACE) return 2;
  if (token[tk + 1].kind == T_INTEGER && (token[tk + 1].lo | token[tk + 1].hi) == 0 && token[tk + 2].kind == T_RBRACE) return 3;
  return 0;
}

// Initialises the object `s` of static storage from the current token.
void init_global(int s) {
  int old = init_static;
  init_static = 1;
  int zero = is_zero_initialiser();
  int t = symbol[s].type;
  if (zero && (kind_of(t) == TK_ARRAY || is_aggregate(t)) && type_of[t].count >= 0) tk = tk + zero;
  else {
    symbol[s].type = sized_by_initialiser(symbol[s].type);
    t = symbol[s].type;
    symbol[s].value = new_data(size_of(t), align_of(t));
    symbol[s].flags = symbol[s].flags | FLAG_PLACED;
    init_value(s, 0, t, 0);
  }
  symbol[s].flags = symbol[s].flags | FLAG_DEFINED;
  init_static = old;
}

// Statements that initialise the local `s` from the current token, as a list.
int init_local(int s) {
  int first = init_first, last = init_last, old = init_static;
  init_static = 0;
  init_first = 0;
  init_last = 0;
  symbol[s].type = sized_by_initialiser(symbol[s].type);
  int t = symbol[s].type;
  int at = at_token();
  if ((kind_of(t) == TK_ARRAY || is_aggregate(t)) && (tok() == T_LBRACE || kind_of(t) == TK_ARRAY)) {
    int v = new_node(N_VARIABLE, t, s, 0, at);
    init_append(new_node(N_ZERO, TY_VOID, v, 0, at));
  }
  init_value(s, 0, t, 0);
  int list = init_first;
  init_first = first;
  init_last = last;
  init_static = old;
  return list;
}

// compound literal = "(" type-name ")" "{" initialisers "}"
int compound_literal(int t, int at) {
  if (in_function) {
    int s = enter_local(t, 0, at);
    symbol[s].flags = FLAG_USED | FLAG_ADDRESSED;
    int list = init_local(s);
    int v = new_node(N_VARIABLE, symbol[s].type, s, 0, at);
    // The assignments, then the object itself: (init, init, *&object)
    int effects = 0;
    while (list) {
      int e = node[list].op == N_EXPRESSION ? node[list].a : new_node(N_CAST, TY_VOID, list, 0, at);
      effects = effects ? new_node(N_COMMA, node[e].type, effects, e, at) : e;
      list = node[list].next;
    }
    if (!effects) return v;
    int p = new_node(N_ADDRESS, pointer_to(symbol[s].type), v, 0, at);
    p = new_node(N_COMMA, node[p].type, effects, p, at);
    return new_node(N_DEREF, symbol[s].type, p, 0, at);
  }
  int s = anonymous_global(t, at, 0);
  symbol[s].flags = FLAG_STATIC;
  init_global(s);
  return new_node(N_VARIABLE, symbol[s].type, s, 0, at);
}
