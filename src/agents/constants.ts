/**
 * Layout of the agents' buffers on the GPU, shared by kernels and host.
 *
 * The buffer `agents` holds a header, then {@link AGENT_STRIDE} words for each agent, then {@link OWNER_STRIDE} words for
 * each model instance, then one word for each agent twice: the ring of agents that wait for an instance, and the list of
 * free computers. The header says where each part starts.
 */
export const kernelConstants = {
  AGENTS_HEADER_WORDS: 32,
  AGENTS_COUNT: 0,
  AGENTS_INSTANCES: 1,
  /** Word offsets of the parts. */
  AGENTS_OWNERS_AT: 2,
  AGENTS_QUEUE_AT: 3,
  AGENTS_FREE_AT: 4,
  /** The queue for model instances: agents served and agents that came, both since the start. */
  AGENTS_QUEUE_HEAD: 5,
  AGENTS_QUEUE_TAIL: 6,
  /** Tasks, and how many of them were asked for. */
  AGENTS_TASKS: 7,
  AGENTS_TASKS_TAKEN: 8,
  /** Words of the result log, and how many of them were asked for. */
  AGENTS_RESULT_WORDS: 9,
  AGENTS_RESULT_USED: 10,
  /** Free computers in the list, when agents asked for some in this step. */
  AGENTS_FREE_COUNT: 11,
  /** Start of the agents' random numbers, 64 bits. */
  AGENTS_SEED_LO: 13,
  AGENTS_SEED_HI: 14,
  /** 1: model calls may compute in band. */
  AGENTS_VM: 15,
  /** Steps since the start, and those in which no model instance had a row although an agent lived. */
  AGENTS_STEPS: 16,
  AGENTS_MODEL_IDLE_STEPS: 17,
  /** The engine's number of the last step counted. */
  AGENTS_STEP: 18,

  /** What a parked agent waits for. */
  AGENT_PHASE: 0,
  /** Number of what it was given, plus one: task, place in the list of free computers, word of the result log. */
  AGENT_GRANT: 1,
  /** 1: to be started by `spawn`, with the next three words in ra, gp and a0. */
  AGENT_SPAWNED: 2,
  AGENT_SPAWN_RETURN: 3,
  AGENT_SPAWN_GLOBALS: 4,
  AGENT_SPAWN_ARGUMENT: 5,
  /** Model calls finished, tokens generated in them, and tokens of their prompts. */
  AGENT_MODEL_CALLS: 6,
  AGENT_TOKENS: 7,
  AGENT_PROMPT_TOKENS: 8,
  AGENT_STRIDE: 16,

  AGENT_PHASE_NONE: 0,
  /** In the queue for a model instance, or on one. */
  AGENT_PHASE_MODEL: 1,
  AGENT_NO_TASK: 0xffffffff,

  /** The agent that a model instance works for, plus one; 0: free. */
  OWNER_AGENT: 0,
  /** 0: the instance has yet to start on the call; 1: it works. */
  OWNER_STARTED: 1,
  /** Tokens whose probability is asked for, 0 for a call that generates; and how many of them are done. */
  OWNER_FORCED: 2,
  OWNER_FORCED_DONE: 3,
  /** f32 bits: natural logarithm of the probability of the tokens so far. */
  OWNER_LOGPROB: 4,
  /** 1: computes in band. */
  OWNER_VM: 5,
  /** Bytes of the result's buffer. */
  OWNER_SIZE: 6,
  OWNER_STRIDE: 8,

  /** The options of a model call in the agent's memory: `llm_options` of include/resident.h. */
  LLM_MAX_TOKENS: 0,
  LLM_SIZE: 1,
  LLM_TEMPERATURE: 2,
  LLM_TOP_K: 3,
  LLM_TOP_P: 4,
  LLM_SEED: 5,
  LLM_FLAGS: 6,
  LLM_TOKENS: 7,
  LLM_LOGPROB: 8,
  LLM_FINISH: 9,
  LLM_PROMPT_TOKENS: 10,
  LLM_OPTION_WORDS: 12,

  LLM_FLAG_PLAIN: 1,
  LLM_FLAG_NO_VM: 2,

  /** Used where a call has no options, or a 0 in them. */
  LLM_DEFAULT_TOKENS: 128,
  LLM_DEFAULT_SIZE: 512,
  /** Longest prompt, answer and task, in bytes. */
  LLM_TEXT_BYTES: 4096,

  /** The template buffer: these words, then the tokens before and after the text, then the bytes around the prompt. */
  TEMPLATE_BEFORE: 0,
  TEMPLATE_AFTER: 1,
  TEMPLATE_HEAD: 2,
  TEMPLATE_TAIL: 3,
  /** 1: spaces around the prompt are cut off. */
  TEMPLATE_TRIMS: 4,
  /** Tokens before a plain prompt. */
  TEMPLATE_PLAIN_BEFORE: 5,
  /** Longest head and tail together, in bytes; the shared text holds them and a prompt. */
  TEMPLATE_BYTES: 448,
  TEMPLATE_HEADER_WORDS: 8,

  /** One record of the result log: words of it, task, agent, bytes; then the bytes. */
  RESULT_HEADER_WORDS: 4,

  /** Errors of the calls: -errno, as the 32 bits of a register. */
  AGENT_E2BIG: 2 ** 32 - 7,
  AGENT_EAGAIN: 2 ** 32 - 11,
  AGENT_EFAULT: 2 ** 32 - 14,
  AGENT_EINVAL: 2 ** 32 - 22,
  AGENT_ENOSPC: 2 ** 32 - 28,
  AGENT_ENODATA: 2 ** 32 - 61,
};
