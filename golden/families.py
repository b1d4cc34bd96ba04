"""Tiny random models of three families, and what transformers computes with them.

Every folder holds config.json, model.safetensors (bf16 weights, so that each value is exact in fp32) and
golden.safetensors (fp32), whose keys README.md lists.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from reference import Reference, Unclear

D_MODEL = 32

SHAPE = dict(
    hidden_size=D_MODEL,
    num_hidden_layers=2,
    num_attention_heads=4,
    vocab_size=96,
    max_position_embeddings=64,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
)


@dataclass(frozen=True)
class Family:
    """One architecture: its settings, and the two modules of a block whose outputs join the residual stream."""

    name: str
    architecture: str
    settings: dict
    attention: str = "self_attn"
    mlp: str = "mlp"
    norm_centre: float = 1.0


FAMILIES = [
    # grouped queries, tied head, llama3 rope scaling that every row outgrows
    Family(
        "llama",
        "llama",
        dict(
            num_key_value_heads=2,
            head_dim=8,
            intermediate_size=48,
            tie_word_embeddings=True,
            rope_parameters=dict(
                rope_type="llama3",
                rope_theta=10000.0,
                factor=4.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=8,
            ),
        ),
    ),
    # both soft caps, a sliding and a full block, norms around each sub-layer, scaled embeddings, wide heads
    Family(
        "gemma2",
        "gemma2",
        dict(
            num_key_value_heads=2,
            head_dim=12,
            intermediate_size=48,
            query_pre_attn_scalar=10,
            sliding_window=5,
            attn_logit_softcapping=4.0,
            final_logit_softcapping=3.0,
            rope_parameters=dict(rope_type="default", rope_theta=10000.0),
        ),
        attention="post_attention_layernorm",
        mlp="post_feedforward_layernorm",
        norm_centre=0.0,
    ),
    # three experts of which two are used, one key-value head, own output head
    Family(
        "mixtral",
        "mixtral",
        dict(
            num_key_value_heads=1,
            head_dim=8,
            intermediate_size=24,
            num_local_experts=3,
            num_experts_per_tok=2,
            rope_parameters=dict(rope_type="default", rope_theta=1e6),
        ),
    ),
]


def make_all(folder: Path) -> None:
    """Writes one folder per family, each with the first seed whose choices are all clear."""
    for family in FAMILIES:
        for seed in itertools.count(1):
            try:
                make(family, seed, folder / family.name)
                break
            except Unclear as reason:
                print(f"{family.name}: seed {seed} skipped, {reason}")


def make(family: Family, seed: int, folder: Path) -> None:
    """Writes the weights of one family and its golden."""
    random = torch.Generator().manual_seed(seed)
    config = AutoConfig.for_model(family.architecture, **{**SHAPE, **family.settings})
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    randomise(model, family.norm_centre, random)
    folder.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    golden = Reference(load(folder), family.attention, family.mlp).golden(random)
    save(golden, folder / "golden.safetensors", family.name, seed)


def load(folder: Path) -> PreTrainedModel:
    """The stored model in fp32 with plainly written attention, as every golden uses it."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def save(golden: dict[str, Tensor], path: Path, name: str, seed: int) -> None:
    """Writes a golden with the name of its format."""
    tensors = {key: value.detach().clone().contiguous() for key, value in golden.items()}
    save_file(tensors, path, {"format": "demur-golden-1"})
    print(f"{name}: seed {seed}, {path.stat().st_size} bytes")


def randomise(model: PreTrainedModel, norm_centre: float, random: torch.Generator) -> None:
    """Weights large enough for attention, gates and soft caps to bend, rounded to bf16."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=random)
            if "norm" in name:
                value = norm_centre + 0.25 * noise
            elif "embed_tokens" in name:
                value = noise / (math.sqrt(D_MODEL) if norm_centre == 0.0 else 2.0)
            else:
                value = 1.3 * noise / math.sqrt(parameter.shape[-1])
            parameter.copy_(value.bfloat16().float())
    model.tie_weights()
