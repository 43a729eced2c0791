import { ResidentError } from '../../errors.ts';
import type { Rules } from './gbnf.ts';
import { buildNetwork, type Network } from './network.ts';

/**
 * A deterministic automaton over bytes that accepts what a grammar describes.
 *
 * State 0 is dead: nothing leads out of it. `next[state * classCount + classes[byte]]` is the state after a byte.
 */
export interface Automaton {
  readonly states: number;
  readonly start: number;
  readonly classCount: number;
  /** Class of each byte; bytes of one class are never told apart. */
  readonly classes: Uint8Array;
  readonly next: Uint32Array;
  /** 1 for states in which the text so far is complete. */
  readonly accepting: Uint8Array;
  /** Deepest nesting of rules that the automaton follows. */
  readonly depth: number;
  /** Whether that is all the grammar allows: true for every grammar without real recursion. */
  readonly exact: boolean;
}

export interface CompileOptions {
  fileName?: string;
  /** Most states; default 20000. */
  maxStates?: number;
  /** Deepest nesting to try; default 32. */
  maxDepth?: number;
}

/**
 * Compiles a grammar once, so that the GPU follows it with one table look-up for each byte.
 *
 * A grammar with real recursion (JSON values in JSON values) has no finite automaton; such a grammar is followed to the
 * greatest depth of nesting that fits in `maxStates`, and deeper nesting is not generated.
 *
 * @throws ResidentError when even one level of nesting does not fit, or nothing can ever match
 */
export function compileGrammar(grammar: Rules, options: CompileOptions = {}): Automaton {
  const { fileName = 'grammar', maxStates = 20_000, maxDepth = 32 } = options;
  const network = buildNetwork(grammar, fileName);
  const { classes, classCount, representatives } = byteClasses(network);
  let best: Automaton | undefined;
  for (let depth = 1; depth <= maxDepth; depth++) {
    const found = new Determinizer(network, representatives, depth, maxStates).run();
    if (!found) break;
    best = { ...found, classes, classCount, depth };
    if (found.exact) break;
  }
  if (!best) throw new ResidentError(`${fileName}: the grammar needs over ${maxStates} states: make it smaller.`);
  if (best.start === 0) throw new ResidentError(`${fileName}: no text matches the grammar.`);
  return best;
}

/** Whether `text` is complete under the grammar: the plain reference for the GPU. */
export function matches(automaton: Automaton, text: string): boolean {
  return automaton.accepting[advance(automaton, automaton.start, new TextEncoder().encode(text))] === 1;
}

/** The state after some bytes; 0 when they are not allowed. */
export function advance(automaton: Automaton, state: number, bytes: Uint8Array): number {
  let at = state;
  for (const byte of bytes) at = automaton.next[at * automaton.classCount + automaton.classes[byte]!]!;
  return at;
}

function byteClasses(network: Network): { classes: Uint8Array; classCount: number; representatives: number[] } {
  const starts = new Set([0]);
  for (const node of network.nodes) {
    for (const { low, high } of node.bytes) {
      starts.add(low);
      starts.add(high + 1);
    }
  }
  const classes = new Uint8Array(256);
  const representatives: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    if (starts.has(byte)) representatives.push(byte);
    classes[byte] = representatives.length - 1;
  }
  return { classes, classCount: representatives.length, representatives };
}

/** Subset construction over positions in the network with their stacks of pending returns. */
class Determinizer {
  readonly #network: Network;
  readonly #representatives: readonly number[];
  readonly #maxDepth: number;
  readonly #maxStates: number;
  /** Stack 0 is empty; others are a node to return to and the stack below. */
  readonly #stacks: { node: number; below: number; depth: number }[] = [{ node: -1, below: -1, depth: 0 }];
  readonly #stackIds = new Map<number, number>();
  readonly #ends: ReadonlySet<number>;
  #exact = true;

  constructor(network: Network, representatives: readonly number[], maxDepth: number, maxStates: number) {
    this.#network = network;
    this.#ends = new Set(network.rules.map(({ end }) => end));
    this.#representatives = representatives;
    this.#maxDepth = maxDepth;
    this.#maxStates = maxStates;
  }

  /** Undefined when there are too many states. */
  run(): { states: number; start: number; next: Uint32Array; accepting: Uint8Array; exact: boolean } | undefined {
    const ids = new Map<string, number>([['', 0]]);
    const sets: number[][] = [[]];
    const accepting: number[] = [0];
    const next: number[] = this.#representatives.map(() => 0);
    const stateOf = (positions: readonly number[]): number => {
      const { set, accepts } = this.#closure(positions);
      const key = `${set.join()}${accepts ? '!' : ''}`;
      const known = ids.get(key);
      if (known !== undefined) return known;
      ids.set(key, sets.length);
      accepting.push(accepts ? 1 : 0);
      return sets.push(set) - 1;
    };
    const start = stateOf([this.#position(this.#network.rules[0]!.start, 0)]);
    for (let state = 1; state < sets.length; state++) {
      if (sets.length > this.#maxStates) return undefined;
      for (const byte of this.#representatives) next.push(stateOf(this.#step(sets[state]!, byte)));
    }
    return { ...this.#withoutTraps(Uint32Array.from(next), accepting, start), exact: this.#exact };
  }

  #position(node: number, stack: number): number {
    return stack * this.#network.nodes.length + node;
  }

  #step(set: readonly number[], byte: number): number[] {
    const { nodes } = this.#network;
    const reached: number[] = [];
    for (const position of set) {
      const node = position % nodes.length;
      const base = position - node;
      for (const { low, high, to } of nodes[node]!.bytes) if (byte >= low && byte <= high) reached.push(base + to);
    }
    return reached;
  }

  /** All positions reachable without a byte, of which those that can take one are kept. */
  #closure(positions: readonly number[]): { set: number[]; accepts: boolean } {
    const { nodes, rules } = this.#network;
    const ends = this.#ends;
    const seen = new Set(positions);
    const work = [...seen];
    const set: number[] = [];
    let accepts = false;
    const visit = (position: number) => {
      if (seen.has(position)) return;
      seen.add(position);
      work.push(position);
    };
    for (let position = work.pop(); position !== undefined; position = work.pop()) {
      const at = position % nodes.length;
      const stack = (position - at) / nodes.length;
      const node = nodes[at]!;
      if (node.bytes.length > 0) set.push(position);
      for (const to of node.empty) visit(this.#position(to, stack));
      for (const { rule, to } of node.calls) {
        const inner = nodes[to]!.ends ? stack : this.#push(to, stack);
        if (inner >= 0) visit(this.#position(rules[rule]!.start, inner));
      }
      if (!ends.has(at)) continue;
      const top = this.#stacks[stack]!;
      if (stack === 0) accepts = true;
      else visit(this.#position(top.node, top.below));
    }
    return { set: set.sort((a, b) => a - b), accepts };
  }
  /** -1 when the nesting is too deep. */
  #push(node: number, below: number): number {
    const depth = this.#stacks[below]!.depth + 1;
    if (depth > this.#maxDepth) {
      this.#exact = false;
      return -1;
    }
    const key = this.#position(node, below);
    let id = this.#stackIds.get(key);
    if (id === undefined) {
      id = this.#stacks.push({ node, below, depth }) - 1;
      this.#stackIds.set(key, id);
    }
    return id;
  }

  /** Leads every move into a state from which nothing can be completed to state 0 instead. */
  #withoutTraps(next: Uint32Array, accepting: readonly number[], start: number) {
    const width = this.#representatives.length;
    const states = accepting.length;
    const sources: number[][] = Array.from({ length: states }, () => []);
    for (let i = width; i < next.length; i++) sources[next[i]!]!.push(Math.floor(i / width));
    const alive = Uint8Array.from(accepting);
    const work = accepting.flatMap((accepts, state) => (accepts ? [state] : []));
    for (let state = work.pop(); state !== undefined; state = work.pop()) {
      for (const source of sources[state]!) {
        if (alive[source]) continue;
        alive[source] = 1;
        work.push(source);
      }
    }
    const cut = next.map((state) => (alive[state] ? state : 0));
    return { states, start: alive[start] ? start : 0, next: cut, accepting: Uint8Array.from(accepting) };
  }
}
