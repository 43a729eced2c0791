import { ResidentError } from '../../errors.ts';
import { calledRules, type Expression, type Rules } from './gbnf.ts';
import { utf8Ranges } from './utf8-ranges.ts';

/** A node of the recursive transition network; every rule has a start and an end node. */
export interface NetworkNode {
  /** Moves that consume one byte. */
  bytes: { low: number; high: number; to: number }[];
  /** Moves that consume nothing. */
  empty: number[];
  /** Moves that consume what a rule matches. */
  calls: { rule: number; to: number }[];
  /** From here the rule can only end, so a call that returns here need not return here at all. */
  ends: boolean;
}

export interface Network {
  nodes: NetworkNode[];
  /** Start and end node of each rule; rule 0 is root. */
  rules: { start: number; end: number }[];
}

const mostNodes = 200_000;

/** @throws ResidentError when a rule can call itself before it has consumed anything, or the grammar is too large */
export function buildNetwork(grammar: Rules, fileName: string): Network {
  refuseLeftRecursion(grammar, fileName);
  const names = ['root', ...[...grammar.keys()].filter((name) => name !== 'root')];
  const index = new Map(names.map((name, i) => [name, i]));
  const nodes: NetworkNode[] = [];
  const add = (): number => {
    if (nodes.length >= mostNodes) {
      throw new ResidentError(`${fileName}: the grammar is too large: its repetitions need over ${mostNodes} nodes.`);
    }
    return nodes.push({ bytes: [], empty: [], calls: [], ends: false }) - 1;
  };

  /** Adds `expression` after node `from` and returns the node behind it. */
  const build = (expression: Expression, from: number): number => {
    switch (expression.kind) {
      case 'literal': {
        let at = from;
        for (const byte of new TextEncoder().encode(expression.text)) {
          const to = add();
          nodes[at]!.bytes.push({ low: byte, high: byte, to });
          at = to;
        }
        return at;
      }
      case 'chars': {
        const end = add();
        for (const range of expression.ranges) {
          for (const sequence of utf8Ranges(range)) {
            let at = from;
            sequence.forEach(([low, high], i) => {
              const to = i === sequence.length - 1 ? end : add();
              nodes[at]!.bytes.push({ low, high, to });
              at = to;
            });
          }
        }
        return end;
      }
      case 'rule': {
        const to = add();
        nodes[from]!.calls.push({ rule: index.get(expression.name)!, to });
        return to;
      }
      case 'sequence':
        return expression.items.reduce((at, item) => build(item, at), from);
      case 'choice': {
        const end = add();
        for (const item of expression.items) {
          const start = add();
          nodes[from]!.empty.push(start);
          nodes[build(item, start)]!.empty.push(end);
        }
        return end;
      }
      case 'repeat': {
        let at = from;
        for (let i = 0; i < expression.min; i++) at = build(expression.item, at);
        const end = add();
        if (expression.max === undefined) {
          const loop = add();
          nodes[at]!.empty.push(loop);
          nodes[build(expression.item, loop)]!.empty.push(loop);
          nodes[loop]!.empty.push(end);
          return end;
        }
        for (let i = expression.min; i < expression.max; i++) {
          nodes[at]!.empty.push(end);
          at = build(expression.item, at);
        }
        nodes[at]!.empty.push(end);
        return end;
      }
    }
  };

  const rules = names.map((name) => {
    const start = add();
    return { start, end: build(grammar.get(name)!, start) };
  });
  const merged = mergeEqualNodes(nodes, rules);
  markEnds(nodes, new Set(merged.map(({ end }) => end)));
  return { nodes, rules: merged };
}

const mergePasses = 20;

/**
 * Redirects moves into nodes from which the same moves lead on to one of them. What a rule returns to then depends less
 * on how it was called, which keeps the automaton of a recursive grammar small.
 */
function mergeEqualNodes(nodes: NetworkNode[], rules: Network['rules']): Network['rules'] {
  const ends = new Set(rules.map(({ end }) => end));
  const same = nodes.map((_, i) => i);
  // Only nodes that stand for themselves are ever redirected, and never to one that leads back: there are no cycles.
  const find = (i: number): number => {
    let at = i;
    while (same[at] !== at) at = same[at]!;
    return at;
  };
  for (let pass = 0, changed = true; changed && pass < mergePasses; pass++) {
    changed = false;
    const bySignature = new Map<string, number>();
    for (let i = 0; i < nodes.length; i++) {
      if (same[i] !== i || ends.has(i)) continue;
      const { bytes, empty, calls } = nodes[i]!;
      const onlyEmpty = bytes.length === 0 && calls.length === 0 && empty.length === 1 && empty[0] !== i;
      const signature = JSON.stringify([bytes, empty, calls]);
      const equal = find(onlyEmpty ? empty[0]! : (bySignature.get(signature) ?? i));
      bySignature.set(signature, equal);
      if (equal === i) continue;
      same[i] = equal;
      changed = true;
    }
    if (!changed) break;
    for (const node of nodes) {
      for (const edge of [...node.bytes, ...node.calls]) edge.to = find(edge.to);
      node.empty = [...new Set(node.empty.map(find))];
    }
  }
  return rules.map(({ start, end }) => ({ start: find(start), end }));
}

function markEnds(nodes: NetworkNode[], ends: ReadonlySet<number>): void {
  const known = new Map<number, boolean>();
  for (let first = 0; first < nodes.length; first++) {
    // Follows the only way on until it is clear where it leads.
    const path: number[] = [];
    let at = first;
    let result = false;
    for (;;) {
      const node = nodes[at]!;
      if (known.has(at)) {
        result = known.get(at)!;
        break;
      }
      if (path.includes(at)) break;
      path.push(at);
      const single = node.bytes.length === 0 && node.calls.length === 0 && node.empty.length <= 1;
      result = ends.has(at) && node.empty.length === 0 && single;
      if (result || !single || node.empty.length === 0) break;
      at = node.empty[0]!;
    }
    for (const passed of path) known.set(passed, result);
    nodes[first]!.ends = known.get(first)!;
  }
}

function refuseLeftRecursion(grammar: Rules, fileName: string): void {
  const nullable = new Set<string>();
  const canBeEmpty = (e: Expression): boolean => {
    if (e.kind === 'literal') return e.text === '';
    if (e.kind === 'chars') return false;
    if (e.kind === 'rule') return nullable.has(e.name);
    if (e.kind === 'sequence') return e.items.every(canBeEmpty);
    if (e.kind === 'choice') return e.items.some(canBeEmpty);
    return e.min === 0 || canBeEmpty(e.item);
  };
  for (let grown = -1; grown !== nullable.size; ) {
    grown = nullable.size;
    for (const [name, expression] of grammar) if (canBeEmpty(expression)) nullable.add(name);
  }
  /** Rules that may be called before anything is consumed. */
  const first = (e: Expression): string[] => {
    if (e.kind !== 'sequence')
      return e.kind === 'choice' ? e.items.flatMap(first) : e.kind === 'repeat' ? first(e.item) : calledRules(e);
    const names: string[] = [];
    for (const item of e.items) {
      names.push(...first(item));
      if (!canBeEmpty(item)) break;
    }
    return names;
  };
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): void => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      throw new ResidentError(
        `${fileName}: rule ${name} can call itself before it consumes anything (left recursion).`,
      );
    }
    state.set(name, 'open');
    for (const called of first(grammar.get(name)!)) visit(called);
    state.set(name, 'done');
  };
  for (const name of grammar.keys()) visit(name);
}
