"""The user's own files (features, networks, estimators, weights) in a job: each by a root and a name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nikti.executors import Roots

#: Roots of such files begin with this; so do the words that stand for the files: "own0:my_features.py".
_OWN = "own"


def roots(settings: Mapping[str, Any]) -> dict[str, Path]:
    """{root: folder} of the files that the settings of a request name."""
    named = [settings.get(key) for key in ("features", "network", "pretrained")]
    named += [word.rpartition(":")[0] for word in settings.get("contenders", ())]
    folders = sorted({Path(name).absolute().parent for name in named if name and Path(name).exists()})
    return {f"{_OWN}{number}": folder for number, folder in enumerate(folders)}


def away(value: Any, roots: Roots) -> Any:
    """JSON-able data with the paths of such files named by their roots."""

    def named(text: str) -> str:
        for root, folder in _own(roots):
            if Path(text).parent == folder:
                return f"{root}:{Path(text).name}"
        return text

    return _each(value, named)


def here(value: Any, roots: Roots) -> Any:
    """The inverse of `away`, where the roots' folders may be others."""

    def placed(text: str) -> str:
        for root, folder in _own(roots):
            if text.startswith(f"{root}:"):
                return str(folder / text.partition(":")[2])
        return text

    return _each(value, placed)


def _own(roots: Roots) -> list[tuple[str, Path]]:
    return [(root, folder) for root, folder in roots.items() if root.startswith(_OWN)]


def _each(value: Any, change: Any) -> Any:
    """The same data with every text changed; names of fields stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each(one, change) for one in value]
    return value
