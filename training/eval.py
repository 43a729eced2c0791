"""Score a GGUF file on problems, with and without the machine, in NumPy float32 (no GPU needed).

    python3 training/eval.py models/resident-mini.gguf                       # the held-out set
    python3 training/eval.py MODEL --generate 300 --unseen --failures        # fresh validation problems

The machine is simulated: when the text closes a `[C: ...]` region, its value is computed here and
` = VM[...]` is appended as tokens. The project's own engine (`resident eval`) is what counts.
"""
import argparse
import json
import os
import random
import re
import sys
from collections import defaultdict

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import data  # noqa: E402
from training.bpe import Tokenizer  # noqa: E402
from training.expressions import EvaluationError, evaluate  # noqa: E402
from training.reference import Model  # noqa: E402

WILD = os.path.join(data.ROOT, "training", "wild.txt")
REGION = re.compile(r"\[C: ([^\]]*)\]$")


def tokenizer_of(model):
    meta = model.meta
    return Tokenizer({"tokens": meta["tokenizer.ggml.tokens"], "types": meta["tokenizer.ggml.token_type"],
                      "merges": meta["tokenizer.ggml.merges"]})


def prompt(tokenizer, question):
    out = []
    for kind, text, _ in data.prompt_segments(question):
        out += [tokenizer.ids[text]] if kind == "special" else tokenizer.encode(text)
    return out


def generate(model, tokenizer, questions, vm=True, limit=64, batch=100):
    """Greedy answers. Rows advance together; an injected result is fed as if it had been sampled."""
    answers = []
    for at in range(0, len(questions), batch):
        answers += _generate(model, tokenizer, questions[at : at + batch], vm, limit)
    return answers


def _generate(model, tokenizer, questions, vm, limit):
    queues = [prompt(tokenizer, q) for q in questions]  # tokens still to be fed, per row
    n = len(questions)
    cache, out, done = model.cache(n), [[] for _ in range(n)], [False] * n
    pos = np.zeros(n, np.int64)
    live = np.arange(n)
    while len(live):
        tokens = np.array([queues[i].pop(0) for i in live])
        sub = tuple(c[:, live] for c in cache)
        logits = model.forward(tokens[:, None], pos[live][:, None], sub)
        for c, s in zip(cache, sub):
            c[:, live] = s
        pos[live] += 1
        for row, i in enumerate(live):
            if queues[i]:
                continue
            token = int(logits[row].argmax())
            if token == tokenizer.im_end or len(out[i]) >= limit:
                done[i] = True
                continue
            out[i].append(token)
            queues[i].append(token)
            match = REGION.search(tokenizer.decode(out[i])) if vm and tokenizer.tokens[token].endswith("]") else None
            if match:
                try:
                    value = str(evaluate(match.group(1)))
                except EvaluationError as error:
                    value = f"error: {error}"
                injected = tokenizer.encode(f" = VM[{value}]")
                out[i] += injected
                queues[i] += injected
        live = np.array([i for i in live if not done[i]], dtype=np.int64)
    return [tokenizer.decode(ids) for ids in out]


def wild(seed=1):
    """The free-hand problems of wild.txt with numbers of the validation split."""
    rng, items = random.Random(seed), []
    with open(WILD, encoding="utf-8") as f:
        lines = [line.strip() for line in f if line.strip() and not line.startswith("#")]
    for line in lines:
        expr, text = line.split(" :: ")
        env = data.ProblemEnv(rng, "val")
        while env.numbers_for(expr) is None:
            pass
        for x, value in env.drawn.items():
            text, expr = text.replace("{" + x + "}", str(value)), re.sub(rf"\b{x}\b", str(value), expr)
        items.append({"question": text, "expr": expr, "answer": evaluate(expr), "unseen": True})
    return items


def last_integer(text):
    found = re.findall(r"-?\d+", text)
    return int(found[-1]) if found else None


def operators(expr):
    return "".join(sorted(set(re.findall(r"[-+*/%]", expr)))) or "none"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("--problems", default=data.HELDOUT)
    parser.add_argument("--generate", type=int, default=0, help="draw fresh validation problems instead")
    parser.add_argument("--wild", action="store_true", help="the free-hand problems of wild.txt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--no-vm", action="store_true", help="also score without the machine")
    parser.add_argument("--failures", action="store_true")
    args = parser.parse_args()
    model = Model(args.model)
    tokenizer = tokenizer_of(model)
    if args.wild:
        items = wild(args.seed)
    elif args.generate:
        examples = data.stream(args.seed, "val", args.generate, args.unseen)
        items = [t for e in examples for t in e["turns"][:1] if "expr" in t and "error" not in t["result"]]
        items = [{**t, "answer": int(t["result"])} for t in items]
    else:
        items = [json.loads(line) for line in open(args.problems, encoding="utf-8")]
        if args.problems == data.HELDOUT:
            meta = [json.loads(line) for line in open(data.HELDOUT_META, encoding="utf-8")]
            items = [{**p, **m} for p, m in zip(items, meta)]
    questions = [p["question"] for p in items]
    for vm in (True, False) if args.no_vm else (True,):
        texts = generate(model, tokenizer, questions, vm)
        right = [last_integer(t) == p["answer"] for t, p in zip(texts, items)]
        print(f"{'with' if vm else 'without'} the machine: {sum(right)} of {len(items)}")
        groups = defaultdict(list)
        for p, ok in zip(items, right):
            if "expr" in p:
                groups["unseen template" if p["unseen"] else "seen template"].append(ok)
                groups["operators " + operators(p["expr"])].append(ok)
        print("; ".join(f"{name} {sum(v)}/{len(v)}" for name, v in sorted(groups.items())))
        lengths = [len(prompt(tokenizer, q)) for q in questions], [len(tokenizer.encode(t)) + 1 for t in texts]
        print("median tokens: prompt %d, answer %d" % tuple(np.median(n) for n in lengths))
        if args.failures:
            for p, text, ok in zip(items, texts, right):
                if not ok:
                    print(f"- {p['question']}\n    want {p.get('expr', '')} = {p['answer']}; got {text}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
