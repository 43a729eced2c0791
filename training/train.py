"""Train resident-mini from scratch on one NVIDIA GPU and write the GGUF file.

    python3 training/train.py --seconds 330 --out models/resident-mini.gguf

Worker processes generate and pack problems while the GPU trains; each worker has its own seed and batches are
taken from the workers in turn, so the order of the data does not depend on timing. `--steps N` fixes the number of
steps; `--seconds S` measures the speed over the first steps and chooses the number of steps that fits.
"""
import argparse
import json
import multiprocessing as mp
import os
import sys
import time

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from training import bpe, data  # noqa: E402

ROW = 256  # tokens in a packed row


def pack(examples, tokenizer, rows):
    """Fill `rows` rows with whole documents. -> tokens u16, loss flags u8, document numbers u8, each [rows, ROW]"""
    tokens = np.zeros((rows, ROW), np.uint16)
    flags, docs = np.zeros((rows, ROW), np.uint8), np.zeros((rows, ROW), np.uint8)
    filled, number, open_rows, next_row = [0] * rows, [0] * rows, [], 0
    while True:
        ids, loss = data.tokenize(next(examples), tokenizer)
        n = len(ids)
        if n > ROW:
            continue
        for row in open_rows:
            if filled[row] + n <= ROW:
                break
        else:
            if next_row == rows:
                return tokens, flags, docs
            row, next_row = next_row, next_row + 1
            open_rows.append(row)
        at, number[row] = filled[row], number[row] + 1
        tokens[row, at : at + n], flags[row, at : at + n], docs[row, at : at + n] = ids, loss, number[row]
        filled[row] = at + n
        if filled[row] > ROW - 30:
            open_rows.remove(row)
        elif len(open_rows) > 8:
            open_rows.pop(0)


def worker(seed, rows, queue):
    tokenizer = bpe.Tokenizer.load()
    examples = data.stream(seed, "train", 1 << 60)
    while True:
        queue.put(pack(examples, tokenizer, rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=330, help="training time to plan for when --steps is 0")
    parser.add_argument("--rows", type=int, default=512, help="packed rows of 256 tokens per step")
    parser.add_argument("--lr", type=float, default=2.5e-3)
    parser.add_argument("--echo", type=int, default=2, help="uses of each batch; generating one takes longer than a step")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    parser.add_argument("--out", default="models/resident-mini.gguf")
    parser.add_argument("--log", default="")
    parser.add_argument("--smoke", action="store_true", help="a few tiny steps, then compare with reference.py")
    args = parser.parse_args()
    if args.smoke:
        args.steps, args.rows, args.workers = 12, 16, 2

    context = mp.get_context("fork")
    queues = [context.Queue(maxsize=6) for _ in range(args.workers)]
    for i, queue in enumerate(queues):
        context.Process(target=worker, args=(args.seed * 1000 + i, args.rows, queue), daemon=True).start()

    import torch

    from training.export import export
    from training.model import Config, Qwen2

    torch.manual_seed(args.seed)
    torch.backends.cuda.matmul.allow_tf32 = True
    vocab = json.load(open(bpe.DEFAULT_PATH, encoding="utf-8"))
    config = Config(vocab=len(vocab["tokens"]))
    model = Qwen2(config).cuda()
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", config, torch.__version__, torch.cuda.get_device_name())
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2]
    vectors = [p for n, p in model.named_parameters() if p.ndim == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        lr=args.lr, betas=(0.9, 0.95), eps=1e-8, fused=True)
    if not args.smoke:
        for block in model.blk:
            block.compile(dynamic=False)

    recent = []

    def batch(i):
        """Batch number i // echo, so that its uses lie some steps apart: a window of 32 batches is gone through echo times."""
        window = 32
        at = i % (window * args.echo)
        if at == 0:
            recent.clear()
        if at < window:
            number = i // (window * args.echo) * window + at
            recent.append(queues[number % args.workers].get())
        tokens, flags, docs = (torch.from_numpy(a).pin_memory().cuda(non_blocking=True) for a in recent[at % window])
        tokens, flags, docs = tokens.to(torch.int64), flags.bool(), docs.to(torch.int32)
        target = torch.where(flags[:, 1:] & (docs[:, 1:] == docs[:, :-1]), tokens[:, 1:], -100)
        return tokens, docs, torch.nn.functional.pad(target, (0, 1), value=-100)

    def loss_of(tokens, docs, target):
        with torch.autocast("cuda", dtype=torch.bfloat16):
            logits = model(tokens, docs)
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), target.flatten(), ignore_index=-100)

    steps, began, warm, waited, step = args.steps, time.time(), 0.0, 0.0, 0
    log = open(args.log, "w") if args.log else sys.stdout
    while steps == 0 or step < steps:
        if step == 40 and steps == 0:
            torch.cuda.synchronize()
            warm = time.time()
        if step == 140 and steps == 0:
            torch.cuda.synchronize()
            each = (time.time() - warm) / 100
            steps = step + max(100, int((args.seconds - (time.time() - began)) / each))
            print(f"{each * 1e3:.1f} ms a step, {args.rows * ROW / each / 1e6:.2f} M tokens/s, {steps} steps")
        done = step / steps if steps else 0.0
        rate = args.lr * min(1.0, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        t = time.time()
        items = batch(step)
        waited += time.time() - t
        loss = loss_of(*items)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 0 or step == steps - 1 or args.smoke:
            print(f"step {step} loss {loss.item():.4f} lr {rate:.2e} {time.time() - began:.1f} s, waited for data {waited:.1f} s",
                  file=log, flush=True)
        step += 1
    minutes = (time.time() - began) / 60
    weights = {n: p.detach().float().cpu().numpy() for n, p in model.state_dict().items()}
    export(args.out, config.as_dict(), weights, vocab)
    print(f"final loss {loss.item():.4f}, {step} steps, {step * args.rows * ROW / 1e6:.0f} M tokens, {minutes:.2f} minutes -> {args.out}")
    if args.smoke:
        check(args.out, model, items)
    for process in mp.active_children():
        process.terminate()


def check(path, model, items):
    """The file read back by reference.py agrees with the PyTorch model (up to Q8_0), document by document."""
    import torch

    from training.reference import Model

    reference = Model(path)
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.from_numpy(reference.w[name]))
        torch.backends.cuda.matmul.allow_tf32 = False
        got = model(items[0][:1], items[1][:1])[0].float().cpu().numpy()
    tokens, docs = items[0][0].cpu().numpy(), items[1][0].cpu().numpy()
    for number in (1, 2):
        at = np.where(docs == number)[0]
        want = reference.forward(tokens[at][None], np.arange(len(at))[None], reference.cache(1), all_positions=True)[0]
        error = np.linalg.norm(got[at] - want) / np.linalg.norm(want)
        print(f"document {number}: {len(at)} tokens, relative error {error:.2e}")
        assert error < 2e-4, "model.py and reference.py disagree"


if __name__ == "__main__":
    main()
