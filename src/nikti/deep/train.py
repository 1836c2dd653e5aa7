"""The one training loop, for every network and every task."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.errors import NiktiError
from nikti.core.words import Words
from nikti.deep import answers, checkpoint
from nikti.deep import device as devices
from nikti.deep.layers import Layers
from nikti.deep.mixing import mix
from nikti.deep.optimizer import adamw
from nikti.deep.predict import in_float, outputs
from nikti.deep.samples import Samples
from nikti.deep.schedule import Recipe, learning_rate, picture_side, steps_per_epoch

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Seconds of training between two checkpoints.
CHECKPOINT_SECONDS = 20.0
#: A later epoch is kept unless it is worse than the best by this share of the score's standard
#: error: between equals, the weights of the lower learning rate, and less luck in the chosen score.
NOISE = 0.25
#: Peak learning rate of a new head that learns alone on given features.
HEAD_RATE = 3e-3

#: judge(outputs) -> (score, its standard error, loss), of the validation rows
Judge = Callable[[np.ndarray], tuple[float, float, float]]

_DIVERGED = Words(
    en="the training loss is {mean} in epoch {epoch}: the network diverged at learning rate {rate}. "
    "Check the data for extreme values, or give the network a smaller 'lr'.",
    bn="{epoch} নম্বর ইপকে শেখার লস {mean}: {rate} শেখার হারে নেটওয়ার্কটি ভেঙে পড়েছে। ডেটায় খুব বড় "
    "বা ছোট মান আছে কি না দেখুন, বা নেটওয়ার্ককে ছোট 'lr' দিন।",
)


@dataclass
class Trained:
    """network: with the kept weights, in evaluation mode; epoch: the kept one, counted from 1,
    of the epochs of the schedule;
    score, error: primary metric of that epoch on the validation rows and its standard error, NaN
    without them."""

    network: nn.Module
    epoch: int
    epochs: int
    score: float
    error: float
    curve: list[dict[str, float]] = field(default_factory=list)


def train(
    build: Callable[[], nn.Module],
    encoder: Any,
    samples: Samples,
    *,
    recipe: Recipe,
    epochs: int,
    answer: str,
    seed: int,
    device: str,
    valid: Samples | None = None,
    judge: Judge | None = None,
    stop_after: int | None = None,
    progress: Callable[[float, str], None] = lambda fraction, text: None,
    file: Path | None = None,
    every: float | None = None,
    layers: Layers | None = None,
) -> Trained:
    """Train the network that `build()` gives on `samples`.

    epochs decides the schedule; stop_after cuts it short (a refit that is to end where the
    validated training was best). With validation rows the best epoch's weights are kept, and
    training stops when there was none better for a while. With `file`, the state is written there
    every so many seconds (None: CHECKPOINT_SECONDS), and a training with the same settings goes on from it.
    layers: of a network that starts from given weights, for the recipe's `head_first` and `first_layer`.

    Raises NiktiError if the loss is no longer finite.
    """
    with devices.seeded(seed, device):
        return _Training(build, encoder, samples, recipe, epochs, answer, seed, device, layers).run(
            valid, judge, stop_after or epochs, progress, file, CHECKPOINT_SECONDS if every is None else every
        )


class _Training:
    """The state of one training between epochs."""

    def __init__(
        self,
        build: Callable[[], nn.Module],
        encoder: Any,
        samples: Samples,
        recipe: Recipe,
        epochs: int,
        answer: str,
        seed: int,
        device: str,
        layers: Layers | None,
    ):
        import torch

        self.encoder, self.samples, self.recipe = encoder, samples.resident(device), recipe
        self.epochs, self.seed, self.device = epochs, seed, device
        self.answer_name, self.answer = answer, answers.of(answer)
        self.network = build().to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network) if recipe.ema else None
        self.layers = layers or Layers()
        self.optimizer = _optimizer(self.network, recipe, device, self.layers)
        #: Epochs in which the head learns alone.
        self.alone = min(epochs - 1, round(recipe.head_first * epochs)) if self.layers.head else 0
        self.generator = torch.Generator().manual_seed(seed)
        self.steps = steps_per_epoch(recipe, len(samples))
        self.epoch, self.seconds = 0, 0.0
        self.curve: list[dict[str, float]] = []
        self.best: dict[str, torch.Tensor] = {}
        self.best_epoch, self.best_score, self.best_error = 0, -math.inf, math.nan
        self.peak, self.peak_epoch = -math.inf, 0

    def run(
        self,
        valid: Samples | None,
        judge: Judge | None,
        last: int,
        progress: Callable[[float, str], None],
        file: Path | None,
        every: float,
    ) -> Trained:
        key = self._key(valid)
        if file is not None:
            self._read(file, key)
        saved_at = time.monotonic()
        while self.epoch < last and not self._stale(valid):
            started = time.monotonic()
            loss = self._epoch(progress, last)
            row: dict[str, float] = {"epoch": self.epoch, "train_loss": loss}
            if valid is not None and judge is not None:
                row |= self._validate(valid, judge)
            self.seconds += time.monotonic() - started
            self.curve.append(row | {"seconds": round(self.seconds, 3)})
            if file is not None and time.monotonic() - saved_at >= every:
                self._write(file, key)
                saved_at = time.monotonic()
        if self.best:
            self.judged.load_state_dict(self.best)
        return Trained(
            self.judged.eval(),
            self.best_epoch or self.epoch,
            self.epochs,
            self.best_score if self.best else math.nan,
            self.best_error,
            self.curve,
        )

    def _key(self, valid: Samples | None) -> str:
        """A digest of what decides this training."""
        facts = self.encoder.facts() if hasattr(self.encoder, "facts") else self.encoder.state()[0]
        return checkpoint.key(
            *(self.recipe, self.epochs, self.answer_name, self.seed, self.device, str(self.network)),
            *(facts, None if valid is None else len(valid)),
            checkpoint.digest(self.samples.rows, self.samples.targets),
        )

    @property
    def judged(self) -> nn.Module:
        """The network that is validated and kept: the running mean of the weights if there is one."""
        return self.network if self.average is None else self.average

    def _epoch(self, progress: Callable[[float, str], None], last: int) -> float:
        import torch

        self.network.train()
        if self.layers.head:
            self._keep_statistics()
        if self.alone:
            self._hold(self.epoch < self.alone)
        total, seen = torch.zeros((), device=self.device), 0
        for number, places in enumerate(self.samples.batches(self.steps, self.generator)):
            step = self.epoch * self.steps + number
            for group in self.optimizer.param_groups:
                group["lr"] = group["share"] * self._learning_rate(number)
            total, seen = total + self._step(places) * len(places), seen + len(places)
            if number % max(1, self.steps // 10) == 0:
                done = (step + 1) / (last * self.steps)
                progress(min(1.0, done), f"epoch {self.epoch + 1} of {last}")
        self.epoch += 1
        mean = total.item() / seen
        if not math.isfinite(mean):
            raise NiktiError(_DIVERGED.format(mean=str(mean), epoch=self.epoch, rate=f"{self.recipe.lr:g}"))
        return mean

    def _keep_statistics(self) -> None:
        """Given batch norms go on with the means that they came with: those of small batches are noise, and
        running ones lag behind the weights (300 photos of cats and dogs, 64 px: 0.75 without, 0.81 with)."""
        from torch.nn.modules.batchnorm import _BatchNorm

        for name, module in self.network.named_modules():
            if isinstance(module, _BatchNorm) and not self.layers.new(f"{name}."):
                module.eval()

    def _hold(self, held: bool) -> None:
        """Hold all but the head, its running means too, or let go."""
        for name, module in self.network.named_modules():
            if held and not any(module.children()) and not self.layers.new(f"{name}."):
                module.eval()
        for name, weight in self.network.named_parameters():
            weight.requires_grad_(not held or self.layers.new(name))

    def _learning_rate(self, number: int) -> float:
        """Of a step of this epoch: one cycle for the head alone, one for the whole."""
        if self.epoch < self.alone:
            recipe = replace(self.recipe, lr=HEAD_RATE)
            return learning_rate(recipe, self.epoch * self.steps + number, self.alone * self.steps)
        step = (self.epoch - self.alone) * self.steps + number
        return learning_rate(self.recipe, step, (self.epochs - self.alone) * self.steps)

    def _step(self, places: torch.Tensor) -> torch.Tensor:
        import torch

        batch = self.encoder.batch(self.samples.gather(self.samples.rows[places], self.device))
        if self.samples.targets is None:
            raise ValueError("samples without answers cannot be learned from")
        targets = self.samples.targets[places].to(self.device, non_blocking=True)
        if self.recipe.first_side < 1:
            full = self.encoder.shape.size
            batch = self.encoder.sized(batch, picture_side(self.recipe, full, self.epoch, self.epochs))
        if self.recipe.augment:
            batch, targets = self.answer.augment(self.encoder, batch, targets, self.generator)
        order = None
        if self.recipe.mixing and len(targets) > 1:
            images, order, share = mix(batch[0], self.recipe.mixing, self.generator)
            batch = (images, *batch[1:])
        with torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            raw = in_float(self.network(*batch))
        loss = self.answer.loss(self.network, raw, targets, self.recipe)
        if order is not None:
            loss = torch.lerp(self.answer.loss(self.network, raw, targets[order], self.recipe), loss, share)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.recipe.clip:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self.optimizer.step()
        if self.average is not None:
            self._follow(self.average)
        return loss.detach()

    def _follow(self, average: nn.Module) -> None:
        """Move the running mean; it follows faster at first, as it starts at random weights."""
        import torch

        step = self.epoch * self.steps
        decay = min(self.recipe.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(self.network.parameters()), 1 - decay)
            for mean, now in zip(average.buffers(), self.network.buffers(), strict=True):
                mean.copy_(now)

    def _validate(self, valid: Samples, judge: Judge) -> dict[str, float]:
        found = outputs(self.judged, self.encoder, valid, device=self.device, answer=self.answer_name)
        score, error, loss = judge(found)
        if score > self.peak:
            self.peak, self.peak_epoch = score, self.epoch
        if score >= self.peak - NOISE * error:
            self.best, self.best_epoch = checkpoint.copied(self.judged), self.epoch
            self.best_score, self.best_error = score, error
        return {"valid_loss": loss, "valid_score": score}

    def _stale(self, valid: Samples | None) -> bool:
        patience = max(3, math.ceil(self.recipe.patience * self.epochs))
        return valid is not None and self.epoch - max(self.peak_epoch, self.best_epoch) >= patience

    def _write(self, file: Path, key: str) -> None:
        facts = {name: getattr(self, name) for name in _FACTS}
        parts = {
            "network": self.network.state_dict(),
            "average": {} if self.average is None else self.average.state_dict(),
            "best": self.best,
            "optimizer": checkpoint.optimizer_state(self.optimizer),
            "random": devices.random_states(self.device) | {"generator": self.generator.get_state()},
        }
        checkpoint.write(file, key, parts, facts)

    def _read(self, file: Path, key: str) -> None:
        found = checkpoint.read(file, key)
        if found is None:
            return
        parts, facts = found
        for name in _FACTS:
            setattr(self, name, facts[name])
        self.network.load_state_dict(parts["network"])
        if self.average is not None:
            self.average.load_state_dict(parts["average"])
        self.best = parts.get("best", {})
        checkpoint.set_optimizer_state(self.optimizer, parts["optimizer"])
        self.generator.set_state(parts["random"].pop("generator"))
        devices.set_random_states(parts["random"])


#: What of a training is plain numbers.
_FACTS = ("epoch", "seconds", "curve", "best_epoch", "best_score", "best_error", "peak", "peak_epoch")


def _optimizer(network: nn.Module, recipe: Recipe, device: str, layers: Layers) -> torch.optim.Optimizer:
    """Vectors (biases, norms) do not decay. A group's share of the learning rate goes by its layer."""
    groups: dict[tuple[float, bool], list[torch.Tensor]] = {(1.0, True): [], (1.0, False): []}
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            share = layers.share(name, recipe.first_layer)
            groups.setdefault((share, weight.ndim >= 2), []).append(weight)
    settings = [
        {"params": weights, "share": share, "weight_decay": recipe.weight_decay if decays else 0.0}
        for (share, decays), weights in groups.items()
    ]
    return adamw(settings, lr=recipe.lr, fused=device in ("cpu", "cuda"))
