"""A trained network on disk: `model.safetensors` (numbers) and `model.json` (everything else)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.answers import name_of
from nikti.answers import of as answer_of
from nikti.core import catalogue
from nikti.core.contender import FitReport
from nikti.core.errors import ModelError
from nikti.core.files import write_atomic
from nikti.core.foreign import reason
from nikti.core.schema import misfit
from nikti.core.words import Words
from nikti.deep import answers, bounded, encoders, shapes
from nikti.deep import device as devices

if TYPE_CHECKING:
    from nikti.deep.model import DeepModel

FORMAT = 1
WEIGHTS, FACTS = "model.safetensors", "model.json"

#: What the facts must say, see `nikti.core.schema`.
SCHEMA = {
    "contender": str,
    "network": str,
    "network_sha256": (str, type(None)),
    "family": str,
    "modality": str,
    "kind": str,
    "params": dict,
    "classes": [str],
    "scaling": [float],
    "shape": {"kind": str},
    "encoder": dict,
    "parameters": (int, type(None)),
    "weights_sha256": str,
}
#: Numbers of one encoded sample; a picture of the largest working size has a hundredth of it.
MOST_VALUES = 50_000_000

_CUT = Words(
    en="{path} is missing, cut short or was changed after it was written. Copy the model folder again, "
    "or train again.",
    bn="{path} নেই, অসম্পূর্ণ, বা লেখার পরে বদলে গেছে। মডেলের ফোল্ডারটি আবার কপি করুন, বা আবার শেখান।",
)
_TOO_LARGE = Words(
    en="{path} is damaged: no sample becomes {values} numbers.",
    bn="{path} নষ্ট: কোনো নমুনাই {values}টি সংখ্যা হয় না।",
)
_NO_FIT = Words(
    en="the weights in {folder} do not fit the network {network}: {error}",
    bn="{folder} ফোল্ডারের ওজন {network} নেটওয়ার্কের সঙ্গে মেলে না: {error}",
)
_NO_FACTS = Words(
    en="{folder} has no {file}: it is not a model folder, or was not written to its end.",
    bn="{folder} ফোল্ডারে {file} নেই: এটি মডেলের ফোল্ডার নয়, বা লেখা শেষ হয়নি।",
)
_DAMAGED = Words(
    en="{path} is damaged ({reason}). Copy the model folder again.",
    bn="{path} নষ্ট ({reason})। মডেলের ফোল্ডারটি আবার কপি করুন।",
)
_OTHER_FORMAT = Words(
    en="{path} has format {version}; this version of nikti reads format {format}.",
    bn="{path} ফাইলের ফরম্যাট {version}; নিক্তির এই সংস্করণ পড়ে ফরম্যাট {format}।",
)
_MISFIT = Words(
    en="{path} is damaged: {wrong}. Copy the model folder again.",
    bn="{path} নষ্ট: {wrong}। মডেলের ফোল্ডারটি আবার কপি করুন।",
)
_WEIGHTS_DAMAGED = Words(en="{path} is damaged: {reason}.", bn="{path} নষ্ট: {reason}।")
_STRANGE = Words(
    en="{path} holds {name!r}, which is of no part of a model.",
    bn="{path} ফাইলে “{name}” আছে, যা মডেলের কোনো অংশের নয়।",
)
_OWN_NETWORK = Words(
    en="this model was trained with your own network {network!r}. Add --network FILE.",
    bn="মডেলটি আপনার নিজের নেটওয়ার্ক {network} দিয়ে শিখেছে। যোগ করুন --network FILE",
)
_NO_FILE = Words(
    en="no such file: {file}. Give the network file that the model was trained with.",
    bn="{file} নামে কোনো ফাইল নেই। মডেলটি যে নেটওয়ার্ক-ফাইল দিয়ে শিখেছে সেটি দিন।",
)
_OTHER_FILE = Words(
    en="{file} is not the file that this model was trained with: its content differs.",
    bn="মডেলটি যে ফাইল দিয়ে শিখেছে {file} তা নয়: ভেতরের লেখা আলাদা।",
)


def save(model: DeepModel, folder: Path) -> None:
    """Write the model; the JSON comes last, so a folder that has it is complete."""
    from safetensors.torch import save

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    encoding, tensors = model.encoder.state()
    numbers = {f"network/{name}": tensor for name, tensor in model.network.state_dict().items()}
    numbers |= {f"encoder/{name}": tensor for name, tensor in tensors.items()}
    content = save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in numbers.items()})
    facts = {
        "format": FORMAT,
        "side": "deep",
        "contender": model.contender,
        "network": model.network_name,
        "network_sha256": None if model.file is None else _sha256(model.file.read_bytes()),
        "family": model.family,
        "modality": model.modality,
        "kind": answer_of(model.answer).KIND,
        "params": model.params,
        "classes": list(model.classes),
        "scaling": list(model.scaling),
        "shape": shapes.to_json(model.encoder.shape),
        "encoder": encoding,
        "parameters": model.report.parameters,
        "weights_sha256": _sha256(content),
    }
    write_atomic(folder / WEIGHTS, content)
    write_atomic(folder / FACTS, json.dumps(facts, ensure_ascii=False, indent=1))


def read(folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    """What `save` wrote, as the fields of a `DeepModel`. options: {"network_file": the user's network,
    "device": ...}.

    Raises ModelError if the folder is incomplete, changed, of another version, or needs a network
    file that is not given or differs from the one it was trained with.
    """
    from safetensors.torch import load

    folder = Path(folder)
    facts = _facts(folder)
    content = (folder / WEIGHTS).read_bytes() if (folder / WEIGHTS).is_file() else b""
    if _sha256(content) != facts["weights_sha256"]:
        raise ModelError(_CUT.format(path=folder / WEIGHTS))
    parts = _parts(load, content, folder)
    file = _network_file(facts, options.get("network_file"))
    module = (
        catalogue.load_file(file)
        if file
        else catalogue.load(f"deep/networks/{facts['family']}", facts["network"])
    )
    import torch

    device = devices.choose(options.get("device"))
    answer = name_of(facts["kind"])
    outputs = answers.of(answer).outputs(len(facts["classes"]))
    params = {name: tuple(v) if isinstance(v, list) else v for name, v in facts["params"].items()}
    shape = shapes.from_json(facts["shape"], encoders.of(facts["modality"]))
    if shape.values > MOST_VALUES:
        raise ModelError(_TOO_LARGE.format(path=folder / FACTS, values=shape.values))
    with devices.seeded(0, "cpu"):
        network = bounded.built(lambda: module.build(shape, outputs, **params), parts["network"])
    try:
        network.load_state_dict(parts["network"])
    except RuntimeError as error:
        raise ModelError(_NO_FIT.format(folder=folder, network=facts["network"], error=error)) from error
    return dict(
        contender=facts["contender"],
        network_name=facts["network"],
        family=facts["family"],
        modality=facts["modality"],
        answer=answer,
        params=params,
        classes=tuple(facts["classes"]),
        scaling=tuple(facts["scaling"]),
        encoder=encoders.of(facts["modality"]).from_state(facts["encoder"], parts["encoder"]),
        network=network.to(device, memory_format=torch.channels_last).eval(),
        file=file,
        device=device,
        threads=None,
        report=FitReport(params=params, parameters=facts["parameters"]),
    )


def _facts(folder: Path) -> dict[str, Any]:
    path = folder / FACTS
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        version = facts["format"]
    except FileNotFoundError:
        raise ModelError(_NO_FACTS.format(folder=folder, file=FACTS)) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(_DAMAGED.format(path=path, reason=reason(error))) from error
    if version != FORMAT:
        raise ModelError(_OTHER_FORMAT.format(path=path, version=version, format=FORMAT))
    if (wrong := misfit(facts, SCHEMA)) is not None:
        raise ModelError(_MISFIT.format(path=path, wrong=wrong))
    return facts


def _parts(
    load: Callable[[bytes], dict[str, Any]], content: bytes, folder: Path
) -> dict[str, dict[str, Any]]:
    """The tensors of the network and of the encoder, by their names there."""
    parts: dict[str, dict[str, Any]] = {"network": {}, "encoder": {}}
    try:
        tensors = load(content)
    except Exception as error:  # safetensors has an error of its own for each flaw
        raise ModelError(_WEIGHTS_DAMAGED.format(path=folder / WEIGHTS, reason=reason(error))) from error
    for name, tensor in tensors.items():
        part, _, rest = name.partition("/")
        if part not in parts:
            raise ModelError(_STRANGE.format(path=folder / WEIGHTS, name=name))
        parts[part][rest] = tensor
    return parts


def _network_file(facts: dict[str, Any], given: str | Path | None) -> Path | None:
    """The user's network file if the model was made with one, checked by its digest."""
    wanted = facts["network_sha256"]
    if wanted is None:
        return None
    if given is None:
        raise ModelError(_OWN_NETWORK.format(network=facts["network"]))
    given = Path(given)
    if not given.is_file():
        raise ModelError(_NO_FILE.format(file=given))
    if _sha256(given.read_bytes()) != wanted:
        raise ModelError(_OTHER_FILE.format(file=given))
    return given


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
