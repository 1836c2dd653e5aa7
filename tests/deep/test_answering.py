"""Places of answers in tokens and back, windows, the loss and the search for the best part against a search
of all, and what a reader learns of stories."""

import json

import numpy as np
import pytest

from nikti.core.answers import Phrases
from nikti.core.contender import Budget
from nikti.core.inputs import Questions
from nikti.core.wording import ALWAYS
from nikti.datasets import stories
from nikti.deep import side
from nikti.deep.answers import span
from nikti.deep.answers.span import FIRST, LAST, LONGEST, NONE, PART
from nikti.deep.encoders import question as encoding
from nikti.deep.networks.question_answering import bert, bidaf
from nikti.deep.schedule import Recipe
from nikti.deep.shapes import QuestionShape
from nikti.tasks.question_answering import TASK


@pytest.fixture(scope="module")
def told():
    return TASK.prepare(stories.load(seed=2, n=120))


@pytest.fixture(scope="module")
def encoder(told):
    return encoding.fit(told.inputs, seed=0, options={})


def test_answers_are_found_in_tokens_and_read_back(told, encoder):
    places, scaling = span.learnable(told.targets, told.inputs, encoder)
    assert scaling == (0.0, ALWAYS)
    empty = told.targets.counts() == 0
    assert (places[empty, 0] == 0).all() and (places[~empty, 0] > 0).all() and (places[:, 1:] == -1).all()
    found = np.zeros((len(told), 4), np.float32)
    found[:, [FIRST, LAST]] = places[:, 0] - 1
    found[:, NONE] = np.where(empty, 9, -9)
    said = span.finish(found, (0.0, 0.0), told.inputs, encoder)
    assert (TASK.losses(told.targets, said) == 0).all()
    assert [said.places(i) for i in np.flatnonzero(~empty)] == [
        told.targets.places(i) for i in np.flatnonzero(~empty)
    ]


def test_strange_letters_keep_their_places(encoder):
    passage = "\ud800 e\u0301te\u0301 😀 কৃষ্ণের\u200d ছাগল\u0000 ক্\u200dষ end"
    for text in ("কৃষ্ণের\u200d", "end", "ছাগল", "e\u0301te\u0301"):
        start = passage.index(text)
        first, last = encoder.span(passage, start, len(text))
        places = encoder.places(passage)
        assert places[first, 0] <= start and places[last, 1] >= start + len(text)
        assert text in passage[places[first, 0] : places[last, 1]]
    tokens, read = encoder.encode(Questions(["", "\udfff?"], [passage, ""], [0, 1]))
    assert tokens.shape[0] == read.shape[0] == 2 and (read[1] == 0).all()
    assert len(span.finish(np.zeros((0, 4)), (0.0, 1.0), Questions([], [], []), encoder)) == 0


def test_what_is_beyond_the_cap_is_told_and_not_learned(monkeypatch, told):
    monkeypatch.setattr(encoding, "MAX_PASSAGE", 20)
    short = encoding.fit(told.inputs, seed=0, options={})
    assert "longer than 20 tokens" in short.notes[0]
    places, _ = span.learnable(told.targets, told.inputs, short)
    assert (places[:, 0, 0] == -1).any() and places.max() <= 20


def test_several_true_answers_are_learned_together():
    import torch

    raw = tuple(torch.randn(2, 9, generator=torch.Generator().manual_seed(s)) for s in (0, 1))
    targets = torch.full((2, 4, 2), -1)
    targets[0, 0], targets[0, 1], targets[0, 2] = (
        torch.tensor([3, 4]),
        torch.tensor([3, 5]),
        torch.tensor([7, 7]),
    )
    targets[1, 0] = 0
    first, last = (logits.softmax(1) for logits in raw)
    wanted = (
        -(
            (first[0, 3] + first[0, 7]).log()
            + (last[0, 4] + last[0, 5] + last[0, 7]).log()
            + first[1, 0].log()
            + last[1, 0].log()
        )
        / 4
    )
    assert span.loss(None, raw, targets, Recipe()).item() == pytest.approx(wanted.item(), rel=1e-5)
    targets[1] = -1  # its answer was cut off: only the other question counts
    assert span.loss(None, raw, targets, Recipe()).item() == pytest.approx(
        -((first[0, 3] + first[0, 7]).log() + (last[0, 4] + last[0, 5] + last[0, 7]).log()).item() / 2,
        rel=1e-5,
    )


def test_the_best_part_is_found_by_trying_all():
    import torch

    rng = torch.Generator().manual_seed(0)
    raw = tuple(3 * torch.randn(6, 80, generator=rng) for _ in range(2))
    for row, length in enumerate((79, 50, 33, 2, 1, 0)):
        for logits in raw:
            logits[row, 1 + length :] = float("-inf")
    found = span.read(None, raw).numpy()
    first, last = (logits.log_softmax(1).numpy() for logits in raw)
    for row, length in enumerate((79, 50, 33, 2, 1)):
        every = {
            (a, b): first[row, 1 + a] + last[row, 1 + b]
            for a in range(length)
            for b in range(a, min(length, a + LONGEST))
        }
        best = max(every, key=every.get)
        assert tuple(found[row, [FIRST, LAST]].astype(int)) == best
        np.testing.assert_allclose(
            found[row, [PART, NONE]], [every[best], first[row, 0] + last[row, 0]], rtol=1e-4
        )
    assert np.isfinite(found).all() and found[5, PART] < -1000


@pytest.mark.parametrize("length", [1, 5, 8, 9, 20, 33])
def test_windows_put_every_token_back(length):
    import torch

    from nikti.deep.networks.question_answering import _windows

    passages = torch.zeros(3, length, dtype=torch.long)
    for row, there in enumerate((length, max(1, length // 2), 1)):
        passages[row, :there] = torch.arange(1, there + 1) + 100 * row
    windows, row = _windows.cut(passages, min(8, length), 4)
    back = _windows.joined(windows[..., None].float(), row, length, 4)[..., 0]
    there = passages != 0
    assert (back[there] == passages[there].float()).all()
    assert len(windows) == sum(1 + max(0, -(-(n - 8) // 4)) for n in there.sum(1).tolist())
    values = torch.arange(len(row), dtype=torch.float)[:, None]
    assert _windows.least(values, row)[:, 0].tolist() == [values[row == r].min().item() for r in range(3)]


@pytest.mark.parametrize("network", [bidaf, bert])
def test_a_question_is_read_alike_alone_and_among_longer_ones(network):
    import torch

    torch.manual_seed(0)
    reader = network.build(QuestionShape(50, 8, 300), 2).eval()
    question, passage = torch.randint(1, 50, (3, 6)), torch.randint(1, 50, (3, 300))
    question[1, 4:], passage[1, 140:], passage[2, 1:] = 0, 0, 0
    whole = reader(question, passage)
    for row, (q, p) in enumerate(((6, 300), (4, 140), (6, 1))):
        alone = reader(question[[row], :q], passage[[row], :p])
        for one, other in zip(alone, whole, strict=True):
            torch.testing.assert_close(one[0], other[row, : p + 1], rtol=1e-4, atol=1e-4)
            assert (other[row, p + 1 :] == float("-inf")).all()


def test_the_threshold_is_found_on_questions_that_were_not_learned(told, encoder):
    places, _ = span.learnable(told.targets, told.inputs, encoder)
    empty = told.targets.counts() == 0
    found = np.zeros((len(told), 4), np.float32)
    found[:, [FIRST, LAST]] = np.maximum(places[:, 0], 1) - 1
    found[:, NONE] = np.where(empty, 2.5, 2.0)
    assert 2.0 < span.calibrated(found, told.targets, told.inputs, encoder)[1] < 2.5
    some = np.flatnonzero(~empty)
    answered = span.calibrated(found[some], told.targets[some], told.inputs.take(some), encoder)
    assert answered == (0.0, ALWAYS)


def test_several_answers_and_phrases_without_one(encoder):
    passage = "Rina was born in Feni."
    truth = Phrases.of([["Feni", "in Feni", "Feni"], []], [[17, 14, 17], []])
    places, _ = span.learnable(truth, Questions(["a", "b"], [passage], [0, 0]), encoder)
    assert (places[0, :2] > 0).all() and (places[0, 2:] == -1).all() and places[1, 0].tolist() == [0, 0]


def test_words_are_said_whole():
    passage = "জামাল একজন কামার। U.S. 1,962 東京都"

    def said(part):
        start = passage.index(part)
        return passage[span._whole(passage, start, -1) : span._whole(passage, start + len(part), 1)]

    assert [said(p) for p in ("মা", "র।", "962", "京")] == ["জামাল", "কামার।", "962", "京"]


def test_the_recurrent_reader_learns_stories():
    data = TASK.prepare(stories.load(seed=3, n=420))
    english = [row for row, one in enumerate(data.inputs) if one.passage.isascii()]
    data = data.subset(english)
    late = data.groups >= np.quantile(data.groups, 0.8)
    train, test = data.subset(np.flatnonzero(~late)), data.subset(np.flatnonzero(late))
    contender = side.contender("bidaf", TASK, {})
    budget = Budget(tries=0, params={"width": 32, "hidden": 32, "dropout": 0.1, "lr": 8e-3}, epochs=8)
    model = contender.fit(TASK, train, inner=[], seed=0, budget=budget, progress=lambda fraction, text: None)
    said = model.predict(test.inputs)
    assert TASK.score(test.targets, said)["f1"] > 0.45


def given(place, data):
    """A folder as transformers would save it, of a BERT that knows the words of `data` and nothing else."""
    import torch
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import AutoConfig, AutoModel

    said = {w for text in (*data.inputs.passages, *data.inputs.questions) for w in text.lower().split()}
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(said)]
    config = {
        **{"model_type": "bert", "vocab_size": len(pieces), "pad_token_id": 0, "num_hidden_layers": 1},
        **{"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 32},
        "max_position_embeddings": 120,
    }
    torch.manual_seed(0)
    model = AutoModel.from_config(AutoConfig.for_model(**config))
    place.mkdir()
    (place / "config.json").write_text(json.dumps(config))
    tensors = {f"bert.{name}": tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, place / "model.safetensors")
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    around = [(name, pieces.index(name)) for name in ("[CLS]", "[SEP]")]
    template = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=around)
    tokenizer.post_processor = template
    tokenizer.save(str(place / "tokenizer.json"))
    return place, model.eval()


def test_given_weights_read_what_transformers_reads(told, tmp_path):
    """Question, separator, passage, separator, with their kinds, as transformers' own BERT reads them; then
    tuned, saved and loaded."""
    import torch

    place, model = given(tmp_path / "weights", told)
    options = {"pretrained": str(place), "allow_download": False}
    assert [n for n in side.names(TASK, options) if n.endswith("_pretrained")] == ["bert_pretrained"]
    contender = side.contender("bert_pretrained", TASK, options)
    encoder = encoding.fit(told.inputs, seed=0, options=contender.encoding())
    reader = contender.build(encoder.shape, 2, contender.recipe_and_params({}, encoder.shape)[1]).eval()
    question, passage = encoder.batch(encoder.encode(told.inputs.take([0, 1, 2])))
    short = passage[:, :20]
    found = reader(question, short)
    for row in range(3):
        asked, read = question[row][question[row] != 0], short[row][short[row] != 0]
        tokens = torch.cat([asked, read, asked[-1:]])[None]
        kinds = torch.tensor([[0] * len(asked) + [1] * (len(read) + 1)])
        seen = model(input_ids=tokens, token_type_ids=kinds).last_hidden_state[0]
        first = reader.ends(seen[len(asked) : -1])[:, 0]
        torch.testing.assert_close(found[0][row, 1 : 1 + len(read)], first, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(found[0][row, :1], reader.none(seen[0])[:1], rtol=1e-4, atol=1e-5)
    budget = Budget(tries=0, params={"lr": 1e-3}, epochs=1)
    fitted = contender.fit(
        TASK,
        told.subset(np.arange(40)),
        inner=[],
        seed=0,
        budget=budget,
        progress=lambda fraction, text: None,
    )
    said = fitted.predict(told.inputs)
    fitted.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {}).predict(told.inputs)
    assert [again[i] for i in range(len(told))] == [said[i] for i in range(len(told))]
