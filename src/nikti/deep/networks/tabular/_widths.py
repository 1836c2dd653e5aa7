"""How wide a table is once `_columns` took it in, and what that costs; no torch, for the plan."""

from __future__ import annotations

from nikti.deep.shapes import TableShape

#: Vectors of categories are no longer than this.
CODE_WIDTH = 16
TEXT_WIDTH = 64


def columns_width(shape: TableShape, number_width: int = 0) -> int:
    """Features of one row."""
    codes = sum(min(size, CODE_WIDTH) for size in shape.cardinalities)
    return shape.numeric * (number_width or 1) + codes + len(shape.texts) * TEXT_WIDTH


def columns_seconds(shape: TableShape) -> float:
    """Training seconds of looking up one row's codes and tokens (measured, one thread, in batches
    of 256)."""
    tokens = sum(5e-7 * text.length + 2e-9 * text.vocabulary for text in shape.texts)
    return 4e-6 + 6e-7 * len(shape.cardinalities) + tokens
