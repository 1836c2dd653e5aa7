"""How the cells of a table are written: what training settled and prediction keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from nikti.core.errors import ModelError
from nikti.core.words import Words

_NO_READING = Words(
    en="the card of the model does not say how its table was read: {error}",
    bn="মডেলের কার্ডে লেখা নেই তার টেবিল কীভাবে পড়া হয়েছিল: {error}",
)


@dataclass(frozen=True)
class CellFormat:
    """How the cells of one column are written.

    decimal    the mark before the fraction of a number, "." or ","
    thousands  the mark between groups of digits: "", ",", ".", "'" or " "
    unit       what stands beside the digits ("$", "kg", "%"); a cell may lack it, but has no other
    clock      times and durations such as 12:34, which become seconds
    first      "day" or "month", whichever comes first in dates such as 31/3/2024; "" where no date is
               written that way
    """

    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    clock: bool = False
    first: str = ""

    def to_json(self) -> dict[str, Any]:
        """What differs from plain numbers and dates.

        >>> CellFormat(decimal=",", unit="kg").to_json()
        {'decimal': ',', 'unit': 'kg'}
        """
        plain = asdict(CellFormat())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


#: 1234.5, 2024-03-31.
PLAIN = CellFormat()


@dataclass(frozen=True)
class Reading:
    """How a table was read.

    header   whether its first line held the names of the columns
    columns  all of its columns, in their order, those without use and the answer among them
    target   the column of the answer, "" where there is none
    formats  {column: CellFormat} of those that are not plain
    """

    header: bool = True
    columns: tuple[str, ...] = ()
    target: str = ""
    formats: Mapping[str, CellFormat] = field(default_factory=dict)

    def of(self, column: str) -> CellFormat:
        """The format of one column."""
        return self.formats.get(column, PLAIN)

    def to_json(self) -> dict[str, Any]:
        """For a model's card; `from_json` is the way back."""
        formats = {name: one.to_json() for name, one in self.formats.items() if one != PLAIN}
        known = {"header": self.header, "columns": list(self.columns), "target": self.target}
        return known | {"formats": formats}

    @classmethod
    def from_json(cls, stored: Any) -> Reading | None:
        """None where nothing is stored, as by earlier versions. Raises ModelError for what `to_json` never
        wrote."""
        if stored is None:
            return None
        try:
            formats = {str(name): CellFormat(**one) for name, one in stored["formats"].items()}
            names = tuple(map(str, stored["columns"]))
            return cls(bool(stored["header"]), names, str(stored["target"]), formats)
        except (TypeError, KeyError, AttributeError) as error:
            raise ModelError(_NO_READING.format(error=error)) from None
