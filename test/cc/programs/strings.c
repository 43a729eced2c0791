// String parsing and formatting. Programs are separated by lines "//// name".
//// tokenize-expression
#include <stdio.h>
#include <ctype.h>
int main(void) { const char *s = "x1 = 3.5*(y+42) - foo_bar/7 >= 2"; while (*s) { if (isspace((unsigned char)*s)) { s++; continue; } const char *b = s; if (isalpha((unsigned char)*s) || *s == '_') { while (isalnum((unsigned char)*s) || *s == '_') s++; printf("name:%.*s ", (int)(s - b), b); } else if (isdigit((unsigned char)*s)) { while (isdigit((unsigned char)*s) || *s == '.') s++; printf("num:%.*s ", (int)(s - b), b); } else { s++; if (*s == '=') s++; printf("op:%.*s ", (int)(s - b), b); } } puts(""); return 0; }
//// calculator
#include <stdio.h>
#include <stdlib.h>
static const char *p; static double expr(void);
static double atom(void) { while (*p == ' ') p++; if (*p == '(') { p++; double v = expr(); while (*p == ' ') p++; p++; return v; } if (*p == '-') { p++; return -atom(); } char *e; double v = strtod(p, &e); p = e; return v; }
static double term(void) { double v = atom(); for (;;) { while (*p == ' ') p++; if (*p == '*') { p++; v *= atom(); } else if (*p == '/') { p++; v /= atom(); } else return v; } }
static double expr(void) { double v = term(); for (;;) { while (*p == ' ') p++; if (*p == '+') { p++; v += term(); } else if (*p == '-') { p++; v -= term(); } else return v; } }
int main(void) { const char *t[] = { "1+2*3", "(1+2)*3", "2*(3+4)*5-6/4", "-(2-5)*-1.5", "10/4/5", "1e3 - 1e-3", "((((7))))" }; for (int i = 0; i < 7; i++) { p = t[i]; printf("%s = %.10g\n", t[i], expr()); } return 0; }
//// rpn
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) { char in[] = "5 1 2 + 4 * + 3 - 2 6 * /"; double st[16]; int n = 0; for (char *w = strtok(in, " "); w; w = strtok(NULL, " ")) { if (strchr("+-*/", *w) && !w[1]) { double b = st[--n], a = st[--n]; st[n++] = *w == '+' ? a + b : *w == '-' ? a - b : *w == '*' ? a * b : a / b; } else st[n++] = atof(w); } printf("%d %.6f\n", n, st[0]); return 0; }
//// key-value
#include <stdio.h>
#include <string.h>
#include <ctype.h>
static char *trim(char *s) { while (isspace((unsigned char)*s)) s++; char *e = s + strlen(s); while (e > s && isspace((unsigned char)e[-1])) *--e = 0; return s; }
int main(void) { char text[] = "name = Ada Lovelace \n# comment\n born=1815\nempty=\n\n bad line\n path = /usr/a=b "; int line = 0; char *save, *l = strtok_r(text, "\n", &save); while (l) { line++; l = trim(l); if (*l && *l != '#') { char *eq = strchr(l, '='); if (!eq) printf("line %d: no '='\n", line); else { *eq = 0; printf("[%s] -> [%s]\n", trim(l), trim(eq + 1)); } } l = strtok_r(NULL, "\n", &save); } return 0; }
//// ini-sections
#include <stdio.h>
#include <string.h>
int main(void) { const char *text = "[server]\nport=80\nhost=a.b\n[client]\nretry=3\n"; char section[20] = "", key[20]; char value[20]; const char *p = text; while (*p) { char line[40]; int n = 0; while (*p && *p != '\n') line[n++] = *p++; line[n] = 0; if (*p) p++; if (sscanf(line, "[%19[^]]]", section) == 1) continue; if (sscanf(line, "%19[^=]=%19s", key, value) == 2) printf("%s.%s: %s\n", section, key, value); } return 0; }
//// json-print
#include <stdio.h>
#include <ctype.h>
static const char *p; static int depth;
static void value(void);
static void ws(void) { while (isspace((unsigned char)*p)) p++; }
static void string(void) { putchar('"'); p++; while (*p != '"') { if (*p == '\\') putchar(*p++); putchar(*p++); } p++; putchar('"'); }
static void indent(void) { putchar('\n'); for (int i = 0; i < depth; i++) printf("  "); }
static void list(char end) { putchar(*p++); ws(); if (*p == end) { putchar(*p++); return; } depth++; for (;;) { indent(); ws(); if (end == '}') { string(); ws(); p++; printf(": "); } value(); ws(); if (*p == ',') { putchar(*p++); continue; } depth--; indent(); putchar(*p++); return; } }
static void value(void) { ws(); if (*p == '{') list('}'); else if (*p == '[') list(']'); else if (*p == '"') string(); else while (*p && (isalnum((unsigned char)*p) || *p == '-' || *p == '.' || *p == '+')) putchar(*p++); }
int main(void) { p = "{\"a\":[1,2.5,-3e+2,[]],\"b\":{\"c\":true,\"d\\\"q\":null},\"e\":{}}"; value(); putchar('\n'); return 0; }
//// json-numbers
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) { const char *s = "{\"items\": [ {\"id\": 7, \"price\": 12.50}, {\"id\": 12, \"price\": 3.25}, {\"id\": 40, \"price\": 100} ]}"; double total = 0; long ids = 0; int n = 0; for (const char *q = s; (q = strstr(q, "\"id\":")); ) { q += 5; ids += strtol(q, (char **)&q, 10); const char *r = strstr(q, "\"price\":"); total += strtod(r + 8, NULL); n++; } printf("%d %ld %.2f\n", n, ids, total); return 0; }
//// xml-tags
#include <stdio.h>
#include <string.h>
int main(void) { const char *s = "<a><b x='1'/><c>text<d></d></c><!-- no <e> --></a>"; const char *stack[10]; int len[10], n = 0, ok = 1; while ((s = strchr(s, '<'))) { if (!strncmp(s, "<!--", 4)) { s = strstr(s, "-->") + 3; continue; } const char *e = strchr(s, '>'); if (s[1] == '/') { n--; if (n < 0 || strncmp(stack[n], s + 2, len[n])) ok = 0; } else { int l = strcspn(s + 1, " />"); printf("%*s%.*s\n", n * 2, "", l, s + 1); if (e[-1] != '/') { stack[n] = s + 1; len[n++] = l; } } s = e + 1; } printf("%s %d\n", ok ? "well formed" : "bad", n); return 0; }
//// dates
#include <stdio.h>
static int leap(int y) { return y % 4 == 0 && y % 100 != 0 || y % 400 == 0; }
static int days(int y, int m) { static const int d[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }; return d[m - 1] + (m == 2 && leap(y)); }
int main(void) { const char *t[] = { "2024-02-29", "2023-02-29", "1999-12-31", "2000-13-01", "abc", "2100-02-28", "1970-01-01x" }; for (int i = 0; i < 7; i++) { int y, m, d; char rest; int n = sscanf(t[i], "%4d-%2d-%2d%c", &y, &m, &d, &rest); if (n != 3 || m < 1 || m > 12 || d < 1 || d > days(y, m)) { printf("%s: bad (%d)\n", t[i], n); continue; } int doy = d; for (int k = 1; k < m; k++) doy += days(y, k); int a = (14 - m) / 12, yy = y - a, mm = m + 12 * a - 2; int w = (d + yy + yy / 4 - yy / 100 + yy / 400 + 31 * mm / 12) % 7; printf("%s: day %d, weekday %d\n", t[i], doy, w); } return 0; }
//// hex-dump
#include <stdio.h>
#include <string.h>
int main(void) { const char *s = "Hello, world!\n\tTabs & \x7f\x01 bytes; 0123456789"; int n = strlen(s); for (int i = 0; i < n; i += 16) { printf("%04x ", i); for (int j = 0; j < 16; j++) if (i + j < n) printf(" %02x", (unsigned char)s[i + j]); else printf("   "); printf("  |"); for (int j = 0; j < 16 && i + j < n; j++) { unsigned char c = s[i + j]; putchar(c >= 32 && c < 127 ? c : '.'); } puts("|"); } return 0; }
//// base64
#include <stdio.h>
#include <string.h>
static const char tab[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static void enc(const char *s, char *o) { int n = strlen(s); for (int i = 0; i < n; i += 3) { unsigned v = (unsigned char)s[i] << 16; if (i + 1 < n) v |= (unsigned char)s[i + 1] << 8; if (i + 2 < n) v |= (unsigned char)s[i + 2]; *o++ = tab[v >> 18]; *o++ = tab[v >> 12 & 63]; *o++ = i + 1 < n ? tab[v >> 6 & 63] : '='; *o++ = i + 2 < n ? tab[v & 63] : '='; } *o = 0; }
static void dec(const char *s, char *o) { unsigned v = 0; int bits = 0; for (; *s && *s != '='; s++) { v = v << 6 | (strchr(tab, *s) - tab); bits += 6; if (bits >= 8) { bits -= 8; *o++ = v >> bits; } } *o = 0; }
int main(void) { const char *t[] = { "", "f", "fo", "foo", "foob", "fooba", "foobar", "Many hands make light work." }; char a[64], b[64]; for (int i = 0; i < 8; i++) { enc(t[i], a); dec(a, b); printf("%s %d\n", a, strcmp(b, t[i])); } return 0; }
//// utf8
#include <stdio.h>
int main(void) { const unsigned char *s = (const unsigned char *)"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; int n = 0; while (*s) { unsigned c; int k; if (*s < 0x80) { c = *s; k = 1; } else if (*s < 0xe0) { c = *s & 31; k = 2; } else if (*s < 0xf0) { c = *s & 15; k = 3; } else { c = *s & 7; k = 4; } for (int i = 1; i < k; i++) c = c << 6 | (s[i] & 63); printf("U+%04X(%d) ", c, k); s += k; n++; } printf("%d\n", n); return 0; }
//// run-length
#include <stdio.h>
#include <ctype.h>
int main(void) { const char *s = "12W3B1A5Z"; char out[64]; int n = 0; while (*s) { int k = 0; while (isdigit((unsigned char)*s)) k = k * 10 + *s++ - '0'; while (k--) out[n++] = *s; s++; } out[n] = 0; puts(out); for (int i = 0; i < n; ) { int j = i; while (j < n && out[j] == out[i]) j++; printf("%d%c", j - i, out[i]); i = j; } puts(""); return 0; }
//// caesar-vigenere
#include <stdio.h>
#include <ctype.h>
#include <string.h>
static char rot(char c, int k) { if (isupper((unsigned char)c)) return (c - 'A' + k + 26) % 26 + 'A'; if (islower((unsigned char)c)) return (c - 'a' + k + 26) % 26 + 'a'; return c; }
int main(void) { char s[] = "Attack at dawn, Zulu!"; const char *key = "lemon"; for (char *p = s; *p; p++) *p = rot(*p, 3); puts(s); for (char *p = s; *p; p++) *p = rot(*p, -3); int k = 0; for (char *p = s; *p; p++) if (isalpha((unsigned char)*p)) *p = rot(*p, key[k++ % strlen(key)] - 'a'); puts(s); k = 0; for (char *p = s; *p; p++) if (isalpha((unsigned char)*p)) *p = rot(*p, -(key[k++ % strlen(key)] - 'a')); puts(s); return 0; }
//// morse
#include <stdio.h>
#include <string.h>
static const char *code[] = { ".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--", "-.", "---", ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--.." };
int main(void) { const char *m = "THE QUICK BROWN FOX"; char out[200] = ""; for (; *m; m++) { if (*m == ' ') strcat(out, "/"); else { strcat(out, code[*m - 'A']); strcat(out, " "); } } puts(out); char buf[200]; strcpy(buf, out); for (char *w = buf; *w; ) { if (*w == '/') { putchar(' '); w++; continue; } size_t l = strcspn(w, " "); for (int i = 0; i < 26; i++) if (strlen(code[i]) == l && !strncmp(code[i], w, l)) putchar('A' + i); w += l + 1; } puts(""); return 0; }
//// word-frequency
#include <stdio.h>
#include <string.h>
#include <ctype.h>
#include <stdlib.h>
struct w { char t[16]; int n; };
static int cmp(const void *a, const void *b) { const struct w *x = a, *y = b; return y->n != x->n ? y->n - x->n : strcmp(x->t, y->t); }
int main(void) { const char *s = "the cat and the dog and THE bird; a cat is a cat."; struct w list[20]; int n = 0; while (*s) { char t[16]; int k = 0; while (isalpha((unsigned char)*s)) t[k++] = tolower((unsigned char)*s++); t[k] = 0; if (k) { int i; for (i = 0; i < n; i++) if (!strcmp(list[i].t, t)) break; if (i == n) { strcpy(list[n].t, t); list[n++].n = 0; } list[i].n++; } else s++; } qsort(list, n, sizeof *list, cmp); for (int i = 0; i < n; i++) printf("%-5s %d\n", list[i].t, list[i].n); return 0; }
//// justify
#include <stdio.h>
#include <string.h>
int main(void) { char text[] = "This is an example of text justification with greedy lines"; char *w[20]; int n = 0; for (char *t = strtok(text, " "); t; t = strtok(NULL, " ")) w[n++] = t; int width = 18; for (int i = 0; i < n; ) { int j = i, len = 0; while (j < n && len + (int)strlen(w[j]) + (j - i) <= width) len += strlen(w[j++]); int gaps = j - i - 1, space = width - len; printf("|"); for (int k = i; k < j; k++) { printf("%s", w[k]); if (k < j - 1) { int s = j == n ? 1 : space / gaps + (k - i < space % gaps); for (int q = 0; q < s; q++) putchar(' '); } } puts("|"); i = j; } return 0; }
//// levenshtein
#include <stdio.h>
#include <string.h>
static int d[32][32];
static int dist(const char *a, const char *b) { int n = strlen(a), m = strlen(b); for (int i = 0; i <= n; i++) for (int j = 0; j <= m; j++) { if (!i || !j) d[i][j] = i + j; else { int k = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]); if (d[i - 1][j] + 1 < k) k = d[i - 1][j] + 1; if (d[i][j - 1] + 1 < k) k = d[i][j - 1] + 1; d[i][j] = k; } } return d[n][m]; }
int main(void) { printf("%d %d %d %d\n", dist("kitten", "sitting"), dist("", "abc"), dist("flaw", "lawn"), dist("intention", "execution")); return 0; }
//// glob
#include <stdio.h>
static int match(const char *p, const char *s) { if (!*p) return !*s; if (*p == '*') return match(p + 1, s) || (*s && match(p, s + 1)); if (*p == '[') { int neg = p[1] == '!', ok = 0; const char *q = p + 1 + neg; for (; *q != ']'; q++) { if (q[1] == '-' && q[2] != ']') { if (*s >= q[0] && *s <= q[2]) ok = 1; q += 2; } else if (*q == *s) ok = 1; } return *s && ok != neg && match(q + 1, s + 1); } return *s && (*p == '?' || *p == *s) && match(p + 1, s + 1); }
int main(void) { const char *t[][2] = { { "*.c", "main.c" }, { "*.c", "main.h" }, { "?a[0-9]", "xa7" }, { "?a[!0-9]", "xa7" }, { "a*b*c", "aXXbYYc" }, { "a*b*c", "aXXbYY" }, { "**", "" } }; for (int i = 0; i < 7; i++) printf("%d", match(t[i][0], t[i][1])); puts(""); return 0; }
//// scanf-kinds
#include <stdio.h>
int main(void) { int a, b, n; unsigned x; long l; float f; double d; char s[10], c, set[10]; int k = sscanf(" 12 -7 0x1F 99999999999 2.5 -1e-2 word;Q abc123", "%d%d%x%ld%f%lf %9[a-z];%c %9[a-c]%n", &a, &b, &x, &l, &f, &d, s, &c, set, &n); printf("%d: %d %d %u %ld %g %g %s %c %s %d\n", k, a, b, x, l, f, d, s, c, set, n); k = sscanf("5,x", "%d,%d", &a, &b); printf("%d %d\n", k, a); k = sscanf("", "%d", &a); printf("%d\n", k); k = sscanf("077 077 0x10", "%i %d %i", &a, &b, &n); printf("%d %d %d %d\n", k, a, b, n); k = sscanf("12345678", "%3d%*2d%d", &a, &b); printf("%d %d %d\n", k, a, b); return 0; }
//// printf-fields
#include <stdio.h>
int main(void) { printf("[%5d][%-5d][%05d][%+d][% d][%x][%#x][%#o][%X]\n", 42, 42, 42, 42, 42, 255, 255, 8, 48879); printf("[%8.3f][%-8.2f][%08.1f][%+.0f][%e][%.2E][%g][%G]\n", 3.14159, 2.5, -2.25, 2.5, 12345.678, 0.00012, 1e-5, 1e10); printf("[%10s][%-10s][%.3s][%c][%%][%*d][%-*d|][%.*s]\n", "right", "left", "truncate", 'z', 6, 7, 4, 5, 2, "abc"); printf("[%ld][%lu][%llx][%hhd][%hu]\n", -1L, ~0UL, 1ULL << 40, 300, 70000); printf("[%5.1f|%.3d|%10.4d|%#.3x|%+5d]\n", 9.96, 5, -12, 10, 3); return 0; }
//// strtol-cases
#include <stdio.h>
#include <stdlib.h>
int main(void) { const char *t[] = { "  42abc", "-0x1f", "0777", "zz", "", "+9", "2147483648", "99999999999999999999", "0b11", "1010" }; int base[] = { 10, 16, 0, 36, 10, 0, 10, 10, 2, 2 }; for (int i = 0; i < 10; i++) { char *e; long v = strtol(t[i], &e, base[i]); printf("%ld rest '%s'\n", v, e); } printf("%lu\n", strtoul("-1", NULL, 10)); return 0; }
//// strtod-cases
#include <stdio.h>
#include <stdlib.h>
int main(void) { const char *t[] = { "3.14xyz", "-.5e1", "1e400", "1e-400", "inf", "nan", ".", "12e", "1e+5-", "  +0.1" }; for (int i = 0; i < 10; i++) { char *e; double v = strtod(t[i], &e); printf("%g rest '%s'\n", v, e); } return 0; }
//// string-functions
#include <stdio.h>
#include <string.h>
int main(void) { char a[32] = "hello"; strncat(a, " world and more", 6); printf("%s %zu\n", a, strlen(a)); char b[8]; strncpy(b, "ab", 8); printf("%d %d %d\n", b[1], b[2], b[7]); printf("%d %d %d\n", strcmp("a", "b") < 0, strncmp("abcX", "abcY", 3), memcmp("ab\0c", "ab\0d", 4) < 0); printf("%s %s %s\n", strchr("a.b.c", '.'), strrchr("a.b.c", '.'), strstr("needle in haystack", "in")); printf("%zu %zu %s\n", strspn("123abc", "0123456789"), strcspn("abc;def", ";"), strpbrk("key=value", "=:")); memmove(a + 2, a, 5); printf("%s\n", a); memset(a, '*', 3); printf("%s\n", a); return 0; }
//// split-quotes
#include <stdio.h>
int main(void) { const char *s = "cmd -x \"two words\" 'single \"q\"' a\\ b \"esc\\\"aped\""; char out[40]; int n = 0, any = 0; char q = 0; for (;; s++) { if (!*s || (*s == ' ' && !q)) { if (any) { out[n] = 0; printf("<%s>\n", out); } n = any = 0; if (!*s) break; continue; } any = 1; if (q ? *s == q : *s == '"' || *s == '\'') { q = q ? 0 : *s; continue; } if (*s == '\\' && q != '\'') s++; out[n++] = *s; } return 0; }
//// template
#include <stdio.h>
#include <string.h>
int main(void) { const char *vars[][2] = { { "name", "World" }, { "n", "3" }, { "empty", "" } }; const char *t = "Hello {name}! You have {n} new {unknown}{empty}message{{s}}."; while (*t) { if (t[0] == '{' && t[1] == '{') { putchar('{'); t += 2; } else if (t[0] == '}' && t[1] == '}') { putchar('}'); t += 2; } else if (*t == '{') { int l = strcspn(t + 1, "}"), found = 0; for (int i = 0; i < 3; i++) if ((int)strlen(vars[i][0]) == l && !strncmp(vars[i][0], t + 1, l)) { printf("%s", vars[i][1]); found = 1; } if (!found) printf("?%.*s?", l, t + 1); t += l + 2; } else putchar(*t++); } puts(""); return 0; }
//// diff-lines
#include <stdio.h>
#include <string.h>
static int l[12][12];
int main(void) { const char *a[] = { "a", "b", "c", "d", "e" }, *b[] = { "a", "x", "c", "e", "f" }; int n = 5, m = 5; for (int i = n - 1; i >= 0; i--) for (int j = m - 1; j >= 0; j--) l[i][j] = !strcmp(a[i], b[j]) ? l[i + 1][j + 1] + 1 : l[i + 1][j] > l[i][j + 1] ? l[i + 1][j] : l[i][j + 1]; int i = 0, j = 0; while (i < n || j < m) { if (i < n && j < m && !strcmp(a[i], b[j])) { printf("  %s\n", a[i]); i++; j++; } else if (j == m || (i < n && l[i + 1][j] >= l[i][j + 1])) printf("- %s\n", a[i++]); else printf("+ %s\n", b[j++]); } return 0; }
//// brainfuck
#include <stdio.h>
int main(void) { const char *p = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+."; unsigned char t[100] = { 0 }; int d = 0; for (int i = 0; p[i]; i++) { switch (p[i]) { case '>': d++; break; case '<': d--; break; case '+': t[d]++; break; case '-': t[d]--; break; case '.': putchar(t[d]); break; case '[': if (!t[d]) { int k = 1; while (k) { i++; if (p[i] == '[') k++; if (p[i] == ']') k--; } } break; case ']': if (t[d]) { int k = 1; while (k) { i--; if (p[i] == ']') k++; if (p[i] == '[') k--; } } break; } } puts(""); return 0; }
//// roman-both-ways
#include <stdio.h>
#include <string.h>
static const struct { int v; const char *s; } r[] = { { 1000, "M" }, { 900, "CM" }, { 500, "D" }, { 400, "CD" }, { 100, "C" }, { 90, "XC" }, { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" }, { 4, "IV" }, { 1, "I" } };
int main(void) { int bad = 0; char buf[32]; for (int n = 1; n < 4000; n++) { buf[0] = 0; int k = n; for (int i = 0; i < 13; i++) while (k >= r[i].v) { strcat(buf, r[i].s); k -= r[i].v; } int v = 0; const char *p = buf; for (int i = 0; i < 13; i++) while (!strncmp(p, r[i].s, strlen(r[i].s))) { v += r[i].v; p += strlen(r[i].s); } if (v != n || *p) bad++; if (n % 777 == 0) printf("%d %s\n", n, buf); } printf("%d bad\n", bad); return 0; }
//// number-words
#include <stdio.h>
static const char *small[] = { "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen" }, *tens[] = { "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety" };
static void say(long n) { if (n < 20) printf("%s", small[n]); else if (n < 100) { printf("%s", tens[n / 10]); if (n % 10) printf("-%s", small[n % 10]); } else { static const struct { long v; const char *s; } big[] = { { 1000000000, "billion" }, { 1000000, "million" }, { 1000, "thousand" }, { 100, "hundred" } }; for (int i = 0; i < 4; i++) if (n >= big[i].v) { say(n / big[i].v); printf(" %s", big[i].s); if (n % big[i].v) { printf(" "); say(n % big[i].v); } return; } } }
int main(void) { long t[] = { 0, 13, 42, 100, 219, 1000, 12345, 1000001, 9876543210 }; for (int i = 0; i < 9; i++) { say(t[i]); puts(""); } return 0; }
