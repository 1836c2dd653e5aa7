"""Plain data are read back as the dataclass that they were, or refused by the name of the field."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from nikti.core.plain import read


@dataclass(frozen=True)
class Place:
    name: str
    at: tuple[float, float]


@dataclass(frozen=True)
class Trip:
    places: tuple[Place, ...]
    days: int
    home: Place | None = None
    paid: dict[str, float] = field(default_factory=dict)
    booked: bool = False
    words: list[str] = field(default_factory=list)
    more: Any = None


PLACES = (Place("ঢাকা", (23.8, 90.4)), Place("b", (0, 1)))
TRIP = Trip(PLACES, 3, Place("c", (1.0, 2.0)), {"x": 2}, True, ["w"], {"a": [1]})


def test_what_was_written_is_read_back():
    assert read(Trip, json.loads(json.dumps(asdict(TRIP)))) == TRIP
    assert read(Trip, {"places": [], "days": 0, "of a later version": 3}) == Trip((), 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"days": "3"}, "days must be a whole number, and is '3'"),
        ({"days": True}, "days must be a whole number, and is True"),
        ({"days": 2.5}, "days must be a whole number, and is 2.5"),
        ({"days": None}, "days must be a whole number, and is None"),
        ({"places": None}, "places must be a list, and is None"),
        ({"places": ["x"]}, "places[0] must be an object with named fields, and is 'x'"),
        ({"places": [{"name": "a"}]}, "places[0].at is missing"),
        ({"places": [{"name": 7, "at": [1, 2]}]}, "places[0].name must be a text, and is 7"),
        ({"home": {"name": "a", "at": [1, 2, 3]}}, "home.at must be a list of 2, and is [1, 2, 3]"),
        ({"home": {"name": "a", "at": [1, "y"]}}, "home.at[1] must be a number, and is 'y'"),
        ({"paid": [1]}, "paid must be an object with named fields, and is [1]"),
        ({"paid": {"x": False}}, "paid.x must be a number, and is False"),
        ({"booked": 1}, "booked must be true or false, and is 1"),
        ({"words": "w"}, "words must be a list, and is 'w'"),
        ({"words": [None]}, "words[0] must be a text, and is None"),
    ],
)
def test_what_is_no_such_thing_is_named(change, words):
    with pytest.raises(ValueError) as error:
        read(Trip, {**asdict(TRIP), **change})
    assert str(error.value) == words


def test_the_place_is_said_and_long_values_are_cut():
    with pytest.raises(ValueError, match=r"^job\.days must be a whole number, and is 'xxx.{1,60}\.\.\.$"):
        read(Trip, {"places": [], "days": "x" * 500}, "job")
    for body in ([], None, "text"):
        with pytest.raises(ValueError, match="the whole must be an object with named fields"):
            read(Trip, body)
