"""What JSON from a model or a run must look like, checked before anything is done with it.

    CARD = {"task": str, "classes": [str], "input": {"modality": str}, "metric?": str}

A schema is a type, or a tuple of types; [schema] for a list of any length; {key: schema} for a record that
may hold more, where a key that ends in "?" may be left out; Any for anything. A float may be written as a
whole number, must be finite, and True is no number.
"""

from __future__ import annotations

import math
from typing import Any

from nikti.core.words import Words

OTHER = Words(en="{place} is {came}, and must be {must}", bn="{place} হলো {came}, হওয়ার কথা {must}")
LACKS = Words(en="{place} is missing", bn="{place} নেই")

_NAMES = {
    str: Words("a text", "একটি লেখা"),
    int: Words("a whole number", "একটি পূর্ণ সংখ্যা"),
    float: Words("a number", "একটি সংখ্যা"),
    bool: Words("true or false", "সত্য বা মিথ্যা"),
    list: Words("a list", "একটি তালিকা"),
    dict: Words("a record", "একটি রেকর্ড"),
    type(None): Words("null", "ফাঁকা (null)"),
}
EITHER = Words("{one} or {other}", "{one} বা {other}")
WHOLE = Words("all of it", "পুরোটাই")


def misfit(value: Any, schema: Any, place: str = "") -> Words | None:
    """Where a value is not as the schema says, and what it must be; None where it is.

    >>> misfit({"classes": ["a", 3]}, {"classes": [str]}).en
    'classes[1] is a whole number, and must be a text'
    """
    if schema is Any:
        return None
    if isinstance(schema, list):
        if not isinstance(value, list):
            return _other(value, (list,), place)
        found = (misfit(one, schema[0], f"{place}[{row}]") for row, one in enumerate(value))
        return next((reason for reason in found if reason is not None), None)
    if isinstance(schema, dict):
        if not isinstance(value, dict):
            return _other(value, (dict,), place)
        return _record(value, schema, place)
    kinds = schema if isinstance(schema, tuple) else (schema,)
    return None if any(_is(value, kind) for kind in kinds) else _other(value, kinds, place)


def _record(value: dict[str, Any], schema: dict[str, Any], place: str) -> Words | None:
    for key, inner in schema.items():
        name = key.removesuffix("?")
        there = f"{place}.{name}" if place else name
        if name not in value:
            if key == name:
                return LACKS.format(place=there)
        elif (reason := misfit(value[name], inner, there)) is not None:
            return reason
    return None


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, int | float) and math.isfinite(value)
    return isinstance(value, kind)


def _other(value: Any, kinds: tuple[type, ...], place: str) -> Words:
    infinite = isinstance(value, float) and not math.isfinite(value)
    came = str(value) if infinite else _NAMES.get(type(value), type(value).__name__)
    must = _NAMES[kinds[0]]
    for kind in kinds[1:]:
        must = EITHER.format(one=must, other=_NAMES[kind])
    return OTHER.format(place=place or WHOLE, came=came, must=must)
