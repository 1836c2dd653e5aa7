"""A worker's side of one job: what it tells of it, whatever the job does."""

from pathlib import Path

import pytest

from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.executors._attempt import NO_MEMORY, attempt, prepared


def tried(function, **request):
    """(whether it went well, what was told)."""
    told = []
    well = attempt(function, {"work": {}, "roots": {}, **request}, told.append)
    return well, told


def test_work_roots_and_messages_go_through(tmp_path):
    def work(job, roots, emit):
        emit({"text": "half"})
        assert isinstance(roots["run"], Path)
        return [job["n"] * 2, str(roots["run"])]

    well, told = tried(work, work={"n": 21}, roots={"run": str(tmp_path)})
    assert well and told == [{"message": {"text": "half"}}, {"answer": [42, str(tmp_path)]}]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("no good"), "ValueError: no good"),
        (DataError("row 3 of a.csv has no answer."), "row 3 of a.csv has no answer."),  # meant for people
        (MemoryError(), "not enough memory"),
        (KeyError("x"), "KeyError: 'x'"),
        (SystemExit(3), "SystemExit: 3"),
        (KeyboardInterrupt(), "KeyboardInterrupt: "),
        (ValueError("x" * 9000), "ValueError: " + "x" * (1500 - len("ValueError: "))),
    ],
)
def test_an_error_is_told_in_words_and_its_traceback_is_kept(error, text, capsys):
    def work(job, roots, emit):
        raise error

    well, told = tried(work)
    bangla = NO_MEMORY.bn if isinstance(error, MemoryError) else ""
    assert not well and told == [{"error": text, "error_bn": bangla, "class": type(error).__name__}]
    assert type(error).__name__ in capsys.readouterr().err


def test_a_function_is_found_and_what_is_not_installed_is_passed_over():
    assert prepared("os.path:basename", ["json", "no_such_library"]) is __import__("os").path.basename
    with pytest.raises(ModuleNotFoundError):
        prepared("no_such_library:work", [])


def test_an_error_that_speaks_both_languages_is_told_in_both():
    def work(job, roots, emit):
        raise DataError(Words("row 3 has no answer.", "৩ নম্বর সারিতে উত্তর নেই।"))

    _, (told,) = tried(work)
    assert (told["error"], told["error_bn"]) == ("row 3 has no answer.", "৩ নম্বর সারিতে উত্তর নেই।")
