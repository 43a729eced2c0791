import { z } from 'zod';
import { defaultBudget } from '../../inband/constants.ts';

/** Most answers to one request. */
export const maxChoices = 128;

/** A field that OpenAI's API has, where only the values that change nothing are accepted. */
const only = <T extends readonly (string | number | boolean | null)[]>(...values: T) =>
  z.literal(values, `only ${values.map((value) => JSON.stringify(value)).join(' or ')} is supported`);

const stop = z.union(
  [z.string().min(1).max(256), z.array(z.string().min(1).max(256)).max(16)],
  'must be a string, or a list of at most 16 strings, of 1 to 256 characters',
);

const vm = z.union(
  [
    z.boolean(),
    z.strictObject({
      /** Most instructions for each region. */
      budget: z.number().int().min(1).max(Number(defaultBudget)).optional(),
    }),
  ],
  'must be true, false or an object with the field budget',
);

const logitBias = z
  .record(z.string().regex(/^\d+$/, 'must be a token id'), z.number().min(-100).max(100))
  .refine((bias) => Object.keys(bias).length <= 300, 'at most 300 tokens can have a bias');

/** Fields that chat and plain completions have in common. */
export const generationFields = {
  model: z.string(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  /** Beyond OpenAI's API: as llama.cpp and vLLM have them. */
  top_k: z.number().int().min(0).max(1_000_000).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  ignore_eos: z.boolean().nullish(),
  seed: z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  /** Beyond OpenAI's API: as vLLM has it, over the last 256 tokens. */
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  logit_bias: logitBias.nullish(),
  n: z.number().int().min(1).max(maxChoices).nullish(),
  stop: stop.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().nullish() }).nullish(),
  /** Says who the client's user is; changes nothing. */
  user: z.string().max(1024).nullish(),
  vm: vm.nullish(),
};

const textPart = z.strictObject({ type: only('text'), text: z.string() });
const content = z.union([z.string(), z.array(textPart).min(1)], 'must be a string or a list of text parts');

const toolCall = z.strictObject({
  id: z.string(),
  type: only('function'),
  function: z.strictObject({ name: z.string().min(1), arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'user']), content, name: z.string().optional() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: content.nullish(),
    name: z.string().optional(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).min(1).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content, tool_call_id: z.string(), name: z.string().optional() }),
]);

const functionName = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, _, . or -');

/** A JSON Schema; what of it is supported is checked where it is compiled. */
export const jsonSchema = z.record(z.string(), z.unknown());

export const tool = z.strictObject({
  type: only('function'),
  function: z.strictObject({
    name: functionName,
    description: z.string().nullish(),
    parameters: jsonSchema.nullish(),
    strict: z.boolean().nullish(),
  }),
});

const toolChoice = z.union(
  [
    z.enum(['none', 'auto', 'required']),
    z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: functionName }) }),
  ],
  'must be "none", "auto", "required" or {"type": "function", "function": {"name": ...}}',
);

export const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string(),
      description: z.string().nullish(),
      schema: jsonSchema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

export const chatRequest = z.strictObject({
  ...generationFields,
  messages: z.array(message).min(1).max(10_000),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  response_format: responseFormat.nullish(),
  /** Beyond OpenAI's API, as llama.cpp has it: a grammar in GBNF that the answer keeps to. */
  grammar: z.string().max(100_000).nullish(),
  tools: z.array(tool).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  store: only(false, null).optional(),
  service_tier: only('auto', 'default', null).optional(),
  modalities: z.array(only('text')).nullish(),
});
export type ChatRequest = z.output<typeof chatRequest>;

const tokens = z.array(z.number().int().min(0));
const prompt = z.union(
  [z.string(), tokens.min(1), z.array(z.string()).min(1).max(maxChoices), z.array(tokens).min(1).max(maxChoices)],
  'must be a string, a list of tokens, or a list of either',
);

export const completionRequest = z.strictObject({
  ...generationFields,
  prompt,
  max_tokens: z.number().int().min(1).nullish(),
  logprobs: z.number().int().min(0).max(20).nullish(),
  echo: only(false, null).optional(),
  best_of: only(1, null).optional(),
  suffix: only(null, '').optional(),
  /** Beyond OpenAI's API, as llama.cpp has it: a grammar in GBNF that the answer keeps to. */
  grammar: z.string().max(100_000).nullish(),
});
export type CompletionRequest = z.output<typeof completionRequest>;

export const embeddingsRequest = z.strictObject({
  model: z.string(),
  input: z.union(
    [
      z.string().min(1),
      tokens.min(1),
      z.array(z.string().min(1)).min(1).max(2048),
      z.array(tokens.min(1)).min(1).max(2048),
    ],
    'must be a text, a list of tokens, or a list of either, none of them empty',
  ),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.number().int().min(1).nullish(),
  user: generationFields.user,
});

export const tokenizeRequest = z.strictObject({
  model: z.string().optional(),
  content: z.string(),
  /** Add the tokens that the model wants at the beginning and the end. */
  add_special: z.boolean().optional(),
  /** Read the texts of control tokens as those tokens. */
  parse_special: z.boolean().optional(),
  /** Report each token's text, too. */
  with_pieces: z.boolean().optional(),
});

export const detokenizeRequest = z.strictObject({
  model: z.string().optional(),
  tokens: tokens.max(1_000_000),
});

const inputPart = z.strictObject({
  type: z.enum(['input_text', 'output_text', 'text']),
  text: z.string(),
  annotations: z.array(z.unknown()).optional(),
  logprobs: z.array(z.unknown()).optional(),
});
const status = z.enum(['in_progress', 'completed', 'incomplete']).nullish();
const inputItem = z.union(
  [
    z.strictObject({
      type: z.literal('message').optional(),
      id: z.string().optional(),
      status,
      role: z.enum(['system', 'developer', 'user', 'assistant']),
      content: z.union([z.string(), z.array(inputPart).min(1)], 'must be a string or a list of text parts'),
    }),
    z.strictObject({
      type: z.literal('function_call'),
      id: z.string().optional(),
      status,
      call_id: z.string(),
      name: functionName,
      arguments: z.string(),
    }),
    z.strictObject({
      type: z.literal('function_call_output'),
      id: z.string().nullish(),
      status,
      call_id: z.string(),
      output: z.string(),
    }),
  ],
  'must be a message, a function_call or a function_call_output',
);

export const responsesRequest = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(inputItem).min(1).max(10_000)], 'must be a string or a list of items'),
  instructions: z.string().nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  temperature: generationFields.temperature,
  top_p: generationFields.top_p,
  top_k: generationFields.top_k,
  min_p: generationFields.min_p,
  seed: generationFields.seed,
  stream: generationFields.stream,
  user: generationFields.user,
  vm: generationFields.vm,
  text: z
    .strictObject({
      format: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.literal('text') }),
          z.strictObject({ type: z.literal('json_object') }),
          z.strictObject({
            type: z.literal('json_schema'),
            name: z.string(),
            description: z.string().nullish(),
            schema: jsonSchema,
            strict: z.boolean().nullish(),
          }),
        ])
        .optional(),
    })
    .nullish(),
  tools: z
    .array(
      z.strictObject({
        type: only('function'),
        name: functionName,
        description: z.string().nullish(),
        parameters: jsonSchema.nullish(),
        strict: z.boolean().nullish(),
      }),
    )
    .max(128)
    .nullish(),
  tool_choice: z
    .union(
      [z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), name: functionName })],
      'must be "none", "auto", "required" or {"type": "function", "name": ...}',
    )
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  store: only(false, null).optional(),
  previous_response_id: only(null).optional(),
  truncation: only('disabled', null).optional(),
  service_tier: only('auto', 'default', null).optional(),
  include: z.array(z.never('is not supported')).nullish(),
});
export type ResponsesRequest = z.output<typeof responsesRequest>;
