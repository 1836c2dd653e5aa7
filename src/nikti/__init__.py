"""nikti: weighs machine learning on hand-made features against deep learning on raw data, on yours.

    import nikti
    run = nikti.compare("photos/", time_limit="10m")
    run.verdict; run.leaderboard(); run.report("photos.html")
    run.best.predict(["new.jpg"])

Importing nikti loads nothing heavy; the first call does.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

from nikti.core.version import __version__

__all__ = [
    "__version__",
    "compare",
    "contenders",
    "datasets",
    "doctor",
    "explain",
    "inspect",
    "load_model",
    "open_run",
    "plan",
    "pretrain",
    "resume",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("nikti.api"), name)
    raise AttributeError(f"module 'nikti' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__


class _Front(ModuleType):
    """Keeps `nikti.datasets` the function that lists data sets.

    Importing the folder of the same name would put that module in its place, as imports do;
    `from nikti.datasets import digits` works all the same.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Front
