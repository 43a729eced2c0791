"""GGUF version 3: a small writer, a reader for the types that this folder uses, and Q8_0.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""
import struct

import numpy as np

U32, I32, F32, BOOL, STRING, ARRAY, U64 = 4, 5, 6, 7, 8, 9, 10  # metadata value types
TENSOR_F32, TENSOR_F16, TENSOR_Q8_0 = 0, 1, 8
ALIGNMENT = 32
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", U32: "I", I32: "i", F32: "f", BOOL: "?", U64: "Q", 11: "q", 12: "d"}


def quantize_q8_0(x):
    """float32 [rows, n] (n a multiple of 32) -> bytes: per 32 values an f16 scale, then 32 int8.

    As ggml: d = amax/127 in f32, q = round half away from zero (x/d), d stored as f16.
    """
    x = np.ascontiguousarray(x, dtype=np.float32).reshape(-1, 32)
    d = np.abs(x).max(axis=1) / np.float32(127)
    inverse = np.divide(np.float32(1), d, out=np.zeros_like(d), where=d > 0)
    scaled = x * inverse[:, None]
    q = np.trunc(scaled + np.copysign(np.float32(0.5), scaled)).astype(np.int8)
    out = np.empty((len(x), 34), dtype=np.uint8)
    out[:, :2] = d.astype("<f2").view(np.uint8).reshape(-1, 2)
    out[:, 2:] = q.view(np.uint8)
    return out.tobytes()


def dequantize_q8_0(raw, shape):
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 34)
    d = blocks[:, :2].copy().view("<f2").astype(np.float32)
    return (blocks[:, 2:].view(np.int8).astype(np.float32) * d).reshape(shape)


def _string(s):
    raw = s.encode("utf-8")
    return struct.pack("<Q", len(raw)) + raw


def _value(kind, value):
    if kind == STRING:
        return _string(value)
    if kind == ARRAY:
        item, values = value
        return struct.pack("<IQ", item, len(values)) + b"".join(_value(item, v) for v in values)
    return struct.pack("<" + _SCALARS[kind], value)


def write(path, metadata, tensors):
    """metadata: [(key, value type, value)]; an ARRAY's value is (item type, list).
    tensors: [(name, float32 array)]; matrices [rows, n] become Q8_0, vectors stay F32."""
    infos, blobs, offset = [], [], 0
    for name, array in tensors:
        array = np.asarray(array, dtype=np.float32)
        if array.ndim > 1:
            if array.shape[-1] % 32:
                raise ValueError(f"{name}: row length {array.shape[-1]} is not a multiple of 32")
            kind, blob = TENSOR_Q8_0, quantize_q8_0(array)
        else:
            kind, blob = TENSOR_F32, array.astype("<f4").tobytes()
        dims = array.shape[::-1]
        infos.append(_string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, offset))
        blob += b"\0" * (-len(blob) % ALIGNMENT)
        blobs.append(blob)
        offset += len(blob)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    head += b"".join(_string(k) + struct.pack("<I", t) + _value(t, v) for k, t, v in metadata)
    head += b"".join(infos)
    head += b"\0" * (-len(head) % ALIGNMENT)
    with open(path, "wb") as f:
        f.write(head)
        f.writelines(blobs)


def read(path):
    """-> (metadata dict, {name: float32 array}) for files with F32, F16 and Q8_0 tensors."""
    with open(path, "rb") as f:
        raw = f.read()
    at = 0

    def take(fmt):
        nonlocal at
        values = struct.unpack_from("<" + fmt, raw, at)
        at += struct.calcsize("<" + fmt)
        return values[0] if len(values) == 1 else values

    def string():
        nonlocal at
        n = take("Q")
        at += n
        return raw[at - n : at].decode("utf-8")

    def value(kind):
        if kind == STRING:
            return string()
        if kind == ARRAY:
            item, n = take("I"), take("Q")
            return [value(item) for _ in range(n)]
        return take(_SCALARS[kind])

    if raw[:4] != b"GGUF":
        raise ValueError(f"{path}: not a GGUF file")
    at = 4
    version, n_tensors, n_keys = take("IQQ")
    metadata = {}
    for _ in range(n_keys):
        key = string()
        metadata[key] = value(take("I"))
    infos = []
    for _ in range(n_tensors):
        name = string()
        dims = [take("Q") for _ in range(take("I"))]
        infos.append((name, dims[::-1], take("I"), take("Q")))
    base = at + -at % metadata.get("general.alignment", ALIGNMENT)
    tensors = {}
    for name, shape, kind, offset in infos:
        count, start = int(np.prod(shape)), base + offset
        if kind == TENSOR_Q8_0:
            tensors[name] = dequantize_q8_0(raw[start : start + count // 32 * 34], shape)
        else:
            dtype = {TENSOR_F32: "<f4", TENSOR_F16: "<f2"}[kind]
            tensors[name] = np.frombuffer(raw, dtype, count, start).reshape(shape).astype(np.float32)
    return metadata, tensors
