#include <stdio.h>

int main(void) {
  printf("Hello from a computer on the GPU: %d\n", 6 * 7);
  return 0;
}
