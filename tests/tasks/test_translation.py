"""BLEU and chrF are sacrebleu's, and a text's part in them is what leaving it out shows."""

import numpy as np
import pytest

from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.errors import DataError
from nikti.core.inputs import Texts
from nikti.tasks import _bleu
from nikti.tasks.translation import TASK


def corpus(seed, n=40, references=1):
    """(said, references of each) of invented words, with copies, gaps and an empty answer."""
    rng = np.random.default_rng(seed)
    words = np.array("ein der Mann Hund läuft Ball rot , . und".split())
    truth = [[" ".join(rng.choice(words, rng.integers(3, 12))) for _ in range(references)] for _ in range(n)]
    said = []
    for texts in truth:
        parts = texts[0].split()
        said.append(
            " ".join(word if rng.random() < 0.8 else "etwas" for word in parts[: rng.integers(1, 13)])
        )
    said[3] = ""
    return said, truth


@pytest.mark.parametrize("references", [1, 2])
def test_scores_are_sacrebleus(references):
    from sacrebleu.metrics import BLEU, CHRF

    said, truth = corpus(0, references=references)
    scores = TASK.score(Phrases.of(truth), Phrases.of([[text] for text in said]))
    columns = [list(column) for column in zip(*truth, strict=True)]
    assert scores["bleu"] == pytest.approx(BLEU().corpus_score(said, columns).score / 100, abs=1e-9)
    assert scores["chrf"] == pytest.approx(CHRF().corpus_score(said, columns).score / 100, abs=1e-9)


def test_smoothing_of_what_was_not_found():
    from sacrebleu.metrics import BLEU

    said, truth = ["der rote Hund läuft weg"], [["der kleine Hund läuft fort"]]
    ours = TASK.score(Phrases.of(truth), Phrases.of([said]))["bleu"]
    assert ours == pytest.approx(BLEU().corpus_score(said, [truth[0]]).score / 100)
    assert TASK.score(Phrases.of(truth), Phrases.of([["nichts davon"]]))["bleu"] == 0
    assert TASK.score(Phrases.of(truth), Phrases.of([[]]))["bleu"] == 0


def test_losses_are_what_leaving_a_text_out_changes():
    from sacrebleu.metrics import BLEU

    said, truth = corpus(1)
    losses = TASK.losses(Phrases.of(truth), Phrases.of([[text] for text in said]))
    whole = BLEU().corpus_score(said, [[t[0] for t in truth]]).score / 100
    assert 1 - losses.mean() == pytest.approx(whole)
    n = len(said)
    without = np.array(
        [
            BLEU().corpus_score(said[:k] + said[k + 1 :], [[t[0] for t in truth[:k] + truth[k + 1 :]]]).score
            for k in range(n)
        ]
    )
    pseudo = n * whole - (n - 1) * without / 100
    np.testing.assert_allclose(1 - losses - (1 - losses).mean(), pseudo - pseudo.mean(), atol=1e-9)
    assert abs(pseudo.mean() - whole) < 0.05  # the jackknife's bias, which is taken out


def test_their_spread_is_that_of_bleu_when_texts_are_drawn_anew():
    said, truth = corpus(2, n=300)
    losses = TASK.losses(Phrases.of(truth), Phrases.of([[text] for text in said]))
    counts = _bleu.counts(Phrases.of(truth), Phrases.of([[text] for text in said]))
    rng = np.random.default_rng(0)
    drawn = _bleu.bleu(np.stack([counts[rng.integers(0, 300, 300)].sum(0) for _ in range(800)]))
    assert losses.std() / np.sqrt(300) == pytest.approx(drawn.std(), rel=0.15)


def test_the_signature_is_of_the_corpus_score():
    assert "nrefs:1" in _bleu.signature() and "eff:no" in _bleu.signature()
    assert "tok:13a" in _bleu.signature() and "smooth:exp" in _bleu.signature()


def pairs(sources, targets, split=None):
    return Data("pairs", "text", Texts(sources), Phrases.of([[t] for t in targets]), split=split)


def test_pairs_are_made_tidy_and_what_was_done_is_said():
    sources = ["one\u200e dog", "", "two  dogs", "the same", "a\x07 b", "x" * 500]
    targets = ["ein Hund", "leer", " zwei\tHunde ", "the same", "c d", "kurz"]
    data = TASK.prepare(pairs(sources, targets))
    assert list(data.inputs)[:2] == ["one dog", "two dogs"] and data.targets[1] == ["zwei Hunde"]
    told = {note.code: note.values["count"] for note in data.notes}
    assert told == {
        "dropped_empty_side": 1,
        "control_characters": 2,
        "untranslated_pairs": 1,
        "lopsided_pairs": 1,
    }


def test_bangla_keeps_its_joiners_and_is_brought_to_one_form():
    decomposed, conjunct = "ক\u09c7\u09be", "র\u200d্যাম"  # ো in two parts; ra, joiner, ya-phala
    data = TASK.prepare(pairs([decomposed, conjunct], [conjunct, decomposed]))
    assert data.inputs[0] == "ক\u09cb" and data.inputs[1] == conjunct and not data.notes


def test_pairs_in_training_and_test_are_counted():
    data = TASK.prepare(pairs(["a", "b", "a"], ["c", "d", "c"], np.array([0, 0, 2], np.uint8)))
    assert [(n.code, n.values["count"]) for n in data.notes] == [("pairs_in_both", 1)]


def test_refusals():
    with pytest.raises(DataError, match="two are needed"):
        TASK.prepare(pairs(["a", ""], ["b", "c"]))
    assert "another kind" in TASK.accepts(Data("d", "text", Texts(["a"]), np.array(["b"]))).en
