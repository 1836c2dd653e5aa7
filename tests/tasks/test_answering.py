"""Exact match and F1: against another writing of SQuAD's rules and cases worked by hand; when not to answer;
and what becomes of answers that stand elsewhere than they are said to."""

import re
import string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import Questions
from nikti.core.wording import ALWAYS, best_refusal, exact, f1, normalised
from nikti.protocol.splits import make_split
from nikti.tasks.question_answering import TASK


def official(text):
    """The rules as the paper's appendix has them, one after the other, letter by letter."""
    text = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    words = re.split(r"\s+", re.sub(r"(?<!\w)(the|a|an)(?!\w)", " ", text))
    return [word for word in words if word]


def official_f1(said, truths):
    best = 0.0
    for truth in [t for t in truths if official(t)] or [""]:
        one, other = official(said), official(truth)
        if not one or not other:
            best = max(best, float(one == other))
            continue
        left, hit = Counter(other), 0
        for word in one:
            if left[word]:
                left[word], hit = left[word] - 1, hit + 1
        if hit:
            precision, recall = hit / len(one), hit / len(other)
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


SAID = "The a an Theatre cat, CAT cat's 1,250 U.S. — “x” . ! né\u00a0e _".split(" ")
WORDS = st.lists(st.sampled_from(SAID), max_size=6)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.lists(WORDS, max_size=3))
def test_scores_are_the_official_ones(said, truths):
    said, truths = " ".join(said), [" ".join(truth) for truth in truths]
    assert normalised(said).split() == official(said)
    assert f1(said, truths) == pytest.approx(official_f1(said, truths))
    known = [official(t) for t in truths if official(t)] or [[]]
    assert exact(said, truths) == float(official(said) in known)


@pytest.mark.parametrize(
    ("said", "truths", "wanted", "same"),
    [
        ("the Denver Broncos!", ["Denver Broncos"], 1.0, 1),
        ("Denver", ["Denver Broncos", "Carolina"], 2 / 3, 0),
        ("in 1971", ["1971", "the year 1971"], 2 / 3, 0),
        ("", [], 1.0, 1),
        ("anything", [], 0.0, 0),
        ("", ["something"], 0.0, 0),
        ("ঢাকা শহর।", ["ঢাকা শহর"], 1.0, 1),
        ("ঢাক শহর", ["ঢাকা শহর"], 1 / 2, 0),  # without its vowel sign it is another word
        ("दिल्ली।", ["दिल्ली"], 1.0, 1),
        ("क\u094d\u200dष", ["क\u094dष"], 0.0, 0),  # a joiner is a letter's shape and stays
        ("東京、日本", ["東京日本"], 1.0, 1),
        ("1979–81", ["197981"], 0.0, 0),  # the official rule keeps a dash that is not ASCII's
    ],
)
def test_known_cases(said, truths, wanted, same):
    assert (f1(said, truths), exact(said, truths)) == (pytest.approx(wanted), same)


def test_the_best_refusal_is_found_by_trying_all():
    rng = np.random.default_rng(0)
    for _ in range(30):
        n = int(rng.integers(1, 12))
        doubt, score = rng.integers(-3, 4, n).astype(float), rng.random(n)
        empty = rng.random(n) < 0.5

        def gained(threshold, doubt=doubt, score=score, empty=empty):
            return np.where(doubt > threshold, empty, np.where(empty, 0.0, score)).sum()

        found = best_refusal(doubt, score, empty)
        if not empty.any():
            assert found == ALWAYS
        assert gained(found) == pytest.approx(max(gained(t) for t in np.arange(-4.5, 5)))


def data(rows, passages, groups=None):
    """rows: (question, passage number, texts, starts)."""
    questions, which, texts, starts = zip(*rows, strict=True)
    answers = Phrases.of(texts, starts)
    return Data("some", "question", Questions(questions, passages, which), answers, groups=groups)


def test_answers_are_looked_for_where_they_occur_once():
    passages = ["Rina was born in Feni. Feni is small.", "  ", "rina was  born in feni. Feni is small."]
    rows = [
        ("who?", 0, ["Rina"], [0]),
        ("who?", 0, ["Rina", "born in"], [3, -1]),  # both occur once
        ("where?", 0, ["Feni"], [1]),  # twice: which one is meant?
        ("where?", 0, ["Feni", "Feni"], [1, 17]),
        ("when?", 0, [], []),
        ("", 0, ["Rina"], [0]),
        ("who?", 1, ["Rina"], [0]),
        ("where?", 2, ["feni"], [99]),
    ]
    found = TASK.prepare(data(rows, passages))
    assert [(q.question, found.targets[i], found.targets.places(i)) for i, q in enumerate(found.inputs)] == [
        ("who?", ["Rina"], [0]),
        ("who?", ["Rina", "born in"], [0, 9]),
        ("where?", ["Feni"], [17]),
        ("when?", [], []),
        ("where?", ["feni"], [18]),
    ]
    told = {note.code: note.values for note in found.notes}
    assert told == {
        "questions_empty": {"count": 2, "of": 8},
        "answers_mended": {"count": 3},
        "answers_not_found": {"count": 2, "questions": 1},
    }
    assert len(set(found.groups.tolist())) == 1  # the same passage but for blanks and capitals
    assert TASK.prepare(found).notes == found.notes  # and once more nothing is found
    assert TASK.facts(found) == {"passages": 2, "unanswerable": 1}
    assert TASK.strata(found.targets).tolist() == [0, 0, 0, 1, 0]


def test_scores_over_questions_with_and_without_an_answer():
    truth = Phrases.of([["a red cat"], ["Feni"], [], []])
    said = Phrases.of([["red dog"], ["Feni"], [""], ["Feni"]])
    losses = TASK.losses(truth, said)
    np.testing.assert_allclose(losses, [0.5, 0, 0, 1])
    scores = TASK.score(truth, said)
    assert scores["f1"] == pytest.approx(1 - losses.mean()) and scores["exact_match"] == 0.5
    assert scores["f1_answerable"] == 0.75 and scores["exact_match_answerable"] == 0.5
    assert scores["no_answer_recall"] == 0.5
    assert set(TASK.score(truth[[0, 1]], said[[0, 1]])) == {"f1", "exact_match"}
    assert TASK.score(truth, Phrases.of([[], [], [], []]))["no_answer_recall"] == 1.0  # nothing said is ""


def test_passages_and_articles_never_straddle_a_split():
    rng = np.random.default_rng(0)
    passages = [f"Passage {i} tells {i}." for i in range(40)]
    rows = [("what?", int(p), [str(p)], [-1]) for p in rng.integers(0, 40, 200)]
    rows = [(q, p, [f"tells {p}"], s) for q, p, _, s in rows]
    articles = np.array([p // 2 for _, p, _, _ in rows])
    found = TASK.prepare(data(rows, passages, articles))
    strata, rows = TASK.strata(found.targets), np.arange(200)
    split = make_split(
        strata, rows=rows, groups=found.groups, grouped_by_user=True, times=None, folds=5, seed=0
    )
    for article in range(20):
        assert len(set(split.fold[articles == article].tolist())) == 1


def test_refusals_say_why():
    with pytest.raises(DataError, match="0 questions whose answer stands"):
        TASK.prepare(data([("who?", 0, ["Karim"], [0]), ("what?", 0, ["b"], [0])], ["Rina."]))
    with pytest.raises(DataError, match="none of the 2 questions"):
        TASK.prepare(data([("who?", 0, [], []), ("what?", 0, [], [])], ["Rina."]))
    texts = Data("t", "text", Questions(["a"], ["b"], [0]), np.array(["x"], dtype=object))
    assert "text data" in TASK.accepts(texts).en
