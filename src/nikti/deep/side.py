"""The deep side's door: which networks there are for a task, and how they come back from disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import UsageError
from nikti.core.task import Task
from nikti.deep import own_network, pretrained
from nikti.deep.contender import DeepContender

if TYPE_CHECKING:
    from nikti.deep.model import DeepModel

#: What the name of a network that starts from given weights ends in.
PRETRAINED = "_pretrained"


def names(task: Task, options: dict[str, Any] | None = None) -> list[str]:
    """The networks of the task's family, those for which weights are on this machine, and the
    user's own.

    options: {"pretrained": "auto" | "never" | PATH, "allow_download": bool, "network_file": PATH}.
    Raises UsageError if a given path of weights fits no network of the family.
    """
    options = options or {}
    found = catalogue.names(_folder(task))
    ready = [name + PRETRAINED for name in found if _weights(name, task, options)]
    where = options.get("pretrained", pretrained.AUTO)
    if not ready and where not in (pretrained.AUTO, pretrained.NEVER):
        raise UsageError(
            f"{where} holds the weights of no network for {task.name}. Known: {', '.join(found)}."
        )
    own = [Path(options["network_file"]).stem] if options.get("network_file") else []
    if set(own) & set(found + ready):
        raise UsageError(f"there is a network named {own[0]!r} already. Give your file another name.")
    return sorted(found + ready) + own


def contender(name: str, task: Task, options: dict[str, Any]) -> DeepContender:
    """The contender of that name; raises UnknownName, or UsageError if its weights are not here."""
    file = options.get("network_file")
    if file is not None and name == Path(file).stem:
        return own_network.contender(Path(file), task)
    plain = name.removesuffix(PRETRAINED)
    network = catalogue.load(_folder(task), plain)
    weights = None
    if name != plain:
        weights = _weights(plain, task, options)
        if weights is None:
            raise UsageError(
                f"no weights for {plain} on this machine. "
                "Type --pretrained FILE.safetensors, or --allow-download."
            )
    return DeepContender(
        name=name,
        network_name=plain,
        network=network,
        modality=task.modality,
        family=task.family,
        title=network.TITLE + (", fine-tuned from given weights" if weights else ""),
        presets=("medium", "best") if weights else network.PRESETS,
        pretrained=weights is not None,
        weights=weights,
    )


def prepare(task: Task, data: Data, options: dict[str, Any]) -> dict[str, Any]:
    """Nothing to do beforehand: networks read the stored samples as they are."""
    return {}


def load_model(folder: Path, options: dict[str, Any]) -> DeepModel:
    """Read what a deep model's `save` wrote; raises ModelError."""
    from nikti.deep.persist import load

    return load(folder, options)


def _folder(task: Task) -> str:
    return f"deep/networks/{task.family}"


def _weights(name: str, task: Task, options: dict[str, Any]) -> pretrained.Weights | None:
    where = options.get("pretrained") or pretrained.AUTO
    return pretrained.find(catalogue.load(_folder(task), name), where, options.get("allow_download", False))
