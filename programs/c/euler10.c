#include <stdio.h>
static int composite[2000000];
int main(void) {
  long sum = 0;
  for (int i = 2; i < 2000000; i++) {
    if (composite[i]) continue;
    sum += i;
    for (long j = (long)i * i; j < 2000000; j += i) composite[j] = 1;
  }
  printf("%ld\n", sum);
}
