"""Seeded generator of training, validation, held-out and demo problems.

    python3 training/data.py --split train --seed 1 --count 20      # look at examples
    python3 training/data.py --write-heldout                        # programs/demo/heldout.jsonl
    python3 training/data.py --write-demo                           # programs/demo/problems.jsonl

Numbers decide the split: the sorted operands of the expression are hashed, and each split owns some of the
hash buckets. So no operand tuple of one split occurs in another, whatever the sentence or the operator.
"""
import argparse
import json
import os
import random
import re
import sys
import zlib

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import bare, chat, frames, paraphrase, situations, stories, words  # noqa: E402
from training.environment import Env  # noqa: E402
from training.expressions import EvaluationError, draw, evaluate, in_text_order  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HELDOUT = os.path.join(ROOT, "programs", "demo", "heldout.jsonl")
HELDOUT_META = os.path.join(ROOT, "training", "heldout_meta.jsonl")
DEMO = os.path.join(ROOT, "programs", "demo", "problems.jsonl")
BUCKETS = {"demo": range(0, 2), "heldout": range(2, 6), "val": range(6, 9), "train": range(9, 100)}
SALT = "resident-143"
MARK = 0xE000  # private-use characters stand for the operands until the sentence is finished


def key(expr):
    """The operands of an expression, sorted: what the split is decided by."""
    return tuple(sorted(int(n) for n in re.findall(r"\d+", expr)))


def split_of(operands):
    bucket = zlib.crc32((SALT + ",".join(map(str, operands))).encode()) % 100
    return next(name for name, buckets in BUCKETS.items() if bucket in buckets)


class ProblemEnv(Env):
    """An Env that draws its numbers from one split."""

    def __init__(self, rng, split, unseen=False, nonsense=True):
        super().__init__(rng, unseen, nonsense)
        self.split, self.drawn = split, {}

    def numbers_for(self, expr, story=True):
        digits = 5 if self.random() > 0.015 else 7
        limits = {"b": 110} if expr in ("a-b", "a+b") and self.random() < 0.03 else None
        operands = re.findall(r"[a-z]|\d+", expr)
        for _ in range(400):
            values = draw(self.rng, expr, digits, story, limits)
            if values is None:
                return None
            if split_of(tuple(sorted(values[x] if x.isalpha() else int(x) for x in operands))) == self.split:
                break
        else:
            return None
        self.drawn = values
        self.numbers = {x: chr(MARK + i) for i, x in enumerate(values)}
        return values


def show_numbers(env, text):
    """Replace the marks by digits, sometimes with thousands separators or in words."""
    style = env.random()
    for i, (letter, value) in enumerate(env.drawn.items()):
        shown = str(value)
        if style < 0.03 and value >= 1000:
            shown = f"{value:,}"
        elif style > 0.96 and value < 100:
            shown = words.spell(value)
        text = text.replace(chr(MARK + i), shown)
    return text


# -- surface noise -----------------------------------------------------------------------------------------------
OPENERS = """Yesterday, |Today, |Last week, |On a sunny day, |One day, |This morning, |At school, |In a small town, |Hi! |
Hello, |Quick question: |Question: |Please help: |Problem: |Here is a riddle. |In the village of {L}, |Every year, |Listen: |
My teacher asks: |Homework: |A puzzle: |Last {day}, |In {month}, |Long ago, |After school, |Help me with this: |Q: """.replace("\n", "").split("|")
ASIDES = """The weather is nice. |{Q} is very happy about it. |It is a {adj} day. |The {L} is {adj}. |{Q} likes {p2}. |
The {role.1} is watching. |Everybody is waiting. |The {p2} are {adj}. |{Q} wants to know something. """.replace("\n", "").split("|")
NUMBER_ASIDES = """It is {d} o'clock. |{Q} is {d} years old. |The {L} opens at {d}. |The year is {y}. |{Q} lives at number {d}. |
The {L} is {y} years old. |Bus {d} stops here. |{Q} is waiting in room {y}. |It is {d} degrees outside. """.replace("\n", "").split("|")
TAILS = """ Show your work.| Please answer.| Give only the number.| Thanks!| Thank you.| Think carefully.| Explain.|
 Answer with a number.| Please help me.| Calculate it exactly.""".replace("\n", "").split("|")


def aside(env, bank):
    text = env.pick(bank)
    text = text.replace("{d}", str(1 + int(env.random() * 60))).replace("{y}", str(100 + int(env.random() * 1950)))
    return Env.say(env, text)


def tidy(text):
    """Remove the gaps that empty alternatives leave."""
    text = re.sub(r" {2,}", " ", text).strip()
    return re.sub(r"(?<!=) +(?=[.,;?!](?:\s|$))", "", text)


def roughen(env, text):
    """What users do to sentences: openers, asides, lower case, missing marks, typing errors."""
    r = env.random
    if r() < 0.07:
        opener = env.say(env.pick(OPENERS))
        text = opener + (text if opener.rstrip()[-1] in "!:." else lower_first(text))
    if r() < 0.035:
        text = capitalize(text)
        text = aside(env, ASIDES) + text if r() < 0.7 else insert_before_last(text, aside(env, ASIDES))
    elif r() < 0.035:
        text = capitalize(text)
        text = aside(env, NUMBER_ASIDES) + text if r() < 0.7 else insert_before_last(text, aside(env, NUMBER_ASIDES))
    text = capitalize(text)
    if r() < 0.02:
        text += env.pick(TAILS)
    if r() < 0.06 and text[-1] in ".?":
        text = text[:-1]
    if r() < 0.05:
        text = text.lower()
    elif r() < 0.05:
        text = lower_first(text)
    elif r() < 0.01:
        text = text.upper()
    if r() < 0.04:
        text = mistype(env, text)
    return text


def garble(env, text):
    """Replace or drop a few words, so that the model does not hang on a single one."""
    def change(match):
        if env.random() > 0.08:
            return match.group(0)
        r = env.random()
        return env.word() if r < 0.5 else env.pick(words.THINGS) if r < 0.7 else env.pick(words.GAIN) if r < 0.75 else ""

    return tidy(re.sub(r"[A-Za-z]{2,}", change, text))


def lower_first(text):
    return text if text.startswith(("I ", "I'")) else text[:1].lower() + text[1:]


def insert_before_last(text, sentence):
    head, dot, tail = text.rpartition(". ")
    return f"{head}. {sentence}{tail}" if dot else text


def mistype(env, text):
    """One typing error inside a word: a letter doubled, dropped or swapped with the next."""
    spots = [m.start() for m in re.finditer(r"(?<=[a-z])[a-z](?=[a-z])", text)]
    if not spots:
        return text
    i, how = env.pick(spots), env.random()
    if how < 0.33:
        return text[:i] + text[i] + text[i:]
    if how < 0.66:
        return text[:i] + text[i + 1 :]
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def capitalize(text):
    text = re.sub(r"\b([Aa]) (?=[aeiou](?!ne\b|uro|ni|se))", r"\1n ", text)
    return re.sub(r"(^|[.?!] +)([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)


# -- examples ----------------------------------------------------------------------------------------------------
def problem(rng, split, unseen=False, nonsense=True, rough=True):
    """-> dict(question, expr, result, closing, unseen) or None where the draw did not work out."""
    env = ProblemEnv(rng, split, unseen, nonsense)
    kind = rng.random()
    if kind < 0.36:
        built = stories.build(env)
    elif kind < 0.56:
        built = frames.build(env)
    elif kind < 0.83:
        held = unseen and rng.random() < 0.8
        env.used_unseen |= held
        expr, question, answer = env.pick(situations.HELD if held else situations.SEEN)
        if env.numbers_for(expr) is None:
            return None
        built = expr, env.say(question), [answer]
    else:
        built = bare.build(env)
    if built is None:
        return None
    expr, text, answers = built
    text = tidy(text)
    if rough:
        if kind < 0.83:
            text = paraphrase.rewrite(env, capitalize(text))
            if rng.random() < 0.12:
                text = garble(env, text)
        text = roughen(env, text)
    else:
        text = capitalize(text)
    position = {x: text.find(chr(MARK + i)) for i, x in enumerate(env.drawn)}
    ordered = in_text_order(expr, position)
    final = "".join(str(env.drawn[ch]) if ch.isalpha() else ch for ch in ordered)
    result = evaluate(final)
    answer = env.pick(answers) if rng.random() < 0.8 else env.pick(bare.ANSWERS)
    env.numbers = {}
    closing = capitalize(tidy(env.say(answer))).replace("{r}", str(result))
    return {"question": show_numbers(env, text), "expr": final, "result": str(result), "closing": closing,
            "unseen": env.used_unseen}


def failure(rng, split):
    """A problem whose computation ends in an error."""
    env = ProblemEnv(rng, split)
    if rng.random() < 0.7:
        expr, question = env.pick(chat.ZEROS)
        if env.numbers_for(expr, story=False) is None:
            return None
        text = roughen(env, tidy(env.say(question)))
        expr = "".join(str(env.drawn[ch]) if ch.isalpha() else ch for ch in expr)
        message, text = "division by zero", show_numbers(env, text)
    else:
        base = problem(rng, split)
        if base is None:
            return None
        expr, text, message = base["expr"], base["question"], env.pick(list(chat.ERRORS))
    return {"question": text, "expr": expr, "result": f"error: {message}", "closing": env.pick(chat.ERRORS[message])}


def small_talk(rng):
    env = Env(rng)
    question, answer = env.pick(chat.PAIRS)
    return {"question": env.say(question), "closing": env.say(answer)}


SYSTEM = ["You are a helpful assistant.", "You are Resident, a model that computes in C.", "Answer with one sentence.",
          "You solve arithmetic problems."]


def stream(seed, split, count, unseen=False, nonsense=True):
    """Yields `count` conversations: lists of turns, or of (system text, turns)."""
    rng, made = random.Random(f"{seed}/{split}"), 0
    while made < count:
        r = rng.random()
        if r < 0.035:
            turn = small_talk(rng)
        elif r < 0.055:
            turn = failure(rng, split)
        else:
            turn = problem(rng, split, unseen, nonsense)
        if turn is None:
            continue
        turns = [turn]
        if rng.random() < 0.02:
            again = problem(rng, split, unseen, nonsense)
            turns += [again] if again else []
        system = rng.choice(SYSTEM) if rng.random() < 0.02 else None
        made += 1
        yield {"system": system, "turns": turns}


def prompt_segments(question, system=None):
    """ChatML up to the point where the model speaks: [(kind, text, counts in the loss)]."""
    out = []
    if system:
        out += [("special", "<|im_start|>", 0), ("text", "system\n" + system, 0), ("special", "<|im_end|>", 0), ("text", "\n", 0)]
    return out + [("special", "<|im_start|>", 0), ("text", "user\n" + question, 0), ("special", "<|im_end|>", 0),
                  ("text", "\n", 0), ("special", "<|im_start|>", 0), ("text", "assistant\n", 0)]


def segments(example):
    """A conversation as separately tokenised pieces: the region, the injected result and the rest never share
    a token, exactly as when the machine injects the result."""
    out = []
    for i, turn in enumerate(example["turns"]):
        if i:
            out.append(("text", "\n", 0))
        out += prompt_segments(turn["question"], example["system"] if i == 0 else None)
        if "expr" in turn:
            out += [("text", f"[C: {turn['expr']}]", 1), ("text", f" = VM[{turn['result']}]", 1), ("text", ". " + turn["closing"], 1)]
        else:
            out.append(("text", turn["closing"], 1))
        out.append(("special", "<|im_end|>", 1))
    return out


def tokenize(example, tokenizer):
    """-> (token ids, loss flags)"""
    ids, flags = [], []
    for kind, text, loss in segments(example):
        piece = [tokenizer.ids[text]] if kind == "special" else tokenizer.encode(text)
        ids += piece
        flags += [loss] * len(piece)
    return ids, flags


def heldout(count=500, seed=2026, share_unseen=0.4):
    """The published held-out set: clean sentences, two or three operands of up to five digits, 40% of them built
    with templates that training never sees."""
    rng, out, taken = random.Random(f"{seed}/heldout"), [], set()
    while len(out) < count:
        want = len(out) % 100 < share_unseen * 100
        p = problem(rng, "heldout", unseen=want, rough=False, nonsense=False)
        if p is None or p["unseen"] != want or p["question"] in taken:
            continue
        operands = re.findall(r"\d+", p["expr"])
        if len(operands) > 3 or max(map(len, operands)) > 5:
            continue
        taken.add(p["question"])
        out.append(p)
    return out


def demo():
    """The lines of demo.txt with each number moved as little as needed to reach the demo split."""
    out, taken = [], set()
    with open(os.path.join(ROOT, "training", "demo.txt"), encoding="utf-8") as f:
        lines = [line.strip() for line in f if line.strip() and not line.startswith("#")]
    for line in lines:
        expr, question = line.split(" :: ")
        numbers = list(dict.fromkeys(re.findall(r"\d+", expr)))
        movable = [n for n in numbers if re.search(rf"\b{n}\b", question)]
        for size in range(400):
            rng = random.Random(f"{line}/{size}")
            moved = {n: max(2, int(n) + rng.randint(-size // 8, size // 8)) if n in movable else int(n) for n in numbers}
            swap = lambda text: re.sub(r"\d+", lambda m: str(moved.get(m.group(0), m.group(0))), text)
            if split_of(key(swap(expr))) == "demo" and key(swap(expr)) not in taken:
                break
        else:
            raise ValueError(f"no demo numbers near: {line}")
        taken.add(key(swap(expr)))
        out.append({"question": swap(question), "answer": evaluate(swap(expr)), "expr": swap(expr)})
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--split", default="train", choices=list(BUCKETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--unseen", action="store_true", help="use the held-out templates")
    parser.add_argument("--write-heldout", action="store_true")
    parser.add_argument("--write-demo", action="store_true")
    args = parser.parse_args()
    if args.write_demo:
        with open(DEMO, "w", encoding="utf-8") as f:
            f.writelines(json.dumps({"question": p["question"], "answer": p["answer"]}) + "\n" for p in demo())
        return
    if args.write_heldout:
        problems = heldout()
        with open(HELDOUT, "w", encoding="utf-8") as f, open(HELDOUT_META, "w", encoding="utf-8") as g:
            for p in problems:
                f.write(json.dumps({"question": p["question"], "answer": int(p["result"])}, ensure_ascii=False) + "\n")
                g.write(json.dumps({"expr": p["expr"], "unseen": p["unseen"]}) + "\n")
        return
    for example in stream(args.seed, args.split, args.count, args.unseen):
        print(" | ".join(text for kind, text, _ in segments(example) if kind == "text" and text not in ("\n", "assistant\n")))


if __name__ == "__main__":
    main()
