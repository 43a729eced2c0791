import * as jinja from '@huggingface/jinja';

/** Far above what chat templates need (some hundred steps for each message), but it ends hostile ones. */
const maxSteps = 1_000_000;

// The package's own declarations of these import paths that only bundlers resolve.
interface Value {
  readonly value: unknown;
  __bool__(): { readonly value: boolean };
}
interface Statement {
  readonly type: string;
}
interface Environment {
  readonly tests: ReadonlyMap<string, (...values: Value[]) => boolean>;
  set(name: string, value: unknown): void;
}
interface Interpreter {
  run(program: unknown): Value;
  evaluate(statement: Statement | undefined, environment: Environment): Value;
}
const { Environment, Interpreter } = jinja as unknown as {
  Environment: new () => Environment;
  Interpreter: new (environment: Environment) => Interpreter;
};

/** Renders a parsed template with `values`, and `now` as the time that `strftime_now` formats. */
export function renderTemplate(template: jinja.Template, values: Readonly<Record<string, unknown>>, now: Date): string {
  const environment = new Environment();
  const interpreter = new ChatInterpreter(environment);
  const all = { ...globals(now, interpreter), ...values };
  for (const [name, value] of Object.entries(all)) environment.set(name, value);
  return String(interpreter.run(template.parsed).value);
}

/** The package's interpreter with the filters `select` and `reject`, and a bound on its work. */
class ChatInterpreter extends Interpreter {
  #steps = 0;

  spend(steps: number): void {
    this.#steps += steps;
    if (!(this.#steps <= maxSteps)) throw new Error(`the template takes over ${maxSteps} steps`);
  }

  override evaluate(statement: Statement | undefined, environment: Environment): Value {
    this.spend(1);
    const filter = statement && selectFilter(statement);
    if (!filter) return super.evaluate(statement, environment);
    const items = this.evaluate(filter.operand, environment);
    if (!Array.isArray(items.value)) throw new Error(`${filter.name} needs a list`);
    const [testName, ...args] = filter.args.map((arg) => this.evaluate(arg, environment));
    const test = testName ? environment.tests.get(String(testName.value)) : truthy;
    if (!test) throw new Error(`Unknown test: ${testName!.value}`);
    const keep = filter.name === 'select';
    const kept = (items.value as Value[]).filter((item) => test(item, ...args) === keep);
    const List = items.constructor as new (value: Value[]) => Value;
    return new List(kept);
  }
}

interface SelectFilter {
  name: string;
  operand: Statement;
  args: Statement[];
}

/** The parts of `operand | select(...)` and `operand | reject(...)`, undefined for anything else. */
function selectFilter(statement: Statement): SelectFilter | undefined {
  if (statement.type !== 'FilterExpression') return undefined;
  const { operand, filter } = statement as unknown as { operand: Statement; filter: Record<string, unknown> };
  const call = filter.type === 'CallExpression';
  const callee = (call ? filter.callee : filter) as { value?: unknown };
  if (callee.value !== 'select' && callee.value !== 'reject') return undefined;
  return { name: callee.value, operand, args: call ? (filter.args as Statement[]) : [] };
}

const truthy = (value: Value) => value.__bool__().value;

/** What transformers offers to chat templates besides the conversation. */
function globals(now: Date, interpreter: ChatInterpreter): Record<string, unknown> {
  return {
    false: false,
    False: false,
    true: true,
    True: true,
    none: null,
    None: null,
    range: (first: number, end?: number, step?: number) => {
      interpreter.spend(rangeLength(first, end, step));
      return range(first, end, step);
    },
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    strftime_now: (format: unknown) => strftime(String(format), now),
  };
}

function rangeLength(first: number, end?: number, step = 1): number {
  return Math.max(0, Math.ceil((end === undefined ? first : end - first) / step));
}

function range(first: number, end?: number, step = 1): number[] {
  const start = end === undefined ? 0 : first;
  return Array.from({ length: rangeLength(first, end, step) }, (_, i) => start + i * step);
}

/** Python's strftime, local time and English names, for the directives that templates use. */
function strftime(format: string, now: Date): string {
  const name = (options: Intl.DateTimeFormatOptions) => now.toLocaleDateString('en-US', options);
  const two = (n: number) => String(n).padStart(2, '0');
  const dayOfYear = () =>
    Math.round(
      (Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - Date.UTC(now.getFullYear(), 0, 0)) / 864e5,
    );
  const directives: Record<string, () => string> = {
    '%': () => '%',
    a: () => name({ weekday: 'short' }),
    A: () => name({ weekday: 'long' }),
    b: () => name({ month: 'short' }),
    B: () => name({ month: 'long' }),
    d: () => two(now.getDate()),
    e: () => String(now.getDate()).padStart(2, ' '),
    H: () => two(now.getHours()),
    I: () => two(now.getHours() % 12 || 12),
    j: () => String(dayOfYear()).padStart(3, '0'),
    m: () => two(now.getMonth() + 1),
    M: () => two(now.getMinutes()),
    p: () => (now.getHours() < 12 ? 'AM' : 'PM'),
    S: () => two(now.getSeconds()),
    y: () => two(now.getFullYear() % 100),
    Y: () => String(now.getFullYear()),
  };
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, dash: string, letter: string) => {
    const text = directives[letter]?.();
    if (text === undefined) return whole;
    return dash ? text.replace(/^[0 ]+(?=.)/, '') : text;
  });
}
