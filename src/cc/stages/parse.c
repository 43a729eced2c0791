// Second stage: tokens to typed syntax trees.

int root;   // expression mode: the expression

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
  if (mode == MODE_PROGRAM) {
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
  if (mode == MODE_EXPRESSION) {
    root = decay(expression());
    if (tok() == T_SEMICOLON) tk = tk + 1;
    if (tok() != T_END) expected(S("an operator"));
    if (!is_arithmetic(node[root].type)) error_type(node[root].at, S("cannot print a value of type"), node[root].type);
  } else translation_unit();
  if (errors) finish_failed();
  parsing = 0;
  job_store(JOB_NODES, nodes - 1);
  job_store(JOB_STAGE, 2);
}
