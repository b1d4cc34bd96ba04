"""A small PEFT LoRA adapter for the llama of families.py, and what peft computes with it."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model

from families import load, save
from reference import Unclear, greedy, inputs

# v_proj has a rank and an alpha of its own, so that its scale (5 / 3) differs from the others' (6 / 2)
SETTINGS = dict(
    r=2,
    lora_alpha=6,
    target_modules=["q_proj", "v_proj", "gate_proj", "down_proj"],
    rank_pattern={"v_proj": 3},
    alpha_pattern={"v_proj": 5},
    task_type="CAUSAL_LM",
)


def make_all(models: Path) -> None:
    """Writes models/llama-lora with the first seed whose greedy choices are clear."""
    for seed in itertools.count(1):
        try:
            return make(models / "llama", models / "llama-lora", seed)
        except Unclear as reason:
            print(f"llama-lora: seed {seed} skipped, {reason}")


def make(base: Path, folder: Path, seed: int) -> None:
    """Writes the adapter and the golden of base plus adapter."""
    random = torch.Generator().manual_seed(seed)
    model = get_peft_model(load(base), LoraConfig(**SETTINGS)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=random))
    ids, mask = inputs(model.config.vocab_size, random)
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
    tokens, margins = greedy(model, ids, mask)
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    config = folder / "adapter_config.json"
    settings = json.loads(config.read_text()) | {"base_model_name_or_path": "../llama"}
    settings["target_modules"] = sorted(settings["target_modules"])
    config.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
    golden = {
        "input_ids": ids,
        "attention_mask": mask,
        "logits": logits,
        "greedy": tokens,
        "greedy.margin": margins,
    }
    save(golden, folder / "golden.safetensors", "llama-lora", seed)
