"""How a job ended, from what its worker left behind."""

import pytest

from nikti.core.words import Words
from nikti.executors import Job
from nikti.executors._pool import End, Running, _outcome


def running(**more):
    """A job that a worker works on."""
    return Running(Job("a", {}), 1, process=None, tries=1, **{"pid": 7, **more})


def ended(one, status):
    return _outcome(one, End(status, cpu=1.5, peak_mb=20.0))


ANSWERED = {"answered": True, "answer": 42}
BROKE = {"error": "ValueError: no good", "error_class": "ValueError"}


@pytest.mark.parametrize(
    ("left", "status", "outcome", "reason"),
    [
        (ANSWERED, 0, "ok", ""),
        (BROKE, 1, "failed", "ValueError: no good"),
        ({}, 3, "failed", "the process ended with the status 3"),
        ({}, -9, "killed", "the process was ended by SIGKILL (most often: out of memory)"),
        ({}, -11, "killed", "the process was ended by SIGSEGV"),
        ({}, -35, "killed", "the process was ended by signal 35"),  # one without a name
        (BROKE, -6, "killed", "the process was ended by SIGABRT"),  # it broke, and then fell
        (ANSWERED, -9, "killed", "the process was ended by SIGKILL (most often: out of memory)"),
        ({}, 0xC0000005, "killed", "the process crashed (status 0xc0000005)"),  # of Windows
    ],
)
def test_every_end_has_its_reason(left, status, outcome, reason):
    found = ended(running(**left), status)
    assert (found.id, found.outcome, str(found.reason)) == ("a", outcome, reason)
    assert found.answer == (42 if outcome == "ok" else None) and (found.cpu, found.peak_mb) == (1.5, 20.0)
    assert found.error == ("ValueError" if reason == "ValueError: no good" else "")


@pytest.mark.parametrize("status", [0, -9, None])
def test_who_was_stopped_from_here_was_stopped_for_that_reason(status):
    reason = Words("too slow", "ধীর")
    found = ended(running(stopped="timeout", reason=reason, **ANSWERED), status)
    assert (found.outcome, found.reason) == ("timeout", reason)


@pytest.mark.parametrize("status", [0, None])
def test_who_vanished_without_a_word_is_started_again_twice(status):
    for tries in (1, 2):
        one = running()
        one.tries = tries
        assert ended(one, status) is None
    one.tries = 3
    found = ended(one, status)
    assert found.outcome == "killed" and "3 times" in str(found.reason)


def test_what_never_began_took_no_time():
    one = running(**BROKE)
    one.pid = None
    assert ended(one, 1).seconds == 0.0
