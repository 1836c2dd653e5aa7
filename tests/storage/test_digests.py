"""What a model has learned from is recognised later, however it is brought."""

import numpy as np
import pytest
from PIL import Image

from nikti import modalities
from nikti.core import images
from nikti.core.columns import cast_like, kinds
from nikti.core.data import Data
from nikti.core.inputs import Frame, ImageFiles, Questions, Ragged, Texts
from nikti.storage import cache, digests, models
from tests.cards import card


def met(folder, train, new):
    models.keep_digests(folder, train)
    models.seal(folder, card())
    assert models.check(folder) == card()
    return models.seen_in_training(folder, new).tolist()


def mixed(n=60):
    import pandas as pd

    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "amount": np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n)),
        "town": pd.Categorical(np.array(["ঢাকা", "খুলনা", "a"])[rng.integers(0, 3, n)]),
        "since": pd.date_range("2024-01-01", periods=n, freq="h"),
        "member": pd.array(rng.random(n) < 0.5, dtype="boolean"),
        "said": pd.array([f"words {i}" for i in range(n)], dtype="string"),
    })  # fmt: skip


def test_rows_of_a_table_stored_and_read_from_csv(tmp_path):
    import pandas as pd

    frame = mixed()
    frame.loc[3, ["town", "member"]] = None
    stored = cache.store(Data("t", "table", Frame(frame)), tmp_path / "data", 0)
    frame.iloc[20:50].to_csv(tmp_path / "new.csv", index=False)
    again = cast_like(pd.read_csv(tmp_path / "new.csv"), kinds(frame))
    again.loc[5, "amount"] = 17.0
    wanted = [20 <= row < 40 and row != 25 for row in range(20, 50)]
    (tmp_path / "model").mkdir()
    assert met(tmp_path / "model", stored.subset(np.arange(40)), Data("n", "table", Frame(again))) == wanted


def test_rows_that_are_equal_by_chance_count_as_new(tmp_path):
    import pandas as pd

    rng = np.random.default_rng(0)
    yes_no = Data("t", "table", Frame(pd.DataFrame(rng.integers(0, 2, (80, 3)).astype(float))))
    assert not any(met(tmp_path, yes_no, yes_no))


def test_zero_has_no_sign_and_none_is_one():
    import pandas as pd

    payload = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)[0]
    one, other = pd.DataFrame({"x": [0.0, np.nan]}), pd.DataFrame({"x": [-0.0, payload]})
    hashes = [modalities.of("table").digests(Frame(frame)) for frame in (one, other)]
    assert hashes[0].tolist() == hashes[1].tolist() and hashes[0][0] != hashes[0][1]


def test_pictures_are_met_again_as_files_of_their_own_size(tmp_path):
    rng = np.random.default_rng(0)
    files = [tmp_path / f"{i}.png" for i in range(6)]
    for place, file in enumerate(files):
        Image.fromarray(rng.integers(0, 256, (70 + place, 90, 3), dtype=np.uint8)).save(file)
    data = Data("p", "image", ImageFiles(files, images.decode))
    stored = cache.store(data, tmp_path / "data", 64)
    assert stored.inputs.sample_shape == (64, 64, 3)
    (tmp_path / "model").mkdir()
    assert met(tmp_path / "model", stored.subset([0, 2, 5]), data) == [True, False, True, False, False, True]


def test_grey_pictures_among_colour(tmp_path):
    grey = np.random.default_rng(0).integers(0, 256, (5, 12, 12, 1), dtype=np.uint8)
    train = cache.store(Data("p", "image", Ragged.of(list(grey))), tmp_path / "data", 64)
    (tmp_path / "model").mkdir()
    colour = Ragged.of([np.repeat(picture, 3, axis=2) for picture in grey[:3]])
    assert met(tmp_path / "model", train, Data("n", "image", colour)) == [True] * 3


@pytest.mark.parametrize(
    ("modality", "inputs"),
    [
        ("text", Texts(["One  text", "two", "\ud800 broken", "চার"])),
        ("question", Questions(["who?", "where?", "why?", "when?"], ["in Dhaka", "in 1971"], [0, 0, 1, 1])),
        ("series", Ragged.of([np.full((1, length), 0.1, np.float32) * length for length in (3, 4, 5, 6)])),
    ],
)
def test_other_samples(tmp_path, modality, inputs):
    data = Data("d", modality, inputs)
    assert met(tmp_path, data.subset([1, 3]), data) == [False, True, False, True]


def test_a_model_of_an_older_version_cannot_tell(tmp_path):
    models.seal(tmp_path, card())
    assert models.seen_in_training(tmp_path, Data("d", "text", Texts(["one"]))) is None
    assert models.check(tmp_path) == card()


def test_what_is_kept_are_numbers_each_once_in_order_from_which_no_sample_can_be_read():
    told = [f"a sentence of its own, number {k}" for k in range(5)]
    data = Data("x", "text", Texts([*told, told[2]]))
    kept = digests.to_keep(data)
    assert kept["digests"].dtype == np.uint64 and len(kept["digests"]) == 5
    assert (np.diff(kept["digests"].astype(object)) > 0).all() and kept["side"].shape == ()
    new = Data("y", "text", Texts([told[4], "another one", told[2] + ", and more"]))
    assert digests.seen_in_training(kept, new).tolist() == [True, False, False]
