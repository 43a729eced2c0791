// First stage: source text to tokens, with preprocessing.

void add_token() {
  if (kind == T_NAME && name[lo].meaning >> 16 == STATIC_MACRO) {
    // PRId64 and its kind: a string
    int which = name[lo].meaning & 65535;
    kind = T_STRING;
    type = TY_CHAR;
    lo = macro_text[which];
    hi = lo;
    while (byte_at(hi)) hi = hi + 1;
  }
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
  prelude = job_load(JOB_PRELUDE);
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
  macros = 1;
  bodies = 0;
  frames = 0;
  own_length = 0;
  conditions = 0;
  line_position = 0;
  line_number = 1;
  parsing = 0;
  if (prelude > source_length || prelude < 0) prelude = source_length;
  int whole_mode = mode;
  if (prelude) mode = MODE_PROGRAM;
  if (mode == MODE_EXPRESSION) {
    do {
      lex();
      if (kind != T_NEWLINE) add_token();
    } while (kind != T_END);
  } else {
    int fresh = 1;
    do {
      // The expression behind earlier programs: its constants are long.
      if (pos >= prelude) mode = whole_mode;
      next_expanded();
      if (kind == T_NEWLINE) fresh = 1;
      else if (kind == T_HASH && fresh && frames == 0) {
        directive();
        fresh = 1;
      } else {
        fresh = 0;
        add_token();
      }
    } while (kind != T_END);
    mode = whole_mode;
    if (conditions) error(condition_at[conditions], S("#if without #endif"));
  }
  if (pos < source_length) error(pos, S("zero byte in the source"));
  job_store(JOB_TOKENS, tokens - 1);
  job_store(JOB_STAGE, 1);
}
