// Input and output: formatted text with exact decimal conversion of doubles.

// Where formatted text goes: memory up to `end`, or the output buffer when `to` is null.
struct __sink {
  char *to;
  char *end;
  int count;
};

static char *__out;
static int __out_length;
static char *__in;
static int __in_length;
static int __in_at;
static int __pushed;
static int __at_end;

void __flush(void) {
  if (__out_length) __ecall(64, 1, (int)__out, __out_length);
  __out_length = 0;
}

int fflush(int *file) {
  __flush();
  return 0;
}

void exit(int code) {
  __run_exits();
  __flush();
  __ecall(93, code, 0, 0);
}

int putchar(int c) {
  if (!__out) __out = malloc(512);
  __out[__out_length++] = c;
  if (__out_length == 512) __flush();
  return (unsigned char)c;
}

int putc(int c, int *file) {
  if (file == (int *)3) {
    char one = c;
    __flush();
    __ecall(64, 2, (int)&one, 1);
    return (unsigned char)c;
  }
  return putchar(c);
}

int fputc(int c, int *file) {
  return putc(c, file);
}

int fputs(const char *s, int *file) {
  while (*s) putc(*s++, file);
  return 0;
}

int puts(const char *s) {
  while (*s) putchar(*s++);
  putchar('\n');
  return 0;
}

unsigned long fwrite(const void *from, unsigned long size, unsigned long count, int *file) {
  unsigned n = size * count;
  const char *s = from;
  for (unsigned i = 0; i < n; i++) putc(s[i], file);
  return count;
}

int getchar(void) {
  if (__pushed) {
    int c = __pushed - 1;
    __pushed = 0;
    return c;
  }
  if (__in_at == __in_length) {
    if (!__in) __in = malloc(256);
    __in_at = 0;
    __in_length = __ecall(63, 0, (int)__in, 256);
    if (__in_length <= 0) {
      __in_length = 0;
      __at_end = 1;
      return -1;
    }
  }
  return (unsigned char)__in[__in_at++];
}

int getc(int *file) {
  return getchar();
}

int fgetc(int *file) {
  return getchar();
}

int ungetc(int c, int *file) {
  if (c >= 0) __pushed = c + 1;
  return c;
}

int feof(int *file) {
  return __at_end;
}

int ferror(int *file) {
  return 0;
}

char *fgets(char *to, int size, int *file) {
  int n = 0;
  while (n < size - 1) {
    int c = getchar();
    if (c < 0) break;
    to[n++] = c;
    if (c == '\n') break;
  }
  if (n == 0) return 0;
  to[n] = 0;
  return to;
}

static void __put(struct __sink *s, int c) {
  s->count++;
  if (!s->to) putchar(c);
  else if (s->to < s->end) *s->to++ = c;
}

static void __put_many(struct __sink *s, int c, int n) {
  while (n-- > 0) __put(s, c);
}

enum { __LEFT = 1, __PLUS = 2, __SPACE = 4, __ALTERNATE = 8, __ZERO = 16, __UPPER = 32 };

// sign or prefix, zeros, digits, padded to the width
static void __put_field(struct __sink *s, const char *prefix, int zeros, const char *digits, int length, int width, int flags) {
  int prefix_length = 0;
  while (prefix[prefix_length]) prefix_length++;
  int pad = width - prefix_length - zeros - length;
  if (!(flags & (__LEFT | __ZERO))) __put_many(s, ' ', pad);
  while (*prefix) __put(s, *prefix++);
  if (flags & __ZERO && !(flags & __LEFT)) __put_many(s, '0', pad);
  __put_many(s, '0', zeros);
  for (int i = 0; i < length; i++) __put(s, digits[i]);
  if (flags & __LEFT) __put_many(s, ' ', pad);
}

static void __put_integer(struct __sink *s, unsigned long v, int base, const char *prefix, int width, int precision, int flags) {
  char digits[66];
  int at = 66;
  const char *alphabet = flags & __UPPER ? "0123456789ABCDEF" : "0123456789abcdef";
  if (base == 16 || base == 8) {
    int bits = base == 16 ? 4 : 3;
    while (v) {
      digits[--at] = alphabet[v & base - 1];
      v >>= bits;
    }
  } else {
    while (v >> 32) {
      unsigned long q = v / 1000000000;
      unsigned r = v - q * 1000000000;
      for (int i = 0; i < 9; i++) {
        digits[--at] = '0' + r % 10;
        r /= 10;
      }
      v = q;
    }
    unsigned low = v;
    while (low) {
      digits[--at] = '0' + low % 10;
      low /= 10;
    }
    while (at < 66 && digits[at] == '0') at++;
  }
  int length = 66 - at;
  if (precision >= 0) flags &= ~__ZERO;
  else precision = 1;
  int zeros = precision > length ? precision - length : 0;
  if (base == 8 && flags & __ALTERNATE && zeros == 0 && (length == 0 || digits[at] != '0')) zeros = 1;
  __put_field(s, prefix, zeros, digits + at, length, width, flags);
}

// The decimal digits of a finite double, as a number of base 1e9 words: big[0] is the least of 2^-1074's expansion.
// Digits before the point are counted from `point`.
struct __decimal {
  int words;       // in use
  int fraction;    // words after the point
  unsigned big[120];
};

static void __expand(struct __decimal *d, unsigned long bits) {
  int e = (unsigned)(bits >> 52) & 2047;
  unsigned long m = bits << 12 >> 12;
  if (e) m |= 1L << 52;
  else e = 1;
  e -= 1075;
  d->fraction = 0;
  d->words = 0;
  while (m) {
    unsigned long q = m / 1000000000;
    d->big[d->words++] = m - q * 1000000000;
    m = q;
  }
  while (e > 0) {
    int step = e > 29 ? 29 : e;
    unsigned long carry = 0;
    for (int i = 0; i < d->words; i++) {
      unsigned long v = ((unsigned long)d->big[i] << step) + carry;
      carry = v / 1000000000;
      d->big[i] = v - carry * 1000000000;
    }
    if (carry) d->big[d->words++] = carry;
    e -= step;
  }
  while (e < 0) {
    // Halve: 9 bits at a time, each fraction word takes what falls out (1e9 is divisible by 2^9).
    int step = e < -9 ? 9 : -e;
    unsigned mask = (1 << step) - 1;
    unsigned unit = 1000000000 >> step;
    if (d->words && d->big[0] & mask) {
      for (int i = d->words; i > 0; i--) d->big[i] = d->big[i - 1];
      d->big[0] = 0;
      d->words++;
      d->fraction++;
    }
    unsigned carry = 0;
    for (int i = d->words - 1; i >= 0; i--) {
      unsigned low = d->big[i] & mask;
      d->big[i] = (d->big[i] >> step) + carry;
      carry = low * unit;
    }
    while (d->words > d->fraction && d->words > 1 && d->big[d->words - 1] == 0) d->words--;
    e += step;
  }
  while (d->words <= d->fraction) d->big[d->words++] = 0;
}

// Digit i before (i >= 0: units, tens, ...) or after (i < 0) the point.
static int __digit(struct __decimal *d, int i) {
  int word = i >= 0 ? i / 9 + d->fraction : d->fraction - 1 - (-1 - i) / 9;
  int place = i >= 0 ? i % 9 : 8 - (-1 - i) % 9;
  if (word < 0 || word >= d->words) return 0;
  unsigned v = d->big[word];
  while (place-- > 0) v /= 10;
  return v % 10;
}

// Rounds to nearest even at digit `last` (the lowest kept); returns digits in `text` from `first` down, and whether a
// carry made one more digit.
static int __digits(struct __decimal *d, int first, int last, char *text) {
  int n = first - last + 1;
  for (int i = 0; i < n; i++) text[i] = '0' + __digit(d, first - i);
  int next = __digit(d, last - 1);
  int up = next > 5;
  if (next == 5) {
    // exactly half?
    int rest = 0;
    int lowest = -9 * d->fraction;
    for (int i = last - 2; i >= lowest && !rest; i--) rest = __digit(d, i);
    up = rest || n > 0 && (text[n - 1] & 1);
  }
  if (up) {
    int i = n - 1;
    while (i >= 0 && text[i] == '9') text[i--] = '0';
    if (i < 0) return 1;
    text[i]++;
  }
  return 0;
}

static void __put_double(struct __sink *s, double value, int kind, int width, int precision, int flags) {
  unsigned long bits = *(unsigned long *)&value;
  const char *prefix = bits >> 63 ? "-" : flags & __PLUS ? "+" : flags & __SPACE ? " " : "";
  if ((bits >> 52 & 2047) == 2047) {
    const char *name = bits << 12 ? flags & __UPPER ? "NAN" : "nan" : flags & __UPPER ? "INF" : "inf";
    __put_field(s, prefix, 0, name, 3, width, flags & ~__ZERO);
    return;
  }
  struct __decimal d;
  __expand(&d, bits);
  if (precision < 0) precision = 6;
  int top = (d.words - d.fraction) * 9 - 1;
  if (top < 0) top = 0;
  int lowest = -9 * d.fraction;
  while (top > lowest && __digit(&d, top) == 0) top--;
  int zero = bits << 1 == 0;
  if (zero) top = 0;
  // The text is short or long: a precision may be hundreds of digits.
  int room = precision + 330;
  char *text = malloc(room);
  int length = 0;
  int scientific = kind == 'e';
  int strip = 0;
  if (kind == 'g') {
    if (precision == 0) precision = 1;
    int carry = __digits(&d, top, top - precision + 1, text);
    int x = top + carry;
    strip = !(flags & __ALTERNATE);
    if (x < -4 || x >= precision) {
      scientific = 1;
      precision--;
    } else precision = precision - 1 - x;
  }
  int exponent = 0;
  if (scientific) {
    int carry = __digits(&d, top, top - precision, text + 2);
    exponent = zero ? 0 : top;
    if (carry) {
      exponent++;
      for (int i = precision; i > 0; i--) text[i + 2] = text[i + 1];
      text[2] = '1';
    }
    text[0] = text[2];
    text[1] = '.';
    for (int i = 0; i < precision; i++) text[i + 2] = text[i + 3];
    length = precision + 2;
  } else {
    if (top < 0) top = 0;
    int carry = __digits(&d, top, -precision, text + 1);
    char *from = text + 1;
    if (carry) {
      from = text;
      text[0] = '1';
      top++;
    }
    // digits before the point, then the point
    char *to = text;
    for (int i = 0; i <= top; i++) to[i] = from[i];
    if (from == text + 1) {
      for (int i = precision; i > 0; i--) text[top + 1 + i] = text[top + 1 + i];
      text[top + 1] = '.';
    } else {
      for (int i = precision; i > 0; i--) text[top + 1 + i] = text[top + i];
      text[top + 1] = '.';
    }
    length = top + 2 + precision;
  }
  if (strip) {
    while (text[length - 1] == '0') length--;
  }
  if (text[length - 1] == '.' && !(flags & __ALTERNATE)) length--;
  if (scientific) {
    text[length++] = flags & __UPPER ? 'E' : 'e';
    text[length++] = exponent < 0 ? '-' : '+';
    if (exponent < 0) exponent = -exponent;
    if (exponent >= 100) text[length++] = '0' + exponent / 100;
    text[length++] = '0' + exponent / 10 % 10;
    text[length++] = '0' + exponent % 10;
  }
  __put_field(s, prefix, 0, text, length, width, flags);
  free(text);
}

static void __put_hexadecimal(struct __sink *s, double value, int width, int precision, int flags) {
  unsigned long bits = *(unsigned long *)&value;
  char prefix[4];
  int p = 0;
  if (bits >> 63) prefix[p++] = '-';
  else if (flags & __PLUS) prefix[p++] = '+';
  prefix[p++] = '0';
  prefix[p++] = flags & __UPPER ? 'X' : 'x';
  prefix[p] = 0;
  int e = (unsigned)(bits >> 52) & 2047;
  unsigned long m = bits << 12 >> 12;
  char text[40];
  int n = 0;
  text[n++] = e ? '1' : '0';
  e = e ? e - 1023 : m ? -1022 : 0;
  if (precision < 0) {
    precision = 13;
    while (precision > 0 && !(m >> (52 - precision * 4) & 15)) precision--;
  }
  if (precision > 0) text[n++] = '.';
  for (int i = 0; i < precision; i++) text[n++] = (flags & __UPPER ? "0123456789ABCDEF" : "0123456789abcdef")[i < 13 ? m >> (48 - i * 4) & 15 : 0];
  text[n++] = flags & __UPPER ? 'P' : 'p';
  text[n++] = e < 0 ? '-' : '+';
  if (e < 0) e = -e;
  if (e >= 1000) text[n++] = '0' + e / 1000;
  if (e >= 100) text[n++] = '0' + e / 100 % 10;
  if (e >= 10) text[n++] = '0' + e / 10 % 10;
  text[n++] = '0' + e % 10;
  __put_field(s, prefix, 0, text, n, width, flags);
}

static int __format(struct __sink *s, const char *f, char *args) {
  for (; *f; f++) {
    if (*f != '%') {
      __put(s, *f);
      continue;
    }
    f++;
    int flags = 0;
    for (;; f++) {
      if (*f == '-') flags |= __LEFT;
      else if (*f == '+') flags |= __PLUS;
      else if (*f == ' ') flags |= __SPACE;
      else if (*f == '#') flags |= __ALTERNATE;
      else if (*f == '0') flags |= __ZERO;
      else break;
    }
    int width = 0;
    if (*f == '*') {
      width = va_arg(args, int);
      f++;
      if (width < 0) {
        flags |= __LEFT;
        width = -width;
      }
    } else
      while (*f >= '0' && *f <= '9') width = width * 10 + *f++ - '0';
    int precision = -1;
    if (*f == '.') {
      f++;
      precision = 0;
      if (*f == '*') {
        precision = va_arg(args, int);
        f++;
      } else
        while (*f >= '0' && *f <= '9') precision = precision * 10 + *f++ - '0';
    }
    int size = 4;
    if (*f == 'h') {
      size = 2;
      if (*++f == 'h') {
        size = 1;
        f++;
      }
    } else if (*f == 'l') {
      size = 8;
      if (*++f == 'l') f++;
    } else if (*f == 'z' || *f == 'j' || *f == 't') {
      size = 8;
      f++;
    } else if (*f == 'L') f++;
    int c = *f;
    if (c == 'd' || c == 'i') {
      long v = size == 8 ? va_arg(args, long) : va_arg(args, int);
      if (size == 2) v = (short)v;
      if (size == 1) v = (signed char)v;
      const char *prefix = v < 0 ? "-" : flags & __PLUS ? "+" : flags & __SPACE ? " " : "";
      __put_integer(s, v < 0 ? -v : v, 10, prefix, width, precision, flags);
    } else if (c == 'u' || c == 'x' || c == 'X' || c == 'o') {
      unsigned long v = size == 8 ? va_arg(args, unsigned long) : va_arg(args, unsigned);
      if (size == 2) v = (unsigned short)v;
      if (size == 1) v = (unsigned char)v;
      if (c == 'X') flags |= __UPPER;
      const char *prefix = flags & __ALTERNATE && v && c != 'u' && c != 'o' ? c == 'X' ? "0X" : "0x" : "";
      __put_integer(s, v, c == 'u' ? 10 : c == 'o' ? 8 : 16, prefix, width, precision, flags);
    } else if (c == 'p') {
      unsigned v = va_arg(args, unsigned);
      if (v) __put_integer(s, v, 16, "0x", width, precision, flags);
      else __put_field(s, "", 0, "(nil)", 5, width, flags & ~__ZERO);
    } else if (c == 'c') {
      char one = va_arg(args, int);
      __put_field(s, "", 0, &one, 1, width, flags & ~__ZERO);
    } else if (c == 's') {
      const char *text = va_arg(args, char *);
      if (!text) text = "(null)";
      int length = 0;
      while (length != precision && text[length]) length++;
      __put_field(s, "", 0, text, length, width, flags & ~__ZERO);
    } else if (c == 'f' || c == 'F' || c == 'e' || c == 'E' || c == 'g' || c == 'G') {
      if (c < 'a') flags |= __UPPER;
      __put_double(s, va_arg(args, double), c | 32, width, precision, flags);
    } else if (c == 'a' || c == 'A') {
      if (c == 'A') flags |= __UPPER;
      __put_hexadecimal(s, va_arg(args, double), width, precision, flags);
    } else if (c == 'n') *va_arg(args, int *) = s->count;
    else if (c == '%') __put(s, '%');
    else {
      // Not a conversion: as it stands.
      __put(s, '%');
      if (!c) break;
      __put(s, c);
    }
  }
  return s->count;
}

int vprintf(const char *format, char *args) {
  struct __sink s;
  s.to = 0;
  s.end = 0;
  s.count = 0;
  return __format(&s, format, args);
}

int printf(const char *format, ...) {
  va_list args;
  va_start(args, format);
  return vprintf(format, args);
}

int vsnprintf(char *to, unsigned long size, const char *format, char *args) {
  struct __sink s;
  char none[1];
  s.to = size ? to : none;
  s.end = size ? to + (unsigned)size - 1 : none;
  // A size beyond memory is no limit.
  if (size >> 31) s.end = (char *)0xffffffff;
  s.count = 0;
  __format(&s, format, args);
  if (size) *s.to = 0;
  return s.count;
}

int vsprintf(char *to, const char *format, char *args) {
  return vsnprintf(to, 1UL << 31, format, args);
}

int sprintf(char *to, const char *format, ...) {
  va_list args;
  va_start(args, format);
  return vsnprintf(to, 1UL << 31, format, args);
}

int snprintf(char *to, unsigned long size, const char *format, ...) {
  va_list args;
  va_start(args, format);
  return vsnprintf(to, size, format, args);
}

int vfprintf(int *file, const char *format, char *args) {
  if (file == (int *)3) {
    char text[512];
    int n = vsnprintf(text, 512, format, args);
    fputs(text, file);
    return n;
  }
  return vprintf(format, args);
}

int fprintf(int *file, const char *format, ...) {
  va_list args;
  va_start(args, format);
  return vfprintf(file, format, args);
}

void perror(const char *text) {
  fprintf((int *)3, "%s: error\n", text);
}
