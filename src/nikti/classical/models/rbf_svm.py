"""Support vector machine with radial basis functions: borders of any shape between classes."""

from __future__ import annotations

from typing import Any

from nikti.classical.methods import KERNEL
from nikti.classical.shape import Shape
from nikti.core.words import Words

TITLE = Words(en="support vector machine with RBF kernel", bn="RBF কার্নেলের সাপোর্ট ভেক্টর মেশিন")
ANSWERS = ("label", "value")
PRESETS = ("medium", "best")
METHOD = KERNEL
REPRESENTS = False
VIEW = "linear"

MOST_ROWS = 20_000
#: Distances in wide tables are measured among this many components, at no loss of accuracy.
COMPONENTS = 100

TOO_MANY = Words(
    en="{n:,} rows; its time grows with their square, and more than {most:,} take too long",
    bn="{n}টি সারি; এর সময় সারির সংখ্যার বর্গের হারে বাড়ে, {most}টির বেশি হলে খুব বেশি সময় লাগে",
)


def candidates(shape: Shape) -> tuple[dict[str, Any], ...]:
    """Settings worth comparing, the best default first. C is the inverse of the penalty."""
    return ({"C": 10.0}, {"C": 1.0}, {"C": 100.0}) if shape.answer == "label" else ({"C": 3.0}, {"C": 30.0})


def build(shape: Shape, *, seed: int, threads: int, C: float) -> Any:
    """A pipeline over a table of features."""
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVC, SVR

    from nikti.classical.scaling import Scale, reducer

    front = (
        Scale(shape.dense, 0.1 if shape.sparse else 1.0, keep_flags=True),
        reducer(shape, COMPONENTS, seed),
    )
    if shape.answer == "label":
        return make_pipeline(*front, SVC(C=C, gamma="scale", cache_size=200, random_state=seed))
    return make_pipeline(*front, SVR(C=C, gamma="scale", cache_size=200))


def accepts(shape: Shape) -> Words | None:
    """Why these data are too much for it, or None."""
    if shape.n > MOST_ROWS:
        return TOO_MANY.format(n=shape.n, most=MOST_ROWS)
    return None


def cost(shape: Shape) -> float:
    """Core-seconds of one fit (measured)."""
    width = min(shape.dense, COMPONENTS) if shape.sparse == 0 else COMPONENTS
    each = 1.2e-9 * max(1.0, shape.vectors / 10) if shape.answer == "label" else 3e-9
    return 0.05 + 1.5e-7 * shape.n * shape.filled + each * shape.n**2 * width
