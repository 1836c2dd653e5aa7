"""Every contender's way from a sample to an answer as plain data: it is there, says what it cannot say, and
where it says all, whoever computes it gets the model's own answers."""

import dataclasses

import numpy as np
import pytest

from nikti.core import decoding, steps
from nikti.core.answers import Boxes
from nikti.core.graph import Estimator, Graph, Missing
from nikti.core.inputs import Frame, Questions
from nikti.modalities.image import formed, picture_sizes

from .interpreter import WHOLE, run
from .test_contenders import everything, fitted, suited

#: What the parts are called that are code in themselves, whatever is measured.
CODE = {"estimator", "second stage", "beam search", "words of the answer", "n-grams", "boxes"}


#: After which step there are probabilities, the last of several first.
PROBABILITIES = (decoding.AllClasses, decoding.Softmax, decoding.Sigmoid)


def raw_of(inputs):
    """Samples by the names that a graph reads them by."""
    if isinstance(inputs, Questions):
        samples = [inputs[row] for row in range(len(inputs))]
        return {"question": [s.question for s in samples], "passage": [s.passage for s in samples]}
    if isinstance(inputs, Frame):
        return {WHOLE: inputs.frame.iloc[:, 0], **dict(inputs.frame.items())}
    return {steps.SAMPLE: [inputs[row] for row in range(len(inputs))]}


def measured(graph, model, inputs):
    """What the named features give: a graph says which they are, and no more."""
    by_name = getattr(getattr(model, "features", None), "parts", None)
    found = {}
    for step in graph.steps:
        if not isinstance(step, steps.Measure):
            continue
        if by_name is not None:
            found[step.to] = by_name.both[step.to].transform(model.features.formed(inputs).raw())
        elif "view" in step.parameters:
            from nikti.classical.tasks._faces.model import measured

            found[step.to] = measured(inputs, model.form, step.parameters["view"])
        else:
            from nikti.classical.tasks._segmentation.filters import BANKS

            bank = BANKS[step.parameters["bank"]]
            seen = [bank.features(picture).astype(np.float16) for picture in formed(inputs, model.form)]
            found[step.to] = np.stack(seen).astype(np.float32)
    return found


def plain(graph):
    """Every part of a graph: a frozen dataclass of plain data, arrays, and at most one learned object."""
    parts = [graph, graph.estimator, *graph.inputs, *graph.steps, *graph.decoding, *graph.missing]
    assert all(dataclasses.is_dataclass(part) and part.__dataclass_params__.frozen for part in parts)
    return parts


@pytest.mark.parametrize(("task_name", "side_name", "name"), everything())
def test_graph(task_name, side_name, name):
    task, data, wider = suited(task_name, side_name, name)
    _, model, test = fitted(task, data, side_name, name, epochs=1 if wider else 2, folds=1)
    graph = model.graph()

    assert isinstance(graph, Graph) and isinstance(graph.estimator, Estimator) and graph.inputs
    plain(graph)
    assert all(isinstance(m, Missing) and m.part and len(m.reason) > 10 for m in graph.missing)
    # Names: each step reads what is there by then, and so does the estimator.
    there = {value.name for value in graph.inputs}
    for step in graph.steps:
        of = step.of if isinstance(step.of, tuple) else (step.of,)
        assert {getattr(one, "column", one) for one in of} <= there
        assert step.to not in there
        there.add(step.to)
    assert {value.name for value in graph.estimator.inputs} <= there
    # What is named and not said is owned up to.
    code = {step.feature for step in graph.steps if isinstance(step, steps.Measure)}
    assert code <= {m.part for m in graph.missing}
    if {m.part for m in graph.missing} - code:
        assert {m.part for m in graph.missing} - code <= CODE
        return

    sizes = picture_sizes(test.inputs).tolist() if data.modality == "image" else None
    found, met = run(graph, raw_of(test.inputs), sizes, measured(graph, model, test.inputs))
    proba, predicted = model.predict_proba(test.inputs), model.predict(test.inputs)
    if proba is not None:
        chances = next(met[kind] for kind in PROBABILITIES if kind in met)
        np.testing.assert_allclose(chances, proba, rtol=1e-3, atol=1e-4)
        if decoding.Sigmoid in met:
            np.testing.assert_array_equal(found[abs(proba - 0.5) > 1e-3], predicted[abs(proba - 0.5) > 1e-3])
            return
        sure = np.sort(proba, axis=1)[:, -1] - np.sort(proba, axis=1)[:, -2] > 1e-3
        np.testing.assert_array_equal(found[sure], predicted[sure])
    elif isinstance(predicted, Boxes):
        alike(found, predicted)
    elif data.targets.dtype.kind in "fiu" and np.ndim(predicted) < 3:
        np.testing.assert_allclose(found, predicted, rtol=1e-3, atol=1e-3)
    else:  # masks: where two classes are as likely, rounding decides
        same = [np.mean(one == two) for one, two in zip(found, predicted, strict=True)]
        assert min(same) > 0.99


def alike(found, predicted):
    """Boxes of at least a little score, in their order; equal scores may change places."""
    for row in range(len(predicted)):
        mine, theirs = (np.asarray(boxes).reshape(-1, 6) for boxes in (found[row], predicted[row]))
        assert len(mine) == len(theirs)
        np.testing.assert_allclose(mine[:, 5], theirs[:, 5], atol=1e-4)
        for box in mine:
            assert np.abs(theirs - box).max(axis=1).min() < 1e-2
