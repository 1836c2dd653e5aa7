"""Families of networks, and the sizes that they come in."""

from __future__ import annotations

from nikti.core import catalogue
from nikti.core.errors import UnknownName
from nikti.core.words import Words

_NETWORK = Words(en="network of {family}", bn="{family}-এর নেটওয়ার্ক")


def family(name: str, task_family: str) -> tuple[str, str | None]:
    """(the family file of networks that a name means, the size that it is, or None).

    Raises UnknownName with the nearest known name.
    """
    folder = f"deep/networks/{task_family}"
    known = {name: getattr(catalogue.load(folder, name), "VARIANTS", ()) for name in catalogue.names(folder)}
    if name in known:
        return name, None
    for base, variants in known.items():
        if name in variants:
            return base, name
    raise UnknownName(
        _NETWORK.format(family=task_family), name, [*known, *(size for v in known.values() for size in v)]
    )
