"""Rows of a table to numbers, codes and tokens.

Numbers are laid on a normal distribution by their ranks, so that outliers and odd scales do no harm
and steps of equal probability lie at known places (see the piecewise-linear embedding of
`networks/tabular`). Where values return, each common one is also a category: of the 119 different capital
gains in the census of 1994, neighbours mean opposite things. Categories, booleans and "is it missing" become
codes; 0 stands for categories that are rare or absent in the fitting rows. Dates become elapsed days and
positions in the year and the day. Free
text becomes tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.columns import kinds
from nikti.core.inputs import Frame, Texts
from nikti.core.steps import Cell, Codes, NormalScores, Value
from nikti.deep.encoders import text as texts_
from nikti.deep.shapes import TableShape

if TYPE_CHECKING:
    import pandas as pd
    import torch

#: Points at which a column's distribution is kept.
QUANTILES = 513
#: A category needs this many fitting rows, or one in a thousand where that is more, to get a code.
RARE = 3
MAX_CATEGORIES = 1000
#: Pieces of words: with n-grams, a column of names is learned by heart (titanic: 0.79 for 0.81, n = 535).
TEXT_OPTIONS = {"vocabulary": 4000, "max_length": 256}
#: What the name of a category that stands for a missing value cannot be.
MISSING = "\0missing"
#: Values return where a column has so few different ones, as a share of its rows; what the name of the
#: categories that they are ends in.
RETURNING, VALUES = 0.5, " values"
#: What the cells of a column hold, by its kind.
DTYPES = {"numeric": "float64", "boolean": "bool", "datetime": "datetime"}
#: Rows that a forecast looks at.
LOOKED_AT = 2000
#: Share of the codes made unknown in training, so that 0 gets a meaning.
CODE_DROPOUT = 0.02


def forecast(data: Any, options: dict[str, Any]) -> TableShape:
    """The shape `fit` would give, but for constant columns and missing values, from some of the rows."""
    whole = data.inputs.frame
    frame = whole.iloc[np.unique(np.linspace(0, len(whole) - 1, LOOKED_AT).astype(int))]
    found = kinds(frame)
    of = {kind: [c for c in frame.columns if found[str(c)] == kind] for kind in set(found.values())}
    numeric = len(of.get("numeric", ())) + 5 * len(of.get("datetime", ()))
    distinct = [frame[c].nunique() for c in of.get("numeric", ())]
    returning = [count + 1 for count in distinct if 2 < count <= RETURNING * len(frame)]
    sizes = [min(frame[c].nunique() + 1, MAX_CATEGORIES) for c in of.get("categorical", ())]
    shapes = (texts_.forecast(_Column(whole[c]), TEXT_OPTIONS) for c in of.get("text", ()))
    codes = (*sizes, *returning, *[3] * len(of.get("boolean", ())))
    return TableShape(numeric, codes, tuple(shapes))


class _Column:
    """One text column, as the text encoder's `forecast` wants its data."""

    def __init__(self, column: pd.Series):
        self.column, self.inputs = column, self

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, row: int) -> str:
        cell = self.column.iloc[row]
        return cell if isinstance(cell, str) else ""


def fit(inputs: Frame, *, seed: int, options: dict[str, Any], targets: Any = None) -> TableEncoder:
    """Learn ranks, categories and text tokens. Columns with one value only are left out. seed and options are
    not used."""
    columns = kinds(inputs.frame)
    numbers, codes, words = _parts(inputs.frame, columns)
    quantiles = {name: _quantiles(column) for name, column in numbers.items()}
    categories = {name: _categories(column) for name, column in (codes | _values(numbers, columns)).items()}
    readers = {n: texts_.fit(Texts(c), seed=seed, options=TEXT_OPTIONS) for n, c in words.items()}
    return TableEncoder(
        columns,
        {name: found for name, found in quantiles.items() if found is not None},
        {name: found for name, found in categories.items() if found},
        {name: found for name, found in readers.items() if any(words[name])},
    )


def from_state(facts: dict[str, Any], tensors: dict[str, torch.Tensor]) -> TableEncoder:
    """The inverse of `TableEncoder.state`."""
    quantiles = {name: tensors[f"quantiles.{i}"].numpy() for i, name in enumerate(facts["numbers"])}
    words = {name: texts_.from_state(kept, {}) for name, kept in facts["texts"].items()}
    return TableEncoder(facts["columns"], quantiles, facts["categories"], words)


class TableEncoder:
    """See `nikti.deep.encoders` for the verbs. columns: {name: kind} of all columns; the others are
    keyed by the names that `_parts` gives. texts: encoders of `nikti.deep.encoders.text`."""

    views = False

    def __init__(
        self,
        columns: dict[str, str],
        quantiles: dict[str, np.ndarray],
        categories: dict[str, list[str]],
        texts: dict[str, Any],
    ):
        self.columns, self.quantiles, self.categories, self.texts = columns, quantiles, categories, texts
        cardinalities = tuple(len(known) + 1 for known in categories.values())
        if not quantiles and not texts:
            cardinalities = cardinalities or (1,)  # nothing to learn from: one column that is always 0
        self.shape = TableShape(len(quantiles), cardinalities, tuple(t.shape for t in texts.values()))

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """(plain facts, tensors) from which the encoder is made again."""
        import torch

        facts = {
            "columns": self.columns,
            "numbers": list(self.quantiles),
            "categories": self.categories,
            "texts": {name: encoder.state()[0] for name, encoder in self.texts.items()},
        }
        return facts, {f"quantiles.{i}": torch.from_numpy(q) for i, q in enumerate(self.quantiles.values())}

    def graph(self) -> tuple[tuple[Value, ...], tuple[Any, ...], tuple[Value, ...]]:
        """(what a raw sample is, the steps, what the network reads); see `nikti.core.graph`."""
        cells = _cells_of(self.columns)
        shape = self.shape
        levels = tuple(tuple(known) for known in self.categories.values()) or ((),) * len(shape.cardinalities)
        coded = tuple(cells[name] for name in self.categories)
        if len(coded) < len(levels):  # a table without anything to learn from: one column that is always 0
            coded = (Cell(next(iter(self.columns)), "category"),)
        steps: tuple[Any, ...] = (
            NormalScores(tuple(cells[n] for n in self.quantiles), "numbers", tuple(self.quantiles.values())),
            Codes(coded, "codes", levels),
        )
        read = [
            Value("numbers", "float32", (None, shape.numeric)),
            Value("codes", "int64", (None, len(shape.cardinalities))),
        ]
        for name, encoder in self.texts.items():
            _, more, tokens = encoder.graph(name, f"tokens of {name}")
            steps, read = (*steps, *more), [*read, *tokens]
        raw = tuple(Value(name, DTYPES.get(kind, "str"), (None,)) for name, kind in self.columns.items())
        return raw, steps, tuple(read)

    def encode(self, inputs: Frame) -> tuple[torch.Tensor, ...]:
        """(float32 [n, numeric], int32 [n, codes], int32 [n, length] for each text column). Raises
        DataError naming the columns that are not there."""
        import torch

        from nikti.core.columns import cast_like

        n = len(inputs)
        numbers, codes, words = _parts(cast_like(inputs.frame, self.columns), self.columns)
        floats = np.zeros((n, self.shape.numeric), np.float32)
        for place, (name, known) in enumerate(self.quantiles.items()):
            floats[:, place] = normal_scores(numbers[name], known)
        ints = np.zeros((n, len(self.shape.cardinalities)), np.int32)
        codes |= {n: _cells(numbers[n.removesuffix(VALUES)]) for n in set(self.categories) - set(codes)}
        for place, (name, categories) in enumerate(self.categories.items()):
            code = {category: number for number, category in enumerate(categories, 1)}
            ints[:, place] = [code.get(cell, 0) for cell in codes[name]]
        tokens = [encoder.encode_texts(words[name]) for name, encoder in self.texts.items()]
        return torch.from_numpy(floats), torch.from_numpy(ints), *tokens

    def batch(self, tensors: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        """(float32 [B, numeric], int64 [B, codes], int64 [B, l] for each text column)."""
        numbers, codes, *tokens = tensors
        words = (e.batch((t,))[0] for e, t in zip(self.texts.values(), tokens, strict=True))
        return numbers, codes.long(), *words

    def augment(
        self, batch: tuple[torch.Tensor, ...], generator: torch.Generator
    ) -> tuple[torch.Tensor, ...]:
        """Some codes become unknown, and some tokens of texts."""
        import torch

        numbers, codes, *tokens = batch
        lost = (torch.rand(codes.shape, generator=generator) < CODE_DROPOUT).to(codes.device)
        words = (e.augment((t,), generator)[0] for e, t in zip(self.texts.values(), tokens, strict=True))
        return numbers, codes.masked_fill(lost, 0), *words


def _parts(
    frame: pd.DataFrame, columns: dict[str, str]
) -> tuple[dict[str, np.ndarray], dict[str, list[str]], dict[str, list[str]]]:
    """What the columns hold: {name: float64 [n]}, {name: categories}, {name: texts}. A number or a
    date also says, as a category, whether it is there."""
    numbers: dict[str, np.ndarray] = {}
    codes: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    for name, kind in columns.items():
        column = frame[name]
        if kind == "text":
            words[name] = column.fillna("").astype(str).tolist()
        elif kind in ("categorical", "boolean"):
            cells = column.astype(object)
            codes[name] = cells.where(cells.notna(), MISSING).astype(str).tolist()
        else:
            numbers |= _dates(name, column) if kind == "datetime" else {name: column.to_numpy(float)}
            codes[f"{name} missing"] = column.isna().astype(str).tolist()
    return numbers, codes, words


def _dates(name: str, column: pd.Series) -> dict[str, np.ndarray]:
    """Days since 1970, and where in the year, the week and the day it was (year and day on a circle,
    so that December is beside January)."""
    days = (column - np.datetime64("1970-01-01")) / np.timedelta64(1, "D")
    year = 2 * np.pi * column.dt.day_of_year / 365.25
    day = 2 * np.pi * (days % 1)
    return {
        name: days.to_numpy(float),
        f"{name} weekday": column.dt.day_of_week.to_numpy(float),
        **{f"{name} year {f.__name__}": f(year).to_numpy(float) for f in (np.sin, np.cos)},
        **{f"{name} day {f.__name__}": f(day).to_numpy(float) for f in (np.sin, np.cos)},
    }


def _cells_of(columns: dict[str, str]) -> dict[str, Cell]:
    """Which part of which column each name of `_parts` and `_values` stands for."""
    found: dict[str, Cell] = {}
    for name, kind in columns.items():
        if kind in ("categorical", "boolean"):
            found[name] = Cell(name, "category")
            continue
        found[f"{name} missing"] = Cell(name, "missing or not")
        if kind == "datetime":
            found[name] = Cell(name, "days")
            parts = ("weekday", "year sin", "year cos", "day sin", "day cos")
            found |= {f"{name} {part}": Cell(name, part) for part in parts}
        else:
            found[name] = Cell(name, "value")
            found[name + VALUES] = Cell(name, "value in words")
    return found


def _values(numbers: dict[str, np.ndarray], columns: dict[str, str]) -> dict[str, list[str]]:
    """{its second name: its cells as categories} of each column of numbers whose values return and are more
    than two; none where that name is taken."""
    found = {}
    for name in (name for name, kind in columns.items() if kind == "numeric"):
        column, second = numbers[name], name + VALUES
        different = len(np.unique(column[np.isfinite(column)]))
        if 2 < different <= RETURNING * len(column) and second not in columns:
            found[second] = _cells(column)
    return found


def _cells(column: np.ndarray) -> list[str]:
    """Numbers as the names of categories."""
    return list(map(str, column.tolist()))


def _quantiles(column: np.ndarray) -> np.ndarray | None:
    """[QUANTILES], or None for a column with fewer than two values."""
    there = column[np.isfinite(column)]
    if len(there) == 0 or there.min() == there.max():
        return None
    return np.quantile(there, np.linspace(0, 1, QUANTILES))


def normal_scores(column: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """The value of a standard normal variable that has the same rank; 0 where missing. Equal values
    take the middle of their ranks. Clipped at the rank of the middle of the outermost step."""
    from scipy.special import ndtri

    ranks = np.linspace(0, 1, len(quantiles))
    low = np.interp(column, quantiles, ranks)
    high = 1 - np.interp(-column, -quantiles[::-1], ranks)
    edge = 0.5 / len(quantiles)
    scores = ndtri(np.clip((low + high) / 2, edge, 1 - edge))
    return np.where(np.isfinite(column), scores, 0.0)


def _categories(column: list[str]) -> list[str]:
    """The categories with enough rows, the commonest first; [] where all rows would share a code."""
    import collections

    counts = collections.Counter(column)
    enough = max(RARE, len(column) // 1000)
    known = [
        c for c, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= enough
    ]
    return known[: MAX_CATEGORIES - 1] if len(counts) > 1 else []


def lay(encoder: TableEncoder, one: Frame, parts: Any) -> np.ndarray:
    """Parts of the numbers [N], of a vector for each code and each text, on the columns of the row."""
    names = [*encoder.quantiles, *encoder.categories, *encoder.texts]
    shares = [*parts.inputs[0], *(vector.sum() for vector in parts.vectors)]
    columns = [str(name) for name in one.frame.columns]
    found = np.zeros(len(columns))
    for name, share in zip(names, shares, strict=False):
        found[columns.index(_owner(name, columns))] += share
    return found


def _owner(name: str, columns: list[str]) -> str:
    """The column that a part ("date weekday", "size missing") was made of."""
    if name in columns:
        return name
    return max((column for column in columns if name.startswith(f"{column} ")), key=len)
