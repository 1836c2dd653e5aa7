"""What Python users have in their hands."""

import numpy as np
import pytest

from nikti.core.columns import kinds
from nikti.core.data import Options
from nikti.core.errors import UsageError
from nikti.core.inputs import Ragged, Stack, Texts
from nikti.readers.memory import from_memory

RNG = np.random.default_rng(0)
FEW = Options()


def test_frame_with_target_inside_or_beside():
    import pandas as pd

    frame = pd.DataFrame(
        {"a": RNG.normal(size=40), "b": RNG.choice(["x", "y"], 40), "target": RNG.choice([0, 1], 40)}
    )
    inside = from_memory(frame, FEW)
    beside = from_memory(frame[["a", "b"]], FEW, y=frame["target"])
    pair = from_memory((frame[["a", "b"]], frame["target"].tolist()), FEW)
    for data in (inside, beside, pair):
        assert kinds(data.inputs.frame) == {"a": "numeric", "b": "categorical"}
        assert data.targets.tolist() == frame["target"].astype(str).tolist() and data.target_name == "target"
    assert list(frame.columns) == ["a", "b", "target"]  # the user's frame is left as it was


def test_typed_frame_columns():
    import pandas as pd

    frame = pd.DataFrame(
        {"when": pd.date_range("2024-01-01", periods=30, tz="Asia/Dhaka"), "ok": [True, False] * 15}
    )
    frame["kind"] = pd.Categorical(["p", "q", "r"] * 10)
    frame["whole"] = pd.array([1, None, 3] * 10, dtype="Int64")
    data = from_memory(frame, FEW, y=[1.5] * 15 + [2.5] * 15)
    assert kinds(data.inputs.frame) == {
        "when": "datetime",
        "ok": "boolean",
        "kind": "categorical",
        "whole": "numeric",
    }
    assert data.inputs.frame["when"].iloc[0] == pd.Timestamp("2023-12-31 18:00")
    assert data.targets.dtype == np.float64


@pytest.mark.parametrize(
    ("X", "modality", "sample"),
    [
        (RNG.normal(size=(6, 3)), "table", None),
        (RNG.integers(0, 256, (6, 5, 4)).astype(np.uint8), "image", (5, 4, 1)),
        (RNG.integers(0, 256, (6, 5, 4, 3)).astype(np.uint8), "image", (5, 4, 3)),
        (RNG.normal(size=(6, 2, 9)), "series", (2, 9)),
        ([RNG.normal(size=n) for n in range(4, 10)], "series", (1, 4)),
        ([RNG.integers(0, 256, (4, n, 3)).astype(np.uint8) for n in range(4, 10)], "image", (4, 4, 3)),
        (["one", "two", "three", "four", "five", "six"], "text", None),
    ],
)
def test_arrays_and_lists(X, modality, sample):
    data = from_memory((X, list("ababab")), FEW)
    assert data.modality == modality and len(data) == 6 and data.targets.tolist() == list("ababab")
    if sample:
        assert data.inputs[0].shape == sample and isinstance(data.inputs, (Stack, Ragged))
        assert data.inputs[0].dtype == (np.uint8 if modality == "image" else np.float32)
    if modality == "text":
        assert isinstance(data.inputs, Texts)


def test_a_series_of_pandas_is_a_list():
    import pandas as pd

    data = from_memory((pd.Series(["one", "two", "three", "four", "five", "six"]), list("ababab")), FEW)
    assert data.modality == "text" and isinstance(data.inputs, Texts)
    assert data.targets.tolist() == list("ababab")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (RNG.random((4, 5, 5, 3)), "images must be uint8"),
        (["a", "b"], "need their answers"),
        ((["a", "b"], ["x"]), "2 samples and 1 answers"),
        ({"a": 1}, "a dict cannot be read"),
        (None, "cannot be read as data"),
        (np.zeros(5), r"an array of float64 \[5\]"),
        ([np.zeros((2, 5)), np.zeros((3, 5))], "same number of channels"),
    ],
)
def test_refusals(source, said):
    with pytest.raises(UsageError, match=said):
        if isinstance(source, list) and isinstance(source[0], np.ndarray):
            source = (source, ["a", "b"])
        from_memory(source, FEW)


def test_data_pass_through():
    data = from_memory((["a b", "c d"], ["x", "y"]), FEW)
    assert from_memory(data, FEW) is data
    assert from_memory(data, FEW, y=["p", "q"]).targets.tolist() == ["p", "q"]


def test_hugging_face():
    hf = pytest.importorskip("datasets")
    names = hf.ClassLabel(names=["neg", "pos"])
    texts = {"text": [f"a film of number {i} here" for i in range(30)], "label": [i % 2 for i in range(30)]}
    train = hf.Dataset.from_dict(texts, features=hf.Features({"text": hf.Value("string"), "label": names}))
    data = from_memory(hf.DatasetDict(train=train, test=train.select(range(4))), FEW)
    assert data.modality == "text" and data.targets.tolist()[:2] == ["neg", "pos"]
    assert np.bincount(data.split).tolist() == [30, 0, 4]
    with pytest.raises(UsageError, match="must be train, validation or test"):
        from_memory(hf.DatasetDict(train=train, other=train), FEW)


def test_hugging_face_images():
    hf = pytest.importorskip("datasets")
    from PIL import Image

    pixels = RNG.integers(0, 256, (6, 5, 4, 3)).astype(np.uint8)
    features = hf.Features({"picture": hf.Image(), "label": hf.ClassLabel(names=["cat", "dog"])})
    source = {"picture": [Image.fromarray(p) for p in pixels], "label": [0, 1, 0, 1, 0, -1]}
    data = from_memory(hf.Dataset.from_dict(source, features=features), FEW)
    assert data.modality == "image" and len(data) == 5 and data.targets.tolist()[:2] == ["cat", "dog"]
    np.testing.assert_array_equal(data.inputs.array(), pixels[:5])
    assert any(note.code == "dropped_no_answer" for note in data.notes)
