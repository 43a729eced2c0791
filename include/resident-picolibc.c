// Start-up and system interface for C programs linked with picolibc. Compile it together with the program:
//   riscv64-unknown-elf-gcc --specs=picolibc.specs -march=rv32imafc -mabi=ilp32f -nostartfiles -O2
//     -T include/resident.ld -Iinclude program.c include/resident-picolibc.c -o program.elf
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "resident.h"

extern char __bss_end[];
int main(void);

static char line[256];
static unsigned filled;

static void flush(void) {
  unsigned done = 0;
  while (done < filled) {
    int written = resident_write(1, line + done, filled - done);
    if (written <= 0) break;
    done += written;
  }
  filled = 0;
}

static int put(char c, FILE *file) {
  (void)file;
  line[filled++] = c;
  if (c == '\n' || filled == sizeof line) flush();
  return (unsigned char)c;
}

static int get(FILE *file) {
  (void)file;
  unsigned char c;
  return resident_read(0, &c, 1) == 1 ? c : EOF;
}

static FILE console = FDEV_SETUP_STREAM(put, get, 0, _FDEV_SETUP_RW);
FILE *const stdin = &console;
FILE *const stdout = &console;
FILE *const stderr = &console;

void _exit(int code) {
  flush();
  resident_exit(code);
}

void *sbrk(ptrdiff_t change) {
  char *end = resident_brk(0);
  if (resident_brk(end + change) != end + change) return (void *)-1;
  return end;
}

static void __attribute__((used)) start(void) { exit(main()); }

// The machine starts with sp at the end of RAM and all registers else 0.
__attribute__((naked, section(".text.start"))) void _start(void) {
  __asm__ volatile(".option push\n.option norelax\nla gp, __global_pointer$\n.option pop\nj start");
}
