"""Tokens: Bangla stays whole, nothing is lost, and padding never changes an answer."""

import json
import unicodedata

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.inputs import Texts
from nikti.deep.encoders import text

BANGLA = ["ভালো লাগল নাটক", "নাটকটা ভালো লাগেনি", "র‍্যাব এসেছে", "অসাধারণ অভিনয় আর গল্প", "গল্পটা খুব ভালো ছিলো"]
NETWORKS = catalogue.names("deep/networks/text_classification")


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def encoder(texts=BANGLA, **options):
    return text.fit(Texts(texts * 3), seed=0, options=options)


def encoder_of(network, texts):
    """As the network wants it."""
    return encoder(texts, **getattr(network, "ENCODER", {}))


def fold(string):
    return unicodedata.normalize("NFC", string).lower()


def test_bangla_goes_there_and_back():
    fitted = encoder()
    for sentence in BANGLA:
        tokens = fitted.tokenizer.encode(sentence, add_special_tokens=False).ids
        assert text.UNKNOWN not in tokens
        assert fitted.tokenizer.decode(tokens) == fold(sentence)


def test_words_are_cut_at_white_space_and_punctuation_only():
    cut = encoder().tokenizer.pre_tokenizer.pre_tokenize_str("ভালো  লাগল\nনাটক, র‍্যাব।")
    assert [piece for piece, _ in cut] == ["▁ভালো", "▁লাগল", "▁নাটক", ",", "▁র‍্যাব", "।"]


def test_both_ways_of_writing_a_letter_are_one():
    import torch

    fitted = encoder()
    composed, apart = (
        "\u09ad\u09be\u09b2\u09cb",
        "\u09ad\u09be\u09b2\u09c7\u09be",
    )  # the last vowel in one sign or in two
    assert composed != apart
    assert torch.equal(fitted.encode_texts([composed]), fitted.encode_texts([apart]))


def test_spans_point_at_the_characters():
    fitted, sentence = encoder(), "নাটক  ভালো"
    spans = fitted.spans(sentence)
    assert len(spans) == int((fitted.encode_texts([sentence]) != text.PAD).sum())
    assert spans[0] == (0, 0)
    covered = {at for start, end in spans for at in range(start, end)}
    assert {at for at, letter in enumerate(sentence) if not letter.isspace()} <= covered


def test_long_texts_keep_head_and_tail():
    fitted = encoder(["a b c d e f g h i j k l m n o p"], max_length=8)
    whole = fitted.tokenizer.encode("a b c d e f g h i j", add_special_tokens=False).ids
    kept = fitted.encode_texts(["a b c d e f g h i j"])[0].tolist()
    assert kept == [text.START, *whole[:4], *whole[-3:]]
    assert len(fitted.spans("a b c d e f g h i j")) == 8


def test_empty_and_foreign_texts_are_texts():
    tokens = encoder().encode(Texts(["", "   ", "猫"]))[0]
    assert (tokens[:2, 0] == text.START).all() and (tokens[:2, 1:] == text.PAD).all()
    assert text.UNKNOWN in tokens[2]


def test_nothing_but_empty_texts():
    fitted = encoder(["", " "])
    assert fitted.encode(Texts([""]))[0].shape == (1, fitted.shape.length)


def test_state_survives_json():
    import torch

    fitted = encoder()
    facts, tensors = fitted.state()
    again = text.from_state(json.loads(json.dumps(facts)), tensors)
    assert again.shape == fitted.shape
    assert torch.equal(again.encode_texts(BANGLA), fitted.encode_texts(BANGLA))


def test_dropout_spares_padding_and_start():
    import torch

    tokens = encoder().batch(encoder().encode(Texts(BANGLA * 200)))[0]
    lost = text.drop(tokens, torch.Generator().manual_seed(0))
    changed = lost != tokens
    assert (lost[changed] == text.UNKNOWN).all()
    assert not changed[(tokens == text.PAD) | (tokens == text.START)].any()
    assert abs(float(changed.sum() / (tokens > text.START).sum()) - text.TOKEN_DROPOUT) < 0.02


def test_training_sees_parts_and_answers_come_from_the_whole():
    import torch

    fitted = text.learn([" ".join("abcdefghij"[k % 10] for k in range(100))] * 2, part=16)
    assert fitted.shape.length == 101 and fitted.shape.trained == 16
    tokens = fitted.encode_texts(["a b c", " ".join("abcdefghij" * 10)]).long()
    assert (tokens != text.PAD).sum(1).tolist() == [4, 101]
    firsts = set()
    for seed in range(200):
        short, long = text.parts(tokens, 16, torch.Generator().manual_seed(seed))
        assert short.tolist() == tokens[0, :16].tolist()
        place = next(k for k in range(86) if tokens[1, k : k + 16].tolist() == long.tolist())
        firsts.add(place)
    assert min(firsts) < 5 and len(firsts) > 8  # a pattern of ten tokens: the first of its places is found
    assert fitted.augment((tokens,), torch.Generator().manual_seed(0))[0].shape == (2, 16)
    again = text.from_state(*fitted.state())
    assert again.shape == fitted.shape


@pytest.mark.parametrize("name", NETWORKS)
def test_padding_changes_nothing(name):
    import torch

    network = catalogue.load("deep/networks/text_classification", name)
    fitted = encoder_of(network, BANGLA)
    for params in network.CANDIDATES:
        torch.manual_seed(0)
        params = {k: v for k, v in params.items() if k not in ("lr", "weight_decay")}
        net = network.build(fitted.shape, 3, **params).eval()
        together = net(fitted.encode(Texts([*BANGLA, ""]))[0].long())
        alone = torch.cat([net(*fitted.batch(fitted.encode(Texts([t])))) for t in [*BANGLA, ""]])
        assert together.shape == (6, 3)
        torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_word_order_matters_where_it_should(name):
    import torch

    network = catalogue.load("deep/networks/text_classification", name)
    torch.manual_seed(0)
    fitted = encoder_of(network, ["not good but bad", "not bad but good"])
    net = network.build(fitted.shape, 2).eval()
    one, other = net(*fitted.batch(fitted.encode(Texts(["not good but bad", "not bad but good"]))))
    assert not torch.allclose(one, other)


@pytest.mark.parametrize("name", NETWORKS)
def test_learns_which_word_decides(name):
    import torch

    network = catalogue.load("deep/networks/text_classification", name)
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, 100)
    words = ["নাটক", "গল্প", "গান", "আজ", "কাল", "দেখলাম"]
    texts = [" ".join([*rng.permutation(words)[:4], ["খারাপ", "ভালো"][t]]) for t in targets]
    fitted = encoder_of(network, texts)
    torch.manual_seed(0)
    net = network.build(fitted.shape, 2)
    learn(net, fitted.batch(fitted.encode(Texts(texts))), torch.from_numpy(targets))
    held = ["গান ভালো দেখলাম", "কাল গল্প খারাপ"]
    assert net.eval()(*fitted.batch(fitted.encode(Texts(held)))).argmax(1).tolist() == [1, 0]


def learn(net, batch, targets, steps=40):
    import torch

    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(net.train()(*batch), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def test_a_word_of_a_megabyte_takes_no_time():
    """Pieces of one endless word would be joined for hours."""
    import time

    began = time.process_time()
    fitted = encoder([*BANGLA, "x" * 1_000_000, "ভালো" * 100_000], max_length=32)
    assert fitted.encode_texts(["x" * 1_000_000]).shape == (1, 32)
    assert time.process_time() - began < 20
