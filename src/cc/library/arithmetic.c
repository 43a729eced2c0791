// What one instruction cannot do: 64-bit division and double arithmetic, on the bits of the values.
// Results are those of IEEE 754 with rounding to nearest even.

unsigned long __u64_div(unsigned long a, unsigned long b) {
  unsigned ah = a >> 32, bh = b >> 32, bl = b;
  if (ah == 0 && bh == 0) return (unsigned)a / bl;
  if (bh == 0 && bl < 65536) {
    // long division by 16-bit digits
    unsigned q3 = ah / bl, r = ah % bl;
    unsigned middle = r << 16 | (unsigned)a >> 16;
    unsigned q2 = middle / bl;
    r = middle % bl;
    unsigned last = r << 16 | (unsigned)a & 65535;
    return (unsigned long)q3 << 32 | (q2 << 16) + last / bl;
  }
  if (b > a) return 0;
  int shift = 0;
  while (!(b >> 63) && b << 1 <= a) {
    b <<= 1;
    shift++;
  }
  unsigned long q = 0;
  for (; shift >= 0; shift--) {
    q <<= 1;
    if (a >= b) {
      a -= b;
      q |= 1;
    }
    b >>= 1;
  }
  return q;
}

unsigned long __u64_rem(unsigned long a, unsigned long b) {
  unsigned ah = a >> 32, bh = b >> 32, bl = b;
  if (ah == 0 && bh == 0) return (unsigned)a % bl;
  if (bh == 0 && bl < 65536) {
    unsigned r = ah % bl;
    r = (r << 16 | (unsigned)a >> 16) % bl;
    return (r << 16 | (unsigned)a & 65535) % bl;
  }
  if (bh == 0) {
    unsigned long q = __u64_div(a, b);
    return a - q * bl;
  }
  while (a >= b) {
    unsigned long d = b;
    while (!(d >> 63) && d << 1 <= a) d <<= 1;
    a -= d;
  }
  return a;
}

long __s64_div(long a, long b) {
  unsigned long q = __u64_div(a < 0 ? -a : a, b < 0 ? -b : b);
  return (a < 0) != (b < 0) ? -q : q;
}

long __s64_rem(long a, long b) {
  unsigned long r = __u64_rem(a < 0 ? -a : a, b < 0 ? -b : b);
  return a < 0 ? -r : r;
}

int __zeros64(unsigned long m) {
  int n = 0;
  unsigned h = m >> 32;
  if (h == 0) {
    n = 32;
    h = m;
  }
  if (h < 1u << 16) {
    n += 16;
    h <<= 16;
  }
  if (h < 1u << 24) {
    n += 8;
    h <<= 8;
  }
  if (h < 1u << 28) {
    n += 4;
    h <<= 4;
  }
  if (h < 1u << 30) {
    n += 2;
    h <<= 2;
  }
  return n + !(h >> 31);
}

// m >> n, where lost bits leave a 1 in the last place
unsigned long __jam64(unsigned long m, int n) {
  if (n == 0) return m;
  if (n > 63) return m != 0;
  return m >> n | (m << (64 - n) != 0);
}

// The double m * 2^(e - 1085), with the sign; m is not 0 and below 2^63.
unsigned long __f64_round(int sign, int e, unsigned long m) {
  int n = __zeros64(m) - 1;
  m <<= n;
  e -= n;
  if (e >= 2047) return (unsigned long)sign << 63 | 2047L << 52;
  if (e <= 0) {
    m = __jam64(m, 1 - e);
    e = 1;
    if (!(m >> 62)) e = 0;
  }
  unsigned low = (unsigned)m & 1023;
  m >>= 10;
  if (low > 512 || low == 512 && m & 1) m++;
  unsigned long bits = e > 0 ? ((unsigned long)(e - 1) << 52) + m : m;
  return (unsigned long)sign << 63 | bits;
}

unsigned long __f64_nan(unsigned long a, unsigned long b) {
  return 0x7ff8000000000000;
}

unsigned long __f64_add(unsigned long a, unsigned long b) {
  int ea = (unsigned)(a >> 52) & 2047, eb = (unsigned)(b >> 52) & 2047;
  if (ea == 2047 || eb == 2047) {
    if (ea == 2047 && a << 12 || eb == 2047 && b << 12) return __f64_nan(a, b);
    if (ea == 2047 && eb == 2047 && a != b) return __f64_nan(a, b);
    return ea == 2047 ? a : b;
  }
  if (a << 1 < b << 1) {
    unsigned long t = a;
    a = b;
    b = t;
    int e = ea;
    ea = eb;
    eb = e;
  }
  unsigned long ma = a << 12 >> 3, mb = b << 12 >> 3;
  if (ea) ma |= 1L << 61;
  else ea = 1;
  if (eb) mb |= 1L << 61;
  else eb = 1;
  mb = __jam64(mb, ea - eb);
  int sign = a >> 63;
  if ((long)(a ^ b) < 0) {
    ma -= mb;
    if (!ma) return 0;
  } else {
    ma += mb;
    if (!ma) return a;
  }
  return __f64_round(sign, ea + 1, ma);
}

unsigned long __f64_sub(unsigned long a, unsigned long b) {
  if ((b << 1) > (2047L << 53)) return __f64_nan(a, b);
  return __f64_add(a, b ^ 1UL << 63);
}

unsigned long __f64_mul(unsigned long a, unsigned long b) {
  int ea = (unsigned)(a >> 52) & 2047, eb = (unsigned)(b >> 52) & 2047;
  int sign = (a ^ b) >> 63;
  unsigned long ma = a << 12, mb = b << 12;
  if (ea == 2047 || eb == 2047) {
    if (ea == 2047 && ma || eb == 2047 && mb) return __f64_nan(a, b);
    if (!(a << 1) || !(b << 1)) return __f64_nan(a, b);
    return (unsigned long)sign << 63 | 2047L << 52;
  }
  if (ea) ma = ma >> 2 | 1L << 62;
  else {
    if (!ma) return (unsigned long)sign << 63;
    int n = __zeros64(ma);
    ma = ma << n >> 1;
    ea = -n;
  }
  if (eb) mb = mb >> 1 | 1UL << 63;
  else {
    if (!mb) return (unsigned long)sign << 63;
    int n = __zeros64(mb);
    mb = mb << n;
    eb = -n;
  }
  unsigned al = ma, ah = ma >> 32, bl = mb, bh = mb >> 32;
  unsigned long low = (unsigned long)al * bl;
  unsigned long middle = (unsigned long)ah * bl + (low >> 32);
  unsigned long other = (unsigned long)al * bh + (unsigned)middle;
  unsigned long high = (unsigned long)ah * bh + (middle >> 32) + (other >> 32);
  if ((unsigned)other | (unsigned)low) high |= 1;
  return __f64_round(sign, ea + eb - 1022, high);
}

unsigned long __f64_div(unsigned long a, unsigned long b) {
  int ea = (unsigned)(a >> 52) & 2047, eb = (unsigned)(b >> 52) & 2047;
  int sign = (a ^ b) >> 63;
  unsigned long ma = a << 12, mb = b << 12;
  if (ea == 2047 || eb == 2047) {
    if (ea == 2047 && ma || eb == 2047 && mb || ea == eb) return __f64_nan(a, b);
    return ea == 2047 ? (unsigned long)sign << 63 | 2047L << 52 : (unsigned long)sign << 63;
  }
  if (!(b << 1)) return a << 1 ? (unsigned long)sign << 63 | 2047L << 52 : __f64_nan(a, b);
  if (!(a << 1)) return (unsigned long)sign << 63;
  if (ea) ma = ma >> 2 | 1L << 62;
  else {
    int n = __zeros64(ma);
    ma = ma << n >> 1;
    ea = -n;
  }
  if (eb) mb = mb >> 2 | 1L << 62;
  else {
    int n = __zeros64(mb);
    mb = mb << n >> 1;
    eb = -n;
  }
  int e = ea - eb + 1023;
  if (ma < mb) {
    ma <<= 1;
    e--;
  }
  // 1 <= ma / mb < 2: 56 bits and a sticky one
  unsigned qh = 0, ql = 0;
  for (int i = 0; i < 24; i++) {
    qh <<= 1;
    if (ma >= mb) {
      ma -= mb;
      qh |= 1;
    }
    ma <<= 1;
  }
  for (int i = 0; i < 32; i++) {
    ql <<= 1;
    if (ma >= mb) {
      ma -= mb;
      ql |= 1;
    }
    ma <<= 1;
  }
  unsigned long q = ((unsigned long)qh << 32 | ql) << 7;
  if (ma) q |= 1;
  return __f64_round(sign, e, q);
}

unsigned long __f64_sqrt(unsigned long a) {
  int e = (unsigned)(a >> 52) & 2047;
  unsigned long m = a << 12;
  if (e == 2047) return m ? __f64_nan(a, a) : a >> 63 ? __f64_nan(a, a) : a;
  if (!(a << 1)) return a;
  if (a >> 63) return __f64_nan(a, a);
  if (e) m = m >> 2 | 1L << 62;
  else {
    int n = __zeros64(m);
    m = m << n >> 1;
    e = -n;
  }
  // m * 2^(e - 1085): an even exponent, then the root of m * 2^52, one bit at a time
  if (!(e & 1)) {
    m >>= 1;
    e++;
  }
  unsigned long root = 0, rest = 0;
  unsigned long x = m;
  for (int i = 0; i < 58; i++) {
    rest = rest << 2 | x >> 62;
    x <<= 2;
    root <<= 1;
    unsigned long trial = root << 1 | 1;
    if (rest >= trial) {
      rest -= trial;
      root |= 1;
    }
  }
  if (rest | x) root = root << 1 | 1;
  else root <<= 1;
  return __f64_round(0, (e - 1085) / 2 + 1058, root);
}

int __f64_compare(unsigned long a, unsigned long b) {
  if (a << 1 > 2047L << 53 || b << 1 > 2047L << 53) return 2;
  if (a == b || !((a | b) << 1)) return 0;
  if ((long)(a ^ b) < 0) return (long)a < 0 ? -1 : 1;
  return (a < b) == !(a >> 63) ? -1 : 1;
}

unsigned long __f64_from_u64(unsigned long a) {
  if (!a) return 0;
  if (a >> 63) return __f64_round(0, 1086, __jam64(a, 1));
  return __f64_round(0, 1085, a);
}

unsigned long __f64_from_s64(long a) {
  if (a < 0) return __f64_from_u64(-a) | 1UL << 63;
  return __f64_from_u64(a);
}

// Rounded once, which two steps over double would not be.
unsigned __f32_from_u64(unsigned long a) {
  if (!a) return 0;
  int e = 63;
  for (int n = 32; n; n >>= 1) {
    if (a >> (64 - n) == 0) {
      a <<= n;
      e -= n;
    }
  }
  unsigned m = a >> 40;
  unsigned long rest = a << 24;
  if (rest > 1UL << 63 || rest == 1UL << 63 && m & 1) m++;
  return ((unsigned)(e + 126) << 23) + m;
}

unsigned __f32_from_s64(long a) {
  if (a < 0) return __f32_from_u64(-a) | 1u << 31;
  return __f32_from_u64(a);
}

unsigned long __f64_to_u64(unsigned long a) {
  int e = (unsigned)(a >> 52) & 2047;
  if (e < 1023) return 0;
  if (e >= 1087) return a >> 63 && a << 1 <= 2047L << 53 ? 0 : -1;
  if (a >> 63) return -(e > 1085 ? 0 : (a << 11 | 1UL << 63) >> (1086 - e));
  return (a << 11 | 1UL << 63) >> (1086 - e);
}

long __f64_to_s64(unsigned long a) {
  int e = (unsigned)(a >> 52) & 2047;
  if (e < 1023) return 0;
  if (e >= 1086) return a >> 63 && a << 1 <= 2047L << 53 ? 1L << 63 : ~(1L << 63);
  long m = (a << 11 | 1UL << 63) >> (1086 - e);
  return a >> 63 ? -m : m;
}

unsigned long __f64_from_f32(unsigned a) {
  int e = a >> 23 & 255;
  unsigned m = a & 0x7fffff;
  unsigned long sign = (unsigned long)(a >> 31) << 63;
  if (e == 255) return m ? __f64_nan(a, a) : sign | 2047L << 52;
  if (e == 0) {
    if (!m) return sign;
    return sign | __f64_round(0, 1023 - 149 + 62, m);
  }
  return sign | (unsigned long)(e - 127 + 1023) << 52 | (unsigned long)m << 29;
}

unsigned __f64_to_f32(unsigned long a) {
  int e = (unsigned)(a >> 52) & 2047;
  unsigned sign = (unsigned)(a >> 32) & 1u << 31;
  unsigned long m = a & (1L << 52) - 1;
  if (e == 2047) return sign | (m ? 0x7fc00000 : 0x7f800000);
  if (e == 0) return sign;
  m |= 1L << 52;
  e = e - 1023 + 127;
  if (e >= 255) return sign | 0x7f800000;
  int drop = 29;
  if (e <= 0) {
    drop = 30 - e;
    e = 1;
    if (drop > 54) return sign;
  }
  unsigned long rest = m << (64 - drop);
  unsigned whole = m >> drop;
  if (rest > 1UL << 63 || rest == 1UL << 63 && whole & 1) whole++;
  return sign | ((unsigned)(e - 1) << 23) + whole;
}

unsigned long __f64_trunc(unsigned long a) {
  int e = ((unsigned)(a >> 52) & 2047) - 1023;
  if (e < 0) return a & 1UL << 63;
  if (e >= 52) return a;
  return a >> (52 - e) << (52 - e);
}

unsigned long __f64_floor(unsigned long a) {
  unsigned long t = __f64_trunc(a);
  if (t == a || !(a >> 63)) return t;
  return __f64_sub(t, 1023L << 52);
}

unsigned long __f64_ceil(unsigned long a) {
  unsigned long t = __f64_trunc(a);
  if (t == a || a >> 63) return t;
  return __f64_add(t, 1023L << 52);
}

unsigned long __f64_fmod(unsigned long a, unsigned long b) {
  int ea = (unsigned)(a >> 52) & 2047, eb = (unsigned)(b >> 52) & 2047;
  unsigned long sign = a & 1UL << 63;
  unsigned long ma = a << 12 >> 12, mb = b << 12 >> 12;
  if (ea == 2047 || b << 1 > 2047L << 53 || !(b << 1)) return __f64_nan(a, b);
  if (a << 1 < b << 1) return a;
  if (ea) ma |= 1L << 52;
  else ea = 1;
  if (eb) mb |= 1L << 52;
  else eb = 1;
  for (; ea > eb; ea--) {
    if (ma >= mb) ma -= mb;
    ma <<= 1;
  }
  if (ma >= mb) ma -= mb;
  if (!ma) return sign;
  return sign | __f64_round(0, eb + 10, ma);
}
