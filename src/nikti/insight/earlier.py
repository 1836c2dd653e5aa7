"""What runs of earlier versions stored as codes alone, with its words.

They named ways to explain and why layers could not be looked into, and the report had the sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.core.words import stored
from nikti.explain import occlusion
from nikti.insight.layers import REASONS
from nikti.sides import side


def explained(found: Mapping[str, Any]) -> dict[str, Any]:
    """What `nikti.insight.faithfulness` stored, with each side's methods described. A method that no side
    has any more keeps its name alone."""
    sides = {
        name: one if "described" in one else {**one, "described": _described(name)}
        for name, one in found.get("sides", {}).items()
    }
    return {**found, **({"sides": sides} if sides else {})}


def _described(name: str) -> dict[str, dict[str, str]]:
    known = (*side(name).explanations(), occlusion.METHOD)
    return {each.name: stored("title", each.title) | stored("how", each.how) for each in known}


def layers(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What `nikti.insight.layers` stored, with the reason in words where it has a code. None stays None."""
    if not found or found.get("why") not in REASONS or "reason" in found:
        return None if found is None else dict(found)
    values = {name: found.get(name) for name in ("contender", "n_train", "n_test")}
    return {**found, **stored("reason", REASONS[found["why"]].format(**values))}
