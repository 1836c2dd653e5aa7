"""A classical model as plain data: its features, the steps of its estimator that are nikti's own, the
estimator of scikit-learn or LightGBM behind them, and what makes its answers complete. See
`nikti.core.graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nikti import modalities
from nikti.classical.bayes_ratio import WeighedSVM
from nikti.classical.features_of import LARGEST, Features
from nikti.classical.fitted import Fitted
from nikti.classical.label_by_label import LabelByLabel
from nikti.core.decoding import AllClasses, Argmax, Rescale, Softmax
from nikti.core.graph import Estimator, Graph, Linear, Missing, python_only
from nikti.core.steps import SAMPLE, Clip, Join, Measure, Resize, Tfidf, Value

if TYPE_CHECKING:
    from nikti.classical.model import ClassicalModel

#: What the cells of a column hold, by its kind; of the others, words.
DTYPES = {"numeric": "float64", "boolean": "bool", "datetime": "datetime"}
#: The name of pictures that have the size of those of training.
RESIZED = "resized"
#: Top-level packages whose estimators a converter can know.
LIBRARIES = {"sklearn": "scikit-learn", "lightgbm": "lightgbm"}


def graph(model: ClassicalModel) -> Graph:
    """The whole way of a model that works on a table of features."""
    raw, steps = features(model.features)
    blocks = model.features.blocks()
    width = blocks[-1][1].stop if blocks else 0
    if isinstance(model.fitted, LabelByLabel):
        read = (Value(steps[-1].to, "float32", (None, width)),)
        each = Estimator("python", model.fitted, "predict_proba", read)
        why = Missing("estimator", "an estimator for each label, asked one after the other by Python code")
        return Graph(raw, steps, each, (), (*python_only(steps), why))
    own, estimator, foreign = _estimator(model.fitted, steps[-1].to, width)
    steps = (*steps, *own)
    return Graph(raw, steps, estimator, _decoding(model.fitted, estimator), (*python_only(steps), *foreign))


def features(known: Features) -> tuple[tuple[Value, ...], tuple[Any, ...]]:
    """(what a raw sample is, the steps to one table named "features")."""
    blocks = [
        step
        for name, transformer in known.parts.both.items()
        for step in steps_of(transformer, name, SAMPLE if "size" not in known.form else RESIZED)
    ]
    counted = [step for step in blocks if isinstance(step, Tfidf)]
    plain = [step for step in blocks if not isinstance(step, Tfidf)]
    join = Join(tuple(step.to for step in (*plain, *counted)), "features", LARGEST)
    if "columns" in known.form:
        columns = known.form["columns"]
        raw = tuple(Value(name, DTYPES.get(kind, "str"), (None,)) for name, kind in columns.items())
        return raw, (*blocks, join)
    if "size" in known.form:
        return pictures(known.form, (*blocks, join))
    words = modalities.of(known.modality).WORDS
    series = Value(SAMPLE, "float32", (None, None, None))
    return (Value(SAMPLE, "str", (None,)) if words else series,), (*blocks, join)


def pictures(form: dict[str, Any], steps: tuple[Any, ...]) -> tuple[tuple[Value, ...], tuple[Any, ...]]:
    """(what a raw picture or clip is, the steps that read it as RESIZED behind what makes it so)."""
    if "frames" in form:
        clip = Clip(SAMPLE, RESIZED, form["frames"], form["size"])
        return (Value(SAMPLE, "uint8", (None, None, None, None, None)),), (clip, *steps)
    resize = Resize(SAMPLE, RESIZED, form["size"], form["channels"])
    return (Value(SAMPLE, "uint8", (None, None, None, None)),), (resize, *steps)


def steps_of(transformer: Any, name: str, of: str) -> tuple[Any, ...]:
    """A feature's own `graph`, or else a step with its name and learned state."""
    if hasattr(transformer, "graph"):
        found = transformer.graph(name)
        return found if isinstance(found, tuple) else (found,)
    parameters = {k: v for k, v in vars(transformer).items() if not k.startswith("_") and not callable(v)}
    parameters.pop("functions_", None)  # of the user's own file: code
    columns = tuple(map(str, transformer.get_feature_names_out()))
    return (Measure(of, name, _path(transformer, name), columns, parameters),)


def _path(transformer: Any, name: str) -> str:
    """The file of a feature: of one that only measures, the file that it found by name."""
    if hasattr(transformer, "_file"):
        return transformer._file().__name__.removeprefix("nikti.").replace(".", "/")
    return type(transformer).__module__.removeprefix("nikti.").replace(".", "/")


def _estimator(fitted: Fitted, of: str, width: int) -> tuple[tuple[Any, ...], Estimator, tuple[Missing, ...]]:
    """(steps of nikti's own in front of it, the estimator, what no converter can know of it)."""
    if fitted.estimator is None:  # one class in training: it is the answer
        answer = np.ones(1)
        return (), Estimator("constant", answer, "", ()), ()
    parts = [part for _, part in getattr(fitted.estimator, "steps", [("", fitted.estimator)])]
    own: list[Any] = []
    while len(parts) > 1 and hasattr(parts[0], "graph"):
        step = parts.pop(0).graph(of, f"features {len(own) + 1}")
        own.append(step)
        of, width = step.to, len(step.columns) if hasattr(step, "columns") else width
    parts = [part for part in parts if not isinstance(part, str)]  # "passthrough"
    read = (Value(of, "float32", (None, width)),)
    last = parts[-1]
    call = next(c for c in ("predict_proba", "decision_function", "predict") if hasattr(last, c))
    call = call if fitted.probabilities else "predict"
    if isinstance(last, WeighedSVM):
        return tuple(own), Estimator("linear", Linear(last.coef_.T, last.intercept_), "", read), ()
    model = parts[0]
    if len(parts) > 1:
        from sklearn.pipeline import Pipeline

        model = Pipeline([(f"step {number}", part) for number, part in enumerate(parts)])
    library = library_of(last)
    why = f"{type(last).__name__} is Python code of yours, from {type(last).__module__}"
    foreign = (Missing("estimator", why),) if library == "python" else ()
    return tuple(own), Estimator(library, model, call, read), foreign


def library_of(estimator: Any) -> str:
    """The library that an estimator (a pipeline's last step) comes from; "python" for any other."""
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    return LIBRARIES.get(type(last).__module__.split(".")[0], "python")


def _decoding(fitted: Fitted, estimator: Estimator) -> tuple[Any, ...]:
    """Probabilities of all classes and the likeliest one; or values in their own units."""
    if not fitted.probabilities:
        return (Rescale(fitted.centre, fitted.spread),)
    decides = estimator.call == "decision_function" or estimator.library == "linear"
    soft = (Softmax(fitted.temperature),) if decides else ()
    return (*soft, AllClasses(tuple(int(code) for code in fitted.present), fitted.classes), Argmax(1))
