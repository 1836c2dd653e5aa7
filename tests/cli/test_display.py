"""What is seen: it fits the terminal, shows names as they are, and says what went wrong."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from nikti.cli import tables
from nikti.cli.live import picture, watching
from nikti.cli.progress import Progress, update


def drawn(*things, width=80, **more):
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False, **more)
    console.print(*things)
    return console.file.getvalue()


def flat(shown):
    """The text without the colours, breaks and padding of a terminal."""
    return " ".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).split())


def standing_at(api, now=35.0, events=8):
    standing = Progress(started=0.0)
    for event in api.events[:events]:
        update(standing, event, now)
    return standing


@pytest.mark.parametrize("width", [60, 80, 120])
def test_everything_fits_the_terminal(api, width):
    shown = drawn(
        tables.data_summary(api.data),
        tables.plan_summary(api.planned),
        picture(standing_at(api), 40.0, width),
        tables.verdict(api.comparison.document()),
        width=width,
    )
    assert max(map(cell_len, shown.splitlines())) <= width
    assert width < 80 or "…" not in shown


def test_the_summary_says_what_was_understood(api):
    shown = flat(drawn(tables.data_summary(api.data), width=120))
    assert "1,797" in shown and "image classification" in shown
    assert "[red] 178, শূন্য 182, one [31m 177" in shown  # no markup, no escapes
    assert "\x1b" not in shown
    assert "and 8 more with 74 to 76 each" in shown
    assert "train 1,500, test 297" in shown
    assert "! 3 samples appear twice." in shown


def test_a_regression_has_no_classes(api):
    plain = {"name": "diabetes", "task": "tabular_regression", "n": 442, "classes": [], "target": "y"}
    shown = flat(drawn(tables.data_summary({**plain, "range": [25.0, 346.0]})))
    assert shown == "diabetes task tabular regression samples 442 target y answers 25 to 346"


def test_the_plan_says_what_it_gives_up(api):
    assert "given up            Networks train at most 16 epochs." in drawn(tables.plan_summary(api.planned))


def test_the_plan_tells_the_memory_and_who_needs_it(api):
    shown = flat(drawn(tables.plan_summary(api.planned)))
    assert "about 1,225 MB at most; the largest trial is small_cnn's, 212 MB" in shown
    own = {"name": "my_net", "side": "deep", "title": "yours", "memory_mb": None}
    shown = flat(drawn(tables.plan_summary({**api.planned, "contenders": [own]})))
    assert "about 1,225 MB at most; not counted, because unknown: my_net" in shown


def test_calls_that_were_timed_are_counted(api):
    shown = flat(drawn(tables.leaderboard(api.leaderboard, {"classical": "svm_rbf", "deep": "small_cnn"})))
    assert "with nothing else of the run at work (1,834 / 41 and 1,834 / 41 calls)" in shown
    shorts = [{**row, "timing": {}} for row in api.leaderboard]
    assert "at work" not in drawn(tables.leaderboard(shorts, {"classical": "svm_rbf", "deep": None}))


def test_what_a_verdict_hangs_on_stands_below_it_with_what_to_type(api):
    shown = flat(drawn(tables.verdict(api.compare("digits").document())))
    assert "hangs on svm_rbf was cut short." in shown
    assert "--time-limit 12m, for a surer verdict" in shown


def test_without_a_model_more_time_is_advised(api):
    document = api.compare("digits").document()
    document["verdict"] |= {"winner": None, "conditions": [], "reasons": ["Neither side finished a fold."]}
    shown = flat(drawn(tables.verdict(document)))
    assert "hangs on Neither side" in shown and "--time-limit LONGER, to get a model" in shown


def test_the_leaderboard_has_score_interval_and_costs(api):
    shown = drawn(tables.leaderboard(api.leaderboard, {"classical": "svm_rbf", "deep": "small_cnn"}))
    row = next(line for line in shown.splitlines() if "small_cnn" in line)
    assert row.split() == ["> small_cnn".split()[0], "small_cnn", "0.989", "[0.981,", "0.995]"] + [
        *("14", "2.3/0.041", "212", "1.2")
    ]
    assert "resnet18+" in shown and "n = 1,797" in shown
    assert "vgg11: timeout. stopped after 60 s" in shown


def test_refused_contenders_are_named_in_one_line(api):
    refused = {**api.leaderboard[-1], "status": "refused", "reason": "not part of the preset"}
    rows = [*api.leaderboard[:2], {**refused, "contender": "a"}, {**refused, "contender": "b"}]
    shown = flat(drawn(tables.leaderboard(rows, {"classical": "svm_rbf", "deep": None})))
    assert "not taking part: a, b (" in shown


def test_a_score_from_fewer_folds_is_marked(api):
    fewer = {**api.leaderboard[0], "n": 360, "reason": "stopped after 1 of 5 folds: others were ahead"}
    shown = drawn(tables.leaderboard([fewer], {"classical": None, "deep": None}))
    assert "svm_rbf~" in shown and "~ met the others on fewer folds" in shown and "n = 360" in shown


def test_a_stopped_contender_is_shown_with_its_reason(api):
    why = {"score": None, "status": "stopped", "reason": "after 200 of 1,600 training samples it was far"}
    shown = flat(drawn(tables.leaderboard([api.leaderboard[0], {**api.leaderboard[-1], **why}], {})))
    assert "vgg11: stopped. after 200 of 1,600 training samples it was far" in shown


def test_a_leaderboard_on_which_nothing_finished(api):
    failed = [row for row in api.leaderboard if row["score"] is None]
    assert "vgg11: timeout" in drawn(tables.leaderboard(failed, {"classical": None, "deep": None}))


def test_the_display_shows_both_sides_and_what_runs(api):
    shown = drawn(picture(standing_at(api), 40.0, 80))
    assert "43% 0:40 gone, about 0:40 left" in shown  # 45 s told at 35 s
    assert "svm_rbf fold 2 of 5, 1,437 images" in shown
    assert re.search("vgg11 +final fit, 1,797 images .*epoch 6 of 12", shown)
    assert re.search("svm_rbf +0.977 +small_cnn +0.989", shown)


def test_the_display_says_what_happens_before_there_is_a_plan(api):
    assert drawn(picture(standing_at(api, events=1), 36.0, 80)).startswith("reading the data ... 0:36")
    assert "measuring hand-made features" in drawn(picture(standing_at(api, events=2), 36.0, 80))


def test_a_finished_trial_runs_no_longer(api):
    standing = standing_at(api, events=len(api.events))
    assert standing.running == {} and standing.finished == 2


def test_no_colour_where_none_is_wanted(api, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    shown = drawn(picture(standing_at(api), 40.0, 80), tables.data_summary(api.data), force_terminal=True)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown)


def test_plain_lines_where_there_is_no_terminal(api):
    console = Console(file=io.StringIO(), width=100)
    with watching(console) as watch:
        for event in api.events:
            watch(event)
    lines = console.file.getvalue().splitlines()
    ended = r" 43% +0:00  classical svm_rbf +fold 2 of 5, 1,437 images +0\.977  3\.4 s"
    assert lines[0].strip() == "digits"
    assert re.fullmatch(ended, lines[-2])
    assert lines[-1].endswith("timeout: stopped after 60 s  1 min 00 s")


def test_quiet_is_quiet(api):
    console = Console(file=io.StringIO())
    with watching(console, quiet=True) as watch:
        for event in api.events:
            watch(event)
    assert console.file.getvalue() == ""


def test_a_terminal_keeps_what_failed_and_is_left_clean(api):
    console = Console(file=io.StringIO(), width=80, force_terminal=True, _environ={"TERM": "xterm"})
    with pytest.raises(KeyboardInterrupt), watching(console) as watch:
        for event in api.events:
            watch(event)
        raise KeyboardInterrupt
    shown = console.file.getvalue()
    assert "timeout: stopped after 60 s" in flat(shown)
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1  # hidden, and shown again


def test_the_curve_says_what_more_labels_bring_and_what_cannot_be_said(api, capsys):
    from nikti.cli.main import main

    assert main(["curve", "nikti_runs/digits", "--more", "50000"], api=api) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "0.970 to 1.000" in said  # an accuracy does not pass 1
    assert "rising: doubling the data would bring 0.006 to 0.020" in said
    assert "50,000 more labels: too far to say." in said and "too few sizes." in said
    assert "cross at about 150 training samples (95% interval 110 to 220); from there on deep" in said
    assert "with 2,874 training samples deep learning is ahead with probability 57%" in said
