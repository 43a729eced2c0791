// math.h. Basic functions are exact; exp, log, sin and their kin are polynomials good to about one unit in the last place.

static unsigned long __bits(double x) { return *(unsigned long *)&x; }
static double __of_bits(unsigned long b) { return *(double *)&b; }

double fabs(double x) { return __of_bits(__bits(x) << 1 >> 1); }
double sqrt(double x) { return __of_bits(__f64_sqrt(__bits(x))); }
double floor(double x) { return __of_bits(__f64_floor(__bits(x))); }
double ceil(double x) { return __of_bits(__f64_ceil(__bits(x))); }
double trunc(double x) { return __of_bits(__f64_trunc(__bits(x))); }
double fmod(double x, double y) { return __of_bits(__f64_fmod(__bits(x), __bits(y))); }
double copysign(double x, double y) { return __of_bits(__bits(x) << 1 >> 1 | __bits(y) >> 63 << 63); }
double fmax(double x, double y) { return x != x ? y : y != y ? x : x > y ? x : y; }
double fmin(double x, double y) { return x != x ? y : y != y ? x : x < y ? x : y; }
int __isnan(double x) { return x != x; }
int __isinf(double x) { return __bits(x) << 1 == 2047L << 53 ? __bits(x) >> 63 ? -1 : 1 : 0; }
int __isfinite(double x) { return (__bits(x) >> 52 & 2047) != 2047; }
int __signbit(double x) { return __bits(x) >> 63; }

double round(double x) {
  double t = trunc(x);
  if (fabs(x - t) >= 0.5) t += copysign(1, x);
  return copysign(t, x);
}

double rint(double x) {
  double big = copysign(4503599627370496.0, x);
  if (fabs(x) >= 4503599627370496.0) return x;
  return copysign(x + big - big, x);
}

double nearbyint(double x) { return rint(x); }
long lround(double x) { return round(x); }
long lrint(double x) { return rint(x); }
long llround(double x) { return round(x); }

double modf(double x, double *whole) {
  *whole = trunc(x);
  return copysign(__isinf(x) ? 0 : x - *whole, x);
}

double frexp(double x, int *power) {
  unsigned long b = __bits(x);
  int e = b >> 52 & 2047;
  *power = 0;
  if (e == 2047 || b << 1 == 0) return x;
  if (e == 0) {
    b = __bits(x * 18014398509481984.0);
    e = (b >> 52 & 2047) - 54;
  }
  *power = e - 1022;
  return __of_bits(b & ~(2047L << 52) | 1022L << 52);
}

double ldexp(double x, int n) {
  while (n > 1000) {
    x *= __of_bits(2023L << 52);
    n -= 1000;
    if (n > 5000) n = 5000;
  }
  while (n < -1000) {
    x *= __of_bits(23L << 52);
    n += 1000;
    if (n < -5000) n = -5000;
  }
  return x * __of_bits((unsigned long)(1023 + n) << 52);
}

double scalbn(double x, int n) { return ldexp(x, n); }

double exp(double x) {
  if (x != x) return x;
  if (x > 710) return __of_bits(2047L << 52);
  if (x < -746) return 0;
  // x = k ln 2 + r
  double k = floor(x * 1.4426950408889634 + 0.5);
  double high = x - k * 6.93147180369123816490e-01;
  double low = k * 1.90821492927058770002e-10;
  double r = high - low;
  double t = r * r;
  double c = r - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * (6.61375632143793436117e-05
    + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  double y = k == 0 ? 1 - (r * c / (c - 2) - r) : 1 - (low - r * c / (2 - c) - high);
  return ldexp(y, k);
}

double log(double x) {
  if (x != x || x < 0) return __of_bits(0x7ff8000000000000);
  if (x == 0) return -__of_bits(2047L << 52);
  if (__isinf(x)) return x;
  int k;
  double m = frexp(x, &k);
  if (m < 0.70710678118654752440) {
    m *= 2;
    k--;
  }
  double f = m - 1;
  double s = f / (2 + f);
  double z = s * s;
  double r = z * (6.666666666666735130e-01 + z * (3.999999999940941908e-01 + z * (2.857142874366239149e-01
    + z * (2.222219843214978396e-01 + z * (1.818357216161805012e-01 + z * (1.531383769920937332e-01
    + z * 1.479819860511658591e-01))))));
  double h = 0.5 * f * f;
  if (k == 0) return f - (h - s * (h + r));
  return k * 6.93147180369123816490e-01 - (h - (s * (h + r) + k * 1.90821492927058770002e-10) - f);
}

double log10(double x) {
  double l = log(x);
  double y = l * 0.43429448190325182765;
  // Powers of ten are exact.
  double n = rint(y);
  if (fabs(y - n) < 1e-9 && fabs(n) < 23) {
    double p = 1;
    for (int i = 0; i < fabs(n); i++) p *= 10;
    if (n < 0 ? x == 1 / p : x == p) return n;
  }
  return y;
}

double log2(double x) {
  int k;
  double m = frexp(x, &k);
  if (m == 0.5) return k - 1;
  return log(x) * 1.4426950408889634074;
}

double log1p(double x) {
  double u = 1 + x;
  if (u == 1) return x;
  return log(u) * x / (u - 1);
}

double expm1(double x) {
  // Kahan: the error of u cancels between u - 1 and log(u).
  double u = exp(x);
  if (u == 1) return x;
  if (u - 1 == -1 || __isinf(u)) return u - 1;
  return (u - 1) * x / log(u);
}

double exp2(double x) {
  if (x == trunc(x) && fabs(x) < 2000) return ldexp(1, x);
  return pow(2, x);
}

double pow(double x, double y) {
  return __ecall64(4128, x, y);
}

double cbrt(double x) {
  if (x == 0 || x != x || __isinf(x)) return x;
  double y = exp(log(fabs(x)) / 3);
  y = y - (y * y * y - fabs(x)) / (3 * y * y);
  return copysign(y, x);
}

double hypot(double x, double y) {
  x = fabs(x);
  y = fabs(y);
  if (x < y) {
    double t = x;
    x = y;
    y = t;
  }
  if (y == 0) return x;
  if (x > 1e150 || y < 1e-150) return x * sqrt(1 + y / x * (y / x));
  return sqrt(x * x + y * y);
}

// sine and cosine of |r| <= pi/4 with a correction
static double __sin(double x, double y) {
  double z = x * x;
  double v = z * x;
  double r = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * (2.75573137070700676789e-06
    + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
  return x - (z * (0.5 * y - v * r) - y - v * -1.66666666666666324348e-01);
}

static double __cos(double x, double y) {
  double z = x * x;
  double r = z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * (2.48015872894767294178e-05
    + z * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
  double h = 0.5 * z;
  double w = 1 - h;
  return w + (1 - w - h + (z * r - x * y));
}

// x = n pi/2 + r; returns n mod 4
static int __reduce(double x, double *r, double *tail) {
  double n = rint(x * 6.36619772367581382433e-01);
  double a = x - n * 1.57079632673412561417e+00;
  double w = n * 6.07710050650619224932e-11;
  // a second step for the bits that cancel
  double t = a;
  double w2 = n * 6.07710050630396597660e-11;
  a = t - w2;
  w = n * 2.02226624879595063154e-21 - (t - a - w2);
  *r = a - w;
  *tail = a - *r - w;
  return (int)(long)n & 3;
}

double sin(double x) {
  double r, t;
  if (!__isfinite(x)) return __of_bits(0x7ff8000000000000);
  if (fabs(x) < 0.785) return __sin(x, 0);
  int n = __reduce(x, &r, &t);
  double v = n & 1 ? __cos(r, t) : __sin(r, t);
  return n & 2 ? -v : v;
}

double cos(double x) {
  double r, t;
  if (!__isfinite(x)) return __of_bits(0x7ff8000000000000);
  if (fabs(x) < 0.785) return __cos(x, 0);
  int n = __reduce(x, &r, &t);
  double v = n & 1 ? __sin(r, t) : __cos(r, t);
  return n == 1 || n == 2 ? -v : v;
}

double tan(double x) { return sin(x) / cos(x); }

double atan(double x) {
  double a = fabs(x);
  if (x != x) return x;
  if (a > 1e17) return copysign(1.57079632679489661923, x);
  // reduce to |z| <= 7/16 by atan(a) = base + atan((a - b) / (1 + a b))
  double base = 0, low = 0;
  if (a >= 2.4375) {
    base = 1.57079632679489655800e+00;
    low = 6.12323399573676603587e-17;
    a = -1 / a;
  } else if (a >= 1.1875) {
    base = 9.82793723247329054082e-01;
    low = 1.39033110312309984516e-17;
    a = (a - 1.5) / (1 + 1.5 * a);
  } else if (a >= 0.6875) {
    base = 7.85398163397448278999e-01;
    low = 3.06161699786838301793e-17;
    a = (a - 1) / (a + 1);
  } else if (a >= 0.4375) {
    base = 4.63647609000806093515e-01;
    low = 2.26987774529616870924e-17;
    a = (2 * a - 1) / (2 + a);
  }
  double z = a * a;
  double w = z * z;
  double s1 = z * (3.33333333333329318027e-01 + w * (1.42857142725034663711e-01 + w * (9.09088713343650656196e-02
    + w * (6.66107313738753120669e-02 + w * (4.97687799461593236017e-02 + w * 1.62858201153657823623e-02)))));
  double s2 = w * (-1.99999999998764832476e-01 + w * (-1.11111104054623557880e-01 + w * (-7.69187620504482999495e-02
    + w * (-5.83357013379057348645e-02 + w * -3.65315727442169155270e-02))));
  double y = base == 0 ? a - a * (s1 + s2) : base - (a * (s1 + s2) - low - a);
  return copysign(y, x);
}

double atan2(double y, double x) {
  if (x != x || y != y) return x + y;
  if (y == 0) return __signbit(x) ? copysign(3.14159265358979323846, y) : y;
  if (x == 0) return copysign(1.57079632679489661923, y);
  if (__isinf(x) && __isinf(y)) return copysign(x > 0 ? 0.78539816339744830962 : 2.35619449019234492885, y);
  double a = atan(fabs(y / x));
  if (x < 0) a = 3.14159265358979311600 - (a - 1.2246467991473531772e-16);
  return copysign(a, y);
}

double asin(double x) {
  if (fabs(x) > 1 || x != x) return __of_bits(0x7ff8000000000000);
  if (fabs(x) == 1) return copysign(1.57079632679489661923, x);
  return atan2(x, sqrt((1 - x) * (1 + x)));
}

double acos(double x) {
  if (fabs(x) > 1 || x != x) return __of_bits(0x7ff8000000000000);
  return atan2(sqrt((1 - x) * (1 + x)), x);
}

double sinh(double x) {
  double a = fabs(x);
  if (a > 700) return copysign(exp(a / 2) / 2 * exp(a / 2), x);
  double t = expm1(a);
  return copysign((t + t / (t + 1)) / 2, x);
}

double cosh(double x) {
  double e = exp(fabs(x));
  return (e + 1 / e) / 2;
}

double tanh(double x) {
  if (fabs(x) > 22) return copysign(1, x);
  double e = expm1(2 * fabs(x));
  return copysign(e / (e + 2), x);
}

float fabsf(float x) { return fabs(x); }
float sqrtf(float x) { return sqrt(x); }
float floorf(float x) { return floor(x); }
float ceilf(float x) { return ceil(x); }
float truncf(float x) { return trunc(x); }
float roundf(float x) { return round(x); }
float fmodf(float x, float y) { return fmod(x, y); }
float powf(float x, float y) { return pow(x, y); }
float expf(float x) { return exp(x); }
float logf(float x) { return log(x); }
float log10f(float x) { return log10(x); }
float sinf(float x) { return sin(x); }
float cosf(float x) { return cos(x); }
float tanf(float x) { return tan(x); }
float atanf(float x) { return atan(x); }
float atan2f(float y, float x) { return atan2(y, x); }
float fmaxf(float x, float y) { return fmax(x, y); }
float fminf(float x, float y) { return fmin(x, y); }
