"""The cost section says what was measured, how, and what was not."""

import re

import pytest

from nikti.report import price
from nikti.report.html import render
from nikti.report.summary import summarize
from nikti.verdict.judge import judge
from tests.report.made import made_run, made_samples


def timing(calls=(1834, 200), seconds=(2.0, 9.1), complete=True, p99=1.9):
    each = [
        {"calls": n, "seconds": s, "warm_ups": 20, "complete": complete, "p99_ms": p99}
        for n, s in zip(calls, seconds, strict=True)
    ]
    asked = {"calls": 200, "seconds": 2.0, "p99_calls": 1000}
    return {"method": "full", "asked": asked, "load": 0.26, "1": each[0], "256": each[1]}


def priced(energy=None, **timed):
    run = made_run(n=400, sizes=(80, 320))
    for result in run.results:
        if result.trial.fold < 0:
            result.timing = timing(**timed)
            result.joules = 1234.5 if energy else None
    if energy:
        run.machine["energy"] = energy
    return summarize(run, judge(run), made_samples())


def column(summary, name, lang="en"):
    return next(row for row in price.table(summary, lang) if row["contender"] == name)


def test_the_champions_have_the_full_measurement_and_its_calls():
    found = priced()
    svm = column(found, "svm_rbf")
    assert (svm["ms1"], svm["p99"], svm["energy"]) == ("0.90 ms", "1.9 ms", "not measured")
    said = " ".join(price.methods(found, "en"))
    assert (
        "svm_rbf was timed on its final model with nothing else" in said
        and "1,834 calls one by one in 2.0 s" in said
    )
    assert "0.3 of 2 cores" in said and "Energy was not measured" in said
    assert "cut short" not in said


def test_calls_that_were_not_made_are_not_claimed():
    found = priced(calls=(41, 8), seconds=(0.75, 0.76), complete=False, p99=None)
    said = " ".join(price.methods(found, "en"))
    assert "41 calls one by one in 0.75 s and 8 in batches" in said and "cut short" in said
    assert column(found, "svm_rbf")["p99"] == "–" and "told of 1,000 calls or more" in said


def test_without_the_full_timing_only_the_short_one_is_told():
    run = made_run(n=400, sizes=(80, 320))
    for result in run.results:
        if result.predict_ms:
            result.timing = timing(calls=(36, 4)) | {"method": "short"}
    said = " ".join(price.methods(summarize(run, judge(run), None), "en"))
    assert "only the short timing of its first fold: 36 calls one by one, 4 in batches" in said
    assert "timed alone" not in said


def test_energy_is_told_with_its_counters_and_the_rest_taken_off():
    found = priced(energy={"counters": ["package-0"], "idle_watts": 11.6})
    assert column(found, "resnet18")["energy"] == "1.2 kJ"
    assert "counted by package-0, less 12 W at rest" in " ".join(price.methods(found, "en"))


@pytest.fixture(scope="module")
def pages():
    found = priced()
    return {lang: render(found, lang) for lang in ("en", "bn")}


def test_the_picture_shows_all_contenders_measured_alike(pages):
    page = pages["en"]
    picture = page[page.index("Score against prediction time") :]
    assert re.search(r"svm_rbf: [0-9.]+%, 0\.90 ms\.", picture)  # the short timing, as of all the others


@pytest.mark.parametrize("lang", ["en", "bn"])
def test_both_languages_tell_every_part(pages, lang):
    page = pages[lang]
    section = page[page.index('<section id="costs">') :].split("</section>")[0]
    assert section.count("<tr>") == 1 + len(price.ROWS)
    assert ("not measured" if lang == "en" else "মাপা হয়নি") in section
    assert ("in their first fold while other trials ran" if lang == "en" else "প্রথম ফোল্ডে") in section
