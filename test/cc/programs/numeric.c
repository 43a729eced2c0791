// Numeric code. Programs are separated by lines "//// name".
//// newton-roots
#include <stdio.h>
#include <math.h>
int main(void) { for (int k = 2; k <= 10; k++) { double x = k, y; do { y = x; x = (x + k / x) / 2; } while (fabs(x - y) > 1e-15 * x); printf("%d %.15f %d\n", k, x, fabs(x - sqrt(k)) < 1e-15 * x); } return 0; }
//// bisection
#include <stdio.h>
static double f(double x) { return x * x * x - 2 * x - 5; }
int main(void) { double a = 2, b = 3; int n = 0; while (b - a > 1e-12) { double m = (a + b) / 2; if (f(a) * f(m) <= 0) b = m; else a = m; n++; } printf("%.10f %d\n", a, n); return 0; }
//// simpson
#include <stdio.h>
static double g(double x) { return 1 / (1 + x * x); }
int main(void) { for (int n = 4; n <= 256; n *= 4) { double h = 1.0 / n, s = g(0) + g(1); for (int i = 1; i < n; i++) s += (i % 2 ? 4 : 2) * g(i * h); printf("%d %.12f\n", n, 4 * s * h / 3); } return 0; }
//// runge-kutta
#include <stdio.h>
int main(void) { double y = 1, h = 0.1; for (int i = 0; i < 10; i++) { double k1 = y, k2 = y + h / 2 * k1, k3 = y + h / 2 * k2, k4 = y + h * k3; y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4); } printf("%.15g\n", y); return 0; }
//// gauss-elimination
#include <stdio.h>
#include <math.h>
int main(void) { double a[4][5] = { { 2, 1, -1, 3, 8 }, { -3, -1, 2, 1, -11 }, { -2, 1, 2, -4, -3 }, { 1, 2, 3, 4, 5 } }; for (int c = 0; c < 4; c++) { int p = c; for (int r = c + 1; r < 4; r++) if (fabs(a[r][c]) > fabs(a[p][c])) p = r; for (int k = 0; k < 5; k++) { double t = a[c][k]; a[c][k] = a[p][k]; a[p][k] = t; } for (int r = 0; r < 4; r++) if (r != c) { double m = a[r][c] / a[c][c]; for (int k = c; k < 5; k++) a[r][k] -= m * a[c][k]; } } for (int i = 0; i < 4; i++) printf("%.10g ", a[i][4] / a[i][i]); puts(""); return 0; }
//// lu-determinant
#include <stdio.h>
int main(void) { double h[6][6], d = 1; for (int i = 0; i < 6; i++) for (int j = 0; j < 6; j++) h[i][j] = 1.0 / (i + j + 1); for (int k = 0; k < 6; k++) { d *= h[k][k]; for (int i = k + 1; i < 6; i++) { double m = h[i][k] / h[k][k]; for (int j = k; j < 6; j++) h[i][j] -= m * h[k][j]; } } printf("%.12e\n", d); return 0; }
//// matrix-power
#include <stdio.h>
typedef unsigned long u; struct m { u a[2][2]; };
static struct m mul(struct m x, struct m y) { struct m r; for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) r.a[i][j] = x.a[i][0] * y.a[0][j] + x.a[i][1] * y.a[1][j]; return r; }
int main(void) { struct m f = { { { 1, 1 }, { 1, 0 } } }, r = { { { 1, 0 }, { 0, 1 } } }; int n = 90; while (n) { if (n & 1) r = mul(r, f); f = mul(f, f); n >>= 1; } printf("%lu\n", r.a[0][1]); return 0; }
//// big-factorial
#include <stdio.h>
int main(void) { static int d[200]; int n = 1; d[0] = 1; for (int k = 2; k <= 100; k++) { int c = 0; for (int i = 0; i < n; i++) { c += d[i] * k; d[i] = c % 10; c /= 10; } while (c) { d[n++] = c % 10; c /= 10; } } for (int i = n; i--; ) putchar('0' + d[i]); printf(" %d\n", n); return 0; }
//// big-fibonacci
#include <stdio.h>
#include <string.h>
int main(void) { static unsigned a[40], b[40]; b[0] = 1; int n = 1; for (int k = 2; k <= 1000; k++) { unsigned c = 0; for (int i = 0; i < n; i++) { unsigned s = a[i] + b[i] + c; a[i] = b[i]; b[i] = s % 1000000000; c = s / 1000000000; } if (c) b[n++] = c; } printf("%u", b[n - 1]); for (int i = n - 2; i >= 0; i--) printf("%09u", b[i]); puts(""); return 0; }
//// pi-digits
#include <stdio.h>
int main(void) { static int r[2801]; int c = 0; for (int i = 0; i < 2800; i++) r[i] = 2000; for (int k = 700; k > 0; k -= 14) { int d = 0; for (int i = k; ; ) { d += r[i] * 10000; int b = 2 * i - 1; r[i] = d % b; d /= b; i--; if (i == 0) break; d *= i; } printf("%.4d", c + d / 10000); c = d % 10000; } puts(""); return 0; }
//// e-digits
#include <stdio.h>
int main(void) { static int a[80]; for (int i = 0; i < 80; i++) a[i] = 1; printf("2."); for (int k = 0; k < 60; k++) { int c = 0; for (int i = 79; i >= 1; i--) { c += a[i] * 10; a[i] = c % (i + 1); c /= i + 1; } a[0] = 0; printf("%d", c % 10); } puts(""); return 0; }
//// miller-rabin
#include <stdio.h>
typedef unsigned long u;
static u mulmod(u a, u b, u m) { u r = 0; while (b) { if (b & 1) { r += a; if (r >= m) r -= m; } a += a; if (a >= m) a -= m; b >>= 1; } return r; }
static u powmod(u a, u e, u m) { u r = 1; while (e) { if (e & 1) r = mulmod(r, a, m); a = mulmod(a, a, m); e >>= 1; } return r; }
static int prime(u n) { if (n < 2) return 0; for (u p = 2; p < 40; p++) { if (n == p) return p == 2 || p % 2; if (n % p == 0) return 0; } u d = n - 1; int s = 0; while (d % 2 == 0) { d /= 2; s++; } static const u w[] = { 2, 3, 5, 7, 11, 13 }; for (int i = 0; i < 6; i++) { u x = powmod(w[i], d, n); if (x == 1 || x == n - 1) continue; int ok = 0; for (int k = 1; k < s && !ok; k++) { x = mulmod(x, x, n); if (x == n - 1) ok = 1; } if (!ok) return 0; } return 1; }
int main(void) { u t[] = { 2147483647, 1000000007, 561, 3215031751, 999999999989, 1000000016000000063 }; for (int i = 0; i < 6; i++) printf("%lu %d\n", t[i], prime(t[i])); return 0; }
//// gcd-extended
#include <stdio.h>
static long eg(long a, long b, long *x, long *y) { if (!b) { *x = 1; *y = 0; return a; } long g = eg(b, a % b, y, x); *y -= a / b * *x; return g; }
int main(void) { long x, y, g = eg(240, 46, &x, &y); printf("%ld %ld %ld\n", g, x, y); g = eg(1000000007, 123456789, &x, &y); printf("%ld %ld %ld\n", g, x, y); return 0; }
//// continued-fraction
#include <stdio.h>
int main(void) { double x = 3.14159265358979; long a = 0, b = 1, c = 1, d = 0; for (int i = 0; i < 7; i++) { long q = (long)x; long t = a + q * c; a = c; c = t; t = b + q * d; b = d; d = t; printf("%ld:%ld/%ld ", q, c, d); if (x - q < 1e-9) break; x = 1 / (x - q); } puts(""); return 0; }
//// kahan-sum
#include <stdio.h>
int main(void) { float s = 0, k = 0, c = 0; double d = 0; for (int i = 1; i <= 20000; i++) { float v = 1.0f / i; s += v; float y = v - c, t = k + y; c = t - k - y; k = t; d += 1.0 / i; } printf("%.9g %.9g %.15g\n", s, k, d); return 0; }
//// float-limits
#include <stdio.h>
#include <float.h>
#include <math.h>
int main(void) { float f = 1; int n = 0; while (f / 2 > 0) { f /= 2; n++; } printf("%d %a\n", n, f); double e = 1; while (1 + e / 2 > 1) e /= 2; printf("%d %d\n", e == DBL_EPSILON, (float)(1 + FLT_EPSILON) > 1); printf("%g %g %d %d\n", FLT_MAX * 2.0f, -DBL_MAX * 2, isnan(0.0 / 0.0), isinf(1e308 * 10)); printf("%d %d\n", 0.1 + 0.2 == 0.3, 0.1f + 0.2f == 0.3f); return 0; }
//// rounding-modes
#include <stdio.h>
#include <math.h>
int main(void) { double t[] = { -2.5, -1.5, -0.5, -0.2, 0.2, 0.5, 1.5, 2.5, 1e15 + 0.5, 4503599627370497.5 }; for (int i = 0; i < 10; i++) printf("%g: %g %g %g %g %g %ld %d\n", t[i], floor(t[i]), ceil(t[i]), trunc(t[i]), round(t[i]), rint(t[i]), lround(t[i]), (int)(t[i] < 1e9 ? t[i] : 0)); return 0; }
//// integer-limits
#include <stdio.h>
#include <limits.h>
#include <stdint.h>
int main(void) { printf("%d %d %u %ld %ld %lu\n", INT_MIN, INT_MAX, UINT_MAX, LONG_MIN, LONG_MAX, ULONG_MAX); printf("%d %d\n", (int8_t)200, (uint8_t)-1); int64_t a = INT64_C(1) << 62; printf("%ld %lu %d\n", (long)(a + (a - 1)), (unsigned long)a * 3, (int)(a >> 61)); uint32_t h = 2166136261u; for (const char *s = "overflow"; *s; s++) h = (h ^ *s) * 16777619u; printf("%u\n", h); return 0; }
//// fixed-point
#include <stdio.h>
typedef int fix; static fix fmulx(fix a, fix b) { return (long)a * b >> 16; } static fix fdivx(fix a, fix b) { return ((long)a << 16) / b; }
int main(void) { fix x = 3 << 16, y = 7 << 16; fix q = fdivx(x, y); printf("%d.%04d\n", q >> 16, (int)((long)(q & 65535) * 10000 >> 16)); fix s = 0; for (int i = 1; i < 50; i++) s += fdivx(1 << 16, fmulx(i << 16, i << 16)); printf("%d\n", s); return 0; }
//// complex-mandelbrot
#include <stdio.h>
int main(void) { for (int r = 0; r < 11; r++) { for (int c = 0; c < 32; c++) { double a = c / 10.0 - 2.2, b = r / 5.0 - 1, x = 0, y = 0; int n = 0; while (x * x + y * y < 4 && n < 30) { double t = x * x - y * y + a; y = 2 * x * y + b; x = t; n++; } putchar(" .:-=+*#%@"[n / 3 > 9 ? 9 : n / 3]); } putchar('\n'); } return 0; }
//// fft
#include <stdio.h>
#include <math.h>
static double re[16], im[16];
int main(void) { int n = 16; for (int i = 0; i < n; i++) re[i] = i % 5 - 2; for (int i = 1, j = 0; i < n; i++) { int b = n >> 1; for (; j & b; b >>= 1) j ^= b; j ^= b; if (i < j) { double t = re[i]; re[i] = re[j]; re[j] = t; } } for (int l = 2; l <= n; l *= 2) for (int i = 0; i < n; i += l) for (int k = 0; k < l / 2; k++) { double w = -2 * M_PI * k / l, c = cos(w), s = sin(w); int p = i + k, q = p + l / 2; double a = re[q] * c - im[q] * s, b = re[q] * s + im[q] * c; re[q] = re[p] - a; im[q] = im[p] - b; re[p] += a; im[p] += b; } double e = 0; for (int i = 0; i < n; i++) e += re[i] * re[i] + im[i] * im[i]; printf("%.6f %.6f %.6f %.6f\n", re[0], re[3], im[3], e / n); return 0; }
//// least-squares
#include <stdio.h>
int main(void) { double x[] = { 1, 2, 3, 4, 5, 6 }, y[] = { 2.1, 3.9, 6.2, 7.8, 10.1, 12.2 }, sx = 0, sy = 0, sxx = 0, sxy = 0; int n = 6; for (int i = 0; i < n; i++) { sx += x[i]; sy += y[i]; sxx += x[i] * x[i]; sxy += x[i] * y[i]; } double b = (n * sxy - sx * sy) / (n * sxx - sx * sx), a = (sy - b * sx) / n; printf("%.6f %.6f\n", a, b); return 0; }
//// random-statistics
#include <stdio.h>
#include <math.h>
static unsigned s = 12345; static double rnd(void) { s ^= s << 13; s ^= s >> 17; s ^= s << 5; return s / 4294967296.0; }
int main(void) { int in = 0, n = 20000; double m = 0, v = 0; for (int i = 0; i < n; i++) { double x = rnd(), y = rnd(); in += x * x + y * y < 1; m += x; v += x * x; } m /= n; v = v / n - m * m; printf("%.4f %.6f %.6f\n", 4.0 * in / n, m, v); return 0; }
//// horner-polynomial
#include <stdio.h>
int main(void) { double c[] = { 1, -6, 11, -6 }; for (double x = 0; x <= 4; x += 0.5) { double p = 0, d = 0; for (int i = 0; i < 4; i++) { d = d * x + p; p = p * x + c[i]; } printf("%g:%g,%g ", x, p, d); } puts(""); return 0; }
//// taylor-series
#include <stdio.h>
#include <math.h>
int main(void) { for (double x = -2; x <= 2; x += 0.8) { double s = 0, t = 1, sn = 0, u = x; for (int i = 1; i < 30; i++) { s += t; t *= x / i; sn += u; u *= -x * x / ((2 * i) * (2 * i + 1)); } printf("%d %d ", fabs(s - exp(x)) < 1e-14 * (1 + s), fabs(sn - sin(x)) < 1e-15); } puts(""); return 0; }
//// double-printing
#include <stdio.h>
int main(void) { double t[] = { 0.1, 1.0 / 3, 123456789.125, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 0.5, 2.675, 1e22 }; for (int i = 0; i < 10; i++) printf("%.17g %.2f %.0e %a\n", t[i], t[i] < 1e22 ? t[i] : 0, t[i], t[i]); return 0; }
//// mixed-conversions
#include <stdio.h>
int main(void) { int i = -7; unsigned u = 3; long l = 1L << 40; float f = 16777217; double d = i / 2 + i / 2.0; printf("%g %g %d %u\n", d, f, i < (int)u, i / u > 1000); printf("%ld %d %u %g\n", l + u, (int)l, (unsigned)(l - 1), (float)l + 1); char c = 'a' + 1.9; short s = 70000; printf("%d %d %d\n", c, s, (char)(i * 50)); printf("%ld %lu %d\n", (long)-1.99e10, (unsigned long)1.5e19, (int)3.999f); return 0; }
//// date-julian
#include <stdio.h>
int main(void) { int bad = 0; for (long j = 2400000; j < 2500000; j += 37) { long a = j + 32044, b = (4 * a + 3) / 146097, c = a - 146097 * b / 4, d = (4 * c + 3) / 1461, e = c - 1461 * d / 4, m = (5 * e + 2) / 153; long day = e - (153 * m + 2) / 5 + 1, mon = m + 3 - 12 * (m / 10), y = 100 * b + d - 4800 + m / 10; long aa = (14 - mon) / 12, yy = y + 4800 - aa, mm = mon + 12 * aa - 3; if (day + (153 * mm + 2) / 5 + 365 * yy + yy / 4 - yy / 100 + yy / 400 - 32045 != j) bad++; if (j % 9250 < 37) printf("%ld-%02ld-%02ld\n", y, mon, day); } printf("%d\n", bad); return 0; }
//// game-of-life
#include <stdio.h>
#include <string.h>
int main(void) { static char g[12][12], h[12][12]; g[1][2] = g[2][3] = g[3][1] = g[3][2] = g[3][3] = 1; for (int t = 0; t < 20; t++) { for (int y = 0; y < 12; y++) for (int x = 0; x < 12; x++) { int n = 0; for (int a = -1; a < 2; a++) for (int b = -1; b < 2; b++) if (a || b) n += g[(y + a + 12) % 12][(x + b + 12) % 12]; h[y][x] = n == 3 || (n == 2 && g[y][x]); } memcpy(g, h, sizeof g); } for (int y = 0; y < 12; y++) { for (int x = 0; x < 12; x++) putchar(g[y][x] ? '#' : '.'); puts(""); } return 0; }
//// crc-adler
#include <stdio.h>
#include <stdint.h>
int main(void) { const char *s = "The quick brown fox jumps over the lazy dog"; uint32_t crc = ~0u, a = 1, b = 0; uint64_t fnv = 14695981039346656037ULL; for (; *s; s++) { crc ^= (unsigned char)*s; for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (0xedb88320 & -(crc & 1)); a = (a + *s) % 65521; b = (b + a) % 65521; fnv = (fnv ^ *s) * 1099511628211ULL; } printf("%08x %08x %016lx\n", ~crc, b << 16 | a, (unsigned long)fnv); return 0; }
//// popcount-tricks
#include <stdio.h>
static int pop(unsigned long x) { int n = 0; for (; x; x &= x - 1) n++; return n; }
static unsigned rev(unsigned x) { x = x >> 1 & 0x55555555 | (x & 0x55555555) << 1; x = x >> 2 & 0x33333333 | (x & 0x33333333) << 2; x = x >> 4 & 0x0f0f0f0f | (x & 0x0f0f0f0f) << 4; x = x >> 8 & 0x00ff00ff | (x & 0x00ff00ff) << 8; return x >> 16 | x << 16; }
int main(void) { unsigned long x = 0x0123456789abcdefUL; printf("%d %d %08x %d\n", pop(x), pop(~x), rev(0x12345678), pop(-1L)); unsigned g = 0; for (unsigned i = 0; i < 8; i++) { g = i ^ i >> 1; printf("%u%u%u ", g >> 2 & 1, g >> 1 & 1, g & 1); } puts(""); return 0; }
//// square-root-integer
#include <stdio.h>
static unsigned long isqrt(unsigned long n) { unsigned long r = 0, b = 1UL << 62; while (b > n) b >>= 2; while (b) { if (n >= r + b) { n -= r + b; r = (r >> 1) + b; } else r >>= 1; b >>= 2; } return r; }
int main(void) { unsigned long t[] = { 0, 1, 15, 16, 1000000, 18446744073709551615UL, 1UL << 62 }; for (int i = 0; i < 7; i++) printf("%lu ", isqrt(t[i])); puts(""); return 0; }
