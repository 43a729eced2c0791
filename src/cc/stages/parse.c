// Second stage: tokens to typed syntax trees.

int root;   // expression mode: the expression

int prelude_symbols;   // symbols of earlier programs

// What earlier programs have declared lies in a scope around the file's: it can be used, and declared again. A form
// feed ends each of them.
void prelude_declarations() {
  int whole_mode = mode;
  mode = MODE_PROGRAM;
  int end = 0;
  while (end < prelude) {
    while (end < prelude && byte_at(end) != 12) end++;
    while (at_token() < end && tok() != T_END) external_declaration();
    for (int s = prelude_symbols; s < symbols; s++)
      if (symbol[s].depth == 0) symbol[s].depth = -1;
    prelude_symbols = symbols;
    end++;
  }
  mode = whole_mode;
}

// 1 if the program defines more than main.
int defines_more() {
  for (int s = prelude_symbols; s < symbols; s++) {
    int k = symbol[s].kind;
    if (symbol[s].depth == 0 && symbol[s].name && (k == SY_GLOBAL || k == SY_TYPE || k == SY_CONSTANT || k == SY_TAG
      || (k == SY_FUNCTION && symbol[s].flags & FLAG_DEFINED && !is_main(symbol[s].name)))) return 1;
  }
  return 0;
}

void parse(void) {
  tk = 1;
  nodes = 1;
  types = TY_BASIC;
  symbols = 1;
  parameters = 1;
  functions = 0;
  gotos = 1;
  relocations = 0;
  startup_first = 0;
  startup_last = 0;
  init_first = 0;
  init_last = 0;
  scope_depth = 0;
  scope_last = 0;
  in_function = 0;
  function_locals = 0;
  loop_weight = 1;
  data_length = 0;
  parsing = 1;
  clear_words(address_of(basic_pointer), TY_BASIC);
  // The types that static names refer to: char *, void *.
  pointer_to(TY_CHAR);
  pointer_to(TY_VOID);
  array_of(TY_INT, 14);
  prelude_symbols = 1;
  if (mode == MODE_PROGRAM || prelude) {
    // The library's own data comes first.
    data_length = LIBRARY_DATA_WORDS * 4;
    if (LIBRARY_DATA_WORDS > DATA_WORDS) limit(0, S("too much initialised data for this compiler slot"));
  }
  if (catch_error()) {
    if (mode == MODE_EXPRESSION || errors >= 20) finish_failed();
    while (scope_depth > 0) leave_scope();
    in_function = 0;
    resynchronise();
    if (tok() == T_RBRACE) tk = tk + 1;
  }
  if (prelude && prelude_symbols == 1) prelude_declarations();
  if (mode == MODE_EXPRESSION) {
    root = decay(expression());
    if (tok() == T_SEMICOLON) tk = tk + 1;
    if (tok() != T_END) expected(S("an operator"));
    if (!is_arithmetic(node[root].type)) error_type(node[root].at, S("cannot print a value of type"), node[root].type);
  } else translation_unit();
  if (errors) finish_failed();
  parsing = 0;
  job_store(JOB_DEFINES, mode == MODE_PROGRAM && defines_more());
  job_store(JOB_NODES, nodes - 1);
  job_store(JOB_STAGE, 2);
}
