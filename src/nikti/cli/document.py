"""The `--json` document: plain JSON from what the api returns."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def jsonable(value: Any) -> Any:
    """The same value made of JSON's own types.

    NaN and infinities become null, which every reader of JSON understands; numpy numbers and arrays,
    paths and tuples become numbers, lists and text. Raises TypeError for anything else.

    >>> jsonable({"score": float("nan"), "interval": (0.5, 1.0), "run": Path("runs")})
    {'score': None, 'interval': [0.5, 1.0], 'run': 'runs'}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return jsonable(value.tolist())
    raise TypeError(f"a {type(value).__name__} has no place in a JSON document: {value!r}")


def to_json(document: Any) -> str:
    """The document as indented JSON; Bangla stays Bangla."""
    return json.dumps(jsonable(document), ensure_ascii=False, indent=2, allow_nan=False)
