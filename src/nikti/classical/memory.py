"""How much memory a fit on hand-made features will need, from the shape of its table."""

from __future__ import annotations

from nikti.classical.shape import Shape

#: Megabytes that a trial's process touches whatever it fits: pages of libraries, a small table.
BASE_MB = 35.0

#: Tables of float32 that are alive at once at the worst moment, the table itself among them: the rows
#: looked up, a scaled copy in float64, a solver's own copy, the inner splits. By view (measured: up to 9
#: and 3); a model with columns of its own makes as many as the first.
COPIES = {"linear": 10, "trees": 3, "own": 10}

#: A cell of a raw table that is no number, while it is read, split and encoded (measured).
CELL_BYTES = 230

#: A text's n-gram as a Python string in a vocabulary, and its places in tables of weights.
NGRAM_BYTES = 200

#: What a linear model keeps of a column, where each of several labels has one of its own.
WEIGHT_BYTES = 16

#: Nodes of a fully grown tree for each row it is grown on (measured: 0.3 to 0.6), and a node's bytes
#: besides a number for each class (`sklearn.tree._tree.Tree`).
NODES_PER_ROW, NODE_BYTES = 0.7, 64


def megabytes(shape: Shape, view: str, *, trees: int = 0, cells: int = 0) -> float:
    """Peak resident megabytes of a trial beyond an empty process.

    view: of the features, "linear", "trees" or "own"; trees: fully grown ones that the model keeps;
    cells: of the raw table that are no numbers.

    >>> from nikti.classical.shape import Shape
    >>> round(megabytes(Shape("label", n=4000, dense=1500, classes=10), "linear"))
    275
    """
    table = COPIES[view] * 4 * shape.n * shape.filled
    nodes = shape.fits * trees * NODES_PER_ROW * shape.n * (NODE_BYTES + 8 * shape.classes)
    weights = WEIGHT_BYTES * (shape.fits - 1) * shape.d
    return BASE_MB + (weights + table + nodes + CELL_BYTES * cells + NGRAM_BYTES * shape.sparse) / 1e6
