// Tables and errors that all stages share. Index 0 of every table means "none".
//
// Sizes in capitals without a value here (NAMES, TOKENS, ...) are options of the Compiler.

enum { MODE_EXPRESSION, MODE_PROGRAM, MODE_LIBRARY };
enum { JOB_STATUS, JOB_SOURCE_LENGTH, JOB_MODE, JOB_ERROR_CODE, JOB_ERROR_POSITION, JOB_DIAGNOSTICS_LENGTH, JOB_STAGE,
  JOB_STEPS, JOB_TOKENS, JOB_NODES, JOB_TEXT_LENGTH, JOB_BUDGET_LO, JOB_BUDGET_HI, JOB_COMPILE_ONLY, JOB_ERRORS,
  JOB_WARNINGS, JOB_PRELUDE, JOB_OPEN, JOB_DEFINES, JOB_RESERVED, JOB_DIAGNOSTICS };
enum { STATUS_IDLE, STATUS_PENDING, STATUS_DONE, STATUS_FAILED };
enum { FAULT_NONE, FAULT_NESTING, FAULT_MEMORY };
enum { TEXT_OWN = 0x1000000, TEXT_POOL = 0x2000000 };

// Token kinds. Keywords come last.
enum {
  T_END, T_INTEGER, T_FLOATING, T_STRING, T_NAME,
  T_PLUS, T_MINUS, T_STAR, T_SLASH, T_PERCENT, T_AND, T_OR, T_XOR, T_SHL, T_SHR,
  T_PLUS_EQ, T_MINUS_EQ, T_STAR_EQ, T_SLASH_EQ, T_PERCENT_EQ, T_AND_EQ, T_OR_EQ, T_XOR_EQ, T_SHL_EQ, T_SHR_EQ,
  T_EQ, T_NE, T_LT, T_LE, T_GT, T_GE, T_AND_AND, T_OR_OR, T_NOT, T_TILDE, T_QUESTION, T_COLON, T_COMMA, T_ASSIGN,
  T_LPAREN, T_RPAREN, T_LBRACKET, T_RBRACKET, T_LBRACE, T_RBRACE, T_SEMICOLON, T_DOT, T_ARROW, T_INC, T_DEC,
  T_ELLIPSIS, T_HASH, T_HASH_HASH, T_NEWLINE, T_OTHER,
  K_VOID, K_BOOL, K_CHAR, K_SHORT, K_INT, K_LONG, K_FLOAT, K_DOUBLE, K_SIGNED, K_UNSIGNED, K_STRUCT, K_UNION, K_ENUM,
  K_CONST, K_VOLATILE, K_RESTRICT, K_ATOMIC, K_TYPEDEF, K_EXTERN, K_STATIC, K_AUTO, K_REGISTER, K_INLINE, K_NORETURN,
  K_THREAD_LOCAL, K_ALIGNAS, K_COMPLEX,
  K_ALIGNOF, K_SIZEOF, K_STATIC_ASSERT, K_GENERIC,
  K_IF, K_ELSE, K_WHILE, K_DO, K_FOR, K_SWITCH, K_CASE, K_DEFAULT, K_BREAK, K_CONTINUE, K_RETURN, K_GOTO, K_ASM,
  T_KINDS
};

// Types below TY_BASIC are not in the type table.
enum { TY_NONE, TY_VOID, TY_BOOL, TY_CHAR, TY_SCHAR, TY_UCHAR, TY_SHORT, TY_USHORT, TY_INT, TY_UINT, TY_LONG, TY_ULONG,
  TY_LLONG, TY_ULLONG, TY_FLOAT, TY_DOUBLE, TY_LDOUBLE, TY_BASIC };
const int basic_size[] = { 0, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8, 8 };
// Unsigned: bool, unsigned char, ... Used for widening and for operators that differ.
const int basic_unsigned[] = { 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0 };

// What a name means that the program has not declared: category * 65536 + index.
enum { STATIC_NONE, STATIC_TYPE, STATIC_CONSTANT, STATIC_FUNCTION, STATIC_BUILTIN, STATIC_MACRO };

int mode;
int prelude;           // bytes of source that earlier programs of the same text wrote: what they define is known
int source_length;
int errors;
int warnings;
int diagnostics_length;

int names;
struct name { int hash, at, length, next, kind, meaning, macro, symbol, tag; } name[NAMES];
int name_heads[NAME_HEADS];

int tokens;
// For T_INTEGER: lo, hi value and type; T_FLOATING: bits of the double and type; T_STRING: lo first, hi end position of
// the characters between the quotes, type their prefix; T_NAME and keywords: lo the name.
struct token { int kind, at, lo, hi, type; } token[TOKENS];

// ---- diagnostics ----
// The text of a diagnostic is "E message@position\n" (or W). The job words give the first error's place and message.

void put_char(int c) {
  int word = diagnostics_length >> 2;
  int shift = (diagnostics_length & 3) * 8;
  if (word >= DIAGNOSTIC_WORDS) return;
  if (shift == 0) job_store(JOB_DIAGNOSTICS + word, c);
  else job_store(JOB_DIAGNOSTICS + word, job_load(JOB_DIAGNOSTICS + word) | (c << shift));
  diagnostics_length = diagnostics_length + 1;
}

void put_text(int at) {
  int c = byte_at(at);
  while (c) {
    put_char(c);
    at++;
    c = byte_at(at);
  }
}

void put_span(int at, int length) {
  while (length > 0) {
    put_char(byte_at(at));
    at++;
    length--;
  }
}

void put_number(int value) {
  if (value >= 10) put_number(value / 10);
  put_char('0' + value % 10);
}

void put_start(int kind) {
  put_char(kind);
  put_char(' ');
}

void put_end(int at) {
  put_char('@');
  put_number(at);
  put_char('\n');
}

void finish_failed() {
  job_store(JOB_DIAGNOSTICS_LENGTH, diagnostics_length);
  job_store(JOB_ERRORS, errors);
  job_store(JOB_WARNINGS, warnings);
  job_store(JOB_STATUS, STATUS_FAILED);
  halt(1);
}

// Starts an error message at a source position; the caller adds words and calls error_end.
void error_start(int at) {
  if (errors == 0) job_store(JOB_ERROR_POSITION, at);
  errors = errors + 1;
  put_start('E');
}

// Ends the message and continues after the nearest catch_error: recovery is its business.
void error_end(int at) {
  put_end(at);
  throw_error(1);
}

void error(int at, int message) {
  error_start(at);
  put_text(message);
  error_end(at);
}

// A limit of the slot: nothing sensible can follow.
void limit(int at, int message) {
  error_start(at);
  put_text(message);
  put_end(at);
  finish_failed();
}

int current_position(void);

// The stage machine enters here when its stack is full or an address is bad.
void fault(void) {
  int at = current_position();
  if (fault_code() == FAULT_NESTING) limit(at, S("nesting is too deep for this compiler's stack"));
  limit(at, S("internal compiler error: bad table index"));
}

// ---- names ----

// The name with this spelling, entered on first sight. Keywords and library names get their kind and meaning here.
int intern(int at, int length, int hash) {
  int head = (hash ^ (hash >> 15)) & (NAME_HEADS - 1);
  int n = name_heads[head];
  while (n) {
    if (name[n].hash == hash && name[n].length == length && same_text(name[n].at, at, length)) return n;
    n = name[n].next;
  }
  n = names;
  if (n >= NAMES) limit(at, S("too many different names for this compiler slot"));
  names = n + 1;
  name[n].hash = hash;
  name[n].at = at;
  name[n].length = length;
  name[n].next = name_heads[head];
  name_heads[head] = n;
  name[n].kind = T_NAME;
  name[n].meaning = 0;
  name[n].macro = 0;
  name[n].symbol = 0;
  name[n].tag = 0;
  int i = hash & (STATIC_NAMES - 1);
  while (static_text[i]) {
    if (static_hash[i] == hash && static_length[i] == length && same_text(static_text[i], at, length)) {
      name[n].kind = static_kind[i];
      name[n].meaning = static_meaning[i];
      if (mode == MODE_EXPRESSION && static_expression[i]) name[n].meaning = STATIC_BUILTIN * 65536 + static_expression[i];
      return n;
    }
    i = (i + 1) & (STATIC_NAMES - 1);
  }
  return n;
}

// ---- 64-bit arithmetic on (lo, hi) pairs; the result's low word is returned, the high word is in `high` ----

int high;

int add64(int al, int ah, int bl, int bh) {
  int lo = al + bl;
  high = ah + bh + ult(lo, al);
  return lo;
}

int sub64(int al, int ah, int bl, int bh) {
  high = ah - bh - ult(al, bl);
  return al - bl;
}

int mul64(int al, int ah, int bl, int bh) {
  high = mulhu(al, bl) + al * bh + ah * bl;
  return al * bl;
}

int shl64(int lo, int hi, int n) {
  n = n & 63;
  if (n == 0) {
    high = hi;
    return lo;
  }
  if (n >= 32) {
    high = lo << (n - 32);
    return 0;
  }
  high = (hi << n) | shr(lo, 32 - n);
  return lo << n;
}

int shr64(int lo, int hi, int n, int is_unsigned) {
  n = n & 63;
  if (n == 0) {
    high = hi;
    return lo;
  }
  if (n >= 32) {
    high = is_unsigned ? 0 : hi >> 31;
    if (is_unsigned) return shr(hi, n - 32);
    return hi >> (n - 32);
  }
  high = is_unsigned ? shr(hi, n) : hi >> n;
  return shr(lo, n) | (hi << (32 - n));
}

int less64(int al, int ah, int bl, int bh, int is_unsigned) {
  if (ah == bh) return ult(al, bl);
  if (is_unsigned) return ult(ah, bh);
  return ah < bh;
}

int remainder_lo, remainder_hi;

// Unsigned division; the remainder is in remainder_lo and remainder_hi.
int udiv64(int al, int ah, int bl, int bh) {
  if ((ah | bh) == 0) {
    high = 0;
    remainder_hi = 0;
    remainder_lo = urem(al, bl);
    return udiv(al, bl);
  }
  int rl = 0, rh = 0, ql = 0, qh = 0;
  for (int i = 0; i < 64; i++) {
    rh = (rh << 1) | shr(rl, 31);
    rl = (rl << 1) | shr(ah, 31);
    ah = (ah << 1) | shr(al, 31);
    al = al << 1;
    qh = (qh << 1) | shr(ql, 31);
    ql = ql << 1;
    if (!less64(rl, rh, bl, bh, 1)) {
      rl = sub64(rl, rh, bl, bh);
      rh = high;
      ql = ql | 1;
    }
  }
  remainder_lo = rl;
  remainder_hi = rh;
  high = qh;
  return ql;
}

// Signed division towards zero, with the remainder's sign that of a.
int sdiv64(int al, int ah, int bl, int bh) {
  int a_negative = ah < 0;
  int b_negative = bh < 0;
  if (a_negative) {
    al = sub64(0, 0, al, ah);
    ah = high;
  }
  if (b_negative) {
    bl = sub64(0, 0, bl, bh);
    bh = high;
  }
  int lo = udiv64(al, ah, bl, bh);
  int hi = high;
  if (a_negative) {
    remainder_lo = sub64(0, 0, remainder_lo, remainder_hi);
    remainder_hi = high;
  }
  if (a_negative != b_negative) {
    lo = sub64(0, 0, lo, hi);
    hi = high;
  }
  high = hi;
  return lo;
}
