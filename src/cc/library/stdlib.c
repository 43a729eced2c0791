// Memory, numbers, sorting, characters, strings.

// Blocks: a header word with the size, then the memory; free blocks are a list ordered by address.
struct __block {
  unsigned size;
  struct __block *next;
};

static struct __block *__free_list;
static unsigned __heap_end;

static struct __block *__more(unsigned size) {
  if (!__heap_end) __heap_end = __ecall(214, 0, 0, 0) + 7 & ~7;
  unsigned want = size < 2048 ? 2048 : size;
  unsigned end = __heap_end + want;
  if (end < __heap_end) return 0;
  if ((unsigned)__ecall(214, end, 0, 0) != end) {
    want = size;
    end = __heap_end + want;
    if ((unsigned)__ecall(214, end, 0, 0) != end) return 0;
  }
  struct __block *b = (struct __block *)__heap_end;
  __heap_end = end;
  b->size = want;
  return b;
}

void free(void *p) {
  if (!p) return;
  struct __block *b = (struct __block *)((char *)p - 8);
  struct __block *before = 0, *at = __free_list;
  while (at && at < b) {
    before = at;
    at = at->next;
  }
  b->next = at;
  if (at && (char *)b + b->size == (char *)at) {
    b->size += at->size;
    b->next = at->next;
  }
  if (!before) __free_list = b;
  else if ((char *)before + before->size == (char *)b) {
    before->size += b->size;
    before->next = b->next;
  } else before->next = b;
}

void *malloc(unsigned long size) {
  if (size >> 31) return 0;
  unsigned need = ((unsigned)size + 15) & ~7;
  if (need < 16) need = 16;
  for (int round = 0; round < 2; round++) {
    struct __block *before = 0, *b = __free_list;
    while (b) {
      if (b->size >= need) {
        if (b->size >= need + 16) {
          struct __block *rest = (struct __block *)((char *)b + need);
          rest->size = b->size - need;
          rest->next = b->next;
          b->size = need;
          if (before) before->next = rest;
          else __free_list = rest;
        } else if (before) before->next = b->next;
        else __free_list = b->next;
        return (char *)b + 8;
      }
      before = b;
      b = b->next;
    }
    b = __more(need);
    if (!b) return 0;
    free((char *)b + 8);
  }
  return 0;
}

void *calloc(unsigned long count, unsigned long size) {
  unsigned long total = count * size;
  if (size && total / size != count) return 0;
  void *p = malloc(total);
  if (p) memset(p, 0, total);
  return p;
}

void *realloc(void *p, unsigned long size) {
  if (!p) return malloc(size);
  struct __block *b = (struct __block *)((char *)p - 8);
  if (b->size - 8 >= size) return p;
  void *q = malloc(size);
  if (!q) return 0;
  memcpy(q, p, b->size - 8);
  free(p);
  return q;
}

static void (*__exits[32])(void);
static int __exit_count;

int atexit(void (*f)(void)) {
  if (__exit_count == 32) return 1;
  __exits[__exit_count++] = f;
  return 0;
}

void __run_exits(void) {
  while (__exit_count) __exits[--__exit_count]();
}

void abort(void) {
  __flush();
  __ecall(4096, 28, 0, 0);
}

void __assert_failed(const char *what, int line) {
  fprintf((int *)3, "assertion failed: %s, line %d\n", what, line);
  __flush();
  __ecall(4096, 48, 0, 0);
}

int abs(int x) {
  return x < 0 ? -x : x;
}

long labs(long x) {
  return x < 0 ? -x : x;
}

long llabs(long x) {
  return x < 0 ? -x : x;
}

static unsigned __seed = 1;

void srand(unsigned seed) {
  __seed = seed;
}

int rand(void) {
  __seed = __seed * 1103515245 + 12345;
  unsigned high = __seed >> 16;
  __seed = __seed * 1103515245 + 12345;
  return (high << 15 ^ __seed >> 16) & 0x7fffffff;
}

int isdigit(int c) { return (unsigned)c - '0' < 10; }
int isupper(int c) { return (unsigned)c - 'A' < 26; }
int islower(int c) { return (unsigned)c - 'a' < 26; }
int isalpha(int c) { return ((unsigned)c | 32) - 'a' < 26; }
int isalnum(int c) { return isalpha(c) || isdigit(c); }
int isspace(int c) { return c == ' ' || (unsigned)c - 9 < 5; }
int isblank(int c) { return c == ' ' || c == '\t'; }
int isxdigit(int c) { return isdigit(c) || ((unsigned)c | 32) - 'a' < 6; }
int isprint(int c) { return (unsigned)c - 32 < 95; }
int isgraph(int c) { return (unsigned)c - 33 < 94; }
int iscntrl(int c) { return (unsigned)c < 32 || c == 127; }
int ispunct(int c) { return isgraph(c) && !isalnum(c); }
int toupper(int c) { return islower(c) ? c - 32 : c; }
int tolower(int c) { return isupper(c) ? c + 32 : c; }

static int __digit_of(int c) {
  if (isdigit(c)) return c - '0';
  if (isalpha(c)) return (c | 32) - 'a' + 10;
  return 99;
}

// Reads sign and digits; *negative and *over tell the rest.
static unsigned long __number(const char *s, char **end, int base, int *negative, int *over) {
  const char *start = s;
  while (isspace(*s)) s++;
  *negative = *s == '-';
  *over = 0;
  if (*s == '-' || *s == '+') s++;
  if ((base == 0 || base == 16) && *s == '0' && (s[1] | 32) == 'x' && __digit_of(s[2]) < 16) {
    s += 2;
    base = 16;
  }
  if (base == 0) base = *s == '0' ? 8 : 10;
  unsigned long v = 0;
  int any = 0;
  while (__digit_of(*s) < base) {
    unsigned long next = v * base + __digit_of(*s);
    if (v >> 58 && next / base != v) *over = 1;
    v = next;
    any = 1;
    s++;
  }
  if (end) *end = (char *)(any ? s : start);
  return v;
}

long strtol(const char *s, char **end, int base) {
  int negative, over;
  unsigned long v = __number(s, end, base, &negative, &over);
  if (negative) return over || v > 1UL << 63 ? 1L << 63 : -v;
  return over || v >> 63 ? ~(1L << 63) : v;
}

long strtoll(const char *s, char **end, int base) { return strtol(s, end, base); }

unsigned long strtoul(const char *s, char **end, int base) {
  int negative, over;
  unsigned long v = __number(s, end, base, &negative, &over);
  return over ? ~0UL : negative ? -v : v;
}

unsigned long strtoull(const char *s, char **end, int base) { return strtoul(s, end, base); }
int atoi(const char *s) { return strtol(s, 0, 10); }
long atol(const char *s) { return strtol(s, 0, 10); }
long atoll(const char *s) { return strtol(s, 0, 10); }

// Big numbers for strtod: little-endian words.
static int __big_multiply(unsigned *n, int words, unsigned by, unsigned add) {
  unsigned long carry = add;
  for (int i = 0; i < words; i++) {
    carry += (unsigned long)n[i] * by;
    n[i] = carry;
    carry >>= 32;
  }
  if (carry) n[words++] = carry;
  return words;
}

double strtod(const char *s, char **end) {
  const char *start = s;
  unsigned long bits = 0;
  while (isspace(*s)) s++;
  int negative = *s == '-';
  if (*s == '-' || *s == '+') s++;
  if ((s[0] | 32) == 'i' && (s[1] | 32) == 'n' && (s[2] | 32) == 'f') {
    s += 3;
    if ((s[0] | 32) == 'i' && (s[1] | 32) == 'n' && (s[2] | 32) == 'i' && (s[3] | 32) == 't' && (s[4] | 32) == 'y') s += 5;
    bits = 2047L << 52;
  } else if ((s[0] | 32) == 'n' && (s[1] | 32) == 'a' && (s[2] | 32) == 'n') {
    s += 3;
    bits = 0x7ff8000000000000;
  } else {
    unsigned n[80], m[80];
    int words = 0, point = 0, any = 0, ten = 0, count = 0;
    for (;; s++) {
      if (*s == '.' && !point) point = 1;
      else if (isdigit(*s)) {
        any = 1;
        if (count < 400) {
          words = __big_multiply(n, words, 10, *s - '0');
          if (words) count++;
          ten -= point;
        } else ten += !point;
      } else break;
    }
    if (!any) {
      if (end) *end = (char *)start;
      return 0;
    }
    if ((*s | 32) == 'e') {
      const char *e = s + 1;
      int minus = *e == '-', power = 0;
      if (*e == '-' || *e == '+') e++;
      if (isdigit(*e)) {
        while (isdigit(*e)) {
          if (power < 10000) power = power * 10 + *e - '0';
          e++;
        }
        ten += minus ? -power : power;
        s = e;
      }
    }
    if (words && ten > 400) bits = 2047L << 52;
    else if (words && ten > -800) {
      int ms = 1;
      m[0] = 1;
      for (; ten > 0; ten--) words = __big_multiply(n, words, 10, 0);
      for (; ten < 0; ten++) ms = __big_multiply(m, ms, 10, 0);
      // 64 bits of n / m: bring n to the same length, then one bit at a time
      int e = (words - ms) * 32;
      while (words < ms) {
        for (int i = words; i > 0; i--) n[i] = n[i - 1];
        n[0] = 0;
        words++;
      }
      while (ms < words) {
        for (int i = ms; i > 0; i--) m[i] = m[i - 1];
        m[0] = 0;
        ms++;
      }
      unsigned long q = 0;
      // m doubles until it exceeds n
      n[words] = 0;
      m[words] = 0;
      int size = words + 1;
      for (;;) {
        int i = size - 1;
        while (i > 0 && n[i] == m[i]) i--;
        if (n[i] < m[i]) break;
        unsigned carry = 0;
        for (i = 0; i < size; i++) {
          unsigned next = m[i] >> 31;
          m[i] = m[i] << 1 | carry;
          carry = next;
        }
        e++;
      }
      int taken = 0;
      while (taken < 62) {
        unsigned carry = 0;
        int i;
        for (i = 0; i < size; i++) {
          unsigned next = n[i] >> 31;
          n[i] = n[i] << 1 | carry;
          carry = next;
        }
        e--;
        i = size - 1;
        while (i > 0 && n[i] == m[i]) i--;
        q <<= 1;
        if (carry || n[i] >= m[i]) {
          unsigned long borrow = 0;
          for (i = 0; i < size; i++) {
            unsigned long v = (unsigned long)n[i] - m[i] - borrow;
            n[i] = v;
            borrow = v >> 63;
          }
          q |= 1;
        }
        if (q) taken++;
      }
      for (int i = 0; i < size; i++)
        if (n[i]) q |= 1;
      if (e > 1100) bits = 2047L << 52;
      else if (e > -1300) bits = __f64_round(0, e + 1085, q);
    }
  }
  if (end) *end = (char *)s;
  if (negative) bits |= 1UL << 63;
  return *(double *)&bits;
}

float strtof(const char *s, char **end) { return strtod(s, end); }
double atof(const char *s) { return strtod(s, 0); }

static void __swap(char *a, char *b, unsigned size) {
  while (size--) {
    char t = *a;
    *a++ = *b;
    *b++ = t;
  }
}

// Heap sort: no recursion, no bad case.
void qsort(void *base, unsigned long count, unsigned long size, int (*compare)(const void *, const void *)) {
  char *a = base;
  unsigned n = count, w = size;
  if (n < 2) return;
  for (unsigned start = n / 2; n > 1;) {
    if (start) start--;
    else {
      n--;
      __swap(a, a + n * w, w);
    }
    unsigned root = start;
    while (root * 2 + 1 < n) {
      unsigned child = root * 2 + 1;
      if (child + 1 < n && compare(a + child * w, a + (child + 1) * w) < 0) child++;
      if (compare(a + root * w, a + child * w) >= 0) break;
      __swap(a + root * w, a + child * w, w);
      root = child;
    }
  }
}

void *bsearch(const void *key, const void *base, unsigned long count, unsigned long size, int (*compare)(const void *, const void *)) {
  unsigned low = 0, high = count, w = size;
  while (low < high) {
    unsigned middle = (low + high) / 2;
    const char *p = (const char *)base + middle * w;
    int c = compare(key, p);
    if (c == 0) return (void *)p;
    if (c < 0) high = middle;
    else low = middle + 1;
  }
  return 0;
}

// ---- string.h ----

void *memcpy(void *to, const void *from, unsigned long size) {
  char *a = to;
  const char *b = from;
  unsigned n = size;
  if (!(((unsigned)a | (unsigned)b) & 3)) {
    for (; n >= 4; n -= 4) {
      *(int *)a = *(int *)b;
      a += 4;
      b += 4;
    }
  }
  while (n--) *a++ = *b++;
  return to;
}

void *memmove(void *to, const void *from, unsigned long size) {
  char *a = to;
  const char *b = from;
  unsigned n = size;
  if (a <= b) return memcpy(to, from, size);
  while (n--) a[n] = b[n];
  return to;
}

void *memset(void *to, int c, unsigned long size) {
  char *a = to;
  unsigned n = size;
  if (!((unsigned)a & 3)) {
    int word = (c & 255) * 0x1010101;
    for (; n >= 4; n -= 4) {
      *(int *)a = word;
      a += 4;
    }
  }
  while (n--) *a++ = c;
  return to;
}

int memcmp(const void *x, const void *y, unsigned long size) {
  const unsigned char *a = x, *b = y;
  for (unsigned n = size; n; n--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

void *memchr(const void *x, int c, unsigned long size) {
  const unsigned char *a = x;
  for (unsigned n = size; n; n--, a++)
    if (*a == (unsigned char)c) return (void *)a;
  return 0;
}

unsigned long strlen(const char *s) {
  const char *p = s;
  while (*p) p++;
  return (unsigned)(p - s);
}

char *strcpy(char *to, const char *from) {
  char *p = to;
  while ((*p++ = *from++)) {}
  return to;
}

char *strncpy(char *to, const char *from, unsigned long size) {
  char *p = to;
  unsigned n = size;
  while (n && *from) {
    *p++ = *from++;
    n--;
  }
  while (n--) *p++ = 0;
  return to;
}

char *strcat(char *to, const char *from) {
  strcpy(to + strlen(to), from);
  return to;
}

char *strncat(char *to, const char *from, unsigned long size) {
  char *p = to + strlen(to);
  for (unsigned n = size; n && *from; n--) *p++ = *from++;
  *p = 0;
  return to;
}

int strcmp(const char *a, const char *b) {
  while (*a && *a == *b) {
    a++;
    b++;
  }
  return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, unsigned long size) {
  unsigned n = size;
  while (n && *a && *a == *b) {
    a++;
    b++;
    n--;
  }
  return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

int strcasecmp(const char *a, const char *b) {
  while (*a && tolower(*a) == tolower(*b)) {
    a++;
    b++;
  }
  return tolower((unsigned char)*a) - tolower((unsigned char)*b);
}

int strcoll(const char *a, const char *b) { return strcmp(a, b); }

char *strchr(const char *s, int c) {
  for (; *s != (char)c; s++)
    if (!*s) return 0;
  return (char *)s;
}

char *strrchr(const char *s, int c) {
  const char *found = 0;
  do
    if (*s == (char)c) found = s;
  while (*s++);
  return (char *)found;
}

char *strstr(const char *s, const char *what) {
  for (;; s++) {
    const char *a = s, *b = what;
    while (*b && *a == *b) {
      a++;
      b++;
    }
    if (!*b) return (char *)s;
    if (!*s) return 0;
  }
}

unsigned long strspn(const char *s, const char *set) {
  unsigned n = 0;
  while (s[n] && strchr(set, s[n])) n++;
  return n;
}

unsigned long strcspn(const char *s, const char *set) {
  unsigned n = 0;
  while (s[n] && !strchr(set, s[n])) n++;
  return n;
}

char *strpbrk(const char *s, const char *set) {
  s += strcspn(s, set);
  return *s ? (char *)s : 0;
}

static char *__token;

char *strtok_r(char *s, const char *set, char **state) {
  if (!s) s = *state;
  if (!s) return 0;
  s += strspn(s, set);
  if (!*s) {
    *state = 0;
    return 0;
  }
  char *end = s + strcspn(s, set);
  *state = *end ? end + 1 : 0;
  *end = 0;
  return s;
}

char *strtok(char *s, const char *set) {
  return strtok_r(s, set, &__token);
}

char *strdup(const char *s) {
  char *p = malloc(strlen(s) + 1);
  return p ? strcpy(p, s) : 0;
}

char *strerror(int code) {
  return "error";
}

// ---- time.h: deterministic ----

long time(long *to) {
  if (to) *to = 0;
  return 0;
}

long clock(void) { return 0; }
double difftime(long a, long b) { return a - b; }
