// Second stage: tokens to typed syntax trees.

int root;   // expression mode: the expression

void parse(void) {
  tk = 1;
  nodes = 1;
  types = TY_BASIC;
  symbols = 1;
  scope_depth = 0;
  clear_words(address_of(basic_pointer), TY_BASIC);
  if (catch_error()) finish_failed();
  if (mode == MODE_EXPRESSION) {
    root = decay(expression());
    if (tok() == T_SEMICOLON) tk = tk + 1;
    if (tok() != T_END) expected(S("an operator"));
    if (!is_arithmetic(node[root].type)) error_type(node[root].at, S("cannot print a value of type"), node[root].type);
  } else error(0, S("only expressions are supported yet"));
  job_store(JOB_NODES, nodes - 1);
  job_store(JOB_STAGE, 2);
}
