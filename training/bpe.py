"""Byte-level BPE with the qwen2 pre-tokenizer: train, encode, decode.

    python3 training/bpe.py            # trains on seeded generator output, writes training/tokenizer.json

The file holds `tokens` (GPT-2 byte alphabet), `types` (GGUF token types) and `merges` ("left right"),
in the form that GGUF stores them.
"""
import argparse
import json
import os
import sys
from collections import Counter, defaultdict

import regex

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT_PATH = os.path.join(HERE, "tokenizer.json")
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
NORMAL, CONTROL = 1, 3  # GGUF token types

# The pre-tokenizer that llama.cpp calls "qwen2": single digits, words with one leading non-letter.
PRETOKENIZE = regex.compile(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_alphabet():
    """GPT-2's map from byte to printable character, in GPT-2's order."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {b: chr(b) for b in keep}, 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return table


BYTE_TO_CHAR = byte_alphabet()
CHAR_TO_BYTE = {c: b for b, c in BYTE_TO_CHAR.items()}


def to_chars(text):
    """UTF-8 bytes of `text` in the GPT-2 alphabet."""
    return "".join(BYTE_TO_CHAR[b] for b in text.encode("utf-8"))


def mergeable(left, right):
    """No token may run past a `]`, because that byte closes an in-band region; `[` starts a token."""
    both = left + right
    return "]" not in both and ("[" not in both or both == "[C")


def train(counts, vocab_size):
    """Learn merges from {pre-token: weight}. Ties go to the smaller pair, so the result is reproducible."""
    alphabet = [BYTE_TO_CHAR[b] for b in sorted(BYTE_TO_CHAR, key=lambda b: ord(BYTE_TO_CHAR[b]))]
    words = [[list(to_chars(w)), n] for w, n in sorted(counts.items())]
    pairs, where = defaultdict(float), defaultdict(set)
    for i, (syms, n) in enumerate(words):
        for p in zip(syms, syms[1:]):
            pairs[p] += n
            where[p].add(i)
    merges, tokens = [], list(alphabet)
    target = vocab_size - len(SPECIALS)
    while len(tokens) < target:
        best = min(((-n, p) for p, n in pairs.items() if n > 0 and mergeable(*p)), default=None)
        if best is None:
            break
        pair = best[1]
        merged = pair[0] + pair[1]
        merges.append(f"{pair[0]} {pair[1]}")
        if merged not in tokens:
            tokens.append(merged)
        for i in list(where[pair]):
            syms, n = words[i]
            for p in zip(syms, syms[1:]):
                pairs[p] -= n
            out, j = [], 0
            while j < len(syms):
                if j + 1 < len(syms) and syms[j] == pair[0] and syms[j + 1] == pair[1]:
                    out.append(merged)
                    j += 2
                else:
                    out.append(syms[j])
                    j += 1
            words[i][0] = out
            for p in zip(out, out[1:]):
                pairs[p] += n
                where[p].add(i)
        pairs[pair] = 0.0
    types = [NORMAL] * len(tokens) + [CONTROL] * len(SPECIALS)
    return {"tokens": tokens + SPECIALS, "types": types, "merges": merges}


class Tokenizer:
    """Encoder and decoder over a trained vocabulary."""

    pretokenize = PRETOKENIZE

    def __init__(self, vocab):
        self.tokens, self.types, self.merges = vocab["tokens"], vocab["types"], vocab["merges"]
        self.ids = {t: i for i, t in enumerate(self.tokens)}
        self.rank = {tuple(m.split(" ")): i for i, m in enumerate(self.merges)}
        self.endoftext, self.im_start, self.im_end = (self.ids[s] for s in SPECIALS)
        self.cache = {}

    @classmethod
    def load(cls, path=DEFAULT_PATH):
        with open(path, encoding="utf-8") as f:
            return cls(json.load(f))

    def _bpe(self, piece):
        syms = list(to_chars(piece))
        while len(syms) > 1:
            rank, at = min((self.rank.get(p, 1 << 30), i) for i, p in enumerate(zip(syms, syms[1:])))
            if rank == 1 << 30:
                break
            left, right = syms[at], syms[at + 1]
            out, j = [], 0
            while j < len(syms):
                if j + 1 < len(syms) and syms[j] == left and syms[j + 1] == right:
                    out.append(left + right)
                    j += 2
                else:
                    out.append(syms[j])
                    j += 1
            syms = out
        return [self.ids[s] for s in syms]

    def encode(self, text):
        """Token ids of ordinary text; special tokens are not recognised in it."""
        out, cache = [], self.cache
        for piece in self.pretokenize.findall(text):
            ids = cache.get(piece)
            if ids is None:
                ids = self._bpe(piece)
                if len(cache) < 200_000:
                    cache[piece] = ids
            out.extend(ids)
        return out

    def bytes_of(self, token):
        if self.types[token] == CONTROL:
            return b""
        return bytes(CHAR_TO_BYTE[c] for c in self.tokens[token])

    def decode(self, ids):
        return b"".join(self.bytes_of(t) for t in ids).decode("utf-8", "replace")


def main():
    from training import data

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--vocab-size", type=int, default=2048)
    parser.add_argument("--examples", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default=DEFAULT_PATH)
    args = parser.parse_args()
    counts = Counter()
    for example in data.stream(args.seed, "train", args.examples, nonsense=False):
        for kind, text, _ in data.segments(example):
            if kind == "text":
                counts.update(PRETOKENIZE.findall(text))
    # The square root lets rarer words have tokens of their own: template words are over-represented.
    vocab = train({w: n**0.6 for w, n in counts.items() if n > 3}, args.vocab_size)
    with open(args.out, "w", encoding="utf-8") as f:
        json.dump(vocab, f, ensure_ascii=True, indent=0)
        f.write("\n")
    print(f"{len(counts)} distinct pre-tokens, {len(vocab['tokens'])} tokens, {len(vocab['merges'])} merges")


if __name__ == "__main__":
    main()
