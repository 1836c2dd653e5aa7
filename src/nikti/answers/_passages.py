"""A question as a report shows it: its passage around the true answer and those given, marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nikti.core.answers import Phrases
from nikti.core.data import Data

#: Characters around an answer that are shown; of a passage without one, from its beginning.
AROUND, BEGINNING = 90, 300
#: Stands for what is left out.
GAP = " … "


def answered(data: Data, row: int, predictions: Mapping[str, Phrases]) -> dict[str, Any]:
    """{"row", "question", "passage": see `marked`, "truth", one text for each of `predictions`}.

    predictions: the answer of each side, one sample of `Phrases`; "" stands for no answer."""
    question = data.inputs[row]
    every = {"truth": data.targets[[row]], **predictions}
    texts = {name: (answer[0] or [""])[0] for name, answer in every.items()}
    spans = {
        name: [(start, start + len(text)) for text, start in zip(one[0], one.places(0), strict=True) if text]
        for name, one in every.items()
    }
    return {"row": row, "question": question.question, "passage": marked(question.passage, spans), **texts}


def marked(passage: str, spans: Mapping[str, list[tuple[int, int]]]) -> list[list[str]]:
    """[[text, names of those whose spans cover it, with blanks between], ...], without what is far from all
    spans.

    >>> marked("in Dhaka city", {"truth": [(3, 8)], "deep": [(3, 13)]})
    [['in ', ''], ['Dhaka', 'truth deep'], [' city', 'deep']]
    """
    shown = _shown(passage, sorted(span for some in spans.values() for span in some))
    edges = {0, len(passage)} | {e for some in spans.values() for span in some for e in span}
    cuts = sorted(edges | {edge for part in shown for edge in part})
    pieces: list[list[str]] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        if not any(low <= start and end <= high for low, high in shown):
            if not pieces or pieces[-1][0] != GAP:
                pieces.append([GAP, ""])
            continue
        names = [name for name, some in spans.items() if any(a <= start and end <= b for a, b in some)]
        pieces.append([passage[start:end], " ".join(names)])
    return pieces


def _shown(passage: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """(start, end) of what is shown, cut at blanks, in order and apart."""
    if not spans:
        return [(0, _blank(passage, BEGINNING, 1))]
    found: list[tuple[int, int]] = []
    for start, end in spans:
        low, high = _blank(passage, start - AROUND, -1), _blank(passage, end + AROUND, 1)
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return found


def _blank(passage: str, place: int, step: int) -> int:
    """The next place in a direction at which no word is cut."""
    place = min(max(place, 0), len(passage))
    while 0 < place < len(passage) and not passage[place - (step < 0)].isspace():
        place += step
    return place
