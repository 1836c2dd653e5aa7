"""Raw samples, as sequences that decode late and subset cheaply.

Every kind has `len(inputs)`, `inputs[i]` (one raw sample), `inputs.take(rows)` (the same kind,
fewer rows) and iteration. A raw sample is

    image   uint8 [H, W, C], C = 1 (grey) or 3 (RGB)
    text    str
    series  float32 [channels, length], NaN where a value is missing
    sound   float32 [samples], 16,000 a second
    video   uint8 [frames, H, W, 3] (RGB)
    question  a `Question`: what is asked, and the passage that may answer it
    table   one row; the whole is a pandas frame, `inputs.frame`

`Stack`, `Ragged`, `Pictures`, `Texts`, `Questions` and `Frame` are held in memory or memory-mapped;
`ImageFiles`, `SoundFiles` and `ClipFiles` decode when asked and are stored once per data set. What a sample
means is told by its modality, see `nikti.modalities`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from nikti.core.clips import frames_in
from nikti.core.hashing import feed_array

if TYPE_CHECKING:
    import pandas as pd


class Inputs:
    """The verbs all kinds share; a kind gives `__len__`, `__getitem__(int)` and `take`.

    unread: {column: {row: cell}} of new table rows: cells not written as in training, missing therefore."""

    unread: Mapping[str, Mapping[int, str]] = {}

    def __len__(self) -> int:
        raise TypeError("an Inputs kind must define __len__")

    def __getitem__(self, row: int) -> Any:
        raise TypeError("an Inputs kind must define __getitem__")

    def take(self, rows: Sequence[int] | np.ndarray) -> Inputs:
        """The same kind with the given rows, in the given order."""
        raise TypeError("an Inputs kind must define take")

    def fresh(self) -> Inputs:
        """The same samples without their place in the store, so that nothing cached of them is used."""
        return self

    def decoded(self) -> Inputs:
        """The same samples in memory, where they still lie in files of one sample each."""
        return self

    def followed_by(self, others: Sequence[Inputs]) -> Inputs:
        """These samples, then those of others of the same kind."""
        return Ragged.of([sample for part in (self, *others) for sample in part])

    def raw(self) -> Any:
        """All samples at once as scikit-learn's transformers take them: an array, a list or a frame."""
        return list(self)

    def raw_sample(self, row: int) -> Any:
        """One sample as `raw` holds it."""
        return self[row]

    def mapped(self) -> tuple[Inputs, np.ndarray] | None:
        """(all samples of the stored array that these are part of, their positions int64 [n] in it); None
        where there is no such array."""
        return None

    def feed(self, digest: Any) -> None:
        """Feed every sample into a `hashlib` digest."""
        for sample in self:
            feed_array(digest, np.asarray(sample))

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self)))


def joined(parts: Sequence[Inputs]) -> Inputs:
    """Inputs of one kind, one after another; pictures and series of unequal shapes become `Ragged`."""
    first, *others = parts
    return first.followed_by(others) if others else first


class Stack(Inputs):
    """Samples of one shape: an array [n, ...], possibly a memory map, seen through row numbers."""

    def __init__(self, array: np.ndarray, rows: np.ndarray | None = None):
        self.base = array
        self.rows = rows

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return self.base.shape[1:]

    def array(self) -> np.ndarray:
        """All samples as one array [n, ...]; a copy unless the whole base is meant."""
        return self.base if self.rows is None else self.base[self.rows]

    def __len__(self) -> int:
        return len(self.base) if self.rows is None else len(self.rows)

    def __getitem__(self, row: int) -> np.ndarray:
        return self.base[row if self.rows is None else self.rows[row]]

    def fresh(self) -> Stack:
        """In memory, away from the folder that they are stored in."""
        return Stack(np.array(self.array()))

    def take(self, rows: Sequence[int] | np.ndarray) -> Stack:
        rows = np.asarray(rows, dtype=np.int64)
        return Stack(self.base, rows if self.rows is None else self.rows[rows])

    def followed_by(self, others: Sequence[Inputs]) -> Inputs:
        alike = [
            part for part in others if isinstance(part, Stack) and part.sample_shape == self.sample_shape
        ]
        if len(alike) == len(others):
            return Stack(np.concatenate([part.array() for part in (self, *alike)]))
        return super().followed_by(others)

    def raw(self) -> np.ndarray:
        return self.array()

    def mapped(self) -> tuple[Stack, np.ndarray] | None:
        return None if self.rows is None else (Stack(self.base), self.rows)

    def feed(self, digest: Any) -> None:
        feed_array(digest, self.array())


class Ragged(Inputs):
    """Samples of unequal shapes: one flat array, with each sample's offset and shape.

    flat [total], offsets int64 [n], shapes int64 [n, dims].
    """

    def __init__(self, flat: np.ndarray, offsets: np.ndarray, shapes: np.ndarray):
        self.flat, self.offsets, self.shapes = flat, offsets, shapes

    @classmethod
    def of(cls, samples: Sequence[np.ndarray], dimensions: int = 1) -> Ragged:
        """Pack arrays of one dtype and number of dimensions. dimensions: theirs where there is no sample."""
        if not len(samples):
            return cls(np.zeros(0), np.zeros(0, np.int64), np.zeros((0, dimensions), np.int64))
        shapes = np.array([s.shape for s in samples], dtype=np.int64)
        sizes = shapes.prod(axis=1)
        offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        return cls(np.concatenate([np.ravel(s) for s in samples]), offsets, shapes)

    def __len__(self) -> int:
        return len(self.offsets)

    def __getitem__(self, row: int) -> np.ndarray:
        start, shape = self.offsets[row], tuple(self.shapes[row])
        return self.flat[start : start + int(np.prod(shape))].reshape(shape)

    def take(self, rows: Sequence[int] | np.ndarray) -> Ragged:
        rows = np.asarray(rows, dtype=np.int64)
        return Ragged(self.flat, self.offsets[rows], self.shapes[rows])


class Pictures(Inputs):
    """Pictures or clips of any sizes, in memory as they are."""

    def __init__(self, pictures: Sequence[np.ndarray]):
        self.pictures = list(pictures)

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, row: int) -> np.ndarray:
        return self.pictures[row]

    def take(self, rows: Sequence[int] | np.ndarray) -> Inputs:
        """A `Stack` where those taken are of one size."""
        some = [self.pictures[int(row)] for row in rows]
        return Stack(np.stack(some)) if len({picture.shape for picture in some}) == 1 else Pictures(some)


class Texts(Inputs):
    """Strings. home, rows: the folder they are stored in and their positions there, so that what was made of
    them once can be looked up; None for others."""

    def __init__(self, texts: Sequence[str], home: Path | None = None, rows: np.ndarray | None = None):
        self.texts, self.home, self.rows = list(texts), home, rows

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, row: int) -> str:
        return self.texts[row]

    def fresh(self) -> Texts:
        """In memory, without the folder that they are stored in."""
        return Texts(self.texts)

    def take(self, rows: Sequence[int] | np.ndarray) -> Texts:
        rows = np.asarray(rows, dtype=np.int64)
        there = rows if self.rows is None else self.rows[rows]
        return Texts([self.texts[row] for row in rows.tolist()], self.home, there)

    def followed_by(self, others: Sequence[Inputs]) -> Texts:
        return Texts([text for part in (self, *others) for text in part])

    def raw(self) -> list[str]:
        return self.texts

    def feed(self, digest: Any) -> None:
        feed_array(digest, np.array(self.texts, dtype=object))


class Question(NamedTuple):
    """One sample of question answering."""

    question: str
    passage: str


class Questions(Inputs):
    """Questions, each with a passage; a passage that many ask about is held once.

    questions: n strings; passages: strings; which int64 [n]: the passage of each question.
    """

    def __init__(self, questions: Sequence[str], passages: Sequence[str], which: Sequence[int] | np.ndarray):
        self.questions, self.passages = list(questions), list(passages)
        self.which = np.asarray(which, dtype=np.int64)

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> Questions:
        """From pairs (question, passage)."""
        passages: dict[str, int] = {}
        which = [passages.setdefault(passage, len(passages)) for _, passage in pairs]
        return cls([question for question, _ in pairs], list(passages), which)

    def __len__(self) -> int:
        return len(self.questions)

    def __getitem__(self, row: int) -> Question:
        return Question(self.questions[row], self.passages[self.which[row]])

    def take(self, rows: Sequence[int] | np.ndarray) -> Questions:
        """The questions asked for, and the passages that they are about."""
        rows = np.asarray(rows, dtype=np.int64)
        kept, which = np.unique(self.which[rows], return_inverse=True)
        questions = [self.questions[row] for row in rows.tolist()]
        return Questions(questions, [self.passages[place] for place in kept.tolist()], which)

    def followed_by(self, others: Sequence[Inputs]) -> Questions:
        return Questions.of([sample for part in (self, *others) for sample in part])

    def feed(self, digest: Any) -> None:
        for texts in (self.questions, self.passages):
            feed_array(digest, np.array(texts, dtype=object))
        feed_array(digest, self.which)


class Frame(Inputs):
    """Rows of a table: a pandas frame with a plain 0..n-1 index. unread: see `Inputs`; for all rows only."""

    def __init__(self, frame: pd.DataFrame, unread: Mapping[str, Mapping[int, str]] | None = None):
        self.frame = frame.reset_index(drop=True)
        self.unread = unread or {}

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, row: int) -> dict[str, Any]:
        return self.frame.iloc[int(row)].to_dict()

    def take(self, rows: Sequence[int] | np.ndarray) -> Frame:
        return Frame(self.frame.iloc[np.asarray(rows, dtype=np.int64)])

    def followed_by(self, others: Sequence[Inputs]) -> Frame:
        import pandas as pd

        parts = [cast(Frame, part) for part in (self, *others)]
        unread: dict[str, dict[int, str]] = {}
        before = 0
        for part in parts:
            for column, cells in part.unread.items():
                unread.setdefault(column, {}).update({before + row: cell for row, cell in cells.items()})
            before += len(part)
        return Frame(pd.concat([part.frame for part in parts], ignore_index=True), unread)

    def raw(self) -> pd.DataFrame:
        return self.frame

    def raw_sample(self, row: int) -> pd.DataFrame:
        return self.frame.iloc[[row]]

    def feed(self, digest: Any) -> None:
        for column in self.frame.columns:
            digest.update(str(column).encode())
            digest.update("\0".join(_as_text(self.frame[column])).encode("utf-8", "surrogatepass"))


def _as_text(column: pd.Series) -> Iterable[str]:
    """The cells as pandas writes them; each different one is written once, of floats all are."""
    if column.dtype == np.float64:
        return map(repr, column.tolist())
    if column.dtype == "string" and not column.hasnans:
        return column.tolist()
    codes, different = column.factorize(use_na_sentinel=False)
    written = np.array(list(map(str, different.astype(str).to_numpy(dtype=object))), dtype=object)
    return written[codes].tolist()


class Files(Inputs):
    """Files of one sample each, decoded when asked for; `decode(path)` raises DataError where it cannot
    read."""

    def __init__(self, paths: Sequence[str | Path], decode: Callable[[Path], Any]):
        self.paths = [Path(p) for p in paths]
        self.decode = decode

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, row: int) -> Any:
        return self.decode(self.paths[row])

    def take(self, rows: Sequence[int] | np.ndarray) -> Files:
        return type(self)([self.paths[int(row)] for row in rows], self.decode)

    def holding(self, samples: Sequence[Any]) -> Inputs:
        """Samples decoded from such files, as they are held in memory."""
        raise TypeError("a kind of Files must define holding")

    def decoded(self) -> Inputs:
        return self.holding(list(self))

    def followed_by(self, others: Sequence[Inputs]) -> Inputs:
        """Files of the same kind stay files."""
        alike = [part for part in others if isinstance(part, Files) and type(part) is type(self)]
        if len(alike) == len(others):
            return type(self)([path for part in (self, *alike) for path in part.paths], self.decode)
        return joined([part.decoded() for part in (self, *others)])

    def feed(self, digest: Any) -> None:
        """By their bytes, so the same photos under other names count as the same samples."""
        for path in self.paths:
            digest.update(hashlib.sha256(path.read_bytes()).digest())


class ImageFiles(Files):
    """Image files, decoded to uint8 [H, W, C]."""

    def holding(self, samples: Sequence[np.ndarray]) -> Pictures:
        return Pictures(samples)


class SoundFiles(Files):
    """Sound files, decoded to float32 [samples]."""

    def holding(self, samples: Sequence[np.ndarray]) -> Ragged:
        return Ragged.of(samples)


class ClipFiles(Files):
    """Clips, each a file or a folder of its frames, decoded to uint8 [frames, H, W, 3]."""

    def holding(self, samples: Sequence[np.ndarray]) -> Pictures:
        return Pictures(samples)

    def feed(self, digest: Any) -> None:
        """By their bytes, of which long ones have too many for the memory."""
        for path in self.paths:
            for part in frames_in(path) if path.is_dir() else (path,):
                with part.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())


class TextFiles(Files):
    """Documents, decoded to strings."""

    def holding(self, samples: Sequence[str]) -> Texts:
        return Texts(samples)
