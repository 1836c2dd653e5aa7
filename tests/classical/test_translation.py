"""Counting and searching, against what can be worked out by hand or by trying everything."""

import itertools

import numpy as np
import pytest

from nikti.classical.tasks._translation import align, language_model, memory, phrases, translator, words
from nikti.classical.tasks._translation.decode import Option, Weights, translate
from nikti.classical.tasks._translation.language_model import BEGIN, END, RESERVED, UNSEEN


@pytest.mark.parametrize(
    "text", ['Er sagt: "Ja (wirklich), 3,5 %!"', "আমি ভাত খাই। র\u200d্যাম", "don't well-known", ""]
)
def test_words_join_to_the_same_text(text):
    assert words.join(words.split(text)) == text


def test_bangla_words_are_not_torn():
    assert words.split("ভালো লাগল।") == ["▁ভালো", "▁লাগল", "।"]


def test_sentences_begin_with_capitals_only_where_they_did():
    learned = [
        words.split(text) for text in ("Ein Hund und ein Ball.", "Der Hund läuft.", "Ein Ball und der Hund")
    ]
    case = words.Case.of(learned)
    assert [case.inside(sentence)[0] for sentence in learned] == ["▁ein", "▁der", "▁ein"]
    assert case.capitalised("ein Hund") == "Ein Hund"
    bangla = words.Case.of([words.split("আমি ভাত খাই।")])
    assert bangla.capitalised("abc") == "abc" and bangla.inside(["▁আমি"]) == ["▁আমি"]


def test_links_of_words_that_always_go_together():
    rng = np.random.default_rng(0)
    sources = [rng.permutation(12)[: rng.integers(3, 7)] for _ in range(300)]
    targets = [source[::-1] + 20 for source in sources]  # each word has its own; the order is turned round
    for source, found in zip(sources, align.links(sources, targets), strict=True):
        assert found == {(i, len(source) - 1 - i) for i in range(len(source))}


def test_phrases_are_all_that_their_definition_allows():
    rng = np.random.default_rng(3)
    for _ in range(60):
        source, target = rng.integers(1, 6, 2).tolist()
        every = list(itertools.product(range(source), range(target)))
        links = {every[k] for k in rng.choice(len(every), rng.integers(1, len(every) + 1), replace=False)}
        wanted = {
            (a, b, c, d)
            for a, b in itertools.combinations(range(source + 1), 2)
            for c, d in itertools.combinations(range(target + 1), 2)
            if any(a <= i < b and c <= j < d for i, j in links)
            and all((a <= i < b) == (c <= j < d) for i, j in links)
        }
        found = phrases.extract(source, target, links)
        assert set(found) == wanted and len(found) == len(set(found))


def test_the_language_model_is_a_probability():
    rng = np.random.default_rng(1)
    sentences = [rng.integers(RESERVED, 12, rng.integers(1, 9)) for _ in range(80)]
    model = language_model.learn(sentences, 12)
    seen = set(np.concatenate(sentences).tolist())
    for two, one in ((BEGIN, BEGIN), (BEGIN, 5), (4, 7), (7, 7)):
        chances = [model.chance(two, one, word) for word in (*sorted(seen), END)]
        # What is left is for words never seen, an even share of each (and of BEGIN, which is never said).
        assert 0.9 < np.exp(chances).sum() < 1.0
        assert model.chance(two, one, UNSEEN) < min(chances)
    assert language_model.perplexity(model, sentences) < len(seen) + 1


def test_kneser_ney_by_hand():
    """a b, a b, c b: two words come before b, so behind a new word b is likelier than a."""
    a, b, c = 3, 4, 5
    model = language_model.learn([np.array([a, b]), np.array([a, b]), np.array([c, b])], 6)
    # Behind a: b is all that ever came, twice; D from 2 trigrams seen once and 3 seen twice or more.
    assert model.chance(BEGIN, a, b) > np.log(0.6)
    assert model.chance(UNSEEN, UNSEEN, b) > model.chance(UNSEEN, UNSEEN, a)


def test_the_search_finds_what_trying_everything_finds():
    rng = np.random.default_rng(5)
    sentences = [rng.integers(RESERVED, 9, 5) for _ in range(40)]
    model = language_model.learn(sentences, 9)
    weights = Weights(limit=9)
    for _ in range(12):
        length = int(rng.integers(2, 5))
        spans = {}
        for i, j in itertools.combinations(range(length + 1), 2):
            if j - i == 1 or rng.random() < 0.5:
                made = []
                for _ in range(2):
                    said = tuple(rng.integers(RESERVED, 9, rng.integers(1, 3)).tolist())
                    score = float(rng.normal())
                    made.append(Option(said, score, score + weights.language * model.alone(said)))
                spans[i, j] = sorted(made, key=lambda option: -option.guess)
        found = translate(length, lambda i, j, spans=spans: spans.get((i, j), []), model, weights)
        assert sorted(place for i, j, _ in found for place in range(i, j)) == list(range(length))
        best = max(_every(length, spans), key=lambda way: _score(way, model, weights))
        assert _score(_as_options(found, spans), model, weights) >= _score(best, model, weights) - 0.6


def _every(length, spans):
    """Every way to cut, order and translate."""

    def cuts(start):
        if start == length:
            yield []
        for end in range(start + 1, length + 1):
            if (start, end) in spans:
                yield from ([(start, end), *rest] for rest in cuts(end))

    for cut in cuts(0):
        for order in itertools.permutations(cut):
            for chosen in itertools.product(*(spans[part] for part in order)):
                yield list(zip(order, chosen, strict=True))


def _as_options(found, spans):
    return [((i, j), next(o for o in spans[i, j] if o.words == said)) for i, j, said in found]


def _score(way, model, weights):
    total, two, one, last = 0.0, BEGIN, BEGIN, 0
    for (start, end), option in way:
        total += option.score - weights.jump * abs(start - last)
        for word in option.words:
            total += weights.language * model.chance(two, one, word)
            two, one = one, word
        last = end
    return total + weights.language * model.chance(two, one, END)


def test_unknown_words_stay_and_long_texts_come_out_whole():
    tables = translator.learn(["a dog", "a cat", "the dog"], ["ein Hund", "eine Katze", "der Hund"])
    translate_it = translator.Translator(tables, Weights())
    assert "Zyx" in translate_it("a Zyx dog") and "Hund" in translate_it("a dog")
    assert translate_it("dog " * 500).split().count("Hund") == 500
    assert translate_it("") == ""
    named = translate_it.importance()
    assert dict(named)["a dog → ein Hund"] > 0 and sum(share for _, share in named) == pytest.approx(1)


def test_the_memory_says_what_the_nearest_became():
    said = memory.Memory(["a red dog", "two cats sleep"], ["ein roter Hund", "zwei Katzen schlafen"])
    assert said.all(["the cats slept", "red dogs"]) == ["zwei Katzen schlafen", "ein roter Hund"]
    assert said.all([""])[0] in said.translations
