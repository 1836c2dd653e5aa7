"""The deep side's door: which networks there are for a task, and how they come back from disk."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import UsageError
from nikti.core.explanation import ExplanationMethod
from nikti.core.plan import Prepared, Refused
from nikti.core.task import Task
from nikti.core.words import Words
from nikti.deep import answers, own_network, packaged, pretrained
from nikti.deep.contender import DeepContender
from nikti.deep.families import family

if TYPE_CHECKING:
    from nikti.deep.model import DeepModel
    from nikti.deep.network_layers import NetworkLayers

#: What workers import before their first job.
LOADED_BY_WORKERS = ("torch", "nikti.deep.model", "nikti.deep.train", "cv2", "tokenizers")

#: What the name of a network that starts from given weights ends in: all of it is tuned, or it stays as
#: it is and only a new head learns.
PRETRAINED, FROZEN = "_pretrained", "_frozen"
#: Presets in which such networks take part.
GIVEN_PRESETS = {PRETRAINED: ("medium", "best"), FROZEN: ("fast", "medium", "best")}
#: Core-seconds, as a share of the time limit, that the features of one frozen network may take.
FEATURES_SHARE = 0.15

SIZED = Words(en="{title}: {size}", bn="{title}: {size}")
TUNED = Words(
    en="{title}: {size}, fine-tuned from given weights",
    bn="{title}: {size}, দেওয়া ওজন থেকে শুরু করে টিউন করা",
)
FROZEN_WITH_HEAD = Words(
    en="{title}: {size}, frozen as given, and a linear layer",
    bn="{title}: {size}, যেমন দেওয়া তেমনই স্থির, উপরে একটি রৈখিক স্তর",
)
LEARNED_FROM = Words(en="{title} (learned from {samples})", bn="{title} (শেখা হয়েছে এ থেকে: {samples})")

_NOT_HERE = Words(en="its weights are not on this machine", bn="এর ওজন এই কম্পিউটারে নেই")
_OTHER_WEIGHTS = Words(
    en="{where} holds the weights of no network for {task}. Known: {known}.",
    bn="{where}-এর ওজন {task} কাজের কোনো নেটওয়ার্কের নয়। আছে: {known}।",
)
_TAKEN = Words(
    en="there is a network named {name!r} already. Give your file another name.",
    bn="“{name}” নামে নেটওয়ার্ক আগে থেকেই আছে। আপনার ফাইলটির অন্য নাম দিন।",
)
_NO_WEIGHTS = Words(
    en="{name}: {lacking}. Or give --pretrained FILE.safetensors, or --allow-download.",
    bn="{name}: {lacking}। অথবা দিন --pretrained FILE.safetensors, বা --allow-download",
)


def names(task: Task, options: dict[str, Any] | None = None) -> list[str]:
    """The networks of the task's family, those for which weights are on this machine, and the
    user's own.

    options: {"pretrained": "auto" | "never" | PATH, "allow_download": bool, "network_file": PATH, "limit":
    seconds of the whole comparison}.
    Raises UsageError if a given path of weights fits no network of the family.
    """
    options = options or {}
    found = catalogue.names(_folder(task))
    ready = [name + how for name in found if _weights(name, task, options) for how in _ways(task)]
    where = options.get("pretrained", pretrained.AUTO)
    if not ready and where not in (pretrained.AUTO, pretrained.NEVER):
        raise UsageError(_OTHER_WEIGHTS.format(where=where, task=task.name, known=", ".join(found)))
    own = [Path(options["network_file"]).stem] if options.get("network_file") else []
    if set(own) & set(found + ready):
        raise UsageError(_TAKEN.format(name=own[0]))
    return sorted(found + ready) + own


def missing(task: Task, options: dict[str, Any]) -> list[Refused]:
    """Networks that would take part if the weights that a package brings were here, where nobody said which
    weights are wanted."""
    if options.get("pretrained", pretrained.AUTO) != pretrained.AUTO:
        return []
    ways = [how for how in _ways(task) if options.get("preset", "best") in GIVEN_PRESETS[how]]
    found = []
    for name in catalogue.names(_folder(task)):
        reason = packaged.lacking(catalogue.load(_folder(task), name))
        if reason is not None and _weights(name, task, options) is None:
            found += [Refused(name + how, "deep", reason) for how in ways]
    return found


def sizes(task: Task, options: dict[str, Any] | None = None) -> list[str]:
    """Names that may be asked for besides: the sizes of each family, such as resnet50, also from given
    weights where those are of that size."""
    found = {
        size: name
        for name in catalogue.names(_folder(task))
        for size in getattr(catalogue.load(_folder(task), name), "VARIANTS", ())
    }
    ready = [s + how for s, n in found.items() if _weights(n, task, options or {}, s) for how in _ways(task)]
    return sorted([*found, *ready])


def contender(name: str, task: Task, options: dict[str, Any]) -> DeepContender:
    """The contender of that name; raises UnknownName, or UsageError if its weights are not here."""
    file = options.get("network_file")
    if file is not None and name == Path(file).stem:
        return own_network.contender(Path(file), task)
    how = next((ending for ending in (PRETRAINED, FROZEN) if name.endswith(ending)), "")
    base, size = family(name.removesuffix(how), task.family)
    network = catalogue.load(_folder(task), base)
    if not how:
        return DeepContender(
            name=name,
            network_name=base,
            network=network if size is None else _sized(network, size),
            modality=answers.encoder(task),
            family=task.family,
            title=network.TITLE if size is None else SIZED.format(title=network.TITLE, size=size),
            presets=network.PRESETS,
        )
    weights = _weights(base, task, options, size)
    if weights is None:
        lacking = packaged.lacking(network) or _NOT_HERE
        raise UsageError(_NO_WEIGHTS.format(name=name, lacking=lacking))
    if how == FROZEN:
        return _frozen(name, task, base, weights, options)
    return DeepContender(
        name=name,
        network_name=base,
        network=network,
        modality=answers.encoder(task),
        family=task.family,
        title=_title(network, weights, TUNED),
        presets=GIVEN_PRESETS[PRETRAINED],
        weights=weights,
    )


def prepare(task: Task, data: Data, options: dict[str, Any]) -> Prepared:
    """Put the stored samples through each frozen network that takes part, once for all trials; other
    networks read the stored samples as they are."""
    frozen = _frozen_ones(task, data, options)
    for one in frozen:
        from nikti.deep.encoders import embedding

        embedding.store(data.folder, data.inputs, one.network.ENCODER)
    return Prepared(embedded=tuple(one.name for one in frozen))


def prepare_seconds(task: Task, data: Data, options: dict[str, Any]) -> dict[str, float]:
    """Expected core-seconds of `prepare` on the reference machine, by contender; it is nothing for those that
    are not named, and for features that are stored already."""
    from nikti.deep.encoders import embedding

    return {
        one.name: embedding.seconds(data.inputs, one.network.ENCODER)
        for one in _frozen_ones(task, data, options)
    }


def _frozen_ones(task: Task, data: Data, options: dict[str, Any]) -> list[DeepContender]:
    """Those of the contenders that may take part that learn from what a frozen network makes of samples."""
    wanted = options.get("contenders") or []
    found = [
        contender(name, task, options) for name in wanted or names(task, options) if name.endswith(FROZEN)
    ]
    preset = options.get("preset")
    return [one for one in found if (wanted or preset in one.presets) and one.accepts(task, data) is None]


def load_model(folder: Path, options: dict[str, Any]) -> DeepModel:
    """Read what a deep model's `save` wrote; raises ModelError."""
    from nikti.deep.model import DeepModel

    return DeepModel.load(folder, options)


def explanations() -> tuple[ExplanationMethod, ...]:
    """The ways in which networks explain themselves."""
    from nikti.deep.explain import METHODS

    return METHODS


def layers(model: DeepModel) -> NetworkLayers:
    """The layers of a model's network, for `nikti.insight.layers`."""
    from nikti.deep.network_layers import NetworkLayers

    return NetworkLayers(model)


def pretraining(modality: str) -> ModuleType | None:
    """How samples of a modality are learned from without labels: the file in `deep/pretraining`, None where
    there is none."""
    ways = "deep/pretraining"
    return catalogue.load(ways, modality) if modality in catalogue.names(ways) else None


def device(wanted: str | None) -> str:
    """The wanted device, or the fastest there is. Raises UsageError if this machine lacks it. A process that
    has asked cannot be forked any more."""
    from nikti.deep.device import choose

    return choose(wanted)


def weights() -> dict[str, str]:
    """Of the weights that packages bring: {who made them: their licence and what they were learned from, or
    why they are not used}."""
    return {package.made_by: packaged.described(package) for package in packaged.PACKAGES}


def _folder(task: Task) -> str:
    return f"deep/networks/{task.family}"


def _ways(task: Task) -> tuple[str, ...]:
    """How given weights may be used: a head on frozen features answers for a picture as a whole."""
    whole = getattr(answers.of(task.answer), "LINEAR", False)
    return (PRETRAINED, FROZEN) if whole else (PRETRAINED,)


def _sized(network: ModuleType, size: str) -> SimpleNamespace:
    """The family file with one size in place of all."""
    settings = [{**candidate, "variant": size} for candidate in network.CANDIDATES]
    different = tuple(s for number, s in enumerate(settings) if s not in settings[:number])
    return SimpleNamespace(**{**vars(network), "CANDIDATES": different})


def _frozen(
    name: str, task: Task, family: str, weights: pretrained.Weights, options: dict[str, Any]
) -> DeepContender:
    """A linear layer on what the network gives. Who is named takes part whatever it costs."""
    network, head = weights.network, catalogue.load("deep/networks/embedding", "linear")
    encoder = {"family": task.family, "network": family, "weights": weights, "width": weights.width}
    if "limit" in options and not options.get("contenders"):
        encoder["most_seconds"] = FEATURES_SHARE * options["limit"]
    return DeepContender(
        name=name,
        network_name="linear",
        network=SimpleNamespace(**{**vars(head), "METHOD": network.METHOD, "ENCODER": encoder}),
        modality="embedding",
        family="embedding",
        title=_title(network, weights, FROZEN_WITH_HEAD),
        presets=GIVEN_PRESETS[FROZEN],
        weights=weights,
        frozen=True,
    )


def _title(network: ModuleType, weights: pretrained.Weights, how: Words) -> Words:
    """What the network is, what becomes of its weights, and what they were learned from."""
    name = network.__name__.rpartition(".")[2]
    title = how.format(title=network.TITLE, size=weights.params.get("variant", name))
    return LEARNED_FROM.format(title=title, samples=weights.trained_on) if weights.trained_on else title


def _weights(
    name: str, task: Task, options: dict[str, Any], size: str | None = None
) -> pretrained.Weights | None:
    """Those that a package brings come first: they are the same everywhere."""
    where = options.get("pretrained") or pretrained.AUTO
    network = catalogue.load(_folder(task), name)
    found = packaged.find(network, size) if where == pretrained.AUTO else None
    return found or pretrained.find(network, where, options.get("allow_download", False), size)
