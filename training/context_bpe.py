"""The tokenizer of resident-context: words of the prompts, syllables of the names, and all numbers of one to three digits.

    python3 training/context_bpe.py        # writes training/context_tokenizer.json

Pre-tokenizer `smaug-bpe` (Llama 3's expression: up to three digits in a piece, no BOS). Merges stay inside a syllable, so a
held-out name is made of tokens that training knows.
"""
import json
import os
import sys
from collections import Counter

import regex

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import bpe, context_tasks  # noqa: E402

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "context_tokenizer.json")
PRETOKENIZE = regex.compile(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


class Tokenizer(bpe.Tokenizer):
    pretokenize = PRETOKENIZE

    @classmethod
    def load(cls, path=PATH):
        return super().load(path)


def numbers():
    """Merges and tokens for 00 to 99 and 000 to 999. Pairs rank by value, so the smaller pair of a triple goes first."""
    merges = [f"{a} {b}" for a in "0123456789" for b in "0123456789"]
    tokens = [m.replace(" ", "") for m in merges]
    for n in range(1000):
        s = f"{n:03d}"
        merges.append(f"{s[:2]} {s[2]}" if s[:2] <= s[1:] else f"{s[0]} {s[1:]}")
        tokens.append(s)
    return merges, tokens


def build():
    counts = Counter()
    for syllable in context_tasks.FIRST:
        counts.update({syllable: 900, " " + syllable: 900})
    for syllable in context_tasks.SECOND:
        counts[syllable] += 1000
    for split_seed in range(20):
        corpus, groups = context_tasks.world(1500, split_seed, lambda text: len(text.split()), "train", "needle")
        text = "\n".join(context_tasks.plain_segments(corpus[:40], groups[0][2]) + context_tasks.vm_segments([("r/00000", corpus[:4])], "Where does it point to?")
                         + [g[2] for g in groups] + ["system", "user", "assistant", "\n"])
        for piece in PRETOKENIZE.findall(text):
            word = piece.strip()
            if not (word.isdigit() or word in context_tasks._ALL):
                counts[piece] += 2
    vocab = bpe.train(dict(counts), 1200)
    merges, tokens = numbers()
    specials = len(bpe.SPECIALS)
    known = vocab["tokens"][:-specials]
    return {"tokens": known + tokens + bpe.SPECIALS, "types": [bpe.NORMAL] * (len(known) + len(tokens)) + [bpe.CONTROL] * specials,
            "merges": merges + vocab["merges"]}


def main():
    vocab = build()
    with open(PATH, "w", encoding="utf-8") as f:
        json.dump(vocab, f, ensure_ascii=True, indent=0)
        f.write("\n")
    t = Tokenizer(vocab)
    print(len(vocab["tokens"]), "tokens")
    for text in ("t00012 request megun761 served by fegun328 in 937 ms\n", "the code of fegun824 is 68424\n", context_tasks.KERNEL, context_tasks.MICROCODE,
                 "correction: the owner of bobar425 is ridan146\n", "<<page r/00012>>\n", "<<instruction>>\nHow many failures of service nikal100 are recorded?\n", "bobar425 ridan146"):
        print([t.decode([i]) for i in t.encode(text)])
    lengths = Counter(len(t.encode(" " + n)) for n in context_tasks._ALL)
    print("tokens of a name:", dict(lengths), Counter(len(t.encode(n)) for n in context_tasks._ALL))
    assert all(t.decode(t.encode(f"{n:03d}")) == f"{n:03d}" and len(t.encode(f"{n:03d}")) == 1 for n in range(1000))


if __name__ == "__main__":
    main()
