"""Data sets that come with scikit-learn, as `Data`."""

from __future__ import annotations

from typing import Any

from nikti.core.data import Data
from nikti.core.inputs import Frame


def table(name: str, bunch: Any, target_name: str) -> Data:
    """A frame of float64 columns with scikit-learn's names; classes as text where it names them."""
    frame = bunch.data.astype("float64")
    if "target_names" in bunch:
        targets = bunch.target_names.astype(object)[bunch.target.to_numpy()]
    else:
        targets = bunch.target.to_numpy(dtype="float64")
    return Data(name, "table", Frame(frame), targets, target_name=target_name)
