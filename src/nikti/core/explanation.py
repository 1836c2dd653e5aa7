"""A way to explain an answer, as it is named and described to people."""

from __future__ import annotations

from dataclasses import dataclass

from nikti.core.words import Words


@dataclass(frozen=True)
class ExplanationMethod:
    """name: as it is typed and stored; title: what it is called in a sentence; how: what its weights are, for
    the end of a sentence."""

    name: str
    title: Words
    how: Words
