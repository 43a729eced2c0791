"""The Qwen2 forward pass in NumPy, float32, batched with a KV cache: the reading of a GGUF file that
`eval.py` scores and that the PyTorch model is checked against. Needs no GPU and no PyTorch."""
import numpy as np

from training import gguf


class Model:
    """Weights of one GGUF file. `forward` takes tokens [batch, t] at per-row positions."""

    def __init__(self, path):
        self.meta, self.w = gguf.read(path)
        get = lambda key: self.meta["qwen2." + key]
        self.layers, self.dim = get("block_count"), get("embedding_length")
        self.heads, self.kv_heads = get("attention.head_count"), get("attention.head_count_kv")
        self.head_dim = self.meta.get("qwen2.attention.key_length", self.dim // self.heads)
        self.eps, self.theta = get("attention.layer_norm_rms_epsilon"), get("rope.freq_base")
        self.context = get("context_length")
        half = self.head_dim // 2
        freq = self.theta ** (-np.arange(half, dtype=np.float64) / half)
        angle = np.arange(self.context)[:, None] * freq[None]
        self.cos, self.sin = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
        self.output = self.w.get("output.weight", self.w["token_embd.weight"])

    def cache(self, batch):
        shape = (self.layers, batch, self.kv_heads, self.context, self.head_dim)
        return np.zeros(shape, np.float32), np.zeros(shape, np.float32)

    def norm(self, x, weight):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(self.eps)) * weight

    def rope(self, x, pos):
        """NEOX pairing: element i with i + head_dim/2. x [batch, heads, t, head_dim], pos [batch, t]."""
        half = self.head_dim // 2
        cos, sin = self.cos[pos][:, None], self.sin[pos][:, None]
        a, b = x[..., :half], x[..., half:]
        return np.concatenate([a * cos - b * sin, b * cos + a * sin], -1)

    def forward(self, tokens, pos, cache, all_positions=False):
        """tokens, pos int [batch, t] -> logits [batch, vocab] of the last column (or [batch, t, vocab])."""
        w, (keys, values) = self.w, cache
        batch, t = tokens.shape
        rows, group = np.arange(batch)[:, None], self.heads // self.kv_heads
        span = int(pos.max()) + 1
        visible = np.arange(span)[None, None] <= pos[:, :, None]
        mask = np.where(visible, np.float32(0), np.float32(-1e30))[:, None, None]
        x = w["token_embd.weight"][tokens]
        for i in range(self.layers):
            g = lambda name: w[f"blk.{i}.{name}"]
            h = self.norm(x, g("attn_norm.weight"))
            split = lambda y, n: y.reshape(batch, t, n, self.head_dim).transpose(0, 2, 1, 3)
            q = self.rope(split(h @ g("attn_q.weight").T + g("attn_q.bias"), self.heads), pos)
            k = self.rope(split(h @ g("attn_k.weight").T + g("attn_k.bias"), self.kv_heads), pos)
            v = split(h @ g("attn_v.weight").T + g("attn_v.bias"), self.kv_heads)
            keys[i][rows, :, pos], values[i][rows, :, pos] = k.transpose(0, 2, 1, 3), v.transpose(0, 2, 1, 3)
            q = q.reshape(batch, self.kv_heads, group, t, self.head_dim)
            score = q @ keys[i][:, :, None, :span].swapaxes(-1, -2) / np.float32(self.head_dim**0.5) + mask
            score = np.exp(score - score.max(-1, keepdims=True))
            score /= score.sum(-1, keepdims=True)
            mixed = (score @ values[i][:, :, None, :span]).reshape(batch, self.heads, t, self.head_dim)
            x = x + mixed.transpose(0, 2, 1, 3).reshape(batch, t, -1) @ g("attn_output.weight").T
            h = self.norm(x, g("ffn_norm.weight"))
            gate = h @ g("ffn_gate.weight").T
            x = x + (gate / (1 + np.exp(-gate)) * (h @ g("ffn_up.weight").T)) @ g("ffn_down.weight").T
        if not all_positions:
            x = x[:, -1]
        return self.norm(x, w["output_norm.weight"]) @ self.output.T
