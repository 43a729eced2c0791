import { seeded } from './bench-paging.ts';

// Seeded tasks of `resident bench context`. Every task has one right answer, scored by exact match.

export const taskKinds = ['needle', 'hops', 'tracking', 'overwritten', 'aggregation'] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface Task {
  kind: TaskKind;
  /** Records, one on each line. */
  corpus: string[];
  question: string;
  answer: string;
  /** For `hops`: the key to start from; else what the question is about. */
  key: string;
}

const names = [
  'amber',
  'birch',
  'cedar',
  'delta',
  'ember',
  'flint',
  'grove',
  'heron',
  'iris',
  'jade',
  'koala',
  'lotus',
];

/** A task whose corpus has about `tokens` tokens by `count`. */
export function makeTask(kind: TaskKind, tokens: number, seed: number, count: (text: string) => number): Task {
  const random = seeded(seed * 7919 + taskKinds.indexOf(kind));
  const integer = (limit: number) => Math.floor(random() * limit);
  const word = () => `${names[integer(names.length)]}${integer(900) + 100}`;
  const noise = () => `request ${word()} served by ${word()} in ${integer(900)} ms`;
  const corpus: string[] = [];
  let size = 0;
  while (size < tokens) {
    const line = noise();
    corpus.push(line);
    size += count(`${line}\n`);
  }
  /** Puts records at random places, in their order. */
  const scatter = (records: readonly string[]) => {
    const places = records.map(() => integer(corpus.length)).sort((a, b) => a - b);
    for (const [i, record] of records.entries()) corpus.splice(places[i]! + i, 0, record);
  };
  const numbered = (task: Omit<Task, 'corpus' | 'kind'>): Task => ({
    kind,
    corpus: corpus.map((line, i) => `t${String(i).padStart(5, '0')} ${line}`),
    ...task,
  });
  const key = `vault${integer(9000) + 1000}`;
  switch (kind) {
    case 'needle': {
      const answer = String(integer(90_000) + 10_000);
      scatter([`the code of ${key} is ${answer}`]);
      return numbered({ question: `What is the code of ${key}?`, answer, key });
    }
    case 'hops': {
      const chain = [key, `node${integer(9000) + 1000}`, `hub${integer(9000) + 1000}`, `leaf${integer(9000) + 1000}`];
      const links = [0, 1, 2].map((i) => `${chain[i]} points to ${chain[i + 1]}`);
      scatter(random() < 0.5 ? links : links.reverse());
      return numbered({
        question: `Follow "points to" three times from ${key}. Where do you end?`,
        answer: chain[3]!,
        key,
      });
    }
    case 'tracking': {
      const values = Array.from({ length: 4 }, () => String(integer(900) + 100));
      scatter(values.map((value) => `variable ${key} is set to ${value}`));
      return numbered({ question: `What is variable ${key} at the end?`, answer: values[3]!, key });
    }
    case 'overwritten': {
      const [old, now] = [word(), word()];
      scatter([`the owner of ${key} is ${old}`, `correction: the owner of ${key} is ${now}`]);
      return numbered({ question: `Who is the owner of ${key} now?`, answer: now, key });
    }
    case 'aggregation': {
      const n = 3 + integer(5);
      scatter(Array.from({ length: n }, () => `failure of service ${key} code ${integer(90) + 10}`));
      return numbered({ question: `How many failures of service ${key} are recorded?`, answer: String(n), key });
    }
  }
}
