// The Mandelbrot set in characters, in double arithmetic.
#include <stdio.h>

int main(void) {
  for (int y = 0; y < 16; y++) {
    for (int x = 0; x < 56; x++) {
      double a = 0, b = 0, cx = x / 20.0 - 2.1, cy = y / 6.5 - 1.15;
      int n = 0;
      while (a * a + b * b < 4 && n < 30) {
        double t = a * a - b * b + cx;
        b = 2 * a * b + cy;
        a = t;
        n++;
      }
      putchar(" .,:;-=+*#%@"[n * 11 / 30]);
    }
    putchar('\n');
  }
  return 0;
}
