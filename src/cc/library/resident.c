// resident.h: the environment calls of the machine, under the names of include/resident.h (docs/environment-calls.md).

int resident_read(int fd, void *buffer, unsigned length) { return __ecall(63, fd, (int)buffer, length); }
int resident_write(int fd, const void *buffer, unsigned length) { return __ecall(64, fd, (int)buffer, length); }
void resident_exit(int code) { __ecall(94, code); }
void resident_abort(int cause) { __ecall(4096, cause); }

unsigned resident_instance(void) { return __ecall(4097); }
unsigned resident_instances(void) { return __ecall(4098); }
unsigned long resident_random(void) { return __ecall_long(4099); }

char *resident_brk(void *end) { return (char *)__ecall(214, (int)end); }
void *resident_allocate(unsigned size) { return (void *)__ecall(4176, size); }
void resident_free(void *memory) { __ecall(4177, (int)memory); }
void *resident_allocate_shared(unsigned size) { return (void *)__ecall(4197, size); }
int resident_free_shared(void *memory) { return __ecall(4200, (int)memory); }

void resident_copy(void *target, const void *source, unsigned length) {
  for (unsigned done = 0; done < length;) done += __ecall(4178, (int)target + done, (int)source + done, length - done);
}
void resident_set(void *target, int byte, unsigned length) {
  for (unsigned done = 0; done < length;) done += __ecall(4179, (int)target + done, byte, length - done);
}
unsigned resident_string_length(const char *text) { return __ecall(4181, (int)text); }

int resident_send(unsigned to, const void *message, unsigned length) {
  return __ecall(4192, to, (int)message, length);
}
int resident_try_send(unsigned to, const void *message, unsigned length) {
  return __ecall(4193, to, (int)message, length);
}

static int __two(unsigned long results, unsigned *second) {
  if (second) *second = results >> 32;
  return results;
}
int resident_receive(void *buffer, unsigned size, unsigned *sender) {
  return __two(__ecall_long(4194, (int)buffer, size), sender);
}
int resident_try_receive(void *buffer, unsigned size, unsigned *sender) {
  return __two(__ecall_long(4195, (int)buffer, size), sender);
}
int resident_receive_all(void *buffer, unsigned size, unsigned *messages) {
  return __two(__ecall_long(4198, (int)buffer, size), messages);
}
int resident_try_receive_all(void *buffer, unsigned size, unsigned *messages) {
  return __two(__ecall_long(4199, (int)buffer, size), messages);
}
void resident_barrier(void) { __ecall(4196); }

void resident_print_integer(long value) { __ecall(4160, 0, value, value >> 32); }
void resident_print_double(double value) {
  unsigned long bits = *(unsigned long *)&value;
  __ecall(4160, 2, bits, bits >> 32);
}
