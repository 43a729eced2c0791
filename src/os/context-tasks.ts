import { seeded } from './bench-paging.ts';

// Seeded tasks of `resident bench context`. Every task has one right answer, scored by exact match. A corpus is a log
// of records; besides the asked facts it holds facts of the same forms about other keys, and noise.
// training/context_tasks.py is the same generator in Python; test/os/context-tasks.test.ts compares the two.

export const taskKinds = ['needle', 'hops', 'tracking', 'overwritten', 'aggregation'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** What a corpus tells about. `owner` facts are asked for as `needle` (one record) or as `overwritten` (a correction follows). */
const families = ['code', 'hops', 'tracking', 'owner', 'aggregation'] as const;

/** Facts about one key that belong together. */
export interface Group {
  kind: TaskKind | 'code';
  key: string;
  question: string;
  answer: string;
}

export interface Task extends Group {
  kind: TaskKind;
  /** Records, one on each line. */
  corpus: string[];
}

export interface World {
  corpus: string[];
  /** All facts of the corpus; the first is the one that was asked for. */
  groups: Group[];
}

/** Names and five-digit values belong to one split each, so that no model is asked for what it was trained on. */
export type Split = 'train' | 'heldout';

const first = `ba be bi bo da de di do fa fe fi fo ga ge gi go ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro ta te ti to`;
const second = `bal ban bar bel ben ber dal dan dor dun fal far fel fen gar gen gor gun kal kar ken kor lan len lin lor mar mel min mor nal nar nel nor tal tan tel tor vas vin`;

/** FNV-1a, 32 bits, of an ASCII text. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** A quarter of the names is held out of training. */
export function splitOfName(name: string): Split {
  return fnv1a(name) % 4 === 0 ? 'heldout' : 'train';
}

/** A tenth of the values is held out of training. */
export function splitOfValue(value: number): Split {
  return fnv1a(String(value)) % 10 === 0 ? 'heldout' : 'train';
}

const allNames = first.split(' ').flatMap((a) => second.split(' ').map((b) => a + b));
export const names: Record<Split, readonly string[]> = {
  train: allNames.filter((name) => splitOfName(name) === 'train'),
  heldout: allNames.filter((name) => splitOfName(name) === 'heldout'),
};

/** Names that occur in one corpus: few, so that keys differ from each other in the name or in the number alone. */
const poolSize = 40;

/**
 * A corpus of about `tokens` tokens by `count`.
 * @param asked kind of the first group: the one that a task asks about
 */
export function makeWorld(
  tokens: number,
  seed: number,
  count: (text: string) => number,
  split: Split,
  asked: TaskKind,
): World {
  const random = seeded(seed);
  const integer = (limit: number) => Math.floor(random() * limit);
  const pool = Array.from({ length: poolSize }, () => names[split][integer(names[split].length)]!);
  const word = () => pool[integer(poolSize)]! + String(100 + integer(900));
  const used = new Set<string>();
  const fresh = () => {
    let key = word();
    while (used.has(key)) key = word();
    used.add(key);
    return key;
  };
  const value = () => {
    let n = 10_000 + integer(90_000);
    while (splitOfValue(n) !== split) n = 10_000 + integer(90_000);
    return String(n);
  };
  const items: { line: string; at: number }[] = [];
  const groups: Group[] = [];
  let size = 0;
  const add = (line: string, at: number) => {
    items.push({ line, at });
    size += count(`t00000 ${line}\n`);
  };
  const places = (n: number) => Array.from({ length: n }, random).sort((a, b) => a - b);

  const addGroup = (family: (typeof families)[number], asked?: TaskKind) => {
    const key = fresh();
    const group = (kind: Group['kind'], question: string, answer: string) =>
      groups.push({ kind, key, question, answer });
    switch (family) {
      case 'code': {
        const answer = value();
        add(`the code of ${key} is ${answer}`, random());
        group('code', `What is the code of ${key}?`, answer);
        break;
      }
      case 'hops': {
        const stops = [key, fresh(), fresh(), fresh()];
        for (let i = 0; i < 3; i++) add(`${stops[i]} points to ${stops[i + 1]}`, random());
        group('hops', `Follow "points to" three times from ${key} and name each stop.`, stops.slice(1).join(' '));
        break;
      }
      case 'tracking': {
        const at = places(2 + integer(4));
        let last = '';
        for (const place of at) {
          last = value();
          add(`variable ${key} is set to ${last}`, place);
        }
        group('tracking', `What is variable ${key} at the end?`, last);
        break;
      }
      case 'owner': {
        const at = places(2);
        let owner = word();
        add(`the owner of ${key} is ${owner}`, at[0]!);
        const corrected = asked ? asked === 'overwritten' : random() < 0.5;
        if (corrected) {
          owner = word();
          add(`correction: the owner of ${key} is ${owner}`, at[1]!);
        }
        group(corrected ? 'overwritten' : 'needle', `Who is the owner of ${key} now?`, owner);
        break;
      }
      case 'aggregation': {
        const n = asked ? 3 + integer(5) : 1 + integer(7);
        for (let i = 0; i < n; i++) add(`failure of service ${key} code ${10 + integer(90)}`, random());
        group('aggregation', `How many failures of service ${key} are recorded?`, String(n));
        break;
      }
    }
  };

  addGroup(asked === 'needle' || asked === 'overwritten' ? 'owner' : asked, asked);
  while (size < tokens) {
    if (random() < 0.8) add(`request ${word()} served by ${word()} in ${100 + integer(900)} ms`, random());
    else addGroup(families[integer(families.length)]!);
  }
  items.sort((a, b) => a.at - b.at);
  return { corpus: items.map(({ line }, i) => `t${String(i).padStart(5, '0')} ${line}`), groups };
}

/** A held-out task whose corpus has about `tokens` tokens by `count`. */
export function makeTask(kind: TaskKind, tokens: number, seed: number, count: (text: string) => number): Task {
  const { corpus, groups } = makeWorld(tokens, seed * 7919 + taskKinds.indexOf(kind), count, 'heldout', kind);
  return { ...groups[0]!, kind, corpus };
}
