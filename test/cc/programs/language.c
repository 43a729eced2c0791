// Language features one by one. Programs are separated by lines "//// name".
//// integer-types
#include <stdio.h>
int main(void) { signed char a = -128; unsigned char b = 255; short c = -32768; unsigned short d = 65535; a--; b++; c--; d++; printf("%d %d %d %d\n", a, b, c, d); printf("%zu %zu %zu %zu %zu\n", sizeof(char), sizeof(short), sizeof(int), sizeof(long), sizeof(long long)); }
//// bool
#include <stdio.h>
#include <stdbool.h>
int main(void) { bool b = 256; _Bool c = 0.0, d = 0.001, e = "x"; b += 5; printf("%d %d %d %d %zu %d\n", b, c, d, e, sizeof(bool), !b); }
//// unsigned-wrap
#include <stdio.h>
int main(void) { unsigned u = 0; u--; unsigned long l = u + 1L; printf("%u %lu %d\n", u, l, -1 < 1u); unsigned char c = 200; printf("%d %d\n", c + c, (unsigned char)(c + c)); }
//// shifts
#include <stdio.h>
int main(void) { int x = -16; unsigned y = 0xf0000000; long z = -1L << 40; int n = 3; printf("%d %u %ld %ld %d\n", x >> 2, y >> n, z >> 20, z << n, 1 << 31 >> 31); }
//// division-signs
#include <stdio.h>
int main(void) { int a[] = {7, -7}, b[] = {2, -2}; for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) printf("%d %d ", a[i] / b[j], a[i] % b[j]); long x = -9000000000L, y = 7; printf("%ld %ld %lu\n", x / y, x % y, (unsigned long)x / y); }
//// comparison-chains
#include <stdio.h>
int main(void) { int a = 5; printf("%d %d %d %d\n", 1 < a < 3, a == 5 != 0, !a == 0, a > 3 && a < 10 || 0); }
//// short-circuit
#include <stdio.h>
static int n; static int f(int r) { n++; return r; }
int main(void) { int a = f(0) && f(1), b = f(1) || f(0), c = f(1) && f(0) || f(1); printf("%d %d %d %d\n", a, b, c, n); }
//// ternary-types
#include <stdio.h>
int main(void) { int i = 1; char c = 'x'; printf("%zu %d %s %g\n", sizeof(i ? c : 1L), i ? c : 0, i > 2 ? "big" : i ? "one" : "zero", i ? 1 : 2.5); }
//// comma
#include <stdio.h>
int main(void) { int a = (1, 2, 3), b; for (a = 0, b = 10; a < b; a++, b--) ; printf("%d %d\n", a, b); }
//// compound-assignment
#include <stdio.h>
int main(void) { int a = 10; a += 5; a -= 3; a *= 4; a /= 5; a %= 7; a <<= 3; a >>= 1; a |= 3; a &= 14; a ^= 5; printf("%d\n", a); double d = 2; d *= 1.5; d /= 4; d += a; d -= .25; printf("%g\n", d); char c = 100; c += 100; printf("%d\n", c); unsigned char u = 5; u -= 10; u /= 2.5; printf("%d\n", u); }
//// increments
#include <stdio.h>
int main(void) { int a = 5, b = a++ + 1, c = a-- - 1; printf("%d %d %d\n", a, b > 0, c > 0); int x[] = {1, 2, 3}, *p = x; printf("%d ", *p++); printf("%d ", (*p)++); printf("%d %d\n", *++p, x[1]); float f = 1.5f; f++; double d = f--; printf("%g %g\n", f, d); }
//// sizeof
#include <stdio.h>
struct s { char a; int b; char c; }; struct t { char a; double b; short c; };
int main(void) { int a[10]; char s[] = "hello"; printf("%zu %zu %zu %zu %zu\n", sizeof a, sizeof s, sizeof(struct s), sizeof(struct t), sizeof a / sizeof *a); int i = 1; (void)sizeof(i++); printf("%d %zu\n", i, _Alignof(double)); }
//// casts
#include <stdio.h>
int main(void) { double d = -3.99; long l = 0x123456789abcdef0; printf("%d %u %d %d %hd %g %ld\n", (int)d, (unsigned)(int)d, (char)l, (int)l, (short)l, (float)0.1, (long)1e15); printf("%d %d\n", (int)'\xff', (unsigned char)'\xff'); }
//// float-double
#include <stdio.h>
int main(void) { float f = 16777216.0f; f += 1.0f; double d = 16777216.0; d += 1; printf("%.1f %.1f %d %d\n", f, d, 0.1 + 0.2 == 0.3, 0.1f == 0.1); printf("%g %g %g\n", 1e308 * 10, -1e308 * 10, 1 / 3.0f); float z = 0; printf("%d %d\n", z / z == z / z, 1 / z > 1e38); }
//// float-conversions
#include <stdio.h>
int main(void) { unsigned u = 4000000000u; long l = -5000000000L; unsigned long ul = 18000000000000000000UL; float f = u, g = l, h = ul; double d = u, e = l, k = ul; printf("%.0f %.0f %.0f %.0f %.0f %.0f\n", f, g, h, d, e, k); printf("%u %ld %lu\n", (unsigned)d, (long)e, (unsigned long)k); }
//// pointers
#include <stdio.h>
static void swap(int *a, int *b) { int t = *a; *a = *b; *b = t; }
int main(void) { int x = 1, y = 2, *p = &x, **q = &p; swap(&x, &y); **q += 10; q[0][0]++; printf("%d %d %d\n", x, y, *p == x); int a[5] = {1, 2, 3, 4, 5}; int *e = a + 5, *m = &a[2]; printf("%d %d %d %d\n", (int)(e - m), m[-1], *(m + 1), 2[a]); printf("%d %d\n", m > a, &a[5] == e); }
//// pointer-to-array
#include <stdio.h>
int main(void) { int a[3][4]; int (*p)[4] = a; for (int i = 0; i < 12; i++) (&a[0][0])[i] = i; printf("%d %d %zu\n", p[1][2], (*(p + 2))[3], sizeof *p); char *n[] = {"x", "yy", 0}; for (char **q = n; *q; q++) printf("%s,", *q); puts(""); }
//// void-pointers
#include <stdio.h>
static void set(void *p, int kind) { if (kind) *(double *)p = 2.5; else *(int *)p = 7; }
int main(void) { int i; double d; set(&i, 0); set(&d, 1); const void *v = &i; printf("%d %g %d\n", i, d, *(const int *)v); }
//// function-pointers
#include <stdio.h>
static int add(int a, int b) { return a + b; }
static int mul(int a, int b) { return a * b; }
static int apply(int (*f)(int, int), int n) { int r = 1; while (n) r = f(r, n--); return r; }
typedef int (*op)(int, int);
static op choose(char c) { return c == '+' ? add : mul; }
int main(void) { op t[2] = {add, mul}; printf("%d %d %d %d %d\n", apply(add, 4), apply(&mul, 4), t[1](6, 7), (*t[0])(6, 7), choose('*')(3, 3)); int (*(*g)(char))(int, int); g = 0; printf("%d\n", g == 0); }
//// recursion-mutual
#include <stdio.h>
static int odd(int n); static int even(int n) { return n ? odd(n - 1) : 1; } static int odd(int n) { return n ? even(n - 1) : 0; }
int main(void) { printf("%d %d\n", even(100), odd(57)); }
//// many-arguments
#include <stdio.h>
static long f(int a, long b, char c, double d, int e, long g, short h, int *i, float j) { return a + b * 2 + c * 3 + (long)(d * 4) + e * 5 + g * 6 + h * 7 + *i * 8 + (long)(j * 9); }
int main(void) { int v = 8; printf("%ld %d %d %d %d %d %d %d %d\n", f(1, 2, 3, 4.0, 5, 6, 7, &v, 9.5f), 1, 2, 3, 4, 5, 6, 7, 8); }
//// struct-basics
#include <stdio.h>
#include <string.h>
struct person { char name[12]; int age; struct { int d, m; } born; };
int main(void) { struct person p = {"Ann", 30, {1, 2}}, q; q = p; q.age++; strcpy(q.name, "Bob"); struct person *r = &q; r->born.m = 12; printf("%s %d %d/%d %s %d %d\n", p.name, p.age, p.born.d, p.born.m, q.name, r->age, r->born.m); }
//// struct-by-value
#include <stdio.h>
typedef struct { long a; int b[3]; char c; } big;
static big change(big x, int k) { x.a += k; x.b[k % 3] = k; x.c = 'c'; return x; }
int main(void) { big x = {100, {1, 2, 3}, 'a'}; big y = change(change(x, 4), 5); printf("%ld %d %d %d %c %c %ld\n", y.a, y.b[0], y.b[1], y.b[2], y.c, x.c, change(x, 1).a); }
//// struct-arrays
#include <stdio.h>
struct pt { int x, y; } g[3] = {{1, 2}, {3}};
int main(void) { struct pt l[2] = {[1] = {.y = 9}}; g[2] = l[1]; for (int i = 0; i < 3; i++) printf("%d,%d ", g[i].x, g[i].y); struct pt *p = g; p++; p->x *= 5; printf("%d %d\n", p->x, (int)(&g[2] - p)); }
//// nested-struct-pointers
#include <stdio.h>
struct a { int v; struct b *b; }; struct b { int w; struct a a; };
int main(void) { struct b y = {5, {6, 0}}; struct a x = {1, &y}; y.a.b = &y; printf("%d %d %d\n", x.b->a.v, x.b->a.b->w, (*x.b).a.b->a.v); }
//// union
#include <stdio.h>
union u { unsigned i; unsigned char c[4]; float f; unsigned short s[2]; };
int main(void) { union u x = {.f = -2.5f}; printf("%x %x %x %zu\n", x.i, x.c[3], x.s[1], sizeof x); x.c[0] = 1; printf("%x\n", x.i); struct { int tag; union { int n; double d; }; } v = {1, {42}}; printf("%d", v.n); v.d = 1.5; printf(" %g\n", v.d); }
//// bit-fields
#include <stdio.h>
struct f { unsigned a : 3; int b : 5; unsigned c : 12; unsigned : 0; unsigned char d : 4, e : 4; long g : 20; };
int main(void) { struct f x = {7, -3, 4000, 9, 5, -100000}; x.a++; x.b -= 14; x.c += 100; x.d ^= 6; printf("%u %d %u %u %u %ld %zu\n", x.a, x.b, x.c, x.d, x.e, (long)x.g, sizeof x); printf("%d\n", x.b = 17); }
//// enum
#include <stdio.h>
enum e { A, B = 10, C, D = -5, E }; enum { LIMIT = 1 << 4 };
int main(void) { enum e x = C; int a[LIMIT]; printf("%d %d %d %d %d %zu\n", A, B, x, D, E, sizeof a / sizeof *a); switch (x) { case A: puts("a"); break; case C: puts("c"); default: puts("d"); } }
//// typedef
#include <stdio.h>
typedef unsigned char byte; typedef int vec[3]; typedef struct node node; struct node { int v; node *n; }; typedef int fn(int);
static int twice(int x) { return 2 * x; }
int main(void) { byte b = 300; vec v = {1, 2, 3}; node m = {4, 0}, k = {5, &m}; fn *f = twice; typedef long b_; b_ c = 7; printf("%d %d %d %d %ld\n", b, v[2], k.n->v, f(21), c); }
//// arrays-3d
#include <stdio.h>
int main(void) { static int a[3][4][5]; int s = 0; for (int i = 0; i < 3; i++) for (int j = 0; j < 4; j++) for (int k = 0; k < 5; k++) a[i][j][k] = i * 100 + j * 10 + k; for (int i = 0; i < 3; i++) s += a[i][3 - i][i + 1]; printf("%d %d %zu\n", s, a[2][3][4], sizeof a[0]); }
//// array-initialisers
#include <stdio.h>
int main(void) { int a[] = {1, [4] = 5, 6, [2] = 3}, b[2][3] = {1, 2, 3, 4}, c[3] = {0}; char d[] = {'a', 'b', 0}, e[5] = "xy", f[2] = "zw"; printf("%zu %d %d %d %d %s %d %c\n", sizeof a / 4, a[3], a[5], b[1][0], c[2], d, e[4], f[1]); }
//// designated-nested
#include <stdio.h>
struct in { int a, b; }; struct out { struct in i[2]; int z; };
static struct out g = {.i[1].b = 5, .z = 7, .i[0] = {1, 2}};
int main(void) { struct out l = {.i = {{.b = 3}, {4}}}; printf("%d %d %d %d %d %d %d\n", g.i[0].a, g.i[0].b, g.i[1].b, g.z, l.i[0].b, l.i[1].a, l.z); }
//// compound-literals
#include <stdio.h>
struct p { int x, y; };
static int sum(const int *a, int n) { int s = 0; while (n--) s += *a++; return s; }
static int area(struct p p) { return p.x * p.y; }
int main(void) { struct p *q = &(struct p){3, 4}; q->x++; printf("%d %d %d %d\n", sum((int[]){1, 2, 3, 4}, 4), area((struct p){.y = 5, .x = 6}), q->x * q->y, (int){9}); }
//// strings
#include <stdio.h>
int main(void) { const char *s = "con" "cat\tena" "\x74" "\145d"; char t[] = "a\0b"; printf("%s %zu %d \"\\\" %c%c\n", s, sizeof t, t[2], *"hi", "there"[4]); for (const char *p = "\a\b\f\v\?\'"; *p; p++) printf("%d ", *p); puts(""); }
//// statics
#include <stdio.h>
static int next(void) { static int n = 5; static int calls; calls++; return n++ * 10 + calls; }
int main(void) { for (int i = 0; i < 3; i++) printf("%d ", next()); static const char *names[] = {"p", "q"}; printf("%s\n", names[1]); }
//// global-initialisers
#include <stdio.h>
int a = 5, b[3] = {1, 2}, *p = &a, *q = b + 2; char s[] = "glob", *t = "ptr"; double d = 1.0 / 8, e = -3; long l = sizeof(int) * 10 + (1 << 4); float f = 1e3f; int (*pf)(const char *, ...) = printf; struct { int x; char *n; } st = {3, s + 1}; void *self = &self; unsigned long big = 0xfedcba9876543210;
int main(void) { *q = 9; pf("%d %d %s %s %g %g %ld %g %d %s %d %lx\n", *p, b[2], s, t, d, e, l, f, st.x, st.n, self == &self, big); }
//// shadowing
#include <stdio.h>
int x = 1;
int main(void) { int y = x; { int x = 2; y += x; { extern int printf(const char *, ...); int x = 3; y += x; } y += x; } for (int x = 10; x < 11; x++) y += x; printf("%d %d\n", x, y); }
//// goto
#include <stdio.h>
int main(void) { int i = 0, j; retry: for (j = 0; j < 5; j++) { if (i < 2 && j == 3) { i++; goto retry; } if (j == 4) goto done; } done: printf("%d %d\n", i, j); goto end; puts("never"); end: ; }
//// switch-dense
#include <stdio.h>
static int f(int n) { switch (n) { case 0: return 10; case 1: return 11; case 2: case 3: return 12; case 4: n += 5; break; case 5: n *= 2; case 6: n++; break; case 7: { int k = n; return k - 1; } default: return -1; } return n; }
int main(void) { for (int i = -1; i < 9; i++) printf("%d ", f(i)); puts(""); }
//// switch-sparse
#include <stdio.h>
static const char *f(int n) { switch (n) { case 1000000: return "million"; case -5: return "minus five"; case 'a': return "letter"; case 7 ... 9: return "range"; } return "other"; }
int main(void) { int t[] = {1000000, -5, 97, 8, 10}; for (int i = 0; i < 5; i++) printf("%s;", f(t[i])); long l = 1L << 32; switch (l) { case 0: puts("wrong"); break; default: puts("right"); } }
//// nested-switch
#include <stdio.h>
int main(void) { for (int a = 0; a < 3; a++) for (int b = 0; b < 3; b++) { switch (a) { case 0: switch (b) { case 1: printf("01 "); break; default: printf("0x "); } break; case 1: if (b == 2) continue; printf("1%d ", b); default: printf("d "); } } puts(""); }
//// duff
#include <stdio.h>
int main(void) { char s[] = "abcdefghijk", t[12] = {0}; char *to = t, *from = s; int count = 11, n = (count + 3) / 4; switch (count % 4) { case 0: do { *to++ = *from++; case 3: *to++ = *from++; case 2: *to++ = *from++; case 1: *to++ = *from++; } while (--n > 0); } puts(t); }
//// loops
#include <stdio.h>
int main(void) { int n = 0; while (1) { if (++n > 20) break; if (n % 3) continue; printf("%d ", n); } do n -= 7; while (n > 0); printf("%d ", n); for (;;) { n++; if (n == 3) break; } printf("%d\n", n); for (unsigned u = 3; u-- > 0;) printf("%u", u); puts(""); }
//// variadic
#include <stdio.h>
#include <stdarg.h>
static double mix(const char *kinds, ...) { va_list a, b; va_start(a, kinds); va_copy(b, a); double s = 0; for (; *kinds; kinds++) switch (*kinds) { case 'i': s += va_arg(a, int); break; case 'd': s += va_arg(a, double); break; case 'l': s += va_arg(a, long); break; case 's': s += va_arg(a, char *)[0]; break; } s += va_arg(b, int); va_end(a); va_end(b); return s; }
struct pair { int a, b; }; static int pairs(int n, ...) { va_list l; va_start(l, n); int s = 0; while (n--) { struct pair p = va_arg(l, struct pair); s += p.a * p.b; } return s; }
int main(void) { printf("%g %d\n", mix("idlsidi", 1, 2.5, 10000000000L, "A", 4, 0.25, 7), pairs(2, (struct pair){2, 3}, (struct pair){4, 5})); }
//// const-volatile
#include <stdio.h>
int main(void) { const int c = 5; volatile int v = c; const char *const s = "k"; int *restrict p = (int *)&v; *p += c; register int r = v; printf("%d %s %d\n", r, s, (int)sizeof(const volatile long)); }
//// generic
#include <stdio.h>
#define KIND(x) _Generic((x), int: "int", double: "double", char *: "string", float: "float", unsigned long: "ulong", default: "other")
int main(void) { float f = 1; printf("%s %s %s %s %s %s\n", KIND(1), KIND(1.0), KIND("s"), KIND(f), KIND(sizeof 1), KIND('a' + 1L)); }
//// static-assert
#include <stdio.h>
#include <assert.h>
_Static_assert(sizeof(int) == 4, "int"); static_assert(1 + 1 == 2, "sum");
int main(void) { _Static_assert('a' == 97, "ascii"); assert(1 < 2); puts("ok"); }
//// func-name
#include <stdio.h>
static void where(void) { printf("%s %d\n", __func__, __LINE__); }
int main(void) { where(); printf("%s\n", __func__); }
//// preprocessor
#include <stdio.h>
#define A 1
#define B (A + 1)
#define F(x, y) ((x) * 10 + (y))
#define STR(x) #x
#define X(x) STR(x)
#define GLUE(a, b) a##b
#define EMPTY
#define COUNT(...) (sizeof((int[]){__VA_ARGS__}) / sizeof(int))
#if B == 2 && defined A && !defined(NOPE)
#define C "yes"
#else
#define C "no"
#endif
#ifdef NOPE
# error not here
#elif A
# define D 4
#endif
#undef A
#define A 7
int main(void) { int GLUE(va, r1) = F(B, A EMPTY); printf("%d %s %s %d %s %zu\n", var1, C, X(F(1, 2)), D, STR(a "b\n" 'c'), COUNT(1, 2, 3)); }
//// macro-recursion
#include <stdio.h>
#define foo (foo + 1)
#define a(x) b(x)
#define b(x) a(x) + x
#define NEST(n) n ? NEST2(n) : 0
#define NEST2(n) n * 2
#define twice(f, x) f(f(x))
#define inc(x) ((x) + 1)
static int a_(int x) { return x; }
static int value = 5;
#define value (value + 1)
int main(void) { printf("%d %d %d\n", value, NEST(4), twice(inc, 3)); (void)a_; }
//// x-macros
#include <stdio.h>
#define COLORS(X) X(red, 1) X(green, 2) X(blue, 4)
#define E(n, v) n = v,
#define N(n, v) case n: return #n;
enum c { COLORS(E) last };
static const char *name(enum c c) { switch (c) { COLORS(N) default: return "?"; } }
int main(void) { printf("%s %s %d\n", name(green), name(3), last); }
//// conditional-nesting
#include <stdio.h>
#define V 3
#if V > 5
int x = 1;
#else
#if V == 3
int x = 2;
#ifdef ZZ
int y = 1;
#else
int y = 2;
#endif
#else
int x = 3;
#endif
#endif
#if 0
this isn't C ' at all "
#if 1
#else
#endif
#endif
int main(void) { printf("%d %d\n", x, y); }
//// comments
#include <stdio.h>
int main(void) { int a = 4 /* two */ / /* comments */ 2; // line \
continued
  printf("%d /* not */ // one\n", a); /**/ }
//// line-splice
#include <stdio.h>
#define LONG(a) \
  do { \
    printf("%d\n", a); \
  } while (0)
int main(void) { LONG(3); puts("spl\
iced"); }
//// digraphs
#include <stdio.h>
int main(void) <% int a<:2:> = <%1, 2%>; printf("%d\n", a<:1:>); %>
//// long-long-arithmetic
#include <stdio.h>
int main(void) { long long a = 0x7fffffffffffffffLL, b = -3; unsigned long long u = 1ULL << 63; printf("%lld %lld %lld %llu %lld\n", a / b, a % b, a - 1 + b, u / 10, (long long)(u >> 60) * b); for (int i = 0; i < 64; i += 13) printf("%llx ", 0x123456789abcdefULL << i >> i / 2); puts(""); }
//// long-comparisons
#include <stdio.h>
int main(void) { long v[] = {0, 1, -1, 1L << 32, -(1L << 32), 0x7fffffffffffffff}; unsigned m = 0; for (int i = 0; i < 6; i++) for (int j = 0; j < 6; j++) { m = m * 3 + (v[i] < v[j]); m = m * 3 + (v[i] <= v[j]); m = m * 3 + (v[i] == v[j]); m = m * 3 + ((unsigned long)v[i] > (unsigned long)v[j]); if (v[i] >= v[j]) m++; if (v[i] != v[j] && v[j]) m ^= 5; } printf("%u\n", m); }
//// deep-expression
#include <stdio.h>
static int f(int x) { return x * 2 + 1; }
int main(void) { int a = 1, b = 2, c = 3, d = 4, e = 5; long l = 7; printf("%d\n", a + (b - (c * (d + (e - (a * (b + (c - (d * (e + (a - (b + f(c + f(d)))))))))))))); printf("%ld\n", (l + (l * (l - (l + (l * (l - (l + (l * (l - (l + l / (l - 3)))))))))))); double x = 1.5; printf("%g\n", x + (x * (x - (x + (x * (x - (x + (x * (x / 2))))))))); }
//// calls-in-expressions
#include <stdio.h>
static int g(int a, int b) { return a * 3 - b; }
int main(void) { printf("%d %d\n", g(g(1, 2), g(3, 4)) + g(5, g(6, 7)) * g(1, 1), g(g(g(1, 1), 1), g(1, g(1, 1)))); int a[4] = {0, 1, 2, 3}; a[g(1, 2)] += g(2, 3); printf("%d\n", a[1]); }
//// big-frame
#include <stdio.h>
static int sum(int n) { int a[1500]; char b[100]; long s = 0; for (int i = 0; i < 1500; i++) a[i] = i * n; for (int i = 0; i < 100; i++) b[i] = i; for (int i = 0; i < 1500; i += 7) s += a[i] + b[i % 100]; return s; }
int main(void) { printf("%d\n", sum(3)); }
//// setjmp
#include <stdio.h>
#include <setjmp.h>
static jmp_buf env; static int depth;
static void dive(int n) { depth = n; if (n == 4) longjmp(env, n); dive(n + 1); }
int main(void) { volatile int tries = 0; int r = setjmp(env); if (r == 0) { tries++; dive(0); } printf("%d %d %d\n", r, depth, tries); }
//// char-signedness
#include <stdio.h>
int main(void) { char c = 200; unsigned char u = c; int h[256] = {0}; h[u]++; printf("%d %d %d %d\n", c, u, h[200], c == '\xc8'); }
//// pointer-arithmetic-sizes
#include <stdio.h>
struct s { int a[5]; char c; };
int main(void) { struct s x[4], *p = x, *q = &x[3]; char *c = (char *)p; long *l = (long *)0; printf("%ld %d %d %d\n", (long)(q - p), (int)((char *)q - c), (int)(long)(l + 3), (int)((char *)&p[1].a[2] - c)); }
//// integer-promotion
#include <stdio.h>
int main(void) { unsigned char a = 255, b = 1; short s = -1; unsigned short us = s; printf("%d %d %d %d %d\n", a + b, ~a, s == us, -b < 0, (a << 24) < 0); char c = 127; c++; printf("%d %d\n", c, c > 127); }
//// octal-hex-binary
#include <stdio.h>
int main(void) { printf("%d %d %d %u %lu %d\n", 0777, 0xFF, 0b101, 0xFFFFFFFF, 18446744073709551615u, '\101'); printf("%zu %zu %zu\n", sizeof 2147483648, sizeof 0x80000000, sizeof 1u); }
//// printf-star
#include <stdio.h>
int main(void) { printf("[%*d][%-*d][%.*f][%*.*s]\n", 6, 42, 6, 42, 2, 3.14159, 8, 3, "abcdef"); int n; printf("abc%n", &n); printf(" %d %i %%\n", n, -n); printf("%c%c %5s|%-5s|%.2s\n", 'o', 'k', "r", "l", "trunc"); }
//// exit-code
#include <stdlib.h>
#include <stdio.h>
static void bye(void) { puts("bye"); }
int main(void) { atexit(bye); puts("main"); exit(42); }
//// malloc-patterns
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) { char *p[20]; for (int i = 0; i < 20; i++) { p[i] = malloc(i * 7 + 1); memset(p[i], 'a' + i, i * 7 + 1); } for (int i = 0; i < 20; i += 2) free(p[i]); for (int i = 0; i < 20; i += 2) p[i] = strdup("again"); int *z = calloc(10, sizeof(int)), s = 0; for (int i = 0; i < 10; i++) s += z[i]; z = realloc(z, 400); z[99] = 5; for (int i = 1; i < 20; i += 2) s += p[i][i * 7] == 'a' + i; printf("%d %s %d\n", s, p[18], z[99]); }
//// string-functions
#include <stdio.h>
#include <string.h>
int main(void) { char b[40] = "one"; strcat(b, " two"); strncat(b, " three", 4); printf("%s %zu %d %d %d\n", b, strlen(b), strcmp("a", "b") < 0, strncmp("abc", "abd", 2), memcmp("x", "x", 1)); printf("%s %s %s %zu %zu\n", strchr(b, 't'), strrchr(b, 't'), strstr(b, "wo"), strspn("aabc", "ab"), strcspn("xyz,", ",")); char c[8]; strncpy(c, "ab", 8); printf("%d %s\n", c[7], c); memmove(b + 2, b, 6); b[8] = 0; puts(b); for (char *t = strtok(b, " "); t; t = strtok(0, " ")) printf("<%s>", t); puts(""); }
//// conversions-library
#include <stdio.h>
#include <stdlib.h>
int main(void) { char *e; printf("%d %ld %ld %lu %ld\n", atoi(" -42x"), atol("123456789012"), strtol("0x1fz", &e, 0), strtoul("777", 0, 8), strtol("zz", 0, 36)); double d15 = strtod("1.5e3abc", &e); printf("%s %g %g %g %g\n", e, d15, atof("-.25"), strtod("1e400", 0), atof("123456789.123456789")); printf("%s %ld\n", e, strtol("99999999999999999999", 0, 10)); }
//// ctype
#include <stdio.h>
#include <ctype.h>
int main(void) { const char *s = "aZ5 _\t.~"; for (; *s; s++) printf("%d%d%d%d%d%d%d%c ", !!isalpha(*s), !!isdigit(*s), !!isspace(*s), !!isupper(*s), !!ispunct(*s), !!isxdigit(*s), !!isprint(*s), isprint(*s) ? toupper(*s) : '?'); puts(""); }
//// math-functions
#include <stdio.h>
#include <math.h>
int main(void) { printf("%.6f %.6f %.6f %.6f %.6f\n", sin(0.5), cos(3), tan(1), atan2(1, -1), asin(0.5)); printf("%.6f %.6f %.6f %.6f %.6f\n", exp(2.5), log(7), log10(1000), log2(10), pow(2.5, 3.5)); printf("%g %g %g %g %g %g %g\n", floor(-1.5), ceil(1.2), round(2.5), trunc(-2.7), fmod(7.5, 2), fabs(-3), hypot(3, 4)); printf("%g %g %.6f %.6f %.6f\n", sqrt(144), cbrt(27), sinh(1), cosh(1), tanh(0.5)); int e; double f = frexp(10, &e); printf("%g %d %g %d %d\n", f, e, ldexp(0.75, 4), isnan(NAN) != 0, isinf(INFINITY) != 0); }
//// sscanf
#include <stdio.h>
int main(void) { int a, b, n; char s[10], c; float f; double d; long l; n = sscanf("10 abc 2.5 x -7 99999999999 3e2", "%d %s %f %c %d %ld %lf", &a, s, &f, &c, &b, &l, &d); printf("%d %d %s %g %c %d %ld %g\n", n, a, s, f, c, b, l, d); unsigned x; n = sscanf("ff:[key]", "%x:[%[a-z]]", &x, s); printf("%d %u %s %d\n", n, x, s, sscanf("zz", "%d", &a)); }
//// qsort-bsearch
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct rec { char name[8]; int v; };
static int by_name(const void *a, const void *b) { return strcmp(((struct rec *)a)->name, ((struct rec *)b)->name); }
static int desc(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return (x < y) - (x > y); }
int main(void) { struct rec r[] = {{"pear", 1}, {"fig", 2}, {"apple", 3}, {"kiwi", 4}}; qsort(r, 4, sizeof *r, by_name); for (int i = 0; i < 4; i++) printf("%s%d ", r[i].name, r[i].v); struct rec k = {"fig"}; struct rec *f = bsearch(&k, r, 4, sizeof *r, by_name); printf("%d ", f->v); double d[] = {1.5, -2, 8.25}; qsort(d, 3, 8, desc); printf("%g %g %g\n", d[0], d[1], d[2]); }
//// offsetof
#include <stdio.h>
#include <stddef.h>
struct s { char a; int b; double c; struct { short d, e; } f[2]; };
int main(void) { printf("%zu %zu %zu %zu\n", offsetof(struct s, b), offsetof(struct s, c), offsetof(struct s, f), offsetof(struct s, f[1].e)); }
//// limits
#include <stdio.h>
#include <limits.h>
#include <stdint.h>
#include <float.h>
#include <inttypes.h>
int main(void) { printf("%d %d %u %ld %lu %d\n", INT_MAX, INT_MIN, UINT_MAX, LONG_MIN, ULONG_MAX, CHAR_MIN); int64_t x = INT64_MAX; uint8_t b = UINT8_MAX; printf("%" PRId64 " %" PRIu64 " %d %g %d\n", x, (uint64_t)x, b, DBL_EPSILON, FLT_DIG); }
//// flexible-array
#include <stdio.h>
#include <stdlib.h>
struct f { int n; int d[]; };
int main(void) { struct f *p = malloc(sizeof *p + 5 * sizeof(int)); p->n = 5; for (int i = 0; i < p->n; i++) p->d[i] = i * i; printf("%d %zu\n", p->d[4], sizeof *p); }
//// array-of-function-pointers-in-struct
#include <stdio.h>
struct vt { const char *n; double (*f)(double); }; static double half(double x) { return x / 2; } static double sq(double x) { return x * x; }
static const struct vt t[] = {{"half", half}, {"sq", sq}};
int main(void) { for (unsigned i = 0; i < 2; i++) printf("%s %g\n", t[i].n, t[i].f(5)); }
//// float-functions
#include <stdio.h>
static float avg(const float *a, int n) { float s = 0; for (int i = 0; i < n; i++) s += a[i]; return s / n; }
static float poly(float x) { return ((2.5f * x - 1) * x + 0.125f) * x; }
int main(void) { float a[] = {1.1f, 2.2f, 3.3f}; printf("%.6f %.6f %d %d\n", avg(a, 3), poly(0.7f), poly(1) > poly(0.5f), (int)poly(10)); float m = -0.0f; printf("%g %d\n", m, m == 0); }
//// bit-fields-wide
#include <stdio.h>
struct s { unsigned long a : 40; long b : 20; unsigned long c : 50; long d : 64; unsigned long e : 12; long f : 33; unsigned long g : 32; long h : 32; };
struct u { long x : 5; unsigned long y : 35; long z : 24; };
static struct u st = { -3, 0x5deadbeefL, -77777 };
int main(void) {
  struct s v = {0};
  v.a = 0xabcdef0123UL; v.b = -12345; v.c = 0x2345678901234UL; v.d = -1L << 60; v.e = 4095; v.f = -1234567890123L; v.g = 0xffffffffUL; v.h = -5;
  printf("%lx %ld %lx %lx %d %ld %lu %ld %zu\n", (unsigned long)v.a, (long)v.b, (unsigned long)v.c, (unsigned long)v.d, (int)v.e, (long)v.f, (unsigned long)v.g, (long)v.h, sizeof v);
  v.a += 0x8000000000UL; v.b++; v.c--; v.f -= 1; v.e++; ++v.g; v.h *= 2;
  printf("%lx %ld %lx %ld %d %lu %ld\n", (unsigned long)v.a, (long)v.b, (unsigned long)v.c, (long)v.f, (int)v.e, (unsigned long)v.g, (long)v.h);
  printf("%ld %lx %ld\n", (long)st.x, (unsigned long)st.y, (long)st.z);
  st.x = 15; st.y = -1; st.z = 0x7fffff;
  printf("%ld %lx %ld %zu\n", (long)st.x, (unsigned long)st.y, (long)st.z, sizeof st);
  long r = (st.y = 0x1ffffffffffL); printf("%lx\n", r);
  long q = (v.f = 0x123456789abL); printf("%lx\n", q);
  printf("%d\n", st.x = 17);
  struct { unsigned a : 5; int b : 3; unsigned long c : 31; unsigned long d : 32; } p = { 3, 2, 7, 9 };
  printf("%d %d %d %d\n", p.a - 10 < 0, p.a > -1, p.c - 10 < 0, p.d - 10 < 0);
  printf("%d %d\n", p.a, p.c);
  printf("%d %d\n", p.a++ , ++p.b);
  printf("%d %d\n", p.a, p.b);
  for (int i = 0; i < 40; i++) { v.a = 1UL << i; v.c = ~0UL << i; if (v.a != 1UL << i || v.c != ((~0UL << i) & ((1UL << 50) - 1))) printf("bad %d\n", i); }
  return 0;
}
//// bit-fields-pointer
#include <stdio.h>
struct n { unsigned long tag : 3; unsigned long value : 61; };
struct m { int k; long lo : 17; long mid : 30; long hi : 17; };
static long get(struct m *p, int w) { return w == 0 ? p->lo : w == 1 ? p->mid : p->hi; }
int main(void) {
  struct n a[4]; for (int i = 0; i < 4; i++) { a[i].tag = i + 2; a[i].value = 0x123456789abcdeUL * (i + 1); }
  for (int i = 0; i < 4; i++) printf("%d %lx\n", (int)a[i].tag, (unsigned long)a[i].value);
  struct m x = { 1, -1, -2, -3 }; struct m *p = &x;
  p->mid = 0x1abcdef; p->lo = 65535; p->hi ^= 0xff;
  printf("%ld %ld %ld\n", get(p, 0), get(p, 1), get(p, 2));
  p->mid <<= 3; p->lo |= 1; printf("%ld %ld %ld %d\n", get(p, 0), get(p, 1), get(p, 2), p->k);
  return 0;
}
//// long-to-float
#include <stdio.h>
int main(void) {
  volatile long a[] = { 0, 1, -1, 16777217, 33554435, 0x7fffff4000000001L, 0x7fffffbfffffffffL, -9007199254740993L, 0x0020000010000001L, 0x0020000030000000L, 0x1000000800000001L, 0x7fffffffffffffffL };
  for (int i = 0; i < 12; i++) { float f = a[i]; unsigned long u = (unsigned long)a[i]; float g = u; printf("%a %a\n", f, g); }
  volatile unsigned long big = ~0UL; printf("%a %a\n", (float)big, (float)(big - 0x8000000000UL)); return 0;
}
