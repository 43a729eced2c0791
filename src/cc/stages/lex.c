// Reads one preprocessing token from a text: names, numbers, characters, strings, punctuators.

int pos;           // next character
int token_start;   // of the token just read
int line_start;    // 1: no token on this line yet, before the token just read
int spaced;        // 1: white space before the token just read

int parsing;       // 1 in the second stage

int current_position(void) {
  if (parsing) return token[tk].at;
  return token_start;
}

const int char_class[] = {
  // 1: digit, 2: letter or _, 4: hexadecimal letter; index is the character
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 1,1,1,1,1,1,1,1,1,1,0,0,0,0,0,0,
  0,6,6,6,6,6,6,2,2,2,2,2,2,2,2,2, 2,2,2,2,2,2,2,2,2,2,2,0,0,0,0,2,
  0,6,6,6,6,6,6,2,2,2,2,2,2,2,2,2, 2,2,2,2,2,2,2,2,2,2,2,0,0,0,0,0,
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
};

int digit_value(int c) {
  if (c <= '9') return c - '0';
  return (c | 32) - 'a' + 10;
}

// Skips white space and comments; stops at a newline, which is a token. Sets `spaced`.
void skip_space() {
  spaced = 0;
  while (1) {
    int c = byte_at(pos);
    // Most tokens have no space before them, or one.
    if (c > ' ' && c != '/' && c != '\\') return;
    if (c == '\n') return;
    if (c == ' ' || c == '\t') pos = skip_blanks(pos);
    else if (c == '\r' || c == 11 || c == 12) pos = pos + 1;
    else if (c == '\\' && byte_at(pos + 1) == '\n') pos = pos + 2;
    else if (c == '\\' && byte_at(pos + 1) == '\r' && byte_at(pos + 2) == '\n') pos = pos + 3;
    else if (c == '/' && byte_at(pos + 1) == '/') {
      while (c && c != '\n') {
        if (c == '\\' && byte_at(pos + 1)) pos = pos + 1;
        pos = pos + 1;
        c = byte_at(pos);
      }
    } else if (c == '/' && byte_at(pos + 1) == '*') {
      int start = pos;
      pos = pos + 2;
      c = byte_at(pos);
      while (c != '*' || byte_at(pos + 1) != '/') {
        if (c == 0) {
          token_start = start;
          error(start, S("comment without an end"));
        }
        pos = pos + 1;
        c = byte_at(pos);
      }
      pos = pos + 2;
    } else return;
    spaced = 1;
  }
}

// One character or escape sequence of a literal, from `pos`.
int literal_char() {
  int c = byte_at(pos);
  pos = pos + 1;
  if (c != '\\') return c;
  c = byte_at(pos);
  pos = pos + 1;
  switch (c) {
    case 'n': return 10;
    case 't': return 9;
    case 'r': return 13;
    case 'a': return 7;
    case 'b': return 8;
    case 'f': return 12;
    case 'v': return 11;
    case 'e': return 27;
    case '\\': case '\'': case '"': case '?': return c;
    case 'x': {
      int value = 0;
      while (char_class[byte_at(pos)] & 5) {
        value = value * 16 + digit_value(byte_at(pos));
        pos = pos + 1;
      }
      return value;
    }
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': {
      int value = c - '0';
      for (int i = 0; i < 2; i++) {
        c = byte_at(pos);
        if (c < '0' || c > '7') return value;
        value = value * 8 + c - '0';
        pos = pos + 1;
      }
      return value;
    }
    case 'u': case 'U': {
      int value = 0;
      int digits = c == 'u' ? 4 : 8;
      while (digits > 0) {
        if (!(char_class[byte_at(pos)] & 5)) error(pos, S("universal character name needs 4 or 8 hexadecimal digits"));
        value = value * 16 + digit_value(byte_at(pos));
        pos = pos + 1;
        digits--;
      }
      return value;
    }
  }
  error(pos - 2, S("unknown escape sequence"));
  return 0;
}

int kind, lo, hi, type;   // of the token just read

// character constant = "'" (character | escape)+ "'"
void lex_char() {
  pos = pos + 1;
  int value = 0, count = 0;
  while (byte_at(pos) != '\'') {
    int c = byte_at(pos);
    if (c == 0 || c == '\n') error(token_start, S("character constant without an end"));
    value = (value << 8) | (literal_char() & 255);
    count++;
  }
  pos = pos + 1;
  if (count == 0) error(token_start, S("empty character constant"));
  if (count == 1) value = (value << 24) >> 24;
  kind = T_INTEGER;
  lo = value;
  hi = value >> 31;
  type = TY_INT;
}

// string literal = '"' (character | escape)* '"'; decoded where it is used
void lex_string() {
  pos = pos + 1;
  lo = pos;
  int c = byte_at(pos);
  while (c != '"') {
    if (c == 0 || c == '\n') error(token_start, S("string without an end"));
    if (c == '\\') pos = pos + 1;
    pos = pos + 1;
    c = byte_at(pos);
  }
  hi = pos;
  pos = pos + 1;
  kind = T_STRING;
  type = TY_CHAR;
}

// integer suffix = [uU] (l | L | ll | LL)? | (l | L | ll | LL) [uU]?
// The type is the first that holds the value, starting at int, or at long in expression mode.
void integer_suffix(int decimal) {
  int is_unsigned = 0, longs = 0;
  int c = byte_at(pos) | 32;
  if (c == 'u') {
    is_unsigned = 1;
    pos = pos + 1;
    c = byte_at(pos) | 32;
  }
  if (c == 'l') {
    longs = 1;
    pos = pos + 1;
    if (byte_at(pos) == byte_at(pos - 1)) {
      longs = 2;
      pos = pos + 1;
    }
    if ((byte_at(pos) | 32) == 'u' && !is_unsigned) {
      is_unsigned = 1;
      pos = pos + 1;
    }
  }
  if (char_class[byte_at(pos)]) error(token_start, S("bad suffix on an integer constant"));
  if (longs == 2) type = TY_LLONG;
  else if (longs == 1 || hi || (mode == MODE_EXPRESSION && !is_unsigned)) type = TY_LONG;
  else if (lo < 0) type = decimal && !is_unsigned ? TY_LONG : TY_UINT;
  else type = TY_INT;
  if (is_unsigned) {
    if (type == TY_INT) type = TY_UINT;
    else if (type != TY_UINT) type = type + 1;
  }
  if (hi < 0 && !is_unsigned && type >= TY_LONG) type = type + 1;
}

// ---- floating constants: exact with big integers, rounded once ----

int big_words;   // in use, at most BIG_WORDS
int big_n[BIG_WORDS];
int big_m[BIG_WORDS];

void big_set(int which, int value) {
  for (int i = 0; i < big_words; i++) {
    if (which) big_m[i] = 0;
    else big_n[i] = 0;
  }
  if (which) big_m[0] = value;
  else big_n[0] = value;
}

// big = big * factor + carry; 0 when it overflows
int big_multiply(int which, int factor, int carry) {
  for (int i = 0; i < big_words; i++) {
    int word = which ? big_m[i] : big_n[i];
    int low = word * factor;
    int next = mulhu(word, factor);
    low = low + carry;
    next = next + ult(low, carry);
    if (which) big_m[i] = low;
    else big_n[i] = low;
    carry = next;
  }
  return carry == 0;
}

int big_bits(int which) {
  for (int i = big_words - 1; i >= 0; i--) {
    int word = which ? big_m[i] : big_n[i];
    if (word) {
      int bits = i * 32;
      while (word) {
        word = shr(word, 1);
        bits++;
      }
      return bits;
    }
  }
  return 0;
}

void big_shift(int which, int count) {
  int words = count >> 5;
  int bits = count & 31;
  for (int i = big_words - 1; i >= 0; i--) {
    int at = i - words;
    int word = 0;
    if (at >= 0) word = (which ? big_m[at] : big_n[at]) << bits;
    if (bits && at >= 1) word = word | shr(which ? big_m[at - 1] : big_n[at - 1], 32 - bits);
    if (which) big_m[i] = word;
    else big_n[i] = word;
  }
}

int big_less() {
  for (int i = big_words - 1; i >= 0; i--)
    if (big_n[i] != big_m[i]) return ult(big_n[i], big_m[i]);
  return 0;
}

void big_subtract() {
  int borrow = 0;
  for (int i = 0; i < big_words; i++) {
    int a = big_n[i];
    int b = big_m[i];
    int d = a - b - borrow;
    borrow = borrow ? !ult(b, a) : ult(a, b);
    big_n[i] = d;
  }
}

// The quotient n / m * 2^exponent of two numbers below 2^30 as a double in (lo, hi): the usual short constants.
void small_quotient(int n, int m, int exponent) {
  lo = 0;
  hi = 0;
  if (n == 0) return;
  while (n < m) {
    n = n << 1;
    exponent = exponent - 1;
  }
  while (m <= n >> 1) {
    m = m << 1;
    exponent = exponent + 1;
  }
  // 1 <= n/m < 2: 53 bits, then round to nearest even.
  int ql = 0, qh = 0;
  for (int i = 0; i < 21; i++) {
    qh = qh << 1;
    if (n >= m) {
      n = n - m;
      qh = qh | 1;
    }
    n = n << 1;
  }
  for (int i = 0; i < 32; i++) {
    ql = ql << 1;
    if (n >= m) {
      n = n - m;
      ql = ql | 1;
    }
    n = n << 1;
  }
  if (n > m || (n == m && (ql & 1))) {
    ql = ql + 1;
    qh = qh + (ql == 0);
  }
  lo = ql;
  hi = qh + ((exponent + 1022) << 20);
}

// The quotient big_n / big_m * 2^exponent as the bits of a double in (lo, hi), rounded once to `precision` bits with
// least exponent `smallest` (float or double), to nearest even.
void round_quotient(int exponent, int precision, int smallest) {
  lo = 0;
  hi = 0;
  int n = big_bits(0);
  if (n == 0) return;
  int shift = big_bits(1) - n;
  if (shift > 0) big_shift(0, shift);
  if (shift < 0) big_shift(1, 0 - shift);
  exponent = exponent - shift;
  if (big_less()) {
    big_shift(0, 1);
    exponent = exponent - 1;
  }
  // 1 <= n/m < 2: take `precision` bits, fewer when the result is subnormal.
  int wanted = precision;
  if (exponent < smallest) wanted = precision - (smallest - exponent);
  int ql = 0, qh = 0;
  if (wanted >= 0) {
    for (int i = 0; i < wanted; i++) {
      qh = (qh << 1) | shr(ql, 31);
      ql = ql << 1;
      if (!big_less()) {
        big_subtract();
        ql = ql | 1;
      }
      big_shift(0, 1);
    }
    int half = !big_less();
    if (half) {
      big_subtract();
      if (big_bits(0) || (ql & 1)) {
        ql = ql + 1;
        qh = qh + (ql == 0);
      }
    }
  }
  // The value is q * 2^(exponent - wanted + 1).
  int power = exponent - wanted + 1;
  if ((ql | qh) == 0) return;
  int top = 63;
  while (top >= 32 && !((qh >> (top - 32)) & 1)) top--;
  if (top < 32) while (!((ql >> top) & 1)) top--;
  int value_exponent = power + top;
  if (value_exponent > 1 - smallest) {
    hi = 0x7ff00000;
    return;
  }
  if (value_exponent < -1022) {
    lo = shl64(ql, qh, power + 1074);
    hi = high;
    return;
  }
  lo = shl64(ql, qh, 52 - top);
  hi = (high & 0xfffff) | ((value_exponent + 1023) << 20);
}

// floating constant = digits? '.' digits? exponent? suffix? | digits exponent suffix? | hexadecimal form
void lex_floating(int hexadecimal) {
  int ten = 0, two = 0, seen = 0, any = 0, significant = 0;
  int base = hexadecimal ? 16 : 10;
  big_n[0] = 0;
  big_words = BIG_WORDS;
  pos = hexadecimal ? token_start + 2 : token_start;
  while (1) {
    int c = byte_at(pos);
    if (c == '.' && !seen) seen = 1;
    else if (char_class[c] & 1 || (hexadecimal && (char_class[c] & 4))) {
      any = 1;
      if (significant < 300) {
        if (significant < 9) big_n[0] = big_n[0] * base + digit_value(c);
        else {
          if (significant == 9) {
            int first = big_n[0];
            big_set(0, first);
          }
          big_multiply(0, base, digit_value(c));
        }
        if (significant || c != '0') significant++;
        if (seen) ten = ten - 1;
      } else {
        // Digits beyond the 300th only break ties.
        if (c != '0') big_n[0] = big_n[0] | 1;
        if (!seen) ten = ten + 1;
      }
    } else break;
    pos = pos + 1;
  }
  if (!any) error(token_start, S("floating constant without digits"));
  int c = byte_at(pos) | 32;
  if (hexadecimal) {
    two = ten * 4;
    ten = 0;
    if (c != 'p') error(token_start, S("hexadecimal floating constant needs an exponent"));
  }
  if (c == (hexadecimal ? 'p' : 'e')) {
    pos = pos + 1;
    int negative = 0, power = 0;
    c = byte_at(pos);
    if (c == '-' || c == '+') {
      negative = c == '-';
      pos = pos + 1;
    }
    if (!(char_class[byte_at(pos)] & 1)) error(token_start, S("exponent without digits"));
    while (char_class[byte_at(pos)] & 1) {
      if (power < 100000) power = power * 10 + byte_at(pos) - '0';
      pos = pos + 1;
    }
    if (negative) power = 0 - power;
    if (hexadecimal) two = two + power;
    else ten = ten + power;
  }
  c = byte_at(pos) | 32;
  type = TY_DOUBLE;
  if (c == 'f') type = TY_FLOAT;
  if (c == 'l') type = TY_LDOUBLE;
  if (type != TY_DOUBLE) pos = pos + 1;
  if (char_class[byte_at(pos)]) error(token_start, S("bad suffix on a floating constant"));
  kind = T_FLOATING;
  lo = 0;
  hi = 0;
  // Outside any double: the value is zero or infinite.
  if (ten < -700 || (significant == 0 && big_n[0] == 0)) return;
  if (ten > 400) {
    hi = 0x7ff00000;
    return;
  }
  if (type != TY_FLOAT && significant <= 9 && ten >= -9 && ten <= 0 && two == 0 && ult(big_n[0], 1 << 30)) {
    int divisor = 1;
    while (ten < 0) {
      divisor = divisor * 10;
      ten = ten + 1;
    }
    small_quotient(big_n[0], divisor, 0);
    return;
  }
  if (significant <= 9) {
    // Room for the digits, the power of ten (under 4 bits for each) and the bits of the result.
    int first = big_n[0];
    big_words = ((ten < 0 ? 0 - ten : ten) * 4 + 200) >> 5;
    if (big_words > BIG_WORDS) big_words = BIG_WORDS;
    big_set(0, first);
  }
  big_set(1, 1);
  while (ten >= 9) {
    big_multiply(0, 1000000000, 0);
    ten = ten - 9;
  }
  while (ten > 0) {
    big_multiply(0, 10, 0);
    ten = ten - 1;
  }
  while (ten <= -9) {
    big_multiply(1, 1000000000, 0);
    ten = ten + 9;
  }
  while (ten < 0) {
    big_multiply(1, 10, 0);
    ten = ten + 1;
  }
  if (two > 2000) two = 2000;
  if (two < -2400) two = -2400;
  if (type == TY_FLOAT) round_quotient(two, 24, -126);
  else round_quotient(two, 53, -1022);
}

// integer constant = decimal | 0 octal | 0x hexadecimal | 0b binary, with suffix
void lex_number() {
  int base = 10;
  int c = byte_at(pos);
  if (c == '0') {
    int next = byte_at(pos + 1) | 32;
    if (next == 'x') {
      base = 16;
      pos = pos + 2;
    } else if (next == 'b') {
      base = 2;
      pos = pos + 2;
    } else base = 8;
  }
  int digits = pos, overflow = 0, bad = 0;
  lo = 0;
  hi = 0;
  c = byte_at(pos);
  while (char_class[c] & 1 || (base == 16 && (char_class[c] & 4))) {
    int digit = digit_value(c);
    if (digit >= base) bad = 1;
    if (hi == 0 && ult(lo, 0xffffff)) lo = lo * base + digit;
    else {
      int top = mulhu(hi, base);
      lo = mul64(lo, hi, base, 0);
      hi = high;
      lo = add64(lo, hi, digit, 0);
      if (top || (hi != high && high == 0)) overflow = 1;
      hi = high;
    }
    pos = pos + 1;
    c = byte_at(pos);
  }
  if (c == '.' || (base == 16 && (c | 32) == 'p') || (base != 16 && (c | 32) == 'e')) {
    lex_floating(base == 16);
    return;
  }
  if (bad) error(token_start, S("digit outside the base of this constant"));
  if (pos == digits && base != 8) error(token_start, S("number without digits"));
  if (overflow) error(token_start, S("integer constant is too large"));
  kind = T_INTEGER;
  integer_suffix(base == 10);
}

// Two- and three-character punctuators: the first that matches after `first`.
int follow(int c, int yes, int no) {
  if (byte_at(pos) != c) return no;
  pos = pos + 1;
  return yes;
}

// Reads the token at `pos` into kind, lo, hi, type. Newlines are tokens; the end of the text is T_END.
void lex() {
  skip_space();
  token_start = pos;
  int c = byte_at(pos);
  int class = char_class[c];
  if (class & 2) {
    int end = scan_name(pos);
    int hash = scan_hash();
    if (c == 'L' || c == 'u' || c == 'U') {
      int quote = byte_at(end);
      if (quote == '\'' || quote == '"') {
        if (end - pos == 1 || (end - pos == 2 && c == 'u' && byte_at(pos + 1) == '8')) {
          int wide = end - pos == 1 ? (c == 'u' ? TY_USHORT : c == 'L' ? TY_INT : TY_UINT) : TY_CHAR;
          pos = end;
          if (quote == '"') lex_string();
          else lex_char();
          if (quote == '"') type = wide;
          return;
        }
      }
    }
    lo = intern(pos, end - pos, hash);
    hi = 0;
    type = 0;
    pos = end;
    kind = name[lo].kind;
    return;
  }
  if (class & 1) {
    lex_number();
    return;
  }
  lo = 0;
  hi = 0;
  type = 0;
  pos = pos + 1;
  switch (c) {
    case '\'': pos = pos - 1; lex_char(); return;
    case '"': pos = pos - 1; lex_string(); return;
    case '\n': kind = T_NEWLINE; return;
    case 0: pos = pos - 1; kind = T_END; return;
    case '+': kind = follow('=', T_PLUS_EQ, T_PLUS); if (kind == T_PLUS) kind = follow('+', T_INC, T_PLUS); return;
    case '-':
      kind = follow('=', T_MINUS_EQ, T_MINUS);
      if (kind == T_MINUS) kind = follow('-', T_DEC, T_MINUS);
      if (kind == T_MINUS) kind = follow('>', T_ARROW, T_MINUS);
      return;
    case '*': kind = follow('=', T_STAR_EQ, T_STAR); return;
    case '/': kind = follow('=', T_SLASH_EQ, T_SLASH); return;
    case '%':
      kind = follow('=', T_PERCENT_EQ, T_PERCENT);
      if (kind == T_PERCENT) kind = follow('>', T_RBRACE, T_PERCENT);
      if (kind == T_PERCENT) kind = follow(':', T_HASH, T_PERCENT);
      return;
    case '&': kind = follow('=', T_AND_EQ, T_AND); if (kind == T_AND) kind = follow('&', T_AND_AND, T_AND); return;
    case '|': kind = follow('=', T_OR_EQ, T_OR); if (kind == T_OR) kind = follow('|', T_OR_OR, T_OR); return;
    case '^': kind = follow('=', T_XOR_EQ, T_XOR); return;
    case '<':
      if (byte_at(pos) == '<') {
        pos = pos + 1;
        kind = follow('=', T_SHL_EQ, T_SHL);
        return;
      }
      kind = follow('=', T_LE, T_LT);
      if (kind == T_LT) kind = follow('%', T_LBRACE, T_LT);
      if (kind == T_LT) kind = follow(':', T_LBRACKET, T_LT);
      return;
    case '>':
      if (byte_at(pos) == '>') {
        pos = pos + 1;
        kind = follow('=', T_SHR_EQ, T_SHR);
        return;
      }
      kind = follow('=', T_GE, T_GT);
      return;
    case '=': kind = follow('=', T_EQ, T_ASSIGN); return;
    case '!': kind = follow('=', T_NE, T_NOT); return;
    case '~': kind = T_TILDE; return;
    case '?': kind = T_QUESTION; return;
    case ':': kind = follow('>', T_RBRACKET, T_COLON); return;
    case ',': kind = T_COMMA; return;
    case '(': kind = T_LPAREN; return;
    case ')': kind = T_RPAREN; return;
    case '[': kind = T_LBRACKET; return;
    case ']': kind = T_RBRACKET; return;
    case '{': kind = T_LBRACE; return;
    case '}': kind = T_RBRACE; return;
    case ';': kind = T_SEMICOLON; return;
    case '#': kind = follow('#', T_HASH_HASH, T_HASH); return;
    case '.':
      if (char_class[byte_at(pos)] & 1) {
        lex_floating(0);
        return;
      }
      if (byte_at(pos) == '.' && byte_at(pos + 1) == '.') {
        pos = pos + 2;
        kind = T_ELLIPSIS;
        return;
      }
      kind = T_DOT;
      return;
  }
  kind = T_OTHER;
}
