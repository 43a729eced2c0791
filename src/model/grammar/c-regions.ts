import { parseGbnf, type Rules } from './gbnf.ts';

/**
 * Free text in which every `[C: ...]` region holds a C expression that compiles, and every block fenced by three
 * backticks and tagged `c` a program that does.
 *
 * Outside of regions any text goes. Integer expressions have all operators; in expressions with floating constants,
 * `sqrt` or `pow`, only those defined for floating operands appear. Constants fit 64 bits. A sign behind an operator
 * needs a space, so that `- -1` never reads as `--`. A program has one function and declares its variables first,
 * always the same ones, because a grammar cannot know which names were declared: assignments, `if`, `for`, `while`,
 * `printf` of numbers and of plain words. Blocks nest three deep, brackets two.
 */
const source = String.raw`
root ::= "" | [^[${'`'}] root | "[" bracket | "${'`'}" tick
bracket ::= "" | "[" bracket | "${'`'}" tick | "C" letter | [^[C${'`'}] root
letter ::= "" | "[" bracket | "${'`'}" tick | [^[:${'`'}] root | ":" s expression s "]" root
tick ::= "" | "${'`'}" second | "[" bracket | [^[${'`'}] root
second ::= "" | "${'`'}" third | "[" bracket | [^[${'`'}] root
third ::= "" | "${'`'}" third | "c" tag | "[" bracket | [^[c${'`'}] root
tag ::= "" | [ \r] tag | "[" bracket | "${'`'}" tick | [^ \r\n[${'`'}] root | "\n" program "${'```'}" root

s ::= " "?
expression ::= integer | floating

integer ::= [-+]? [~!]* integer-primary integer-rest
integer-rest ::= "" | s integer-operator (s | " " [-+]) [~!]* integer-primary integer-rest |
  s "?" s integer s ":" s integer
integer-operator ::= [-+*/%&^|<>] | "<<" | ">>" | "<=" | ">=" | "==" | "!=" | "&&" | "||"
integer-primary ::= integer-constant | "(" s integer s ")" | "abs(" s integer s ")" |
  ("min(" | "max(") s integer s "," s integer s ")"

floating ::= [-+]? "!"* floating-primary floating-rest
floating-rest ::= "" | s floating-operator (s | " " [-+]) "!"* floating-primary floating-rest |
  s "?" s floating s ":" s floating
floating-operator ::= [-+*/<>] | "<=" | ">=" | "==" | "!=" | "&&" | "||"
floating-primary ::= integer-constant | floating-constant | "(" s floating s ")" | ("abs(" | "sqrt(") s floating s ")" |
  ("min(" | "max(" | "pow(") s floating s "," s floating s ")"

integer-constant ::= ("0" | [1-9] [0-9]{0,17} | "0x" [0-9a-fA-F]{1,15}) suffix? | "'" character "'"
suffix ::= [uU] ("l" | "L" | "ll" | "LL")? | ("l" | "L" | "ll" | "LL") [uU]?
character ::= [ -&(-[\]-~] | "\\" [abfnrtv0\\'"]
floating-constant ::= [0-9]{1,18} ("." [0-9]{0,18} exponent? | exponent) | "." [0-9]{1,18} exponent?
exponent ::= [eE] [-+]? [0-9]{1,2}
`;

// Programs are one rule: calls of rules count as nesting, which is to be left for the expressions.
const variable = '[abcins]';
const atom = `(${variable} | "0" | [1-9] [0-9]{0,5})`;
const binary = '" " ([-+*/%<>] | "<=" | ">=" | "==" | "!=" | "&&" | "||") " "';
const plain = String.raw`[ -!#$&-[\]-~]*`;

/** Operands with brackets in brackets to a depth. */
function value(depth: number): string {
  const term = depth === 0 ? atom : `(${atom} | "(" ${value(depth - 1)} ")")`;
  // The repeated part comes first, so that its states and those of the last term are the same.
  return `(${term} ${binary})* ${term}`;
}

/** One statement, or a block of statements to a depth. */
function line(depth: number): string {
  const steps = `("++" | "--" | " " [-+*]? "= " ${value(2)})`;
  const print = String.raw`"printf(\"" ${plain} ("%ld" ${plain} "\\n"? "\", " ${value(2)} | "\\n\"") ")"`;
  const simple = `(${variable} ${steps} | ${print}) ";"`;
  if (depth === 0) return `" "* ${simple} "\\n"`;
  const loop = `"for (" ${variable} " = " ${atom} "; " ${atom} ${binary} ${atom} "; " ${variable} ("++" | "--")`;
  return String.raw`" "* (${simple} | (("if (" | "while (") ${value(2)} | ${loop}) ") {\n" (${line(depth - 1)})* ${line(depth - 1)} " "* "}") "\n"`;
}

/** Blocks in blocks. */
const nesting = 3;

const program = [
  String.raw`program ::= ("#include <stdio.h>\n" "\n"?)? "int main(" "void"? ") {\n"`,
  String.raw`" "* "long a = 0, b = 0, c = 0, i = 0, n = 0, s = 0;\n" (${line(nesting)})* ${line(nesting)} (" "* "return 0;\n")? "}\n"`,
].join(' ');

/** The grammar option that lets a model write only C that compiles inside its regions. */
export function cRegionGrammar(): Rules {
  return parseGbnf(source + program, 'grammar of C regions');
}
