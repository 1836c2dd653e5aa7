"""A user's own estimator as a model file: any class or object with scikit-learn's fit and predict."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nikti.classical.shape import Shape
from nikti.core import catalogue
from nikti.core.contender import PRESETS, YOUR_OWN
from nikti.core.errors import UsageError
from nikti.core.words import Words

#: Core-seconds for each number of the training table: nothing is known of the estimator, and the plan
#: must assume something; about a linear model with a few dozen passes.
SECONDS_PER_NUMBER = 5e-7

OWN = Words(en="{name} from {file}", bn="{file} ফাইলের {name}")

_NOT_DEFINED = Words(
    en="{path} defines no {name}. Give --contender {file}:NAME with its name.",
    bn="{path} ফাইলে {name} নেই। ঠিক নামটি দিয়ে লিখুন --contender {file}:NAME",
)
_NO_ESTIMATOR = Words(
    en="{name} in {path} is no estimator: it needs fit(X, y) and predict(X).",
    bn="{path} ফাইলের {name} কোনো এস্টিমেটর নয়: এর fit(X, y) ও predict(X) থাকতে হবে।",
)


def model(path: str, name: str) -> SimpleNamespace:
    """What a file in `models/` offers, for the estimator `name` of a Python file.

    Raises UsageError if the file does not define it or it cannot fit and predict.
    """
    found = getattr(catalogue.load_file(path), name, None)
    if found is None:
        raise UsageError(_NOT_DEFINED.format(path=path, name=name, file=Path(path).name))
    if not (callable(getattr(found, "fit", None)) and callable(getattr(found, "predict", None))):
        raise UsageError(_NO_ESTIMATOR.format(name=name, path=path))

    def build(shape: Shape, *, seed: int, threads: int, **params: Any) -> Any:
        from sklearn.base import clone
        from sklearn.pipeline import make_pipeline

        from nikti.classical.scaling import Scale

        estimator = found() if isinstance(found, type) else clone(found)
        if "random_state" in getattr(estimator, "get_params", dict)():
            estimator.set_params(random_state=seed)
        return make_pipeline(Scale(shape.dense), estimator)

    return SimpleNamespace(
        __name__=name,
        TITLE=OWN.format(name=name, file=Path(path).name),
        ANSWERS=("label", "value"),
        PRESETS=PRESETS,
        METHOD=YOUR_OWN,
        REPRESENTS=True,
        VIEW="linear",
        candidates=lambda shape: ({},),
        build=build,
        accepts=lambda shape: None,
        cost=lambda shape: 0.1 + SECONDS_PER_NUMBER * shape.n * shape.filled,
    )
