"""Makes gguf_blocks.safetensors: random blocks of every GGUF tensor type and their values as 32-bit floats.

usage: python make_gguf_blocks.py gguf_blocks.safetensors
Made with gguf 0.19.0, numpy and safetensors. For each type T: "T.raw" uint8 [rows, bytes per row] and "T.value" float32
[rows, width]; the values are what gguf.quants.dequantize returns. Scales are drawn small so that all values are finite.
"""
import sys
import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as T, quants
from safetensors.numpy import save_file

ROWS, WIDTH, SEED = 2, 256, 20251
# Where the half-precision scales of a block lie; the rest of a block may be any bytes.
SCALES = {
    T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2],
    T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ2_XXS: [0], T.IQ2_XS: [0], T.IQ2_S: [0], T.IQ3_XXS: [0], T.IQ3_S: [0], T.IQ1_S: [0],
    T.IQ4_NL: [0], T.IQ4_XS: [0], T.TQ1_0: [52], T.TQ2_0: [64],
}


def blocks(kind, rng):
    width, size = GGML_QUANT_SIZES[kind]
    raw = rng.integers(0, 256, (ROWS, WIDTH // width, size), dtype=np.uint8)
    for at in SCALES.get(kind, []):
        halves = (rng.choice([-1, 1], raw.shape[:2]) * (0.01 + 0.03 * rng.random(raw.shape[:2]))).astype(np.float16)
        raw[:, :, at:at + 2] = halves[..., None].view(np.uint8)
    if kind == T.IQ1_M:  # its scale is spread over the upper four bits of four words
        half = (0.01 + 0.03 * rng.random(raw.shape[:2])).astype(np.float16).view(np.uint16)
        for word in range(4):
            high = 49 + 2 * word
            raw[:, :, high] = (raw[:, :, high] & 0x0F) | (((half >> (4 * word)) & 0xF) << 4).astype(np.uint8)
    if kind == T.MXFP4:  # its first byte is an exponent
        raw[:, :, 0] = rng.choice([0, 1, 2, 100, 120, 127, 130], raw.shape[:2])
    return raw.reshape(ROWS, -1)


def main():
    rng = np.random.default_rng(SEED)
    tensors = {}
    for kind in [*SCALES, T.IQ1_M, T.MXFP4, T.BF16]:
        raw = blocks(kind, rng)
        if kind == T.BF16:
            raw[:, 1::2] = 0x3E + (raw[:, 1::2] & 0x81)
        value = quants.dequantize(raw, kind).astype(np.float32).reshape(ROWS, WIDTH)
        assert np.isfinite(value).all(), kind
        tensors[f"{kind.name}.raw"], tensors[f"{kind.name}.value"] = np.ascontiguousarray(raw), np.ascontiguousarray(value)
    save_file(tensors, sys.argv[1], {"generator": "gguf 0.19.0", "seed": str(SEED)})
    print(len(tensors) // 2, "types")


main()
