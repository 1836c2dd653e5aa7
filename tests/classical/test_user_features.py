"""The user's own features: names, order, and every way in which a user's file can be wrong."""

import hashlib
import math
from pathlib import Path

import numpy as np
import pytest

from nikti.core import own_code
from nikti.core.errors import UsageError
from nikti.core.inputs import Frame, Stack

GOOD = '''
import math
from os.path import basename
LIMIT = 128

def tail_length(image):
    """How long the tail is."""
    return _longest(image)

def colours(image):
    return {"bright": (image > LIMIT).mean(), "dark": float((image <= LIMIT).mean())}

def size(image, scale=1):
    return image.shape[0] * scale

def _longest(image):
    return int(image.max())
'''


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (5, 6, 6, 3), dtype=np.uint8)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))


def written(folder, text, name="my_features.py"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    own_code.name(path)
    return path


def refusal(folder, text, samples):
    from nikti.classical.features import _user

    with pytest.raises(UsageError) as refused:
        _user.load(written(folder, text)).transform(samples)
    return str(refused.value)


def test_columns_are_functions_and_keys_in_the_order_of_the_file(tmp_path, images):
    from nikti.classical.features import _user

    user = _user.load(written(tmp_path, GOOD)).fit(images)
    assert list(user.get_feature_names_out()) == ["tail_length", "colours.bright", "colours.dark", "size"]
    table = user.transform(images)
    assert table.dtype == np.float32 and table.shape == (5, 4)
    np.testing.assert_array_equal(table[:, 0], images.max(axis=(1, 2, 3)))
    np.testing.assert_allclose(table[:, 1] + table[:, 2], 1)
    np.testing.assert_array_equal(table[:, 3], 6)


def test_the_source_and_its_hash_are_known(tmp_path):
    from nikti.classical.features import _user

    user = _user.load(written(tmp_path, GOOD))
    assert user.source == GOOD
    assert user.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


@pytest.mark.parametrize(
    "samples, text, expected",
    [
        (["ab", "কখগ"], "def length(text):\n    return len(text)", [2, 3]),
        ([np.ones((2, 5), np.float32)], "def total(series):\n    return series.sum()", [10]),
        (np.zeros((2, 4, 4, 1), np.uint8), "def empty(image):\n    return not image.any()", [1, 1]),
    ],
)
def test_every_kind_of_sample(tmp_path, samples, text, expected):
    from nikti.classical.features import _user

    assert _user.load(written(tmp_path, text)).transform(samples)[:, 0].tolist() == expected


def test_rows_of_a_table_and_stacks(tmp_path, images):
    import pandas as pd

    from nikti.classical.features import _user

    table = Frame(pd.DataFrame({"দাম": [10, 20], "area": [2.0, 4.0]}))
    text = 'def price(row):\n    return row["দাম"] / row["area"]'
    assert _user.load(written(tmp_path, text)).transform(table).tolist() == [[5], [5]]
    user = _user.load(written(tmp_path, GOOD))
    np.testing.assert_array_equal(user.transform(Stack(images)), user.transform(images))


def test_a_missing_key_is_missing_and_a_new_one_is_refused(tmp_path):
    from nikti.classical.features import _user

    text = "def f(text):\n    return {c: 1 for c in text}"
    user = _user.load(written(tmp_path, text))
    table = user.transform(["ab", "a"])
    assert table[0].tolist() == [1, 1] and table[1, 0] == 1 and math.isnan(table[1, 1])
    message = refusal(tmp_path, text, ["ab", "a", "az"])
    assert "f.z" in message and "sample 2" in message and "f.a, f.b" in message


def test_columns_recorded_with_a_model_are_kept(tmp_path):
    from nikti.classical.features import _user

    path = written(tmp_path, "def f(text):\n    return {c: 1 for c in text}")
    user = _user.load(path, columns=["f.a", "f.b"]).fit(["a"])
    assert list(user.get_feature_names_out()) == ["f.a", "f.b"]
    assert np.isnan(user.transform(["a"])[0, 1])


@pytest.mark.parametrize(
    "body, words",
    [
        ("return None", ["None", "return missing"]),
        ('return "red"', ["'red'", "str"]),
        ("return [1, 2]", ["list"]),
        ('return {"a": "x"}', ["key 'a'", "'x'"]),
        ("return 1j", ["complex"]),
        ("return float('inf')", ["inf", "too large"]),
        ("return 10 ** 400", ["too large"]),
        ("import numpy as np; return np.zeros(3)", ["array of shape [3]"]),
    ],
)
def test_what_is_not_a_number_is_refused(tmp_path, body, words):
    message = refusal(tmp_path, f"def measure(text):\n    {body}", ["x"])
    assert all(word in message for word in [*words, "measure()", "sample 0"]), message


def test_numbers_of_numpy_and_nan_are_allowed(tmp_path):
    from nikti.classical.features import _user

    text = "import numpy as np\ndef a(t): return np.float64(2)\ndef b(t): return np.array(3)\n"
    text += "def c(t): return np.bool_(True)\ndef d(t): return float('nan')"
    table = _user.load(written(tmp_path, text)).transform(["x"])
    assert table[0, :3].tolist() == [2, 3, 1] and math.isnan(table[0, 3])


def test_a_function_that_raises_is_named_with_the_sample_and_the_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "def ratio(text):\n    n = len(text)\n    return 1 / n\n"
    message = refusal(Path("."), text, ["abc", "de", ""])
    for part in ("my_features.py", "ratio()", "sample 2", "ZeroDivisionError", "division by zero", "line 3"):
        assert part in message
    assert "Traceback" not in message


def test_a_function_cannot_change_the_sample(tmp_path, images):
    from nikti.classical.features import _user

    before = images.copy()
    message = refusal(tmp_path, "def f(image):\n    image[0] = 0\n    return 1", images)
    assert "read-only" in message
    np.testing.assert_array_equal(images, before)
    row = {"a": 1}
    text = "def f(row):\n    row['b'] = 2\n    return 1\ndef g(row):\n    return len(row)"
    assert _user.load(written(tmp_path, text)).transform([row]).tolist() == [[1, 1]]


@pytest.mark.parametrize(
    "text, words",
    [
        ("", ["no public function", "def brightness(image):"]),
        ("import math\nfrom os.path import join\nx = 1\ndef _hidden(t): return 1", ["no public function"]),
        ("def area(width, height): return 1", ["area(width, height)", "one argument", "_area"]),
        ("def nothing(): return 1", ["nothing()", "one argument"]),
        ("def broken(:", ["cannot be imported", "SyntaxError"]),
        ("import no_such_module_here", ["cannot be imported", "no_such_module_here"]),
    ],
)
def test_a_file_without_usable_functions_is_refused(tmp_path, text, words):
    from nikti.classical.features import _user

    with pytest.raises(UsageError) as refused:
        _user.load(written(tmp_path, text))
    assert all(word in str(refused.value) for word in words), refused.value


def test_a_missing_file_is_refused(tmp_path):
    from nikti.classical.features import _user

    with pytest.raises(UsageError, match="no such file"):
        _user.load(tmp_path / "none.py")


def test_two_files_do_not_get_mixed_up(tmp_path):
    from nikti.classical.features import _user

    (tmp_path / "other").mkdir()
    first = _user.load(written(tmp_path, "def one(t): return 1"))
    second = _user.load(written(tmp_path / "other", "def two(t): return 2"))
    assert list(first.functions_) == ["one"] and list(second.functions_) == ["two"]
    assert first.transform(["x"])[0, 0] == 1


def test_the_example_of_dogs_and_cats_measures_any_picture(images):
    from nikti.classical.features import _user

    example = Path(__file__).parents[2] / "docs" / "examples" / "dogs_cats_features.py"
    even = np.full((1, 48, 48, 3), 128, np.uint8)
    spot = even.copy()
    spot[:, 12:36, 12:36] = (220, 120, 20)  # ginger, a quarter of the picture
    noise = np.random.default_rng(0).integers(0, 256, even.shape, dtype=np.uint8)
    own_code.name(example)
    user = _user.load(example).fit(spot)
    table = user.transform(np.concatenate([spot, even, noise]))
    assert np.isfinite(table).all()
    found = dict(zip(user.get_feature_names_out(), table[0], strict=True))
    assert found["size.share"] == pytest.approx(0.25, abs=0.08)
    assert found["colour.ginger"] > 0.8 and found["size.tall or wide"] == pytest.approx(1, abs=0.1)
