"""Words of any script, candidates and their measures by hand, conditional logit against its definition, and
what the readers make of generated stories."""

import json

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp

from nikti.classical import side
from nikti.classical.tasks._answering import features, learning, ranking
from nikti.classical.tasks._answering.model import AnsweringModel, Floor
from nikti.classical.tasks._answering.ranking import Table
from nikti.classical.tasks._answering.samples import Samples
from nikti.classical.tasks._answering.words import words_of
from nikti.core.contender import Budget
from nikti.core.errors import ModelError
from nikti.core.inputs import Questions
from nikti.datasets import stories
from nikti.tasks.question_answering import TASK


def test_words_keep_their_signs_and_numbers_their_points():
    text = "The U.S. paid $1,250.50 (9%) to “Rina”. কৃষ্ণের ২৪টি ছাগল।\nक्या? ok\ud800 😀!"
    found = words_of(text)
    assert [text[b:e] for b, e in zip(found.begins, found.ends, strict=True)] == (
        "The|U.S.|paid|$|1,250.50|(|9|%|)|to|“|Rina|”|.|কৃষ্ণের|২৪|টি|ছাগল|।|क्या|?|ok\ud800|😀|!".split("|")
    )
    firsts = [found.norms[start] for start in found.bounds[:-1]]
    assert firsts == ["the", "কৃষ্ণের", "क्या"]
    assert not found.plain[found.norms.index("।")] and found.plain[found.norms.index("%")]
    assert len(words_of("")) == 0 and words_of(" \n").bounds.tolist() == [0]


def test_candidates_are_parts_of_sentences():
    passage = words_of("He ran. She sat down, then.")
    parts = features.spans(passage, 3)
    said = {passage.text[passage.begins[a] : passage.ends[b]] for a, b in parts}
    assert said == {
        *("He", "ran", "He ran", "She", "sat", "down", "then"),
        *("She sat", "sat down", "She sat down", "down, then"),
    }


def test_measures_by_hand():
    question = words_of("Where was Rina born?")
    passage = words_of("Karim slept. Rina was born in Feni.")
    statistics = features.WordStatistics(10, {"rina": 4, "was": 9}, ["in"], ["."], 2)
    parts = features.spans(passage, 2)
    table = features.measure(question, passage, parts, statistics)
    names = features.names(statistics)
    assert len(set(names)) == len(names) == table.shape[1] and len(table) == len(parts) + 1
    row = parts.tolist().index([passage.norms.index("feni")] * 2)
    measured = dict(zip(names, table[row].tolist(), strict=True))
    rarity = {word: np.log(11 / (1 + statistics.holding.get(word, 0))) for word in ("was", "rina", "born")}
    total = sum(rarity.values())
    assert measured["question words in the sentence"] == pytest.approx(1.0)
    assert measured["asked where: capitals"] == 1 and measured["asked who: capitals"] == 0
    neighbours = ("the word before is in", "the word after is .", "1 words long")
    assert [measured[name] for name in neighbours] == [1, 1, 1]
    near = rarity["born"] / 2 + rarity["was"] / 3 + rarity["rina"] / 4
    assert measured["nearness of question words before"] == pytest.approx(near / total, rel=1e-5)
    assert measured["words to the nearest question word before"] == pytest.approx(np.log1p(2))
    assert measured["question words within 3 words before"] == pytest.approx((total - rarity["rina"]) / total)
    assert table[:-1, -3:].max() == 0 and table[-1, :-3].max() == 0 and table[-1, -3] == 1


def test_the_logit_is_the_likeliest():
    rng = np.random.default_rng(0)
    each = []
    for _ in range(60):
        values = rng.normal(size=(int(rng.integers(2, 7)), 3)).astype(np.float32) * [1, 10, 0.1]
        chance = np.exp(values @ [1.0, -0.1, 5.0])
        true = np.zeros(len(values), dtype=bool)
        true[rng.choice(len(values), p=chance / chance.sum())] = True
        each.append((values.astype(np.float32), true))
    table = Table.of(each)
    spread = table.values.std(0)

    def loss(weights):
        parts = [logsumexp(v @ weights) - logsumexp((v @ weights)[t]) for v, t in each]
        return np.mean(parts) + 0.01 * ((weights * spread) ** 2).sum()

    wanted = minimize(loss, np.zeros(3), method="BFGS")
    found = ranking.logit(table, 0, 1, penalty=0.01)
    assert loss(found.weights) <= wanted.fun + 1e-6
    np.testing.assert_allclose(found.weights, wanted.x, rtol=0.02, atol=1e-3)
    assert found.shares(table).sum() == pytest.approx(1)


@pytest.fixture(scope="module")
def told():
    data = TASK.prepare(stories.load(seed=1, n=360))
    late = data.groups >= np.quantile(data.groups, 0.75)
    return data.subset(np.flatnonzero(~late)), data.subset(np.flatnonzero(late))


def fit(name, train):
    budget = Budget(tries=0, params=None)
    return side.contender(name, TASK, {}).fit(
        TASK, train, inner=[], seed=0, budget=budget, progress=lambda fraction, text: None
    )


@pytest.mark.parametrize(
    ("name", "least"), [("gradient_boosting", 0.9), ("logistic_regression", 0.8), ("dummy", 0.0)]
)
def test_stories_are_answered(name, least, told, tmp_path):
    train, test = told
    model = fit(name, train)
    said = model.predict(test.inputs)
    assert TASK.score(test.targets, said)["exact_match"] >= least
    for row, one in enumerate(test.inputs):  # what is said stands where it is said to
        (text,), (start,) = said[row], said.places(row)
        assert (start, text) == (-1, "") or one.passage.startswith(text, start)
    model.save(tmp_path)
    again = side.load_model(tmp_path, {}).predict(test.inputs)
    assert [again[i] for i in range(len(test))] == [said[i] for i in range(len(test))]
    np.testing.assert_allclose(again.scores, said.scores, rtol=1e-6)
    (tmp_path / "question_answering.json").write_text(json.dumps({"format": 1, "kind": "logit"}))
    with pytest.raises(ModelError, match="damaged|holds no"):
        side.load_model(tmp_path, {})


def test_questions_that_always_have_an_answer_are_always_answered(told):
    train, test = (part.subset(np.flatnonzero(part.targets.counts() > 0)) for part in told)
    model = fit("logistic_regression", train)
    said = model.predict(test.inputs)
    assert all(said[row][0] for row in range(len(test)))
    assert fit("sliding_window", train).predict(test.inputs).starts.min() >= 0


def test_odd_passages_are_answered_somehow(told):
    passages = ["", "...", "word", "x " * 3000, "নমস্কার", "\ud800 \u202e 😀"]
    asked = Questions([""] * 6 + ["what is it?"] * 6, passages, [*range(6), *range(6)])
    for name in ("logistic_regression", "sliding_window", "dummy"):
        found = fit(name, told[0].subset(np.arange(40))).predict(asked)
        assert len(found) == 12 and np.isfinite(found.scores).all()
    assert len(fit("dummy", told[0].subset(np.arange(40))).predict(asked.take([]))) == 0


def test_the_floor_takes_what_scores_best():
    data = TASK.prepare(stories.load(seed=1, n=90))
    samples = Samples.of(data)
    best = learning.floor(samples, 0, 1)
    scores = {
        words: 1
        - TASK.losses(data.targets, AnsweringModel("dummy", Floor(words)).predict(data.inputs)).mean()
        for words in learning.FLOORS
    }
    assert scores[best.words] == max(scores.values())
