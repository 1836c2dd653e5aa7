"""Titles and reasons in Bangla: complete for pictures, texts and tables, and nothing lost."""

import re
from string import Formatter

import pytest

from nikti.core import catalogue
from nikti.report.html import environment
from nikti.report.words import said
from nikti.run.request import Request
from nikti.sides import side

TASKS = ("image_classification", "object_detection", "semantic_segmentation", "face_verification",
         "tabular_classification", "tabular_regression", "series_classification",
         "text_classification", "question_answering")  # fmt: skip


@pytest.mark.parametrize("task_name", TASKS)
def test_every_contender_has_a_bangla_title(task_name):
    task, options = catalogue.load("tasks", task_name).TASK, Request(source=None).options
    for side_name in ("classical", "deep"):
        for name in side(side_name).names(task, options):
            english = side(side_name).contender(name, task, options).title
            assert said.title(english, "bn") is not None, english


def test_titles_with_a_size_and_with_weights():
    whole = said.title("residual network (ResNet): resnet34, fine-tuned from given weights", "bn")
    assert whole.startswith("রেসিডুয়াল নেটওয়ার্ক (ResNet): resnet34, ") and "tuned" not in whole
    assert said.title("mine: own", "bn") is None and said.title("mine", "en") == "mine"


def test_reasons_keep_their_numbers_and_names():
    text = ("after 1,600 of 16,000 training samples its map is 0.412; with all of them it could reach 0.500 "
            "at best, and gradient_boosting has 0.610 (validation inside the training part)")  # fmt: skip
    found = said.reason(text, "bn")
    for piece in ("১,৬০০", "১৬,০০০", "map", "০.৪১২", "০.৫০০", "gradient_boosting", "০.৬১০"):
        assert piece in found
    assert said.reason("ValueError: 3 is no number", "bn") is None


def test_both_sides_of_a_pair_have_the_same_places():
    for table in said.pairs("bn").values():
        for english, bangla in table.items():
            names = [{name for _, name, *_ in Formatter().parse(text) if name} for text in (english, bangla)]
            assert names[0] == names[1], english
            assert not re.search("[0-9]", re.sub(r"\{.*?\}", "", bangla)), bangla


def test_what_has_no_words_is_marked_as_english_and_escaped():
    page = environment("bn").from_string('{{ reason("<b> fell", "code") }} {{ title("random forest") }}')
    assert page.render() == '<code lang="en">&lt;b&gt; fell</code> র‍্যান্ডম ফরেস্ট'
