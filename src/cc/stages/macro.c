// First stage: macros. A token that is being expanded travels as an entry of `item`, in linked lists; `frame` is the
// stack of lists that are read before the source goes on.

enum { FLAG_SPACE = 1, FLAG_NO_EXPANSION = 2 };
enum { T_BARRIER = T_KINDS };      // end of an argument that is expanded by itself

int own_length;
int own_text[OWN_WORDS];           // text that macros make: pasted names, strings

int macros;
// parameters: -1 for an object-like macro. first: body tokens, count of them.
struct macro { int name, first, count, parameters, variadic, disabled; } macro[MACROS];
int bodies;
// parameter: 1 + index of the macro's parameter that this token is, or 0.
struct body { int kind, lo, hi, type, flags, start, end, parameter; } body[MACRO_TOKENS];

int items;
struct item { int kind, lo, hi, type, flags, start, end, next; } item[ITEMS];
int frames;
struct frame { int list, macro; } frame[FRAMES];
int arguments;
int argument[ARGUMENTS];

int flags;             // of the token just read
int text_end;          // its end in the text
int text_start;
int expansion_at;      // source position of the outermost macro use

void put_own(int c) {
  int word = own_length >> 2;
  if (word >= OWN_WORDS) limit(token_start, S("macros make too much text for this compiler slot"));
  int shift = (own_length & 3) * 8;
  if (shift == 0) own_text[word] = c;
  else own_text[word] = own_text[word] | (c << shift);
  own_length = own_length + 1;
}

void put_own_span(int from, int to) {
  while (from < to) {
    put_own(byte_at(from));
    from++;
  }
}

// Reads a token from the source.
void lex_item() {
  lex();
  flags = spaced;
  text_start = token_start;
  text_end = pos;
}

int new_item() {
  int i = items;
  if (i >= ITEMS) limit(token_start, S("macro expansion is too large for this compiler slot"));
  items = i + 1;
  item[i].kind = kind;
  item[i].lo = lo;
  item[i].hi = hi;
  item[i].type = type;
  item[i].flags = flags;
  item[i].start = text_start;
  item[i].end = text_end;
  item[i].next = 0;
  return i;
}

void take_item(int i) {
  kind = item[i].kind;
  lo = item[i].lo;
  hi = item[i].hi;
  type = item[i].type;
  flags = item[i].flags;
  text_start = item[i].start;
  text_end = item[i].end;
}

void push_frame(int list, int m) {
  if (frames >= FRAMES - 1) limit(token_start, S("macros are nested too deeply for this compiler slot"));
  frames = frames + 1;
  frame[frames].list = list;
  frame[frames].macro = m;
}

// The next token before expansion, from the innermost list that has one, else from the source.
void next_raw() {
  while (frames) {
    int list = frame[frames].list;
    if (list < 0) {
      kind = T_BARRIER;
      return;
    }
    if (list) {
      frame[frames].list = item[list].next;
      take_item(list);
      token_start = expansion_at;
      return;
    }
    if (frame[frames].macro) macro[frame[frames].macro].disabled = 0;
    frames = frames - 1;
  }
  lex_item();
}

int append_last;

// Appends the current token to a list; returns the list.
int append_item(int list) {
  int i = new_item();
  if (list) item[append_last].next = i;
  append_last = i;
  return list ? list : i;
}

// The tokens of a list after expansion of all macros, as a list.
int expand_list(int list) {
  push_frame(-1, 0);
  push_frame(list, 0);
  int result = 0, last = 0;
  while (1) {
    next_expanded();
    if (kind == T_BARRIER) break;
    int i = new_item();
    if (last) item[last].next = i;
    else result = i;
    last = i;
  }
  frames = frames - 1;
  return result;
}

// The text of a list as a string token
void stringify(int list) {
  int start = TEXT_OWN + own_length;
  int first = 1;
  put_own('"');
  while (list) {
    if (!first && item[list].flags & FLAG_SPACE) put_own(' ');
    int from = item[list].start;
    int quoted = item[list].kind == T_STRING || byte_at(from) == '\'';
    while (from < item[list].end) {
      int c = byte_at(from);
      if (quoted && (c == '"' || c == '\\')) put_own('\\');
      put_own(c);
      from++;
    }
    first = 0;
    list = item[list].next;
  }
  put_own('"');
  kind = T_STRING;
  type = TY_CHAR;
  text_start = start;
  text_end = TEXT_OWN + own_length;
  lo = start + 1;
  hi = text_end - 1;
}

// left ## right as the current token
void paste(int left, int right) {
  int start = TEXT_OWN + own_length;
  put_own_span(item[left].start, item[left].end);
  put_own_span(item[right].start, item[right].end);
  int end = TEXT_OWN + own_length;
  put_own(0);
  int old_pos = pos, old_start = token_start;
  pos = start;
  lex_item();
  if (pos != end) error(old_start, S("'##' does not make one token"));
  pos = old_pos;
  token_start = old_start;
  text_start = start;
  text_end = end;
  flags = item[left].flags & FLAG_SPACE;
}

// The body of macro m with its arguments (argument[base] and following) put in, as a list.
int substitute(int m, int base) {
  int result = 0, last = 0;
  int first = macro[m].first;
  int end = first + macro[m].count;
  int pasting = 0;
  for (int b = first; b < end; b++) {
    int list = 0;
    int p = body[b].parameter;
    int before_paste = b + 1 < end && body[b + 1].kind == T_HASH_HASH;
    if (body[b].kind == T_HASH_HASH && b > first && b + 1 < end) {
      pasting = 1;
      continue;
    }
    if (body[b].kind == T_HASH && macro[m].parameters >= 0 && b + 1 < end && body[b + 1].parameter) {
      b++;
      stringify(argument[base + body[b].parameter - 1]);
      flags = FLAG_SPACE;
      list = new_item();
    } else if (p) {
      int raw = argument[base + p - 1];
      if (pasting && macro[m].variadic && p - 1 == macro[m].parameters && last && item[last].kind == T_COMMA) {
        // , ## __VA_ARGS__: the comma goes when there are no arguments
        pasting = 0;
        if (!raw) {
          if (result == last) {
            result = 0;
            last = 0;
          } else {
            int before = result;
            while (item[before].next != last) before = item[before].next;
            item[before].next = 0;
            last = before;
          }
          continue;
        }
        list = expand_list(raw);
      } else if (pasting || before_paste) {
        // a copy of the argument as written
        int from = raw, copy_last = 0;
        while (from) {
          take_item(from);
          int i = new_item();
          if (copy_last) item[copy_last].next = i;
          else list = i;
          copy_last = i;
          from = item[from].next;
        }
      } else list = expand_list(raw);
      // The space before the parameter, not that before the argument
      if (list) item[list].flags = (item[list].flags & ~FLAG_SPACE) | (body[b].flags & FLAG_SPACE);
    } else {
      kind = body[b].kind;
      lo = body[b].lo;
      hi = body[b].hi;
      type = body[b].type;
      flags = body[b].flags;
      text_start = body[b].start;
      text_end = body[b].end;
      list = new_item();
    }
    if (pasting && last && list) {
      // The last token so far and the first of this list become one.
      paste(last, list);
      int joined = new_item();
      item[joined].next = item[list].next;
      if (result == last) result = joined;
      else {
        int before = result;
        while (item[before].next != last) before = item[before].next;
        item[before].next = joined;
      }
      last = joined;
      while (item[last].next) last = item[last].next;
      pasting = 0;
      continue;
    }
    pasting = 0;
    if (list) {
      if (last) item[last].next = list;
      else result = list;
      last = list;
      while (item[last].next) last = item[last].next;
    }
  }
  return result;
}

// Reads the arguments of a use of macro m after its "(" into argument[base]...
void read_arguments(int m, int base) {
  int count = macro[m].parameters + macro[m].variadic;
  int depth = 0, list = 0, last = 0, index = 0;
  int space = 0;
  int at = token_start;
  if (base + count + 1 >= ARGUMENTS) limit(at, S("too many macro arguments for this compiler slot"));
  arguments = base + count + 1;
  for (int i = 0; i <= count; i++) argument[base + i] = 0;
  while (1) {
    next_raw();
    if (kind == T_NEWLINE) {
      space = FLAG_SPACE;
      continue;
    }
    if (kind == T_END || kind == T_BARRIER) error(at, S("macro arguments without ')'"));
    if (depth == 0 && (kind == T_RPAREN || (kind == T_COMMA && !(macro[m].variadic && index == macro[m].parameters)))) {
      if (index < count) argument[base + index] = list;
      else if (list || index > count || (kind == T_COMMA && count == 0)) error(at, S("too many arguments for this macro"));
      index++;
      list = 0;
      last = 0;
      if (kind == T_RPAREN) break;
      continue;
    }
    if (kind == T_LPAREN) depth++;
    if (kind == T_RPAREN) depth--;
    flags = flags | space;
    space = 0;
    int i = new_item();
    if (last) item[last].next = i;
    else list = i;
    last = i;
  }
  if (index < macro[m].parameters && !(index == 1 && macro[m].parameters == 0)) error(at, S("too few arguments for this macro"));
}

int line_position, line_number;

// The line of a source position; quick when asked in order.
int line_at(int at) {
  if (at < line_position) {
    line_position = 0;
    line_number = 1;
  }
  while (line_position < at) {
    if (byte_at(line_position) == '\n') line_number = line_number + 1;
    line_position = line_position + 1;
  }
  return line_number;
}

// The next token after expansion of macros.
void next_expanded() {
  while (1) {
    if (frames) next_raw();
    else lex_item();
    if (kind != T_NAME && kind <= T_OTHER) return;
    if (kind == T_BARRIER) return;
    int n = lo;
    int m = name[n].macro;
    if (m == 0) {
      if (name[n].meaning == STATIC_BUILTIN * 65536 + B_LINE && !name[n].symbol) {
        kind = T_INTEGER;
        lo = line_at(token_start);
        hi = 0;
        type = TY_INT;
        int start = TEXT_OWN + own_length;
        put_own_number(lo);
        text_start = start;
        text_end = TEXT_OWN + own_length;
      }
      return;
    }
    if (flags & FLAG_NO_EXPANSION) return;
    if (macro[m].disabled) {
      flags = flags | FLAG_NO_EXPANSION;
      return;
    }
    if (frames == 0) {
      expansion_at = token_start;
      items = 1;
      arguments = 0;
    }
    int base = arguments;
    int space = flags & FLAG_SPACE;
    if (macro[m].parameters >= 0) {
      // A name without "(" after it is just a name.
      int use = new_item();
      int at = token_start;
      int newlines = 0;
      do {
        next_raw();
        if (kind == T_NEWLINE) newlines++;
      } while (kind == T_NEWLINE);
      if (kind != T_LPAREN) {
        int list = 0;
        if (kind != T_BARRIER) {
          int follower = new_item();
          while (newlines > 0) {
            kind = T_NEWLINE;
            int line = new_item();
            item[line].next = list ? list : follower;
            list = line;
            newlines--;
          }
          push_frame(list ? list : follower, 0);
        }
        take_item(use);
        token_start = at;
        return;
      }
      read_arguments(m, base);
    }
    int list = substitute(m, base);
    arguments = base;
    if (list && space) item[list].flags = item[list].flags | FLAG_SPACE;
    macro[m].disabled = 1;
    push_frame(list, m);
  }
}

void put_own_number(int value) {
  if (value >= 10) put_own_number(value / 10);
  put_own('0' + value % 10);
}
