// Classical algorithms on small inputs. Programs are separated by lines "//// name".
//// bubble-sort
#include <stdio.h>
int main(void) { int a[] = {9, 4, 7, 1, 8, 2, 6, 3, 5, 0}, n = 10; for (int i = 0; i < n; i++) for (int j = 0; j + 1 < n - i; j++) if (a[j] > a[j + 1]) { int t = a[j]; a[j] = a[j + 1]; a[j + 1] = t; } for (int i = 0; i < n; i++) printf("%d ", a[i]); puts(""); }
//// insertion-sort
#include <stdio.h>
int main(void) { long a[] = {5, -3, 99999999999L, 0, 7}; for (int i = 1; i < 5; i++) { long v = a[i]; int j = i; while (j > 0 && a[j - 1] > v) { a[j] = a[j - 1]; j--; } a[j] = v; } for (int i = 0; i < 5; i++) printf("%ld ", a[i]); puts(""); }
//// selection-sort
#include <stdio.h>
static void sort(short *a, int n) { while (n > 1) { int m = 0; for (int i = 1; i < n; i++) if (a[i] > a[m]) m = i; short t = a[--n]; a[n] = a[m]; a[m] = t; } }
int main(void) { short a[] = {300, -20, 7, 7, 1000, -32768}; sort(a, 6); for (int i = 0; i < 6; i++) printf("%hd,", a[i]); puts(""); }
//// quick-sort
#include <stdio.h>
static void sort(int *a, int lo, int hi) { if (lo >= hi) return; int p = a[(lo + hi) / 2], i = lo, j = hi; while (i <= j) { while (a[i] < p) i++; while (a[j] > p) j--; if (i <= j) { int t = a[i]; a[i++] = a[j]; a[j--] = t; } } sort(a, lo, j); sort(a, i, hi); }
int main(void) { int a[100]; unsigned s = 1; for (int i = 0; i < 100; i++) { s = s * 1664525 + 1013904223; a[i] = s >> 20; } sort(a, 0, 99); for (int i = 0; i < 100; i += 9) printf("%d ", a[i]); puts(""); }
//// merge-sort
#include <stdio.h>
#include <string.h>
static void sort(int *a, int *t, int n) { if (n < 2) return; int m = n / 2; sort(a, t, m); sort(a + m, t, n - m); int i = 0, j = m, k = 0; while (i < m && j < n) t[k++] = a[i] <= a[j] ? a[i++] : a[j++]; while (i < m) t[k++] = a[i++]; while (j < n) t[k++] = a[j++]; memcpy(a, t, n * sizeof *a); }
int main(void) { int a[50], t[50]; for (int i = 0; i < 50; i++) a[i] = i * 37 % 50; sort(a, t, 50); for (int i = 0; i < 50; i++) printf("%d ", a[i]); puts(""); }
//// heap-sort
#include <stdio.h>
static void sift(int *a, int i, int n) { for (;;) { int c = 2 * i + 1; if (c >= n) return; if (c + 1 < n && a[c + 1] > a[c]) c++; if (a[i] >= a[c]) return; int t = a[i]; a[i] = a[c]; a[c] = t; i = c; } }
int main(void) { int a[] = {12, 3, 45, 7, 89, 23, 1}, n = 7; for (int i = n / 2; i--;) sift(a, i, n); for (int e = n; --e > 0;) { int t = a[0]; a[0] = a[e]; a[e] = t; sift(a, 0, e); } for (int i = 0; i < n; i++) printf("%d ", a[i]); puts(""); }
//// shell-sort
#include <stdio.h>
int main(void) { int a[40]; for (int i = 0; i < 40; i++) a[i] = i * i * 31 % 101; for (int g = 13; g; g /= 3) for (int i = g; i < 40; i++) for (int j = i; j >= g && a[j - g] > a[j]; j -= g) { int t = a[j]; a[j] = a[j - g]; a[j - g] = t; } for (int i = 0; i < 40; i++) printf("%d ", a[i]); puts(""); }
//// counting-sort
#include <stdio.h>
int main(void) { const char *s = "the quick brown fox jumps"; int c[256] = {0}; for (; *s; s++) c[(unsigned char)*s]++; for (int i = 'a'; i <= 'z'; i++) while (c[i]--) putchar(i); puts(""); }
//// radix-sort
#include <stdio.h>
int main(void) { unsigned a[30], b[30]; for (int i = 0; i < 30; i++) a[i] = i * 2654435761u; for (int sh = 0; sh < 32; sh += 8) { int c[257] = {0}; for (int i = 0; i < 30; i++) c[(a[i] >> sh & 255) + 1]++; for (int i = 0; i < 256; i++) c[i + 1] += c[i]; for (int i = 0; i < 30; i++) b[c[a[i] >> sh & 255]++] = a[i]; for (int i = 0; i < 30; i++) a[i] = b[i]; } for (int i = 0; i < 30; i += 5) printf("%u ", a[i]); puts(""); }
//// binary-search
#include <stdio.h>
static int find(const int *a, int n, int x) { int lo = 0, hi = n - 1; while (lo <= hi) { int m = lo + (hi - lo) / 2; if (a[m] == x) return m; if (a[m] < x) lo = m + 1; else hi = m - 1; } return -1; }
int main(void) { int a[] = {1, 3, 5, 7, 9, 11, 13}; for (int x = 0; x < 15; x += 2) printf("%d ", find(a, 7, x)); printf("%d\n", find(a, 7, 13)); }
//// gcd-lcm
#include <stdio.h>
static unsigned long gcd(unsigned long a, unsigned long b) { while (b) { unsigned long t = a % b; a = b; b = t; } return a; }
int main(void) { printf("%lu %lu\n", gcd(123456789012, 987654321098), gcd(2UL << 40, 3UL << 35)); }
//// extended-gcd
#include <stdio.h>
static long eg(long a, long b, long *x, long *y) { if (!b) { *x = 1; *y = 0; return a; } long u, v, g = eg(b, a % b, &u, &v); *x = v; *y = u - a / b * v; return g; }
int main(void) { long x, y, g = eg(240, 46, &x, &y); printf("%ld %ld %ld\n", g, x, y); }
//// power-mod
#include <stdio.h>
static unsigned long pm(unsigned long b, unsigned long e, unsigned long m) { unsigned long r = 1; for (b %= m; e; e >>= 1) { if (e & 1) r = r * b % m; b = b * b % m; } return r; }
int main(void) { printf("%lu %lu\n", pm(3, 1000003, 1000000007), pm(2, 62, 998244353)); }
//// sieve
#include <stdio.h>
int main(void) { enum { N = 500 }; char c[N] = {0}; for (int i = 2; i < N; i++) { if (c[i]) continue; if (i > 450) printf("%d ", i); for (int j = i * i; j < N; j += i) c[j] = 1; } puts(""); }
//// miller-rabin
#include <stdio.h>
static unsigned long mm(unsigned long a, unsigned long b, unsigned long m) { unsigned long r = 0; while (b) { if (b & 1) r = (r + a) % m; a = a * 2 % m; b >>= 1; } return r; }
static unsigned long pm(unsigned long b, unsigned long e, unsigned long m) { unsigned long r = 1; for (; e; e >>= 1) { if (e & 1) r = mm(r, b, m); b = mm(b, b, m); } return r; }
static int prime(unsigned long n) { if (n % 2 == 0) return n == 2; unsigned long d = n - 1; int s = 0; while (d % 2 == 0) d /= 2, s++; int w[] = {2, 3, 5}; for (int i = 0; i < 3; i++) { if (n == w[i]) return 1; unsigned long x = pm(w[i], d, n); if (x == 1 || x == n - 1) continue; int k; for (k = 1; k < s; k++) { x = mm(x, x, n); if (x == n - 1) break; } if (k == s) return 0; } return 1; }
int main(void) { unsigned t[] = {97, 561, 7919, 65537, 65539, 1373653}; for (int i = 0; i < 6; i++) printf("%d", prime(t[i])); puts(""); }
//// linked-list-reverse
#include <stdio.h>
#include <stdlib.h>
struct n { int v; struct n *next; };
int main(void) { struct n *h = NULL; for (int i = 0; i < 6; i++) { struct n *x = malloc(sizeof(struct n)); x->v = i; x->next = h; h = x; } struct n *r = 0; while (h) { struct n *t = h->next; h->next = r; r = h; h = t; } for (; r; r = r->next) printf("%d ", r->v); puts(""); }
//// binary-tree
#include <stdio.h>
#include <stdlib.h>
typedef struct tree { int key; struct tree *left, *right; } tree;
static tree *insert(tree *t, int k) { if (!t) { t = calloc(1, sizeof *t); t->key = k; } else if (k < t->key) t->left = insert(t->left, k); else t->right = insert(t->right, k); return t; }
static int depth(tree *t) { if (!t) return 0; int l = depth(t->left), r = depth(t->right); return 1 + (l > r ? l : r); }
static void walk(tree *t) { if (t) { walk(t->left); printf("%d ", t->key); walk(t->right); } }
int main(void) { tree *t = NULL; int k[] = {50, 20, 80, 10, 30, 70, 90, 25}; for (int i = 0; i < 8; i++) t = insert(t, k[i]); walk(t); printf("depth %d\n", depth(t)); }
//// stack-and-queue
#include <stdio.h>
typedef struct { int d[8], head, count; } queue;
static int put(queue *q, int x) { if (q->count == 8) return 0; q->d[(q->head + q->count++) % 8] = x; return 1; }
static int get(queue *q) { int x = q->d[q->head]; q->head = (q->head + 1) % 8; q->count--; return x; }
int main(void) { queue q = {{0}}; int s = 0; for (int i = 0; i < 20; i++) { put(&q, i); if (i % 3) s = s * 3 + get(&q); } printf("%d %d\n", s, q.count); }
//// hash-table
#include <stdio.h>
#include <string.h>
static struct { const char *key; int value; } table[16];
static int *slot(const char *k) { unsigned h = 2166136261u; for (const char *p = k; *p; p++) h = (h ^ *p) * 16777619; for (unsigned i = h % 16;; i = (i + 1) % 16) { if (!table[i].key) table[i].key = k; if (!strcmp(table[i].key, k)) return &table[i].value; } }
int main(void) { const char *w[] = {"a", "bb", "a", "ccc", "bb", "a"}; for (int i = 0; i < 6; i++) ++*slot(w[i]); printf("%d %d %d\n", *slot("a"), *slot("bb"), *slot("ccc")); }
//// dijkstra
#include <stdio.h>
int main(void) { enum { N = 6, INF = 1 << 28 }; int g[N][N] = {{0, 7, 9, 0, 0, 14}, {7, 0, 10, 15}, {9, 10, 0, 11, 0, 2}, {0, 15, 11, 0, 6}, {0, 0, 0, 6, 0, 9}, {14, 0, 2, 0, 9}}, d[N], done[N] = {0}; for (int i = 0; i < N; i++) d[i] = i ? INF : 0; for (int k = 0; k < N; k++) { int u = -1; for (int i = 0; i < N; i++) if (!done[i] && (u < 0 || d[i] < d[u])) u = i; done[u] = 1; for (int v = 0; v < N; v++) if (g[u][v] && d[u] + g[u][v] < d[v]) d[v] = d[u] + g[u][v]; } for (int i = 0; i < N; i++) printf("%d ", d[i]); puts(""); }
//// floyd-warshall
#include <stdio.h>
int main(void) { int d[4][4] = {{0, 5, 99, 10}, {99, 0, 3, 99}, {99, 99, 0, 1}, {99, 99, 99, 0}}; for (int k = 0; k < 4; k++) for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) if (d[i][k] + d[k][j] < d[i][j]) d[i][j] = d[i][k] + d[k][j]; for (int i = 0; i < 4; i++, puts("")) for (int j = 0; j < 4; j++) printf("%3d", d[i][j]); }
//// bellman-ford
#include <stdio.h>
struct edge { int u, v, w; };
int main(void) { struct edge e[] = {{0, 1, -1}, {0, 2, 4}, {1, 2, 3}, {1, 3, 2}, {1, 4, 2}, {3, 2, 5}, {3, 1, 1}, {4, 3, -3}}; long d[5] = {0, 1000, 1000, 1000, 1000}; for (int k = 0; k < 4; k++) for (int i = 0; i < 8; i++) if (d[e[i].u] + e[i].w < d[e[i].v]) d[e[i].v] = d[e[i].u] + e[i].w; for (int i = 0; i < 5; i++) printf("%ld ", d[i]); puts(""); }
//// kruskal
#include <stdio.h>
#include <stdlib.h>
typedef struct { int u, v, w; } edge;
static int parent[6];
static int root(int x) { return parent[x] == x ? x : (parent[x] = root(parent[x])); }
static int by_weight(const void *a, const void *b) { return ((const edge *)a)->w - ((const edge *)b)->w; }
int main(void) { edge e[] = {{0, 1, 4}, {1, 2, 8}, {2, 3, 7}, {3, 4, 9}, {4, 5, 10}, {5, 0, 11}, {1, 5, 2}, {2, 5, 6}}; qsort(e, 8, sizeof(edge), by_weight); int total = 0; for (int i = 0; i < 6; i++) parent[i] = i; for (int i = 0; i < 8; i++) if (root(e[i].u) != root(e[i].v)) { parent[root(e[i].u)] = root(e[i].v); total += e[i].w; } printf("%d\n", total); }
//// bfs-maze
#include <stdio.h>
int main(void) { const char *m[] = {"S.#.....", "..#.###.", "....#...", ".####.#.", "......#E"}; int dist[5][8], q[40], head = 0, tail = 0; for (int i = 0; i < 5; i++) for (int j = 0; j < 8; j++) dist[i][j] = -1; dist[0][0] = 0; q[tail++] = 0; int dy[] = {0, 1, 0, -1}; while (head < tail) { int c = q[head++], y = c / 8, x = c % 8; if (m[y][x] == 'E') printf("%d steps\n", dist[y][x]); for (int k = 0; k < 4; k++) { int v = y + dy[k], u = x + dy[3 - k]; if (v < 0 || u < 0 || v > 4 || u > 7 || m[v][u] == '#' || dist[v][u] >= 0) continue; dist[v][u] = dist[y][x] + 1; q[tail++] = v * 8 + u; } } }
//// dfs-components
#include <stdio.h>
static unsigned adj[10];
static int seen;
static void visit(int v) { seen |= 1 << v; for (int i = 0; i < 10; i++) if (adj[v] >> i & 1 && !(seen >> i & 1)) visit(i); }
int main(void) { int e[][2] = {{0, 1}, {1, 2}, {3, 4}, {5, 6}, {6, 7}, {7, 5}}; for (int i = 0; i < 6; i++) { adj[e[i][0]] |= 1 << e[i][1]; adj[e[i][1]] |= 1 << e[i][0]; } int n = 0; for (int i = 0; i < 10; i++) if (!(seen >> i & 1)) { n++; visit(i); } printf("%d\n", n); }
//// topological-sort
#include <stdio.h>
int main(void) { int e[][2] = {{5, 2}, {5, 0}, {4, 0}, {4, 1}, {2, 3}, {3, 1}}, in[6] = {0}, done[6] = {0}; for (int i = 0; i < 6; i++) in[e[i][1]]++; for (int k = 0; k < 6; k++) for (int v = 0; v < 6; v++) if (!done[v] && !in[v]) { done[v] = 1; printf("%d ", v); for (int i = 0; i < 6; i++) if (e[i][0] == v) in[e[i][1]]--; break; } puts(""); }
//// knapsack
#include <stdio.h>
int main(void) { int w[] = {1, 3, 4, 5}, v[] = {1, 4, 5, 7}, best[8] = {0}; for (int i = 0; i < 4; i++) for (int c = 7; c >= w[i]; c--) if (best[c - w[i]] + v[i] > best[c]) best[c] = best[c - w[i]] + v[i]; printf("%d\n", best[7]); }
//// lcs
#include <stdio.h>
#include <string.h>
int main(void) { const char *a = "AGGTABQXRST", *b = "GXTXAYBRSTU"; int t[12][12] = {{0}}; int n = strlen(a), m = strlen(b); for (int i = 1; i <= n; i++) for (int j = 1; j <= m; j++) t[i][j] = a[i - 1] == b[j - 1] ? t[i - 1][j - 1] + 1 : t[i - 1][j] > t[i][j - 1] ? t[i - 1][j] : t[i][j - 1]; printf("%d\n", t[n][m]); }
//// edit-distance
#include <stdio.h>
#include <string.h>
static int min3(int a, int b, int c) { return a < b ? a < c ? a : c : b < c ? b : c; }
static int distance(const char *a, const char *b) { int d[20]; int n = strlen(b); for (int j = 0; j <= n; j++) d[j] = j; for (int i = 1; a[i - 1]; i++) { int last = d[0]; d[0] = i; for (int j = 1; j <= n; j++) { int t = d[j]; d[j] = min3(d[j] + 1, d[j - 1] + 1, last + (a[i - 1] != b[j - 1])); last = t; } } return d[n]; }
int main(void) { printf("%d %d %d\n", distance("kitten", "sitting"), distance("", "abc"), distance("flaw", "lawn")); }
//// lis
#include <stdio.h>
int main(void) { int a[] = {10, 9, 2, 5, 3, 7, 101, 18, 4, 20}, tail[10], n = 0; for (int i = 0; i < 10; i++) { int lo = 0, hi = n; while (lo < hi) { int m = (lo + hi) / 2; if (tail[m] < a[i]) lo = m + 1; else hi = m; } tail[lo] = a[i]; if (lo == n) n++; } printf("%d\n", n); }
//// matrix-chain
#include <stdio.h>
int main(void) { int p[] = {30, 35, 15, 5, 10, 20, 25}, n = 6; long m[7][7] = {{0}}; for (int l = 2; l <= n; l++) for (int i = 1; i + l - 1 <= n; i++) { int j = i + l - 1; m[i][j] = 1L << 60; for (int k = i; k < j; k++) { long q = m[i][k] + m[k + 1][j] + p[i - 1] * p[k] * p[j]; if (q < m[i][j]) m[i][j] = q; } } printf("%ld\n", m[1][n]); }
//// coin-change
#include <stdio.h>
int main(void) { int c[] = {1, 5, 12, 25}; int d[100]; d[0] = 0; for (int i = 1; i < 100; i++) { d[i] = 1000; for (int k = 0; k < 4; k++) if (c[k] <= i && d[i - c[k]] + 1 < d[i]) d[i] = d[i - c[k]] + 1; } printf("%d %d %d\n", d[16], d[63], d[99]); }
//// max-subarray
#include <stdio.h>
int main(void) { int a[] = {-2, 1, -3, 4, -1, 2, 1, -5, 4}, best = a[0], cur = 0; for (int i = 0; i < 9; i++) { cur = cur > 0 ? cur + a[i] : a[i]; if (cur > best) best = cur; } printf("%d\n", best); }
//// n-queens
#include <stdio.h>
static int solve(int n, unsigned cols, unsigned d1, unsigned d2) { if (cols == (1u << n) - 1) return 1; int count = 0; for (unsigned free = ~(cols | d1 | d2) & ((1u << n) - 1); free; free &= free - 1) { unsigned bit = free & -free; count += solve(n, cols | bit, (d1 | bit) << 1, (d2 | bit) >> 1); } return count; }
int main(void) { for (int n = 4; n <= 7; n++) printf("%d ", solve(n, 0, 0, 0)); puts(""); }
//// sudoku-row-check
#include <stdio.h>
static int g[4][4] = {{1, 0, 0, 4}, {0, 4, 1, 0}, {0, 1, 4, 0}, {4, 0, 0, 1}};
static int ok(int r, int c, int v) { for (int i = 0; i < 4; i++) if (g[r][i] == v || g[i][c] == v || g[r / 2 * 2 + i / 2][c / 2 * 2 + i % 2] == v) return 0; return 1; }
static int solve(int at) { if (at == 16) return 1; int r = at / 4, c = at % 4; if (g[r][c]) return solve(at + 1); for (int v = 1; v <= 4; v++) if (ok(r, c, v)) { g[r][c] = v; if (solve(at + 1)) return 1; g[r][c] = 0; } return 0; }
int main(void) { printf("%d\n", solve(0)); for (int i = 0; i < 4; i++) printf("%d%d%d%d\n", g[i][0], g[i][1], g[i][2], g[i][3]); }
//// permutations
#include <stdio.h>
static void permute(char *s, int k) { if (!s[k]) { printf("%s ", s); return; } for (int i = k; s[i]; i++) { char t = s[k]; s[k] = s[i]; s[i] = t; permute(s, k + 1); t = s[k]; s[k] = s[i]; s[i] = t; } }
int main(void) { char s[] = "abcd"; permute(s, 0); puts(""); }
//// subsets
#include <stdio.h>
int main(void) { int a[] = {3, 34, 4, 12, 5, 2}, hits = 0; for (int m = 0; m < 64; m++) { int s = 0; for (int i = 0; i < 6; i++) if (m >> i & 1) s += a[i]; hits += s == 9; } printf("%d\n", hits); }
//// gray-code
#include <stdio.h>
int main(void) { for (int i = 0; i < 16; i++) { int g = i ^ i >> 1; for (int b = 3; b >= 0; b--) putchar('0' + (g >> b & 1)); putchar(i == 15 ? '\n' : ' '); } }
//// towers-of-hanoi
#include <stdio.h>
static int moves; static void move(int n, int a, int b, int c) { if (n) { move(n - 1, a, c, b); if (moves++ < 5) printf("%d->%d ", a, c); move(n - 1, b, a, c); } }
int main(void) { move(7, 1, 2, 3); printf("%d\n", moves); }
//// ackermann
#include <stdio.h>
static unsigned a(unsigned m, unsigned n) { return m == 0 ? n + 1 : a(m - 1, n == 0 ? 1 : a(m, n - 1)); }
int main(void) { printf("%u %u\n", a(2, 3), a(3, 2)); }
//// collatz
#include <stdio.h>
int main(void) { unsigned long n = 97; int k = 0; while (n != 1) { n = n % 2 ? n * 3 + 1 : n / 2; k++; } printf("%d\n", k); }
//// fibonacci-matrix
#include <stdio.h>
typedef struct { unsigned long a, b, c, d; } m2;
static m2 mul(m2 x, m2 y) { m2 r = {x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d, x.c * y.a + x.d * y.c, x.c * y.b + x.d * y.d}; return r; }
int main(void) { m2 r = {1, 0, 0, 1}, b = {1, 1, 1, 0}; for (int n = 90; n; n >>= 1) { if (n & 1) r = mul(r, b); b = mul(b, b); } printf("%lu\n", r.b); }
//// matrix-multiply
#include <stdio.h>
int main(void) { double a[3][3], b[3][3], c[3][3]; for (int i = 0; i < 3; i++) for (int j = 0; j < 3; j++) { a[i][j] = i + j * .5; b[i][j] = i * j - 1; } for (int i = 0; i < 3; i++) for (int j = 0; j < 3; j++) { c[i][j] = 0; for (int k = 0; k < 3; k++) c[i][j] += a[i][k] * b[k][j]; } for (int i = 0; i < 3; i++) printf("%g %g %g\n", c[i][0], c[i][1], c[i][2]); }
//// gauss
#include <stdio.h>
int main(void) { double a[3][4] = {{2, 1, -1, 8}, {-3, -1, 2, -11}, {-2, 1, 2, -3}}; for (int i = 0; i < 3; i++) { double p = a[i][i]; for (int j = 0; j < 4; j++) a[i][j] /= p; for (int k = 0; k < 3; k++) if (k != i) { double f = a[k][i]; for (int j = 0; j < 4; j++) a[k][j] -= f * a[i][j]; } } printf("%.3f %.3f %.3f\n", a[0][3], a[1][3], a[2][3]); }
//// newton-sqrt
#include <stdio.h>
int main(void) { double x = 2; for (int i = 0; i < 6; i++) x = (x + 2 / x) / 2; printf("%.15f\n", x); }
//// simpson
#include <stdio.h>
static double f(double x) { return x * x * x - 2 * x + 1; }
static double simpson(double (*g)(double), double a, double b, int n) { double h = (b - a) / n, s = g(a) + g(b); for (int i = 1; i < n; i++) s += g(a + i * h) * (i % 2 ? 4 : 2); return s * h / 3; }
int main(void) { printf("%.6f\n", simpson(f, 0, 3, 12)); }
//// bisection
#include <stdio.h>
int main(void) { double lo = 1, hi = 2; for (int i = 0; i < 40; i++) { double m = (lo + hi) / 2; if (m * m * m > 3) hi = m; else lo = m; } printf("%.9f\n", lo); }
//// horner
#include <stdio.h>
int main(void) { float c[] = {2, -6, 2, -1}; float r = 0; for (int i = 0; i < 4; i++) r = r * 3 + c[i]; printf("%g\n", r); }
//// kmp
#include <stdio.h>
#include <string.h>
int main(void) { const char *t = "ababcabcabababd", *p = "ababd"; int f[8] = {0}; for (int i = 1, k = 0; p[i]; i++) { while (k && p[i] != p[k]) k = f[k - 1]; if (p[i] == p[k]) k++; f[i] = k; } for (int i = 0, k = 0; t[i]; i++) { while (k && t[i] != p[k]) k = f[k - 1]; if (t[i] == p[k]) k++; if (!p[k]) { printf("at %d\n", i - k + 1); k = f[k - 1]; } } }
//// rabin-karp
#include <stdio.h>
#include <string.h>
int main(void) { const char *t = "hello yellow fellow", *p = "ell"; unsigned h = 0, w = 0, b = 1; int n = strlen(t), m = strlen(p); for (int i = 0; i < m; i++) { h = h * 31 + p[i]; w = w * 31 + t[i]; if (i) b *= 31; } for (int i = 0; i + m <= n; i++) { if (h == w && !memcmp(t + i, p, m)) printf("%d ", i); w = (w - t[i] * b) * 31 + t[i + m]; } puts(""); }
//// crc32
#include <stdio.h>
int main(void) { const char *s = "123456789"; unsigned c = ~0u; while (*s) { c ^= (unsigned char)*s++; for (int i = 0; i < 8; i++) c = c >> 1 ^ (0xEDB88320u & -(c & 1)); } printf("%08X\n", ~c); }
//// adler32
#include <stdio.h>
int main(void) { unsigned a = 1, b = 0; for (const char *p = "Wikipedia"; *p; p++) { a = (a + *p) % 65521; b = (b + a) % 65521; } printf("%x\n", b << 16 | a); }
//// base64
#include <stdio.h>
#include <string.h>
int main(void) { const char *s = "Many hands make light work."; static const char t[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"; int n = strlen(s); for (int i = 0; i < n; i += 3) { unsigned v = s[i] << 16 | (i + 1 < n ? s[i + 1] : 0) << 8 | (i + 2 < n ? s[i + 2] : 0); putchar(t[v >> 18]); putchar(t[v >> 12 & 63]); putchar(i + 1 < n ? t[v >> 6 & 63] : '='); putchar(i + 2 < n ? t[v & 63] : '='); } puts(""); }
//// run-length
#include <stdio.h>
int main(void) { const char *s = "aaabbbccd"; while (*s) { int n = 1; while (s[n] == *s) n++; printf("%d%c", n, *s); s += n; } puts(""); }
//// huffman-lengths
#include <stdio.h>
int main(void) { int f[11] = {45, 13, 12, 16, 9, 5}, p[11] = {0}, alive[11] = {1, 1, 1, 1, 1, 1}, n = 6; while (n < 11) { int a = -1, b = -1; for (int i = 0; i < n; i++) { if (!alive[i]) continue; if (a < 0 || f[i] < f[a]) { b = a; a = i; } else if (b < 0 || f[i] < f[b]) b = i; } alive[a] = alive[b] = 0; p[a] = p[b] = n; f[n] = f[a] + f[b]; alive[n++] = 1; } for (int i = 0; i < 6; i++) { int l = 0; for (int j = i; j != 10; j = p[j]) l++; printf("%d ", l); } puts(""); }
//// xorshift
#include <stdio.h>
#include <stdint.h>
static uint64_t s = 88172645463325252ULL;
static uint64_t next(void) { s ^= s << 13; s ^= s >> 7; s ^= s << 17; return s; }
int main(void) { for (int i = 0; i < 4; i++) printf("%llu\n", (unsigned long long)next()); }
//// mersenne-like
#include <stdio.h>
static unsigned x[17];
int main(void) { x[0] = 5489; for (int i = 1; i < 17; i++) x[i] = 1812433253u * (x[i - 1] ^ x[i - 1] >> 30) + i; for (int i = 0; i < 17; i++) { unsigned y = (x[i] & 0x80000000u) | (x[(i + 1) % 17] & 0x7fffffffu); x[i] = x[(i + 5) % 17] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0); } unsigned s = 0; for (int i = 0; i < 17; i++) s = s * 31 + x[i]; printf("%u\n", s); }
//// game-of-life
#include <stdio.h>
#include <string.h>
int main(void) { char g[8][9] = {"........", ".#......", "..#.....", "###.....", "........", "........", "........", "........"}; for (int t = 0; t < 8; t++) { char h[8][9]; memcpy(h, g, sizeof g); for (int y = 0; y < 8; y++) for (int x = 0; x < 8; x++) { int n = 0; for (int dy = -1; dy <= 1; dy++) for (int dx = -1; dx <= 1; dx++) if (dx || dy) n += g[(y + dy) & 7][(x + dx) & 7] == '#'; h[y][x] = n == 3 || (n == 2 && g[y][x] == '#') ? '#' : '.'; } memcpy(g, h, sizeof g); } for (int y = 0; y < 8; y++) puts(g[y]); }
//// mandelbrot
#include <stdio.h>
int main(void) { for (int y = 0; y < 7; y++) { for (int x = 0; x < 24; x++) { double a = 0, b = 0, cx = x / 10.0 - 1.8, cy = y / 3.0 - 1; int i = 0; while (a * a + b * b < 4 && i < 12) { double t = a * a - b * b + cx; b = 2 * a * b + cy; a = t; i++; } putchar(" .:-=+*#%@"[i * 9 / 12]); } puts(""); } }
//// pascal
#include <stdio.h>
int main(void) { int r[10] = {1}; for (int n = 0; n < 9; n++) { for (int k = n; k > 0; k--) r[k] += r[k - 1]; for (int k = 0; k <= n; k++) printf("%d ", r[k]); puts(""); } }
//// magic-square
#include <stdio.h>
int main(void) { enum { N = 5 }; int m[N][N] = {{0}}, r = 0, c = N / 2; for (int k = 1; k <= N * N; k++) { m[r][c] = k; int a = (r + N - 1) % N, b = (c + 1) % N; if (m[a][b]) r = (r + 1) % N; else r = a, c = b; } for (int i = 0; i < N; i++) { for (int j = 0; j < N; j++) printf("%3d", m[i][j]); puts(""); } }
//// spiral
#include <stdio.h>
int main(void) { int m[4][5], v = 0, t = 0, b = 3, l = 0, r = 4; while (t <= b && l <= r) { for (int i = l; i <= r; i++) m[t][i] = v++; t++; for (int i = t; i <= b; i++) m[i][r] = v++; r--; if (t <= b) for (int i = r; i >= l; i--) m[b][i] = v++; b--; if (l <= r) for (int i = b; i >= t; i--) m[i][l] = v++; l++; } for (int i = 0; i < 4; i++, puts("")) for (int j = 0; j < 5; j++) printf("%3d", m[i][j]); }
//// big-factorial
#include <stdio.h>
int main(void) { unsigned d[20] = {1}; int n = 1; for (unsigned k = 2; k <= 50; k++) { unsigned long c = 0; for (int i = 0; i < n; i++) { c += (unsigned long)d[i] * k; d[i] = c % 1000000000; c /= 1000000000; } if (c) d[n++] = c; } printf("%u", d[--n]); while (n) printf("%09u", d[--n]); puts(""); }
//// bit-tricks
#include <stdio.h>
static int popcount(unsigned x) { x -= x >> 1 & 0x55555555; x = (x & 0x33333333) + (x >> 2 & 0x33333333); return ((x + (x >> 4) & 0xf0f0f0f) * 0x1010101) >> 24; }
static unsigned reverse(unsigned x) { x = (x & 0x55555555) << 1 | x >> 1 & 0x55555555; x = (x & 0x33333333) << 2 | x >> 2 & 0x33333333; x = (x & 0xf0f0f0f) << 4 | x >> 4 & 0xf0f0f0f; return x << 24 | (x & 0xff00) << 8 | x >> 8 & 0xff00 | x >> 24; }
int main(void) { printf("%d %d %x %d\n", popcount(0xdeadbeef), popcount(0), reverse(0x12345678), __LINE__ > 0); }
//// union-find
#include <stdio.h>
static int p[20], size[20];
static int find(int x) { while (p[x] != x) x = p[x] = p[p[x]]; return x; }
int main(void) { for (int i = 0; i < 20; i++) p[i] = i, size[i] = 1; for (int i = 0; i < 20; i++) { int a = find(i), b = find(i * 7 % 20); if (a != b) { if (size[a] < size[b]) { int t = a; a = b; b = t; } p[b] = a; size[a] += size[b]; } } int n = 0; for (int i = 0; i < 20; i++) n += p[i] == i; printf("%d\n", n); }
//// fenwick
#include <stdio.h>
static long t[17];
static void add(int i, long v) { for (; i <= 16; i += i & -i) t[i] += v; }
static long sum(int i) { long s = 0; for (; i; i -= i & -i) s += t[i]; return s; }
int main(void) { for (int i = 1; i <= 16; i++) add(i, (long)i * i * 100000000L); printf("%ld %ld\n", sum(16), sum(10) - sum(4)); }
//// segment-tree
#include <stdio.h>
int main(void) { int t[16], a[] = {5, 8, 6, 3, 2, 7, 2, 6}; for (int i = 0; i < 8; i++) t[8 + i] = a[i]; for (int i = 7; i; i--) t[i] = t[2 * i] < t[2 * i + 1] ? t[2 * i] : t[2 * i + 1]; int lo = 1 + 8, hi = 4 + 8, m = 99; while (lo <= hi) { if (lo & 1) { if (t[lo] < m) m = t[lo]; lo++; } if (!(hi & 1)) { if (t[hi] < m) m = t[hi]; hi--; } lo /= 2; hi /= 2; } printf("%d\n", m); }
//// trie
#include <stdio.h>
static struct { short next[26]; char end; } node[40];
static int count = 1;
static void insert(const char *w) { int at = 0; for (; *w; w++) { short *n = &node[at].next[*w - 'a']; if (!*n) *n = count++; at = *n; } node[at].end = 1; }
static int has(const char *w) { int at = 0; for (; *w; w++) if (!(at = node[at].next[*w - 'a'])) return 0; return node[at].end; }
int main(void) { insert("tea"); insert("ten"); insert("inn"); insert("i"); printf("%d%d%d%d %d\n", has("tea"), has("te"), has("inn"), has("in"), count); }
//// priority-queue
#include <stdio.h>
static int h[32], n;
static void push(int v) { int i = n++; while (i && h[(i - 1) / 2] > v) { h[i] = h[(i - 1) / 2]; i = (i - 1) / 2; } h[i] = v; }
static int pop(void) { int r = h[0], v = h[--n], i = 0; while (2 * i + 1 < n) { int c = 2 * i + 1; if (c + 1 < n && h[c + 1] < h[c]) c++; if (h[c] >= v) break; h[i] = h[c]; i = c; } h[i] = v; return r; }
int main(void) { int a[] = {5, 3, 8, 1, 9, 2}; for (int i = 0; i < 6; i++) push(a[i]); while (n) printf("%d ", pop()); puts(""); }
//// date-weekday
#include <stdio.h>
static int weekday(int y, int m, int d) { static int t[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4}; y -= m < 3; return (y + y / 4 - y / 100 + y / 400 + t[m - 1] + d) % 7; }
int main(void) { const char *n[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}; puts(n[weekday(2000, 1, 1)]); puts(n[weekday(2026, 11, 22)]); }
//// roman
#include <stdio.h>
int main(void) { int n = 1994, v[] = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}; const char *s[] = {"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}; for (int i = 0; i < 13; i++) while (n >= v[i]) { printf("%s", s[i]); n -= v[i]; } puts(""); }
//// luhn
#include <stdio.h>
static int valid(const char *s) { int sum = 0, n = 0; while (s[n]) n++; for (int i = n - 1, k = 0; i >= 0; i--, k++) { int d = s[i] - '0'; if (k & 1 && (d *= 2) > 9) d -= 9; sum += d; } return sum % 10 == 0; }
int main(void) { printf("%d %d\n", valid("4539578763621486"), valid("4539578763621487")); }
//// caesar
#include <stdio.h>
#include <ctype.h>
int main(void) { char s[] = "Hello, World!"; for (char *p = s; *p; p++) if (isalpha(*p)) *p = (*p & ~31) | ((*p & 31) - 1 + 13) % 26 + 1; puts(s); }
//// expression-calculator
#include <stdio.h>
#include <ctype.h>
static const char *p;
static long expr(void);
static long factor(void) { if (*p == '(') { p++; long v = expr(); p++; return v; } if (*p == '-') { p++; return -factor(); } long v = 0; while (isdigit(*p)) v = v * 10 + *p++ - '0'; return v; }
static long term(void) { long v = factor(); while (*p == '*' || *p == '/') if (*p++ == '*') v *= factor(); else v /= factor(); return v; }
static long expr(void) { long v = term(); while (*p == '+' || *p == '-') if (*p++ == '+') v += term(); else v -= term(); return v; }
int main(void) { p = "2*(3+4)*5-6/2+-(8-10)"; printf("%ld\n", expr()); }
//// reverse-polish
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) { char s[] = "5 1 2 + 4 * + 3 -"; double st[10]; int n = 0; for (char *t = strtok(s, " "); t; t = strtok(NULL, " ")) { if (strchr("+-*/", *t) && !t[1]) { double b = st[--n], a = st[--n]; st[n++] = *t == '+' ? a + b : *t == '-' ? a - b : *t == '*' ? a * b : a / b; } else st[n++] = atof(t); } printf("%g\n", st[0]); }
//// brainfuck
#include <stdio.h>
int main(void) { const char *c = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."; static char t[100]; char *d = t; for (const char *p = c; *p; p++) switch (*p) { case '>': d++; break; case '<': d--; break; case '+': ++*d; break; case '-': --*d; break; case '.': putchar(*d); break; case '[': if (!*d) for (int n = 1; n; n += (*++p == '[') - (*p == ']')); break; case ']': if (*d) for (int n = 1; n; n += (*--p == ']') - (*p == '[')); break; } }
