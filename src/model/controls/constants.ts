/** Layout of the sampling controls' GPU buffers, see {@link SamplingControls}. */
export const kernelConstants = {
  /** Words for each instance. */
  CONTROLS_STRIDE: 608,
  /** Sum of the bits below; 0: nothing to do for this instance. */
  CONTROLS_FLAGS: 0,
  CONTROLS_FLAG_BIAS: 1,
  CONTROLS_FLAG_PENALTIES: 2,
  CONTROLS_FLAG_LOGPROBS: 4,
  CONTROLS_FLAG_EMBEDDING: 8,
  CONTROLS_FLAG_REPETITION: 16,
  CONTROLS_BIASES: 1,
  /** f32 bits. */
  CONTROLS_PRESENCE: 2,
  /** f32 bits. */
  CONTROLS_FREQUENCY: 3,
  /** f32 bits. */
  CONTROLS_REPETITION: 5,
  CONTROLS_REPETITION_WINDOW: 256,
  /** Most likely tokens to report. */
  CONTROLS_TOP: 4,
  /** Pairs of a token and its bias (f32 bits); tokens are different. */
  CONTROLS_BIAS_TABLE: 8,
  CONTROLS_MOST_BIASES: 300,
  CONTROLS_MOST_TOP: 20,

  /** Log probabilities of an instance's token at a position lie in its record `position % CONTROLS_RING`. */
  CONTROLS_RING: 64,
  CONTROLS_RECORD_WORDS: 44,
  CONTROLS_RECORD_POSITION: 0,
  CONTROLS_RECORD_LOGPROB: 1,
  /** Pairs of a token and its log probability (f32 bits), most likely first. */
  CONTROLS_RECORD_TOP: 2,
} as const;
