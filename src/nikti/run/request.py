"""The user's request, as plain data that is stored with the run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nikti.core import catalogue, own_code
from nikti.core.band import BAND
from nikti.core.contender import DEVICES, PRESETS
from nikti.core.data import Options
from nikti.core.errors import UsageError
from nikti.core.words import Words, either
from nikti.protocol import plan
from nikti.sides import taking_part

_NO_OWN_FILE = Words(
    en="no such file: {file}. Your own contender is given as FILE.py:NAME.",
    bn="{file} নামে কোনো ফাইল নেই। নিজের প্রতিযোগী দিতে হয় এভাবে: FILE.py:NAME",
)
_NO_PRESET = Words(
    en="no preset named {preset!r}; there are {known}.",
    bn="“{preset}” নামে কোনো প্রিসেট নেই; আছে {known}।",
)
_NO_DEVICE = Words(
    en="no device named {device!r}. Type --device {known}.",
    bn="“{device}” নামে কোনো ডিভাইস নেই। লিখুন --device {known}",
)


def own_files(contenders: Iterable[str]) -> dict[str, str]:
    """{name: whole path} of the contenders given as "file.py:Name".

    Raises UsageError for a file that is not there.
    """
    found = {}
    for word in contenders:
        if ":" in word:
            file, name = word.rsplit(":", 1)
            if not Path(file).is_file():
                raise UsageError(_NO_OWN_FILE.format(file=file))
            found[name] = str(Path(file).resolve())
    return found


def names(contenders: Iterable[str]) -> list[str]:
    """The contenders' names, without the files of the user's own."""
    return [word.rsplit(":", 1)[-1] for word in contenders]


@dataclass(frozen=True)
class Request:
    """A comparison, or the training of one contender.

    source: path or data set name, None for data handed over in memory; seconds: the time limit;
    band: scores closer than this count as equal; device: of networks, one of DEVICES, None for the fastest;
    contenders: names, or "file.py:Name", empty for the preset's own; the others as on the command line.
    """

    source: str | None
    task: str | None = None
    target: str | None = None
    group: str | None = None
    time: str | None = None
    drop: tuple[str, ...] = ()
    seconds: float | None = None
    preset: str = "medium"
    contenders: tuple[str, ...] = ()
    features: str | None = None
    network: str | None = None
    seed: int = 0
    pretrained: str = "auto"
    allow_download: bool = False
    device: str | None = None
    band: float = BAND

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise UsageError(_NO_PRESET.format(preset=self.preset, known=", ".join(PRESETS)))
        if self.device is not None and self.device not in DEVICES:
            raise UsageError(_NO_DEVICE.format(device=self.device, known=either(DEVICES[::-1])))

    @property
    def limit(self) -> float:
        """Seconds allowed: the user's, or the preset's."""
        return self.seconds if self.seconds is not None else plan.PRESETS[self.preset].seconds

    @property
    def reading(self) -> Options:
        """What a reader needs to know."""
        return Options(self.target, self.group, self.time, self.task, self.drop)

    @property
    def options(self) -> dict[str, Any]:
        """What a side needs to know."""
        return {
            "features_file": self.features,
            "network_file": self.network,
            "own": own_files(self.contenders),
            "contenders": names(self.contenders),
            "preset": self.preset,
            "limit": self.limit,
            "pretrained": self.pretrained,
            "allow_download": self.allow_download,
        }

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that may take part."""
        return taking_part(self.contenders)

    def settings(self) -> dict[str, Any]:
        """JSON-able form."""
        return {**asdict(self), "contenders": list(self.contenders), "drop": list(self.drop)}

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Request:
        """The request that `settings` describes."""
        drop = tuple(settings.get("drop", ()))  # runs of older versions know none
        return cls(**{**settings, "contenders": tuple(settings["contenders"]), "drop": drop})


def absolute(path: str | None) -> str | None:
    """A user's file by its whole path: workers may run elsewhere. Raises UsageError if missing."""
    if path is None:
        return None
    if not Path(path).is_file():
        raise UsageError(catalogue.NO_FILE.format(path=path))
    return str(Path(path).resolve())


def named_file(path: str | None) -> str | None:
    """A file that the user has typed by its whole path; it may be run from now on. Raises UsageError if
    missing."""
    whole = absolute(path)
    return None if whole is None else own_code.name(whole)


def named_contenders(contenders: Iterable[str]) -> tuple[str, ...]:
    """Contenders that the user has typed, with the files of their own by their whole paths; these may be run
    from now on. Raises UsageError for one that is missing."""
    contenders = list(contenders)
    own = own_files(contenders)
    for file in own.values():
        own_code.name(file)
    return tuple(f"{own[name]}:{name}" if name in own else name for name in names(contenders))
