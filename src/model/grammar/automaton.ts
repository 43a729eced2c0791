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
  const work = compileSteps(grammar, options);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** {@link compileGrammar} in slices of some milliseconds, between which the thread does other things. */
export async function compileGrammarSliced(grammar: Rules, options: CompileOptions = {}): Promise<Automaton> {
  const work = compileSteps(grammar, options);
  for (;;) {
    const end = performance.now() + sliceMs;
    let step = work.next();
    while (!step.done && performance.now() < end) step = work.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const sliceMs = 4;

/** Compiles, and stops after every state. */
function* compileSteps(grammar: Rules, options: CompileOptions): Generator<void, Automaton> {
  const { fileName = 'grammar', maxStates = 20_000, maxDepth = 32 } = options;
  const network = buildNetwork(grammar, fileName);
  yield;
  const { classes, classCount } = byteClasses(network);
  let best: Automaton | undefined;
  for (let depth = 1; depth <= maxDepth; depth++) {
    const found = yield* new Determinizer(network, classes, classCount, depth, maxStates).run();
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

function byteClasses(network: Network): { classes: Uint8Array; classCount: number } {
  const starts = new Set([0]);
  for (const node of network.nodes) {
    for (const { low, high } of node.bytes) {
      starts.add(low);
      starts.add(high + 1);
    }
  }
  const classes = new Uint8Array(256);
  for (let byte = 1; byte < 256; byte++) classes[byte] = classes[byte - 1]! + (starts.has(byte) ? 1 : 0);
  return { classes, classCount: classes[255]! + 1 };
}

/** Positions that can take a byte, and whether the text may end here. */
interface Closure {
  readonly set: readonly number[];
  readonly accepts: boolean;
}

/** Subset construction over positions in the network with their stacks of pending returns. */
class Determinizer {
  readonly #network: Network;
  readonly #classCount: number;
  /** For each node its byte moves, as ranges of classes. */
  readonly #moves: readonly { first: number; last: number; to: number }[][];
  readonly #maxDepth: number;
  readonly #maxStates: number;
  /** Stack 0 is empty; others are a node to return to and the stack below. */
  readonly #stacks: { node: number; below: number; depth: number }[] = [{ node: -1, below: -1, depth: 0 }];
  readonly #stackIds = new Map<number, number>();
  readonly #closures = new Map<number, Closure>();
  readonly #ends: ReadonlySet<number>;
  #exact = true;

  constructor(network: Network, classes: Uint8Array, classCount: number, maxDepth: number, maxStates: number) {
    this.#network = network;
    this.#classCount = classCount;
    this.#ends = new Set(network.rules.map(({ end }) => end));
    this.#moves = network.nodes.map(({ bytes }) =>
      bytes.map(({ low, high, to }) => ({ first: classes[low]!, last: classes[high]!, to })),
    );
    this.#maxDepth = maxDepth;
    this.#maxStates = maxStates;
  }

  /** Undefined when there are too many states. */
  *run(): Generator<
    void,
    { states: number; start: number; next: Uint32Array; accepting: Uint8Array; exact: boolean } | undefined
  > {
    const sets: (readonly number[])[] = [[]];
    const accepting: number[] = [0];
    const next: number[] = new Array(this.#classCount).fill(0);
    const bySet = new Map<string, number>();
    const byReached = new Map<string, number>();
    const stateOf = (reached: number[]): number => {
      if (reached.length === 0) return 0;
      const reachedKey = reached.join();
      const seen = byReached.get(reachedKey);
      if (seen !== undefined) return seen;
      const { set, accepts } = this.#union(reached);
      const key = `${set.join()}${accepts ? '!' : ''}`;
      let state = bySet.get(key);
      if (state === undefined) {
        state = set.length === 0 && !accepts ? 0 : sets.push(set) - 1;
        if (state > 0) accepting.push(accepts ? 1 : 0);
        bySet.set(key, state);
      }
      byReached.set(reachedKey, state);
      return state;
    };
    const start = stateOf([this.#position(this.#network.rules[0]!.start, 0)]);
    for (let state = 1; state < sets.length; state++) {
      if (sets.length > this.#maxStates) return undefined;
      yield;
      for (const reached of this.#steps(sets[state]!)) next.push(stateOf(reached));
    }
    return { ...this.#withoutTraps(Uint32Array.from(next), accepting, start), exact: this.#exact };
  }

  #position(node: number, stack: number): number {
    return stack * this.#network.nodes.length + node;
  }

  /** For each class of bytes the positions behind such a byte. */
  #steps(set: readonly number[]): number[][] {
    const size = this.#network.nodes.length;
    const reached: number[][] = Array.from({ length: this.#classCount }, () => []);
    for (const position of set) {
      const node = position % size;
      for (const { first, last, to } of this.#moves[node]!) {
        for (let i = first; i <= last; i++) reached[i]!.push(position - node + to);
      }
    }
    return reached;
  }

  #union(positions: readonly number[]): Closure {
    if (positions.length === 1) return this.#closure(positions[0]!);
    const all = new Set<number>();
    let accepts = false;
    for (const position of positions) {
      const closure = this.#closure(position);
      accepts ||= closure.accepts;
      for (const member of closure.set) all.add(member);
    }
    return { set: [...all].sort((a, b) => a - b), accepts };
  }

  /** What is reachable from a position without a byte. */
  #closure(position: number): Closure {
    const known = this.#closures.get(position);
    if (known) return known;
    const { nodes, rules } = this.#network;
    const seen = new Set([position]);
    const work = [position];
    const set: number[] = [];
    let accepts = false;
    const visit = (reached: number) => {
      if (seen.has(reached)) return;
      seen.add(reached);
      work.push(reached);
    };
    for (let from = work.pop(); from !== undefined; from = work.pop()) {
      const at = from % nodes.length;
      const stack = (from - at) / nodes.length;
      const node = nodes[at]!;
      if (node.bytes.length > 0) set.push(from);
      for (const to of node.empty) visit(this.#position(to, stack));
      for (const { rule, to } of node.calls) {
        const inner = nodes[to]!.ends ? stack : this.#push(to, stack);
        if (inner >= 0) visit(this.#position(rules[rule]!.start, inner));
      }
      if (!this.#ends.has(at)) continue;
      const top = this.#stacks[stack]!;
      if (stack === 0) accepts = true;
      else visit(this.#position(top.node, top.below));
    }
    const closure = { set: set.sort((a, b) => a - b), accepts };
    this.#closures.set(position, closure);
    return closure;
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
    const width = this.#classCount;
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
