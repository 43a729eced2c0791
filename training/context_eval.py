"""Score a GGUF file on the tasks of `resident bench context` in PyTorch on a CPU (bf16), by teacher forcing as context_train.py does.

    python3 training/context_eval.py models/resident-context.gguf --kinds needle,hops --sizes 4000 --tasks 40
    python3 training/context_eval.py models/resident-context.gguf --ops ops.jsonl       # written by scripts/context-data.ts

The project's own engine (`resident bench context`) is what counts; this is for many tasks without a GPU.
"""
import argparse
import os
import sys
from collections import defaultdict

import numpy as np
import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import context_data, gguf  # noqa: E402
from training.context_model import Config, Qwen2, dense_mask  # noqa: E402


def load(path):
    meta, weights = gguf.read(path)
    get = lambda key: meta["qwen2." + key]
    model = Qwen2(Config(vocab=len(meta["tokenizer.ggml.tokens"]), dim=get("embedding_length"), layers=get("block_count"), heads=get("attention.head_count"),
                         kv_heads=get("attention.head_count_kv"), ffn=get("feed_forward_length"), context=get("context_length"), theta=get("rope.freq_base")))
    model.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in weights.items()})
    return model


@torch.no_grad()
def wrong(model, arrays):
    """Questions of one row, int16 [6, t], with a wrong token. What stands behind the last question is cut off."""
    used = int(np.nonzero(arrays[5])[0].max()) + 1
    tokens, flags, docs, branches, positions, questions = torch.from_numpy(arrays[:, :used].astype(np.int32))[:, None]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.hidden(tokens, positions, dense_mask(docs.short(), branches.short()))
        at = flags[:, 1:].bool()
        best = model.logits(hidden[:, :-1][at]).argmax(-1)
    return set(questions[:, 1:][at][best != tokens[:, 1:][at]].tolist())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("--kinds", default=",".join(context_data.KINDS))
    parser.add_argument("--sizes", default="4000")
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--ops", default="")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model = load(args.model)
    if args.ops:
        outcome = {}
        for arrays, own in zip(*context_data.exported(args.ops)):
            bad = wrong(model, arrays)
            for number, (arm, kind, size, task, wanted) in enumerate(own, 1):
                key = arm, size, kind, task
                outcome[key] = outcome.get(key, True) and number not in bad and wanted is not False
        table = defaultdict(list)
        for (arm, size, kind, _), ok in outcome.items():
            table[arm, size, kind].append(ok)
        for (arm, size, kind), own in table.items():
            print(f"{arm}, {size} tokens, {kind}: {sum(own)}/{len(own)}", flush=True)
        return
    for size in map(int, args.sizes.split(",")):
        for kind in args.kinds.split(","):
            right = [not wrong(model, context_data.benchmark((kind, size, seed))[0]) for seed in range(1, args.tasks + 1)]
            print(f"full append, {size} tokens, {kind}: {sum(right)}/{len(right)}", flush=True)


if __name__ == "__main__":
    main()
