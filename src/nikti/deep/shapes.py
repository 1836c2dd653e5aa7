"""What a network must know of its input, per modality: plain facts that an encoder states and a
network's `build(shape, outputs, **params)` receives. The shape of a new modality may stand in its encoder's
file.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


class Shape:
    """What all shapes answer: frozen dataclasses of numbers."""

    #: Bytes of one value as it is held for training.
    BYTES = 4.0
    #: Whether values are pixels: tokens take more memory, as they become vectors (`nikti.deep.memory`).
    PIXELS = False

    @property
    def beyond_training(self) -> float:
        """Length of a sample in prediction, as a multiple of that in a training step."""
        return 1.0

    @property
    def values(self) -> int:
        """Numbers and codes of one encoded sample."""
        raise NotImplementedError

    def example(self) -> tuple[Tensor, ...]:
        """A batch of two, as a network of this shape receives it in training."""
        raise NotImplementedError

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Shape:
        """From its fields, also after a trip through a JSON file."""
        return cls(**facts)


def _zeros(*size: int) -> Tensor:
    import torch

    return torch.zeros(2, *size)


def _tokens(*lengths: int) -> tuple[Tensor, ...]:
    import torch

    return tuple(torch.ones(2, length, dtype=torch.int64) for length in lengths)


@dataclass(frozen=True)
class ImageShape(Shape):
    """Float images [B, channels, size, size]. scale: the share of the side that was asked for, where pictures
    are smaller to save time: what a network is built of goes by the whole side, so that they cost less."""

    channels: int
    size: int
    scale: float = 1.0

    @property
    def whole(self) -> int:
        """The side that was asked for."""
        return round(self.size / self.scale)

    BYTES = 1.0
    PIXELS = True

    @property
    def values(self) -> int:
        return self.channels * self.size**2

    def example(self) -> tuple[Tensor, ...]:
        return (_zeros(self.channels, self.size, self.size),)


@dataclass(frozen=True)
class TextShape(Shape):
    """Token numbers int64 [B, <= length]; 0 is padding, and `vocabulary` counts it. part: tokens that a step
    of training sees of a longer text, drawn anew each time; 0 for all of it."""

    vocabulary: int
    length: int
    part: int = 0

    @property
    def trained(self) -> int:
        """Tokens of a long text that a step of training sees."""
        return min(self.length, self.part or self.length)

    @property
    def values(self) -> int:
        return self.length

    @property
    def beyond_training(self) -> float:
        """Above 1 for long texts, of which a training step sees a part.

        >>> TextShape(8000, 1024, part=256).beyond_training, TextShape(8000, 128, part=256).beyond_training
        (4.0, 1.0)
        """
        return self.length / self.trained

    def example(self) -> tuple[Tensor, ...]:
        return _tokens(self.trained)


@dataclass(frozen=True)
class QuestionShape(Shape):
    """Token numbers int64 [B, <= question] and [B, <= passage]; 0 is padding, and `vocabulary` counts it.
    passage: tokens of nearly all passages that were learned from; others may be longer."""

    vocabulary: int
    question: int
    passage: int

    @property
    def values(self) -> int:
        """Tokens of the passage; the question's are negligible."""
        return self.passage

    def example(self) -> tuple[Tensor, ...]:
        return _tokens(self.question, self.passage)


@dataclass(frozen=True)
class SeriesShape(Shape):
    """Float series [B, channels, length]."""

    channels: int
    length: int

    @property
    def values(self) -> int:
        return self.channels * self.length

    def example(self) -> tuple[Tensor, ...]:
        return (_zeros(self.channels, self.length),)


@dataclass(frozen=True)
class VideoShape(Shape):
    """Float clips [B, channels, frames, size, size]."""

    channels: int
    frames: int
    size: int

    BYTES = 1.0
    PIXELS = True

    @property
    def values(self) -> int:
        return self.channels * self.frames * self.size**2

    def example(self) -> tuple[Tensor, ...]:
        return (_zeros(self.channels, self.frames, self.size, self.size),)


@dataclass(frozen=True)
class TableShape(Shape):
    """numeric: number of float columns [B, numeric]; cardinalities: number of codes of each
    categorical column (int64 [B, len(cardinalities)]); texts: one shape per free-text column."""

    numeric: int
    cardinalities: tuple[int, ...] = ()
    texts: tuple[TextShape, ...] = ()

    @property
    def values(self) -> int:
        return self.numeric + len(self.cardinalities) + sum(text.length for text in self.texts)

    def example(self) -> tuple[Tensor, ...]:
        codes = _zeros(len(self.cardinalities)).long()
        return (_zeros(self.numeric), codes, *_tokens(*(text.length for text in self.texts)))

    @classmethod
    def of(cls, facts: dict[str, Any]) -> TableShape:
        texts = tuple(TextShape(**text) for text in facts["texts"])
        return cls(facts["numeric"], tuple(facts["cardinalities"]), texts)


@dataclass(frozen=True)
class TranslationShape(Shape):
    """Token numbers int64 [B, <= length] of the source, answered with some of the same `vocabulary`, of which
    at most `answer` are written; 0 is padding. given: whether they are those that given weights know."""

    vocabulary: int
    length: int
    answer: int
    given: bool = False

    @property
    def values(self) -> int:
        return self.length

    def example(self) -> tuple[Tensor, ...]:
        """With the answers, as while it learns."""
        return _tokens(self.length, self.answer)


@dataclass(frozen=True)
class EmbeddingShape(Shape):
    """Float features [B, width] that a frozen network made."""

    width: int

    @property
    def values(self) -> int:
        return self.width

    def example(self) -> tuple[Tensor, ...]:
        return (_zeros(self.width),)


def to_json(shape: Any) -> dict[str, Any]:
    """The shape as JSON-able facts.

    >>> to_json(ImageShape(3, 64))
    {'kind': 'ImageShape', 'channels': 3, 'size': 64, 'scale': 1.0}
    """
    return {"kind": type(shape).__name__, **asdict(shape)}


def from_json(facts: dict[str, Any], encoder: ModuleType | None = None) -> Shape:
    """The inverse of `to_json`. encoder: the file of the encoder that stated it, which may hold its class."""
    facts = dict(facts)
    kind = facts.pop("kind")
    found: type[Shape] = getattr(encoder, kind, None) or globals()[kind]
    return found.of(facts)
