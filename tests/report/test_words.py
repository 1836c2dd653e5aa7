"""Both languages say the same things, and no sentence is missing or unused."""

import re
from string import Formatter

import pytest

from nikti.core.errors import UnknownName
from nikti.report.words import LANGUAGES, phrases, say
from nikti.report.words.phrases import FOLDER

SOURCES = [p for p in FOLDER.parent.rglob("*") if p.suffix in (".py", ".html")]
LITERAL = re.compile(r'["\']([a-z_]+\.[A-Za-z_0-9]+)["\']')
DYNAMIC = re.compile(r'["\']([a-z_]+\.[A-Za-z_0-9]*)(?:["\'] ~|\{)')


def placeholders(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_the_same_keys_in_both_languages():
    assert set(phrases("en")) == set(phrases("bn"))


def test_the_same_placeholders_in_both_languages():
    en, bn = phrases("en"), phrases("bn")
    assert {k: placeholders(v) for k, v in en.items()} == {k: placeholders(v) for k, v in bn.items()}


def test_no_key_is_missing_or_unused():
    said = "\n".join(p.read_text(encoding="utf-8") for p in SOURCES)
    sections = {key.partition(".")[0] for key in phrases("en")}
    literal = {key for key in LITERAL.findall(said) if key.partition(".")[0] in sections}
    dynamic = {key for key in DYNAMIC.findall(said) if key.partition(".")[0] in sections}
    files = {p.name for p in SOURCES} | {"s.data", "s.protocol"}
    missing = literal - set(phrases("en")) - files - dynamic
    assert not missing
    unused = [
        key for key in phrases("en") if key not in literal and not any(key.startswith(d) for d in dynamic)
    ]
    assert not unused


def test_bangla_sentences_have_no_latin_digits():
    assert not [
        key for key, words in phrases("bn").items() if re.search("[0-9]", re.sub(r"\{[^}]*\}", "", words))
    ]


def test_say_fills_in():
    assert say("en", "page.samples", n="1") == "1 samples"
    assert say("bn", "page.samples", n="১") == "১টি নমুনা"


def test_an_unknown_language_is_told_with_the_known_ones():
    with pytest.raises(UnknownName, match="bn, en"):
        phrases("fr")
    assert LANGUAGES == ("en", "bn")
