"""The user's own features: a Python file of functions that take one raw sample.

def tail_length(image): ...          # returns a number: the column "tail_length"
def colours(image): ...              # returns {"red": 0.2, "blue": 0.7}: "colours.red", "colours.blue"
"""

from __future__ import annotations

import hashlib
import inspect
import math
import numbers
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from nikti.core import catalogue
from nikti.core.errors import UsageError
from nikti.core.words import Words

TITLE = Words(en="the user's own features", bn="ব্যবহারকারীর নিজের ফিচার")
STATELESS = True

LARGEST = float(np.finfo(np.float32).max)


class UserFeatures(TransformerMixin, BaseEstimator):
    """The functions of one file as columns.

    Public functions that are defined in the file itself are used, in the order of the file; names
    that begin with _ are the file's own business. A sample is an image uint8 [H, W, C], a str, a series
    float32 [channels, length], or a table's row as a dict.

    columns: names as a saved model recorded them; None: the first sample's answers decide.
    `source` and `sha256` are the file's text and its hash at the time of loading.
    """

    def __init__(self, path: str | Path, columns: Sequence[str] | None = None):
        self.path = path
        self.columns = columns
        self.functions_ = _functions(Path(path))
        content = Path(path).read_bytes()
        self.source = content.decode("utf-8", errors="replace")
        self.sha256 = hashlib.sha256(content).hexdigest()

    def fit(self, samples: Sequence[Any], targets: object = None) -> UserFeatures:
        """Learn the names of the columns from the first sample. Raises UsageError as `transform`."""
        self.columns_ = list(self.columns) if self.columns is not None else list(self._row(samples[0], 0))
        return self

    def transform(self, samples: Sequence[Any]) -> np.ndarray:
        """Columns float32 [n, d]; NaN where a function answered NaN or left a key out.

        Raises UsageError, with the function and the sample's number (from 0), if a function raises,
        answers something that is not a finite number or NaN, or answers a key that the first
        sample did not have.
        """
        if not hasattr(self, "columns_"):
            self.fit(samples)
        place = {name: column for column, name in enumerate(self.columns_)}
        table = np.full((len(samples), len(place)), np.nan, dtype=np.float32)
        for number in range(len(samples)):
            for name, value in self._row(samples[number], number).items():
                if name not in place:
                    raise UsageError(
                        f"{self.path}: the feature {name!r} came for sample {number} "
                        "but not for the first one; "
                        f"known: {', '.join(place)}. Return the same keys for every sample "
                        "(float('nan') where there is nothing to measure)."
                    )
                table[number, place[name]] = value
        return table

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """ "function" or "function.key" for each column; known after `fit`."""
        return np.array(self.columns_, dtype=object)

    def _row(self, sample: Any, number: int) -> dict[str, float]:
        """All answers for one sample, by column name."""
        row: dict[str, float] = {}
        for name, function in self.functions_.items():
            where = f"{self.path}: {name}() on sample {number}"
            try:
                answer = function(_guarded(sample))
            except Exception as error:
                raise UsageError(
                    f"{where} raised {type(error).__name__}: {error}{_line(error, self.path)}. "
                    "Return float('nan') where it cannot be measured."
                ) from error
            if isinstance(answer, dict):
                row |= {
                    f"{name}.{key}": _number(value, f"{where}, key {key!r},") for key, value in answer.items()
                }
            else:
                row[name] = _number(answer, where)
        return row


def load(path: str | Path, columns: Sequence[str] | None = None) -> UserFeatures:
    """The features of a user's file; `columns` as recorded with a saved model.

    Raises UsageError if the file is missing, cannot be imported, or has no usable function.
    """
    return UserFeatures(path, columns)


def _functions(path: Path) -> dict[str, Callable[[Any], Any]]:
    """Public functions of the file in its order; each must be callable with one argument."""
    module = catalogue.load_file(path)
    found: dict[str, Callable[[Any], Any]] = {
        name: function
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    }
    if not found:
        raise UsageError(
            f"{path} has no public function. A feature takes one sample and returns a number, such as\n"
            "    def brightness(image):\n"
            '        """Mean grey level."""\n'
            "        return image.mean()"
        )
    for name, function in found.items():
        try:
            inspect.signature(function).bind(None)
        except TypeError:
            raise UsageError(
                f"{path}: {name}{inspect.signature(function)} must take one argument, the raw sample. "
                f"If it is a helper and no feature, call it _{name}."
            ) from None
    return found


def _guarded(sample: Any) -> Any:
    """The sample so that one function cannot change what the next one, or the network, sees."""
    if isinstance(sample, np.ndarray):
        sample = sample.view()
        sample.flags.writeable = False
        return sample
    return dict(sample) if isinstance(sample, dict) else sample


def _number(value: Any, where: str) -> float:
    """The value as a float; NaN is allowed, for "cannot be measured"."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, (numbers.Real, np.bool_)):
        raise UsageError(
            f"{where} returned {_shown(value)}; allowed are a number, or a dict of numbers by name."
        )
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats
        number = math.inf
    if abs(number) > LARGEST:
        raise UsageError(
            f"{where} returned {number}, too large to compute with. "
            "Return float('nan') where it cannot be measured."
        )
    return number


def _shown(value: Any) -> str:
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {list(value.shape)}"
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"


def _line(error: Exception, path: str | Path) -> str:
    """ " (line 12)": where in the user's file the error came from; "" if it did not pass there."""
    lines, step = [], error.__traceback__
    while step is not None:
        if Path(step.tb_frame.f_code.co_filename).resolve() == Path(path).resolve():
            lines.append(step.tb_lineno)
        step = step.tb_next
    return f" (line {lines[-1]})" if lines else ""
