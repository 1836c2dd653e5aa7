"""What is written is natural text again; one token at a time says the same as all at once; the search finds
what there is to find; batches hold texts of similar length."""

import itertools

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.answers import Phrases
from nikti.core.contender import Budget
from nikti.core.inputs import Texts
from nikti.deep import answers, beam, side
from nikti.deep.encoders import _pairs
from nikti.deep.encoders import translation as encoding
from nikti.deep.samples import Samples, encoded
from nikti.deep.schedule import Recipe
from nikti.deep.shapes import TranslationShape

#: Those that learn from nothing; `test_given_translators` is about the other.
NETWORKS = ("gru_attention", "transformer")
SHAPE = TranslationShape(vocabulary=9, length=6, answer=3)

TEXTS = [
    'He said: "No, (really) 3.5%!"',
    "Größe, daß Straße.",
    "আমি ভাত খাই। র\u200d্যাম ক্\u200cষ",
    "Zwei-drei don't",
]


def test_texts_come_back_as_they_are_written():
    encoder = encoding.learn(TEXTS * 3, TEXTS * 3)
    tokens = encoder.encode_answers(TEXTS)
    assert tokens.shape == (4, encoder.shape.answer) and (tokens == _pairs.END).sum() == 4
    assert encoder.decode(tokens) == TEXTS
    again = encoding.from_state(*encoder.state())
    np.testing.assert_array_equal(again.encode_answers(TEXTS), tokens)


def test_odd_texts_are_encoded_too():
    encoder = encoding.learn(TEXTS * 3, TEXTS * 3)
    odd = ["", "☃ 漢字 \U0001f600", "\u202eعربى", "word " * 200_000, "a\x00b"]
    (tokens,) = encoder.encode(Texts(odd))
    assert tokens.shape == (5, encoder.shape.length) and tokens[0, 0] == _pairs.END
    assert (tokens == _pairs.END).any(1).all()


def test_what_is_too_long_is_cut_between_sentences_and_nothing_is_lost():
    encoder = encoding.learn(TEXTS * 3, TEXTS * 3)
    assert encoder.shape.length < 40
    short, long = "আমি ভাত খাই।", "আমি ভাত খাই। Straße und Größe. " * 30
    words = "daß " * 300
    parts = encoder.parts([short, long, words, "x" * 5000, ""])
    assert parts[0] == [short] and parts[3] == ["x" * 5000] and parts[4] == [""]
    for text, some in ((long, parts[1]), (words, parts[2])):
        assert " ".join(some).split() == text.split() and len(some) > 5
        assert max(encoder._counts(some)) < encoder.shape.length
    assert all(part.rstrip().endswith((".", "।")) for part in parts[1])
    inputs, owners = answers.of("phrases").parts(Texts([short, long]), encoder)
    said = Phrases.of([[text] for text in inputs])
    again = answers.of("phrases").joined(said, owners, 2)
    assert again[0] == [short] and again[1][0].split() == long.split()


def network(name, seed=0, **shape):
    import torch

    module = catalogue.load("deep/networks/translation", name)
    torch.manual_seed(seed)
    made = module.build(TranslationShape(**{**vars(SHAPE), **shape}), 0)
    with torch.no_grad():  # sharper than a new network, so that beams differ
        made.tokens.weight.mul_(3)
    return made.eval()


@pytest.mark.parametrize("name", NETWORKS)
def test_step_by_step_is_all_at_once(name):
    import torch

    model = network(name, answer=6)
    source = torch.tensor([[4, 5, 6, 3], [7, 3, 0, 0]])
    written = torch.tensor([[2, 5, 4, 8], [2, 6, 6, 7]])
    with torch.inference_mode():
        raw = model(source)
        whole = model.decode(raw, written)  # [B, T, D]
        fixed, moving = model.start(raw, 2)
        for place in range(4):
            token = written[:, place][:, None].expand(-1, 2)
            known, moving = model.step(fixed, moving, token, place)
            torch.testing.assert_close(known[:, 0], whole[:, place], atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(known[:, 1], whole[:, place], atol=1e-5, rtol=1e-4)
        alone = model.decode(model(source[1:, :2]), written[1:])  # padding says nothing
        torch.testing.assert_close(alone[0], whole[1], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_wide_search_finds_the_best_of_all_answers(name):
    import torch

    model = network(name, seed=2)
    source = torch.tensor([[4, 5, 3]])
    tokens = [token for token in range(SHAPE.vocabulary) if token not in (_pairs.PAD, _pairs.START)]
    words = [token for token in tokens if token != _pairs.END]
    best, best_score = None, -np.inf
    with torch.inference_mode():
        raw = model(source)
        for length in range(SHAPE.answer):
            for start in itertools.product(words, repeat=length):
                written = torch.tensor([[_pairs.START, *start]])
                logits = model.logits(model.decode(raw, written))[0]
                logits[:, [_pairs.PAD, _pairs.START]] = -torch.inf
                chances = logits.log_softmax(-1)
                answer = [*start, _pairs.END]
                total = sum(float(chances[place, token]) for place, token in enumerate(answer))
                score = total / ((5 + len(answer)) / 6) ** beam.LENGTH_POWER
                if score > best_score:
                    best, best_score = answer, score
        found = beam.search(model, raw, beams=7, longest=SHAPE.answer)[0].tolist()
    assert [token for token in found if token != _pairs.PAD] == best


def test_greedy_takes_the_likeliest_token_each_time():
    import torch

    model = network("transformer", seed=1, answer=8)
    source = torch.tensor([[4, 5, 6, 3], [7, 8, 3, 0]])
    with torch.inference_mode():
        found = beam.search(model, model(source), beams=1, longest=8)
        for row in range(2):
            written = [_pairs.START]
            for _ in range(7):
                logits = model.logits(model.decode(model(source[row : row + 1]), torch.tensor([written])))[
                    0, -1
                ]
                logits[[_pairs.PAD, _pairs.START]] = -torch.inf
                written.append(int(logits.argmax()))
                if written[-1] == _pairs.END:
                    break
            assert found[row, : len(written) - 1].tolist() == written[1:]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_loss_is_of_the_tokens_that_are_there(name):
    import torch

    model = network(name, answer=6)
    source, right = torch.tensor([[4, 5, 3]]), torch.tensor([[6, 7, 3, 0, 0, 0]], dtype=torch.int32)
    answer, recipe = answers.of("phrases"), Recipe(label_smoothing=0.0)
    raw = model(source)
    logits = model.logits(model.decode(raw, torch.tensor([[2, 6, 7]])))[0].log_softmax(-1)
    by_hand = -(logits[0, 6] + logits[1, 7] + logits[2, 3]) / 3
    torch.testing.assert_close(answer.loss(model, raw, right, recipe), by_hand)
    more = torch.cat([right, right])  # beside a longer one, padding adds nothing
    more[1] = torch.tensor([6, 7, 8, 8, 8, 3])
    both = answer.loss(model, model(source.expand(2, -1)), more, recipe)
    own = answer.loss(model, raw, more[1:], recipe)
    torch.testing.assert_close(both * 9, by_hand * 3 + own * 6, atol=1e-4, rtol=1e-4)


def test_batches_hold_samples_of_similar_length():
    import torch

    lengths = torch.randint(1, 50, (5000,), generator=torch.Generator().manual_seed(0))
    samples = Samples((torch.zeros(5000, 1),), torch.arange(5000), None, lengths)
    batches = samples.batches(157, torch.Generator().manual_seed(1))
    assert sorted(torch.cat(batches).tolist()) == list(range(5000))
    padded = sum(len(batch) * int(lengths[batch].max()) for batch in batches)
    drawn = Samples(samples.tensors, samples.rows).batches(157, torch.Generator().manual_seed(1))
    assert (
        padded < 1.1 * lengths.sum()
        and sum(len(b) * int(lengths[b].max()) for b in drawn) > 1.8 * padded / 1.1
    )
    first = [float(lengths[batch].float().mean()) for batch in batches]
    assert abs(np.corrcoef(first, np.arange(157))[0, 1]) < 0.3  # short ones do not come first
    again = samples.batches(157, torch.Generator().manual_seed(1))
    assert all(torch.equal(a, b) for a, b in zip(batches, again, strict=True))
    assert [
        len(b)
        for b in Samples(samples.tensors, torch.arange(1), None, lengths[:1]).batches(1, torch.Generator())
    ] == [2]


def test_predictions_come_in_the_order_of_the_inputs():
    data = catalogue.load("datasets", "phrasebook").load(n=40)
    encoder = encoding.fit(data.inputs, seed=0, options={}, targets=data.targets)
    from nikti.deep.predict import outputs

    module = catalogue.load("deep/networks/translation", "gru_attention")
    model = module.build(encoder.shape, 0)
    model.beams = 1
    whole = outputs(model, encoder, encoded(encoder, data.inputs), device="cpu", answer="phrases")
    back = encoded(encoder, data.inputs.take(np.arange(40)[::-1]))
    np.testing.assert_array_equal(outputs(model, encoder, back, device="cpu", answer="phrases")[::-1], whole)


def test_the_rules_of_the_phrasebook_are_learned_in_full():
    task = catalogue.load("tasks", "translation").TASK
    data = task.prepare(catalogue.load("datasets", "phrasebook").load(n=300))
    train, test = data.subset(np.arange(260)), data.subset(np.arange(260, 300))
    model = side.contender("transformer", task, {}).fit(
        task,
        train,
        inner=[],
        seed=0,
        budget=Budget(tries=0, params={}, epochs=25),
        progress=lambda fraction, text: None,
    )
    assert task.score(test.targets, model.predict(test.inputs))["bleu"] > 0.9
    assert model.predict(Texts(["Two boys buy three red mangoes today."]))[0] == [
        "আজ দুজন ছেলে তিনটি লাল আম কেনে।"
    ]
    assert model.explainer() is None and model.predict_proba(test.inputs) is None
    assert isinstance(model.predict(Texts([])), Phrases)
