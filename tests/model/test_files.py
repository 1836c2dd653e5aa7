"""Explanations as files: a page that stands alone, and a picture for each picture."""

import numpy as np
import pytest

from nikti.core.inputs import Stack, Texts
from nikti.model import files
from tests.report.test_html import Outline


def row(number, name, weights, contender="mlp", side="deep", **more):
    said = {"class": "cat", "method": "occlusion", "method_title": "occlusion", "faithful": True}
    return (
        {"row": number, "input": name, "contender": contender, "side": side, "weights": weights} | said | more
    )


@pytest.fixture
def pictures():
    return Stack(np.random.default_rng(0).integers(0, 255, (2, 24, 24, 3), dtype=np.uint8))


def read(path):
    import cv2

    return cv2.imread(str(path))[:, :, ::-1]


def test_each_picture_gets_one_for_each_explanation(tmp_path, pictures):
    warm = np.zeros((24, 24))
    warm[4:8, 4:8] = 1.0
    rows = [row(k, f"{k}.png", warm, name) for k in range(2) for name in ("forest", "mlp")]
    page, *drawn = files.write(tmp_path / "out", rows, pictures, "image", "en")
    assert page == str(tmp_path / "out" / "explained.html")
    assert [path.rpartition("/")[2] for path in drawn] == [
        *("0-0-forest-0.png", "0-0-mlp-1.png", "1-1-forest-0.png", "1-1-mlp-1.png")
    ]
    first = read(drawn[0]).astype(int)
    assert first.shape[2] == 3 and np.ptp(first) > 50
    assert (first != read(drawn[2])).any()  # they are of two pictures


def test_names_of_inputs_are_no_paths(tmp_path, pictures):
    rows = [row(0, "../../elsewhere/a b?.png", np.ones((24, 24)))]
    _, drawn = files.write(tmp_path / "out", rows, pictures, "image", "en")
    assert drawn == str(tmp_path / "out" / "0-a_b_-mlp-0.png")
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.parametrize("lang", ["en", "bn"])
def test_the_page_stands_alone_and_says_its_language(tmp_path, pictures, lang):
    page, *_ = files.write(tmp_path, [row(0, "0.png", np.ones((24, 24)))], pictures, "image", lang)
    outline = Outline(open(page, encoding="utf-8").read())
    assert ("html", {"lang": lang}) in outline.tags
    sources = [attrs["src"] for tag, attrs in outline.tags if tag == "img"]
    assert sources and all(source.startswith("data:image/") for source in sources)


def test_texts_are_marked_on_the_page_and_have_no_pictures(tmp_path):
    texts = Texts(["ভালো নাটক", "<b>bold</b>"])
    rows = [row(k, f"text {k}", np.linspace(-1, 1, len(texts[k])), "svm", "classical") for k in range(2)]
    (page,) = files.write(tmp_path, rows, texts, "text", "en")
    written = open(page, encoding="utf-8").read()
    shown = "".join(text for _, text in Outline(written).text)
    assert "নাটক" in shown and "<b>bold</b>" not in written
    assert [path.name for path in tmp_path.iterdir()] == ["explained.html"]
