"""The tiny llama as a GGUF file, laid out as llama.cpp's converter does it, and a row of every GGUF tensor type."""

from __future__ import annotations

import json
import math
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, quants
from safetensors.numpy import save_file
from safetensors.torch import load_file

NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
WIDTH = 256
PLAIN = ("F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0")
# where the fp16 scales of one block lie, for the types that the gguf package only reads
SCALES = {
    "Q2_K": slice(80, 84),
    "Q3_K": slice(108, 110),
    "Q4_K": slice(0, 4),
    "Q5_K": slice(0, 4),
    "Q6_K": slice(208, 210),
    **{name: slice(0, 2) for name in ("IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S", "IQ4_NL", "IQ4_XS")},
}


def make_all(folder: Path) -> None:
    """Writes models/llama.gguf and quants.safetensors."""
    llama(folder / "models" / "llama", folder / "models" / "llama.gguf")
    blocks(folder / "quants.safetensors")


def llama(model: Path, path: Path) -> None:
    """Same weights, other layout: bf16 matrices, fp32 norms, permuted q and k, rope factors; no tokenizer."""
    config = json.loads((model / "config.json").read_text())
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    writer.add_tensor("rope_freqs.weight", rope_factors(config))
    for name, value in load_file(model / "model.safetensors").items():
        for part, count in heads.items():
            if f".{part}." in name:
                value = permuted(value, count)
        add(writer, gguf_name(name), value.float().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{path.name}: {path.stat().st_size} bytes")


def gguf_name(name: str) -> str:
    """model.layers.0.mlp.up_proj.weight -> blk.0.ffn_up.weight"""
    outer = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    if name in outer:
        return outer[name]
    _, _, block, inner = name.removesuffix(".weight").split(".", 3)
    return f"blk.{block}.{NAMES[inner]}.weight"


def permuted(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """From halves side by side to interleaved pairs, the rotary layout that llama.cpp uses for this architecture."""
    rows, columns = weight.shape
    return weight.view(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns)


def rope_factors(config: dict) -> np.ndarray:
    """What each rotary frequency is divided by under llama3 scaling."""
    rope, width = config["rope_parameters"], config["head_dim"]
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    factors = []
    for i in range(0, width, 2):
        turns = rope["original_max_position_embeddings"] / (2 * math.pi * rope["rope_theta"] ** (i / width))
        smooth = min(1.0, max(0.0, (turns - low) / (high - low)))
        factors.append(1.0 / ((1.0 - smooth) / rope["factor"] + smooth))
    return np.array(factors, dtype=np.float32)


def add(writer: gguf.GGUFWriter, name: str, value: np.ndarray) -> None:
    """Vectors stay fp32, matrices become bf16."""
    if value.ndim == 1:
        writer.add_tensor(name, value)
    else:
        packed = quants.quantize(value, GGMLQuantizationType.BF16)
        writer.add_tensor(name, packed, raw_dtype=GGMLQuantizationType.BF16)


def blocks(path: Path) -> None:
    """For each type T: `T.raw`, the bytes of one row of 256 values, and `T.value`, what gguf reads from them."""
    random = np.random.default_rng(1)
    golden = {}
    for name in (*PLAIN, *SCALES):
        kind = GGMLQuantizationType[name]
        if name in PLAIN:
            raw = quants.quantize(random.standard_normal((1, WIDTH), dtype=np.float32), kind)
        else:
            size, n_bytes = GGML_QUANT_SIZES[kind]
            raw = random.integers(0, 256, (WIDTH // size, n_bytes), dtype=np.uint8)
            scales = raw[:, SCALES[name]]
            scales[:] = random.uniform(0.01, 0.03, (len(raw), scales.shape[1] // 2)).astype(np.float16).view(np.uint8)
            raw = raw.reshape(1, -1)
        golden[f"{name}.raw"] = np.ascontiguousarray(raw).view(np.uint8)
        golden[f"{name}.value"] = np.ascontiguousarray(quants.dequantize(raw, kind), dtype=np.float32)
        if not np.isfinite(golden[f"{name}.value"]).all():
            raise ValueError(f"{name} holds values that are not finite")
    save_file(golden, path)
    print(f"{path.name}: {len(golden) // 2} tensor types, {path.stat().st_size} bytes")
