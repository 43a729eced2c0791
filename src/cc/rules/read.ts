// Reads rule C, the subset of C in which the stages are written, into a tree.
//
// The subset: `int` scalars only; `struct NAME { int fields } NAME[SIZE];` and `int name[SIZE];` tables in work
// memory; `const int name[] = {...}` in the pool; enums; functions with int parameters, which may recurse. All
// statements of C except goto. Text is `S("...")`: a text position in the pool.

export type Expr =
  | { k: 'num'; value: number }
  | { k: 'text'; text: string }
  | { k: 'name'; name: string; line: number }
  | { k: 'index'; table: string; index: Expr; field: string | undefined; line: number }
  | { k: 'call'; name: string; args: Expr[]; line: number }
  | { k: 'unary'; op: string; a: Expr }
  | { k: 'binary'; op: string; a: Expr; b: Expr }
  | { k: 'cond'; a: Expr; b: Expr; c: Expr }
  | { k: 'assign'; op: string; target: Expr; value: Expr }
  | { k: 'step'; delta: 1 | -1; post: boolean; target: Expr };

export type Stmt =
  | { k: 'expr'; e: Expr }
  | { k: 'local'; names: { name: string; value: Expr | undefined }[] }
  | { k: 'block'; body: Stmt[] }
  | { k: 'if'; test: Expr; then: Stmt; other: Stmt | undefined }
  | {
      k: 'loop';
      test: Expr | undefined;
      step: Expr | undefined;
      body: Stmt;
      testFirst: boolean;
      init: Stmt | undefined;
    }
  | { k: 'switch'; value: Expr; body: Stmt[] }
  | { k: 'case'; values: Expr[] }
  | { k: 'default' }
  | { k: 'return'; value: Expr | undefined }
  | { k: 'break' }
  | { k: 'continue' };

export interface Table {
  name: string;
  fields: string[];
  size: Expr;
}

export interface RuleFunction {
  name: string;
  parameters: string[];
  body: Stmt;
}

export interface RuleProgram {
  constants: { name: string; value: Expr | undefined; first: boolean }[];
  globals: string[];
  tables: Table[];
  pools: { name: string; values: Expr[] }[];
  functions: RuleFunction[];
}

interface Token {
  text: string;
  kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  value: number;
  line: number;
}

const tokenPattern =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#[^\n]*|([A-Za-z_]\w*)|(0[xX][0-9a-fA-F]+|\d+)[uU]?|('(?:[^'\\]|\\.)')|("(?:[^"\\]|\\.)*")|(<<=|>>=|\+\+|--|&&|\|\||<<|>>|[-+*/%&|^<>=!]=|[-+*/%&|^~!<>=?:;,.(){}[\]])/gmy;
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\', "'": "'", '"': '"' };

const unescaped = (text: string) => text.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c);

function tokenize(source: string, file: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const at = tokenPattern.lastIndex;
    const m = tokenPattern.exec(source);
    if (!m) throw new Error(`${file}:${line}: unexpected ${JSON.stringify(source.slice(at, at + 10))}`);
    if (m[1]) tokens.push({ kind: 'name', text: m[1], value: 0, line });
    else if (m[2]) tokens.push({ kind: 'number', text: m[2], value: Number(m[2]) | 0, line });
    else if (m[3]) tokens.push({ kind: 'number', text: m[3], value: unescaped(m[3].slice(1, -1)).charCodeAt(0), line });
    else if (m[4]) tokens.push({ kind: 'text', text: unescaped(m[4].slice(1, -1)), value: 0, line });
    else if (m[5]) tokens.push({ kind: 'sign', text: m[5], value: 0, line });
    for (const c of m[0]) if (c === '\n') line++;
  }
  tokens.push({ kind: 'end', text: '', value: 0, line });
  return tokens;
}

const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Adds the declarations of one file to `program`. */
export function readRules(source: string, file: string, program: RuleProgram): void {
  const tokens = tokenize(source, file);
  let at = 0;

  const peek = () => tokens[at]!;
  const fail = (message: string): never => {
    throw new Error(`${file}:${peek().line}: ${message}, found '${peek().text}'`);
  };
  const is = (text: string) => peek().text === text && peek().kind !== 'text';
  const take = (text: string): boolean => {
    if (!is(text)) return false;
    at++;
    return true;
  };
  const expect = (text: string) => {
    if (!take(text)) fail(`expected '${text}'`);
  };
  const name = (): string => {
    if (peek().kind !== 'name') fail('expected a name');
    return tokens[at++]!.text;
  };

  while (peek().kind !== 'end') declaration();

  function declaration(): void {
    take('static');
    if (take('enum')) enumeration();
    else if (take('struct')) structTable();
    else if (take('const')) pool();
    else variablesOrRoutine();
  }

  function variablesOrRoutine(): void {
    if (!take('void')) expect('int');
    const first = name();
    if (take('(')) {
      routine(first);
      return;
    }
    for (let variable = first; ; variable = name()) {
      if (take('[')) {
        program.tables.push({ name: variable, fields: [], size: expression() });
        expect(']');
      } else program.globals.push(variable);
      if (!take(',')) break;
    }
    expect(';');
  }

  function enumeration(): void {
    expect('{');
    let first = true;
    while (!take('}')) {
      const constant = name();
      program.constants.push({ name: constant, value: take('=') ? conditional() : undefined, first });
      first = false;
      if (!is('}')) expect(',');
    }
    expect(';');
  }

  function structTable(): void {
    name();
    expect('{');
    const fields: string[] = [];
    while (!take('}')) {
      expect('int');
      do fields.push(name());
      while (take(','));
      expect(';');
    }
    const table = name();
    expect('[');
    program.tables.push({ name: table, fields, size: expression() });
    expect(']');
    expect(';');
  }

  function pool(): void {
    expect('int');
    const table = name();
    expect('[');
    expect(']');
    expect('=');
    expect('{');
    const values: Expr[] = [];
    while (!take('}')) {
      values.push(conditional());
      if (!is('}')) expect(',');
    }
    expect(';');
    program.pools.push({ name: table, values });
  }

  function routine(functionName: string): void {
    const parameters: string[] = [];
    if (take('void')) expect(')');
    else {
      while (!take(')')) {
        expect('int');
        parameters.push(name());
        if (!is(')')) expect(',');
      }
    }
    if (take(';')) return;
    program.functions.push({ name: functionName, parameters, body: statement() });
  }

  function statement(): Stmt {
    if (take('{')) {
      const body: Stmt[] = [];
      while (!take('}')) body.push(statement());
      return { k: 'block', body };
    }
    if (take(';')) return { k: 'block', body: [] };
    if (take('int')) {
      const names: { name: string; value: Expr | undefined }[] = [];
      do names.push({ name: name(), value: take('=') ? assignment() : undefined });
      while (take(','));
      expect(';');
      return { k: 'local', names };
    }
    if (take('if')) {
      const test = parenthesised();
      const then = statement();
      return { k: 'if', test, then, other: take('else') ? statement() : undefined };
    }
    if (take('while')) {
      const test = parenthesised();
      return { k: 'loop', test, step: undefined, body: statement(), testFirst: true, init: undefined };
    }
    if (take('do')) {
      const body = statement();
      expect('while');
      const test = parenthesised();
      expect(';');
      return { k: 'loop', test, step: undefined, body, testFirst: false, init: undefined };
    }
    if (take('for')) {
      expect('(');
      const init = statement();
      const test = is(';') ? undefined : expression();
      expect(';');
      const step = is(')') ? undefined : expression();
      expect(')');
      return { k: 'loop', test, step, body: statement(), testFirst: true, init };
    }
    if (take('switch')) {
      const value = parenthesised();
      expect('{');
      const body: Stmt[] = [];
      while (!take('}')) body.push(statement());
      return { k: 'switch', value, body };
    }
    if (take('case')) {
      const values = [conditional()];
      expect(':');
      while (take('case')) {
        values.push(conditional());
        expect(':');
      }
      return { k: 'case', values };
    }
    if (take('default')) {
      expect(':');
      return { k: 'default' };
    }
    if (take('return')) {
      const value = is(';') ? undefined : expression();
      expect(';');
      return { k: 'return', value };
    }
    if (take('break')) {
      expect(';');
      return { k: 'break' };
    }
    if (take('continue')) {
      expect(';');
      return { k: 'continue' };
    }
    const e = expression();
    expect(';');
    return { k: 'expr', e };
  }

  function parenthesised(): Expr {
    expect('(');
    const e = expression();
    expect(')');
    return e;
  }

  function expression(): Expr {
    return assignment();
  }

  function assignment(): Expr {
    const target = conditional();
    const op = peek().text;
    if (peek().kind === 'sign' && /^([-+*/%&|^]|<<|>>)?=$/.test(op)) {
      at++;
      return { k: 'assign', op: op.slice(0, -1), target, value: assignment() };
    }
    return target;
  }

  function conditional(): Expr {
    const a = binary(0);
    if (!take('?')) return a;
    const b = expression();
    expect(':');
    return { k: 'cond', a, b, c: conditional() };
  }

  function binary(level: number): Expr {
    if (level === levels.length) return unary();
    let a = binary(level + 1);
    while (peek().kind === 'sign' && levels[level]!.includes(peek().text)) {
      const op = tokens[at++]!.text;
      a = { k: 'binary', op, a, b: binary(level + 1) };
    }
    return a;
  }

  function unary(): Expr {
    for (const op of ['-', '!', '~', '+']) if (take(op)) return { k: 'unary', op, a: unary() };
    for (const op of ['++', '--'])
      if (take(op)) return { k: 'step', delta: op === '++' ? 1 : -1, post: false, target: unary() };
    const e = primary();
    for (const op of ['++', '--'])
      if (take(op)) return { k: 'step', delta: op === '++' ? 1 : -1, post: true, target: e };
    return e;
  }

  function primary(): Expr {
    const token = peek();
    if (take('(')) {
      const e = expression();
      expect(')');
      return e;
    }
    if (token.kind === 'number') {
      at++;
      return { k: 'num', value: token.value };
    }
    const line = token.line;
    const id = name();
    if (id === 'S' && take('(')) {
      const text = peek().text;
      if (peek().kind !== 'text') fail('expected a text');
      at++;
      expect(')');
      return { k: 'text', text };
    }
    if (take('(')) {
      const args: Expr[] = [];
      while (!take(')')) {
        args.push(assignment());
        if (!is(')')) expect(',');
      }
      return { k: 'call', name: id, args, line };
    }
    if (take('[')) {
      const index = expression();
      expect(']');
      const field = take('.') ? name() : undefined;
      return { k: 'index', table: id, index, field, line };
    }
    return { k: 'name', name: id, line };
  }
}
