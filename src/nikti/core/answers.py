"""Answers that are more than one label: the boxes in a picture, the class of each of its pixels, the texts
that answer a question or translate a sentence.

Like an array of labels they have a length and take positions: `answers[3]` is one sample's answer,
`answers[rows]` the answers of some samples, in that order. A label array, `Boxes` and `Masks` can thus
stand in the same places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

#: Pixels of a mask with this code are left out of learning and scoring.
IGNORE = 255

#: Columns of a box: the corners, its class; predicted boxes have their score behind it.
X1, Y1, X2, Y2, CLASS, SCORE = range(6)
#: Boxes with a lower score are not shown: a detector offers many, to be ranked, that nobody would show.
LEAST_SCORE = 0.3


def is_plain(answers: Any) -> bool:
    """Whether each answer is one label or one number."""
    return isinstance(answers, np.ndarray) and answers.ndim == 1


def is_kept(answers: Any) -> bool:
    """Whether answers are small enough to be kept with a run and put together over folds: a label or a number
    each, or a set of labels, bool [n, C]."""
    return is_plain(answers) or (
        isinstance(answers, np.ndarray) and answers.ndim == 2 and answers.dtype == bool
    )


class Boxes:
    """The boxes of n pictures.

    flat     float32 [total, 5]: x1, y1, x2, y2 (pixels of the picture, the right and lower edge not
             included), class code; predicted ones [total, 6] with a score in 0..1
    offsets  int64 [n + 1]: the boxes of picture i are flat[offsets[i]:offsets[i + 1]]
    sizes    int64 [n, 2]: height and width of each picture in pixels

    >>> boxes = Boxes.of([[[0, 0, 4, 2, 1]], []], [(4, 8), (4, 8)])
    >>> len(boxes), boxes[0].tolist(), len(boxes[1]), boxes[np.array([1, 0])].offsets.tolist()
    (2, [[0.0, 0.0, 4.0, 2.0, 1.0]], 0, [0, 0, 1])
    """

    #: The arrays that make it up, in the order that they are given.
    PARTS = ("flat", "offsets", "sizes")

    def __init__(self, flat: np.ndarray, offsets: np.ndarray, sizes: np.ndarray):
        self.flat, self.offsets, self.sizes = flat, offsets, sizes

    @classmethod
    def of(
        cls, each: Sequence[Any], sizes: Sequence[tuple[int, int]] | np.ndarray, columns: int = 5
    ) -> Boxes:
        """From one array [k, columns] per picture, and the pictures' (height, width)."""
        arrays = [np.asarray(boxes, dtype=np.float32).reshape(-1, columns) for boxes in each]
        offsets = np.concatenate([[0], np.cumsum([len(boxes) for boxes in arrays])]).astype(np.int64)
        flat = np.concatenate(arrays) if arrays else np.zeros((0, columns), np.float32)
        return cls(flat, offsets, np.asarray(sizes, dtype=np.int64).reshape(-1, 2))

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, int | np.integer):
            row = range(len(self))[rows]
            return self.flat[self.offsets[row] : self.offsets[row + 1]]
        rows = np.arange(len(self))[rows]
        return Boxes.of([self[int(row)] for row in rows], self.sizes[rows], self.flat.shape[1])

    def counts(self) -> np.ndarray:
        """Boxes of each picture, int64 [n]."""
        return np.diff(self.offsets)

    def pictures(self) -> np.ndarray:
        """The picture that each box belongs to, int64 [total]."""
        return np.repeat(np.arange(len(self)), self.counts())

    def scaled(self, sizes: np.ndarray) -> Boxes:
        """The same boxes on pictures of other sizes [n, 2] (height, width)."""
        sizes = np.asarray(sizes, dtype=np.int64).reshape(-1, 2)
        factor = (sizes / self.sizes)[self.pictures()][:, [1, 0, 1, 0]]
        flat = self.flat.copy()
        flat[:, :4] = flat[:, :4] * factor
        return Boxes(flat, self.offsets, sizes)


class Masks:
    """The masks of n pictures, made when asked for: uint8 [H, W] of class codes, IGNORE where nothing is
    said.

    make: a mask from its source; sources: one per picture (a path, polygons ...).
    """

    def __init__(self, sources: Sequence[Any], make: Callable[[Any], np.ndarray]):
        self.sources, self.make = list(sources), make

    def __len__(self) -> int:
        return len(self.sources)

    def arrays(self) -> Iterable[np.ndarray]:
        """Every mask, one after another."""
        return (self[row] for row in range(len(self)))

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, int | np.integer):
            return self.make(self.sources[rows])
        return Masks([self.sources[int(row)] for row in np.arange(len(self))[rows]], self.make)


class Phrases:
    """The texts that answer n samples: none, one or several for each. A question without an answer has none;
    a translation has one reference or more. Predictions have at most one; an empty one says that there is no
    answer.

    letters  uint8 [bytes]: all texts one after another, UTF-8 (lone surrogates pass)
    ends     int64 [total]: where each text ends in `letters`
    offsets  int64 [n + 1]: the texts of sample i are offsets[i]:offsets[i + 1] of them
    starts   int64 [total]: the character of the sample's passage at which each text begins; -1 where it
             stands in none
    scores   float32 [total]: how sure a predicted text is, 0 to 1; 1 where nothing is said of it

    >>> phrases = Phrases.of([["a cat", "cat"], []], [[4, 6], []])
    >>> len(phrases), phrases[0], phrases[1], phrases[np.array([1, 0])].starts.tolist()
    (2, ['a cat', 'cat'], [], [4, 6])
    """

    #: The arrays that make it up, in the order that they are given.
    PARTS = ("letters", "ends", "offsets", "starts", "scores")

    def __init__(
        self,
        letters: np.ndarray,
        ends: np.ndarray,
        offsets: np.ndarray,
        starts: np.ndarray,
        scores: np.ndarray,
    ):
        self.letters, self.ends, self.offsets = letters, ends, offsets
        self.starts, self.scores = starts, scores

    @classmethod
    def of(
        cls,
        each: Sequence[Sequence[str]],
        starts: Sequence[Sequence[int]] | None = None,
        scores: Sequence[Sequence[float]] | None = None,
    ) -> Phrases:
        """From the texts of each sample, where they begin in its passage, and how sure they are."""
        coded = [text.encode("utf-8", "surrogatepass") for texts in each for text in texts]
        places = [[-1] * len(texts) for texts in each] if starts is None else starts
        sure = [[1.0] * len(texts) for texts in each] if scores is None else scores
        return cls(
            np.frombuffer(b"".join(coded), np.uint8),
            np.cumsum([len(text) for text in coded], dtype=np.int64),
            np.concatenate([[0], np.cumsum([len(texts) for texts in each])]).astype(np.int64),
            np.array([place for some in places for place in some], dtype=np.int64),
            np.array([score for some in sure for score in some], dtype=np.float32),
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, rows: Any) -> Any:
        """The texts of one sample, a list of str; or the same kind with some samples."""
        if isinstance(rows, int | np.integer):
            row = range(len(self))[rows]
            return [self._text(number) for number in range(self.offsets[row], self.offsets[row + 1])]
        rows = np.arange(len(self))[rows].tolist()
        return Phrases.of(
            [self[row] for row in rows],
            [self.places(row) for row in rows],
            [self.sureness(row) for row in rows],
        )

    def places(self, row: int) -> list[int]:
        """Where the texts of one sample begin in its passage, -1 for nowhere."""
        return self.starts[self.offsets[row] : self.offsets[row + 1]].tolist()

    def sureness(self, row: int) -> list[float]:
        """How sure the texts of one sample are."""
        return self.scores[self.offsets[row] : self.offsets[row + 1]].tolist()

    def counts(self) -> np.ndarray:
        """Texts of each sample, int64 [n]."""
        return np.diff(self.offsets)

    def _text(self, number: int) -> str:
        start = self.ends[number - 1] if number else 0
        return self.letters[start : self.ends[number]].tobytes().decode("utf-8", "surrogatepass")


#: The name of the array of answers that are one array.
WHOLE = ""


def parts_of(answers: Any) -> dict[str, Any]:
    """The arrays by name that answers are made of, see their PARTS; an array itself, and masks that are made
    one by one, as WHOLE. `nikti.answers.unpacked` puts them together again."""
    parts = getattr(answers, "PARTS", None)
    return {WHOLE: answers} if parts is None else {part: getattr(answers, part) for part in parts}


def arrays_of(answers: Any) -> Iterable[np.ndarray]:
    """The arrays that hold answers, one after another."""
    if hasattr(answers, "arrays"):
        return answers.arrays()
    return map(np.asarray, parts_of(answers).values())


def iou(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Intersection over union [n, m] of boxes [n, 4+] and [m, 4+] (x1, y1, x2, y2); 0 for empty ones."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:4], other[None, :, 2:4])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    union = area(one)[:, None] + area(other)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def area(boxes: np.ndarray) -> np.ndarray:
    """Areas [n] of boxes [n, 4+]."""
    return np.prod(np.maximum(boxes[:, 2:4] - boxes[:, :2], 0), axis=1)
