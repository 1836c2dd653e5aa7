"""What people get of faces: each picture's nearest other one, scores on people that no model knows, and the
pictures that only one side matched rightly."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

import nikti
from nikti.answers import embedding
from nikti.classical.tasks._faces.projections import Projection
from nikti.core.errors import DataError
from nikti.model.fitted import FittedModel
from nikti.storage.models import seal
from tests.cards import card

SIDE = 32
CARD = card("eigenfaces", task="face_verification", modality="image", classes=("somebody else",))


@pytest.fixture
def model(tmp_path):
    """Grey pixels as they are; standardised, two noises are at a distance of about sqrt(2 * 1024) = 45."""
    from nikti.classical.tasks._faces.model import VerificationModel

    projection = Projection(np.zeros(SIDE**2, np.float32), np.eye(SIDE**2, dtype=np.float32), False)
    folder = tmp_path / "model"
    VerificationModel("eigenfaces", {"size": SIDE, "channels": 1}, "grey", projection, 30.0).save(folder)
    seal(folder, CARD)
    return FittedModel(folder)


@pytest.fixture
def pictures(tmp_path):
    """Two persons, unknown to the model, with two pictures each, which differ by a little noise."""
    rng = np.random.default_rng(0)
    for person in ("ada", "bo"):
        (tmp_path / "new" / person).mkdir(parents=True)
        face = rng.integers(0, 255, (SIDE, SIDE))
        for number in (1, 2):
            noisy = np.clip(face + rng.normal(0, 9, face.shape), 0, 255).astype(np.uint8)
            cv2.imwrite(str(tmp_path / "new" / person / f"{number}.png"), noisy)
    return tmp_path / "new"


def test_each_picture_gets_its_nearest_other_one(model, pictures):
    files = [pictures / "ada/1.png", pictures / "bo/1.png", pictures / "ada/2.png"]
    first, other, second = model.predict(files)
    assert first["prediction"] is True and first["nearest"] == second["input"]
    assert second["nearest"] == first["input"] and second["distance"] == first["distance"] < 1
    assert other["prediction"] is False and other["distance"] > 1

    (pictures / "bo/2.png").write_bytes(b"no picture")
    rows = model.predict([*files, pictures / "bo/2.png"])
    assert "error" in rows[3] and rows[3]["prediction"] is None and rows[0]["prediction"] is True
    with pytest.raises(DataError, match="at least two"):
        model.predict(files[:1])


def test_evaluated_on_people_that_it_does_not_know(model, pictures):
    found = model.evaluate(pictures)
    assert found["n"] == 4 and found["scores"]["verification_accuracy"] == found["score"] == 1.0
    assert found["scores"]["rank1_identification"] == 1.0


def test_the_gallery_shows_whom_each_side_took_a_picture_for():
    result = SimpleNamespace(
        rows=np.array([0, 2, 3]),
        predicted=np.array([[0.0], [5.0], [1.0]]),  # 0 and 3 are nearest each other, 2 is nearest 3
    )
    found = embedding.judged(result, np.array([7, 7, 8, 7]))
    assert [(who, loss) for who, loss, _ in found] == [(7, 0.0), (7, 1.0), (7, 0.0)]


def test_a_model_that_leaves_the_run_names_nobody(pictures, tmp_path):
    for number in range(3, 6):  # as many pictures as a comparison asks for
        for person in ("ada", "bo"):
            shutil.copy(pictures / person / "1.png", pictures / person / f"{number}.png")
    folder = nikti.train(pictures, "eigenfaces", task="face_verification", out=tmp_path / "sent").folder
    written = {path.name: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    assert "card.json" in written
    assert [name for name, content in written.items() if b'"ada"' in content or b'"bo"' in content] == []
