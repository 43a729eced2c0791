"""Check that training, validation, held-out and demo problems are disjoint.

    python3 training/check_split.py                  # exit 0 and a summary, or an assertion that names the problem

Numbers: the operand tuples of 200,000 training examples share none with the held-out, demo and validation problems,
and every published problem lies in the hash buckets of its own split. Sentences: at least 40% of the held-out
problems use a template that training never sees, and no question occurs in the training sample.
"""
import argparse
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import data  # noqa: E402
from training.eval import wild  # noqa: E402


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def skeleton(question):
    return re.sub(r"\d+", "#", question)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--examples", type=int, default=200_000)
    args = parser.parse_args()
    heldout, meta, demo = lines(data.HELDOUT), lines(data.HELDOUT_META), data.demo()
    assert [{"question": p["question"], "answer": p["answer"]} for p in demo] == lines(data.DEMO), "problems.jsonl is stale"
    assert len(heldout) == len(meta) == 500 and len(demo) == 50
    published = {}
    for problem, m in zip(heldout, meta):
        assert data.evaluate(m["expr"]) == problem["answer"], problem
        assert data.split_of(data.key(m["expr"])) == "heldout", problem
        published[data.key(m["expr"])] = problem["question"]
    for problem in demo:
        assert data.split_of(data.key(problem["expr"])) == "demo", problem
        assert data.evaluate(problem["expr"]) == problem["answer"], problem
        published[data.key(problem["expr"])] = problem["question"]
    for problem in wild():
        assert data.split_of(data.key(problem["expr"])) == "val", problem
    unseen = sum(m["unseen"] for m in meta)
    assert unseen >= 0.4 * len(meta), f"only {unseen} held-out problems use held-out templates"
    questions, sentences, checked = set(published.values()), {skeleton(q) for q in published.values()}, 0
    same_sentence = set()
    for example in data.stream(random.randrange(1 << 30), "train", args.examples):
        for turn in example["turns"]:
            if "expr" in turn:
                checked += 1
                assert data.key(turn["expr"]) not in published, f"{turn} shares its numbers with a published problem"
                assert turn["question"] not in questions, turn
                if skeleton(turn["question"]) in sentences:
                    same_sentence.add(skeleton(turn["question"]))
    print(f"{checked} training problems: none shares its operands with any of {len(published)} published problems")
    print(f"held-out problems with a template that training never sees: {unseen} of {len(meta)}")
    print(f"published sentences (numbers blanked) that the sample contains too: {len(same_sentence)} of {len(sentences)}")


if __name__ == "__main__":
    main()
