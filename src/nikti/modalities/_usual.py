"""What most modalities have in common, so that a file holds only what differs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.inputs import Inputs


def files(items: Any) -> list[Path] | None:
    """Items that are all names of files, as paths; None for anything else."""
    names = isinstance(items, list | tuple) and all(isinstance(item, str | Path) for item in items)
    return [Path(item) for item in items] if names else None


def is_file(item: str | Path) -> bool:
    """Whether there is a file or folder of that name."""
    try:
        return Path(item).exists()
    except (OSError, ValueError):  # a long text is no file name
        return False


def stored_side(inputs: Inputs) -> int:
    """0: no pictures."""
    return 0


def beyond_chance(inputs: Inputs, keys: np.ndarray) -> np.ndarray:
    """All: equal samples are never equal by chance."""
    return np.ones(len(inputs), dtype=bool)


def near(inputs: Inputs) -> np.ndarray:
    """None: only equal samples are copies, since near ones cannot be told from look-alikes."""
    return np.zeros((0, 2), dtype=np.int64)


def like(inputs: Inputs, card: dict[str, Any]) -> Inputs:
    """As they are."""
    return inputs


def card(inputs: Inputs) -> dict[str, Any]:
    """{}: the modality alone is enough."""
    return {}


def form(inputs: Inputs) -> dict[str, Any]:
    """{}: features take samples of any length."""
    return {}


def formed(inputs: Inputs, form: dict[str, Any]) -> Inputs:
    """As they are."""
    return inputs


def decoded(inputs: Inputs) -> Inputs:
    """In memory."""
    return inputs.decoded()


def columns(inputs: Inputs) -> None:
    """None: places have no names."""
    return None


def pool(inputs: Inputs, row: int, donors: Inputs | None) -> Inputs:
    """The sample alone: nothing is filled."""
    return inputs.take([row])


def excerpts(samples: Sequence[Any], places: Sequence[Any], grid: Any, share: float, spans: Any) -> None:
    """None: units see the whole sample, or are not shown."""
    return None


def small(inputs: Inputs) -> Inputs:
    """As they are."""
    return inputs


def overlay(sample: Any, weights: np.ndarray) -> None:
    """None: the samples are no pictures."""
    return None


def speaking(weights: np.ndarray) -> np.ndarray:
    """What speaks for an answer, 0 to 1 with three digits."""
    speaks = np.maximum(weights, 0)
    return np.round(speaks / (speaks.max(initial=0.0) or 1.0), 3)
