"""Rows to numbers, codes and tokens, against scikit-learn, scipy and sums by hand."""

import json

import numpy as np
import pytest
from scipy.stats import norm

from nikti.core.errors import DataError
from nikti.core.inputs import Frame
from nikti.deep.encoders import table


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def frame(n=60):
    import pandas as pd

    rng = np.random.default_rng(0)
    price = rng.lognormal(size=n)
    price[::7] = np.nan
    return pd.DataFrame(
        {
            "দাম": price,
            "constant": np.ones(n),
            "nothing": np.full(n, np.nan),
            "colour": pd.Categorical(rng.choice(["red", "blue"], n - 1).tolist() + ["once"]),
            "member": pd.array(rng.random(n) < 0.5, dtype="boolean"),
            "when": pd.date_range("2024-01-01", periods=n, freq="9h"),
            "remark": pd.Series(["ভালো জিনিস", "bad thing"] * (n // 2), dtype="string"),
        }
    )


def fit(data):
    return table.fit(Frame(data), seed=0, options={})


def test_normal_scores_agree_with_scikit_learn():
    from sklearn.preprocessing import QuantileTransformer

    values = np.random.default_rng(0).lognormal(size=4000)
    values[:1500] = 0.0  # ties
    scores = table.normal_scores(values, np.quantile(values, np.linspace(0, 1, table.QUANTILES)))
    theirs = QuantileTransformer(n_quantiles=table.QUANTILES, output_distribution="normal").fit_transform(
        values[:, None]
    )[:, 0]
    inside = np.abs(theirs) < 2.9  # they clip elsewhere
    inside &= values > 0  # of ties at the edge they take the outermost rank, we the middle
    np.testing.assert_allclose(scores[inside], theirs[inside], atol=1e-6)
    assert scores[0] == pytest.approx(norm.ppf(1500 / 4000 / 2), abs=0.01)


def test_missing_numbers_are_zero_and_outliers_are_tame():
    quantiles = np.linspace(0, 1, table.QUANTILES)
    scores = table.normal_scores(np.array([np.nan, 1e30, -1e30, 0.5]), quantiles)
    assert scores[0] == 0 and abs(scores[3]) < 1e-9
    assert 3 < scores[1] < 3.2 and scores[1] == pytest.approx(-scores[2])


def test_what_tells_nothing_is_left_out():
    fitted = fit(frame())
    assert "constant" not in fitted.quantiles and "nothing" not in fitted.quantiles
    assert list(fitted.categories) == ["দাম missing", "colour", "member"]
    assert fitted.shape.cardinalities == (3, 3, 3)
    assert len(fitted.shape.texts) == 1


def test_rare_and_unseen_categories_share_the_code_zero():
    import pandas as pd

    data, fitted = frame(), fit(frame())
    colours = pd.Categorical(["red", "blue", "once", "never seen", None])
    codes = fitted.encode(Frame(data.iloc[:5].assign(colour=colours)))[1]
    place = list(fitted.categories).index("colour")
    known = {c: i for i, c in enumerate(fitted.categories["colour"], 1)}
    assert codes[:, place].tolist() == [known["red"], known["blue"], 0, 0, 0]


def test_a_missing_cell_is_a_category_where_it_was_seen():
    import pandas as pd

    data = frame()
    data["colour"] = pd.Categorical(["red", None] * 30)
    fitted = fit(data)
    codes = fitted.encode(Frame(data))[1][:, list(fitted.categories).index("colour")]
    assert sorted(set(codes.tolist())) == [1, 2]


def test_dates_return():
    import pandas as pd

    when = pd.Series(pd.to_datetime(["2023-12-31 23:59:59", "2024-01-01 00:00:00", "2024-07-01 12:00:00"]))
    parts = table._dates("t", when)
    winter, spring, summer = np.stack([parts["t year sin"], parts["t year cos"]], 1)
    assert np.linalg.norm(winter - spring) < 0.05 < np.linalg.norm(winter - summer)
    assert parts["t weekday"].tolist() == [6, 0, 0]
    assert parts["t"][1] == pytest.approx(19723)  # days from 1970-01-01 to 2024-01-01
    assert parts["t day cos"][2] == pytest.approx(-1)


def test_state_survives_json():
    import torch

    fitted, rows = fit(frame()), Frame(frame())
    facts, tensors = fitted.state()
    again = table.from_state(json.loads(json.dumps(facts)), tensors)
    assert again.shape == fitted.shape
    for ours, theirs in zip(fitted.encode(rows), again.encode(rows), strict=True):
        assert torch.equal(ours, theirs)


def test_one_row_and_other_dtypes_give_the_same():
    import torch

    fitted, data = fit(frame()), frame()
    strings = data.astype(object).where(data.notna(), None).astype(str).replace({"None": None, "nan": None})
    for ours, theirs in zip(fitted.encode(Frame(data)), fitted.encode(Frame(strings)), strict=True):
        torch.testing.assert_close(ours, theirs)
    whole = fitted.encode(Frame(data))
    one = fitted.encode(Frame(data.iloc[[5]]))
    for ours, theirs in zip(whole, one, strict=True):
        assert torch.equal(ours[5:6], theirs)


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="colour"):
        fit(frame()).encode(Frame(frame().drop(columns="colour")))


def test_a_table_that_tells_nothing():
    import pandas as pd

    fitted = fit(pd.DataFrame({"a": np.ones(10)}))
    numbers, codes = fitted.encode(Frame(pd.DataFrame({"a": np.ones(4)})))
    assert numbers.shape == (4, 0) and codes.tolist() == [[0]] * 4


def test_forecast_is_near_the_truth():
    class Data:
        inputs = Frame(frame())

        def __len__(self):
            return len(self.inputs)

    said, true = table.forecast(Data(), {}), fit(frame()).shape
    assert abs(said.numeric - true.numeric) <= 4
    assert len(said.texts) == len(true.texts)


def test_common_values_of_a_column_whose_values_return_are_categories_too():
    import pandas as pd

    rng = np.random.default_rng(0)
    gains = np.where(rng.random(900) < 0.9, 0.0, rng.choice([10.0, 20.0, 3000.0], 900))
    gains[0] = 77.0  # once
    data = pd.DataFrame({"gain": gains, "price": rng.lognormal(size=900)})
    fitted = fit(data)
    assert list(fitted.quantiles) == ["gain", "price"] and list(fitted.categories) == ["gain values"]
    assert set(fitted.categories["gain values"]) == {"0.0", "10.0", "20.0", "3000.0"}
    seen = pd.DataFrame({"gain": [0.0, 10, 77, np.nan, 5, 3000], "price": [1.0] * 6})
    codes = fitted.encode(Frame(seen))[1][:, 0].tolist()
    assert codes[0] == 1 and codes[2:5] == [0, 0, 0] and len(set(codes)) == 4


def test_a_column_that_is_named_like_another_ones_values_stays_itself():
    import pandas as pd

    data = pd.DataFrame({"gain": [1.0, 2, 3] * 20, "gain values": np.arange(60.0)})
    fitted = fit(data)
    assert list(fitted.quantiles) == ["gain", "gain values"]
    assert not fitted.categories and fitted.encode(Frame(data))[1].shape == (60, 0)
