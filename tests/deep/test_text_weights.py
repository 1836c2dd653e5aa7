"""Weights of text encoders that were learned elsewhere: read as transformers reads them, tuned, or frozen."""

import json

import numpy as np
import pytest

from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.errors import UsageError
from nikti.core.inputs import Texts
from nikti.deep import encoders, side
from nikti.deep.encoders import embedding, text
from nikti.run.request import Request
from nikti.storage import cache
from nikti.tasks.text_classification import TASK

WORDS = "the film was good bad very and long plot music ##s".split()
KINDS = {
    "bert": {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64},
    "roberta": {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64},
    "distilbert": {"dim": 32, "n_layers": 1, "n_heads": 2, "hidden_dim": 64},
}


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def folder(place, kind="bert", window=16, prefix="", vocabulary_file=False):
    """(what transformers would save: weights, config and tokenizer; transformers' own model)."""
    import torch
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import AutoConfig, AutoModel

    place.mkdir()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    if kind == "roberta":  # its padding is number 1
        special[:2] = ["[UNK]", "[PAD]"]
    pieces = {piece: number for number, piece in enumerate([*special, *WORDS])}
    places = window + 2 * (kind == "roberta")
    config = {"model_type": kind, "vocab_size": len(pieces), "max_position_embeddings": places, **KINDS[kind]}
    config["pad_token_id"] = pieces["[PAD]"]
    torch.manual_seed(0)
    model = AutoModel.from_config(AutoConfig.for_model(**config)).eval()
    (place / "config.json").write_text(json.dumps(config))
    tensors = {prefix + name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, place / "model.safetensors")
    if vocabulary_file:
        (place / "vocab.txt").write_text("\n".join(pieces))
        return place, model
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    around = [(name, pieces[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=around)
    tokenizer.enable_padding(length=64)  # as sentence encoders' files say; nikti fills up itself
    tokenizer.save(str(place / "tokenizer.json"))
    return place, model


def reviews(n=32):
    """Long and short, good and bad."""
    rng = np.random.default_rng(0)
    codes = np.arange(n) % 2
    texts = [" ".join([*rng.choice(WORDS[:3], rng.integers(1, 30)), ["bad", "good"][code]]) for code in codes]
    return Data("reviews", "text", Texts(texts), codes, classes=("bad", "good"))


def options(place, **more):
    return Request(source=None, pretrained=str(place), **more).options


@pytest.mark.parametrize("kind", KINDS)
def test_frozen_features_are_the_mean_that_transformers_gives(kind, tmp_path):
    """Each text alone, tokens counted by hand; the mean of all tokens over all windows."""
    import torch

    place, model = folder(tmp_path / "w", kind, prefix=f"{kind}." if kind != "bert" else "")
    contender = side.contender("bert_frozen", TASK, options(place))
    encoder = encoders.of("embedding").fit(reviews().inputs, seed=0, options=contender.network.ENCODER)
    pieces = encoder.before.tokenizer.get_vocab()
    texts = ["the film was very good", "", "good " * 30]
    found = encoder.features(Texts(texts))
    for row, one in enumerate(texts):
        words = [pieces[word] for word in one.split()]
        parts = [words[at : at + 14] for at in range(0, len(words), 14)] or [[]]
        seen = []
        for part in parts:
            ids = torch.tensor([[pieces["[CLS]"], *part, pieces["[SEP]"]]])
            with torch.inference_mode():
                seen.append(model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0])
        np.testing.assert_allclose(found[row], torch.cat(seen).mean(0).numpy(), atol=1e-5)


def test_frozen_features_are_stored_once_and_the_model_stands_alone(tmp_path, monkeypatch):
    place, _ = folder(tmp_path / "w", vocabulary_file=True)
    data = cache.store(reviews(), tmp_path / "home", 16)
    asked = options(place, contenders=("bert_frozen",))
    assert {"bert_pretrained", "bert_frozen"} <= set(side.names(TASK, asked))
    assert side.prepare(TASK, data, asked).embedded == ("bert_frozen",)
    contender = side.contender("bert_frozen", TASK, asked)
    assert contender.pretrained and contender.accepts(TASK, data) is None

    def never(*args):
        raise AssertionError("the features were to be looked up")

    with monkeypatch.context() as patch:
        patch.setattr(embedding.EmbeddingEncoder, "features", never)
        part = data.subset(np.arange(4, 32))
        model = contender.fit(
            TASK, part, inner=[], seed=0, budget=Budget(epochs=10), progress=lambda *a: None
        )
        looked_up = model.predict_proba(part.inputs)
    elsewhere = Texts(part.inputs.texts)
    np.testing.assert_allclose(model.predict_proba(elsewhere), looked_up, atol=1e-5)
    model.save(tmp_path / "model")
    (place / "model.safetensors").unlink()
    again = side.load_model(tmp_path / "model", {"device": "cpu"})
    np.testing.assert_allclose(again.predict_proba(elsewhere), looked_up, atol=1e-5)


def test_tuned_from_the_weights_and_saved(tmp_path):
    import torch

    place, model = folder(tmp_path / "w", "roberta", prefix="roberta.")
    contender = side.contender("bert_pretrained", TASK, options(place))
    network = contender.build(text.fit(reviews().inputs, seed=0, options=contender.encoding()).shape, 2, {
        k: v for k, v in contender.weights.params.items()
    })  # fmt: skip
    for name, tensor in model.state_dict().items():
        if not name.startswith("pooler."):
            assert torch.equal(network.body.state_dict()[name], tensor), name
    assert (
        contender.cost(TASK, reviews(), 32, Budget()) > 0
        and contender.memory(TASK, reviews(), 32, Budget()) > 0
    )
    fitted = contender.fit(
        TASK, reviews(), inner=[], seed=0, budget=Budget(epochs=2), progress=lambda *a: None
    )
    said = fitted.predict_proba(reviews().inputs)
    fitted.save(tmp_path / "model")
    (place / "tokenizer.json").unlink()
    again = side.load_model(tmp_path / "model", {"device": "cpu"})
    np.testing.assert_allclose(again.predict_proba(reviews().inputs), said, atol=1e-5)


def test_windows_keep_head_and_tail_and_spans_point_at_words(tmp_path):
    place, _ = folder(tmp_path / "w")
    encoder = text.fit(Texts(["good film"]), seed=0, options={"tokenizer": str(place), "length": 32})
    long = "good " * 14 + "plot " * 14 + "bad " * 14
    (tokens,) = encoder.encode(Texts([long]))
    pieces = encoder.tokenizer.get_vocab()
    around = [pieces["[CLS]"], pieces["[SEP]"]]
    expected = [[around[0], *[pieces[word]] * 14, around[1]] for word in ("good", "bad")]
    assert tokens.tolist() == [sum(expected, [])]
    spans = encoder.spans(long)
    assert len(spans) == 32 and long[slice(*spans[1])] == "good" and long[slice(*spans[-2])] == "bad"


def test_what_cannot_be_read_is_said(tmp_path):
    place, _ = folder(tmp_path / "w")
    (place / "tokenizer.json").unlink()
    with pytest.raises(UsageError, match="has no tokenizer.json"):
        side.names(TASK, options(place))
    (place / "model.safetensors").rename(place / "pytorch_model.bin")
    with pytest.raises(UsageError, match="pickle"):
        side.names(TASK, options(place))
    other, _ = folder(tmp_path / "o")
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps(config | {"model_type": "gpt2"}))
    with pytest.raises(UsageError, match="weights of no network"):
        side.names(TASK, options(other))


@pytest.mark.parametrize("how", ["pretrained", "frozen"])
def test_long_texts_are_explained_over_all_windows(how, tmp_path):
    """Integrated gradients add up to the answer, also where padding is number 1 and places are tables."""
    from nikti.deep.explain import INTEGRATED_GRADIENTS, ROLLOUT, DeepExplainer

    place, _ = folder(tmp_path / "w", "roberta")
    contender = side.contender(f"bert_{how}", TASK, options(place))
    model = contender.fit(
        TASK, reviews(), inner=[], seed=0, budget=Budget(epochs=3), progress=lambda *a: None
    )
    explainer = DeepExplainer(model)
    assert explainer.methods == (INTEGRATED_GRADIENTS, ROLLOUT)
    long = Texts(["the film " * 10 + "bad"])
    weights = explainer.explain(long, np.array([0]), INTEGRATED_GRADIENTS)[0]
    assert weights.shape == (len(long[0]),) and abs(weights[-3:]).min() > 0
    rolled = explainer.explain(long, np.array([0]), ROLLOUT)[0]
    assert (rolled[-3:] > 0).all() and (rolled[:3] > 0).all()
