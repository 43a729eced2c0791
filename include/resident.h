// Environment calls of the machine, for C programs: docs/environment-calls.md explains each.
#ifndef RESIDENT_H
#define RESIDENT_H

static inline int resident_call(int number, int a0, int a1, int a2, int a3) {
  register int r0 __asm__("a0") = a0;
  register int r1 __asm__("a1") = a1;
  register int r2 __asm__("a2") = a2;
  register int r3 __asm__("a3") = a3;
  register int r7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(r0), "+r"(r1) : "r"(r2), "r"(r3), "r"(r7) : "memory");
  return r0;
}

static inline int resident_read(int fd, void *buffer, unsigned length) {
  return resident_call(63, fd, (int)buffer, (int)length, 0);
}
static inline int resident_write(int fd, const void *buffer, unsigned length) {
  return resident_call(64, fd, (int)buffer, (int)length, 0);
}
static inline __attribute__((noreturn)) void resident_exit(int code) {
  resident_call(94, code, 0, 0, 0);
  __builtin_unreachable();
}
static inline char *resident_brk(void *end) { return (char *)resident_call(214, (int)end, 0, 0, 0); }

#endif
