// First stage: preprocessing directives.

int conditions;                      // #if groups that are open
int condition_done[CONDITIONS];      // 1: a group of this #if has been taken; 2: its #else has been seen
int condition_at[CONDITIONS];

void expect_line_end() {
  if (kind != T_NEWLINE && kind != T_END) error(token_start, S("extra tokens at the end of a directive"));
}

void skip_line() {
  while (kind != T_NEWLINE && kind != T_END) lex_item();
}

// #define name body | #define name(parameters) body
void define_directive() {
  lex_item();
  if (kind != T_NAME && kind <= T_OTHER) error(token_start, S("expected a macro name"));
  int n = lo;
  int m = macros;
  if (m >= MACROS) limit(token_start, S("too many macros for this compiler slot"));
  macros = m + 1;
  macro[m].name = n;
  macro[m].first = bodies;
  macro[m].parameters = -1;
  macro[m].variadic = 0;
  macro[m].disabled = 0;
  int names_from = bodies;
  int names_count = 0;
  if (byte_at(pos) == '(') {
    // Parameter names are kept in the body table, before the body.
    macro[m].parameters = 0;
    lex_item();
    lex_item();
    while (kind != T_RPAREN) {
      if (kind == T_ELLIPSIS) macro[m].variadic = 1;
      else if (kind == T_NAME || kind > T_OTHER) {
        if (bodies >= MACRO_TOKENS) limit(token_start, S("macros are too long for this compiler slot"));
        body[bodies].lo = lo;
        bodies = bodies + 1;
        macro[m].parameters = macro[m].parameters + 1;
      } else error(token_start, S("expected a macro parameter"));
      names_count++;
      lex_item();
      if (kind == T_ELLIPSIS) {
        // GNU: the last name stands for the rest
        macro[m].variadic = 1;
        macro[m].parameters = macro[m].parameters - 1;
        lex_item();
      }
      if (kind == T_COMMA) lex_item();
      else if (kind != T_RPAREN) error(token_start, S("expected ',' or ')' in the macro parameters"));
    }
  }
  macro[m].first = bodies;
  lex_item();
  while (kind != T_NEWLINE && kind != T_END) {
    int b = bodies;
    if (b >= MACRO_TOKENS) limit(token_start, S("macros are too long for this compiler slot"));
    bodies = b + 1;
    body[b].kind = kind;
    body[b].lo = lo;
    body[b].hi = hi;
    body[b].type = type;
    body[b].flags = b == macro[m].first ? 0 : flags;
    body[b].start = text_start;
    body[b].end = text_end;
    body[b].parameter = 0;
    if (kind == T_NAME || kind > T_OTHER) {
      for (int i = names_from; i < macro[m].first; i++)
        if (body[i].lo == lo) body[b].parameter = 1 + i - names_from;
      if (macro[m].variadic && names_from + macro[m].parameters >= macro[m].first && name[lo].length == 11 && same_text(name[lo].at, S("__VA_ARGS__"), 11))
        body[b].parameter = 1 + macro[m].parameters;
    }
    lex_item();
  }
  macro[m].count = bodies - macro[m].first;
  name[n].macro = m;
}

const int headers[] = {
  S("stdio.h"), S("stdlib.h"), S("string.h"), S("ctype.h"), S("math.h"), S("stdint.h"), S("stdbool.h"), S("limits.h"),
  S("float.h"), S("stddef.h"), S("stdarg.h"), S("assert.h"), S("setjmp.h"), S("time.h"), S("inttypes.h"),
  S("stdalign.h"), S("stdnoreturn.h"), S("iso646.h"), S("errno.h"), S("strings.h"), S("resident.h"), 0
};

// #include <header> | #include "header": the built-in headers, whose names are always known
void include_directive() {
  skip_space();
  int at = pos;
  token_start = at;
  int close = byte_at(pos) == '<' ? '>' : '"';
  if (byte_at(pos) != '<' && byte_at(pos) != '"') error(at, S("expected <header> after #include"));
  int start = pos + 1;
  pos = start;
  while (byte_at(pos) != close) {
    if (byte_at(pos) == '\n' || byte_at(pos) == 0) error(at, S("#include without an end"));
    pos = pos + 1;
  }
  int length = pos - start;
  pos = pos + 1;
  for (int i = 0; headers[i]; i++)
    if (same_text(headers[i], start, length) && byte_at(headers[i] + length) == 0) {
      lex_item();
      expect_line_end();
      return;
    }
  error_start(at);
  put_text(S("there is no header '"));
  put_span(start, length);
  put_text(S("'; only the standard ones are built in"));
  error_end(at);
}

int is_defined(int n) {
  int category = name[n].meaning >> 16;
  return name[n].macro != 0 || category == STATIC_CONSTANT || category == STATIC_MACRO || name[n].meaning == STATIC_BUILTIN * 65536 + B_LINE;
}

// The value of the expression of #if or #elif: its tokens go to the end of the token table and are parsed there.
int if_expression() {
  int at = token_start;
  int start = tokens;
  int list = 0, last = 0;
  frames = 0;
  items = 1;
  lex_item();
  while (kind != T_NEWLINE && kind != T_END) {
    if (kind == T_NAME && name[lo].length == 7 && same_text(name[lo].at, S("defined"), 7)) {
      lex_item();
      int paren = kind == T_LPAREN;
      if (paren) lex_item();
      if (kind != T_NAME && kind <= T_OTHER) error(token_start, S("expected a name after 'defined'"));
      int value = is_defined(lo);
      if (paren) {
        lex_item();
        if (kind != T_RPAREN) error(token_start, S("expected ')' after 'defined'"));
      }
      kind = T_INTEGER;
      lo = value;
      hi = 0;
      type = TY_LONG;
    }
    int i = new_item();
    if (last) item[last].next = i;
    else list = i;
    last = i;
    lex_item();
  }
  int end_kind = kind;
  expansion_at = at;
  push_frame(-1, 0);
  push_frame(list, 0);
  while (1) {
    next_expanded();
    if (kind == T_BARRIER) break;
    if (kind == T_NAME || kind > T_OTHER) {
      int category = name[lo].meaning >> 16;
      int index = name[lo].meaning & 65535;
      kind = T_INTEGER;
      lo = 0;
      hi = 0;
      if (category == STATIC_CONSTANT && constant_type[index] < TY_FLOAT) {
        lo = constant_lo[index];
        hi = constant_hi[index];
      }
      type = TY_LONG;
    } else if (kind == T_INTEGER) type = is_unsigned(type) && type >= TY_ULONG ? TY_ULONG : TY_LONG;
    token_start = at;
    add_token();
  }
  frames = 0;
  kind = T_END;
  token_start = at;
  add_token();
  tk = start;
  nodes = 1;
  types = TY_BASIC;
  int n = conditional();
  if (tok() != T_END) expected(S("an operator"));
  if (!is_constant(n)) error(at, S("the condition of #if must be an integer constant"));
  tokens = start;
  kind = end_kind;
  return !is_zero(n);
}

// Skips a group that is not taken, up to its #elif, #else or #endif; leaves that directive's name as the token.
void skip_group() {
  int depth = 0;
  while (1) {
    // at the start of a line
    skip_space();
    int c = byte_at(pos);
    if (c == '#') {
      pos = pos + 1;
      skip_space();
      int end = scan_name(pos);
      int length = end - pos;
      int is_if = (length == 2 && same_text(pos, S("if"), 2)) || (length == 5 && same_text(pos, S("ifdef"), 5)) || (length == 6 && same_text(pos, S("ifndef"), 6));
      int is_end = length == 5 && same_text(pos, S("endif"), 5);
      int is_else = length == 4 && (same_text(pos, S("else"), 4) || same_text(pos, S("elif"), 4));
      if (is_if) depth++;
      if (depth == 0 && (is_end || is_else)) {
        lex_item();
        return;
      }
      if (is_end) depth--;
    }
    c = byte_at(pos);
    while (c != '\n') {
      if (c == 0) error(condition_at[conditions], S("#if without #endif"));
      if (c == '\\' && byte_at(pos + 1)) pos = pos + 1;
      if (c == '/' && (byte_at(pos + 1) == '*' || byte_at(pos + 1) == '/')) {
        skip_space();
        c = byte_at(pos);
        continue;
      }
      pos = pos + 1;
      c = byte_at(pos);
    }
    pos = pos + 1;
  }
}

int directive_is(int word, int length) {
  return name[lo].length == length && same_text(name[lo].at, word, length);
}

// After an #if: takes its group, or the first group with a true condition, or none.
void choose_group(int taken) {
  while (!taken) {
    skip_group();
    if (directive_is(S("endif"), 5)) {
      conditions = conditions - 1;
      lex_item();
      expect_line_end();
      return;
    }
    if (directive_is(S("else"), 4)) {
      if (condition_done[conditions] == 2) error(token_start, S("two #else in one #if"));
      taken = condition_done[conditions] == 0;
      condition_done[conditions] = 2;
      lex_item();
      expect_line_end();
    } else if (condition_done[conditions]) skip_line();
    else {
      taken = if_expression();
      condition_done[conditions] = taken;
    }
  }
}

// directive = "#" name ... newline; the current token is "#"
void directive() {
  int at = token_start;
  lex_item();
  if (kind == T_NEWLINE || kind == T_END) return;
  if (kind != T_NAME && kind <= T_OTHER) error(at, S("expected a directive after '#'"));
  if (directive_is(S("define"), 6)) define_directive();
  else if (directive_is(S("include"), 7)) include_directive();
  else if (directive_is(S("undef"), 5)) {
    lex_item();
    if (kind != T_NAME && kind <= T_OTHER) error(token_start, S("expected a macro name"));
    name[lo].macro = 0;
    lex_item();
    expect_line_end();
  } else if (directive_is(S("if"), 2) || directive_is(S("ifdef"), 5) || directive_is(S("ifndef"), 6)) {
    int length = name[lo].length;
    if (conditions >= CONDITIONS - 1) limit(at, S("#if is nested too deeply for this compiler slot"));
    conditions = conditions + 1;
    condition_at[conditions] = at;
    int taken;
    if (length == 2) taken = if_expression();
    else {
      lex_item();
      if (kind != T_NAME && kind <= T_OTHER) error(token_start, S("expected a macro name"));
      taken = is_defined(lo) == (length == 5);
      lex_item();
      expect_line_end();
    }
    condition_done[conditions] = taken;
    choose_group(taken);
  } else if (directive_is(S("else"), 4) || directive_is(S("elif"), 4)) {
    // The group before was taken: skip the rest.
    if (!conditions) error(at, S("#else or #elif without #if"));
    int is_else = directive_is(S("else"), 4);
    if (is_else && condition_done[conditions] == 2) error(at, S("two #else in one #if"));
    condition_done[conditions] = is_else ? 2 : 1;
    skip_line();
    choose_group(0);
  } else if (directive_is(S("endif"), 5)) {
    if (!conditions) error(at, S("#endif without #if"));
    conditions = conditions - 1;
    lex_item();
    expect_line_end();
  } else if (directive_is(S("error"), 5)) {
    skip_space();
    int start = pos;
    while (byte_at(pos) && byte_at(pos) != '\n') pos = pos + 1;
    error_start(at);
    put_text(S("#error "));
    put_span(start, pos - start);
    error_end(at);
  } else if (directive_is(S("pragma"), 6) || directive_is(S("line"), 4) || directive_is(S("warning"), 7)) {
    while (byte_at(pos) && byte_at(pos) != '\n') pos = pos + 1;
    lex_item();
  } else {
    error_start(at);
    put_text(S("unknown directive '#"));
    put_name(lo);
    put_char('\'');
    error_end(at);
  }
}
