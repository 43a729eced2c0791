"""Train resident-context from scratch on one NVIDIA GPU and write the GGUF file.

    python3 training/context_train.py --seconds 300 --out models/resident-context.gguf --ops ops.jsonl

Workers pack rows (context_data.py) while the GPU trains. Progress is a share of the given time: it drives the learning rate; the
curriculum of corpus lengths rises with the loss, at the latest with it. `--init` goes on from a checkpoint. Exact match of whole answers on held-out rows is
printed per task and length during training; at the end the Q8_0 file's own weights answer the benchmark's full-append tasks and,
with `--ops` (written by scripts/context-data.ts), every operation of the other arms. Answers are scored by teacher forcing: the
greedy answer is right exactly if every token of it is the most likely one behind the right ones before it.
"""
import argparse
import json
import multiprocessing as mp
import os
import sys
import time
from collections import defaultdict

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import context_bpe, context_data  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--stop", type=float, default=1e9, help="stop after so many seconds of them, to be continued")
    parser.add_argument("--rows", type=int, default=16, help="rows of 8,192 tokens in a step")
    parser.add_argument("--lr", type=float, default=0.02, help="of Muon, for the matrices")
    parser.add_argument("--adam-lr", type=float, default=3e-3, help="of AdamW, for embeddings, norms and biases")
    parser.add_argument("--decay", type=float, default=0.5, help="share of the run over which the rates fall")
    parser.add_argument("--lm", type=float, default=0.1, help="weight of the loss on all tokens during the first 30%%")
    parser.add_argument("--start", type=float, default=0.0, help="progress to start from, for a continued run")
    parser.add_argument("--level", type=int, default=0, help="level of the curriculum to start from")
    parser.add_argument("--hopeless", type=float, default=2.2, help="give up if the loss is above this after 120 s")
    parser.add_argument("--init", default="", help="checkpoint to go on from")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    parser.add_argument("--out", default="models/resident-context.gguf")
    parser.add_argument("--save", default="", help="folder for checkpoints (bf16 weights)")
    parser.add_argument("--ops", default="", help="operations that scripts/context-data.ts exported")
    parser.add_argument("--tasks", type=int, default=100, help="benchmark tasks of each kind and size at the end")
    parser.add_argument("--sizes", default="1000,4000,6000,7500")
    parser.add_argument("--every", type=float, default=45, help="seconds between validations")
    parser.add_argument("--cpu", action="store_true", help="smoke test: dense masks, no compilation")
    args = parser.parse_args()
    began = time.time()

    context = mp.get_context("fork")
    level = context.Value("i", args.level)
    queues = [context.Queue(maxsize=2) for _ in range(args.workers)]
    for i, queue in enumerate(queues):
        context.Process(target=context_data.worker, args=(args.seed * 1000 + i, args.rows, level, queue), daemon=True).start()
    helpers = context.Pool(max(1, args.workers))
    lengths = (300, 1200, 2400, 4800, 7500) if not args.cpu else (300,)
    checks = helpers.map_async(context_data.validation, [(f"{n}", 7 + n, n, 0.0, args.rows) for n in lengths] + [("windows", 5, None, 1.0, args.rows)])
    tasks = [(kind, size, seed) for size in map(int, args.sizes.split(",")) for kind in context_data.KINDS for seed in range(1, args.tasks + 1)]
    bench = helpers.map_async(context_data.benchmark, tasks, chunksize=8)

    import torch

    from training import gguf
    from training.context_model import Config, Masks, Muon, Qwen2
    from training.export import export

    device = "cpu" if args.cpu else "cuda"
    torch.manual_seed(args.seed)
    torch._dynamo.config.recompile_limit = 64
    torch.backends.cuda.matmul.allow_tf32 = True
    vocab = json.load(open(context_bpe.PATH, encoding="utf-8"))
    config = Config(vocab=len(vocab["tokens"]), layers=args.layers, dim=args.dim, heads=args.dim // 64, kv_heads=args.dim // 64, ffn=3 * args.dim)
    model = Qwen2(config).to(device)
    if args.init:
        model.load_state_dict({n: p.float() for n, p in torch.load(args.init, map_location=device).items()})
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", config, torch.__version__, flush=True)
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and n.startswith("blk")]
    others = [p for n, p in model.named_parameters() if p.ndim == 1 or not n.startswith("blk")]
    muon = Muon(matrices, lr=args.lr)
    adam = torch.optim.AdamW(others, lr=args.adam_lr, betas=(0.9, 0.95), weight_decay=0.0)
    masks = Masks(args.rows, context_data.ROW, device)
    if not args.cpu:
        for block in model.blk:
            block.compile(dynamic=False)

    def forward(arrays):
        """-> hidden states [rows, t, dim] and the arrays on the device"""
        a = torch.from_numpy(arrays)
        a = a.pin_memory().cuda(non_blocking=True) if device == "cuda" else a
        tokens, flags, docs, branches, positions, questions = (a[:, i].int() for i in range(6))
        mask = masks.of(docs, branches)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            return model.hidden(tokens, positions, mask), tokens, flags, docs, branches, questions

    def loss_of(arrays, lm):
        hidden, tokens, flags, docs, branches, _ = forward(arrays)
        target = tokens[:, 1:].long()
        at = flags[:, 1:].bool()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            answer = model.logits(hidden[:, :-1][at])
            loss = torch.nn.functional.cross_entropy(answer.float(), target[at])
            if lm:
                some = (torch.rand(at.shape, device=device) < 0.1) & (docs[:, 1:] == docs[:, :-1]) & (branches[:, 1:] == branches[:, :-1])
                rest = model.logits(hidden[:, :-1][some])
                return loss, loss + lm * torch.nn.functional.cross_entropy(rest.float(), target[some])
        return loss, loss

    def right(arrays):
        """Per row the set of questions with at least one wrong token."""
        # With gradients, though none are taken: so the graph that training compiled serves here too.
        hidden, tokens, flags, _, _, questions = forward(arrays)
        hidden = hidden.detach()
        at = flags[:, 1:].bool()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            best = model.logits(hidden[:, :-1][at]).argmax(-1)
        wrong = best != tokens[:, 1:][at]
        rows = torch.arange(len(arrays), device=device)[:, None].expand(at.shape)[at][wrong].tolist()
        bad = [set() for _ in arrays]
        for row, question in zip(rows, questions[:, 1:][at][wrong].tolist()):
            bad[row].add(question)
        return bad

    def validate():
        for name, arrays, kinds in checks.get():
            score = defaultdict(list)
            for bad, own in zip(right(arrays), kinds):
                for number, kind in enumerate(own, 1):
                    score[kind].append(number not in bad)
            print(f"    {name:>8}: " + ", ".join(f"{kind} {100 * np.mean(score[kind]):.1f}" for kind in context_data.ALL_KINDS if score[kind])
                  + f" ({sum(map(len, score.values()))})", flush=True)

    def save():
        if args.save:
            os.makedirs(args.save, exist_ok=True)
            torch.save({n: p.detach().to(torch.bfloat16).cpu() for n, p in model.state_dict().items()}, os.path.join(args.save, "context.pt.tmp"))
            os.replace(os.path.join(args.save, "context.pt.tmp"), os.path.join(args.save, "context.pt"))

    print(f"ready after {time.time() - began:.0f} s", flush=True)
    started = checked = time.time()
    step, waited, recent, risen = 0, 0.0, [], 0.0
    while True:
        done = (time.time() - started) / args.seconds
        if done >= 1 or done * args.seconds >= args.stop:
            break
        at = args.start + (1 - args.start) * done
        rate = min(1.0, (step + 1) / 100) * max(0.02, min(1.0, (1 - at) / args.decay))
        for optimizer, lr in ((muon, args.lr), (adam, args.adam_lr)):
            for group in optimizer.param_groups:
                group["lr"] = lr * rate
        t = time.time()
        arrays = queues[step % args.workers].get()
        waited += time.time() - t
        loss, total = loss_of(arrays, args.lm if at < 0.3 else 0.0)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        muon.step()
        adam.step()
        model.zero_grad(set_to_none=True)
        recent.append(loss.detach())
        if step % 25 == 0:
            mean, now = torch.stack(recent).mean().item(), time.time() - started
            recent.clear()
            if step % 100 == 0 or args.cpu:
                print(f"step {step} loss {mean:.4f} at {at:.3f} {now:.1f} s, corpora to {context_data.CURRICULUM[level.value][0]}, waited {waited:.1f} s", flush=True)
            # The next level when this one is learned (the queues hold some seconds of the old one), or when its time is over.
            if (mean < 0.5 and now - risen > 8 or at > context_data.CURRICULUM[level.value][1]) and level.value + 1 < len(context_data.CURRICULUM):
                level.value, risen = level.value + 1, now
            if now > 120 and mean > args.hopeless and at < 0.6:
                print("giving up", flush=True)
                break
        if time.time() - checked > args.every:
            validate()
            save()
            checked = time.time()
        step += 1
    print(f"{step} steps, {step * args.rows * context_data.ROW / 1e6:.0f} M tokens, {(time.time() - started) / 60:.2f} minutes", flush=True)
    save()
    weights = {n: p.detach().float().cpu().numpy() for n, p in model.state_dict().items()}
    export(args.out, config.as_dict(), weights, vocab, name="resident-context", pre="smaug-bpe")
    with torch.no_grad():
        for name, array in gguf.read(args.out)[1].items():
            model.get_parameter(name).copy_(torch.from_numpy(array.copy()).to(device))
    print(f"{args.out}: {os.path.getsize(args.out):,} bytes; the scores below are of its Q8_0 weights", flush=True)
    validate()

    def batches(rows):
        """Rows in batches of the compiled shape, the last one filled up."""
        for i in range(0, len(rows), args.rows):
            part = rows[i : i + args.rows]
            yield i, np.concatenate([part, np.repeat(part[:1], args.rows - len(part), 0)]), len(part)

    score, made = defaultdict(list), bench.get()
    for i, arrays, n in batches(np.stack([a for a, _ in made])):
        for j, bad in enumerate(right(arrays)[:n]):
            kind, size, _ = tasks[i + j]
            score[size, kind].append(not bad)
    full = {}
    for size in map(int, args.sizes.split(",")):
        full[size] = {kind: score[size, kind] for kind in context_data.KINDS}
        all_ = [x for v in full[size].values() for x in v]
        print(f"full append, {size} tokens: " + ", ".join(f"{k} {sum(v)}/{len(v)}" for k, v in full[size].items()) + f"; all {sum(all_)}/{len(all_)}", flush=True)
    if args.ops:
        rows, labels = context_data.exported(args.ops)
        outcome = {}
        for i, arrays, n in batches(rows):
            for bad, own in zip(right(arrays)[:n], labels[i : i + n]):
                for number, (arm, kind, size, task, wanted) in enumerate(own, 1):
                    key = arm, size, kind, task
                    outcome[key] = outcome.get(key, True) and number not in bad and wanted is not False
        table = defaultdict(list)
        for (arm, size, kind, _), ok in outcome.items():
            table[arm, size, kind].append(ok)
        for arm, size in dict.fromkeys((a, s) for a, s, _ in table):
            own = {k: table[arm, size, k] for k in context_data.KINDS}
            all_ = [x for v in own.values() for x in v]
            print(f"{arm}, {size} tokens: " + ", ".join(f"{k} {sum(v)}/{len(v)}" for k, v in own.items()) + f"; all {sum(all_)}/{len(all_)}", flush=True)
    sys.stdout.flush()
    for process in mp.active_children():
        process.kill()
    os._exit(0)  # the workers are daemons that never end by themselves


if __name__ == "__main__":
    main()
