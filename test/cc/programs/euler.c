// Project Euler, scaled where the original would take long. Programs are separated by lines "//// name".
//// euler1
#include <stdio.h>
int main(void) { int s = 0; for (int i = 1; i < 1000; i++) if (i % 3 == 0 || i % 5 == 0) s += i; printf("%d\n", s); }
//// euler2
#include <stdio.h>
int main(void) { long a = 1, b = 2, s = 0; while (b <= 4000000) { if (b % 2 == 0) s += b; long t = a + b; a = b; b = t; } printf("%ld\n", s); }
//// euler3
#include <stdio.h>
int main(void) { long n = 600851475143L, f = 2, last = 0; while (n > 1) { if (n % f == 0) { n /= f; last = f; } else f++; if (f * f > n && n > 1) { last = n; break; } } printf("%ld\n", last); }
//// euler4
#include <stdio.h>
static int rev(int n) { int r = 0; while (n) { r = r * 10 + n % 10; n /= 10; } return r; }
int main(void) { int best = 0; for (int i = 999; i > 900; i--) for (int j = i; j > 900; j--) { int p = i * j; if (p > best && rev(p) == p) best = p; } printf("%d\n", best); }
//// euler5
#include <stdio.h>
static long gcd(long a, long b) { return b ? gcd(b, a % b) : a; }
int main(void) { long l = 1; for (int i = 1; i <= 20; i++) l = l / gcd(l, i) * i; printf("%ld\n", l); }
//// euler6
#include <stdio.h>
int main(void) { int s = 0, q = 0; for (int i = 1; i <= 100; i++) { s += i; q += i * i; } printf("%d\n", s * s - q); }
//// euler7
#include <stdio.h>
int main(void) { int count = 0, n = 1; int primes[1100]; while (count < 1001) { n++; int ok = 1; for (int i = 0; i < count && primes[i] * primes[i] <= n; i++) if (n % primes[i] == 0) { ok = 0; break; } if (ok) primes[count++] = n; } printf("%d\n", n); }
//// euler8
#include <stdio.h>
static const char digits[] = "73167176531330624919225119674426574742355349194934969835203127745063262395783180169848018694788518438586156078911294949545950173795833195285320880551112540698747158523863050715693290963295227443043557668966489504452445231617318564030987111217223831136222989342338030813533627661428280644448664523874930358907296290491560440772390713810515859307960866701724271218839987979087922749219016997208880937766572733300105336788122023542180975125454059475224352584907711670556013604839586446706324415722155397";
int main(void) { unsigned long best = 0; for (int i = 0; digits[i + 12]; i++) { unsigned long p = 1; for (int j = 0; j < 13; j++) p *= digits[i + j] - '0'; if (p > best) best = p; } printf("%lu\n", best); }
//// euler9
#include <stdio.h>
int main(void) { for (int a = 1; a < 334; a++) { int num = 1000 * (500 - a), den = 1000 - a; if (num % den == 0) { int b = num / den, c = 1000 - a - b; if (a < b) { printf("%d %d %d %d\n", a, b, c, a * b * c); return 0; } } } }
//// euler10
#include <stdio.h>
#include <string.h>
static char composite[20000];
int main(void) { long s = 0; for (int i = 2; i < 20000; i++) { if (composite[i]) continue; s += i; for (int j = i * 2; j < 20000; j += i) composite[j] = 1; } printf("%ld\n", s); }
//// euler12
#include <stdio.h>
static int divisors(int n) { int d = 0; for (int i = 1; i * i <= n; i++) if (n % i == 0) d += i * i == n ? 1 : 2; return d; }
int main(void) { int t = 0, i = 0; do t += ++i; while (divisors(t) <= 60); printf("%d\n", t); }
//// euler14
#include <stdio.h>
int main(void) { int best = 0, at = 0; for (int i = 1; i < 1500; i++) { long n = i; int len = 1; while (n != 1) { n = n & 1 ? 3 * n + 1 : n / 2; len++; } if (len > best) { best = len; at = i; } } printf("%d %d\n", at, best); }
//// euler15
#include <stdio.h>
int main(void) { long g[21][21]; for (int i = 0; i < 21; i++) g[0][i] = g[i][0] = 1; for (int i = 1; i < 21; i++) for (int j = 1; j < 21; j++) g[i][j] = g[i - 1][j] + g[i][j - 1]; printf("%ld\n", g[20][20]); }
//// euler16
#include <stdio.h>
int main(void) { int d[80] = {1}, n = 1; for (int i = 0; i < 200; i++) { int c = 0; for (int j = 0; j < n; j++) { d[j] = d[j] * 2 + c; c = d[j] / 10; d[j] %= 10; } if (c) d[n++] = c; } int s = 0; while (n) s += d[--n]; printf("%d\n", s); }
//// euler17
#include <stdio.h>
static int letters(int n) {
  static const int ones[] = {0, 3, 3, 5, 4, 4, 3, 5, 5, 4, 3, 6, 6, 8, 8, 7, 7, 9, 8, 8}, tens[] = {0, 0, 6, 6, 5, 5, 5, 7, 6, 6};
  if (n == 1000) return 11;
  int s = 0;
  if (n >= 100) { s += ones[n / 100] + 7; n %= 100; if (n) s += 3; }
  return n < 20 ? s + ones[n] : s + tens[n / 10] + ones[n % 10];
}
int main(void) { int s = 0; for (int i = 1; i <= 1000; i++) s += letters(i); printf("%d\n", s); }
//// euler18
#include <stdio.h>
int main(void) {
  int t[][8] = {{75}, {95, 64}, {17, 47, 82}, {18, 35, 87, 10}, {20, 4, 82, 47, 65}, {19, 1, 23, 75, 3, 34}, {88, 2, 77, 73, 7, 63, 67}, {99, 65, 4, 28, 6, 16, 70, 92}};
  for (int i = 6; i >= 0; i--) for (int j = 0; j <= i; j++) t[i][j] += t[i + 1][j] > t[i + 1][j + 1] ? t[i + 1][j] : t[i + 1][j + 1];
  printf("%d\n", t[0][0]);
}
//// euler19
#include <stdio.h>
int main(void) { int day = 1 + 365 % 7, count = 0; int m[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}; for (int y = 1901; y <= 2000; y++) for (int i = 0; i < 12; i++) { if (day % 7 == 0) count++; day += m[i] + (i == 1 && y % 4 == 0 && (y % 100 || y % 400 == 0)); } printf("%d\n", count); }
//// euler20
#include <stdio.h>
int main(void) { int d[200] = {1}, n = 1; for (int k = 2; k <= 40; k++) { int c = 0; for (int j = 0; j < n; j++) { d[j] = d[j] * k + c; c = d[j] / 10; d[j] %= 10; } while (c) { d[n++] = c % 10; c /= 10; } } int s = 0; for (int i = 0; i < n; i++) s += d[i]; printf("%d\n", s); }
//// euler21
#include <stdio.h>
static int ds(int n) { int s = 1; for (int i = 2; i * i <= n; i++) if (n % i == 0) { s += i; if (i * i != n) s += n / i; } return s; }
int main(void) { int s = 0; for (int i = 2; i < 1300; i++) { int d = ds(i); if (d != i && d > 1 && ds(d) == i) s += i; } printf("%d\n", s); }
//// euler24
#include <stdio.h>
int main(void) { int used[10] = {0}, k = 999999, f = 362880; for (int i = 9; i >= 0; i--) { int q = k / f; k %= f; if (i) f /= i; int d = 0; for (;; d++) if (!used[d] && q-- == 0) break; used[d] = 1; putchar('0' + d); } putchar('\n'); }
//// euler25
#include <stdio.h>
#include <string.h>
int main(void) { char a[60] = {1}, b[60] = {1}; int n = 1, i = 2; while (n < 50) { int c = 0; for (int j = 0; j < n; j++) { int t = a[j] + b[j] + c; a[j] = b[j]; b[j] = t % 10; c = t / 10; } if (c) b[n++] = c; i++; } printf("%d\n", i); }
//// euler26
#include <stdio.h>
int main(void) { int best = 0, at = 0; for (int d = 2; d < 200; d++) { int seen[200] = {0}, r = 1, i = 1; while (r && !seen[r]) { seen[r] = i++; r = r * 10 % d; } if (r && i - seen[r] > best) { best = i - seen[r]; at = d; } } printf("%d\n", at); }
//// euler27
#include <stdio.h>
static int prime(int n) { if (n < 2) return 0; for (int i = 2; i * i <= n; i++) if (n % i == 0) return 0; return 1; }
int main(void) { int best = 0, product = 0; for (int a = -25; a < 25; a++) for (int b = 2; b < 60; b++) { if (!prime(b)) continue; int n = 0; while (prime(n * n + a * n + b)) n++; if (n > best) { best = n; product = a * b; } } printf("%d %d\n", best, product); }
//// euler28
#include <stdio.h>
int main(void) { long s = 1, n = 1; for (int k = 2; k < 1001; k += 2) for (int i = 0; i < 4; i++) s += n += k; printf("%ld\n", s); }
//// euler30
#include <stdio.h>
int main(void) { int total = 0, p[10]; for (int i = 0; i < 10; i++) p[i] = i * i * i * i; for (int n = 10; n < 10000; n++) { int s = 0; for (int m = n; m; m /= 10) s += p[m % 10]; if (s == n) total += n; } printf("%d\n", total); }
//// euler31
#include <stdio.h>
int main(void) { int ways[201] = {1}, coins[] = {1, 2, 5, 10, 20, 50, 100, 200}; for (int c = 0; c < 8; c++) for (int i = coins[c]; i <= 200; i++) ways[i] += ways[i - coins[c]]; printf("%d\n", ways[200]); }
//// euler33
#include <stdio.h>
static int gcd(int a, int b) { return b ? gcd(b, a % b) : a; }
int main(void) { int n = 1, d = 1; for (int i = 1; i < 10; i++) for (int j = 1; j < 10; j++) for (int k = 1; k < 10; k++) if (i < k && (10 * i + j) * k == (10 * j + k) * i && i != j) { n *= i; d *= k; } printf("%d\n", d / gcd(n, d)); }
//// euler34
#include <stdio.h>
int main(void) { int f[10] = {1}, t = 0; for (int i = 1; i < 10; i++) f[i] = f[i - 1] * i; for (int n = 10; n < 5000; n++) { int s = 0; for (int m = n; m; m /= 10) s += f[m % 10]; if (s == n) t += n; } printf("%d\n", t); }
//// euler35
#include <stdio.h>
static char c[1000];
int main(void) { for (int i = 2; i < 1000; i++) if (!c[i]) for (int j = 2 * i; j < 1000; j += i) c[j] = 1; int count = 0; for (int i = 2; i < 1000; i++) { int ten = 1; while (ten * 10 <= i) ten *= 10; int n = i, ok = 1; do { if (c[n]) ok = 0; n = n / 10 + n % 10 * ten; } while (n != i && ok); count += ok; } printf("%d\n", count); }
//// euler36
#include <stdio.h>
static int palindrome(int n, int base) { int r = 0; for (int m = n; m; m /= base) r = r * base + m % base; return r == n; }
int main(void) { int s = 0; for (int i = 1; i < 2000; i += 2) if (palindrome(i, 10) && palindrome(i, 2)) s += i; printf("%d\n", s); }
//// euler38
#include <stdio.h>
#include <string.h>
int main(void) { char best[20] = ""; for (int n = 9200; n < 9400; n++) { char t[20]; sprintf(t, "%d%d", n, 2 * n); int m = 0; for (char *p = t; *p; p++) m |= 1 << (*p - '0'); if (strlen(t) == 9 && m == 1022 && strcmp(t, best) > 0) strcpy(best, t); } puts(best); }
//// euler39
#include <stdio.h>
int main(void) { int best = 0, at = 0; for (int p = 12; p <= 300; p += 2) { int n = 0; for (int a = 1; a < p / 3; a++) if (p * (p - 2 * a) % (2 * (p - a)) == 0) n++; if (n > best) { best = n; at = p; } } printf("%d\n", at); }
//// euler40
#include <stdio.h>
int main(void) { int want[] = {1, 10, 100, 1000, 10000}, k = 0, product = 1, at = 0; for (int n = 1; k < 5; n++) { char t[12]; int l = sprintf(t, "%d", n); for (int i = 0; i < l && k < 5; i++) if (++at == want[k]) { product *= t[i] - '0'; k++; } } printf("%d\n", product); }
//// euler42
#include <stdio.h>
#include <ctype.h>
int main(void) { const char *words[] = {"sky", "able", "apple", "bat", "compute", "gpu", "zoo", "a", "c", "f"}; int n = 0; for (unsigned i = 0; i < sizeof words / sizeof *words; i++) { int s = 0; for (const char *p = words[i]; *p; p++) s += toupper(*p) - 'A' + 1; int t = 0; for (int k = 1; t < s; k++) t += k; n += t == s; } printf("%d\n", n); }
//// euler45
#include <stdio.h>
int main(void) { unsigned long t = 285, p = 165, h = 143, tv, pv, hv; h++; for (;; h++) { hv = h * (2 * h - 1); while ((pv = p * (3 * p - 1) / 2) < hv) p++; if (pv == hv || h > 400) break; } printf("%lu %lu\n", h, hv); }
//// euler46
#include <stdio.h>
static int prime(int n) { for (int i = 2; i * i <= n; i++) if (n % i == 0) return 0; return n > 1; }
int main(void) { for (int n = 9;; n += 2) { if (prime(n)) continue; int ok = 0; for (int k = 1; 2 * k * k < n && !ok; k++) ok = prime(n - 2 * k * k); if (!ok) { printf("%d\n", n); return 0; } if (n > 1000) { puts("none below 1000"); return 0; } } }
//// euler47
#include <stdio.h>
static int factors(int n) { int c = 0; for (int i = 2; i * i <= n; i++) if (n % i == 0) { c++; while (n % i == 0) n /= i; } return c + (n > 1); }
int main(void) { int run = 0, n = 2; while (run < 3) { run = factors(n) == 3 ? run + 1 : 0; n++; } printf("%d\n", n - 3); }
//// euler48
#include <stdio.h>
int main(void) { unsigned long m = 1000000, s = 0; for (int i = 1; i <= 100; i++) { unsigned long p = 1; for (int j = 0; j < i; j++) p = p * i % m; s = (s + p) % m; } printf("%lu\n", s); }
//// euler52
#include <stdio.h>
static void count(int n, int *c) { for (int i = 0; i < 10; i++) c[i] = 0; for (; n; n /= 10) c[n % 10]++; }
int main(void) { for (int n = 142800;; n++) { int a[10], b[10], k; count(n, a); for (k = 2; k <= 6; k++) { count(n * k, b); int same = 1; for (int i = 0; i < 10; i++) if (a[i] != b[i]) same = 0; if (!same) break; } if (k == 7) { printf("%d\n", n); return 0; } } }
//// euler53
#include <stdio.h>
int main(void) { double c[60]; int count = 0; for (int n = 0; n < 60; n++) { c[n] = 1; for (int k = n - 1; k > 0; k--) c[k] += c[k - 1]; for (int k = 0; k <= n; k++) count += c[k] > 1e6; } printf("%d\n", count); }
//// euler57
#include <stdio.h>
int main(void) { unsigned long n = 3, d = 2; int count = 0; for (int i = 0; i < 30; i++) { unsigned long t = n + 2 * d; d = n + d; n = t; int ln = 0, ld = 0; for (unsigned long x = n; x; x /= 10) ln++; for (unsigned long x = d; x; x /= 10) ld++; count += ln > ld; } printf("%d %lu/%lu\n", count, n, d); }
//// euler63
#include <stdio.h>
int main(void) { int count = 0; for (unsigned long b = 1; b < 10; b++) { unsigned long p = 1; for (int n = 1; n < 19; n++) { p *= b; int digits = 0; for (unsigned long x = p; x; x /= 10) digits++; if (digits == n) count++; } } printf("%d\n", count); }
//// euler69
#include <stdio.h>
int main(void) { static int phi[3001]; int at = 1; for (int i = 0; i <= 3000; i++) phi[i] = i; for (int i = 2; i <= 3000; i++) if (phi[i] == i) for (int j = i; j <= 3000; j += i) phi[j] -= phi[j] / i; for (int i = 2; i <= 3000; i++) if ((long)i * phi[at] > (long)at * phi[i]) at = i; printf("%d\n", at); }
//// euler73
#include <stdio.h>
static int count(int limit) { int a = 1, b = 3, c, d, n = 0; c = (limit - 1) / 3 * 0 + 1; for (int q = 4; q <= limit; q++) for (int p = q / 3 + 1; p * 2 < q; p++) { int x = p, y = q; while (y) { int t = x % y; x = y; y = t; } n += x == 1; } (void)a; (void)b; (void)c; (void)d; return n; }
int main(void) { printf("%d\n", count(120)); }
//// euler92
#include <stdio.h>
int main(void) { int count = 0; for (int i = 1; i < 2000; i++) { int n = i; while (n != 1 && n != 89) { int s = 0; for (; n; n /= 10) s += n % 10 * (n % 10); n = s; } count += n == 89; } printf("%d\n", count); }
//// euler97
#include <stdio.h>
int main(void) { unsigned long m = 10000000000UL, p = 28433; for (int i = 0; i < 7830; i++) p = p * 2 % m; printf("%lu\n", (p + 1) % m); }
//// euler116
#include <stdio.h>
static long ways(int n, int k) { long w[60] = {1}; for (int i = 1; i <= n; i++) w[i] = w[i - 1] + (i >= k ? w[i - k] : 0); return w[n] - 1; }
int main(void) { printf("%ld\n", ways(50, 2) + ways(50, 3) + ways(50, 4)); }
//// euler206
#include <stdio.h>
int main(void) { for (unsigned long n = 101010101; n < 139000000; n++) { if (n * n / 10 % 10 == 1) { printf("%lu\n", n); return 0; } } puts("none"); }
