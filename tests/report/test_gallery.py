"""Every kind of answer is shown on the page, by the template of its name."""

import numpy as np
import pytest

from nikti import answers
from nikti.answers import _texts
from nikti.core.data import Data
from nikti.core.run import Result, Trial
from nikti.insight.gallery import shown
from nikti.report.html import render
from nikti.report.summary import summarize
from nikti.report.words import say
from nikti.verdict.judge import judge
from tests.answers.made import CLASSES, EXAMPLES, N
from tests.report.made import made_run


@pytest.fixture(scope="module")
def summary():
    run = made_run(n=400, sizes=(20, 40, 80, 160, 320))
    return summarize(run, judge(run))


def samples_of(name):
    """The example's samples, answered by both sides alike."""
    answer, one = answers.of(name), EXAMPLES[name]
    classes = CLASSES if answer.kept_classes(CLASSES) or name == "embedding" else ()
    data = Data("examples", one.modality, one.inputs, one.encoded, classes)
    result = Result(Trial("x", 0, 3), "ok", rows=np.arange(N), predicted=one.predicted, proba=one.proba)
    result.losses = np.arange(N) / 10
    said = [judged[0] for judged in answer.judged(result, data.targets)]
    return [
        {
            **({"row": row} if answer.IN_SAMPLE else shown(data, row)),
            **answer.shown(data, row, {"classical": said[row], "deep": said[row]}),
        }
        for row in range(N)
    ]


@pytest.mark.parametrize("lang", ["en", "bn"])
@pytest.mark.parametrize("name", answers.names())
def test_every_answer_has_its_place_in_the_gallery(name, lang, summary):
    samples = samples_of(name)
    right = {"classical": samples[:1], "deep": samples, "counts": {"classical": 1, "deep": N}}
    shown = {"one_side_right": right, "top_words": None}
    data = {**summary["data"], "modality": EXAMPLES[name].modality}
    page = render({**summary, "data": data, "answer": name, "samples": shown}, lang)
    gallery = page.partition('id="gallery"')[2].partition("</section>")[0]
    title = "gallery.title" if answers.of(name).EXACT else "gallery.title_near"
    assert say(lang, title) in gallery
    drawn = sum(len(sample.get("drawn", ())) for sample in samples)
    assert gallery.count("<img") == (drawn or (N if "image" in samples[0] else 0)) * (N + 1) // N
    for sample in samples if isinstance(samples[0]["truth"], str) and not drawn else ():
        assert sample["truth"] in gallery
    assert gallery.count("<li") == N + 1


def test_long_texts_are_cut():
    assert len(answers.of("phrases").truth(["আ" * 5000], ())) == _texts.LONGEST
