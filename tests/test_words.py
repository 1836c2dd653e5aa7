"""Whatever nikti names or says about the data stands in both languages, in the file that it belongs to."""

import ast
import re
from dataclasses import replace
from string import Formatter

import pytest

from nikti.core import catalogue
from nikti.core.data import Note
from nikti.core.plan import LeftOut
from nikti.core.words import Words, read, stored
from nikti.deep.methods import TRANSFORMER
from nikti.report.html import render
from nikti.report.summary import summarize
from nikti.run.request import Request
from nikti.sides import SIDES, side
from nikti.verdict.judge import judge
from tests.english import latin_words, names_of
from tests.report.made import made_regression, made_run, made_samples

BANGLA = re.compile("[\u0980-\u09ff]")
#: A Latin digit that is no part of a name such as UTF-8, t10k or x1.
LATIN = re.compile("[A-Za-z]")
LATIN_DIGIT = re.compile(r"(?<![A-Za-z0-9_-])[0-9]")
#: What stands for a value, and what is typed as it stands: `90s`, --band 0.5pt.
FILLED = re.compile(r"\{.*?\}|`[^`]*`|--[a-z-]+ [^ ;]+")

#: Values of notes that Bangla shows and English puts otherwise, as {listed} or {first} to {last}.
OTHERWISE = {"classes", "columns", "folders", "words"}

#: Samples of each class, of which each asks for another primary metric.
UNEVEN = ([500, 500], [1000, 60], [1000, 60, 60])

FOLDERS = [
    "classical/models",
    "readers",
    "datasets",
    "tasks",
    *(f"classical/features/{one}" for one in catalogue.folders("classical/features")),
    *(f"deep/networks/{one}" for one in catalogue.folders("deep/networks")),
]
FILES = [(folder, name) for folder in FOLDERS for name in catalogue.names(folder)]


def line_to_add(where, name, title):
    return f'{where} has no Bangla; write there: {name} = Words(en="{title}", bn="...")'


@pytest.mark.parametrize(("folder", "name"), FILES, ids="/".join)
def test_every_entry_of_the_catalogue_has_a_title_in_both_languages(folder, name):
    title = catalogue.load(folder, name).TITLE
    assert Words.of(title).bn, line_to_add(f"src/nikti/{folder}/{name}.py", "TITLE", title)
    assert "\n" not in title.en


@pytest.mark.parametrize("task_name", catalogue.names("tasks"))
@pytest.mark.parametrize("side_name", SIDES)
def test_every_contender_has_a_title_and_a_method_in_both_languages(task_name, side_name):
    task, options = catalogue.load("tasks", task_name).TASK, Request(source=None).options
    for name in side(side_name).names(task, options):
        contender = side(side_name).contender(name, task, options)
        for which in ("title", "method"):
            words = getattr(contender, which)
            assert words.bn, line_to_add(f"the {side_name} contender {name}", which, words)


@pytest.mark.parametrize("task_name", catalogue.names("tasks"))
def test_every_primary_metric_has_words_in_both_languages(task_name):
    task = catalogue.load("tasks", task_name).TASK
    chosen = {task.suited(counts).metrics[0].name for counts in UNEVEN} if hasattr(task, "suited") else set()
    for metric in task.metrics:
        if metric.name in {task.metrics[0].name, *chosen}:
            assert metric.shown.bn and metric.title.bn, metric.name
            assert metric.name not in chosen or metric.phrase.bn


def written():
    """(place, English, Bangla) of every `Words(...)` with both texts in the source."""
    for path in sorted(catalogue.ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words":
                texts = [*node.args, *(keyword.value for keyword in node.keywords)]
                if all(isinstance(text, ast.Constant) for text in texts):
                    yield f"{path.relative_to(catalogue.ROOT)}:{node.lineno}", *(t.value for t in texts)


def places(text):
    return [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name]


def test_all_words_are_bangla_that_can_be_filled_wherever_the_english_can():
    found = list(written())
    assert len(found) > 200
    for place, english, bangla in found:
        letters = BANGLA.search(FILLED.sub("", bangla)) or not LATIN.search(FILLED.sub("", english))
        assert letters or bangla == english, place  # "BLEU {value}"
        known = {name for name, *_ in places(english)} | OTHERWISE
        assert {name for name, *_ in places(bangla)} <= known, place
        assert all(not spec and not conversion for _, spec, conversion in places(bangla)), place
        assert not LATIN_DIGIT.search(FILLED.sub("", bangla)), place


def test_notes_are_made_of_words():
    plain = []
    for path in sorted(catalogue.ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Note" and node.args:
                plain.append(path.relative_to(catalogue.ROOT))
    assert not plain


def in_bangla(run):
    """A made run whose own texts stand in Bangla too, as those of a run of today do."""
    run.data["notes"] = [note for note in run.data.get("notes", ()) if note.get("text_bn")]
    refused = tuple(replace(one, reason=Words(one.reason.en, "এই কাজের নয়")) for one in run.plan.refused)
    titled = tuple(replace(one, title=Words(one.name, "একটি পদ্ধতি")) for one in run.plan.contenders)
    run.plan = replace(run.plan, refused=refused, contenders=titled)
    for result in run.results:
        result.reason_bn = "মেমরি ফুরিয়েছিল" if result.reason else ""
    return run


def short_of_time(run):
    """The same with a method left out, two folds missing and the time that would have been enough."""
    absent = (LeftOut("vit", "deep", TRANSFORMER, 900.0),)
    run.plan = replace(run.plan, limit=240.0, enough_seconds=700.0, left_out=absent)
    run.results = [result for result in run.results if result.trial.fold in (0, 1, 2)]
    return run


MADE = {
    "classes": lambda: made_run(n=200, sizes=(20, 40, 80, 160)),
    "values": made_regression,
    "one side": lambda: made_run(n=120, sizes=(40, 80), without="deep"),
    "short of time": lambda: short_of_time(made_run(n=200, sizes=(40, 80, 160))),
}


@pytest.mark.parametrize("way", MADE)
def test_a_bangla_report_shows_no_english_but_names(way):
    run = in_bangla(MADE[way]())
    samples = None if way == "values" else made_samples()
    summary = summarize(run, judge(run), samples)
    assert latin_words(render(summary, "bn"), names_of(summary)) == []


def test_english_on_a_page_is_found_wherever_it_can_be_read():
    page = '<p title="a word">ছবি three <b>small_cnn</b> <code>nikti predict</code> R² --preset best</p>'
    assert latin_words(page, ["small_cnn"]) == ["a", "three", "word"]


GONE = Words(
    en="{count} of {of} files ({share:.1%}) in {name!r} are gone: {listed}",
    bn="{of}টির {count}টি নেই: {listed}",
)


def test_english_is_filled_as_it_is_and_bangla_as_people_read_it():
    filled = GONE.format(count=1234567, of=12345678, share=0.1, name="a {b}", listed=list("abcdefgh"))
    assert filled.en == "1234567 of 12345678 files (10.0%) in 'a {b}' are gone: a, b, c, d, e, f, g, h"
    assert filled.bn == "১,২৩,৪৫,৬৭৮টির ১২,৩৪,৫৬৭টি নেই: a, b, c, d, e, f, …"
    assert Words("{x}", "ক {x}").format(x={"a": 2, "b": 0.12345}).bn == "ক a (২), b (০.১২৩)"


def test_words_among_the_values_stand_in_their_language():
    whole, cat = Words("the {what} is here", "{what} এখানে"), Words("cat", "বিড়াল")
    assert whole.format(what=cat) == Words("the cat is here", "বিড়াল এখানে")
    assert whole.format(what=Words.of("Katze")) == Words("the Katze is here", "")


def test_words_are_stored_beside_each_other_and_read_back():
    words = Words("tree", "গাছ")
    assert stored("title", words) == {"title": "tree", "title_bn": "গাছ"} and str(words) == "tree"
    assert read(stored("title", words), "title") == words
    assert read({"title": "tree"}, "title").to("bn") is None  # as earlier versions wrote it
    assert read(stored("title", "my own"), "title").to("en") == "my own"


def test_a_note_keeps_its_values_and_both_sentences():
    note = Note.of("info", "gone", GONE, {"count": 2, "of": 3}, share=2 / 3, name="x", listed=["a", "b"])
    assert note.values == {"count": 2, "of": 3}
    assert note.text == "2 of 3 files (66.7%) in 'x' are gone: a, b" and note.text_bn == "৩টির ২টি নেই: a, b"
