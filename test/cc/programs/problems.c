// Short interview-style problems. Programs are separated by lines "//// name".
//// two-sum
#include <stdio.h>
int main(void) { int a[] = {2, 7, 11, 15, 3}, t = 14; for (int i = 0; i < 5; i++) for (int j = i + 1; j < 5; j++) if (a[i] + a[j] == t) printf("%d %d\n", i, j); }
//// fizzbuzz
#include <stdio.h>
int main(void) { for (int i = 1; i <= 15; i++) if (i % 15 == 0) puts("FizzBuzz"); else if (i % 5 == 0) puts("Buzz"); else if (i % 3 == 0) puts("Fizz"); else printf("%d\n", i); }
//// reverse-string
#include <stdio.h>
#include <string.h>
int main(void) { char s[] = "resident"; for (int i = 0, j = strlen(s) - 1; i < j; i++, j--) { char t = s[i]; s[i] = s[j]; s[j] = t; } puts(s); }
//// reverse-words
#include <stdio.h>
#include <string.h>
static void rev(char *a, char *b) { while (a < b) { char t = *a; *a++ = *b; *b-- = t; } }
int main(void) { char s[] = "the sky is blue"; rev(s, s + strlen(s) - 1); for (char *p = s; *p;) { char *e = p; while (*e && *e != ' ') e++; rev(p, e - 1); p = *e ? e + 1 : e; } puts(s); }
//// palindrome
#include <stdio.h>
#include <ctype.h>
#include <string.h>
static int pal(const char *s) { const char *e = s + strlen(s) - 1; while (s < e) { if (!isalnum(*s)) s++; else if (!isalnum(*e)) e--; else if (tolower(*s++) != tolower(*e--)) return 0; } return 1; }
int main(void) { printf("%d %d %d\n", pal("A man, a plan, a canal: Panama"), pal("race a car"), pal("")); }
//// anagram
#include <stdio.h>
static int anagram(const char *a, const char *b) { int c[26] = {0}; while (*a) c[*a++ - 'a']++; while (*b) c[*b++ - 'a']--; for (int i = 0; i < 26; i++) if (c[i]) return 0; return 1; }
int main(void) { printf("%d %d\n", anagram("listen", "silent"), anagram("rat", "car")); }
//// valid-parentheses
#include <stdio.h>
static int valid(const char *s) { char st[50]; int n = 0; for (; *s; s++) switch (*s) { case '(': st[n++] = ')'; break; case '[': st[n++] = ']'; break; case '{': st[n++] = '}'; break; default: if (!n || st[--n] != *s) return 0; } return n == 0; }
int main(void) { printf("%d%d%d%d\n", valid("()[]{}"), valid("([)]"), valid("{[]}"), valid("(")); }
//// roman-to-int
#include <stdio.h>
static int v(char c) { switch (c) { case 'I': return 1; case 'V': return 5; case 'X': return 10; case 'L': return 50; case 'C': return 100; case 'D': return 500; case 'M': return 1000; } return 0; }
static int roman(const char *s) { int t = 0; for (; *s; s++) t += v(*s) < v(s[1]) ? -v(*s) : v(*s); return t; }
int main(void) { printf("%d %d %d\n", roman("III"), roman("LVIII"), roman("MCMXCIV")); }
//// longest-common-prefix
#include <stdio.h>
int main(void) { const char *w[] = {"flower", "flow", "flight"}; int n = 0; for (;; n++) { char c = w[0][n]; if (!c) break; int i; for (i = 1; i < 3 && w[i][n] == c; i++) ; if (i < 3) break; } printf("%.*s\n", n, w[0]); }
//// merge-sorted
#include <stdio.h>
int main(void) { int a[8] = {1, 3, 5, 7}, b[] = {2, 4, 6, 8}; int i = 3, j = 3, k = 7; while (j >= 0) a[k--] = i >= 0 && a[i] > b[j] ? a[i--] : b[j--]; for (i = 0; i < 8; i++) printf("%d ", a[i]); puts(""); }
//// remove-duplicates
#include <stdio.h>
int main(void) { int a[] = {0, 0, 1, 1, 1, 2, 2, 3, 3, 4}, n = 0; for (int i = 0; i < 10; i++) if (!n || a[n - 1] != a[i]) a[n++] = a[i]; printf("%d:", n); for (int i = 0; i < n; i++) printf(" %d", a[i]); puts(""); }
//// rotate-array
#include <stdio.h>
static void rev(int *a, int i, int j) { while (i < j) { int t = a[i]; a[i++] = a[j]; a[j--] = t; } }
int main(void) { int a[] = {1, 2, 3, 4, 5, 6, 7}; rev(a, 0, 6); rev(a, 0, 2); rev(a, 3, 6); for (int i = 0; i < 7; i++) printf("%d ", a[i]); puts(""); }
//// move-zeroes
#include <stdio.h>
int main(void) { int a[] = {0, 1, 0, 3, 12}, n = 0; for (int i = 0; i < 5; i++) if (a[i]) { int t = a[n]; a[n++] = a[i]; a[i] = t; } for (int i = 0; i < 5; i++) printf("%d ", a[i]); puts(""); }
//// single-number
#include <stdio.h>
int main(void) { int a[] = {4, 1, 2, 1, 2}, x = 0; for (unsigned i = 0; i < sizeof a / sizeof *a; i++) x ^= a[i]; printf("%d\n", x); }
//// majority
#include <stdio.h>
int main(void) { int a[] = {2, 2, 1, 1, 1, 2, 2}, c = 0, m = 0; for (int i = 0; i < 7; i++) { if (!c) m = a[i]; c += a[i] == m ? 1 : -1; } printf("%d\n", m); }
//// stock-profit
#include <stdio.h>
int main(void) { int p[] = {7, 1, 5, 3, 6, 4}, low = p[0], one = 0, all = 0; for (int i = 1; i < 6; i++) { if (p[i] - low > one) one = p[i] - low; if (p[i] < low) low = p[i]; if (p[i] > p[i - 1]) all += p[i] - p[i - 1]; } printf("%d %d\n", one, all); }
//// climbing-stairs
#include <stdio.h>
int main(void) { long a = 1, b = 1; for (int i = 2; i <= 45; i++) { long t = a + b; a = b; b = t; } printf("%ld\n", b); }
//// house-robber
#include <stdio.h>
int main(void) { int h[] = {2, 7, 9, 3, 1, 8}, a = 0, b = 0; for (int i = 0; i < 6; i++) { int t = a + h[i] > b ? a + h[i] : b; a = b; b = t; } printf("%d\n", b); }
//// unique-paths
#include <stdio.h>
int main(void) { int r[7] = {1, 1, 1, 1, 1, 1, 1}; for (int i = 1; i < 3; i++) for (int j = 1; j < 7; j++) r[j] += r[j - 1]; printf("%d\n", r[6]); }
//// jump-game
#include <stdio.h>
static int can(const int *a, int n) { int far = 0; for (int i = 0; i < n && i <= far; i++) if (i + a[i] > far) far = i + a[i]; return far >= n - 1; }
int main(void) { int a[] = {2, 3, 1, 1, 4}, b[] = {3, 2, 1, 0, 4}; printf("%d %d\n", can(a, 5), can(b, 5)); }
//// container-water
#include <stdio.h>
int main(void) { int h[] = {1, 8, 6, 2, 5, 4, 8, 3, 7}, i = 0, j = 8, best = 0; while (i < j) { int a = (j - i) * (h[i] < h[j] ? h[i] : h[j]); if (a > best) best = a; if (h[i] < h[j]) i++; else j--; } printf("%d\n", best); }
//// trapping-rain
#include <stdio.h>
int main(void) { int h[] = {0, 1, 0, 2, 1, 0, 1, 3, 2, 1, 2, 1}, l = 0, r = 11, ml = 0, mr = 0, t = 0; while (l < r) if (h[l] < h[r]) { if (h[l] > ml) ml = h[l]; t += ml - h[l++]; } else { if (h[r] > mr) mr = h[r]; t += mr - h[r--]; } printf("%d\n", t); }
//// longest-substring
#include <stdio.h>
static int longest(const char *s) { int at[128], best = 0, start = 0; for (int i = 0; i < 128; i++) at[i] = -1; for (int i = 0; s[i]; i++) { if (at[(int)s[i]] >= start) start = at[(int)s[i]] + 1; at[(int)s[i]] = i; if (i - start + 1 > best) best = i - start + 1; } return best; }
int main(void) { printf("%d %d %d\n", longest("abcabcbb"), longest("bbbbb"), longest("pwwkew")); }
//// longest-palindrome
#include <stdio.h>
int main(void) { const char *s = "babadcabbacd"; int best = 0, at = 0; for (int c = 0; s[c]; c++) for (int k = 0; k < 2; k++) { int i = c, j = c + k; while (i >= 0 && s[j] && s[i] == s[j]) { if (j - i + 1 > best) { best = j - i + 1; at = i; } i--; j++; } } printf("%.*s\n", best, s + at); }
//// atoi-own
#include <stdio.h>
#include <limits.h>
static int my(const char *s) { while (*s == ' ') s++; int sign = 1; if (*s == '-' || *s == '+') sign = *s++ == '-' ? -1 : 1; long v = 0; while (*s >= '0' && *s <= '9') { v = v * 10 + *s++ - '0'; if (v * sign > INT_MAX) return INT_MAX; if (v * sign < INT_MIN) return INT_MIN; } return v * sign; }
int main(void) { printf("%d %d %d %d\n", my("  -42"), my("4193 words"), my("-91283472332"), my("99999999999")); }
//// itoa-own
#include <stdio.h>
static char *itoa_(int v, int base, char *end) { unsigned u = v < 0 && base == 10 ? -(unsigned)v : (unsigned)v; *--end = 0; do *--end = "0123456789abcdefghijklmnopqrstuvwxyz"[u % base]; while (u /= base); if (v < 0 && base == 10) *--end = '-'; return end; }
int main(void) { char b[40]; puts(itoa_(-2147483647 - 1, 10, b + 40)); puts(itoa_(255, 2, b + 40)); puts(itoa_(123456, 36, b + 40)); }
//// zigzag
#include <stdio.h>
#include <string.h>
int main(void) { const char *s = "PAYPALISHIRING"; char rows[3][20]; int n[3] = {0}, r = 0, d = 1; for (; *s; s++) { rows[r][n[r]++] = *s; if (r == 2) d = -1; if (r == 0) d = 1; r += d; } for (int i = 0; i < 3; i++) printf("%.*s", n[i], rows[i]); puts(""); }
//// count-and-say
#include <stdio.h>
#include <string.h>
int main(void) { char a[200] = "1", b[200]; for (int i = 0; i < 7; i++) { char *o = b; for (char *p = a; *p;) { int n = 0; char c = *p; while (*p == c) p++, n++; o += sprintf(o, "%d%c", n, c); } strcpy(a, b); } puts(a); }
//// string-compress
#include <stdio.h>
int main(void) { char s[] = "aabcccccaaa"; int w = 0; for (int i = 0; s[i];) { char c = s[i]; int n = 0; while (s[i] == c) i++, n++; s[w++] = c; if (n > 1) w += sprintf(s + w, "%d", n) - 0; } s[w] = 0; printf("%d\n", w); }
//// is-subsequence
#include <stdio.h>
static int sub(const char *s, const char *t) { for (; *t && *s; t++) if (*s == *t) s++; return !*s; }
int main(void) { printf("%d %d\n", sub("ace", "abcde"), sub("aec", "abcde")); }
//// add-binary
#include <stdio.h>
#include <string.h>
int main(void) { const char *a = "1010", *b = "10111"; char r[12]; int i = strlen(a) - 1, j = strlen(b) - 1, c = 0, k = 11; r[k] = 0; while (i >= 0 || j >= 0 || c) { if (i >= 0) c += a[i--] - '0'; if (j >= 0) c += b[j--] - '0'; r[--k] = '0' + (c & 1); c >>= 1; } puts(r + k); }
//// multiply-strings
#include <stdio.h>
#include <string.h>
int main(void) { const char *a = "123456789", *b = "987654321"; int n = strlen(a), m = strlen(b), d[20] = {0}; for (int i = n; i--;) for (int j = m; j--;) { int t = (a[i] - '0') * (b[j] - '0') + d[i + j + 1]; d[i + j + 1] = t % 10; d[i + j] += t / 10; } int k = 0; while (!d[k]) k++; for (; k < n + m; k++) putchar('0' + d[k]); puts(""); }
//// plus-one
#include <stdio.h>
int main(void) { int d[5] = {0, 9, 9, 9, 9}, i = 4; while (d[i] == 9) d[i--] = 0; d[i]++; for (i = 0; i < 5; i++) printf("%d", d[i]); puts(""); }
//// sqrt-integer
#include <stdio.h>
static unsigned isqrt(unsigned long n) { unsigned long lo = 0, hi = 1UL << 32; while (hi - lo > 1) { unsigned long m = (lo + hi) / 2; if (m * m <= n) lo = m; else hi = m; } return lo; }
int main(void) { printf("%u %u %u\n", isqrt(8), isqrt(10000000000UL), isqrt(999999999999999999UL)); }
//// power-of-two
#include <stdio.h>
int main(void) { int t[] = {1, 16, 218, 0, 1 << 30}; for (int i = 0; i < 5; i++) printf("%d", t[i] > 0 && !(t[i] & (t[i] - 1))); puts(""); }
//// count-bits
#include <stdio.h>
int main(void) { int c[17] = {0}; for (int i = 1; i < 17; i++) printf("%d ", c[i] = c[i >> 1] + (i & 1)); puts(""); }
//// hamming
#include <stdio.h>
static int distance(unsigned a, unsigned b) { int n = 0; for (a ^= b; a; a &= a - 1) n++; return n; }
int main(void) { printf("%d %d\n", distance(1, 4), distance(0, ~0u)); }
//// happy-number
#include <stdio.h>
static int next(int n) { int s = 0; while (n) { s += n % 10 * (n % 10); n /= 10; } return s; }
int main(void) { for (int i = 1; i < 50; i++) { int a = i, b = next(i); while (a != b) { a = next(a); b = next(next(b)); } if (a == 1) printf("%d ", i); } puts(""); }
//// ugly-numbers
#include <stdio.h>
int main(void) { int u[30] = {1}, a = 0, b = 0, c = 0; for (int i = 1; i < 30; i++) { int x = u[a] * 2, y = u[b] * 3, z = u[c] * 5, m = x < y ? x : y; if (z < m) m = z; u[i] = m; a += x == m; b += y == m; c += z == m; } printf("%d %d\n", u[9], u[29]); }
//// missing-number
#include <stdio.h>
int main(void) { int a[] = {9, 6, 4, 2, 3, 5, 7, 0, 1}, s = 45; for (int i = 0; i < 9; i++) s -= a[i]; printf("%d\n", s); }
//// find-duplicate
#include <stdio.h>
int main(void) { int a[] = {3, 1, 3, 4, 2}, s = a[0], f = a[a[0]]; while (s != f) { s = a[s]; f = a[a[f]]; } f = 0; while (s != f) { s = a[s]; f = a[f]; } printf("%d\n", s); }
//// next-permutation
#include <stdio.h>
static int next(int *a, int n) { int i = n - 2, j = n - 1; while (i >= 0 && a[i] >= a[i + 1]) i--; if (i < 0) return 0; while (a[j] <= a[i]) j--; int t = a[i]; a[i] = a[j]; a[j] = t; for (i++, j = n - 1; i < j; i++, j--) { t = a[i]; a[i] = a[j]; a[j] = t; } return 1; }
int main(void) { int a[] = {1, 2, 3, 4}, c = 0; do if (c++ % 8 == 0) printf("%d%d%d%d ", a[0], a[1], a[2], a[3]); while (next(a, 4)); printf("%d\n", c); }
//// combinations
#include <stdio.h>
static int pick[5], total;
static void go(int at, int from, int k, int n) { if (at == k) { total++; if (total < 4) printf("%d%d%d ", pick[0], pick[1], pick[2]); return; } for (int i = from; i <= n; i++) { pick[at] = i; go(at + 1, i + 1, k, n); } }
int main(void) { go(0, 1, 3, 7); printf("%d\n", total); }
//// letter-combinations
#include <stdio.h>
static const char *k[] = {"", "", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"};
static char out[5];
static void go(const char *d, int n) { if (!*d) { out[n] = 0; printf("%s ", out); return; } for (const char *p = k[*d - '0']; *p; p++) { out[n] = *p; go(d + 1, n + 1); } }
int main(void) { go("27", 0); puts(""); }
//// generate-parentheses
#include <stdio.h>
static char b[9];
static void go(int n, int open, int close) { if (n == 6) { b[6] = 0; printf("%s ", b); return; } if (open < 3) { b[n] = '('; go(n + 1, open + 1, close); } if (close < open) { b[n] = ')'; go(n + 1, open, close + 1); } }
int main(void) { go(0, 0, 0); puts(""); }
//// word-search
#include <stdio.h>
static char g[3][5] = {"ABCE", "SFCS", "ADEE"};
static int go(int y, int x, const char *w) { if (!*w) return 1; if (y < 0 || x < 0 || y > 2 || x > 3 || g[y][x] != *w) return 0; g[y][x] = '#'; int r = go(y + 1, x, w + 1) || go(y - 1, x, w + 1) || go(y, x + 1, w + 1) || go(y, x - 1, w + 1); g[y][x] = *w; return r; }
static int find(const char *w) { for (int y = 0; y < 3; y++) for (int x = 0; x < 4; x++) if (go(y, x, w)) return 1; return 0; }
int main(void) { printf("%d%d%d\n", find("ABCCED"), find("SEE"), find("ABCB")); }
//// islands
#include <stdio.h>
static char g[4][6] = {"11000", "11000", "00100", "00011"};
static void sink(int y, int x) { if (y < 0 || x < 0 || y > 3 || x > 4 || g[y][x] != '1') return; g[y][x] = '0'; sink(y + 1, x); sink(y - 1, x); sink(y, x + 1); sink(y, x - 1); }
int main(void) { int n = 0; for (int y = 0; y < 4; y++) for (int x = 0; x < 5; x++) if (g[y][x] == '1') { n++; sink(y, x); } printf("%d\n", n); }
//// rotate-image
#include <stdio.h>
int main(void) { int m[3][3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}; for (int i = 0; i < 3; i++) for (int j = i + 1; j < 3; j++) { int t = m[i][j]; m[i][j] = m[j][i]; m[j][i] = t; } for (int i = 0; i < 3; i++) printf("%d %d %d\n", m[i][2], m[i][1], m[i][0]); }
//// set-zeroes
#include <stdio.h>
int main(void) { int m[3][4] = {{0, 1, 2, 0}, {3, 4, 5, 2}, {1, 3, 1, 5}}, r = 0, c = 0; for (int i = 0; i < 3; i++) for (int j = 0; j < 4; j++) if (!m[i][j]) { r |= 1 << i; c |= 1 << j; } for (int i = 0; i < 3; i++, puts("")) for (int j = 0; j < 4; j++) printf("%d", r >> i & 1 || c >> j & 1 ? 0 : m[i][j]); }
//// linked-list-cycle
#include <stdio.h>
struct n { struct n *next; };
int main(void) { struct n a[5]; for (int i = 0; i < 5; i++) a[i].next = &a[i == 4 ? 2 : i + 1]; struct n *s = a, *f = a; int k = 0; do { s = s->next; f = f->next->next; k++; } while (s != f); s = a; while (s != f) { s = s->next; f = f->next; } printf("%d %d\n", k, (int)(s - a)); }
//// merge-lists
#include <stdio.h>
#include <stdlib.h>
typedef struct l { int v; struct l *n; } l;
static l *make(const int *a, int k) { l h, *t = &h; while (k--) { t = t->n = malloc(sizeof(l)); t->v = *a++; } t->n = 0; return h.n; }
static l *merge(l *a, l *b) { if (!a) return b; if (!b) return a; if (a->v < b->v) { a->n = merge(a->n, b); return a; } b->n = merge(a, b->n); return b; }
int main(void) { for (l *p = merge(make((int[]){1, 2, 4}, 3), make((int[]){1, 3, 4, 9}, 4)); p; p = p->n) printf("%d ", p->v); puts(""); }
//// remove-nth-from-end
#include <stdio.h>
typedef struct l { int v; struct l *n; } l;
int main(void) { l a[5]; for (int i = 0; i < 5; i++) a[i] = (l){i + 1, i < 4 ? &a[i + 1] : 0}; l d = {0, a}, *f = &d, *s = &d; for (int i = 0; i < 3; i++) f = f->n; while (f) { f = f->n; s = s->n; } s->n = s->n->n; for (l *p = d.n; p; p = p->n) printf("%d ", p->v); puts(""); }
//// tree-traversals
#include <stdio.h>
typedef struct t { char c; struct t *l, *r; } t;
static void pre(const t *x) { if (x) { putchar(x->c); pre(x->l); pre(x->r); } }
static void in(const t *x) { if (x) { in(x->l); putchar(x->c); in(x->r); } }
static void post(const t *x) { if (x) { post(x->l); post(x->r); putchar(x->c); } }
int main(void) { t d = {'d'}, e = {'e'}, b = {'b', &d, &e}, f = {'f'}, c = {'c', 0, &f}, a = {'a', &b, &c}; pre(&a); putchar(' '); in(&a); putchar(' '); post(&a); puts(""); }
//// tree-level-order
#include <stdio.h>
int main(void) { int tree[] = {3, 9, 20, -1, -1, 15, 7}; for (int i = 0, level = 1; i < 7; level *= 2) { for (int k = 0; k < level && i < 7; k++, i++) if (tree[i] >= 0) printf("%d ", tree[i]); printf("| "); } puts(""); }
//// balanced-tree
#include <stdio.h>
typedef struct t { struct t *l, *r; } t;
static int height(t *x) { if (!x) return 0; int a = height(x->l), b = height(x->r); if (a < 0 || b < 0 || a - b > 1 || b - a > 1) return -1; return (a > b ? a : b) + 1; }
int main(void) { t a = {0}, b = {&a}, c = {&b}, d = {&a, &b}; printf("%d %d %d\n", height(&b), height(&c), height(&d)); }
//// lru-cache
#include <stdio.h>
static struct { int k, v, used; } c[2]; static int clock_;
static int get(int k) { for (int i = 0; i < 2; i++) if (c[i].used && c[i].k == k) { c[i].used = ++clock_; return c[i].v; } return -1; }
static void put(int k, int v) { int i = c[0].k == k ? 0 : c[1].k == k ? 1 : c[0].used <= c[1].used ? 0 : 1; c[i].k = k; c[i].v = v; c[i].used = ++clock_; }
int main(void) { put(1, 1); put(2, 2); printf("%d ", get(1)); put(3, 3); printf("%d ", get(2)); put(4, 4); printf("%d %d %d\n", get(1), get(3), get(4)); }
//// min-stack
#include <stdio.h>
static int s[10], m[10], n;
static void push(int x) { m[n] = n && m[n - 1] < x ? m[n - 1] : x; s[n++] = x; }
int main(void) { push(-2); push(0); push(-3); printf("%d ", m[n - 1]); n--; printf("%d %d\n", s[n - 1], m[n - 1]); }
//// daily-temperatures
#include <stdio.h>
int main(void) { int t[] = {73, 74, 75, 71, 69, 72, 76, 73}, st[8], n = 0, r[8] = {0}; for (int i = 0; i < 8; i++) { while (n && t[st[n - 1]] < t[i]) { n--; r[st[n]] = i - st[n]; } st[n++] = i; } for (int i = 0; i < 8; i++) printf("%d ", r[i]); puts(""); }
//// histogram-rectangle
#include <stdio.h>
int main(void) { int h[] = {2, 1, 5, 6, 2, 3, 0}, st[8], n = 0, best = 0; for (int i = 0; i < 7; i++) { while (n && h[st[n - 1]] >= h[i]) { int y = h[st[--n]], w = n ? i - st[n - 1] - 1 : i; if (y * w > best) best = y * w; } st[n++] = i; } printf("%d\n", best); }
//// sliding-maximum
#include <stdio.h>
int main(void) { int a[] = {1, 3, -1, -3, 5, 3, 6, 7}, q[8], h = 0, t = 0; for (int i = 0; i < 8; i++) { while (h < t && a[q[t - 1]] <= a[i]) t--; q[t++] = i; if (q[h] <= i - 3) h++; if (i >= 2) printf("%d ", a[q[h]]); } puts(""); }
//// kth-largest
#include <stdio.h>
static int select_(int *a, int lo, int hi, int k) { int p = a[hi], i = lo; for (int j = lo; j < hi; j++) if (a[j] > p) { int t = a[i]; a[i++] = a[j]; a[j] = t; } a[hi] = a[i]; a[i] = p; return i == k ? p : i > k ? select_(a, lo, i - 1, k) : select_(a, i + 1, hi, k); }
int main(void) { int a[] = {3, 2, 3, 1, 2, 4, 5, 5, 6}; printf("%d\n", select_(a, 0, 8, 3)); }
//// top-k-frequent
#include <stdio.h>
int main(void) { int a[] = {1, 1, 1, 2, 2, 3, 3, 3, 3, 9}, c[10] = {0}; for (int i = 0; i < 10; i++) c[a[i]]++; for (int k = 0; k < 2; k++) { int b = 0; for (int i = 1; i < 10; i++) if (c[i] > c[b]) b = i; printf("%d ", b); c[b] = 0; } puts(""); }
//// product-except-self
#include <stdio.h>
int main(void) { int a[] = {1, 2, 3, 4}, r[4], p = 1; for (int i = 0; i < 4; i++) { r[i] = p; p *= a[i]; } p = 1; for (int i = 3; i >= 0; i--) { r[i] *= p; p *= a[i]; printf("%d ", r[i]); } puts(""); }
//// subarray-sum
#include <stdio.h>
int main(void) { int a[] = {3, 4, 7, 2, -3, 1, 4, 2}, n = 0; for (int i = 0; i < 8; i++) for (int j = i, s = 0; j < 8; j++) n += (s += a[j]) == 7; printf("%d\n", n); }
//// three-sum
#include <stdio.h>
int main(void) { int a[] = {-4, -1, -1, 0, 1, 2}; for (int i = 0; i < 4; i++) { if (i && a[i] == a[i - 1]) continue; for (int j = i + 1, k = 5; j < k;) { int s = a[i] + a[j] + a[k]; if (s < 0) j++; else if (s > 0) k--; else { printf("(%d,%d,%d)", a[i], a[j++], a[k--]); } } } puts(""); }
//// median-two-arrays
#include <stdio.h>
int main(void) { int a[] = {1, 3, 8}, b[] = {2, 7, 9, 10}, i = 0, j = 0, m = 0; for (int k = 0; k <= 3; k++) m = j >= 4 || (i < 3 && a[i] < b[j]) ? a[i++] : b[j++]; printf("%d\n", m); }
//// search-rotated
#include <stdio.h>
static int find(const int *a, int n, int x) { int lo = 0, hi = n - 1; while (lo <= hi) { int m = (lo + hi) / 2; if (a[m] == x) return m; if (a[lo] <= a[m]) { if (a[lo] <= x && x < a[m]) hi = m - 1; else lo = m + 1; } else if (a[m] < x && x <= a[hi]) lo = m + 1; else hi = m - 1; } return -1; }
int main(void) { int a[] = {4, 5, 6, 7, 0, 1, 2}; printf("%d %d\n", find(a, 7, 0), find(a, 7, 3)); }
//// search-matrix
#include <stdio.h>
int main(void) { int m[3][4] = {{1, 4, 7, 11}, {2, 5, 8, 12}, {3, 6, 9, 16}}; for (int x = 5; x < 11; x += 5) { int r = 0, c = 3, f = 0; while (r < 3 && c >= 0 && !f) if (m[r][c] == x) f = 1; else if (m[r][c] > x) c--; else r++; printf("%d", f); } puts(""); }
//// word-break
#include <stdio.h>
#include <string.h>
int main(void) { const char *s = "catsanddog", *d[] = {"cat", "cats", "and", "sand", "dog"}; int ok[12] = {1}; for (int i = 0; s[i]; i++) if (ok[i]) for (int k = 0; k < 5; k++) if (!strncmp(s + i, d[k], strlen(d[k]))) ok[i + strlen(d[k])] += ok[i]; printf("%d\n", ok[10]); }
//// decode-ways
#include <stdio.h>
static int ways(const char *s) { int a = 1, b = *s != '0'; for (int i = 1; s[i]; i++) { int c = s[i] != '0' ? b : 0, v = (s[i - 1] - '0') * 10 + s[i] - '0'; if (v >= 10 && v <= 26) c += a; a = b; b = c; } return b; }
int main(void) { printf("%d %d %d\n", ways("12"), ways("226"), ways("06")); }
//// regex-match
#include <stdio.h>
static int match(const char *s, const char *p) { if (!*p) return !*s; int first = *s && (*p == '.' || *p == *s); if (p[1] == '*') return match(s, p + 2) || (first && match(s + 1, p)); return first && match(s + 1, p + 1); }
int main(void) { printf("%d%d%d%d\n", match("aa", "a"), match("aa", "a*"), match("ab", ".*"), match("mississippi", "mis*is*p*.")); }
//// wildcard-match
#include <stdio.h>
static int match(const char *s, const char *p) { const char *star = 0, *back = s; while (*s) if (*p == '?' || *p == *s) s++, p++; else if (*p == '*') { star = p++; back = s; } else if (star) { p = star + 1; s = ++back; } else return 0; while (*p == '*') p++; return !*p; }
int main(void) { printf("%d%d%d\n", match("adceb", "*a*b"), match("acdcb", "a*c?b"), match("", "*")); }
//// simplify-path
#include <stdio.h>
#include <string.h>
int main(void) { char s[] = "/home//user/../a/./b/"; char *st[10]; int n = 0; for (char *t = strtok(s, "/"); t; t = strtok(0, "/")) if (!strcmp(t, "..")) n -= n > 0; else if (strcmp(t, ".")) st[n++] = t; for (int i = 0; i < n; i++) printf("/%s", st[i]); puts(""); }
//// csv-parse
#include <stdio.h>
int main(void) { const char *s = "a,\"b,c\",,\"d\"\"e\""; int f = 0; while (1) { char b[20]; int n = 0; if (*s == '"') { s++; while (*s) { if (*s == '"' && s[1] == '"') s++; else if (*s == '"') { s++; break; } b[n++] = *s++; } } else while (*s && *s != ',') b[n++] = *s++; b[n] = 0; printf("%d:%s ", f++, b); if (*s != ',') break; s++; } puts(""); }
//// json-depth
#include <stdio.h>
int main(void) { const char *s = "{\"a\":[1,{\"b\":\"]}\"},[[]]]}"; int d = 0, m = 0, q = 0; for (; *s; s++) { if (*s == '"') q = !q; if (q) continue; if (*s == '{' || *s == '[') { if (++d > m) m = d; } else if (*s == '}' || *s == ']') d--; } printf("%d %d\n", m, d); }
//// url-decode
#include <stdio.h>
#include <stdlib.h>
int main(void) { char s[] = "a%20b%2Bc+d"; char *w = s; for (char *r = s; *r; r++) if (*r == '%') { char h[3] = {r[1], r[2], 0}; *w++ = strtol(h, 0, 16); r += 2; } else *w++ = *r == '+' ? ' ' : *r; *w = 0; puts(s); }
//// ip-parse
#include <stdio.h>
int main(void) { unsigned a, b, c, d; sscanf("192.168.1.254", "%u.%u.%u.%u", &a, &b, &c, &d); printf("%u %08x\n", a << 24 | b << 16 | c << 8 | d, a << 24 | b << 16 | c << 8 | d); }
//// time-parse
#include <stdio.h>
int main(void) { int h, m; char p[3]; const char *t[] = {"9:05am", "12:00am", "12:30pm", "11:59pm"}; for (int i = 0; i < 4; i++) { sscanf(t[i], "%d:%d%2s", &h, &m, p); h = h % 12 + (p[0] == 'p' ? 12 : 0); printf("%02d:%02d ", h, m); } puts(""); }
//// word-count
#include <stdio.h>
#include <ctype.h>
int main(void) { const char *s = " The quick  brown\tfox\njumps "; int w = 0, in = 0, c = 0, l = 0; for (; *s; s++, c++) { l += *s == '\n'; if (isspace(*s)) in = 0; else if (!in) { in = 1; w++; } } printf("%d %d %d\n", l, w, c); }
//// excel-column
#include <stdio.h>
int main(void) { int t[] = {1, 26, 27, 702, 703}; for (int i = 0; i < 5; i++) { char b[8]; int n = t[i], k = 7; b[k] = 0; while (n) { n--; b[--k] = 'A' + n % 26; n /= 26; } printf("%s ", b + k); } puts(""); }
//// pow-recursive
#include <stdio.h>
static double p(double x, int n) { if (n == 0) return 1; if (n < 0) return 1 / p(x, -n); double h = p(x, n / 2); return n % 2 ? h * h * x : h * h; }
int main(void) { printf("%.5f %.5f %.5f\n", p(2, 10), p(2.1, 3), p(2, -2)); }
//// fraction-decimal
#include <stdio.h>
#include <string.h>
int main(void) { int n = 22, d = 7, r = n % d, at[10], k = 0; char s[20]; memset(at, -1, sizeof at); while (r && at[r] < 0) { at[r] = k; r *= 10; s[k++] = '0' + r / d; r %= d; } s[k] = 0; printf("%d.%.*s(%s)\n", n / d, at[r], s, s + at[r]); }
//// gas-station
#include <stdio.h>
int main(void) { int g[] = {1, 2, 3, 4, 5}, c[] = {3, 4, 5, 1, 2}, t = 0, s = 0, at = 0; for (int i = 0; i < 5; i++) { t += g[i] - c[i]; s += g[i] - c[i]; if (s < 0) { s = 0; at = i + 1; } } printf("%d\n", t < 0 ? -1 : at); }
//// meeting-rooms
#include <stdio.h>
#include <stdlib.h>
static int up(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(void) { int s[] = {0, 5, 15, 9}, e[] = {30, 10, 20, 12}, r = 0, m = 0, j = 0; qsort(s, 4, 4, up); qsort(e, 4, 4, up); for (int i = 0; i < 4; i++) { r++; while (e[j] <= s[i]) j++, r--; if (r > m) m = r; } printf("%d\n", m); }
//// merge-intervals
#include <stdio.h>
int main(void) { int a[][2] = {{1, 3}, {2, 6}, {8, 10}, {9, 18}, {20, 21}}, n = 0; for (int i = 1; i < 5; i++) if (a[i][0] <= a[n][1]) { if (a[i][1] > a[n][1]) a[n][1] = a[i][1]; } else { n++; a[n][0] = a[i][0]; a[n][1] = a[i][1]; } for (int i = 0; i <= n; i++) printf("[%d,%d]", a[i][0], a[i][1]); puts(""); }
//// dutch-flag
#include <stdio.h>
int main(void) { int a[] = {2, 0, 2, 1, 1, 0, 1}, l = 0, m = 0, h = 6; while (m <= h) { int t = a[m]; if (t == 0) { a[m++] = a[l]; a[l++] = 0; } else if (t == 2) { a[m] = a[h]; a[h--] = 2; } else m++; } for (int i = 0; i < 7; i++) printf("%d", a[i]); puts(""); }
//// pascal-row
#include <stdio.h>
int main(void) { long c = 1; for (int k = 0; k <= 20; k++) { printf("%ld ", c); c = c * (20 - k) / (k + 1); } puts(""); }
//// catalan
#include <stdio.h>
int main(void) { unsigned long c = 1; for (int n = 0; n < 20; n++) { printf("%lu ", c); c = c * 2 * (2 * n + 1) / (n + 2); } puts(""); }
//// bulls-and-cows
#include <stdio.h>
int main(void) { const char *a = "1807", *b = "7810"; int c[10] = {0}, bulls = 0, cows = 0; for (int i = 0; i < 4; i++) if (a[i] == b[i]) bulls++; else { if (c[a[i] - '0']++ < 0) cows++; if (c[b[i] - '0']-- > 0) cows++; } printf("%dA%dB\n", bulls, cows); }
//// robot-circle
#include <stdio.h>
int main(void) { const char *s = "GGLLGGRGL"; int x = 0, y = 0, dx = 0, dy = 1; for (int k = 0; k < 4; k++) for (const char *p = s; *p; p++) { int t = dx; switch (*p) { case 'G': x += dx; y += dy; break; case 'L': dx = -dy; dy = t; break; case 'R': dx = dy; dy = -t; } } printf("%d %d\n", x, y); }
//// josephus
#include <stdio.h>
int main(void) { for (int n = 1; n <= 41; n += 8) { int r = 0; for (int i = 2; i <= n; i++) r = (r + 3) % i; printf("%d ", r + 1); } puts(""); }
//// perfect-squares
#include <stdio.h>
int main(void) { int d[60] = {0}; for (int i = 1; i < 60; i++) { d[i] = i; for (int j = 1; j * j <= i; j++) if (d[i - j * j] + 1 < d[i]) d[i] = d[i - j * j] + 1; } printf("%d %d %d\n", d[12], d[13], d[59]); }
//// egg-drop
#include <stdio.h>
int main(void) { int d[3][40] = {{0}}, m = 0; while (d[2][m] < 36) { m++; for (int e = 1; e <= 2; e++) d[e][m] = d[e - 1][m - 1] + d[e][m - 1] + 1; } printf("%d\n", m); }
//// bank-account
#include <stdio.h>
#include <string.h>
struct account { char owner[16]; long cents; }; enum result { OK, POOR, NOBODY };
static struct account bank[3] = {{"ann", 10050}, {"bob", 200}};
static struct account *find(const char *n) { for (int i = 0; i < 3; i++) if (!strcmp(bank[i].owner, n)) return &bank[i]; return NULL; }
static enum result transfer(const char *a, const char *b, long c) { struct account *x = find(a), *y = find(b); if (!x || !y) return NOBODY; if (x->cents < c) return POOR; x->cents -= c; y->cents += c; return OK; }
int main(void) { printf("%d ", transfer("ann", "bob", 5025)); printf("%d ", transfer("bob", "ann", 99999)); printf("%d ", transfer("zed", "ann", 1)); for (int i = 0; i < 2; i++) printf("%s %ld.%02ld ", bank[i].owner, bank[i].cents / 100, bank[i].cents % 100); puts(""); }
//// state-machine
#include <stdio.h>
enum state { START, SIGN, INT, DOT, FRAC, BAD };
static int number(const char *s) { enum state st = START; for (; *s; s++) { int d = *s >= '0' && *s <= '9'; switch (st) { case START: st = d ? INT : *s == '-' || *s == '+' ? SIGN : *s == '.' ? DOT : BAD; break; case SIGN: st = d ? INT : BAD; break; case INT: st = d ? INT : *s == '.' ? FRAC : BAD; break; case DOT: case FRAC: st = d ? FRAC : BAD; break; default: return 0; } } return st == INT || st == FRAC; }
int main(void) { const char *t[] = {"12", "-1.5", ".5", "1.", "a", "1.2.3", "+", ""}; for (int i = 0; i < 8; i++) printf("%d", number(t[i])); puts(""); }
//// matrix-determinant
#include <stdio.h>
static double det(double m[3][3]) { return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]); }
int main(void) { double m[3][3] = {{6, 1, 1}, {4, -2, 5}, {2, 8, 7}}; printf("%g\n", det(m)); }
//// statistics
#include <stdio.h>
#include <math.h>
int main(void) { double x[] = {2, 4, 4, 4, 5, 5, 7, 9}, s = 0, q = 0; int n = sizeof x / sizeof *x; for (int i = 0; i < n; i++) s += x[i]; double m = s / n; for (int i = 0; i < n; i++) q += (x[i] - m) * (x[i] - m); printf("%.3f %.3f\n", m, sqrt(q / n)); }
//// compound-interest
#include <stdio.h>
int main(void) { double b = 1000; for (int y = 1; y <= 5; y++) { b *= 1.035; printf("%d: %.2f\n", y, b); } }
//// temperature-table
#include <stdio.h>
int main(void) { for (int c = -40; c <= 100; c += 35) printf("%4d %6.1f\n", c, c * 9 / 5.0 + 32); }
//// spiral-matrix
#include <stdio.h>
int main(void) { int m[4][5], k = 0; for (int i = 0; i < 4; i++) for (int j = 0; j < 5; j++) m[i][j] = ++k; int t = 0, b = 3, l = 0, r = 4; while (t <= b && l <= r) { for (int j = l; j <= r; j++) printf("%d ", m[t][j]); t++; for (int i = t; i <= b; i++) printf("%d ", m[i][r]); r--; if (t <= b) { for (int j = r; j >= l; j--) printf("%d ", m[b][j]); b--; } if (l <= r) { for (int i = b; i >= t; i--) printf("%d ", m[i][l]); l++; } } puts(""); return 0; }
//// edit-operations
#include <stdio.h>
#include <string.h>
int main(void) { const char *a = "horse", *b = "ros"; int d[8][8]; for (int i = 0; i <= 5; i++) for (int j = 0; j <= 3; j++) { if (!i) d[i][j] = j; else if (!j) d[i][j] = i; else { int s = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]), x = d[i - 1][j] + 1, y = d[i][j - 1] + 1; d[i][j] = s < x ? s < y ? s : y : x < y ? x : y; } } printf("%d\n", d[5][3]); return 0; }
//// course-schedule
#include <stdio.h>
int main(void) { int e[][2] = { { 1, 0 }, { 2, 0 }, { 3, 1 }, { 3, 2 }, { 5, 4 } }, in[6] = { 0 }, q[6], h = 0, t = 0; for (int i = 0; i < 5; i++) in[e[i][0]]++; for (int i = 0; i < 6; i++) if (!in[i]) q[t++] = i; while (h < t) { int c = q[h++]; printf("%d ", c); for (int i = 0; i < 5; i++) if (e[i][1] == c && !--in[e[i][0]]) q[t++] = e[i][0]; } puts(t == 6 ? "ok" : "cycle"); return 0; }
//// number-of-provinces
#include <stdio.h>
static int p[8]; static int find(int x) { return p[x] == x ? x : (p[x] = find(p[x])); }
int main(void) { int e[][2] = { { 0, 1 }, { 2, 3 }, { 1, 3 }, { 5, 6 } }, n = 8; for (int i = 0; i < 8; i++) p[i] = i; for (int i = 0; i < 4; i++) { int a = find(e[i][0]), b = find(e[i][1]); if (a != b) { p[a] = b; n--; } } printf("%d %d %d\n", n, find(0) == find(2), find(4) == find(5)); return 0; }
//// trie-prefix
#include <stdio.h>
#include <stdlib.h>
struct t { struct t *k[26]; int end, n; };
int main(void) { struct t *r = calloc(1, sizeof *r); const char *w[] = { "apple", "app", "apply", "ape", "bat" }; for (int i = 0; i < 5; i++) { struct t *c = r; for (const char *s = w[i]; *s; s++) { if (!c->k[*s - 'a']) c->k[*s - 'a'] = calloc(1, sizeof *c); c = c->k[*s - 'a']; c->n++; } c->end = 1; } const char *q[] = { "ap", "app", "b", "c" }; for (int i = 0; i < 4; i++) { struct t *c = r; for (const char *s = q[i]; *s && c; s++) c = c->k[*s - 'a']; printf("%s %d %d\n", q[i], c ? c->n : 0, c ? c->end : 0); } return 0; }
//// coin-change
#include <stdio.h>
int main(void) { int c[] = { 1, 2, 5, 10, 25 }; long ways[101] = { 1 }; int best[101]; for (int i = 0; i < 5; i++) for (int a = c[i]; a <= 100; a++) ways[a] += ways[a - c[i]]; best[0] = 0; for (int a = 1; a <= 100; a++) { best[a] = 999; for (int i = 0; i < 5; i++) if (a >= c[i] && best[a - c[i]] + 1 < best[a]) best[a] = best[a - c[i]] + 1; } printf("%ld %d %d\n", ways[100], best[99], best[63]); return 0; }
//// skyline
#include <stdio.h>
int main(void) { int b[][3] = { { 2, 9, 10 }, { 3, 7, 15 }, { 5, 12, 12 }, { 15, 20, 10 }, { 19, 24, 8 } }, h[30] = { 0 }; for (int i = 0; i < 5; i++) for (int x = b[i][0]; x < b[i][1]; x++) if (b[i][2] > h[x]) h[x] = b[i][2]; for (int x = 1; x < 30; x++) if (h[x] != h[x - 1]) printf("(%d,%d) ", x, h[x]); puts(""); return 0; }
//// kth-permutation
#include <stdio.h>
int main(void) { int n = 9, k = 100000 - 1, f = 1, d[9], used = 0; for (int i = 2; i <= n; i++) f *= i; for (int i = 0; i < n; i++) { f /= n - i; int q = k / f; k %= f; int j = 0; for (;; j++) if (!(used >> j & 1) && !q--) break; used |= 1 << j; d[i] = j + 1; } for (int i = 0; i < n; i++) printf("%d", d[i]); puts(""); return 0; }
