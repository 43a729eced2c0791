"""The Qwen2 architecture in PyTorch, as llama.cpp computes it, over packed rows of short documents."""
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    vocab: int = 2048
    dim: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    ffn: int = 640
    context: int = 512
    theta: float = 10000.0
    eps: float = 1e-6

    @property
    def head_dim(self):
        return self.dim // self.heads

    def as_dict(self):
        return asdict(self)


class RMSNorm(nn.Module):
    def __init__(self, dim, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(dim)), eps

    def forward(self, x):
        y = x.float()
        return (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps)).to(x.dtype) * self.weight.to(x.dtype)


def rotate(x, cos, sin):
    """NEOX pairing. x [batch, heads, t, head_dim]; cos, sin [batch, 1, t, head_dim/2]."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.attn_norm, self.ffn_norm = RMSNorm(c.dim, c.eps), RMSNorm(c.dim, c.eps)
        self.attn_q = nn.Linear(c.dim, c.heads * c.head_dim)
        self.attn_k = nn.Linear(c.dim, c.kv_heads * c.head_dim)
        self.attn_v = nn.Linear(c.dim, c.kv_heads * c.head_dim)
        self.attn_output = nn.Linear(c.heads * c.head_dim, c.dim, bias=False)
        self.ffn_gate = nn.Linear(c.dim, c.ffn, bias=False)
        self.ffn_up = nn.Linear(c.dim, c.ffn, bias=False)
        self.ffn_down = nn.Linear(c.ffn, c.dim, bias=False)

    def forward(self, x, cos, sin, mask):
        c, (batch, t, _) = self.c, x.shape
        h = self.attn_norm(x)
        q = self.attn_q(h).view(batch, t, c.heads, c.head_dim).transpose(1, 2)
        k = self.attn_k(h).view(batch, t, c.kv_heads, c.head_dim).transpose(1, 2)
        v = self.attn_v(h).view(batch, t, c.kv_heads, c.head_dim).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        group = c.heads // c.kv_heads
        if group > 1:
            k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        y = self.attend(q, k, v, mask)
        x = x + self.attn_output(y.transpose(1, 2).reshape(batch, t, -1))
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))

    def attend(self, q, k, v, mask):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


class Qwen2(nn.Module):
    """forward: tokens [batch, t], document number of each token [batch, t] -> logits [batch, t, vocab].

    Attention and positions start afresh at each document, so a packed row trains its documents independently.
    """

    block = Block

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.token_embd = nn.Embedding(c.vocab, c.dim)
        self.blk = nn.ModuleList(self.block(c) for _ in range(c.layers))
        self.output_norm = RMSNorm(c.dim, c.eps)
        half = c.head_dim // 2
        angle = torch.arange(c.context)[:, None] * c.theta ** (-torch.arange(half).double() / half)[None]
        self.register_buffer("cos", angle.cos().float(), persistent=False)
        self.register_buffer("sin", angle.sin().float(), persistent=False)
        for name, p in self.named_parameters():
            if p.ndim == 2:
                scale = 0.02 if "embd" in name else p.shape[1] ** -0.5
                if "output.weight" in name or "down" in name:
                    scale *= (2 * c.layers) ** -0.5
                nn.init.normal_(p, std=scale)
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    def forward(self, tokens, docs):
        t = tokens.shape[1]
        index = torch.arange(t, device=tokens.device)
        fresh = torch.ones_like(docs, dtype=torch.bool)
        fresh[:, 1:] = docs[:, 1:] != docs[:, :-1]
        pos = index - torch.where(fresh, index, 0).cummax(dim=1).values
        mask = (docs[:, :, None] == docs[:, None, :]) & (index[:, None] >= index[None, :])
        x = self.token_embd(tokens)
        if torch.is_autocast_enabled():
            x = x.to(torch.bfloat16)
        cos, sin = self.cos[pos][:, None].to(x.dtype), self.sin[pos][:, None].to(x.dtype)
        for block in self.blk:
            x = block(x, cos, sin, mask[:, None])
        return F.linear(self.output_norm(x), self.token_embd.weight.to(x.dtype))
