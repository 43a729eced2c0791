"""Packed training rows for resident-context: corpora with their questions, and windows of the LLM-VM.

A document is a prefix (system turn and records) and one or more branches (question and answer). Every branch sees the prefix and
itself, at the positions that it would have right behind the prefix: so one corpus trains all its questions, and each of
them is byte for byte the prompt that the engine sees. A row holds several documents.
"""
import json
import os
import random
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import context_tasks  # noqa: E402
from training.context_bpe import Tokenizer  # noqa: E402

ROW = int(os.environ.get("CONTEXT_ROW", 8192))  # smaller for smoke tests only
# Most tokens of a corpus, and the share of the training time at which that level ends at the latest.
CURRICULUM = [(300, 0.14), (600, 0.22), (1200, 0.30), (2400, 0.40), (4800, 0.52), (7650, 2.0)]
KINDS = context_tasks.KINDS
ALL_KINDS = ["code", *KINDS]
ALL_KINDS += ["vm " + kind for kind in ALL_KINDS]


class Row:
    """tokens, loss flags, document, branch (0: prefix), position and question number of each token."""

    def __init__(self, width=None):
        self.width = width or ROW
        self.tokens, self.flags, self.docs, self.branches, self.positions, self.questions = [], [], [], [], [], []
        self.doc = self.asked = 0
        self.kinds = []  # kind of each question

    def room(self):
        return self.width - len(self.tokens)

    def add(self, prefix, branches):
        """prefix: ids; branches: [(kind, prompt ids, answer ids)]"""
        self.doc += 1
        self._extend(prefix, 0, 0, 0, 0)
        for number, (kind, prompt, answer) in enumerate(branches, 1):
            self.asked += 1
            self.kinds.append(kind)
            self._extend(prompt, number, len(prefix), 0, 0)
            self._extend(answer, number, len(prefix) + len(prompt), 1, self.asked)

    def _extend(self, ids, branch, position, flag, question):
        n = len(ids)
        self.tokens += ids
        self.flags += [flag] * n
        self.docs += [self.doc] * n
        self.branches += [branch] * n
        self.positions += range(position, position + n)
        self.questions += [question] * n

    def arrays(self, width=None):
        """int16 [6, width]; what is left is a document of its own without loss."""
        width = width or ROW
        out = np.zeros((6, width), np.int16)
        n = len(self.tokens)
        for i, values in enumerate((self.tokens, self.flags, self.docs, self.branches, self.positions, self.questions)):
            out[i, :n] = values
        out[2, n:] = self.doc + 1
        out[4, n:] = np.arange(width - n)
        return out


class Prompts:
    """The chat template around segments, as EngineCpu in src/os/cpus/engine.ts places it."""

    def __init__(self, tokenizer):
        t = self.t = tokenizer
        special, text = t.ids.__getitem__, t.encode
        start, end = special("<|im_start|>"), special("<|im_end|>")
        self.before = [start] + text("system\n")
        self.between = [end] + text("\n") + [start] + text("user\n")
        self.after = [end] + text("\n") + [start] + text("assistant\n")
        self.end = end

    def prefix(self, segments):
        """All segments but the instruction."""
        return self.before + self.t.encode(segments[0]) + self.between + [i for s in segments[1:-1] for i in self.t.encode(s)]

    def branch(self, kind, instruction, answer):
        return kind, self.t.encode(instruction) + self.after, self.t.encode(answer) + [self.end]


def plain(prompts, corpus, groups):
    segments = context_tasks.plain_segments(corpus, "")
    branches = [prompts.branch(kind, context_tasks.plain_segments([], question)[2], answer) for kind, _, question, answer in groups]
    return prompts.prefix(segments), branches


def vm_windows(rng, prompts, corpus, group, lines):
    """The operations of the LLM-VM on one group, with pages of `lines` records. -> [(prefix, [branch])]"""
    kind, key, question, answer = group
    pages = [(f"r/{i:05d}", corpus[i : i + lines]) for i in range(0, len(corpus), lines)]
    holding = lambda word: [p for p in pages if any(word in line for line in p[1])]
    asked = []
    if kind == "hops":
        stops = [key] + answer.split(" ")
        step = rng.randrange(3)
        asked.append((holding(stops[step])[:3], f"Where does {stops[step]} point to?", stops[step + 1]))
    elif kind == "aggregation":
        some = holding(key)[:8]
        asked.append((some, question, str(sum(f"failure of service {key} " in line for _, part in some for line in part))))
    else:
        asked.append((holding(key)[:8], question, answer))
    out = []
    for found, question, answer in asked:
        segments = context_tasks.vm_segments(found, question)
        out.append((prompts.prefix(segments), [prompts.branch("vm " + kind, segments[-1], answer)]))
    return out


def chunks(rng, corpus, group, lines=4, most=4):
    """What retrieval may find: the chunks that hold the key and some others. None if they are too many."""
    parts = [corpus[i : i + lines] for i in range(0, len(corpus), lines)]
    words = [group[1]] + (group[3].split(" ") if group[0] == "hops" else [])
    need = {i for i, part in enumerate(parts) if any(w in line for w in words for line in part)}
    if len(need) > most:
        return None
    rest = [i for i in range(len(parts)) if i not in need]
    need |= set(rng.sample(rest, min(len(rest), most - len(need))))
    return [line for i in sorted(need) for line in parts[i]]


def draw_row(rng, prompts, limit, split, vm_share=0.3, exact=None, width=None):
    """One packed row. `limit`: most tokens of a corpus; `exact`: all plain corpora have this size."""
    row, count = Row(width), lambda text: len(prompts.t.encode(text))
    while row.room() > 420:
        size = min(row.room() - 380, exact or limit)
        if not exact:
            if rng.random() < 0.5:
                size = rng.randint(int(0.6 * size), size)
            else:
                size = min(size, int(150 * (max(size, 151) / 150) ** rng.random()))
        corpus, groups = context_tasks.world(size, rng.getrandbits(32), count, split, rng.choice(KINDS))
        r = rng.random()
        if r < vm_share and not exact:
            # Windows weigh little: all questions of the corpus, until a sixth of the row is full.
            lines, used = rng.choice((4, 4, 4, 3, 2, 1)), 0
            for group in rng.sample(groups, len(groups)):
                for prefix, branches in vm_windows(rng, prompts, corpus, group, lines):
                    n = len(prefix) + len(branches[0][1]) + len(branches[0][2])
                    if n > row.room() or used > ROW // 6:
                        break
                    used += n
                    row.add(prefix, branches)
            continue
        if r < vm_share + 0.04 and not exact:
            group = rng.choice(groups)
            corpus = chunks(rng, corpus, group)
            if corpus is None:
                continue
            groups = [group]
        prefix, branches = plain(prompts, corpus, rng.sample(groups, len(groups)))
        left = row.room() - len(prefix)
        keep = []
        for kind, prompt, answer in branches:
            left -= len(prompt) + len(answer)
            if left < 0 or len(keep) == 40:
                break
            keep.append((kind, prompt, answer))
        if keep:
            row.add(prefix, keep)
    return row


def worker(seed, rows, level, queue):
    """Batches of training rows, int16 [rows, 6, ROW], for ever."""
    prompts, rng = Prompts(Tokenizer.load()), random.Random(seed)
    while True:
        queue.put(np.stack([draw_row(rng, prompts, CURRICULUM[level.value][0], "train").arrays() for _ in range(rows)]))


def validation(args):
    """Held-out rows: (name, arrays [rows, 6, ROW], kinds of the questions of each row)."""
    name, seed, exact, vm_share, rows = args
    prompts, rng = Prompts(Tokenizer.load()), random.Random(seed)
    made = [draw_row(rng, prompts, exact or 2000, "heldout", vm_share, exact) for _ in range(rows)]
    return name, np.stack([r.arrays() for r in made]), [r.kinds for r in made]


def benchmark(args):
    """The benchmark's own full-append tasks, one corpus and question in a row."""
    kind, size, seed = args
    prompts = Prompts(Tokenizer.load())
    corpus, group = context_tasks.task(kind, size, seed, lambda text: len(prompts.t.encode(text)))
    row = Row()
    row.add(*plain(prompts, corpus, [group]))
    return row.arrays(), row.kinds


def exported(path):
    """Rows of what scripts/context-data.ts wrote: (arrays [rows, 6, ROW], [[(arm, kind, size, task, wanted)] of each row])."""
    prompts, rows, labels = Prompts(Tokenizer.load()), [], []
    row, own = Row(), []
    with open(path, encoding="utf-8") as f:
        for line in f:
            item = json.loads(line)
            prefix, branch = prompts.prefix(item["segments"]), prompts.branch(item["kind"], item["segments"][-1], item["answer"])
            if len(prefix) + len(branch[1]) + len(branch[2]) > row.room():
                rows.append(row.arrays())
                labels.append(own)
                row, own = Row(), []
            row.add(prefix, [branch])
            own.append((item["arm"], item["kind"], item["size"], item["task"], item["answer"] if item["arm"] == "LLM-VM" else item["wanted"] == item["answer"]))
    rows.append(row.arrays())
    labels.append(own)
    return np.stack(rows), labels
