"""Where a network runs, with how many threads, and from which random state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nikti.core.contender import DEVICES
from nikti.core.errors import UsageError
from nikti.core.words import Words, either

if TYPE_CHECKING:
    import torch

_NO_DEVICE = Words(
    en="no device named {wanted!r}. Type --device {found}.",
    bn="“{wanted}” নামে কোনো ডিভাইস নেই। লিখুন --device {found}",
)
_NOT_HERE = Words(
    en="this machine has no {wanted} device (or torch was built without it). Type --device {first}.",
    bn="এই কম্পিউটারে {wanted} ডিভাইস নেই (বা torch সেটি ছাড়া তৈরি)। লিখুন --device {first}",
)


def available() -> list[str]:
    """The kinds of device this machine has, the fastest first."""
    import torch

    has = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return [kind for kind in DEVICES if has[kind]]


def choose(wanted: str | None = None) -> str:
    """The wanted device, or the fastest there is. Raises UsageError if this machine lacks it.

    >>> choose("cpu")
    'cpu'
    """
    found = available()
    if wanted is None:
        return found[0]
    if wanted not in DEVICES:
        raise UsageError(_NO_DEVICE.format(wanted=wanted, found=either(found)))
    if wanted not in found:
        raise UsageError(_NOT_HERE.format(wanted=wanted, first=found[0]))
    return wanted


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Run torch with so many CPU threads, and put the old number back. None changes nothing."""
    import torch

    before = torch.get_num_threads()
    if count is not None and count != before:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)


@contextmanager
def seeded(seed: int, device: str) -> Iterator[None]:
    """Draw weights and dropout from `seed`, by repeatable kernels; the caller's state comes back."""
    import torch

    cudnn = torch.backends.cudnn
    before = cudnn.deterministic, cudnn.benchmark
    cudnn.deterministic, cudnn.benchmark = True, False
    try:
        with torch.random.fork_rng(devices=[torch.cuda.current_device()] if device == "cuda" else []):
            torch.manual_seed(seed)
            yield
    finally:
        cudnn.deterministic, cudnn.benchmark = before


def random_states(device: str) -> dict[str, torch.Tensor]:
    """The generators' states, for a checkpoint."""
    import torch

    states = {"cpu": torch.get_rng_state()}
    return states | ({"cuda": torch.cuda.get_rng_state()} if device == "cuda" else {})


def set_random_states(states: dict[str, torch.Tensor]) -> None:
    """Restore the generators' states from `random_states`."""
    import torch

    torch.set_rng_state(states["cpu"])
    if "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"])
