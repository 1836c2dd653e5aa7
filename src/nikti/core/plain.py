"""Plain data read back as the dataclass that they were written from: every field is looked at once, at the
door, and what is wrong with one is said by its name."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from nikti.core.words import Words

T = TypeVar("T")

_WANTED = {
    str: Words("a text", "একটি লেখা"),
    bool: Words("true or false", "সত্য বা মিথ্যা"),
    int: Words("a whole number", "একটি পূর্ণ সংখ্যা"),
    float: Words("a number", "একটি সংখ্যা"),
}
_RECORD = Words("an object with named fields", "নাম দেওয়া ঘরের একটি অবজেক্ট")
_LIST = Words("a list", "একটি তালিকা")
_LIST_OF = Words("a list of {count}", "{count}টির একটি তালিকা")
_THE_WHOLE = Words("the whole", "পুরোটা")
_MISSING = Words("{place} is missing", "{place} নেই")
_WRONG = Words("{place} must be {wanted}, and is {found}", "{place} হওয়ার কথা {wanted}, আছে {found}")


def read(kind: type[T], body: Any, place: str = "") -> T:
    """The dataclass `kind` from JSON-able data, as `dataclasses.asdict` makes them. Lists become tuples where
    the field is one; fields that are left out take their default, those that `kind` does not have (of a later
    version) are passed over. place: what the names of fields begin with.

    Raises ValueError naming the first field that is missing or is of another type. Fields may be of
    dataclasses, text, numbers, true or false, lists, tuples, dicts by name, Any, and any of these or None.

    >>> @dataclasses.dataclass
    ... class Point:
    ...     at: tuple[float, float]
    ...     name: str | None = None
    >>> read(Point, {"at": [1, 2.5]})
    Point(at=(1, 2.5), name=None)
    >>> read(Point, {"at": [1, "b"]})
    Traceback (most recent call last):
    ...
    ValueError: at[1] must be a number, and is 'b'
    """
    return _record(kind, body, place)


def _record(kind: type[T], body: Any, place: str) -> T:
    if not isinstance(body, Mapping):
        raise _wrong(place or _THE_WHOLE, _RECORD, body)
    types_of = typing.get_type_hints(kind)
    found = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        name = f"{place}.{field.name}" if place else field.name
        if field.name in body:
            found[field.name] = _value(types_of[field.name], body[field.name], name)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ValueError(_MISSING.format(place=name))
    return kind(**found)


def _value(kind: Any, value: Any, place: str) -> Any:
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in inside:
            return None
        (one,) = [each for each in inside if each is not type(None)]
        return _value(one, value, place)
    if dataclasses.is_dataclass(kind):
        return _record(typing.cast(type, kind), value, place)
    if (origin or kind) in (dict, Mapping):
        return _named(inside, value, place)
    if (origin or kind) in (list, tuple):
        return _listed(origin or kind, inside, value, place)
    numbers = (int, float) if kind is float else (kind,)
    if not isinstance(value, numbers) or (isinstance(value, bool) and kind is not bool):
        raise _wrong(place, _WANTED[kind], value)
    return value


def _named(inside: tuple[Any, ...], value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise _wrong(place, _RECORD, value)
    kind = inside[1] if inside else Any
    return {name: _value(kind, one, f"{place}.{name}") for name, one in value.items()}


def _listed(kind: type, inside: tuple[Any, ...], value: Any, place: str) -> Any:
    """A list or a tuple; a tuple without "..." has a length and a type at each place."""
    if not isinstance(value, list | tuple):
        raise _wrong(place, _LIST, value)
    fixed = kind is tuple and inside and inside[-1] is not Ellipsis
    if fixed and len(value) != len(inside):
        raise _wrong(place, _LIST_OF.format(count=len(inside)), value)
    kinds = inside if fixed else [inside[0] if inside else Any] * len(value)
    numbered = enumerate(zip(kinds, value, strict=True))
    return kind(_value(each, one, f"{place}[{number}]") for number, (each, one) in numbered)


def _wrong(place: str | Words, wanted: Words, value: Any) -> ValueError:
    shown = repr(value)
    found = shown if len(shown) <= 60 else shown[:57] + "..."
    return ValueError(_WRONG.format(place=place, wanted=wanted, found=found))
