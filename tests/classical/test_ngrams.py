"""N-gram weights against scikit-learn, Bangla words, and the two halves being one."""

import numpy as np
import pytest

TEXTS = ["ভালো লাগল নাটক", "খুব ভালো নাটক!", "a film, a bad film", "", "Seen it twice; seen it again"] * 2


@pytest.mark.parametrize(("analyzer", "lengths"), [("word", (1, 2)), ("char_wb", (2, 4))])
def test_weights_are_tfidf_of_scikit_learn(analyzer, lengths):
    from sklearn.feature_extraction.text import TfidfVectorizer

    from nikti.classical.ngrams import WORD, Ngrams

    ours = Ngrams(analyzer, *lengths).fit(TEXTS)
    pattern = WORD if analyzer == "word" else None
    theirs = TfidfVectorizer(
        analyzer=analyzer, ngram_range=lengths, sublinear_tf=True, token_pattern=pattern, dtype=np.float32
    ).fit(TEXTS)
    assert list(ours.terms_) == list(theirs.get_feature_names_out())
    difference = ours.transform(TEXTS) - theirs.transform(TEXTS)
    assert abs(difference).max() < 1e-6


def test_bangla_words_stay_whole():
    from nikti.classical.ngrams import Ngrams

    words = Ngrams("word", 1, 1).fit(["ভালো লাগল নাটক"]).terms_
    assert set(words) == {"ভালো", "লাগল", "নাটক"}


def test_counting_everything_once_changes_nothing():
    from nikti.classical.ngrams import Ngrams

    rows = np.array([0, 2, 4])
    counts, terms = Ngrams("char_wb", 2, 3).count(TEXTS)
    cached = Ngrams("char_wb", 2, 3).learn(counts[rows], terms)
    fresh = Ngrams("char_wb", 2, 3).fit([TEXTS[row] for row in rows])
    assert list(cached.terms_) == list(fresh.terms_)
    assert abs(cached.weigh(counts) - fresh.transform(TEXTS)).max() < 1e-6


def test_nothing_of_other_rows_is_learned():
    from nikti.classical.ngrams import Ngrams

    counts, terms = Ngrams("word", 1, 1).count(["red green", "blue blue"])
    assert list(Ngrams("word", 1, 1).learn(counts[:1], terms).terms_) == ["green", "red"]


def test_texts_without_a_word_give_no_columns():
    from nikti.classical.ngrams import Ngrams

    found = Ngrams("word", 1, 1).fit(["", " "])
    assert found.transform(["", "word"]).shape == (2, 0)
