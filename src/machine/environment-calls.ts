/**
 * The environment calls: what `ecall` does for each number in a7.
 *
 * Arguments are in a0 to a5, the result in a0 (and a1). A 64-bit value takes two registers, low word first, exactly
 * as the ilp32 calling convention passes it: the first in a0/a1, the second in a2/a3. `double` values are their
 * 64 bits. All registers except the results keep their values.
 *
 * Numbers below 1024 are those of Linux on RISC-V, with their meaning and error numbers (a result of -errno).
 * Numbers from 4096 are ours. An unknown number is the trap UNKNOWN_CALL.
 *
 * From 4352 to 4863 (EXTERNAL_FIRST, EXTERNAL_LAST) the machine performs nothing itself: in a population made with
 * `external: true` such a call parks the instance until a server of another floor has performed it
 * (kernels/external.wesl, `Population.servers`). 4352 to 4479 are the model's, 4480 to 4607 the agents'.
 */
export interface EnvironmentCall {
  readonly number: number;
  /** Also the name of the kernel constant: `MACHINE_CALL_` and this in capitals. */
  readonly name: string;
  /** Arguments and result in C. */
  readonly signature: string;
  readonly meaning: string;
}

const call = (number: number, name: string, signature: string, meaning: string): EnvironmentCall => ({
  number,
  name,
  signature,
  meaning,
});

const binary64 = 'double a, double b -> double';

export const environmentCalls: readonly EnvironmentCall[] = [
  call(57, 'close', 'int fd -> int', 'accepted for 0, 1 and 2; -EBADF otherwise'),
  call(62, 'lseek', 'int fd, long offset, int whence -> int', '-ESPIPE: all files are streams'),
  call(63, 'read', 'int fd, void *buffer, unsigned length -> int', 'bytes of the instance input (fd 0); 0 at its end'),
  call(64, 'write', 'int fd, const void *buffer, unsigned length -> int', 'appends to the output (fd 1 and 2)'),
  call(80, 'fstat', 'int fd, void *stat -> int', '-ENOSYS; makes C libraries treat the stream as unbuffered or a pipe'),
  call(93, 'exit', 'int code', 'ends the instance'),
  call(94, 'exit_group', 'int code', 'ends the instance'),
  call(
    113,
    'clock_gettime',
    'int clock, void *time -> int',
    'time by instructions executed, one nanosecond each; seconds and nanoseconds as 64-bit words',
  ),
  call(403, 'clock_gettime64', 'int clock, void *time -> int', 'the same, under the number that 32-bit systems use'),
  call(
    278,
    'getrandom',
    'void *buffer, unsigned length, unsigned flags -> int',
    'bytes from the random numbers of the instance, at most 256',
  ),
  call(214, 'brk', 'void *end -> void *', 'moves the end of the heap; returns the end, unchanged when it does not fit'),
  call(
    226,
    'mprotect',
    'void *start, unsigned length, int protection -> int',
    'with PROT_EXEC (4): this part of RAM becomes the executable RAM of the instance, decoded as it is now; it stays writable, and `fence.i` decodes it again. Without: takes that away from a range that overlaps it. -ENOMEM when it is not all RAM or longer than the executable RAM of the population, -EINVAL when not aligned to 4',
  ),

  call(4096, 'abort', 'unsigned cause', 'ends the instance with the trap of this cause (src/machine/traps.ts)'),

  call(4097, 'instance_id', '-> unsigned', 'number of this instance, from 0'),
  call(4098, 'instance_count', '-> unsigned', 'instances in the population'),
  call(4099, 'random', '-> uint64', 'next random number of this instance (splitmix64 of seed and instance)'),

  call(4100, 's64_div', 'int64 a, int64 b -> int64', 'quotient, rounded to zero; b = 0 traps DIVISION_BY_ZERO'),
  call(4101, 's64_rem', 'int64 a, int64 b -> int64', 'remainder with the sign of a; b = 0 traps DIVISION_BY_ZERO'),
  call(4102, 'u64_div', 'uint64 a, uint64 b -> uint64', 'quotient; b = 0 traps DIVISION_BY_ZERO'),
  call(4103, 'u64_rem', 'uint64 a, uint64 b -> uint64', 'remainder; b = 0 traps DIVISION_BY_ZERO'),

  call(4112, 'f64_add', binary64, 'sum, rounded to nearest even, as are all of these'),
  call(4113, 'f64_sub', binary64, 'difference'),
  call(4114, 'f64_mul', binary64, 'product'),
  call(4115, 'f64_div', binary64, 'quotient; x/0 is an infinity or NaN'),
  call(4116, 'f64_sqrt', 'double a -> double', 'square root'),
  call(4117, 'f64_compare', 'double a, double b -> int', '-1: a < b, 0: equal, 1: a > b, 2: unordered'),
  call(4118, 'f64_from_s64', 'int64 a -> double', ''),
  call(4119, 'f64_from_u64', 'uint64 a -> double', ''),
  call(4120, 'f64_to_s64', 'double a -> int64', 'truncates; out of range saturates, NaN gives the largest value'),
  call(4121, 'f64_to_u64', 'double a -> uint64', 'truncates; out of range saturates, NaN gives the largest value'),
  call(4122, 'f64_from_f32', 'float (its bits) in a0 -> double', 'exact'),
  call(4123, 'f64_to_f32', 'double a -> float (its bits) in a0', ''),
  call(4124, 'f64_floor', 'double a -> double', ''),
  call(4125, 'f64_ceil', 'double a -> double', ''),
  call(4126, 'f64_trunc', 'double a -> double', ''),
  call(4127, 'f64_fmod', binary64, 'exact remainder of a / b with the sign of a'),
  call(4128, 'f64_pow', binary64, 'a to the power b, as C (annex F); this and the next five are correctly rounded'),
  call(4129, 'f64_exp', 'double a -> double', ''),
  call(4130, 'f64_exp2', 'double a -> double', ''),
  call(4131, 'f64_log', 'double a -> double', 'natural logarithm'),
  call(4132, 'f64_log2', 'double a -> double', ''),
  call(4133, 'f64_log10', 'double a -> double', ''),
  call(
    4134,
    'f64_sin',
    'double a -> double',
    'these ten, in radians, with the special cases of annex F, are correctly rounded for arguments of any size. Only where the population has them (`functions`): shared programs do',
  ),
  call(4135, 'f64_cos', 'double a -> double', ''),
  call(4136, 'f64_tan', 'double a -> double', ''),
  call(4137, 'f64_asin', 'double a -> double', 'NaN beyond -1 and 1'),
  call(4138, 'f64_acos', 'double a -> double', 'NaN beyond -1 and 1'),
  call(4139, 'f64_atan', 'double a -> double', ''),
  call(4140, 'f64_atan2', 'double y, double x -> double', 'the angle of the point x, y'),
  call(4141, 'f64_sinh', 'double a -> double', ''),
  call(4142, 'f64_cosh', 'double a -> double', ''),
  call(4143, 'f64_tanh', 'double a -> double', ''),

  call(
    4160,
    'print_value',
    'unsigned type in a0, value in a1 (low), a2 (high)',
    'appends the value in decimal: type 0 int64 (%lld), 1 uint64 (%llu), 2 double (%.15g)',
  ),
  call(
    4161,
    'format_number',
    'unsigned specification, char *target, value in a2/a3, unsigned width -> int',
    'one number as printf writes it, to memory (without a final 0), or to the output when target is 0; returns its length. specification: conversion character (d i u o x X p e E f F g G; integers are 64-bit) in bits 7 to 0, flags in 15 to 8 (1 `-`, 2 `+`, 4 space, 8 `#`, 16 `0`), precision + 1 in 31 to 16 (0: none given; most 400)',
  ),

  call(
    4176,
    'allocate',
    'unsigned size -> void *',
    'memory from the heap of the instance, aligned to 16; 0 when there is none. Uses brk',
  ),
  call(4177, 'free', 'void *memory', 'gives back what allocate gave; anything else traps INVALID_ARGUMENT'),
  call(
    4178,
    'memory_copy',
    'void *target, const void *source, unsigned length -> unsigned',
    'copies upwards, at most 65536 bytes; returns how many',
  ),
  call(
    4179,
    'memory_set',
    'void *target, int byte, unsigned length -> unsigned',
    'fills, at most 65536 bytes; returns how many',
  ),
  call(
    4180,
    'memory_compare',
    'const void *a, const void *b, unsigned length -> unsigned',
    'index of the first difference within 65536 bytes, else the length looked at',
  ),
  call(4181, 'string_length', 'const char *text -> unsigned', 'bytes before the first 0, at most 65536'),

  call(
    4192,
    'send',
    'unsigned to, const void *message, unsigned length -> int',
    'puts a message into the mailbox of an instance; waits while it is full; -EINVAL for a bad instance or length',
  ),
  call(
    4193,
    'try_send',
    'unsigned to, const void *message, unsigned length -> int',
    'the same, but -EAGAIN when it is full',
  ),
  call(
    4194,
    'receive',
    'void *buffer, unsigned size -> int',
    'waits for a message; returns its length, in a1 its sender. What does not fit is cut',
  ),
  call(4195, 'try_receive', 'void *buffer, unsigned size -> int', 'the same, but -EAGAIN when there is none'),
  call(
    4198,
    'receive_all',
    'void *buffer, unsigned size -> int',
    'waits for a message, then takes all that are there and fit: of each its sender, its length (a word each) and its bytes, filled up to a whole word. Returns the bytes written, in a1 the messages. -EINVAL when the buffer is not aligned to 4 or could not hold the longest message',
  ),
  call(4199, 'try_receive_all', 'void *buffer, unsigned size -> int', 'the same, but 0 when there is none'),
  call(4196, 'barrier', '-> int', 'waits until every instance of the population is at its barrier'),
  call(
    4197,
    'allocate_shared',
    'unsigned size -> void *',
    'memory from shared RAM, aligned to 16; 0 when there is none. Requests of one round are served together in the order of the instances',
  ),
  call(
    4200,
    'free_shared',
    'void *memory -> int',
    'gives back what allocate_shared gave to any instance; -EINVAL for anything else',
  ),

  // The model's calls, performed by the in-band floor. A `scale` of 0 gives or takes the bits of a float; any other
  // gives or takes an integer, the value times scale, rounded. C: src/cc/library/model.c.
  call(4352, 'tok_count', '-> int', 'tokens of the vocabulary'),
  call(
    4353,
    'tok_str',
    'int token, char *target, unsigned size -> int',
    "a token's bytes and a final 0, cut to size; returns its length",
  ),
  call(4354, 'context_len', '-> int', 'tokens of the context: prompt, generated and injected ones'),
  call(4355, 'context_token', 'int position -> int', 'token at a position of the context, -1 outside'),
  call(
    4356,
    'context_read',
    'int *target, unsigned first, unsigned count -> int',
    'copies tokens; returns how many, at most 4096',
  ),
  call(
    4357,
    'logit_get',
    'int token, unsigned scale -> float or int',
    'logit of the last sample, or what was set since',
  ),
  call(
    4358,
    'logit_set',
    'int token, float or int value, unsigned scale -> int',
    'sets a logit of the coming sample; -1 for no token, or more than 510 at once',
  ),
  call(4359, 'logit_hold', 'unsigned samples -> int', 'what was set holds for so many samples; 0 drops it'),
  call(4360, 'logit_argmax', '-> int', 'most likely token'),
  call(
    4361,
    'top_k_token',
    'int k -> int',
    'token of rank k, from 0; of equal logits the lower token first; -1 outside',
  ),
  call(4362, 'top_k_prob', 'int k, unsigned scale -> float or int', 'its probability (softmax of the logits)'),
  call(4363, 'vocab_entropy', 'unsigned scale -> float or int', 'entropy of the probabilities in nats'),
  call(4364, 'vocab_top1_prob', 'unsigned scale -> float or int', 'probability of the most likely token'),
  call(
    4365,
    'logits_read',
    'float *target, unsigned first, unsigned count -> int',
    'copies logits; returns how many, at most 4096',
  ),
  call(4366, 'attn_heads', '-> int', 'query heads of a layer'),
  call(
    4367,
    'attn',
    'int layer, int head, int position, unsigned scale -> float or int',
    'weight that the last step of a query head gave to a position; no value where they are not kept',
  ),
  call(4368, 'kv_layers', '-> int', 'layers of the cache'),
  call(4369, 'kv_heads', '-> int', 'key and value heads of a layer'),
  call(4370, 'kv_head_dim', '-> int', 'values of a head'),
  call(4371, 'kv_seq_len', '-> int', 'positions that have keys and values'),
  call(
    4372,
    'kv_read',
    'int layer, int which, int head, int position, int dim, unsigned scale -> float or int',
    'one value of the cache; which: 0 key, 1 value',
  ),
  call(
    4373,
    'kv_row',
    'int layer, int which, int head, int position, float *target -> int',
    'copies one head of a position; returns how many values, or -1',
  ),
  call(4374, 'emb_width', '-> int', 'values of an embedding'),
  call(4375, 'emb_read', 'int token, int dim, unsigned scale -> float or int', 'one value of the embedding matrix'),
  call(
    4376,
    'emb_row',
    'int token, float *target -> int',
    'copies the embedding of a token; returns how many values, or -1',
  ),
  call(
    4377,
    'tok_find',
    'const char *text, unsigned length -> int',
    'first token with exactly this text (1 to 64 bytes), or -1',
  ),

  // The agents' calls, performed by src/agents. Errors are -7 (E2BIG: a prompt, answer or result over 4096 bytes, a word
  // over 256, or more tokens than the context), -14 (EFAULT), -22 (EINVAL: options, or an empty prompt).
  call(
    4480,
    'llm',
    'const char *prompt, char *out, llm_options *options -> int',
    "the model's answer to a prompt, with a final 0, cut to the size in the options; returns its length. The prompt is a user's message unless the options say that it is plain text; options 0 takes the defaults. Waits for the model",
  ),
  call(
    4481,
    'llm_logprob',
    'const char *prompt, const char *answer, llm_options *options -> int',
    'how likely the model finds an answer to a prompt: in a1 the natural logarithm of its probability, a float; returns its number of tokens. Waits for the model',
  ),
  call(
    4482,
    'task_next',
    'char *buffer, unsigned size -> int',
    'the next task that nobody has taken, with a final 0, cut to size; returns its length, in a1 its number; -61 (ENODATA) when there is none',
  ),
  call(
    4483,
    'result_put',
    'int task, const void *bytes, unsigned length -> int',
    'hands a result to the host; -28 (ENOSPC) when the log of results is full',
  ),
  call(
    4484,
    'spawn',
    'void (*function)(int), int argument, void (*after)(int) -> int',
    "starts a function of this program on a free computer, with fresh data and the caller's budget; it returns to after. Returns the number of the new agent, -11 (EAGAIN) when no computer is free",
  ),
];
