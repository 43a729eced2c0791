import { z } from 'zod';
import { type InstructionName, identifier, stepSchema } from './isa.ts';
import type { Json } from './json.ts';

// The shape of a program file. Steps are checked one by one in check.ts, for better messages than a union gives.

export const policyNames = ['lru', 'clock', 'working-set', 'cost-aware'] as const;
export type PolicyName = (typeof policyNames)[number];

const name = z.string().regex(identifier, 'expected a name of letters, digits and _');
const valueType = z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array', 'any']);
export type ValueType = z.infer<typeof valueType>;
const tokens = z.int().min(1).max(100_000_000);
const pattern = z.string().min(1).max(256);

export const headerSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'expected a name of lower-case letters, digits, - and _'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'expected a version like 1.0.0'),
  description: z.string().optional(),
  entry: name.default('start'),
  goal: z.string().default('').describe('what the process is for; shown to the model in every window'),
  inputs: z
    .record(name, z.strictObject({ type: valueType, description: z.string().optional(), default: z.json().optional() }))
    .default({}),
  outputs: z.record(name, z.strictObject({ type: valueType, description: z.string().optional() })).default({}),
  microcode: z.string().default('').describe('system prompt of this program; kernel space'),
  memory: z
    .strictObject({
      window: tokens.default(4096).describe('tokens that one operation of the ALU may use, prompt and result together'),
      page: tokens.default(512).describe('most tokens of one page'),
      heap: tokens.default(1_000_000).describe('most tokens of all pages that the process owns'),
      policy: z.enum(policyNames).default('cost-aware').describe('which page is evicted'),
      registers: z
        .array(name)
        .max(64)
        .default(['GOAL', 'FOCUS'])
        .describe('registers shown to the model in scripted operations'),
      stack: z.int().min(0).max(64).default(0).describe('stack entries shown to the model in scripted operations'),
      index: z
        .int()
        .min(0)
        .max(100_000)
        .default(0)
        .describe('tokens for the summaries of pages outside the window, in scripted operations'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      tokens: tokens.default(10_000_000).describe('tokens of all operations, in and out'),
      steps: z.int().min(1).max(1_000_000_000).default(1_000_000),
      seconds: z.number().min(0.001).max(1e10).default(1e10).describe('time from start to end, sleep included'),
      depth: z.int().min(1).max(4096).default(64).describe('frames, and entries of the stack'),
      children: z.int().min(0).max(100_000).default(64),
    })
    .prefault({}),
  priority: z.int().min(0).max(9).default(5).describe('0 runs last, 9 first; waiting raises it'),
  permissions: z
    .strictObject({
      tools: z
        .array(
          z.strictObject({
            tool: pattern.describe('name of a tool, `*` allowed'),
            arguments: z
              .record(name, z.json())
              .optional()
              .describe('pattern of each argument; arguments that are not named here are refused'),
          }),
        )
        .default([]),
      pages: z
        .array(z.strictObject({ page: pattern, access: z.enum(['read', 'write']).default('read') }))
        .default([])
        .describe('shared pages; private pages need no permission'),
      programs: z.array(pattern).default([]).describe('programs that FORK may start, each with its own permissions'),
      peers: z
        .array(pattern)
        .default([])
        .describe('programs whose processes SEND may write to; parent and children need no permission'),
    })
    .prefault({}),
  steps: z
    .record(name, z.array(z.unknown()))
    .describe('labels, each with its steps; after the last step the frame is left as by YIELD'),
});

export interface CompiledStep {
  op: InstructionName;
  /** Long form, texts not expanded. */
  operands: Record<string, Json>;
  /** Label to go on at if this step faults. */
  onFault: string | undefined;
  /** Line of the program file, from 1. */
  line: number;
}

export interface Program extends Omit<z.infer<typeof headerSchema>, 'steps' | '$schema'> {
  /** SHA-256 of the source: programs are immutable and known by it. */
  hash: string;
  source: string;
  steps: Map<string, CompiledStep[]>;
}

/** The published JSON schema of program files (programs/os/schema.json). */
export function programJsonSchema(): unknown {
  const schema = headerSchema.extend({ steps: z.record(name, z.array(stepSchema())) });
  return {
    ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'ref' }),
    title: 'Program of the LLM-VM',
  };
}

/** Whether a value is of a declared type. */
export function isOfType(value: Json | undefined, type: ValueType): boolean {
  if (value === undefined) return false;
  switch (type) {
    case 'any':
      return true;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
  }
}
