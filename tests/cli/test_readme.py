"""Whatever the README shows can be typed: its lines are read from it and given to the command line."""

import re

import pytest
from tests import readme

import nikti
from nikti.cli.main import main
from nikti.core import catalogue


@pytest.fixture(autouse=True)
def no_browser(monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: True)


def test_the_readme_was_read():
    assert len(readme.COMMANDS) >= 16 and len(readme.PYTHON) == 2 and len(readme.LINKS) > 10
    assert ["compare", "digits"] in readme.COMMANDS and ["doctor"] in readme.VERBS


@pytest.mark.parametrize("words", readme.COMMANDS + readme.VERBS, ids=" ".join)
def test_every_line_is_understood(words, api, capsys):
    assert main(words, api=api) == 0
    assert words[0] in ("datasets", "contenders", "doctor") or api.asked[0][1]  # what was given came through
    capsys.readouterr()
    assert main([*words, "--json"], api=api) == 0


@pytest.mark.parametrize("words", readme.INLINE)
def test_every_command_in_the_text_names_a_verb(words):
    assert words.split()[0] in catalogue.names("cli/verbs")


def test_the_table_has_every_verb():
    assert {words[0] for words in readme.VERBS} == set(catalogue.names("cli/verbs"))


def test_every_flag_belongs_to_a_verb(capsys):
    known = set()
    for verb in catalogue.names("cli/verbs"):
        main([verb, "--help"])
        known |= set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out))
    assert known >= readme.FLAGS and len(readme.FLAGS) > 8


def test_every_file_it_shows_is_there():
    assert [link for link in readme.LINKS if not (readme.ROOT / link).exists()] == []


def test_every_target_it_names_is_in_the_makefile():
    makefile = (readme.ROOT / "Makefile").read_text()
    assert set(readme.TARGETS) >= {"compare", "test", "bench"}
    assert [target for target in readme.TARGETS if f"\n{target}:" not in makefile] == []


def test_every_name_of_the_python_it_shows_is_there():
    called = set(re.findall(r"nikti\.([a-z_]+)", readme.PYTHON[0]))
    assert called and called <= set(nikti.__all__)
