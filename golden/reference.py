"""What one model computes over one small batch: plainly, edited, and in a training step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

ROWS, POSITIONS, PADDING = 2, 12, 3
NEW_TOKENS, LOSS_POSITIONS = 8, 8
CLEAR_LOGITS, CLEAR_ROUTER = 1e-2, 1e-4


class Unclear(Exception):
    """Two choices lie so close together that rounding could swap them: this seed makes a poor reference."""


def inputs(vocabulary: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Random tokens without the special ones; the second row is padded on the left."""
    ids = torch.randint(3, vocabulary, (ROWS, POSITIONS), generator=random)
    mask = torch.ones_like(ids)
    ids[1, :PADDING] = 0
    mask[1, :PADDING] = 0
    return ids, mask


def greedy(model: nn.Module, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Continues each row on its own, never choosing the end of sequence, without a cache."""
    tokens, margins = [], []
    for row, kept in zip(ids, mask.bool(), strict=True):
        text = row[kept][None]
        for _ in range(NEW_TOKENS):
            with torch.no_grad():
                logits = model(input_ids=text, use_cache=False).logits[0, -1]
            best = logits.topk(2)
            if model.config.eos_token_id in best.indices or best.values[0] - best.values[1] < CLEAR_LOGITS:
                raise Unclear("a greedy choice is too close")
            margins.append(best.values[0] - best.values[1])
            text = torch.cat([text, best.indices[:1][None]], dim=1)
        tokens.append(text[0, -NEW_TOKENS:])
    return torch.stack(tokens), torch.stack(margins).view(len(ids), NEW_TOKENS)


def without(direction: Tensor) -> Callable[[Tensor], Tensor]:
    """Directional ablation: x - (x . u) u."""
    return lambda x: x - (x @ direction)[..., None] * direction


class Taps:
    """Reads or edits what enters and leaves modules."""

    def __init__(self) -> None:
        self.handles: list = []

    def entering(self, module: nn.Module, edit: Callable[[Tensor], Tensor]) -> None:
        """`edit` gets the module's input and gives the one to use."""

        def hook(_, args, kwargs):
            if args:
                return (edit(args[0]), *args[1:]), kwargs
            return args, {**kwargs, "hidden_states": edit(kwargs["hidden_states"])}

        self.handles.append(module.register_forward_pre_hook(hook, with_kwargs=True))

    def leaving(self, module: nn.Module, edit: Callable[[Tensor], Tensor]) -> None:
        """`edit` gets the module's first output and gives the one to use."""

        def hook(_, args, output):
            return (edit(output[0]), *output[1:]) if isinstance(output, tuple) else edit(output)

        self.handles.append(module.register_forward_hook(hook))

    def close(self) -> None:
        for handle in self.handles:
            handle.remove()


@contextmanager
def taps() -> Iterator[Taps]:
    """Taps that are gone afterwards."""
    open_taps = Taps()
    try:
        yield open_taps
    finally:
        open_taps.close()


class Reference:
    """Runs one model over one batch in every way that a golden records."""

    def __init__(self, model: PreTrainedModel, attention: str, mlp: str) -> None:
        self.model = model
        self.blocks = [(block, getattr(block, attention), getattr(block, mlp)) for block in model.model.layers]
        for block in model.model.layers:
            if hasattr(block.mlp, "gate"):
                block.mlp.gate.register_forward_hook(self.check_router)

    def check_router(self, gate: nn.Module, _, output: tuple) -> None:
        """The last expert taken and the first one left must differ clearly."""
        ranked = output[0].softmax(-1).sort(-1, descending=True).values
        if (ranked[:, gate.top_k - 1] - ranked[:, gate.top_k]).min() < CLEAR_ROUTER:
            raise Unclear("a router choice is too close")

    def golden(self, random: torch.Generator) -> dict[str, Tensor]:
        """Everything that the format asks for, on a fresh random batch."""
        self.ids, self.mask = inputs(self.model.config.vocab_size, random)
        golden = {"input_ids": self.ids, "attention_mask": self.mask, **self.plain()}
        golden["greedy"], golden["greedy.margin"] = greedy(self.model, self.ids, self.mask)
        golden |= self.ablated(random) | self.added(random) | self.trained(random)
        return golden

    def logits(self) -> Tensor:
        with torch.no_grad():
            return self.model(input_ids=self.ids, attention_mask=self.mask, use_cache=False).logits

    def plain(self) -> dict[str, Tensor]:
        """Logits, the residual stream around each block, and what attention and MLP add to it."""
        seen: dict[str, Tensor] = {}

        def keep(key: str) -> Callable[[Tensor], Tensor]:
            return lambda x: seen.setdefault(key, x)

        with taps() as tap:
            for i, (block, attention, mlp) in enumerate(self.blocks):
                tap.entering(block, keep(f"resid_pre.{i}"))
                tap.leaving(attention, keep(f"attn_out.{i}"))
                tap.leaving(mlp, keep(f"mlp_out.{i}"))
                tap.leaving(block, keep(f"resid_post.{i}"))
            seen["logits"] = self.logits()
        for i in range(len(self.blocks)):
            parts = seen[f"resid_pre.{i}"] + seen[f"attn_out.{i}"] + seen[f"mlp_out.{i}"]
            torch.testing.assert_close(parts, seen[f"resid_post.{i}"], rtol=1e-5, atol=1e-4)
        return seen

    def ablated(self, random: torch.Generator) -> dict[str, Tensor]:
        """One unit direction removed at every block input, attention output and MLP output."""
        direction = nn.functional.normalize(torch.randn(self.model.config.hidden_size, generator=random), dim=0)
        with taps() as tap:
            for block, attention, mlp in self.blocks:
                tap.entering(block, without(direction))
                tap.leaving(attention, without(direction))
                tap.leaving(mlp, without(direction))
            return {"ablate.direction": direction, "ablate.logits": self.logits()}

    def added(self, random: torch.Generator) -> dict[str, Tensor]:
        """A scaled vector added to the input of the last block."""
        vector, coefficient, layer = (
            torch.randn(self.model.config.hidden_size, generator=random),
            torch.tensor(0.75),
            len(self.blocks) - 1,
        )
        with taps() as tap:
            tap.entering(self.blocks[layer][0], lambda x: x + coefficient * vector)
            logits = self.logits()
        return {
            "add.vector": vector,
            "add.layer": torch.tensor(layer),
            "add.coefficient": coefficient,
            "add.logits": logits,
        }

    def trained(self, random: torch.Generator) -> dict[str, Tensor]:
        """Each block input l >= L // 4 loses its own direction; logits, loss and gradients of one training step."""
        directions = torch.randn(len(self.blocks), self.model.config.hidden_size, generator=random)
        labels = self.ids.clone()
        labels[:, :-LOSS_POSITIONS] = -100
        with taps() as tap:
            for i in range(len(self.blocks) // 4, len(self.blocks)):
                tap.entering(self.blocks[i][0], without(nn.functional.normalize(directions[i], dim=0)))
            output = self.model(input_ids=self.ids, attention_mask=self.mask, labels=labels, use_cache=False)
        output.loss.backward()
        golden = {"refat.directions": directions, "refat.logits": output.logits, "refat.loss": output.loss}
        first, last = "model.layers.0.self_attn.", f"model.layers.{len(self.blocks) - 1}.self_attn."
        chosen = (f"{first}q_proj.weight", f"{first}o_proj.weight", f"{last}q_proj.weight", "model.norm.weight")
        for name in chosen:
            golden[f"refat.grad.{name}"] = self.model.get_parameter(name).grad
        self.model.zero_grad()
        return golden
