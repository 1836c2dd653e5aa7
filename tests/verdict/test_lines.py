"""The three lines of a data curve, and who stands for each."""

import math

import numpy as np
import pytest

from nikti.verdict.judge import judge
from nikti.verdict.lines import LINES, leading, line_of
from tests.plans import altered

from .runs import make_run


@pytest.mark.parametrize(
    ("side", "pretrained", "line"),
    [
        ("classical", False, "classical"),
        ("classical", True, "classical"),  # hand-made features from given embeddings are still its line
        ("deep", False, "deep"),
        ("deep", True, "pretrained"),
    ],
)
def test_which_line(side, pretrained, line):
    assert line_of(side, pretrained) == line and line in LINES


def three_lines(**inner):
    """A forest, two networks from scratch and two that were pre-trained, by their inner scores."""
    names = {"forest": "classical", "cnn": "deep", "mlp": "deep", "resnet": "deep", "vit": "deep"}
    run = make_run({(name, side): np.zeros(100) for name, side in names.items()}, inner=inner)
    for name in ("resnet", "vit"):
        run.plan = altered(run.plan, name, pretrained=True)
    return run


@pytest.mark.parametrize(
    ("inner", "scratch", "pretrained"),
    [
        ({"cnn": 0.6, "mlp": 0.7, "resnet": 0.8, "vit": 0.9}, "mlp", "vit"),  # the vit is the champion
        ({"cnn": 0.9, "mlp": 0.7, "resnet": 0.8, "vit": 0.1}, "cnn", "resnet"),  # the cnn is
        ({"cnn": 0.7, "mlp": 0.7, "resnet": 0.9, "vit": math.nan}, "cnn", "resnet"),
        ({"cnn": math.nan, "mlp": math.nan, "resnet": 0.9, "vit": 0.9}, None, "resnet"),
    ],
)
def test_the_champion_or_the_best_by_inner_scores(inner, scratch, pretrained):
    run = three_lines(**inner)
    verdict = judge(run)
    found = [leading(run, verdict, line) for line in LINES]
    assert found == ["forest", scratch, pretrained]


def test_a_champion_by_the_folds_stands_for_its_line_whatever_others_scored():
    run = three_lines(cnn=0.8, mlp=0.6)
    run.results = [r for r in run.results if r.trial.contender != "mlp" or r.trial.fold == 0]
    next(r for r in run.results if r.trial.contender == "mlp").inner_score = 0.99  # of one fold alone
    verdict = judge(run)
    assert verdict.champions["deep"] == "cnn" and leading(run, verdict, "deep") == "cnn"


def test_who_learns_nothing_is_no_line():
    run = make_run({("dummy", "classical"): np.zeros(100), ("cnn", "deep"): np.zeros(100)})
    verdict = judge(run)
    assert [leading(run, verdict, line) for line in LINES] == [None, "cnn", None]
