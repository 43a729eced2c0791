/**
 * Layout of the model engine's GPU buffers, shared by its kernels, the host and the in-band floor.
 *
 * `engine.buffers.state`: {@link MODEL_STATE_STRIDE} words for each instance. `LENGTH` tokens are known, the KV cache
 * holds the first `CACHED` of them; an instance that is RUNNING with `CACHED < LENGTH` gets rows in the next step.
 * Whoever appends tokens on the GPU writes them to `tokens[instance * contextLength + LENGTH]` and raises `LENGTH`,
 * nothing else. `engine.buffers.logits`: row `instance` holds the logits of the last sample of that instance.
 */

/** Instance states in the word `STATUS`. */
export const InstanceStatus = { idle: 0, running: 1, paused: 2, done: 3 } as const;

/** Why an instance is DONE, in the word `FINISH`. */
export const FinishReason = { none: 0, stop: 1, length: 2, stopString: 3 } as const;

export const kernelConstants = {
  /** Words of state for each instance. */
  MODEL_STATE_STRIDE: 32,
  MODEL_STATE_STATUS: 0,
  /** Tokens known: prompt, sampled and injected. */
  MODEL_STATE_LENGTH: 1,
  /** Tokens whose keys and values are in the cache. */
  MODEL_STATE_CACHED: 2,
  MODEL_STATE_PROMPT_LENGTH: 3,
  /** The instance is done when LENGTH reaches this. */
  MODEL_STATE_MAX_LENGTH: 4,
  MODEL_STATE_FINISH: 5,
  MODEL_STATE_SEED: 6,
  /** f32 bits; 0 is greedy. */
  MODEL_STATE_TEMPERATURE: 7,
  /** 0: all tokens. */
  MODEL_STATE_TOP_K: 8,
  /** f32 bits; 1: all tokens. */
  MODEL_STATE_TOP_P: 9,
  /** f32 bits; 0: all tokens. */
  MODEL_STATE_MIN_P: 10,
  /** Token of the last sample. */
  MODEL_STATE_LAST_TOKEN: 11,
  /** Rows this instance has in the current step. */
  MODEL_STATE_PLANNED: 12,
  /** 1 if the current step sampled a token for this instance. */
  MODEL_STATE_SAMPLED: 13,
  /** 1: end-of-generation tokens do not stop the instance. */
  MODEL_STATE_IGNORE_STOP: 14,
  /** f32 bits: natural logarithm of the probability of the last sampled token, temperature not applied. */
  MODEL_STATE_LOGPROB: 15,

  MODEL_STATUS_IDLE: InstanceStatus.idle,
  MODEL_STATUS_RUNNING: InstanceStatus.running,
  MODEL_STATUS_PAUSED: InstanceStatus.paused,
  MODEL_STATUS_DONE: InstanceStatus.done,
  MODEL_FINISH_NONE: FinishReason.none,
  MODEL_FINISH_STOP: FinishReason.stop,
  MODEL_FINISH_LENGTH: FinishReason.length,
  MODEL_FINISH_STOP_STRING: FinishReason.stopString,

  /** `engine.buffers.plan`: header words, then ROW_WORDS for each row, then one word for each sample. */
  MODEL_PLAN_ROWS: 0,
  MODEL_PLAN_SAMPLES: 1,
  /** Steps planned since the engine was made. */
  MODEL_PLAN_STEP: 2,
  /** Steps that had at least one row. */
  MODEL_PLAN_BUSY_STEPS: 3,
  /** Rows planned since the engine was made (wraps). */
  MODEL_PLAN_TOTAL_ROWS: 4,
  /** The instance whose prompt tokens come first in the next step. */
  MODEL_PLAN_TURN: 5,
  /** Sizes of the engine, written once by the host; kernels read them here so that they compile once for a model. */
  MODEL_PLAN_INSTANCES: 8,
  MODEL_PLAN_MAX_ROWS: 9,
  /** Tokens of one instance. */
  MODEL_PLAN_CONTEXT: 10,
  /** Entries of one instance's page table. */
  MODEL_PLAN_PAGES: 11,
  MODEL_PLAN_HEADER: 16,
  MODEL_PLAN_ROW_WORDS: 2,
  MODEL_PLAN_ROW_INSTANCE: 0,
  MODEL_PLAN_ROW_POSITION: 1,

  /** A task of the agent loop (engine/tasks.ts): its words, then the state words with which its instance starts. */
  MODEL_TASK_WORDS: 40,
  MODEL_TASK_PROMPT_OFFSET: 0,
  /** 0: waiting; 1: taken; 2: finished. */
  MODEL_TASK_STATE: 1,
  MODEL_TASK_FINISH: 2,
  MODEL_TASK_RESULT_LENGTH: 3,
  MODEL_TASK_INSTANCE: 4,
  MODEL_TASK_INITIAL: 8,

  /** Rows in a product tile: row counts are rounded up to this in the activation buffers. */
  MODEL_TILE_ROWS: 8,
  /** Logits in one stretch of the scan before sampling. */
  MODEL_SCAN_WIDTH: 4096,
  /** KV positions in one page. */
  MODEL_PAGE: 16,

  /** What a product's epilogue does with its result. */
  MODEL_EPILOGUE_STORE: 0,
  MODEL_EPILOGUE_ADD: 1,
  MODEL_EPILOGUE_GATED: 2,
  MODEL_EPILOGUE_LOGITS: 3,

  /**
   * Hidden values of the feed-forward part are stored in f16 divided by 64: some models exceed the range of f16 there.
   * The kernel that reads the sums of the down projection multiplies by 64.
   */
  MODEL_HIDDEN_UNIT: 64,

  /** How the scales of a weight tensor are stored (see engine/planes.ts). */
  MODEL_SCALES_NONE: 0,
  MODEL_SCALES_HALF: 1,
  MODEL_SCALES_HALF_MIN: 2,
  MODEL_SCALES_SUPER_MIN: 3,
  MODEL_SCALES_SUPER: 4,
  MODEL_SCALES_SUPER_MIN16: 5,
};
