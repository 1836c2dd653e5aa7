"""The page: whole, self-contained, safe, in both languages."""

import html.parser
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from nikti.core.plan import LeftOut
from nikti.core.run import Result, Trial
from nikti.deep.methods import TRANSFORMER
from nikti.report import faithful
from nikti.report.html import command, picture, render, report
from nikti.report.summary import summarize
from nikti.report.words import LANGUAGES, say, verdict_sentence
from nikti.verdict.conditions import FEW_FOLDS
from nikti.verdict.judge import judge
from nikti.verdict.time_limit import LEFT_OUT
from tests.plans import altered
from tests.report.made import made_explained, made_regression, made_run, made_samples, without_tags

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Outline(html.parser.HTMLParser):
    """Tags in balance, attributes, ids and the visible text."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.text, self.ids = [], [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for key, value in attrs if key == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title"):
            self.text.append((list(self.open), data))


@pytest.fixture(scope="module")
def run():
    return made_run(n=400, sizes=(20, 40, 80, 160, 320))


@pytest.fixture(scope="module")
def summary(run):
    return summarize(run, judge(run), made_samples())


@pytest.fixture(scope="module", params=["en", "bn"])
def page(request, summary):
    return request.param, render(summary, request.param)


def test_it_is_well_formed_and_says_its_language(page):
    lang, text = page
    outline = Outline(text)
    assert ("html", {"lang": lang}) in outline.tags
    assert len(outline.ids) == len(set(outline.ids))


def test_it_needs_no_network(page):
    _, text = page
    for _, attrs in Outline(text).tags:
        for key in ("src", "href"):
            if key in attrs:
                assert attrs[key].startswith(("data:", "#"))
    assert not re.search(r"(https?:)?//(?!www\.w3\.org)[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]*", "", text))
    assert "@import" not in text
    assert "<script" not in text


def test_it_is_small(page):
    assert len(page[1].encode()) < 600_000


def test_every_chart_is_xml_with_a_label(page):
    charts = re.findall(r"<svg.*?</svg>", page[1], flags=re.S)
    assert len(charts) > 12
    for chart in charts:
        root = ET.fromstring(chart)
        assert root.get("role") == "img"
        assert root.get("aria-label")


def test_every_section_is_there_in_order(page):
    wanted = ["verdict", "advice", "data-curve", "leaderboard", "costs", "looked-at", "gallery", "confusions",
              "classes", "training", "data", "how", "reproduce"]  # fmt: skip
    assert [i for i in Outline(page[1]).ids if i in wanted] == wanted


def test_the_verdict_comes_first(page, run):
    lang, text = page
    head, body = verdict_sentence(judge(run), lang).split(": ", 1)
    assert f"<h1>{head}</h1>" in text
    assert body[1:] in text


def test_tables_have_headers(page):
    outline = Outline(page[1])
    assert all("scope" in attrs for tag, attrs in outline.tags if tag == "th")
    assert all(attrs.get("alt") is not None for tag, attrs in outline.tags if tag == "img")


def test_bangla_digits_everywhere(summary):
    outline = Outline(render(summary, "bn"))
    names = {r["contender"] for r in summary["leaderboard"]} | {
        n for n, _ in summary["importance"]["features"]
    }
    for opened, text in outline.text:
        if "code" in opened or any(name in text for name in names) or "hash" in text:
            continue
        assert not re.search("[0-9]", text), text


def test_an_unknown_note_keeps_its_english_and_says_so(summary):
    text = render(summary, "bn")
    assert '<span lang="en">A choice &lt;b&gt;nobody&lt;/b&gt; knows.</span>' in text
    assert "৩টি ফাইল পড়া যায়নি" in text


def test_english_pages_carry_no_bangla_font(summary):
    assert render(summary, "en").count("@font-face") == 2
    assert render(summary, "bn").count("@font-face") == 4


def test_a_contender_that_was_stopped_early_is_shown_and_is_no_failure():
    run = made_run(n=200, sizes=(40, 160))
    run.results = [r for r in run.results if r.trial.contender != "lightgbm" or r.trial.size == 40]
    why = "after 40 of 160 training samples it was far"
    run.results.append(Result(Trial("lightgbm", 0, 160), "stopped", why))
    summary = summarize(run, judge(run), made_samples())
    assert summary["protocol"]["stopped"] == ["lightgbm"]
    assert "lightgbm" not in {item["contender"] for item in summary["protocol"]["failures"]}
    for lang, said in (("en", "Stopped before the full training size: lightgbm"), ("bn", "আগেই থামানো")):
        page = render(summary, lang)
        assert said in page and why in page


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}{v}'


def test_hostile_words_do_nothing():
    run = made_run(n=200, sizes=(40, 160), classes=(HOSTILE, "'><svg/onload=x>", "ok", "\x00", "}}{%"))
    run.data["name"] = run.data["target"] = HOSTILE
    run.data["notes"][1]["text"] = HOSTILE
    run.data["notes"].append(
        {"level": "warning", "code": "empty_class", "text": "x", "values": {"classes": [HOSTILE]}}
    )
    run.settings["source"] = HOSTILE
    for name in run.plan.entries:
        run.plan = altered(run.plan, name, title=HOSTILE)
    for result in run.results:
        if result.outcome != "ok":
            result.reason = HOSTILE
        if result.importance:
            result.importance = [(HOSTILE, 1.0)]
    said = {"truth": HOSTILE, "classical": HOSTILE, "deep": HOSTILE}
    for lang, modality, kind, seen in (
        ("en", "text", {"text": HOSTILE}, {"weights": [1.0] * len(HOSTILE)}),
        ("bn", "text", {"text": HOSTILE}, {"weights": [1.0] * len(HOSTILE)}),
        ("en", "table", {"row_values": {HOSTILE: HOSTILE}}, {"columns": [[HOSTILE, HOSTILE, 1.0]]}),
    ):
        run.data["modality"] = modality
        samples = {
            "one_side_right": {
                "classical": [{"row": 1, **said, **kind}],
                "deep": [{"row": 2, **said, **kind}],
            },
            "explained": made_explained([{"row": 3, "truth": HOSTILE, **kind}], [seen]),
        }
        outline = Outline(render(summarize(run, judge(run), samples), lang))
        for tag, attrs in outline.tags:
            assert tag not in ("script", "iframe", "object")
            assert not any(key.startswith("on") for key in attrs)
            if tag == "img":
                assert attrs["src"].startswith("data:image/")
        assert "49" not in {text.strip() for _, text in outline.text}


def test_only_pictures_are_taken_as_pictures():
    assert picture("data:image/png;base64,iVBORw0KGgo=")
    for bad in (
        "javascript:alert(1)",
        "data:text/html;base64,AAAA",
        "data:image/svg+xml;base64,AAAA",
        "x.png",
    ):
        with pytest.raises(ValueError, match="data URI"):
            picture(bad)


@pytest.mark.parametrize("lang", ["en", "bn"])
def test_the_other_runs_have_pages_too(lang):
    for run in (
        made_regression(n=120),
        made_run(n=200, sizes=(160,), shift=-0.2),
        made_run(n=200, sizes=(40, 160), without="deep"),
        made_run(n=200, sizes=(40, 160), without="classical"),
        made_run(n=300, sizes=(240,), classes=tuple(f"class {i}" for i in range(40))),
        made_run(n=200, sizes=(40, 160), classes=("ভালো", "মন্দ")),
    ):
        run.finished = False
        outline = Outline(render(summarize(run, judge(run)), lang))
        shown = " ".join(text for _, text in outline.text)
        classes = run.data["classes"]
        assert all(name in shown for name in classes[:3]) and ("html", {"lang": lang}) in outline.tags


def test_regression_shows_both_answers_and_no_long_tails():
    run = made_regression(n=120)
    sample = {
        "row": 1,
        "truth": "277.0",
        "classical": "173.3003",
        "deep": "280.12",
        "row_values": {"bmi": 0.0507801},
    }
    samples = {"one_side_right": {"classical": [], "deep": [sample]}}
    text = render(summarize(run, judge(run), samples), "en")
    assert "true value 277<" in text
    assert "machine learning said 173.3<" in text
    assert "deep learning said 280.1<" in text
    assert "0.05078<" in text


@pytest.mark.parametrize("lang", ["en", "bn"])
def test_series_texts_and_rows_are_shown(lang, run):
    shared = {"row": 1, "truth": "1", "classical": "1", "deep": "2", "predicted": "2"}
    kinds = (
        (
            "series",
            'class="wave"',
            {"series": [[0.0, 1.0, float("nan"), 2.0]]},
            {"weights": [0.0, 1.0, 0.5, 0.0]},
        ),
        ("text", "নাটক", {"text": "ভালো লাগল নাটক"}, {"weights": [0.1] * 14}),
        (
            "table",
            "ঢাকা",
            {"row_values": {"age": 41, "city": "ঢাকা", "missing": None}},
            {"columns": [["age", 41, 0.7], ["city", "ঢাকা", -1.0]]},
        ),
    )
    for modality, shown, kind, seen in kinds:
        run.data["modality"] = modality
        samples = {
            "one_side_right": {"classical": [shared | kind], "deep": []},
            "explained": made_explained([shared | kind], [seen], faithful=False),
        }
        text = render(summarize(run, judge(run), samples), lang)
        Outline(text)
        assert say(lang, "look.unfaithful") in text
        assert {"en": "weights of one way.", "bn": "এক পদ্ধতির ওজন।"}[lang] in text
        assert shown in text.partition("</style>")[2]


def test_methods_that_an_earlier_version_stored_without_words_are_named():
    earlier = {"method": "tree_shap"}
    assert (
        faithful.title(earlier, "grad_cam", "bn") == "grad cam"
        and faithful.how(earlier, "en") == "tree shap."
    )


def test_the_page_is_written_whole_or_not_at_all(tmp_path, run, monkeypatch):
    path = report(run, judge(run), None, tmp_path / "deep" / "report.html")
    assert path.read_text(encoding="utf-8").endswith("</html>")
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        report(run, judge(run), None, path, "bn")
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]


def test_the_command_is_what_a_shell_takes():
    settings = {"source": "my photos/", "target": "মূল্য", "seconds": 600.0, "preset": "best", "seed": 3,
                "contenders": ["svm", "resnet18"], "pretrained": "never", "allow_download": True}  # fmt: skip
    assert command(settings) == (
        "nikti compare 'my photos/' --target 'মূল্য' --time-limit 600s --preset best --contender svm "
        "--contender resnet18 --pretrained never --allow-download --seed 3"
    )
    assert command({"source": None}) is None


def test_what_more_data_would_bring_is_told_in_both_languages(summary, page):
    lang, text = page
    assert 'id="more-data"' in text
    assert ("80% interval" if lang == "en" else "৮০% নিশ্চয়তার সীমা") in text
    for line in summary["more_data"]["lines"]:
        assert line["forecast"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_verdict_hangs_on_stands_near_it(lang):
    run = made_run(n=400, sizes=(20, 40, 80, 160, 320))
    gone = (LeftOut("vit", "deep", TRANSFORMER, 900.0),)
    run.plan = replace(run.plan, limit=240.0, enough_seconds=700.0, left_out=gone)
    run.results = [r for r in run.results if r.trial.fold in (0, 1, 2)]
    page = render(summarize(run, judge(run)), lang)
    block = page[page.index('class="conditions"') : page.index('id="advice"')]
    for wording in (LEFT_OUT, FEW_FOLDS):
        assert wording.name.shown(lang) in block
    command = block[block.index("<code>") : block.index("</code>")]
    assert without_tags(command).endswith("--time-limit 12m")
    assert TRANSFORMER.shown(lang) in block
