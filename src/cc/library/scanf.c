// Formatted input.

// Where characters come from: a string, or the input when `from` is null.
struct __source {
  const char *from;
  int read;
};

static int __next(struct __source *s) {
  s->read++;
  if (!s->from) return getchar();
  if (!*s->from) return -1;
  return (unsigned char)*s->from++;
}

static void __back(struct __source *s, int c) {
  s->read--;
  if (c < 0) return;
  if (s->from) s->from--;
  else ungetc(c, 0);
}

static int __scan(struct __source *s, const char *f, char *args) {
  int done = 0;
  for (; *f; f++) {
    if (isspace(*f)) {
      int c;
      do c = __next(s);
      while (isspace(c));
      __back(s, c);
      continue;
    }
    if (*f != '%') {
      int c = __next(s);
      if (c != (unsigned char)*f) {
        __back(s, c);
        return c < 0 && !done ? -1 : done;
      }
      continue;
    }
    f++;
    int keep = 1, width = 0, size = 4;
    if (*f == '*') {
      keep = 0;
      f++;
    }
    while (*f >= '0' && *f <= '9') width = width * 10 + *f++ - '0';
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
    int k = *f;
    if (k == '%') {
      int c;
      do c = __next(s);
      while (isspace(c));
      if (c != '%') {
        __back(s, c);
        return done;
      }
      continue;
    }
    if (k == 'n') {
      if (keep) *va_arg(args, int *) = s->read;
      continue;
    }
    int c = 0;
    if (k != 'c' && k != '[') {
      do c = __next(s);
      while (isspace(c));
      __back(s, c);
    }
    if (k == 'c') {
      char *to = keep ? va_arg(args, char *) : 0;
      if (!width) width = 1;
      for (int i = 0; i < width; i++) {
        c = __next(s);
        if (c < 0) return done ? done : -1;
        if (keep) to[i] = c;
      }
      done += keep;
      continue;
    }
    if (!width) width = 0x7fffffff;
    if (k == 's' || k == '[') {
      char set[256];
      if (k == '[') {
        int invert = 0;
        f++;
        if (*f == '^') {
          invert = 1;
          f++;
        }
        for (int i = 0; i < 256; i++) set[i] = invert;
        int first = 1;
        while (*f && (*f != ']' || first)) {
          int low = (unsigned char)*f, high = low;
          if (f[1] == '-' && f[2] && f[2] != ']') {
            high = (unsigned char)f[2];
            f += 2;
          }
          while (low <= high) set[low++] = !invert;
          first = 0;
          f++;
        }
      } else
        for (int i = 0; i < 256; i++) set[i] = !isspace(i);
      char *to = keep ? va_arg(args, char *) : 0;
      int n = 0;
      while (n < width) {
        c = __next(s);
        if (c < 0 || !set[c]) {
          __back(s, c);
          break;
        }
        if (keep) to[n] = c;
        n++;
      }
      if (n == 0) return c < 0 && !done ? -1 : done;
      if (keep) to[n] = 0;
      done += keep;
      continue;
    }
    // A number: collect its characters, then convert.
    char text[64];
    int n = 0;
    int floating = k == 'f' || k == 'e' || k == 'g' || k == 'a' || k == 'E' || k == 'G';
    int base = k == 'd' || k == 'u' ? 10 : k == 'o' ? 8 : k == 'i' ? 0 : 16;
    int digits = 0, point = 0, exponent = 0;
    if (width > 63) width = 63;
    while (n < width) {
      c = __next(s);
      int ok = 0;
      if ((c == '+' || c == '-') && (n == 0 || floating && exponent && (text[n - 1] | 32) == 'e')) ok = 1;
      else if (c >= '0' && c <= '9') {
        ok = floating || base != 8 || c < '8';
        digits++;
      } else if (floating) {
        if (c == '.' && !point && !exponent) ok = point = 1;
        else if ((c | 32) == 'e' && digits && !exponent) ok = exponent = 1;
      } else if ((c | 32) == 'x' && digits == 1 && text[n - 1] == '0' && (base == 16 || base == 0)) {
        ok = 1;
        base = 16;
      } else if (base == 16 && isxdigit(c)) {
        ok = 1;
        digits++;
      }
      if (!ok) {
        __back(s, c);
        break;
      }
      text[n++] = c;
    }
    text[n] = 0;
    if (!digits) return c < 0 && !done && n == 0 ? -1 : done;
    if (!keep) continue;
    if (floating) {
      double v = strtod(text, 0);
      if (size == 8) *va_arg(args, double *) = v;
      else *va_arg(args, float *) = v;
    } else {
      long v = strtol(text, 0, base);
      if (base == 10 && k == 'u' || size == 8 && k != 'd' && k != 'i') v = strtoul(text, 0, base);
      if (size == 8) *va_arg(args, long *) = v;
      else if (size == 4) *va_arg(args, int *) = v;
      else if (size == 2) *va_arg(args, short *) = v;
      else *va_arg(args, char *) = v;
    }
    done++;
  }
  return done;
}

int scanf(const char *format, ...) {
  struct __source s;
  va_list args;
  va_start(args, format);
  s.from = 0;
  s.read = 0;
  return __scan(&s, format, args);
}

int fscanf(int *file, const char *format, ...) {
  struct __source s;
  va_list args;
  va_start(args, format);
  s.from = 0;
  s.read = 0;
  return __scan(&s, format, args);
}

int sscanf(const char *text, const char *format, ...) {
  struct __source s;
  va_list args;
  va_start(args, format);
  s.from = text;
  s.read = 0;
  return __scan(&s, format, args);
}
