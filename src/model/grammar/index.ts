export { type Automaton, advance, compileGrammar, compileGrammarSliced, matches } from './automaton.ts';
export { cRegionGrammar } from './c-regions.ts';
export { type Expression, parseGbnf, type Rules } from './gbnf.ts';
export { type GrammarHost, GrammarMask } from './grammar-mask.ts';
export { jsonSchemaGrammar } from './json-schema.ts';
export { cutAtStop, type StopHost, StopStrings, stopAutomaton } from './stop-strings.ts';
