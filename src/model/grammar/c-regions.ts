import { parseGbnf, type Rules } from './gbnf.ts';

/**
 * Free text in which every `[C: ...]` region holds a C expression that compiles.
 *
 * Outside of regions any text goes; after `[C:` only an expression and its closing bracket do. Integer expressions have
 * all operators; in expressions with floating constants, `sqrt` or `pow`, only those defined for floating operands
 * appear. Constants fit 64 bits. A sign behind an operator needs a space, so that `- -1` never reads as `--`.
 */
const source = String.raw`
root ::= "" | [^[] root | "[" bracket
bracket ::= "" | "[" bracket | "C" letter | [^[C] root
letter ::= "" | "[" bracket | [^[:] root | ":" s expression s "]" root

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

/** The grammar option that lets a model write only C expressions that compile inside `[C: ...]`. */
export function expressionRegionGrammar(): Rules {
  return parseGbnf(source, 'grammar of C regions');
}
