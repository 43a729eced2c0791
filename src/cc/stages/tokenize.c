// First stage: source text to tokens, with preprocessing.

void add_token() {
  if (tokens >= TOKENS) limit(token_start, S("too many tokens for this compiler slot"));
  int t = tokens;
  token[t].kind = kind;
  token[t].at = token_start;
  token[t].lo = lo;
  token[t].hi = hi;
  token[t].type = type;
  tokens = t + 1;
}

void tokenize(void) {
  clear_words(address_of(name_heads), NAME_HEADS);
  mode = job_load(JOB_MODE);
  source_length = job_load(JOB_SOURCE_LENGTH);
  errors = 0;
  warnings = 0;
  diagnostics_length = 0;
  names = 1;
  tokens = 1;
  pos = 0;
  token_start = 0;
  if (catch_error()) finish_failed();
  if (source_length > SOURCE_BYTES) limit(0, S("the source is too long for this compiler slot"));
  do {
    lex();
    if (kind != T_NEWLINE) add_token();
  } while (kind != T_END);
  if (pos < source_length) error(pos, S("zero byte in the source"));
  job_store(JOB_TOKENS, tokens - 1);
  job_store(JOB_STAGE, 1);
}
