"""The section on both sides together says what was measured, in both languages."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nikti.report import together as section
from nikti.report.html import render
from nikti.report.summary import summarize
from nikti.verdict.judge import judge
from tests.report.made import made_regression, made_run, made_samples, without_tags


def gives_probabilities(run, seed=0):
    """The same answers with probabilities: surer where they are right, so that an average gains."""
    rng, classes = np.random.default_rng(seed), len(run.data["classes"])
    for result in run.results:
        if result.outcome == "ok" and result.trial.fold >= 0:
            right = result.losses == 0
            sure = np.where(right, rng.uniform(0.7, 0.99, len(right)), rng.uniform(0.3, 0.5, len(right)))
            proba = np.repeat((1 - sure)[:, None] / (classes - 1), classes, axis=1)
            proba[np.arange(len(right)), result.predicted] = sure
            result.proba = proba.astype(np.float32)
    return run


def summed(run):
    return summarize(run, judge(run), made_samples() if run.data["modality"] == "image" else None)


@pytest.fixture(scope="module")
def summary():
    """A run on 400 samples whose champions are each right in about 92%."""
    return summed(gives_probabilities(made_run(n=400, sizes=(80, 320), shift=-0.06)))


def part(page):
    return page[page.index('<section id="together">') :].split("</section>")[0]


@pytest.mark.parametrize("lang, title", [("en", "Both together"), ("bn", "দুই পক্ষ একসঙ্গে")])
def test_the_shares_the_scores_and_the_gain(summary, lang, title):
    shown = part(render(summary, lang))
    charts = [ET.fromstring(chart) for chart in re.findall(r"<svg.*?</svg>", shown, flags=re.S)]
    assert title in shown and len(charts) == 2 and all(chart.get("aria-label") for chart in charts)
    said = [element.text for element in charts[0].iter() if element.tag.endswith("text")]
    counts = [round(share * 400) for share in summary["together"]["shares"].values()]
    assert sum(counts) == 400
    digits = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
    assert [int(word.translate(digits)) for word in said if word.translate(digits).isdigit()] == counts
    if lang == "bn":
        names = summary["together"]["champions"].values()
        words = re.sub(r"<svg.*?</svg>|<[^>]*>|" + "|".join(names), "", shown, flags=re.S)
        assert not re.search("[0-9]", words)


def test_a_third_way_is_told_only_where_it_is_ahead(summary):
    found = summary["together"]
    ahead, behind = (
        summary | {"together": found | {"ahead": ahead, "gap": 0.03, "low": 0.02, "high": 0.04}}
        for ahead in (True, False)
    )
    for lang, word in (("en", "A third way"), ("bn", "তৃতীয় পথ")):
        page = render(ahead, lang)
        assert word in page and "--contender together" in without_tags(part(page))
        page = render(behind, lang)
        assert word not in page and "--contender together" not in without_tags(part(page))
    assert section.third_way(behind, "en") is None
    untimed = ahead | {"together": ahead["together"] | {"ms": None}}
    assert section.third_way(untimed, "en").endswith("for the price of two predictions.")
    assert "one after the other." in " ".join(section.view(untimed, "en")["sentences"])


def test_a_weight_that_leaves_nothing_to_one_side_is_said(summary):
    found = summary["together"]
    alone = summary | {"together": found | {"pool": found["pool"] | {"weight": 0.999}}}
    told = " ".join(section.view(alone, "en")["sentences"])
    assert f"leaves all the weight to {found['champions']['deep']}" in told


def test_values_have_a_correlation_and_no_shares():
    shown = part(render(summed(made_regression()), "en"))
    assert "correlation of" in shown and len(re.findall("<svg", shown)) == 1 and "R²" in shown


@pytest.mark.parametrize("lang, said", [("en", "come without probabilities"), ("bn", "সঙ্গে সম্ভাবনা বলা নেই")])
def test_why_nothing_was_averaged_is_told(lang, said):
    run = made_run(n=400, sizes=(80, 320))
    assert said in part(render(summed(run), lang))


def test_without_a_comparison_there_is_no_section():
    run = made_run(n=400, sizes=(80, 320), without="deep")
    assert 'id="together"' not in render(summed(run), "en")
