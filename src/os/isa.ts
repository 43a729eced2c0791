import { z } from 'zod';

// The instruction set: one table. The validator, the JSON schemas for programs and for the model, the
// microcode of free-running mode and the instruction section of docs/llm-vm.md are all made from it.

/** What an operand may hold. Texts hold expressions between `${` and `}`. */
export const operandTypes = {
  value: 'any value, expressions expanded',
  text: 'text, expressions expanded',
  page: 'name of a page, expressions expanded',
  pages: 'name of a page or list of names, expressions expanded',
  register: 'name of a register or local',
  label: 'label of this program',
  condition: 'an expression',
  count: 'a whole number or an expression',
  seconds: 'a number of seconds or an expression',
  time: 'an ISO 8601 time or an expression',
  flag: 'true or false',
  schema: 'a JSON schema',
  choices: 'a list of texts',
  cases: 'texts, each with a label',
  arguments: 'names, each with a value, expressions expanded',
  recovery: '`retry`, `fail` or `ask`',
  instructions: 'a list of instruction names',
} as const;

export type OperandType = keyof typeof operandTypes;

export interface Operand {
  type: OperandType;
  meaning: string;
  required?: true;
  /** May be written without its name: `JUMP: start`. */
  main?: true;
}

export interface Instruction {
  group: 'memory' | 'stack' | 'control' | 'system' | 'processes' | 'storage' | 'model';
  summary: string;
  operands: Record<string, Operand>;
  /** Groups of operands of which exactly one must be present. */
  oneOf?: readonly (readonly string[])[];
  /** The model may emit it in free-running mode. */
  free: boolean;
}

const page: Operand = { type: 'page', meaning: 'the page', required: true, main: true };
const into = (meaning: string): Operand => ({ type: 'register', meaning });

export const instructions = {
  LOAD: {
    group: 'memory',
    summary: 'Map a page into the window, in its newest committed version; other pages are evicted to make room.',
    operands: {
      page,
      pin: { type: 'flag', meaning: 'never evict it' },
      wait: { type: 'flag', meaning: 'if it does not exist yet, block until another process commits it' },
    },
    free: true,
  },
  STORE: {
    group: 'memory',
    summary: "Write a page in this process's view. Other processes see it after COMMIT.",
    operands: {
      page,
      text: { type: 'text', meaning: 'the new text', required: true },
      append: { type: 'flag', meaning: 'add the text at the end' },
      summary: { type: 'text', meaning: 'one line for the page table (default: its first line)' },
    },
    free: true,
  },
  ALLOC: {
    group: 'memory',
    summary: 'Create a page, outside the window.',
    operands: {
      page,
      text: { type: 'text', meaning: 'its text (default: empty)' },
      shared: { type: 'flag', meaning: 'visible to other programs with permission, after COMMIT' },
      split: { type: 'flag', meaning: 'split a long text at line ends into pages NAME/0, NAME/1, ...' },
      summary: { type: 'text', meaning: 'one line for the page table (default: its first line)' },
      into: into('gets the list of names'),
    },
    free: true,
  },
  FREE: {
    group: 'memory',
    summary: 'Remove pages from the heap and the window, or from the window only.',
    operands: {
      page: { type: 'pages', meaning: 'the pages', required: true, main: true },
      swap: { type: 'flag', meaning: 'only out of the window: they stay on the heap' },
    },
    free: true,
  },
  FAULT: {
    group: 'memory',
    summary: 'Page fault: find pages and map them, or raise a fault of the program.',
    operands: {
      page: { type: 'page', meaning: 'map this page', main: true },
      match: { type: 'text', meaning: 'map the pages whose text or summary fits these words best' },
      limit: { type: 'count', meaning: 'most pages that `match` maps (default 1)' },
      sorted: { type: 'flag', meaning: 'map those pages in the order of their names, not the best first' },
      raise: { type: 'text', meaning: 'raise the fault `raised` with this message' },
      into: into('gets the list of names'),
    },
    oneOf: [['page', 'match', 'raise']],
    free: true,
  },
  PUSH: {
    group: 'stack',
    summary: 'Push a value.',
    operands: { value: { type: 'value', meaning: 'the value', required: true, main: true } },
    free: true,
  },
  POP: {
    group: 'stack',
    summary: 'Pop a value into a register.',
    operands: { into: { type: 'register', meaning: 'gets the value', required: true, main: true } },
    free: true,
  },
  PEEK: {
    group: 'stack',
    summary: 'Read a stack entry or the text of a page into a register; neither changes.',
    operands: {
      page: { type: 'page', meaning: 'read this page (it need not be in the window)' },
      depth: { type: 'count', meaning: 'entries below the top (default 0)' },
      into: { type: 'register', meaning: 'gets the value', required: true, main: true },
    },
    free: true,
  },
  CALL: {
    group: 'control',
    summary: 'Call a label: a new frame with the arguments as locals.',
    operands: {
      label: { type: 'label', meaning: 'where', required: true, main: true },
      arguments: { type: 'arguments', meaning: 'locals of the new frame' },
      into: into('gets the value that YIELD returns'),
    },
    free: true,
  },
  YIELD: {
    group: 'control',
    summary: 'Leave the frame with a value; in the outermost frame the process ends with it.',
    operands: { value: { type: 'value', meaning: 'the value (default null)', main: true } },
    free: true,
  },
  JUMP: {
    group: 'control',
    summary: 'Go on at a label.',
    operands: { to: { type: 'label', meaning: 'where', required: true, main: true } },
    free: false,
  },
  BRANCH: {
    group: 'control',
    summary: 'Go on at a label that depends on a condition or on a value.',
    operands: {
      if: { type: 'condition', meaning: 'the condition' },
      // biome-ignore lint/suspicious/noThenProperty: the name of an operand, never awaited
      then: { type: 'label', meaning: 'where, if it is true' },
      on: { type: 'value', meaning: 'the value to compare' },
      cases: { type: 'cases', meaning: 'where, for each value' },
      else: { type: 'label', meaning: 'where otherwise (default: the next step)' },
    },
    oneOf: [['if', 'on']],
    free: false,
  },
  SYS: {
    group: 'system',
    summary: 'Call a tool. The process waits; others run.',
    operands: {
      tool: { type: 'text', meaning: 'its name', required: true },
      arguments: { type: 'arguments', meaning: 'its arguments' },
      into: into('gets the result, or with `async` a handle'),
      async: { type: 'flag', meaning: 'do not wait: WAIT for the handle later' },
      recovery: {
        type: 'recovery',
        meaning:
          'what to do if the machine dies between call and result (default: retry if the tool is idempotent, else ask)',
      },
    },
    free: true,
  },
  WAIT: {
    group: 'system',
    summary: 'Sleep, or wait for a page to change or for an asynchronous call.',
    operands: {
      seconds: { type: 'seconds', meaning: 'sleep this long (0: let others run)', main: true },
      until: { type: 'time', meaning: 'sleep until then' },
      page: { type: 'page', meaning: 'block until another process commits this page, then map it' },
      call: { type: 'value', meaning: 'handle from SYS' },
      into: into('gets the result of the call'),
    },
    oneOf: [['seconds', 'until', 'page', 'call']],
    free: true,
  },
  FORK: {
    group: 'processes',
    summary: 'Start a child at a label, with a copy-on-write view of all pages; or another program.',
    operands: {
      label: { type: 'label', meaning: 'where the child starts', main: true },
      program: { type: 'text', meaning: 'name of an installed program' },
      arguments: { type: 'arguments', meaning: 'locals of the child, or inputs of the program' },
      into: into('gets the pid of the child'),
    },
    oneOf: [['label', 'program']],
    free: true,
  },
  JOIN: {
    group: 'processes',
    summary: 'Wait until children have ended.',
    operands: {
      pid: { type: 'value', meaning: 'a pid or a list of pids', required: true, main: true },
      into: into('gets the result or the list of results'),
    },
    free: true,
  },
  SEND: {
    group: 'processes',
    summary: 'Put a message into the mailbox of a process.',
    operands: {
      to: { type: 'value', meaning: 'a pid, `parent`, or the name of a program', required: true },
      message: { type: 'value', meaning: 'the message', required: true },
    },
    free: true,
  },
  RECV: {
    group: 'processes',
    summary: 'Take the oldest message; wait while there is none.',
    operands: {
      from: { type: 'value', meaning: 'only from this pid' },
      timeout: { type: 'seconds', meaning: 'give up after this long, with null' },
      into: { type: 'register', meaning: 'gets `{from, message}`', required: true, main: true },
    },
    free: true,
  },
  COMMIT: {
    group: 'storage',
    summary: 'Write dirty pages back as new versions and wake the processes that wait for them.',
    operands: {
      pages: { type: 'pages', meaning: 'which (default: all dirty pages)', main: true },
      overwrite: { type: 'flag', meaning: 'also if another process committed in between' },
    },
    free: true,
  },
  INFER: {
    group: 'model',
    summary: 'One operation of the ALU: the model reads the window and the prompt and gives a typed result.',
    operands: {
      prompt: { type: 'text', meaning: 'the instruction', required: true, main: true },
      into: into('gets the result'),
      pages: { type: 'pages', meaning: 'pages that must be in the window (each missing one is a page fault)' },
      choices: { type: 'choices', meaning: 'the result is one of these' },
      schema: { type: 'schema', meaning: 'the result is JSON that fits' },
      tokens: { type: 'count', meaning: 'most tokens of the result (default 256)' },
      retries: { type: 'count', meaning: 'further attempts if the result does not fit (default 1)' },
      free: { type: 'flag', meaning: 'free-running: the model emits instructions until YIELD' },
      steps: { type: 'count', meaning: 'most instructions in free-running mode (default 16)' },
      allow: { type: 'instructions', meaning: 'instructions that the model may emit (default: all it can)' },
    },
    free: false,
  },
} as const satisfies Record<string, Instruction>;

export type InstructionName = keyof typeof instructions;
export const instructionNames = Object.keys(instructions) as InstructionName[];
/** The table with its general type, for code that walks it. */
export const instructionTable: Readonly<Record<InstructionName, Instruction>> = instructions;

export const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const template = z.string().regex(/^\$\{[\s\S]+\}$/, `expected a number or $\{...}`);
const name = z.string().regex(identifier, 'expected a name of letters, digits and _');
const json: z.ZodType<unknown> = z.json();

const schemas: Record<OperandType, z.ZodType> = {
  value: json,
  text: z.union([z.string(), z.number(), z.boolean()]),
  page: z.string().min(1).max(256),
  pages: z.union([z.string().min(1).max(256), z.array(z.string().min(1).max(256)).max(256)]),
  register: name,
  label: name,
  condition: z.union([z.string().min(1), z.boolean()]),
  count: z.union([z.int().min(0).max(1_000_000_000), template]),
  seconds: z.union([z.number().min(0).max(1e10), template]),
  time: z.string().min(1),
  flag: z.boolean(),
  schema: z.record(z.string(), json),
  choices: z.array(z.string().min(1)).min(1).max(256),
  cases: z.record(z.string(), name),
  arguments: z.record(name, json),
  recovery: z.enum(['retry', 'fail', 'ask']),
  instructions: z.array(z.enum(instructionNames as [InstructionName, ...InstructionName[]])).max(32),
};

/** Validator of the operands of one instruction, in their long form. */
export function operandSchema(op: InstructionName): z.ZodType<Record<string, unknown>> {
  const { operands, oneOf } = instructionTable[op];
  const shape = Object.fromEntries(
    Object.entries(operands).map(([key, operand]) => [
      key,
      operand.required ? schemas[operand.type] : schemas[operand.type].optional(),
    ]),
  );
  let schema: z.ZodType<Record<string, unknown>> = z.strictObject(shape);
  for (const group of oneOf ?? []) {
    schema = schema.refine((given) => group.filter((key) => given[key] !== undefined).length === 1, {
      message: `${op} needs exactly one of ${group.join(', ')}`,
    });
  }
  return schema;
}

const operandSchemas = Object.fromEntries(instructionNames.map((op) => [op, operandSchema(op)])) as Record<
  InstructionName,
  z.ZodType<Record<string, unknown>>
>;

/** The name of the operand that may be written without its name. */
export function mainOperand(op: InstructionName): string | undefined {
  return Object.entries(instructionTable[op].operands).find(([, operand]) => operand.main)?.[0];
}

/** Short form `JUMP: start` to long form `JUMP: {to: start}`. */
export function longForm(op: InstructionName, operands: unknown): unknown {
  if (operands === null || operands === undefined) return {};
  const main = mainOperand(op);
  const operandNames = Object.keys(instructionTable[op].operands);
  const isLong =
    typeof operands === 'object' &&
    !Array.isArray(operands) &&
    Object.keys(operands).every((key) => operandNames.includes(key));
  const acceptsObject = main !== undefined && instructionTable[op].operands[main]!.type === 'value';
  if (isLong || (typeof operands === 'object' && !Array.isArray(operands) && !acceptsObject)) return operands;
  return main === undefined ? operands : { [main]: operands };
}

/** Checks operands in long form. */
export function checkOperands(op: InstructionName, operands: unknown) {
  return operandSchemas[op].safeParse(operands);
}

export function isInstruction(op: string): op is InstructionName {
  return Object.hasOwn(instructions, op);
}

/** One step of a program in the published schema: `{OP: operands, on_fault?: label}`. */
export function stepSchema(): z.ZodType {
  const variants = instructionNames.map((op) => {
    const main = mainOperand(op);
    const long = operandSchemas[op];
    const forms = main ? [long, schemas[instructionTable[op].operands[main]!.type], z.null()] : [long];
    return z.strictObject({ [op]: z.union(forms), on_fault: name.optional() });
  });
  return z.union(variants);
}

/** The instruction section of docs/llm-vm.md. */
export function instructionsMarkdown(): string {
  const parts: string[] = [];
  for (const op of instructionNames) {
    const { summary, operands, oneOf, free } = instructionTable[op];
    parts.push(`#### ${op}\n\n${summary}${free ? '' : ' Scripted steps only.'}\n`);
    const rows = Object.entries(operands).map(
      ([key, o]) =>
        `| \`${key}\`${o.main ? ' (main)' : ''} | ${o.type} | ${o.required ? 'yes' : oneOf?.some((g) => g.includes(key)) ? 'one of' : ''} | ${o.meaning} |`,
    );
    parts.push(`| operand | type | required | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`);
  }
  return parts.join('\n');
}

/** One line per instruction that the model may emit, for the microcode of free-running mode. */
export function freeInstructionLines(allowed: readonly InstructionName[]): string {
  return allowed
    .map((op) => {
      const operands = Object.entries(instructionTable[op].operands)
        .filter(([key]) => key !== 'recovery')
        .map(([key, o]) => (o.required ? key : `${key}?`));
      return `{"op":"${op}",${operands.map((key) => `"${key}"`).join(',')}}: ${instructionTable[op].summary}`;
    })
    .join('\n');
}
