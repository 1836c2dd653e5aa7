"""The angular margin by hand; what a trained embedder keeps."""

import math

import numpy as np
import pytest

from nikti.core.contender import Budget
from nikti.datasets import faces
from nikti.deep import side
from nikti.deep.answers import embedding
from nikti.deep.answers.embedding import EMBEDDING, MARGIN, SCALE
from nikti.deep.schedule import Recipe
from nikti.tasks.face_verification import TASK


class Network:
    """What the loss looks at: the people's directions."""

    def __init__(self, persons):
        self.persons = persons


def test_the_margin_by_hand():
    import torch

    network = Network(torch.tensor([[2.0, 0.0], [0.0, 5.0]]))  # at 0 and at 90 degrees
    raw = torch.tensor([[3 * math.cos(0.3), 3 * math.sin(0.3)]])
    found = embedding.loss(network, raw, torch.tensor([0]), Recipe(label_smoothing=0.0)).item()
    right, other = SCALE * math.cos(0.3 + MARGIN), SCALE * math.cos(math.pi / 2 - 0.3)
    assert found == pytest.approx(math.log1p(math.exp(other - right)), rel=1e-4)
    # Opposite to its own person it cannot come back round the circle: the cosine stays at -1.
    behind = embedding.loss(
        network, torch.tensor([[-1.0, 1e-3]]), torch.tensor([0]), Recipe(label_smoothing=0.0)
    ).item()
    assert behind == pytest.approx(SCALE * 1.001, rel=1e-2)


def test_its_slope_is_finite_everywhere():
    import torch

    raw = torch.tensor([[1.0, 0.0], [-1.0, 0.0]], requires_grad=True)
    network = Network(torch.tensor([[1.0, 0.0], [0.0, 1.0]], requires_grad=True))
    embedding.loss(network, raw, torch.tensor([0, 0]), Recipe()).backward()
    assert torch.isfinite(raw.grad).all() and torch.isfinite(network.persons.grad).all()


def test_answers_are_in_units_of_the_threshold():
    found = np.eye(3, dtype=np.float32)[[0, 0, 1, 2]]
    _, threshold = embedding.calibrated(found, np.array([0, 0, 1, 1]), None, None)
    assert 0 < threshold
    said = embedding.finish(found, (0.0, threshold), None, None)
    assert np.linalg.norm(said[0] - said[2]) == pytest.approx(math.sqrt(2) / threshold)
    codes, scaling = embedding.learnable(np.array([7, 3, 7]), None, None)
    assert codes.tolist() == [1, 0, 1] and scaling == (0.0, 1.0)


def said_of(folder, people):
    """The people whose names stand in a file of the folder."""
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return [name for name in people if f'"{name}"'.encode() in written]


def test_an_embedder_forgets_its_people_and_is_the_same_from_disk(tmp_path):
    data = TASK.prepare(faces.load(persons=12, pictures=5))
    train, test = data.subset(np.flatnonzero(data.targets < 8)), data.subset(np.flatnonzero(data.targets > 7))
    contender = side.contender("small_embedder", TASK, {})
    rows = np.arange(len(train))
    inner = [(rows[train.targets > 2], rows[train.targets < 3])]
    options = {"seed": 0, "progress": lambda done, text: None}
    model = contender.fit(TASK, train, inner=inner, budget=Budget(tries=1, epochs=2), **options)
    assert not hasattr(model.network, "persons")
    said = model.predict(test.inputs)
    assert said.shape == (len(test), EMBEDDING) and said.dtype == np.float32
    threshold = model.report.params["threshold"]
    np.testing.assert_allclose(np.linalg.norm(said, axis=1), 1 / threshold, rtol=1e-4)
    assert model.explainer() is None and model.predict_proba(test.inputs) is None
    model.save(tmp_path)
    assert model.classes == () and not said_of(tmp_path, data.classes)
    np.testing.assert_array_equal(side.load_model(tmp_path, {}).predict(test.inputs), said)
    known = Budget(tries=0, params=model.report.params, stop=model.report.stop, epochs=2)
    again = contender.fit(TASK, train, inner=[], budget=known, **options)
    np.testing.assert_array_equal(again.predict(test.inputs), said)
