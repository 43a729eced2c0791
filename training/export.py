"""Write a trained model and its tokenizer as one Q8_0 GGUF file."""
from training import gguf

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def tensor_names(layers):
    """(GGUF name, name in model.py) in file order."""
    yield "token_embd.weight", "token_embd.weight"
    yield "output_norm.weight", "output_norm.weight"
    for i in range(layers):
        for part in ("attn_norm.weight", "attn_q.weight", "attn_q.bias", "attn_k.weight", "attn_k.bias", "attn_v.weight",
                     "attn_v.bias", "attn_output.weight", "ffn_norm.weight", "ffn_gate.weight", "ffn_up.weight", "ffn_down.weight"):
            yield f"blk.{i}.{part}", f"blk.{i}.{part}"


def export(path, config, weights, vocab, name="resident-mini", pre="qwen2"):
    """config: dict of model.Config; weights: {name: float32 array}; vocab: the tokenizer file's dict."""
    tokens = vocab["tokens"]
    head_dim = config["dim"] // config["heads"]
    metadata = [
        ("general.architecture", gguf.STRING, "qwen2"),
        ("general.name", gguf.STRING, name),
        ("general.license", gguf.STRING, "mit"),
        ("general.file_type", gguf.U32, 7),
        ("general.quantization_version", gguf.U32, 2),
        ("qwen2.block_count", gguf.U32, config["layers"]),
        ("qwen2.context_length", gguf.U32, config["context"]),
        ("qwen2.embedding_length", gguf.U32, config["dim"]),
        ("qwen2.feed_forward_length", gguf.U32, config["ffn"]),
        ("qwen2.attention.head_count", gguf.U32, config["heads"]),
        ("qwen2.attention.head_count_kv", gguf.U32, config["kv_heads"]),
        ("qwen2.attention.key_length", gguf.U32, head_dim),
        ("qwen2.attention.value_length", gguf.U32, head_dim),
        ("qwen2.attention.layer_norm_rms_epsilon", gguf.F32, config["eps"]),
        ("qwen2.rope.freq_base", gguf.F32, config["theta"]),
        ("qwen2.rope.dimension_count", gguf.U32, head_dim),
        ("qwen2.vocab_size", gguf.U32, len(tokens)),
        ("tokenizer.ggml.model", gguf.STRING, "gpt2"),
        ("tokenizer.ggml.pre", gguf.STRING, pre),
        ("tokenizer.ggml.tokens", gguf.ARRAY, (gguf.STRING, tokens)),
        ("tokenizer.ggml.token_type", gguf.ARRAY, (gguf.I32, vocab["types"])),
        ("tokenizer.ggml.merges", gguf.ARRAY, (gguf.STRING, vocab["merges"])),
        ("tokenizer.ggml.eos_token_id", gguf.U32, tokens.index("<|im_end|>")),
        ("tokenizer.ggml.bos_token_id", gguf.U32, tokens.index("<|endoftext|>")),
        ("tokenizer.ggml.padding_token_id", gguf.U32, tokens.index("<|endoftext|>")),
        ("tokenizer.ggml.add_bos_token", gguf.BOOL, False),
        ("tokenizer.chat_template", gguf.STRING, CHAT_TEMPLATE),
    ]
    gguf.write(path, metadata, [(g, weights[t]) for g, t in tensor_names(config["layers"])])
