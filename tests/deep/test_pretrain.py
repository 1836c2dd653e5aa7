"""Learning without labels: the loss against formulas written out, and the way from pictures to weights."""

import json

import numpy as np
import pytest

import nikti
from nikti.core.errors import DataError, UnknownName, UsageError
from nikti.core.inputs import Stack
from nikti.deep import pretrained, side
from nikti.deep.encoders import image
from nikti.deep.pretraining.image import vicreg
from nikti.tasks.image_classification import TASK


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    import torch

    torch.set_num_threads(1)
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))


def test_the_loss_is_the_papers():
    """Section 4.1 of Bardes et al., sums written out."""
    import torch

    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(2, 7, 4)) * [[0.1, 1, 2, 3]]
    n, d = one.shape

    def variance(z):
        return sum(max(0.0, 1.0 - np.sqrt(z[:, j].var(ddof=1) + 1e-4)) for j in range(d)) / d

    def covariance(z):
        c = np.cov(z.T)
        return sum(c[i, j] ** 2 for i in range(d) for j in range(d) if i != j) / d

    distance = sum(((one[i] - two[i]) ** 2).sum() for i in range(n)) / (n * d)
    expected = 25 * distance + 25 * (variance(one) + variance(two)) + covariance(one) + covariance(two)
    assert vicreg(torch.tensor(one), torch.tensor(two)).item() == pytest.approx(expected)


def test_views_differ_more_than_augmented_images():
    import torch

    pixels = np.random.default_rng(0).integers(0, 255, (16, 28, 28, 1), dtype=np.uint8)
    encoder = image.fit(Stack(pixels), seed=0, options={})
    batch = encoder.batch(encoder.encode(Stack(pixels)))
    smooth = (torch.nn.functional.avg_pool2d(batch[0], 9, 1, 4),)
    moved = [
        (change(smooth, torch.Generator().manual_seed(0))[0] - smooth[0]).square().mean().item()
        for change in (encoder.augment, encoder.view)
    ]
    assert moved[1] > 2 * moved[0] > 0


def squares(n=96, size=16):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 60, (n, size, size, 1), dtype=np.uint8)
    for picture in pixels:
        top, left = rng.integers(0, size - 6, 2)
        picture[top : top + 6, left : left + 6] = 255
    return pixels


def test_from_pictures_to_weights_that_compare_takes(tmp_path):
    events = []
    made = nikti.pretrain(squares(), out=tmp_path / "b", epochs=4, device="cpu", on_event=events.append)
    assert made["pictures"] == 96 and len(made["loss"]) == 4 and made["loss"][-1] < made["loss"][0]
    assert {event["event"] for event in events} == {"pretraining"}
    config = json.loads((tmp_path / "b" / "config.json").read_text())
    assert config["pretrained_cfg"]["input_size"] == [1, 16, 16]
    options = {"pretrained": str(tmp_path / "b")}
    contender = side.contender("small_cnn_pretrained", TASK, options)
    assert contender.weights.size == 16 and contender.weights.params["width"] == 24
    found = pretrained.tensor_shapes(tmp_path / "b" / "model.safetensors")
    assert "head.weight" not in found
    # The same seed, the same weights.
    nikti.pretrain(squares(), out=tmp_path / "again", epochs=4, device="cpu")
    one, two = ((tmp_path / f / "model.safetensors").read_bytes() for f in ("b", "again"))
    assert one == two
    with pytest.raises(UsageError, match="exists already"):
        nikti.pretrain(squares(), out=tmp_path / "b")


def test_a_folder_of_loose_pictures(tmp_path):
    import cv2

    (tmp_path / "photos" / "more").mkdir(parents=True)
    for number, picture in enumerate(squares(70)):
        where = tmp_path / "photos" / ("more" if number % 2 else ".")
        cv2.imwrite(str(where / f"{number}.png"), picture)
    (tmp_path / "photos" / "broken.png").write_bytes(b"no picture")
    made = nikti.pretrain(tmp_path / "photos", out=tmp_path / "b", epochs=1, device="cpu")
    assert made["pictures"] == 70


def test_what_cannot_be_learned_from_is_refused(tmp_path):
    for words, error, said in (
        ({"source": squares(10)}, DataError, "too few"),
        ({"source": squares(), "network": "mlp"}, UsageError, "cannot be pre-trained"),
        ({"source": squares(), "network": "small_cn"}, UnknownName, "Did you mean 'small_cnn'"),
        ({"source": squares(), "epochs": 0}, UsageError, "no training"),
        ({"source": "wine"}, DataError, "only pictures and texts"),
    ):
        with pytest.raises(error, match=said):
            nikti.pretrain(out=tmp_path / "b", **words)
        assert not (tmp_path / "b").exists() and not list(tmp_path.glob(".*.part"))
