"""N-grams of texts: against scikit-learn's, at their places, whole after JSON, and cheap to foresee."""

import json
import time
import unicodedata

import numpy as np
import pytest

from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.deep.encoders import _ngrams, text
from nikti.deep.encoders._ngrams import RUN, NgramEncoder, occurrences

TEXTS = ["ভালো লাগল নাটক", "Not good, but NOT bad!", "নাটকটা  ভালো\nলাগেনি", "r2d2 ...", "", "  "]


def fitted(texts=TEXTS):
    return text.fit(Texts(texts * 3), seed=0, options={"ngrams": _ngrams.MOST})


@pytest.mark.parametrize("sentence", TEXTS)
def test_runs_are_those_of_scikit_learn(sentence):
    from sklearn.feature_extraction.text import CountVectorizer

    theirs = CountVectorizer(
        analyzer="char_wb", ngram_range=(_ngrams.SHORTEST, _ngrams.LONGEST)
    ).build_analyzer()(sentence)
    ours = {term.removeprefix(RUN) for *_, term in occurrences(sentence, True) if term.startswith(RUN)}
    assert ours == {run for run in theirs if len(run) >= _ngrams.SHORTEST}


def test_words_and_pairs():
    found = [term for *_, term in occurrences("Not good, but NOT bad!", False)]
    words = ["not", "good", ",", "but", "not", "bad", "!"]
    assert [term for term in found if " " not in term] == words
    assert [term for term in found if " " in term] == [f"{a} {b}" for a, b in zip(words, words[1:])]  # noqa: B905


def test_an_n_gram_lies_where_it_is_said_to_lie():
    sentence = "র‍্যাব ভালো নাটক ÀB"
    for start, end, term in occurrences(sentence, True):
        assert sentence[start:end].lower() == term.removeprefix(RUN).strip(" ")


def test_both_ways_of_writing_a_letter_are_one_and_places_are_those_of_the_text():
    composed = "ভালো নাটক"
    apart = unicodedata.normalize("NFD", composed)
    assert len(apart) > len(composed)
    one, other = list(occurrences(composed, True)), list(occurrences(apart, True))
    assert [term for *_, term in one] == [term for *_, term in other]
    assert other[-1][1] == len(apart)
    words = [apart[start:end] for start, end, term in other if not term.startswith(RUN) and " " not in term]
    assert words == apart.split()


def test_each_n_gram_of_a_text_has_one_number_and_its_place():
    encoder = fitted()
    for sentence in TEXTS:
        tokens = encoder.encode_texts([sentence])[0]
        kept = tokens[tokens != _ngrams.PAD].tolist()
        assert len(set(kept)) == len(kept) == len(encoder.spans(sentence))
        terms = [encoder.terms[number - 1] for number in kept]
        assert set(terms) == {term for *_, term in occurrences(sentence, True)} & set(encoder.terms)


def test_rare_n_grams_of_many_texts_are_left_out():
    texts = [f"common word{k}" for k in range(_ngrams.FROM)]
    terms = fitted(texts[: _ngrams.FROM // 4]).terms
    assert "common" in terms and "word7" in terms
    terms = text.fit(Texts(texts), seed=0, options={"ngrams": _ngrams.MOST}).terms
    assert "common" in terms and "word7" not in terms and "common word7" not in terms


def test_runs_of_long_texts_are_not_read():
    encoder = fitted([" ".join(["many words"] * 100)])
    assert not encoder.runs and encoder.terms == ["many", "many words", "words", "words many"]


def test_head_and_tail_of_what_is_too_long():
    encoder = NgramEncoder(list("abcdefghij"), False, 4)
    assert encoder.encode_texts(["a b c d e f"]).tolist() == [[1, 2, 5, 6]]
    assert encoder.spans("a b c d e f") == [(0, 1), (2, 3), (8, 9), (10, 11)]


def test_state_survives_json():
    import torch

    encoder = fitted()
    facts, tensors = encoder.state()
    again = text.from_state(json.loads(json.dumps(facts)), tensors)
    assert again.shape == encoder.shape
    assert torch.equal(again.encode_texts(TEXTS), encoder.encode_texts(TEXTS))


def test_nothing_but_empty_texts():
    encoder = fitted(["", " "])
    tokens = encoder.batch(encoder.encode(Texts(["", "x"])))[0]
    assert tokens.shape == (2, 1) and not tokens.any()
    assert text.from_state(*encoder.state()).terms == []


def test_training_leaves_some_out():
    import torch

    encoder = fitted()
    tokens = encoder.batch(encoder.encode(Texts(TEXTS * 100)))[0]
    lost = encoder.augment((tokens,), torch.Generator().manual_seed(0))[0]
    assert (lost[lost != tokens] == _ngrams.PAD).all()
    share = float((lost != tokens).sum() / (tokens != _ngrams.PAD).sum())
    assert abs(share - _ngrams.DROPOUT) < 0.02


def texts_like(n, words, seed=0):
    """Words of a Zipf law, as languages have it."""
    rng = np.random.default_rng(seed)
    known = ["".join(rng.choice(list("abcdefghiklmnoprstu"), rng.integers(2, 9))) for _ in range(4000)]
    ranks = np.minimum(rng.zipf(1.4, (n, words)), len(known)) - 1
    return [" ".join(known[k] for k in row) for row in ranks]


@pytest.mark.parametrize("options", [{"ngrams": _ngrams.MOST}, {"part": 256}])
@pytest.mark.parametrize(("n", "words"), [(100, 12), (3000, 12), (300, 900)])
def test_a_forecast_is_near_what_is_learned(options, n, words):
    data = Data("made", "text", Texts(texts_like(n, words)))
    foreseen = text.forecast(data, options)
    learned = text.fit(data.inputs, seed=0, options=options).shape
    assert 1 / 3 < foreseen.vocabulary / learned.vocabulary < 3
    assert 1 / 2 < foreseen.length / learned.length < 2


def test_a_forecast_of_many_texts_takes_no_time():
    """A plan asks hundreds of times."""
    data = Data("made", "text", Texts(texts_like(10_000, 12)))
    for options in ({"ngrams": _ngrams.MOST}, {}):
        began = time.process_time()
        for _ in range(5):
            text.forecast(data, options)
        assert (time.process_time() - began) / 5 < 0.1
