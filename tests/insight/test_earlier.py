"""Runs of earlier versions stored codes; the report gets the words of today."""

import pytest

from nikti.core.words import read
from nikti.insight import earlier
from nikti.insight.layers import REASONS


@pytest.mark.parametrize(
    ("side", "method", "title"),
    [
        ("classical", "coefficients", "weights times values"),
        ("classical", "tree_shap", "TreeSHAP"),
        ("classical", "occlusion", "occlusion"),
        ("deep", "integrated_gradients", "integrated gradients"),
        ("deep", "grad_cam", "Grad-CAM"),
        ("deep", "attention_rollout", "attention rollout"),
        ("deep", "occlusion", "occlusion"),
    ],
)
def test_every_method_that_a_run_named_is_described(side, method, title):
    found = earlier.explained({"n": 3, "sides": {side: {"contender": "x", "method": method}}})
    described = found["sides"][side]["described"][method]
    assert read(described, "title").en == title and found["n"] == 3
    assert all(read(described, key).bn for key in ("title", "how"))


def test_what_a_run_of_today_says_stays():
    today = {"sides": {"deep": {"method": "mine", "described": {"mine": {"title": "my own"}}}}}
    assert earlier.explained(today) == today and earlier.explained({}) == {}
    assert earlier.explained({"failed": "no time"}) == {"failed": "no time"}


@pytest.mark.parametrize("code", REASONS)
def test_every_code_gets_its_reason(code):
    found = earlier.layers({"contender": "cnn", "why": code, "n_train": 20, "n_test": 5})
    reason = read(found, "reason")
    assert reason.en and reason.bn and "{" not in reason.en + reason.bn and found["why"] == code
    assert ("20" in reason.en) == (code == "few_rows")


def test_layers_that_were_looked_into_stay():
    failed, today = {"why": "failed", "text": "x"}, {"why": "task", "reason": "Said."}
    for found in (None, {"why": None, "layers": []}, today, failed):
        assert earlier.layers(found) == found
