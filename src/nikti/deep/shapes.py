"""What a network must know of its input, per modality: plain facts that an encoder states and a
network's `build(shape, outputs, **params)` receives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ImageShape:
    """Float images [B, channels, size, size]. scale: the share of the side that was asked for, where pictures
    are smaller to save time: what a network is built of goes by the whole side, so that they cost less."""

    channels: int
    size: int
    scale: float = 1.0

    @property
    def whole(self) -> int:
        """The side that was asked for."""
        return round(self.size / self.scale)


@dataclass(frozen=True)
class TextShape:
    """Token numbers int64 [B, <= length]; 0 is padding, and `vocabulary` counts it. part: tokens that a step
    of training sees of a longer text, drawn anew each time; 0 for all of it."""

    vocabulary: int
    length: int
    part: int = 0

    @property
    def trained(self) -> int:
        """Tokens of a long text that a step of training sees."""
        return min(self.length, self.part or self.length)


@dataclass(frozen=True)
class QuestionShape:
    """Token numbers int64 [B, <= question] and [B, <= passage]; 0 is padding, and `vocabulary` counts it.
    passage: tokens of nearly all passages that were learned from; others may be longer."""

    vocabulary: int
    question: int
    passage: int


@dataclass(frozen=True)
class SeriesShape:
    """Float series [B, channels, length]."""

    channels: int
    length: int


@dataclass(frozen=True)
class TableShape:
    """numeric: number of float columns [B, numeric]; cardinalities: number of codes of each
    categorical column (int64 [B, len(cardinalities)]); texts: one shape per free-text column."""

    numeric: int
    cardinalities: tuple[int, ...] = ()
    texts: tuple[TextShape, ...] = ()


@dataclass(frozen=True)
class TranslationShape:
    """Token numbers int64 [B, <= length] of the source, answered with some of the same `vocabulary`, of which
    at most `answer` are written; 0 is padding. given: whether they are those that given weights know."""

    vocabulary: int
    length: int
    answer: int
    given: bool = False


@dataclass(frozen=True)
class EmbeddingShape:
    """Float features [B, width] that a frozen network made."""

    width: int


Shape = EmbeddingShape | ImageShape | QuestionShape | TextShape | TranslationShape | SeriesShape | TableShape

_KINDS = {kind.__name__: kind for kind in Shape.__args__}


def to_json(shape: Shape) -> dict[str, Any]:
    """The shape as JSON-able facts.

    >>> to_json(ImageShape(3, 64))
    {'kind': 'ImageShape', 'channels': 3, 'size': 64, 'scale': 1.0}
    """
    return {"kind": type(shape).__name__, **asdict(shape)}


def from_json(facts: dict[str, Any]) -> Shape:
    """The inverse of `to_json`, also after a trip through a JSON file."""
    facts = dict(facts)
    kind = _KINDS[facts.pop("kind")]
    if kind is TableShape:
        facts["cardinalities"] = tuple(facts["cardinalities"])
        facts["texts"] = tuple(TextShape(**text) for text in facts["texts"])
    return kind(**facts)


def beyond_training(shape: Shape) -> float:
    """How much more of a sample is read in answering than in a step of training.

    >>> beyond_training(TextShape(8000, 1024, part=256)), beyond_training(TextShape(8000, 128, part=256))
    (4.0, 1.0)
    """
    return shape.length / shape.trained if isinstance(shape, TextShape) else 1.0


def example(shape: Shape) -> tuple[Any, ...]:
    """A batch of two, as a network of that shape receives it in training."""
    import torch

    if isinstance(shape, ImageShape):
        return (torch.zeros(2, shape.channels, shape.size, shape.size),)
    if isinstance(shape, SeriesShape):
        return (torch.zeros(2, shape.channels, shape.length),)
    if isinstance(shape, QuestionShape):
        return tuple(torch.ones(2, length, dtype=torch.int64) for length in (shape.question, shape.passage))
    if isinstance(shape, TextShape):
        return (torch.ones(2, shape.trained, dtype=torch.int64),)
    if isinstance(shape, TranslationShape):  # with the answers, as while it learns
        return tuple(torch.ones(2, length, dtype=torch.int64) for length in (shape.length, shape.answer))
    if isinstance(shape, EmbeddingShape):
        return (torch.zeros(2, shape.width),)
    numbers = torch.zeros(2, shape.numeric), torch.zeros(2, len(shape.cardinalities), dtype=torch.int64)
    return (*numbers, *(torch.ones(2, text.length, dtype=torch.int64) for text in shape.texts))
