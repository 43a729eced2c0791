// Environment calls of the machine, for C programs: docs/environment-calls.md explains each.
#ifndef RESIDENT_H
#define RESIDENT_H

// A call with up to four arguments; the second result (a1) goes to *second when that is not null.
static inline int resident_call2(int number, int a0, int a1, int a2, int a3, int *second) {
  register int r0 __asm__("a0") = a0;
  register int r1 __asm__("a1") = a1;
  register int r2 __asm__("a2") = a2;
  register int r3 __asm__("a3") = a3;
  register int r7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(r0), "+r"(r1) : "r"(r2), "r"(r3), "r"(r7) : "memory");
  if (second) *second = r1;
  return r0;
}
static inline int resident_call(int number, int a0, int a1, int a2, int a3) {
  return resident_call2(number, a0, a1, a2, a3, 0);
}

// Input and output; standard error is the same as standard output.
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
static inline __attribute__((noreturn)) void resident_abort(int cause) {
  resident_call(4096, cause, 0, 0, 0);
  __builtin_unreachable();
}

// Who am I: 0 to resident_instances() - 1.
static inline unsigned resident_instance(void) { return (unsigned)resident_call(4097, 0, 0, 0, 0); }
static inline unsigned resident_instances(void) { return (unsigned)resident_call(4098, 0, 0, 0, 0); }
// Random numbers of this instance; the same for the same seed of the population.
static inline unsigned long long resident_random(void) {
  int high;
  unsigned low = (unsigned)resident_call2(4099, 0, 0, 0, 0, &high);
  return (unsigned long long)(unsigned)high << 32 | low;
}

// RAM that all instances share (`--shared BYTES`), from this address.
#define RESIDENT_SHARED ((void *)0x70000000)

// Heap.
static inline char *resident_brk(void *end) { return (char *)resident_call(214, (int)end, 0, 0, 0); }
static inline void *resident_allocate(unsigned size) { return (void *)resident_call(4176, (int)size, 0, 0, 0); }
static inline void resident_free(void *memory) { resident_call(4177, (int)memory, 0, 0, 0); }
// Code in RAM. These bytes become the executable RAM of this instance (they stay writable), decoded as they are now;
// what is written there later is executed after resident_fence_code(). Returns 0, or -12 when that is more than it has.
static inline int resident_execute(void *start, unsigned length) { return resident_call(226, (int)start, (int)length, 7, 0); }
static inline void resident_fence_code(void) { __asm__ volatile(".word 0x100f /* fence.i */" ::: "memory"); }
// Memory that all instances share; never given back. Use __atomic operations on it.
static inline void *resident_allocate_shared(unsigned size) { return (void *)resident_call(4197, (int)size, 0, 0, 0); }

// Memory and strings, done by the machine.
static inline void resident_copy(void *target, const void *source, unsigned length) {
  for (unsigned done = 0; done < length;)
    done += (unsigned)resident_call(4178, (int)target + done, (int)source + done, (int)(length - done), 0);
}
static inline void resident_set(void *target, int byte, unsigned length) {
  for (unsigned done = 0; done < length;)
    done += (unsigned)resident_call(4179, (int)target + done, byte, (int)(length - done), 0);
}
static inline unsigned resident_string_length(const char *text) { return (unsigned)resident_call(4181, (int)text, 0, 0, 0); }

// Messages. resident_send and resident_receive wait; the try_ forms return -11 (EAGAIN) instead.
static inline int resident_send(unsigned to, const void *message, unsigned length) {
  return resident_call(4192, (int)to, (int)message, (int)length, 0);
}
static inline int resident_try_send(unsigned to, const void *message, unsigned length) {
  return resident_call(4193, (int)to, (int)message, (int)length, 0);
}
static inline int resident_receive(void *buffer, unsigned size, unsigned *sender) {
  return resident_call2(4194, (int)buffer, (int)size, 0, 0, (int *)sender);
}
static inline int resident_try_receive(void *buffer, unsigned size, unsigned *sender) {
  return resident_call2(4195, (int)buffer, (int)size, 0, 0, (int *)sender);
}
// All messages that are there at once, each as sender, length and bytes filled up to a word; returns the bytes written.
// A call ends the instance's turn, so a busy receiver should take many.
static inline int resident_receive_all(void *buffer, unsigned size, unsigned *messages) {
  return resident_call2(4198, (int)buffer, (int)size, 0, 0, (int *)messages);
}
static inline int resident_try_receive_all(void *buffer, unsigned size, unsigned *messages) {
  return resident_call2(4199, (int)buffer, (int)size, 0, 0, (int *)messages);
}
// Returns when every instance has come here.
static inline void resident_barrier(void) { resident_call(4196, 0, 0, 0, 0); }

// Numbers in decimal: a signed integer, and a double as %.15g.
static inline void resident_print_integer(long long value) {
  resident_call(4160, 0, (int)value, (int)(value >> 32), 0);
}
static inline void resident_print_double(double value) {
  union { double d; int w[2]; } bits = {value};
  resident_call(4160, 2, bits.w[0], bits.w[1], 0);
}

#endif
