// Environment calls of the machine, for C programs: docs/environment-calls.md explains each.
#ifndef RESIDENT_H
#define RESIDENT_H

#ifdef __resident__
// The compiler on the GPU: the call is built in.
#define resident_call(number, a0, a1, a2, a3) __ecall(number, a0, a1, a2, a3)
#define RESIDENT_CALL2(number, r0, r1, result, second) \
  do { union { double d; int w[2]; } in, out; in.w[0] = (r0); in.w[1] = (r1); \
    out.d = __ecall64(number, in.d); (result) = out.w[0]; (second) = out.w[1]; } while (0)
#define RESIDENT_END(code) exit(code)
static int resident_receive(void *buffer, unsigned size, unsigned *sender) {
  int length, from;
  RESIDENT_CALL2(4194, (int)buffer, (int)size, length, from);
  if (sender) *sender = (unsigned)from;
  return length;
}
static int resident_try_receive(void *buffer, unsigned size, unsigned *sender) {
  int length, from;
  RESIDENT_CALL2(4195, (int)buffer, (int)size, length, from);
  if (sender) *sender = (unsigned)from;
  return length;
}
static int resident_task_next(char *buffer, unsigned size, int *task) {
  int length, number;
  RESIDENT_CALL2(4482, (int)buffer, (int)size, length, number);
  if (task) *task = number;
  return length;
}
static unsigned resident_instance(void) { return (unsigned)resident_call(4097, 0, 0, 0, 0); }
static unsigned resident_instances(void) { return (unsigned)resident_call(4098, 0, 0, 0, 0); }
static unsigned resident_random(void) { return (unsigned)resident_call(4099, 0, 0, 0, 0); }
static int resident_send(unsigned to, const void *message, unsigned length) {
  return resident_call(4192, (int)to, (int)message, (int)length, 0);
}
static void *resident_allocate_shared(unsigned size) { return (void *)resident_call(4197, (int)size, 0, 0, 0); }
#else
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
// Memory that all instances share. Use __atomic operations on it.
static inline void *resident_allocate_shared(unsigned size) { return (void *)resident_call(4197, (int)size, 0, 0, 0); }
static inline int resident_free_shared(void *memory) { return resident_call(4200, (int)memory, 0, 0, 0); }

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

// Mathematics of double, done by the machine and correctly rounded; `pow` and `atan2` take two arguments. A float
// goes through double. Trigonometric and hyperbolic functions are there for programs that a whole population shares.
static inline double resident_function(int number, double x, double y) {
  union { double d; int w[2]; } a = {x}, b = {y};
  a.w[0] = resident_call2(number, a.w[0], a.w[1], b.w[0], b.w[1], &a.w[1]);
  return a.d;
}
#define RESIDENT_FUNCTION(name, number) \
  static inline double resident_##name(double x) { return resident_function(number, x, 0); } \
  static inline float resident_##name##f(float x) { return (float)resident_function(number, x, 0); }
RESIDENT_FUNCTION(sqrt, 4116)
RESIDENT_FUNCTION(exp, 4129)
RESIDENT_FUNCTION(exp2, 4130)
RESIDENT_FUNCTION(log, 4131)
RESIDENT_FUNCTION(log2, 4132)
RESIDENT_FUNCTION(log10, 4133)
RESIDENT_FUNCTION(sin, 4134)
RESIDENT_FUNCTION(cos, 4135)
RESIDENT_FUNCTION(tan, 4136)
RESIDENT_FUNCTION(asin, 4137)
RESIDENT_FUNCTION(acos, 4138)
RESIDENT_FUNCTION(atan, 4139)
RESIDENT_FUNCTION(sinh, 4141)
RESIDENT_FUNCTION(cosh, 4142)
RESIDENT_FUNCTION(tanh, 4143)
#undef RESIDENT_FUNCTION
static inline double resident_pow(double x, double y) { return resident_function(4128, x, y); }
static inline double resident_atan2(double y, double x) { return resident_function(4140, y, x); }
static inline float resident_powf(float x, float y) { return (float)resident_function(4128, x, y); }
static inline float resident_atan2f(float y, float x) { return (float)resident_function(4140, y, x); }

// Numbers in decimal: a signed integer, and a double as %.15g.
static inline void resident_print_integer(long long value) {
  resident_call(4160, 0, (int)value, (int)(value >> 32), 0);
}
static inline void resident_print_double(double value) {
  union { double d; int w[2]; } bits = {value};
  resident_call(4160, 2, bits.w[0], bits.w[1], 0);
}

#define RESIDENT_END(code) resident_exit(code)
static inline int resident_task_next(char *buffer, unsigned size, int *task) {
  return resident_call2(4482, (int)buffer, (int)size, 0, 0, task);
}
#endif

// Agents (docs/agents.md): programs of `resident agents`, with the model as their coprocessor. A call that waits, for the
// model or for a message, costs nothing meanwhile. Errors are negative: -7 too long, -11 no free computer, -14 a bad
// address, -22 bad options, -28 no room, -61 no more tasks.

// What a model call should do, and what it did. 0 takes the default.
typedef struct llm_options {
  unsigned max_tokens;    // of the answer; 128
  unsigned size;          // bytes of the answer's buffer; 512
  float temperature;      // 0: always the most likely token
  unsigned top_k;         // choose among so many tokens; all
  float top_p;            // choose among the likeliest tokens of this probability together; 1
  unsigned seed;          // the same seed and prompt give the same answer
  unsigned flags;         // LLM_PLAIN, LLM_NO_VM
  unsigned tokens;        // result: tokens of the answer, and those that in-band computing put in
  float logprob;          // result: natural logarithm of the answer's probability
  unsigned finish;        // result: 1 the model ended its answer, 2 max_tokens or the context did
  unsigned prompt_tokens; // result
  unsigned reserved;
} llm_options;

enum {
  LLM_PLAIN = 1, // the prompt is a text to continue, not a user's message
  LLM_NO_VM = 2  // do not compute in band
};

// The model's answer to a prompt, with a final 0; returns its length, or an error.
static inline int llm(const char *prompt, char *out, llm_options *options) {
  return resident_call(4480, (int)prompt, (int)out, (int)options, 0);
}
// Natural logarithm of the probability that the model gives to an answer; -1e30 for an error.
static inline float llm_logprob(const char *prompt, const char *answer, llm_options *options) {
  llm_options own = {0};
  if (!options) options = &own;
  if (resident_call(4481, (int)prompt, (int)answer, (int)options, 0) < 0) return -1e30f;
  return options->logprob;
}
// The number of this agent, and how many computers there are.
static inline unsigned agent_id(void) { return resident_instance(); }
static inline unsigned agent_count(void) { return resident_instances(); }
// Messages of at most 496 bytes between agents. Both wait: for room, for a message.
static inline int send(unsigned to, const void *message, unsigned length) { return resident_send(to, message, length); }
static inline int recv(void *buffer, unsigned size, unsigned *from) { return resident_receive(buffer, size, from); }
// The next task, with a final 0; returns its length. -61: there are no more.
static inline int task_next(char *buffer, unsigned size, int *task) { return resident_task_next(buffer, size, task); }
// Hands a result to whoever started the agents.
static inline int result_put(int task, const void *bytes, unsigned length) {
  return resident_call(4483, task, (int)bytes, (int)length, 0);
}
static inline void agent_end(int code) { RESIDENT_END(code); }
// Starts function(argument) as an agent of its own, with its own memory; returns its number.
static inline int spawn(void (*function)(int), int argument) {
  return resident_call(4484, (int)function, argument, (int)agent_end, 0);
}
// The last whole number in a text, such as the result of an answer; returns 0 when there is none.
static inline int llm_number(const char *text, long long *value) {
  int found = 0;
  for (const char *at = text; *at;) {
    if (*at < '0' || *at > '9') {
      at++;
      continue;
    }
    long long number = 0;
    int negative = at > text && at[-1] == '-';
    for (; *at >= '0' && *at <= '9'; at++) number = number * 10 + (*at - '0');
    *value = negative ? -number : number;
    found = 1;
  }
  return found;
}

#endif
