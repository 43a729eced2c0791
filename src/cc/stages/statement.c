// Second stage: statements, functions and the translation unit.

int functions;
// body: statements. locals: newest first, by symbol.next. parameters: symbols first_parameter and following.
struct function { int symbol, body, locals, first_parameter, parameters, calls, arguments, result, at, end; } function[FUNCTIONS];
int gotos;
struct goto_label { int name, label, defined, at; } goto_label[GOTOS];
int first_goto;        // of this function
int loops, switches;   // how many of them are around this place
int switch_cases;      // chain of the innermost switch
int switch_default;
int return_type;
int result_symbol;     // hidden parameter: where a structure result goes

int statement(void);

void warn(int at, int message) {
  warnings = warnings + 1;
  put_start('W');
  put_text(message);
  put_end(at);
}

void warn_unused(int s) {
  if (symbol[s].flags & (FLAG_USED | FLAG_PARAMETER) || errors) return;
  if (!symbol[s].name) return;
  warnings = warnings + 1;
  put_start('W');
  put_text(S("unused variable '"));
  put_name(symbol[s].name);
  put_char('\'');
  put_end(symbol[s].at);
}

void error_redeclared(int n, int at) {
  error_start(at);
  put_char('\'');
  put_name(n);
  put_text(S("' is declared twice"));
  error_end(at);
}

// local declaration = specifiers (declarator ("=" initialiser)? ("," ...)*)? ";"; returns a list of statements
int local_declaration() {
  int at = at_token();
  if (tok() == K_STATIC_ASSERT) {
    static_assertion();
    return 0;
  }
  int base = declaration_specifiers();
  int class = storage;
  int is_volatile = specifier_volatile;
  int first = 0, last = 0;
  if (accept(T_SEMICOLON)) return 0;
  while (1) {
    int t = declarator(base);
    int n = decl_name;
    at = decl_at;
    if (!n) expected(S("a name"));
    int old = here(n);
    if (class == K_TYPEDEF) {
      if (old) error_redeclared(n, at);
      enter(SY_TYPE, t, n, at);
    } else if (kind_of(t) == TK_FUNCTION) {
      int s = enter(SY_FUNCTION, t, n, at);
      symbol[s].flags = FLAG_EXTERN;
      symbol[s].weight = -1;
    } else if (class == K_EXTERN) {
      // It is the global of that name.
      int s = name[n].symbol;
      while (s && symbol[s].depth > 0) s = symbol[s].hidden;
      if (!s) {
        s = new_symbol(SY_GLOBAL, t, n, at);
        symbol[s].flags = FLAG_EXTERN;
        symbol[s].depth = 0;
      }
      int alias = enter(SY_TYPE, t, n, at);
      symbol[alias].kind = symbol[s].kind;
      error(at, S("extern declarations inside a function are not supported"));
    } else if (class == K_STATIC) {
      if (old) error_redeclared(n, at);
      int s = enter(SY_GLOBAL, t, n, at);
      symbol[s].flags = FLAG_STATIC | FLAG_DEFINED | FLAG_USED;
      if (accept(T_ASSIGN)) init_global(s);
      check_complete(symbol[s].type, at);
    } else {
      if (old) error_redeclared(n, at);
      int s = enter_local(t, n, at);
      // What setjmp and a debugger may look at stays in memory.
      if (is_volatile) symbol[s].flags = FLAG_ADDRESSED;
      if (accept(T_ASSIGN)) {
        int list = init_local(s);
        symbol[s].weight = symbol[s].weight + loop_weight;
        if (list) {
          if (last) node[last].next = list;
          else first = list;
          last = list;
          while (node[last].next) last = node[last].next;
        }
      }
      t = symbol[s].type;
      if (kind_of(t) == TK_ARRAY && type_of[t].count < 0) error(at, S("the array has no size"));
      check_complete(t, at);
    }
    if (!accept(T_COMMA)) break;
  }
  expect(T_SEMICOLON);
  return first;
}

// Skips to a place where parsing can go on after an error: past the next ";" or before "}" at this depth.
void resynchronise() {
  int depth = 0;
  while (tok() != T_END) {
    int k = tok();
    if (k == T_LBRACE) depth++;
    if (k == T_RBRACE) {
      if (depth == 0) return;
      depth--;
      if (depth == 0) {
        tk = tk + 1;
        return;
      }
    }
    tk = tk + 1;
    if (k == T_SEMICOLON && depth == 0) return;
  }
}

// block = "{" (declaration | statement)* "}"
int block(int at) {
  int first = 0, last = 0;
  scope_depth = scope_depth + 1;
  // After an error in a statement the next one is tried.
  int pc = catch_pc, frame = catch_frame, register_ = catch_register;
  int depth = scope_depth;
  int outer_loops = loops, outer_switches = switches;
  if (catch_error()) {
    if (errors >= 20) finish_failed();
    while (scope_depth > depth) leave_scope();
    loops = outer_loops;
    switches = outer_switches;
    resynchronise();
  }
  while (tok() != T_RBRACE) {
    if (tok() == T_END) {
      catch_pc = pc;
      catch_frame = frame;
      catch_register = register_;
      expect(T_RBRACE);
    }
    int n = starts_declaration() ? local_declaration() : statement();
    if (n) {
      if (last) node[last].next = n;
      else first = n;
      last = n;
      while (node[last].next) last = node[last].next;
    }
  }
  tk = tk + 1;
  catch_pc = pc;
  catch_frame = frame;
  catch_register = register_;
  leave_scope();
  return new_node(N_BLOCK, TY_VOID, first, 0, at);
}

int goto_index(int n, int at) {
  int i = first_goto;
  while (i < gotos) {
    if (goto_label[i].name == n) return i;
    i++;
  }
  if (gotos >= GOTOS) limit(at, S("too many labels for this compiler slot"));
  gotos = gotos + 1;
  goto_label[i].name = n;
  goto_label[i].label = 0;
  goto_label[i].defined = 0;
  goto_label[i].at = at;
  return i;
}

int loop_body() {
  int weight = loop_weight;
  loops = loops + 1;
  int n = statement();
  loops = loops - 1;
  loop_weight = weight;
  return n;
}

void deeper() {
  if (loop_weight < 4096) loop_weight = loop_weight * 8;
}

int paren_condition() {
  expect(T_LPAREN);
  int start = tk;
  int n = condition(expression());
  if (node[n].op == N_ASSIGN && token[start].kind != T_LPAREN)
    warn(node[n].at, S("assignment used as a condition; write '==' or put it in parentheses"));
  expect(T_RPAREN);
  return n;
}

int expression_statement(int n, int at) {
  return new_node(N_EXPRESSION, TY_VOID, n, 0, at);
}

// statement = block | if | while | do | for | switch | case | default | break | continue | return | goto | label
//           | expression? ";"
int statement() {
  int at = at_token();
  int k = tok();
  switch (k) {
    case T_LBRACE:
      tk = tk + 1;
      return block(at);
    case T_SEMICOLON:
      tk = tk + 1;
      return new_node(N_BLOCK, TY_VOID, 0, 0, at);
    case K_IF: {
      tk = tk + 1;
      int test = paren_condition();
      int then = statement();
      int n = new_node(N_IF, TY_VOID, then, 0, at);
      node[n].c = test;
      if (accept(K_ELSE)) node[n].b = statement();
      return n;
    }
    case K_WHILE: {
      tk = tk + 1;
      int weight = loop_weight;
      deeper();
      int test = paren_condition();
      int n = new_node(N_LOOP, TY_VOID, loop_body(), 0, at);
      node[n].c = test;
      loop_weight = weight;
      return n;
    }
    case K_DO: {
      tk = tk + 1;
      int weight = loop_weight;
      deeper();
      int body = loop_body();
      deeper();
      if (tok() != K_WHILE) expected(S("'while'"));
      tk = tk + 1;
      int test = paren_condition();
      expect(T_SEMICOLON);
      int n = new_node(N_DO, TY_VOID, body, 0, at);
      node[n].c = test;
      loop_weight = weight;
      return n;
    }
    case K_FOR: {
      tk = tk + 1;
      expect(T_LPAREN);
      int weight = loop_weight;
      scope_depth = scope_depth + 1;
      int first = 0;
      if (starts_declaration()) first = local_declaration();
      else {
        if (tok() != T_SEMICOLON) first = expression_statement(expression(), at);
        expect(T_SEMICOLON);
      }
      deeper();
      int test = 0;
      if (tok() != T_SEMICOLON) test = condition(expression());
      expect(T_SEMICOLON);
      int step = 0;
      if (tok() != T_RPAREN) step = expression();
      expect(T_RPAREN);
      int n = new_node(N_LOOP, TY_VOID, loop_body(), step, at);
      node[n].c = test;
      loop_weight = weight;
      leave_scope();
      if (!first) return n;
      int last = first;
      while (node[last].next) last = node[last].next;
      node[last].next = n;
      return new_node(N_BLOCK, TY_VOID, first, 0, at);
    }
    case K_SWITCH: {
      tk = tk + 1;
      expect(T_LPAREN);
      int value = decay(expression());
      expect(T_RPAREN);
      if (!is_integer(node[value].type)) error_type(at, S("a switch on a value of type"), node[value].type);
      value = new_cast(promoted(node[value].type), value, at);
      int cases = switch_cases;
      int default_ = switch_default;
      switch_cases = 0;
      switch_default = 0;
      switches = switches + 1;
      int n = new_node(N_SWITCH, node[value].type, value, 0, at);
      node[n].b = statement();
      // chain of cases, then the default
      int d = new_node(N_CASE, TY_VOID, switch_cases, switch_default, at);
      node[n].c = d;
      switches = switches - 1;
      switch_cases = cases;
      switch_default = default_;
      return n;
    }
    case K_CASE: {
      tk = tk + 1;
      if (!switches) error(at, S("'case' outside a switch"));
      int low = constant_expression();
      if (high != low >> 31 && high != 0) error(at, S("case constants beyond 32 bits are not supported"));
      int last = low;
      if (accept(T_ELLIPSIS)) last = constant_expression();
      expect(T_COLON);
      int c = switch_cases;
      while (c) {
        if (low <= node[c].b && last >= node[c].a) error(at, S("two cases have the same value"));
        c = node[c].c;
      }
      int n = new_node(N_CASE, TY_INT, low, last, at);
      node[n].c = switch_cases;
      switch_cases = n;
      node[n].next = labelled();
      return n;
    }
    case K_DEFAULT: {
      tk = tk + 1;
      if (!switches) error(at, S("'default' outside a switch"));
      if (switch_default) error(at, S("two defaults in one switch"));
      expect(T_COLON);
      int n = new_node(N_CASE, TY_INT, 0, 0, at);
      switch_default = n;
      node[n].next = labelled();
      return n;
    }
    case K_BREAK:
      tk = tk + 1;
      if (!loops && !switches) error(at, S("'break' outside a loop or switch"));
      expect(T_SEMICOLON);
      return new_node(N_BREAK, TY_VOID, 0, 0, at);
    case K_CONTINUE:
      tk = tk + 1;
      if (!loops) error(at, S("'continue' outside a loop"));
      expect(T_SEMICOLON);
      return new_node(N_CONTINUE, TY_VOID, 0, 0, at);
    case K_RETURN: {
      tk = tk + 1;
      int n = 0;
      if (tok() != T_SEMICOLON) {
        n = expression();
        if (return_type == TY_VOID) {
          if (node[n].type != TY_VOID) error(at, S("a function of type void returns no value"));
        } else n = assign_cast(return_type, n, at);
      } else if (return_type != TY_VOID) error(at, S("this function must return a value"));
      expect(T_SEMICOLON);
      return new_node(N_RETURN, return_type, n, result_symbol, at);
    }
    case K_GOTO: {
      tk = tk + 1;
      if (tok() != T_NAME) expected(S("a label"));
      int i = goto_index(token[tk].lo, at_token());
      tk = tk + 1;
      expect(T_SEMICOLON);
      return new_node(N_GOTO, TY_VOID, i, 0, at);
    }
    case K_ASM:
      error(at, S("asm is not supported"));
      return 0;
    case K_ELSE:
      error(at, S("'else' without an 'if'"));
      return 0;
    case T_NAME:
      if (token[tk + 1].kind == T_COLON) {
        int i = goto_index(token[tk].lo, at);
        if (goto_label[i].defined) error_redeclared(token[tk].lo, at);
        goto_label[i].defined = 1;
        tk = tk + 2;
        int n = new_node(N_LABEL, TY_VOID, i, 0, at);
        node[n].next = labelled();
        return n;
      }
      break;
  }
  int n = expression();
  expect(T_SEMICOLON);
  return expression_statement(n, at);
}

// The statement after a label; a label may also end a block.
int labelled() {
  if (tok() == T_RBRACE) return 0;
  if (starts_declaration()) return local_declaration();
  return statement();
}

// Does control reach the end of this statement (list)? Loops without a condition and returns say no.
int has_break(int n) {
  while (n) {
    int op = node[n].op;
    if (op == N_BREAK || op == N_GOTO) return 1;
    if (op == N_BLOCK && has_break(node[n].a)) return 1;
    if (op == N_IF && (has_break(node[n].a) || has_break(node[n].b))) return 1;
    n = node[n].next;
  }
  return 0;
}

int falls_through(int n) {
  int falls = 1;
  while (n) {
    int op = node[n].op;
    if (op == N_RETURN || op == N_GOTO) falls = 0;
    else if (op == N_LABEL || op == N_CASE) falls = 1;
    else if (op == N_BLOCK) falls = falls_through(node[n].a);
    else if (op == N_IF) falls = !node[n].b || falls_through(node[n].a) || falls_through(node[n].b);
    else if (op == N_LOOP && (node[n].c == 0 || (is_constant(node[n].c) && !is_zero(node[n].c)))) falls = has_break(node[n].a);
    else if (op == N_SWITCH) falls = !node[node[n].c].b || falls_through(node[n].b) || has_break(node[n].b);
    else if (op == N_EXPRESSION && node[node[n].a].op == N_CALL) {
      int f = node[node[n].a].a;
      falls = 1;
      if (node[f].op == N_VARIABLE) {
        int meaning = name[symbol[node[f].a].name].meaning;
        if (meaning >> 16 == STATIC_FUNCTION && library_returns[meaning & 65535] == 0) falls = 0;
      }
    } else if (op != N_BREAK && op != N_CONTINUE) falls = 1;
    n = node[n].next;
  }
  return falls;
}

// function = specifiers declarator block
void function_definition(int s) {
  int t = symbol[s].type;
  int f = functions;
  if (f >= FUNCTIONS) limit(at_token(), S("too many functions for this compiler slot"));
  if (symbol[s].flags & FLAG_DEFINED) error_redeclared(symbol[s].name, symbol[s].at);
  functions = f + 1;
  symbol[s].flags = symbol[s].flags | FLAG_DEFINED;
  function[f].symbol = s;
  function[f].at = at_token();
  function_locals = 0;
  function_calls = 0;
  function_arguments = 0;
  first_goto = gotos;
  loop_weight = 1;
  loops = 0;
  switches = 0;
  in_function = 1;
  return_type = type_of[t].base;
  scope_depth = 1;
  result_symbol = 0;
  if (is_aggregate(return_type)) {
    result_symbol = enter_local(pointer_to(return_type), 0, at_token());
    symbol[result_symbol].flags = FLAG_PARAMETER | FLAG_USED;
  }
  function[f].first_parameter = symbols;
  int count = 0;
  int p = type_of[t].first;
  while (p) {
    if (!parameter[p].name) error(at_token(), S("a parameter of a function definition needs a name"));
    if (here(parameter[p].name)) error_redeclared(parameter[p].name, parameter[p].at);
    check_complete(parameter[p].type, parameter[p].at);
    int q = enter_local(parameter[p].type, parameter[p].name, parameter[p].at);
    symbol[q].flags = FLAG_PARAMETER;
    symbol[q].weight = 1;
    count++;
    p = parameter[p].next;
  }
  function[f].parameters = count;
  function[f].result = result_symbol;
  int at = at_token();
  expect(T_LBRACE);
  // The outermost block shares its scope with the parameters.
  scope_depth = 0;
  function[f].body = block(at);
  function[f].end = token[tk - 1].at;
  function[f].locals = function_locals;
  function[f].calls = function_calls;
  function[f].arguments = function_arguments;
  in_function = 0;
  for (int i = first_goto; i < gotos; i++)
    if (!goto_label[i].defined) {
      at = goto_label[i].at;
      error_start(at);
      put_text(S("there is no label '"));
      put_name(goto_label[i].name);
      put_char('\'');
      error_end(at);
    }
  if (!errors && return_type != TY_VOID && !is_main(symbol[s].name)
    && falls_through(node[function[f].body].a))
    warn(function[f].end, S("control reaches the end of a function that returns a value"));
}

// external declaration = specifiers (declarator ("=" initialiser)? ("," ...)*)? ";" | function
void external_declaration() {
  if (accept(T_SEMICOLON)) return;
  if (tok() == K_STATIC_ASSERT) {
    static_assertion();
    return;
  }
  if (!starts_type()) expected(S("a declaration"));
  int base = declaration_specifiers();
  int class = storage;
  if (accept(T_SEMICOLON)) return;
  int first = 1;
  while (1) {
    int t = declarator(base);
    int n = decl_name;
    int at = decl_at;
    if (!n) expected(S("a name"));
    int s = here(n);
    if (class == K_TYPEDEF) {
      if (s && (symbol[s].kind != SY_TYPE || !same_type(symbol[s].type, t))) error_redeclared(n, at);
      enter(SY_TYPE, t, n, at);
    } else if (kind_of(t) == TK_FUNCTION) {
      if (s) {
        if (symbol[s].kind != SY_FUNCTION || !same_type(symbol[s].type, t)) {
          if (symbol[s].kind != SY_FUNCTION || symbol[s].at) error_redeclared(n, at);
        }
        if (type_of[symbol[s].type].variadic == 2 || tok() == T_LBRACE || symbol[s].at == 0) symbol[s].type = t;
      } else s = enter(SY_FUNCTION, t, n, at);
      symbol[s].at = at;
      if (first && tok() == T_LBRACE) {
        function_definition(s);
        return;
      }
    } else {
      if (s && (symbol[s].kind != SY_GLOBAL || !same_type(symbol[s].type, t))) error_redeclared(n, at);
      if (s) {
        if (kind_of(t) == TK_ARRAY && type_of[t].count >= 0) symbol[s].type = t;
      } else {
        s = enter(SY_GLOBAL, t, n, at);
        symbol[s].flags = FLAG_EXTERN;
      }
      if (class != K_EXTERN) symbol[s].flags = (symbol[s].flags & ~FLAG_EXTERN) | FLAG_STATIC;
      if (accept(T_ASSIGN)) {
        if (symbol[s].flags & FLAG_DEFINED) error_redeclared(n, at);
        symbol[s].flags = symbol[s].flags & ~FLAG_EXTERN;
        init_global(s);
      }
      t = symbol[s].type;
      if (t == TY_VOID) check_complete(t, at);
    }
    first = 0;
    if (!accept(T_COMMA)) break;
  }
  expect(T_SEMICOLON);
}

// translation unit = external declaration*
void translation_unit() {
  while (tok() != T_END) external_declaration();
}
