"""The Qwen2 architecture for rows of documents with branches: as model.py, with FlexAttention on a GPU."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from training import model


@dataclass
class Config(model.Config):
    layers: int = 8
    kv_heads: int = 4
    ffn: int = 768
    context: int = 8192
    theta: float = 1e6


class Block(model.Block):
    def attend(self, q, k, v, mask):
        if torch.is_tensor(mask):
            return super().attend(q, k, v, mask)
        from torch.nn.attention.flex_attention import flex_attention

        return flex_attention(q, k, v, block_mask=mask)


class Qwen2(model.Qwen2):
    """hidden(tokens, positions, mask) -> [batch, t, dim]; logits(hidden rows) -> [.., vocab]."""

    block = Block

    def hidden(self, tokens, positions, mask):
        x = self.token_embd(tokens)
        if torch.is_autocast_enabled(tokens.device.type):
            x = x.to(torch.bfloat16)
        cos, sin = self.cos[positions][:, None].to(x.dtype), self.sin[positions][:, None].to(x.dtype)
        for block in self.blk:
            # A dense mask is for checks: past the compiled version.
            x = (block.forward if torch.is_tensor(mask) else block)(x, cos, sin, mask)
        return x

    def logits(self, x):
        x = self.output_norm(x)
        return F.linear(x, self.token_embd.weight.to(x.dtype))


def sees(docs, branches, b, q, k):
    """Whether token q of row b attends to token k: same document, not later, the prefix or the own branch."""
    return (q >= k) & (docs[b, q] == docs[b, k]) & ((branches[b, k] == 0) | (branches[b, k] == branches[b, q]))


class Masks:
    """Attention masks of one batch shape, in buffers that are written anew for each batch."""

    def __init__(self, rows, t, device):
        self.docs = torch.zeros(rows, t, dtype=torch.int32, device=device)
        self.branches = torch.zeros(rows, t, dtype=torch.int32, device=device)
        self.dense = device == "cpu"
        docs, branches = self.docs, self.branches
        self.mod = lambda b, h, q, k: sees(docs, branches, b, q, k)
        if not self.dense:
            from torch.nn.attention.flex_attention import create_block_mask

            self.create = torch.compile(create_block_mask, dynamic=False)

    def of(self, docs, branches):
        self.docs.copy_(docs)
        self.branches.copy_(branches)
        rows, t = docs.shape
        if self.dense:
            return dense_mask(self.docs, self.branches)
        return self.create(self.mod, rows, None, t, t, device=self.docs.device)


def dense_mask(docs, branches):
    i = torch.arange(docs.shape[1], device=docs.device)
    same = (docs[:, :, None] == docs[:, None, :]) & ((branches[:, None, :] == 0) | (branches[:, :, None] == branches[:, None, :]))
    return (same & (i[:, None] >= i[None, :]))[:, None]


class Muon(torch.optim.Optimizer):
    """Momentum, then each matrix's update made nearly orthogonal by five Newton-Schulz steps (Keller Jordan, 2024).
    Matrices of one shape go through it together."""

    def __init__(self, params, lr=0.02, momentum=0.95, weight_decay=0.01):
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for p in group["params"]:
                shapes.setdefault(p.shape, []).append(p)
            for shape, params in shapes.items():
                for p in params:
                    if "m" not in self.state[p]:
                        self.state[p]["m"] = torch.zeros_like(p)
                moments = [self.state[p]["m"] for p in params]
                grads = [p.grad for p in params]
                torch._foreach_lerp_(moments, grads, 1 - group["momentum"])
                updates = orthogonal(torch.stack(torch._foreach_lerp(grads, moments, group["momentum"])))
                updates = (updates * max(1.0, shape[0] / shape[1]) ** 0.5).to(params[0].dtype)
                torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_add_(params, list(updates.unbind(0)), alpha=-group["lr"])


def orthogonal(g):
    """g [n, rows, columns] -> the same shape with singular values near 1."""
    x = g.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.mT if tall else x
